"""Which axis of an array is x, y, z, channel or time.

Axes are found by type and name, never by position alone: 77 images of the OME 2024 NGFF
Challenge are stored in the order `(c, x, y, z)`. Only where the metadata name no axes, as in
OME-Zarr 0.1 and 0.2, the order that those versions fix is assumed: `(t, c, z, y, x)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sitegen.model import Axis

_TYPES_BY_NAME = {"x": "space", "y": "space", "z": "space", "c": "channel", "channel": "channel", "t": "time"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisPositions:
    """Positions of the axes in the shape of an array; of any other axis, index 0 is read."""

    y: int
    x: int
    c: int | None = None
    z: int | None = None
    t: int | None = None


def find_axes(axes: Sequence[Axis] | None, shape: Sequence[int]) -> AxisPositions | None:
    """Return the position of each axis; None where there are not two space axes.

    Parameters
    ----------
    axes
        In the order of the array. Where they are None or do not match the shape, the last
        two axes are y and x, and before them z, c, t. An array of shape (y, x, 3 or 4) is
        an RGB image.
    shape
        Of the array, in pixels.

    """
    return _find_axes(None if axes is None else tuple(axes), tuple(shape))


@lru_cache(maxsize=512)  # called some twenty times for each dataset, and datasets of one host are alike
def _find_axes(axes: tuple[Axis, ...] | None, shape: tuple[int, ...]) -> AxisPositions | None:
    if axes is None or len(axes) != len(shape):
        return _find_axes_by_rank(shape)
    names = [axis.name.strip().lower() for axis in axes]
    types = [_type_of(axis) for axis in axes]
    by_name = {name: i for i, name in reversed(list(enumerate(names))) if types[i] == "space"}
    x, y = by_name.get("x"), by_name.get("y")
    rest = [i for i, kind in enumerate(types) if kind == "space" and i not in (x, y)]
    rest.sort(key=lambda i: (names[i] != "z", i))  # an axis named z becomes y or x only if no other is left
    if len(rest) < (x is None) + (y is None):
        return None
    x = rest.pop() if x is None else x
    y = rest.pop() if y is None else y
    first = {kind: i for i, kind in reversed(list(enumerate(types)))}
    return AxisPositions(y=y, x=x, z=rest[0] if rest else None, c=first.get("channel"), t=first.get("time"))


def _type_of(axis: Axis) -> str:
    return (axis.type or "").strip().lower() or _TYPES_BY_NAME.get(axis.name.strip().lower(), "other")


def _find_axes_by_rank(shape: Sequence[int]) -> AxisPositions | None:
    rank = len(shape)
    if rank < 2:
        return None
    if rank == 3 and shape[2] in (3, 4) and min(shape[:2]) > 4:
        return AxisPositions(y=0, x=1, c=2)
    before = dict(zip(("z", "c", "t"), range(rank - 3, -1, -1), strict=False))
    return AxisPositions(y=rank - 2, x=rank - 1, z=before.get("z"), c=before.get("c"), t=before.get("t"))
