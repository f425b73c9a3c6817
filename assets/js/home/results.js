// What was found: the list, as a gallery or a table, and a message where there is nothing to list.

import {
  actionOf,
  afterPaint,
  breakable,
  closest,
  copyTemplate,
  fillPicture,
  find,
  isPlainClick,
  part,
  placeChildren,
  send,
  sendChange,
  unbroken,
} from "./dom.js";
import { datasetPath, idOf } from "../dataset-path.js";
import { neighbor } from "./paging.js";
import { EMPTY, isInSections, writeState } from "./state.js";
import { whyFailed } from "../offline.js";
import { writeCount } from "../writing.js";

/** @typedef {import("../search/files.js").Card} Card */
/** @typedef {import("./filters.js").Chip} Chip */

/** What a card and the space around it take of a window, in square pixels. */
const CARD_AREA = 100_000;
/** The width of the filters beside the cards, in pixels. */
const ASIDE_WIDTH = 300;
/** So many cards are made at once, at least. */
const FEWEST_CARDS = 6;
/** So many cards out of sight are made at once: a key or a click does not wait for more. */
const LATE_CARDS = 6;

/** `<result-list>`: what was found, as a gallery or as a table, and the way through it by arrow keys. */
export class ResultList extends HTMLElement {
  #state = EMPTY;
  /** @type {Map<string, HTMLElement>} the cards that are shown, by id of their dataset */
  #cards = new Map();
  /** @type {Map<Element, () => HTMLElement>} what gives the cards that follow, by the empty items in their places */
  #lateCards = new Map();
  #callOff = () => {};
  /** @type {HTMLElement[]} the cards that came with the page */
  #firstCards = [];

