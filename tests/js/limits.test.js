import assert from "node:assert/strict";
import { test } from "node:test";

import {
  barHeights,
  limitsBetween,
  positionOf,
  readFields,
  thumbAt,
  writeAmount,
  writeEnd,
  writeLimits,
} from "../../assets/js/home/limits.js";
import { readLimits } from "../../assets/js/search/amounts.js";

const EDGES = [0, 1000, 2000000];

test("limits at the ends stay open, and two of them are none", () => {
  assert.equal(limitsBetween(EDGES, 0, 2), null);
  assert.deepEqual(limitsBetween(EDGES, 0, 1), [-Infinity, 1000]);
  assert.deepEqual(limitsBetween(EDGES, 1, 2), [1000, Infinity]);
});

test("a slider is at the edge nearest to a limit", () => {
  assert.deepEqual(
    [-Infinity, 400, 900, 1000, 5e9, Infinity].map((value) => positionOf(EDGES, value)),
    [0, 0, 1, 1, 2, 2],
  );
});

test("limits read in words", () => {
  assert.equal(writeLimits([1000, 2000000], "bytes"), "1 kB to 2 MB");
  assert.equal(writeLimits([-Infinity, 1500], "bytes"), "up to 1.5 kB");
  assert.equal(writeLimits([2500000000, Infinity], "bytes", true), "from 2.5 GB, or no value");
  assert.equal(writeLimits([7, 7], ""), "7");
  assert.equal(writeLimits(null, "px", true), "no value");
  assert.equal(writeLimits([512, Infinity], "px"), "from 512 px");
  assert.equal(writeLimits([0.325, 1200], "um"), "325 nm to 1.2 mm");
});

test("an amount keeps the digits that somebody wrote", () => {
  assert.deepEqual(
    [0, 999, 1234, 999_900, 1_234_560_000, 5e18].map((bytes) => writeAmount(bytes, "bytes")),
    ["0 B", "999 B", "1.234 kB", "999.9 kB", "1.23456 GB", "5 EB"],
  );
  assert.equal(writeAmount(1048576, ""), "1,048,576");
});

test("the fields understand what people write", () => {
  /** @type {[text: string, unit: string, from: number, to: number][]} */
  const written = [
    ["5 GB", "bytes", 5e9, Infinity],
    ["5GB", "bytes", 5e9, Infinity],
    ["1,5 GiB", "bytes", 1.5 * 2 ** 30, Infinity],
    [">= 100", "", 100, Infinity],
    ["≥ 1,000", "px", 1000, Infinity],
    ["1e9", "bytes", 1e9, Infinity],
    ["1 000 000", "", 1e6, Infinity],
    ["1.000.000", "", 1e6, Infinity],
    ["0.5 µm", "um", 0.5, Infinity],
    ["0,5 um", "um", 0.5, Infinity],
    ["325nm", "um", 0.325, Infinity],
    ["500 Å", "um", 0.05, Infinity],
    ["1–10 GB", "bytes", 1e9, 1e10],
    ["between 5 and 10", "", 5, 10],
    ["1e-3-1e-2", "um", 0.001, 0.01],
    ["=7", "", 7, 7],
    ["5 GB+", "bytes", 5e9, Infinity],
    ["at most 20", "", -Infinity, 20],
    ["< 2 TB", "bytes", -Infinity, 1_999_999_999_999],
    ["<100", "", -Infinity, 99],
    ["> 99.5", "", 100, Infinity],
  ];

  for (const [text, unit, from, to] of written) {
    assert.deepEqual(readFields([text, ""], null, unit), { limits: [from, to] }, text);
  }
});

test("a plain number limits the side of its field, a sign its own", () => {
  assert.deepEqual(readFields(["", "5 GB"], null, "bytes").limits, [-Infinity, 5e9]);
  assert.deepEqual(readFields(["< 5", "9"], null, "").limits, [-Infinity, 4]);
  assert.deepEqual(readFields(["1..2", "1"], null, "").limits, [1, 2]);
  assert.equal(readFields([" ", ""], [1, 2], "").limits, null);
});

test("what is not understood is answered in words", () => {
  for (const text of ["five", "-5", "5 bananas", "5 µm", "1e400", "1,000,5", "<5<", "0x10", "NaN", "٣ GB"]) {
    const { problem, fields } = /** @type {any} */ (readFields(["", text], null, "bytes"));

    assert.ok(problem.startsWith(`“${text}” is `), text);
    assert.match(problem, /write a number, such as 5 GB, < 200 MB/);
    assert.deepEqual(fields, [1]);
  }
  assert.match(
    readFields(["9 GB", "1 GB"], null, "bytes").problem ?? "",
    /lower limit, 9 GB, is above the upper one, 1 GB/,
  );
  assert.ok((readFields(["x".repeat(10_000), ""], null, "").problem ?? "").length < 120);
});

test("a small size without a unit is asked for one", () => {
  for (const text of ["5", "< 5", "1–10", "1 to 10", "999", "5+"]) {
    const { problem, fields } = /** @type {any} */ (readFields([text, ""], null, "bytes"));

    assert.equal(problem, `“${text}” has no unit: write one, such as 5 GB, < 200 MB or 1–10 GB.`);
    assert.deepEqual(fields, [0]);
  }
  assert.deepEqual(readFields(["0", "999 B"], null, "bytes").limits, [0, 999]);
  assert.deepEqual(readFields(["1 k", "1000"], null, "bytes").limits, [1000, 1000]);
  assert.deepEqual(readFields(["0..5 bytes", ""], null, "bytes").limits, [0, 5]);
});

test("a text that was not changed means the limit that it shows, not a rounded one", () => {
  /** @type {import("../../assets/js/home/limits.js").Limits} */
  const limits = [0.108333333333, 1.23456789];
  const shown = /** @type {[string, string]} */ (limits.map((limit, at) => writeEnd(limit, "um", at ? 1 : -1)));

  assert.deepEqual(shown, ["108.333 nm", "1.23457 µm"]);
  assert.deepEqual(readFields(shown, limits, "um").limits, limits);
});

test("a strict limit is shown as it was written, and read back as the same", () => {
  for (const [text, unit] of [
    ["< 2 TB", "bytes"],
    ["< 500 nm", "um"],
    ["< 5 mm", "um"],
  ]) {
    const { to } = /** @type {{to: number}} */ (readLimits(text, unit));
    const limit = unit === "um" ? to : Math.floor(to);

    assert.equal(writeEnd(limit, unit, 1), text);
    assert.equal(writeLimits([-Infinity, limit], unit), text.replace("<", "below"));
  }
  assert.equal(writeEnd(Infinity, "um", 1), "");
});

test("a click on the track moves the nearer thumb, of two at one place the one that can go there", () => {
  assert.deepEqual(
    [1, 6].map((position) => thumbAt([0, 9], position)),
    [0, 1],
  );
  assert.deepEqual([thumbAt([4, 4], 7), thumbAt([4, 4], 2)], [1, 0]);
  assert.deepEqual([thumbAt([0, 0], 0), thumbAt([9, 9], 9)], [1, 0]);
});

test("bars are as high as the root of their count", () => {
  assert.deepEqual(barHeights([0, 25, 100], 32), [0, 16, 32]);
  assert.deepEqual(barHeights([0, 0], 32), [0, 0]);
});
