// <facet-filter>: the values of one facet, as check boxes, with how many datasets each would give.

import { closest, copyTemplate, find, onPointing, part, placeChildren, send, showMark } from "./dom.js";
import { arrange, shorten, valuesOf } from "./facet-values.js";
import { writeCount } from "../writing.js";

/** @typedef {import("./facet-values.js").FacetValue} FacetValue */
/** @typedef {import("./facet-values.js").View} View */

/**
 * A line of the list, and what of it changes.
 * @typedef {{element: HTMLElement, box: HTMLInputElement, number: HTMLDataElement}} Line
 */

/**
 * `<facet-filter>`: the page comes with the most frequent values; all others are in the manifest. Chosen ones are on
 * top, those that find nothing appear on demand; but after a choice, values keep their places until the visitor leaves
 * the facet or asks for another order, so that a second click takes the choice back.
 */
export class FacetFilter extends HTMLElement {
  /** @type {FacetValue[] | null} null until they are needed */
  #values = null;
  /** @type {Record<string, string> | null} how values are called; null until that is asked */
  #texts = null;
  /** @type {number[] | null} by value of the manifest; null until there was an answer */
  #counts = null;
  /** @type {Set<string>} */
  #chosen = new Set();
  /** The lines that are shown, by value; null while they are those of the page. @type {Map<string, Line> | null} */
  #lines = null;
  #isComplete = false;
  #isAll = false;
  #withNone = false;
  #byName = false;
  /** Whether there is something to show once the facet is open. */
  #isLate = false;
  /**
   * Returns the positions of the values that are shown, by value, if these keep their places: `held-values.js`.
   * @type {((shown: Map<string, unknown>, values: FacetValue[], view: View) => number[] | null) | null}
   */
  placesOf = null;

  constructor() {
    super();
    this.addEventListener("change", ({ target }) => {
      const { type, value, checked } = /** @type {HTMLInputElement} */ (target);
      if (type === "checkbox") send(this, "facet-change", { key: this.key, value, isChosen: checked });
    });
    onPointing(this, "label", (label) => {
      const { value, checked } = find(label, "input");
      send(this, "facet-change", { key: this.key, value, isChosen: !checked, isLikely: true });
    });
    this.addEventListener("input", ({ target }) => {
      if (target === this.#field) this.#needAll();
    });
    this.addEventListener("keydown", (event) => this.#onKey(event));
    this.addEventListener("click", (event) => this.#onClick(event));
    this.addEventListener("toggle", () => this.#onToggle(), true); // by other ways than a click
  }

  get key() {
    return this.dataset.key ?? "";
  }

  get label() {
    return this.dataset.label ?? this.key;
  }

  /** How values are called. @returns {Record<string, string>} */
  get texts() {
    this.#texts ??= Object.fromEntries(this.#known.map(({ value, text }) => [value, text]));
    return this.#texts;
  }

  /** All values. @param {import("../search/files.js").FacetSummary} summary */
  set summary(summary) {
    this.#values = valuesOf(summary);
    this.#texts = null;
    this.#isComplete = true;
    this.showIfOpen();
  }

  /** @param {string[]} values */
  set chosen(values) {
    const isSame = values.length === this.#chosen.size && values.every((value) => this.#chosen.has(value));
    this.#chosen = new Set(values);
    showMark(part(this, "active"), values.length, " active");
    if (isSame) this.#check();
    else this.showIfOpen();
  }

  /** @param {number[]} counts in the order of the manifest's values */
  set counts(counts) {
    this.#counts = counts;
    this.showIfOpen();
  }

  /** A closed facet is shown when it is opened: most are closed, and each key changes their counts. */
  showIfOpen() {
    if (find(this, "details").open) this.#show();
    else this.#isLate = true;
  }

  /** The values that are known: those on the page until the manifest is there. */
  get #known() {
    this.#values ??= [...this.querySelectorAll("li")].map((line) => {
      const text = part(line, "text").textContent ?? "";
      const count = Number(find(line, "data").value);
      return { value: find(line, "input").value, text, count, depth: Number(line.dataset.depth ?? 0) };
    });
    return this.#values;
  }

  /** Where the values are searched. @returns {HTMLInputElement | null} */
  get #field() {
    return this.querySelector("input[type=search]");
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const field = this.#field;
    if (!field || event.target !== field) return;
    if (event.key === "Escape" && field.value) {
      event.preventDefault();
      event.stopPropagation();
      field.value = "";
      this.#show();
    }
    if (event.key !== "Enter") return;
    const boxes = this.querySelectorAll("li input");
    if (field.value.trim() && boxes.length === 1) /** @type {HTMLInputElement} */ (boxes[0]).click();
  }

  /** @param {Event} event */
  #onClick(event) {
    if (this.#isLate && closest(event, "summary")) this.#show(); // a click opens the facet after this
    const action = closest(event, "button")?.dataset.action;
    if (action === "show-all") this.#isAll = !this.#isAll;
    else if (action === "show-none") this.#withNone = !this.#withNone;
    else if (action === "order") this.#byName = !this.#byName;
    else return;
    this.#needAll();
  }

