import assert from "node:assert/strict";
import { test } from "node:test";

import { notesOnAddress } from "../../assets/js/home/address-notes.js";
import { EMPTY } from "../../assets/js/home/state.js";
import { notesOnValues, withNamedValues, withoutUnknown } from "../../assets/js/home/unknown.js";

const KEYS = { facets: ["source"], ranges: ["bytes"], sorts: ["bytes", "-bytes"], columns: ["title", "bytes"] };

/** @type {any} */
const MANIFEST = {
  facets: [{ key: "source", label: "Institution", values: [["IDR", "Image Data Resource", 3]], names: [], depths: [] }],
};

test("a value that the catalog does not have is offered to be removed, and others stay", () => {
  const state = { ...EMPTY, facets: { source: ["IDR", "Closed"] }, page: 3 };

  const [chip, ...others] = withoutUnknown(state, MANIFEST);

  assert.equal(chip.text, "Institution: Closed");
  assert.deepEqual(chip.state, { ...EMPTY, facets: { source: ["IDR"] }, page: 1 });
  assert.deepEqual(others, []);
});

test("datasets that do not state it are no unknown value", () => {
  assert.deepEqual(withoutUnknown({ ...EMPTY, facets: { source: [""] } }, MANIFEST), []);
});

test("what of an address is left out is said, and what others add to links is not", () => {
  assert.deepEqual(notesOnAddress("?q=a&source=IDR&bytes=1..&sort=-bytes&page=2&utm_source=x&fbclid=y", KEYS), []);
  assert.deepEqual(notesOnAddress("?tissue=brain&bytes=many&sort=beauty", KEYS), [
    "This catalog has no filter “tissue”; it is ignored.",
    "“many” is not a range of “bytes”; it is ignored.",
    "Results cannot be sorted by “beauty”; this is ignored.",
  ]);
});

test("a view, a page and whatever else shows results is said where there is none", () => {
  for (const page of ["-3", "abc", "0", "2.5", "1e-3"]) {
    assert.deepEqual(notesOnAddress(`?page=${page}`, KEYS), [`There is no page “${page}”; the first one is shown.`]);
  }
  const given = { view: "list", density: "huge", group: "host", per: "7" };
  assert.deepEqual(notesOnAddress(`?${new URLSearchParams(given)}`, KEYS), [
    "There is no view “list”; results are shown as pictures.",
    "Rows of the table cannot be “huge”; this is ignored.",
    "Results cannot be grouped by “host”; this is ignored.",
    "A page cannot show “7” results; choose 24, 48, 96, 192.",
  ]);
  assert.deepEqual(notesOnAddress("?view=table&density=roomy&group=study&per=96&page=1&columns=title*300", KEYS), []);
  assert.deepEqual(notesOnAddress("?view=gallery&density=compact&per=&page=1e9", KEYS), []);
});

test("columns that there are not are named, and an address without any says what is shown", () => {
  const none = "The link names no columns; those kept in this browser are shown.";

  assert.deepEqual(notesOnAddress("?columns=title.foo.bytes*120.bytes*99999", KEYS), [
    "The table has no column “foo”; it is ignored.",
    "The table has no column “bytes*99999”; it is ignored.",
  ]);
  assert.deepEqual(notesOnAddress("?columns=foo", KEYS), ["The table has no column “foo”; it is ignored.", none]);
  for (const text of ["", "..."]) assert.deepEqual(notesOnAddress(`?columns=${text}`, KEYS), [none]);
});

test("a key that has one value is named where it has two, and ids that are none", () => {
  assert.deepEqual(notesOnAddress("?q=mouse&q=human&bytes=1..2&bytes=3..4&source=IDR&source=JAX&bytes=", KEYS), [
    "The link has “bytes” more than once; only the first is used.",
    "The link has “q” more than once; only the first is used.",
  ]);
  assert.deepEqual(notesOnAddress("?ids=....", KEYS), ["“....” names no datasets; it is ignored."]);
});

test("a value that is named as the page shows it is the catalog's", () => {
  const named = { ...EMPTY, facets: { source: ["image data resource", "Closed"], other: ["x"] } };
  const known = { ...EMPTY, facets: { source: ["IDR", ""] } };

  assert.deepEqual(withNamedValues(named, MANIFEST).facets, { source: ["IDR", "Closed"], other: ["x"] });
  assert.equal(withNamedValues(known, MANIFEST), known);
});

test("of many values that there are not, the first are named and the others counted in a sentence", () => {
  const said = (/** @type {number} */ count) =>
    notesOnValues(
      withoutUnknown({ ...EMPTY, facets: { source: Array.from({ length: count }, (_, at) => `S${at}`) } }, MANIFEST),
    );

  assert.equal(said(4).at(-1), "No dataset in this catalog has “Institution: S3”.");
  assert.equal(said(3000).length, 4);
  assert.equal(said(3000).at(-1), "No dataset has any of the link’s 2,997 other values of “Institution” either.");
});
