// The datasets that the visitor selected, by the ends of their ids, kept in the browser's storage. Storage can be
// blocked or full; then the selection lasts as long as the page, and `isKept` says so. What storage holds may have been
// written by anybody: only what looks like an id is taken.

import { endOf, readIds } from "./state.js";

/** A link with more would be too long for some hosts and programs; the address of a page with 100 has 1,300 signs. */
export const MOST_IN_LINK = 100;

/** It sends `change` when anything is selected or not, here or in another tab. */
export class Selection extends EventTarget {
  #key;
  #storage;
  /** @type {Set<string>} */
  #ids = new Set();
  #isKept = true;

  /**
   * @param {string} site the path of the site's root: several sites may share the storage of one host
   * @param {() => Storage} [storage] throws where it is blocked
   */
  constructor(site, storage = () => localStorage) {
    super();
    this.#key = `selection ${site}`;
    this.#storage = storage;
    this.#read();
  }

  /** Tell of changes that are made in other tabs, until the signal ends it. @param {AbortSignal} signal */
  listen(signal) {
    const onStorage = (/** @type {StorageEvent} */ event) => {
      if (event.key !== this.#key && event.key !== null) return;
      this.#read();
      this.dispatchEvent(new Event("change"));
    };
    addEventListener("storage", onStorage, { signal });
  }

  /** In the order in which they were selected. */
  get ids() {
    return [...this.#ids];
  }

  get size() {
    return this.#ids.size;
  }

  /** Whether the selection is still there after the page was left. */
  get isKept() {
    return this.#isKept;
  }

  /** @param {string} id or its end */
  has(id) {
    return this.#ids.has(endOf(id));
  }

  /** @param {string[]} ids or their ends @param {boolean} isSelected */
  set(ids, isSelected) {
    for (const id of ids) {
      if (isSelected) this.#ids.add(endOf(id));
      else this.#ids.delete(endOf(id));
    }
    this.#write();
    this.dispatchEvent(new Event("change"));
  }

  clear() {
    this.set(this.ids, false);
  }

  #read() {
    try {
      const ids = readIds(this.#storage().getItem(this.#key) ?? "");
      this.#ids = new Set(Array.isArray(ids) ? ids : []);
    } catch {
      this.#isKept = false;
    }
  }

  #write() {
    try {
      if (this.#ids.size) this.#storage().setItem(this.#key, this.ids.join("."));
      else this.#storage().removeItem(this.#key);
      this.#isKept = true;
    } catch {
      this.#isKept = false;
    }
  }
}
