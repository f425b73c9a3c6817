// <catalog-home>: the home page. It only wires: what its elements ask for goes to the session, what the session says
// goes to the elements, once the late parts are there: they take fewer bytes and less time than an answer.

import { idOf } from "./dataset-path.js";
import { closest, columnKeys, find, part } from "./home/dom.js";
import "./home/filter-panel.js";
import { keepFocus } from "./home/focus.js";
import { keepFound } from "./home/keeping.js";
import { LateParts, afterPictures } from "./home/late-loading.js";
import "./home/result-toolbar.js";
import { released } from "./home/press.js";
import { pageOf } from "./home/results.js";
import "./home/copy-link.js";
import "./home/search-box.js";
import { MOST_IN_LINK, Selection } from "./home/selection.js";
import { SearchSession } from "./home/session.js";
import { EMPTY, cleared, isAsked, isGrouped, rangeKeys, readState, withOnly, writeState } from "./home/state.js";
import { keepResult, readResult } from "./last-result.js";

/** @typedef {import("./home/late-loading.js").Parts} Parts */
/** @typedef {import("./home/session.js").Place} Place */

/**
 * What is asked for is shown with its answer if that is there so soon, so that the page is laid out and painted once;
 * boxes and fields show it by themselves.
 */
const STATE_AFTER_MS = 50;
/** Between the search field and the results, where these are scrolled to. */
const GAP_PX = 8;
/** What a visitor does who is going to use more than what the page came with. */
const TOUCHES = ["pointerdown", "keydown", "focusin", "change"];

class CatalogHome extends HTMLElement {
  /** @type {import("./home/session.js").Found | null} the last answer */
  #found = null;
  /** What a key asked for that needs the last answer: to open a single result, or to go to the results. */
  #onAnswer = () => {};
  /** Whether the last answer said how the words were read. */
  #hasReadings = false;
  /** @type {import("./home/filters.js").Labels | null} null until the manifest is there */
  #allLabels = null;
  /** @type {string | null} the dataset from whose page the visitor comes back; empty after a comparison */
  #backFrom = null;
  /** Whether the visitor asked for something else than the address. */
  #hasGone = false;
  #late = new LateParts(this.dataset.lateStyles ?? "");
  /** What says that the late parts did not load. @type {Element | null} */
  #partMessage = null;
  /** What was asked for before the selected datasets alone. @type {import("./home/state.js").State | null} */
  #beforeSelected = null;
  #stateTimer = 0;
  #selection = new Selection(new URL(".", document.baseURI).pathname);
  #session = this.#makeSession();
  #listening = new AbortController();

