"""The tables of a dataset's page: axes and resolutions. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sitegen import formatting
from sitegen.model import Axis, Level, PublicFindings
from sitegen.site.measures import array_bytes
from sitegen.units import quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: its head, its rows, and how many rows were left out."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    derived: tuple[bool, ...] = ()
    """For each row whether it was computed, not read."""
    more: int = 0


_ROOT = "(root)"
"""The path of the level of an array that is a dataset by itself."""


def axes_table(found: PublicFindings) -> Table | None:
    """Return the axes with their lengths and pixel sizes."""
    if not found.axes:
        return None
    scale = (found.levels[0].scale if found.levels else None) or ()
    shape = found.shape or ()
    rows = tuple(
        _axis_row(
            axis,
            shape[index] if index < len(shape) else None,
            scale[index] if index < len(scale) else None,
        )
        for index, axis in enumerate(found.axes)
    )
    return Table(head=("Axis", "Type", "Length", "Pixel size", "Extent"), rows=rows)


def _axis_row(axis: Axis, length: int | None, step: float | None) -> tuple[str, ...]:
    kind = formatting.axis_type(axis)
    if kind == "channel":
        step = None
    return (
        axis.name,
        kind,
        formatting.count(length),
        quantity(step, axis.unit) if step is not None else "",
        quantity(step * length, axis.unit) if axis.unit and step and length else "",
    )


def levels_table(found: PublicFindings, most_rows: int) -> Table | None:
    """Return the resolutions: their shapes, what a pixel and the whole measure, their chunks, and what they take."""
    if not found.levels:
        return None
    columns = _level_columns(found)
    levels = found.levels[:most_rows]
    cells = [[make(level) for level in levels] for _, make in columns]
    stated = [(head, column) for (head, _), column in zip(columns, cells, strict=True) if any(column)]
    return Table(
        head=tuple(head for head, _ in stated),
        rows=tuple(zip(*(column for _, column in stated), strict=True)),
        derived=tuple(not level.exact for level in levels),
        more=max(0, len(found.levels) - most_rows),
    )


def _level_columns(found: PublicFindings) -> tuple[tuple[str, Callable[[Level], str]], ...]:
    """Return the columns of the table: head, and what makes a cell; one that no level fills is left out."""
    names = ", ".join(axis.name for axis in found.axes or ())
    return (
        ("Path", lambda level: level.path or _ROOT),
        (f"Shape ({names})" if names else "Shape", lambda level: _lengths(level.shape)),
        ("Pixel size", lambda level: _sides(found.axes, level, whole=False)),
        ("Extent", lambda level: _sides(found.axes, level, whole=True)),
        ("Uncompressed", lambda level: formatting.size(array_bytes(level.shape, found.dtype))),
        ("Chunks", lambda level: formatting.count(_count_parts(level.shape, level.chunks))),
        ("Chunk", lambda level: _with_bytes(level.chunks, found.dtype)),
        ("Shards", lambda level: formatting.count(_count_parts(level.shape, level.shards))),
        ("Shard", lambda level: _with_bytes(level.shards, found.dtype)),
    )


def _lengths(lengths: Sequence[int] | None) -> str:
    return " × ".join(map(formatting.count, lengths)) if lengths else ""


def _sides(axes: Sequence[Axis] | None, level: Level, *, whole: bool) -> str:
    """Return the size of a pixel or of the whole along the space axes that have a unit, x first."""
    if not (axes and level.shape and level.scale and len(axes) == len(level.shape) == len(level.scale)):
        return ""
    sides = [
        quantity(step * length if whole else step, axis.unit)
        for axis, length, step in zip(axes, level.shape, level.scale, strict=True)
        if formatting.axis_type(axis) == "space" and axis.unit and length > 1
    ]
    return " × ".join(reversed(sides))


def _count_parts(shape: Sequence[int] | None, parts: Sequence[int] | None) -> int | None:
    """Return how many chunks or shards an array has, if none is left out."""
    if not shape or not parts or len(shape) != len(parts) or not all(parts):
        return None
    return math.prod(-(-length // part) for length, part in zip(shape, parts, strict=True))


def _with_bytes(lengths: Sequence[int] | None, dtype: str | None) -> str:
    size = formatting.size(array_bytes(tuple(lengths), dtype)) if lengths else ""
    return f"{_lengths(lengths)}{size and f' ({size})'}"
