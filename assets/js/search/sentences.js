// What the words of a sentence mean where they are no names: orders (`largest`, `most channels`), what is not stated
// (`no license`), exclusions (`not`, `except`), and words that mean nothing beside others. Pure functions.

/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {{key: string, isLargestFirst: boolean}} Order */

const THINGS = "(?:data|datasets?|images?|plates?|files?|volumes?|stacks?)(?![\\p{L}\\p{N}])";
/** These, or a few words before: `large mouse datasets`, not `small molecules in plates`. */
const NEAR_THINGS = `(?:(?!with|in|of|from|and|or)\\p{L}+ ){0,3}${THINGS}`;
const MOST =
  "(?:most|(?:very )?many|(?:a )?lots? of|max(?:imum)?|(?:largest|biggest|highest|greatest|maximum) number of)";
const FEWEST = "(?:fewest|least|(?:smallest|lowest|minimum) number of)";
/** What is most or least, as orders call it, the longest words first. @type {[words: string, key: string][]} */
const ORDERS = [
  ["(?:high(?:est)?|best|finest)[ -]resolution|(?:smallest|finest) (?:pixels?|voxels?)(?: sizes?)?", "pixel"],
  ["(?:low(?:est)?|worst|coarsest)[ -]resolution|(?:largest|biggest|coarsest) (?:pixels?|voxels?) sizes?", "-pixel"],
  [`${MOST} channels`, "-channels"],
  [`${FEWEST} channels`, "channels"],
  [`${MOST} (?:time[ -]?points|frames)|longest`, "-t"],
  [`${FEWEST} (?:time[ -]?points|frames)|shortest`, "t"],
  [`${MOST} (?:z[ -]?)?(?:slices|planes)|deepest|thickest`, "-z"],
  [`${MOST} wells`, "-wells"],
  [`${MOST} (?:images|fields of view)`, "-images"],
  ["most pixels|(?:largest|biggest) (?:images? |datasets? )?by (?:number of )?pixels", "-pixel_count"],
  ["most (?:resolution |pyramid )?(?:levels|resolutions)", "-levels"],
  ["(?:largest|biggest|widest) (?:fields? of view|fov|(?:physical )?(?:extent|area|sample))", "-extent"],
  ["(?:very )?long(?=[ -](?:time|movie|video|recording|film|live|sequence))", "-t"],
  ["(?:very )?short(?=[ -](?:time|movie|video|recording|film|live|sequence))", "t"],
  ["(?:very )?(?:thick|deep)(?=[ -](?:z[ -])?(?:stack|volume|section|slice|tissue|image))", "-z"],
  ["widest", "-x"],
  ["tallest", "-y"],
  ["(?:largest|biggest|heaviest)(?: files?)?(?: in size| by size)?", "-bytes"],
  [`(?:very )?(?:large|big|huge|giant|massive|heavy)(?= ${NEAR_THINGS})`, "-bytes"],
  [`(?:very )?(?:small|tiny|little|light ?weight)(?= ${NEAR_THINGS})`, "bytes"],
  ["(?:smallest|tiniest)(?: files?)?(?: in size| by size)?", "bytes"],
  [
    `newest|latest|(?:most )?recent(?:ly (?:added|uploaded)| (?:uploads|additions))?|` +
      `(?:last|newly) added|added recently|new(?= ${THINGS})`,
    "-added_at",
  ],
  ["oldest|first added", "added_at"],
  [
    "(?:in )?random(?:ly)?(?: order)?(?! (?:forests?|walks?|access|numbers?|sampl|mutagen))|" +
      "at random|surprise(?: me)?|" +
      "shuffled?",
    "random",
  ],
  ["(?:in )?alphabetical(?:ly)?(?: order)?|a ?[-–] ?z(?=$|[\\s,;])", "title"],
];
const BEFORE = "(?:with )?(?:the )?(?:(?:top )?(?:\\d{1,4}|two|three|four|five|six|seven|eight|nine|ten) )?(?:the )?";
const PATTERNS = ORDERS.map(([words, key]) => ({
  pattern: new RegExp(`^${BEFORE}(?:${words})(?: first)?(?![\\p{L}\\p{N}])`, "iu"),
  key,
}));
/** What people call what results are sorted by, besides the names of fields. @type {Record<string, string>} */
const SORTED_BY = {
  name: "title",
  names: "title",
  date: "added_at",
  age: "added_at",
  resolution: "pixel",
  "time points": "t",
  timepoints: "t",
  frames: "t",
  "resolution levels": "levels",
  resolutions: "levels",
};
const SORTED = new RegExp(
  "^(?:(?:sort(?:ed)?|order(?:ed)?|arranged)(?: by|:)|by(?= (?:size|name|date|title)(?:$|,| (?:a|de)sc))) " +
    "(?:the )?(?:number of |file )?([\\p{L}_]+(?: (?:size|points|levels))?)" +
    "(?:,? (asc(?:ending)?|desc(?:ending)?|(?:largest|biggest|most|highest|smallest|fewest|lowest) first))?" +
    "(?![\\p{L}\\p{N}])",
  "iu",
);
const FIRST_WORDS = /^[\p{L}\d]/u;
const WHAT = /^(?:i|it|that|there|what|where|who)['’](?:d|m|s|ve)\s+(?=\S)/iu;
const FIRST = new RegExp(
  "^(?:(?:the )?(?:top|first|best)\\s+\\d{1,4}\\s+(?=\\p{L})|(?:(?:show|give)(?: me)? )?\\d{1,4}\\s+" +
    "(?:examples?|datasets|(?:images|pictures)\\s+(?:of|from|showing))\\s+(?=\\S))",
  "iu",
);
const HOW = new RegExp(
  "^(?:(?:tell|show) me )?how " +
    "(?:many\\s+(?=\\S)|(?:big|large|small|heavy|long|wide|deep|high|tall)\\s+(?:is|are)\\s+(?=\\S))",
  "iu",
);

/** Return how long the words are by which a text asks what there is, some of it, or how large it is. */
export const lengthOfAsking = (/** @type {string} */ text) =>
  [HOW, WHAT, FIRST].map((pattern) => pattern.exec(text)?.[0].length ?? 0).reduce((one, other) => one || other);

/**
 * Return the order that a text begins with; null where it begins with none that the catalog has.
 * @param {string} text
 * @param {Grammar} grammar
 * @returns {(Order & {length: number}) | null}
 */
export function readOrder(text, { orders }) {
  if (!FIRST_WORDS.test(text)) return null;
  for (const { pattern, key } of PATTERNS) {
    const found = pattern.exec(text);
    if (!found) continue;
    const name = key.replace("-", "");
    return orders.has(name) ? { key: name, isLargestFirst: key !== name, length: found[0].length } : null;
  }
  const sorted = SORTED.exec(text);
  const name = sorted?.[1].toLowerCase() ?? "";
  const key = sorted && (orders.get(name) ?? orders.get(SORTED_BY[name] ?? ""));
  return sorted && key
    ? { key, isLargestFirst: /^(?:desc|largest|biggest|most|highest)/i.test(sorted[2] ?? ""), length: sorted[0].length }
    : null;
}

/** Return the words of a text that name an order that this catalog cannot have, as no dataset states it. */
export function readMissingOrder(/** @type {string} */ text, /** @type {Grammar} */ { orders }) {
  const found = PATTERNS.find(({ pattern }) => pattern.test(text));
  if (found) return orders.has(found.key.replace("-", "")) ? "" : (found.pattern.exec(text)?.[0] ?? "");
  const sorted = SORTED.exec(text);
  const name = SORTED_BY[sorted?.[1].toLowerCase() ?? ""];
  return sorted && name && !orders.has(name) ? sorted[0] : "";
}

const NO =
  "(?:no|without|w/o|lacking|(?:do|does)(?: not|n['’]?t) (?:have|state)|not having|not (?:stated|known)|" +
  "missing|unknown|unstated|unspecified|undefined)\\s+" +
  "(?:(?:an?|any|the|known|stated)\\s+)?";
const UNSTATED = "\\s+(?:is\\s+)?(?:not\\s+(?:stated|known|given|specified)|unknown|missing|unstated|unspecified)";
const UNLICENSED = /^unlicen[sc]ed(?![\p{L}\p{N}])/iu;

/**
 * Return the field that a text begins with, and of which it says that it is not stated; null where it says it of none.
 * @param {string} text
 * @param {Grammar} grammar
 * @returns {{name: string, length: number} | null}
 */
export function readUnstated(text, grammar) {
  const unlicensed = UNLICENSED.exec(text);
  if (unlicensed) return { name: "license", length: unlicensed[0].length };
  const found = grammar.unstated.exec(text);
  const name = (found?.[1] ?? found?.[2])?.toLowerCase();
  const key = grammar.values.get(found?.[2]?.toLowerCase() ?? "")?.key ?? "";
  const isValue = found && grammar.named.get(key)?.has(/\p{L}+$/u.exec(found[0])?.[0].toLowerCase() ?? "");
  return found && name && !isValue ? { name, length: found[0].length } : null;
}

/**
 * Return the pattern of what says that a field is not stated.
 * @param {Iterable<string>} names of fields
 */
export function makeUnstated(names) {
  const all = [...names].sort((one, other) => other.length - one.length).join("|");
  return new RegExp(
    `^(?:${NO}(${all})(?:\\s+(?:information|stated|known|given|specified))?|(${all})${UNSTATED})(?![\\p{L}\\p{N}:])`,
    "iu",
  );
}

/** What says in words that metadata are valid or not. @type {[words: string, value: string][]} */
const VALIDITIES = [
  [
    "(?:not|non)[ -](?:valid|compliant|conforming)(?: metadata)?|invalid(?: metadata)?(?: only)?|" +
      "fail(?:s|ed|ing)? (?:the )?validation|(?:with|has|have|having) (?:metadata )?(?:errors|problems)",
    "no",
  ],
  [
    "(?:only )?valid(?: metadata)?(?: only)?|(?:metadata )?error[- ]free|compliant|" +
      "pass(?:es|ed|ing)? (?:the )?validation|" +
      "(?:without|no|free of)(?: any)? (?:metadata )?(?:errors|problems)",
    "yes",
  ],
];
const VALIDITY = VALIDITIES.map(([words, value]) => ({
  pattern: new RegExp(`^(?:${words})(?![\\p{L}\\p{N}_]|-\\p{L}|\\s?[:<>=≤≥])`, "iu"),
  value,
}));

/**
 * Return whether metadata are valid, as a text begins; null where it says nothing of it, or the catalog does not.
 * @param {string} text
 * @param {Grammar} grammar
 */
export function readValidity(text, { values }) {
  const field = values.get("valid");
  const said = field && VALIDITY.find(({ pattern }) => pattern.test(text));
  return said ? { field, value: said.value, length: said.pattern.exec(text)?.[0].length ?? 0 } : null;
}

/**
 * Return the field that a text begins with, and of which it says that it is stated: `with license`, if nothing follows
 * that it may have; null where it says it of none. Values that are called so, such as `labels`, are meant themselves.
 * @param {string} text
 * @param {Grammar} grammar
 * @returns {{name: string, length: number} | null}
 */
export function readStated(text, grammar) {
  const found = grammar.stated.exec(text);
  const name = found?.[1].toLowerCase() ?? "";
  return found && !grammar.valuesOf.has(name) ? { name, length: found[0].length } : null;
}

/**
 * Return the pattern of what says that a field is stated.
 * @param {Iterable<string>} names of fields
 */
export function makeStated(names) {
  const all = [...names].sort((one, other) => other.length - one.length).join("|");
  const said = "(?:stated|known|given|specified|information)";
  return new RegExp(
    `^(?:with|has|have|having)\\s+(?:(?:an?|any|the|known|stated)\\s+)?(${all})` +
      `(?:\\s+${said}|(?=[,;.!?)]*(?:$|\\s+(?:and|or|but)\\s)))(?![\\p{L}\\p{N}:])`,
    "iu",
  );
}

const AHEAD = '[\\p{L}"“„«(]';
/** `not` alone is a word of titles. */
const NOT_SHOWN =
  "(?:(?:please )?(?:do(?:es)? not|do(?:es)?n['’]?t|never|no need to)\\s+" +
  "(?:show|want|include|need|like|display|list|give|have|contain|use|come|care(?: for| about)?)|" +
  "(?:that |which |who )?(?:is|are|was|were)(?:\\s+not|n['’]?t)|" +
  "not\\s+(?:interested in|having|containing|including|with)|" +
  "lacking|hide|hiding|skip|omit|ignor(?:e|ing)|leav(?:e|ing) out|filter out|minus|w/o)(?:\\s+(?:me|any))*";
const NOT = new RegExp(
  "^(?:(?:without|(?:but|and)\\s+(?:not|no|without))\\s+(?=\\S)|" +
    `(?:${NOT_SHOWN}|not|(?:all\\s+)?except(?:ing|\\s+for)?|excluding|exclude|neither|` +
    "(?:all|anything|everything)\\s+but|other\\s+than|apart\\s+from|rather\\s+than|instead\\s+of):?" +
    `\\s+(?=[<>≤≥]?\\d|${AHEAD})|` +
    'no\\s+(?!derivative)(?=\\p{L}{2}|["“„«(]))',
  "iu",
);
/** What may stand between what excludes and what is excluded. */
const ARTICLES = new RegExp(
  "^(?:(?:an?|any|the|all|from|in|by|of|with|" +
    "(?:data|datasets?|images?)\\s+(?:from|of|with|by|in|that\\s+are))\\s+(?=\\S))+",
  "iu",
);

/** Return the words that a text begins with, and that exclude what follows; else nothing. */
export function readNot(/** @type {string} */ text) {
  const not = /^NOT(?:\s+(?=\S)|$)/.exec(text)?.[0] ?? NOT.exec(text)?.[0] ?? "";
  return not && not + (ARTICLES.exec(text.slice(not.length))?.[0] ?? "");
}
