// The search session: what the visitor asked for, kept in the address, and the worker that answers. It knows no
// element. It sends `state` when something else is asked for, `manifest` once the catalog is open, `answer` (detail:
// `Found`), `scroll` (detail: where to), `beyond` (detail: the page that was asked for, and the last), `failure`
// (detail: the reason) and `busy` (detail: whether an answer is late).

import { open } from "../search/client.js";
import { pagesOf } from "./paging.js";
import { released } from "./press.js";
import { EMPTY, isNarrowed, makeQuestion, readState, writeState } from "./state.js";

/** @typedef {import("./state.js").State} State */
/**
 * What an element asks for. `change`: what was asked for last → what is asked for now; an element may not have seen the
 * last yet. `series`: this step of the history replaces the one before if both have this name, as while typing.
 * `isLikely`: it is not asked for yet, but the visitor points at what would ask for it.
 * @typedef {{series?: string, isLikely?: boolean}} How
 * @typedef {How & {change: (state: State) => State}} Change
 */
/**
 * An answer and what was asked. `isFirst`: the answer is the cards that came with the page; `offset`: how many results
 * are on the pages before.
 * @typedef {{state: State, answer: import("../search/catalog.js").Answer, isFirst: boolean, offset: number}} Found
 */

/** @typedef {import("../search/catalog.js").Answer} Answer */
/** @typedef {number | "results"} Place where to scroll: how far, or back to where the results begin */

const BUSY_AFTER_MS = 200;
const ADDRESS_AFTER_MS = 100;
/** Answers with 48 cards that are kept: some 50 kB each. */
const MOST_KEPT = 12;

export class SearchSession extends EventTarget {
  /** @type {State} */
  state = EMPTY;
  /** @type {import("../search/files.js").Manifest | null} */
  manifest = null;
  /** @type {import("../search/client.js").Search | null} */
  #search = null;
  /** @type {string[]} keys of the ranges whose live histogram is wanted */
  #histograms = [];
  /** The series of the present step of the history; see `Change`. */
  #series = "";
  /**
   * The step of the history that is not written yet: changing the address takes a page up to 9 ms, in which it does not
   * paint, so that it follows the answer, which usually is there before. `isNew`: not the present step; `scroll`: where
   * that one was left.
   * @type {{isNew: boolean, scroll: number, timer: number} | null}
   */
  #lateStep = null;
  /** Answers at hand, by question, the last one last: they are shown in the frame of the click. */
  #kept = /** @type {Map<string, Answer>} */ (new Map());
  /** The state that may be asked for next and is foreseen once another is. @type {State | null} */
  #likely = null;
  #isForeseeing = false;
  /** What the worker answers beforehand now. @type {{key: string, answer: Promise<Answer | null>} | null} */
  #foreseen = null;
  /** Counts what was asked, and which of that was shown last: an earlier answer that comes late is not shown. */
  #asked = 0;
  #shown = 0;
  /** Whether what is asked for has no answer, as something did not load. */
  #hasFailed = false;
  #listening = new AbortController();
  #options;

  /**
   * `selected` returns the ends of the ids of the datasets that are selected in this browser.
   * @param {{manifestUrl: string, perPage: number, keys: import("./state.js").Keys, selected: () => string[]}} options
   */
  constructor(options) {
    super();
    this.#options = options;
  }

