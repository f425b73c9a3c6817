// The home page's one element. It only wires: events become states, states become addresses and questions, answers
// are shown. The work is in the modules beside it.

import { copyOf, part } from "./cards.js";
import { activeDemands, showChips, waysOut } from "./chips.js";
import { showActive, showChoice, showCounts } from "./facets.js";
import * as page from "./page.js";
import { readSliders, showHistogram, showLimits } from "./ranges.js";
import { neighbour, nextSort, showGallery, showPager, showTable } from "./results.js";
import { open } from "./search/client.js";
import { EMPTY, cleared, isNarrowed, readState, withChoice, withRange, writeState } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./search/client.js").Answer} Answer */

const DEBOUNCE_MS = 80;
const BUSY_AFTER_MS = 200;
const VALUES_SHOWN = 8;

class CatalogHome extends HTMLElement {
  /** @type {State} */
  state = EMPTY;
  /** @type {import("./search/client.js").Search | null} */
  search = null;
  /** @type {import("./search/files.js").Manifest | null} */
  manifest = null;
  /** @type {Element[]} the cards that came with the page */
  firstCards = [];
  /** Whether the visitor is typing: then the address is replaced, so that back leaves the search as a whole. */
  isTyping = false;
  /** @type {number | undefined} */
  timer = undefined;
  listening = new AbortController();

  connectedCallback() {
    this.listening = new AbortController();
    this.firstCards = [...part(this, ".results").children];
    history.scrollRestoration = "manual";
    this.listen();
    this.state = this.stateOfAddress();
    this.showControls();
    if (writeState(this.state)) {
      this.setAttribute("aria-busy", "true");
      this.ask({ scrollTo: history.state?.scroll });
    } else {
      this.showPages(Number(this.dataset.datasets));
      scrollTo(0, history.state?.scroll ?? 0);
    }
  }

  disconnectedCallback() {
    this.listening.abort();
    this.search?.close();
    this.search = null;
  }

  listen() {
    const { signal } = this.listening;
    const input = part(this, ".searchbar__input");
    this.addEventListener("click", (event) => this.onClick(event), { signal });
    this.addEventListener("change", (event) => this.onChange(event), { signal });
    this.addEventListener("input", (event) => this.onInput(event), { signal });
    this.addEventListener("submit", (event) => this.onSubmit(event), { signal });
    this.addEventListener("toggle", (event) => this.onToggle(event), { signal, capture: true });
    input.addEventListener("focus", () => this.prefetch(), { signal });
    part(this, ".facets").addEventListener("pointerenter", () => this.prefetch(), { signal });
    addEventListener("keydown", (event) => this.onKey(event), { signal });
    addEventListener("popstate", () => this.onPopState(), { signal });
    addEventListener("scrollend", () => this.keepScroll(), { signal });
    addEventListener("pagehide", () => this.keepScroll(), { signal });
  }

  /** @param {Event} event */
  onClick(event) {
    if (!(event.target instanceof Element) || !(event instanceof MouseEvent)) return;
    const target = /** @type {HTMLElement | null} */ (event.target.closest("button, a"));
    page.closeMenu(this, event.target);
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { view, sort, export: format, facet, value } = target.dataset;
    if (view) this.go({ ...this.state, view: view === "table" ? "table" : "gallery" });
    else if (sort) this.sortByColumn(sort, "number" in target.dataset);
    else if (format) this.exportAs(/** @type {import("./export.js").Format} */ (format), target);
    else if (target.matches(".pager a")) this.turnPage(event, /** @type {HTMLAnchorElement} */ (target));
    else if (facet && value !== undefined) this.choose(event, facet, value);
    else if (target.matches(".facet__more")) page.showAllValues(target, VALUES_SHOWN);
    else if (target.matches(".toolbar__filter")) page.openSheet(this);
    else if ("close" in target.dataset) this.sheet.close();
    else if ("clear" in target.dataset) this.go(cleared(this.state));
    else if ("retry" in target.dataset) this.retry();
  }

