"""Which indices of an array are read, and which chunks hold them."""

from __future__ import annotations

from collections.abc import Sequence

from sitegen.model import Level
from sitegen.pixels.axes import AxisPositions, find_axes
from sitegen.pixels.image import ImageInfo, LevelChoice

ChunkIndex = tuple[int, ...]
"""Position of a chunk in the chunk grid of an array, one number for each axis."""

Selection = tuple[Sequence[int], ...]
"""For each axis of an array the indices that are read: ranges along y and x."""


def plane_selection(
    image: ImageInfo, level_choice: LevelChoice, *, z: int | None = None, t: int | None = None
) -> Selection:
    """Return what is read of the chosen level; z and t are indices on level 0.

    None: the author's default, else the middle of the stack and the first time point.
    On level k it is floor(index · size_k / size_0), clamped (OME-ZARR.md, D4).
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
    """Return z and t of the plane to show, on level 0; None for an axis that the image lacks."""
    shape = next(level.shape for level in image.levels if level.shape)
    positions = find_axes(image.axes, shape)
    if positions is None:
        return None, None
    wanted_z = image.default_z if z is None else z
    wanted_t = image.default_t if t is None else t
    size_z = None if positions.z is None else max(shape[positions.z], 1)
    size_t = None if positions.t is None else max(shape[positions.t], 1)
    return _clamped(wanted_z, size_z, (size_z or 0) // 2), _clamped(wanted_t, size_t, 0)


def alternative_z(image: ImageInfo) -> tuple[int, ...]:
    """Return further z, on level 0, to try in turn where the first plane is empty."""
    z, _ = plane_indices(image)
    shape = next((level.shape for level in image.levels if level.shape), ())
    positions = find_axes(image.axes, shape)
    if z is None or positions is None or positions.z is None:
        return ()
    size = shape[positions.z]
    return tuple(dict.fromkeys(i for i in (size // 2, size // 4, 3 * size // 4) if i != z))


def _clamped(wanted: int | None, size: int | None, fallback: int) -> int | None:
    if size is None:
        return None
    return min(max(fallback if wanted is None else wanted, 0), size - 1)


def _finest_shape(image: ImageInfo, shape: tuple[int, ...]) -> tuple[int, ...]:
    finest = image.levels[0].shape
    return finest if finest and len(finest) == len(shape) and min(finest) > 0 else shape


def level_layout(image: ImageInfo, index: int) -> tuple[tuple[int, ...], Level, AxisPositions]:
    level = image.levels[index]
    shape = level.shape or ()
    positions = find_axes(image.axes, shape)
    if positions is None:
        raise ValueError(f"level {level.path} has no plane")
    return shape, level, positions


def count_chunks(part: Sequence[int], size: int) -> int:
    """Return how many chunks of `size` pixels the indices lie in."""
    return len(chunk_indices(part, size))


def chunk_indices(part: Sequence[int], size: int) -> Sequence[int]:
    """Return which chunks of `size` pixels the indices lie in, ascending."""
    if isinstance(part, range) and part.step <= size:
        return range(part.start // size, part[-1] // size + 1) if part else range(0)
    return sorted({i // size for i in part})
