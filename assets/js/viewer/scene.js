// What the canvas shows: an image, its plane, channels and label image, and where the visitor looks. A change asks for
// the tiles that are missing, cancels those that are wanted no longer, and draws what is there.

import { chooseLook, listChannels, refineWindows, stylesOf } from "./channels.js";
import { indexOf, measureWorld, openImage } from "./image.js";
import { Layer } from "./layer.js";
import { firstLevel, overviewLevel, readOverview } from "./overview.js";
import { TileSource } from "./tiles.js";
import { areaOf, boundView, chooseLevel, fitView, leastZoom, toWorld } from "./view.js";
import { clamp } from "./values.js";

/** @typedef {import("./image.js").OpenedImage} OpenedImage */
/** @typedef {import("./channels.js").ShownChannel} ShownChannel */
/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Screen} Screen */
/** @typedef {{z: number, t: number}} Plane */

/** Composing tiles may take so much of a frame. */
const FRAME_MS = 12;
const GROUND = "#0b0c0d";

/**
 * Events: `change` when anything that the controls or the address show has changed; `reading` when more than tiles is
 * read; `settled` when everything that the view needs is read and drawn; `failed` when a tile could not be read.
 */
export class Scene extends EventTarget {
  /** @type {OpenedImage | null} */
  image = null;
  /** @type {ShownChannel[]} */
  channels = [];
  /** @type {Plane} */
  plane = { z: 0, t: 0 };
  /** @type {View} */
  view = { x: 0, y: 0, zoom: 1 };
  /** @type {Screen} */
  screen = { width: 1, height: 1, density: 1 };
  world = { width: 1, height: 1, perX: 1, perY: 1 };
  /** Index of the level that is drawn. */
  level = 0;
  /** @type {string | null} name of the label image that is drawn */
  labels = null;
  /** Of labels, percent. */
  opacity = 40;
  isSettled = false;
  /** The axis along which it plays, whose next plane is read in advance. @type {"z" | "t" | null} */
  playing = null;
  isFitted = true;
  /** @type {Layer | null} */
  #picture = null;
  /** @type {Layer | null} */
  #overlay = null;
  #frame = 0;
  #opened = 0;
  /** Whether the contrast may still change by itself. */
  #isRefining = false;
  /** The image of each reading of more than tiles that has not ended. @type {OpenedImage[]} */
  #readings = [];
  /** Counts the choices of labels: the last is drawn, whichever arrives first. */
  #labelChoices = 0;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("./store.js").Store} store
   * @param {import("./decoder.js").Decoder} decoder
   * @param {ReadonlyMap<string, Uint8Array>} tables lookup tables by name
   */
  constructor(canvas, store, decoder, tables) {
    super();
    this.canvas = canvas;
    this.store = store;
    this.tables = tables;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
    this.decoder = decoder;
    this.source = new TileSource(decoder, () => this.#arrive());
  }

  /**
   * Show an image.
   * @param {string} path @param {number} format of Zarr
   * @param {Partial<import("./state.js").ViewState>} [state] to begin with
   * @returns {Promise<boolean>} whether it is shown; another may have been chosen meanwhile
   */
  async open(path, format, state = {}) {
    const turn = ++this.#opened;
    this.decoder.prepare([]);
    const image = await openImage(this.store, path, format);
    this.decoder.prepare(image.levels[0].array.codecs);
    if (turn !== this.#opened) return false;
    const { z, t } = image.sizes;
    const { defaultZ, defaultT } = image.document;
    const plane = {
      z: clamp(state.z ?? defaultZ ?? Math.floor(z / 2), 0, z - 1),
      t: clamp(state.t ?? defaultT ?? 0, 0, t - 1),
    };
    const channels = listChannels(image, this.tables);
    applyChannels(channels, state.channels ?? null);
    await this.#look(image, plane, channels);
    if (turn !== this.#opened) return false;
    applyWindows(channels, state.channels ?? null);
    this.#isRefining = true;
    this.#show(image, plane, channels, state.view ?? null);
    await this.#refine(image, plane, channels).catch(() => {}); // the contrast of the first pixels is kept
    if (turn !== this.#opened) return false;
    this.#isRefining = false;
    this.restyle();
    return true;
  }

  /**
   * Choose windows that are not the author's from all pixels of a small plane.
   * @param {OpenedImage} image
   * @param {Plane} plane
   * @param {ShownChannel[]} channels
   */
  async #refine(image, plane, channels) {
    const level = overviewLevel(image);
    const own = channels.filter(({ active, window }) => active && window && window.origin !== "author");
    if (level === firstLevel(image) || !own.length) return;
    refineWindows(image, own, await Promise.all(own.map(({ c }) => readOverview(this.source, image, plane, c, level))));
  }

  /** @param {OpenedImage} image @param {Plane} plane @param {ShownChannel[]} channels @param {View | null} view */
  #show(image, plane, channels, view) {
    this.#picture?.clear();
    this.#overlay?.clear();
    this.#overlay = this.labels = null;
    Object.assign(this, { image, plane, channels, world: measureWorld(image) });
    this.#picture = new Layer(image, this.world, this.source);
    this.isFitted = !view;
    this.view = view ?? fitView(this.world, this.screen);
    this.restyle();
  }

  /**
   * Choose windows and colors of the active channels.
   * @param {OpenedImage} image
   * @param {Plane} plane
   * @param {ShownChannel[]} channels
   */
  async #look(image, plane, channels) {
    const level = firstLevel(image);
    const active = channels.filter((each) => each.active);
    const planes = await Promise.all(active.map(({ c }) => readOverview(this.source, image, plane, c, level)));
    if (image.document.isLabel)
      for (const each of active) each.window = { low: 0, high: 1, origin: "author", median: 0 };
    else chooseLook(image, channels, new Map(active.map(({ c }, at) => [c, planes[at]])));
  }

  /** Show or hide a channel. @param {ShownChannel} channel @param {boolean} active */
  async setActive(channel, active) {
    const image = /** @type {OpenedImage} */ (this.image);
    channel.active = active;
    if (active && !channel.window) {
      await this.#during(image, async () => {
        await this.#look(image, this.plane, [channel]);
        await this.#refine(image, this.plane, [channel]);
      });
    }
    if (this.image === image) this.restyle();
  }

  /**
   * Read something of an image; its view is not settled before that has ended.
   * @template T
   * @param {OpenedImage} image
   * @param {() => Promise<T>} read
   * @returns {Promise<T>}
   */
  async #during(image, read) {
    this.isSettled = false;
    this.#readings.push(image);
    this.dispatchEvent(new Event("reading"));
    try {
      return await read();
    } finally {
      this.#readings.splice(this.#readings.indexOf(image), 1);
      this.#redraw();
    }
  }

  /** Use the channels as they are now. */
  restyle() {
    this.#picture?.setStyle(stylesOf(this.channels));
    this.update();
  }

  /**
   * Draw a label image over the picture.
   * @param {string | null} name null: none
   * @param {number} [opacity] percent
   */
  async setLabels(name, opacity = this.opacity) {
    this.opacity = opacity;
    const image = this.image;
    if (!image) return;
    const choice = ++this.#labelChoices;
    if (name && name !== this.labels) {
      const path = `${image.path ? `${image.path}/` : ""}labels/${name}`;
      const found = await this.#during(image, () => openImage(this.store, path, image.format));
      if (this.image !== image || choice !== this.#labelChoices) return;
      const [{ width, height }] = found.levels;
      const world = { ...this.world, perX: this.world.width / width, perY: this.world.height / height };
      found.document.isLabel = true;
      this.#overlay?.clear();
      this.#overlay = new Layer(found, world, this.source);
    }
    if (!name) this.#overlay?.clear();
    if (!name) this.#overlay = null;
    this.labels = name;
    const style = { low: 0, high: 1, inverted: false, ramp: new Uint8Array(768) };
    this.#overlay?.setStyle([{ c: 0, style }], Math.round(2.55 * opacity));
    this.update();
  }

  /** @param {Partial<Plane>} plane */
  setPlane(plane) {
    const { z, t } = this.image?.sizes ?? { z: 1, t: 1 };
    this.plane = {
      z: clamp(plane.z ?? this.plane.z, 0, z - 1),
      t: clamp(plane.t ?? this.plane.t, 0, t - 1),
    };
    this.update();
  }

  /** @param {View} view */
  setView(view) {
    this.isFitted = false;
    this.view = view;
    this.update();
  }

  /** Show the whole image. */
  fit() {
    this.isFitted = true;
    this.view = fitView(this.world, this.screen);
    this.update();
  }

  /** Return the nearest zoom that is possible. @param {number} zoom */
  limitZoom(zoom) {
    return boundView({ ...this.view, zoom }, this.world, this.#leastZoom()).zoom;
  }

  #leastZoom() {
    const image = /** @type {OpenedImage} */ (this.image);
    return leastZoom(image, this.world, this.screen, stylesOf(this.channels).length);
  }

  /** @param {Screen} screen */
  resize(screen) {
    this.screen = screen;
    this.canvas.width = Math.max(1, Math.round(screen.width * screen.density));
    this.canvas.height = Math.max(1, Math.round(screen.height * screen.density));
    if (this.image && this.isFitted) this.view = fitView(this.world, screen);
    this.update();
  }

  /** Read what the view needs, and draw. */
  update() {
    if (!this.image || !this.#picture) return;
    this.isSettled = false;
    this.view = boundView(this.view, this.world, this.#leastZoom());
    this.level = chooseLevel(this.image, this.world, this.view, this.screen, stylesOf(this.channels).length);
    this.#request();
    this.#redraw();
    this.dispatchEvent(new Event("change"));
  }

  #request() {
    const wanted = this.#layers().flatMap(({ layer, level }) =>
      this.#planes().flatMap((plane) =>
        layer.want(level, plane, this.view, this.screen).map((each) => ({ ...each, layer, plane })),
      ),
    );
    this.source.cancelOthers(new Set(wanted.map(({ key }) => key)));
    for (const { layer, tile, plane, c, key } of wanted) {
      if (!this.source.failed.has(key)) this.source.read(layer.image, tile, plane, c).catch(() => {});
    }
  }

  /** Return the planes to read: that which is shown; while playing, the next one, too. */
  #planes() {
    const { image, plane, playing } = this;
    if (!image || !playing) return [plane];
    return [plane, { ...plane, [playing]: (plane[playing] + 1) % image.sizes[playing] }];
  }

  #layers() {
    const all = [this.#picture, this.#overlay].filter((each) => each !== null);
    return all.map((layer) => ({
      layer,
      level: layer === this.#picture ? this.level : chooseLevel(layer.image, layer.world, this.view, this.screen, 1),
    }));
  }

  #arrive() {
    this.#redraw();
    if (this.source.failed.size) this.dispatchEvent(new Event("failed"));
  }

  #redraw() {
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = 0;
    this.context.fillStyle = GROUND;
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const deadline = performance.now() + FRAME_MS;
    const first = this.image ? firstLevel(this.image) : 0;
    const states = this.#layers().map(({ layer, level }) =>
      layer.draw(this.context, { level, first, plane: this.plane, view: this.view, screen: this.screen, deadline }),
    );
    if (states.includes("later")) this.#redraw();
    if (!this.image || states.some((each) => each !== "done")) return;
    if (this.isSettled || this.#isRefining || this.#readings.includes(this.image)) return;
    this.isSettled = true;
    this.dispatchEvent(new Event("settled"));
  }

  /**
   * Return what is at a place of the screen: pixel of the finest level, and the values that are drawn there.
   * @param {{x: number, y: number}} place
   */
  look(place) {
    if (!this.image || !this.#picture) return null;
    const { x, y } = toWorld(this.view, this.screen, place);
    if (x < 0 || y < 0 || x >= this.world.width || y >= this.world.height) return null;
    const values = this.#layers().map(({ layer, level }) => layer.valuesAt(level, this.plane, { x, y }));
    return { x: Math.floor(x / this.world.perX), y: Math.floor(y / this.world.perY), values };
  }

  /** Return the z and t of the level that is drawn: levels may be smaller along z, too. */
  drawnIndex() {
    const image = /** @type {OpenedImage} */ (this.image);
    const index = indexOf(image, image.levels[this.level], { ...this.plane, c: 0 });
    return { z: image.positions.z === null ? 0 : index[image.positions.z] };
  }

  /** Return what of the drawn level is on the screen, in its pixels. */
  drawnArea() {
    return areaOf(/** @type {OpenedImage} */ (this.image), this.world, this.view, this.screen, this.level);
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.#opened += 1;
    this.source.cancelOthers(new Set());
    this.#picture?.clear();
    this.#overlay?.clear();
  }
}

/**
 * Draw the channels of a state, and no others.
 * @param {ShownChannel[]} channels
 * @param {import("./state.js").ChannelState[] | null} state
 */
function applyChannels(channels, state) {
  const known = (state ?? []).filter(({ c }) => c < channels.length);
  if (!state) return;
  for (const each of channels) each.active = known.some(({ c }) => c === each.c);
}

/** @param {ShownChannel[]} channels @param {import("./state.js").ChannelState[] | null} state */
function applyWindows(channels, state) {
  for (const { c, color, low, high } of state ?? []) {
    const channel = channels[c];
    if (!channel) continue;
    if (color && color !== channel.color) Object.assign(channel, { color, table: null });
    if (low !== null && high !== null) Object.assign(channel, { low, high });
  }
}
