"""`index.csv`, `index.ndjson.gz` and `index.parquet`: one row a dataset, with the columns of `flat`.

Rows are written one by one; one file is in memory at a time, which ends before hosts refuse it. Where one file would
be too long, numbered ones take its place, and the plain name is not there: a program that knows of no parts fails, and
does not take a part for the whole.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from sitegen.model import Catalog, Page, Record
from sitegen.outputs.encoding import to_json
from sitegen.outputs.flat import columns, make_row, sort_rows
from sitegen.outputs.hosting import FILE_BYTES

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""How text begins that spreadsheets take for a formula; `assets/js/home/export.js` has the same."""
_SEPARATED = str.maketrans({"\\": "\\\\", ";": "\\;"})


class TableFile(Protocol):
    """One file of a table while it is written."""

    def add(self, record: Record) -> None:
        """Write the row of a record."""

    def size(self) -> int:
        """Return about how many bytes there are so far."""
        ...

    def close(self) -> bytes:
        """Return the whole file."""
        ...


def write_table(
    stem: str, ending: str, records: Iterable[Record], begin: Callable[[], TableFile], *, file_bytes: int = FILE_BYTES
) -> Iterator[Page]:
    """Give a table as one file, or as numbered ones of about `file_bytes`."""
    file, made, rows = begin(), 0, 0
    for record in records:
        if rows and file.size() >= file_bytes:
            made += 1
            yield Page(path=f"{stem}-{made:03}.{ending}", content=file.close())
            file, rows = begin(), 0
        file.add(record)
        rows += 1
    yield Page(path=f"{stem}-{made + 1:03}.{ending}" if made else f"{stem}.{ending}", content=file.close())


def csv_files(catalog: Catalog, *, file_bytes: int = FILE_BYTES) -> Iterator[Page]:
    """Give `index.csv`."""
    yield from write_table("index", "csv", sort_rows(catalog.records), _CsvFile, file_bytes=file_bytes)


def ndjson_files(catalog: Catalog, *, file_bytes: int = FILE_BYTES) -> Iterator[Page]:
    """Give `index.ndjson.gz`."""
    yield from write_table("index", "ndjson.gz", sort_rows(catalog.records), _NdjsonFile, file_bytes=file_bytes)


class CsvLines:
    """Lines of CSV (RFC 4180) in UTF-8; half a surrogate pair becomes `?`."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        self._text = io.TextIOWrapper(self._bytes, encoding="utf-8", errors="replace", newline="", write_through=True)
        self._writer = csv.writer(self._text)

    def write(self, cells: Iterable[str]) -> None:
        """Write one line."""
        self._writer.writerow(cells)

    def size(self) -> int:
        """Return how many bytes there are so far."""
        return self._bytes.tell()

    def close(self) -> bytes:
        """Return all lines."""
        self._text.flush()
        return self._bytes.getvalue()


class _CsvFile:
    def __init__(self) -> None:
        self._lines = CsvLines()
        self._lines.write([column.name for column in columns()])
        self._depths = [column.depth for column in columns()]

    def add(self, record: Record) -> None:
        self._lines.write(map(make_cell, make_row(record), self._depths))

    def size(self) -> int:
        return self._lines.size()

    def close(self) -> bytes:
        return self._lines.close()


class _NdjsonFile:
    def __init__(self) -> None:
        self._packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)  # gzip, without a date
        self._parts = bytearray()
        self._names = [column.name for column in columns()]

    def add(self, record: Record) -> None:
        row = dict(zip(self._names, make_row(record), strict=True))
        self._parts += self._packer.compress(to_json(row) + b"\n")

    def size(self) -> int:
        return len(self._parts)

    def close(self) -> bytes:
        return bytes(self._parts + self._packer.flush())


def make_cell(value: Any, depth: int) -> str:
    """Return a value as a cell of CSV, which no spreadsheet takes for a formula.

    Items of a list are joined by `; `, those of a list in a list by `,`; a `;` or backslash of an item has a backslash
    before it.
    """
    if value is None or (depth and not value):
        return ""
    if depth == 0:
        text = _as_text(value)
        return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text
    text = "; ".join([_item(each, depth - 1) for each in value])
    return f"'{text}" if _FORMULA.match(text) else text


def _item(value: Any, depth: int) -> str:
    if depth:
        return ",".join(map(_as_text, value or ()))
    return _as_text(value) if type(value) is int else _as_text(value).translate(_SEPARATED)


def _as_text(value: Any) -> str:
    if type(value) is int:  # most of all cells
        return str(value)
    if value is None or value != value:  # not a number
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value).replace("\0", "")
