// <range-filter>: a number with a lower and an upper limit.

import { copyTemplate, find, part, send, showMark } from "./dom.js";
import { KeySeries } from "./key-series.js";
import { barHeights, limitsBetween, positionOf, readFields, thumbAt, writeAmount, writeEnd } from "./limits.js";
import { writeCount } from "../writing.js";

/** @typedef {import("./limits.js").Limits} Limits */

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 32;
/** Of a bar, the rest is a gap. */
const BAR_WIDTH = 0.84;
const OPEN = /** @type {Limits} */ (Object.freeze([-Infinity, Infinity]));

/**
 * `<range-filter>`: two sliders on the edges of a histogram, two fields in which any number can be written, and a box
 * for datasets that do not state it. A slider holds the position of an edge; what the edges are is in the manifest. A
 * change is sent once a thumb, a key or a field is left.
 */
export class RangeFilter extends HTMLElement {
  /** @type {import("./limits.js").RangeSummary | null} */
  #summary = null;
  /** @type {Limits | null} */
  #limits = null;
  /** What the fields show; while a thumb moves, that is what will be asked for. @type {Limits | null} */
  #inFields = null;
  #isUnstated = false;
  /** Whether a slider was moved, and nothing sent yet: a key is held, or the edges are not known. */
  #isMoved = false;
  #isKeyHeld = false;
  #keys = new KeySeries();
  /** The thumb that a pointer holds, and where both were before. @type {{thumb: number, before: number[]} | null} */
  #held = null;

