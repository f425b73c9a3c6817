// The state of the viewer in an address: it comes back as it was written, and nothing that strangers write is unbounded.

import assert from "node:assert/strict";
import test from "node:test";
import { readState, writeState } from "../../assets/js/viewer/state.js";

const STATE = {
  image: "B/5/0",
  z: 3,
  t: 7,
  view: { x: 12.5, y: 300, zoom: 0.25 },
  channels: [
    { c: 0, color: "FF8800", low: 10, high: 150.5 },
    { c: 2, color: "00FF00", low: null, high: null },
  ],
  labels: "nuclei/0",
  opacity: 40,
};

test("a state comes back as it was written", () => {
  assert.deepEqual(readState(`#${writeState(STATE)}`), STATE);
});

test("an address without the key, or a very long one, opens nothing", () => {
  for (const fragment of ["", "#", "#x=1", `#look=${"a".repeat(5000)}`]) assert.equal(readState(fragment), null);
});

test("what makes no sense is left out", () => {
  const read = readState(
    "#look=../../etc&z=-1&t=1e9&x=NaN&y=1&zoom=0&opacity=900&labels=..&c=a:b,1:FFF:9:1,2::1e999:3",
  );

  assert.deepEqual(read, {
    image: "",
    z: null,
    t: null,
    view: null,
    channels: [
      { c: 1, color: null, low: null, high: null },
      { c: 2, color: null, low: null, high: null },
    ],
    labels: null,
    opacity: 100,
  });
});

test("a path never leads to another host", () => {
  for (const path of ["https://evil.example/a", "//evil.example/../..", "a?b", "a%23b", "a\\b"]) {
    assert.ok(!/[:?#\\]/.test(readState(`#look=${path}`)?.image ?? ""));
  }
});

test("no more channels are read than can be drawn", () => {
  const many = Array.from({ length: 900 }, (_, c) => `${c}:FFFFFF:0:1`)
    .join(",")
    .slice(0, 3900);

  assert.ok((readState(`#look=&c=${many}`)?.channels?.length ?? 0) <= 64);
});
