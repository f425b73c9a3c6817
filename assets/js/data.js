// @ts-check
// The page of the data: sizes of files, which change when pages do not, and this site's own address in the examples.

import { sizeText } from "./build-figures.js";
import "./example-address.js";
import { giveRoles } from "./table-roles.js";

const page = document.querySelector("[data-files]");

/** @param {string} path of `data/files.json`, relative to the page */
async function showSizes(path) {
  const answer = await fetch(path).catch(() => null);
  if (!answer?.ok) return;
  /** @type {{files: {path: string, bytes: number}[]}} */
  const { files } = await answer.json();
  for (const cell of document.querySelectorAll("[data-size-of]")) {
    const [stem, ...ending] = (cell.getAttribute("data-size-of") ?? "").split(".");
    const parts = files.filter(({ path: each }) => {
      const [name, ...end] = each.split(".");
      return name.replace(/-\d{3,}$/, "") === stem && end.join() === ending.join();
    });
    const size = sizeText(parts.reduce((sum, { bytes }) => sum + bytes, 0));
    cell.textContent = parts.length > 1 ? `${size} in ${parts.length} files` : parts.length ? size : "";
  }
}

for (const table of document.querySelectorAll("table")) giveRoles(table);
if (page && /^https?:/.test(location.protocol)) showSizes(page.getAttribute("data-files") ?? "");
