"""The definition of the search, as brute force over the records, with which the search engine is compared.

Nothing here is shared with the index but `plain` and the table of fields.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, count

from sitegen import urls
from sitegen.model import Record
from sitegen.site.columns import plain
from sitegen.site.field import Field
from sitegen.site.fields import TEXTS, fields_in

WEIGHTS = {"rest": 1, "description": 2, "name": 3}
BEGINS = 4
"""Added where a word begins."""
PROSE = {"name", "description", "more"}
"""The texts that people wrote; in the others, no other spellings are looked for than plural and singular."""
ANYWHERE, AT_BEGIN, WHOLE = range(3)
FEWEST_SIGNS = 4
"""Of an identifier, which has a digit."""
SPELLINGS = (("colour", "color"), ("fibre", "fiber"))
"""British and American, of those words that the tests' texts may have."""


SPOKEN_SIGNS = {"<": "under", "<=": "at most", ">": "more than", ">=": "at least"}
SPOKEN_UNITS = {"bytes": "bytes", "z": "slices"}
SPOKEN_ORDERS = {"-bytes": "largest", "bytes": "the smallest", "-z": "most slices"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, as the engine gets it."""

    words: tuple[str, ...] = ()
    """As they are searched: plain."""
    patterns: tuple[str, ...] = ()
    """Words with `*` and `?`, plain."""
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    limits: tuple[tuple[str, str, int | float], ...] = ()
    """Key, sign and value of numbers."""
    several: tuple[tuple[str, tuple[tuple[str, int | float], ...]], ...] = ()
    """Key, and signs and values of which one is enough."""
    facets: Mapping[str, list[str]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[int | float, int | float]] = field(default_factory=dict)
    unstated: tuple[str, ...] = ()
    """Numbers that may be not stated."""
    sort: str = ""
    either: tuple[tuple[str, ...], ...] = ()
    """Words of which one is enough, as a query has them in parentheses."""
    missing: tuple[str, ...] = ()
    """Numbers that are not stated."""
    small: str = ""
    """A word that says little, before the first of the words: it counts where names have both, else it is left out."""
    beside: str = ""
    """The word after the small one, where it is not the first of the words."""
    is_spoken: bool = False
    """Whether the text says in words what it can: limits, exclusions and the order."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that is looked for in texts."""
        return (*self.words, *self.pieces, *self.phrases, *self.excluded, *chain.from_iterable(self.either))

    @property
    def pieces(self) -> tuple[str, ...]:
        """The longest piece of each pattern, by which texts in parts are found."""
        return tuple(max(re.split("[*?]", pattern), key=len) for pattern in self.patterns)

    @property
    def last(self) -> str:
        """The word at the end of the question, which may be typed on; else nothing."""
        if self.limits or self.several or self.missing or self.patterns:
            return ""
        return (self.excluded or ("",) if self.excluded or self.either or self.phrases else self.words or ("",))[-1]

    def as_json(self) -> dict[str, object]:
        """Return the question as JSON for the engine."""
        order = SPOKEN_ORDERS.get(self.sort, "") if self.is_spoken else ""
        parts = (
            order,
            self.small,
            *self.words,
            *(f'"{phrase}"' for phrase in self.phrases),
            *(f"({' OR '.join(words)})" for words in self.either),
            *(self._exclusion(word) for word in self.excluded),
            *(self._limit(*limit) for limit in self.limits),
            *(self._several(*limits) for limits in self.several),
            *(f"{key}:none" for key in self.missing),
            *self.patterns,
        )
        return {
            "text": " ".join(filter(None, parts)),
            "facets": self.facets,
            "ranges": self.ranges,
            "unstated": self.unstated,
            "sort": "" if order else self.sort,
        }

    def _exclusion(self, word: str) -> str:
        return f"not {word}" if self.is_spoken and word[:2].isalpha() else f"-{word}"

    def _limit(self, key: str, sign: str, value: int | float) -> str:
        is_said = self.is_spoken and key in SPOKEN_UNITS and sign and isinstance(value, int)
        return f"{SPOKEN_SIGNS[sign]} {value} {SPOKEN_UNITS[key]}" if is_said else f"{key}:{sign}{value}"

    def _several(self, key: str, limits: tuple[tuple[str, int | float], ...]) -> str:
        is_said = self.is_spoken and key in SPOKEN_UNITS and all(sign and value % 1 == 0 for sign, value in limits)
        if not is_said:
            return f"{key}:{'|'.join(f'{sign}{value}' for sign, value in limits)}"
        return f"{' or '.join(f'{SPOKEN_SIGNS[sign]} {int(value)}' for sign, value in limits)} {SPOKEN_UNITS[key]}"


@cache
def variants(word: str) -> dict[str, int]:
    """Return the other spellings of a word, of those that the tests' texts may have, and how each must stand."""
    joined = word.replace(" ", "")
    found = {joined: ANYWHERE} if joined != word and len(joined) > 2 else {}
    for spelling in dict.fromkeys((word, joined)):
        for other in numbers(spelling):
            found.setdefault(other, WHOLE)
        for one, other in [*SPELLINGS, *(pair[::-1] for pair in SPELLINGS)]:
            if one in spelling:
                found.setdefault(spelling.replace(one, other), ANYWHERE)
        if len(spelling) in range(4, 41) and all(sign == " " or sign.isalpha() for sign in spelling):
            for other in umlauts(spelling):
                found.setdefault(other, WHOLE if len(other) < 5 else AT_BEGIN)
    is_mixed = re.fullmatch(r"(?=.{4,40}$)[^\W\d_]+[0-9]+", word)
    if joined == word and ((len(word) in range(5, 41) and word.isalpha()) or is_mixed):
        for spelling in (word, *numbers(word)):
            for at in range(1, len(spelling)):
                found.setdefault(f"{spelling[:at]} {spelling[at:]}", WHOLE)
    found.pop(word, None)
    return found


def numbers(words: str) -> list[str]:
    """Return plural and singular of the last word; irregular ones are tested elsewhere."""
    *before, word = words.split(" ")
    if len(word) < 3 or not word.isalpha():
        return []
    others: list[str] = []
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        if word.endswith("ies"):
            others = [f"{word[:-3]}y", word[:-1]]
        elif re.search("(?:ch|sh|x|z|ss|us|..o)es$", word):
            others = [word[:-2], word[:-1]]
        else:
            others = [word[:-1]]
    if word.endswith("y") and word[-2] not in "aeiou":
        others.append(f"{word[:-1]}ies")
    return [" ".join((*before, other)) for other in others]


def umlauts(word: str) -> list[str]:
    """Return the word with `ae`, `oe`, `ue` for `a`, `o`, `u`, and the other way round."""
    longer = [
        f"{word[: at + 1]}e{word[at + 1 :]}"
        for at, sign in enumerate(word)
        if sign in "aou" and word[at + 1 : at + 2] != "e"
    ]
    return [re.sub("([aou])e", r"\1", word), *longer]


def fit(text: str, piece: str, bound: int) -> int:
    """Return how a text has a piece: 0 not at all, 1 inside a word, 2 where a word begins."""
    best, at = 0, text.find(piece)
    while at >= 0:
        begins = _is_border(text[at - 1 : at], piece[0])
        ends = _is_border(text[at + len(piece) : at + len(piece) + 1], piece[-1])
        if (begins or not bound) and (ends or bound < WHOLE):
            best = max(best, 2 if begins else 1)
        at = text.find(piece, at + 1)
    return best


def _is_border(sign: str, inside: str) -> bool:
    return _kind(sign) == "" or _kind(sign) != _kind(inside)


def _kind(sign: str) -> str:
    kind = unicodedata.category(sign)[0] if sign else ""
    return kind if kind in ("L", "N") else ""


def weight(
    records: Sequence[Record],
    record: Record,
    piece: str,
    spellings: Mapping[str, int],
    *,
    is_done: bool = False,
    is_quoted: bool = False,
) -> int:
    """Return how well a plain word or phrase fits, in itself or another spelling: 0 not at all, 10 it is the stem.

    A word that is the name of a whole value finds this value alone.
    is_done: whether it is a word that is typed to its end; is_quoted: whether it is in quotes.
    """
    pieces = {piece: ANYWHERE, **spellings}
    named = [each for each in fields_in("search") if each.whole and _is_value(records, each, pieces)]
    if named and not is_quoted:
        return max(_facet_weight(records, record, each, pieces, is_whole=True) for each in named)
    forms = {other: _bound_of_number(piece, other) for other in numbers(piece) if other in spellings}
    prose = pieces | forms
    best = max(_stem_weight(plain(urls.stem(record.url)), each, bound) for each, bound in prose.items())
    for text in TEXTS:
        own = plain(text.value(record) or "")
        is_prose = text.key in PROSE
        looked_for = prose if is_prose else {piece: ANYWHERE, **forms}
        found = max(fit(own, each, bound) for each, bound in looked_for.items())
        rank = WEIGHTS[text.weight] + (BEGINS if is_prose and found == 2 else 0)
        best = max(best, rank if found else 0)
    is_whole = piece.isalpha() and (is_done or _is_word(records, piece))
    return max(best, *(_facet_weight(records, record, each, pieces, is_whole) for each in fields_in("search")))


def _bound_of_number(word: str, other: str) -> int:
    """Return how plural or singular of a word must stand in texts: a singular of five letters is found anywhere."""
    return ANYWHERE if len(other) > 4 and word.startswith(other) else WHOLE


def patterns_of(text: str) -> Iterator[re.Pattern[str]]:
    """Return what a word with wildcards means: `*` within a word; else over words, as far as 40 characters."""
    inner = text.removeprefix("*").removesuffix("*")
    for reach in ("[^ ]*", ".{0,40}"):
        signs = {"*": reach, "?": "."}
        source = "".join(signs.get(sign, re.escape(sign)) for sign in inner)
        yield re.compile(_border(text[0], "<!") + source + _border(text[-1], "!"))


def _border(sign: str, side: str) -> str:
    own = {"L": r"[^\W\d_]", "N": "[0-9½]"}.get(_kind(sign))
    return f"(?{side}{own})" if own else ""


def pattern_weights(records: Sequence[Record], text: str) -> dict[str, int]:
    """Return how well each record fits a word with wildcards: as it does where any record does."""
    found: dict[str, int] = {}
    for pattern in patterns_of(text):
        found = {record.id: _pattern_weight(record, pattern) for record in records}
        if any(found.values()):
            break
    return found


def _pattern_weight(record: Record, pattern: re.Pattern[str]) -> int:
    best = 4 + BEGINS if pattern.search(plain(urls.stem(record.url))) else 0
    for text in TEXTS:
        rank = WEIGHTS[text.weight] + (BEGINS if text.key in PROSE else 0)
        best = max(best, rank if pattern.search(plain(text.value(record) or "")) else 0)
    for each in fields_in("search"):
        own = names(each, record)
        if any(pattern.search(name) for name in (_own_parts(own) if each.whole else own)):
            best = max(best, WEIGHTS["name"] + BEGINS)
    return best


def _is_word(records: Sequence[Record], piece: str) -> bool:
    """Return whether any dataset has it as a whole word in what people wrote, or in names of its values."""
    return any(fit(text, piece, WHOLE) for record in records for text in _written(record))


def _written(record: Record) -> Iterator[str]:
    yield plain(urls.stem(record.url))
    yield from (plain(text.value(record) or "") for text in TEXTS if text.key in PROSE)
    yield from chain.from_iterable(names(each, record) for each in fields_in("search"))


def _stem_weight(stem: str, piece: str, bound: int) -> int:
    found = fit(stem, piece, bound)
    if found == 2 and stem.startswith(piece):
        return 10 if stem == piece else 9
    return (0, 4, 4 + BEGINS)[found]


def _facet_weight(
    records: Sequence[Record], record: Record, each: Field, pieces: Mapping[str, int], is_whole: bool
) -> int:
    """Return how well a value of a facet fits. is_whole: of names of a few words each, only whole words count."""
    own = names(each, record)
    if each.whole and _is_value(records, each, pieces):
        return WEIGHTS["name"] + BEGINS if _is_named(own, pieces) else 0
    first = next(iter(pieces))
    plurals = dict.fromkeys((first, f"{first}s", f"{first}es") if len(first) > 2 else (first,), WHOLE)
    looked_for = pieces
    if each.whole:
        own = _own_parts(own)
        looked_for = plurals if is_whole else {first: pieces[first] or AT_BEGIN}
    elif each.wider and is_whole:
        looked_for = plurals | dict.fromkeys(list(pieces)[1:], WHOLE)
    found = max((fit(name, piece, bound) for name in own for piece, bound in looked_for.items()), default=0)
    return (0, WEIGHTS["name"], WEIGHTS["name"] + BEGINS)[found]


def _is_value(records: Sequence[Record], each: Field, pieces: Mapping[str, int]) -> bool:
    """Return whether a piece is a whole name of any value."""
    return any(_is_named(names(each, other), pieces) for other in records)


def _own_parts(own: frozenset[str]) -> frozenset[str]:
    """Return the names that are no negations, and do not only add words to another."""
    longer = {name for name in own for other in own if name != other and f" {other} " in f" {name} "}
    return frozenset(name for name in own - longer if not name.startswith(("no ", "non ", "not ", "without ")))


def _is_named(own: frozenset[str], pieces: Mapping[str, int]) -> bool:
    """Return whether a piece is a whole name, with its spaces or without."""
    return any(name in pieces or name.replace(" ", "") in pieces for name in own)


def names(each: Field, record: Record) -> frozenset[str]:
    """Return what the value of a field is called in queries."""
    value = stated(each, record)
    return _names(each, value, each.text(record) or value) if value else frozenset()


@cache
def _names(each: Field, value: str, text: str) -> frozenset[str]:
    called = each.names(value) if each.names else value.split("\n")
    return frozenset(plain(name) for name in (text, *called))


def stated(each: Field, record: Record) -> str:
    """Return the value of a facet as addresses have it."""
    value = each.value(record)
    return "" if value is None else str(value)


def failures(record: Record, question: Question) -> list[str]:
    """Return which facets and ranges the record does not satisfy."""
    failed = [each.key for each in fields_in("facet") if not _allows(question.facets.get(each.key), each, record)]
    for each in fields_in("range"):
        limits, value = question.ranges.get(each.key), each.value(record)
        is_within = isinstance(value, int | float) and limits is not None and limits[0] <= value <= limits[1]
        is_allowed = is_within or (value is None and each.key in question.unstated)
        if (limits or each.key in question.unstated) and not is_allowed:
            failed.append(each.key)
    return failed


def _allows(chosen: list[str] | None, each: Field, record: Record) -> bool:
    value = stated(each, record)
    return not chosen or not {value, *comprising(each, value)}.isdisjoint(chosen)


def find(order: Sequence[Record], question: Question) -> list[Record]:
    """Return the records that are found, in order."""
    question = with_alternatives(order, question)
    found = [record for record in _fitting(order, question) if not failures(record, question)]
    if question.sort:
        return _sorted(found, question.sort)
    if question.words or question.phrases or question.either or question.patterns:
        return sorted(found, key=lambda record: -max(_weights(order, record, question)))
    turns: dict[str, count[int]] = {}
    turn = {record.id: next(turns.setdefault(_group(record), count())) for record in order}
    return sorted(found, key=lambda record: turn[record.id])


def with_alternatives(order: Sequence[Record], question: Question) -> Question:
    """Return the question; where nothing has all of its identifiers, with those that anything has as alternatives."""
    listed = [word for word in question.words if len(word) >= FEWEST_SIGNS and any(map(_is_number, word))]
    if len(listed) < 2 or _fitting(order, question):
        return question
    known = tuple(word for word in listed if any(weight(order, record, word, variants(word)) for record in order))
    words = tuple(word for word in question.words if word not in listed)
    other = replace(question, words=words, either=(*question.either, known), beside=question.words[0])
    return other if len(known) > 1 and _fitting(order, other) else question


def _is_number(sign: str) -> bool:
    return _kind(sign) == "N"


def _group(record: Record) -> str:
    return record.study.id if record.study else record.lists[0].csv


def _weights(order: Sequence[Record], record: Record, question: Question) -> list[int]:
    words = [weight(order, record, word, variants(word), is_done=word != question.last) for word in question.words]
    joined = {phrase: phrase.replace(" ", "") for phrase in question.phrases}
    words += [
        max(weight(order, record, word, variants(word), is_done=True) for word in each) for each in question.either
    ]
    words += [pattern_weights(order, pattern)[record.id] for pattern in question.patterns]
    words.append(_small_weight(record, question) or 1)
    return words + [
        weight(order, record, phrase, {other: ANYWHERE} if other != phrase else {}, is_quoted=True)
        for phrase, other in joined.items()
    ]


def _small_weight(record: Record, question: Question) -> int:
    """Return how well names of a record have the small word beside the first word, or are the small word."""
    if not question.small:
        return 0
    first = question.beside or question.words[0]
    pairs = (f"{question.small} {first}", f"{first} {question.small}")
    named = [plain(record.name or "")]
    for each in fields_in("search"):
        if not each.whole and not each.wider:
            named += names(each, record)
            if question.small in names(each, record):
                return WEIGHTS["name"] + BEGINS
    stem = plain(urls.stem(record.url))
    weights = [_stem_weight(stem, pair, WHOLE) for pair in pairs]
    weights += [WEIGHTS["name"] + BEGINS for name in named for pair in pairs if fit(name, pair, WHOLE)]
    return max(weights)


def _fitting(order: Sequence[Record], question: Question) -> list[Record]:
    """Return the records that have what the words ask for."""
    found = [record for record in order if _fits(order, record, question)]
    return [record for record in found if _small_weight(record, question)] or found


def _fits(order: Sequence[Record], record: Record, question: Question) -> bool:
    is_excluded = any(
        weight(order, record, word, variants(word), is_done=word != question.last) for word in question.excluded
    )
    return (
        not is_excluded
        and all(_weights(order, record, question))
        and all(_is_within(record, *limit) for limit in question.limits)
        and all(any(_is_within(record, key, *each) for each in limits) for key, limits in question.several)
        and all(_number(record, key) is None for key in question.missing)
    )


def _is_within(record: Record, key: str, sign: str, limit: int | float) -> bool:
    value = _number(record, key)
    compare = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "": operator.eq}[sign]
    return isinstance(value, int | float) and compare(value, limit)


def _number(record: Record, key: str) -> object:
    return next(each for each in fields_in("ask") if each.key == key).value(record)


def _sorted(found: list[Record], sort: str) -> list[Record]:
    by = next(each for each in fields_in("sort") if each.key == sort.removeprefix("-"))
    known = [record for record in found if isinstance(by.value(record), int | float)]
    known.sort(key=lambda record: by.value(record) or 0, reverse=sort.startswith("-"))
    return known + [record for record in found if record not in known]


def counts(order: Sequence[Record], question: Question, facet: Field) -> dict[str, int]:
    """Return how many records each value of a facet would give, without the facet's own choice; of a value that
    comprises others, with theirs."""
    found: dict[str, int] = {}
    question = with_alternatives(order, question)
    for record in _fitting(order, question):
        if set(failures(record, question)) <= {facet.key}:
            value = stated(facet, record)
            for each in (value, *comprising(facet, value)):
                found[each] = found.get(each, 0) + 1
    return found


def comprising(facet: Field, value: str) -> tuple[str, ...]:
    """Return the values that comprise a value."""
    return facet.wider(value) if facet.wider and value else ()
