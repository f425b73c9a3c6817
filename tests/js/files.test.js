import assert from "node:assert/strict";
import { test } from "node:test";

import { readCodes, readTexts, unpack } from "../../assets/js/search/files.js";

const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);

test("codes come back from byte planes", () => {
  assert.deepEqual([...readCodes(Uint8Array.of(1, 2, 0, 1), 2)], [1, 258]);
});

test("texts come back from what they share", () => {
  const pack = new Map([
    ["t.shared", Uint8Array.of(0, 2, 2)],
    ["t.rest", bytes("abc\nd\n")],
  ]);

  assert.deepEqual(readTexts(pack, "t"), ["abc", "abd", "ab"]);
});

test("a file that the host has unpacked already is taken as it is", async () => {
  assert.deepEqual(await unpack(bytes("{}")), bytes("{}"));
});
