// Keys one after the other that change one thing, such as an end of a slider, are one step of the history.

/** Keys with a longer pause between them are two changes, in milliseconds. */
const LONGEST_PAUSE_MS = 1_000;
let last = 0;

export class KeySeries {
  #number = 0;
  #until = 0;

  /** Return the name of the series to which a key of this moment belongs; see `Change` in `session.js`. */
  name() {
    const now = performance.now();
    if (now > this.#until) this.#number = ++last;
    this.#until = now + LONGEST_PAUSE_MS;
    return `keys ${this.#number}`;
  }

  /** The next key begins another series, as the control was left. */
  end() {
    this.#until = 0;
  }
}
