"""The intensity window of a channel: which raw values are drawn as black and as full color.

The author's window is used where it is meaningful for these pixels, else robust
statistics: NaN and infinities are ignored, a hot pixel does not darken the picture, and a
channel of noise alone stays dim instead of being stretched into false structure.

Trade-off: statistics are of at most 32,768 pixels, in blocks of 2 × 2 spread over the
plane, which takes 1 ms whatever its size; an object that lies between the blocks and is
brighter than all others may be drawn too bright.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sitegen.pixels.arrays import Pixels

_LOW_PERCENT, _HIGH_PERCENT = 1.0, 99.8
"""Percentiles shown as black and as full color; the fifth of a percent above them is clipped, as are hot pixels."""
_SAMPLED_BLOCKS = 8_192
_NOISE_RATIO = 0.65
"""Standard deviation of the means of 2 × 2 pixels over that of the pixels: 0.5 for white noise, because a mean of n
independent values has a deviation smaller by √n, and near 1 for what an optical system resolved."""
_BROAD_PX = 8
"""Side of larger blocks, in which faint and broad structure is found."""
_BROAD_NOISE, _BROAD_STRUCTURE = 0.2, 0.5
"""The same ratio for 8 × 8 pixels is 0.125 for white noise. Below the first number the plane counts as noise, above
the second as structure."""
_NOISE_WIDENING = 4.0
"""Noise fills a quarter of the window, so that it is visible but dim."""
_MAX_ABSOLUTE = 1e150
"""A larger value counts as infinite, so that differences and squares stay finite."""
_TOO_DARK, _TOO_BRIGHT = 0.04, 0.98
"""An author's window is not used if the bright pixels lie below the first part of it, or the dark ones above the
second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The raw values shown as black and as full color, and where they come from."""

    low: float
    high: float
    origin: Literal["author", "pixels", "flat", "none"]
    """`flat`: one value everywhere; `none`: no finite pixel."""
    median: float = 0.0
    """Position of the median pixel in the window, from 0 to 1: near 0 in fluorescence, higher in bright field."""


def contrast_window(
    planes: Sequence[Pixels], window: tuple[float, float] | None = None, *, fill: float | None = None
) -> Window:
    """Return the intensity window of one channel.

    Parameters
    ----------
    planes
        (y, x) each, any real dtype, raw values; several where pictures must be comparable,
        such as the wells of a plate.
    window
        The author's window, (start, end).
    fill
        Value of the pixels of missing chunks, which are ignored; None where no chunk is missing.

    """
    blocks = _valid_blocks(planes, fill)
    if blocks is None:
        return Window(low=0.0, high=0.0, origin="none")
    low, median, high = _percentiles(blocks)
    if window and _is_meaningful(window, planes[0].dtype, low, high):
        start, end = float(window[0]), float(window[1])
        return Window(low=start, high=end, origin="author", median=_position(median, start, end))
    if low == high:
        high = _robust_maximum(planes, low)
    elif _is_noise(blocks, low, high):
        widened = low + _noise_widening(planes[0], low, high) * (high - low)
        high = max(_robust_maximum(planes, low), widened)
    if not low < high:
        return Window(low=low, high=low, origin="flat")
    return Window(low=low, high=high, origin="pixels", median=_position(median, low, high))


def _position(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _valid_blocks(planes: Sequence[Pixels], fill: float | None) -> Pixels | None:
    """Return sampled blocks, (4, blocks), without infinite pixels and, if possible, fill value; None without any."""
    blocks = np.concatenate([_sample_blocks(plane) for plane in planes], axis=1)
    finite = np.abs(blocks) < _MAX_ABSOLUTE
    if not finite.any():
        return None
    if not finite.all():
        blocks = blocks[:, finite.all(axis=0)] if finite.all(axis=0).any() else _single_pixels(blocks[finite])
    if fill is not None:
        stored = (blocks != fill).all(axis=0)
        blocks = blocks[:, stored] if stored.any() else blocks
    return blocks


def _sample_blocks(plane: Pixels) -> Pixels:
    """Return blocks of 2 × 2 neighboring pixels, spread evenly over the plane: (4, blocks), float64."""
    if min(plane.shape) < 2:
        return _single_pixels(plane.astype(np.float64).ravel())
    step = 2 * max(1, math.ceil(math.sqrt(plane.size / 4 / _SAMPLED_BLOCKS)))
    return np.stack(_corners(plane, step)).astype(np.float64)


def _corners(plane: Pixels, step: int) -> list[Pixels]:
    """Return the four pixels of each block of 2 × 2, one block every `step` pixels along y and x."""
    height, width = plane.shape[0] // 2 * 2, plane.shape[1] // 2 * 2
    return [plane[y:height:step, x:width:step].ravel() for y in (0, 1) for x in (0, 1)]


def _single_pixels(values: Pixels) -> Pixels:
    """Return pixels without neighbors as blocks of four equal ones: (4, pixels)."""
    return np.repeat(values[np.newaxis], 4, axis=0)


def _percentiles(blocks: Pixels) -> tuple[float, float, float]:
    """Return low percentile, median and high percentile; rounded down, so that one hot pixel lies above the last."""
    flat = blocks.ravel()
    last = flat.size - 1
    low, high = int(last * _LOW_PERCENT / 100), int(last * _HIGH_PERCENT / 100)
    ordered = np.partition(flat, (low, last // 2, high))
    return float(ordered[low]), float(ordered[last // 2]), float(ordered[high])


def _robust_maximum(planes: Sequence[Pixels], low: float) -> float:
    """Return the highest value that two neighboring pixels reach, at least `low`: no hot pixel, but a small bead."""
    maximum = low
    for plane in planes:
        known = np.where(np.isfinite(plane), plane, low) if plane.dtype.kind == "f" else plane
        first, second, third, fourth = _corners(known, 2) if min(known.shape) > 1 else _single_pixels(known.ravel())
        lower_maximum = np.minimum(np.maximum(first, second), np.maximum(third, fourth))
        higher_minimum = np.maximum(np.minimum(first, second), np.minimum(third, fourth))
        maximum = max(maximum, float(np.maximum(lower_maximum, higher_minimum).max()))  # the second highest of four
    return maximum


def _is_noise(blocks: Pixels, low: float, high: float) -> bool:
    """Return whether neighboring pixels are hardly more alike than distant ones."""
    clipped = np.clip(blocks, low, high)
    deviation = float(clipped.std())
    return deviation > 0 and float(clipped.mean(axis=0).std()) / deviation < _NOISE_RATIO


def _noise_widening(plane: Pixels, low: float, high: float) -> float:
    """Return the factor by which the window of noise is widened: less, the more broad structure is in it."""
    height, width = (size // _BROAD_PX for size in plane.shape)
    if min(height, width) < _BROAD_PX:
        return _NOISE_WIDENING
    part = np.clip(plane[: height * _BROAD_PX, : width * _BROAD_PX], low, high).astype(np.float32)
    means = part.reshape(height, _BROAD_PX, width, _BROAD_PX).mean(axis=(1, 3))
    ratio = float(np.nanstd(means) / max(float(np.nanstd(part)), 1e-30))
    noise = (_BROAD_STRUCTURE - ratio) / (_BROAD_STRUCTURE - _BROAD_NOISE)
    return 1 + (_NOISE_WIDENING - 1) * min(max(noise, 0.0), 1.0)


def _is_meaningful(window: tuple[float, float], dtype: np.dtype[Any], low: float, high: float) -> bool:
    """Return whether an author's window suits the pixels: not the range of the type, not all black, not all white."""
    start, end = window
    if not start < end:
        return False
    if dtype.kind in "iu":
        bounds = np.iinfo(dtype)
        if start <= bounds.min and end >= bounds.max:
            return False
    brightest, darkest = (high - start) / (end - start), (low - start) / (end - start)
    return brightest > _TOO_DARK and darkest < _TOO_BRIGHT
