// Words that mean nothing in a search, or not yet: those of any sentence, and those that wait for more. Pure functions.

/** Words that alone ask for all that there is. */
export const EVERYTHING = new Set(
  (
    "all any anything data dataset datasets everything institutions licences licenses methods organisms species " +
    "studies"
  ).split(" "),
);
/** Words of any sentence: they mean nothing beside others. */
const FUNCTION_WORDS = new Set(
  (
    "a about al all also am an and any anyone anything are at be been being between both but by can could dear " +
    "do does each either else especially et etc every everything exist existing exists find for from get give going " +
    "had has have having hello here hey hi how i id ideally if im in interested into is it its just kindly let like " +
    "looking looks many may maybe me might must my need needed needs now of on ones only or our per perhaps please " +
    "possible possibly preferably really regarding search searching see seek seeking should show showing so some " +
    "somehow something thank thanks that the their them then there these they things this those to try trying under " +
    "us use used using very via want wanted wants was we were what when where which while who whose wish with would " +
    "you your advance anywhere appreciated curious folks glad grateful hoping know knowing team tell " +
    "whether wondering datensatze sind welche"
  ).split(" "),
);
/** Words that say little in a catalog, unless they are a part of a name: `project X`. See `small.js`. */
const LIGHT_WORDS = new Set(
  (
    "accession accessions acquired allowed amazing article articles author authors awesome beautiful captured " +
    "catalog catalogue certain codec codecs collection collections compare comparison compressed compression " +
    "containing contains cool data datas database dataset datasets difference differences different doi download " +
    "downloadable example examples experiment experiments file files good got hosted image imaged images imaging " +
    "citation cite information informations " +
    "institute institution institutions interesting licence licenced licences license licensed licenses list located " +
    "made mainly method methods most much nice number organism organisms paper papers permitted photo photograph " +
    "photographs photos pics picture pictures pretty project projects provide provided publication publications " +
    "recorded related relevant respective reuse same species specific stored studies study such suitable taken " +
    "technique testing total useful various"
  ).split(" "),
);
/** The same in German, French, Spanish, Italian and Portuguese: `images de souris`, `Bilder von Mäusen`. */
const FOREIGN_WORDS = new Set(
  (
    "al alla am au aus aux avec bei bild bilder bildern con daten dans das datos de dei del della dem den der " +
    "des di do da donnees du ein eine einem einen el en et foto fotos fur gli il imagem imagen imagenes " +
    "imagens immagine la las le les lo los mit nel nella para per por pour sur un una une und vom von zu zum zur " +
    "immagini"
  ).split(" "),
);
/** What every result is: these are a part of a name only beside a number or a letter, as in `image 3`. */
const THINGS = /^(?:datas?|datasets?|image[ds]?|imaging|photos?|pictures?)$/;
const IDENTIFIER = /\d|^.{1,2}$/u;

/** Words of any text that a catalog may not have, and that are no typo of what it has: `least` is no `yeast`. */
const ORDINARY = new Set(
  (
    "after around aside below bring cannot change general getting gives gotten great group heard house included " +
    "knows large later least leave lesson local means mother neither night nothing others place point poster " +
    "print quite right round shall share shared shown simple since small sound stale start state still table " +
    "teach theirs thing times today until upload usual waiter water weeks wider words world write wrong years " +
    "yours"
  ).split(" "),
);

/** Whether a word means nothing, or little, beside others. @param {string} word */
export const isSmall = (word) => FUNCTION_WORDS.has(word) || isLight(word);

/** Whether a word says something, and may be a part of a name. @param {string} word */
export const isLight = (word) => LIGHT_WORDS.has(word) || FOREIGN_WORDS.has(word);

/** Whether a small word of another language is written as an acronym: `MIT`, `LA`. @param {string} written */
export const isForeignAcronym = (written) => /^\p{Lu}{2,}$/u.test(written) && FOREIGN_WORDS.has(written.toLowerCase());

/** Whether the name of a value may be this word alone, and it is said where it was left out. @param {string} word */
export const isMissed = (word) => LIGHT_WORDS.has(word) && !THINGS.test(word);

/** Whether a word may be a part of a name beside another. @param {string} word @param {string} near */
export const isPartOfName = (word, near) => isLight(word) && (!THINGS.test(word) || IDENTIFIER.test(near));

/** Whether a word is one of any text, so that it is searched for as it is. @param {string} word */
export const isOrdinary = (word) => ORDINARY.has(word) || isSmall(word);

const COMPARING =
  "(?:(?:less|fewer|more|smaller|larger|bigger|greater|finer|better)(?:\\s+than)?|" +
  "under|below|over|above|at\\s+(?:least|most)|up\\s+to|between|about|around|exceeding)";
/** What is counted, but for its last letter: `more than 3 chan`; `ch` is short for channels. */
const BEGUN = "channel slice plane frame time\\spoint timepoint well image level pixel"
  .split(" ")
  .flatMap((noun) => [...noun].slice(1).map((_, at) => noun.slice(0, at + 1)))
  .filter((begin) => begin !== "ch" && !begin.endsWith("\\"));
/** What waits for more words, and where it may stop: `mouse under 5 G`. */
const UNFINISHED = new RegExp(
  "^(?:(?:(?:but|and)\\s+)?(?:not|no|without|except|excluding|exclude|hide|with|that|minus|never|cannot|" +
    "(?:do|does|did|is|are|was|were|ca|could)n['’]?t)|or|and|" +
    "sort(?:ed)?(?:\\s+by)?|order(?:ed)?\\s+by|at|up|other|(?:added|published)(?:\\s+(?:in|on|since|before|after))?|" +
    "since|before|after|(?:shorter|longer)(?:\\s+than)?|" +
    `${COMPARING}(?:\\s+\\d[\\d.,]*(?:\\s?(?:[kmgtpnu]|${BEGUN.join("|")}))?)?)$`,
  "iu",
);

/** Whether a text is the begin of what says something only with more words: it is being typed. @param {string} text */
export const isUnfinished = (text) => UNFINISHED.test(text);
