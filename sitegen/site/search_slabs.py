"""What the search files say of some thousand datasets that follow one another, made in one reading of their records.

So the records of a large catalog are decoded once, in this process or in others, and columns, texts and files are all
that is kept of them. `search.py` puts the slabs together. Pure functions.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sitegen import formatting, urls
from sitegen.compact import pack, rare_collection, unpack
from sitegen.model import Page, Picture, Record
from sitegen.site.coded import Coded, encode, join
from sitegen.site.columns import as_json, make_file, make_template, plain
from sitegen.site.exports import ExportValue, export_columns
from sitegen.site.facets import FieldColumn, add_text, first_texts
from sitegen.site.facts import make_card_texts
from sitegen.site.field import Field, FieldPlace, Value
from sitegen.site.fields import TEXTS, fields_in_any
from sitegen.site.last_result import AT_ONCE
from sitegen.site.slabs import Slab, read_slab

CARDS_PER_FILE = 64
"""Cards in one file: about 2 kB. A page of results scattered over the catalog loads one file for each card."""
CARDS_PER_DECK = 4096
"""The same cards once more, in files of about 120 kB, which are fetched in the background while a visitor types."""
ROWS_PER_FILE = 1024
"""Export rows in one file."""
ID_END = 12
"""What of an `id` tells datasets apart: the hash at its end. Links that name datasets hold no more of it."""
_MOST_EXACT = 2**53
"""One hostile dataset must not make a column of numbers useless: its sorted values are sent as differences."""
_NO_PICTURE = Picture(path="", width=0, height=0)
_PLACES: tuple[FieldPlace, ...] = ("facet", "range", "sort", "table", "search", "ask")
_CARD_KEYS = (
    "id",
    "title",
    "context",
    "subject",
    "facts",
    "kind",
    "flag",
    "tone",
    "blank",
    "picture",
    "width",
    "height",
)
_TEXT_KEYS = tuple(text.key for text in TEXTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlabJob:
    """What a slab is made of."""

    records: Slab
    extra: tuple[str, ...]
    """Fields that the configuration names."""
    has_decks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlabTexts:
    """The texts of some datasets, plain, with the stem cut out."""

    stems: list[str]
    templates: Mapping[str, Coded[str]]
    """By key of the text."""

    def pack(self) -> bytes:
        """Return it in a tenth of the memory."""
        return pack(pickle.dumps(self))

    @staticmethod
    def unpack(content: bytes) -> SlabTexts:
        """Return what was packed."""
        texts: SlabTexts = pickle.loads(unpack(content))  # noqa: S301  # from `pack`
        return texts


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeSlab:
    """What is kept of the records of a slab."""

    values: Mapping[str, Coded[Value]]
    """By key of the field."""
    words: Mapping[str, Coded[str]]
    """How the values of facets read, for those whose datasets are sorted by that."""
    texts_of: Mapping[str, Mapping[str, str]]
    """By key of the field how each value reads: the first text that is more than the value."""
    texts: bytes
    """Packed."""
    stem_characters: int
    """Of all stems together."""
    ids: str
    """The ends of the ids, without separators."""
    files: Mapping[str, list[Page]]
    """By kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """What is read of records, one value of each record."""

    values: Mapping[str, Sequence[Value]]
    """By key of the field."""
    words: Mapping[str, Sequence[str]]
    """How they read, of fields with words of their own that the search files say."""
    applies: Mapping[str, Sequence[bool]]
    """Whether they could be said of the dataset, of fields that the table shows."""
    exports: Mapping[str, Sequence[ExportValue]]
    """By name of the column, of those that are no field's."""
    cards: Mapping[str, Sequence[object]]
    texts: Sequence[tuple[str, ...]]
    """The stems; then by key of the text."""


