"""Drawn pictures → thumbnails and previews.

A thumbnail that has a preview beside it is seen on cards and in tables alone, at 150 to 225 CSS pixels, and is AVIF:
half the bytes of WebP. One that is the only picture is shown larger on the page of its dataset, and by other sites, of
which many do not read AVIF: it is WebP, as previews are.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

from PIL import Image, features

from sitegen.render.scaling import fitted_size, resize
from sitegen.render.values import EncodedImage

_THUMBNAIL_WEBP = {"quality": 75, "method": 2}
"""12.4 kB and 4.4 ms for the 57 thumbnails of the demo; method 4 takes twice the time for 4 % of the size."""
PREVIEW_WEBP = {"quality": 70, "method": 0}
"""A preview has sixteen times as many pixels: method 0 saves 10 of 30 ms for 11 % of the size (measured)."""
_THUMBNAIL_AVIF = {"quality": 45, "speed": 9, "max_threads": 1}
"""5.8 kB and 7.4 ms for the same thumbnails. Noise is smoother than in WebP, structures look alike on cards. Speed 8
takes 37 ms for 4 % of the size; WebP of the same error (quality 30) has 6.7 kB."""
_HAS_AVIF = bool(features.check("avif"))
"""False where somebody built Pillow without; its wheels can write AVIF from 11.3 on."""
_MIN_GAIN = 1.25
"""A preview must be this many times longer than the thumbnail to be worth a file."""


def encode_both_sizes(
    picture: Image.Image, thumbnail_px: int, preview_px: int, pixel_size: tuple[float, float] | None, *, smooth: bool
) -> tuple[EncodedImage, EncodedImage | None]:
    """Return the thumbnail and the preview of a picture; None where the preview would hardly be larger.

    The thumbnail is scaled from the preview, which is faster, unless the preview is enlarged or shows labels.

    Parameters
    ----------
    picture
        As drawn, one pixel for each pixel that was read.
    thumbnail_px, preview_px
        Longer side, at most.
    pixel_size
        Physical size of a drawn pixel along y and x, in one unit; None for square pixels.
    smooth
        False for labels, whose colors must not be mixed; they are encoded without loss.

    """
    small, large = (fitted_size(picture.size, longer_px, pixel_size) for longer_px in (thumbnail_px, preview_px))
    if max(large) <= _MIN_GAIN * max(small):
        return encode(resize(picture, small, smooth=smooth), _THUMBNAIL_WEBP, lossless=not smooth), None
    preview = resize(picture, large, smooth=smooth)
    thumbnail = resize(preview if smooth and max(large) <= max(picture.size) else picture, small, smooth=smooth)
    return (
        _encode_avif(thumbnail) if smooth and _HAS_AVIF else encode(thumbnail, _THUMBNAIL_WEBP, lossless=not smooth),
        encode(preview, PREVIEW_WEBP, lossless=not smooth),
    )


def encode(picture: Image.Image, settings: Mapping[str, int], *, lossless: bool = False) -> EncodedImage:
    """Return the picture in WebP; settings: `quality` and `method` of Pillow's encoder."""
    out = io.BytesIO()
    picture.save(out, "WEBP", lossless=lossless, **settings)
    return EncodedImage(content=out.getvalue(), width=picture.width, height=picture.height)


def _encode_avif(picture: Image.Image) -> EncodedImage:
    out = io.BytesIO()
    picture.save(out, "AVIF", **_THUMBNAIL_AVIF)
    return EncodedImage(content=out.getvalue(), width=picture.width, height=picture.height)
