// @ts-check
// The figures of the last builds, as `history.json` has them, and how they read.

import { writeCount, writeDay } from "./writing.js";

/**
 * @typedef {object} Build
 * @property {Date} date
 * @property {Record<string, number>} figures
 * @property {Map<string, number>} times host → milliseconds
 */

const KEYS = ["datasets", "ok", "valid", "bytes", "errors", "warnings", "score"];
const WAIT_MS = 20_000;

/**
 * Return the builds, oldest first; null where the file cannot be read. What is no number is left out.
 * @param {string} address
 * @returns {Promise<Build[] | null>}
 */
export async function readBuilds(address) {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(WAIT_MS) });
    const { builds } = await answer.json();
    return builds.map(readBuild).filter((/** @type {Build} */ { date }) => !Number.isNaN(date.getTime()));
  } catch {
    return null; // the page says so, and has a table of its own
  }
}

/** @param {Record<string, unknown>} build @returns {Build} */
function readBuild(build) {
  const times = Object.entries(build.median_ms ?? {}).filter(([, time]) => Number.isFinite(time) && time >= 0);
  return {
    date: new Date(String(build.built_at)),
    figures: Object.fromEntries(
      KEYS.flatMap((key) => (Number.isFinite(build[key]) ? [[key, Number(build[key])]] : [])),
    ),
    times: new Map(times),
  };
}

/**
 * Return builds of which each found other figures than the build before it, with what holds in between: until the next
 * of them, and until the last build of the site.
 * @param {Build[]} builds
 * @param {string} address of build.json
 * @returns {Promise<Build[]>}
 */
export async function holdBetween(builds, address) {
  const steps = builds.flatMap((build, at) => (at ? [{ ...builds[at - 1], date: build.date }, build] : [build]));
  const last = steps.at(-1);
  try {
    const { built_at } = await (await fetch(address, { signal: AbortSignal.timeout(WAIT_MS) })).json();
    const date = new Date(String(built_at));
    return last && date > last.date ? [...steps, { ...last, date }] : steps;
  } catch {
    return steps;
  }
}

/** Return a day as pages write it: `22 Nov 2026`. @param {Date} date */
export const writeDate = (date) => writeDay(date, 3);

/** Return milliseconds in words. @param {number} time */
export const writeTime = (time) => `${writeCount(Math.round(time))} ms`;
