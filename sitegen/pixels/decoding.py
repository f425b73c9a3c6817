"""Encoded chunks → the pixels of one plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sitegen.model import Problem
from sitegen.pixels import Pixels
from sitegen.pixels.axes import AxisPositions
from sitegen.pixels.codecs import decode_chunks
from sitegen.pixels.decompression import CodecError
from sitegen.pixels.fetching import FetchedChunks, merge_problems
from sitegen.pixels.read_plan import ReadPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedPlanes:
    """The pixels of one plane."""

    data: Pixels
    """(c, y, x), raw values, native byte order: integers, bool, or float32 and float64."""
    channels: tuple[int, ...]
    """ChunkIndex on the channel axis of each."""
    empty: bool
    """Nothing but fill value."""
    fill: float | None = None
    """Value of the pixels of chunks that are not there; None where all are."""
    pixel_size: tuple[float, float] | None = None
    """Physical size of a pixel of `data` along y and x, in `unit`."""
    unit: str | None = None
    problems: tuple[Problem, ...] = ()


def decode_planes(plan: ReadPlan, fetched: FetchedChunks) -> DecodedPlanes | Problem:
    """Return the plane's pixels, or why there are none."""
    if fetched.failed and not fetched.chunks:
        return fetched.problems[0]
    try:
        pixels, errors = decode_chunks(plan.encoding, fetched.chunks, plan.selection)
    except CodecError as error:
        return Problem(code="picture-codec", level="warning", where=plan.path, message=f"no picture was made: {error}")
    found = [Problem(code=e.code, level="error", where=plan.path, message=f"a chunk was left out: {e}") for e in errors]
    problems = merge_problems([*fetched.problems, *found])
    if errors and len(errors) == len(fetched.chunks):
        return problems[-1]
    data = _in_order(pixels, plan.axis_positions)
    size, unit = _pixel_size(plan)
    return DecodedPlanes(
        data=_real(data),
        channels=plan.level_choice.channels if plan.axis_positions.c is not None else (0,),
        empty=not fetched.chunks or _is_fill(data),
        fill=_fill(plan, fetched, len(errors)),
        pixel_size=size,
        unit=unit,
        problems=problems,
    )


def _in_order(pixels: Pixels, positions: AxisPositions) -> Pixels:
    """Return the pixels with the axes (c, y, x), the others taken at the one index that was read."""
    kept = [axis for axis in (positions.c, positions.y, positions.x) if axis is not None]
    plane = pixels.transpose(*kept, *(i for i in range(pixels.ndim) if i not in kept))
    plane = plane.reshape(plane.shape[: len(kept)])
    return plane if positions.c is not None else plane[np.newaxis]


def _real(data: Pixels) -> Pixels:
    """Return values that can be compared and drawn: magnitudes of complex ones, bool as 0 and 1."""
    if data.dtype.kind == "c":
        data = np.abs(data)
    if data.dtype.kind == "b":
        return data.view(np.uint8)
    return data.astype(np.float32) if data.dtype == np.float16 else data


def _is_fill(data: Pixels) -> bool:
    """Return whether every pixel is the same zero or NaN: what a writer leaves where nothing was imaged."""
    if data.flat[0] == 0:
        return not data.any()
    return bool(data.dtype.kind in "fc" and np.isnan(data).all())


def _fill(plan: ReadPlan, fetched: FetchedChunks, lost: int) -> float | None:
    wanted = sum(len(each.chunks) for each in plan.objects)
    if len(fetched.chunks) - lost == wanted:
        return None
    value = plan.fill_value
    return float(value) if isinstance(value, int | float) else 0.0


def _pixel_size(plan: ReadPlan) -> tuple[tuple[float, float] | None, str | None]:
    """Return the physical size of the pixels read, strides included, and its unit if y and x share it."""
    scale, axes = plan.image.levels[plan.level_choice.level].scale, plan.image.axes
    rank = len(plan.selection)
    if scale is None or len(scale) != rank or axes is None or len(axes) != rank:
        return None, None
    y, x = (
        abs(scale[plan.axis_positions.y]) * plan.level_choice.y.step,
        abs(scale[plan.axis_positions.x]) * plan.level_choice.x.step,
    )
    unit_y, unit_x = axes[plan.axis_positions.y].unit, axes[plan.axis_positions.x].unit
    usable = y > 0 and x > 0 and np.isfinite([y, x]).all() and unit_y == unit_x
    return ((y, x), unit_x) if usable else (None, None)
