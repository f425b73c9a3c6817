// @ts-check
// What the last build asked of each host, and how fast it answered: it changes with every build, so it is in
// build.json, and pages stay as they are. `data-host` names the host of a row, `data-of-host` what a cell of it shows,
// `data-bar-of-host` what a bar of it is as long as. What has nothing to show without them has `data-from-build`.

import { writeCount, writeDay } from "./writing.js";

/**
 * What build.json says of a host.
 * @typedef {{host: string, answered_at: string | null, requests: number, retries: number, bytes: number,
 *   median_ms: number | null}} HostFigures
 */

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** @param {number} bytes @returns {string} with three digits, as `formatting.size` writes it: `1.47 GB` */
export function sizeText(bytes) {
  let [value, step] = [bytes, 0];
  for (; Number(value.toPrecision(3)) >= 1000 && step < UNITS.length - 1; step += 1) value /= 1000;
  return `${Number(value.toPrecision(3))} ${UNITS[step]}`;
}

/** @type {Record<string, (host: HostFigures) => string>} key of a host's figures → how it reads */
const TEXTS = {
  answered_at: ({ answered_at: at }) => (at ? writeDay(new Date(at)) : ""),
  requests: (host) => writeCount(host.requests),
  retries: (host) => writeCount(host.retries),
  bytes: (host) => sizeText(host.bytes),
  median_ms: ({ median_ms: time }) => (time === null ? "" : `${writeCount(Math.round(time))} ms`),
};

/** @param {{hosts: HostFigures[], cache_bytes: number | null}} build */
function fill({ hosts, cache_bytes: kept }) {
  for (const each of document.querySelectorAll("[data-cache-size]")) {
    each.textContent = kept === null ? "" : `, which takes ${sizeText(kept)}`;
  }
  const known = new Map(hosts.map((host) => [host.host, host]));
  const slowest = Math.max(1, ...hosts.map((host) => host.median_ms ?? 0));
  for (const row of document.querySelectorAll("[data-host]")) {
    const host = known.get(row.getAttribute("data-host") ?? "");
    if (row.closest("[data-from-build]") && !host?.median_ms) row.remove();
    if (!host) continue;
    for (const cell of row.querySelectorAll("[data-of-host]")) {
      cell.textContent = TEXTS[cell.getAttribute("data-of-host") ?? ""]?.(host) ?? "";
    }
    for (const bar of row.querySelectorAll("[data-bar-of-host]")) {
      bar.setAttribute("width", String((100 * (host.median_ms ?? 0)) / slowest));
    }
  }
  if (hosts.every((host) => host.median_ms === null)) return; // a build that does not measure: reproducible ones
  for (const each of document.querySelectorAll("[data-from-build]")) {
    each.toggleAttribute("hidden", !each.querySelector("[data-host]")); // nothing is known of the hosts of this page
  }
}

async function load() {
  const link = document.querySelector("a[data-build]");
  if (!(link instanceof HTMLAnchorElement) || !document.querySelector("[data-host]")) return;
  const answer = await fetch(link.href).catch(() => null);
  if (answer?.ok) fill(await answer.json());
}

load();
