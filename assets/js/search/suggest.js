// What a visitor may be about to type: values of facets with their counts, and names of fields. Pure functions.

import { isBorder, plain } from "./words.js";

/** @typedef {import("./files.js").Manifest} Manifest */
/** @typedef {import("./files.js").FacetSummary} FacetSummary */
/**
 * `text`: what the field holds once it is chosen; `facet` and `value`: the choice that comes with it, if the page shows
 * the facet; `count`: of datasets; null for the name of a field, which has none.
 * @typedef {{label: string, kind: string, count: number | null, text: string, facet: string, value: string}} Suggestion
 */

const MOST = 8;
const MOST_FIELDS = 3;
const MOST_WORDS = 4;
/** Facets whose values are suggested for words; all are for `field:`. */
const SUGGESTED = ["organism", "modality", "source", "list"];

/**
 * Return what the end of a text may become, the best first.
 * @param {string} typed
 * @param {Manifest} manifest
 * @returns {Suggestion[]}
 */
export function suggest(typed, manifest) {
  if (!typed.trim() || typed.length > 200 || /["“„]\S[^"”“]*$/.test(typed.replace(/"[^"]*"/g, ""))) return [];
  const asked = /(^|\s)([\p{L}_.]+):(\S*)$/u.exec(typed);
  if (asked) return suggestValues(typed, asked, manifest);
  if (/\s$/.test(typed)) return [];
  const words = typed.split(" ");
  for (let count = Math.min(MOST_WORDS, words.length); count > 0; count--) {
    const end = words.slice(-count);
    if (end[0].startsWith("-") || !end[0]) continue;
    const before = words.slice(0, -count).join(" ");
    const found = valuesLike(end.join(" "), before, manifest);
    const fields = count === 1 ? fieldsLike(end[0], before, manifest) : [];
    if (found.length + fields.length) return [...found.slice(0, MOST - fields.length), ...fields];
  }
  return [];
}

/**
 * @param {string} typed
 * @param {string[]} asked a name before a colon, and what is after it
 * @param {Manifest} manifest
 */
function suggestValues(typed, [whole, space, name, part], manifest) {
  const facet = manifest.facets.find((each) => each.asked.includes(name.toLowerCase()));
  if (!facet) return [];
  const before = typed.slice(0, typed.length - whole.length) + (space && " ");
  return rank(valuesOf(facet, plain(part), before.trimEnd())).slice(0, MOST);
}

/** @param {string} end @param {string} before @param {Manifest} manifest */
function valuesLike(end, before, manifest) {
  const looked = plain(end).trim();
  if (looked.length < 2) return [];
  const facets = manifest.facets.filter(({ key }) => SUGGESTED.includes(key));
  return rank(facets.flatMap((facet) => valuesOf(facet, looked, before)));
}

/** @typedef {Suggestion & {fit: number}} Ranked */

/**
 * Return the values of a facet that have a name with a word that begins so.
 * @param {FacetSummary} facet
 * @param {string} looked plain; empty for all
 * @param {string} before what was typed before it
 * @returns {Ranked[]}
 */
function valuesOf(facet, looked, before) {
  const own = ownNames(facet);
  return facet.values.flatMap(([value, text, count], at) => {
    const fit = Math.max(0, ...own[at].map((name) => fitOf(name, looked)));
    if (!value || !fit) return [];
    const label = text.split("\n")[0];
    const written = facet.shown ? before : `${before ? `${before} ` : ""}${facet.asked[0]}:${quote(label)}`;
    const choice = facet.shown ? { facet: facet.key, value } : { facet: "", value: "" };
    return [{ label, kind: facet.label, count, text: written, ...choice, fit }];
  });
}

/** Names of values by facet; they are the same for every key. @type {WeakMap<FacetSummary, string[][]>} */
const namesOf = new WeakMap();

/**
 * Return the names of each value that those above it don't have: who types `rodent` means all of them.
 * @param {FacetSummary} facet
 */
function ownNames(facet) {
  const known = namesOf.get(facet);
  if (known) return known;
  const names = facet.names.map((lines) => lines.split("\n"));
  const own = names.map((each, at) => {
    const above = new Set((facet.wider[at] ?? []).flatMap((wider) => names[wider]));
    return each.filter((name) => !above.has(name));
  });
  namesOf.set(facet, own);
  return own;
}

/** @param {string} name @param {string} looked */
function fitOf(name, looked) {
  if (name.startsWith(looked)) return 3;
  for (let at = name.indexOf(looked); at > 0; at = name.indexOf(looked, at + 1)) {
    if (isBorder(name[at - 1], looked[0])) return 2;
  }
  return 0;
}

/** @param {Ranked[]} found @returns {Suggestion[]} */
function rank(found) {
  found.sort((one, other) => other.fit - one.fit || (other.count ?? 0) - (one.count ?? 0));
  return found.map(({ fit: _, ...suggestion }) => suggestion);
}

/** @param {string} begun @param {string} before @param {Manifest} manifest @returns {Suggestion[]} */
function fieldsLike(begun, before, { facets, sorts }) {
  const fields = [...facets, ...sorts].flatMap(({ label, asked }) => asked.map((name) => ({ label, name })));
  const like = fields.filter(({ name }) => begun.length > 1 && name.startsWith(begun.toLowerCase()));
  return like.slice(0, MOST_FIELDS).map(({ label, name }) => ({
    label: `${name}:`,
    kind: label,
    count: null,
    text: `${before ? `${before} ` : ""}${name}:`,
    facet: "",
    value: "",
  }));
}

/** @param {string} text */
const quote = (text) => (/[\s"]/.test(text) ? `"${text.replaceAll('"', "")}"` : text);
