"""`biofile-finder.csv`: every dataset as BioFile Finder reads it, so that a link opens the whole catalog there.

The first columns are those that it knows, `PRE_DEFINED_COLUMNS` in packages/core/services/DatabaseService of
https://github.com/AllenInstitute/biofile-finder; the others become its annotations. It takes a comma within a cell for
the end of one of several values, so no cell has one but between the items of a list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache, partial
from urllib.parse import quote

from sitegen.model import Catalog, Layout, Record
from sitegen.outputs.tables import Columns, CsvFile, DatasetTable, make_cell, make_cells, write_lines
from sitegen.site.exports import ExportColumn, ExportValue, export_columns
from sitegen.site.structured import page_path
from sitegen.site.values import heading

_ADDRESS = "https://biofile-finder.allencell.org/app?source="
_LEFT_OUT = frozenset(("id", "url", "short_title", "bytes", "thumbnail_path", "added_at", "array_path", "image_path"))
"""Columns of exports that are among the first ones, or that only programs need."""
_KNOWN = ("File Path", "File ID", "File Name", "File Size", "Thumbnail", "Uploaded", "page_url")
"""The first columns."""
_COMMA = re.compile(r"\s*,\s*")


def biofile_table(catalog: Catalog) -> DatasetTable:
    """Return `biofile-finder.csv`; it needs the site's own address."""
    read = partial(_read, base_url=catalog.base_url or "", layout=catalog.layout, facets=catalog.facets)
    names = (*_KNOWN, *(each.name for each in _others(catalog.facets)))
    return DatasetTable(stem="biofile-finder", ending="csv", read=read, make_rows=_lines, begin=lambda: CsvFile(names))


def _read(
    records: Sequence[Record], *, base_url: str, layout: Layout, facets: tuple[str, ...]
) -> list[Sequence[ExportValue]]:
    known = zip(*(_known(record, base_url, layout) for record in records), strict=True)
    return [*known, *(list(map(each.value, records)) for each in _others(facets))]


def _lines(columns: Columns) -> list[bytes]:
    return write_lines(make_cells(values, _cell) for values in columns)


@lru_cache(maxsize=16)  # asked of every record
def _others(facets: tuple[str, ...]) -> tuple[ExportColumn, ...]:
    return tuple(each for each in export_columns(facets) if each.name not in _LEFT_OUT)


def biofile_link(catalog: Catalog) -> str:
    """Return the address at which BioFile Finder opens the catalog; empty where the site's own is not known."""
    if not catalog.base_url:
        return ""
    source = {"name": catalog.title, "type": "csv", "uri": f"{catalog.base_url}biofile-finder.csv"}
    return _ADDRESS + quote(json.dumps(source, separators=(",", ":")), safe="")


def _known(record: Record, base_url: str, layout: Layout) -> tuple[ExportValue, ...]:
    """Return the values of `_KNOWN`."""
    picture = record.found.thumbnail
    return (
        record.url.replace(",", "%2C"),
        record.id,
        heading(record),
        record.found.bytes,
        f"{base_url}{picture.path}" if picture else None,
        _timestamp(record.added_at),
        base_url + page_path(record, layout),
    )


def _timestamp(time: str | None) -> str | None:
    """Return a time of ISO 8601 in UTC as BioFile Finder writes it: `YYYY-MM-DD HH:MM:SS.Z`."""
    found = re.match(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)", time or "")
    return f"{found[1]} {found[2]}.000+00:00" if found else None


def _cell(value: ExportValue) -> str:
    """Return a cell whose only commas are those between the items of a list."""
    if isinstance(value, list):
        items = (make_cell(_COMMA.sub("; ", str(each)), 0) for each in value if each not in (None, ""))
        return ", ".join(items)
    return make_cell(_COMMA.sub("; ", value) if isinstance(value, str) and "," in value else value, 0)
