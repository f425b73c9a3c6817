// <result-pager>: links to the pages of the results, which of them are shown, a jump to a page, and how many are on
// one.

import { closest, find, isPlainClick, onPointing, part, sendChange } from "./dom.js";
import { pagesOf, pagesToShow } from "./paging.js";
import { EMPTY, PER_PAGE, writeState } from "./state.js";
import { writeCount } from "../writing.js";

export class ResultPager extends HTMLElement {
  #state = EMPTY;
  #total = 0;

  constructor() {
    super();
    this.addEventListener("click", (event) => {
      const page = Number(closest(event, "a")?.dataset.page);
      if (!page || !isPlainClick(event)) return;
      event.preventDefault();
      this.#open(page);
    });
    onPointing(this, "a", ({ dataset }) => {
      sendChange(this, (state) => ({ ...state, page: Number(dataset.page) }), { isLikely: true });
    });
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#jump();
    });
    this.addEventListener("change", (event) => {
      if (event.target === find(this, "select")) this.#resize(Number(find(this, "select").value));
    });
  }

  /** @param {{state: import("./state.js").State, total: number}} found */
  set found({ state, total }) {
    this.#state = state;
    this.#total = total;
    const pages = this.#pages;
    const link = (/** @type {number} */ page, text = writeCount(page)) =>
      page >= 1 && page <= pages ? this.#makeLink(page, text) : makeText("pager__link", text);
    const numbers = pagesToShow(state.page, pages).map((page) => (page ? link(page) : makeText("pager__gap", "…")));
    const links = [link(state.page - 1, "Previous"), ...numbers, link(state.page + 1, "Next")];
    const nav = find(this, "nav");
    // What is the same stays: a link that is replaced between press and release is not clicked.
    if (!isSame([...nav.children], links)) nav.replaceChildren(...links);
    nav.hidden = pages <= 1;
    this.#showPlace(pages);
  }

  /** @param {number} pages */
  #showPlace(pages) {
    const first = (this.#state.page - 1) * this.#perPage;
    const last = Math.min(first + this.#perPage, this.#total);
    const shown = last > first + 1 ? `${writeCount(first + 1)}–${writeCount(last)}` : writeCount(last);
    const range = `${shown} of ${writeCount(this.#total)}`;
    part(this, "shown").textContent = this.#total ? range : "";
    part(this, "pages").textContent = `of ${writeCount(pages)}`;
    const jump = find(this, "form");
    jump.hidden = pages <= 1;
    const input = find(jump, "input");
    input.max = String(pages);
    input.value = String(this.#state.page);
    find(this, "select").value = String(this.#perPage);
    part(this, "paging").hidden = this.#total <= PER_PAGE[0];
    // What is typed before this script is there would be lost.
    for (const control of [input, find(jump, "button"), find(this, "select")]) control.disabled = false;
  }

  get #perPage() {
    return this.#state.per || Number(this.dataset.perPage);
  }

  get #pages() {
    return pagesOf(this.#total, this.#perPage);
  }

  /** Go to the page that is typed; beyond the ends, to the first or the last. */
  #jump() {
    const typed = Math.floor(find(this, "input").valueAsNumber);
    if (typed) this.#open(Math.min(Math.max(typed, 1), this.#pages));
  }

  /** Show so many on a page, from the page on that has the first one shown. @param {number} per */
  #resize(per) {
    const first = (this.#state.page - 1) * this.#perPage;
    const page = Math.floor(first / per) + 1;
    sendChange(this, (state) => ({ ...state, per: per === Number(this.dataset.perPage) ? 0 : per, page }));
  }

  /** @param {number} page */
  #open(page) {
    sendChange(this, (state) => ({ ...state, page }));
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

/** @param {Element[]} shown @param {Element[]} made */
const isSame = (shown, made) => shown.length === made.length && made.every((each, at) => each.isEqualNode(shown[at]));

/** @param {string} className @param {string} textContent */
const makeText = (className, textContent) => Object.assign(document.createElement("span"), { className, textContent });

customElements.define("result-pager", ResultPager);
