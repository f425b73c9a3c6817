// A press and its release make a click only if both hit the same element. So what an earlier question still moves waits
// while a button of the mouse or a finger is down on what a click works on.

const CONTROLS = "a, button, label, summary, [type=checkbox], [role=option]";
/** Longer than a click takes: who holds a finger down longer sees what is new. */
const MOST_MS = 1_000;
/** From the end of a press to its click, in milliseconds: after a touch it is an event of its own, and may not come. */
const ENDS = { click: 0, pointercancel: 0, pointerup: 50 };

let pressed = Promise.resolve();
let release = () => {};

addEventListener("pointerdown", press, true);
for (const [name, ms] of Object.entries(ENDS)) addEventListener(name, () => setTimeout(release, ms), true);

/** @param {PointerEvent} event */
function press({ target }) {
  release();
  if (!(target instanceof Element) || target.matches("[type=range]") || !target.closest(CONTROLS)) return;
  pressed = new Promise((resolve) => (release = resolve));
  setTimeout(release, MOST_MS);
}

/** Return once nothing is pressed. */
export const released = () => pressed;
