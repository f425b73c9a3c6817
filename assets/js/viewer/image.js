// One image of a dataset: its levels, axes and channels, read from its own documents. An image is opened whenever the
// visitor chooses it, so that wells, series and label images are all read in the same way.

import { findAxes } from "./axes.js";
import { readArray, findUnknownCodecs } from "./arrays.js";
import { MAX_CHANNELS } from "./limits.js";
import { readAttributes, readImage } from "./metadata.js";
import { clamp, ViewerError } from "./values.js";

/** @typedef {import("./arrays.js").ArrayInfo} ArrayInfo */
/** @typedef {import("./metadata.js").ImageDocument} ImageDocument */
/** @typedef {import("./store.js").Store} Store */
/**
 * @typedef {object} Level
 * @property {string} path from the root of the dataset
 * @property {ArrayInfo} array
 * @property {number} width
 * @property {number} height
 * @property {number} scaleX pixels of the finest level in one of this level
 * @property {number} scaleY
 */
/** @typedef {{x: number | null, y: number | null, z: number | null, t: number | null}} PixelSize */
/**
 * @typedef {object} OpenedImage
 * @property {string} path
 * @property {number} format of Zarr
 * @property {ImageDocument} document
 * @property {import("./axes.js").Positions} positions
 * @property {Level[]} levels finest first
 * @property {{z: number, t: number, c: number}} sizes of the finest level
 * @property {PixelSize} pixelSize of the finest level
 * @property {Record<"x" | "y" | "z" | "t", string | null>} units
 */

/** Codecs that the worker decodes. */
export const KNOWN_CODECS = new Set(
  [
    ["bytes", "transpose", "crc32c", "zstd", "gzip", "zlib", "blosc", "lz4", "shuffle", "delta", "bitround"],
    ["fixedscaleoffset", "scale_offset", "cast_value"],
  ].flat(),
);
const MAX_ASPECT = 8;

/**
 * Return the attributes of a group of the dataset; null where there is no such group.
 * @param {Store} store
 * @param {string} path
 * @param {number} format
 */
export async function readGroup(store, path, format) {
  const name = format === 3 ? "zarr.json" : ".zattrs";
  const document = await store.readJson(path ? `${path}/${name}` : name);
  return document === undefined ? null : readAttributes(document);
}

/**
 * Open an image.
 * @param {Store} store
 * @param {string} path below the root of the dataset
 * @param {number} format of Zarr
 * @returns {Promise<OpenedImage>}
 * @throws {ViewerError} if it cannot be shown
 */
export async function openImage(store, path, format) {
  const attributes = await readGroup(store, path, format);
  const document = attributes && readImage(attributes);
  if (!document) throw new ViewerError(`There is no image at ${path || "the address of this dataset"}.`);
  const found = await Promise.all(document.datasets.map((each) => readLevel(store, path, format, each.path)));
  const known = found.map((level, at) => ({ ...level, scale: document.datasets[at].scale }));
  const usable = known.flatMap(({ path: each, array, scale }) => (array ? [{ path: each, array, scale }] : []));
  if (!usable.length)
    throw new ViewerError(known.find(({ error }) => error)?.error ?? "None of the resolution levels can be read.");
  const rank = usable[0].array.shape.length;
  const positions = findAxes(document.axes, usable[0].array.shape);
  if (!positions) throw new ViewerError("The image does not have two space axes, so there is no plane to show.");
  const area = (/** @type {{array: ArrayInfo}} */ { array }) => array.shape[positions.x] * array.shape[positions.y];
  const sorted = usable.filter(({ array }) => array.shape.length === rank).sort((one, two) => area(two) - area(one));
  const [finest] = sorted;
  const size = (/** @type {number | null} */ axis) => (axis === null ? 1 : finest.array.shape[axis]);
  return {
    path,
    format,
    document,
    positions,
    levels: sorted.map((each) => makeLevel(each, finest, positions)),
    sizes: { z: size(positions.z), t: size(positions.t), c: Math.min(size(positions.c), MAX_CHANNELS) },
    pixelSize: eachAxis(positions, (axis) => finest.scale?.[axis] ?? null),
    units: eachAxis(positions, (axis) => document.axes?.[axis]?.unit ?? null),
  };
}

