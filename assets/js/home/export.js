// What was found, as a file to take away. Pure functions from rows to text; `download` hands the text to the browser.

/** @typedef {Record<string, string | number | null>} Row */
/** @typedef {"csv" | "json" | "bff"} Format */

// BioFile Finder's own columns; whatever else a file has becomes an annotation under its own name.
// https://bff.allencell.org: "File Path" is required, "Thumbnail" is the picture that it shows.
const BFF_COLUMNS = { url: "File Path", title: "File Name", bytes: "File Size", thumbnail: "Thumbnail" };

/**
 * Return a file's text and what to call it.
 * @param {Format} format
 * @param {Row[]} rows
 * @param {string} siteUrl absolute, with its slash
 * @returns {{text: string, name: string, type: string}}
 */
export function makeFile(format, rows, siteUrl) {
  const full = rows.map((row) => withAddresses(row, siteUrl));
  if (format === "json") {
    return { text: `${JSON.stringify(full, null, 1)}\n`, name: "datasets.json", type: "application/json" };
  }
  const bff = format === "bff";
  const table = bff ? full.map(asBioFile) : full;
  // The byte order mark is how spreadsheets know UTF-8; BioFile Finder might take it for a part of "File Path".
  const text = bff ? makeCsv(table) : `\ufeff${makeCsv(table)}`;
  return { text, name: bff ? "biofile-finder.csv" : "datasets.csv", type: "text/csv" };
}

/**
 * Return the row with the addresses of its picture and page, so that it says the same wherever it is read.
 * @param {Row} row
 * @param {string} siteUrl
 * @returns {Row}
 */
function withAddresses(row, siteUrl) {
  const thumbnail = row.thumbnail ? new URL(String(row.thumbnail), siteUrl).href : null;
  return { ...row, thumbnail, page: new URL(`datasets/${row.id}/index.html`, siteUrl).href };
}

/** @param {Row} row @returns {Row} */
function asBioFile(row) {
  const { url, title, bytes, thumbnail, id, name, organism_label, modality_label, ...others } = row;
  const main = { [BFF_COLUMNS.url]: url, [BFF_COLUMNS.title]: title, [BFF_COLUMNS.bytes]: bytes };
  const words = { ...others, organism: organism_label ?? others.organism, modality: modality_label ?? others.modality };
  return { ...main, [BFF_COLUMNS.thumbnail]: thumbnail, ...words };
}

/**
 * Return rows as CSV (RFC 4180).
 * @param {Row[]} rows all with the same keys
 */
export function makeCsv(rows) {
  const head = Object.keys(rows[0] ?? {});
  const lines = [head, ...rows.map((row) => head.map((key) => row[key]))];
  return `${lines.map((line) => line.map(makeCell).join(",")).join("\r\n")}\r\n`;
}

/**
 * Return a cell. Text that a spreadsheet would take for a formula gets a quote before it: strangers wrote it.
 * @param {string | number | null | undefined} value
 */
export function makeCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = /^\s*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * @param {{text: string, name: string, type: string}} file
 */
export function download({ text, name, type }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
