import assert from "node:assert/strict";
import { test } from "node:test";

import { allowedByRange, byCodes, byTurns, histogram, orderBy } from "../../assets/js/search/engine.js";

test("a range allows what is stated and lies in it, ends included", () => {
  assert.deepEqual([.../** @type {Uint8Array} */ (allowedByRange([1, 5, 9], [5, 9]))], [0, 0, 1, 1]);
});

test("what is not stated is allowed where that is asked for, alone or besides a range", () => {
  assert.deepEqual([.../** @type {Uint8Array} */ (allowedByRange([1, 5], undefined, true))], [1, 0, 0]);
  assert.deepEqual([.../** @type {Uint8Array} */ (allowedByRange([1, 5], [5, 5], true))], [1, 0, 1]);
  assert.equal(allowedByRange([1, 5], undefined), null);
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
