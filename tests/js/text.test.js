import assert from "node:assert/strict";
import { test } from "node:test";

import { canCross, fitIn } from "../../assets/js/search/text.js";

test("a piece crosses the border of a stem only where both sides fit", () => {
  assert.ok(canCross(["", ".ome.zarr"], "01.ome"));
  assert.ok(canCross(["plate ", " x"], "te p17"));
  assert.ok(!canCross(["", ".ome.zarr"], "01 ome"));
});

test("a piece fits inside a word, where a word begins, or as a whole word", () => {
  assert.equal(fitIn("two subcells", { text: "cell", bound: 0 }), 1);
  assert.equal(fitIn("subcells cells", { text: "cell", bound: 0 }), 2);
  assert.equal(fitIn("subcells", { text: "cell", bound: 1 }), 0);
  assert.equal(fitIn("cells 1cell", { text: "cell", bound: 2 }), 2);
});
