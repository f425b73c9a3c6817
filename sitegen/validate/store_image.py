"""Images in a store: do the arrays fit what the metadata say of them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sitegen.ome.node import Array, Node
from sitegen.validate.axes import FIVE
from sitegen.validate.json_value import quote
from sitegen.validate.stored_tree import StoredGroup, entries, is_array, member, objects


@dataclass(frozen=True, slots=True)
class StoredLevel:
    """A dataset whose array was read."""

    where: str
    array: Array
    node: Node


def check_image(group: StoredGroup) -> None:
    """Check every multiscale of an image against its arrays."""
    for index, entry in objects(group.node.attributes.get("multiscales")):
        names = axis_names(entry, group.log.minor)
        levels = _find_levels(group, f"multiscales/{index}", entry)
        for level in levels:
            _check_level(group, level, names)
        _check_pyramid(group, f"multiscales/{index}/datasets", levels)
        if index == 0 and levels:
            _check_omero(group, levels[0].array.shape, names)


def axis_names(entry: Mapping[str, object], minor: int) -> Sequence[object] | None:
    """Return the names of a multiscale's axes as they stand there; None where there are none."""
    if minor < 3:
        return FIVE.names
    found = entry.get("axes")
    if minor == 6:
        _, dataset = next(objects(entry.get("datasets")), (0, {}))
        _, transform = next(objects(dataset.get("coordinateTransformations")), (0, {}))
        found = axes_of_system(entry, member(transform, "output", "name") or transform.get("output"))
    if not isinstance(found, list) or not found:
        return None
    return [axis.get("name") if isinstance(axis, dict) else axis for axis in found]


def axes_of_system(entry: Mapping[str, object], name: object) -> object:
    """Return the axes of the coordinate system of that name."""
    systems = objects(entry.get("coordinateSystems"))
    return next((system.get("axes") for _, system in systems if system.get("name") == name), None)


def has_arrays(group: StoredGroup) -> bool:
    """Return whether somebody looked at an array of the image."""
    for _, entry in objects(group.node.attributes.get("multiscales")):
        for _, dataset in objects(entry.get("datasets")):
            node = group.store.node(group.resolve(dataset.get("path")))
            if node is not None and node.array is not None:
                return True
    return False


def _find_levels(group: StoredGroup, where: str, entry: Mapping[str, object]) -> list[StoredLevel]:
    """Return the datasets whose arrays can be read; report those that are no arrays."""
    levels = []
    for index, dataset in objects(entry.get("datasets")):
        place, path = f"{where}/datasets/{index}", group.resolve(dataset.get("path"))
        if path is None or not group.store.looked(path):
            continue
        node = group.store.node(path)
        if node is None or not is_array(node):
            found = "nothing is there" if node is None else "it is a group"
            group.log.report("dataset-missing", place, f"{quote(dataset['path'])} should be an array; {found}")
        elif node.array is not None:
            levels.append(StoredLevel(place, node.array, node))
    return levels


def _check_level(group: StoredGroup, level: StoredLevel, names: Sequence[object] | None) -> None:
    rank = len(level.array.shape)
    if names is not None and rank != len(names):
        group.log.report("rank", level.where, f"the array should have {len(names)} dimensions; found {rank}")
    if group.log.minor > 4:
        _check_dimension_names(group, level, names)
    elif group.log.minor == 3 and names is not None and level.node.attributes_sought:
        found = level.node.raw_attributes.get("_ARRAY_DIMENSIONS")
        if found != list(names):
            group.log.report(
                "array-dimensions", level.where, f"`_ARRAY_DIMENSIONS` should be the axes; found {quote(found)}"
            )
    expected = "." if group.log.minor == 1 else "/"
    if level.array.separator != expected:
        found = quote(level.array.separator)
        group.log.report("separator", level.where, f"`dimension_separator` should be {quote(expected)}; found {found}")


def _check_dimension_names(group: StoredGroup, level: StoredLevel, names: Sequence[object] | None) -> None:
    found = level.array.document.get("dimension_names")
    if not isinstance(found, list):
        group.log.report("dimension-names-missing", level.where, "the array has no `dimension_names`")
    elif names is not None and found != list(names):
        written = ", ".join(map(quote, found[:6]))
        expected = ", ".join(map(quote, names[:6]))
        group.log.report("dimension-names", level.where, f"`dimension_names` should be {expected}; found {written}")


def _check_pyramid(group: StoredGroup, where: str, levels: Sequence[StoredLevel]) -> None:
    """Check what all levels of an image share, and that they become smaller."""
    ranks = sorted({len(level.array.shape) for level in levels})
    types = list(dict.fromkeys(level.array.dtype for level in levels))
    if len(ranks) > 1:
        group.log.report("rank-mixed", where, f"the arrays have {', '.join(map(str, ranks))} dimensions")
    if len(types) > 1:
        group.log.report("dtype-mixed", where, f"the arrays have the data types {', '.join(types)}")
    for finer, coarser in pairwise(levels):
        sizes = list(zip(finer.array.shape, coarser.array.shape, strict=False))
        grown = next((axis for axis, (before, after) in enumerate(sizes) if after > before), None)
        if grown is not None and len(finer.array.shape) == len(coarser.array.shape):
            change = f"from {sizes[grown][0]} to {sizes[grown][1]}"
            group.log.report("shape-order", coarser.where, f"dimension {grown} grows {change}")


def _check_omero(group: StoredGroup, shape: Sequence[int], names: Sequence[object] | None) -> None:
    """Check the rendering settings against the finest level."""
    omero = group.node.attributes.get("omero")
    if not isinstance(omero, dict) or names is None or len(names) != len(shape):
        return
    length = dict(zip(map(_letter, names), shape, strict=True))
    channels = len(entries(omero.get("channels")))
    if channels != length.get("c", 1):
        message = f"the image has {length.get('c', 1)} channels; `omero` describes {channels}"
        group.log.report("omero-channel-count", "omero", message)
    for key, axis in (("defaultZ", "z"), ("defaultT", "t")):
        index = member(omero, "rdefs", key)
        if isinstance(index, int | float) and not 0 <= index < length.get(axis, 1):
            message = f"`{key}` should be below {length.get(axis, 1)}; found {quote(index)}"
            group.log.report("omero-rdefs-range", f"omero/rdefs/{key}", message)


def _letter(name: object) -> str:
    """Return an axis's name in lower case, so that `C` and `channel` are the channels."""
    lower = name.lower() if isinstance(name, str) else ""
    return {"channel": "c", "channels": "c"}.get(lower, lower)
