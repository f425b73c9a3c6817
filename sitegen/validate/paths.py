"""Paths that no reader follows, because they lead out of their group: absolute ones, those with `..`, addresses.

They are found by the function that reading uses, so that what is not followed is never valid. `image-label` may
name its image by `../../`; no other path of OME-Zarr leads upward.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sitegen.model import Problem
from sitegen.ome.problems import ProblemLog
from sitegen.ome.values import read_list, read_path
from sitegen.validate.stored_tree import enumerate_objects, member


def find_refused_paths(attributes: Mapping[str, object], where: str = "") -> tuple[Problem, ...]:
    """Return a problem for each path in OME metadata that is not followed. where: path of their group."""
    notes = ProblemLog(where)
    for pointer, path in _paths(attributes):
        if isinstance(path, str) and path.strip() and not path.strip("/ "):
            notes.add("path-unsafe", pointer, f"the path {path[:80]!r} names no part of the group; it was not followed")
        else:
            read_path(path, notes, pointer)
    return tuple(notes.problems)


def _paths(attributes: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield the pointer and value of each path to a group or array below that of the metadata."""
    for index, entry in enumerate_objects(attributes.get("multiscales")):
        for number, dataset in enumerate_objects(entry.get("datasets")):
            yield f"multiscales/{index}/datasets/{number}/path", dataset.get("path")
    for key, lists in (("plate", "wells"), ("well", "images")):
        for number, entry in enumerate_objects(member(attributes.get(key), lists)):
            yield f"{key}/{lists}/{number}/path", entry.get("path")
    for key in ("labels", "series"):
        for number, path in enumerate(read_list(attributes.get(key))):
            yield f"{key}/{number}", path
    transforms = member(attributes.get("scene"), "coordinateTransformations")
    for number, transform in enumerate_objects(transforms):
        for key in ("input", "output"):
            yield f"scene/coordinateTransformations/{number}/{key}/path", member(transform.get(key), "path")
