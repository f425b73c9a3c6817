"""The columns of a list that have a meaning, and their cells as typed values.

Columns are those of the OME2024 NGFF Challenge's lists (CONTRACT, section 3). A cell is
text until someone asks for its value here; a cell that can't be its column's value is
told once, on its line, and is then `None`, "not stated", to everyone. The text stays in
the entry, so the page can still show what the list says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from sitegen.model import Entry

T = TypeVar("T")

KNOWN_COLUMNS: Mapping[str, str] = {
    "url": "address of the dataset, or of another list",
    "source": "the institution",
    "license": "licence, by name or address",
    "name": "what to call the dataset",
    "description": "what it shows",
    "organismId": "organism, as a term of the NCBI Taxonomy",
    "fbbiId": "imaging method, as a term of the Biological Imaging Methods Ontology",
    "origin": "where the data came from",
    "wells": "number of wells of a plate",
    "images": "number of images it holds",
    "series0": "path of the representative image below the address",
    "written": "stored bytes",
    "written_human_readable": "ignored",
    "shape": "size along each axis, separated by commas",
    "shards": "size of a shard along each axis, separated by commas",
    "chunks": "size of a chunk along each axis, separated by commas",
    "dimension_names": "names of the axes, separated by commas",
}
"""Column, in its canonical spelling → meaning."""

IGNORED_COLUMNS = frozenset({"written_human_readable"})
_TEMPLATE_WORDS = frozenset({"dataset name", "dataset description"})
PLACEHOLDERS: Mapping[str, frozenset[str]] = {"name": _TEMPLATE_WORDS, "description": _TEMPLATE_WORDS}
"""Column → what its template holds, in lower case; it means that nobody filled it in."""
_CANONICAL = {name.lower(): name for name in KNOWN_COLUMNS}
_NUMBER = re.compile(r"\d{1,20}(\.\d*)?([eE]\+?\d{1,2})?")
_WHOLE = re.compile(r"\d{1,15}")
_MOST_BYTES = 2**63
# OME-Zarr has five axes, its drafts a few more; numpy's limit was 32 for long.
_MOST_AXES = 32


def canonical(header: str) -> str:
    """Return a column's name from its header: trimmed, a known one in its canonical spelling."""
    name = header.strip()
    return _CANONICAL.get(name.lower(), name)


def column_number(entry: Entry, name: str) -> int | None:
    """Return the number in `written`, `wells` or `images`; a list's `written` of 0 means that nobody counted."""
    number = _value(entry, name, read_written if name == "written" else read_count)
    return None if name == "written" and number == 0 else number


def column_lengths(entry: Entry, name: str) -> tuple[int, ...] | None:
    """Return a size for each axis from `shape`, `shards` or `chunks`."""
    return _value(entry, name, read_lengths)


def column_names(entry: Entry, name: str = "dimension_names") -> tuple[str, ...] | None:
    """Return a name for each axis."""
    return _value(entry, name, read_names)


def column_path(entry: Entry, name: str = "series0") -> str | None:
    """Return the path of the representative image below the dataset, without slashes at its ends."""
    return _value(entry, name, read_path)


def check_cell(column: str, text: str) -> str | None:
    """Return what was expected of a cell if it isn't that, else None."""
    reader = READERS.get(column)
    if reader is None:
        return None
    try:
        reader(text)
    except ValueError as error:
        return str(error)
    return None


def read_written(text: str) -> int:
    """Return stored bytes, rounded; the real lists hold `417816396.00000006`. Raises ValueError."""
    if not _NUMBER.fullmatch(text):
        raise ValueError("a number of bytes")
    count = int(text) if text.isdecimal() else round(float(text))
    if count >= _MOST_BYTES:
        raise ValueError("a number of bytes below 2⁶³")
    return count


def read_count(text: str) -> int:
    """Return a whole number. Raises ValueError."""
    if not _WHOLE.fullmatch(text):
        raise ValueError("a whole number")
    return int(text)


def read_lengths(text: str) -> tuple[int, ...]:
    """Return a size for each axis, from `1,2,512,512`, with or without brackets. Raises ValueError."""
    parts = _parts(text)
    if not all(_WHOLE.fullmatch(part) and int(part) > 0 for part in parts):
        raise ValueError("whole numbers above 0, separated by commas")
    return tuple(int(part) for part in parts)


def read_names(text: str) -> tuple[str, ...]:
    """Return a name for each axis, from `c,z,y,x`, with or without brackets. Raises ValueError."""
    parts = _parts(text)
    if not all(parts):
        raise ValueError("names of axes, separated by commas")
    return parts


def read_path(text: str) -> str:
    """Return a path that stays below the dataset. Raises ValueError."""
    parts = [part for part in text.split("/") if part]
    if ":" in text or "\\" in text or ".." in parts or not parts:
        raise ValueError("a path below the dataset, such as 0 or setup0/timepoint0")
    return "/".join(parts)


READERS: Mapping[str, Callable[[str], object]] = {
    "written": read_written,
    "shape": read_lengths,
    "shards": read_lengths,
    "chunks": read_lengths,
    "dimension_names": read_names,
    "wells": read_count,
    "images": read_count,
    "series0": read_path,
}
"""Column → reader of its cells; a column that is not here is text."""


def _parts(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.strip("()[] ").split(","))
    if len(parts) > _MOST_AXES:
        raise ValueError(f"at most {_MOST_AXES} axes")
    return parts


def _value(entry: Entry, name: str, reader: Callable[[str], T]) -> T | None:
    text = entry.columns.get(name, "")
    try:
        return reader(text) if text else None
    except ValueError:
        return None
