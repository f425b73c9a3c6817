// Datasets as a file to take away. Pure functions from rows to text; `download` hands the text to the browser.
// The columns are those of `sitegen/site/exports.py`; the values are written by strangers.

import { datasetPath } from "../dataset-path.js";
import { makePython } from "./export-python.js";

/** @typedef {string | number | boolean | string[] | null | undefined} Value */
/** @typedef {Record<string, Value>} Row */
/** @typedef {"csv" | "json" | "bff" | "urls" | "python"} Format */
/** @typedef {{text: string, name: string, type: string}} ExportFile */

// The columns that BioFile Finder itself knows, `PRE_DEFINED_COLUMNS` in packages/core/services/DatabaseService of
// https://github.com/AllenInstitute/biofile-finder; any other becomes an annotation under its own name. "File Path" is
// required, "File ID" must be unique, "Thumbnail" is the address of a picture, "File Size" is in bytes, and "Uploaded"
// is `YYYY-MM-DD HH:MM:SS.Z`, with a timezone for Z.
const BIOFILE_COLUMNS = {
  "File Path": "url",
  "File ID": "id",
  "File Name": "short_title",
  "File Size": "bytes",
  Thumbnail: "thumbnail_url",
  Uploaded: "added_at",
  page_url: "page_url", // it is none of these, but comes next in `sitegen/outputs/biofile.py`
};
/** What its users do not filter by: addresses that it shows already, and what only programs need. */
const NOT_ANNOTATIONS = new Set([...Object.values(BIOFILE_COLUMNS), "thumbnail_path", "array_path", "image_path"]);

/** The byte order mark is how spreadsheets know UTF-8. BioFile Finder might take it for a part of "File Path". */
const BYTE_ORDER_MARK = "\ufeff";

/** @type {Record<Format, (rows: Row[]) => ExportFile>} */
const FILES = {
  csv: (rows) => ({ text: BYTE_ORDER_MARK + makeCsv(rows), name: "datasets.csv", type: "text/csv" }),
  json: (rows) => ({ text: `${JSON.stringify(rows, null, 1)}\n`, name: "datasets.json", type: "application/json" }),
  bff: (rows) => ({ text: makeCsv(rows.map(asBioFile)), name: "biofile-finder.csv", type: "text/csv" }),
  urls: (rows) => ({ text: rows.map(({ url }) => `${url}\n`).join(""), name: "urls.txt", type: "text/plain" }),
  python: (rows) => ({ text: makePython(rows), name: "open_datasets.py", type: "text/x-python" }),
};

/**
 * Return a file's text and what to call it.
 * @param {Format} format
 * @param {Row[]} rows
 * @param {string} siteUrl absolute, with its slash
 * @returns {ExportFile}
 */
export const makeFile = (format, rows, siteUrl) => FILES[format](rows.map((row) => withAddresses(row, siteUrl)));

/**
 * Return the row with the addresses of its picture and page, so that it says the same wherever it is read.
 * @param {Row} row
 * @param {string} siteUrl
 * @returns {Row}
 */
function withAddresses(row, siteUrl) {
  const thumbnail = row.thumbnail_path ? new URL(String(row.thumbnail_path), siteUrl).href : null;
  return { ...row, thumbnail_url: thumbnail, page_url: new URL(datasetPath(String(row.id)), siteUrl).href };
}

/** @param {Row} row @returns {Row} */
function asBioFile(row) {
  /** @type {Row} */
  const named = { ...row, short_title: row.short_title || row.title };
  const known = Object.entries(BIOFILE_COLUMNS).map(([column, key]) => [column, named[key]]);
  const others = Object.entries(row).filter(([key]) => !NOT_ANNOTATIONS.has(key));
  const cells = [...known, ...others].map(([column, value]) => [column, withMeantCommas(value)]);
  const path = typeof row.url === "string" ? row.url.replaceAll(",", "%2C") : row.url;
  return Object.fromEntries([...cells, ["File Path", path], ["Uploaded", asTimestamp(row.added_at)]]);
}

/**
 * Return a value whose only commas are those between the items of a list: BioFile Finder takes each for the end of one
 * of several values, its `LIST_DELIMITER`. `sitegen/outputs/biofile.py` does the same.
 * @param {Value} value
 */
function withMeantCommas(value) {
  const plain = (/** @type {string} */ text) => text.replace(/\s*,\s*/g, "; ");
  if (Array.isArray(value)) {
    const stated = value.filter((each) => each !== null && each !== "");
    return stated.map((each) => withoutFormula(plain(String(each)))).join(", ");
  }
  return typeof value === "string" ? plain(value) : value;
}

/** Return a time of ISO 8601 in UTC as BioFile Finder writes it. @param {Value} time */
function asTimestamp(time) {
  const parts = typeof time === "string" ? time.match(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/) : null;
  return parts ? `${parts[1]} ${parts[2]}.000+00:00` : null;
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
 * Return text that no spreadsheet takes for a formula, by a quote before it, as
 * https://owasp.org/www-community/attacks/CSV_Injection advises: strangers wrote it.
 * @param {string} text
 */
const withoutFormula = (text) => (/^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) ? `'${text}` : text);

/**
 * Return a cell; a list is joined by `; `.
 * @param {Value} value
 */
export function makeCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const safe = withoutFormula(Array.isArray(value) ? value.join("; ") : value);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {ExportFile} file */
export function download({ text, name, type }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
