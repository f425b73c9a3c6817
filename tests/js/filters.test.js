import assert from "node:assert/strict";
import { test } from "node:test";

import {
  activeFilters,
  barHeights,
  limitsBetween,
  positionOf,
  valuesToShow,
  suggestions,
  writeLimits,
} from "../../assets/js/home/filters.js";
import { EMPTY } from "../../assets/js/home/state.js";

const SIZES = {
  key: "bytes",
  label: "Stored size",
  unit: "bytes",
  edges: [0, 1000, 2000000],
  texts: ["0 B", "1 kB", "2 MB"],
  counts: [1, 2],
};

const LABELS = {
  organism: { label: "Organism", texts: { "NCBITaxon:9606": "Homo sapiens", "": "not stated" } },
  bytes: { label: "Stored size", texts: {} },
};
const NARROWED = {
  ...EMPTY,
  text: " cells ",
  facets: { organism: ["NCBITaxon:9606", ""] },
  ranges: { bytes: /** @type {[number, number]} */ ([1000, Infinity]) },
  page: 3,
};

test("each active filter is called by its label and has the state without it, on the first page", () => {
  const active = activeFilters(NARROWED, LABELS, [SIZES]);

  assert.deepEqual(
    active.map(({ text }) => text),
    ["“cells”", "Organism: Homo sapiens", "Organism: not stated", "Stored size: from 1 kB", "Clear all"],
  );
  assert.deepEqual(active[1].state, { ...NARROWED, facets: { organism: [""] }, page: 1 });
  assert.equal(active[1].label, "Remove Organism: Homo sapiens");
});

test("a filter keeps its key while its words change", () => {
  const keys = (/** @type {any[]} */ chips) => chips.map(({ key }) => key);

  assert.deepEqual(keys(activeFilters(NARROWED, {}, [])), keys(activeFilters(NARROWED, LABELS, [SIZES])));
});

test("one filter needs no chip to clear all", () => {
  assert.equal(activeFilters({ ...EMPTY, text: "cells" }, LABELS, []).length, 1);
});

test("a suggestion names what it drops, and how many it finds", () => {
  const relaxed = [
    { dropped: { word: "cells" }, text: "", total: 1200 },
    { dropped: { facet: "organism" }, text: "cells", total: 7 },
  ];

  const [word, facet] = suggestions(NARROWED, LABELS, relaxed);

  assert.deepEqual([word.text, word.state.text], ["without “cells” (1,200)", ""]);
  assert.deepEqual([facet.text, facet.state.facets], ["any organism (7)", {}]);
});

test("a facet shows what is chosen, then what is frequent", () => {
  const shown = valuesToShow([5, 0, 9, 7], [false, true, false, false], 2);

  assert.deepEqual([...shown].sort(), [1, 2]);
});

test("a tree shows frequent values that comprise no others, and those above them", () => {
  // 0 microscopy > (1 light > (2 confocal, 3 light sheet), 4 electron); 5 tomography
  const depths = [0, 1, 2, 2, 1, 0];
  assert.deepEqual([...valuesToShow([19, 15, 9, 6, 4, 7], [], 2, depths)].sort(), [0, 1, 2, 5]);
  assert.deepEqual([...valuesToShow([19, 15, 9, 6, 4, 7], [false, true], 1, depths)].sort(), [0, 1]);
});

test("limits at the ends stay open, and two of them are none", () => {
  assert.equal(limitsBetween(SIZES.edges, 0, 2), null);
  assert.deepEqual(limitsBetween(SIZES.edges, 0, 1), [-Infinity, 1000]);
  assert.deepEqual(limitsBetween(SIZES.edges, 1, 2), [1000, Infinity]);
});

test("a slider is at the edge nearest to a limit", () => {
  assert.deepEqual(
    [-Infinity, 400, 900, 1000, 5e9, Infinity].map((value) => positionOf(SIZES.edges, value)),
    [0, 0, 1, 1, 2, 2],
  );
});

test("limits read as sizes, whether they are edges or not", () => {
  assert.equal(writeLimits(SIZES, [1000, 2000000]), "1 kB to 2 MB");
  assert.equal(writeLimits(SIZES, [-Infinity, 1500]), "up to 1.5 kB");
  assert.equal(writeLimits(SIZES, [2500000000, Infinity]), "from 2.5 GB");
});

test("bars are as high as the root of their count", () => {
  assert.deepEqual(barHeights([0, 25, 100], 32), [0, 16, 32]);
  assert.deepEqual(barHeights([0, 0], 32), [0, 0]);
});
