"""Facets: the values of a field over all datasets, as choices with counts, and as the search files have them.

A facet may be a tree: a value then comprises others (an imaging method its narrower ones), is chosen and counted with
them, and may be one that no dataset states itself. Pure functions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sitegen.model import Record
from sitegen.site.coded import Coded, encode
from sitegen.site.columns import as_planes, fold, plain
from sitegen.site.facet_tree import make_tree
from sitegen.site.field import Field, Value

NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One choice of a facet."""

    value: str
    """As addresses hold it; empty for "not stated"."""
    text: str
    count: int
    """Of the datasets that have it, or a value that it comprises."""
    depth: int = 0
    """In a tree of values: how many of the shown ones comprise it."""
    wider: tuple[str, ...] = ()
    """In a tree of values: those of the facet that comprise it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A facet and its choices, the most frequent first, each before those that it comprises, "not stated" last."""

    field: Field
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldColumn:
    """The values of a field, of every record in the order of the files."""

    field: Field
    values: Coded[Value]
    texts: Mapping[str, str]
    """How each value reads, where the field has words."""
    words: Coded[str] | None = None
    """How the value of each record reads, where records are sorted by that."""

    @property
    def numbers(self) -> list[int | float]:
        """The different numbers, not in order."""
        return [value for value in self.values.different if isinstance(value, int | float)]

    @property
    def is_stated(self) -> bool:
        """Whether any record states it."""
        return any(value is not None for value in self.values.different)


def make_column(field: Field, records: Iterable[Record]) -> FieldColumn:
    """Return the values of a field, and how they read."""
    values, texts = [], []
    for record in records:
        values.append(field.value(record))
        texts.append(field.text(record))
    return FieldColumn(field=field, values=encode(values), texts=first_texts(values, texts))


def first_texts(values: Iterable[Value], texts: Iterable[str]) -> dict[str, str]:
    """Return how each value reads: the first text that is more than the identifier."""
    found: dict[str, str] = {}
    for value, text in dict.fromkeys(zip(values, texts, strict=True)):
        add_text(found, stated(value), text)
    return found


def add_text(known: dict[str, str], value: str, text: str) -> None:
    """Take a text for a value, if the one that is known is no more than the value."""
    if known.get(value, value) == value:
        known[value] = text or value


def stated(value: Value) -> str:
    """Return a value as addresses hold it; empty where it is not stated."""
    return "" if value is None else str(value)


def values_at_first(facet: Facet, most: int) -> frozenset[int]:
    """Return the positions of the values to show before a search: the most frequent that comprise no others, at most so
    many, and those that comprise them. `filters.js` does the same with live counts."""
    values = facet.values
    inner = {wider for value in values for wider in value.wider}
    leaves = [at for at, value in enumerate(values) if value.value not in inner]
    frequent = sorted(leaves, key=lambda at: -values[at].count)[:most]
    above = {wider for at in frequent for wider in values[at].wider}
    return frozenset(frequent) | {at for at, value in enumerate(values) if value.value in above}


def make_facet(column: FieldColumn) -> Facet | None:
    """Return the facet; None where no record states it."""
    counts: Counter[str] = Counter()
    for value, count in zip(column.values.different, column.values.counts(), strict=True):
        counts[stated(value)] += count
    if not any(counts):
        return None
    values = _make_values(column.field, counts, column.texts)
    missing = [FacetValue(value="", text=NOT_STATED, count=counts[""])] if counts[""] else []
    return Facet(field=column.field, values=(*values, *missing))


def _make_values(field: Field, counts: Counter[str], texts: Mapping[str, str]) -> list[FacetValue]:
    """Return the choices: the stated values, and where the field has wider ones those that join several of them."""
    own = [value for value in counts if value]
    tree = make_tree(own, field.wider or (lambda _: ()))
    count_of = dict.fromkeys(tree.wider, 0)
    for value in own:
        for each in {value, *tree.wider[value]} & count_of.keys():
            count_of[each] += counts[value]
    words = {value: texts.get(value) or (field.label_of and field.label_of(value)) or value for value in tree.wider}
    rank = {value: (-count_of[value], fold(words[value]), value) for value in tree.wider}
    ordered = list(tree.in_order(rank))
    place = {value: at for at, (value, _) in enumerate(ordered)}
    return [
        FacetValue(
            value=value,
            text=words[value],
            count=count_of[value],
            depth=depth,
            wider=tuple(sorted(place.keys() & tree.wider[value], key=place.__getitem__)),
        )
        for value, depth in ordered
    ]


def facet_codes(column: FieldColumn, facet: Facet) -> bytes:
    """Return each record's choice: 0 for "not stated", else its position among the stated ones, from 1."""
    codes = {each.value: number for number, each in enumerate(facet.values, start=1)} | {"": 0}
    return as_planes(column.values.recode([codes[stated(value)] for value in column.values.different]))


def facet_summary(facet: Facet, *, is_shown: bool) -> dict[str, object]:
    field = facet.field
    numbers = {each.value: number for number, each in enumerate(facet.values)}
    return {
        "key": field.key,
        "label": field.label,
        "shown": is_shown,
        "searched": "search" in field.places,
        "asked": [field.key, *field.asked] if "ask" in field.places else [],
        "whole": field.whole,
        "values": [[each.value, each.text, each.count] for each in facet.values],
        "names": value_names(facet),
        "depths": [each.depth for each in facet.values] if field.wider else [],
        "wider": [[numbers[wider] for wider in each.wider] for each in facet.values] if field.wider else [],
    }


def value_names(facet: Facet) -> list[str]:
    """Return what queries call each value, by line, as it is searched."""
    return [_names(facet.field, each) for each in facet.values]


def _names(field: Field, each: FacetValue) -> str:
    """Return by line what a value is called in queries, as it is searched."""
    if not each.value:
        return ""
    names = (each.text, *(field.names(each.value) if field.names else each.value.split("\n")))
    return "\n".join(dict.fromkeys(plain(name) for name in names))
