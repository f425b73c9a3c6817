// Cutting a part of a plane out of decoded chunks, whatever the order of the axes. Pure, but for the chunks
// that it asks for.

/** @typedef {import("./compose.js").Raw} Raw */
/** @typedef {import("./chunk-cache.js").DecodedChunk} DecodedChunk */
/**
 * @typedef {object} ReadJob a rectangle of a plane of an array
 * @property {number} id
 * @property {string} path of the array, from the root of the dataset
 * @property {number} format of Zarr: 2 or 3
 * @property {number[]} index along each axis; those of y and x are not used
 * @property {number} shardBytes of a decoded shard; 0 where there are no shards
 * @property {number} yAxis
 * @property {number} xAxis
 * @property {[number, number]} y first row, and the one after the last
 * @property {[number, number]} x
 */
/** @typedef {{coords: number[], y: number, x: number}} Part a chunk, and the first row and column that it holds */

/** @type {Record<string, new (length: number) => Raw>} */
const OUTPUTS = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float16: Float32Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: Float64Array, // exact up to 2^53
  uint64: Float64Array,
};

/**
 * Return the pixels of a rectangle, row by row.
 * @param {ReadJob} job
 * @param {number[]} chunks size of a chunk along each axis
 * @param {string} dtype
 * @param {(coords: number[]) => Promise<DecodedChunk>} read
 * @returns {Promise<Raw>}
 */
export async function copyPlane(job, chunks, dtype, read) {
  const [height, width] = [job.y[1] - job.y[0], job.x[1] - job.x[0]];
  const out = new OUTPUTS[dtype](height * width);
  const parts = listParts(job, chunks);
  await Promise.all(parts.map(async (part) => copyPart(job, part, await read(part.coords), out)));
  return out;
}

/** @param {ReadJob} job @param {number[]} chunks @returns {Part[]} */
export function listParts({ index, yAxis, xAxis, y, x }, chunks) {
  const fixed = index.map((at, axis) => Math.floor(at / chunks[axis]));
  const parts = [];
  const [rows, columns] = [chunks[yAxis], chunks[xAxis]];
  for (let row = Math.floor(y[0] / rows); row * rows < y[1]; row++) {
    for (let column = Math.floor(x[0] / columns); column * columns < x[1]; column++) {
      const coords = [...fixed];
      [coords[yAxis], coords[xAxis]] = [row, column];
      parts.push({ coords, y: row * rows, x: column * columns });
    }
  }
  return parts;
}

/** @param {ReadJob} job @param {Part} part @param {DecodedChunk} chunk @param {Raw} out */
function copyPart({ index, yAxis, xAxis, y, x }, part, { data, shape, stride }, out) {
  const base = index.reduce(
    (all, at, axis) => (axis === yAxis || axis === xAxis ? all : all + (at % shape[axis]) * stride[axis]),
    0,
  );
  const [top, bottom] = [Math.max(y[0], part.y), Math.min(y[1], part.y + shape[yAxis])];
  const [left, right] = [Math.max(x[0], part.x), Math.min(x[1], part.x + shape[xAxis])];
  const width = x[1] - x[0];
  const take = readerOf(data);
  for (let row = top; row < bottom; row++) {
    let from = base + (row - part.y) * stride[yAxis] + (left - part.x) * stride[xAxis];
    let to = (row - y[0]) * width + left - x[0];
    if (take === null) {
      for (let column = left; column < right; column++, from += stride[xAxis]) out[to++] = data[from];
    } else {
      for (let column = left; column < right; column++, from += stride[xAxis]) out[to++] = take(from);
    }
  }
}

/** Return a function that reads one value as a number; null where the data are numbers. @param {any} data */
function readerOf(data) {
  if (typeof data.get === "function") return (/** @type {number} */ at) => Number(data.get(at));
  return typeof data[0] === "bigint" ? (/** @type {number} */ at) => Number(data[at]) : null;
}
