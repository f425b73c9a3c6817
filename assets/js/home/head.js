// What is above the results: it becomes a line once anything is asked. That moves everything below it, so it waits
// while a mouse is on what it pressed: the second click at the same place must not hit something else.

const STAY = ":is(filter-panel, result-toolbar):hover";
const root = document.documentElement;
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
  pressed.addEventListener("pointerleave", () => showHead(isLine), { signal: waiting.signal });
}

/** Return the part of the page in which a mouse pressed something, and still is. */
function pressedByMouse() {
  const focused = document.activeElement;
  const place = matchMedia("(hover: hover)").matches && document.querySelector(STAY);
  return place && place.contains(focused) && !focused?.matches(":focus-visible") ? place : null;
}
