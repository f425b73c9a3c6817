"""Which axis of an array is x, y, z, channel or time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sitegen.model import Axis


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisPositions:
    """Positions of the axes in the array; any others are read at one index."""

    y: int
    x: int
    c: int | None = None
    z: int | None = None
    t: int | None = None


def find_axes(axes: Sequence[Axis] | None, shape: Sequence[int]) -> AxisPositions | None:
    """Return which axis is which, None where there are no two axes of space.

    axes: in the order of the array; where they are not known the last two are y and x
    (three or four colours after them, as in a photograph), before them z, c, t.
    """
    return _find_axes(None if axes is None else tuple(axes), tuple(shape))


@lru_cache(maxsize=512)  # asked some twenty times for each dataset, and neighbours are alike
def _find_axes(axes: tuple[Axis, ...] | None, shape: tuple[int, ...]) -> AxisPositions | None:
    if axes is None or len(axes) != len(shape):
        return _find_axes_by_rank(shape)
    names = [axis.name.strip().lower() for axis in axes]
    kinds = [_kind(axis) for axis in axes]
    place = {name: i for i, name in reversed(list(enumerate(names))) if kinds[i] == "space"}
    x, y = place.get("x"), place.get("y")
    rest = [i for i, kind in enumerate(kinds) if kind == "space" and i not in (x, y)]
    rest.sort(key=lambda i: (names[i] != "z", i))  # whatever is called z is the last to become y or x
    if len(rest) < (x is None) + (y is None):
        return None
    x = rest.pop() if x is None else x
    y = rest.pop() if y is None else y
    first = {kind: i for i, kind in reversed(list(enumerate(kinds)))}
    return AxisPositions(y=y, x=x, z=rest[0] if rest else None, c=first.get("channel"), t=first.get("time"))


def _kind(axis: Axis) -> str:
    by_name = {"x": "space", "y": "space", "z": "space", "c": "channel", "channel": "channel", "t": "time"}
    return (axis.type or "").strip().lower() or by_name.get(axis.name.strip().lower(), "other")


def _find_axes_by_rank(shape: Sequence[int]) -> AxisPositions | None:
    rank = len(shape)
    if rank < 2:
        return None
    if rank == 3 and shape[2] in (3, 4) and min(shape[:2]) > 4:
        return AxisPositions(y=0, x=1, c=2)
    before = dict(zip(("z", "c", "t"), range(rank - 3, -1, -1), strict=False))
    return AxisPositions(y=rank - 2, x=rank - 1, z=before.get("z"), c=before.get("c"), t=before.get("t"))
