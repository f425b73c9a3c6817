import assert from "node:assert/strict";
import { test } from "node:test";

import { makeCell, makeFile } from "../../assets/js/home/export.js";

const ROW = {
  id: "cells-1",
  title: 'The "best", cells',
  url: "https://data.example.org/cells.zarr",
  bytes: 12,
  organism: "NCBITaxon:9606",
  organism_label: "Homo sapiens",
  modality: null,
  modality_label: null,
  thumbnail: "thumbs/a.webp",
};
const SITE = "https://catalog.example.org/sub/";

test("formulas are text", () => {
  const cells = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "a=1"].map(makeCell);

  assert.deepEqual(cells, ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "' =1", "a=1"]);
});

test("cells with commas, quotes and lines are quoted, numbers and nothing are bare", () => {
  assert.deepEqual([makeCell('a "b", c\nd'), makeCell(-12), makeCell(null)], ['"a ""b"", c\nd"', "-12", ""]);
});

test("CSV has a header, the address of page and picture, and a byte order mark", () => {
  const { text } = makeFile("csv", [ROW], SITE);

  const [head, row] = text.split("\r\n");
  assert.equal(head, "\ufeffid,title,url,bytes,organism,organism_label,modality,modality_label,thumbnail,page");
  assert.ok(row.endsWith(`${SITE}thumbs/a.webp,${SITE}datasets/cells-1/index.html`));
});

test("BioFile Finder finds its own columns, and words instead of identifiers", () => {
  const { text } = makeFile("bff", [ROW], SITE);

  const [head, row] = text.split("\r\n");
  assert.equal(head, "File Path,File Name,File Size,Thumbnail,organism,modality,page");
  assert.ok(row.startsWith(`${ROW.url},"The ""best"", cells",12,${SITE}thumbs/a.webp,Homo sapiens,,`));
});

test("JSON holds the values as they are", () => {
  const [row] = JSON.parse(makeFile("json", [ROW], SITE).text);

  assert.deepEqual([row.title, row.bytes, row.modality], [ROW.title, 12, null]);
});

test("nothing found is a file with a header at most", () => {
  assert.equal(makeFile("json", [], SITE).text, "[]\n");
});
