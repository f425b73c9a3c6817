"""Tables of all datasets, such as `index.csv`: one row a dataset, made for all tables of a site in one pass.

Records are read once, in the order of `flat`, some thousand at a time. Of these, `DatasetTable.make_rows` makes the
encoded rows of each table, here or in other processes, and `TableFile.add` appends them to its file. One file of all
tables is in memory at a time, which ends before hosts refuse it. Where one file would be too long, numbered ones take
its place, and the plain name is not there: a program that knows of no parts fails, and does not take a part for the
whole.
"""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from typing import Any, Protocol

import msgspec

from sitegen.compact import rare_collection
from sitegen.model import Catalog, Page, Record
from sitegen.outputs.encoding import to_json
from sitegen.outputs.flat import Column, columns, read_columns, table_order
from sitegen.outputs.hosting import FILE_BYTES
from sitegen.site.last_result import AT_ONCE
from sitegen.site.slabs import Slab, in_slabs, read_slab
from sitegen.site.spill import Spill
from sitegen.slab_workers import workers, workers_of

_PER_SLAB = 1024
"""Datasets that are read at once, a multiple of the rows in a group of Parquet: 20 MB with all rows made of them."""
_PER_ENCODED_SLAB = 2048
"""The same of encoded records, which are sorted by slab in a file, in pieces: smaller ones would compress worse."""
_BLOCK_BYTES = 1_000_000
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""How text begins that spreadsheets take for a formula; `assets/js/home/export.js` has the same."""
_INTEGERS = re.compile(r"[\d,\[\]]+")
"""JSON of lists of integers that are not negative: none of them begins as a formula does."""
_KEYS = msgspec.msgpack.Encoder()
_QUOTED = re.compile(r'[",\r\n]')
_SEPARATED = str.maketrans({"\\": "\\\\", ";": "\\;"})


_encode_map = json.JSONEncoder(ensure_ascii=False).encode


class TableFile(Protocol):
    """One file of a table while it is written."""

    def add(self, rows: bytes) -> None:
        """Append what `DatasetTable.make_rows` returned one of."""

    def size(self) -> int:
        """Return about how many bytes there are so far."""
        ...

    def close(self) -> bytes:
        """Return the whole file."""
        ...


Columns = Sequence[Sequence[Any]]
"""By column the values of some datasets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetTable:
    """What a table is, and how it is written. What it has functions for is picklable: other processes call it."""

    stem: str
    ending: str
    read: Callable[[Sequence[Record]], Columns]
    """A few records → their values, which are read once for all tables that read them by the same function."""
    make_rows: Callable[[Columns], list[bytes]]
    """The values of some datasets → their rows encoded, one or several in each item."""
    begin: Callable[[], TableFile]

    def path(self, part: int | None = None) -> str:
        """Return the path of the table; part: or of a part of it."""
        return f"{self.stem}.{self.ending}" if part is None else f"{self.stem}-{part:03}.{self.ending}"

    def has(self, path: str) -> bool:
        """Return whether a path is that of the table or of a part of it."""
        return path.startswith(self.stem) and path.endswith(f".{self.ending}")


@dataclass(frozen=True, slots=True)
class _Job:
    """Some datasets, and of each table how their values are read and encoded."""

    records: Slab
    tables: tuple[tuple[Callable[[Sequence[Record]], Columns], Callable[[Columns], list[bytes]]], ...]


MakeTable = Callable[[Catalog], DatasetTable]


def table_files(
    catalog: Catalog, makes: Sequence[MakeTable], *, file_bytes: int = FILE_BYTES, processes: int | None = None
) -> Iterator[Page]:
    """Give each table as one file, or as numbered ones of about `file_bytes`; all are made in one pass.

    processes: that make rows; one is this process, None as many as are worth their start.
    """
    tables = [make(catalog) for make in makes]
    processes = processes or workers_of(len(catalog.records))
    writers = [_Writer(each, file_bytes) for each in tables]
    with workers(processes, __name__) as run:
        places = table_order(catalog.records)
        size = _PER_SLAB if isinstance(catalog.records, tuple) else _PER_ENCODED_SLAB
        slabs = in_slabs(catalog.records, places, size, is_encoded=processes > 1)
        jobs = (_Job(records=slab, tables=tuple((each.read, each.make_rows) for each in tables)) for slab in slabs)
        for rows_of_tables in run(_make_rows, jobs):
            for writer, rows in zip(writers, rows_of_tables, strict=True):
                yield from writer.add(rows)
    for writer in writers:
        yield writer.close()


