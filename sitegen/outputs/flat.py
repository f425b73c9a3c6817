"""A record as one row of a table: the same columns, in the same order and of the same types, in every site.

Columns are the keys of a record; an object is flattened, its keys joined with `_` (`license_id`, `plate_wells`), and a
list of objects becomes one list for each of their keys (`axes_name`, `axes_unit`). Types come from the dataclasses of
`model`, never from the data, so a column that is null everywhere keeps its type. Rows are sorted by study, so that the
datasets of one study are together.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from sitegen.model import Record
from sitegen.outputs.index import RECORD_PARTS
from sitegen.outputs.schema import field_descriptions

ColumnType = Literal["text", "integer", "number", "boolean", "time", "map"]
_TYPES: Mapping[type, ColumnType] = {bool: "boolean", int: "integer", float: "number", str: "text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the tables of datasets."""

    name: str
    type: ColumnType
    """`time`: of ISO 8601, in UTC. `map`: names and texts."""
    depth: int
    """0: one value; 1: a list; 2: a list of lists."""
    description: str


@dataclass(frozen=True, slots=True)
class _Part:
    """One field of a record or of an object in it, as a row needs it."""

    field: str
    column: Column | None
    """None for an object, whose fields are columns."""
    parts: tuple[_Part, ...] = ()
    """Those of an object, or of each object in a list."""
    is_list: bool = False


def columns() -> tuple[Column, ...]:
    """Return the columns in the order of the keys of a record."""
    return tuple(_columns_of(_parts()))


def make_row(record: Record) -> list[Any]:
    """Return the values of a record, in the order of the columns."""
    row: list[Any] = []
    _add_object(row, record, _parts())
    return row


def sort_rows(records: Iterable[Record]) -> list[Record]:
    """Return the records in the order of the tables: by study, those of none last, then by id."""
    return sorted(records, key=lambda each: (each.study is None, each.study.id if each.study else "", each.id))


def _add_object(row: list[Any], found: object | None, parts: Iterable[_Part]) -> None:
    for part in parts:
        value = None if found is None else getattr(found, part.field)
        if part.column:
            row.append(value)
        elif part.is_list:
            row.extend(_pull(value, inner.field) for inner in part.parts)
        else:
            _add_object(row, value, part.parts)


def _pull(objects: Iterable[object] | None, field: str) -> list[Any] | None:
    return None if objects is None else [getattr(each, field) for each in objects]


def _columns_of(parts: Iterable[_Part]) -> Iterator[Column]:
    for part in parts:
        if part.column:
            yield part.column
        else:
            yield from _columns_of(part.parts)


@cache
def _parts() -> tuple[_Part, ...]:
    return tuple(_parts_of(Record, "", 0))


def _parts_of(kind: type, prefix: str, depth: int) -> Iterator[_Part]:
    """Yield the parts of a dataclass. prefix: of the names of its columns. depth: how many lists are around it."""
    hints, texts = get_type_hints(kind), field_descriptions(kind)
    for each in fields(kind):
        inner, lists = _strip(hints[each.name])
        if is_dataclass(inner):
            assert isinstance(inner, type)
            assert not depth, f"{kind.__name__}.{each.name}: objects in lists hold plain values, as tables need it"
            own = prefix if each.name in RECORD_PARTS else f"{prefix}{each.name}_"
            parts = tuple(_parts_of(inner, own, lists))
            yield _Part(each.name, None, parts, bool(lists))
            continue
        name = f"{prefix}{each.name}"
        made = "time" if name.endswith("_at") else _type_of(inner)
        text = texts.get(each.name, "")
        yield _Part(each.name, Column(name=name, type=made, depth=depth + lists, description=text))


def _strip(hint: Any) -> tuple[Any, int]:
    """Return a type without `None`, and without the lists around it, with how many there are."""
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is not tuple:
        return hint, 0
    inner, lists = _strip(get_args(hint)[0])
    return inner, lists + 1


def _type_of(hint: Any) -> ColumnType:
    origin = get_origin(hint)
    if origin is Literal:
        return "text"
    return "map" if origin is not None and issubclass(origin, Mapping) else _TYPES[hint]
