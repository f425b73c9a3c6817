// Numbers in words: `three`, `twenty five`, `two hundred`, `a dozen`. Pure.

const NUMBER_WORDS = new Map(
  (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen " +
    "eighteen nineteen"
  )
    .split(" ")
    .map((word, at) => [word, at]),
);
const TIES = new Map(
  "twenty thirty forty fifty sixty seventy eighty ninety".split(" ").map((word, at) => [word, 10 * (at + 2)]),
);
/** Numbers that may have `a` before them; `a` alone is one before a unit: `a terabyte`. */
export const LARGE_NUMBERS = new Map([
  ["single", 1],
  ["dozen", 12],
  ["hundred", 100],
  ["thousand", 1000],
  ["million", 1e6],
  ["half", 0.5],
  ["dual", 2],
  ["double", 2],
  ["triple", 3],
]);
export const NUMBERS = new Map([...NUMBER_WORDS, ...TIES, ...LARGE_NUMBERS, ["a", 1], ["an", 1]]);

const SMALL = [...NUMBER_WORDS.keys()].join("|");
const AND_SMALL = `[ -](?:${SMALL})(?!\\p{L})`;
/** `two`, `twenty five`, `three hundred`; `twenty-one` is no range. */
export const SMALL_COUNT =
  `(?:(?:${[...TIES.keys()].join("|")})(?:${AND_SMALL}|(?!${AND_SMALL}))|${SMALL})` +
  "(?: (?:dozen|hundred|thousand|million)(?!\\p{L}))?";
export const LARGE_COUNT = `(?:(?:an?|one) )?(?:${[...LARGE_NUMBERS.keys()].join("|")})(?: an?)?`;

/** Return a number in words: `twenty five` is 25, `three hundred` 300. @param {string} words */
export function numberOf(words) {
  const parts = words.toLowerCase().replace(/ an?$/, "").split(/[ -]/);
  return parts.reduce((sum, word) => {
    const number = NUMBERS.get(word) ?? NaN;
    return sum && LARGE_NUMBERS.has(word) ? sum * number : sum + number;
  }, 0);
}
