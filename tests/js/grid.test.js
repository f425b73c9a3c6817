import assert from "node:assert/strict";
import { test } from "node:test";

import { placeAfter } from "../../assets/js/home/grid.js";

const SIZE = { rows: 49, columns: 6, page: 20 };

/** @param {string} key @param {[number, number]} from @param {boolean} [ctrlKey] */
function after(key, [row, column], ctrlKey = false) {
  const place = placeAfter({ row, column }, { key, ctrlKey }, SIZE);
  return place && [place.row, place.column];
}

test("arrows lead to the next cell, and stay at the edge", () => {
  assert.deepEqual(after("ArrowDown", [1, 2]), [2, 2]);
  assert.deepEqual(after("ArrowUp", [1, 2]), [0, 2]);
  assert.deepEqual(after("ArrowRight", [1, 2]), [1, 3]);
  assert.deepEqual(after("ArrowLeft", [1, 2]), [1, 1]);
  assert.deepEqual(after("ArrowDown", [48, 5]), [48, 5]);
  assert.deepEqual(after("ArrowRight", [48, 5]), [48, 5]);
  assert.deepEqual(after("ArrowUp", [0, 0]), [0, 0]);
  assert.deepEqual(after("ArrowLeft", [0, 0]), [0, 0]);
});

test("Home and End lead through the row, with Ctrl through the grid", () => {
  assert.deepEqual(after("Home", [7, 3]), [7, 0]);
  assert.deepEqual(after("End", [7, 3]), [7, 5]);
  assert.deepEqual(after("Home", [7, 3], true), [0, 0]);
  assert.deepEqual(after("End", [7, 3], true), [48, 5]);
});

test("pages lead through the rows, and not to the headers", () => {
  assert.deepEqual(after("PageDown", [1, 3]), [21, 3]);
  assert.deepEqual(after("PageDown", [41, 3]), [48, 3]);
  assert.deepEqual(after("PageUp", [11, 3]), [1, 3]);
  assert.deepEqual(after("PageUp", [0, 3]), [0, 3]);
});

test("other keys lead nowhere, nor do arrows with Ctrl", () => {
  for (const key of ["Tab", "a", " ", "Enter", "Escape"]) assert.equal(after(key, [1, 1]), null);
  assert.equal(after("ArrowDown", [1, 1], true), null);
});
