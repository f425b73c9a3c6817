"""Whether the site's own viewer can show a dataset, why not, and what its page tells the viewer.

The reason is known before the visitor clicks: what a browser or the viewer cannot do stands in the record. The limits
are those of `assets/js/viewer`: `image.js` (codecs), `arrays.js` (data types), `limits.js` (chunks). Pure functions.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sitegen.model import Catalog, Level, PublicFindings, Record
from sitegen.render.colormaps import named_ramp

KINDS = frozenset(("image", "plate", "well", "series", "labels", "scene", "group"))
"""Kinds of datasets that hold images; a group may hold one deeper."""
DTYPES: Mapping[str, int] = {
    "bool": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "float16": 2, "int32": 4, "uint32": 4, "float32": 4,
    "int64": 8, "uint64": 8, "float64": 8,
}  # fmt: skip
"""Data types that are drawn, and the bytes of one value."""
CODECS = frozenset(
    ("bytes", "transpose", "crc32c", "zstd", "gzip", "zlib", "blosc", "lz4", "shuffle", "delta", "bitround",
     "fixedscaleoffset", "scale_offset", "cast_value", "sharding_indexed")
)  # fmt: skip
"""Codecs that are decoded."""
CHUNK_BYTES = 64_000_000
"""Largest decoded chunk that is read; the same as for the catalog's pictures (`PictureBudget.chunk_bytes`)."""
_MOST_TABLES = 8
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?(?::[0-9]{1,5})?")
"""Hosts that a Content-Security-Policy can name (Content Security Policy 3, section 2.3.1): no IPv6 address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a dataset's page says of looking into its data."""

    reason: str = ""
    """Why it is not possible, in a sentence; empty if it is."""
    origin: str = ""
    """Of the data, such as `https://data.example.org`: the only other host that the page may ask; empty if none."""
    host: str = ""
    """Of the data, as it is named on the page."""
    tables: str = "{}"
    """Lookup tables that the image names, as JSON: name → 768 bytes in base 64."""


def make_look(record: Record, catalog: Catalog) -> Look:
    """Return whether and how the page of a record shows its data."""
    reason = why_not(record, catalog)
    if reason:
        return Look(reason=reason)
    parts = urlsplit(record.url)
    return Look(origin=f"{parts.scheme}://{parts.netloc}", host=parts.hostname or "", tables=_tables(record.found))


def why_not(record: Record, catalog: Catalog) -> str:
    """Return why the site's viewer cannot show a dataset, in a sentence; empty if it may."""
    return _about_host(record, catalog) or _about_data(record.found)


def _about_host(record: Record, catalog: Catalog) -> str:
    parts, found = urlsplit(record.url), record.found
    if found.status not in ("ok", "stale"):
        return "It could not be read when this catalog was built."
    if parts.scheme not in ("http", "https"):
        return "It is not published on the web, so a browser cannot reach it."
    if not _HOST.fullmatch(parts.netloc):
        return "The page's security policy cannot name the address of its host."
    if f"{parts.scheme}://{parts.netloc}/" == _origin(catalog.base_url):
        return ""
    if found.cors is False:
        return "Its host does not let pages of other sites read it (no CORS headers)."
    browsers = {each.host: each.browsers for each in catalog.hosts}.get(parts.netloc)
    if (found.shards or found.zipped) and browsers and browsers.ranges is False:
        form = "a ZIP archive (.ozx)" if found.zipped else "sharded"
        return f"It is {form}, and its host does not let pages of other sites request byte ranges (CORS)."
    return ""


def _origin(base_url: str | None) -> str:
    parts = urlsplit(base_url or "")
    return f"{parts.scheme}://{parts.netloc}/"


def _about_data(found: PublicFindings) -> str:
    if found.kind not in KINDS or found.image_path is None:
        return "It holds no image that OME-Zarr describes."
    if found.dtype and found.dtype not in DTYPES:
        return f"Its data type, {found.dtype[:40]}, cannot be drawn."
    unknown = [name for name in found.codecs if name.removeprefix("numcodecs.") not in CODECS]
    if unknown:
        return f"It is encoded with {', '.join(unknown)[:80]}, which the viewer does not decode."
    sizes = [size for level in found.levels if (size := _chunk_bytes(level, found.dtype))]
    if sizes and min(sizes) > CHUNK_BYTES:
        return f"Its chunks unpack to more than {CHUNK_BYTES // 1_000_000} MB each, which is too much for a page."
    return ""


def _chunk_bytes(level: Level, dtype: str | None) -> int:
    """Return the size of a decoded chunk; 0 where it is not known."""
    return math.prod(level.chunks) * DTYPES.get(dtype or "", 0) if level.chunks else 0


def _tables(found: PublicFindings) -> str:
    names = dict.fromkeys(channel.lut for channel in found.metadata.channels if channel.lut)
    ramps = {name: ramp for name in names if (ramp := named_ramp(name)) is not None}
    first = list(ramps.items())[:_MOST_TABLES]
    return json.dumps({name: base64.b64encode(ramp.tobytes()).decode() for name, ramp in first})
