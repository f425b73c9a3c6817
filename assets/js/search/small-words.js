// Words that mean nothing in a search, or not yet: those of any sentence, and those that wait for more. Pure functions.

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
    "a about accession accessions acquired al all allowed also am amazing an and any anyone anything are article " +
    "articles at author authors awesome be beautiful been being between both but by can cant captured catalog " +
    "catalogue certain codec codecs collection collections compare comparison compressed compression containing " +
    "contains cool could data database dataset datasets dear difference differences different do does doi " +
    "download downloadable each either else especially et etc every everything example examples exist existing " +
    "exists experiment experiments file files find for from get give going good got had has have having hello " +
    "here hey hi hosted how i id ideally if im image imaged images imaging in institute institution institutions " +
    "interested interesting into is it its just kindly let licence licenced licences license licensed licenses " +
    "like list located looking looks made mainly many may maybe me method methods might most much must my need " +
    "needed needs nice now number of on only or organism organisms our paper papers per perhaps permitted photo " +
    "photograph photographs photos pics picture pictures please possible possibly preferably pretty project " +
    "projects provide provided publication publications really recorded regarding related relevant respective " +
    "reuse same search searching see seek seeking should show showing so some somehow something species specific " +
    "stored studies study such suitable taken technique thank thanks that the their them then there these they " +
    "things this those to total try trying under us use used useful using various very via want wanted wants was " +
    "we were what when where which while who whose wish with would you your"
  ).split(" "),
);
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

/** Whether a word is one of any text, so that it is searched for as it is. @param {string} word */
export const isOrdinary = (word) => ORDINARY.has(word) || SMALL_WORDS.has(word);

const COMPARING =
  "(?:(?:less|fewer|more|smaller|larger|bigger|greater|finer|better|shorter|longer)(?:\\s+than)?|" +
  "under|below|over|above|at\\s+(?:least|most)|up\\s+to|between|about|around|exceeding)";
/** What waits for more words, and where it may stop: `mouse under 5 G`. */
const UNFINISHED = new RegExp(
  "^(?:(?:(?:but|and)\\s+)?(?:not|no|without|except|excluding|exclude|hide|with|that|minus|don['’]?t)|or|and|" +
    "sort(?:ed)?(?:\\s+by)?|order(?:ed)?\\s+by|at|up|other|(?:added|published)(?:\\s+(?:in|on|since|before|after))?|" +
    "since|before|after|" +
    `${COMPARING}(?:\\s+\\d[\\d.,]*(?:\\s?[kmgtpnu])?)?)$`,
  "iu",
);

/** Whether a text is the begin of what says something only with more words: it is being typed. @param {string} text */
export const isUnfinished = (text) => UNFINISHED.test(text);
