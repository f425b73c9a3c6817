"""A thumbnail of our own in the metadata of a store: the Zarr convention "thumbnails", which `supplied` reads.

A document is edited as JSON, so that whatever else it holds stays: other attributes, other thumbnails, other
conventions, numbers beyond 64 bits. What cannot be kept, such as a key that is there twice, is refused. Pure functions.

Source: https://github.com/zarr-conventions/thumbnails (v1, whose schema knows `path`), and
https://github.com/zarr-conventions/zarr-conventions-spec.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

DocumentName = Literal["zarr.json", ".zattrs", ".zmetadata"]
FILE = "thumbnail.webp"
"""Name of the picture, beside the root document."""
CONVENTION: Mapping[str, str] = {
    "uuid": "49326c01-1180-4743-b15f-f7157038a6ab",
    "schema_url": "https://raw.githubusercontent.com/zarr-conventions/thumbnails/refs/tags/v1/schema.json",
    "spec_url": "https://github.com/zarr-conventions/thumbnails/blob/v1/README.md",
    "name": "thumbnails",
    "description": "Metadata for thumbnails representing Zarr data",
}
_INDENT = re.compile(rb'^[\[{]\r?\n( +)["\]}]')


class DocumentError(ValueError):
    """A document cannot be edited so that all that it holds stays; the message says why."""


def make_entry(width: int, height: int, *, description: str, generator: str) -> dict[str, Any]:
    """Return the entry of our thumbnail. generator: name and version of this program."""
    return {
        "path": FILE,
        "width": width,
        "height": height,
        "media_type": "image/webp",
        "description": description,
        "attributes": {"generator": generator},
    }


def read_owners(body: bytes, name: DocumentName) -> tuple[bool, bool]:
    """Return whether a document states a thumbnail of ours, and whether it states one of others.

    Raises DocumentError if it cannot be edited.
    """
    stated = _entries(_attributes(_load(body), name), "thumbnails")
    ours = [_is_ours(each) for each in stated]
    return any(ours), not all(ours)


def add_thumbnail(body: bytes, name: DocumentName, entry: Mapping[str, Any]) -> bytes:
    """Return a document with our thumbnail, in place of one of ours that it states. Raises DocumentError."""
    document = _load(body)
    attributes = _attributes(document, name)
    thumbnails = [each for each in _entries(attributes, "thumbnails") if not _is_ours(each)]
    conventions = _entries(attributes, "zarr_conventions")
    declared = any(isinstance(each, dict) and each.get("uuid") == CONVENTION["uuid"] for each in conventions)
    attributes["thumbnails"] = [*thumbnails, dict(entry)]
    attributes["zarr_conventions"] = conventions if declared else [*conventions, dict(CONVENTION)]
    return _dump(document, body)


def _is_ours(entry: object) -> bool:
    made_by = entry.get("attributes") if isinstance(entry, dict) and entry.get("path") == FILE else None
    return isinstance(made_by, dict) and str(made_by.get("generator")).startswith("sitegen ")


def _attributes(document: dict[str, Any], name: DocumentName) -> dict[str, Any]:
    """Return the attributes of the root node in a document, to be changed there."""
    if name == ".zattrs":
        return document
    if name == "zarr.json":
        found = document.setdefault("attributes", {})
    else:
        nodes = document.get("metadata")
        found = nodes.setdefault(".zattrs", {}) if isinstance(nodes, dict) else None
    if not isinstance(found, dict):
        raise DocumentError(f"{name}: expected attributes as an object")
    return found


def _entries(attributes: Mapping[str, Any], key: str) -> Sequence[Any]:
    stated = attributes.get(key, [])
    if not isinstance(stated, list):
        raise DocumentError(f"the attribute {key} is no list, as the convention has it; correct or remove it")
    return stated


def _load(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_once, parse_float=_finite)
    except (UnicodeDecodeError, RecursionError) as error:
        raise DocumentError(f"it cannot be read as JSON: {error}") from None
    except json.JSONDecodeError as error:
        raise DocumentError(f"it is not valid JSON: {error}") from None
    if not isinstance(document, dict):
        raise DocumentError("expected a JSON object")
    return document


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise DocumentError("a JSON object has the same key twice; keep one of them")
    return made


def _finite(text: str) -> float:
    if math.isinf(float(text)):
        raise DocumentError(f"the number {text[:40]} is too large to be kept")
    return float(text)


def _dump(document: object, like: bytes) -> bytes:
    """Return JSON that is indented as the document was, and has plain letters where it had."""
    found = _INDENT.match(like)
    indent = len(found[1]) if found else None
    try:
        return json.dumps(document, indent=indent, ensure_ascii=like.isascii()).encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return json.dumps(document, indent=indent).encode()
