// <compare-datasets>: two to four datasets side by side. Which ones is in the address; what is said of them are the
// cells of the table of the home page, and their pictures are those of their pages.

import { barLength, enlargement, partsOfSpace, physicalWidth, writeLength, writePixelSize } from "./compare/scale.js";
import { actionOf, breakable, copyTemplate, find, part } from "./home/dom.js";
import { endOf, readIds } from "./home/state.js";
import { datasetPath } from "./dataset-path.js";
import { open } from "./search/client.js";
import { whyFailed } from "./offline.js";
import { giveRoles } from "./table-roles.js";
import { writeCount } from "./writing.js";

/** @typedef {import("./search/files.js").Card} Card */
/** @typedef {import("./compare/scale.js").Sized} Sized */

const FEWEST = 2;
const MOST = 4;
const ROOT = "../";
/** Rows of what the table of the home page has no cells of. */
const LENGTHS = ["Width shown", "Pixel size", "Pixel size along z"];
const NONE = "not stated";
const DOES_NOT_APPLY = "not applicable";
const TOO_FEW = "Select two to four datasets in the catalog, then compare them.";
const TOO_MANY = "Only four datasets can be compared at once; these are the first four.";

class CompareDatasets extends HTMLElement {
  /** @type {Card[]} */
  #cards = [];
  /** @type {(Sized | null)[]} in the order of the cards */
  #sized = [];
  /** @type {(string | null)[][]} in the order of the cards, then of `LENGTHS`; empty and null as in cells */
  #lengths = [];

  constructor() {
    super();
    this.addEventListener("change", () => this.#arrange());
    this.addEventListener("click", (event) => {
      if (actionOf(event) === "retry") this.#load();
    });
  }

  connectedCallback() {
    this.#load();
  }

  async #load() {
    const named = readIds(new URLSearchParams(location.search).get("ids"));
    const ids = Array.isArray(named) ? named : [];
    if (ids.length < FEWEST) return this.#say(TOO_FEW);
    this.setAttribute("aria-busy", "true");
    const search = open(new URL(this.dataset.manifest ?? "", document.baseURI).href);
    try {
      const question = { ids: ids.slice(0, MOST), limit: MOST, cells: true };
      const [manifest, answer] = await Promise.all([search.opened, search.query(question)]);
      const place = (/** @type {Card} */ card) => ids.indexOf(endOf(card.id));
      this.#cards = (answer?.cards ?? []).sort((one, other) => place(one) - place(other));
      const read = await Promise.all(this.#cards.map((card) => this.#read(card)));
      this.#sized = read.map(({ sized }) => sized);
      this.#lengths = read.map(({ lengths }) => lengths);
      this.#show(manifest.columns);
      const gone = answer?.gone ?? 0;
      const verb = gone === 1 ? "is" : "are";
      this.#say(
        gone ? `${gone} of the link's datasets ${verb} no longer in this catalog.` : ids.length > MOST ? TOO_MANY : "",
      );
    } catch (error) {
      const reason = whyFailed(error instanceof Error ? error.message : String(error));
      this.#say(`The datasets could not be loaded. ${reason}`, true);
    } finally {
      search.close();
      this.setAttribute("aria-busy", "false");
    }
  }

