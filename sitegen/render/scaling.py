"""The size of a picture, and scaling to it.

Pixels that are physically longer than wide are drawn so. Nothing is enlarged except
pictures that would be too small to see, and these without smoothing.
"""

from __future__ import annotations

import math

from PIL import Image

_MAX_ASPECT = 8.0
"""A pixel with a larger ratio of its sides is drawn square; otherwise the picture would be a thin stripe."""
_MIN_PX = 128
"""A picture whose longer side is smaller is enlarged by a whole factor."""
REDUCING_GAP = 1.5
"""`reducing_gap` of Pillow: how near whole-factor means bring a picture to its size before it is filtered. A gap of 3
takes 1.7 times as long; it changes a gray level by 0.2 to 2.9 on average, where WebP changes it by 0.6 to 9.7, always
more (measured)."""


def fit(picture: Image.Image, longer_px: int, pixel_size: tuple[float, float] | None, *, smooth: bool) -> Image.Image:
    """Return the picture in physical proportion.

    Parameters
    ----------
    picture
        As drawn, one pixel for each pixel that was read.
    longer_px
        Longer side of the result, at most.
    pixel_size
        Physical size of a drawn pixel along y and x, in one unit; None for square pixels.
    smooth
        False for labels, whose colors must not be mixed.

    """
    return resize(picture, fitted_size(picture.size, longer_px, pixel_size), smooth=smooth)


def fitted_size(size: tuple[int, int], longer_px: int, pixel_size: tuple[float, float] | None) -> tuple[int, int]:
    """Return (width, height) of a picture of this (width, height) in physical proportion; parameters as for `fit`."""
    width, height = _proportioned(size, pixel_size)
    longer = max(width, height)
    if longer > longer_px:
        scale = longer_px / longer
    else:
        scale = min(math.ceil(_MIN_PX / longer), max(1, int(longer_px / longer)))
    return max(1, round(width * scale)), max(1, round(height * scale))


def resize(picture: Image.Image, size: tuple[int, int], *, smooth: bool) -> Image.Image:
    """Return the picture in this (width, height); a picture that grows along both axes is not smoothed."""
    grows = [new > old for new, old in zip(size, picture.size, strict=True)]
    if size == picture.size:
        return picture
    if not smooth or all(grows):
        return picture.resize(size, Image.Resampling.NEAREST)
    resampling = Image.Resampling.BICUBIC if any(grows) else Image.Resampling.HAMMING
    return picture.resize(size, resampling, reducing_gap=REDUCING_GAP)


def _proportioned(size: tuple[int, int], pixel_size: tuple[float, float] | None) -> tuple[float, float]:
    """Return (width, height) with the shorter side of a pixel as the unit."""
    width, height = size
    aspect = pixel_size[0] / pixel_size[1] if pixel_size else 1.0  # y to x
    if not 1 / _MAX_ASPECT <= aspect <= _MAX_ASPECT or 0.99 < aspect < 1.01:
        return width, height
    return (width, height * aspect) if aspect > 1 else (width / aspect, height)
