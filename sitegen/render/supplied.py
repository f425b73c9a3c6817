"""A picture that the owner of a dataset supplies → thumbnail and preview of our own.

The file is untrusted: its format must be in a short list, its number of pixels is checked
before they are decoded, and only pixels are kept, no metadata.
"""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress

from PIL import Image, ImageOps

from sitegen.model.codes import make_problem
from sitegen.render.encoding import encode_both_sizes
from sitegen.render.scaling import REDUCING_GAP
from sitegen.render.values import RenderedImages

_MAX_PIXELS = 4_200_000
"""Such as 2048 x 2048. Decoding so many takes up to 100 MB, for WebP; 16 million took 430 MB, from a file of 29 kB
(measured)."""
_MAX_JPEG_PIXELS = 16_800_000
"""Of a JPEG that is not progressive, because it is reduced while it is decoded."""
_LARGE_PIXELS = 1_050_000
"""A picture with more is reencoded while no other large picture is."""
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
# What Pillow raises for invalid files.
_PICTURE_ERRORS = (
    ArithmeticError, AttributeError, LookupError, MemoryError, OSError, EOFError, RuntimeError, SyntaxError, TypeError,
    ValueError, struct.error, zlib.error, Image.DecompressionBombError,
)  # fmt: skip


def reencode_if_small(supplied: bytes, *, thumbnail_px: int, preview_px: int) -> RenderedImages | None:
    """Return the result of `reencode`; None for a large picture, which must not be decoded beside another one."""
    with suppress(*_PICTURE_ERRORS), _open(supplied) as picture:
        if picture.width * picture.height > _LARGE_PIXELS:
            return None
    return reencode(supplied, thumbnail_px=thumbnail_px, preview_px=preview_px)


def reencode(supplied: bytes, *, thumbnail_px: int = 256, preview_px: int = 1024) -> RenderedImages:
    """Return the pictures that are made of a supplied one; a problem where it cannot be used.

    Parameters
    ----------
    supplied
        A file in PNG, JPEG, WebP, GIF or AVIF; of an animation, the first frame is used.
    thumbnail_px, preview_px
        Longer side, at most.

    """
    try:
        with _open(supplied) as picture:
            _check_size(picture, len(supplied))
            drawn = _on_black(_reduced(picture, preview_px))
    except _PICTURE_ERRORS as error:
        message = f"the supplied thumbnail cannot be used: {str(error)[:200]}"
        problem = make_problem("thumbnail-unreadable", "thumbnails", message)
        return RenderedImages(problems=(problem,))
    thumbnail, preview = encode_both_sizes(drawn, thumbnail_px, preview_px, None, smooth=True)
    return RenderedImages(thumbnail=thumbnail, preview=preview)


def _open(supplied: bytes) -> Image.Image:
    Image.init()
    formats = [name for name in _FORMATS if name in Image.OPEN]  # Pillow may be built without AVIF
    return Image.open(io.BytesIO(supplied), formats=formats)


def _check_size(picture: Image.Image, size_bytes: int) -> None:
    """Raise ValueError if a picture has too many pixels."""
    baseline_jpeg = picture.format == "JPEG" and "progressive" not in picture.info
    max_pixels = _MAX_JPEG_PIXELS if baseline_jpeg else _MAX_PIXELS
    if picture.width * picture.height > max_pixels:
        size = f"{picture.width:,} x {picture.height:,} pixels in {size_bytes:,} bytes"
        raise ValueError(f"it has {size}; at most {max_pixels:,} pixels are read, and 200 kB are recommended")


def _reduced(picture: Image.Image, longer_px: int) -> Image.Image:
    """Return the picture upright, reduced by a whole factor before anything copies it."""
    picture.draft("RGB", (longer_px, longer_px))
    picture.load()
    if picture.mode not in ("L", "LA", "RGB", "RGBA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    factor = int(max(picture.size) / (REDUCING_GAP * longer_px))
    return ImageOps.exif_transpose(picture.reduce(factor) if factor > 1 else picture)


def _on_black(picture: Image.Image) -> Image.Image:
    """Return the picture without transparency, on the black background of all pictures."""
    picture = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, (0, 0, 0, 255)), picture).convert("RGB")
