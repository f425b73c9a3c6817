// Reads the documents and chunks of one dataset from its host, and nothing else from anywhere else. The page requests,
// not the worker, because the page's Content-Security-Policy holds for the page alone: it names this host as the only
// one. Every answer has a limit of bytes and of silence, and every request can be canceled.

import { DOCUMENT_BYTES, OBJECT_BYTES, REQUESTS_AT_ONCE, SILENCE_MS } from "./limits.js";
import { whyFailed } from "../offline.js";
import { ViewerError } from "./values.js";

/** @typedef {{offset: number, length: number} | {suffixLength: number}} Range */

/** What hosts answer for a key that is not there; many buckets forbid what they do not have. */
const ABSENT = new Set([403, 404, 410]);
const MAY_PASS = new Set([408, 429, 500, 502, 503, 504]);
const PAUSE_MS = 600;

export class Store {
  /** @type {Map<string, Promise<Uint8Array | undefined>>} JSON documents that were requested, by key */
  #documents = new Map();
  /** @type {(() => void)[]} requests that wait for another to end */
  #waiting = [];
  #running = 0;
  #hasSuffixes = true;
  /** What was requested so far, and received. */
  requests = 0;
  bytes = 0;

  /** @param {string} url of the dataset, percent-encoded @param {typeof fetch} [ask] */
  constructor(url, ask = (...request) => fetch(...request)) {
    this.url = new URL(url);
    this.ask = ask;
  }

  /** Return the address of a key; of the dataset itself for an empty one. @param {string} key */
  addressOf(key) {
    const address = new URL(this.url);
    if (!key) return address.href;
    const path = key.split("/").filter(Boolean).map(encodeURIComponent).join("/");
    address.pathname = `${address.pathname.replace(/\/+$/, "")}/${path}`;
    return address.href;
  }

  /**
   * Return a JSON document; undefined where there is none.
   * @param {string} key
   * @returns {Promise<unknown>}
   */
  async readJson(key) {
    const bytes = await this.readDocument(key);
    if (!bytes) return undefined;
    try {
      return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return undefined; // a page with the status of success, in place of a file that is not there
    }
  }

  /** Return the bytes of a JSON document, which is requested once. @param {string} key */
  readDocument(key) {
    const known = this.#documents.get(key);
    if (known) return known;
    const promise = this.fetchDocument(key);
    this.#documents.set(key, promise);
    promise.catch(() => this.#documents.delete(key));
    return promise;
  }

  /** Request a JSON document. @param {string} key @returns {Promise<Uint8Array | undefined>} */
  fetchDocument(key) {
    return this.#request(key, undefined, DOCUMENT_BYTES);
  }

  /**
   * Return the bytes of a chunk or shard, or a range of them; undefined where it is not there.
   * @param {string} key
   * @param {Range | undefined} range
   * @param {AbortSignal} [signal]
   * @returns {Promise<Uint8Array | undefined>}
   */
  async read(key, range, signal) {
    if (!range) return this.#request(key, undefined, OBJECT_BYTES, signal);
    if ("offset" in range) return this.#readRange(key, range.offset, range.length, signal);
    if (this.#hasSuffixes) {
      try {
        return await this.#request(key, `bytes=-${range.suffixLength}`, range.suffixLength, signal);
      } catch (error) {
        if (signal?.aborted || !(error instanceof ViewerError)) throw error;
      }
    }
    const end = await this.readTail(key, range.suffixLength, signal);
    this.#hasSuffixes = false;
    return end?.bytes;
  }

  /**
   * Return the end of a file, and its size; undefined where it is not there. Not every host takes `bytes=-N` from a
   * page, or lets it see the size in the answer.
   * @param {string} key
   * @param {number} length
   * @param {AbortSignal} [signal]
   */
  async readTail(key, length, signal) {
    const size = await this.#measure(key, signal);
    if (size === undefined) return undefined;
    const bytes = await this.#readRange(key, Math.max(0, size - length), Math.min(size, length), signal);
    return bytes && { bytes, size };
  }

  /** @param {string} key @param {number} offset @param {number} length @param {AbortSignal} [signal] */
  async #readRange(key, offset, length, signal) {
    if (!(length > 0) || length > OBJECT_BYTES || !Number.isSafeInteger(offset + length)) {
      throw new ViewerError("The metadata state an impossible size for a part of a file.");
    }
    return this.#request(key, `bytes=${offset}-${offset + length - 1}`, length, signal);
  }

