"""Transformations in a store: the images of a scene, and arrays that hold parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sitegen.ome.node import Node
from sitegen.ome.values import read_list
from sitegen.validate.store_image import axes_of_system
from sitegen.validate.stored_tree import StoredGroup, enumerate_objects, is_array, member
from sitegen.validate.validation_log import describe

_FOLDER = "coordinateTransformations"
_MAX_DEPTH = 32
_VECTOR_TYPES = {"displacements": "displacement", "coordinates": "coordinate"}


def validate_stored_scene(group: StoredGroup) -> None:
    """Validate that the ends of a scene's transformations are images with these coordinate systems."""
    where = "scene/coordinateTransformations"
    for index, transform in enumerate_objects(member(group.node.attributes.get("scene"), "coordinateTransformations")):
        for key in ("input", "output"):
            end = transform.get(key)
            if isinstance(end, dict) and isinstance(end.get("path"), str):
                _validate_end(group, f"{where}/{index}/{key}", end)
        _validate_parameters(group, f"{where}/{index}", transform)


def _validate_end(group: StoredGroup, where: str, end: Mapping[str, object]) -> None:
    path = group.resolve(end["path"])
    node = group.store.node(path)
    if group.store.lacks_key(path, "multiscales"):
        found = group.store.what_is_at(path, "multiscales")
        group.log.report("scene-child", where, f"{describe(end['path'])} should be an image; {found}")
    elif node is not None and isinstance(end.get("name"), str):
        images = enumerate_objects(node.attributes.get("multiscales"))
        if not any(axes_of_system(image, end["name"]) is not None for _, image in images):
            expected = f"the image {describe(end['path'])} should have the coordinate system {describe(end['name'])}"
            group.log.report("scene-child-system", where, f"{expected}; it has not")


def validate_stored_image_parameters(group: StoredGroup) -> None:
    """Validate the arrays that an image's own transformations refer to."""
    for index, entry in enumerate_objects(group.node.attributes.get("multiscales")):
        for number, transform in enumerate_objects(entry.get("coordinateTransformations")):
            where = f"multiscales/{index}/coordinateTransformations/{number}"
            inputs = read_list(axes_of_system(entry, member(dict(transform), "input", "name")))
            _validate_parameters(group, where, transform, len(inputs) or None)


def _validate_parameters(
    group: StoredGroup, where: str, transform: Mapping[str, object], inputs: int | None = None
) -> None:
    """Validate the arrays of a transformation and of those within it."""
    for place, inner in _nested(where, transform, 0):
        path = group.resolve(inner.get("path"))
        if path is None or not isinstance(inner.get("path"), str):
            continue
        size = inputs if inner is transform else None
        if inner.get("type") in ("affine", "rotation"):
            _validate_matrix(group, place, path, inner, size)
        elif inner.get("type") in ("displacements", "coordinates"):
            _validate_field(group, place, path, inner, size)
        else:
            continue
        if _FOLDER not in path.split("/"):
            group.log.report("transform-arrays", f"{place}/path", f"{describe(path)} should lie in a group `{_FOLDER}`")


def _nested(where: str, transform: Mapping[str, object], depth: int) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield a transformation and those within it, with their places."""
    yield where, transform
    if depth > _MAX_DEPTH:
        return
    for key in ("forward", "inverse", "transformation"):
        if isinstance(inner := transform.get(key), dict):
            yield from _nested(f"{where}/{key}", inner, depth + 1)
    for index, inner in enumerate_objects(transform.get("transformations")):
        yield from _nested(f"{where}/transformations/{index}", inner, depth + 1)


def _validate_matrix(
    group: StoredGroup, where: str, path: str, transform: Mapping[str, object], inputs: int | None
) -> None:
    if not group.store.was_read(path):
        return
    node = group.store.node(path)
    if node is None or not is_array(node):
        found = group.store.what_is_at(path)
        group.log.report("matrix-array", f"{where}/path", f"{describe(path)} should be an array; {found}")
        return
    shape = node.array.shape if node.array is not None else ()
    square = transform["type"] == "rotation"
    width = None if inputs is None else inputs + (0 if square else 1)
    if node.array is not None and (
        len(shape) != 2 or (square and shape[0] != shape[1]) or (width is not None and shape[1] != width)
    ):
        expected = "square" if square else f"as wide as {width or 'the input has axes, and one more'}"
        group.log.report(
            "matrix-array", f"{where}/path", f"the matrix should be two-dimensional and {expected}; found {shape}"
        )


def _validate_field(
    group: StoredGroup, where: str, path: str, transform: Mapping[str, object], inputs: int | None
) -> None:
    """Validate a vector field: an image whose extra axis holds the vectors."""
    if group.store.lacks_key(path, "multiscales"):
        found = group.store.what_is_at(path, "multiscales")
        group.log.report("field-group", f"{where}/path", f"{describe(path)} should be an image; {found}")
        return
    node = group.store.node(path)
    if node is None or node.axes is None:
        return
    wanted = _VECTOR_TYPES[str(transform["type"])]
    if wrong := _describe_wrong_axes(node, wanted, inputs):
        group.log.report("field-group", f"{where}/path", f"the field {wrong}")


def _describe_wrong_axes(node: Node, wanted: str, inputs: int | None) -> str:
    """Return what is wrong with the axes of a vector field; empty if nothing is."""
    axes = node.axes or ()
    types = [axis.type for axis in axes]
    if types.count(wanted) != 1:
        return f"should have one axis of type `{wanted}`; found {types.count(wanted)}"
    if inputs is not None and len(axes) != inputs + 1:
        return f"should have {inputs + 1} axes; found {len(axes)}"
    vector = types.index(wanted)
    if "time" in types[vector:]:
        return f"should have its `{wanted}` axis after the axis of time; it comes before"
    if not _is_discrete(node, axes[vector].name):
        return f"should state `discrete: true` for its `{wanted}` axis; it does not"
    return ""


def _is_discrete(node: Node, name: str) -> bool:
    """Return whether a coordinate system of the image states that an axis of that name is discrete."""
    _, image = next(enumerate_objects(node.attributes.get("multiscales")), (0, {}))
    axes = [
        axis
        for _, system in enumerate_objects(image.get("coordinateSystems"))
        for _, axis in enumerate_objects(system.get("axes"))
    ]
    return any(axis.get("name") == name and axis.get("discrete") is True for axis in axes)
