import assert from "node:assert/strict";
import { test } from "node:test";

import { fold, isNear, otherNumbers, plain, variantsOf } from "../../assets/js/search/words.js";

const textsOf = (word) => variantsOf(word).map(({ text }) => text);

test("folding takes away case, accents and blanks", () => {
  assert.equal(fold("  Ledesma-FERNÁNDEZ\u00a0\n µm "), "ledesma-fernandez um");
  assert.equal(fold("Weiß Sørensen Æ Łódź"), "weiss sorensen ae lodz");
});

test("hyphens and underscores are spaces, apostrophes nothing", () => {
  assert.equal(plain("Brewer’s light‑sheet LT0113_01"), "brewers light sheet lt0113 01");
});

test("plural and singular stand for each other", () => {
  assert.deepEqual(otherNumbers("cells"), ["cell"]);
  assert.deepEqual(otherNumbers("fruit flies"), ["fruit fly", "fruit flie"]);
  assert.deepEqual(otherNumbers("mice"), ["mouse"]);
  assert.deepEqual(otherNumbers("assay"), []);
  assert.deepEqual(otherNumbers("axis"), ["axes"]);
});

test("umlauts are written with one letter or two", () => {
  assert.ok(textsOf("mueller").includes("muller"));
  assert.ok(textsOf("muller").includes("mueller"));
});

test("what is written with a space, a hyphen or neither is alike", () => {
  assert.ok(textsOf("lightsheet").includes("light sheet"));
  assert.ok(textsOf("light sheet").includes("lightsheet"));
  assert.ok(textsOf("lightsheets").includes("light sheet"));
});

test("one typo is a letter added, lost, changed, or two swapped", () => {
  for (const typo of ["zebrafsh", "zebbrafish", "zebrafosh", "zebarfish"]) assert.ok(isNear(typo, "zebrafish"), typo);
  for (const other of ["zebrafishes", "zerbafihs", "zebra"]) assert.ok(!isNear(other, "zebrafish"), other);
});
