import assert from "node:assert/strict";
import { test } from "node:test";

import {
  EMPTY,
  cleared,
  countFilters,
  isGrouped,
  isNarrowed,
  makeQuestion,
  readState,
  withChoice,
  withRange,
  withToggled,
  withoutKey,
  writeState,
} from "../../assets/js/home/state.js";

const KEYS = {
  facets: ["source", "organism"],
  ranges: ["bytes"],
  sorts: ["", "-bytes", "title"],
  columns: ["title", "bytes"],
};

test("an address and its state are each other's inverse", () => {
  const address =
    "?q=idr0013+LT&source=IDR&source=JAX&organism=&bytes=10..2000&sort=-bytes&view=table&group=study&per=96&page=3";

  assert.equal(writeState(readState(address, KEYS)), address);
});

test("no demand is an empty address", () => {
  assert.equal(writeState(EMPTY), "");
});

test("what the page does not offer is left out", () => {
  const state = readState("?color=red&sort=evil&view=list&per=7&page=-4&bytes=lots", KEYS);

  assert.deepEqual(state, { ...EMPTY });
});

test("a range may be open at either end", () => {
  const state = readState("?bytes=..500", KEYS);

  assert.deepEqual(state.ranges.bytes, [-Infinity, 500]);
  assert.equal(writeState(state), "?bytes=..500");
});

test("a number may be not stated, alone or besides its limits", () => {
  for (const address of ["?bytes=", "?bytes=..500&bytes="]) assert.equal(writeState(readState(address, KEYS)), address);
  const state = readState("?bytes=..500&bytes=", KEYS);

  assert.deepEqual([state.ranges, state.unstated], [{ bytes: [-Infinity, 500] }, ["bytes"]]);
  assert.deepEqual([countFilters(state), isNarrowed(withRange(state, "bytes", null))], [1, true]);
  assert.deepEqual(withoutKey(state, "bytes"), EMPTY);
});

test("very small and very large limits survive the address", () => {
  const limited = withRange(EMPTY, "bytes", [1e-7, 1e22]);

  assert.deepEqual(readState(writeState(limited), KEYS).ranges, limited.ranges);
});

test("a choice begins on the first page, and the last one taken back leaves nothing", () => {
  const chosen = withChoice({ ...EMPTY, page: 4 }, "source", "IDR", true);

  assert.deepEqual([chosen.facets, chosen.page], [{ source: ["IDR"] }, 1]);
  assert.deepEqual(withChoice(chosen, "source", "IDR", false).facets, {});
});

test("a range that is lifted leaves nothing", () => {
  const limited = withRange(EMPTY, "bytes", [1, 2]);

  assert.deepEqual(withRange(limited, "bytes", null).ranges, {});
});

test("clearing keeps how things are shown", () => {
  const state = {
    ...EMPTY,
    text: "cells",
    facets: { source: ["IDR"] },
    sort: "title",
    view: /** @type {const} */ ("table"),
    per: 96,
  };

  assert.equal(writeState(cleared(state)), "?sort=title&view=table&per=96");
  assert.deepEqual(withoutKey(state, "source").facets, {});
});

test("blanks narrow nothing", () => {
  assert.equal(isNarrowed({ ...EMPTY, text: "  " }), false);
});

test("a value is toggled: chosen, and not chosen again", () => {
  const chosen = withToggled(EMPTY, "source", "IDR");

  assert.deepEqual(chosen.facets, { source: ["IDR"] });
  assert.deepEqual(withToggled(chosen, "source", "IDR").facets, {});
});

test("words are no filter, each value and each range is one", () => {
  const state = { ...EMPTY, text: "cells", facets: { source: ["IDR", "JAX"] } };

  assert.equal(countFilters(withRange(state, "bytes", [1, 2])), 3);
});

test("an unchanged catalog is asked for no cards, anything else for those of its page", () => {
  const limitOf = (/** @type {object} */ changes) => makeQuestion({ ...EMPTY, ...changes }, 48, []).limit;

  assert.equal(limitOf({}), 0);
  assert.deepEqual(
    [{ text: "cells" }, { sort: "title" }, { view: "table" }, { page: 2 }].map(limitOf),
    [48, 48, 48, 48],
  );
  assert.equal(makeQuestion({ ...EMPTY, page: 3 }, 48, []).offset, 96);
  assert.deepEqual([limitOf({ per: 24 }), makeQuestion({ ...EMPTY, per: 24, page: 3 }, 48, []).offset], [24, 48]);
});

test("the table lists datasets, whatever the grouping", () => {
  const grouped = { ...EMPTY, group: /** @type {const} */ ("study") };

  assert.equal(isGrouped(grouped), true);
  assert.equal(isGrouped({ ...grouped, text: "cells" }), true);
  assert.equal(isGrouped({ ...grouped, view: "table" }), false);
  assert.equal(makeQuestion(grouped, 48, []).group, "study");
});

test("datasets are named by the ends of their ids", () => {
  const state = readState("?ids=cells-abcdefghijkl.0123456789ab,%3Cimg%3E.abcdefghijkl", KEYS);

  assert.deepEqual(state.only, ["abcdefghijkl", "0123456789ab"]);
  assert.equal(writeState(state), "?ids=abcdefghijkl.0123456789ab");
  assert.deepEqual(readState("?ids=%3Cscript%3E", KEYS).only, null);
  assert.equal(writeState(readState("?ids=selected", KEYS)), "?ids=selected");
});
