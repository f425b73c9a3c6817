"""Pictures that a configuration names: what type they really are, and how large they may be.

A logo is copied as it is, and every visitor of the home page loads it. A web page that was saved under the name of a
picture, or a PNG called `.svg`, would be an empty frame there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from sitegen.file_kinds import HEAD_BYTES, describe_file

MAX_LOGO_BYTES = 1_000_000
"""A choice: logos are shown 64 pixels high, and usual ones have 2 to 100 kB; 1 MB takes 5 s at 1.6 Mbit/s."""
_NAMES: Mapping[str, str] = {
    ".svg": "SVG", ".png": "PNG", ".webp": "WebP", ".jpg": "JPEG", ".jpeg": "JPEG", ".gif": "GIF", ".avif": "AVIF",
}  # fmt: skip
SUFFIXES = tuple(_NAMES)
"""Endings of names of pictures that browsers show."""
_SVG = re.compile(r"<(?:\w+:)?svg[\s/>]", re.IGNORECASE)


def describe_fault(path: Path) -> str | None:
    """Return what is wrong with the picture at a path, as the end of a sentence; None if nothing is.

    Raises OSError where it cannot be read.
    """
    size = path.stat().st_size
    if size > MAX_LOGO_BYTES:
        return f"a file of {size:,} bytes; make it smaller, at most {MAX_LOGO_BYTES:,}"
    found, named = _picture_type(path.read_bytes()), _NAMES[path.suffix.lower()]
    if found == named:
        return None
    if found in _NAMES.values():
        ending = next(suffix for suffix, name in _NAMES.items() if name == found)
        return f"a picture in {found}; give the file a name that ends in {ending}"
    return f"{found}, and no picture in {named}"


def _picture_type(body: bytes) -> str:
    """Return the type of a picture, such as `PNG`; else what the file is, with its article."""
    kind = describe_file(body[:HEAD_BYTES])
    if kind.startswith(("a text file", "an XML document")):
        encoding = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        text = body.decode(encoding, "replace").lstrip()
        return "SVG" if text.startswith("<") and _SVG.search(text) else kind
    name = kind.split()[1]
    return name if name in _NAMES.values() else kind
