"""Which raw intensities are drawn as black and as full colour.

The author's window where it says something, else robust statistics of the pixels:
NaN and infinities are left out, a hot pixel does not darken the picture, and a channel
of noise alone stays dim instead of being stretched into false structure.

Trade-off: statistics are of at most 32,768 pixels in 2 × 2 blocks spread over the
plane, 1 ms whatever its size; what is smaller than the spread and brighter than all
else may be drawn too bright.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Pixels = np.ndarray[Any, np.dtype[Any]]

_LOW_PERCENT, _HIGH_PERCENT = 1.0, 99.8
_SAMPLED_BLOCKS = 8_192
_NOISE_RATIO = 0.65
"""Spread of the means of 2 × 2 pixels over the spread of pixels: 0.5 for noise, near 1 for what optics drew."""
_BROAD_PX = 8
_BROAD_NOISE, _BROAD_SHAPE = 0.2, 0.5
"""The same for 8 × 8 pixels: 0.125 for noise; from 0.5 on there are faint, broad shapes in it."""
_NOISE_ROOM = 4.0
"""Noise alone fills a quarter of the range: it is seen to be there, dimly."""
_LARGEST = 1e150
"""Beyond this it is as good as infinite: differences must be finite."""
_TOO_DARK, _TOO_BRIGHT = 0.04, 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Intensities shown as black and as full colour, and where they come from."""

    low: float
    high: float
    origin: Literal["author", "pixels", "flat", "none"]
    """`flat`: one value everywhere, drawn as mid-grey; `none`: not one finite pixel."""
    ground: float = 0.0
    """Where the median pixel lies between them, 0 … 1: near 0 in fluorescence and noise, higher in bright field."""


def contrast_window(
    planes: Sequence[Pixels], window: tuple[float, float] | None = None, *, fill: float | None = None
) -> Window:
    """Return the limits for one channel.

    planes: (y, x) each, any real dtype, raw values; several where pictures must be comparable,
    such as the wells of a plate. window: the author's (start, end). fill: value of the pixels
    of missing chunks, which say nothing; None where no chunk is missing.
    """
    blocks = np.concatenate([_blocks(plane) for plane in planes], axis=1)
    finite = np.abs(blocks) < _LARGEST
    if not finite.any():
        return Window(low=0.0, high=0.0, origin="none")
    if not finite.all():
        blocks = blocks[:, finite.all(axis=0)] if finite.all(axis=0).any() else _alone(blocks[finite])
    if fill is not None:
        stored = (blocks != fill).all(axis=0)
        blocks = blocks[:, stored] if stored.any() else blocks
    low, median, high = _percentiles(blocks)
    if window and _says_something(window, planes[0].dtype, low, high):
        return Window(low=float(window[0]), high=float(window[1]), origin="author", ground=_place(median, *window))
    if low == high:
        high = _peak(planes, low)
    elif _is_noise(blocks, low, high):
        high = max(_peak(planes, low), low + _room(planes[0], low, high) * (high - low))
    if not low < high:
        return Window(low=low, high=low, origin="flat")
    return Window(low=low, high=high, origin="pixels", ground=_place(median, low, high))


def _place(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _blocks(plane: Pixels) -> Pixels:
    """Return blocks of 2 × 2 neighbouring pixels spread over the plane: (4, blocks), float64."""
    if min(plane.shape) < 2:
        return _alone(plane.astype(np.float64).ravel())
    step = 2 * max(1, math.ceil(math.sqrt(plane.size / 4 / _SAMPLED_BLOCKS)))
    return np.stack(_corners(plane, step)).astype(np.float64)


def _corners(plane: Pixels, step: int) -> list[Pixels]:
    """Return the four pixels of each block of 2 × 2, a block every `step` pixels."""
    height, width = plane.shape[0] // 2 * 2, plane.shape[1] // 2 * 2
    return [plane[y:height:step, x:width:step].ravel() for y in (0, 1) for x in (0, 1)]


def _alone(values: Pixels) -> Pixels:
    """Return pixels without neighbours as blocks of themselves: (4, pixels)."""
    return np.repeat(values[np.newaxis], 4, axis=0)


def _percentiles(blocks: Pixels) -> tuple[float, float, float]:
    """Return low percentile, median and high percentile; the one brightest pixel lies above, as it may be a hot one."""
    flat = blocks.ravel()
    last = flat.size - 1
    low, high = int(last * _LOW_PERCENT / 100), int(last * _HIGH_PERCENT / 100)
    ordered = np.partition(flat, (low, last // 2, high))
    return float(ordered[low]), float(ordered[last // 2]), float(ordered[high])


def _peak(planes: Sequence[Pixels], low: float) -> float:
    """Return the highest value that a neighbour reaches too: no hot pixel, but the smallest bead; all are searched."""
    peak = low
    for plane in planes:
        known = np.where(np.isfinite(plane), plane, low) if plane.dtype.kind == "f" else plane
        first, second, third, fourth = _corners(known, 2) if min(known.shape) > 1 else _alone(known.ravel())
        both = np.minimum(np.maximum(first, second), np.maximum(third, fourth))
        either = np.maximum(np.minimum(first, second), np.minimum(third, fourth))
        peak = max(peak, float(np.maximum(both, either).max()))
    return peak


def _is_noise(blocks: Pixels, low: float, high: float) -> bool:
    """Return whether neighbours have no more in common than strangers."""
    clipped = np.clip(blocks, low, high)
    spread = float(clipped.std())
    return spread > 0 and float(clipped.mean(axis=0).std()) / spread < _NOISE_RATIO


def _room(plane: Pixels, low: float, high: float) -> float:
    """Return by how much to widen the limits of noise: less, the more broad shapes are in it."""
    height, width = (size // _BROAD_PX for size in plane.shape)
    if min(height, width) < _BROAD_PX:
        return _NOISE_ROOM
    part = np.clip(plane[: height * _BROAD_PX, : width * _BROAD_PX], low, high).astype(np.float32)
    means = part.reshape(height, _BROAD_PX, width, _BROAD_PX).mean(axis=(1, 3))
    ratio = float(np.nanstd(means) / max(float(np.nanstd(part)), 1e-30))
    return 1 + (_NOISE_ROOM - 1) * min(max((_BROAD_SHAPE - ratio) / (_BROAD_SHAPE - _BROAD_NOISE), 0.0), 1.0)


def _says_something(window: tuple[float, float], dtype: np.dtype[Any], low: float, high: float) -> bool:
    """Return whether an author's window was meant for these pixels: not a default, not all black, not all white."""
    start, end = window
    if not start < end:
        return False
    if dtype.kind in "iu":
        bounds = np.iinfo(dtype)
        if start <= bounds.min and end >= bounds.max:
            return False
    brightest, darkest = (high - start) / (end - start), (low - start) / (end - start)
    return brightest > _TOO_DARK and darkest < _TOO_BRIGHT
