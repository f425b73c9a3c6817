"""What the search files say of some thousand datasets that follow one another, made in one reading of their records.

So the records of a large catalog are decoded once, in this process or in others, and columns, texts and files are all
that is kept of them. `search.py` puts the slabs together. Pure functions.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sitegen import formatting, urls
from sitegen.compact import rare_collection
from sitegen.model import Page, Picture, Record
from sitegen.site.coded import Coded, encode, join
from sitegen.site.columns import as_json, make_file, make_template, plain
from sitegen.site.exports import export_columns
from sitegen.site.facets import FieldColumn, add_text, first_texts
from sitegen.site.facts import make_card_texts
from sitegen.site.field import Field, FieldPlace, Value
from sitegen.site.fields import TEXTS, fields_in_any
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
_Columns = Mapping[str, Sequence[object]]


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
        return zlib.compress(pickle.dumps(self), 1)

    @staticmethod
    def unpack(content: bytes) -> SlabTexts:
        """Return what was packed."""
        texts: SlabTexts = pickle.loads(zlib.decompress(content))  # noqa: S301  # from `pack`
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


def _make_slab(records: Sequence[Record], job: SlabJob) -> MadeSlab:
    fields = indexed_fields(job.extra)
    read = fields_in_any((*_PLACES, "export"), job.extra)
    values = {field.key: [field.value(record) for record in records] for field in read}
    coded = {field.key: encode(_sortable(values[field.key]) if field.number else values[field.key]) for field in fields}
    texts = {field.key: _texts(field, records, coded[field.key]) for field in fields if _has_texts(field)}
    spoken = _make_texts(records)
    return MadeSlab(
        values=coded,
        words={field.key: encode(texts[field.key]) for field in fields if sorts_by_words(field)},
        texts_of={field.key: first_texts(values[field.key], texts[field.key]) for field in fields if is_choice(field)},
        texts=spoken.pack(),
        stem_characters=sum(map(len, spoken.stems)),
        ids="".join(record.id[-ID_END:].rjust(ID_END) for record in records),
        files=_make_files(records, job, values, texts),
    )


def _sortable(values: Iterable[Value]) -> Iterator[Value]:
    """Return numbers without those that scripts cannot tell from others (ECMA-262, 6.1.6.1), which are not stated."""
    return (None if isinstance(value, int | float) and not abs(value) <= _MOST_EXACT else value for value in values)


def sorts_by_words(field: Field) -> bool:
    """Return whether datasets are sorted by how a value reads: identifiers say nothing."""
    return not field.number and "facet" in field.places


def is_choice(field: Field) -> bool:
    """Return whether a query or a visitor chooses among the field's values."""
    return "facet" in field.places or (not field.number and not field.places.isdisjoint({"search", "ask"}))


def _has_texts(field: Field) -> bool:
    return is_choice(field) or "table" in field.places


def _texts(field: Field, records: Sequence[Record], values: Coded[Value]) -> list[str]:
    if field.words is not None:
        return list(map(field.words, records))
    texts = list(map(field.value_text, values.different))
    return [texts[code] for code in values.codes.tolist()]


def _cells(field: Field, records: Sequence[Record], texts: Sequence[str]) -> list[str | None]:
    """Return what the table says of each dataset; None where that cannot be said of it."""
    return [text if text or field.applies(record) else None for record, text in zip(records, texts, strict=True)]


def _make_texts(records: Sequence[Record]) -> SlabTexts:
    stems = [plain(urls.stem(record.url)) for record in records]
    templates = {
        text.key: encode(
            make_template(plain(text.value(record) or ""), stem) for record, stem in zip(records, stems, strict=True)
        )
        for text in TEXTS
    }
    return SlabTexts(stems=stems, templates=templates)


def _make_files(
    records: Sequence[Record], job: SlabJob, values: _Columns, texts: Mapping[str, Sequence[str]]
) -> dict[str, list[Page]]:
    cards = _card_columns(records)
    cells = {field.key: _cells(field, records, texts[field.key]) for field in fields_in_any(("table",), job.extra)}
    rows = {
        each.name: values[each.field] if each.field else [each.value(record) for record in records]
        for each in export_columns(job.extra)
    }
    return {
        "cards": _column_files("cards", cards, CARDS_PER_FILE),
        "decks": _column_files("decks", cards, CARDS_PER_DECK) if job.has_decks else [],
        "cells": _column_files("cells", cells, CARDS_PER_FILE, len(records)),
        "rows": _column_files("rows", rows, ROWS_PER_FILE),
    }


def _column_files(name: str, columns: _Columns, size: int, count: int | None = None) -> list[Page]:
    """Return columns in files of so many datasets. count: of datasets, where there may be no column."""
    length = count if count is not None else len(next(iter(columns.values())))
    parts = [slice(start, start + size) for start in range(0, length, size)]
    return [make_file(name, as_json({key: column[part] for key, column in columns.items()})) for part in parts]


def _card_columns(records: Sequence[Record]) -> dict[str, list[object]]:
    """Return what cards show, by column; `cards.js` puts it where `macros/card.html` has it."""
    flags = [formatting.flag(record) for record in records]
    texts = [make_card_texts(record) for record in records]
    pictures = [record.found.thumbnail or _NO_PICTURE for record in records]
    return {
        "id": [record.id for record in records],
        "title": [formatting.shorten(text.title, 160) for text in texts],
        "context": [formatting.shorten(text.context, 160) for text in texts],
        "subject": [formatting.shorten(text.subject, 160) for text in texts],
        "facts": [text.facts for text in texts],
        "kind": [formatting.kind_badge(record) for record in records],
        "flag": [flag.text if flag else "" for flag in flags],
        "tone": [flag.tone if flag else "" for flag in flags],
        "blank": ["" if record.found.thumbnail else formatting.no_picture(record) for record in records],
        "picture": [picture.path for picture in pictures],
        "width": [picture.width for picture in pictures],
        "height": [picture.height for picture in pictures],
    }
