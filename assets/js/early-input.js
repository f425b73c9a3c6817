// What visitors do on the home page before its script is there is done once it is: over a slow network the page is
// shown seconds before. Part of the script that runs before the first paint. Where the page's script does not come, the
// page says so (`theme.js`), and its links do what they do without one.

const HOME = "catalog-home:not(:defined)";
const EVENTS = ["click", "input", "change", "submit", "keydown"];
/** What needs the script; other controls, such as links to datasets, open without. */
const BUTTONS = "button:not([popovertarget]), a[data-value]";
const FIELDS = "input, select";

/** @type {(() => void)[]} */
const kept = [];

/** Keep what is done until the script of the home page is there. */
export function keepEarlyInput() {
  if (!window.customElements) return;
  for (const name of EVENTS) addEventListener(name, keep, true);
  customElements.whenDefined("catalog-home").then(() => {
    for (const run of kept.splice(0)) run();
  });
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
  if (type === "click") {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !target.closest(BUTTONS)) return;
    event.preventDefault();
  }
  if (type === "submit") event.preventDefault();
  home.setAttribute("aria-busy", "true");
  kept.push(() => target.dispatchEvent(new event.constructor(type, event)));
}
