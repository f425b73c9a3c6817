// Words as they are searched, and what else people write for the same: plural and singular, umlauts, hyphens. Pure.

const SEPARATORS = /[-_‐‑‒–—―−]/g;
const LETTERS = { ß: "ss", ø: "o", æ: "ae", œ: "oe", ł: "l", đ: "d", ı: "i", þ: "th", ς: "σ", μ: "u" };
/** Irregular endings of singular and plural, and the begins of words that have them. */
const ENDINGS = [
  "us i nucle nucleol foc fung loc vill bronch stimul glomerul alveol sulc gyr",
  "um a bacteri myceli epitheli endotheli cili flagell cerebell sept atri ov dat",
  "on a mitochondri gangli spermatozo protozo",
  "a ae larv hyph pup alg vertebr antenn papill lamell",
  "a ata stom som",
  "is es ax test analys mitos metastas",
  "ix ices matr hel",
  "ex ices cort vert ind ap",
  "af aves le",
  "oot eet f",
  "ooth eeth t",
  "an en m wom",
];
const IRREGULAR = [
  ["mouse", "mice"],
  ["child", "children"],
  ["lens", "lenses"],
  ["genus", "genera"],
  ["mitochondrium", "mitochondria"],
  ["protozoan", "protozoa"],
];

/** @returns {Map<string, string[]>} plurals by singular, and the other way round */
function makeOtherNumbers() {
  const pairs = ENDINGS.flatMap((group) => {
    const [one, several, ...begins] = group.split(" ");
    return begins.map((begin) => [begin + one, begin + several]);
  });
  const others = new Map();
  for (const [one, several] of [...IRREGULAR, ...pairs]) {
    others.set(one, [several]);
    others.set(several, [...(others.get(several) ?? []), one]);
    others.set(`${several}s`, [one]); // as learners write it
  }
  return others;
}

/** Pure, so that pages that only fold words leave it out. */
const OTHER_NUMBER = /* @__PURE__ */ makeOtherNumbers();
/** What ends as a plural and is none, or has no other singular. */
const NO_PLURAL = /* @__PURE__ */ new Set(
  "atlas bias biceps caries chaos diabetes elegans forceps herpes pancreas rabies sapiens scabies series species".split(
    " ",
  ),
);

/** British and American spelling, of which each stands for the other, in words that begin so or anywhere (`*`). */
const SPELLINGS = (
  "colour/color tumour/tumor *behaviour/*behavior *fibre/*fiber *centre/*center *metre/*meter *litre/*liter " +
  "labell/label modell/model signall/signal channell/channel oestr/estr oedema/edema oesoph/esoph foet/fet haem/hem " +
  "*aemia/*emia paed/ped aetiol/etiol caesium/cesium sulph/sulf alumini/alumin mould/mold grey/gray ageing/aging " +
  "programme/program *disc/*disk catalogue/catalog analogue/analog faec/fec palaeo/paleo *isation/*ization " +
  "*analyse/*analyze *organise/*organize *localise/*localize *visualise/*visualize *characterise/*characterize"
)
  .split(" ")
  .map((pair) => pair.split("/"));

/** Return a text without signs that nobody sees: soft hyphens, spaces without width, marks of direction. */
export const withoutInvisible = (/** @type {string} */ text) => text.replace(/\p{Cf}/gu, "");

/**
 * Return the text as it is searched: lower case, without accents, on one line; as `columns.fold` does.
 * @param {string} text
 */
export function fold(text) {
  const lower = withoutInvisible(text).normalize("NFKD").toLowerCase();
  return lower
    .replace(/[ßøæœłđıþςμ]/g, (letter) => LETTERS[/** @type {keyof typeof LETTERS} */ (letter)])
    .replace(/[\p{M}\p{Cs}]/gu, "")
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim();
}

/**
 * Return the folded text with a space for each hyphen and underscore, without apostrophes; as `columns.plain` does.
 * @param {string} text
 */
