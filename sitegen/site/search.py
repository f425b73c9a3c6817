"""The files that the page searches: a small columnar index, made once, read by a worker.

Records are in an order of their own: by study, those with a picture first, then by the address without its
stem, so that similar records are adjacent and compress well. Text is kept as templates with the stem cut out,
facets as codes into small dictionaries, each number as codes into its sorted values, in a file that is fetched
only when it is sorted or filtered by; cards and export rows in chunks that are fetched when they are shown.
15,305 datasets cost a first search about 130 kB.

A word is found wherever it is in a dataset's texts. Texts are transferred whole where that is little, else the parts
that may have a word (`search_texts.py`); facets, ids and names of files are then in files of their own, too. Pure
functions; `assets/js/search/` reads the files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from sitegen import formatting, urls
from sitegen.model import Catalog, Page, Picture, Record
from sitegen.site.columns import (
    FOLDER,
    as_json,
    as_planes,
    fold,
    make_file,
    make_pack,
    make_template,
    plain,
)
from sitegen.site.exports import export_columns
from sitegen.site.facets import Facet, FieldColumn, facet_codes, facet_summary, make_facet, value_names
from sitegen.site.facts import make_card_texts
from sitegen.site.field import Field, FieldPlace, Value
from sitegen.site.fields import TEXTS, fields_in_any
from sitegen.site.ranges import Range, make_range, range_summary
from sitegen.site.search_names import acronyms, groups
from sitegen.site.search_texts import SIZES, Sizes, is_large, make_text_files

CARDS_PER_FILE = 64
"""Cards in one file: about 2 kB. A page of results scattered over the catalog loads one file for each card."""
CARDS_PER_DECK = 4096
"""The same cards once more, in files of about 120 kB, which are fetched in the background while a visitor types."""
ROWS_PER_FILE = 1024
"""Export rows in one file."""
_MOST_DECKS = 25
"""Where there are more, none is made: nobody fetches so many ahead. `catalog.js` has the same number."""
_IDS_PER_FILE = 4096
"""Ids in one file, where the catalog is large."""
ID_END = 12
"""What of an `id` tells datasets apart: the hash at its end. Links that name datasets hold no more of it."""
_NO_PICTURE = Picture(path="", width=0, height=0)
_SortKey = tuple[str | int | float, ...]
_Column = FieldPlace | Literal["choice", "order"]
"""What a column is for: a place of its field; `choice`: a query or a visitor chooses among its values; `order`: its
values are sorted, by the results or by a limit in a query."""
_PLACES: tuple[FieldPlace, ...] = ("facet", "range", "table", "export")
_WITH_TEXTS: frozenset[FieldPlace] = frozenset({"facet", "table", "search", "ask"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchIndex:
    """What the home page shows before a search, and the files that it searches."""

    order: tuple[Record, ...]
    """The records as the files number them."""
    first: tuple[Record, ...]
    """The records as the page shows them before a search: the first of every study, then the second of every study …"""
    facets: tuple[Facet, ...]
    ranges: tuple[Range, ...]
    sorts: tuple[Field, ...]
    """What the menu of sort orders offers."""
    column_sorts: tuple[Field, ...]
    """What the table can be sorted by besides."""
    manifest: str
    """Path of the file that names all others."""
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contents:
    """What the files of a catalog hold, before they are made."""

    order: tuple[Record, ...]
    lists: Sequence[int]
    """How many records each study has."""
    columns: Mapping[_Column, Sequence[FieldColumn]]
    facets: Sequence[tuple[FieldColumn, Facet]]
    """Also those that are only asked for in words."""
    ranges: tuple[Range, ...]
    sorts: Sequence[FieldColumn]

    def is_shown(self, facet: Facet) -> bool:
        """Return whether the home page shows a facet."""
        return any(column.field.key == facet.field.key for column in self.columns["facet"])


def make_index(catalog: Catalog, sizes: Sizes = SIZES) -> SearchIndex:
    """Return the search index of a catalog; sizes: from when texts are in parts, and how large these are."""
    contents = _collect(catalog)
    order = contents.order
    names = [name for _, facet in contents.facets if "search" in facet.field.places for name in value_names(facet)]
    texts = make_text_files(order, names, sizes)
    is_in_parts = is_large(order, sizes)
    ids = _id_files(order) if is_in_parts else [_id_file(order, {})]
    files = {
        "texts": [texts.first],
        "facets": _facet_files(contents, is_in_parts=is_in_parts),
        "sorts": [_sort_file(column) for column in contents.sorts],
        "ids": ids[:1],
        **_result_files(contents, catalog.facets),
    }
    lists_of_names = {kind: _name_files(files[kind], sizes.names) for kind in ("cards", "cells", "rows")}
    named = {kind: [_name(page) for page in lists_of_names.get(kind) or pages] for kind, pages in files.items()}
    summary = _summarize(contents, named)
    if is_in_parts:
        summary |= {"inParts": True}
    if any(lists_of_names.values()):
        summary |= {"namesPerFile": {kind: sizes.names // 2 for kind, pages in lists_of_names.items() if pages}}
    manifest = make_file("manifest", as_json(summary))
    pages = (*chain(*files.values()), *texts.others, *ids[1:], *chain(*lists_of_names.values()), manifest)
    return SearchIndex(
        order=order,
        first=_first(order, contents.lists),
        facets=tuple(facet for _, facet in contents.facets if contents.is_shown(facet)),
        ranges=contents.ranges,
        sorts=tuple(column.field for column in contents.sorts if "sort" in column.field.places),
        column_sorts=tuple(
            each.field for each in contents.sorts if "sort" not in each.field.places and "table" in each.field.places
        ),
        manifest=manifest.path,
        pages=tuple({page.path: page for page in pages}.values()),
    )


def _collect(catalog: Catalog) -> _Contents:
    order, lists = _search_order(catalog.records)
    columns = _make_columns(order, catalog.facets)
    return _Contents(
        order=order,
        lists=lists,
        columns=columns,
        facets=[(column, facet) for column in columns["choice"] if (facet := make_facet(column))],
        ranges=tuple(each for column in columns["range"] if (each := make_range(column))),
        sorts=[column for column in columns["order"] if any(value is not None for value in column.values)],
    )


def _facet_files(contents: _Contents, *, is_in_parts: bool) -> list[Page]:
    """Return the codes of all facets in one file; of a catalog in parts, a file each."""
    codes = {column.field.key: facet_codes(column, facet) for column, facet in contents.facets}
    return [make_pack("facets", each) for each in ([{key: codes[key]} for key in codes] if is_in_parts else [codes])]


def _result_files(contents: _Contents, extra: Sequence[str]) -> dict[str, list[Page]]:
    """Return the files of what results show and exports hold. extra: fields that the configuration names."""
    order, cells = contents.order, contents.columns["table"]
    decks = _parts(len(order), CARDS_PER_DECK)
    return {
        "cards": [_card_file("cards", order[part]) for part in _parts(len(order), CARDS_PER_FILE)],
        "decks": [_card_file("decks", order[part]) for part in (decks if len(decks) <= _MOST_DECKS else ())],
        "cells": [_column_file("cells", cells, part) for part in _parts(len(order), CARDS_PER_FILE)],
        "rows": [_row_file(order[part], extra) for part in _parts(len(order), ROWS_PER_FILE)],
    }


def _summarize(contents: _Contents, files: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Return what the manifest says. files: names by kind."""
    return {
        "datasets": len(contents.order),
        "lists": contents.lists,
        "texts": [{"key": text.key, "weight": text.weight} for text in TEXTS],
        "facets": [facet_summary(facet, is_shown=contents.is_shown(facet)) for _, facet in contents.facets],
        "ranges": [range_summary(each) for each in contents.ranges],
        "sorts": [_field_summary(column.field) for column in contents.sorts],
        "columns": [_field_summary(column.field) for column in contents.columns["table"]],
        "alike": [[plain(name) for name in names] for names in groups()],
        "acronyms": [plain(name) for name in acronyms()],
        "files": files,
        "perFile": {"cards": CARDS_PER_FILE, "decks": CARDS_PER_DECK, "cells": CARDS_PER_FILE, "rows": ROWS_PER_FILE},
    }


