import assert from "node:assert/strict";
import { test } from "node:test";

import { makeCell, makeFile } from "../../assets/js/home/export.js";

const ROW = {
  id: "cells-1",
  title: "Cells",
  short_title: 'The "best", cells',
  url: "https://data.example.org/cells.zarr",
  bytes: 12,
  organism_id: "NCBITaxon:9606",
  organism_label: "Homo sapiens",
  modality_id: null,
  label_images: ["nuclei", "cells"],
  valid: true,
  thumbnail_path: "thumbs/a.webp",
  added_at: "2026-11-20T03:12:09Z",
  array_path: "0",
  zipped: false,
};
const SITE = "https://catalog.example.org/sub/";
const PAGE = `${SITE}datasets/cells-1/index.html`;

test("formulas are text", () => {
  const formulas = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1+1", "\n=1", "\rx"];

  for (const formula of formulas) assert.match(makeCell(formula), /^"?'/);
  assert.equal(makeCell("a=1"), "a=1");
});

test("a list with a formula in it is one text", () => {
  assert.deepEqual([makeCell(["=1", "b"]), makeCell(["a", "b"]), makeCell([])], ["'=1; b", "a; b", ""]);
});

test("cells with commas, quotes and lines are quoted, numbers and nothing are bare", () => {
  const cells = [makeCell('a "b", c\nd'), makeCell(-12), makeCell(null), makeCell(false)];

  assert.deepEqual(cells, ['"a ""b"", c\nd"', "-12", "", "false"]);
});

test("CSV has a header, the address of page and picture, and a byte order mark", () => {
  const { text, name } = makeFile("csv", [ROW], SITE);

  const [head, row] = text.split("\r\n");
  assert.equal(head, `\ufeff${Object.keys(ROW).join(",")},thumbnail_url,page_url`);
  assert.ok(row.endsWith(`${SITE}thumbs/a.webp,${PAGE}`));
  assert.equal(name, "datasets.csv");
});

test("BioFile Finder finds its own columns first, then annotations", () => {
  const { text } = makeFile("bff", [ROW], SITE);

  const [head, row] = text.split("\r\n");
  const own = "File Path,File ID,File Name,File Size,Thumbnail,Uploaded,page_url";
  assert.equal(head, `${own},title,organism_id,organism_label,modality_id,label_images,valid,zipped`);
  assert.ok(
    row.startsWith(
      `${ROW.url},cells-1,"The ""best""; cells",12,${SITE}thumbs/a.webp,2026-11-20 03:12:09.000+00:00,${PAGE},`,
    ),
  );
});

test("BioFile Finder gets no time where none is known", () => {
  const { text } = makeFile("bff", [{ ...ROW, added_at: null, thumbnail_path: null }], SITE);

  assert.ok(
    text.split("\r\n")[1].startsWith(`${ROW.url},cells-1,"The ""best""; cells",12,,,${PAGE},Cells,NCBITaxon:9606`),
  );
});

test("BioFile Finder gets the title of a dataset without a short one", () => {
  const { text } = makeFile("bff", [{ ...ROW, short_title: "" }], SITE);

  assert.ok(text.split("\r\n")[1].startsWith(`${ROW.url},cells-1,Cells,12,`));
});

test("JSON holds the values as they are", () => {
  const [row] = JSON.parse(makeFile("json", [ROW], SITE).text);

  assert.deepEqual(
    [row.title, row.bytes, row.modality_id, row.label_images],
    [ROW.title, 12, null, ["nuclei", "cells"]],
  );
});

test("addresses are lines", () => {
  const { text } = makeFile("urls", [ROW, { ...ROW, url: "s3://bucket/b.zarr" }], SITE);

  assert.equal(text, `${ROW.url}\ns3://bucket/b.zarr\n`);
});

test("no name ends a literal of the program", () => {
  const path = '0"]; import os #\n\\\u202e😀';
  const { text } = makeFile("python", [{ ...ROW, array_path: path }], SITE);

  const line = text.split("\n").find((each) => each.includes(ROW.url));
  assert.equal(line, `    "${ROW.url}": "0\\"]; import os #\\U0000000a\\\\\\U0000202e\\U0001f600",`);
  assert.match(text, /^[\n -~]*$/);
});

test("nothing found is a file with a header at most", () => {
  assert.equal(makeFile("json", [], SITE).text, "[]\n");
  assert.equal(makeFile("urls", [], SITE).text, "");
});
