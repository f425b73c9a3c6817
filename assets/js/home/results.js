// What was found: the list, as a gallery or a table, its pages, and a message where there is nothing to list.

import {
  actionOf,
  breakable,
  closest,
  copyTemplate,
  find,
  isPlainClick,
  part,
  send,
  sendChange,
  writeCount,
} from "./dom.js";
import { neighbor, nextSort, pagesToShow } from "./paging.js";
import { EMPTY, writeState } from "./state.js";

/** @typedef {import("../search/files.js").Card} Card */
/** @typedef {import("./filters.js").Chip} Chip */

/** `<result-list>`: what was found, as a gallery or as a table, and the way through it by arrow keys. */
export class ResultList extends HTMLElement {
  #state = EMPTY;
  /** @type {Element[]} the cards that came with the page */
  #firstCards = [];

  constructor() {
    super();
    this.addEventListener("keydown", (event) => this.#walk(event));
    this.addEventListener("click", (event) => {
      const button = closest(event, "[data-sort]");
      if (button) this.#sortBy(button.dataset.sort ?? "", "number" in button.dataset);
    });
  }

  connectedCallback() {
    if (!this.#firstCards.length) this.#firstCards = [...part(this, "gallery").children];
  }

  /** @param {import("./session.js").Found} found */
  set found({ state, answer, isFirst }) {
    this.#state = state;
    const isTable = state.view === "table";
    const gallery = part(this, "gallery");
    gallery.hidden = isTable || !answer.total;
    part(this, "table").hidden = !isTable || !answer.total;
    if (isTable) this.#showTable(answer.cards);
    else gallery.replaceChildren(...(isFirst ? this.#firstCards : answer.cards.map(makeCard)));
  }

  /** Go to the first dataset. */
  focus() {
    this.#links[0]?.focus();
  }

  get #links() {
    return [...this.querySelectorAll("a")].filter((link) => !link.closest("[hidden]"));
  }

  /** @param {Card[]} cards */
  #showTable(cards) {
    const place = part(this, "table");
    if (!place.firstElementChild) place.append(copyTemplate("table"));
    find(place, "tbody").replaceChildren(...cards.map(makeRow));
    const { sort } = this.#state;
    for (const button of place.querySelectorAll("button")) {
      const header = button.closest("th");
      if (button.dataset.sort === sort.replace(/^-/, "")) {
        header?.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
      } else header?.removeAttribute("aria-sort");
    }
  }

  /** @param {string} key @param {boolean} isNumber */
  #sortBy(key, isNumber) {
    sendChange(this, { ...this.#state, sort: nextSort(key, isNumber, this.#state.sort), page: 1 });
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    if (!event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = this.#links;
    const at = links.findIndex((link) => link === event.target);
    if (at < 0) return;
    const places = links.map((link) => link.getBoundingClientRect());
    const next = neighbor(places, at, event.key);
    if (next === null && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (next === null) send(this, "results-leave");
    else links[next].focus();
  }
}

customElements.define("result-list", ResultList);

/** `<result-pager>`: links to the pages of the results. */
export class ResultPager extends HTMLElement {
  #state = EMPTY;

  constructor() {
    super();
    this.addEventListener("click", (event) => {
      const page = Number(closest(event, "a")?.dataset.page);
      if (!page || !isPlainClick(event)) return;
      event.preventDefault();
      sendChange(this, { ...this.#state, page }, { toResults: true });
    });
  }

  /** @param {{state: import("./state.js").State, total: number}} found */
  set found({ state, total }) {
    this.#state = state;
    const pages = Math.ceil(total / Number(this.dataset.perPage));
    const link = (/** @type {number} */ page, text = writeCount(page)) =>
      page >= 1 && page <= pages ? this.#makeLink(page, text) : makeText("pager__link", text);
    const numbers = pagesToShow(state.page, pages).map((page) => (page ? link(page) : makeText("pager__gap", "…")));
    const nav = this.querySelector("nav");
    nav?.replaceChildren(link(state.page - 1, "Previous"), ...numbers, link(state.page + 1, "Next"));
    nav?.toggleAttribute("hidden", pages <= 1);
  }

  /** @param {number} page @param {string} text */
  #makeLink(page, text) {
    const made = Object.assign(document.createElement("a"), { className: "pager__link", textContent: text });
    made.href = location.pathname + writeState({ ...this.#state, page });
    made.dataset.page = String(page);
    if (page === this.#state.page) made.setAttribute("aria-current", "page");
    return made;
  }
}

/** @param {string} className @param {string} textContent */
const makeText = (className, textContent) => Object.assign(document.createElement("span"), { className, textContent });

customElements.define("result-pager", ResultPager);

const REMOVE_ONE = "Each part of the search finds datasets, but none matches all parts. Remove one:";
const CHECK_SPELLING = "Check the spelling, or search for a part of a name or address.";

/** `<result-message>`: why there are no results, and what to do about it. */
export class ResultMessage extends HTMLElement {
  constructor() {
    super();
    this.addEventListener("click", (event) => {
      const action = actionOf(event);
      if (action === "retry") send(this, "search-retry");
      else if (action === "clear") send(this, "search-clear");
    });
  }

  /** Why the search does not work. @param {string} reason */
  set failure(reason) {
    const made = copyTemplate("failure");
    part(made, "reason").textContent = reason;
    this.#show(made);
  }

  /** What to search for where nothing was found; null where something was. @param {Chip[] | null} chips */
  set suggestions(chips) {
    this.#show(chips && this.#makeEmpty(chips));
  }

  /** @param {Chip[]} chips */
  #makeEmpty(chips) {
    const made = copyTemplate("empty");
    part(made, "hint").textContent = chips.length ? REMOVE_ONE : CHECK_SPELLING;
    find(made, "filter-chips").chips = chips;
    return made;
  }

  /** @param {HTMLElement | null} message */
  #show(message) {
    this.replaceChildren(...(message ? [message] : []));
    this.hidden = !message;
  }
}

customElements.define("result-message", ResultMessage);

/** @param {Card} card */
export const pageOf = (card) => `datasets/${card.id}/index.html`;

/** Return a card of the gallery. @param {Card} card */
export function makeCard(card) {
  const made = copyTemplate("card");
  find(made, "a").href = pageOf(card);
  part(made, "title").replaceChildren(...breakable(card.title));
  part(made, "source").textContent = card.source;
  part(made, "facts").textContent = card.facts;
  fillPicture(find(made, "img"), card);
  fillOrRemove(part(made, "blank"), card.picture ? "" : card.blank);
  fillOrRemove(part(made, "kind"), card.kind);
  const flag = part(made, "flag");
  if (card.tone) flag.classList.add(`card__badge--${card.tone}`);
  fillOrRemove(flag, card.flag);
  if (!card.kind && !card.flag) part(made, "badges").remove();
  return made;
}

/** Return a row of the table. @param {Card} card */
export function makeRow(card) {
  const made = copyTemplate("row");
  const link = find(made, "a");
  link.href = pageOf(card);
  link.replaceChildren(...breakable(card.title));
  fillPicture(find(made, "img"), card);
  const flag = part(made, "flag");
  flag.hidden = !card.flag;
  flag.textContent = card.flag;
  if (card.tone) flag.classList.add(`badge--${card.tone}`);
  for (const cell of made.querySelectorAll("td[data-column]")) {
    cell.textContent = card.cells?.[/** @type {HTMLElement} */ (cell).dataset.column ?? ""] ?? "";
  }
  return made;
}

/** @param {HTMLImageElement} image @param {Card} card */
function fillPicture(image, card) {
  if (!card.picture) return image.remove();
  image.width = card.width;
  image.height = card.height;
  image.src = card.picture;
}

/** @param {HTMLElement} element @param {string} text */
function fillOrRemove(element, text) {
  if (text) element.textContent = text;
  else element.remove();
}
