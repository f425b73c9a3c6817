import assert from "node:assert/strict";
import { test } from "node:test";

import { valuesToShow } from "../../assets/js/home/facet-values.js";
import { activeFilters, notesOnLink, suggestions } from "../../assets/js/home/filters.js";
import { readingChips, writeReading } from "../../assets/js/home/readings.js";
import { EMPTY, isNarrowed } from "../../assets/js/home/state.js";
import { explainNothing } from "../../assets/js/home/ways-on.js";

const LABELS = {
  organism: { label: "Organism", texts: { "NCBITaxon:9606": "Homo sapiens", "": "not stated" } },
  bytes: { label: "Stored size", texts: {}, unit: "bytes" },
};
const NARROWED = {
  ...EMPTY,
  text: " cells ",
  facets: { organism: ["NCBITaxon:9606", ""] },
  ranges: { bytes: /** @type {[number, number]} */ ([1000, Infinity]) },
  page: 3,
};

test("each active filter is called by its label and has the state without it, on the first page", () => {
  const active = activeFilters(NARROWED, LABELS);

  assert.deepEqual(
    active.map(({ text }) => text),
    ["“cells”", "Organism: Homo sapiens", "Organism: not stated", "Stored size: from 1 kB", "Clear all"],
  );
  assert.deepEqual(active[1].state, { ...NARROWED, facets: { organism: [""] }, page: 1 });
  assert.equal(active[1].label, "Remove Organism: Homo sapiens");
});

test("a filter keeps its key while its words change", () => {
  const keys = (/** @type {any[]} */ chips) => chips.map(({ key }) => key);

  assert.deepEqual(keys(activeFilters(NARROWED, {})), keys(activeFilters(NARROWED, LABELS)));
});

test("thousands of datasets that a link names are written with a comma", () => {
  const state = { ...EMPTY, only: Array.from({ length: 3000 }, (_, at) => `a${at}`) };
  const answer = /** @type {any} */ ({ gone: 2999, total: 1 });

  assert.equal(activeFilters(state, {})[0].text, "Only 3,000 datasets");
  assert.deepEqual(notesOnLink(state, answer), ["2,999 datasets of the link are no longer in this catalog."]);
});

test("one filter needs no chip to clear all", () => {
  assert.equal(activeFilters({ ...EMPTY, text: "cells" }, LABELS).length, 1);
});

test("a suggestion names what it drops, and how many it finds", () => {
  const relaxed = [
    { dropped: { word: "cells" }, text: "", total: 1200 },
    { dropped: { facet: "organism" }, text: "cells", total: 7 },
  ];

  const [word, facet] = suggestions(NARROWED, LABELS, relaxed);

  assert.deepEqual([word.text, word.state.text], ["without “cells” (1,200)", ""]);
  assert.deepEqual([facet.text, facet.state.facets], ["any organism (7)", {}]);
});

test("readings say how words were read, and each can be taken back", () => {
  const limit = { kind: "limit", key: "bytes", ranges: [[-Infinity, 4999999999.999999]], isUnstated: false };
  const readings = [
    { ...limit, raw: "under 5 GB", without: "cells", unstated: 12, included: "cells under 5 GB OR bytes:none" },
    { kind: "not", texts: ["yeast", "human"], raw: "-(yeast OR human)", without: "cells" },
    { kind: "order", key: "bytes", isLargestFirst: true, raw: "largest", without: "cells" },
  ];

  const chips = readingChips({ ...NARROWED, page: 3 }, LABELS, { readings, unstated: { bytes: 1 } });

  assert.deepEqual(
    chips.map(({ text }) => text),
    [
      "Stored size: below 5 GB",
      "and 12 without a value",
      "Not: yeast or human",
      "Sorted by stored size, largest first",
      "and 1 without a value",
    ],
  );
  assert.deepEqual([chips[0].state.text, chips[0].state.page], ["cells", 1]);
  assert.equal(chips[1].state.text, "cells under 5 GB OR bytes:none");
  assert.deepEqual(chips[4].state.unstated, ["bytes"]);
});

