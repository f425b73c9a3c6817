// A box on every result, to select its dataset. Results come and go by other hands: whatever leads to a dataset's page
// gets a box in its list item; rows of a table have one, and the table's head has one for all of them. With Shift, all
// from the last one on are selected, or no longer, as mail programs do it.

import { idOf } from "../dataset-path.js";
import { copyTemplate, find } from "./dom.js";

/** @typedef {import("./selection.js").Selection} Selection */

/** Selects the result that has the focus. */
const KEY = "x";
const KEYS = `${KEY} Shift+${KEY}`;

/**
 * Put a box on every result, and keep boxes and selection alike.
 * @param {HTMLElement} list
 * @param {Selection} selection
 * @param {AbortSignal} signal ends it
 */
export function markResults(list, selection, signal) {
  /** @type {Map<HTMLInputElement, string>} id of the dataset by its box */
  const boxes = new Map();
  /** @type {HTMLInputElement | null} the box that was used last */
  let last = null;
  let isShift = false;
  const show = () => {
    for (const [box, id] of boxes) {
      box.checked = selection.has(id);
      const item = box.closest("li, tr");
      item?.toggleAttribute("data-selected", box.checked);
      if (item?.matches("tr")) item.setAttribute("aria-selected", String(box.checked));
    }
    showAll(boxOfAll(list), shownBoxes());
  };
  /** Beside a table, the gallery that came with the page is hidden. */
  const shownBoxes = () => [...boxes.keys()].filter((box) => !box.closest("[hidden]"));
  const update = () => {
    for (const box of boxes.keys()) if (!box.isConnected) boxes.delete(box);
    for (const link of list.querySelectorAll("a[href]")) {
      const id = idOf(link);
      const item = link.closest("li, tr");
      if (!id || !item) continue;
      const box = item.querySelector("input[data-mark]") ?? addBox(item);
      if (!(box instanceof HTMLInputElement) || boxes.has(box)) continue;
      nameBox(box, link, id);
      boxes.set(box, id);
    }
    show();
  };
  const observer = new MutationObserver(update);
  observer.observe(list, { childList: true, subtree: true });
  signal.addEventListener("abort", () => observer.disconnect());
  selection.addEventListener("change", show, { signal });
  const onChange = (/** @type {Event} */ { target }) => {
    const id = target instanceof HTMLInputElement ? boxes.get(target) : undefined;
    if (!(target instanceof HTMLInputElement)) return;
    if (id) {
      const reached = (isShift && boxesBetween(list, last, target)) || [target];
      selection.set(
        reached.flatMap((box) => boxes.get(box) ?? []),
        target.checked,
      );
      last = target;
    } else if (target === boxOfAll(list)) {
      selection.set(
        shownBoxes().flatMap((box) => boxes.get(box) ?? []),
        target.checked,
      );
    }
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (event.key.toLowerCase() !== KEY || event.ctrlKey || event.metaKey || event.altKey || !link) return;
    /** @type {HTMLInputElement | null | undefined} */ (
      link.closest("li, tr")?.querySelector("input[data-mark]")
    )?.click();
  };
  const onInput = (/** @type {KeyboardEvent | PointerEvent} */ { shiftKey }) => (isShift = shiftKey);
  for (const name of /** @type {const} */ (["keydown", "pointerdown"])) {
    list.addEventListener(name, onInput, { signal, capture: true });
  }
  list.addEventListener("change", onChange, { signal });
  list.addEventListener("keydown", onKey, { signal });
  update();
}

/** Return the box of all results that are shown. @param {HTMLElement} list @returns {HTMLInputElement | null} */
const boxOfAll = (list) => list.querySelector("input[data-mark-all]");

/**
 * Return the boxes from one to another; null where one of them is not shown.
 * @param {HTMLElement} list
 * @param {HTMLInputElement | null} from
 * @param {HTMLInputElement} to
 */
function boxesBetween(list, from, to) {
  const all = /** @type {HTMLInputElement[]} */ ([...list.querySelectorAll("input[data-mark]")]);
  const shown = all.filter((box) => !box.closest("[hidden]"));
  const ends = [from, to].map((end) => shown.findIndex((box) => box === end));
  return ends.includes(-1) ? null : shown.slice(Math.min(...ends), Math.max(...ends) + 1);
}

/** Check the box of all where all are selected; it is neither where some are. */
function showAll(/** @type {HTMLInputElement | null} */ box, /** @type {HTMLInputElement[]} */ boxes) {
  if (!box) return;
  const checked = boxes.filter((each) => each.checked).length;
  box.checked = checked > 0 && checked === boxes.length;
  box.indeterminate = checked > 0 && checked < boxes.length;
}

/** Add a box to a result that came without. @param {Element} item */
function addBox(item) {
  const mark = copyTemplate("mark");
  item.append(mark);
  return find(mark, "input");
}

/**
 * Name a box "Select" and what the link is named.
 * @param {HTMLInputElement} box
 * @param {Element} link
 * @param {string} id
 */
function nameBox(box, link, id) {
  const isRow = link.closest("tr") !== null;
  link.id ||= `${isRow ? "row" : "result"}-${id}`; // the card of a row may be in the page, too, hidden
  link.setAttribute("aria-keyshortcuts", isRow ? `Space Shift+Space ${KEYS}` : KEYS);
  box.setAttribute("aria-labelledby", `select-result ${link.id}`);
}
