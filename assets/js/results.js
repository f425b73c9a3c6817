// What was found: gallery, table, pages, and the way through them by keyboard.

import { copyOf, makeCard, makeRow, part } from "./cards.js";

/** @typedef {import("./search/files.js").Card} Card */

/**
 * @param {HTMLElement} list
 * @param {HTMLTemplateElement} template
 * @param {Card[]} cards
 */
export function showGallery(list, template, cards) {
  list.replaceChildren(...cards.map((card) => makeCard(template, card)));
}

/**
 * Show the table; the header that it is sorted by says so.
 * @param {HTMLElement} place
 * @param {{table: HTMLTemplateElement, row: HTMLTemplateElement}} templates
 * @param {Card[]} cards
 * @param {string} sort
 */
export function showTable(place, templates, cards, sort) {
  if (!place.firstElementChild) place.append(copyOf(templates.table));
  part(place, "tbody").replaceChildren(...cards.map((card) => makeRow(templates.row, card)));
  for (const button of place.querySelectorAll("button")) {
    const header = button.closest("th");
    if (button.dataset.sort === sort.replace(/^-/, "")) {
      header?.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
    } else header?.removeAttribute("aria-sort");
  }
}

/**
 * Return what a click on a column's header sorts by: numbers the largest first, then the other way, then not at all.
 * @param {string} key
 * @param {boolean} isNumber
 * @param {string} sort as it is
 */
export function nextSort(key, isNumber, sort) {
  const turns = isNumber ? [`-${key}`, key, ""] : [key, `-${key}`, ""];
  return turns[turns.indexOf(sort) + 1] ?? turns[0];
}

/**
 * Return the pages to link to: the first, the last, and those about this one; 0 stands for a gap.
 * @param {number} page
 * @param {number} pages
 */
export function pagesToShow(page, pages) {
  const near = [1, page - 1, page, page + 1, pages].filter((each) => each >= 1 && each <= pages);
  const shown = [...new Set(near)];
  return shown.flatMap((each, at) => {
    const gap = at ? each - shown[at - 1] : 1;
    return gap === 1 ? [each] : gap === 2 ? [each - 1, each] : [0, each];
  });
}

/**
 * @param {HTMLElement} nav
 * @param {number} page
 * @param {number} pages
 * @param {(page: number) => string} addressOf
 */
export function showPager(nav, page, pages, addressOf) {
  nav.hidden = pages <= 1;
  const link = (/** @type {number} */ to, /** @type {string} */ text, /** @type {string} */ label) => {
    const made = document.createElement(to >= 1 && to <= pages ? "a" : "span");
    made.className = "pager__link";
    made.textContent = text;
    if (made instanceof HTMLAnchorElement) made.href = addressOf(to);
    if (label) made.setAttribute("aria-label", label);
    if (to === page) made.setAttribute("aria-current", "page");
    return made;
  };
  const gap = () => Object.assign(document.createElement("span"), { className: "pager__gap", textContent: "…" });
  const numbers = pagesToShow(page, pages).map((each) => (each ? link(each, each.toLocaleString("en"), "") : gap()));
  const previous = link(page - 1, "Previous", "");
  const next = link(page + 1, "Next", "");
  nav.replaceChildren(previous, ...numbers, next);
}

/**
 * Return the link that an arrow key leads to; null at the edge.
 * @param {HTMLElement[]} links in the order of the page
 * @param {number} at the one that has the focus
 * @param {string} key
 */
export function neighbour(links, at, key) {
  if (key === "ArrowRight") return links[at + 1] ?? null;
  if (key === "ArrowLeft") return links[at - 1] ?? null;
  const here = links[at].getBoundingClientRect();
  const down = key === "ArrowDown";
  const rows = (down ? links.slice(at + 1) : links.slice(0, at).reverse()).map((link) => ({
    link,
    place: link.getBoundingClientRect(),
  }));
  const next = rows.find(({ place }) => Math.abs(place.top - here.top) > 4);
  const row = next ? rows.filter(({ place }) => Math.abs(place.top - next.place.top) <= 4) : [];
  row.sort((one, other) => Math.abs(one.place.left - here.left) - Math.abs(other.place.left - here.left));
  return row[0]?.link ?? null;
}