export const plain = (text) => fold(text).replace(SEPARATORS, " ").replace(/['’ʼ]/g, "");

/**
 * A piece of text to look for. `bound`: 0 anywhere, 1 where a word begins, 2 as a whole word; `near`: a part of it that
 * was looked for before, so that what may have it is known; `pattern`: of which it is the longest piece, and which a
 * text must fit.
 * @typedef {{text: string, bound: 0 | 1 | 2, near?: string, pattern?: RegExp}} Literal
 */

/**
 * Return what else is written for a word, or for words with spaces between; the word itself is not among it.
 * @param {string} word plain
 * @returns {Literal[]}
 */
export function variantsOf(word) {
  /** @type {Map<string, 0 | 1 | 2>} */
  const found = new Map();
  const add = (/** @type {string} */ text, /** @type {0 | 1 | 2} */ bound) => {
    if (text && text !== word && !found.has(text)) found.set(text, bound);
  };
  const joined = word.replaceAll(" ", "");
  if (joined !== word && joined.length > 2) add(joined, 0);
  for (const spelling of new Set([word, joined])) {
    for (const other of otherNumbers(spelling)) add(other, 2);
    for (const other of otherSpellings(spelling)) add(other, other.length < 5 ? 1 : 0);
    for (const other of otherUmlauts(spelling)) add(other, other.length < 5 ? 2 : 1);
  }
  if (joined === word && isSplit(word)) {
    for (const spelling of [word, ...otherNumbers(word)]) {
      for (let at = 1; at < spelling.length; at++) add(`${spelling.slice(0, at)} ${spelling.slice(at)}`, 2);
    }
  }
  return [...found].map(([text, bound]) => ({ text, bound }));
}

/**
 * Whether a word may have been written with a space or hyphen: letters, then perhaps digits (`MCF7`).
 * @param {string} word
 */
const isSplit = (word) => /^(?:\p{L}{5,40}|(?=.{4,40}$)\p{L}+[0-9]+)$/u.test(word);

/** Return a text as it is with any other numbers: `12 bit` is as `16 bit`. @param {string} text */
export const formOf = (text) => text.replace(/\d+/g, "0");

/**
 * Return the plurals and singulars of the last word.
 * @param {string} words
 * @returns {string[]}
 */
export function otherNumbers(words) {
  const at = words.lastIndexOf(" ") + 1;
  const before = words.slice(0, at);
  const word = words.slice(at);
  if (!/^\p{L}{3,}$/u.test(word)) return [];
  const others = OTHER_NUMBER.get(word) ?? [...singulars(word), ...plurals(word)];
  return others.map((other) => before + other);
}

/** @param {string} word */
function singulars(word) {
  if (word.length < 4 || /(?:ss|us|is)$/.test(word) || !word.endsWith("s") || NO_PLURAL.has(word)) return [];
  if (word.endsWith("ies")) return [`${word.slice(0, -3)}y`, word.slice(0, -1)];
  if (/(?:ch|sh|x|z|ss|us|..o)es$/.test(word)) return [word.slice(0, -2), word.slice(0, -1)];
  return [word.slice(0, -1)];
}

/** Only those that do not begin with the singular: others are found where it is. @param {string} word */
const plurals = (word) => (/[^aeiou]y$/.test(word) ? [`${word.slice(0, -1)}ies`] : []);

/**
 * Return the word with `ae`, `oe`, `ue` for `a`, `o`, `u`, and the other way round.
 * @param {string} word
 */
function otherUmlauts(word) {
  if (!/^[\p{L} ]{4,40}$/u.test(word)) return [];
  const others = [word.replace(/([aou])e/g, "$1")];
  for (let at = 0; at < word.length; at++) {
    if ("aou".includes(word[at]) && word[at + 1] !== "e") others.push(`${word.slice(0, at + 1)}e${word.slice(at + 1)}`);
  }
  return others;
}

/** Return the British spelling of an American word, and the other way round. @param {string} word */
function otherSpellings(word) {
  const pairs = SPELLINGS.flatMap(([one, other]) => [
    [one, other],
    [other, one],
  ]);
  return pairs.flatMap(([from, to]) => {
    const [piece, by] = [from.replace("*", ""), to.replace("*", "")];
    const at = from !== piece ? word.indexOf(piece) : word.startsWith(piece) ? 0 : -1;
    const isOwn = at >= 0 && !(by.startsWith(piece) && word.startsWith(by, at));
    return isOwn ? [word.slice(0, at) + by + word.slice(at + piece.length)] : [];
  });
}

const LETTER = /\p{L}/u;
const DIGIT = /\p{N}/u;

/** Return the class of a character: 1 a letter, 2 a digit, 0 what is between words. @param {string | undefined} sign */
function classOf(sign) {
  if (!sign) return 0;
  const code = sign.charCodeAt(0);
  if (code < 128) return (code > 96 && code < 123) || (code > 64 && code < 91) ? 1 : code > 47 && code < 58 ? 2 : 0;
  return LETTER.test(sign) ? 1 : DIGIT.test(sign) ? 2 : 0;
}

/**
 * Return whether a word begins between two characters: there is none before, or one of another class.
 * @param {string | undefined} before
 * @param {string | undefined} after
 */
export function isBorder(before, after) {
  const kind = classOf(before);
  return kind === 0 || kind !== classOf(after);
}

/**
 * Return whether two words differ by at most one typo: a letter added, lost, changed, or two swapped.
 * @param {string} one
 * @param {string} other
 */
export function isNear(one, other) {
  if (Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  const isSame = (/** @type {number} */ skipped, /** @type {number} */ left) =>
    one.length - skipped === other.length - left && one.slice(start + skipped) === other.slice(start + left);
  if (isSame(1, 1) || isSame(1, 0) || isSame(0, 1)) return true;
  return one[start] === other[start + 1] && one[start + 1] === other[start] && isSame(2, 2);
}
