// @ts-check
// The tables of all institutions, studies and lists: sorted by their headers and searched by name. The order and the
// words are in the address.

import { writeCount } from "./writing.js";
import { giveRoles } from "./table-roles.js";

/** @typedef {{q: string, sort: string}} Asked `sort`: the key of a column, with `-` before it for the largest first */

const NUMBERS = new Set(["datasets", "readable", "valid", "bytes"]);

/** @param {string} text as it is compared: without accents and capitals */
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

class OverviewTable extends HTMLElement {
  /** @type {HTMLTableRowElement[]} in the order of the page */
  #rows = [];

  connectedCallback() {
    const body = this.querySelector("tbody");
    giveRoles(this);
    this.#rows = [...(body?.rows ?? [])].filter((row) => "name" in row.dataset);
    if (this.#rows.length < 2 || "split" in this.dataset) return; // of a part, an order or a search would mislead
    for (const head of this.#heads) head.replaceChildren(this.#makeButton(head));
    const form = this.querySelector("form");
    if (form) {
      form.hidden = false;
      form.addEventListener("submit", (event) => event.preventDefault());
      form.addEventListener("input", () => this.#ask({ ...this.#asked, q: this.#field?.value ?? "" }));
      if (this.#field) this.#field.value = this.#asked.q;
    }
    this.#show();
  }

  get #heads() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll("th[data-key]")]);
  }

  get #field() {
    return this.querySelector("input");
  }

  /** @returns {Asked} */
  get #asked() {
    const asked = new URLSearchParams(location.search);
    return { q: asked.get("q") ?? "", sort: asked.get("sort") ?? "" };
  }

  /** @param {Asked} asked */
  #ask(asked) {
    const stated = Object.entries(asked).filter(([, value]) => value);
    const search = stated.length ? `?${new URLSearchParams(stated)}` : "";
    history.replaceState(history.state, "", location.pathname + search + location.hash);
    this.#show();
  }

  /** @param {HTMLElement} head */
  #makeButton(head) {
    const key = head.dataset.key ?? "";
    const button = Object.assign(document.createElement("button"), { type: "button", className: "overview__sort" });
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      const [first, second] = NUMBERS.has(key) ? [`-${key}`, key] : [key, `-${key}`];
      this.#ask({ ...this.#asked, sort: this.#asked.sort === first ? second : first });
    });
    return button;
  }

  #show() {
    const { q, sort } = this.#asked;
    const words = plain(q).split(/\s+/).filter(Boolean);
    const shown = this.#rows.filter((row) => words.every((word) => plain(row.dataset.name ?? "").includes(word)));
    const parent = this.#rows[0].parentElement;
    parent?.replaceChildren(...sorted(shown, sort));
    for (const head of this.#heads) {
      if (head.dataset.key !== sort.replace("-", "")) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
    }
    const count = this.querySelector("[data-part=count]");
    const { kind = "", count: all = "" } = this.dataset;
    const of = shown.length === this.#rows.length ? "" : ` of ${writeCount(Number(all))}`;
    if (count) count.textContent = `${writeCount(shown.length)}${of} ${kind}`;
  }
}

/**
 * Return rows in order; those that state nothing are last.
 * @param {HTMLTableRowElement[]} rows
 * @param {string} sort
 */
function sorted(rows, sort) {
  const key = sort.replace("-", "");
  const sign = sort.startsWith("-") ? -1 : 1;
  const value = (/** @type {HTMLTableRowElement} */ row) => row.dataset[key] ?? "";
  if (key === "name") return [...rows].sort((a, b) => sign * value(a).localeCompare(value(b), "en", { numeric: true }));
  if (!NUMBERS.has(key)) return rows;
  const [stated, others] = [rows.filter(value), rows.filter((row) => !value(row))];
  return [...stated.sort((a, b) => sign * (Number(value(a)) - Number(value(b)))), ...others];
}

customElements.define("overview-table", OverviewTable);
