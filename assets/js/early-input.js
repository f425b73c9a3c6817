// What visitors do on the home page before its script is there is done once it is: over a slow network the page is
// shown seconds before. Part of the script that runs before the first paint. What is chosen looks so at once, and
// a second click takes it back; other controls count once, as who sees nothing happen clicks again. Where the page's
// script does not come, the page says so (`theme.js`), and its links do what they do without one.

const HOME = "catalog-home:not(:defined)";
const EVENTS = ["click", "input", "change", "submit", "keydown"];
/** What needs the script; other controls, such as links to datasets, open without. */
const BUTTONS = "button:not([popovertarget]), a[data-value]";
/** What is chosen by one click, and not by the next; of views, one is always chosen. */
const TOGGLES = "a[data-value], [aria-pressed]:not([data-view])";
const FIELDS = "input, select";

/** By the control that was clicked, else by the event. @type {Map<any, () => void>} */
const kept = new Map();

/** Keep what is done until the script of the home page is there. */
export function keepEarlyInput() {
  if (!window.customElements) return;
  for (const name of EVENTS) addEventListener(name, keep, true);
  customElements.whenDefined("catalog-home").then(() => {
    for (const [control, run] of kept) {
      mark(control, false); // the click marks it
      run();
    }
  });
}

/** Take back all that says that something will be done. */
export function dropEarlyInput() {
  document.querySelector(HOME)?.removeAttribute("aria-busy");
  for (const control of kept.keys()) mark(control, false);
}

/** Show whether a control is chosen. @param {any} control or what has no mark @param {boolean} isChosen */
function mark(control, isChosen) {
  if (!control.matches?.(TOGGLES)) return;
  if (!control.href) control.setAttribute("aria-pressed", isChosen);
  else if (isChosen) control.setAttribute("aria-current", "true");
  else control.removeAttribute("aria-current");
}

/** @param {any} event */
function keep(event) {
  const home = document.querySelector(HOME);
  const { target, type } = event;
  if (!home || document.readyState === "complete") return; // it has started, or will not
  if (type === "keydown") {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || target.closest(FIELDS)) return;
    event.preventDefault();
    document.getElementById("search")?.focus();
    return;
  }
  if (!home.contains(target)) return;
  let control = event;
  if (type === "click") {
    control = target.closest(BUTTONS);
    if (event.ctrlKey || event.metaKey || event.shiftKey || !control) return;
    event.preventDefault();
  }
  if (type === "submit") event.preventDefault();
  const isSecond = kept.delete(control);
  mark(control, !isSecond);
  if (!isSecond || !control.matches(TOGGLES)) {
    kept.set(control, () => target.dispatchEvent(new event.constructor(type, event)));
  }
  home.setAttribute("aria-busy", String(kept.size > 0));
}
