import assert from "node:assert/strict";
import { test } from "node:test";

import { gramsOf, intersect, readGrams } from "../../assets/js/search/grams.js";

const signsOf = (/** @type {string} */ text) => Array.from(text, (sign) => sign.codePointAt(0) ?? 0);

test("the first trigrams of a word cover all of it", () => {
  const { hashes, covering } = gramsOf(signsOf("abcdefgh"), true);

  assert.equal(hashes.length, 6);
  assert.equal(covering, 3);
  for (const [at, text] of ["abc", "def", "fgh"].entries()) {
    assert.equal(hashes[at], gramsOf(signsOf(text), true).hashes[0]);
  }
});

test("prose and addresses have trigrams of their own, as have two characters and three", () => {
  const hashes = [gramsOf(signsOf("abc"), true), gramsOf(signsOf("abc"), false), gramsOf(signsOf("ab"), true)];

  assert.equal(new Set(hashes.map((each) => each.hashes[0])).size, 3);
});

test("datasets are those of all lists, also with numbers of several bytes", () => {
  const lists = [Uint8Array.of(3, 0xac, 2, 1), Uint8Array.of(0xaf, 2, 1, 9)];

  assert.deepEqual([...intersect([lists[0]])], [3, 303, 304]);
  assert.deepEqual([...intersect(lists)], [303, 304]);
});

test("lists of a file are found by the hashes of their trigrams", () => {
  const head = new TextEncoder().encode('[["grams",3],["sizes",2],["lists",3]]\n');
  const lists = readGrams(Uint8Array.of(...head, 7, 0x80, 1, 2, 1, 5, 6, 9));

  assert.deepEqual([...(lists.get(7) ?? [])], [5, 6]);
  assert.deepEqual([...(lists.get(135) ?? [])], [9]);
});
