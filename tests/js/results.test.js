import assert from "node:assert/strict";
import { test } from "node:test";

import { valuesToShow } from "../../assets/js/facets.js";
import { barHeights, limitsOf, placeOf, textOfLimits } from "../../assets/js/ranges.js";
import { nextSort, pagesToShow } from "../../assets/js/results.js";

const SIZES = {
  key: "bytes",
  label: "Stored size",
  unit: "bytes",
  edges: [0, 1000, 2000000],
  texts: ["0 B", "1 kB", "2 MB"],
  counts: [1, 2],
};

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

test("a facet shows what is chosen, then what is frequent", () => {
  const shown = valuesToShow([5, 0, 9, 7], [false, true, false, false], 2);

  assert.deepEqual([...shown].sort(), [1, 2]);
});

test("limits at the ends stay open", () => {
  assert.deepEqual(limitsOf(SIZES.edges, 0, 1), [-Infinity, 1000]);
  assert.deepEqual(limitsOf(SIZES.edges, 1, 2), [1000, Infinity]);
});

test("a slider stands at the edge nearest to a limit", () => {
  assert.deepEqual(
    [-Infinity, 400, 900, 1000, 5e9, Infinity].map((value) => placeOf(SIZES.edges, value)),
    [0, 0, 1, 1, 2, 2],
  );
});

test("limits read as sizes, whether they are edges or not", () => {
  assert.equal(textOfLimits(SIZES, [1000, 2000000]), "1 kB to 2 MB");
  assert.equal(textOfLimits(SIZES, [-Infinity, 1500]), "up to 1.5 kB");
  assert.equal(textOfLimits(SIZES, [2500000000, Infinity]), "from 2.5 GB");
});

test("bars are as high as the root of their count", () => {
  assert.deepEqual(barHeights([0, 25, 100], 32), [0, 16, 32]);
  assert.deepEqual(barHeights([0, 0], 32), [0, 0]);
});
