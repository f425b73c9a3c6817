// Mouse, touch and keyboard on the canvas: pan, zoom, and where the pointer is.

import { zoomAt } from "./view.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {{x: number, y: number}} Place of the screen, in CSS pixels from the corner of the canvas */

const PAN_PX = 80;
const ZOOM_STEP = 1.5;
/** Pixels that a wheel turns for a factor of e. */
const WHEEL_PX = 400;
const LINE_PX = 16;
/** A pointer that moves less has clicked. */
const STILL_PX = 4;

/**
 * Let the visitor move over a scene.
 * @param {Scene} scene
 * @param {(place: Place | null) => void} onPoint where the pointer is; null when it left
 */
export function listenToPointers(scene, onPoint) {
  const { canvas } = scene;
  /** @type {Map<number, Place>} */
  const pointers = new Map();
  const placeOf = (/** @type {MouseEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, placeOf(event));
    onPoint(placeOf(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    const place = placeOf(event);
    const before = pointers.get(event.pointerId);
    onPoint(place);
    if (!before || !scene.image) return;
    if (pointers.size === 1 && Math.hypot(place.x - before.x, place.y - before.y) < STILL_PX && scene.isFitted) return;
    const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, each]) => each);
    pointers.set(event.pointerId, place);
    if (others.length) pinch(scene, before, place, others[0]);
    else pan(scene, before.x - place.x, before.y - place.y);
  });
  for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
    canvas.addEventListener(name, (event) => pointers.delete(event.pointerId));
  }
  canvas.addEventListener("pointerleave", () => pointers.size || onPoint(null));
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const pixels = event.deltaY * (event.deltaMode ? LINE_PX : 1) * (event.ctrlKey ? 4 : 1);
      zoom(scene, Math.exp(-pixels / WHEEL_PX), placeOf(event));
    },
    { passive: false },
  );
  canvas.addEventListener("dblclick", (event) => zoom(scene, 2, placeOf(event)));
}

/** @param {Scene} scene @param {number} dx @param {number} dy CSS pixels */
export function pan(scene, dx, dy) {
  const { x, y, zoom: scale } = scene.view;
  scene.setView({ x: x + dx / scale, y: y + dy / scale, zoom: scale });
}

/** @param {Scene} scene @param {number} factor @param {Place} [place] that stays; the middle */
export function zoom(scene, factor, place) {
  if (!scene.image) return;
  const { width, height } = scene.screen;
  const kept = place ?? { x: width / 2, y: height / 2 };
  scene.setView(zoomAt(scene.view, factor, scene.screen, kept, (each) => scene.limitZoom(each)));
}

/**
 * Two fingers: zoom by their distance, pan by their middle.
 * @param {Scene} scene
 * @param {Place} before
 * @param {Place} now
 * @param {Place} other
 */
function pinch(scene, before, now, other) {
  const distance = (/** @type {Place} */ place) => Math.max(8, Math.hypot(place.x - other.x, place.y - other.y));
  const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
  pan(scene, (before.x - now.x) / 2, (before.y - now.y) / 2);
  zoom(scene, distance(now) / distance(before), middle);
}

/**
 * Let the visitor use keys while the canvas has the focus.
 * @param {Scene} scene
 * @param {Record<string, () => void>} more further keys
 */
export function listenToKeys(scene, more) {
  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowLeft: () => pan(scene, -PAN_PX, 0),
    ArrowRight: () => pan(scene, PAN_PX, 0),
    ArrowUp: () => pan(scene, 0, -PAN_PX),
    ArrowDown: () => pan(scene, 0, PAN_PX),
    "+": () => zoom(scene, ZOOM_STEP),
    "=": () => zoom(scene, ZOOM_STEP),
    "-": () => zoom(scene, 1 / ZOOM_STEP),
    0: () => scene.fit(),
    ...more,
  };
  scene.canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key) || !scene.image) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  });
}
