import assert from "node:assert/strict";
import { test } from "node:test";

import { holdBetween, readBuilds } from "../../assets/js/builds.js";

/** @param {unknown} value */
const address = (value) => `data:application/json,${encodeURIComponent(JSON.stringify(value))}`;
const FOUND = [
  { built_at: "2026-11-01T00:00:00Z", datasets: 3, ok: 3, score: 90 },
  { built_at: "2026-11-05T00:00:00Z", datasets: 3, ok: 1, score: null },
];

/** @param {string} builtAt of the last build */
async function shown(builtAt) {
  const builds = await holdBetween(
    (await readBuilds(address({ builds: FOUND }))) ?? [],
    address({ built_at: builtAt }),
  );
  return builds.map(({ date, figures }) => [date.getUTCDate(), figures.ok]);
}

test("what a build found holds until the next one, and until the last build", async () => {
  assert.deepEqual(await shown("2026-11-09T00:00:00Z"), [
    [1, 3],
    [5, 3],
    [5, 1],
    [9, 1],
  ]);
  assert.deepEqual(await shown("2026-11-05T00:00:00Z"), [
    [1, 3],
    [5, 3],
    [5, 1],
  ]);
  assert.deepEqual(await shown("never"), [
    [1, 3],
    [5, 3],
    [5, 1],
  ]);
});

test("a figure that is not stated is left out", async () => {
  const [, second] = (await readBuilds(address({ builds: FOUND }))) ?? [];
  assert.deepEqual(second.figures, { datasets: 3, ok: 1 });
  assert.equal(await readBuilds("data:text/plain,nothing"), null);
});
