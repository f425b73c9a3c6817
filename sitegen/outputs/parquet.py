"""`index.parquet`: the table of datasets with types, lists as lists, and the statistics of each group of rows.

Rows are sorted by study, in groups of a thousand, so that a program that knows the study it looks for requests a few
ranges of the file. Needs pyarrow (the extra `parquet`), which is imported only where the file is written.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sitegen.model import Catalog, Page, Record
from sitegen.outputs.flat import Column, ColumnType, columns, make_row, sort_rows
from sitegen.outputs.hosting import FILE_BYTES
from sitegen.outputs.tables import write_table

ROWS_IN_GROUP = 1024
"""Rows of a group: at 15,305 datasets a group has some 100 kB, and a study seldom more than two groups."""
_INT64 = range(-(2**63), 2**63)


def is_parquet_possible() -> bool:
    """Return whether pyarrow is installed."""
    return importlib.util.find_spec("pyarrow") is not None


def parquet_files(catalog: Catalog, *, file_bytes: int = FILE_BYTES) -> Iterator[Page]:
    """Give `index.parquet`."""
    yield from write_table("index", "parquet", sort_rows(catalog.records), _ParquetFile, file_bytes=file_bytes)


class _ParquetFile:
    def __init__(self) -> None:
        import pyarrow  # type: ignore[import-untyped]  # it has no annotations
        import pyarrow.parquet  # type: ignore[import-untyped]

        self._arrow = pyarrow
        self._schema = pyarrow.schema([_field(pyarrow, column) for column in columns()])
        self._sink = pyarrow.BufferOutputStream()
        self._writer = pyarrow.parquet.ParquetWriter(
            self._sink, self._schema, compression="zstd", write_page_index=True
        )
        self._rows: list[list[Any]] = []

    def add(self, record: Record) -> None:
        self._rows.append(make_row(record))
        if len(self._rows) == ROWS_IN_GROUP:
            self._write_group()

    def size(self) -> int:
        return int(self._sink.tell())

    def close(self) -> bytes:
        self._write_group()
        self._writer.close()
        return bytes(self._sink.getvalue())

    def _write_group(self) -> None:
        if self._rows:
            values = zip(*self._rows, strict=True)
            arrays = [self._make_array(*each) for each in zip(values, columns(), self._schema, strict=True)]
            self._writer.write_table(self._arrow.table(arrays, schema=self._schema))
            self._rows.clear()

    def _make_array(self, values: Sequence[Any], column: Column, field: Any) -> Any:
        """Return the values of one column; they are read one by one only where they need it."""
        if column.type not in ("time", "map"):
            with suppress(UnicodeEncodeError, OverflowError, self._arrow.ArrowException):
                return self._arrow.array(values, type=field.type)
        return self._arrow.array([clean(value, column) for value in values], type=field.type)


def _field(arrow: Any, column: Column) -> Any:
    made: Mapping[ColumnType, Callable[[], Any]] = {
        "text": arrow.string,
        "integer": arrow.int64,
        "number": arrow.float64,
        "boolean": arrow.bool_,
        "time": lambda: arrow.timestamp("ms", tz="UTC"),
        "map": lambda: arrow.map_(arrow.string(), arrow.string()),
    }
    kind = made[column.type]()
    for _ in range(column.depth):
        kind = arrow.list_(kind)
    return arrow.field(column.name, kind, metadata={"description": column.description})


def clean(value: Any, column: Column, depth: int | None = None) -> Any:
    """Return a value as its column can hold it: numbers of 64 bits, text of whole characters, times in UTC."""
    left = column.depth if depth is None else depth
    if value is None:
        return None
    if left:
        return [clean(each, column, left - 1) for each in value]
    return _CLEAN[column.type](value)


def _text(value: str) -> str:
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def _time(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_CLEAN: Mapping[ColumnType, Callable[[Any], Any]] = {
    "text": _text,
    "integer": lambda value: int(value) if int(value) in _INT64 else None,
    "number": float,
    "boolean": bool,
    "time": _time,
    "map": lambda value: [(_text(name), _text(text)) for name, text in value.items()],
}
