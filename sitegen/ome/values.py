"""JSON values of unknown type, read as the type that is wanted, or not at all.

The documents are untrusted, so any value may occur anywhere. Each function takes any
value and returns the wanted one or `None`, or an empty one; none of them ever raises.
Lenient where the meaning is clear (a path written `0`, an integer written `1.0`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from sitegen.ome.problems import ProblemLog
from sitegen.urls import has_scheme, is_subpath

_T = TypeVar("_T")

_LONGEST_TEXT = 4096
_LONGEST_PATH = 1024
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_-]{1,64}(?:/[A-Za-z0-9_-]{1,64}){0,7}")
_LARGEST_INDEX = 2**63 - 1
_NO_OBJECT: Mapping[str, object] = {}


def read_object(value: object) -> Mapping[str, object]:
    """Return the JSON object, or an empty one."""
    return value if isinstance(value, dict) else _NO_OBJECT


def read_list(value: object) -> Sequence[object]:
    """Return the JSON list, or an empty one."""
    return value if isinstance(value, list) else ()


def read_first(value: object, maximum: int, notes: ProblemLog, at: str) -> Sequence[object]:
    """Return the first entries of a JSON list, at most `maximum`, so that no list fills the memory."""
    entries = read_list(value)
    if len(entries) > maximum:
        notes.add("list-too-long", at, f"{len(entries):,} entries; the first {maximum:,} are read")
    return entries[:maximum]


def read_objects(value: object) -> list[Mapping[str, object]]:
    """Return the entries of a list; what is not an object is an empty one, so that places are kept."""
    return [read_object(entry) for entry in value] if isinstance(value, list | tuple) else []


def read_text(value: object) -> str | None:
    """Return text, trimmed, and a number as text; None if it is blank."""
    if isinstance(value, str):
        return value.strip()[:_LONGEST_TEXT] or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None


def read_number(value: object) -> float | None:
    """Return a finite number; None for a boolean."""
    if type(value) is float:
        return value if math.isfinite(value) else None
    if type(value) is int:
        return float(value) if abs(value) < 1 << 1023 else None
    return None


def read_index(value: object) -> int | None:
    """Return a whole number from 0 to 2⁶³ - 1; `1.0` is one (as in JSON Schema), `true` is not."""
    if type(value) is float and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value <= _LARGEST_INDEX else None


def read_numbers(value: object) -> tuple[float, ...] | None:
    """Return a list of finite numbers; None if one of them is not."""
    return _all(read_number(entry) for entry in value) if isinstance(value, list) else None


def read_indices(value: object) -> tuple[int, ...] | None:
    """Return a list of whole numbers; None if one of them is not."""
    return _all(read_index(entry) for entry in value) if isinstance(value, list) else None


def _all(values: Iterable[_T | None]) -> tuple[_T, ...] | None:
    found: list[_T] = []
    for value in values:
        if value is None:
            return None
        found.append(value)
    return tuple(found)


def read_path(value: object, notes: ProblemLog, at: str) -> str | None:
    """Return a path below the node, without empty and `.` parts; None, and a problem, where it would lead elsewhere.

    Paths are untrusted: `..` would leave the dataset, `//host` and `https:` this server.
    """
    if isinstance(value, str) and _PLAIN_PATH.fullmatch(value):  # nearly all do, and this is faster
        return value
    written = read_text(value)
    if written is None:
        return None
    parts = [part for part in written.strip("/").split("/") if part not in ("", ".")]
    if not parts:
        return None
    if written.startswith("/") or not is_safe_path(parts, written):
        notes.add("path-unsafe", at, f"the path {written[:80]!r} leads out of the group; it was not followed")
        return None
    return "/".join(parts)


def is_safe_path(parts: Sequence[str], written: str) -> bool:
    """Return whether the parts of a relative path stay below where they start."""
    plain = len(written) <= _LONGEST_PATH and "\\" not in written and written.isprintable()
    encoded = "%" not in written or is_subpath(written)  # servers decode once, some of them twice
    return plain and encoded and ".." not in parts and not has_scheme(written)
