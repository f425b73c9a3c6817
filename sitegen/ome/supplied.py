"""Thumbnails that come with the data: the Zarr convention "thumbnails".

An address is kept only if it is below the node, holds the picture itself, or is `https:`
without user name or password, which no message repeats. The picture's bytes and stated
size are untrusted.

Source: https://github.com/clbarnes/zarr-convention-thumbnails, and the older draft that
zarrcade writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sitegen.ome.node import SuppliedThumbnail
from sitegen.ome.problems import ProblemLog
from sitegen.ome.values import read_first, read_index, read_objects, read_path, read_text
from sitegen.urls import has_credentials, has_scheme

_MEDIA_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/avif")
_KEYS = ("uri", "path", "url")  # the current text, and the older draft, which zarrcade writes
_LONGEST_URI = 1_000_000  # a data: URI; the convention recommends 200 kB


def read_thumbnails(attributes: Mapping[str, object], notes: ProblemLog) -> tuple[SuppliedThumbnail, ...]:
    """Return the supplied pictures that may be requested, in their order."""
    found = []
    for number, entry in enumerate(read_objects(read_first(attributes.get("thumbnails"), 64, notes, "thumbnails"))):
        address = _read_address(entry, notes, f"thumbnails/{number}")
        media_type = read_text(entry.get("media_type"))
        if address is not None and (media_type is None or media_type in _MEDIA_TYPES):
            width, height = read_index(entry.get("width")), read_index(entry.get("height"))
            found.append(SuppliedThumbnail(address=address, width=width, height=height, media_type=media_type))
    return tuple(found)


def _read_address(entry: Mapping[str, object], notes: ProblemLog, at: str) -> str | None:
    for key in _KEYS:
        written = entry.get(key)
        if not isinstance(written, str) or not written.strip():
            continue
        address = written.strip()
        if _has_credentials(address):
            notes.add("path-unsafe", f"{at}/{key}", "the address holds a user name or password; it was not followed")
            return None
        if address.startswith("data:"):
            return address if address.startswith(_data_prefixes()) and len(address) <= _LONGEST_URI else None
        if has_scheme(address):
            return address if address.lower().startswith("https://") and len(address) <= 2048 else None
        return read_path(address, notes, f"{at}/{key}")
    return None


def _has_credentials(address: str) -> bool:
    """Return whether an address, which may leave out its scheme, holds a user name or password."""
    return has_credentials(address) or (address.startswith(("/", "\\")) and has_credentials(f"https:{address}"))


def _data_prefixes() -> tuple[str, ...]:
    return tuple(f"data:{media_type}" for media_type in _MEDIA_TYPES)


def choose_thumbnail(thumbnails: Sequence[SuppliedThumbnail], wanted_px: int) -> SuppliedThumbnail | None:
    """Return the smallest whose longer edge reaches `wanted_px`, else the largest; unknown sizes count as too small."""
    enough = [t for t in thumbnails if _longer_edge(t) >= wanted_px]
    return min(enough, key=_longer_edge) if enough else max(thumbnails, key=_longer_edge, default=None)


def _longer_edge(thumbnail: SuppliedThumbnail) -> int:
    return max(thumbnail.width or 0, thumbnail.height or 0)
