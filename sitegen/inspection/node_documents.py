"""By which documents a group or array is found in either Zarr format, and what is kept of one that was read."""

from __future__ import annotations

from dataclasses import replace

from sitegen.model.codes import CODES
from sitegen.ome import Node

_ARRAY_ATTRIBUTES = ("_ARRAY_DIMENSIONS",)
"""Attributes of a level's array that rules look at; the others may have megabytes and are dropped."""


def documents_of_node(zarr_format: int, *, is_array: bool) -> tuple[str, ...]:
    """Return the documents by which a node is looked for, the most probable first; any of them is enough."""
    older = ".zarray" if is_array else ".zattrs"
    return ("zarr.json", older, ".zgroup") if zarr_format == 3 else (older, "zarr.json", ".zgroup")


def is_nothing(node: Node) -> bool:
    """Return whether the document of a node is only what its host sends for a file that is not there."""
    return node.zarr_format is None and all(CODES[problem.code].absent for problem in node.problems)


def without_attributes(node: Node) -> Node:
    """Return a node; an array without those of its attributes that nobody asks for."""
    if not node.array:
        return node
    kept = {name: node.raw_attributes[name] for name in _ARRAY_ATTRIBUTES if name in node.raw_attributes}
    return replace(node, attributes={}, raw_attributes=kept)