  constructor() {
    super();
    for (const name of TOUCHES) this.addEventListener(name, () => this.#loadLate(), { capture: true });
    this.#hear("search-change", (change) => this.#go(change));
    this.#hear("search-submit", () => this.#whenAnswered(() => this.#openSingle()));
    this.#hear("search-clear", () => this.#session.go(cleared(this.#session.state)));
    this.#hear("search-prepare", () => this.#prepare());
    this.#hear("manifest-need", () => this.#session.load());
    this.#hear("search-retry", () => this.#session.retry());
    this.#hear("range-toggle", () => this.#session.showHistograms(this.#panel.openRanges));
    this.#hear("filters-open", () => this.#late.use(() => this.#panel.open()));
    this.#hear("results-enter", () => this.#whenAnswered(() => this.#enterResults()));
    this.#hear("results-leave", () => this.#box.focus());
    this.#hear("export-request", (format) =>
      this.#late.use(({ save }) => save(format, this.#toolbar, this.#message, () => this.#session.rows())),
    );
    this.#hear("selection-export", (format) => {
      const load = () => this.#session.rowsOf(this.#selection.ids);
      this.#late.use(({ save }) => save(format, this.#bar, this.#message, load));
    });
    this.#hear("columns-open", () =>
      this.#whenAnswered(() => find(this, "table-tools").open(this.#list.table?.choices ?? [])),
    );
    this.#hear("columns-change", (columns) => this.#list.table?.change(columns));
    this.#hear("selection-show", () => this.#showSelected());
    this.#selection.addEventListener("change", () => this.#followSelection());
    this.addEventListener("click", (event) => {
      const link = closest(event, 'result-list a[href^="datasets/"], a[href^="compare/"]');
      if (link instanceof HTMLAnchorElement) this.#keepResult(idOf(link) ?? "");
    });
  }

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#selection.listen(signal);
    addEventListener("online", () => this.#partMessage?.isConnected && this.#loadLate(), { signal });
    this.#late.use(({ markResults }) => {
      markResults(this.#list, this.#selection, signal);
      this.#bar.selection = this.#selection;
    });
    this.#start();
    const { state } = this.#session;
    if (state !== EMPTY) return void this.#loadLate();
    this.#late.use(() => (this.#pager.found = { state, total: Number(this.dataset.datasets) }));
    this.#focusBack();
    afterPictures(this.#list, () => this.#late.load().catch(() => {})); // a touch tries it again, and reports it
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#session.close();
  }

  /** Show what the address asks for; what the visitor comes back to is shown where it was left. */
  #start() {
    const { search } = location;
    this.#late.use(async ({ notesOnAddress }) => {
      const leftOut = search ? await notesOnAddress(search, this.#keys) : [];
      if (this.#hasGone || !leftOut.length) return;
      this.#box.leftOut = [...leftOut, ...this.#box.leftOut];
      this.#session.correctAddress();
    });
    const kept = readResult();
    const [arrival] = performance.getEntriesByType("navigation");
    const isBack = /** @type {PerformanceNavigationTiming | undefined} */ (arrival)?.type === "back_forward";
    const isHere = kept?.search === writeState(readState(location.search, this.#keys)) && (kept.isBack || isBack);
    if (kept && isHere) this.#backFrom = kept.id;
    this.#session.start(kept && isHere && kept.isBack ? kept.scroll : undefined);
    if (kept?.isBack) keepResult({ ...kept, isBack: false });
  }

  /** Give the focus to the dataset from whose page the visitor comes back; to the results where there is none. */
  #focusBack() {
    if (this.#backFrom !== null) {
      const preventScroll = !this.#backFrom;
      (this.#list.datasets.get(this.#backFrom) ?? part(this, "results")).focus({ preventScroll });
    }
    this.#backFrom = null;
  }

  /** Keep what was found, so that the page of a dataset leads back to it and through it. @param {string} id */
  #keepResult(id) {
    const total = this.#found?.answer.total ?? Number(this.dataset.datasets);
    keepFound(this.#session, [...this.#list.datasets.keys()], total, this.dataset.manifest ?? "", id);
  }

  get #box() {
    return find(this, "search-box");
  }

  get #panel() {
    return find(this, "filter-panel");
  }

  get #toolbar() {
    return find(this, "result-toolbar");
  }

  get #list() {
    return find(this, "result-list");
  }

  get #bar() {
    return find(this, "selection-bar");
  }

  get #message() {
    return find(this, "result-message");
  }

  get #pager() {
    return find(this, "result-pager");
  }

  get #keys() {
    const { facetKeys: facets, rangeKeys: ranges } = this.#panel;
    return { facets, ranges, sorts: this.#toolbar.sorts, columns: columnKeys() };
  }

  #makeSession() {
    const { manifest = "", perPage } = this.dataset;
    const manifestUrl = new URL(manifest, document.baseURI).href;
    const selected = () => this.#selection.ids;
    const session = new SearchSession({ manifestUrl, perPage: Number(perPage), keys: this.#keys, selected });
    const detail = (/** @type {Event} */ event) => /** @type {CustomEvent} */ (event).detail;
    const follow = (/** @type {string} */ name, /** @type {(parts: Parts, detail: any) => void} */ show) =>
      session.addEventListener(name, (event) => this.#late.use((parts) => show(parts, detail(event))));
    session.addEventListener("state", () => session.state.view === "table" && this.#loadLate(true));
    follow("state", (parts) => this.#showStateSoon(parts));
    follow("manifest", (parts) => this.#showManifest(parts));
    follow("answer", (parts, found) => this.#showAnswer(parts, found));
    follow(
      "beyond",
      ({ noteOnPage }, [page, last]) => (this.#box.leftOut = [...this.#box.leftOut, noteOnPage(page, last)]),
    );
    follow("busy", (_, isBusy) => this.#showBusy(isBusy));
    session.addEventListener("scroll", (event) => {
      if (isAsked(session.state)) this.#late.use(() => this.#scroll(detail(event)));
      else (this.#focusBack(), this.#scroll(detail(event))); // among what the page came with; the focus scrolls, too
    });
    session.addEventListener("failure", (event) => {
      this.#message.failure = detail(event);
      this.#showFailed();
    });
    return session;
  }

  /** Load the late parts for what the visitor does; say so if that fails. @param {boolean} [withTable] */
  async #loadLate(withTable) {
    try {
      await this.#late.load(withTable);
      if (this.#partMessage?.isConnected) this.#message.nothing = null;
    } catch {
      this.#showBusy(false);
      if (!this.#message.hidden) return; // another failure, or this one
      this.#message.fail(
        "A part of this page did not load.",
        "Searching and filtering need it. If it fails again, reload the page.",
      );
      this.#partMessage = this.#message.firstElementChild;
      this.#showFailed();
    }
  }

  /** Fetch what a search needs, as one is likely. */
  #prepare() {
    this.#late.load().catch(() => {}); // what is asked then reports it
    this.#session.prepare();
  }

  /** Whether what is shown is no answer to what is asked for. */
  get #isUnanswered() {
    return this.#found ? this.#found.state !== this.#session.state : isAsked(this.#session.state);
  }

  /** @param {boolean} isBusy */
  #showBusy(isBusy) {
    this.setAttribute("aria-busy", String(isBusy));
    if (!isBusy) this.#reveal();
    else if (this.#isUnanswered) this.#toolbar.words = "Searching …";
  }

  /** Without an answer, nothing that an earlier one found is shown as this one. @param {boolean} isFailed */
  #showFailed(isFailed = this.#isUnanswered) {
    this.toggleAttribute("data-failed", isFailed);
    this.#keepFocus(() => (this.#list.hidden = this.#pager.hidden = isFailed));
    if (isFailed) this.#toolbar.unanswered = this.#session.state;
  }

  /**
   * Listen to what an element of the page sends.
   * @param {string} name
   * @param {(detail: any) => void} listener
   */
  #hear(name, listener) {
    this.addEventListener(name, (event) => listener(/** @type {CustomEvent} */ (event).detail));
  }

  /** @param {import("./home/session.js").Change} change */
  #go({ change, series, isLikely }) {
    if (isLikely) return void this.#session.foresee(change(this.#session.state));
    this.#onAnswer = () => {};
    this.#loadLate();
    this.#hasGone = true;
    this.#late.use(() => (this.#box.leftOut = []));
    this.#session.go(change(this.#session.state), series);
  }

  /** Show what is asked for with the answer, or before it comes. @param {Parts} parts */
  #showStateSoon(parts) {
    this.#box.state = this.#session.state;
    this.#stateTimer ||= setTimeout(() => released().then(() => this.#showState(parts)), STATE_AFTER_MS);
  }

  /** Show what is asked for, unless it is shown. @param {Parts} parts */
  #showState(parts) {
    if (!this.#stateTimer) return;
    clearTimeout(this.#stateTimer);
    this.#stateTimer = 0;
    const { state } = this.#session;
    this.#keepFocus(() => parts.showHead(isAsked(state)));
    this.#panel.state = state;
    this.#toolbar.state = state;
    const tools = find(this, "table-tools");
    if ("open" in tools) tools.state = state; // loaded with the first table
    const institutions = this.querySelector("institution-links");
    if (institutions) institutions.state = state;
    this.#keepFocus(() => this.#showChips(parts));
  }

  /** @param {Parts} parts */
  #showChips({ activeFilters, readingChips }) {
    const { state } = this.#session;
    const answer = state.text.trim() || this.#found?.state === state ? this.#found?.answer : null;
    const readings = answer ? readingChips(state, this.#labels, answer) : [];
    find(this, "filter-chips").chips = activeFilters(state, this.#labels, readings);
  }

  /** Show how the words were read, unless nothing was, as before. @param {Parts} parts @param {boolean} isAny */
  #showReadings(parts, isAny) {
    if (isAny || this.#hasReadings) this.#showChips(parts);
    this.#hasReadings = isAny;
  }

  /** How everything that can be asked is called. */
  get #labels() {
    return this.#allLabels ?? this.#panel.labels;
  }

  /** @param {Parts} parts */
  #showManifest(parts) {
    const { manifest } = this.#session;
    this.#showState(parts); // values are shown as chosen or not
    if (!manifest) return;
    this.#allLabels = parts.allLabels(manifest);
    this.#panel.manifest = this.#box.manifest = manifest;
    const named = parts.withNamedValues(this.#session.state, manifest);
    if (named === this.#session.state) this.#showChips(parts);
    else this.#session.replace(named);
  }

  /** Show what was hidden until there is an answer, or a reason why there is none. */
  #reveal() {
    document.documentElement.removeAttribute("data-arriving");
  }

  /** @param {Parts} parts @param {import("./home/session.js").Found} found */
  #showAnswer(parts, found) {
    const { notes, notesOnLink, notesOnValues, withoutUnknown } = parts;
    this.#reveal(); // what is hidden cannot get the focus
    this.#showState(parts);
    const { state, answer } = found;
    const { total } = answer;
    this.#found = found;
    this.#showFailed(false);
    const { manifest } = this.#session;
    const unknown = manifest ? withoutUnknown(state, manifest) : [];
    this.#box.notes = [...notes(answer), ...notesOnLink(state, answer), ...notesOnValues(unknown)];
    this.#keepFocus(() => {
      this.#toolbar.isOrderedByWords = answer.readings.some(({ kind }) => kind === "order");
      this.#showReadings(parts, answer.readings.length > 0 || rangeKeys(state).length > 0);
      this.#list.found = found;
      this.#message.nothing = total ? null : parts.explainNothing(state, this.#labels, answer, unknown);
      this.#pager.found = { state, total: answer.entries };
    });
    this.#focusBack();
    this.#panel.answer = answer;
    const read = parts.readingChips(state, this.#labels, answer).filter(({ isMore }) => !isMore);
    find(this, "search-suggestions").found = { ...answer, read: read.map(({ text }) => text) };
    const { isAbout, studyCount } = answer;
    this.#toolbar.counted = { total, isAbout, studies: isGrouped(state) && !isAbout ? studyCount : null };
    if (this.#isUnanswered) return this.#showBusy(this.ariaBusy === "true"); // an earlier answer that came late
    this.#onAnswer();
    this.#onAnswer = () => {};
  }

  /** Scroll to a place; one among the cards depends on how high those above it are. @param {Place} place */
  #scroll(place) {
    const topOf = (/** @type {Element} */ element) => element.getBoundingClientRect().top + scrollY;
    const start = topOf(this.#toolbar) - this.#box.offsetHeight - GAP_PX;
    const top = place === "results" ? Math.min(scrollY, start) : place;
    if (top > topOf(this.#list)) this.#list.showWhole();
    scrollTo(0, top);
  }

  /** Run something now, or once the answer is there, unless another is asked meanwhile. @param {() => void} run */
  #whenAnswered(run) {
    if ([this.#found?.state, EMPTY].includes(this.#session.state) || !this.#message.hidden) run();
    else this.#onAnswer = run;
  }

  /** Go from the search box to the results, unless the visitor went elsewhere meanwhile. */
  #enterResults() {
    if (this.#box.contains(document.activeElement)) (this.#message.hidden ? this.#list : this.#message).focus();
  }

  #openSingle() {
    const cards = this.#found?.answer.cards ?? [];
    if (this.#isUnanswered || this.#found?.answer.total !== 1 || cards.length !== 1) return;
    this.#keepResult(cards[0].id);
    location.assign(pageOf(cards[0]));
  }

  /** Change the page; the results get the focus of what goes. @param {() => void} change */
  #keepFocus(change) {
    keepFocus(part(this, "results"), change);
  }

  /** Show the selected datasets alone; as a link that holds them, where it can. */
  #showSelected() {
    const { ids, size } = this.#selection;
    this.#beforeSelected = this.#session.state;
    this.#go({ change: (state) => withOnly(cleared(state), size <= MOST_IN_LINK ? ids : "selected") });
  }

  /** Show the selected datasets as they change; what was shown before, once there are none. */
  #followSelection() {
    if (this.#session.state.only !== "selected") return;
    if (this.#selection.size) this.#session.refresh();
    else this.#go({ change: (state) => this.#beforeSelected ?? withOnly(state, null) });
  }
}

customElements.define("catalog-home", CatalogHome);
