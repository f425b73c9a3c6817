// The decoders of the worker. Each is given the number of bytes that a chunk of this array has, and refuses what would
// unpack to more, before it does. Zstandard is decoded by fzstd, gzip and zlib by the browser itself; Blosc and LZ4 by
// numcodecs, which is loaded when the first chunk needs it and is the only one that needs WebAssembly.

import { decompress } from "fzstd";
import { registry } from "zarrita";
import { inflate } from "./inflate.js";
import { measureBlosc, measureLz4, measureZstd } from "./frames.js";
import { product, ViewerError } from "./values.js";

/** @typedef {{dataType: string, shape: number[]}} ChunkMeta */
/** @typedef {(bytes: Uint8Array, most: number, config: any) => Uint8Array | Promise<Uint8Array>} Decode */

/** Checksums between two codecs. */
const SLACK_BYTES = 64;

/** Load a decoder before the first chunk is there. @param {string} name */
export function loadCodec(name) {
  if (name === "blosc") import("numcodecs/blosc").catch(() => {});
  if (name === "lz4") import("numcodecs/lz4").catch(() => {});
}

/** Put the decoders into the table of zarrita. */
export function registerCodecs() {
  const all = /** @type {[string, Decode][]} */ ([
    ["zstd", decodeZstd],
    ["gzip", (bytes, most) => inflate(bytes, "gzip", (size) => check(size, most))],
    ["zlib", (bytes, most) => inflate(bytes, "deflate", (size) => check(size, most))],
    ["blosc", decodeBlosc],
    ["lz4", decodeLz4],
  ]);
  for (const [name, decode] of all) {
    const entry = { kind: "bytes_to_bytes", fromConfig: makeCodec(decode) };
    for (const key of [name, `numcodecs.${name}`]) registry.set(key, async () => /** @type {any} */ (entry));
  }
}

/** @param {Decode} decode */
function makeCodec(decode) {
  return (/** @type {unknown} */ config, /** @type {ChunkMeta} */ meta) => {
    const most = product(meta.shape) * bytesOf(meta.dataType) + SLACK_BYTES;
    return {
      kind: "bytes_to_bytes",
      encode: refuse,
      decode: (/** @type {Uint8Array} */ bytes) => decode(bytes, most, config),
    };
  };
}

function refuse() {
  throw new ViewerError("The viewer only reads.");
}

/** @param {string} type such as `uint16` */
const bytesOf = (type) => Number(/\d+$/.exec(type)?.[0] ?? 8) / 8;

/** @param {number} size @param {number} most */
function check(size, most) {
  if (size > most) throw new ViewerError(`A chunk unpacks to ${size} bytes; its metadata state ${most - SLACK_BYTES}.`);
}

/** @type {Decode} */
function decodeZstd(bytes, most) {
  check(measureZstd(bytes), most);
  return decompress(bytes);
}

/** @param {Uint8Array} bytes @param {number} most @param {any} config */
async function decodeBlosc(bytes, most, config) {
  check(measureBlosc(bytes), most);
  requireWebAssembly("Blosc");
  const { default: Blosc } = await import("numcodecs/blosc");
  return Blosc.fromConfig(config).decode(bytes);
}

/** @param {Uint8Array} bytes @param {number} most @param {any} config */
async function decodeLz4(bytes, most, config) {
  check(measureLz4(bytes), most);
  requireWebAssembly("LZ4");
  const { default: Lz4 } = await import("numcodecs/lz4");
  return Lz4.fromConfig(config).decode(bytes);
}

/** @param {string} codec */
function requireWebAssembly(codec) {
  if (typeof WebAssembly === "undefined") {
    throw new ViewerError(`This browser has no WebAssembly, which decoding ${codec} needs.`);
  }
}
