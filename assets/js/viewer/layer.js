// One layer of the canvas: an image, how its tiles are colored, and the tiles that were drawn already. A tile stays on
// the screen until its successor is there, so that moving through z does not flicker.

import { drawChannels, drawLabels } from "./compose.js";
import { makeLabelColors } from "./colors.js";
import { DRAWN_CACHE_BYTES } from "./limits.js";
import { listTiles } from "./tiles.js";
import { areaOf } from "./view.js";

/** @typedef {import("./image.js").OpenedImage} OpenedImage */
/** @typedef {import("./tiles.js").Tile} Tile */
/** @typedef {import("./tiles.js").TileSource} TileSource */
/** @typedef {import("./tiles.js").Plane} Plane */
/** @typedef {import("./view.js").World} World */
/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Screen} Screen */
/** @typedef {{c: number, style: import("./compose.js").Style}} DrawnChannel */
/** @typedef {{canvas: OffscreenCanvas, tile: Tile, look: string}} DrawnTile */

export class Layer {
  /** @type {Map<string, DrawnTile>} by place, in the order of their last use */
  #drawn = new Map();
  #bytes = 0;
  /** @type {DrawnChannel[]} */
  channels = [];
  /** Of labels, 0 to 255 inside of them; null where the labels are the picture. @type {number | null} */
  opacity = null;
  /** Changes with everything that colors depend on. */
  #version = 0;

  /** @param {OpenedImage} image @param {World} world the size of the whole layer @param {TileSource} source */
  constructor(image, world, source) {
    this.image = image;
    this.world = world;
    this.source = source;
    this.isLabel = image.document.isLabel;
    this.colorOf = makeLabelColors(image.document.labelColors);
  }