  /** @param {Event} event */
  onChange(event) {
    const target = event.target;
    if (target instanceof HTMLSelectElement) return this.go({ ...this.state, sort: target.value, page: 1 });
    if (!(target instanceof HTMLInputElement)) return;
    if (target.matches(".facet__box")) this.go(withChoice(this.state, target.name, target.value, target.checked));
    if (target.matches(".range__slider")) this.limit(target, true);
  }

  /** @param {Event} event */
  onInput(event) {
    const target = event.target;
    if (!(target instanceof HTMLInputElement)) return;
    if (target.matches(".range__slider")) this.limit(target, false);
    if (!target.matches(".searchbar__input")) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.type(target.value), DEBOUNCE_MS);
  }

  /** @param {Event} event */
  onSubmit(event) {
    event.preventDefault();
    if (!(event.target instanceof HTMLElement) || !event.target.matches(".searchbar")) return;
    clearTimeout(this.timer);
    this.type(/** @type {HTMLInputElement} */ (part(this, ".searchbar__input")).value);
  }

  /** @param {Event} event a range that was opened wants its live histogram */
  onToggle(event) {
    const target = event.target;
    if (target instanceof HTMLDetailsElement && target.open && target.dataset.range && isNarrowed(this.state))
      this.ask();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.sheet.open) return;
    const input = /** @type {HTMLInputElement} */ (part(this, ".searchbar__input"));
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.key === "/" && !target.matches("input:not([type=checkbox], [type=range]), textarea, select")) {
      event.preventDefault();
      input.select();
      input.focus();
    } else if (event.key === "Escape") this.onEscape(target, input);
    else if (event.key.startsWith("Arrow")) this.walk(event, target, input);
  }

  /** @param {Element} target @param {HTMLInputElement} input */
  onEscape(target, input) {
    const menu = target.closest(".menu");
    if (menu instanceof HTMLDetailsElement && menu.open) {
      menu.open = false;
      part(menu, "summary").focus();
    } else if (this.state.text || input.value) {
      input.value = "";
      this.go({ ...this.state, text: "", page: 1 });
    } else if (isNarrowed(this.state)) this.go(cleared(this.state));
    else if (target === input) input.blur();
  }

  /** @param {KeyboardEvent} event @param {Element} target @param {HTMLInputElement} input */
  walk(event, target, input) {
    const links = /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".results:not([hidden]) a, tbody a")]);
    const at = links.indexOf(/** @type {HTMLElement} */ (target));
    const fromInput = target === input && event.key === "ArrowDown";
    if (at < 0 && !fromInput) return;
    const next = fromInput ? links[0] : (neighbour(links, at, event.key) ?? (event.key === "ArrowUp" ? input : null));
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  onPopState() {
    this.isTyping = false;
    this.state = this.stateOfAddress();
    this.showControls();
    this.ask({ scrollTo: history.state?.scroll ?? 0 });
  }

  stateOfAddress() {
    const options = [...part(this, ".select").querySelectorAll("option")];
    return readState(location.search, {
      facets: this.facets.map((facet) => facet.dataset.facet ?? ""),
      ranges: this.ranges.map((range) => range.dataset.range ?? ""),
      sorts: options.map((option) => option.value),
    });
  }

  /**
   * Go to a state: a new step of the history, unless it replaces the one before.
   * @param {State} state
   * @param {{replace?: boolean, scrollTo?: number}} [how]
   */
  go(state, { replace = false, scrollTo } = {}) {
    if (writeState(state) === writeState(this.state)) return this.showControls();
    if (!replace) this.isTyping = false;
    if (!replace) this.keepScroll();
    this.state = state;
    const address = location.pathname + writeState(state);
    if (replace) history.replaceState(history.state, "", address);
    else history.pushState(null, "", address);
    this.ask({ scrollTo }); // first, so that the worker is busy while the page is
    this.showControls();
  }

  /** @param {string} text */
  type(text) {
    const replace = this.isTyping;
    this.go({ ...this.state, text, page: 1 }, { replace });
    this.isTyping = true;
  }

  /** @param {MouseEvent} event @param {string} facet @param {string} value */
  choose(event, facet, value) {
    event.preventDefault();
    this.go(withChoice(this.state, facet, value, !this.state.facets[facet]?.includes(value)));
  }

  /** @param {string} key @param {boolean} isNumber */
  sortByColumn(key, isNumber) {
    this.go({ ...this.state, sort: nextSort(key, isNumber, this.state.sort), page: 1 });
  }

  /** @param {MouseEvent} event @param {HTMLAnchorElement} link */
  turnPage(event, link) {
    event.preventDefault();
    const page = Number(new URL(link.href).searchParams.get("page") ?? 1);
    const top = part(this, ".home__search").getBoundingClientRect().top + scrollY;
    this.go({ ...this.state, page }, { scrollTo: top });
  }

  /** @param {HTMLInputElement} slider @param {boolean} final whether the visitor let go */
  async limit(slider, final) {
    const range = slider.closest("details");
    const key = range?.dataset.range;
    const summary = key && (await this.rangeSummary(key));
    if (!range || !key || !summary) return;
    const limits = readSliders(range, summary);
    if (final) this.go(withRange(this.state, key, limits));
    else showLimits(range, summary, limits ?? undefined);
  }

  opened() {
    this.search ??= open(new URL(this.dataset.manifest ?? "", document.baseURI).href);
    return this.search;
  }

  prefetch() {
    this.opened()
      .prefetch()
      .catch(() => {}); // the question that follows tells what is wrong
  }

  /** @param {string} key */
  async rangeSummary(key) {
    const manifest = await this.opened().opened.catch(() => null);
    this.manifest = manifest;
    return manifest?.ranges.find((range) => range.key === key);
  }

  question() {
    const { text, facets, ranges, sort, page, view } = this.state;
    const perPage = Number(this.dataset.perPage);
    const isFirst = !isNarrowed(this.state) && !sort && page === 1 && view === "gallery";
    const histograms = this.ranges.filter((range) => range.open).map((range) => range.dataset.range ?? "");
    const limit = isFirst ? 0 : perPage;
    return { text, facets, ranges, sort, offset: (page - 1) * perPage, limit, histograms, cells: view === "table" };
  }

  /** @param {{scrollTo?: number}} [how] */
  async ask({ scrollTo: top } = {}) {
    const busy = setTimeout(() => this.setAttribute("aria-busy", "true"), BUSY_AFTER_MS);
    try {
      const question = this.question();
      const search = this.opened();
      const answer = await search.query(question);
      if (!answer) return;
      this.manifest = await search.opened;
      this.show(answer, question.limit === 0);
      if (top !== undefined) scrollTo(0, top);
    } catch (error) {
      page.showFailure(this, error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(busy);
      this.removeAttribute("aria-busy");
    }
  }

  retry() {
    this.search?.close();
    this.search = null;
    this.ask();
  }

  /** @param {import("./export.js").Format} format @param {HTMLElement} button */
  async exportAs(format, button) {
    button.setAttribute("aria-disabled", "true");
    try {
      const rows = await this.opened().rows({ ...this.question(), histograms: [] });
      const { download, makeFile } = await import("./export.js");
      download(makeFile(format, rows, new URL(".", document.baseURI).href));
    } catch (error) {
      page.showFailure(this, error instanceof Error ? error.message : String(error));
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  /** Facets and ranges, by key. */
  get filters() {
    const found = [...this.querySelectorAll(".facets > details")].filter((each) => each instanceof HTMLDetailsElement);
    return new Map(found.map((each) => [each.dataset.facet ?? each.dataset.range ?? "", each]));
  }

  get facets() {
    return [...this.filters.values()].filter((each) => each.dataset.facet);
  }

  get ranges() {
    return [...this.filters.values()].filter((each) => each.dataset.range);
  }

  /** @returns {HTMLDialogElement} */
  get sheet() {
    return part(this, ".sheet");
  }

  /** Show the state where the visitor set it, before the answer comes. */
  showControls() {
    const { text, facets, ranges, sort, view } = this.state;
    const input = /** @type {HTMLInputElement} */ (part(this, ".searchbar__input"));
    if (input.value.trim() !== text.trim()) input.value = text;
    for (const facet of this.facets) showChoice(facet, facets[facet.dataset.facet ?? ""] ?? []);
    for (const range of this.ranges) this.showRange(range, ranges[range.dataset.range ?? ""]);
    page.showSort(this, sort, Boolean(text.trim()));
    page.showView(this, view);
    page.showInstitutions(this, facets);
    this.showChips();
  }

  /** @param {HTMLDetailsElement} range @param {[number, number] | undefined} limits */
  async showRange(range, limits) {
    if (!limits && !this.manifest) return;
    const summary = await this.rangeSummary(range.dataset.range ?? "");
    if (summary) showLimits(range, summary, limits);
    else showActive(range, limits ? 1 : 0);
  }

  showChips() {
    const active = activeDemands(this.state, this.filters, this.manifest?.ranges ?? []);
    const all = { text: "Clear all", next: cleared(this.state), isAll: true };
    const ways = active.length > 1 ? [...active, all] : active;
    const list = part(this, ".home__chips");
    page.keepFocus(this, () => showChips(list, page.templateOf(this, "chip"), ways, (next) => this.go(next)));
    list.hidden = !active.length;
    page.showActiveFilters(this, active.length - (this.state.text.trim() ? 1 : 0));
  }

  /** @param {Answer} answer @param {boolean} isFirst whether the cards that came with the page are the answer */
  show(answer, isFirst) {
    const isTable = this.state.view === "table";
    const gallery = part(this, ".results");
    const table = part(this, ".results-table");
    gallery.hidden = isTable || !answer.total;
    table.hidden = !isTable || !answer.total;
    page.keepFocus(this, () => {
      const templates = { table: page.templateOf(this, "table"), row: page.templateOf(this, "row") };
      if (isTable) showTable(table, templates, answer.cards, this.state.sort);
      else if (isFirst) gallery.replaceChildren(...this.firstCards);
      else showGallery(gallery, page.templateOf(this, "card"), answer.cards);
      page.showMessage(this, answer.total ? null : this.makeEmpty(answer));
      this.showPages(answer.total);
    });
    for (const facet of this.facets) showCounts(facet, answer.counts[facet.dataset.facet ?? ""], VALUES_SHOWN);
    for (const range of this.ranges) {
      const counts = answer.histograms[range.dataset.range ?? ""];
      if (counts) showHistogram(range, counts);
    }
    this.showChips();
    page.showTotal(this, answer.total, Number(this.dataset.datasets));
  }

  /** @param {number} total */
  showPages(total) {
    const pages = Math.ceil(total / Number(this.dataset.perPage));
    const addressOf = (/** @type {number} */ page) => location.pathname + writeState({ ...this.state, page });
    showPager(part(this, ".pager"), this.state.page, pages, addressOf);
  }

  /** @param {Answer} answer */
  makeEmpty(answer) {
    const made = copyOf(page.templateOf(this, "empty"));
    const ways = waysOut(this.state, this.filters, answer.relaxed.slice(0, 5));
    part(made, ".empty__hint").textContent = ways.length
      ? "Each part of the search has results, but not all of them together. Drop one:"
      : "Check the spelling, or try a part of a name or address: any substring is found.";
    showChips(part(made, ".empty__ways"), page.templateOf(this, "chip"), ways, (next) => this.go(next));
    return made;
  }

  keepScroll() {
    history.replaceState({ ...history.state, scroll: scrollY }, "");
  }
}

customElements.define("catalog-home", CatalogHome);
