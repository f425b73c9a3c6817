// A box on every result, to select its dataset. Results come and go by other hands: whatever leads to a dataset's page
// gets a box in its list item; rows of a table have one, and the table's head has one for all of them.

import { copyTemplate, find } from "./dom.js";

/** @typedef {import("./selection.js").Selection} Selection */

const DATASET = /(?:^|\/)datasets\/([a-z0-9-]+)\/(?:index\.html)?$/;
/** Selects the result that has the focus. */
const KEY = "x";

/**
 * Return the id of the dataset whose page a link leads to; null where it leads elsewhere.
 * @param {Element} link
 */
function idOf(link) {
  return (link.getAttribute("href") ?? "").match(DATASET)?.[1] ?? null;
}

/**
 * Put a box on every result, and keep boxes and selection alike.
 * @param {HTMLElement} list
 * @param {Selection} selection
 * @param {AbortSignal} signal ends it
 */
export function markResults(list, selection, signal) {
  /** @type {Map<HTMLInputElement, string>} id of the dataset by its box */
  const boxes = new Map();
  const show = () => {
    for (const [box, id] of boxes) {
      box.checked = selection.has(id);
      const item = box.closest("li, tr");
      item?.toggleAttribute("data-selected", box.checked);
      if (item?.matches("tr")) item.setAttribute("aria-selected", String(box.checked));
    }
    showAll(boxOfAll(list), [...boxes.keys()]);
  };
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
    if (id) selection.set([id], target.checked);
    else if (target === boxOfAll(list)) selection.set([...boxes.values()], target.checked);
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    const id = link && idOf(link);
    if (event.key !== KEY || event.ctrlKey || event.metaKey || event.altKey || !id) return;
    selection.set([id], !selection.has(id));
  };
  list.addEventListener("change", onChange, { signal });
  list.addEventListener("keydown", onKey, { signal });
  update();
}

/** Return the box of all results that are shown. @param {HTMLElement} list @returns {HTMLInputElement | null} */
const boxOfAll = (list) => list.querySelector("input[data-mark-all]");

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
  link.setAttribute("aria-keyshortcuts", isRow ? `Space ${KEY}` : KEY);
  box.setAttribute("aria-labelledby", `select-result ${link.id}`);
}