  /**
   * Return the picture of a dataset, null where there is none, and its lengths; without records, none is known.
   * @param {Card} card
   * @returns {Promise<{sized: Sized | null, lengths: (string | null)[]}>}
   */
  async #read({ id, picture: path, width, height }) {
    if (this.dataset.records === undefined) {
      return { sized: path ? { picture: { path, width, height }, width: null } : null, lengths: LENGTHS.map(() => "") };
    }
    const response = await fetch(ROOT + datasetPath(id, "record.json")).catch(() => null);
    if (!response) throw new Error("The network or the server did not answer.");
    if (!response.ok) throw new Error(`The server answered with status ${response.status} for ${id}.`);
    const record = await response.json();
    const picture = record.preview ?? record.thumbnail;
    const units = JSON.parse(this.dataset.units ?? "{}");
    const shown = picture ? physicalWidth(picture, record.shown, units) : null;
    const pixels = [["x", "y"], ["z"]].map((axes) => writePixelSize(record, axes, units));
    return { sized: picture ? { picture, width: shown } : null, lengths: [shown ? writeLength(shown) : "", ...pixels] };
  }

  /** @param {string} sentence @param {boolean} [canRetry] */
  #say(sentence, canRetry = false) {
    part(this, "said").textContent = sentence;
    part(this, "message").hidden = !sentence;
    part(this, "retry").hidden = !canRetry;
  }

  /** @param {import("./search/files.js").FieldSummary[]} columns */
  #show(columns) {
    const named = columns.map(({ key, label, unit }) => ({ key, label: unit === "px" ? `${label} (px)` : label }));
    const rows = [
      ...LENGTHS.map((label, at) => ({ label, all: this.#lengths.map((lengths) => lengths[at]) })),
      ...named.map(({ key, label }) => ({ label, all: this.#cards.map(({ cells }) => (cells ? cells[key] : "")) })),
    ];
    part(this, "heads").replaceChildren(makeCell("td", ""), ...this.#cards.map((card) => this.#makeHead(card)));
    const stated = rows.filter(({ all }) => all.some(Boolean));
    part(this, "facts").replaceChildren(...stated.map(({ label, all }) => makeRow(label, all)));
    giveRoles(find(this, "table"));
    part(this, "table").hidden = !this.#cards.length;
    this.#arrange();
  }

  /** @param {Card} card */
  #makeHead(card) {
    const made = copyTemplate("compared");
    const link = find(made, "a");
    link.href = ROOT + datasetPath(card.id);
    link.replaceChildren(...breakable(card.title));
    const others = this.#cards.filter((each) => each !== card).map(({ id }) => endOf(id));
    const remove = /** @type {HTMLAnchorElement} */ (part(made, "remove"));
    remove.href = `?ids=${others.join(".")}`;
    remove.hidden = others.length < FEWEST;
    remove.setAttribute("aria-label", `Remove ${card.title}`);
    const picture = this.#sized[this.#cards.indexOf(card)]?.picture;
    const image = find(made, "img");
    if (picture) Object.assign(image, { src: ROOT + picture.path, width: picture.width, height: picture.height });
    else image.remove();
    part(made, "blank").textContent = picture ? "" : card.blank || "No picture";
    return made;
  }

  /** Give the pictures their sizes and bars, and show all facts or those that differ. */
  #arrange() {
    const isOn = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (part(this, name)).checked;
    const known = this.#sized.filter((each) => each !== null);
    const parts = partsOfSpace(known, isOn("same-scale"));
    const heads = [...part(this, "heads").querySelectorAll("th")];
    this.#sized.forEach((each, at) => {
      if (each) this.#size(heads[at], each, parts[known.indexOf(each)]);
    });
    for (const row of part(this, "facts").querySelectorAll("tr")) {
      row.hidden = isOn("differences") && !("differs" in row.dataset);
    }
  }

  /** @param {HTMLElement} head @param {Sized} sized @param {number} ownShare of the space, 0 to 1 */
  #size(head, sized, ownShare) {
    const { width } = sized;
    const factor = enlargement(sized, ownShare);
    const share = ownShare * factor;
    const enlarged = part(head, "enlarged");
    enlarged.hidden = factor === 1;
    enlarged.textContent = factor === 1 ? "" : `enlarged ${writeCount(factor)} ×`;
    find(head, "img").style.inlineSize = `${100 * share}%`;
    const bar = part(head, "bar");
    bar.hidden = width === null;
    part(head, "unsized").hidden = width !== null;
    if (width === null) return;
    const whole = width / share;
    const length = barLength(whole / 4);
    bar.style.inlineSize = `${(100 * length) / whole}%`;
    part(head, "length").textContent = writeLength(length);
  }
}

/**
 * Return a row of the table, marked where it differs, be it that something is not stated or does not apply.
 * @param {string} label
 * @param {(string | null)[]} texts of each dataset; empty where it is not stated, null where it does not apply
 */
function makeRow(label, texts) {
  const row = document.createElement("tr");
  const head = makeCell("th", label);
  row.append(head, ...texts.map((text) => makeCell("td", text === null ? DOES_NOT_APPLY : text || NONE)));
  if (new Set(texts).size > 1) {
    row.dataset.differs = "";
    head.append(" ", copyTemplate("differs"));
  }
  for (const [at, text] of texts.entries()) row.cells[at + 1].toggleAttribute("data-missing", !text);
  return row;
}

/** @param {string} name @param {string} textContent */
function makeCell(name, textContent) {
  return Object.assign(document.createElement(name), { textContent, dir: "auto" });
}

customElements.define("compare-datasets", CompareDatasets);
