import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST_LINES, arrange, shorten } from "../../assets/js/home/facet-values.js";

/** @param {string[]} texts @param {number[]} [depths] */
const make = (texts, depths = []) =>
  texts.map((text, at) => ({ value: text, text: text || "not stated", count: 1, depth: depths[at] ?? 0 }));

/** @param {number[]} counts @param {object} [how] */
const view = (counts, how = {}) => ({
  counts,
  isChosen: counts.map(() => false),
  most: 2,
  isAll: false,
  withNone: false,
  byName: false,
  search: "",
  ...how,
});

test("chosen values are on top, then the frequent ones, and not stated last", () => {
  const values = make(["a", "b", "c", ""]);

  assert.deepEqual(arrange(values, view([1, 2, 3, 9], { isAll: true })).shown, [2, 1, 0, 3]);
  assert.deepEqual(arrange(values, view([1, 2, 3, 9], { isChosen: [true] })).shown, [0, 3]);
});

test("values that find nothing are hidden, unless they are chosen, asked for or searched", () => {
  const values = make(["a", "b", "c"]);

  assert.deepEqual(arrange(values, view([0, 2, 0])), { shown: [1], others: 0, none: 2, isTree: false });
  assert.deepEqual(arrange(values, view([0, 2, 0], { isChosen: [true] })).shown, [0, 1]);
  assert.deepEqual(arrange(values, view([0, 2, 0], { withNone: true })).shown, [1, 0, 2]);
  assert.deepEqual(arrange(values, view([0, 2, 0], { search: "C" })).shown, [2]);
});

test("a search finds other names of a value, without accents", () => {
  const values = [{ value: "NCBITaxon:10090", text: "Mus musculus", count: 1, depth: 0, names: "mus musculus\nmouse" }];

  assert.equal(arrange(values, view([1], { search: "Móuse" })).shown.length, 1);
  assert.equal(arrange(values, view([1], { search: "rat" })).shown.length, 0);
});

test("a search shows values first that are called so, then those of which a word begins so", () => {
  const names = ["drosophila strata", "mouse\nratón", "rattus norvegicus\nrat", "rattus rattus\nblack rat"];
  const values = names.map((each) => ({ value: each, text: each, count: 1, depth: 0, names: each }));

  const { shown } = arrange(values, view([9, 3, 1, 2], { search: "rat" }));

  assert.deepEqual(
    shown.map((at) => names[at].split("\n")[0]),
    ["rattus norvegicus", "mouse", "rattus rattus", "drosophila strata"],
  );
  assert.deepEqual(arrange(values, view([0, 3, 0, 2], { search: "rat" })).shown, [1, 3, 2, 0]);
});

test("of very many values a bounded number is shown, and the others are counted", () => {
  const values = make(Array.from({ length: 3000 }, (_, at) => `v${at}`));
  const { shown, others } = arrange(
    values,
    view(
      values.map(() => 1),
      { isAll: true },
    ),
  );

  assert.deepEqual([shown.length, others], [MOST_LINES, 3000 - MOST_LINES]);
});

test("by name, numbers count as numbers, and a tree is flat", () => {
  const { shown, isTree } = arrange(make(["p10", "p9"], [0, 1]), view([5, 1], { byName: true }));

  assert.deepEqual([shown, isTree], [[1, 0], false]);
});

test("a long text is cut between letters", () => {
  assert.equal(shorten("x".repeat(90)), "x".repeat(90));
  assert.equal(shorten("𝔘".repeat(5000)), `${"𝔘".repeat(89)}…`);
});

test("a long text is cut at a word where one ends near, as the pages cut it", () => {
  const words = "assay ".repeat(20);

  assert.equal(shorten(words), `${"assay ".repeat(14).trim()}…`);
  assert.equal(shorten(words.replaceAll("y ", "y, ")), `${"assay, ".repeat(12).slice(0, -2)}…`);
});
