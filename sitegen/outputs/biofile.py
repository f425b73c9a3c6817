"""`biofile-finder.csv`: every dataset as BioFile Finder reads it, so that a link opens the whole catalog there.

The first columns are those that it knows, `PRE_DEFINED_COLUMNS` in packages/core/services/DatabaseService of
https://github.com/AllenInstitute/biofile-finder; the others become its annotations. It takes a comma within a cell for
the end of one of several values, so no cell has one but between the items of a list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from sitegen.model import Catalog, Page, Record
from sitegen.outputs.flat import sort_rows
from sitegen.outputs.hosting import FILE_BYTES
from sitegen.outputs.tables import CsvLines, TableFile, make_cell, write_table
from sitegen.site.exports import export_columns
from sitegen.site.structured import page_path

_ADDRESS = "https://biofile-finder.allencell.org/app?source="
_LEFT_OUT = frozenset(("id", "url", "title", "bytes", "thumbnail_path", "added_at", "array_path", "image_path"))
"""Columns of exports that are among the first ones, or that only programs need."""
_COMMA = re.compile(r"\s*,\s*")


def biofile_files(catalog: Catalog, *, file_bytes: int = FILE_BYTES) -> Iterator[Page]:
    """Give `biofile-finder.csv`; it needs the site's own address."""
    columns = [each for each in export_columns(catalog.facets) if each.name not in _LEFT_OUT]

    def row_of(record: Record) -> Mapping[str, Any]:
        return {**_known(record, catalog), **{each.name: each.value(record) for each in columns}}

    rows = sort_rows(catalog.records)
    yield from write_table("biofile-finder", "csv", rows, lambda: _File(row_of), file_bytes=file_bytes)


def biofile_link(catalog: Catalog) -> str:
    """Return the address at which BioFile Finder opens the catalog; empty where the site's own is not known."""
    if not catalog.base_url:
        return ""
    source = {"name": catalog.title, "type": "csv", "uri": f"{catalog.base_url}biofile-finder.csv"}
    return _ADDRESS + quote(json.dumps(source, separators=(",", ":")), safe="")


def _known(record: Record, catalog: Catalog) -> dict[str, Any]:
    base, picture = catalog.base_url or "", record.found.thumbnail
    return {
        "File Path": record.url.replace(",", "%2C"),
        "File ID": record.id,
        "File Name": record.title,
        "File Size": record.found.bytes,
        "Thumbnail": f"{base}{picture.path}" if picture else None,
        "Uploaded": _timestamp(record.added_at),
        "page_url": base + page_path(record, catalog.layout),
    }


def _timestamp(time: str | None) -> str | None:
    """Return a time of ISO 8601 in UTC as BioFile Finder writes it: `YYYY-MM-DD HH:MM:SS.Z`."""
    found = re.match(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)", time or "")
    return f"{found[1]} {found[2]}.000+00:00" if found else None


class _File(TableFile):
    def __init__(self, row_of: Any) -> None:
        self._row_of = row_of
        self._lines = CsvLines()

    def add(self, record: Record) -> None:
        row = self._row_of(record)
        if not self._lines.size():
            self._lines.write(row)
        self._lines.write(map(_cell, row.values()))

    def size(self) -> int:
        return self._lines.size()

    def close(self) -> bytes:
        return self._lines.close()


def _cell(value: Any) -> str:
    """Return a cell whose only commas are those between the items of a list."""
    if isinstance(value, list):
        items = (make_cell(_COMMA.sub("; ", str(each)), 0) for each in value if each not in (None, ""))
        return ", ".join(items)
    return make_cell(_COMMA.sub("; ", value) if isinstance(value, str) else value, 0)
