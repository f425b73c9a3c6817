"""Images in a store: whether the arrays fit the metadata of the image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sitegen.ome.node import Array, Node
from sitegen.ome.values import read_list
from sitegen.ome.versions import AxesForm, Version
from sitegen.validate.axes import FIVE_AXES
from sitegen.validate.stored_tree import StoredGroup, enumerate_objects, is_array, member
from sitegen.validate.validation_log import describe


@dataclass(frozen=True, slots=True)
class StoredLevel:
    """A dataset whose array was read."""

    where: str
    array: Array
    node: Node


def validate_stored_image(group: StoredGroup) -> None:
    """Validate every multiscale of an image against its arrays."""
    for index, entry in enumerate_objects(group.node.attributes.get("multiscales")):
        names = _axis_names(entry, group.log.version)
        levels = _find_levels(group, f"multiscales/{index}", entry)
        for level in levels:
            _validate_level(group, level, names)
        _validate_pyramid(group, f"multiscales/{index}/datasets", levels)
        if index == 0 and levels:
            _validate_omero(group, levels[0].array.shape, names)


def _axis_names(entry: Mapping[str, object], version: Version) -> Sequence[object] | None:
    """Return the names of a multiscale's axes as written; None where there are none."""
    if version.axes is AxesForm.FIXED:
        return FIVE_AXES.names
    found = entry.get("axes")
    if version.axes is AxesForm.SYSTEMS:
        _, dataset = next(enumerate_objects(entry.get("datasets")), (0, {}))
        _, transform = next(enumerate_objects(dataset.get("coordinateTransformations")), (0, {}))
        found = axes_of_system(entry, member(transform, "output", "name") or transform.get("output"))
    if not isinstance(found, list) or not found:
        return None
    return [axis.get("name") if isinstance(axis, dict) else axis for axis in found]


def axes_of_system(entry: Mapping[str, object], name: object) -> object:
    """Return the axes of the coordinate system of that name."""
    systems = enumerate_objects(entry.get("coordinateSystems"))
    return next((system.get("axes") for _, system in systems if system.get("name") == name), None)


def has_arrays(group: StoredGroup) -> bool:
    """Return whether an array of the image was read."""
    for _, entry in enumerate_objects(group.node.attributes.get("multiscales")):
        for _, dataset in enumerate_objects(entry.get("datasets")):
            node = group.store.node(group.resolve(dataset.get("path")))
            if node is not None and node.array is not None:
                return True
    return False


def _find_levels(group: StoredGroup, where: str, entry: Mapping[str, object]) -> list[StoredLevel]:
    """Return the datasets whose arrays can be read; report those that are not arrays."""
    levels = []
    for index, dataset in enumerate_objects(entry.get("datasets")):
        place, path = f"{where}/datasets/{index}", group.resolve(dataset.get("path"))
        if path is None or not group.store.was_read(path):
            continue
        node = group.store.node(path)
        if node is None or not is_array(node):
            found = group.store.what_is_at(path, absent="nothing is there")
            group.log.report("dataset-missing", place, f"{describe(dataset['path'])} should be an array; {found}")
        elif node.array is not None:
            levels.append(StoredLevel(place, node.array, node))
    return levels


def _validate_level(group: StoredGroup, level: StoredLevel, names: Sequence[object] | None) -> None:
    rank = len(level.array.shape)
    if names is not None and rank != len(names):
        group.log.report("rank", level.where, f"the array should have {len(names)} dimensions; found {rank}")
    version = group.log.version
    _validate_array_format(group, level)
    if level.array.zarr_format != version.zarr_format:
        return  # what follows is written in documents that the array does not have
    if version.array_axes == "dimension_names":
        _validate_dimension_names(group, level, names)
    elif version.array_axes == "_ARRAY_DIMENSIONS" and names is not None and level.node.attributes_sought:
        found = level.node.raw_attributes.get("_ARRAY_DIMENSIONS")
        if found != list(names):
            expected = "`_ARRAY_DIMENSIONS` should be the names of the axes"
            group.log.report_invalid("array-dimensions", level.where, expected, found)
    if version.separator not in (None, level.array.separator):
        expected = f"`dimension_separator` should be {describe(version.separator)}"
        group.log.report_invalid("separator", level.where, expected, level.array.separator)


def _validate_array_format(group: StoredGroup, level: StoredLevel) -> None:
    """Validate that an array is stored in the Zarr format of its group."""
    if level.array.zarr_format != group.node.zarr_format:
        expected = f"the array should be stored in Zarr format {group.node.zarr_format}, as its group is"
        group.log.report("version-format", level.where, f"{expected}; found format {level.array.zarr_format}")


def _validate_dimension_names(group: StoredGroup, level: StoredLevel, names: Sequence[object] | None) -> None:
    found = level.array.document.get("dimension_names")
    if not isinstance(found, list):
        group.log.report("dimension-names-missing", level.where, "the array should have `dimension_names`; it has not")
    elif names is not None and found != list(names):
        written = ", ".join(map(describe, found[:6]))
        expected = ", ".join(map(describe, names[:6]))
        group.log.report("dimension-names", level.where, f"`dimension_names` should be {expected}; found {written}")


def _validate_pyramid(group: StoredGroup, where: str, levels: Sequence[StoredLevel]) -> None:
    """Validate that the levels of an image have the same rank and data type, and do not grow."""
    ranks = sorted({len(level.array.shape) for level in levels})
    types = list(dict.fromkeys(level.array.dtype for level in levels))
    if len(ranks) > 1:
        group.log.report(
            "rank-mixed",
            where,
            f"the arrays should have the same number of dimensions; found {', '.join(map(str, ranks))}",
        )
    if len(types) > 1:
        group.log.report("dtype-mixed", where, f"the arrays should have the same data type; found {', '.join(types)}")
    for finer, coarser in pairwise(levels):
        sizes = list(zip(finer.array.shape, coarser.array.shape, strict=False))
        grown = next((axis for axis, (before, after) in enumerate(sizes) if after > before), None)
        if grown is not None and len(finer.array.shape) == len(coarser.array.shape):
            change = f"from {sizes[grown][0]} to {sizes[grown][1]}"
            group.log.report("shape-order", coarser.where, f"dimension {grown} should not grow; it grows {change}")


def _validate_omero(group: StoredGroup, shape: Sequence[int], names: Sequence[object] | None) -> None:
    """Validate the rendering settings against the finest level."""
    omero = group.node.attributes.get("omero")
    if not isinstance(omero, dict) or names is None or len(names) != len(shape):
        return
    length = dict(zip(map(_letter, names), shape, strict=True))
    channels = len(read_list(omero.get("channels")))
    if channels != length.get("c", 1):
        message = f"`omero` should describe {length.get('c', 1)} channels, as many as the image has; found {channels}"
        group.log.report("omero-channel-count", "omero", message)
    for key, axis in (("defaultZ", "z"), ("defaultT", "t")):
        index = member(omero, "rdefs", key)
        if isinstance(index, int | float) and not 0 <= index < length.get(axis, 1):
            message = f"`{key}` should be below {length.get(axis, 1)}; found {describe(index)}"
            group.log.report("omero-rdefs-range", f"omero/rdefs/{key}", message)


def _letter(name: object) -> str:
    """Return the letter of an axis by its name: `c` for `C` and `channel`."""
    lower = name.lower() if isinstance(name, str) else ""
    return {"channel": "c", "channels": "c"}.get(lower, lower)