  constructor() {
    super();
    find(this, "details").append(this.#makeControls());
    this.addEventListener("input", (event) => this.#onInput(event));
    this.addEventListener("change", (event) => this.#onChange(event));
    this.addEventListener("keydown", (event) => this.#onKey(event));
    this.addEventListener("keyup", () => this.#release());
    this.addEventListener("focusout", () => {
      this.#release();
      this.#keys.end();
    });
    this.addEventListener("pointerdown", (event) => this.#hold(event));
    this.addEventListener("pointermove", (event) => this.#drag(event));
    this.addEventListener("pointerup", () => this.#drop());
    this.addEventListener("pointercancel", () => this.#cancel());
    this.addEventListener("toggle", () => send(this, "range-toggle"), true);
  }

  /** Return sliders, fields and box, as they are where nothing is limited. */
  #makeControls() {
    const { last = "", from = "", to = "", unstated = "0" } = this.dataset;
    const made = copyTemplate("limits");
    const problem = part(made, "problem");
    problem.id = `problem-${this.key}`;
    slidersIn(made).forEach((slider, at) => {
      slider.max = last;
      slider.value = at ? last : "0";
      slider.setAttribute("aria-label", `${this.label}, ${slider.dataset.words}`);
      slider.setAttribute("aria-valuetext", at ? to : from);
    });
    fieldsIn(made).forEach((field, at) => {
      field.placeholder = at ? to : from;
      field.setAttribute("aria-label", `${field.dataset.words}, ${this.label}`);
      field.setAttribute("aria-describedby", problem.id);
    });
    boxIn(made).setAttribute("aria-label", `${this.label}: no value`);
    part(made, "missing").hidden = unstated === "0";
    showCount(made, Number(unstated));
    return made;
  }

  get key() {
    return this.dataset.key ?? "";
  }

  get label() {
    return this.dataset.label ?? this.key;
  }

  get unit() {
    return this.dataset.unit ?? "";
  }

  get isOpen() {
    return find(this, "details").open;
  }

  /** @param {import("./limits.js").RangeSummary | null} summary */
  set summary(summary) {
    this.#summary = summary;
    if (summary) this.counts = summary.counts;
    if (this.#isMoved && !this.#isKeyHeld) this.#sendSliders();
    else if (!this.#isInUse) this.#showSliders(this.#limits);
  }

  /** Whether a visitor moves a thumb: what comes meanwhile, an answer or the edges, leaves it where it is. */
  get #isInUse() {
    return this.#isMoved || this.#held !== null;
  }

  /**
   * Show what is asked for.
   * @param {Limits | null} limits
   * @param {boolean} isUnstated
   */
  show(limits, isUnstated) {
    this.#limits = limits;
    this.#isUnstated = isUnstated;
    this.#box.checked = isUnstated;
    showMark(part(this, "active"), limits || isUnstated ? 1 : 0, " active");
    if (this.#isInUse) return;
    this.#showSliders(limits);
    if (String(limits) !== String(this.#inFields)) this.#showFields(limits);
  }

  /** The histogram. @param {number[]} counts of each bin */
  set counts(counts) {
    const bars = part(this, "bars");
    const step = 100 / counts.length;
    if (bars.children.length !== counts.length) {
      bars.replaceChildren(...counts.map(() => document.createElementNS(SVG, "rect")));
    }
    barHeights(counts, HEIGHT).forEach((height, at) => {
      const box = { x: at * step, y: HEIGHT - height, width: step * BAR_WIDTH, height };
      for (const [name, value] of Object.entries(box)) bars.children[at].setAttribute(name, String(value));
    });
  }

  /** How many datasets do not state it. @param {number} count */
  set unstated(count) {
    showCount(this, count);
  }

  /** The lower and the upper one. */
  get #sliders() {
    return slidersIn(this);
  }

  get #fields() {
    return fieldsIn(this);
  }

  get #box() {
    return boxIn(this);
  }

  /** Positions of the thumbs. @returns {[number, number]} */
  get #positions() {
    const [lower, upper] = this.#sliders.map((slider) => Number(slider.value));
    return [lower, upper];
  }

  /** @param {Event} event */
  #onInput({ target }) {
    const thumb = this.#sliders.findIndex((slider) => slider === target);
    if (thumb >= 0) this.#move(thumb, this.#positions[thumb]);
  }

  /** @param {Event} event */
  #onChange({ target }) {
    if (target === this.#box) this.#send(this.#limits, this.#box.checked);
    else if (this.#fields.some((field) => field === target)) this.#sendFields();
    else if (this.#isKeyHeld) this.#isMoved = true;
    else this.#sendSliders();
  }

  /** A key that is held moves a thumb many times: that is one change. @param {KeyboardEvent} event */
  #onKey({ key, target }) {
    const input = /** @type {HTMLInputElement} */ (target);
    if (input.type === "range") this.#isKeyHeld = true;
    else if (input.type === "text" && key === "Enter") this.#sendFields();
  }

  #release() {
    if (!this.#isKeyHeld) return;
    this.#isKeyHeld = false;
    if (this.#isMoved) this.#sendSliders(this.#keys.name());
  }

  /** Move a thumb, not beyond the other. @param {number} thumb @param {number} position */
  #move(thumb, position) {
    const [lower, upper] = this.#positions;
    const clamped = thumb ? Math.max(position, lower) : Math.min(position, upper);
    this.#sliders[thumb].value = String(clamped);
    if (!this.#summary) return;
    const limits = this.#readSliders();
    this.#showSliders(limits);
    this.#showFields(limits);
  }

  /** A press on the track takes the nearest thumb there. @param {PointerEvent} event */
  #hold(event) {
    const track = part(this, "track");
    if (event.button || !(event.target instanceof Node) || !track.contains(event.target)) return;
    event.preventDefault();
    const position = this.#positionAt(event.clientX);
    const thumb = thumbAt(this.#positions, position);
    this.#held = { thumb, before: this.#positions };
    track.setPointerCapture(event.pointerId);
    this.#sliders[thumb].focus({ preventScroll: true });
    this.#move(thumb, Math.round(position));
  }

  /** @param {PointerEvent} event */
  #drag({ clientX }) {
    if (this.#held) this.#move(this.#held.thumb, Math.round(this.#positionAt(clientX)));
  }

  #drop() {
    const held = this.#held;
    this.#held = null;
    if (held && String(held.before) !== String(this.#positions)) this.#sendSliders();
  }

  /** The finger scrolls the page: the thumb goes back. */
  #cancel() {
    if (!this.#held) return;
    this.#held = null;
    this.#showSliders(this.#limits);
    this.#showFields(this.#limits);
  }

  /** Return the position below a point of the screen, not rounded. @param {number} clientX */
  #positionAt(clientX) {
    const { left, width } = part(this, "track").getBoundingClientRect();
    const thumb = parseFloat(getComputedStyle(this.#sliders[0]).blockSize);
    const share = (clientX - left - thumb / 2) / Math.max(1, width - thumb);
    return Math.min(1, Math.max(0, share)) * Number(this.#sliders[0].max);
  }

  #readSliders() {
    return limitsBetween(this.#summary?.edges ?? [], ...this.#positions);
  }

  /** @param {string} [series] of keys */
  #sendSliders(series) {
    this.#isMoved = !this.#summary;
    if (this.#summary) this.#send(this.#readSliders(), this.#isUnstated, series);
  }

  #sendFields() {
    const [lower, upper] = this.#fields.map((field) => field.value);
    const read = readFields([lower, upper], this.#limits, this.unit);
    this.#showProblem(read.problem ?? "", read.problem === undefined ? [] : read.fields);
    if (read.problem !== undefined) return;
    this.#showSliders(read.limits);
    this.#showFields(read.limits);
    this.#send(read.limits, this.#isUnstated);
  }

  /** @param {Limits | null} limits @param {boolean} isUnstated @param {string} [series] of keys */
  #send(limits, isUnstated, series) {
    send(this, "range-change", { key: this.key, limits, isUnstated, series });
  }

  /** Show limits on the sliders and on the bars. @param {Limits | null} limits */
  #showSliders(limits) {
    if (!this.#summary) return;
    const { edges, unit } = this.#summary;
    const ends = limits ?? OPEN;
    const [from, to] = ends.map((end) => positionOf(edges, end));
    this.#sliders.forEach((slider, at) => {
      const position = at ? to : from;
      slider.value = String(position);
      const text = writeEnd(ends[at], unit, at ? 1 : -1) || writeAmount(edges[position], unit);
      slider.setAttribute("aria-valuetext", text);
    });
    [...part(this, "bars").children].forEach((bar, at) =>
      bar.classList.toggle("range__bar--out", at < from || at >= to),
    );
  }

  /** @param {Limits | null} limits */
  #showFields(limits) {
    this.#inFields = limits;
    this.#showProblem("", []);
    this.#fields.forEach((field, at) => (field.value = writeEnd((limits ?? OPEN)[at], this.unit, at ? 1 : -1)));
  }

  /** Say what is wrong beside the fields. @param {string} problem @param {number[]} fields */
  #showProblem(problem, fields) {
    const place = part(this, "problem");
    place.textContent = problem;
    place.hidden = !problem;
    this.#fields.forEach((field, at) => field.setAttribute("aria-invalid", String(fields.includes(at))));
  }
}

customElements.define("range-filter", RangeFilter);

/** @param {Element} place @param {string} type @returns {HTMLInputElement[]} */
function inputsIn(place, type) {
  return [.../** @type {NodeListOf<HTMLInputElement>} */ (place.querySelectorAll(`input[type=${type}]`))];
}

/** @param {Element} place */
function slidersIn(place) {
  return inputsIn(place, "range");
}

/** @param {Element} place */
function fieldsIn(place) {
  return inputsIn(place, "text");
}

/** @param {Element} place */
function boxIn(place) {
  return inputsIn(place, "checkbox")[0];
}

/** Say how many datasets do not state the number. @param {Element} place @param {number} count */
function showCount(place, count) {
  const data = /** @type {HTMLDataElement} */ (part(place, "unstated"));
  data.value = String(count);
  data.textContent = writeCount(count);
}
