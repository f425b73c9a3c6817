"""The size of a picture, and scaling to it."""

from __future__ import annotations

import math

from PIL import Image

_MOST_STRETCH = 8.0
"""Pixels that are longer than this are drawn as if they were not: the picture would be a stripe."""
_LEAST_PX = 128
"""Smaller pictures are enlarged by whole factors."""
REDUCING_GAP = 1.5
"""How far means of whole pixels bring a picture down before it is filtered. A gap of 3 takes 1.7 times as long; that
changes a grey level by 0.2 to 2.9 in the mean, where WebP changes it by 0.6 to 9.7, always more (measured)."""


def fit(drawn: Image.Image, longest_px: int, pixel_size: tuple[float, float] | None, *, smooth: bool) -> Image.Image:
    """Return the picture in physical proportion, its longer side at most `longest_px`.

    pixel_size: of the drawn pixels, along y and x. smooth: False for labels, whose colours must not be mixed.
    """
    return resize(drawn, fitted_size(drawn.size, longest_px, pixel_size), smooth=smooth)


def fitted_size(drawn: tuple[int, int], longest_px: int, pixel_size: tuple[float, float] | None) -> tuple[int, int]:
    width, height = _proportioned(drawn, pixel_size)
    longest = max(width, height)
    if longest > longest_px:
        scale = longest_px / longest
    else:
        scale = min(math.ceil(_LEAST_PX / longest), max(1, int(longest_px / longest)))
    return max(1, round(width * scale)), max(1, round(height * scale))


def resize(drawn: Image.Image, size: tuple[int, int], *, smooth: bool) -> Image.Image:
    """Return the picture in this size; what grows along both axes is not smoothed."""
    grows = [new > old for new, old in zip(size, drawn.size, strict=True)]
    if size == drawn.size:
        return drawn
    if not smooth or all(grows):
        return drawn.resize(size, Image.Resampling.NEAREST)
    how = Image.Resampling.BICUBIC if any(grows) else Image.Resampling.HAMMING
    return drawn.resize(size, how, reducing_gap=REDUCING_GAP)


def _proportioned(size: tuple[int, int], pixel_size: tuple[float, float] | None) -> tuple[float, float]:
    width, height = size
    stretch = pixel_size[0] / pixel_size[1] if pixel_size else 1.0  # of y against x
    if not 1 / _MOST_STRETCH <= stretch <= _MOST_STRETCH or 0.99 < stretch < 1.01:
        return width, height
    return (width, height * stretch) if stretch > 1 else (width / stretch, height)