/**
 * Return the value of each axis; null for one that the image does not have.
 * @template T
 * @param {import("./axes.js").Positions} positions
 * @param {(axis: number) => T | null} valueOf
 */
function eachAxis(positions, valueOf) {
  const at = (/** @type {number | null} */ axis) => (axis === null ? null : valueOf(axis));
  return { x: at(positions.x), y: at(positions.y), z: at(positions.z), t: at(positions.t) };
}

/** @param {Store} store @param {string} image @param {number} format @param {string} name */
async function readLevel(store, image, format, name) {
  const path = image ? `${image}/${name}` : name;
  const document = await store.readJson(`${path}/${format === 3 ? "zarr.json" : ".zarray"}`);
  if (document === undefined) return { path, array: null, error: `Resolution level ${name} is missing.` };
  const unknown = findUnknownCodecs(document, KNOWN_CODECS);
  if (unknown.length) {
    return {
      path,
      array: null,
      error: `It is encoded with ${unknown.join(", ").slice(0, 80)}, which is not decoded here.`,
    };
  }
  try {
    return { path, array: readArray(document), error: "" };
  } catch (error) {
    if (!(error instanceof ViewerError)) throw error;
    return { path, array: null, error: error.message };
  }
}

/**
 * @param {{path: string, array: ArrayInfo, scale: (number | null)[] | null}} level
 * @param {{array: ArrayInfo, scale: (number | null)[] | null}} finest
 * @param {import("./axes.js").Positions} positions
 * @returns {Level}
 */
function makeLevel({ path, array, scale }, finest, { x, y }) {
  const ratio = (/** @type {number} */ axis) => {
    const [full, size] = [finest.array.shape[axis], array.shape[axis]];
    const stated = (scale?.[axis] ?? NaN) / (finest.scale?.[axis] ?? NaN);
    return Math.abs(full / stated - size) <= 1 ? stated : full / size;
  };
  return { path, array, width: array.shape[x], height: array.shape[y], scaleX: ratio(x), scaleY: ratio(y) };
}

/**
 * Return the size of the image in units in which a pixel is square, if its pixels are not.
 * @param {OpenedImage} image
 * @returns {{width: number, height: number, perX: number, perY: number}} perX: units of a pixel of the finest level
 */
export function measureWorld({ levels: [finest], pixelSize: { x, y } }) {
  const aspect = x && y ? y / x : 1;
  const isUsual = aspect < 1 / MAX_ASPECT || aspect > MAX_ASPECT || Math.abs(aspect - 1) < 0.01;
  const [perX, perY] = isUsual ? [1, 1] : aspect > 1 ? [1, aspect] : [1 / aspect, 1];
  return { width: finest.width * perX, height: finest.height * perY, perX, perY };
}

/**
 * Return the index along each axis of a plane of a level; z and t are those of the finest level.
 * @param {OpenedImage} image
 * @param {Level} level
 * @param {{z: number, t: number, c: number}} plane
 */
export function indexOf({ positions, sizes }, { array: { shape } }, { z, t, c }) {
  const index = shape.map(() => 0);
  const set = (/** @type {number | null} */ axis, /** @type {number} */ at, /** @type {number} */ size) => {
    if (axis !== null) index[axis] = clamp(Math.floor((at * shape[axis]) / size), 0, shape[axis] - 1);
  };
  set(positions.z, z, sizes.z);
  set(positions.t, t, sizes.t);
  if (positions.c !== null) index[positions.c] = clamp(c, 0, shape[positions.c] - 1);
  return index;
}