class ColumnParts:
    """The values of a field, slab by slab."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self._values: list[Coded[Value]] = []
        self._words: list[Coded[str]] = []
        self._texts: dict[str, str] = {}

    def add(self, values: Coded[Value], words: Coded[str] | None, texts: Mapping[str, str]) -> None:
        """Take those of the next datasets: values, how they read where datasets are sorted by it, and each reads."""
        self._values.append(values)
        if words is not None:
            self._words.append(words)
        for value, text in texts.items():
            add_text(self._texts, value, text)

    def join(self) -> FieldColumn:
        """Return the column of all datasets."""
        words = join(self._words) if sorts_by_words(self._field) else None
        return FieldColumn(field=self._field, values=join(self._values), texts=self._texts, words=words)


def indexed_fields(extra: tuple[str, ...]) -> tuple[Field, ...]:
    """Return the fields of which the search files have columns. extra: fields that the configuration names."""
    return fields_in_any(_PLACES, extra)


def make_slab(job: SlabJob) -> MadeSlab:
    """Return what the search files say of some datasets."""
    with rare_collection():
        return _make_slab(read_slab(job.records), job)


def _make_slab(records: Iterable[Record], job: SlabJob) -> MadeSlab:
    fields, read = indexed_fields(job.extra), _read(records, job.extra)
    coded = {field.key: _encode(field, read.values[field.key]) for field in fields}
    spoken = SlabTexts(
        stems=list(read.texts[0]), templates=dict(zip(_TEXT_KEYS, map(encode, read.texts[1:]), strict=True))
    )
    return MadeSlab(
        values=coded,
        words={field.key: _words(field, coded, read) for field in fields if sorts_by_words(field)},
        texts_of={field.key: _texts_of(field, coded, read) for field in fields if is_choice(field)},
        texts=spoken.pack(),
        stem_characters=sum(map(len, spoken.stems)),
        ids="".join(str(id_)[-ID_END:].rjust(ID_END) for id_ in read.values["id"]),
        files=_make_files(job, coded, read),
    )


def _read(records: Iterable[Record], extra: tuple[str, ...]) -> _Columns:
    """Return all that is read of the records: a few at a time, one column after another."""
    fields = fields_in_any((*_PLACES, "export"), extra)
    values = {field.key: field.value for field in fields}
    words = {field.key: field.words for field in indexed_fields(extra) if field.words is not None and _has_texts(field)}
    applies = {field.key: field.applies for field in fields_in_any(("table",), extra)}
    exports = {each.name: each.value for each in export_columns(extra) if not each.field}
    readers = (
        *values.values(),
        *words.values(),
        *applies.values(),
        *exports.values(),
        _card,
        _spoken,
    )
    read_columns: list[list[Any]] = [[] for _ in readers]
    rest = iter(records)
    while some := list(islice(rest, AT_ONCE)):
        for column, read in zip(read_columns, readers, strict=True):
            column += map(read, some)
    columns = iter(read_columns)
    return _Columns(
        values=dict(zip(values, columns, strict=False)),
        words=dict(zip(words, columns, strict=False)),
        applies=dict(zip(applies, columns, strict=False)),
        exports=dict(zip(exports, columns, strict=False)),
        cards=dict(zip(_CARD_KEYS, zip(*next(columns), strict=True), strict=True)),
        texts=list(zip(*next(columns), strict=True)),
    )


def _encode(field: Field, values: Sequence[Value]) -> Coded[Value]:
    coded = encode(values)
    is_exact = not field.number or all(map(_is_sortable, coded.different))
    return coded if is_exact else encode(value if _is_sortable(value) else None for value in values)


def _is_sortable(value: Value) -> bool:
    """Return whether a number is one that scripts can tell from others (ECMA-262, 6.1.6.1); others are not stated."""
    return not isinstance(value, int | float) or abs(value) <= _MOST_EXACT


def sorts_by_words(field: Field) -> bool:
    """Return whether datasets are sorted by how a value reads: identifiers say nothing."""
    return not field.number and "facet" in field.places


def is_choice(field: Field) -> bool:
    """Return whether a query or a visitor chooses among the field's values."""
    return "facet" in field.places or (not field.number and not field.places.isdisjoint({"search", "ask"}))


def _has_texts(field: Field) -> bool:
    return is_choice(field) or "table" in field.places


def _words(field: Field, coded: Mapping[str, Coded[Value]], read: _Columns) -> Coded[str]:
    """Return how the value of each dataset reads."""
    words = read.words.get(field.key)
    return coded[field.key].map(field.value_text) if words is None else encode(words)


def _texts_of(field: Field, coded: Mapping[str, Coded[Value]], read: _Columns) -> dict[str, str]:
    """Return how each value reads."""
    different, words = coded[field.key].different, read.words.get(field.key)
    if words is None:
        return first_texts(different, map(field.value_text, different))
    return first_texts(read.values[field.key], words)


def _cells(field: Field, coded: Mapping[str, Coded[Value]], read: _Columns) -> list[str | None]:
    """Return what the table says of each dataset; None where that cannot be said of it."""
    texts = read.words.get(field.key) or coded[field.key].map(field.value_text)
    return [text if text or applies else None for text, applies in zip(texts, read.applies[field.key], strict=True)]


def _spoken(record: Record) -> tuple[str, ...]:
    """Return the stem, and the text of each key, plain, with the stem cut out."""
    stem = plain(urls.stem(record.url))
    return (stem, *(make_template(plain(text.value(record) or ""), stem) for text in TEXTS))


def _make_files(job: SlabJob, coded: Mapping[str, Coded[Value]], read: _Columns) -> dict[str, list[Page]]:
    cells = {field.key: _cells(field, coded, read) for field in fields_in_any(("table",), job.extra)}
    rows = {
        each.name: read.values[each.field] if each.field else read.exports[each.name]
        for each in export_columns(job.extra)
    }
    return {
        "cards": _column_files("cards", read.cards, CARDS_PER_FILE),
        "decks": _column_files("decks", read.cards, CARDS_PER_DECK) if job.has_decks else [],
        "cells": _column_files("cells", cells, CARDS_PER_FILE, len(read.values["id"])),
        "rows": _column_files("rows", rows, ROWS_PER_FILE),
    }


def _column_files(
    name: str, columns: Mapping[str, Sequence[object]], size: int, count: int | None = None
) -> list[Page]:
    """Return columns in files of so many datasets. count: of datasets, where there may be no column."""
    length = count if count is not None else len(next(iter(columns.values())))
    parts = [slice(start, start + size) for start in range(0, length, size)]
    return [make_file(name, as_json({key: column[part] for key, column in columns.items()})) for part in parts]


def _card(record: Record) -> tuple[object, ...]:
    """Return what a card shows, by `_CARD_KEYS`; `cards.js` puts it where `macros/card.html` has it."""
    flag, texts, picture = formatting.flag(record), make_card_texts(record), record.found.thumbnail or _NO_PICTURE
    return (
        record.id,
        formatting.shorten(texts.title, 160),
        formatting.shorten(texts.context, 160),
        formatting.shorten(texts.subject, 160),
        texts.facts,
        formatting.kind_badge(record),
        flag.text if flag else "",
        flag.tone if flag else "",
        "" if record.found.thumbnail else formatting.no_picture(record),
        picture.path,
        picture.width,
        picture.height,
    )
