"""Encoded chunks → the pixels of one plane, with axes `(c, y, x)`.

Pixels of chunks that are not stored, or that cannot be fetched or decoded, have the fill
value; the others are shown all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.pixels.arrays import Pixels
from sitegen.pixels.axes import AxisPositions
from sitegen.pixels.chunks import decode_chunks
from sitegen.pixels.decompression import CodecError
from sitegen.pixels.fetched import FetchedChunks, merge_problems
from sitegen.pixels.read_plan import ReadPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedPlanes:
    """The pixels of one plane, in all channels that are drawn."""

    data: Pixels
    """(c, y, x), raw values, native byte order: integers, float32 or float64."""
    channels: tuple[int, ...]
    """For each channel in `data`, its index on the channel axis of the array."""
    empty: bool
    """Whether there is nothing but fill value."""
    fill: float | None = None
    """Value of the pixels of missing chunks; None where no chunk is missing."""
    pixel_size: tuple[float, float] | None = None
    """Physical size of a pixel of `data` along y and x, in `unit`."""
    unit: str | None = None
    problems: tuple[Problem, ...] = ()


def decode_planes(plan: ReadPlan, fetched: FetchedChunks) -> DecodedPlanes | Problem:
    """Return the pixels of a plan, or why no chunk of it can be shown."""
    if fetched.failed and not fetched.chunks:
        return fetched.problems[0]
    try:
        pixels, errors = decode_chunks(plan.encoding, fetched.chunks, plan.selection)
    except CodecError as error:
        return make_problem("picture-codec", plan.path, f"no picture was made: {error}")
    found = [make_problem(e.code, plan.path, f"a chunk was left out, because {e}") for e in errors]
    problems = merge_problems([*fetched.problems, *found])
    if errors and len(errors) == len(fetched.chunks):
        return problems[-1]
    data = _order_axes(pixels, plan.axis_positions)
    pixel_size, unit = _pixel_size(plan)
    return DecodedPlanes(
        data=_real_numbers(data),
        channels=plan.level_choice.channels if plan.axis_positions.c is not None else (0,),
        empty=not fetched.chunks or _is_blank(data),
        fill=_fill_value(plan, len(fetched.chunks) - len(errors)),
        pixel_size=pixel_size,
        unit=unit,
        problems=problems,
    )


def _order_axes(pixels: Pixels, positions: AxisPositions) -> Pixels:
    """Return the pixels with the axes (c, y, x); all other axes have one index, which is dropped."""
    kept = [axis for axis in (positions.c, positions.y, positions.x) if axis is not None]
    plane = pixels.transpose(*kept, *(i for i in range(pixels.ndim) if i not in kept))
    plane = plane.reshape(plane.shape[: len(kept)])
    return plane if positions.c is not None else plane[np.newaxis]


def _real_numbers(data: Pixels) -> Pixels:
    """Return values that can be compared: the magnitude of complex numbers, bool as 0 and 1."""
    if data.dtype.kind == "c":
        data = np.abs(data)
    if data.dtype.kind == "b":
        return data.view(np.uint8)
    return data.astype(np.float32) if data.dtype == np.float16 else data


def _is_blank(data: Pixels) -> bool:
    """Return whether every pixel is 0, or every pixel NaN: what writers store where nothing was imaged."""
    if data.flat[0] == 0:
        return not data.any()
    return bool(data.dtype.kind in "fc" and np.isnan(data).all())


def _fill_value(plan: ReadPlan, decoded: int) -> float | None:
    """Return the fill value, 0 where it is not a number; None where all chunks were decoded."""
    if decoded == sum(len(each.chunks) for each in plan.objects):
        return None
    value = plan.fill_value
    return float(value) if isinstance(value, int | float) else 0.0


def _pixel_size(plan: ReadPlan) -> tuple[tuple[float, float] | None, str | None]:
    """Return the physical size of the pixels along y and x, strides included, and their common unit."""
    positions, choice = plan.axis_positions, plan.level_choice
    scale, axes = plan.image.levels[choice.level].scale, plan.image.axes
    rank = len(plan.selection)
    if scale is None or len(scale) != rank or axes is None or len(axes) != rank:
        return None, None
    y, x = abs(scale[positions.y]) * choice.y.step, abs(scale[positions.x]) * choice.x.step
    unit_y, unit_x = axes[positions.y].unit, axes[positions.x].unit
    usable = y > 0 and x > 0 and np.isfinite([y, x]).all() and unit_y == unit_x
    return ((y, x), unit_x) if usable else (None, None)
