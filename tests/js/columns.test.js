import assert from "node:assert/strict";
import { test } from "node:test";

import { columnsToShow, readColumns, withMoved, withWidth, writeColumns } from "../../assets/js/home/columns.js";

test("columns are read as they are written", () => {
  const text = "title*400.bytes.checked_at*96";

  assert.equal(writeColumns(readColumns(text) ?? []), text);
});

test("what is no column is left out, widths have limits, none is twice", () => {
  assert.deepEqual(readColumns("x*9999.<img>.y*1.x.kind*-3"), [
    { key: "x", width: 960 },
    { key: "y", width: 48 },
  ]);
  assert.deepEqual(readColumns("x*100.y", ["y"]), [{ key: "y", width: null }]);
  assert.equal(readColumns("x", ["y"]), null);
  for (const text of [null, "", "...", "<script>", "=1+1"]) assert.equal(readColumns(text), null);
});

test("the title comes first, and columns that there are not are left out", () => {
  const shown = columnsToShow(readColumns("bytes.color.title*199.__proto__") ?? [], ["title", "bytes"]);

  assert.equal(writeColumns(shown), "title*199.bytes");
});

test("one width is changed, or the usual one again", () => {
  const columns = readColumns("title.bytes") ?? [];

  assert.equal(writeColumns(withWidth(columns, "bytes", 200.4)), "title.bytes*200");
  assert.equal(writeColumns(withWidth(withWidth(columns, "bytes", 200), "bytes", null)), "title.bytes");
});

test("a column is moved by a place, not before the title and not beyond the end", () => {
  const columns = readColumns("title.bytes*99.kind.x") ?? [];

  assert.equal(writeColumns(withMoved(columns, "bytes", 1)), "title.kind.bytes*99.x");
  assert.equal(writeColumns(withMoved(columns, "x", -1)), "title.bytes*99.x.kind");
  for (const [key, step] of /** @type {[string, 1 | -1][]} */ ([
    ["title", 1],
    ["bytes", -1],
    ["x", 1],
    ["none", 1],
  ])) {
    assert.equal(withMoved(columns, key, step), columns);
  }
});