  #onToggle() {
    const { open } = find(this, "details");
    if (open && this.#isLate) this.#show();
    if (open || !this.hasAttribute("data-none")) return;
    this.removeAttribute("data-none"); // another facet says it then
    this.#isLate = true;
  }

  /** Show what needs all values, as soon as they are there. */
  #needAll() {
    if (this.#isComplete) this.#show();
    else send(this, "manifest-need");
  }

  #show() {
    this.#isLate = false;
    const values = this.#known;
    const counts = (this.#isComplete && this.#counts) || values.map(({ count }) => count);
    const isChosen = values.map(({ value }) => this.#chosen.has(value));
    const search = this.#field?.value ?? "";
    const how = { isAll: this.#isAll, withNone: this.#withNone, byName: this.#byName, search };
    const view = { counts, isChosen, most: Number(this.dataset.shown), ...how };
    const before = this.#lines ?? new Map([...this.querySelectorAll("li")].map((line) => lineOf(line)));
    const places = this.placesOf?.(before, values, view);
    const arranged = arrange(values, { ...view, places });
    const lines = arranged.shown.map((at) => {
      const line = before.get(values[at].value) ?? this.#makeLine(values[at]);
      this.#fill(line, values[at], counts[at], places ? null : arranged.isTree);
      return line;
    });
    this.#lines = new Map(lines.map((line) => [line.box.value, line]));
    placeChildren(
      find(this, "ul"),
      lines.map(({ element }) => element),
    );
    this.toggleAttribute("data-empty", !lines.length);
    this.toggleAttribute("data-searched", Boolean(search.trim()));
    if (this.#isComplete) this.#showMore(arranged, Boolean(search.trim()));
  }

  /** @param {FacetValue} value @returns {Line} */
  #makeLine({ value, text }) {
    const [, line] = lineOf(copyTemplate("facet-value"));
    Object.assign(line.box, { name: this.key, value });
    const words = part(line.element, "text");
    words.textContent = shorten(text);
    words.classList.toggle("facet__text--missing", !value);
    return line;
  }

  /** @param {Line} line @param {FacetValue} value @param {number} count @param {boolean?} isTree null: as it was */
  #fill({ element, box, number }, { value, depth }, count, isTree) {
    box.checked = this.#chosen.has(value);
    if (number.value !== String(count)) {
      number.value = String(count);
      number.textContent = writeCount(count);
    }
    element.classList.toggle("facet__line--none", !count && !box.checked);
    if (isTree === null) return;
    if (isTree && depth && !box.checked) element.dataset.depth = String(Math.min(depth, 6));
    else delete element.dataset.depth;
  }

  #check() {
    for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (this.querySelectorAll("li input"))) {
      box.checked = this.#chosen.has(box.value);
    }
  }

  /**
   * Say how many values are not shown, and offer them.
   * @param {import("./facet-values.js").Arranged} arranged
   * @param {boolean} isSearched
   */
  #showMore({ shown, others, none }, isSearched) {
    const hint = part(this, "hint");
    const isCut = others > 0 && (this.#isAll || isSearched);
    const isEmpty = !isSearched && none > 0 && !shown.some((at) => this.#isFound(at));
    const noLetters = isSearched && !shown.length ? "No value contains these letters." : "";
    const noneFound = isEmpty ? "No value fits the rest of the search." : noLetters;
    hint.textContent = isCut ? `${writeCount(others)} more: search within the values.` : noneFound;
    hint.hidden = !hint.textContent;
    this.toggleAttribute("data-none", isEmpty);
    const isWide = this.#isAll && !isSearched;
    this.#offer("show-all", !isSearched && (others > 0 || isWide), this.#isAll, [
      "Show fewer",
      `Show all ${writeCount(shown.filter((at) => this.#isFound(at)).length + others)}`,
    ]);
    this.#offer("show-none", !isSearched && (none > 0 || this.#withNone), this.#withNone, [
      "Hide values without results",
      isEmpty ? `All ${writeCount(none)} values` : `${writeCount(none)} more without results`,
    ]);
    const order = /** @type {HTMLElement | null} */ (this.querySelector("[data-action=order]"));
    order?.setAttribute("aria-pressed", String(this.#byName));
  }

  /** Whether a value finds something, or is chosen. @param {number} at */
  #isFound(at) {
    const { value, count } = this.#known[at];
    return Boolean((this.#counts ?? [])[at] ?? count) || this.#chosen.has(value);
  }

  /**
   * @param {string} action
   * @param {boolean} isOffered
   * @param {boolean} isOn
   * @param {[on: string, off: string]} words
   */
  #offer(action, isOffered, isOn, [on, off]) {
    const button = /** @type {HTMLElement} */ (this.querySelector(`[data-action=${action}]`));
    button.hidden = !isOffered;
    button.setAttribute("aria-expanded", String(isOn));
    button.textContent = isOn ? on : off;
  }
}

customElements.define("facet-filter", FacetFilter);

/** Return a line by its value. @param {HTMLElement} element @returns {[value: string, line: Line]} */
function lineOf(element) {
  const box = find(element, "input");
  return [box.value, { element, box, number: find(element, "data") }];
}
