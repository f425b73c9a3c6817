// Parts of the home page that show one thing each: the total, a message, the view, the sheet with the filters.
// Each function finds its element below the root and leaves all others alone.

import { copyOf, part } from "./cards.js";
import { boxesOf, showCounts, toggleAll, written } from "./facets.js";

/** @param {HTMLElement} root @param {string} name @returns {HTMLTemplateElement} */
export const templateOf = (root, name) => part(root, `template[data-template="${name}"]`);

/**
 * Say how many datasets were found; the element is a live region.
 * @param {HTMLElement} root
 * @param {number} total
 * @param {number} all
 */
export function showTotal(root, total, all) {
  const strong = Object.assign(document.createElement("strong"), { textContent: written(total) });
  const words = total === all ? (all === 1 ? " dataset" : " datasets") : ` of ${written(all)} datasets`;
  part(root, ".toolbar__count").replaceChildren(strong, words);
  part(root, ".sheet__count").textContent = written(total);
}

/** @param {HTMLElement} root @param {HTMLElement | null} message */
export function showMessage(root, message) {
  const place = part(root, ".home__message");
  place.replaceChildren(...(message ? [message] : []));
  place.hidden = !message;
}

/** @param {HTMLElement} root @param {string} reason */
export function showFailure(root, reason) {
  const made = copyOf(templateOf(root, "failure"));
  part(made, ".failure__reason").textContent = reason;
  showMessage(root, made);
}

/** @param {HTMLElement} root @param {string} view */
export function showView(root, view) {
  for (const button of root.querySelectorAll("button[data-view]")) {
    button.setAttribute("aria-pressed", String(button instanceof HTMLElement && button.dataset.view === view));
  }
}

/** Mark the institutions that are chosen. @param {HTMLElement} root @param {Record<string, string[]>} facets */
export function showInstitutions(root, facets) {
  for (const link of root.querySelectorAll("a[data-facet]")) {
    const { facet = "", value = "" } = /** @type {HTMLElement} */ (link).dataset;
    if (facets[facet]?.includes(value)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** @param {HTMLElement} root @param {string} sort @param {boolean} hasWords whether there is something to match */
export function showSort(root, sort, hasWords) {
  const select = /** @type {HTMLSelectElement} */ (part(root, ".select"));
  select.value = sort;
  select.options[0].textContent = hasWords ? "Best match" : "Mixed";
}

/** @param {HTMLElement} root @param {number} count of active facets and ranges, on the button that opens the sheet */
export function showActiveFilters(root, count) {
  const mark = part(root, ".toolbar__active");
  mark.hidden = !count;
  mark.textContent = String(count);
}

/**
 * Open the sheet. The filters move into it while it is open, so that they exist once.
 * @param {HTMLElement} root
 */
export function openSheet(root) {
  const sheet = /** @type {HTMLDialogElement} */ (part(root, ".sheet"));
  const filters = part(root, ".facets");
  const home = filters.parentElement;
  part(sheet, ".sheet__body").append(filters);
  sheet.addEventListener("close", () => home?.append(filters), { once: true });
  sheet.showModal();
}

/** Close the menu after a click elsewhere or on a choice. @param {HTMLElement} root @param {Element} target */
export function closeMenu(root, target) {
  const menu = part(root, ".menu");
  if (menu instanceof HTMLDetailsElement && !target.closest(".menu summary")) menu.open = false;
}

/**
 * Show all values of a facet, or only those that matter.
 * @param {HTMLElement} button
 * @param {number} room
 */
export function showAllValues(button, room) {
  const facet = button.closest("details");
  if (!facet) return;
  toggleAll(facet, button);
  const counts = boxesOf(facet).map((box) => {
    const text = box.closest("label")?.querySelector(".facet__count")?.textContent ?? "";
    return Number(text.replaceAll(",", ""));
  });
  showCounts(facet, counts, room);
}

/**
 * Change the page. Whoever stood on an element that goes stands on the results then, not at the top of the page.
 * @param {HTMLElement} root
 * @param {() => void} change
 */
export function keepFocus(root, change) {
  const before = document.activeElement;
  change();
  if (before !== document.body && !before?.isConnected) part(root, ".home__results").focus({ preventScroll: true });
}
