// <result-steps>: the way from a dataset's page back to the result it was found in, and on to its neighbors there.

import { datasetAddress, keepResult, readResult, resultAddress } from "./last-result.js";
import { writeCount } from "./writing.js";

/** @typedef {import("./last-result.js").LastResult} LastResult */

const DIRECTIONS = /** @type {const} */ ([
  ["prev", -1, "Previous"],
  ["next", 1, "Next"],
]);

const ICONS = { prev: "previous", next: "next" };

/**
 * Return a result's other page, without its datasets.
 * @param {LastResult} result
 * @param {-1 | 1} step to the page before or after
 */
export function otherPage(result, step) {
  const size = result.question.limit || 1;
  const offset = Math.max(0, (result.question.offset ?? 0) + step * size);
  const given = new URLSearchParams(result.search);
  given.delete("page");
  if (offset) given.set("page", String(Math.floor(offset / size) + 1));
  const search = given.size ? `?${given}` : "";
  return { ...result, search, question: { ...result.question, offset }, ids: [], scroll: 0 };
}

/**
 * Fetch the datasets of a result's page.
 * @param {LastResult} page
 * @returns {Promise<LastResult>}
 */
async function fetchPage(page) {
  const { open } = await import("./search/client.js");
  const search = open(page.manifest);
  try {
    const answer = await search.query(page.question);
    return { ...page, ids: answer?.cards.map(({ id }) => id) ?? [] };
  } finally {
    search.close();
  }
}

class ResultSteps extends HTMLElement {
  connectedCallback() {
    const result = readResult();
    const at = result?.ids.indexOf(this.dataset.id ?? "") ?? -1;
    if (!result || at < 0) return;
    const here = { ...result, id: this.dataset.id ?? "", isBack: false };
    keepResult(here);
    this.#showWayBack(here);
    const place = (here.question.offset ?? 0) + at;
    this.#part("place").textContent = `${writeCount(place + 1)} of ${writeCount(here.total)}`;
    for (const [rel, step, words] of DIRECTIONS) {
      const link = this.#link(rel);
      link.hidden = place + step < 0 || place + step >= here.total;
      link.title = `${words} in the result`;
      if (!link.hidden) this.#lead(link, here, at + step, step);
    }
  }

  /** @param {LastResult} here */
  #showWayBack(here) {
    const up = /** @type {HTMLAnchorElement} */ (this.#part("up"));
    up.href = resultAddress(here.search);
    if (here.search) this.#part("up-words").textContent = "Results";
    up.addEventListener("click", () => keepResult({ ...here, isBack: true }));
  }

  /**
   * Let a link lead to a neighbor, which may be on the result's page before or after.
   * @param {HTMLAnchorElement} link
   * @param {LastResult} here
   * @param {number} at among the datasets of the page
   * @param {-1 | 1} step
   */
  #lead(link, here, at, step) {
    if (here.ids[at]) link.href = datasetAddress(here.ids[at]);
    else this.#leadBeyond(link, otherPage(here, step), step);
  }

  /** @param {HTMLAnchorElement} link @param {LastResult} other @param {-1 | 1} step */
  async #leadBeyond(link, other, step) {
    link.href = resultAddress(other.search);
    const fetched = fetchPage(other).catch(() => other); // search files of an earlier build may be gone
    const neighbor = fetched.then((page) => ({ page, id: page.ids.at(step > 0 ? 0 : -1) }));
    link.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const { page, id } = await neighbor;
      if (id) keepResult({ ...page, id });
      location.assign(link.href);
    });
    const { id } = await neighbor;
    if (id) link.href = datasetAddress(id);
  }

  /** @param {string} name @returns {HTMLElement} */
  #part(name) {
    const found = /** @type {HTMLElement | null} */ (this.querySelector(`[data-part="${name}"]`));
    return found ?? this.#add(Object.assign(document.createElement("span"), { className: `dataset__${name}` }));
  }

  /** Return the link to a neighbor; a short page leads to none by itself. @param {"prev" | "next"} rel */
  #link(rel) {
    const found = /** @type {HTMLAnchorElement | null} */ (this.querySelector(`a[rel=${rel}]`));
    if (found) return found;
    const link = Object.assign(document.createElement("a"), { className: "button button--plain button--icon", rel });
    const icon = Object.assign(document.createElement("span"), { className: `icon icon--${ICONS[rel]}` });
    icon.setAttribute("aria-hidden", "true");
    const words = Object.assign(document.createElement("span"), {
      className: "visually-hidden",
      textContent: `${rel === "prev" ? "Previous" : "Next"} dataset`,
    });
    link.append(icon, words);
    return this.#add(link);
  }

  /** @template {HTMLElement} T @param {T} element @returns {T} */
  #add(element) {
    (this.querySelector("nav") ?? this).append(element);
    return element;
  }
}

customElements.define("result-steps", ResultSteps);