  /** Return the size of a file; undefined where it is not there. @param {string} key @param {AbortSignal} [signal] */
  #measure(key, signal) {
    return this.#repeat(signal, () =>
      this.#try(key, { method: "HEAD" }, signal, async (response) => {
        if (!this.#isThere(response)) return undefined;
        const size = Number(response.headers.get("content-length"));
        if (!size) throw new ViewerError("The host does not say how long its files are.");
        return size;
      }),
    );
  }

  /** @param {string} key @param {string | undefined} range @param {number} most @param {AbortSignal} [signal] */
  #request(key, range, most, signal) {
    const init = range ? { headers: { Range: range } } : {};
    return this.#repeat(signal, () =>
      this.#try(key, init, signal, (response, silence) => this.#take(response, Boolean(range), most, silence)),
    );
  }

  /**
   * Make a request when there is room, and once more after a failure that may pass.
   * @template T
   * @param {AbortSignal | undefined} signal
   * @param {() => Promise<T>} attempt
   */
  async #repeat(signal, attempt) {
    await this.#enter(signal);
    try {
      return await attempt();
    } catch (error) {
      if (signal?.aborted || !(error instanceof Passing)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      signal?.throwIfAborted();
      return await attempt();
    } finally {
      this.#leave();
    }
  }

  /** Wait until fewer requests run. @param {AbortSignal} [signal] */
  async #enter(signal) {
    signal?.throwIfAborted();
    if (this.#running >= REQUESTS_AT_ONCE) await new Promise((go) => this.#waiting.push(() => go(undefined)));
    else this.#running += 1;
    if (!signal?.aborted) return;
    this.#leave();
    signal.throwIfAborted();
  }

  /** Let the next request begin in the place of this one. */
  #leave() {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }

  /**
   * @template T
   * @param {string} key
   * @param {RequestInit} init
   * @param {AbortSignal | undefined} signal
   * @param {(response: Response, silence: Silence) => Promise<T>} take
   */
  async #try(key, init, signal, take) {
    const silence = new Silence(signal);
    this.requests += 1;
    try {
      return await take(await this.ask(this.addressOf(key), { ...OPTIONS, ...init, signal: silence.signal }), silence);
    } catch (error) {
      signal?.throwIfAborted();
      if (silence.isOver) throw new ViewerError(`The host sent nothing for ${SILENCE_MS / 1000} seconds.`);
      if (error instanceof ViewerError) throw error;
      throw new Passing(whyFailed("The host cannot be reached from this page, or redirects to another host."));
    } finally {
      silence.end();
    }
  }

  /** Return whether a host has what was requested; other answers are errors. @param {Response} response */
  #isThere(response) {
    if (response.url && new URL(response.url).origin !== this.url.origin) {
      throw new ViewerError("The host redirects to another host, which the viewer does not follow.");
    }
    const isPage = /^text\/html\b/i.test(response.headers.get("content-type") ?? ""); // in place of "not found"
    if (ABSENT.has(response.status) || (response.ok && isPage)) return false;
    if (response.ok) return true;
    const words = `The host answered with the status ${response.status}.`;
    throw MAY_PASS.has(response.status) ? new Passing(words) : new ViewerError(words);
  }

  /** @param {Response} response @param {boolean} isPart @param {number} most @param {Silence} silence */
  async #take(response, isPart, most, silence) {
    if (!this.#isThere(response)) return undefined;
    if (isPart && response.status !== 206) {
      throw new ViewerError("The host does not send parts of files (byte ranges), which this dataset needs.");
    }
    if (Number(response.headers.get("content-length")) > most) throw tooLong(most);
    return this.#readBody(response, most, silence);
  }

  /** @param {Response} response @param {number} most @param {Silence} silence */
  async #readBody(response, most, silence) {
    const parts = [];
    let size = 0;
    const reader = response.body?.getReader();
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done || !value) break;
      silence.hear();
      size += value.length;
      this.bytes += value.length;
      if (size > most) {
        await reader?.cancel();
        throw tooLong(most);
      }
      parts.push(value);
    }
    if (parts.length === 1) return parts[0];
    const whole = new Uint8Array(size);
    parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
    return whole;
  }
}

/** @type {RequestInit} */
const OPTIONS = { mode: "cors", credentials: "omit", referrerPolicy: "no-referrer" };

/** @param {number} most */
const tooLong = (most) => new ViewerError(`The host sends more than ${most} bytes for one part of the image.`);

/** A failure that another try may not meet. */
class Passing extends ViewerError {}

/** The signal of a request, which ends it after a silence of its host or when its caller does. */
class Silence {
  #controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  isOver = false;

  /** @param {AbortSignal} [signal] of the caller */
  constructor(signal) {
    this.signal = signal ? AbortSignal.any([signal, this.#controller.signal]) : this.#controller.signal;
    this.hear();
  }

  /** Note that the host sent something. */
  hear() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.isOver = true;
      this.#controller.abort();
    }, SILENCE_MS);
  }

  end() {
    clearTimeout(this.#timer);
  }
}
