import assert from "node:assert/strict";
import { test } from "node:test";

import {
  allowedByRange,
  byCodes,
  byTurns,
  canCross,
  fold,
  histogram,
  orderBy,
  readWords,
} from "../../assets/js/search/engine.js";
import { readCodes, readTexts, unpack } from "../../assets/js/search/files.js";

const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);

test("folding takes away case, accents and blanks", () => {
  assert.equal(fold("  Ledesma-FERNÁNDEZ\u00a0\n µm "), "ledesma-fernandez μm");
});

test("words are split at spaces and slashes, each once", () => {
  assert.deepEqual(readWords("idr0013/LT0113  lt0113"), ["idr0013", "lt0113"]);
});

test("a pasted address loses its scheme and document, and is decoded once", () => {
  assert.deepEqual(readWords("https://a.org/b%20c.zarr/zarr.json"), ["a.org", "b", "c.zarr"]);
});

test("a viewer's link is searched for the address in it", () => {
  assert.deepEqual(readWords("https://viewer.org/?source=https%3A%2F%2Fa.org%2Fb%2520c.zarr&v=1"), [
    "a.org",
    "b",
    "c.zarr",
  ]);
});

test("a stray percent sign is a sign like any other", () => {
  assert.deepEqual(readWords("50% %zz %ff"), ["50%", "%zz", "%ff"]);
});

test("a word crosses the border of a stem only where both sides fit", () => {
  assert.ok(canCross("\u0001.ome.zarr", "01.ome"));
  assert.ok(canCross("plate-\u0001-x", "te-p17"));
  assert.ok(!canCross("\u0001.ome.zarr", "01_ome"));
});

test("codes come back from byte planes", () => {
  assert.deepEqual([...readCodes(Uint8Array.of(1, 2, 0, 1), 2)], [1, 258]);
});

test("texts come back from what they share", () => {
  const pack = new Map([
    ["t.shared", Uint8Array.of(0, 2, 2)],
    ["t.rest", bytes("abc\nd\n")],
  ]);

  assert.deepEqual(readTexts(pack, "t"), ["abc", "abd", "ab"]);
});

test("a file that the host has unpacked already is taken as it is", async () => {
  assert.deepEqual(await unpack(bytes("{}")), bytes("{}"));
});

test("a range allows what is stated and lies in it, ends included", () => {
  assert.deepEqual([.../** @type {Uint8Array} */ (allowedByRange([1, 5, 9], [5, 9]))], [0, 0, 1, 1]);
});

test("the last bin holds its end", () => {
  assert.deepEqual(histogram([0, 10, 20], [0, 9, 10, 20], Uint32Array.of(7, 1, 1, 1, 1)), [2, 2]);
});

test("what is not stated comes last in either direction, ties in order", () => {
  const codes = Uint8Array.of(0, 2, 1, 2);
  const all = Uint32Array.of(0, 1, 2, 3);

  assert.deepEqual([...orderBy(all, byCodes(codes, false))], [2, 1, 3, 0]);
  assert.deepEqual([...orderBy(all, byCodes(codes, true))], [1, 3, 2, 0]);
});

test("by turns, every list shows its first before any shows its second", () => {
  assert.deepEqual([...orderBy(Uint32Array.of(0, 1, 2, 3, 4), byTurns([3, 2]))], [0, 3, 1, 4, 2]);
});
