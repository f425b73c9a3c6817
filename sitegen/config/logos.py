"""Pictures that a configuration names: what type they really are, how large they may be, and what an SVG may hold.

A logo is copied as it is, and every visitor of the home page loads it. A web page that was saved under the name of a
picture, or a PNG called `.svg`, would be an empty frame there. What the build itself scales, it also decodes here, so
that a damaged file ends a build before the crawl.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sitegen.config.svg import describe_svg_fault
from sitegen.file_kinds import HEAD_BYTES, describe_file

MAX_LOGO_BYTES = 1_000_000
"""A choice: logos are shown 64 pixels high, and usual ones have 2 to 100 kB; 1 MB takes 5 s at 1.6 Mbit/s."""
MAX_SIDE_PX = 4096
"""Of a picture that the build decodes: 64 MB in memory."""
_NAMES: Mapping[str, str] = {
    ".svg": "SVG", ".png": "PNG", ".webp": "WebP", ".jpg": "JPEG", ".jpeg": "JPEG", ".gif": "GIF", ".avif": "AVIF",
    ".ico": "ICO",
}  # fmt: skip
_SVG = re.compile(r"<(?:\w+:)?svg[\s/>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureUse:
    """What a picture of a configuration is for, and so what it must be."""

    suffixes: tuple[str, ...]
    """Endings of names that it may have."""
    decoded: bool = False
    """Whether the build reads its pixels, unless it is an SVG."""
    square_px: int = 0
    """Its sides must be equal and at least this long; 0: any."""


LOGO = PictureUse(suffixes=tuple(suffix for suffix in _NAMES if suffix != ".ico"))
"""Of an institution: any type that browsers show."""
CATALOG_LOGO = PictureUse(suffixes=(".svg", ".png", ".webp", ".jpg", ".jpeg"), decoded=True)
"""It is also drawn in the picture for links."""
FAVICON = PictureUse(suffixes=(".svg", ".png", ".ico"), decoded=True, square_px=32)
"""Smaller ones are blurred in the tabs of most screens, which show 32 pixels."""


def describe_fault(path: Path, use: PictureUse) -> str | None:
    """Return what is wrong with the picture at a path, as the end of a sentence; None if nothing is.

    Raises OSError where it cannot be read.
    """
    size = path.stat().st_size
    if size > MAX_LOGO_BYTES:
        return f"a file of {size:,} bytes; make it smaller, at most {MAX_LOGO_BYTES:,}"
    body, named = path.read_bytes(), _NAMES[path.suffix.lower()]
    found = _picture_type(body)
    if found != named:
        ending = next((suffix for suffix, name in _NAMES.items() if name == found and suffix in use.suffixes), None)
        return (
            f"a picture in {found}; give the file a name that ends in {ending}"
            if ending
            else (f"{found if ' ' in found else 'a picture in ' + found}, and no picture in {named}")
        )
    if found == "SVG":
        return describe_svg_fault(body)
    return _describe_pixels_fault(path, use) if use.decoded else None


def _describe_pixels_fault(path: Path, use: PictureUse) -> str | None:
    from PIL import Image, UnidentifiedImageError  # costs every process that reads settings 4 MB, few need it

    try:
        with Image.open(path) as picture:
            width, height = picture.size
            if max(width, height) > MAX_SIDE_PX:
                return f"a picture of {width} × {height} pixels; make it smaller, at most {MAX_SIDE_PX} on a side"
            if use.square_px and (width != height or width < use.square_px):
                return f"a picture of {width} × {height} pixels; make it a square of at least {use.square_px} on a side"
            picture.load()
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        return f"a picture that cannot be decoded: {error}"
    return None


def _picture_type(body: bytes) -> str:
    """Return the type of a picture, such as `PNG`; else what the file is, with its article."""
    kind = describe_file(body[:HEAD_BYTES])
    if kind.startswith(("a text file", "an XML document")):
        encoding = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        text = body.decode(encoding, "replace").lstrip()
        return "SVG" if text.startswith("<") and _SVG.search(text) else kind
    name = kind.split()[1]
    return name if name in _NAMES.values() else kind
