// Saving datasets as a file, when the visitor asks for one.

import { find } from "./dom.js";

/** Browsers say nothing useful where a script does not load. */
const loadParts = () =>
  import("./export.js").catch(() => {
    throw new Error("A part of this page did not load. If it fails again, reload the page.");
  });

/**
 * Hand a file of the rows to the browser; say so if that fails.
 * @param {import("./export.js").Format} format
 * @param {Element} place with the menu, which is busy meanwhile
 * @param {import("./results.js").ResultMessage} message
 * @param {() => Promise<import("./export.js").Row[]>} load
 */
export async function save(format, place, message, load) {
  const menu = find(place, "export-menu");
  menu.isBusy = true;
  try {
    const [rows, { download, makeFile }] = await Promise.all([load(), loadParts()]);
    download(makeFile(format, rows, new URL(".", document.baseURI).href));
  } catch (error) {
    message.fail("Nothing was saved.", error instanceof Error ? error.message : String(error));
  } finally {
    menu.isBusy = false;
  }
}
