// The document of an array, as far as the viewer must know it before it asks for a chunk: its shape, its chunks, and
// how many bytes one of them is when it is decoded. The chunks themselves are read by zarrita in the worker.

import { own } from "../own.js";
import { CHUNK_BYTES, MAX_AXES, SHARD_INDEX_BYTES } from "./limits.js";
import { product, readList, readObject, readObjects, readSizes, ViewerError } from "./values.js";

/**
 * @typedef {object} ArrayInfo
 * @property {number[]} shape
 * @property {number[]} chunks size of a chunk; inside a shard, where there are shards
 * @property {string} dtype such as `uint16`
 * @property {number} itemBytes
 * @property {number} shardBytes of a decoded shard; 0 where there are no shards
 * @property {string[]} codecs names of what is to be decoded
 * @property {number | null} fill value of pixels that are not stored; null where it is not a finite number
 */

/** @type {Record<string, number>} data types that can be drawn, and their bytes */
export const DTYPES = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  float16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
};
/** @type {Record<string, string>} */
const KINDS = { b: "bool", i: "int", u: "uint", f: "float" };

/**
 * Return what the document of an array says.
 * @param {unknown} document `zarr.json` of an array, or `.zarray`
 * @returns {ArrayInfo}
 * @throws {ViewerError} if its pixels cannot be shown
 */
export function readArray(document) {
  const array = readObject(document);
  const info = array.zarr_format === 3 ? readV3(array) : readV2(array);
  if (!info.shape || !info.chunks || info.shape.length !== info.chunks.length) {
    throw new ViewerError("An array of this image has no shape, or its chunks have another number of dimensions.");
  }
  const itemBytes = own(DTYPES, info.dtype);
  if (!itemBytes) throw new ViewerError(`Its data type, ${info.dtype.slice(0, 40)}, cannot be drawn.`);
  checkChunk(product(info.chunks) * itemBytes);
  if (info.shards) checkIndex(info.shards, info.chunks);
  const fill = typeof array.fill_value === "number" ? array.fill_value : null;
  const shardBytes = info.shards ? product(info.shards) * itemBytes : 0;
  return {
    shape: info.shape,
    chunks: info.chunks,
    dtype: info.dtype,
    itemBytes,
    shardBytes,
    codecs: listCodecs(array),
    fill,
  };
}

/** @param {Record<string, unknown>} array */
function readV2(array) {
  return {
    shape: readSizes(array.shape, MAX_AXES),
    chunks: readSizes(array.chunks, MAX_AXES),
    dtype: nameOfType(array.dtype),
    shards: null,
  };
}

/** @param {Record<string, unknown>} array */
function readV3(array) {
  const grid = readObject(readObject(array.chunk_grid).configuration);
  const outer = readSizes(grid.chunk_shape, MAX_AXES);
  const sharding = readObjects(array.codecs, 32).find(({ name }) => name === "sharding_indexed");
  const inner = sharding ? readSizes(readObject(sharding.configuration).chunk_shape, MAX_AXES) : null;
  return {
    shape: readSizes(array.shape, MAX_AXES),
    chunks: sharding ? inner : outer,
    dtype: typeof array.data_type === "string" ? array.data_type : "an extension",
    shards: sharding ? outer : null,
  };
}

/** Return the name of a data type of Zarr v2: `<u2` is `uint16`. @param {unknown} dtype */
function nameOfType(dtype) {
  const [, kind, bytes] = /^[<>|]([biuf])([1248])$/.exec(String(dtype)) ?? [];
  if (!kind) return Array.isArray(dtype) ? "a structure" : String(dtype);
  return kind === "b" ? "bool" : `${KINDS[kind]}${8 * Number(bytes)}`;
}

/** @param {number} bytes of one decoded chunk */
function checkChunk(bytes) {
  if (bytes <= CHUNK_BYTES) return;
  const size = bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${Number((bytes / 1e9).toPrecision(2))} GB`;
  throw new ViewerError(
    `A chunk of the image unpacks to ${size}; the viewer reads chunks up to ${CHUNK_BYTES / 1e6} MB.`,
  );
}

/** @param {number[]} shards @param {number[]} chunks */
function checkIndex(shards, chunks) {
  const counts = shards.map((size, axis) => size / chunks[axis]);
  if (shards.length !== chunks.length || counts.some((each) => !Number.isInteger(each))) {
    throw new ViewerError("Its shards are not a whole number of chunks.");
  }
  if (16 * product(counts) > SHARD_INDEX_BYTES) throw new ViewerError("The index of one of its shards is too large.");
}

/**
 * Return the names of the codecs of an array that nothing here decodes.
 * @param {unknown} document
 * @param {ReadonlySet<string>} known
 * @returns {string[]}
 */
export function findUnknownCodecs(document, known) {
  return listCodecs(readObject(document)).filter((name) => !known.has(name));
}

/** Return the names of the codecs of an array, as numcodecs has them. @param {Record<string, unknown>} array */
function listCodecs(array) {
  const v2 = [array.compressor, ...readList(array.filters, 32)].map((each) => readObject(each).id);
  const names = array.zarr_format === 3 ? namesOf(array.codecs) : v2.filter(Boolean).map(String);
  return [...new Set(names.map((name) => name.replace(/^numcodecs\./, "")))];
}

/** @param {unknown} codecs @returns {string[]} */
function namesOf(codecs) {
  return readObjects(codecs, 32).flatMap(({ name, configuration }) => {
    const { codecs: inner, index_codecs: index } = readObject(configuration);
    return name === "sharding_indexed" ? [...namesOf(inner), ...namesOf(index)] : [String(name)];
  });
}