test("several numbers are one chip, which says all of them and takes them back", () => {
  const read = (/** @type {string} */ key, /** @type {number[][]} */ ranges, isUnstated = false) => {
    const reading = { kind: "limit", key, ranges, isUnstated, raw: "2 or 4 channels", without: "cells" };
    return readingChips(NARROWED, LABELS, { readings: [reading], unstated: {} })[0];
  };
  const apart = [
    [-Infinity, 1.9],
    [3.1, Infinity],
  ];

  const chip = read("c", [
    [1, 1],
    [2, 2],
    [4, 6],
  ]);

  assert.equal(chip.text, "c: 1, 2 or 4 to 6");
  assert.equal(chip.state.text, "cells");
  assert.equal(read("c", apart).text, "c: up to 1 or from 4");
  assert.equal(read("c", apart, true).text, "c: up to 1 or from 4, or no value");
});

test("dates that are compared each in its way are one chip", () => {
  const dates = { kind: "value", key: "published", texts: ["2020", "2024"], sign: "<", raw: "", without: "" };
  const said = [{ signs: ["<", ">="] }, { signs: [">=", "<="], isBoth: true }].map((each) => ({ ...dates, ...each }));

  const chips = readingChips(NARROWED, LABELS, { readings: said, unstated: {} });

  assert.deepEqual(
    chips.map(({ text }) => text),
    ["published: before 2020 or since 2024", "published: since 2020, until 2024"],
  );
});

test("ways on are said with what they find, and why there is nothing", () => {
  const ways = [
    { how: "value", key: "organism", value: "NCBITaxon:9606", question: { text: "", facets: {} }, total: 1200 },
    {
      how: "limit",
      key: "bytes",
      from: -Infinity,
      to: 6e9,
      question: { ranges: { bytes: [-Infinity, 6e9] } },
      total: 1,
    },
    { how: "either", texts: ["mouse", "rat"], question: { text: "mouse OR rat" }, total: 3 },
    { how: "only", demand: { facet: "organism" }, question: { facets: { organism: ["x"] } }, total: 2 },
    { how: "without", demands: [{ word: "cells" }, { range: "bytes" }], question: { text: "mouse" }, total: 4 },
  ];

  const { hint, chips } = explainNothing(
    NARROWED,
    LABELS,
    { missing: ["banana"], problems: [], relaxed: [], ways },
    [],
  );

  assert.deepEqual(
    chips.map(({ text }) => text),
    [
      "Stored size: up to 6 GB (1)",
      "Organism: Homo sapiens (1,200)",
      "“mouse” or “rat” (3)",
      "only the filter “Organism” (2)",
      "“mouse” without “cells” and the filter “Stored size” (4)",
    ],
  );
  assert.deepEqual([chips[2].state.text, chips[2].state.facets], ["mouse OR rat", {}]);
  assert.match(hint, /has “banana”\. Try instead:/);
  const relaxed = [{ dropped: { word: "cells" }, text: "", total: 1 }];
  const nothing = {
    missing: [],
    problems: [],
    relaxed: [{ dropped: { range: "bytes" }, text: "", total: 9 }],
    ways: [],
  };
  const why = (/** @type {object} */ asked) => explainNothing({ ...EMPTY, ...asked }, LABELS, nothing, []).hint;
  assert.match(why({ ranges: { bytes: [5, 1] }, text: "mouse" }), /^No number is at least 5 B and at most 1 B\./);
  assert.match(why({ ranges: { bytes: [1, 2] } }), /^No dataset passes this filter\. Remove it:/);
  assert.match(why({ only: ["abc"] }), /^The catalog has none of these datasets\./);
  assert.match(why({ only: "selected" }), /^No dataset is selected in this browser\./);
  assert.match(why({ ranges: { bytes: [1, 2] }, text: "mouse" }), /^No dataset matches all parts of the search\./);
  const less = explainNothing(NARROWED, LABELS, { missing: [], problems: [], relaxed, ways: [] }, []);
  assert.match(less.hint, /Try instead:/);
  assert.deepEqual(
    less.chips.map(({ text }) => text),
    ["without “cells” (1)", "all datasets"],
  );
  assert.ok(!isNarrowed(less.chips[1].state));
  const unread = { missing: [], problems: ["“added today” is left out."], relaxed: [], ways: [] };
  assert.match(explainNothing(NARROWED, LABELS, unread, []).hint, /No part of the search can be used/);
});

