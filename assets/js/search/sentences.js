// What the words of a sentence mean where they are no names: orders (`largest`, `most channels`), what is not stated
// (`no license`), exclusions (`not`, `except`), and words that mean nothing beside others. Pure functions.

/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {{key: string, isLargestFirst: boolean}} Order */

/** Words that alone ask for all that there is. */
export const EVERYTHING = new Set(
  (
    "all any anything data dataset datasets everything institutions licences licenses methods organisms species " +
    "studies"
  ).split(" "),
);
/** Words that mean nothing beside others. */
export const SMALL_WORDS = new Set(
  (
    "a about accession accessions acquired al all am an and any anything are article articles at author authors be " +
    "beautiful both but by can captured catalog catalogue codec codecs collection collections compressed " +
    "compression containing contains " +
    "cool could data database dataset datasets do does doi download downloadable each " +
    "either else " +
    "et every everything " +
    "example examples exist exists experiment experiments find for from get give good has have having how i id im " +
    "image imaged images imaging in institute institution institutions interesting is it its just licenced licences " +
    "licensed licenses like list looking made many me methods much my need nice of on only or organisms our paper " +
    "papers per picture pictures please project projects publication publications recorded search see show showing " +
    "some something species studies study taken that the their them there these they this those to under us use " +
    "using via " +
    "want was we were what where which who whose with would you your"
  ).split(" "),
);

const THINGS = "(?:data|datasets?|images?|plates?|files?|volumes?|stacks?)(?![\\p{L}\\p{N}])";
const MOST = "(?:most|max(?:imum)?|(?:largest|biggest|highest|greatest|maximum) number of)";
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
  ["widest", "-x"],
  ["tallest", "-y"],
  ["(?:largest|biggest|heaviest)(?: files?)?(?: in size| by size)?", "-bytes"],
  [`(?:very )?(?:large|big|huge|giant|massive)(?= ${THINGS})`, "-bytes"],
  [`(?:very )?(?:small|tiny|little)(?= ${THINGS})`, "bytes"],
  ["(?:smallest|tiniest)(?: files?)?(?: in size| by size)?", "bytes"],
  [`newest|latest|most recent(?:ly added)?|recently added|last added|new(?= ${THINGS})`, "-added_at"],
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
const FIRST = /^(?:the )?(?:top|first|best)\s+\d{1,4}\s+(?=\p{L})/iu;
const HOW = /^(?:(?:tell|show) me )?how (?:big|large|small|heavy|long|wide|deep|high|tall)\s+(?:is|are)\s+(?=\S)/iu;

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

const NO = "(?:no|without|missing|unknown|unstated|unspecified|undefined)\\s+(?:(?:an?|any|the|known|stated)\\s+)?";
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
  return found && name ? { name, length: found[0].length } : null;
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
  ["(?:not|non)[ -]valid(?: metadata)?|invalid(?: metadata)?(?: only)?|with (?:metadata )?(?:errors|problems)", "no"],
  [
    "(?:only )?valid(?: metadata)?(?: only)?|(?:metadata )?error[- ]free|" +
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
    `^with\\s+(?:(?:an?|any|the|known|stated)\\s+)?(${all})` +
      `(?:\\s+${said}|(?=[,;.!?)]*(?:$|\\s+(?:and|or|but)\\s)))(?![\\p{L}\\p{N}:])`,
    "iu",
  );
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const COMPARED = { since: ">=", from: ">=", after: ">", before: "<", until: "<=", in: "", during: "" };
const DATE = new RegExp(
  "^(?:(added|listed|uploaded|published|released)(?:\\s+(in|during|since|from|after|before|until))?|" +
    "(since|after|before|until))\\s+" +
    `(?:(${MONTHS.join("|")})[a-z]*\\s+)?((?:19|20)\\d{2}(?:-\\d{2}){0,2})(?![\\p{L}\\p{N}-])`,
  "iu",
);

/**
 * Return the field and the year, month or day, as its values have them, that a text begins with, and how values are
 * compared with it; without a verb, of the first field that the catalog has. Null without.
 * @param {string} text
 * @param {Grammar} grammar
 */
export function readDate(text, { values }) {
  const date = DATE.exec(text);
  if (!date) return null;
  const [words, verb = "", before, alone, month, year] = date;
  const names = /^(?:add|list|up)/i.test(verb) ? ["added"] : verb ? ["published"] : ["published", "added"];
  const field = names.map((name) => values.get(name)).find((each) => each);
  if (!field) return null;
  const number = month && year.length === 4 ? MONTHS.indexOf(month.toLowerCase()) + 1 : 0;
  const sign = COMPARED[/** @type {keyof typeof COMPARED} */ ((before ?? alone ?? "in").toLowerCase())];
  return { field, sign, value: number ? `${year}-${String(number).padStart(2, "0")}` : year, length: words.length };
}

const AHEAD = '[\\p{L}"“„«(]';
/** `not` alone is a word of titles. */
const NOT = new RegExp(
  "^(?:NOT\\s+(?=\\S)|NOT$|(?:without|(?:but|and)\\s+(?:not|no|without))\\s+(?=\\S)|" +
    "(?:not|(?:all\\s+)?except(?:\\s+for)?|excluding|exclude|neither|(?:[Aa](?:ll|nything)|[Ee]verything)\\s+but|" +
    `other\\s+than)\\s+(?=[<>≤≥]?\\d|${AHEAD})|` +
    'no\\s+(?!derivative)(?=\\p{L}{2}|["“„«(]))',
  "u",
);
const ARTICLE = /^(?:an?|any|the|from|in|by|of)\s+(?=\S)/iu;

/** Return the words that a text begins with, and that exclude what follows; else nothing. */
export function readNot(/** @type {string} */ text) {
  const not = NOT.exec(text)?.[0] ?? "";
  return not && not + (ARTICLE.exec(text.slice(not.length))?.[0] ?? "");
}

/** Whether `and` after what is excluded excludes what follows it, too. */
export const isListed = (/** @type {string} */ not) => /^(?:all|any|every|except|exclud|neither|other)/i.test(not);
