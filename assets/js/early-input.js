// What visitors do on the home page before its script is there is done once it is: over a slow network the page is
// shown seconds before. Part of the script that runs before the first paint. What is chosen looks so at once, and
// a second click takes it back; other controls count once, as who sees nothing happen clicks again. Where the page's
// script does not come, the page says so (`theme.js`), and its links do what they do without one.

const HOME = "catalog-home:not(:defined)";
const EVENTS = ["click", "input", "change", "submit", "keydown"];
/** What needs the script; other controls, such as links to datasets, open without. */
const BUTTONS = "button:not([popovertarget]), a[data-value]";
/** What is chosen by one click, and not by the next; of views, one is always chosen. */
const TOGGLES = "a[data-value], [data-action=group], [data-action=order]";
const FIELDS = "input, select";

/** By the control that was clicked, else by the event. @type {Map<any, () => void>} */
const kept = new Map();

/** Keep what is done until the script of the home page is there. */
export function keepEarlyInput() {
  if (!window.customElements) return;
  for (const name of EVENTS) addEventListener(name, keep, true);
  document.addEventListener("readystatechange", showWords, { once: true }); // the page is read, its script is not
  customElements.whenDefined("catalog-home").then(() => {
    for (const run of kept.values()) run();
  });
}

/** Show the words of the address in the field, before anything is typed there. */
function showWords() {
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector(`${HOME} [name=q]`));
  if (field) field.value ||= new URLSearchParams(location.search).get("q") ?? "";
}

/** Take back all that says that something will be done. */
export function dropEarlyInput() {
  document.querySelector(HOME)?.removeAttribute("aria-busy");
  for (const control of kept.keys()) mark(control);
}

/**
 * Show a toggle as chosen, or no longer: then return null.
 * @param {any} control or an event
 */
function mark(control) {
  const name = control.href ? "ariaCurrent" : "ariaPressed";
  return control.matches?.(TOGGLES) && (control[name] = control[name] === "true" ? null : "true");
}

/** @param {any} event */
function keep(event) {
  const home = document.querySelector(HOME);
  const { target, type } = event;
  const isModified = event.ctrlKey || event.metaKey;
  if (!home || document.readyState === "complete") return; // it has started, or will not
  if (type === "keydown") {
    if (event.key !== "/" || isModified || event.altKey || target.closest(FIELDS)) return;
    event.preventDefault();
    document.getElementById("search")?.focus();
    return;
  }
  const control = type === "click" ? target.closest(BUTTONS) : event;
  if (!control || !home.contains(target) || isModified || event.shiftKey) return;
  event.preventDefault(); // of a click or submission; others can't be
  kept.delete(control);
  if (mark(control) !== null) kept.set(control, () => target.dispatchEvent(new event.constructor(type, event)));
  home.setAttribute("aria-busy", `${kept.size > 0}`);
}
