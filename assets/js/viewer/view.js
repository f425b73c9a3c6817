// Where the visitor looks: the middle of the view and its zoom, in the image's own units, so that a view is the same on
// every screen. Pure functions.

import { CANVAS_PX, DRAWN_CACHE_BYTES, VIEW_BYTES } from "./limits.js";
import { clamp } from "./values.js";

/** @typedef {import("./image.js").OpenedImage} OpenedImage */
/** @typedef {{width: number, height: number, perX: number, perY: number}} World */
/** @typedef {{x: number, y: number, zoom: number}} View the middle in units of the world; CSS pixels of a unit */
/** @typedef {{width: number, height: number, density: number}} Screen in CSS pixels; device pixels of one */

const MAX_ZOOM = 64;
/** A level is magnified by so much before the next finer one is read. */
const MAGNIFIED = 1.42;
/** A view needs tiles beyond its edges. */
const EDGES = 1.5;

/**
 * Return the density at which a canvas is drawn.
 * @param {number} width
 * @param {number} height
 * @param {number} ratio of the screen
 */
export const densityOf = (width, height, ratio) =>
  Math.min(ratio, 2, Math.sqrt(CANVAS_PX / Math.max(1, width * height)));

/** Return the view of the whole image. @param {World} world @param {Screen} screen @returns {View} */
export function fitView(world, screen) {
  const zoom = Math.min(screen.width / world.width, screen.height / world.height);
  return { x: world.width / 2, y: world.height / 2, zoom };
}

/** Return how many pixels of a level a view may need. @param {OpenedImage} image @param {number} channels */
const mostPixels = ({ levels }, channels) =>
  Math.min(VIEW_BYTES / (Math.max(1, channels) * levels[0].array.itemBytes), DRAWN_CACHE_BYTES / 4 / EDGES) / EDGES;

/**
 * Return the least zoom: half of what fits the screen, at most a pixel on each of the screen; or what the coarsest
 * level allows.
 * @param {OpenedImage} image @param {World} world @param {Screen} screen @param {number} channels
 */
export function leastZoom(image, world, screen, channels) {
  const coarsest = image.levels[image.levels.length - 1];
  const { width, height } = screen;
  const perPixel = coarsest.scaleX * world.perX * coarsest.scaleY * world.perY;
  const whole = (world.width * world.height) / perPixel;
  const most = mostPixels(image, channels);
  const usual = Math.min(1, fitView(world, screen).zoom / 2);
  return whole <= most ? usual : Math.max(usual, Math.sqrt((width * height) / perPixel / most));
}

/**
 * Return a view that shows some of the image, with a zoom that is possible.
 * @param {View} view @param {World} world @param {number} least zoom
 * @returns {View}
 */
export function boundView(view, world, least) {
  return {
    x: clamp(view.x, 0, world.width),
    y: clamp(view.y, 0, world.height),
    zoom: clamp(view.zoom, least, Math.max(MAX_ZOOM, least)),
  };
}

/**
 * Return the view after zooming such that a place of the screen stays.
 * @param {View} view
 * @param {number} factor
 * @param {Screen} screen
 * @param {{x: number, y: number}} place
 */
export function zoomAt(view, factor, screen, place, limit = (/** @type {number} */ zoom) => zoom) {
  const zoom = limit(view.zoom * factor);
  const [dx, dy] = [place.x - screen.width / 2, place.y - screen.height / 2];
  return { x: view.x + dx / view.zoom - dx / zoom, y: view.y + dy / view.zoom - dy / zoom, zoom };
}

/**
 * Return the place in the world of a place of the screen.
 * @param {View} view
 * @param {Screen} screen
 * @param {{x: number, y: number}} place
 */
export const toWorld = (view, screen, { x, y }) => ({
  x: view.x + (x - screen.width / 2) / view.zoom,
  y: view.y + (y - screen.height / 2) / view.zoom,
});

/**
 * Return the index of the level to read: the coarsest that is not magnified, as far as its pixels fit into memory.
 * @param {OpenedImage} image @param {World} world @param {View} view @param {Screen} screen @param {number} channels
 */
export function chooseLevel(image, world, view, screen, channels) {
  const most = mostPixels(image, channels);
  let chosen = image.levels.length - 1;
  for (let at = chosen - 1; at >= 0; at--) {
    const { scaleX, scaleY } = image.levels[at + 1];
    const magnified = view.zoom * screen.density * Math.min(scaleX * world.perX, scaleY * world.perY);
    if (magnified <= MAGNIFIED) break;
    const area = areaOf(image, world, view, screen, at);
    if ((area.right - area.left) * (area.bottom - area.top) > most) break;
    chosen = at;
  }
  return chosen;
}

/**
 * Return what of a level is on the screen, in its pixels.
 * @param {OpenedImage} image
 * @param {World} world
 * @param {View} view
 * @param {Screen} screen
 * @param {number} at
 */
export function areaOf(image, world, view, screen, at) {
  const { scaleX, scaleY, width, height } = image.levels[at];
  const [perX, perY] = [scaleX * world.perX, scaleY * world.perY];
  const first = toWorld(view, screen, { x: 0, y: 0 });
  const last = toWorld(view, screen, { x: screen.width, y: screen.height });
  return {
    left: clamp(first.x / perX, 0, width),
    top: clamp(first.y / perY, 0, height),
    right: clamp(last.x / perX, 0, width),
    bottom: clamp(last.y / perY, 0, height),
  };
}
