// <image-viewer>: the data of the page's dataset, read from its institution. It is loaded when the visitor asks for it;
// nothing is requested from the host of the data before. Without a canvas, or where the host stops to answer, it says
// so, and the still picture is a click away.

import { ChannelPanel } from "./channel-panel.js";
import { Decoder } from "./decoder.js";
import { make, makeTool } from "./elements.js";
import { listenToKeys, listenToPointers, zoom } from "./gestures.js";
import { ImageChooser, LabelPanel } from "./image-chooser.js";
import { makeBar } from "./lengths.js";
import { PlaneBar } from "./plane-bar.js";
import { describePlace } from "./readout.js";
import { Scene } from "./scene.js";
import { readState, writeState } from "./state.js";
import { Store } from "./store.js";
import { readFacts, readTree } from "./tree.js";
import { densityOf } from "./view.js";
import { ViewerError } from "./values.js";

/** @typedef {import("./tree.js").Facts} Facts */
/** @typedef {import("./state.js").ViewState} ViewState */
/**
 * @typedef {object} Given what the page says of its dataset
 * @property {number} format of Zarr
 * @property {string} image path of the one that the page shows
 * @property {string} kind
 * @property {Record<string, string>} tables lookup tables in base 64, by name
 */

const READING = "Reading the image …";
const TOO_OLD = "This browser is too old for the viewer: it has no workers, or no canvas for them (OffscreenCanvas).";
const WRITE_MS = 250;
const BAR_PART = 0.25;
/** What the mouse, fingers and keys do; keys hold while the image has the focus. */
const HELP = [
  ["Move", "drag, or arrow keys"],
  ["Zoom", "wheel or two fingers, + and −, double click"],
  ["Whole image", "0"],
  ["Plane, time", "[ and ]; comma and period"],
  ["Play", "space bar"],
  ["Channels", "1 to 9 show or hide"],
  ["Full screen", "F"],
  ["This list", "?"],
];

/** Return the store at an address. @param {string} url @param {boolean} isZipped @returns {Promise<Store>} */
export async function openStore(url, isZipped) {
  return isZipped ? new (await import("./zip-store.js")).ZipStore(url) : new Store(url);
}

export class ImageViewer extends HTMLElement {
  /** @type {Scene | null} */
  #scene = null;
  /** @type {Decoder | null} */
  #decoder = null;
  /** @type {ResizeObserver | null} */
  #resizes = null;
  /** @type {(() => void)[]} what shows the state of the scene */
  #refreshers = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #writing;
  #hasOwnChannels = false;
  /** What failed since the view changed. */
  #failure = "";
  /** What is said of the image that is shown as long as it is. */
  #note = "";
  /** Opens again what could not be opened. @type {(() => void) | null} */
  #again = null;
  /** Ends when the images of the dataset are known. @type {Promise<void>} */
  started = Promise.resolve();
  /** @type {ImageChooser | null} */
  chooser = null;
  #said = make("p", { className: "viewer__said", role: "status" });
  #retry = make("button", { type: "button", className: "viewer__retry", textContent: "Try again", hidden: true });

  /**
   * Show the dataset of a page.
   * @param {Store} store
   * @param {Given} given
   * @param {Promise<unknown>} record what the catalog knows of it
   * @param {{row: number, column: number}} [well] to begin with
   */
  async start(store, given, record, well) {
    this.setAttribute("aria-busy", "true");
    this.#say(READING);
    const start = () => new Worker(new URL("./decode-worker.js", import.meta.url), { type: "module" });
    this.#decoder = new Decoder(store, start);
    const canvas = make("canvas", { className: "viewer__canvas", tabIndex: 0, role: "application" });
    canvas.setAttribute("aria-label", "Image. Press the question mark key to see the controls.");
    if (!canvas.getContext("2d", { alpha: false })) return this.#giveUp("This browser cannot draw on a canvas.");
    if (typeof OffscreenCanvas === "undefined" || typeof Worker === "undefined") return this.#giveUp(TOO_OLD);
    const tables = new Map(Object.entries(given.tables).map(([name, text]) => [name, readTable(text)]));
    this.#scene = new Scene(canvas, store, this.#decoder, tables);
    this.#build(this.#scene);
    this.#listen(this.#scene);
    const facts = { ...given, series: /** @type {string[]} */ ([]), hasLabels: false };
    const state = readState(location.hash);
    const isOther = Boolean(state?.image) && state?.image !== given.image;
    const shown = isOther || well ? Promise.resolve() : this.#open(given.image, facts, state ?? {});
    const known = await record.then((each) => ({ ...readFacts(each), ...given })).catch(() => facts);
    await this.#offer(known, state, isOther);
    if (well) await this.#chooseWell(well.row, well.column);
    await shown;
    if (state?.labels && known.hasLabels) await this.#setLabels(state.labels, state.opacity ?? this.#scene.opacity);
  }

