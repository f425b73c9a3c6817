// The tiles of an image: where they are, and their pixels, which are read once and kept while there is room. Tiles are
// whole chunks, as far as chunks allow, so that none is fetched for two of them.

import { indexOf } from "./image.js";
import { TILE_CACHE_BYTES, TILE_PX } from "./limits.js";

/** @typedef {import("./compose.js").Raw} Raw */
/** @typedef {import("./image.js").OpenedImage} OpenedImage */
/** @typedef {import("./image.js").Level} Level */
/** @typedef {{z: number, t: number}} Plane */
/**
 * @typedef {{level: number, column: number, row: number, x: [number, number], y: [number, number]}} Tile pixels of its
 * level
 */

/** Return the side of the tiles of a level along an axis. @param {number} chunk */
export function tileSide(chunk) {
  if (chunk <= TILE_PX) return chunk * Math.floor(TILE_PX / chunk);
  return Math.ceil(chunk / Math.ceil(chunk / TILE_PX));
}

/**
 * Return the tiles of a level in a rectangle, nearest to its middle first.
 * @param {OpenedImage} image
 * @param {number} at index of the level
 * @param {{left: number, top: number, right: number, bottom: number}} area in pixels of the level
 * @returns {Tile[]}
 */
export function listTiles({ levels, positions }, at, area) {
  const { array, width, height } = levels[at];
  const [sideX, sideY] = [tileSide(array.chunks[positions.x]), tileSide(array.chunks[positions.y])];
  const tiles = [];
  const [lastRow, lastColumn] = [Math.min(height, area.bottom), Math.min(width, area.right)];
  for (let row = Math.floor(Math.max(0, area.top) / sideY); row * sideY < lastRow; row++) {
    for (let column = Math.floor(Math.max(0, area.left) / sideX); column * sideX < lastColumn; column++) {
      const [x, y] = [column * sideX, row * sideY];
      tiles.push(
        /** @type {Tile} */ ({
          level: at,
          column,
          row,
          x: [x, Math.min(width, x + sideX)],
          y: [y, Math.min(height, y + sideY)],
        }),
      );
    }
  }
  const [middleX, middleY] = [(area.left + area.right) / 2, (area.top + area.bottom) / 2];
  const distance = (/** @type {Tile} */ { x, y }) =>
    Math.hypot((x[0] + x[1]) / 2 - middleX, (y[0] + y[1]) / 2 - middleY);
  return tiles.sort((one, other) => distance(one) - distance(other));
}

/** Pixels of tiles by image, plane and channel; what is wanted no longer is canceled. */
export class TileSource {
  /** @type {Map<string, Raw>} in the order of their last use */
  #known = new Map();
  /** @type {Map<string, {abort: AbortController, promise: Promise<Raw>}>} */
  #running = new Map();
  /** @type {Map<string, string>} why a tile could not be read */
  failed = new Map();
  /** @type {Set<string>} what is read whatever the view is */
  #pinned = new Set();
  #bytes = 0;

  /** @param {import("./decoder.js").Decoder} decoder @param {() => void} onArrival */
  constructor(decoder, onArrival) {
    this.decoder = decoder;
    this.onArrival = onArrival;
  }

  /** @param {OpenedImage} image @param {Tile} tile @param {Plane} plane @param {number} c */
  keyOf(image, { level, column, row }, plane, c) {
    return [image.levels[level].path, ...this.#indexOf(image, level, plane, c), column, row].join("|");
  }

  /** @param {OpenedImage} image @param {number} level @param {Plane} plane @param {number} c */
  #indexOf(image, level, { z, t }, c) {
    const { x, y } = image.positions;
    return indexOf(image, image.levels[level], { z, t, c }).map((at, axis) => (axis === x || axis === y ? 0 : at));
  }

  /** Return the pixels of a tile, if they are known. @param {string} key */
  peek(key) {
    const data = this.#known.get(key);
    if (data) {
      this.#known.delete(key);
      this.#known.set(key, data);
    }
    return data;
  }

  /**
   * Return the pixels of a tile.
   * @param {OpenedImage} image @param {Tile} tile @param {Plane} plane @param {number} c
   * @returns {Promise<Raw>}
   */
  read(image, tile, plane, c) {
    const key = this.keyOf(image, tile, plane, c);
    const known = this.peek(key);
    if (known) return Promise.resolve(known);
    const running = this.#running.get(key);
    if (running) return running.promise;
    const abort = new AbortController();
    const { positions, levels, format } = image;
    const index = this.#indexOf(image, tile.level, plane, c);
    const job = {
      shardBytes: levels[tile.level].array.shardBytes,
      path: levels[tile.level].path,
      format,
      index,
      yAxis: positions.y,
      xAxis: positions.x,
      y: tile.y,
      x: tile.x,
    };
    const promise = this.decoder.read(job, abort.signal);
    this.#running.set(key, { abort, promise });
    promise.then(
      (data) => this.#keep(key, data),
      (error) => this.#fail(key, abort, error),
    );
    return promise;
  }

  /**
   * Return the pixels of a tile that is not canceled with others.
   * @param {OpenedImage} image
   * @param {Tile} tile
   * @param {Plane} plane
   * @param {number} c
   */
  async readPinned(image, tile, plane, c) {
    const key = this.keyOf(image, tile, plane, c);
    this.#pinned.add(key);
    try {
      return await this.read(image, tile, plane, c);
    } finally {
      this.#pinned.delete(key);
    }
  }

  /** Cancel what is read for none of these keys. @param {ReadonlySet<string>} wanted */
  cancelOthers(wanted) {
    for (const [key, { abort }] of this.#running) {
      if (wanted.has(key) || this.#pinned.has(key)) continue;
      this.#running.delete(key);
      abort.abort();
    }
  }

  /** Whether tiles are being read. */
  get isBusy() {
    return this.#running.size > 0;
  }

  /** Forget failures, so that they are tried again. */
  retry() {
    this.failed.clear();
  }

  /** @param {string} key @param {Raw} data */
  #keep(key, data) {
    this.#running.delete(key);
    this.#known.set(key, data);
    this.#bytes += data.byteLength;
    for (const [other, old] of this.#known) {
      if (this.#bytes <= TILE_CACHE_BYTES || other === key) break;
      this.#known.delete(other);
      this.#bytes -= old.byteLength;
    }
    this.onArrival();
  }

  /** @param {string} key @param {AbortController} abort @param {Error} error */
  #fail(key, abort, error) {
    if (abort.signal.aborted) return;
    this.#running.delete(key);
    this.failed.set(key, error.message);
    this.onArrival();
  }
}
