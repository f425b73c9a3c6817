// The directory of a ZIP archive: which member a key of the store is, and where in the file it begins. It is read from
// the few bytes that were fetched; whatever they state, no more is held than they can hold. Pure functions.
// Specification: APPNOTE 6.3.10, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

import { ViewerError } from "./values.js";

/**
 * @typedef {object} Member
 * @property {number} offset of its local header in the file
 * @property {number} nameBytes
 * @property {number} stored bytes as they are in the file
 * @property {number} size of its content
 * @property {number} method 0: not compressed
 * @property {boolean} isEncrypted
 * @property {number} limit where the next member, or the directory, begins
 */
/** @typedef {{start: number, size: number, shift: number}} Place of the directory; shift: bytes before the archive */

/** Of a local header before its name (section 4.3.7), an entry before its name (4.3.12), the last record (4.3.16). */
export const LOCAL_BYTES = 30;
const ENTRY_BYTES = 46;
const END_BYTES = 22;
const END64_BYTES = 56;
const LOCATOR_BYTES = 20;
/** The record at the end, with the longest comment, and those of ZIP64 before it. */
export const TAIL_BYTES = END_BYTES + 65_535 + END64_BYTES + LOCATOR_BYTES;
const [LOCAL, ENTRY, END, END64, LOCATOR] = [0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50];
const [UNKNOWN, ZIP64_FIELD, ENCRYPTED] = [0xffffffff, 1, 0x1 | 0x40 | 0x2000];

/** @param {Uint8Array} bytes */
const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
/** @param {DataView} view @param {number} at */
const read64 = (view, at) => Number(view.getBigUint64(at, true));
const broken = () => new ViewerError("The directory of the ZIP archive cannot be read.");

/**
 * Return where the directory is.
 * @param {Uint8Array} tail the end of the file
 * @param {number} tailStart where it begins
 * @returns {Place}
 */
export function findDirectory(tail, tailStart) {
  const view = viewOf(tail);
  let at = tail.length - END_BYTES;
  while (
    at >= 0 &&
    !(view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) <= tail.length)
  )
    at -= 1;
  if (at < 0) throw new ViewerError("The file has no directory of a ZIP archive at its end.");
  let [size, start, end] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true), at];
  const at64 = at - LOCATOR_BYTES - END64_BYTES;
  if (at64 >= 0 && view.getUint32(at - LOCATOR_BYTES, true) === LOCATOR && view.getUint32(at64, true) === END64)
    [size, start, end] = [read64(view, at64 + 40), read64(view, at64 + 48), at64];
  const shift = tailStart + end - start - size;
  if (shift < 0 || !Number.isSafeInteger(start + size)) throw broken();
  return { start: start + shift, size, shift };
}

/**
 * Return the members by key; the last counts of those with the same.
 * @param {Uint8Array} directory
 * @param {Place} place
 * @returns {Map<string, Member>}
 */
export function readDirectory(directory, { start, shift }) {
  const view = viewOf(directory);
  const decoder = new TextDecoder();
  /** @type {Map<string, Member>} */
  const members = new Map();
  for (let at = 0; at + ENTRY_BYTES <= directory.length && view.getUint32(at, true) === ENTRY;) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const [name, extra] = [at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes];
    if (extra + extraBytes > directory.length) throw broken();
    const [stored, size, offset] = readSizes(view, at, extra, extraBytes);
    const key = keyOf(decoder.decode(directory.subarray(name, extra)));
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const isEncrypted = (flags & ENCRYPTED) !== 0;
    if (key) members.set(key, { offset: offset + shift, nameBytes, stored, size, method, isEncrypted, limit: start });
    at = extra + extraBytes + commentBytes;
  }
  limitMembers(members, start);
  return members;
}

/**
 * Return stored size, size and offset of an entry, as its ZIP64 field has those that 32 bits do not hold (4.5.3).
 * @param {DataView} view @param {number} entry @param {number} extra @param {number} extraBytes
 */
function readSizes(view, entry, extra, extraBytes) {
  const [stored, size, offset] = [20, 24, 42].map((field) => view.getUint32(entry + field, true));
  if (![stored, size, offset].includes(UNKNOWN)) return [stored, size, offset];
  for (let at = extra; at + 4 <= extra + extraBytes; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== ZIP64_FIELD) continue;
    let [next, end] = [at + 4, Math.min(at + 4 + view.getUint16(at + 2, true), extra + extraBytes)];
    const take = (/** @type {number} */ known) => {
      if (known !== UNKNOWN) return known;
      if (next + 8 > end) throw broken();
      next += 8;
      return read64(view, next - 8);
    };
    const long = take(size);
    return [take(stored), long, take(offset)];
  }
  throw broken();
}

/** Return the key that a name stands for; empty for folders. @param {string} name */
function keyOf(name) {
  if (name.endsWith("/")) return "";
  return name.startsWith("./") || name.includes("//") || name.includes("/./")
    ? name
        .split("/")
        .filter((part) => part && part !== ".")
        .join("/")
    : name;
}

/** @param {Map<string, Member>} members @param {number} start of the directory */
function limitMembers(members, start) {
  const ordered = [...members.values()].sort((one, other) => one.offset - other.offset);
  ordered.forEach((member, at) => (member.limit = ordered[at + 1]?.offset ?? start));
  for (const { offset, nameBytes, stored, limit } of ordered)
    if (!(offset + LOCAL_BYTES + nameBytes + stored <= limit))
      throw new ViewerError("Files in the ZIP archive overlap, or lie outside of it.");
}

/**
 * Return where the data of a member begin in the file.
 * @param {Member} member
 * @param {Uint8Array} header the bytes of its local header
 */
export function dataStart({ offset, stored, limit }, header) {
  const view = viewOf(header);
  if (header.length < LOCAL_BYTES || view.getUint32(0, true) !== LOCAL) throw broken();
  const start = offset + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + stored > limit) throw broken();
  return start;
}