test("of a word that nothing has, that is said, and how to see all; all datasets are offered beside many other ways", () => {
  const all = { how: "all", question: { text: "", facets: {}, ranges: {}, unstated: [] }, total: 1200 };
  const near = Array.from({ length: 9 }, (_, at) => ({
    how: "near",
    text: `bananas${at}`,
    question: { text: `bananas${at}` },
    total: 1,
  }));
  const explain = (/** @type {any[]} */ ways) =>
    explainNothing(NARROWED, LABELS, { missing: ["banana"], problems: [], relaxed: [], ways }, []);

  const { hint, chips } = explain([all]);
  const many = explain([...near, all]);

  assert.equal(
    hint,
    "No dataset in this catalog has “banana”. Check the spelling, search for a part of it, or see all:",
  );
  assert.deepEqual(
    chips.map(({ text, state }) => [text, state.text, state.facets]),
    [["all datasets (1,200)", "", {}]],
  );
  assert.equal(many.chips.at(-1)?.text, "all datasets (1,200)");
  assert.match(many.hint, /has “banana”\. Try instead:/);
});

test("how words were read is said by the names of fields", () => {
  const labels = {
    ...LABELS,
    validity: { label: "Metadata validity", texts: {} },
    c: { label: "Channels", texts: {} },
  };
  const said = (reading) => writeReading(reading, labels);

  assert.equal(said({ kind: "value", key: "validity", texts: ["yes"], sign: "" }), "Metadata validity: valid");
  assert.equal(said({ kind: "value", key: "added", texts: ["2026 05"], sign: ">=" }), "added: since 2026-05");
  assert.equal(said({ kind: "value", key: "dtype", texts: ["16 bit", "32 bit"], sign: "" }), "dtype: 16 bit or 32 bit");
  assert.equal(said({ kind: "stated", keys: ["c", "name"] }), "Channels: stated, Name: stated");
  const limits = [
    { key: "bytes", from: -Infinity, to: 5e9 },
    { key: "c", from: 2, to: 3 },
  ];
  assert.equal(said({ kind: "limits", limits }), "Stored size: up to 5 GB, Channels: 2 to 3");
});

test("a facet shows what is chosen, then what is frequent", () => {
  const shown = valuesToShow([5, 0, 9, 7], [false, true, false, false], 2);

  assert.deepEqual([...shown].sort(), [1, 2]);
});

test("a tree shows frequent values that comprise no others, and those above them", () => {
  // 0 microscopy > (1 light > (2 confocal, 3 light sheet), 4 electron); 5 tomography
  const depths = [0, 1, 2, 2, 1, 0];
  assert.deepEqual([...valuesToShow([19, 15, 9, 6, 4, 7], [], 2, depths)].sort(), [0, 1, 2, 5]);
  assert.deepEqual([...valuesToShow([19, 15, 9, 6, 4, 7], [false, true], 1, depths)].sort(), [0, 1]);
});

test("of thousands of values the first have a chip each, and all others one that takes them back", () => {
  const values = Array.from({ length: 3000 }, (_, at) => `value, ${at}`);

  const chips = activeFilters({ ...EMPTY, facets: { organism: values } }, LABELS);

  assert.equal(chips.length, 14);
  const mixed = activeFilters({ ...EMPTY, facets: { organism: [...values, ""] } }, LABELS);
  assert.equal(mixed[0].text, "Organism: not stated", "what the catalog has is not hidden");
  assert.equal(chips[12].text, "Organism: 2,988 more");
  assert.deepEqual(chips[12].state.facets, { organism: values.slice(0, 12) });
});

test("what every object inherits is no name of a filter or value", () => {
  const facets = { organism: ["__proto__", "constructor"] };

  const texts = activeFilters({ ...EMPTY, facets }, LABELS).map(({ text }) => text);

  assert.deepEqual(texts, ["Organism: __proto__", "Organism: constructor", "Clear all"]);
});
