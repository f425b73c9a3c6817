import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY } from "../../assets/js/home/state.js";
import { notesOnAddress, withoutUnknown } from "../../assets/js/home/unknown.js";

const KEYS = { facets: ["source"], ranges: ["bytes"], sorts: ["bytes", "-bytes"] };

/** @type {any} */
const MANIFEST = { facets: [{ key: "source", label: "Institution", values: [["IDR", "IDR", 3]] }] };

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
    "This catalog has no filter “tissue”; it is left out.",
    "“many” is no range of “bytes”; it is left out.",
    "Results cannot be sorted by “beauty”; that is left out.",
  ]);
});
