// The worker of the viewer: chunks → pixels of a tile. zarrita finds the key, the shard and the codecs of a chunk; the
// page makes the requests (see store.js). What it was told to read no longer is canceled; a worker that is silent for
// too long is ended by the page.

import { open, root, withRangeCoalescing } from "zarrita";
import { DTYPES } from "./arrays.js";
import { ByteGate, ChunkCache, SmallShards } from "./chunk-cache.js";
import { loadCodec, registerCodecs } from "./codecs.js";
import { SMALL_SHARD_BYTES } from "./limits.js";
import { copyPlane } from "./planes.js";
import { product, ViewerError } from "./values.js";

/** @typedef {import("./planes.js").ReadJob} ReadJob */
/** @typedef {import("zarrita").Array<any>} ZarrArray */

/** Bytes between two chunks of a shard that are fetched with them rather than by another request. */
const GAP_BYTES = 131_072;
const TRIES = 3;

const scope = /** @type {any} */ (self);
const store = withRangeCoalescing(
  {
    get: (/** @type {string} */ key, /** @type {any} */ options) => request(key, undefined, options?.signal),
    getRange: (/** @type {string} */ key, /** @type {any} */ range, /** @type {any} */ options) =>
      isSmallShard(key) ? shards.read(key, range) : request(key, range, options?.signal),
  },
  { coalesceSize: GAP_BYTES },
);
/** @type {Map<string, Promise<ZarrArray>>} */
const arrays = new Map();
/** @type {Map<number, {resolve: (bytes: any) => void, reject: (error: Error) => void}>} */
const requests = new Map();
const chunks = new ChunkCache();
const shards = new SmallShards((key) => request(key, undefined));
/** @type {Set<string>} paths of arrays whose shards are read whole */
const smallShards = new Set();
const gate = new ByteGate();
let requestCount = 0;

registerCodecs();

/** @param {string} key */
const isSmallShard = (key) => [...smallShards].some((path) => key.startsWith(path));

/** Ask the page for the bytes of a key. @param {string} key @param {unknown} range @param {AbortSignal} [signal] */
function request(key, range, signal) {
  signal?.throwIfAborted();
  const id = ++requestCount;
  scope.postMessage({ type: "request", id, key, range });
  return new Promise((resolve, reject) => {
    requests.set(id, { resolve, reject });
    signal?.addEventListener("abort", () => {
      if (!requests.delete(id)) return;
      scope.postMessage({ type: "abort", id });
      reject(signal.reason);
    });
  });
}

/** @param {ReadJob} job @returns {Promise<ZarrArray>} */
function openArray({ path, format, shardBytes }) {
  const known = arrays.get(path);
  if (known) return known;
  const place = root(/** @type {any} */ (store)).resolve(path);
  const options = { kind: /** @type {const} */ ("array"), attrs: false };
  const opened = /** @type {Promise<ZarrArray>} */ (format === 3 ? open.v3(place, options) : open.v2(place, options));
  if (shardBytes && shardBytes <= SMALL_SHARD_BYTES) smallShards.add(`${place.path}/`);
  arrays.set(path, opened);
  opened.catch(() => arrays.delete(path));
  return opened;
}

/** @param {ReadJob} job */
async function read(job) {
  try {
    const array = await openArray(job);
    const data = await copyPlane(job, array.chunks, array.dtype, (coords) => readChunk(array, coords, job.id));
    scope.postMessage({ type: "done", id: job.id, data }, [data.buffer]);
  } catch (error) {
    scope.postMessage({ type: "failed", id: job.id, message: messageOf(error) });
  }
}

/** @param {unknown} error @returns {string} */
function messageOf(error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof ViewerError) return cause.message;
  return `A chunk could not be decoded: ${cause instanceof Error ? cause.message.slice(0, 200) : "unknown error"}.`;
}

/**
 * Return a decoded chunk, which is fetched and decoded once.
 * @param {ZarrArray} array
 * @param {number[]} coords
 * @param {number} job
 */
function readChunk(array, coords, job) {
  const key = `${array.path}/${coords.join(".")}`;
  return chunks.get(key, job, (signal) => decodeChunk(array, coords, signal));
}

/** @param {ZarrArray} array @param {number[]} coords @param {AbortSignal} signal */
async function decodeChunk(array, coords, signal) {
  const length = product(array.chunks);
  const leave = await gate.enter(length * DTYPES[array.dtype], signal);
  try {
    const chunk = await tryChunk(array, coords, signal);
    if (chunk.data.length < length) throw new ViewerError("A chunk is shorter than its metadata state.");
    return chunk;
  } finally {
    leave();
  }
}

/**
 * Read again what failed because a request shared with another tile was canceled.
 * @param {ZarrArray} array
 * @param {number[]} coords
 * @param {AbortSignal} signal
 */
async function tryChunk(array, coords, signal) {
  for (let left = TRIES; ; left--) {
    try {
      return await array.getChunk(coords, { signal });
    } catch (error) {
      signal.throwIfAborted();
      const isCanceled = error instanceof Error && error.name === "AbortError";
      if (!isCanceled || left <= 1) throw error;
    }
  }
}

scope.addEventListener("message", (/** @type {MessageEvent} */ { data: message }) => {
  if (message.type === "prepare") for (const name of message.codecs) loadCodec(name);
  if (message.type === "read") for (const job of message.jobs) read(job);
  if (message.type === "cancel") for (const id of message.ids) chunks.cancel(id);
  if (message.type === "bytes") {
    const waiting = requests.get(message.id);
    requests.delete(message.id);
    if (message.error) waiting?.reject(new ViewerError(message.error));
    else waiting?.resolve(message.bytes ?? undefined);
  }
});