  /**
   * Ask what the address says, now and whenever the visitor goes back or forward.
   * @param {Place} [place] where to scroll then, if not to where the visitor was
   */
  start(place = history.state?.scroll) {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    history.scrollRestoration = "manual";
    addEventListener("popstate", () => this.#followHistory(), { signal });
    addEventListener("online", () => this.#hasFailed && this.retry(), { signal });
    addEventListener("scrollend", () => this.#keepScroll(), { signal });
    addEventListener("pagehide", () => this.#keepScroll(), { signal });
    addEventListener("click", () => this.#writeStep(), { signal, capture: true }); // it may copy or leave the address
    if (writeState(readState(location.search, this.#options.keys))) {
      this.#send("busy", true);
      this.#openAddress(place);
    } else {
      this.#send("state");
      this.#send("busy", false);
      if (place) this.#send("scroll", place);
    }
  }

  close() {
    this.#writeStep();
    this.#listening.abort();
    this.#search?.close();
    this.#search = null;
  }

  /**
   * Go to another state: a new step of the history, unless it goes on with the series of the present one. Other results
   * are shown from their beginning.
   * @param {State} state
   * @param {string} [series]
   */
  go(state, series = "") {
    if (writeState(state) === writeState(this.state)) return this.#hasFailed ? this.retry() : this.#send("state");
    const scroll = scrollY; // asked for now: the event of what was scrolled right before may not be there yet
    const place = scroll ? "results" : undefined;
    const isNew = !series || series !== this.#series;
    if (isNew) this.#writeStep();
    this.state = state;
    this.#series = series;
    const question = this.#question(this.#histograms);
    const kept = this.#kept.get(JSON.stringify(question));
    if (!kept) this.#ask(place); // before anything else, so that the worker is busy meanwhile
    this.#writeStepSoon(isNew, scroll);
    this.#send("state");
    if (!kept) return;
    this.#show(++this.#asked, { state, answer: kept, question }, place);
    this.#send("busy", false); // an earlier question does not say so any more
  }

  /** Have the answer at hand to what may be asked next; of several only the last. @param {State} state */
  async foresee(state) {
    this.#likely = state;
    if (this.#isForeseeing || !this.#search) return;
    this.#isForeseeing = true;
    while (this.#likely && this.#search) {
      const question = this.#questionOf(this.#likely, this.#histograms);
      this.#likely = null;
      if (this.#kept.has(JSON.stringify(question))) continue;
      const answer = this.#search.foresee(question).catch(() => null); // it is asked again if it is meant
      this.#foreseen = { key: JSON.stringify(question), answer };
      const found = await answer;
      if (found) this.#keep(question, found);
    }
    this.#foreseen = null;
    this.#isForeseeing = false;
  }

  /**
   * @param {import("../search/catalog.js").Question} question
   * @param {Answer} answer
   */
  #keep(question, answer) {
    if (answer.isAbout) return; // it may get exact
    this.#kept.set(JSON.stringify(question), answer);
    for (const key of this.#kept.keys()) if (this.#kept.size > MOST_KEPT) this.#kept.delete(key);
  }

  get #address() {
    return location.pathname + writeState(this.state);
  }

  /**
   * Write a step once nothing else is asked for a moment.
   * @param {boolean} isNew
   * @param {number} scroll where the present one is left
   */
  #writeStepSoon(isNew, scroll) {
    const step = this.#forgetStep() ?? { isNew, scroll, timer: 0 };
    this.#lateStep = step;
    step.timer = setTimeout(() => this.#writeStep(), ADDRESS_AFTER_MS);
  }

  /** Make the history say what is asked for, if it does not yet. */
  #writeStep() {
    const step = this.#forgetStep();
    if (!step) return;
    if (step.isNew) {
      history.replaceState({ ...history.state, scroll: step.scroll }, "");
      history.pushState(null, "", this.#address);
    } else {
      history.replaceState(history.state, "", this.#address);
    }
  }

  /** Return the step that is not written yet, which is not written then. */
  #forgetStep() {
    const step = this.#lateStep;
    clearTimeout(step?.timer);
    this.#lateStep = null;
    return step;
  }

  /** Fetch what the first question needs. */
  prepare() {
    this.#open()
      .prefetch()
      .catch(() => {}); // the question that follows reports it
  }

  /** Fetch the manifest, whether anything is asked for or not; say so if that fails. */
  load() {
    const search = this.#open();
    search.opened.catch((error) => this.#fail(search, error));
  }

  /** Answer with the histograms of these ranges from now on. @param {string[]} keys */
  showHistograms(keys) {
    const isMore = keys.some((key) => !this.#histograms.includes(key));
    this.#histograms = keys;
    this.#open();
    if (isMore && isNarrowed(this.state)) this.#ask();
  }

  /** Answer again, as the selection changed. */
  refresh() {
    this.#ask();
  }

  /** Begin anew after a failure. */
  retry() {
    this.#kept.clear();
    this.#search?.close();
    this.#search = null;
    this.#ask();
    this.#send("state");
  }

  /** What the page of results asks, its cards included. */
  get question() {
    const question = makeQuestion(this.state, this.#options.perPage, []);
    return { ...question, limit: this.state.per || this.#options.perPage, cells: false };
  }

  /** Return the rows of everything that was found, to export. */
  rows() {
    return this.#open().rows(this.#question([]));
  }

  /** Return the rows of these datasets, to export. @param {string[]} ids the ends of their ids */
  rowsOf(ids) {
    return this.#open().rows({ ids });
  }

  /** @param {string[]} histograms */
  #question(histograms) {
    return this.#questionOf(this.state, histograms);
  }

  /** @param {State} state @param {string[]} histograms */
  #questionOf(state, histograms) {
    const { only } = state;
    const ids = only === "selected" ? this.#options.selected() : (only ?? undefined);
    return { ...makeQuestion(state, this.#options.perPage, histograms), ids };
  }

  #open() {
    if (!this.#search) {
      this.#search = open(this.#options.manifestUrl);
      this.#search.opened.then(
        async (manifest) => {
          await released();
          this.manifest = manifest;
          this.#send("manifest");
        },
        () => {}, // the question that follows reports it
      );
    }
    return this.#search;
  }

  /**
   * Open the address that the history leads to; a link to a part of the page asks for nothing else. A visitor who goes
   * back before a new step is written undoes that step alone.
   */
  #followHistory() {
    if (this.#forgetStep()?.isNew) return history.forward();
    const asked = writeState(readState(location.search, this.#options.keys));
    if (!location.hash || asked !== writeState(this.state)) this.#openAddress(history.state?.scroll ?? 0);
  }

  /** @param {Place} [place] where to scroll then */
  #openAddress(place) {
    this.#series = "";
    this.state = readState(location.search, this.#options.keys);
    this.#ask(place);
    this.#send("state");
  }

  /** @param {Place} [place] where to scroll then */
  async #ask(place) {
    const { state } = this;
    this.#hasFailed = false;
    const number = ++this.#asked;
    const question = this.#question(this.#histograms);
    const late = setTimeout(() => this.#send("busy", true), BUSY_AFTER_MS);
    const search = this.#open();
    try {
      const answer = await this.#answerTo(question, search, number);
      if (answer) this.#keep(question, answer);
      await released();
      if (answer && number > this.#shown) this.#show(number, { state, answer, question }, place);
    } catch (error) {
      this.#fail(search, error);
    } finally {
      clearTimeout(late);
      if (number === this.#asked) this.#send("busy", false);
    }
  }

  /**
   * Return the answer, the one that is on its way where it was foreseen; null where a later question overtook it.
   * @param {import("../search/catalog.js").Question} question
   * @param {import("../search/client.js").Search} search
   * @param {number} number of what was asked
   */
  async #answerTo(question, search, number) {
    if (this.#foreseen?.key !== JSON.stringify(question)) return search.query(question);
    const foreseen = await this.#foreseen.answer;
    if (number !== this.#asked) return null;
    return foreseen ?? search.query(question);
  }

  /**
   * @param {number} number of what was asked
   * @param {Omit<Found, "isFirst" | "offset"> & {question: {limit: number, offset: number}}} found
   * @param {Place} [place] where to scroll then
   */
  #show(number, { state, answer, question }, place) {
    this.#shown = number;
    const last = pagesOf(answer.entries, state.per || this.#options.perPage);
    if (state.page > last) return this.#showPage(last, place);
    this.#send("answer", { state, answer, isFirst: question.limit === 0, offset: question.offset });
    if (place !== undefined) this.#send("scroll", place);
  }

  /**
   * Say why there is no answer; the next question begins anew. What comes from a search that was given up says nothing.
   * @param {import("../search/client.js").Search} search
   * @param {unknown} error
   */
  #fail(search, error) {
    if (search !== this.#search) return;
    this.#hasFailed = true;
    this.#search = null;
    search.close();
    this.#send("failure", error instanceof Error ? error.message : String(error));
  }

  /** Ask this instead, as the same step of the history. @param {State} state @param {Place} [place] */
  replace(state, place) {
    this.state = state;
    this.#writeStep();
    history.replaceState(history.state, "", this.#address);
    this.#ask(place);
    this.#send("state");
  }

  /** Have the address say what is asked, without what of it cannot be read; as the same step of the history. */
  correctAddress() {
    const asked = writeState(readState(location.search, this.#options.keys));
    history.replaceState(history.state, "", location.pathname + asked + location.hash);
  }

  /** Show another page in place of this one, which there is not. @param {number} page @param {Place} [place] */
  #showPage(page, place) {
    this.#send("beyond", [this.state.page, page]);
    this.replace({ ...this.state, page }, place);
  }

  #keepScroll() {
    this.#writeStep();
    history.replaceState({ ...history.state, scroll: scrollY }, "");
  }

  /** @param {string} name @param {unknown} [detail] */
  #send(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
