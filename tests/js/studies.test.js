import assert from "node:assert/strict";
import { test } from "node:test";

import { groupByStudy, sharedTexts, sumOf } from "../../assets/js/search/studies.js";

test("a study has one entry, in the place of its first dataset; a dataset of none has its own", () => {
  const studies = Uint8Array.from([1, 0, 2, 1, 0, 2]);

  const { firsts, members, count } = groupByStudy(Uint32Array.from([5, 0, 1, 2, 3, 4]), studies);

  assert.deepEqual([...firsts], [5, 0, 1, 4]);
  assert.deepEqual(members, [[5, 2], [0, 3], [1], [4]]);
  assert.equal(count, 2);
});

test("only what all datasets state alike is shared", () => {
  /** @type {[string, string, number][]} */
  const values = [
    ["a", "A", 2],
    ["b", "B", 1],
    ["", "not stated", 1],
  ];
  const facet = { codes: Uint8Array.from([1, 1, 2, 0, 0]), values };

  assert.deepEqual(sharedTexts([0, 1], [facet]), ["A"]);
  assert.deepEqual(sharedTexts([0, 2], [facet]), []);
  assert.deepEqual(sharedTexts([3, 4], [facet]), []);
});

test("a number that is not stated adds nothing", () => {
  assert.equal(sumOf([0, 1, 2], { values: [3, 40], codes: Uint8Array.from([2, 0, 1]) }), 43);
  assert.equal(sumOf([0, 1], null), 0);
});
