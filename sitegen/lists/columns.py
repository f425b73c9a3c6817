"""The columns of a list that sitegen knows: one table, and a reader for each kind of cell.

The columns are those of the lists of the OME2024 NGFF Challenge. A reader turns the text
of a cell into the value of a field of `Entry`, once, where the list is parsed: nothing
downstream sees a cell that was not validated. A column that is not in the table is text.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sitegen.creators import read_creators
from sitegen.model import Creator
from sitegen.urls import is_subpath

CellValue = str | int | tuple[int, ...] | tuple[str, ...] | tuple[Creator, ...]

_WHOLE = re.compile(r"\d{1,15}")
_NUMBER = re.compile(r"\d{1,20}(\.\d*)?([eE]\+?\d{1,2})?")
_MAX_BYTES = 2**63
_MAX_AXES = 32
"""OME-Zarr has five axes, its drafts a few more; 32 was for long the limit of numpy."""


def read_text(text: str) -> str:
    """Return the text as it is."""
    return text


def read_nothing(text: str) -> None:
    """Return None: the column is ignored."""


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
    sizes = tuple(int(part) if _WHOLE.fullmatch(part) else 0 for part in _split(text))
    if not all(sizes):
        raise ValueError("whole numbers above 0, separated by commas")
    return sizes


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
class ListColumn:
    """A column of a list that sitegen knows."""

    header: str
    """In its canonical spelling; the case of letters in a list is ignored."""
    meaning: str
    field: str | None
    """Field of `Entry` that it fills; None for the address, and for columns that are ignored or not known."""
    read: Callable[[str], CellValue | None] = read_text
    """Text of a cell, not empty → value, None where it states nothing. Raises ValueError with what was expected."""
    separator: str = ","
    """What separates several values of a cell."""
    placeholders: frozenset[str] = frozenset()
    """What the Challenge's template of a list holds in this column, in lower case; such a cell counts as empty."""


_PLACEHOLDERS = frozenset({"dataset name", "dataset description"})
_COLUMNS = (
    ListColumn(header="url", field=None, meaning="address of the dataset, or of another list"),
    ListColumn(header="source", field="source", meaning="the institution"),
    ListColumn(header="license", field="license", meaning="license, by name or address"),
    ListColumn(header="name", field="name", meaning="what to call the dataset", placeholders=_PLACEHOLDERS),
    ListColumn(header="description", field="description", meaning="what it shows", placeholders=_PLACEHOLDERS),
    ListColumn(header="organismId", field="organism_id", meaning="organism, as a term of the NCBI Taxonomy"),
    ListColumn(
        header="fbbiId",
        field="fbbi_id",
        meaning="imaging method, as a term of the Biological Imaging Methods Ontology",
    ),
    ListColumn(
        header="creator",
        field="creators",
        meaning="who made it, separated by semicolons; a person as `Family, Given`, perhaps with an ORCID behind it",
        read=read_creators,
        separator=";",
    ),
    ListColumn(header="origin", field="origin", meaning="where the data came from"),
    ListColumn(header="wells", field="wells", meaning="number of wells of a plate", read=read_count),
    ListColumn(header="images", field="images", meaning="number of images it holds", read=read_count),
    ListColumn(
        header="series0",
        field="series0",
        meaning="path of the representative image below the address",
        read=read_path,
    ),
    ListColumn(header="written", field="stored_bytes", meaning="stored bytes", read=read_stored_bytes),
    ListColumn(header="written_human_readable", field=None, meaning="ignored", read=read_nothing),
    ListColumn(header="shape", field="shape", meaning="size along each axis, separated by commas", read=read_sizes),
    ListColumn(
        header="shards",
        field="shards",
        meaning="size of a shard along each axis, separated by commas",
        read=read_sizes,
    ),
    ListColumn(
        header="chunks",
        field="chunks",
        meaning="size of a chunk along each axis, separated by commas",
        read=read_sizes,
    ),
    ListColumn(
        header="dimension_names",
        field="dimension_names",
        meaning="names of the axes, separated by commas",
        read=read_names,
    ),
)
COLUMNS: Mapping[str, ListColumn] = {column.header: column for column in _COLUMNS}
"""Header, in its canonical spelling → column."""
KNOWN_COLUMNS: Mapping[str, str] = {column.header: column.meaning for column in _COLUMNS}
"""Header → meaning, as the documentation shows it."""

_CANONICAL = {header.lower(): header for header in COLUMNS}
_OTHER_NAMES = {
    "organismId": ("organism", "organisms", "species", "taxon", "taxonid", "ncbitaxon"),
    "fbbiId": ("fbbi", "method", "methods", "modality", "technique", "imagingmethod"),
    "source": ("institution", "institute", "organization", "organisation"),
    "creator": ("author", "authors", "contributor", "contributors"),
    "license": ("licenseid", "licenseurl", "rights"),
    "name": ("title",),
    "written": ("size", "bytes", "sizebytes"),
    "dimension_names": ("axes", "dimensions"),
}
"""What lists call columns that they should call otherwise: letters alone, in lower case."""
_SAME = frozenset(
    (
        *("institution", "institute", "organization", "organisation", "author", "authors"),
        *("licenseid", "taxonid", "ncbitaxon", "fbbi"),
    )
)
"""Of these, the ones whose values belong into that column; a title may be another than the name, a method no term."""
_LIKENESS = 0.85
"""Of two names, by `difflib`: one letter of seven may differ."""


def canonical_header(header: str) -> str:
    """Return a header, trimmed; a known one in its canonical spelling."""
    trimmed = header.strip()
    return _CANONICAL.get(trimmed.lower(), trimmed)


def nearest_header(header: str) -> str | None:
    """Return the header that an unknown one may stand for; None where it is like none."""
    letters = _letters(header)
    named = next((known for known, names in _OTHER_NAMES.items() if letters in names), None)
    close = difflib.get_close_matches(header.lower(), _CANONICAL, n=1, cutoff=_LIKENESS)
    return named or (_CANONICAL[close[0]] if close else None)


def holds_same(header: str, known: str) -> bool:
    """Return whether a column holds what the known one beside it holds: by its spelling, or as a name of the same."""
    return _letters(header) in _SAME or bool(
        difflib.get_close_matches(header.lower(), [known.lower()], n=1, cutoff=_LIKENESS)
    )


def _letters(header: str) -> str:
    return "".join(filter(str.isalpha, header.lower()))


def find_column(header: str) -> ListColumn:
    """Return the column of a canonical header; one that is not known holds text."""
    return COLUMNS.get(header) or ListColumn(header=header, field=None, meaning="")


def entry_fields(cells: Mapping[str, CellValue]) -> dict[str, Any]:
    """Return field of `Entry` → value, from the cells by header; those of unknown columns are its `extra`."""
    known = {COLUMNS[header].field: value for header, value in cells.items() if header in COLUMNS}
    extra = {header: text for header, text in cells.items() if header not in COLUMNS}
    return {**{field: value for field, value in known.items() if field}, "extra": extra}