def _make_rows(job: _Job) -> list[list[bytes]]:
    """Return the rows of some datasets, by table."""
    with rare_collection():
        columns: dict[Callable[[Sequence[Record]], Columns], list[list[Any]]] = {read: [] for read, _ in job.tables}
        rest = read_slab(job.records)
        while some := list(islice(rest, AT_ONCE)):
            for read, own in columns.items():
                for at, values in enumerate(read(some)):
                    if at == len(own):
                        own.append([])
                    own[at] += values
        return [make(columns[read]) for read, make in job.tables]


class _Writer:
    """Writes the files of a table."""

    def __init__(self, table: DatasetTable, file_bytes: int) -> None:
        self._table, self._file_bytes = table, file_bytes
        self._file = table.begin()
        self._has_rows = False
        self._closed = 0
        """Files before this one."""

    def add(self, some: Iterable[bytes]) -> Iterator[Page]:
        """Append rows, and give each file that ends."""
        for rows in some:
            if self._has_rows and self._file.size() >= self._file_bytes:
                self._closed += 1
                yield Page(path=self._table.path(self._closed), content=self._file.close())
                self._file = self._table.begin()
            self._file.add(rows)
            self._has_rows = True

    def close(self) -> Page:
        """Return the last file."""
        part = self._closed + 1 if self._closed else None
        return Page(path=self._table.path(part), content=self._file.close())


def csv_table(_catalog: Catalog) -> DatasetTable:
    """Return `index.csv`."""
    names = [column.name for column in columns()]
    return DatasetTable(
        stem="index", ending="csv", read=read_columns, make_rows=_csv_lines, begin=lambda: CsvFile(names)
    )


def _csv_lines(values: Columns) -> list[bytes]:
    return write_lines(map(_cells_of, values, columns()))


def _cells_of(values: Sequence[Any], column: Column) -> list[str]:
    make = _list_of_integers if column.type == "integer" and column.depth else make_cell
    # 1 and 1.0 are equal, but read differently
    return make_cells(values, partial(make, depth=column.depth), may_share=column.type != "number")


def ndjson_table(_catalog: Catalog) -> DatasetTable:
    """Return `index.ndjson.gz`."""
    return DatasetTable(stem="index", ending="ndjson.gz", read=read_columns, make_rows=_json_lines, begin=_GzipFile)


def _json_lines(values: Columns) -> list[bytes]:
    make = _json_row()
    return [to_json(make(*row)) + b"\n" for row in zip(*values, strict=True)]


@cache
def _json_row() -> type[msgspec.Struct]:
    """Return the class of a row, which is encoded in half the time of a dict: its keys are encoded already."""
    return msgspec.defstruct("JsonRow", [(column.name, Any) for column in columns()], gc=False)


def write_lines(cells: Iterable[Sequence[str]]) -> list[bytes]:
    """Return lines of CSV in UTF-8, from columns of cells of `make_cells`; half a surrogate pair becomes `?`."""
    return [f"{','.join(row)}\r\n".encode("utf-8", "replace") for row in zip(*cells, strict=True)]


class Content(io.RawIOBase):
    """What is written of a file: all but the last megabyte is on disk, as the files of all tables grow at once."""

    def __init__(self) -> None:
        self._block = io.BytesIO()
        self._spill: Spill | None = None
        self._spilled = 0

    def writable(self) -> bool:
        """Return whether it can be written."""
        return True

    def write(self, some: Any) -> int:
        """Append bytes. Raises BuildError where the disk is full."""
        count = self._block.write(some)
        if self._block.tell() >= _BLOCK_BYTES:
            self._spill = self._spill or Spill()
            self._spilled = self._spill.add(self._block.getvalue()).stop
            self._block = io.BytesIO()
        return count

    def tell(self) -> int:
        """Return how many bytes there are so far."""
        return self._spilled + self._block.tell()

    def take(self) -> bytes:
        """Return all bytes; nothing is written afterwards."""
        if self._spill is None:
            return self._block.getvalue()
        size_bytes = self._spill.add(self._block.getvalue()).stop
        with self._spill as spill:
            return spill.read(slice(0, size_bytes))


