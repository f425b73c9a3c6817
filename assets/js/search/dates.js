// When datasets were added or published, in words: `added in 2026`, `published since May 2024`, `new this week`. Pure.

/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {{key: string, isText: boolean}} Field */
/**
 * What a text says of dates. `field`: whose values are compared; null where no dataset states any; `sign` and `value`:
 * how they are compared, with a year, month or day; `note`: what the visitor should know; `also`: of a date alone, the
 * other fields that may have it; `words`: and what texts may have.
 * @typedef {{length: number, field: Field | null, sign: string, value: string, note: string, also: Field[],
 *   words: string}} SaidDate
 */

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
/** @type {Record<string, string>} */
const COMPARED = { since: ">=", from: ">=", after: ">", before: "<", until: "<=", in: "", during: "", on: "" };
const NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split(" ");
const VERB = "(?:(?:that|which)\\s+)?(?:(?:was|were|has been|have been|been)\\s+)?(?:newly\\s+|recently\\s+)?";
const ADDED = "added|listed|uploaded|new|imported|indexed";
const BEFORE = "in|during|on|since|from|after|before|until|within|over";
const DAY =
  `(?:(?:\\d{1,2}(?:\\.|st|nd|rd|th)?\\s+)?(${MONTHS.join("|")})[a-z]{0,6}\\.?(?:\\s+|$))?` +
  "((?:19|20)\\d{2}(?:-\\d{2}){0,2})?";
const SPAN =
  "today|yesterday|(?:the\\s+)?(?:this|current|last|past|previous|recent)\\s+" +
  `(?:(\\d{1,3}|${NUMBERS.join("|")}|few|couple of)\\s+)?(day|week|month|year)s?`;
const DATE = new RegExp(
  `^(?:${VERB}(${ADDED}|published|released)\\s+(?:(?:datasets?|data|images?|studies)\\s+)?)?` +
    `(?:(${BEFORE})\\s+)?(?:(${SPAN})|${DAY})(?![\\p{L}\\p{N}-])`,
  "iu",
);

/**
 * Return what a text begins to say of dates; null where it says nothing of them. Without a verb, it is about the first
 * field that the catalog has; a date alone is nothing where it has none.
 * @param {string} text
 * @param {Grammar} grammar
 * @param {Date} today
 * @returns {SaidDate | null}
 */
export function readDate(text, { values }, today) {
  const found = DATE.exec(text.replace(/(\d\d)\.(\d\d)\.((?:19|20)\d\d)(?![\d.])/, "$3-$2-$1")); // as long
  if (!found?.[0].trim()) return null;
  const [all, verb = "", before = "", span, count, unit, month, year] = found;
  const isCompared = verb || /^(?:since|after|before|until)$/i.test(before);
  const isBare = !span && !isCompared;
  if (isBare && (!year || /^(?:over|within|on)$/i.test(before))) return null;
  if (!span && (!(month || year) || (month && !year && !verb && !/^since$/i.test(before)))) return null;
  if (!verb && !isCompared && span && !/^(?:today|yesterday)?$|^(?:the\s+)?(?:this|last|past|recent)\s/i.test(span))
    return null;
  const names = new RegExp(`^(?:${ADDED})$`, "i").test(verb)
    ? ["added"]
    : verb
      ? ["published"]
      : ["published", "added"];
  const said = all.trim();
  const [field = null, ...also] = names.flatMap((name) => values.get(name) ?? []);
  if (isBare && !field) return null;
  const { sign, value } = span
    ? spanOf(span.toLowerCase(), count, unit, today)
    : { sign: isBare ? "" : (COMPARED[before.toLowerCase()] ?? ""), value: dateOf(month, year, today) };
  const compared = span && /^(?:before|until|after)$/i.test(before) ? COMPARED[before.toLowerCase()] : sign;
  const isOfDays = field?.key === "added" && value.length > 7;
  const note = field ? (isOfDays ? noteOnMonths(said, value.slice(0, 7)) : "") : noteOnNothing(said, names);
  const own = { length: said.length, field, sign: compared, value: isOfDays ? value.slice(0, 7) : value, note };
  return isBare ? { ...own, also, words: said.slice(before.length).trim() } : { ...own, also: [], words: "" };
}

/** @param {string} said @param {string} month */
const noteOnMonths = (said, month) =>
  `Of when datasets were added the search knows the month alone, so “${said}” is read as “since ${month}”.`;

/** @param {string} said @param {string[]} names of fields that no dataset states */
function noteOnNothing(said, names) {
  const why = names.includes("added") ? " A catalog knows it of what was added after its first build." : "";
  return `No dataset states when it was ${names.reverse().join(" or ")}, so “${said}” is left out.${why}`;
}

/**
 * Return a year and perhaps a month; of a month alone, the last that was or is.
 * @param {string | undefined} month
 * @param {string | undefined} year
 * @param {Date} today
 */
function dateOf(month, year, today) {
  const number = month ? MONTHS.indexOf(month.toLowerCase()) : -1;
  if (number < 0 || (year && year.length > 4)) return year ?? "";
  const usual = today.getFullYear() - Number(number > today.getMonth());
  return `${year ?? usual}-${String(number + 1).padStart(2, "0")}`;
}

/**
 * Return how dates are compared with a span of time before today.
 * @param {string} span
 * @param {string | undefined} count
 * @param {string | undefined} unit
 * @param {Date} today
 */
function spanOf(span, count, unit, today) {
  const isThis = /\b(?:this|current|today)\b/.test(span);
  const isWhole = /\b(?:last|previous)\b/.test(span) && !count;
  const [year, month, day] = [today.getFullYear(), today.getMonth(), today.getDate()];
  const ago = isThis ? 0 : NUMBERS.indexOf(count ?? "one") + 1 || Number(count) || 3;
  if (unit === "year") {
    const since = new Date(year - ago, month, day);
    return isThis || isWhole ? { sign: "", value: `${year - ago}` } : { sign: ">=", value: write(since) };
  }
  if (unit === "month") {
    const value = write(new Date(year, month - ago, 1)).slice(0, 7);
    return isThis || isWhole ? { sign: "", value } : { sign: ">=", value };
  }
  const sinceMonday = isThis || isWhole ? (today.getDay() + 6) % 7 : 0;
  const days = unit === "week" ? sinceMonday + 7 * ago : ago;
  return { sign: ">=", value: write(new Date(year, month, day - days)) };
}

/** @param {Date} date */
const write = (date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
