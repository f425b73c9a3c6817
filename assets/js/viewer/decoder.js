// The page's side of the worker: hands it tiles to read, makes its requests, and ends it if it is silent for too long,
// as with a codec that never returns.

import { DECODE_MS } from "./limits.js";
import { ViewerError } from "./values.js";

/** @typedef {import("./compose.js").Raw} Raw */
/** @typedef {import("./planes.js").ReadJob} ReadJob */
/** @typedef {{resolve: (data: Raw) => void, reject: (error: Error) => void}} Waiting */

export class Decoder {
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Map<number, Waiting>} tiles that the worker owes */
  #jobs = new Map();
  /** @type {Map<number, AbortController>} its requests that run */
  #requests = new Map();
  /** @type {ReadJob[]} tiles to hand over together, so that their requests are joined */
  #batch = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;
  #count = 0;

  /** @param {import("./store.js").Store} store @param {() => Worker} start */
  constructor(store, start) {
    this.store = store;
    this.start = start;
  }

  /**
   * Return the pixels of a part of a plane.
   * @param {Omit<ReadJob, "id">} wanted
   * @param {AbortSignal} signal
   * @returns {Promise<Raw>}
   */
  read(wanted, signal) {
    const id = ++this.#count;
    signal.addEventListener("abort", () => this.#cancel(id, signal.reason));
    if (!this.#batch.length) queueMicrotask(() => this.#send());
    this.#batch.push({ ...wanted, id });
    return new Promise((resolve, reject) => this.#jobs.set(id, { resolve, reject }));
  }

  /** Start the worker, and load decoders, while the first documents are read. @param {string[]} codecs */
  prepare(codecs) {
    this.#worker ??= this.#listen(this.start());
    this.#worker.postMessage({ type: "prepare", codecs });
  }

  /** End the worker; what it owes fails with these words. @param {string} words */
  stop(words) {
    clearTimeout(this.#watch);
    this.#worker?.terminate();
    this.#worker = null;
    for (const each of this.#requests.values()) each.abort();
    this.#requests.clear();
    const owed = [...this.#jobs.values()];
    this.#jobs.clear();
    for (const { reject } of owed) reject(new ViewerError(words));
  }

  #send() {
    const jobs = this.#batch.filter(({ id }) => this.#jobs.has(id));
    this.#batch = [];
    if (!jobs.length) return;
    this.#worker ??= this.#listen(this.start());
    this.#worker.postMessage({ type: "read", jobs });
    this.#wait();
  }

  /** @param {Worker} worker */
  #listen(worker) {
    worker.addEventListener("message", ({ data: message }) => this.#hear(message));
    worker.addEventListener("error", () => this.stop("The script that decodes the chunks could not be run."));
    return worker;
  }

  /** @param {any} message */
  #hear(message) {
    if (message.type === "request") this.#request(message);
    if (message.type === "abort") this.#requests.get(message.id)?.abort();
    if (message.type === "done") this.#take(message.id)?.resolve(message.data);
    if (message.type === "failed") this.#take(message.id)?.reject(new ViewerError(message.message));
    this.#wait();
  }

  /** @param {number} id */
  #take(id) {
    const job = this.#jobs.get(id);
    this.#jobs.delete(id);
    return job;
  }

  /** @param {{id: number, key: string, range?: import("./store.js").Range}} request of the worker */
  async #request({ id, key, range }) {
    const abort = new AbortController();
    this.#requests.set(id, abort);
    const worker = this.#worker;
    const isDocument = /(^|\/)(zarr\.json|\.zarray)$/.test(key);
    /** @type {{bytes?: Uint8Array, error?: string}} */
    let answer;
    try {
      const bytes = await (isDocument
        ? this.store.readDocument(key.replace(/^\//, ""))
        : this.store.read(key, range, abort.signal));
      answer = { bytes };
    } catch (error) {
      answer = { error: error instanceof ViewerError ? error.message : "The request was canceled." };
    }
    this.#requests.delete(id);
    if (worker !== this.#worker || abort.signal.aborted) return;
    const moved = answer.bytes && !isDocument ? [answer.bytes.buffer] : [];
    worker?.postMessage({ type: "bytes", id, ...answer }, moved);
    this.#wait();
  }

  /** @param {number} id @param {unknown} reason */
  #cancel(id, reason) {
    const job = this.#take(id);
    if (!job) return;
    job.reject(reason instanceof Error ? reason : new ViewerError("canceled"));
    this.#worker?.postMessage({ type: "cancel", ids: [id] });
  }

  /** Begin to wait for the worker, where it is its turn. */
  #wait() {
    clearTimeout(this.#watch);
    if (!this.#jobs.size || this.#requests.size) return;
    const words = `A chunk was not decoded within ${DECODE_MS / 1000} seconds.`;
    this.#watch = setTimeout(() => this.stop(words), DECODE_MS);
  }
}