  /** @param {number} level @param {View} view @param {Screen} screen */
  #listTiles(level, view, screen) {
    if (level >= this.image.levels.length) return [];
    return listTiles(this.image, level, areaOf(this.image, this.world, view, screen, level));
  }

  /** @param {DrawnChannel[]} channels @param {number | null} [opacity] */
  setStyle(channels, opacity = null) {
    this.channels = channels;
    this.opacity = opacity;
    this.#version += 1;
  }

  /**
   * Return the tiles that a view needs, and those keys whose pixels are missing.
   * @param {number} level
   * @param {Plane} plane
   * @param {View} view
   * @param {Screen} screen
   */
  want(level, plane, view, screen) {
    const tiles = this.#listTiles(level, view, screen);
    const needed = tiles.flatMap((tile) => this.channels.map(({ c }) => ({ tile, c })));
    return needed.map(({ tile, c }) => ({ tile, c, key: this.source.keyOf(this.image, tile, plane, c) }));
  }

  /**
   * Draw what is known of a view.
   * @param {CanvasRenderingContext2D} context
   * @param {object} frame
   * @param {number} frame.level
   * @param {number} frame.first the level that is read first, and drawn below what is missing
   * @param {Plane} frame.plane
   * @param {View} frame.view
   * @param {Screen} frame.screen
   * @param {number} frame.deadline for composing tiles
   * @returns {"done" | "waiting" | "later"} whether pixels are missing, or the time to compose them
   */
  draw(context, { level, first, plane, view, screen, deadline }) {
    const tiles = this.#listTiles(level, view, screen);
    const states = tiles.map((tile) => this.#ready(tile, plane, deadline));
    if (states.some((each) => each !== "drawn")) {
      for (const tile of first > level ? this.#listTiles(first, view, screen) : []) this.#ready(tile, plane, deadline);
      this.#drawCoarser(context, level, view, screen);
    }
    for (const tile of tiles) {
      const drawn = this.#drawn.get(placeOf(tile));
      if (drawn) this.#put(context, drawn, view, screen);
    }
    if (states.includes("later")) return "later";
    return states.includes("waiting") ? "waiting" : "done";
  }

  /**
   * Draw the coarser tiles that are known, below those that are missing.
   * @param {CanvasRenderingContext2D} context
   * @param {number} level
   * @param {View} view
   * @param {Screen} screen
   */
  #drawCoarser(context, level, view, screen) {
    const coarser = [...this.#drawn.values()].filter(({ tile }) => tile.level > level);
    coarser.sort((one, other) => other.tile.level - one.tile.level);
    for (const each of coarser) this.#put(context, each, view, screen);
  }

  /**
   * Draw a tile if its pixels are there, and there is time.
   * @param {Tile} tile @param {Plane} plane @param {number} deadline
   * @returns {"drawn" | "waiting" | "failed" | "later"}
   */
  #ready(tile, plane, deadline) {
    const keys = this.channels.map(({ c }) => this.source.keyOf(this.image, tile, plane, c));
    const place = placeOf(tile);
    const look = `${this.#version}|${keys.join()}`;
    const before = this.#drawn.get(place);
    if (before?.look === look) {
      this.#drawn.delete(place);
      this.#drawn.set(place, before);
      return "drawn";
    }
    const planes = keys.map((key) => this.source.peek(key));
    if (planes.some((each) => !each)) return keys.some((key) => this.source.failed.has(key)) ? "failed" : "waiting";
    if (performance.now() > deadline) return "later";
    const canvas = this.#compose(tile, /** @type {import("./compose.js").Raw[]} */ (planes));
    this.#keep(place, { canvas, tile, look });
    return "drawn";
  }

  /** @param {Tile} tile @param {import("./compose.js").Raw[]} planes */
  #compose({ x, y }, planes) {
    const [width, height] = [x[1] - x[0], y[1] - y[0]];
    const pixels = this.isLabel
      ? drawLabels(planes[0], width, this.colorOf, this.opacity)
      : drawChannels(
          planes,
          this.channels.map(({ style }) => style),
          width * height,
        );
    const canvas = new OffscreenCanvas(width, height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.putImageData(new ImageData(pixels, width, height), 0, 0);
    return canvas;
  }

  /** @param {string} place @param {DrawnTile} drawn */
  #keep(place, drawn) {
    this.#forget(place);
    this.#drawn.set(place, drawn);
    this.#bytes += sizeOf(drawn);
    for (const other of this.#drawn.keys()) {
      if (this.#bytes <= DRAWN_CACHE_BYTES || other === place) break;
      this.#forget(other);
    }
  }

  /** @param {string} place */
  #forget(place) {
    const old = this.#drawn.get(place);
    if (!old) return;
    this.#drawn.delete(place);
    this.#bytes -= sizeOf(old);
    old.canvas.width = 0; // frees its memory at once
  }

  /**
   * Return the values of the channels at a place of the world, as far as they are known.
   * @param {number} level @param {Plane} plane @param {{x: number, y: number}} place
   * @returns {{c: number, value: number}[]}
   */
  valuesAt(level, plane, place) {
    const { scaleX, scaleY, width, height } = this.image.levels[level];
    const x = Math.min(width - 1, Math.floor(place.x / (scaleX * this.world.perX)));
    const y = Math.min(height - 1, Math.floor(place.y / (scaleY * this.world.perY)));
    const [tile] = listTiles(this.image, level, { left: x, top: y, right: x + 1, bottom: y + 1 });
    if (!tile) return [];
    const at = (y - tile.y[0]) * (tile.x[1] - tile.x[0]) + x - tile.x[0];
    return this.channels.flatMap(({ c }) => {
      const data = this.source.peek(this.source.keyOf(this.image, tile, plane, c));
      return data ? [{ c, value: data[at] }] : [];
    });
  }

  /** Forget all tiles. */
  clear() {
    for (const place of [...this.#drawn.keys()]) this.#forget(place);
  }

  /** @param {CanvasRenderingContext2D} context @param {DrawnTile} drawn @param {View} view @param {Screen} screen */
  #put(context, { canvas, tile }, view, screen) {
    const { scaleX, scaleY } = this.image.levels[tile.level];
    const [perX, perY] = [scaleX * this.world.perX, scaleY * this.world.perY];
    const toX = (/** @type {number} */ x) =>
      Math.round(((x * perX - view.x) * view.zoom + screen.width / 2) * screen.density);
    const toY = (/** @type {number} */ y) =>
      Math.round(((y * perY - view.y) * view.zoom + screen.height / 2) * screen.density);
    const [left, top, right, bottom] = [toX(tile.x[0]), toY(tile.y[0]), toX(tile.x[1]), toY(tile.y[1])];
    context.imageSmoothingEnabled = !this.isLabel && right - left < canvas.width;
    context.imageSmoothingQuality = "high";
    context.drawImage(canvas, left, top, right - left, bottom - top);
  }
}

/** @param {Tile} tile */
const placeOf = ({ level, column, row }) => `${level}|${column}|${row}`;

/** @param {DrawnTile} drawn */
const sizeOf = ({ canvas }) => 4 * canvas.width * canvas.height;
