"""Drawn pictures → WebP files."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from sitegen.model import Problem, Shown
from sitegen.render.scaling import fitted_size, resize

_THUMBNAIL_WEBP = {"quality": 75, "method": 2}
"""Effort 4 costs twice the time for 3 % of the size (measured)."""
PREVIEW_WEBP = {"quality": 70, "method": 0}
"""A preview is sixteen times larger: effort 0 saves 10 of 30 ms for 11 % of the size (measured)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedImage:
    """A picture in WebP."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedImages:
    """The pictures of one dataset; a problem says why there are none."""

    thumbnail: EncodedImage | None = None
    preview: EncodedImage | None = None
    """None where it would not be larger than the thumbnail."""
    shown: Shown | None = None
    empty: bool = False
    """Nothing but fill value was there to draw: another plane or well may have more to show."""
    problems: tuple[Problem, ...] = ()


def encode_both_sizes(
    drawn: Image.Image, thumbnail_px: int, preview_px: int, pixel_size: tuple[float, float] | None, *, smooth: bool
) -> tuple[EncodedImage, EncodedImage | None]:
    """Return thumbnail and preview of what was drawn; no preview where it would hardly be larger.

    The thumbnail is scaled from the preview, so that a large picture is gone through once, unless the preview is
    itself enlarged. Labels are taken from the whole, so as not to be mixed.
    """
    small, large = (fitted_size(drawn.size, longest, pixel_size) for longest in (thumbnail_px, preview_px))
    if max(large) <= 1.25 * max(small):
        return encode(resize(drawn, small, smooth=smooth), _THUMBNAIL_WEBP, lossless=not smooth), None
    preview = resize(drawn, large, smooth=smooth)
    thumbnail = resize(preview if smooth and max(large) <= max(drawn.size) else drawn, small, smooth=smooth)
    return (
        encode(thumbnail, _THUMBNAIL_WEBP, lossless=not smooth),
        encode(preview, PREVIEW_WEBP, lossless=not smooth),
    )


def encode(picture: Image.Image, settings: Mapping[str, int], *, lossless: bool = False) -> EncodedImage:
    """Return the picture in WebP; `lossless` for few, flat colours."""
    out = io.BytesIO()
    picture.save(out, "WEBP", lossless=lossless, **settings)
    return EncodedImage(content=out.getvalue(), width=picture.width, height=picture.height)