class CsvFile:
    """Lines of CSV below the names of the columns."""

    def __init__(self, names: Iterable[str]) -> None:
        self._content = Content()
        for line in write_lines(make_cells([name], str) for name in names):
            self._content.write(line)

    def add(self, rows: bytes) -> None:
        """Append lines."""
        self._content.write(rows)

    def size(self) -> int:
        """Return how many bytes there are so far."""
        return self._content.tell()

    def close(self) -> bytes:
        """Return all lines."""
        return self._content.take()


class _GzipFile:
    def __init__(self) -> None:
        self._packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)  # gzip, without a date
        self._content = Content()

    def add(self, rows: bytes) -> None:
        self._content.write(self._packer.compress(rows))

    def size(self) -> int:
        return self._content.tell()

    def close(self) -> bytes:
        self._content.write(self._packer.flush())
        return self._content.take()


def make_cells(values: Sequence[Any], make: Callable[[Any], str], *, may_share: bool = True) -> list[str]:
    """Return the values of a column as cells of CSV, with quotes where they need them (RFC 4180).

    `make`, which returns a cell without quotes, is asked once of each different value: many of a column are equal.
    may_share: whether values that are equal read alike; others, and those that cannot be hashed, are told apart as
    MessagePack writes them, which takes a fraction of the time that a list of numbers does.
    """
    if may_share:
        with suppress(TypeError):
            cells = {value: _quoted(make(value)) for value in dict.fromkeys(values)}
            return list(map(cells.__getitem__, values))
    with suppress(TypeError, ValueError, OverflowError):  # half a surrogate pair, or a number beyond 64 bits
        keys = list(map(_KEYS.encode, values))
        cells = {key: _quoted(make(value)) for key, value in dict(zip(keys, values, strict=True)).items()}
        return list(map(cells.__getitem__, keys))
    return [_quoted(make(value)) for value in values]


def _quoted(cell: str) -> str:
    if not _QUOTED.search(cell):
        return cell
    quoted = cell.replace('"', '""')
    return f'"{quoted}"'


def _list_of_integers(value: Any, depth: int) -> str:
    """Return what `make_cell` does, of lists of integers in a fifth of its time."""
    if not value:
        return ""
    with suppress(OverflowError):
        text = msgspec.json.encode(value).decode()
        if _INTEGERS.fullmatch(text):  # nothing is null
            return text[1:-1].replace(",", "; ") if depth == 1 else text[2:-2].replace("],[", "; ")
    return make_cell(value, depth)


def make_cell(value: Any, depth: int) -> str:
    """Return a value as a cell of CSV, which no spreadsheet takes for a formula.

    Items of a list are joined by `; `, those of a list in a list by `,`; a `;` or backslash of an item has a backslash
    before it.
    """
    if value is None or (depth and not value):
        return ""
    if type(value) is int:  # most of all cells, and of all items
        return str(value)
    if depth == 0:
        text = _as_text(value)
        return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text
    text = "; ".join([str(each) if type(each) is int else _item(each, depth - 1) for each in value])
    return f"'{text}" if _FORMULA.match(text) else text


def _item(value: Any, depth: int) -> str:
    if depth:
        return ",".join([str(each) if type(each) is int else _as_text(each) for each in value or ()])
    return _as_text(value).translate(_SEPARATED)


def _as_text(value: Any) -> str:
    if type(value) is str:
        return value.replace("\0", "")
    if value is None or value != value:  # not a number
        return ""
    if type(value) is float:
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return _encode_map(value) if value else ""
    return str(value).replace("\0", "")
