// Which columns the table has, in which order and how wide. Pure functions. An address and the browser's storage hold
// them as text: keys joined by dots, each with its width in pixels behind `*` where it is not the usual one.

/** @typedef {{key: string, width: number | null}} Column `width` in pixels; null: the usual one */

/** The first column, which is always there. */
export const TITLE = "title";
const MIN_WIDTH = 48;
/** Of the title, by which rows are told from each other. */
const MIN_TITLE_WIDTH = 160;
const MAX_WIDTH = 960;

/**
 * Return columns from text; null where it names none. What is no key or no width is left out.
 * @param {string | null} text
 * @param {string[]} [keys] of all columns that there are; any others are left out, too
 * @returns {Column[] | null}
 */
export function readColumns(text, keys) {
  const found = [...(text ?? "").matchAll(/(?:^|\.)([a-z0-9_]{1,40})(?:\*(\d{1,4}))?(?=\.|$)/g)];
  /** @type {Map<string, Column>} */
  const columns = new Map();
  for (const [, key, width] of found) {
    if (!columns.has(key) && (!keys || keys.includes(key)))
      columns.set(key, { key, width: width ? limitWidth(key, Number(width)) : null });
  }
  return columns.size ? [...columns.values()] : null;
}

/** @param {Column[]} columns */
export const writeColumns = (columns) => columns.map(({ key, width }) => key + (width ? `*${width}` : "")).join(".");

/** Return the narrowest that a column may be, in pixels. @param {string} key */
export const minWidth = (key) => (key === TITLE ? MIN_TITLE_WIDTH : MIN_WIDTH);

/** @param {string} key @param {number} width */
export const limitWidth = (key, width) => Math.round(Math.min(MAX_WIDTH, Math.max(minWidth(key), width)));

/**
 * Return the columns that the table has: the title first, then those that are asked for and that there are.
 * @param {Column[]} asked
 * @param {string[]} keys of all columns
 * @returns {Column[]}
 */
export function columnsToShow(asked, keys) {
  const title = asked.find(({ key }) => key === TITLE) ?? { key: TITLE, width: null };
  return [title, ...asked.filter(({ key }) => key !== TITLE && keys.includes(key))];
}

/**
 * Return the columns with another width of one; null for the usual one.
 * @param {Column[]} columns
 * @param {string} key
 * @param {number | null} width
 */
export const withWidth = (columns, key, width) =>
  columns.map((column) =>
    column.key === key ? { key, width: width === null ? null : limitWidth(key, width) } : column,
  );

/**
 * Return the columns with one moved by a place; the same where it is at an end. The title stays the first.
 * @param {Column[]} columns
 * @param {string} key
 * @param {1 | -1} step
 */
export function withMoved(columns, key, step) {
  const from = columns.findIndex((column) => column.key === key);
  const to = from + step;
  if (from < 1 || to < 1 || to >= columns.length) return columns;
  const others = columns.filter((column) => column.key !== key);
  return [...others.slice(0, to), columns[from], ...others.slice(to)];
}
