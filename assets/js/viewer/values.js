// Reading values of JSON that strangers wrote: each function returns the value if it is of the right
// kind, else nothing.

/** @param {unknown} value @returns {Record<string, unknown>} an object; empty if it is none */
export const readObject = (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? /** @type {Record<string, unknown>} */ (value)
    : {};

/** @param {unknown} value @param {number} most @returns {unknown[]} at most so many items; empty if it is no list */
export const readList = (value, most) => (Array.isArray(value) ? value.slice(0, most) : []);

/** @param {unknown} value @param {number} most @returns {Record<string, unknown>[]} */
export const readObjects = (value, most) => readList(value, most).map(readObject);

/** @param {unknown} value @returns {string | null} a text, at most 200 characters of it */
export const readText = (value) => (typeof value === "string" && value.trim() ? value.trim().slice(0, 200) : null);

/** @param {unknown} value @returns {number | null} a finite number; some writers quote them */
export function readNumber(value) {
  const number = typeof value === "string" && value.trim() ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** @param {unknown} value @returns {number | null} a whole number from 0 on */
export const readIndex = (value) => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null);

/**
 * Return a list of whole numbers, each from 1 on; null if anything in it is something else.
 * @param {unknown} value
 * @param {number} most
 * @returns {number[] | null}
 */
export function readSizes(value, most) {
  if (!Array.isArray(value) || value.length > most) return null;
  return value.every((each) => Number.isSafeInteger(each) && each > 0) ? value : null;
}

/**
 * Return a path below a group, without empty parts and what would lead out of it; null if it is none.
 * @param {unknown} value
 * @returns {string | null}
 */
export function readPath(value) {
  if (typeof value !== "string" || value.length > 1000 || /[\\?#\u0000-\u001f]|^[a-z][a-z0-9+.-]*:\/\//i.test(value)) {
    return null;
  }
  const parts = value.split("/").filter((each) => each && each !== ".");
  return parts.length && !parts.includes("..") ? parts.join("/") : null;
}

/**
 * Return six hexadecimal digits of a color, in capitals; null if it is none.
 * @param {unknown} value `RRGGBB` or `RGB`, with or without `#`; what follows the six digits is opacity
 * @returns {string | null}
 */
export function readColor(value) {
  const [, six, three] = /^#?(?:([0-9a-f]{6})(?:[0-9a-f]{2})?|([0-9a-f]{3}))$/i.exec(String(value ?? "").trim()) ?? [];
  return (six ?? three?.replace(/./g, "$&$&"))?.toUpperCase() ?? null;
}

/** @param {number[]} factors */
export const product = (factors) => factors.reduce((all, each) => all * each, 1);

/** @param {number} value @param {number} least @param {number} most */
export const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

/** An error whose message is for the visitor. */
export class ViewerError extends Error {}
