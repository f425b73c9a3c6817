"""Consolidated metadata: the documents of a whole hierarchy in one.

They save requests, and may be stale: a document that was fetched itself takes precedence,
and a child that is not in here may exist all the same. An entry whose key leads out of
the group is not read.

Source: what zarr-python writes, `.zmetadata` in format 2, a member of the root's
`zarr.json` in format 3; neither Zarr specification defines it.
"""

from __future__ import annotations

from collections.abc import Mapping

from sitegen.ome.values import is_safe_path, read_object

Documents = dict[str, Mapping[str, object]]
_V2_NAMES = (".zgroup", ".zattrs", ".zarray")


def read_consolidated(documents: Mapping[str, Mapping[str, object]]) -> dict[str, Documents]:
    """Return path → documents by file name of every node that the root's documents describe; "" is the root."""
    if "zarr.json" in documents:
        return _read_v3(documents["zarr.json"])
    return _read_v2(read_object(documents.get(".zmetadata")))


def _read_v3(document: Mapping[str, object]) -> dict[str, Documents]:
    inline = read_object(document.get("consolidated_metadata"))
    if inline.get("kind", "inline") != "inline":
        return {}
    nodes = read_object(inline.get("metadata"))
    return {
        path.strip("/"): {"zarr.json": read_object(node)}
        for path, node in nodes.items()
        if isinstance(node, dict) and is_safe_path(path.split("/"), path)
    }


def _read_v2(document: Mapping[str, object]) -> dict[str, Documents]:
    found: dict[str, Documents] = {}
    for key, value in read_object(document.get("metadata")).items():
        path, _, name = key.strip("/").rpartition("/")
        if name in _V2_NAMES and isinstance(value, dict) and is_safe_path(path.split("/"), path):
            found.setdefault(path, {})[name] = value
    return found
