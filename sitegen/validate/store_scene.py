"""0.6 in a store: the images of a scene, and arrays that hold parameters of transformations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sitegen.ome.node import Node
from sitegen.validate.json_value import quote
from sitegen.validate.store_image import axes_of_system
from sitegen.validate.stored_tree import StoredGroup, entries, is_array, member, objects

_FOLDER = "coordinateTransformations"
_DEEPEST = 32
_VECTOR_TYPES = {"displacements": "displacement", "coordinates": "coordinate"}


def check_scene(group: StoredGroup) -> None:
    """Check that the ends of a scene's transformations are images with these coordinate systems."""
    where = "scene/coordinateTransformations"
    for index, transform in objects(member(group.node.attributes.get("scene"), "coordinateTransformations")):
        for key in ("input", "output"):
            end = transform.get(key)
            if isinstance(end, dict) and isinstance(end.get("path"), str):
                _check_end(group, f"{where}/{index}/{key}", end)
        _check_parameters(group, f"{where}/{index}", transform)


def _check_end(group: StoredGroup, where: str, end: Mapping[str, object]) -> None:
    path = group.resolve(end["path"])
    node = group.store.node(path)
    if group.store.lacks(path, "multiscales"):
        group.log.report("scene-child", where, f"{quote(end['path'])} should be an image; there is none")
    elif node is not None and isinstance(end.get("name"), str):
        images = objects(node.attributes.get("multiscales"))
        if not any(axes_of_system(image, end["name"]) is not None for _, image in images):
            message = f"the image {quote(end['path'])} has no coordinate system {quote(end['name'])}"
            group.log.report("scene-child-system", where, message)


def check_image_parameters(group: StoredGroup) -> None:
    """Check the arrays that an image's own transformations refer to."""
    for index, entry in objects(group.node.attributes.get("multiscales")):
        for number, transform in objects(entry.get("coordinateTransformations")):
            where = f"multiscales/{index}/coordinateTransformations/{number}"
            taken = entries(axes_of_system(entry, member(dict(transform), "input", "name")))
            _check_parameters(group, where, transform, len(taken) or None)


def _check_parameters(
    group: StoredGroup, where: str, transform: Mapping[str, object], taken: int | None = None
) -> None:
    """Check the arrays of a transformation and of those within it."""
    for place, inner in _nested(where, transform, 0):
        path = group.resolve(inner.get("path"))
        if path is None or not isinstance(inner.get("path"), str):
            continue
        size = taken if inner is transform else None
        if inner.get("type") in ("affine", "rotation"):
            _check_matrix(group, place, path, inner, size)
        elif inner.get("type") in ("displacements", "coordinates"):
            _check_field(group, place, path, inner, size)
        else:
            continue
        if _FOLDER not in path.split("/"):
            group.log.report("transform-arrays", f"{place}/path", f"{quote(path)} should lie in a group `{_FOLDER}`")


def _nested(where: str, transform: Mapping[str, object], depth: int) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield a transformation and those within it, with their places."""
    yield where, transform
    if depth > _DEEPEST:
        return
    for key in ("forward", "inverse", "transformation"):
        if isinstance(inner := transform.get(key), dict):
            yield from _nested(f"{where}/{key}", inner, depth + 1)
    for index, inner in objects(transform.get("transformations")):
        yield from _nested(f"{where}/transformations/{index}", inner, depth + 1)


def _check_matrix(
    group: StoredGroup, where: str, path: str, transform: Mapping[str, object], taken: int | None
) -> None:
    if not group.store.looked(path):
        return
    node = group.store.node(path)
    if node is None or not is_array(node):
        group.log.report("matrix-array", f"{where}/path", f"{quote(path)} should be an array; there is none")
        return
    shape = node.array.shape if node.array is not None else ()
    square = transform["type"] == "rotation"
    width = None if taken is None else taken + (0 if square else 1)
    if node.array is not None and (
        len(shape) != 2 or (square and shape[0] != shape[1]) or (width is not None and shape[1] != width)
    ):
        expected = "square" if square else f"as wide as {width or 'the input has axes, and one more'}"
        group.log.report(
            "matrix-array", f"{where}/path", f"the matrix should be two-dimensional and {expected}; found {shape}"
        )


def _check_field(group: StoredGroup, where: str, path: str, transform: Mapping[str, object], taken: int | None) -> None:
    """Check a vector field: an image whose extra axis holds the vectors."""
    if group.store.lacks(path, "multiscales"):
        group.log.report("field-group", f"{where}/path", f"{quote(path)} should be an image; there is none")
        return
    node = group.store.node(path)
    if node is None or node.axes is None:
        return
    wanted = _VECTOR_TYPES[str(transform["type"])]
    if problem := _amiss_in_field(node, wanted, taken):
        group.log.report("field-group", f"{where}/path", f"the field {problem}")


def _amiss_in_field(node: Node, wanted: str, taken: int | None) -> str:
    """Return what is wrong with the axes of a vector field, or nothing."""
    axes = node.axes or ()
    types = [axis.type for axis in axes]
    if types.count(wanted) != 1:
        return f"should have one axis of type `{wanted}`; found {types.count(wanted)}"
    if taken is not None and len(axes) != taken + 1:
        return f"should have {taken + 1} axes; found {len(axes)}"
    vector = types.index(wanted)
    if "time" in types[vector:]:
        return f"should have its `{wanted}` axis after the axis of time"
    if not _is_discrete(node, axes[vector].name):
        return f"should have `discrete: true` for its `{wanted}` axis"
    return ""


def _is_discrete(node: Node, name: str) -> bool:
    """Return whether an axis of that name is stated to be discrete in a coordinate system of the image."""
    _, image = next(objects(node.attributes.get("multiscales")), (0, {}))
    axes = [axis for _, system in objects(image.get("coordinateSystems")) for _, axis in objects(system.get("axes"))]
    return any(axis.get("name") == name and axis.get("discrete") is True for axis in axes)
