import assert from "node:assert/strict";
import { test } from "node:test";

import { canCross, fold, readWords } from "../../assets/js/search/text.js";

test("folding takes away case, accents and blanks", () => {
  assert.equal(fold("  Ledesma-FERNÁNDEZ\u00a0\n µm "), "ledesma-fernandez μm");
});

test("words are split at spaces and slashes, each once", () => {
  assert.deepEqual(readWords("idr0013/LT0113  lt0113"), ["idr0013", "lt0113"]);
});

test("a pasted address loses its scheme and document, and is decoded once", () => {
  assert.deepEqual(readWords("https://a.org/b%20c.zarr/zarr.json"), ["a.org", "b", "c.zarr"]);
});

test("a viewer's link is searched for the address in it", () => {
  assert.deepEqual(readWords("https://viewer.org/?source=https%3A%2F%2Fa.org%2Fb%2520c.zarr&v=1"), [
    "a.org",
    "b",
    "c.zarr",
  ]);
});

test("a stray percent sign is a sign like any other", () => {
  assert.deepEqual(readWords("50% %zz %ff"), ["50%", "%zz", "%ff"]);
});

test("a word crosses the border of a stem only where both sides fit", () => {
  assert.ok(canCross("\u0001.ome.zarr", "01.ome"));
  assert.ok(canCross("plate-\u0001-x", "te-p17"));
  assert.ok(!canCross("\u0001.ome.zarr", "01_ome"));
});
