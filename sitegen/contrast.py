"""Which raw intensities are drawn as black and as full colour.

The author's window where it says something, else robust statistics of the pixels:
NaN and infinities are left out, a hot pixel does not darken the picture, and a channel
of noise alone stays dim instead of being stretched into false structure.

Trade-off: statistics are of at most 65,536 pixels in 2 × 2 blocks spread over the
plane, 1 ms whatever its size; what is smaller than the spread and brighter than all
else may be drawn too bright.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Pixels = np.ndarray[Any, np.dtype[Any]]

_LOW_PERCENT, _HIGH_PERCENT = 1.0, 99.8
_SAMPLED_BLOCKS = 16_384
_NOISE_RATIO = 0.65
"""Spread of the means of 2 × 2 pixels over the spread of pixels: 0.5 for noise, near 1 for what optics drew."""
_NOISE_ROOM = 4.0
"""Noise alone fills this part of the range: it is seen to be there, dimly."""
_TOO_DARK, _TOO_BRIGHT = 0.04, 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Intensities shown as black and as full colour, and where they come from."""

    low: float
    high: float
    origin: Literal["author", "pixels", "flat", "none"]
    """`flat`: one value everywhere, drawn as mid-grey; `none`: not one finite pixel."""


def contrast_limits(planes: Sequence[Pixels], window: tuple[float, float] | None = None) -> Limits:
    """Return the limits for one channel.

    planes: (y, x) each, any real dtype, raw values; several where pictures must be comparable,
    such as the wells of a plate. window: the author's (start, end).
    """
    blocks = np.concatenate([_blocks(plane) for plane in planes], axis=1)
    blocks = blocks[:, np.isfinite(blocks).all(axis=0)]
    if not blocks.size:
        return Limits(low=0.0, high=1.0, origin="none")
    low, high = _percentiles(blocks)
    if window and _says_something(window, planes[0].dtype, low, high):
        return Limits(low=float(window[0]), high=float(window[1]), origin="author")
    peak = _peak(blocks)
    if low == high:
        high = peak
        low = min(low, float(np.median(blocks)))
    elif _is_noise(blocks, low, high):
        high = max(peak, low + _NOISE_ROOM * (high - low))
    return Limits(low=low, high=high, origin="pixels") if low < high else Limits(low=low, high=low, origin="flat")


def _blocks(plane: Pixels) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return blocks of 2 × 2 neighbouring pixels spread over the plane: (4, blocks)."""
    height, width = plane.shape[0] // 2 * 2, plane.shape[1] // 2 * 2
    if not height or not width:
        return np.repeat(plane.reshape(1, -1).astype(np.float64), 4, axis=0)
    step = 2 * max(1, int(np.ceil(np.sqrt(height * width / 4 / _SAMPLED_BLOCKS))))
    corners = [plane[y:height:step, x:width:step].ravel() for y in (0, 1) for x in (0, 1)]
    return np.stack(corners).astype(np.float64)


def _percentiles(blocks: Pixels) -> tuple[float, float]:
    """Return the low and high percentile; at least the one brightest pixel lies above, so that it may be a hot one."""
    flat = blocks.ravel()
    last = flat.size - 1
    low, high = int(last * _LOW_PERCENT / 100), int(last * _HIGH_PERCENT / 100)
    ordered = np.partition(flat, (low, high))
    return float(ordered[low]), float(ordered[high])


def _peak(blocks: Pixels) -> float:
    """Return the highest value that a neighbour reaches too: no hot pixel, but the smallest bead."""
    return float(np.partition(blocks, 2, axis=0)[2].max())


def _is_noise(blocks: Pixels, low: float, high: float) -> bool:
    """Return whether neighbours have no more in common than strangers."""
    clipped = np.clip(blocks, low, high)
    spread = float(clipped.std())
    return spread > 0 and float(clipped.mean(axis=0).std()) / spread < _NOISE_RATIO


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
