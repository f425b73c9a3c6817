// Sliders for z and t, each with its number, which can be typed, and a button that plays.

import { make } from "./elements.js";

/** @typedef {import("./scene.js").Scene} Scene */

/** The next plane is shown when it is complete, and not before so long. */
const STEP_MS = 120;
const NAMES = /** @type {const} */ ({ z: "Plane", t: "Time point" });

/** The sliders of a scene; hidden for axes with one index. */
export class PlaneBar {
  element = make("div", { className: "viewer__planes" });
  /** @type {"z" | "t" | null} the axis that plays */
  playing = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.rows = /** @type {const} */ (["t", "z"]).map((axis) => this.#makeRow(axis));
    this.element.append(...this.rows.map(({ row }) => row));
    scene.addEventListener("settled", () => this.#advanceLater());
  }

  /** Show the plane as it is. */
  refresh() {
    const { image, plane } = this.scene;
    for (const { axis, row, slider, number, text, play } of this.rows) {
      const size = image?.sizes[axis] ?? 1;
      row.hidden = size < 2;
      slider.max = String(size - 1);
      slider.value = String(plane[axis]);
      slider.setAttribute("aria-valuetext", `${plane[axis] + 1} of ${size}`);
      number.max = String(size);
      if (document.activeElement !== number) number.value = String(plane[axis] + 1);
      text.textContent = `of ${size}`;
      const isPlaying = this.playing === axis;
      play.setAttribute("aria-pressed", String(isPlaying));
      /** @type {HTMLElement} */ (play.firstElementChild).className = `icon icon--${isPlaying ? "pause" : "play"}`;
    }
    this.element.hidden = this.rows.every(({ row }) => row.hidden);
  }

  /** Go on or back along an axis, round its ends. @param {"z" | "t"} axis @param {number} steps */
  step(axis, steps) {
    const size = this.scene.image?.sizes[axis] ?? 1;
    this.scene.setPlane({ [axis]: (this.scene.plane[axis] + steps + size) % size });
  }

  /** Begin or end to play along an axis. @param {"z" | "t" | null} axis */
  play(axis) {
    clearTimeout(this.#timer);
    this.playing = axis === this.playing ? null : axis;
    this.scene.playing = this.playing;
    if (this.playing) this.step(this.playing, 1);
    else this.scene.update();
  }

  /** Play along the axis that there is: time before depth. */
  toggle() {
    const { t, z } = this.scene.image?.sizes ?? { t: 1, z: 1 };
    if (this.playing) this.play(this.playing);
    else if (t > 1 || z > 1) this.play(t > 1 ? "t" : "z");
  }

  #advanceLater() {
    clearTimeout(this.#timer);
    const axis = this.playing;
    if (axis) this.#timer = setTimeout(() => this.playing === axis && this.step(axis, 1), STEP_MS);
  }

  /** @param {"z" | "t"} axis */
  #makeRow(axis) {
    const slider = make("input", { type: "range", min: "0", step: "1", "aria-label": `${NAMES[axis]} (${axis})` });
    const number = make("input", {
      type: "number",
      min: "1",
      "aria-label": `${NAMES[axis]} number`,
    });
    const text = make("span", { className: "viewer__size" });
    const play = make("button", { type: "button", className: "viewer__tool", title: `Play along ${axis}` });
    play.append(
      make("span", { "aria-hidden": "true" }),
      make("span", { className: "visually-hidden", textContent: `Play along ${axis}` }),
    );
    play.addEventListener("click", () => this.play(axis));
    slider.addEventListener("input", () => this.scene.setPlane({ [axis]: Number(slider.value) }));
    number.addEventListener("focus", () => number.select());
    number.addEventListener("input", () => {
      if (number.validity.valid && number.value) this.scene.setPlane({ [axis]: Number(number.value) - 1 });
    });
    number.addEventListener("blur", () => this.refresh());
    const name = make("span", { className: "viewer__axis", textContent: axis, "aria-hidden": "true" });
    const row = make("div", { className: "viewer__plane" }, name, play, slider, number, text);
    return { axis, row, slider, number, text, play };
  }
}
