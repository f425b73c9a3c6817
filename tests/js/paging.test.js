import assert from "node:assert/strict";
import { test } from "node:test";

import { neighbor, nextSort, pagesToShow } from "../../assets/js/home/paging.js";

test("pages: the first, the last, those about this one, and a gap only where it hides two or more", () => {
  assert.deepEqual(pagesToShow(1, 1), [1]);
  assert.deepEqual(pagesToShow(1, 9), [1, 2, 0, 9]);
  assert.deepEqual(pagesToShow(4, 9), [1, 2, 3, 4, 5, 0, 9]);
  assert.deepEqual(pagesToShow(5, 9), [1, 0, 4, 5, 6, 0, 9]);
  assert.deepEqual(pagesToShow(8, 9), [1, 0, 7, 8, 9]);
});

test("a header sorts numbers by the largest first, text by its beginning, then the other way, then not at all", () => {
  assert.deepEqual(
    ["", "-x", "x"].map((sort) => nextSort("x", true, sort)),
    ["-x", "x", ""],
  );
  assert.deepEqual(
    ["", "title", "-title"].map((sort) => nextSort("title", false, sort)),
    ["title", "-title", ""],
  );
  assert.equal(nextSort("x", true, "title"), "-x");
});

const GRID = [
  { top: 0, left: 0 },
  { top: 2, left: 100 },
  { top: 0, left: 200 },
  { top: 90, left: 0 },
  { top: 90, left: 100 },
];

test("right and left lead through the order, up and down to the nearest in the next row", () => {
  assert.deepEqual([neighbor(GRID, 2, "ArrowRight"), neighbor(GRID, 3, "ArrowLeft")], [3, 2]);
  assert.deepEqual([neighbor(GRID, 1, "ArrowDown"), neighbor(GRID, 2, "ArrowDown")], [4, 4]);
  assert.equal(neighbor(GRID, 4, "ArrowUp"), 1);
});

test("at the edge an arrow key leads nowhere", () => {
  assert.deepEqual([neighbor(GRID, 0, "ArrowLeft"), neighbor(GRID, 4, "ArrowRight")], [null, null]);
  assert.deepEqual([neighbor(GRID, 1, "ArrowUp"), neighbor(GRID, 3, "ArrowDown")], [null, null]);
});