def _make_columns(order: Sequence[Record], extra: Sequence[str]) -> dict[_Column, list[FieldColumn]]:
    """Return the columns by what they are for."""
    columns = {
        field.key: FieldColumn(
            field=field,
            values=tuple(field.value(record) for record in order),
            texts=tuple(field.text(record) for record in order) if field.places & _WITH_TEXTS else (),
        )
        for field in fields_in_any(("facet", "range", "sort", "table", "search", "ask", "export"), extra)
    }
    groups_of: dict[_Column, list[FieldColumn]] = {
        key: [columns[field.key] for field in fields_in_any((key,), extra)] for key in _PLACES
    }
    asked = fields_in_any(("facet", "search", "ask"), extra)
    choice = [columns[field.key] for field in asked if not field.number or "facet" in field.places]
    sorted_by = fields_in_any(("range", "sort", "ask", "table"), extra)
    order_by = [columns[field.key] for field in sorted_by if field.number or field.places & {"sort", "table"}]
    return {**groups_of, "choice": choice, "order": order_by}


def _search_order(records: Sequence[Record]) -> tuple[tuple[Record, ...], list[int]]:
    """Return the records in the order of the files, and how many each study has, in the order of the lists.

    Datasets without a study are together with the others of their list.
    """
    ranks: dict[str, int] = {}
    keyed = []
    for record in records:
        group = record.study.id if record.study else record.lists[0].csv if record.lists else ""
        rank = ranks.setdefault(group, len(ranks))
        stem = plain(urls.stem(record.url))
        template = make_template(plain(record.url), stem)
        keyed.append(((rank, record.found.thumbnail is None, template, stem, record.id), record))
    keyed.sort(key=lambda pair: pair[0])
    lists = Counter(key[0] for key, _ in keyed)
    return tuple(record for _, record in keyed), [lists[rank] for rank in range(len(ranks))]


