// What is above the results: it becomes a line once anything is asked. That moves everything below it, so it waits
// a moment while a mouse is on what it pressed: a second click at the same place must not hit something else.

const STAY = ":is(filter-panel, result-toolbar):hover";
const root = document.documentElement;
/** Longer than the pause between two clicks of one who is choosing. */
const STAY_MS = 1_000;
let waiting = new AbortController();

/**
 * Show the head as a line, or whole; keys and touches change it at once.
 * @param {boolean} isLine
 */
export function showHead(isLine) {
  waiting.abort();
  const pressed = isLine && !root.hasAttribute("data-asked") ? pressedByMouse() : null;
  if (!pressed) return void root.toggleAttribute("data-asked", isLine);
  waiting = new AbortController();
  const { signal } = waiting;
  const show = () => signal.aborted || keepPlace(() => root.toggleAttribute("data-asked", isLine));
  pressed.addEventListener("pointerleave", show, { signal });
  setTimeout(show, STAY_MS);
}

/**
 * Change what is above the results; where the page is scrolled, they stay where they are.
 * @param {() => void} change
 */
function keepPlace(change) {
  const topOfResults = () => document.querySelector("result-toolbar")?.getBoundingClientRect().top ?? 0;
  const before = topOfResults();
  change();
  if (scrollY) scrollBy(0, topOfResults() - before);
}

/** Return the part of the page in which a mouse pressed something, and still is. */
function pressedByMouse() {
  const focused = document.activeElement;
  const place = matchMedia("(hover: hover)").matches && document.querySelector(STAY);
  return place && place.contains(focused) && !focused?.matches(":focus-visible") ? place : null;
}
