// The list of channels: on and off, color, contrast.

import { make } from "./elements.js";

/** @typedef {import("./channels.js").ShownChannel} ShownChannel */
/** @typedef {import("./scene.js").Scene} Scene */

const figures = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });

/** The channels of a scene. It is filled again when another image is shown. */
export class ChannelPanel {
  element = make("fieldset", { className: "viewer__channels" });
  /** @type {ShownChannel[]} */
  #channels = [];
  /** @type {(() => void)[]} */
  #refreshers = [];

  /** @param {Scene} scene @param {() => void} onTouch when the visitor changed something */
  constructor(scene, onTouch) {
    this.scene = scene;
    this.onTouch = onTouch;
  }

  /** Show the channels as they are. */
  refresh() {
    const { channels, image } = this.scene;
    if (channels !== this.#channels) this.#fill();
    for (const each of this.#refreshers) each();
    this.element.hidden = !image || image.document.isLabel;
  }

  #fill() {
    this.#channels = this.scene.channels;
    this.#refreshers = [];
    const legend = make("legend", {}, this.#channels.length > 1 ? `${this.#channels.length} channels` : "Contrast");
    this.element.replaceChildren(legend, ...this.#channels.map((each) => this.#makeRow(each)));
  }

  /** @param {ShownChannel} channel */
  #makeRow(channel) {
    const box = make("input", { type: "checkbox", checked: channel.active });
    const color = make("input", { type: "color", "aria-label": `Color of ${channel.label}`, title: "Color" });
    const name = make("bdi", { textContent: channel.label });
    const contrast = this.#makeContrast(channel);
    box.addEventListener("change", () => this.#change(() => this.scene.setActive(channel, box.checked)));
    color.addEventListener("input", () =>
      this.#change(() => {
        Object.assign(channel, { color: color.value.slice(1).toUpperCase(), table: null });
        this.scene.restyle();
      }),
    );
    const row = make("div", { className: "viewer__channel" }, make("label", {}, box, name), color, contrast);
    this.#refreshers.push(() => {
      box.checked = channel.active;
      color.value = `#${channel.color.toLowerCase()}`;
      row.style.setProperty("--channel", `#${channel.color}`);
      row.dataset.active = String(channel.active);
    });
    return row;
  }

  /** Return two sliders on one track, and a button that chooses the contrast again. @param {ShownChannel} channel */
  #makeContrast(channel) {
    const [low, high] = /** @type {const} */ (["low", "high"]).map((end) => this.#makeSlider(channel, end));
    const text = make("output", { className: "viewer__window" });
    const auto = make("button", {
      type: "button",
      className: "viewer__auto",
      textContent: "Auto",
      title: "Reset the contrast",
    });
    auto.setAttribute("aria-label", `Auto contrast of ${channel.label}`);
    auto.addEventListener("click", () =>
      this.#change(() => {
        if (channel.window) Object.assign(channel, { low: channel.window.low, high: channel.window.high });
        this.scene.restyle();
      }),
    );
    const track = this.#makeTrack(channel, low, high);
    const element = make("div", { className: "viewer__contrast" }, track);
    element.append(make("div", { className: "viewer__figures" }, text, auto));
    this.#refreshers.push(() => {
      const [least, most] = channel.range;
      const reach = most > least ? most - least : 1;
      element.hidden = !channel.active || !channel.window;
      for (const [slider, value] of /** @type {const} */ ([
        [low, channel.low],
        [high, channel.high],
      ])) {
        slider.value = String((1000 * (value - least)) / reach);
        slider.setAttribute("aria-valuetext", figures.format(value));
      }
      element.style.setProperty("--low", `${clampPercent((100 * (channel.low - least)) / reach)}%`);
      element.style.setProperty("--high", `${clampPercent((100 * (channel.high - least)) / reach)}%`);
      text.textContent = `${figures.format(channel.low)} – ${figures.format(channel.high)}`;
      auto.disabled = channel.low === channel.window?.low && channel.high === channel.window?.high;
    });
    return element;
  }

  /** @param {ShownChannel} channel @param {"low" | "high"} end */
  #makeSlider(channel, end) {
    const words = end === "low" ? "Lower contrast limit" : "Upper contrast limit";
    const slider = make("input", { type: "range", min: "0", max: "1000", step: "any" });
    slider.setAttribute("aria-label", `${words} of ${channel.label}`);
    slider.addEventListener("input", () => this.#change(() => this.#set(channel, end, Number(slider.value) / 1000)));
    return slider;
  }

  /**
   * Return the track of two sliders, which has the pointer: it moves the nearer of them.
   * @param {ShownChannel} channel
   * @param {HTMLInputElement} low
   * @param {HTMLInputElement} high
   */
  #makeTrack(channel, low, high) {
    const track = make("div", { className: "viewer__dual" }, low, high);
    /** @type {"low" | "high" | null} */
    let held = null;
    const shareAt = (/** @type {PointerEvent} */ { clientX }) => {
      const { left, width } = track.getBoundingClientRect();
      return Math.min(Math.max((clientX - left) / width, 0), 1);
    };
    track.addEventListener("pointerdown", (event) => {
      const share = 1000 * shareAt(event);
      held = Math.abs(share - Number(low.value)) < Math.abs(share - Number(high.value)) ? "low" : "high";
      track.setPointerCapture(event.pointerId);
      (held === "low" ? low : high).focus({ preventScroll: true });
      event.preventDefault();
    });
    track.addEventListener("pointermove", (event) => {
      const end = held;
      if (end) this.#change(() => this.#set(channel, end, shareAt(event)));
    });
    for (const name of ["pointerup", "pointercancel"]) track.addEventListener(name, () => (held = null));
    return track;
  }

  /** @param {ShownChannel} channel @param {"low" | "high"} end @param {number} share of the range, 0 to 1 */
  #set(channel, end, share) {
    const [least, most] = channel.range;
    const value = least + share * (most - least);
    const gap = (most - least) / 1000;
    channel[end] = end === "low" ? Math.min(value, channel.high - gap) : Math.max(value, channel.low + gap);
    this.scene.restyle();
  }

  /** @param {() => void} change */
  #change(change) {
    this.onTouch();
    change();
  }
}

/** @param {number} percent */
const clampPercent = (percent) => Math.min(Math.max(percent, 0), 100);
