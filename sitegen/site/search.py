"""The files that the page searches: a small columnar index, made once, read by a worker.

Records are in an order of their own: by study, those with a picture first, then by the address without its
stem, so that similar records are adjacent and compress well. Text is kept as templates with the stem cut out,
facets as codes into small dictionaries, each number as codes into its sorted values, in a file that is fetched
only when it is sorted or filtered by; cards and export rows in chunks that are fetched when they are shown.
15,305 datasets cost a first search about 130 kB.

A word is found wherever it is in a dataset's texts. Texts are transferred whole where that is little, else the parts
that may have a word (`search_texts.py`); facets, ids and names of files are then in files of their own, too.
`assets/js/search/` reads the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import lcm
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sitegen.compact import select
from sitegen.model import Catalog, Page, Record
from sitegen.site.columns import FOLDER, as_json, as_planes, make_file, make_pack, plain
from sitegen.site.facets import Facet, FieldColumn, facet_codes, facet_summary, make_facet, value_names
from sitegen.site.field import Field, FieldPlace
from sitegen.site.fields import TEXTS, fields_in_any
from sitegen.site.ranges import Range, make_range, range_summary
from sitegen.site.search_names import acronyms, groups, nearest
from sitegen.site.search_order import SearchOrder, make_order
from sitegen.site.search_slabs import (
    CARDS_PER_DECK,
    CARDS_PER_FILE,
    ID_END,
    ROWS_PER_FILE,
    ColumnParts,
    SlabJob,
    indexed_fields,
    is_choice,
    make_slab,
)
from sitegen.site.search_sorts import make_sort_parts
from sitegen.site.search_texts import SIZES, Sizes, make_text_files
from sitegen.site.slabs import Slab, in_slabs
from sitegen.slab_workers import Run, workers

_MOST_DECKS = 25
"""Where there are more, none is made: nobody fetches so many ahead. `catalog.js` has the same number."""
_IDS_PER_FILE = 4096
"""Ids in one file, where the catalog is large."""
_PER_SLAB = 4096
"""About how many datasets a process gets at once: encoded, 8 MB."""
_Pack = tuple[str, Mapping[str, bytes]]
"""Name and parts of a file."""
_Column = FieldPlace | Literal["choice", "order"]
"""What a column is for: a place of its field; `choice`: a query or a visitor chooses among its values; `order`: its
values are sorted, by the results or by a limit in a query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchIndex:
    """What the home page shows before a search, and the files that it searches."""

    order: Sequence[Record]
    """The records as the files number them."""
    first: Sequence[Record]
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

    datasets: int
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slabs:
    """What was made of the records, in the order of the files."""

    texts: Sequence[bytes]
    """`SlabTexts`, packed."""
    stem_characters: int
    ids: str
    """The ends of all ids, without separators."""
    files: Mapping[str, list[Page]]
    """Of what results show and exports hold, by kind."""


def make_index(catalog: Catalog, sizes: Sizes = SIZES, *, processes: int = 1) -> SearchIndex:
    """Return the search index of a catalog.

    sizes: from when texts are in parts, and how large these are. processes: that make it; one is this process.
    """
    with workers(processes, __name__) as run:
        return _make_index(catalog, sizes, run, is_encoded=processes > 1)


