"""The tables of a dataset's page: axes and resolutions. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sitegen import formatting
from sitegen.model import Axis, PublicFindings
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
    """Return the resolutions with their shapes and chunks; shards where there are any."""
    if not found.levels:
        return None
    sharded = any(level.shards for level in found.levels)
    levels = found.levels[:most_rows]
    rows = (
        (level.path or _ROOT, *map(_lengths, (level.shape, level.chunks, *([level.shards] if sharded else []))))
        for level in levels
    )
    names = ", ".join(axis.name for axis in found.axes or ())
    return Table(
        head=("Path", f"Shape ({names})" if names else "Shape", "Chunk", *(["Shard"] if sharded else [])),
        rows=tuple(rows),
        derived=tuple(not level.exact for level in levels),
        more=max(0, len(found.levels) - most_rows),
    )


def _lengths(lengths: Sequence[int] | None) -> str:
    return " × ".join(map(formatting.count, lengths)) if lengths else ""
