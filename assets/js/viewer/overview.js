// A plane of an image that is small enough to be read whole, from which the contrast is chosen: the level of which the
// catalog's own pictures are made, or the middle of a level that is too large.

import { listTiles } from "./tiles.js";
import { ViewerError } from "./values.js";

/** @typedef {import("./image.js").OpenedImage} OpenedImage */

/** Longer side of the level that is read, at most: one and a half times that of the catalog's previews. */
const LONGEST_PX = 1536;
/** Side of the part in the middle, where the coarsest level is larger. */
const MIDDLE_PX = 512;

/** Longer side of the level that is shown first, at least: that of the catalog's thumbnails. */
const FIRST_PX = 256;

/** Return the level that is shown first: the coarsest that shows something. @param {OpenedImage} image */
export function firstLevel({ levels }) {
  const coarser = levels.findIndex(({ width, height }) => Math.max(width, height) < FIRST_PX);
  return coarser < 0 ? levels.length - 1 : Math.max(0, coarser - 1);
}

/** Return the level from which the contrast is chosen. @param {OpenedImage} image */
export function overviewLevel({ levels }) {
  const at = levels.findIndex(({ width, height }) => Math.max(width, height) <= LONGEST_PX);
  return at < 0 ? levels.length - 1 : at;
}

/**
 * Return the pixels of one channel of a level.
 * @param {import("./tiles.js").TileSource} source
 * @param {OpenedImage} image
 * @param {import("./tiles.js").Plane} plane
 * @param {number} c
 * @param {number} at index of the level
 * @returns {Promise<import("./contrast.js").Plane>}
 */
export async function readOverview(source, image, plane, c, at) {
  const tiles = listTiles(image, at, areaToRead(image.levels[at]));
  const read = await Promise.allSettled(tiles.map((tile) => source.readPinned(image, tile, plane, c)));
  const failed = read.find((each) => each.status === "rejected");
  const whole = read.flatMap((each, at) =>
    each.status === "fulfilled" ? [{ tile: tiles[at], data: each.value }] : [],
  );
  if (!whole.length) throw failed?.reason ?? new ViewerError("The image has no pixels.");
  const parts = whole.map(({ data }) => data);
  if (!failed) return join(tiles, parts);
  const [{ tile, data }] = whole; // the nearest to the middle
  return { data, width: tile.x[1] - tile.x[0], height: tile.y[1] - tile.y[0] };
}

/**
 * Return the pixels of tiles that make a rectangle.
 * @param {import("./tiles.js").Tile[]} tiles
 * @param {import("./compose.js").Raw[]} parts their pixels
 * @returns {import("./contrast.js").Plane}
 */
function join(tiles, parts) {
  const [left, right] = [Math.min(...tiles.map(({ x }) => x[0])), Math.max(...tiles.map(({ x }) => x[1]))];
  const [top, bottom] = [Math.min(...tiles.map(({ y }) => y[0])), Math.max(...tiles.map(({ y }) => y[1]))];
  const width = right - left;
  const Kind = /** @type {new (length: number) => import("./compose.js").Raw} */ (parts[0].constructor);
  const data = new Kind(width * (bottom - top));
  tiles.forEach(({ x, y }, each) => {
    const span = x[1] - x[0];
    for (let row = y[0]; row < y[1]; row++) {
      const from = (row - y[0]) * span;
      data.set(parts[each].subarray(from, from + span), (row - top) * width + x[0] - left);
    }
  });
  return { data, width, height: bottom - top };
}

/** @param {import("./image.js").Level} level */
function areaToRead({ width, height }) {
  const half = (/** @type {number} */ size) => (size <= LONGEST_PX ? size : MIDDLE_PX) / 2;
  const [halfX, halfY] = [half(width), half(height)];
  return { left: width / 2 - halfX, right: width / 2 + halfX, top: height / 2 - halfY, bottom: height / 2 + halfY };
}
