import assert from "node:assert/strict";
import { test } from "node:test";

import { canCross, finderOf, fitIn } from "../../assets/js/search/pieces.js";
import { makeTextIndex } from "../../assets/js/search/text.js";
import { mayHave } from "../../assets/js/search/vocabulary.js";

test("a piece crosses the border of a stem only where both sides fit", () => {
  assert.ok(canCross(["", ".ome.zarr"], "01.ome"));
  assert.ok(canCross(["plate ", " x"], "te p17"));
  assert.ok(!canCross(["", ".ome.zarr"], "01 ome"));
});

test("a piece is in a template, in the stem, or across both, at the ends of the text as well", () => {
  const template = "org/\u0001.zarr";
  const isIn = (/** @type {string} */ text, /** @type {string} */ stem, /** @type {string} */ piece) =>
    finderOf(piece)(text, stem);
  for (const piece of ["rg", "p1", "g/p", "2.z", "/p12.z", "org/p12.zarr"])
    assert.ok(isIn(template, "p12", piece), piece);
  for (const piece of ["gp", "2z", "\u0001p", "12/"]) assert.ok(!isIn(template, "p12", piece), piece);
  assert.ok(isIn("\u0001", "p12", "12"));
  assert.ok(isIn("\u0001\u0001", "p12", "2p"));
  assert.ok(isIn("a\u0001b \u0001", "p12", "2b p"));
});

test("what looks for a piece in one text after the other tells neighbors of one template from others", () => {
  const isIn = finderOf("g/p");
  const texts = [
    ["org/\u0001.zarr", "p1"],
    ["org/\u0001.zarr", "q1"],
    ["pig/pen", "q1"],
    ["pig/pen", "q2"],
    ["", "q"],
  ];
  assert.deepEqual(
    texts.map(([template, stem]) => isIn(template, stem)),
    [true, false, true, true, false],
  );
});

test("a piece fits inside a word, where a word begins, or as a whole word", () => {
  assert.equal(fitIn("two subcells", { text: "cell", bound: 0 }), 1);
  assert.equal(fitIn("subcells cells", { text: "cell", bound: 0 }), 2);
  assert.equal(fitIn("subcells", { text: "cell", bound: 1 }), 0);
  assert.equal(fitIn("cells 1cell", { text: "cell", bound: 2 }), 2);
});

/** Return the index of two datasets with the stems `la 2` and `mcf7`, named `he` and `the ` with the stem after it. */
function makeSmallIndex() {
  const encode = (/** @type {string} */ text) => new TextEncoder().encode(text);
  const pack = new Map([
    ["stem.shared", Uint8Array.of(0, 0)],
    ["stem.rest", encode("la 2\nmcf7")],
    ["name.shared", Uint8Array.of(0, 0)],
    ["name.rest", encode("he\u0001\nthe \u0001")],
    ["name.codes", Uint8Array.of(0, 1)],
  ]);
  const manifest = { datasets: 2, texts: [{ key: "name", weight: "name" }], facets: [] };
  return makeTextIndex(/** @type {any} */ (manifest), pack, () => undefined);
}

test("a spelling is looked for where all of its words are, also those that go on into a stem", () => {
  const index = makeSmallIndex();
  /** @type {[text: string, bound: 0 | 1 | 2, isLikely: boolean][]} */
  const cases = [
    ["hela", 2, true],
    ["mcf 7", 2, true],
    ["th e", 2, false],
    ["hel", 2, false],
    ["hel", 1, true],
    ["el", 1, false],
    ["el", 0, true],
    ["hello", 0, false],
  ];
  for (const [text, bound, isLikely] of cases) assert.equal(mayHave(index, { text, bound }), isLikely, text);
});
