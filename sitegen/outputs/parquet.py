"""`index.parquet`: the table of datasets with types, lists as lists, and the statistics of each group of rows.

Rows are sorted by study, in groups of a thousand, so that a program that knows the study it looks for requests a few
ranges of the file. Needs pyarrow (the extra `parquet`), which is imported only where the file is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sitegen.model import Catalog
from sitegen.outputs.flat import Column, ColumnType, columns, read_columns
from sitegen.outputs.tables import Columns, Content, DatasetTable

ROWS_IN_GROUP = 1024
"""Rows of a group: at 15,305 datasets a group has some 100 kB, and a study seldom more than two groups."""
_INT64 = range(-(2**63), 2**63)


def parquet_table(_catalog: Catalog, *, rows_in_group: int = ROWS_IN_GROUP) -> DatasetTable:
    """Return `index.parquet`. rows_in_group: of which the rows that are read at once are a multiple."""
    make_rows = partial(_make_groups, rows_in_group=rows_in_group)
    return DatasetTable(stem="index", ending="parquet", read=read_columns, make_rows=make_rows, begin=_ParquetFile)


def _make_groups(values: Columns, *, rows_in_group: int) -> list[bytes]:
    """Return groups of rows as streams of Arrow (Arrow Columnar Format, IPC Streaming Format)."""
    import pyarrow  # type: ignore[import-untyped]  # it has no annotations

    schema = _schema(pyarrow)
    groups = []
    for start in range(0, len(values[0]), rows_in_group):
        own = (each[start : start + rows_in_group] for each in values)
        arrays = [_make_array(pyarrow, *each) for each in zip(own, columns(), schema, strict=True)]
        sink = pyarrow.BufferOutputStream()
        with pyarrow.ipc.new_stream(sink, schema) as stream:
            stream.write_table(pyarrow.table(arrays, schema=schema))
        groups.append(sink.getvalue().to_pybytes())
    return groups


def _make_array(arrow: Any, values: Sequence[Any], column: Column, field: Any) -> Any:
    """Return the values of one column; they are read one by one only where they need it."""
    if column.type != "time":
        with suppress(UnicodeEncodeError, OverflowError, arrow.ArrowException):
            known = (
                [None if each is None else list(each.items()) for each in values] if column.type == "map" else values
            )
            return arrow.array(known, type=field.type)
    return arrow.array([clean(value, column) for value in values], type=field.type)


class _ParquetFile:
    def __init__(self) -> None:
        import pyarrow.parquet  # type: ignore[import-untyped]

        self._arrow = pyarrow
        self._content = Content()
        self._writer = pyarrow.parquet.ParquetWriter(
            self._content, _schema(pyarrow), compression="zstd", write_page_index=True
        )

    def add(self, rows: bytes) -> None:
        with self._arrow.ipc.open_stream(rows) as stream:
            self._writer.write_table(stream.read_all())

    def size(self) -> int:
        return self._content.tell()

    def close(self) -> bytes:
        self._writer.close()
        return self._content.take()


def _schema(arrow: Any) -> Any:
    return arrow.schema([_field(arrow, column) for column in columns()])


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
