// Decoded chunks in the worker: each is fetched once for all tiles that want it, canceled when no tile wants it any
// longer, and kept while there is room, least recently used first out.

import { CHUNK_BYTES, CHUNK_CACHE_BYTES, SMALL_SHARDS } from "./limits.js";
import { ViewerError } from "./values.js";

/** @typedef {{data: any, shape: number[], stride: number[]}} DecodedChunk */
/** @typedef {{promise: Promise<DecodedChunk>, abort: AbortController, jobs: Set<number>, bytes: number}} Entry */

export class ChunkCache {
  /** @type {Map<string, Entry>} in the order of their last use */
  #entries = new Map();
  #bytes = 0;

  /**
   * Return a chunk, read by `read` unless it is known.
   * @param {string} key
   * @param {number} job that wants it
   * @param {(signal: AbortSignal) => Promise<DecodedChunk>} read
   */
  get(key, job, read) {
    const entry = this.#entries.get(key) ?? this.#start(key, read);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.jobs.add(job);
    return entry.promise;
  }

  /** End what only this job waits for. @param {number} job */
  cancel(job) {
    for (const [key, entry] of this.#entries) {
      if (!entry.jobs.delete(job) || entry.jobs.size || entry.bytes) continue;
      this.#entries.delete(key);
      entry.abort.abort();
    }
  }

  /** @param {string} key @param {(signal: AbortSignal) => Promise<DecodedChunk>} read @returns {Entry} */
  #start(key, read) {
    const abort = new AbortController();
    /** @type {Entry} */
    const entry = { promise: read(abort.signal), abort, jobs: new Set(), bytes: 0 };
    entry.promise.then(
      ({ data }) => this.#keep(key, entry, data.byteLength ?? data.length),
      () => this.#entries.get(key) === entry && this.#entries.delete(key),
    );
    return entry;
  }

  /** @param {string} key @param {Entry} entry @param {number} bytes */
  #keep(key, entry, bytes) {
    entry.jobs.clear();
    if (this.#entries.get(key) !== entry) return;
    entry.bytes = bytes;
    this.#bytes += bytes;
    for (const [other, { bytes: size }] of this.#entries) {
      if (this.#bytes <= CHUNK_CACHE_BYTES) break;
      if (!size || other === key) continue;
      this.#entries.delete(other);
      this.#bytes -= size;
    }
  }
}

/** Shards that are small enough to be read whole; ranges are cut out of them. */
export class SmallShards {
  /** @type {Map<string, Promise<Uint8Array | undefined>>} in the order of their first use */
  #known = new Map();

  /** @param {(key: string) => Promise<Uint8Array | undefined>} request */
  constructor(request) {
    this.request = request;
  }

  /**
   * Return a range of a shard; undefined where the shard is not there.
   * @param {string} key
   * @param {{offset: number, length: number} | {suffixLength: number}} range
   */
  async read(key, range) {
    const bytes = await (this.#known.get(key) ?? this.#start(key));
    if (!bytes) return undefined;
    if ("suffixLength" in range) return bytes.subarray(Math.max(0, bytes.length - range.suffixLength));
    if (range.offset + range.length > bytes.length) throw new ViewerError("A chunk lies beyond the end of its shard.");
    return bytes.subarray(range.offset, range.offset + range.length);
  }

  /** @param {string} key */
  #start(key) {
    const promise = this.request(key);
    this.#known.set(key, promise);
    promise.catch(() => this.#known.delete(key));
    for (const first of this.#known.keys()) {
      if (this.#known.size <= SMALL_SHARDS) break;
      this.#known.delete(first);
    }
    return promise;
  }
}

/** Lets chunks be decoded at once as long as they fit into the budget together; one that is larger goes alone. */
export class ByteGate {
  #bytes = 0;
  /** @type {{bytes: number, go: () => void}[]} */
  #waiting = [];

  /**
   * Wait for room; return what gives it back.
   * @param {number} bytes
   * @param {AbortSignal} signal
   */
  async enter(bytes, signal) {
    if (this.#bytes && (this.#waiting.length || this.#bytes + bytes > CHUNK_BYTES)) {
      await new Promise((go) => this.#waiting.push({ bytes, go: () => go(undefined) }));
    } else {
      this.#bytes += bytes;
    }
    const leave = () => this.#leave(bytes);
    if (signal.aborted) leave();
    signal.throwIfAborted();
    return leave;
  }

  /** @param {number} bytes */
  #leave(bytes) {
    this.#bytes -= bytes;
    while (this.#waiting.length && (!this.#bytes || this.#bytes + this.#waiting[0].bytes <= CHUNK_BYTES)) {
      const next = /** @type {{bytes: number, go: () => void}} */ (this.#waiting.shift());
      this.#bytes += next.bytes;
      next.go();
    }
  }
}
