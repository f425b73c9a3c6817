// Colors of channels and of labels, as the catalog's own pictures choose them (sitegen/render/colormaps.py).

/** @typedef {import("./metadata.js").ChannelSettings} ChannelSettings */
/** @typedef {import("./contrast.js").Window} Window */

// They can be distinguished with red-green color blindness (after Okabe and Ito, 2008).
/** @type {Record<number, string[]>} */
const BY_COUNT = { 1: ["FFFFFF"], 2: ["00FF00", "FF00FF"], 3: ["00FF00", "FF00FF", "0080FF"] };
const MANY = ["00D080", "FF00FF", "0080FF", "FFD000", "00D0FF", "FF6000", "A060FF", "FFFFFF"];
const BRIGHT_FIELD = 0.35;
const BRIGHT_FIELD_COLOR = "999999";
const PALETTE_SIZE = 1021;
const GOLDEN_RATIO = 0.618033988749895;
export const PRIMARIES = ["FF0000", "00FF00", "0000FF"];

/**
 * Return the color of the channel at index `place` of `count` that are drawn.
 * @param {number} place
 * @param {number} count
 */
export function defaultColor(place, count) {
  const colors = BY_COUNT[count] ?? MANY;
  return colors[place % colors.length];
}

/** @param {string} color RRGGBB @returns {[number, number, number]} */
export function splitColor(color) {
  const number = parseInt(color, 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/**
 * Return a color for each channel: the author's, or a default. The author's color is ignored where it is black, and
 * where several channels are all white, which is what writers store if nobody chose colors.
 * @param {(string | null)[]} stated
 * @param {Window[]} windows
 * @returns {string[]}
 */
export function chooseColors(stated, windows) {
  let given = stated.map((each) => (each === "000000" ? null : each));
  if (given.length > 1 && given.every((each) => each === "FFFFFF")) given = given.map(() => null);
  const bright = windows.map(({ median }) => median > BRIGHT_FIELD);
  const all = given.map((_, place) => place);
  const dark = all.filter((place) => !bright[place]);
  const colored = dark.length ? dark : all;
  return given.map((color, place) => {
    const at = colored.indexOf(place);
    return color ?? (at < 0 ? BRIGHT_FIELD_COLOR : defaultColor(at, given.length));
  });
}

/**
 * Return the 256 colors of a channel, three bytes each: from black to a color, or those of a lookup table.
 * @param {string} color RRGGBB
 * @param {Uint8Array | null} table
 */
export function makeRamp(color, table) {
  if (table) return table;
  const rgb = splitColor(color);
  return Uint8Array.from({ length: 768 }, (_, at) => roundEven((Math.floor(at / 3) * rgb[at % 3]) / 255));
}

/** Round as numpy does: halves to the even neighbor. @param {number} value */
const roundEven = (value) => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));

/** @type {Uint8Array | null} */
let palette = null;

/**
 * Return a function from a label to its color, 0xBBGGRR: the stated one over black, or one that is far from those of
 * the next labels.
 * @param {ReadonlyMap<number, number[]>} stated label → red, green, blue, opacity
 * @returns {(label: number) => number}
 */
export function makeLabelColors(stated) {
  palette ??= makePalette();
  const colors = palette;
  const known = new Map([...stated].map(([label, rgba]) => [label, overBlack(rgba)]));
  return (label) => {
    const found = known.get(label);
    if (found !== undefined) return found;
    const rest = (label - 1) % (PALETTE_SIZE - 1);
    const at = 3 * (label === 0 ? 0 : 1 + (rest < 0 ? rest + PALETTE_SIZE - 1 : rest));
    return colors[at] | (colors[at + 1] << 8) | (colors[at + 2] << 16);
  };
}

/** @param {number[]} rgba */
function overBlack([red, green, blue, alpha]) {
  const [r, g, b] = [red, green, blue].map((each) => Math.round((each * alpha) / 255));
  return r | (g << 8) | (b << 16);
}

function makePalette() {
  const colors = new Uint8Array(3 * PALETTE_SIZE);
  for (let place = 1; place < PALETTE_SIZE; place++) {
    const hue = (place * GOLDEN_RATIO) % 1; // steps of the golden ratio: hues of nearby labels differ clearly
    const [light, strong] = [[0.55, 0.65, 0.45][place % 3], [0.75, 0.9][place % 2]];
    colors.set(
      [0, 8, 4].map((offset) => Math.round(255 * shade(offset + 12 * hue, light, strong))),
      3 * place,
    );
  }
  return colors;
}

/**
 * Return one of red, green and blue of a color in HSL. Source: CSS Color 4, section 7.1.
 * @param {number} angle 0 to 24
 * @param {number} light
 * @param {number} strong
 */
function shade(angle, light, strong) {
  const at = angle % 12;
  return light - strong * Math.min(light, 1 - light) * Math.max(-1, Math.min(at - 3, 9 - at, 1));
}
