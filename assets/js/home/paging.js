// The way through results: by pages, by columns, by arrow keys. Pure functions.

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

/** Return how many pages results fill, at least one. @param {number} total @param {number} perPage */
export const pagesOf = (total, perPage) => Math.max(1, Math.ceil(total / perPage));

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

/** Two places are in the same row if their tops are at most this many pixels apart. */
const SAME_ROW_PX = 4;

/**
 * Return the index that an arrow key leads to; null at the edge.
 * @param {{top: number, left: number}[]} places in the order of the page
 * @param {number} at the one to start from
 * @param {string} key
 */
export function neighbor(places, at, key) {
  if (key === "ArrowRight") return at + 1 < places.length ? at + 1 : null;
  if (key === "ArrowLeft") return at > 0 ? at - 1 : null;
  const here = places[at];
  const indices = [...places.keys()];
  const ahead = key === "ArrowDown" ? indices.slice(at + 1) : indices.slice(0, at).reverse();
  const isBeside = (/** @type {number} */ one, /** @type {number} */ top) =>
    Math.abs(places[one].top - top) <= SAME_ROW_PX;
  const next = ahead.find((each) => !isBeside(each, here.top));
  if (next === undefined) return null;
  const away = (/** @type {number} */ each) => Math.abs(places[each].left - here.left);
  const row = ahead.filter((each) => isBeside(each, places[next].top));
  return row.reduce((best, each) => (away(each) < away(best) ? each : best));
}
