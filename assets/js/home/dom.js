// Finding, copying and filling elements, and telling others what happened. The hooks are `data-*` attributes; classes
// are for style sheets alone.

import { writeCount } from "../writing.js";
import { released } from "./press.js";

/**
 * Return the first element of that name.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {ParentNode} parent
 * @param {Name} name
 * @returns {HTMLElementTagNameMap[Name]}
 */
export const find = (parent, name) => /** @type {any} */ (select(parent, name));

/** Return the first element marked `data-part="name"`. @param {ParentNode} parent @param {string} name */
export const part = (parent, name) => select(parent, `[data-part="${name}"]`);

/** What templates hold, by name: looking for it takes longer than the copy. @type {Map<string, HTMLElement>} */
const templates = new Map();

/** Return a copy of the element in `<template data-template="name">`. @param {string} name */
export function copyTemplate(name) {
  let element = templates.get(name);
  if (!element) {
    const template = /** @type {HTMLTemplateElement} */ (select(document, `template[data-template="${name}"]`));
    element = select(template.content, "*");
    templates.set(name, element);
  }
  return document.importNode(element, true);
}

/** Return the keys of all columns that the table can have. */
export const columnKeys = () => {
  const { content } = /** @type {HTMLTemplateElement} */ (select(document, 'template[data-template="table"]'));
  return [...content.querySelectorAll("th")].flatMap(({ dataset }) => dataset.column ?? []);
};

/**
 * Make these the only children, in their order. Those that are in their places are not touched: they are not laid out
 * anew. The one with the focus is not moved, but others around it: it would lose the focus, and both this and giving it
 * back make the browser lay out the page at once.
 * @param {Element} parent
 * @param {Element[]} children
 */
export function placeChildren(parent, children) {
  const kept = new Set(children);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const [at, child] of children.entries()) {
    if (child === next) next = child.nextElementSibling;
    else if (child.parentElement === parent && child.contains(document.activeElement)) {
      return child.after(...children.slice(at + 1));
    } else parent.insertBefore(child, next);
  }
}

/** Longer than an answer takes. */
const QUIET_MS = 60;
/** Longer than the pauses of most typists between two keys. */
const TYPING_MS = 250;
let lastKey = -Infinity;
addEventListener("keydown", ({ timeStamp }) => (lastKey = timeStamp), { capture: true, passive: true });

/** Run something when the browser has time. @param {() => void} run */
export function whenIdle(run) {
  if ("requestIdleCallback" in window) requestIdleCallback(run, { timeout: 200 });
  else setTimeout(run, 50);
}

/**
 * Run something after the next frame is painted, when the browser has time, nothing else was asked for a moment, and
 * nothing is pressed: the next key must not wait for what follows the last one, and the next click must not miss.
 * Return what calls it off.
 * @param {() => void} run
 * @returns {() => void}
 */
export function afterPaint(run) {
  let isOff = false;
  const runLate = () => void released().then(() => isOff || run());
  const quiet = performance.now() - lastKey < TYPING_MS ? TYPING_MS : QUIET_MS;
  requestAnimationFrame(() => setTimeout(() => isOff || whenIdle(runLate), quiet));
  return () => (isOff = true);
}

/** @param {ParentNode} parent @param {string} selector @returns {HTMLElement} */
function select(parent, selector) {
  const found = parent.querySelector(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return /** @type {HTMLElement} */ (found);
}

/**
 * Return text that a narrow screen breaks after `/`, `_` and `.`, rather than within a word; as the pages write it.
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function breakable(text) {
  const parts = text.split(/(?<=[/_.])(?=[^/_.\s])/);
  return parts.flatMap((part, number) => (number ? [document.createElement("wbr"), part] : [part]));
}

/**
 * Return text of which no short word is broken at its hyphens, such as `CC-BY-4.0`; as the pages write it.
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function unbroken(text) {
  return text.split(/((?<!\S)(?=\S*-)\S{1,20}(?!\S))/).map((part, at) => {
    if (at % 2 === 0) return part;
    return Object.assign(document.createElement("span"), { className: "nowrap", textContent: part });
  });
}

/** Ratio of the sides from which a picture is a stripe, of which a square shows the middle (`picture_size.py`). */
const LONG = 4;

/**
 * Show the picture of a dataset; without one, remove the element.
 * @param {HTMLImageElement} image
 * @param {import("../search/files.js").Card} card
 */
export function fillPicture(image, { picture, width, height }) {
  if (!picture) return image.remove();
  Object.assign(image, { width, height, src: picture });
  if (width >= LONG * height) image.dataset.shape = "wide";
  else if (height >= LONG * width) image.dataset.shape = "tall";
}

/**
 * Show a number on a mark; nothing where it is 0.
 * @param {HTMLElement} mark
 * @param {number} count
 * @param {string} [words] after the number
 */
export function showMark(mark, count, words = "") {
  mark.hidden = !count;
  mark.textContent = count ? writeCount(count) + words : "";
}

/**
 * Send a `CustomEvent` to the elements around this one.
 * @param {Element} element
 * @param {string} name
 * @param {unknown} [detail]
 */
export const send = (element, name, detail) => element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

/**
 * Ask for another search.
 * @param {Element} element
 * @param {import("./session.js").Change["change"]} change
 * @param {import("./session.js").How} [how]
 */
export const sendChange = (element, change, how) => send(element, "search-change", { change, ...how });

/** Return the nearest element around the target of an event. @param {Event} event @param {string} selector */
export const closest = (event, selector) =>
  /** @type {HTMLElement | null} */ (event.target instanceof Element ? event.target.closest(selector) : null);

/** What a visitor does before a click. */
const POINTING = ["pointerover", "pointerdown", "focusin"];

/**
 * Listen to what points at something within an element, and so makes a click on it likely.
 * @param {Element} element
 * @param {string} selector
 * @param {(pointed: HTMLElement) => void} listener
 */
export function onPointing(element, selector, listener) {
  for (const name of POINTING) {
    element.addEventListener(name, (event) => {
      const pointed = closest(event, selector);
      if (pointed) listener(pointed);
    });
  }
}

/** Return the `data-action` of the button that was clicked. @param {Event} event */
export const actionOf = (event) => closest(event, "[data-action]")?.dataset.action;

/** Return whether a click on a link is not meant for a new tab or window. @param {MouseEvent} event */
export const isPlainClick = (event) => !event.ctrlKey && !event.metaKey && !event.shiftKey;
