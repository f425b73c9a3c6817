"""A picture that the owner of a dataset supplies → pictures of our own making."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress

from PIL import Image, ImageOps

from sitegen.model import Problem
from sitegen.render.encoding import RenderedImages, encode_both_sizes
from sitegen.render.scaling import REDUCING_GAP

_MOST_PIXELS = 4_200_000
"""Of a supplied picture, such as 2048 x 2048. Reencoding that takes up to 100 MB, of WebP; 16 million took 430 MB,
from 29 kB (measured)."""
_MOST_JPEG_PIXELS = 16_800_000
"""Of a JPEG that is not progressive: it is reduced while it is read."""
_LARGE_PIXELS = 1_050_000
"""Of a supplied picture: one with more is reencoded while no other such is."""
_SUPPLIED_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
# What hostile pictures make Pillow raise.
_PICTURE_ERRORS = (
    ArithmeticError, AttributeError, LookupError, MemoryError, OSError, EOFError, RuntimeError, SyntaxError, TypeError,
    ValueError, struct.error, zlib.error, Image.DecompressionBombError,
)  # fmt: skip


def reencode_if_small(supplied: bytes, *, thumbnail_px: int, preview_px: int) -> RenderedImages | None:
    """Do as `reencode`; None where the picture is so large that no other should be reencoded meanwhile."""
    with suppress(*_PICTURE_ERRORS), _open(supplied) as picture:
        if picture.width * picture.height > _LARGE_PIXELS:
            return None
    return reencode(supplied, thumbnail_px=thumbnail_px, preview_px=preview_px)


def reencode(supplied: bytes, *, thumbnail_px: int = 256, preview_px: int = 1024) -> RenderedImages:
    """Return a picture that the data's owner supplies as pictures of our own making.

    supplied: a stranger's bytes in PNG, JPEG, WebP, GIF or AVIF; the first frame of an animation. Only
    pixels are kept. Anything else, or more pixels than are read, is a problem.
    """
    try:
        with _open(supplied) as picture:
            _check_size(picture, len(supplied))
            drawn = _on_black(_reduced(picture, preview_px))
    except _PICTURE_ERRORS as error:
        problem = Problem(
            code="thumbnail-unreadable",
            level="warning",
            where="thumbnails",
            message=f"the supplied thumbnail cannot be used: {str(error)[:200]}",
            hint="supply a PNG, JPEG or WebP of 256 to 512 pixels",
        )
        return RenderedImages(problems=(problem,))
    thumbnail, preview = encode_both_sizes(drawn, thumbnail_px, preview_px, None, smooth=True)
    return RenderedImages(thumbnail=thumbnail, preview=preview)


def _open(supplied: bytes) -> Image.Image:
    Image.init()
    formats = [name for name in _SUPPLIED_FORMATS if name in Image.OPEN]
    return Image.open(io.BytesIO(supplied), formats=formats)


def _check_size(picture: Image.Image, size_bytes: int) -> None:
    """Raise ValueError where a picture has more pixels than are read."""
    by_parts = picture.format == "JPEG" and "progressive" not in picture.info
    most = _MOST_JPEG_PIXELS if by_parts else _MOST_PIXELS
    if picture.width * picture.height > most:
        size = f"{picture.width:,} x {picture.height:,} pixels in {size_bytes:,} bytes"
        raise ValueError(f"it has {size}; at most {most:,} pixels are read, and 200 kB are recommended")


def _reduced(picture: Image.Image, longest_px: int) -> Image.Image:
    """Return the picture upright, with hardly more pixels than are wanted, before anything makes copies of it."""
    picture.draft("RGB", (longest_px, longest_px))
    picture.load()
    if picture.mode not in ("L", "LA", "RGB", "RGBA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    factor = int(max(picture.size) / (REDUCING_GAP * longest_px))
    return ImageOps.exif_transpose(picture.reduce(factor) if factor > 1 else picture)


def _on_black(picture: Image.Image) -> Image.Image:
    """Return the picture on the ground that pictures stand on."""
    picture = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, (0, 0, 0, 255)), picture).convert("RGB")
