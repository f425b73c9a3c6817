import assert from "node:assert/strict";
import { test } from "node:test";

import { bestOf, better, both, fittingOf, hasAny, raise, satisfying } from "../../assets/js/search/weights.js";

const weights = Uint8Array.of(0, 3, 0, 0, 0, 0, 0, 0, 2, 0, 1);

test("datasets that fit are found wherever they are among four, also after the last four", () => {
  assert.deepEqual([...fittingOf(weights)], [1, 8, 10]);
  assert.deepEqual([...fittingOf(new Uint8Array(7))], []);
  assert.ok(hasAny(Uint8Array.of(0, 0, 0, 0, 0, 1)));
  assert.ok(!hasAny(new Uint8Array(6)));
});

test("of two weights the higher counts, for either demand or for both", () => {
  assert.deepEqual([...better(Uint8Array.of(0, 1, 5), Uint8Array.of(2, 3, 0))], [2, 3, 5]);
  assert.deepEqual([...both(Uint8Array.of(0, 1, 5), Uint8Array.of(2, 3, 0))], [0, 3, 0]);
});

test("runs of the same code are raised by its value, up to the last dataset", () => {
  const raised = Uint8Array.of(0, 9, 0, 0, 0);
  raise(raised, Uint8Array.of(1, 1, 0, 2, 2), Uint8Array.of(0, 4, 6));

  assert.deepEqual([...raised], [4, 9, 0, 6, 6]);
});

test("all demands are satisfied, those that exclude as well, and the best weight counts", () => {
  const wanted = { weights, isExcluded: false };
  const other = { weights: Uint8Array.of(1, 1, 1, 0, 0, 0, 0, 0, 5, 0, 0), isExcluded: false };
  const excluded = { weights: Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0), isExcluded: true };
  const found = satisfying(11, [excluded, wanted, other]);

  assert.deepEqual([...found], [8]);
  assert.equal(bestOf(found, [excluded, wanted, other])[8], 5);
  assert.deepEqual([...satisfying(3, [{ weights: Uint8Array.of(0, 1, 0), isExcluded: true }])], [0, 2]);
});
