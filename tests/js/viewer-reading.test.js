// What the viewer reads before it asks for a chunk: axes, documents of arrays and images, the size of frames.

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import test from "node:test";
import { findAxes } from "../../assets/js/viewer/axes.js";
import { findUnknownCodecs, readArray } from "../../assets/js/viewer/arrays.js";
import { measureBlosc, measureLz4, measureZstd } from "../../assets/js/viewer/frames.js";
import { readAttributes, readImage, readPlate, readSceneImages } from "../../assets/js/viewer/metadata.js";
import { readColor, readPath } from "../../assets/js/viewer/values.js";
import { tileSide } from "../../assets/js/viewer/tiles.js";

const named = (/** @type {string} */ names) => [...names].map((name) => ({ name, type: null, unit: null }));
const v3 = { zarr_format: 3, shape: [64, 64], data_type: "uint16", codecs: [{ name: "bytes" }] };
const grid = (/** @type {unknown[]} */ chunk_shape) => ({ name: "regular", configuration: { chunk_shape } });

test("axes are found by name, whatever their order", () => {
  assert.deepEqual(findAxes(named("xyzct"), [1, 2, 3, 4, 5]), { x: 0, y: 1, z: 2, c: 3, t: 4 });
  assert.deepEqual(findAxes(null, [1, 2, 3, 4, 5]), { x: 4, y: 3, z: 2, c: 1, t: 0 });
  assert.deepEqual(findAxes(null, [90, 80, 3]), { x: 1, y: 0, z: null, c: 2, t: null });
  assert.equal(findAxes(null, [5]), null);
  assert.equal(findAxes(named("ct"), [5, 6]), null);
});

test("arrays of both formats are read", () => {
  const v2 = { zarr_format: 2, shape: [9, 9], chunks: [3, 3], dtype: ">u2", fill_value: 7 };

  assert.deepEqual(readArray(v2), {
    shape: [9, 9],
    chunks: [3, 3],
    dtype: "uint16",
    itemBytes: 2,
    shardBytes: 0,
    codecs: [],
    fill: 7,
  });
  assert.equal(readArray({ ...v3, chunk_grid: grid([32, 32]) }).chunks[0], 32);
});

test("a chunk is refused by its size in the metadata", () => {
  assert.throws(() => readArray({ ...v3, chunk_grid: grid([30_000, 30_000]) }), /unpacks to 1.8 GB/);
  assert.throws(() => readArray({ ...v3, chunk_grid: grid([1e300, 2]) }), /has no shape/);
  assert.throws(() => readArray({ ...v3, chunk_grid: grid(["2", 2]) }), /has no shape/);
  assert.throws(() => readArray({ ...v3, data_type: { name: "struct" }, chunk_grid: grid([2, 2]) }), /cannot be drawn/);
});

test("codecs that are not decoded are named, inside of shards, too", () => {
  const inner = [{ name: "bytes" }, { name: "zfpy" }];
  const codecs = [{ name: "sharding_indexed", configuration: { codecs: inner, index_codecs: [{ name: "crc32c" }] } }];

  assert.deepEqual(findUnknownCodecs({ zarr_format: 3, codecs }, new Set(["bytes", "crc32c"])), ["zfpy"]);
  assert.deepEqual(findUnknownCodecs({ zarr_format: 2, compressor: { id: "bz2" }, filters: null }, new Set()), ["bz2"]);
});

test("images of 0.6 have the axes of the system to which their levels map", () => {
  const axes = (/** @type {string} */ names) => [...names].map((name) => ({ name, type: "space" }));
  const level = { path: "0", coordinateTransformations: [{ type: "scale", scale: [2, 3], output: { name: "b" } }] };
  const systems = [
    { name: "a", axes: axes("uv") },
    { name: "b", axes: axes("yx") },
  ];
  const read = readImage({ multiscales: [{ coordinateSystems: systems, datasets: [level] }] });

  assert.deepEqual(
    read?.axes?.map(({ name }) => name),
    ["y", "x"],
  );
  assert.deepEqual(read?.datasets, [{ path: "0", scale: [2, 3] }]);
});

test("documents of strangers give what can be read of them", () => {
  for (const value of [null, 1, "a", [], { multiscales: 5 }, { multiscales: [null] }]) {
    assert.doesNotThrow(() => readImage(readAttributes(value)));
    assert.doesNotThrow(() => readPlate(readAttributes(value)));
    assert.doesNotThrow(() => readSceneImages(readAttributes(value)));
  }
});

test("paths and colors are read as the catalog reads them", () => {
  assert.deepEqual(["a/./b/", "../a", "https://a/b", "a?b", ""].map(readPath), ["a/b", null, null, null, null]);
  assert.deepEqual(["#0f8", "00ff88FF", "red", null].map(readColor), ["00FF88", "00FF88", null, null]);
});

test("the size of a frame is known before it is unpacked", () => {
  const magic = [0x28, 0xb5, 0x2f, 0xfd];
  const block = [0x03, 0x00, 0x10, 0]; // the last one: a byte, repeated 131,072 times
  assert.equal(measureZstd(Uint8Array.of(...magic, 0xa0, 0, 0, 0, 64, ...block)), 2 ** 30);
  assert.equal(measureZstd(Uint8Array.of(...magic, 0x00, 0, ...block)), 2 ** 17);
  assert.equal(measureLz4(Uint8Array.of(0, 0, 0, 64, 1)), 2 ** 30);
  assert.throws(() => measureBlosc(Uint8Array.of(2, 1)), /cut short/);
  assert.throws(() => measureZstd(gzipSync("a")), /not valid/);
  assert.throws(() => measureZstd(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20)), /cut short/);
});

test("tiles are whole chunks, or equal parts of one", () => {
  assert.deepEqual([32, 200, 512, 1024, 1500].map(tileSide), [512, 400, 512, 512, 500]);
});
