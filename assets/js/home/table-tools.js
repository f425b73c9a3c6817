// <table-tools>: which columns the table has, their order and widths, in a dialog; and how dense its rows are.

import { actionOf, closest, copyTemplate, find, part, send, sendChange } from "./dom.js";
import { TITLE, limitWidth, minWidth, writeColumns } from "./columns.js";

/** @typedef {{key: string, width: number, usualWidth: number, label: string, isShown: boolean}} Choice */

/** It sends `columns-open`, and `columns-change` with the columns; null for the usual ones. */
export class TableTools extends HTMLElement {
  /** @type {Choice[]} as they were when the dialog opened */
  #before = [];

  constructor() {
    super();
    this.addEventListener("click", (event) => this.#onClick(event));
    find(this, "dialog").addEventListener("close", () => this.#apply());
  }

  /** @param {import("./state.js").State} state */
  set state(state) {
    this.hidden = state.view !== "table";
    const isRoomy = state.density === "roomy";
    find(part(this, "density"), "button").setAttribute("aria-pressed", String(isRoomy));
  }

  /** Show the columns to choose from. @param {Choice[]} choices */
  open(choices) {
    this.#before = choices;
    part(this, "choices").replaceChildren(...choices.map(makeChoice));
    find(this, "dialog").returnValue = "";
    find(this, "dialog").showModal();
  }

  /** @param {Event} event */
  #onClick(event) {
    const action = actionOf(event);
    const dialog = find(this, "dialog");
    if (action === "columns") send(this, "columns-open");
    else if (action === "density") {
      sendChange(this, (state) => ({ ...state, density: state.density === "roomy" ? "compact" : "roomy" }));
    } else if (action === "usual" || action === "done") dialog.close(action);
    else if (action === "up" || action === "down") move(closest(event, "li"), action);
    else if (event.target === dialog) dialog.close("done");
  }

  #apply() {
    if (find(this, "dialog").returnValue === "usual") return void send(this, "columns-change", null);
    const chosen = [...part(this, "choices").children].flatMap((line) => {
      const { key = "" } = /** @type {HTMLElement} */ (line).dataset;
      const field = /** @type {HTMLInputElement} */ (part(line, "width"));
      const isShown = find(line, "input").checked;
      const before = this.#before.find((each) => each.key === key);
      const width = limitWidth(key, Number(field.value) || before?.width || 0);
      return isShown ? [{ key, width }] : [];
    });
    const shown = this.#before.filter(({ isShown }) => isShown);
    if (writeColumns(chosen) === writeColumns(shown)) return;
    const usual = new Map(this.#before.map(({ key, usualWidth }) => [key, usualWidth]));
    const named = chosen.map(({ key, width }) => ({ key, width: width === usual.get(key) ? null : width }));
    send(this, "columns-change", named);
  }
}

customElements.define("table-tools", TableTools);

/** @param {Choice} choice */
function makeChoice({ key, width, label, isShown }) {
  const made = copyTemplate("column");
  made.dataset.key = key;
  const box = find(made, "input");
  box.checked = isShown;
  box.disabled = key === TITLE;
  part(made, "label").textContent = label;
  const field = /** @type {HTMLInputElement} */ (part(made, "width"));
  field.min = String(minWidth(key));
  field.value = String(width);
  field.setAttribute("aria-label", `Width of ${label}, in pixels`);
  for (const button of made.querySelectorAll("button")) {
    button.setAttribute("aria-label", `Move ${label} ${button.dataset.action}`);
    button.hidden = key === TITLE;
  }
  return made;
}

/** Move a line of the dialog, not above the title; the focus stays on the button. */
function move(/** @type {HTMLElement | null} */ line, /** @type {"up" | "down"} */ to) {
  const focused = document.activeElement;
  const other = to === "up" ? line?.previousElementSibling : line?.nextElementSibling;
  if (!line || !(other instanceof HTMLElement) || other.dataset.key === TITLE) return;
  if (to === "up") other.before(line);
  else other.after(line);
  if (focused instanceof HTMLElement) focused.focus();
}
