// A box on every result, to select its dataset. Results come and go by other hands: whatever leads to a dataset's page
// gets a box, in its list item or, in a table, in the place marked for it.

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
      box.closest("li, tr")?.toggleAttribute("data-selected", box.checked);
    }
  };
  const update = () => {
    for (const box of boxes.keys()) if (!box.isConnected) boxes.delete(box);
    for (const link of list.querySelectorAll("a[href]")) {
      const id = idOf(link);
      const item = link.closest("li, tr");
      if (!id || !item) continue;
      const box = item.querySelector("input[data-mark]") ?? addBox(item, link, id);
      if (box instanceof HTMLInputElement) boxes.set(box, id);
    }
    show();
  };
  const observer = new MutationObserver(update);
  observer.observe(list, { childList: true, subtree: true });
  signal.addEventListener("abort", () => observer.disconnect());
  selection.addEventListener("change", show, { signal });
  const onChange = (/** @type {Event} */ { target }) => {
    const id = target instanceof HTMLInputElement ? boxes.get(target) : undefined;
    if (id && target instanceof HTMLInputElement) selection.set([id], target.checked);
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

/**
 * Add the box of a result; it is named "Select" and what the link is named.
 * @param {Element} item
 * @param {Element} link
 * @param {string} id
 */
function addBox(item, link, id) {
  const mark = copyTemplate("mark");
  const box = find(mark, "input");
  box.dataset.mark = "";
  // The table shows a dataset whose card is in the page, too, hidden.
  link.id ||= `${document.getElementById(`result-${id}`) ? "row" : "result"}-${id}`;
  link.setAttribute("aria-keyshortcuts", KEY);
  box.setAttribute("aria-labelledby", `select-result ${link.id}`);
  (item.querySelector("[data-part=mark]") ?? item).append(mark);
  return box;
}
