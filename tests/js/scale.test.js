import assert from "node:assert/strict";
import { test } from "node:test";

import {
  barLength,
  enlargement,
  partsOfSpace,
  physicalWidth,
  writeLength,
  writePixelSize,
} from "../../assets/js/compare/scale.js";

const UNITS = { micrometer: 1e-6, nanometer: 1e-9 };
const WIDE = { path: "a", width: 200, height: 100 };
const TALL = { path: "b", width: 100, height: 200 };

test("a picture is as wide as its pixels", () => {
  assert.equal(physicalWidth(WIDE, { pixel_size: 0.5, unit: "micrometer" }, UNITS)?.toPrecision(3), "0.000100");
});

test("what is no length is not known", () => {
  const sizes = [null, NaN, -1, 0, Infinity, "x"];
  for (const pixel_size of sizes) assert.equal(physicalWidth(WIDE, { pixel_size, unit: "micrometer" }, UNITS), null);
  for (const unit of [null, "pixel", "__proto__", "toString"]) {
    assert.equal(physicalWidth(WIDE, { pixel_size: 1, unit }, UNITS), null);
  }
  assert.equal(physicalWidth(WIDE, null, UNITS), null);
});

test("pictures have the same scale, and the largest fits both ways", () => {
  const parts = partsOfSpace(
    [
      { picture: WIDE, width: 100e-6 },
      { picture: TALL, width: 100e-6 },
      { picture: WIDE, width: 20e-6 },
      { picture: WIDE, width: null },
    ],
    true,
  );

  assert.deepEqual(
    parts.map((each) => Number(each.toFixed(6))),
    [0.5, 0.5, 0.1, 1],
  );
});

test("a picture that would be a stamp is enlarged by a round number", () => {
  const wide = { picture: WIDE, width: 1 };
  const factors = [1, 0.2, 0.19, 0.09, 0.03, 0.0001].map((share) => enlargement(wide, share));

  assert.deepEqual(factors, [1, 1, 2, 5, 10, 2000]);
  assert.equal(enlargement({ picture: TALL, width: 1 }, 0.1), 1);
  for (const share of [0, NaN]) assert.equal(enlargement(wide, share), 1);
});

test("each fills its space where the scale does not matter", () => {
  const sized = [
    { picture: WIDE, width: 1 },
    { picture: TALL, width: null },
  ];
  assert.deepEqual(partsOfSpace(sized, false), [1, 0.5]);
});

test("bars are round, lengths are in words", () => {
  assert.deepEqual([221e-6 / 4, 10e-6, 9.9e-6].map(barLength).map(writeLength), ["50 µm", "10 µm", "5 µm"]);
  assert.deepEqual([1.33e-3, 999.9e-9, 2.5e-15, 1234567].map(writeLength), [
    "1.33 mm",
    "1 µm",
    "0.0025 pm",
    "1,230 km",
  ]);
});

test("a pixel is as large as the full resolution says", () => {
  const axes = ["t", "z", "Y", "x"].map((name) => ({ name, unit: name === "t" ? "second" : "micrometer" }));
  const plane = (/** @type {any} */ record) => writePixelSize(record, ["x", "y"], UNITS);
  const along = (/** @type {any} */ record) => writePixelSize(record, ["z"], UNITS);
  const levels = [{ scale: [9, 2, 0.325, 0.325] }, { scale: [9, 2, 0.65, 0.65] }];
  const image = { kind: "image", axes, levels };

  assert.deepEqual([plane(image), along(image)], ["325 nm", "2 µm"]);
  assert.equal(plane({ ...image, levels: [{ scale: [9, 2, 0.5, 0.25] }] }), "250 nm × 500 nm");
  assert.deepEqual([plane({ ...image, levels: [] }), plane({ ...image, levels: [{ scale: null }] })], ["", ""]);
  for (const step of [0, -1, NaN, "x", null]) assert.equal(along({ ...image, levels: [{ scale: [9, step] }] }), "");
  for (const unit of [null, "pixel", "__proto__"]) assert.equal(along({ ...image, axes: [{ name: "z", unit }] }), "");
  assert.equal(along({ ...image, axes: axes.slice(2) }), null);
  assert.deepEqual([plane({ ...image, axes: null }), plane({ kind: "group", axes: null, levels: [] })], ["", null]);
});
