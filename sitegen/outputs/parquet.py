"""`index.parquet`: the table of datasets with types, lists as lists, and the statistics of each group of rows.

Rows are sorted by study, in groups of a thousand, so that a program that knows the study it looks for requests a few
ranges of the file. Needs pyarrow (the extra `parquet`), which is imported only where the file is written.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import numpy as np

from sitegen.model import Catalog, Page, Record
from sitegen.outputs.flat import Column, ColumnType, columns, make_row, sort_rows
from sitegen.outputs.hosting import FILE_BYTES
from sitegen.outputs.tables import write_table

ROWS_IN_GROUP = 1024
"""Rows of a group: at 15,305 datasets a group has some 100 kB, and a study seldom more than two groups."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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
        """Return the values of one column; they are cleaned only where they need it."""
        if column.type not in ("time", "map"):
            with suppress(OverflowError):
                return _make_array(self._arrow, values, field.type)
        return _make_array(self._arrow, [clean(value, column) for value in values], field.type)


def _make_array(arrow: Any, values: Sequence[Any], kind: Any) -> Any:
    """Return values as an array of a type, made of buffers as the columnar format of Arrow lays them out.

    `pyarrow.array` imports pandas, where that is installed, to find out whether values are of pandas: 57 MB, half a
    second.
    """
    stated = np.fromiter((value is not None for value in values), np.bool_, len(values))
    buffers = [None if stated.all() else _bits(arrow, stated)]
    children = None
    if arrow.types.is_map(kind):
        buffers.append(_offsets(arrow, lists := _lists(values)))
        children = [_make_pairs(arrow, list(chain.from_iterable(lists)), kind)]
    elif arrow.types.is_list(kind):
        buffers.append(_offsets(arrow, lists := _lists(values)))
        children = [_make_array(arrow, list(chain.from_iterable(lists)), kind.value_type)]
    elif arrow.types.is_string(kind):
        texts = [(value or "").encode("utf-8", "replace") for value in values]
        buffers += [_offsets(arrow, texts), arrow.py_buffer(b"".join(texts))]
    elif arrow.types.is_boolean(kind):
        buffers.append(_bits(arrow, np.array(values, np.bool_)))
    else:
        number = np.float64 if arrow.types.is_floating(kind) else np.int64
        buffers.append(arrow.py_buffer(np.array([0 if value is None else value for value in values], number)))
    return arrow.Array.from_buffers(kind, len(values), buffers, children=children)


def _make_pairs(arrow: Any, items: Sequence[tuple[str, str]], kind: Any) -> Any:
    """Return names and texts as the array of pairs that a map has."""
    columns = [[item[at] for item in items] for at in (0, 1)]
    made = [_make_array(arrow, column, arrow.string()) for column in columns]
    return arrow.StructArray.from_arrays(made, fields=[kind.key_field, kind.item_field])


def _lists(values: Iterable[Sequence[Any] | None]) -> Sequence[Sequence[Any]]:
    return [value or () for value in values]


def _bits(arrow: Any, flags: np.ndarray) -> Any:
    return arrow.py_buffer(np.packbits(flags, bitorder="little"))


def _offsets(arrow: Any, parts: Sequence[Sized]) -> Any:
    """Return where each part begins, and where the last one ends."""
    return arrow.py_buffer(np.cumsum([0, *map(len, parts)], dtype=np.int32))


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


def _time(value: str) -> int | None:
    """Return a time of ISO 8601 in milliseconds since 1970."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)


_CLEAN: Mapping[ColumnType, Callable[[Any], Any]] = {
    "text": _text,
    "integer": lambda value: int(value) if int(value) in _INT64 else None,
    "number": float,
    "boolean": bool,
    "time": _time,
    "map": lambda value: [(_text(name), _text(text)) for name, text in value.items()],
}
