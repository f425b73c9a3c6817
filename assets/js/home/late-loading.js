// When the late parts of the home page are loaded, and what waits for them.

import { loadStyles } from "../load-styles.js";
import { whenIdle } from "./dom.js";

/** @typedef {typeof import("./late-parts.js")} Parts */

/** Pictures that take longer are not waited for. */
const LATEST_PICTURES_MS = 5_000;

/** The late parts: their scripts and their style sheet, which is there before anything of them is shown. */
export class LateParts {
  /** @type {Parts | null} null while anything of them is missing */
  #parts = null;
  /** Whether a table is shown, which few visitors want. */
  #withTable = false;
  /** @type {Promise<void> | null} */
  #loading = null;
  /** @type {((parts: Parts) => void)[]} */
  #waiting = [];
  #styles;

  /** @param {string} styles the address of their style sheet */
  constructor(styles) {
    this.#styles = styles;
  }

  /**
   * Run something with the parts: at once if they are there, else once they are, in the order of the calls. It does
   * not load them.
   * @param {(parts: Parts) => void} run
   */
  use(run) {
    if (this.#parts) run(this.#parts);
    else this.#waiting.push(run);
  }

  /**
   * Load the parts, once; after a failure, again.
   * @param {boolean} [withTable] whether what shows a table is needed, too
   * @returns {Promise<void>} fulfilled once nothing waits any more
   */
  load(withTable = false) {
    if (withTable && !this.#withTable) {
      this.#withTable = true;
      this.#parts = this.#loading = null;
    }
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load() {
    const withTable = this.#withTable;
    try {
      const needed = [loadStyles(this.#styles), withTable && loadTable()];
      const [parts] = await Promise.all([import("./late-parts.js"), ...needed]);
      if (withTable !== this.#withTable) return this.load();
      this.#parts = parts;
    } catch (error) {
      this.#loading = null;
      throw error;
    }
    for (const run of this.#waiting.splice(0)) run(this.#parts);
  }
}

const loadTable = async () => void (await import("./table-parts.js"));

/**
 * Run something once the first pictures are there, so that it takes no bytes from them, and the browser has time.
 * @param {Element} root
 * @param {() => void} run
 */
export async function afterPictures(root, run) {
  const late = new Promise((resolve) => setTimeout(resolve, LATEST_PICTURES_MS));
  await Promise.race([Promise.all(firstPictures(root).map(isThere)), late]);
  whenIdle(run);
}

/** Return the pictures that browsers fetch at first: those in the window, and not far below. @param {Element} root */
const firstPictures = (root) =>
  [...root.querySelectorAll("img")].filter((each) => each.getBoundingClientRect().top < 2 * innerHeight);

/** Return when a picture is there, or is known not to come. @param {HTMLImageElement} image @returns {Promise<void>} */
function isThere(image) {
  if (image.complete) return Promise.resolve();
  return new Promise((resolve) => {
    for (const name of ["load", "error"]) image.addEventListener(name, () => resolve(), { once: true });
  });
}
