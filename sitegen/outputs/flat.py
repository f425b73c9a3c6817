"""A record as one row of a table: the same columns, in the same order and of the same types, in every site.

Columns are the keys of a record; an object is flattened, its keys joined with `_` (`license_id`, `plate_wells`), and a
list of objects becomes one list for each of their keys (`axes_name`, `axes_unit`). Types come from the dataclasses of
`model`, never from the data, so a column that is null everywhere keeps its type. Rows are sorted by study, so that the
datasets of one study are together.
"""

from __future__ import annotations

import types
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np

from sitegen.compact import read_as
from sitegen.model import Record, StudyRef
from sitegen.outputs.index import RECORD_PARTS
from sitegen.outputs.schema import field_descriptions
from sitegen.site.slabs import Places, sort_places

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
    read: Callable[[object], tuple[Any, ...]] | None = None
    """Object → the values of `parts`; None for a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeyRecord:
    """What the order needs of a `Record`."""

    id: str
    study: StudyRef | None


def columns() -> tuple[Column, ...]:
    """Return the columns in the order of the keys of a record."""
    return tuple(_columns_of(_record_part().parts))


def read_columns(records: Sequence[Record]) -> list[Sequence[Any]]:
    """Return the values of some records, by column."""
    return list(_values_of(records, _record_part()))


def table_order(records: Sequence[Record]) -> Places:
    """Return the places of the records in the order of the tables: by study, those of none last, then by id."""
    groups: dict[tuple[bool, str], int] = {}
    group_of, ids = array("L"), []
    for record in read_as(records, _KeyRecord):
        key = (record.study is None, record.study.id if record.study else "")
        group_of.append(groups.setdefault(key, len(groups)))
        ids.append(record.id)
    ranks = np.empty(len(groups), np.int64)
    ranks[[groups[key] for key in sorted(groups)]] = np.arange(len(groups))
    return sort_places((ranks[np.asarray(group_of, np.int64)],), ids)


def _values_of(objects: Sequence[object | None], whole: _Part) -> Iterator[Sequence[Any]]:
    """Yield the values of objects by column, None where there is no object."""
    assert whole.read
    read, nothing = whole.read, (None,) * len(whole.parts)
    rows = [nothing if each is None else read(each) for each in objects]
    for part, values in zip(whole.parts, zip(*rows, strict=True), strict=True):
        if part.column:
            yield values
        elif part.is_list:
            yield from zip(*(_pull(each, part) for each in values), strict=True)
        else:
            yield from _values_of(values, part)


def _pull(objects: Sequence[object] | None, part: _Part) -> Iterable[tuple[Any, ...] | None]:
    """Return for each field of the objects in a list its values."""
    assert part.read
    if not objects:
        return [None if objects is None else ()] * len(part.parts)
    return zip(*map(part.read, objects), strict=True)


def _columns_of(parts: Iterable[_Part]) -> Iterator[Column]:
    for part in parts:
        if part.column:
            yield part.column
        else:
            yield from _columns_of(part.parts)


@cache
def _record_part() -> _Part:
    return _object_part("", tuple(_parts_of(Record, "", 0)))


def _object_part(field: str, parts: tuple[_Part, ...], *, is_list: bool = False) -> _Part:
    """Return the part of an object, or of a list of objects."""
    names = [part.field for part in parts]
    several = attrgetter(*names) if len(names) > 1 else lambda found: (getattr(found, names[0]),)
    return _Part(field, None, parts, is_list, several)


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
            yield _object_part(each.name, parts, is_list=bool(lists))
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