def _make_index(catalog: Catalog, sizes: Sizes, run: Run, *, is_encoded: bool) -> SearchIndex:
    order = make_order(catalog.records, run)
    unit = lcm(sizes.block, CARDS_PER_FILE, ROWS_PER_FILE, CARDS_PER_DECK)
    parts = in_slabs(catalog.records, order.places, max(1, _PER_SLAB // unit) * unit, is_encoded=is_encoded)
    slabs, contents = _read(catalog, order, parts, run)
    names = [name for _, facet in contents.facets if "search" in facet.field.places for name in value_names(facet)]
    is_in_parts = slabs.stem_characters > sizes.stems
    texts = make_text_files(slabs.texts, names, sizes, is_large=is_in_parts, run=run)
    ids = _id_files(slabs.ids) if is_in_parts else [_id_file(slabs.ids, {})]
    files = {
        "texts": [texts.first],
        "facets": list(run(_make_pack, _facet_packs(contents, is_in_parts=is_in_parts))),
        "sorts": list(run(_make_pack, ((f"sort-{each.field.key}", make_sort_parts(each)) for each in contents.sorts))),
        "ids": ids[:1],
        **slabs.files,
    }
    most = {"cards": sizes.names, "cells": min(sizes.names, sizes.late_names), "rows": sizes.names}
    lists_of_names = {kind: _name_files(files[kind], count) for kind, count in most.items()}
    named = {kind: [_name(page) for page in lists_of_names.get(kind) or pages] for kind, pages in files.items()}
    summary = _summarize(contents, named)
    if is_in_parts:
        summary |= {"inParts": True}
    if any(lists_of_names.values()):
        summary |= {"namesPerFile": {kind: most[kind] // 2 for kind, pages in lists_of_names.items() if pages}}
    manifest = make_file("manifest", as_json(summary))
    pages = (*chain(*files.values()), *texts.others, *ids[1:], *chain(*lists_of_names.values()), manifest)
    return SearchIndex(
        order=select(catalog.records, order.places.tolist()),
        first=select(catalog.records, order.places[_by_turns(order.lists)].tolist()),
        facets=tuple(facet for _, facet in contents.facets if contents.is_shown(facet)),
        ranges=contents.ranges,
        sorts=tuple(column.field for column in contents.sorts if "sort" in column.field.places),
        column_sorts=tuple(
            each.field for each in contents.sorts if "sort" not in each.field.places and "table" in each.field.places
        ),
        manifest=manifest.path,
        pages=tuple({page.path: page for page in pages}.values()),
    )


def _by_turns(lists: Sequence[int]) -> NDArray[np.int64]:
    """Return one dataset of every study, then the second of every study, and so on; `engine.js` does the same."""
    nth = np.concatenate([np.zeros(0, np.int64), *map(np.arange, lists)])
    return np.argsort(nth, kind="stable")


def _read(catalog: Catalog, order: SearchOrder, parts: Iterable[Slab], run: Run) -> tuple[_Slabs, _Contents]:
    """Read all records once. parts: these, in the order of the search."""
    count = len(catalog.records)
    extra, has_decks = tuple(catalog.facets), count <= _MOST_DECKS * CARDS_PER_DECK
    columns = {field.key: ColumnParts(field) for field in indexed_fields(extra)}
    texts, characters, ids = [], 0, []
    files: dict[str, list[Page]] = {kind: [] for kind in ("cards", "decks", "cells", "rows")}
    for slab in run(make_slab, (SlabJob(records=slab, extra=extra, has_decks=has_decks) for slab in parts)):
        texts.append(slab.texts)
        characters += slab.stem_characters
        ids.append(slab.ids)
        for kind, pages in files.items():
            pages += slab.files[kind]
        for key, values in slab.values.items():
            columns[key].add(values, slab.words.get(key), slab.texts_of.get(key, {}))
    made = {key: columns.pop(key).join() for key in list(columns)}
    return _Slabs(texts=texts, stem_characters=characters, ids="".join(ids), files=files), _collect(
        count, order.lists, _by_use(made, extra)
    )


def _collect(count: int, lists: Sequence[int], columns: Mapping[_Column, Sequence[FieldColumn]]) -> _Contents:
    return _Contents(
        datasets=count,
        lists=lists,
        columns=columns,
        facets=[(column, facet) for column in columns["choice"] if (facet := make_facet(column))],
        ranges=tuple(each for column in columns["range"] if (each := make_range(column))),
        sorts=[column for column in columns["order"] if column.is_stated],
    )


def _by_use(columns: Mapping[str, FieldColumn], extra: tuple[str, ...]) -> dict[_Column, list[FieldColumn]]:
    """Return the columns by what they are for."""
    groups_of: dict[_Column, list[FieldColumn]] = {
        key: [columns[field.key] for field in fields_in_any((key,), extra)] for key in ("facet", "range", "table")
    }
    choice = [columns[field.key] for field in indexed_fields(extra) if is_choice(field)]
    sorted_by = fields_in_any(("range", "sort", "ask", "table"), extra)
    order_by = [columns[field.key] for field in sorted_by if field.number or field.places & {"sort", "table"}]
    return {**groups_of, "choice": choice, "order": order_by}


def _make_pack(job: _Pack) -> Page:
    return make_pack(*job)


def _facet_packs(contents: _Contents, *, is_in_parts: bool) -> list[_Pack]:
    """Return the codes of all facets in one file; of a catalog in parts, those that the page does not show apart."""
    packs: list[dict[str, bytes]] = [{}]
    for column, facet in contents.facets:
        codes = {column.field.key: facet_codes(column, facet)}
        if is_in_parts and not contents.is_shown(facet):
            packs.append(codes)
        else:
            packs[0] |= codes
    return [("facets", each) for each in packs]


def _summarize(contents: _Contents, files: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Return what the manifest says. files: names by kind.

    Names that are alike come first: where they are far from the facets, which have many of them again, gzip does not
    see it. Measured on the 15,305 real datasets: 155 bytes of 15.2 kB.
    """
    return {
        "alike": ["\n".join(_without_derived(names)) for names in groups()],
        "datasets": contents.datasets,
        "lists": contents.lists,
        "texts": [{"key": text.key, "weight": text.weight} for text in TEXTS],
        "facets": [facet_summary(facet, is_shown=contents.is_shown(facet)) for _, facet in contents.facets],
        "ranges": [range_summary(each) for each in contents.ranges],
        "sorts": [_field_summary(column.field) for column in contents.sorts],
        "columns": [_field_summary(column.field) for column in contents.columns["table"]],
        "nearest": nearest({each.value for _, facet in contents.facets if facet.field.wider for each in facet.values}),
        "acronyms": [plain(name) for name in acronyms()],
        "files": files,
        "perFile": {"cards": CARDS_PER_FILE, "decks": CARDS_PER_DECK, "cells": CARDS_PER_FILE, "rows": ROWS_PER_FILE},
    }


def _without_derived(names: Sequence[str]) -> list[str]:
    """Return names as they are searched, without those that `catalog.js` makes of others: `c elegans`."""
    said = dict.fromkeys(map(plain, names))
    made = {name.replace(". ", " ") for name in said if name[1:3] == ". "}
    return [name for name in said if name not in made]


def _id_files(ids: str) -> list[Page]:
    """Return the file that says which ids are in which file, and these, by the ends of the ids."""
    ends = _ends(ids)
    by_end = sorted(range(len(ends)), key=ends.__getitem__)
    parts = [by_end[start : start + _IDS_PER_FILE] for start in range(0, len(ends), _IDS_PER_FILE)]
    files = [_id_file("".join(map(ends.__getitem__, part)), {"numbers": as_planes(part)}) for part in parts]
    starts = [ends[part[0]] for part in parts]
    return [make_file("ids", as_json({"starts": starts, "files": [_name(page) for page in files]})), *files]


def _id_file(ids: str, more: dict[str, bytes]) -> Page:
    return make_pack("ids", {"ends": "\n".join(_ends(ids)).encode(), **more})


def _ends(ids: str) -> list[str]:
    return [ids[at : at + ID_END] for at in range(0, len(ids), ID_END)]


def _name_files(pages: Sequence[Page], most: int) -> list[Page]:
    """Return the files with the names of these, where there are too many for the manifest."""
    if len(pages) <= most:
        return []
    names = [_name(page) for page in pages]
    return [make_file("names", as_json(names[at : at + most // 2])) for at in range(0, len(names), most // 2)]


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
