"""Which indices of an array are read, and which chunks hold them: arithmetic on metadata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sitegen.model import Level
from sitegen.pixels.axes import AxisPositions, find_axes
from sitegen.pixels.image import ImageInfo, LevelChoice

ChunkIndex = tuple[int, ...]
"""Position of a chunk in the chunk grid of an array, one number for each axis."""
Selection = tuple[Sequence[int], ...]
"""For each axis of an array the indices that are read, ascending; along y and x a range."""
_MAX_OTHERS = 2
"""Other planes along one axis that are tried where the first is empty; each costs as much as the first."""


def select_plane(
    image: ImageInfo, level_choice: LevelChoice, *, z: int | None = None, t: int | None = None
) -> Selection:
    """Return what is read of the chosen level.

    Index i of level 0 is index floor(i · size_k / size_0) of level k, clamped to its size.

    Parameters
    ----------
    image
        Has a plane on the chosen level.
    level_choice
        Level, channels, and ranges along y and x.
    z, t
        Indices on level 0. None is the author's default, else the middle of the stack and
        the first time point.

    Raises
    ------
    ValueError
        If the level has no two space axes.

    """
    shape, _, positions = level_layout(image, level_choice.level)
    z0, t0 = plane_indices(image, z=z, t=t)
    selection: list[Sequence[int]] = [(0,)] * len(shape)
    selection[positions.y], selection[positions.x] = level_choice.y, level_choice.x
    if positions.c is not None:
        selection[positions.c] = level_choice.channels
    for axis, index in ((positions.z, z0), (positions.t, t0)):
        if axis is not None and index is not None:
            size = _finest_shape(image, shape)[axis]
            selection[axis] = (min(index * shape[axis] // size, shape[axis] - 1),)
    return tuple(selection)


def plane_indices(image: ImageInfo, *, z: int | None = None, t: int | None = None) -> tuple[int | None, int | None]:
    """Return z and t of the plane to show, on level 0; None for an axis that the image does not have."""
    shape = next(level.shape for level in image.levels if level.shape)
    positions = find_axes(image.axes, shape)
    if positions is None:
        return None, None
    wanted_z = image.default_z if z is None else z
    wanted_t = image.default_t if t is None else t
    size_z = None if positions.z is None else max(shape[positions.z], 1)
    size_t = None if positions.t is None else max(shape[positions.t], 1)
    return _clamp(wanted_z, size_z, (size_z or 0) // 2), _clamp(wanted_t, size_t, 0)


def alternative_z(image: ImageInfo) -> tuple[int, ...]:
    """Return further z indices, on level 0, to try in this order where the first plane is empty: two at most."""
    z, _ = plane_indices(image)
    size = _finest_size(image, "z")
    return () if z is None else _others(z, (size // 2, size // 4, 3 * size // 4))


def alternative_t(image: ImageInfo) -> tuple[int, ...]:
    """Return further time points, on level 0, to try in this order where the first plane is empty: two at most."""
    _, t = plane_indices(image)
    size = _finest_size(image, "t")
    return () if t is None else _others(t, (size // 2, size - 1))


def _others(index: int, places: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(place for place in places if place != index))[:_MAX_OTHERS]


def _finest_size(image: ImageInfo, axis: Literal["z", "t"]) -> int:
    """Return the length of an axis on the finest level whose shape is known; 1 where there is no such axis."""
    shape = next((level.shape for level in image.levels if level.shape), ())
    positions = find_axes(image.axes, shape)
    place = getattr(positions, axis) if positions else None
    return 1 if place is None else max(shape[place], 1)


def _clamp(wanted: int | None, size: int | None, default: int) -> int | None:
    if size is None:
        return None
    return min(max(default if wanted is None else wanted, 0), size - 1)


def _finest_shape(image: ImageInfo, shape: tuple[int, ...]) -> tuple[int, ...]:
    finest = image.levels[0].shape
    return finest if finest and len(finest) == len(shape) and min(finest) > 0 else shape


def level_layout(image: ImageInfo, index: int) -> tuple[tuple[int, ...], Level, AxisPositions]:
    """Return the shape of a level, the level, and the positions of its axes; raises ValueError without a plane."""
    level = image.levels[index]
    shape = level.shape or ()
    positions = find_axes(image.axes, shape)
    if positions is None:
        raise ValueError(f"level {level.path} has no plane")
    return shape, level, positions


def count_chunks(indices: Sequence[int], size: int) -> int:
    """Return how many chunks of `size` pixels hold the indices along one axis."""
    return len(chunk_indices(indices, size))


def chunk_indices(indices: Sequence[int], size: int) -> Sequence[int]:
    """Return which chunks of `size` pixels hold the indices along one axis, ascending."""
    if isinstance(indices, range) and indices.step <= size:
        return range(indices.start // size, indices[-1] // size + 1) if indices else range(0)
    return sorted({i // size for i in indices})
