// @ts-check
// The figures of the last builds, as `history.json` has them, and how they read.

import { writeCount, writeDay } from "./writing.js";

/**
 * @typedef {object} Build
 * @property {Date} date
 * @property {Record<string, number>} figures
 * @property {Map<string, number>} times host → milliseconds
 */

const KEYS = ["datasets", "ok", "valid", "bytes", "errors", "warnings"];
const WAIT_MS = 20_000;

/**
 * Return the builds, oldest first; null where the file cannot be read. What is no number counts as 0.
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
    figures: Object.fromEntries(KEYS.map((key) => [key, Number.isFinite(build[key]) ? Number(build[key]) : 0])),
    times: new Map(times),
  };
}

/** Return a day as pages write it: `22 Nov 2026`. @param {Date} date */
export const writeDate = (date) => writeDay(date, 3);

/** Return milliseconds in words. @param {number} time */
export const writeTime = (time) => `${writeCount(Math.round(time))} ms`;
