"""The definition of the search, as brute force over the records, with which the search engine is compared.

Nothing here is shared with the index but `fold` and the table of fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from sitegen import urls
from sitegen.model import Record
from sitegen.site.columns import fold
from sitegen.site.fields import TEXTS, Field, fields_in

WEIGHTS = {"rest": 1, "description": 2, "name": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, as the engine gets it."""

    words: tuple[str, ...] = ()
    facets: Mapping[str, list[str]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    sort: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the question as JSON for the engine."""
        return {"text": " ".join(self.words), "facets": self.facets, "ranges": self.ranges, "sort": self.sort}


def weight(record: Record, word: str) -> int:
    """Return how well a folded word fits: 0 not at all, 5 it is the stem."""
    stem = fold(urls.stem(record.url))
    if word in stem:
        return 5 if word == stem else 4 if stem.startswith(word) else 3
    texts = [(WEIGHTS[text.weight], fold(text.value(record) or "")) for text in TEXTS]
    texts += [(1, fold(f"{each.text(record)} {stated(each, record)}")) for each in fields_in("search")]
    return max((rank for rank, text in texts if word in text), default=0)


def stated(each: Field, record: Record) -> str:
    """Return the value of a facet as addresses have it."""
    value = each.value(record)
    return "" if value is None else str(value)


def failures(record: Record, question: Question) -> list[str]:
    """Return which facets and ranges the record does not satisfy."""
    failed = [each.key for each in fields_in("facet") if not _allows(question.facets.get(each.key), each, record)]
    for each in fields_in("range"):
        limits, value = question.ranges.get(each.key), each.value(record)
        if limits and not (isinstance(value, int) and limits[0] <= value <= limits[1]):
            failed.append(each.key)
    return failed


def _allows(chosen: list[str] | None, each: Field, record: Record) -> bool:
    return not chosen or stated(each, record) in chosen


def find(order: Sequence[Record], question: Question) -> list[Record]:
    """Return the records that are found, in order."""
    found = [record for record in order if _has_words(record, question) and not failures(record, question)]
    if question.sort:
        return _sorted(found, question.sort)
    if question.words:
        return sorted(found, key=lambda record: -max(weight(record, word) for word in question.words))
    turns: dict[str, count[int]] = {}
    turn = {record.id: next(turns.setdefault(record.lists[0].csv, count())) for record in order}
    return sorted(found, key=lambda record: turn[record.id])


def _has_words(record: Record, question: Question) -> bool:
    return all(weight(record, word) for word in question.words)


def _sorted(found: list[Record], sort: str) -> list[Record]:
    by = next(each for each in fields_in("sort") if each.key == sort.removeprefix("-"))
    known = [record for record in found if isinstance(by.value(record), int)]
    known.sort(key=lambda record: by.value(record) or 0, reverse=sort.startswith("-"))
    return known + [record for record in found if record not in known]


def counts(order: Sequence[Record], question: Question, facet: Field) -> dict[str, int]:
    """Return how many records each value of a facet would give, without the facet's own choice."""
    found: dict[str, int] = {}
    for record in order:
        if _has_words(record, question) and set(failures(record, question)) <= {facet.key}:
            found[stated(facet, record)] = found.get(stated(facet, record), 0) + 1
    return found
