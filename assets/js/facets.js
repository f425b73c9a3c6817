// The facets of the page: what is chosen, and the live counts. Elements stand in the page; here they get their state.

import { part } from "./cards.js";

const number = new Intl.NumberFormat("en");

/** @param {number} count @returns {string} with commas, as `words.count` writes it */
export const written = (count) => number.format(count);

/**
 * @param {HTMLElement} facet
 * @returns {HTMLInputElement[]} in the order of the manifest
 */
export const boxesOf = (facet) => [...facet.querySelectorAll("input")];

/**
 * Show what is chosen in a facet; its name tells how much.
 * @param {HTMLElement} facet
 * @param {string[]} chosen
 */
export function showChoice(facet, chosen) {
  for (const box of boxesOf(facet)) box.checked = chosen.includes(box.value);
  showActive(facet, chosen.length);
}

/**
 * @param {HTMLElement} facet a facet or a range
 * @param {number} active
 */
export function showActive(facet, active) {
  const mark = part(facet, ".facet__active");
  mark.hidden = !active;
  mark.textContent = active ? `${written(active)} active` : "";
}

/**
 * Show how many datasets each value would give, and the values that matter now: those chosen and the most frequent.
 * @param {HTMLElement} facet
 * @param {number[]} counts
 * @param {number} room how many values are shown unless the visitor asks for all
 */
export function showCounts(facet, counts, room) {
  const boxes = boxesOf(facet);
  const all = facet.querySelector(".facet__more")?.getAttribute("aria-expanded") === "true";
  const shown = all
    ? null
    : valuesToShow(
        counts,
        boxes.map((box) => box.checked),
        room,
      );
  boxes.forEach((box, at) => {
    const line = box.closest("li");
    if (!line) return;
    line.hidden = shown !== null && !shown.has(at);
    line.classList.toggle("facet__line--none", !counts[at] && !box.checked);
    part(line, ".facet__count").textContent = written(counts[at]);
  });
}

/**
 * Return the places of the values to show: the chosen ones, then the most frequent until there is no room.
 * @param {number[]} counts
 * @param {boolean[]} chosen
 * @param {number} room
 */
export function valuesToShow(counts, chosen, room) {
  const places = counts.map((_, at) => at);
  const rank = (/** @type {number} */ at) => (chosen[at] ? Infinity : counts[at]);
  places.sort((one, other) => (rank(one) === rank(other) ? one - other : rank(other) - rank(one)));
  return new Set(places.filter((at, rank) => rank < room || chosen[at]));
}

/**
 * Show all values of a facet, or only those that matter.
 * @param {HTMLElement} facet
 * @param {HTMLElement} button
 */
export function toggleAll(facet, button) {
  const all = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(all));
  button.textContent = all ? "Show fewer" : `Show all ${written(boxesOf(facet).length)}`;
}

/**
 * Return how a value reads; the value itself where the page doesn't offer it.
 * @param {HTMLElement | null} facet
 * @param {string} value
 */
export function textOf(facet, value) {
  const box = facet && boxesOf(facet).find((each) => each.value === value);
  return box?.closest("label")?.querySelector(".facet__text")?.textContent || value || "not stated";
}

/** @param {HTMLElement} facet */
export const labelOf = (facet) => part(facet, ".facet__name").firstChild?.textContent?.trim() ?? "";
