// Values of a facet keep their places while a visitor chooses among them: a second click takes the choice back. They
// are put in order again once the facet is left, or when another order or other values are asked for.

import { afterPaint } from "./dom.js";

/** @typedef {import("./facet-filter.js").FacetFilter} FacetFilter */

/** Has the focus, or the pointer where nothing has the focus: not every browser gives it to a box that is clicked. */
const USED = ":focus-within, body:not(:focus-within) :hover";

/** @param {FacetFilter} facet */
function holdValues(facet) {
  let isHeld = facet.querySelector("[type=checkbox]:focus") !== null; // chosen before this was loaded
  let before = JSON.stringify([false, false, false, ""]);
  const onChange = (/** @type {Event} */ { target }) => {
    isHeld ||= target instanceof HTMLInputElement && target.type === "checkbox";
  };
  facet.addEventListener("change", onChange, true); // before the facet sends it: the answer may be at hand
  facet.addEventListener("focusout", () => isHeld && afterPaint(() => facet.showIfOpen()));
  facet.placesOf = (shown, values, { isChosen, isAll, withNone, byName, search }) => {
    const now = JSON.stringify([isAll, withNone, byName, search]);
    isHeld &&= now === before && facet.matches(USED);
    before = now;
    const places = new Map(values.map(({ value }, at) => [value, at]));
    isHeld &&= values.every(({ value }, at) => shown.has(value) || !isChosen[at]);
    return isHeld ? [...shown.keys()].flatMap((value) => places.get(value) ?? []) : null;
  };
}

for (const facet of document.querySelectorAll("facet-filter")) holdValues(facet);