  /**
   * @param {Facts} facts
   * @param {ViewState | null} state
   * @param {boolean} isOther whether it names another image than the page
   */
  async #offer(facts, state, isOther) {
    const scene = /** @type {Scene} */ (this.#scene);
    const chooser = new ImageChooser(scene, facts, (path) => {
      this.#note = "";
      this.#open(path, facts);
    });
    const labels = new LabelPanel(scene, facts, (name, opacity) => this.#setLabels(name, opacity));
    this.chooser = chooser;
    this.querySelector("[data-slot=chooser]")?.replaceWith(chooser.element);
    this.querySelector("[data-slot=labels]")?.replaceWith(labels.element);
    chooser.fill(await readTree(scene.store, facts).catch(() => ({ noun: "Image", images: [], plate: null })));
    this.#refreshers.push(() => labels.refresh());
    scene.addEventListener("opened", () => chooser.refresh());
    if (isOther) {
      const wanted = state?.image ?? "";
      const isThere = chooser.has(wanted);
      if (!isThere)
        this.#note = `This dataset has no image “${wanted.slice(0, 80)}”, as the link says. Another is shown.`;
      await this.#open(isThere ? wanted : facts.image, facts, isThere ? (state ?? {}) : {});
    }
    chooser.refresh();
    labels.refresh();
  }

  /** Show the well at a place of the plate. @param {number} row @param {number} column */
  async showWell(row, column) {
    await this.started;
    await this.#chooseWell(row, column);
  }

  /** @param {number} row @param {number} column */
  async #chooseWell(row, column) {
    try {
      await this.chooser?.chooseWell(row, column);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Let keys move over the image. */
  takeFocus() {
    this.querySelector("canvas")?.focus({ preventScroll: true });
  }

  /** @param {string} path @param {Pick<Facts, "format">} facts @param {Partial<ViewState>} [state] */
  async #open(path, { format }, state = {}) {
    this.setAttribute("aria-busy", "true");
    this.#hasOwnChannels = Boolean(state.channels);
    this.#again = null;
    try {
      const isShown = await /** @type {Scene} */ (this.#scene).open(path, format, state);
      if (!isShown) return;
      this.#sayFailures();
      this.#scene?.dispatchEvent(new Event("opened"));
      this.dispatchEvent(new CustomEvent("viewer-opened", { bubbles: true, detail: { image: path } }));
    } catch (error) {
      this.#fail(error);
      this.#retry.hidden = false;
      this.#again = () => this.#open(path, { format }, state);
    }
  }

  /** @param {string | null} name @param {number} opacity */
  async #setLabels(name, opacity) {
    try {
      await this.#scene?.setLabels(name, opacity);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {Scene} scene */
  #build(scene) {
    const channels = new ChannelPanel(scene, () => (this.#hasOwnChannels = true));
    const planes = new PlaneBar(scene);
    const bar = make("div", { className: "viewer__bar", hidden: true }, make("i"), make("span"));
    const readout = make("output", { className: "viewer__readout" });
    const link = makeTool("link", "Copy a link to this view", () => this.#copyLink(link));
    const tools = make(
      "div",
      { className: "viewer__tools", role: "toolbar", "aria-label": "View" },
      makeTool("plus", "Zoom in", () => zoom(scene, 1.5)),
      makeTool("minus", "Zoom out", () => zoom(scene, 1 / 1.5)),
      makeTool("fit", "Show the whole image", () => scene.fit()),
      link,
      makeTool("full", "Full screen", () => this.#toggleFull()),
      makeTool("close", "Close the viewer", () => this.close()),
    );
    const help = this.#makeHelp(tools);
    const slot = (/** @type {string} */ name) => make("span", { "data-slot": name, hidden: true });
    const screen = make(
      "div",
      { className: "viewer__screen" },
      scene.canvas,
      slot("chooser"),
      tools,
      bar,
      readout,
      help,
    );
    const panel = make("div", { className: "viewer__panel" }, channels.element, slot("labels"));
    screen.append(make("div", { className: "viewer__message" }, this.#said, this.#retry));
    this.append(screen, planes.element, panel);
    this.#refreshers.push(
      () => channels.refresh(),
      () => planes.refresh(),
      () => showBar(bar, scene),
      () => this.#shape(scene),
    );
    listenToPointers(scene, (place) => (readout.textContent = place ? describePlace(scene, place) : ""));
    listenToKeys(scene, {
      "[": () => planes.step("z", -1),
      "]": () => planes.step("z", 1),
      ",": () => planes.step("t", -1),
      ".": () => planes.step("t", 1),
      " ": () => planes.toggle(),
      f: () => this.#toggleFull(),
      "?": () => help.toggleAttribute("hidden"),
      ...Object.fromEntries([...Array(9)].map((_, at) => [String(at + 1), () => this.#toggleChannel(at)])),
    });
  }

  /** Return the list of keys, hidden, and put its button before the last tool. @param {HTMLElement} tools */
  #makeHelp(tools) {
    const rows = HELP.flatMap(([what, how]) => [make("dt", {}, what), make("dd", {}, how)]);
    const help = make("div", { className: "viewer__help", hidden: true }, make("dl", {}, ...rows));
    const toggle = makeTool("help", "Mouse, touch and keyboard controls", () => help.toggleAttribute("hidden"));
    const show = () => toggle.setAttribute("aria-expanded", String(!help.hidden));
    new MutationObserver(show).observe(help, { attributeFilter: ["hidden"] });
    show();
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || help.hidden) return;
      help.hidden = true;
      event.stopPropagation();
    });
    tools.lastElementChild?.before(toggle);
    return help;
  }

  /** Take the shape of an image, and the controls that it needs. @param {Scene} scene */
  #shape({ image, world, channels }) {
    if (!image) return;
    this.style.setProperty("--aspect", (world.width / world.height).toFixed(3));
    this.dataset.channels = String(channels.length);
  }

  /** @param {Scene} scene */
  #listen(scene) {
    scene.addEventListener("change", () => {
      this.setAttribute("aria-busy", "true");
      this.#failure = "";
      if (this.#said.textContent === READING) this.#say(this.#note);
      for (const refresh of this.#refreshers) refresh();
      this.#writeLater();
    });
    scene.addEventListener("reading", () => this.setAttribute("aria-busy", "true"));
    scene.addEventListener("settled", () => {
      this.#sayFailures();
      this.dataset.level = scene.image?.levels[scene.level].path ?? "";
      this.setAttribute("aria-busy", "false");
    });
    scene.addEventListener("failed", () => this.#sayFailures());
    this.#retry.addEventListener("click", () => {
      this.#say("");
      scene.source.retry();
      if (this.#again) this.#again();
      else scene.update();
    });
    this.#resizes = new ResizeObserver(() => this.#resize(scene));
    this.#resizes.observe(/** @type {HTMLElement} */ (scene.canvas.parentElement));
    this.#resize(scene);
  }

  /** @param {Scene} scene */
  #resize(scene) {
    const { clientWidth: width, clientHeight: height } = /** @type {HTMLElement} */ (scene.canvas.parentElement);
    if (width && height) scene.resize({ width, height, density: densityOf(width, height, devicePixelRatio) });
  }

  /** @param {number} at */
  #toggleChannel(at) {
    const channel = this.#scene?.channels[at];
    if (!channel || this.#scene?.image?.document.isLabel) return;
    this.#hasOwnChannels = true;
    this.#scene?.setActive(channel, !channel.active);
  }

  async #toggleFull() {
    if (document.fullscreenElement) return document.exitFullscreen();
    if (document.fullscreenEnabled) return this.requestFullscreen();
    this.toggleAttribute("data-full"); // a phone without the API
  }

  /** @param {HTMLElement} button */
  async #copyLink(button) {
    this.#write();
    try {
      await navigator.clipboard.writeText(location.href);
      this.#say("Link to this view copied.");
    } catch {
      this.#say("This browser does not let the page copy. Copy the address of this page instead.");
    }
    button.focus();
  }

  #writeLater() {
    clearTimeout(this.#writing);
    this.#writing = setTimeout(() => this.#write(), WRITE_MS);
  }

  /** Put the state into the address, in place of what is there. */
  #write() {
    clearTimeout(this.#writing);
    const scene = this.#scene;
    if (!scene?.image) return;
    const { image, plane, isFitted, view, labels, opacity, channels } = scene;
    const shown = channels.filter(({ active }) => active);
    const state = {
      image: image.path,
      z: image.sizes.z > 1 ? plane.z : null,
      t: image.sizes.t > 1 ? plane.t : null,
      view: isFitted ? null : view,
      channels: this.#hasOwnChannels ? shown.map(({ c, color, low, high }) => ({ c, color, low, high })) : null,
      labels,
      opacity: labels ? opacity : null,
    };
    history.replaceState(history.state, "", `#${writeState(state)}`);
  }

  /** Say why nothing can be shown, with a way back to the still picture. @param {string} words */
  #giveUp(words) {
    this.#say(words);
    const close = makeTool("close", "Close the viewer", () => this.close());
    this.append(make("div", { className: "viewer__nothing" }, this.#said, close));
    this.setAttribute("aria-busy", "false");
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!(error instanceof ViewerError)) console.error(error);
    this.#failure = error instanceof ViewerError ? error.message : "The image could not be shown.";
    this.#say(this.#failure);
    this.setAttribute("aria-busy", "false");
  }

  /** Say why tiles of the view are missing, or what failed since it changed; nothing where nothing did. */
  #sayFailures() {
    const [words = ""] = this.#scene?.source.failed.values() ?? [];
    this.#say(words || this.#failure || this.#note, Boolean(words));
  }

  /** @param {string} words @param {boolean} [canRetry] */
  #say(words, canRetry = false) {
    this.#said.textContent = words;
    this.#retry.hidden = !canRetry;
  }

  /** End everything, and show the still picture. */
  close() {
    clearTimeout(this.#writing);
    this.#resizes?.disconnect();
    this.#scene?.close();
    this.#decoder?.stop("The viewer was closed.");
    history.replaceState(history.state, "", location.pathname + location.search);
    this.dispatchEvent(new CustomEvent("viewer-closed", { bubbles: true }));
    this.remove();
  }
}

/** @param {string} text a lookup table in base 64 */
function readTable(text) {
  const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  return bytes.length === 768 ? bytes : new Uint8Array(768);
}

/** @param {HTMLElement} element @param {Scene} scene */
function showBar(element, scene) {
  const { image, world, view, screen } = scene;
  const perPixel = 1 / (view.zoom * world.perX);
  const bar = image && makeBar(screen.width * BAR_PART, perPixel, image.pixelSize.x, image.units.x);
  element.hidden = !bar;
  if (!bar) return;
  element.style.setProperty("--length", `${bar.width.toFixed(1)}px`);
  /** @type {HTMLElement} */ (element.lastElementChild).textContent = bar.label;
}

customElements.define("image-viewer", ImageViewer);