def _first(order: Sequence[Record], lists: Sequence[int]) -> tuple[Record, ...]:
    """Return one record of every study, then the second of every study, and so on; `engine.js` does the same."""
    nth = chain.from_iterable(range(count) for count in lists)
    return tuple(record for _, record in sorted(zip(nth, order, strict=True), key=lambda pair: pair[0]))


def _sort_file(column: FieldColumn) -> Page:
    """Return the sorted different values, as differences, and each record's rank among them, from 1; 0: not stated.

    Of a text only the ranks: they are all that sorting needs. Numbers that are not whole stand as they are, because
    sums of their differences would not be exact.
    """
    by_words = not column.field.number and "facet" in column.field.places  # identifiers say nothing
    stated = [text or None for text in column.texts] if by_words else column.values
    keys = {value: _sort_key(value) for value in set(stated) if value is not None}
    ranks = {key: rank for rank, key in enumerate(sorted(set(keys.values())), start=1)}
    rank_of: dict[Value, int] = {value: ranks[key] for value, key in keys.items()}
    numbers = sorted(set(column.numbers))
    is_whole = all(isinstance(number, int) for number in numbers)
    steps = [value - before for before, value in zip([0, *numbers], numbers, strict=False)] if is_whole else numbers
    codes = [rank_of.get(value, 0) for value in stated]
    parts = {
        "steps" if is_whole else "values": as_json(steps),
        "codes": as_planes(codes),
    }
    return make_pack(f"sort-{column.field.key}", parts)


def _sort_key(value: str | int | float) -> _SortKey:
    """Return what to compare: a number as it is, text with its numbers as numbers, so that `P9` is before `P10`."""
    if isinstance(value, int | float):
        return (value,)
    parts = re.split(r"([0-9]+)", fold(value))
    return tuple(int(part) if at % 2 else part for at, part in enumerate(parts))


def _id_files(order: Sequence[Record]) -> list[Page]:
    """Return the file that says which ids are in which file, and these, by the ends of the ids."""
    by_end = sorted(range(len(order)), key=lambda at: order[at].id[-ID_END:])
    parts = [by_end[part] for part in _parts(len(order), _IDS_PER_FILE)]
    files = [_id_file([order[at] for at in part], {"numbers": as_planes(part)}) for part in parts]
    starts = [order[part[0]].id[-ID_END:] for part in parts]
    return [make_file("ids", as_json({"starts": starts, "files": [_name(page) for page in files]})), *files]


def _id_file(records: Sequence[Record], more: dict[str, bytes]) -> Page:
    return make_pack("ids", {"ends": "\n".join(record.id[-ID_END:] for record in records).encode(), **more})


def _name_files(pages: Sequence[Page], most: int) -> list[Page]:
    """Return the files with the names of these, where there are too many for the manifest."""
    if len(pages) <= most:
        return []
    names = [_name(page) for page in pages]
    return [make_file("names", as_json(names[part])) for part in _parts(len(names), most // 2)]


def _name(page: Page) -> str:
    return page.path.removeprefix(FOLDER)


def _field_summary(field: Field) -> dict[str, object]:
    return {
        "key": field.key,
        "label": field.label,
        "sorts": "sort" in field.places,
        "number": field.number,
        "asked": [field.key, *field.asked] if "ask" in field.places and field.number else [],
        "unit": field.unit,
    }


def _parts(count: int, size: int) -> list[slice]:
    return [slice(start, start + size) for start in range(0, count, size)]


def _card_file(name: str, records: Sequence[Record]) -> Page:
    """Return what cards show, by column; `cards.js` puts it where `macros/card.html` has it."""
    flags = [formatting.flag(record) for record in records]
    texts = [make_card_texts(record) for record in records]
    pictures = [record.found.thumbnail or _NO_PICTURE for record in records]
    card = {
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
    return make_file(name, as_json(card))


def _column_file(name: str, columns: Sequence[FieldColumn], part: slice) -> Page:
    """Return a part of some columns as people read them."""
    return make_file(name, as_json({each.field.key: each.texts[part] for each in columns}))


def _row_file(records: Sequence[Record], extra: Sequence[str]) -> Page:
    """Return what is exported of some records, by column."""
    columns = export_columns(extra)
    return make_file("rows", as_json({each.name: [each.value(record) for record in records] for each in columns}))
