import assert from "node:assert/strict";
import { test } from "node:test";

import { writeCount, writeDay } from "../../assets/js/writing.js";

test("numbers are written as Intl writes them", () => {
  const numbers = new Intl.NumberFormat("en", { maximumFractionDigits: 12 });
  const decades = [...Array(33).keys()].map((power) => 10 ** (power - 12));
  const values = [0, 999, 1000, 15305, -15305, 1234567.89, 1 / 3, 1e-13, 0.30000000000000004, ...decades];
  for (const value of values.flatMap((each) => [each, each * 3])) {
    assert.equal(writeCount(value), numbers.format(value));
  }
});

test("days are those of UTC, whatever the machine's zone", () => {
  const long = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
  for (const month of Array(12).keys()) {
    const date = new Date(Date.UTC(2026, month, 28, 23, 59));
    assert.equal(writeDay(date), long.format(date));
  }
  assert.equal(writeDay(new Date("2026-09-01T00:00:00Z"), 3), "1 Sep 2026");
});
