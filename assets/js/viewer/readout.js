// What is under the pointer, in words: pixel, physical position, and the value of each channel.

import { writePosition } from "./lengths.js";

const figures = new Intl.NumberFormat("en", { maximumSignificantDigits: 7, useGrouping: false });
const MOST_VALUES = 6;

/**
 * Return what is at a place of the screen; empty beside the image.
 * @param {import("./scene.js").Scene} scene
 * @param {{x: number, y: number}} place
 */
export function describePlace(scene, place) {
  const { image, channels, labels } = scene;
  const found = scene.look(place);
  if (!image || !found) return "";
  const { pixelSize, units } = image;
  const physical = [writePosition(found.x, pixelSize.x, units.x), writePosition(found.y, pixelSize.y, units.y)];
  const [values, over] = found.values;
  const named = values.slice(0, MOST_VALUES).map(({ c, value }) => `${channels[c].label} ${writeValue(value)}`);
  const parts = [`x ${found.x}, y ${found.y}`, physical.every(Boolean) ? physical.join(", ") : "", named.join(", ")];
  if (over?.length && over[0].value) parts.push(`${labels} ${writeValue(over[0].value)}`);
  if (scene.level > 0) parts.push(`level ${scene.level}`);
  return parts.filter(Boolean).join(" · ");
}

/** @param {number} value */
const writeValue = (value) => (Number.isNaN(value) ? "NaN" : figures.format(value));
