// Orders that words ask for: `largest`, `most channels`, `biggest plate by number of wells`, `smallest zebrafish
// first`, `sort by size`. Pure functions.

import { own } from "../own.js";
import { MEASURES } from "./measure-names.js";

/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {{key: string, isLargestFirst: boolean}} Order */
/**
 * `length`: of the words; `behind`: what stands apart from them and belongs to them, as `first` in `smallest zebrafish
 * first`, and `gap`: how many signs stand between; `count`: how many results are wanted, as written; `key`: empty where
 * only that is said; `isKnown`: whether any dataset states it
 * @typedef {Order & {length: number, behind: string, gap: number, count: string, isKnown: boolean}} OrderRead
 */

const END = "(?![\\p{L}\\p{N}])";
const THINGS = `(?:data|datasets?|images?|plates?|files?|volumes?|stacks?)${END}`;
/** These, or a few words before: `large mouse datasets`, not `small molecules in plates`. */
const NEAR_THINGS = `(?:(?!with|in|of|from|and|or)\\p{L}+ ){0,3}${THINGS}`;
/** Keys of what queries name otherwise. @type {Record<string, string>} */
const KEYS = { c: "channels", size: "bytes" };
/** What orders call other than limits do. @type {Record<string, string>} */
const OWN_NOUNS = {
  pixel: "(?:pixel|voxel)s?(?: sizes?)?",
  pixel_count: "(?:(?:mega|giga)?pixel|voxel)s?",
  images: "images|fields of view",
};
/** What can be sorted by; `isCounted`: there may be most of it, else it may be largest. */
const QUANTITIES = MEASURES.map(({ name, nouns, unit, isCompared }) => ({
  key: KEYS[name] ?? name,
  nouns: OWN_NOUNS[name] ?? nouns,
  isCounted: !isCompared && (!unit || unit === "px"),
}));
const NOUNS = QUANTITIES.map(({ nouns }) => nouns).join("|");
const LARGEST = "(?:largest|biggest|highest|greatest|longest)";
const SMALLEST = "(?:smallest|lowest|shortest|tiniest)";
/** `max size 5 GB` is a limit. */
const AT_END = "(?![^,;]*\\d)";
const MOST =
  "(?:most|(?:very )?many|(?:a )?lots? of|" +
  `max(?:imum)?${AT_END}|(?:${LARGEST}|maximum|highest) (?:number|count|amount) of)`;
