// Results by study: one entry for each study among them, and one for each dataset that belongs to none. Pure functions.

/** @typedef {import("./files.js").Codes} Codes */

/**
 * A study among the results.
 * @typedef {object} StudyEntry
 * @property {string} value as addresses hold it
 * @property {string} text what it is called
 * @property {number} datasets how many of the results belong to it
 * @property {number} images how many images these hold, where known
 * @property {string[]} shared what all of them have: institution, organism, imaging method
 */

/**
 * Return the first dataset of every study, in the order of the datasets, and all datasets of each of these.
 * @param {Uint32Array} datasets
 * @param {Codes} studies the study of every dataset of the catalog; 0 for none
 * @returns {{firsts: Uint32Array, members: number[][], count: number}} `members[i]` with `firsts[i]`; `count`: of
 *   studies, without the datasets that belong to none
 */
export function groupByStudy(datasets, studies) {
  /** @type {Map<number, number[]>} */
  const groups = new Map();
  datasets.forEach((dataset) => {
    const key = studies[dataset] || -1 - dataset;
    const group = groups.get(key);
    if (group) group.push(dataset);
    else groups.set(key, [dataset]);
  });
  const members = [...groups.values()];
  const count = [...groups.keys()].filter((key) => key > 0).length;
  return { count, firsts: Uint32Array.from(members, ([first]) => first), members };
}

/**
 * Return all datasets, those of a study behind each other, studies in the order of their first; last those that belong
 * to none.
 * @param {Uint32Array} datasets
 * @param {Codes} studies the study of every dataset of the catalog; 0 for none
 * @returns {{firsts: Uint32Array, members: number[][], count: number}} `members[i]`: the datasets of the same
 *   study, for each dataset of `firsts`; `count`: of studies
 */
export function inSections(datasets, studies) {
  /** @type {Map<number, number[]>} */
  const groups = new Map();
  for (const dataset of datasets) {
    const group = groups.get(studies[dataset]);
    if (group) group.push(dataset);
    else groups.set(studies[dataset], [dataset]);
  }
  const others = groups.get(0) ?? [];
  groups.delete(0);
  const sections = [...groups.values(), others];
  return {
    count: groups.size,
    firsts: Uint32Array.from(sections.flat()),
    members: sections.flatMap((section) => section.map(() => section)),
  };
}

/**
 * Return what all datasets have in common, by facet: its text; nothing where they differ, or none is stated.
 * @param {number[]} datasets
 * @param {{codes: Codes, values: [value: string, text: string, count: number][]}[]} facets
 */
export function sharedTexts(datasets, facets) {
  return facets.flatMap(({ codes, values }) => {
    const code = codes[datasets[0]];
    return code && datasets.every((dataset) => codes[dataset] === code) ? [values[code - 1][1]] : [];
  });
}

/**
 * Return the sum of a number over datasets; what is not stated counts nothing.
 * @param {number[]} datasets
 * @param {{values: number[], codes: Codes} | null} column sorted values; code 1 is the first of them
 */
export const sumOf = (datasets, column) =>
  column ? datasets.reduce((sum, dataset) => sum + (column.values[column.codes[dataset] - 1] ?? 0), 0) : 0;
