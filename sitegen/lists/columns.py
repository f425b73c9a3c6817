"""The columns of a list that sitegen knows: one table, and a reader for each kind of cell.

The columns are those of the lists of the OME2024 NGFF Challenge. A reader turns the text
of a cell into the value of a field of `Entry`, once, where the list is parsed: nothing
behind it sees a cell that was not validated. A column that is not in the table is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sitegen.urls import is_subpath

CellValue = str | int | tuple[int, ...] | tuple[str, ...]

_WHOLE = re.compile(r"\d{1,15}")
_NUMBER = re.compile(r"\d{1,20}(\.\d*)?([eE]\+?\d{1,2})?")
_MAX_BYTES = 2**63
_MAX_AXES = 32
"""OME-Zarr has five axes, its drafts a few more; 32 was for long the limit of numpy."""


def read_text(text: str) -> str:
    """Return the text as it is."""
    return text


def read_stored_bytes(text: str) -> int | None:
    """Return a number of bytes, rounded; None for 0, which lists write where nobody counted.

    The real lists hold `417816396.00000006`. Raises ValueError.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError("a number of bytes")
    count = int(text) if text.isdecimal() else round(float(text))
    if count >= _MAX_BYTES:
        raise ValueError("a number of bytes below 2⁶³")
    return count or None


def read_count(text: str) -> int:
    """Return a whole number. Raises ValueError."""
    if not _WHOLE.fullmatch(text):
        raise ValueError("a whole number")
    return int(text)


def read_sizes(text: str) -> tuple[int, ...]:
    """Return a size for each axis, from `1,2,512,512`, with or without brackets. Raises ValueError."""
    parts = _split(text)
    if not all(_WHOLE.fullmatch(part) and int(part) > 0 for part in parts):
        raise ValueError("whole numbers above 0, separated by commas")
    return tuple(int(part) for part in parts)


def read_names(text: str) -> tuple[str, ...]:
    """Return a name for each axis, from `c,z,y,x`, with or without brackets. Raises ValueError."""
    parts = _split(text)
    if not all(parts):
        raise ValueError("names of axes, separated by commas")
    return parts


def read_path(text: str) -> str:
    """Return a path below the dataset, without empty and `.` segments. Raises ValueError where it leads out."""
    segments = [segment for segment in text.split("/") if segment not in ("", ".")]
    if not segments or not is_subpath(text):
        raise ValueError("a path below the dataset, such as 0 or setup0/timepoint0")
    return "/".join(segments)


def _split(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.strip("()[] ").split(","))
    if len(parts) > _MAX_AXES:
        raise ValueError(f"at most {_MAX_AXES} axes")
    return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a list that sitegen knows."""

    header: str
    """In its canonical spelling; lists may write it in other case."""
    meaning: str
    field: str | None
    """Field of `Entry` that it fills; None for the address, and for a column that is ignored."""
    read: Callable[[str], CellValue | None] = read_text
    """Text of a cell, not empty → value, None where it states nothing. Raises ValueError with what was expected."""


_COLUMNS = (
    Column(header="url", field=None, meaning="address of the dataset, or of another list"),
    Column(header="source", field="source", meaning="the institution"),
    Column(header="license", field="license", meaning="license, by name or address"),
    Column(header="name", field="name", meaning="what to call the dataset"),
    Column(header="description", field="description", meaning="what it shows"),
    Column(header="organismId", field="organism_id", meaning="organism, as a term of the NCBI Taxonomy"),
    Column(
        header="fbbiId",
        field="fbbi_id",
        meaning="imaging method, as a term of the Biological Imaging Methods Ontology",
    ),
    Column(header="origin", field="origin", meaning="where the data came from"),
    Column(header="wells", field="wells", meaning="number of wells of a plate", read=read_count),
    Column(header="images", field="images", meaning="number of images it holds", read=read_count),
    Column(
        header="series0",
        field="series0",
        meaning="path of the representative image below the address",
        read=read_path,
    ),
    Column(header="written", field="stored_bytes", meaning="stored bytes", read=read_stored_bytes),
    Column(header="written_human_readable", field=None, meaning="ignored"),
    Column(header="shape", field="shape", meaning="size along each axis, separated by commas", read=read_sizes),
    Column(
        header="shards",
        field="shards",
        meaning="size of a shard along each axis, separated by commas",
        read=read_sizes,
    ),
    Column(
        header="chunks",
        field="chunks",
        meaning="size of a chunk along each axis, separated by commas",
        read=read_sizes,
    ),
    Column(
        header="dimension_names",
        field="dimension_names",
        meaning="names of the axes, separated by commas",
        read=read_names,
    ),
)
COLUMNS: Mapping[str, Column] = {column.header: column for column in _COLUMNS}
"""Header, in its canonical spelling → column."""
KNOWN_COLUMNS: Mapping[str, str] = {column.header: column.meaning for column in _COLUMNS}
"""Header → meaning, as the documentation shows it."""

IGNORED_COLUMNS = frozenset({"written_human_readable"})
_TEMPLATE_WORDS = frozenset({"dataset name", "dataset description"})
PLACEHOLDERS: Mapping[str, frozenset[str]] = {"name": _TEMPLATE_WORDS, "description": _TEMPLATE_WORDS}
"""Header → what the template of the lists holds there, in lower case; such a cell counts as empty."""
_CANONICAL = {header.lower(): header for header in COLUMNS}


def canonical(header: str) -> str:
    """Return a column's name from its header: trimmed, a known one in its canonical spelling."""
    name = header.strip()
    return _CANONICAL.get(name.lower(), name)


def read_cell(name: str, text: str) -> CellValue | None:
    """Return the value of a cell, None where it states nothing. Raises ValueError with what was expected."""
    column = COLUMNS.get(name)
    return column.read(text) if column else text


def entry_fields(cells: Mapping[str, CellValue]) -> dict[str, Any]:
    """Return the values of an `Entry`'s fields from cells by column; what is not known is its `extra`."""
    values: dict[str, Any] = {"extra": {name: text for name, text in cells.items() if name not in COLUMNS}}
    for name, value in cells.items():
        if name in COLUMNS and (field := COLUMNS[name].field):
            values[field] = value
    return values