const FEWEST = `(?:fewest|least|min(?:imum)?${AT_END}|(?:${SMALLEST}|minimum) (?:number|count|amount) of)`;
/** @type {[words: string, key: string][]} */
const BY_QUANTITY = QUANTITIES.flatMap(({ key, nouns, isCounted }) =>
  [
    [LARGEST, MOST, `-${key}`],
    [SMALLEST, FEWEST, key],
  ].map(([measured, counted, sorted]) => {
    const words = isCounted
      ? `${counted} (?:${nouns})|${measured} (?:${nouns}) (?:count|number)`
      : `${measured} (?:${nouns})`;
    return /** @type {[string, string]} */ ([words, sorted]);
  }),
);
/** What is most or least, as orders call it, the longest words first. @type {[words: string, key: string][]} */
const ORDERS = [
  ["(?:high(?:est)?|best|finest)[ -](?:z|axial)[ -]resolution", "pixel_z"],
  ["(?:high(?:est)?|best|finest)[ -]resolution|(?:smallest|finest) (?:pixels?|voxels?)(?: sizes?)?", "pixel"],
  ["(?:low(?:est)?|worst|coarsest)[ -]resolution|coarsest (?:pixels?|voxels?) sizes?", "-pixel"],
  ...BY_QUANTITY,
  [`(?:${LARGEST}|widest) (?:fields? of view|fov|(?:physical )?(?:extent|area|sample))`, "-extent"],
  ["(?:very )?long(?=[ -](?:time|movie|video|recording|film|live|sequence))|longest", "-t"],
  ["(?:very )?short(?=[ -](?:time|movie|video|recording|film|live|sequence))|shortest", "t"],
  ["(?:very )?(?:thick|deep)(?=[ -](?:z[ -])?(?:stack|volume|section|slice|tissue|image))|deepest|thickest", "-z"],
  ["thinnest|shallowest", "z"],
  ["widest", "-x"],
  ["narrowest", "x"],
  ["tallest", "-y"],
  ["(?:largest|biggest|heaviest)(?: files?)?", "-bytes"],
  ["(?:smallest|tiniest|lightest)(?: files?)?", "bytes"],
  [`(?:very )?(?:large|big|huge|giant|massive|heavy)(?= ${NEAR_THINGS})`, "-bytes"],
  [`(?:very )?(?:small|tiny|little|light ?weight)(?= ${NEAR_THINGS})`, "bytes"],
  [
    `(?:newest|latest)(?: uploads)?|(?:most )?recent(?:ly (?:added|uploaded)| (?:uploads|additions))?|` +
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
/** How many results somebody may want. */
export const FEW = "\\d{1,4}|two|three|four|five|six|seven|eight|nine|ten";
const SORT = "(?:(?:sort|rank)(?:ed)?|order(?:ed)?|arranged)";
const BEFORE = `(?:${SORT} (?:by|on) )?(?:with )?(?:the )?(?:(?:(?:top|first) )?(${FEW}) )?(?:the )?`;
const PATTERNS = ORDERS.map(([words, key]) => ({
  pattern: new RegExp(`^${BEFORE}(?:${words})(?: first)?${END}`, "iu"),
  key,
}));
const TOP = new RegExp(`^(?:the )?top (${FEW})${END}`, "iu");
const COUNT_BEHIND = new RegExp(`^ (?!\\d{4})(${FEW})(?= ${THINGS})`, "iu");
const OF = "(?:the )?(?:(?:total )?number of )?";
const IN = "(?:terms of|size|width|height|depth|pixels)";
/** What stands behind other words and belongs to the order: by what is sorted, or `first`. */
const BEHIND = new RegExp(
  "^((?:\\s+[^\\s,;]+){0,6}?,?\\s+)" +
    `((?:by|in(?= ${IN})(?: terms of)?) ${OF}(${NOUNS})${END}|first(?=\\s*(?:$|[,;.?!])))`,
  "iu",
);
/** What people call what results are sorted by, besides the names of fields. @type {Record<string, string>} */
const SORTED_BY = { name: "title", names: "title", date: "added_at", age: "added_at", resolution: "pixel" };
const SORTED = new RegExp(
  `^(?:${SORT}(?: (?:by|on)|:) |in (?:\\p{L}+ing )?order of |(?=\\p{L}+ (?:de|a)sc(?:ending)?${END})|` +
    "by (?=number of|(?:size|name|date|title)(?:$|,| (?:a|de)sc))) ?" +
    `${OF}(?:file )?(?:(${NOUNS})|([\\p{L}_]+))` +
    "(?:,? (?:in |from )?" +
    "(?:(?:\\p{L}+est|most)(?: to \\p{L}+| first)|(?:a|de)sc\\p{L}*|(?:in|de)creasing)(?: order)?)?" +
    END,
  "iu",
);
const IS_DOWN = /^[^,]*?\s(?:in )?(?:desc|decr)|[\s,](?:(?:larg|bigg|high|long|new)est|most)(?: to| first)/iu;
const FIRST_WORDS = /^[\p{L}\d]/u;

/**
 * Return the order that a text begins with; null where it begins with none.
 * @param {string} text
 * @param {Grammar} grammar
 * @returns {OrderRead | null}
 */
export function readOrder(text, { orders }) {
  if (!FIRST_WORDS.test(text)) return null;
  const found = findOrder(text, orders);
  return found && { ...found, isKnown: !found.key || orders.has(found.key) };
}

/**
 * @param {string} text
 * @param {Grammar["orders"]} orders
 */
function findOrder(text, orders) {
  for (const { pattern, key } of PATTERNS) {
    const found = pattern.exec(text);
    if (found) return withBehind(text, { ...orderOf(key), length: found[0].length, count: found[1] ?? "" });
  }
  const top = TOP.exec(text);
  if (top) return withBehind(text, { ...orderOf("-"), length: top[0].length, count: top[1] });
  const sorted = SORTED.exec(text);
  const name = sorted?.[2]?.toLowerCase() ?? "";
  const key = sorted?.[1] ? keyOf(sorted[1]) : (orders.get(name) ?? own(SORTED_BY, name));
  if (!sorted || !key) return null;
  return { key, isLargestFirst: IS_DOWN.test(sorted[0]), length: sorted[0].length, behind: "", gap: 0, count: "" };
}

/**
 * Return an order with what of it stands behind other words: how many, by what, `first`.
 * @param {string} text
 * @param {Order & {length: number, count: string}} order
 */
function withBehind(text, order) {
  const some = order.count ? null : COUNT_BEHIND.exec(text.slice(order.length));
  const count = some?.[1] ?? order.count;
  const length = order.length + (some?.[0].length ?? 0);
  const rest = text.slice(length);
  const found = BEHIND.exec(rest);
  const isOwn = found && (found[3] ? !order.key || order.key === "bytes" : order.key);
  const [, gap = "", behind = "", noun = ""] = isOwn ? found : [];
  return { ...order, key: noun ? keyOf(noun) : order.key, count, length, behind, gap: gap.length };
}

/** @param {string} key with `-` before it for the largest first @returns {Order} */
const orderOf = (key) => ({ key: key.replace("-", ""), isLargestFirst: key.startsWith("-") });

/** Return the key of what is called so: `pixels` are counted before they are sizes. @param {string} noun */
const keyOf = (noun) =>
  [...QUANTITIES]
    .sort((one, other) => Number(other.key === "pixel_count") - Number(one.key === "pixel_count"))
    .find(({ nouns }) => new RegExp(`^(?:${nouns})$`, "iu").test(noun))?.key ?? "";