  constructor() {
    super();
    this.addEventListener("keydown", (event) => this.#walk(event));
    this.addEventListener("click", (event) => {
      const study = closest(event, "[data-study]")?.dataset.study;
      if (study !== undefined && isPlainClick(event)) {
        event.preventDefault();
        sendChange(this, (state) => withinStudy(state, study));
      }
    });
  }

  connectedCallback() {
    if (!this.#firstCards.length) this.#firstCards = [...part(this, "gallery").querySelectorAll("li")];
  }

  /** @param {import("./session.js").Found} found */
  set found({ state, answer, isFirst, offset }) {
    this.#state = state;
    this.#callOff();
    this.#lateCards.clear();
    const isTable = state.view === "table";
    const gallery = part(this, "gallery");
    gallery.toggleAttribute("data-whole", false);
    gallery.hidden = isTable || !answer.total;
    part(this, "table").hidden = !isTable || !answer.total;
    if (isTable) this.#showTable(answer, offset);
    else placeChildren(gallery, isFirst ? this.#placeFirst() : this.#makeEntries(answer));
  }

  /** The datasets that are shown, by id, and their links. @returns {Map<string, HTMLAnchorElement>} */
  get datasets() {
    this.#makeLateCards();
    const links = this.#links.filter((link) => !("study" in link.dataset));
    return new Map(links.map((link) => [idOf(link) ?? "", link]));
  }

  /** So many cards may be in sight. */
  get #inSight() {
    return Math.max(FEWEST_CARDS, Math.ceil(((innerWidth - ASIDE_WIDTH) * innerHeight) / CARD_AREA));
  }

  /** Return the cards that came with the page; those out of sight follow as others do. */
  #placeFirst() {
    const inSight = this.#inSight;
    return this.#firstCards.map((card, at) => (at < inSight ? card : this.#reservePlace(() => card)));
  }

  /**
   * Return an entry for each card; a dataset that was shown keeps its own. Cards that the window shows are made at
   * once, the others when the browser has time.
   * @param {import("../search/catalog.js").Answer} answer
   */
  #makeEntries({ cards, studies }) {
    const before = this.#cards;
    const inSight = this.#inSight;
    this.#cards = new Map();
    const isInParts = isInSections(this.#state);
    return cards.flatMap((card, at) => {
      const study = studies[at];
      const isBelow = at >= inSight;
      if (study && !isInParts) {
        const made = makeStudyCard(card, study, this.#state);
        made.toggleAttribute("data-below", isBelow);
        return made;
      }
      const isLate = isBelow && !before.has(card.id);
      const made = isLate
        ? this.#reservePlace(() => this.#keep(card.id, makeCard(card)))
        : this.#keep(card.id, before.get(card.id) ?? makeCard(card));
      made.toggleAttribute("data-below", isBelow && !isLate);
      return study ? [makeHeading(study, this.#state), made] : made;
    });
  }

  /** Return an empty item for a card that comes later. @param {() => HTMLElement} make */
  #reservePlace(make) {
    if (!this.#lateCards.size) this.#makeMoreLater();
    const place = document.createElement("li");
    this.#lateCards.set(place, make);
    return place;
  }

  /** Make the cards out of sight, some at a time; all once the page is scrolled. */
  #makeMoreLater() {
    const scrolled = new AbortController();
    const callOff = afterPaint(() => {
      scrolled.abort();
      this.#makeLateCards(LATE_CARDS);
      if (this.#lateCards.size) this.#makeMoreLater();
    });
    this.#callOff = () => (callOff(), scrolled.abort());
    addEventListener("scroll", () => (this.#callOff(), this.#makeLateCards()), scrolled);
  }

  /** @param {number} [most] how many; all of them without it */
  #makeLateCards(most = Infinity) {
    for (const [place, make] of [...this.#lateCards].slice(0, most)) {
      this.#lateCards.delete(place);
      const made = make();
      made.toggleAttribute("data-below", true);
      place.replaceWith(made);
    }
  }

  /** Keep a card, for the answers that follow. @param {string} id @param {HTMLElement} made */
  #keep(id, made) {
    this.#cards.set(id, made);
    return made;
  }

  /** Lay out all cards, also those out of sight, so that it is known how high they are. */
  showWhole() {
    this.#makeLateCards();
    part(this, "gallery").toggleAttribute("data-whole", true);
  }

  /** The table; null before it is shown. */
  get table() {
    return this.querySelector("result-table");
  }

  /** Go to the first dataset. */
  focus() {
    this.#links[0]?.focus();
  }

  get #links() {
    return [...this.querySelectorAll("a")].filter((link) => !link.closest("[hidden]"));
  }

  /** @param {import("../search/catalog.js").Answer} answer @param {number} offset */
  #showTable({ cards, total }, offset) {
    const place = part(this, "table");
    if (!place.firstElementChild) place.append(copyTemplate("table"));
    find(place, "result-table").found = { state: this.#state, cards, total, offset };
  }

  /** Go to a neighbor in the gallery; a table has keys of its own. @param {KeyboardEvent} event */
  #walk(event) {
    if (event.defaultPrevented || !event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey || event.altKey)
      return;
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

/** `<result-message>`: why there are no results, and what to do about it. */
export class ResultMessage extends HTMLElement {
  /** What is being said of nothing that was found. @type {Promise<unknown> | null} */
  #explained = null;

  constructor() {
    super();
    this.addEventListener("click", (event) => {
      if (actionOf(event) === "retry") send(this, "search-retry");
    });
  }

  /** Why the search does not work. @param {string} reason */
  set failure(reason) {
    this.fail("The search could not be loaded.", reason);
  }

  /**
   * Say what does not work, and why.
   * @param {string} what a sentence
   * @param {string} reason
   */
  fail(what, reason) {
    const made = copyTemplate("failure");
    part(made, "what").textContent = what;
    part(made, "reason").textContent = whyFailed(reason);
    this.#show(made);
  }

  /**
   * Why nothing was found, in words, and what to search for instead; null where something was.
   * @param {Promise<{hint: string, chips: Chip[]}> | null} nothing
   */
  set nothing(nothing) {
    this.#explained = nothing;
    this.#show(nothing && this.#makeEmpty(nothing));
  }

  /** Go to the first thing that may be done about it. */
  async focus() {
    await this.#explained;
    this.querySelector("button")?.focus();
  }

  /** @param {Promise<{hint: string, chips: Chip[]}>} nothing */
  #makeEmpty(nothing) {
    const made = copyTemplate("empty");
    nothing.then(({ hint, chips }) => {
      part(made, "hint").textContent = hint;
      find(made, "filter-chips").chips = chips;
    });
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
export const pageOf = (card) => datasetPath(card.id);

/** Return a card of the gallery. @param {Card} card */
export function makeCard(card) {
  const made = copyTemplate("card");
  find(made, "a").href = pageOf(card);
  part(made, "title").replaceChildren(...breakable(card.title));
  for (const name of /** @type {const} */ (["context", "subject"])) fillOrRemove(part(made, name), card[name]);
  const facts = part(made, "facts");
  if (card.facts) facts.replaceChildren(...unbroken(card.facts));
  else facts.remove();
  fillPicture(find(made, "img"), card);
  fillOrRemove(part(made, "blank"), card.picture ? "" : card.blank);
  fillOrRemove(part(made, "kind"), card.kind);
  const flag = part(made, "flag");
  if (card.tone) flag.classList.add(`card__badge--${card.tone}`);
  fillOrRemove(flag, card.flag);
  if (!card.kind && !card.flag) part(made, "badges").remove();
  return made;
}

/**
 * Return a card of a study, with the picture of one of its datasets; it leads to the datasets.
 * @param {Card} card
 * @param {import("../search/studies.js").StudyEntry} study
 * @param {import("./state.js").State} state
 */
export function makeStudyCard(card, study, state) {
  const images = study.images > study.datasets ? `${writeCount(study.images)} images in ` : "";
  const facts = `${images}${writeCount(study.datasets)} datasets`;
  const subject = study.shared.filter((text) => !study.text.includes(text)).join("\u00a0· ");
  const made = makeCard({ ...card, context: "Study", title: study.text, subject, facts, kind: "", flag: "" });
  const link = find(made, "a");
  link.href = location.pathname + writeState(withinStudy(state, study.value));
  link.dataset.study = study.value;
  return made;
}

/**
 * Return what stands above the datasets of a study.
 * @param {import("../search/studies.js").StudyEntry} study
 * @param {import("./state.js").State} state
 */
function makeHeading({ value, text, datasets }, state) {
  const made = copyTemplate("study");
  const link = find(made, "a");
  link.textContent = text || "In no study";
  link.href = location.pathname + writeState(withinStudy(state, value));
  link.dataset.study = value;
  part(made, "size").textContent = `${writeCount(datasets)} ${datasets === 1 ? "dataset" : "datasets"}`;
  return made;
}

/**
 * Return the state with the datasets of one study.
 * @param {import("./state.js").State} state
 * @param {string} study
 * @returns {import("./state.js").State}
 */
const withinStudy = (state, study) => ({
  ...state,
  group: "",
  facets: { ...state.facets, study: [study] },
  page: 1,
});

/** @param {HTMLElement} element @param {string} text */
function fillOrRemove(element, text) {
  if (text) element.textContent = text;
  else element.remove();
}
