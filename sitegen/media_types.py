"""Media types of files by their names: what servers send, and what metadata say of the same file.

One table, so that a file has the same type from `sitegen serve`, in a bucket, in a typed link and in an RO-Crate. A
numbered part has the type of the file that it is a part of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

JSON_LD = "application/ld+json"
LINKSET = "application/linkset+json"
OPENSEARCH = "application/opensearchdescription+xml"
HTML = "text/html; charset=utf-8"
DEFAULT = "application/octet-stream"
_ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        ".atom": "application/atom+xml",  # RFC 4287, section 7
        ".avif": "image/avif",
        ".css": "text/css; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
        ".gif": "image/gif",
        ".gz": "application/gzip",  # RFC 6713
        ".html": HTML,
        ".ico": "image/x-icon",
        ".jpeg": "image/jpeg",
        ".jpg": "image/jpeg",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".jsonld": JSON_LD,
        ".map": "application/json",  # ECMA-426, section 4
        ".md": "text/markdown; charset=utf-8",
        ".mjs": "text/javascript; charset=utf-8",
        ".parquet": "application/vnd.apache.parquet",  # as IANA registers it
        ".png": "image/png",
        ".svg": "image/svg+xml",
        ".tsv": "text/tab-separated-values; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
        ".webmanifest": "application/manifest+json",
        ".webp": "image/webp",
        ".woff2": "font/woff2",
        ".xml": "application/xml",
    }
)
"""Ending → media type; anything else is `application/octet-stream`."""
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "SHA256SUMS": "text/plain; charset=utf-8",
        "croissant.json": JSON_LD,  # Croissant 1.0, "Introduction"
        "feed.xml": "application/atom+xml",  # RFC 4287, section 7
        "linkset.json": LINKSET,  # RFC 9264, section 7.2
        "opensearch.xml": OPENSEARCH,  # OpenSearch 1.1 draft 6, "Autodiscovery"
        "ro-crate-metadata.json": JSON_LD,  # RO-Crate 1.1, "RO-Crate Metadata File"
    }
)
"""Name of a file → media type, where its ending does not say enough."""
_PART = re.compile(r"-[0-9]+(?=\.)")
"""What a numbered part has in its name: `linkset-2.json`, `index-001.ndjson.gz`."""


def media_type(path: str) -> str:
    """Return the media type of a file by its name, for texts with their encoding, as a Content-Type has it."""
    name = PurePosixPath(path).name
    if found := _NAMES.get(_PART.sub("", name)):
        return found
    return _ENDINGS.get(PurePosixPath(name).suffix.lower(), DEFAULT)


def bare_media_type(path: str) -> str:
    """Return the media type of a file without parameters, as metadata have it."""
    return media_type(path).partition(";")[0]
