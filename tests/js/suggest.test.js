import assert from "node:assert/strict";
import { test } from "node:test";

import { suggest } from "../../assets/js/search/suggest.js";

const MANIFEST = {
  facets: [
    {
      key: "organism",
      label: "Organism",
      shown: true,
      asked: ["organism"],
      values: [
        ["T:2", "Rodentia", 7],
        ["T:1", "Mus musculus", 5],
        ["", "not stated", 3],
      ],
      names: ["rodentia\nrodents", "mus musculus\nhouse mouse\nmouse\nrodentia\nrodents", ""],
      wider: [[], [0], []],
    },
    {
      key: "list",
      label: "List",
      shown: false,
      asked: ["list", "study"],
      values: [["idr 13", "idr 13", 4]],
      names: ["idr 13"],
      wider: [],
    },
  ],
  sorts: [{ key: "bytes", label: "Stored size", asked: ["bytes", "size"] }],
};
const labelsOf = (typed) => suggest(typed, MANIFEST).map(({ label }) => label);

test("values are suggested by any of their names, with counts", () => {
  const [first] = suggest("brain mou", MANIFEST);
  assert.deepEqual(first, {
    label: "Mus musculus",
    kind: "Organism",
    count: 5,
    text: "brain",
    facet: "organism",
    value: "T:1",
  });
  assert.deepEqual(labelsOf("house mo"), ["Mus musculus"]);
});

test("a wider value is suggested for its own names, not each below it", () => {
  assert.deepEqual(labelsOf("rodent"), ["Rodentia"]);
});

test("names of fields are completed, and then their values", () => {
  assert.deepEqual(labelsOf("si"), ["size:"]);
  assert.deepEqual(labelsOf("organism:"), ["Rodentia", "Mus musculus"]);
  assert.equal(suggest("x study:i", MANIFEST)[0].text, 'x list:"idr 13"');
});

test("nothing is suggested for nothing, an excluded word, an open quote, or after a space", () => {
  for (const typed of ["", "  ", "-mou", '"house mo', "mouse ", "m", "x".repeat(500)])
    assert.deepEqual(labelsOf(typed), []);
});
