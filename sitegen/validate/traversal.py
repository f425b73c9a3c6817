"""Traversal of a store: which paths to read next, until all that its metadata refer to is read.

Pure: from the nodes that are known follow the paths of the next ones. Paths that lead out
of the store are left out, and so is what a node of its kind never has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sitegen.ome.node import Node
from sitegen.ome.values import read_list
from sitegen.ome.versions import VERSIONS
from sitegen.validate.series import LAYOUT
from sitegen.validate.stored_tree import enumerate_objects, is_array, member, parent, resolve

_READ_AHEAD = 8
"""Images of a series without a list that are read at once, beyond the last that was found."""


def next_paths(nodes: Mapping[str, Node | None]) -> list[str]:
    """Return the paths that the known nodes refer to and that are not known themselves, in order.

    nodes : path → node; None where there is none.
    """
    found: dict[str, None] = {}
    for path, node in nodes.items():
        if node is not None and node.zarr_format is not None and not is_array(node):
            found |= dict.fromkeys(inner for inner in _paths(path, node, nodes) if inner is not None)
    return [path for path in found if path not in nodes]


def _paths(path: str, node: Node, nodes: Mapping[str, Node | None]) -> Iterator[str | None]:
    attributes = node.attributes
    for place in _named(attributes):
        yield resolve(path, place)
    if "multiscales" in attributes and "image-label" not in attributes:
        yield resolve(path, _labels_group(node))
    if "labels" in attributes:
        yield from _label_groups(path, read_list(attributes.get("labels")))
        yield from _consolidated_below(path, nodes.get(""))
    for _, well in enumerate_objects(member(attributes.get("plate"), "wells")):
        inner = resolve(path, well.get("path"))
        yield from (parent(inner), inner) if inner and "/" in inner else (inner,)
    if LAYOUT in attributes and "plate" not in attributes:
        yield from _series(path, nodes)


def _labels_group(node: Node) -> str:
    """Return the name of the group that lists the label images of an image."""
    return VERSIONS.get(node.version or "", VERSIONS.rows[-1]).labels_group


def _named(attributes: Mapping[str, object]) -> Iterator[object]:
    """Yield the paths that the metadata of images, wells and scenes name, relative to their group."""
    for _, entry in enumerate_objects(attributes.get("multiscales")):
        yield from (dataset.get("path") for _, dataset in enumerate_objects(entry.get("datasets")))
        yield from _parameters(enumerate_objects(entry.get("coordinateTransformations")))
    yield from (image.get("path") for _, image in enumerate_objects(member(attributes.get("well"), "images")))
    placing = member(attributes.get("scene"), "coordinateTransformations")
    for _, transform in enumerate_objects(placing):
        yield from (member(transform.get(key), "path") for key in ("input", "output"))
    yield from _parameters(enumerate_objects(placing))


def _parameters(transforms: Iterable[tuple[int, Mapping[str, object]]]) -> Iterator[object]:
    """Yield the paths of arrays that hold parameters of transformations, two levels deep."""
    for _, transform in transforms:
        yield transform.get("path")
        for key in ("forward", "inverse"):
            yield member(transform.get(key), "path")
        for _, inner in enumerate_objects(transform.get("transformations")):
            yield inner.get("path")
            yield member(inner.get("transformation"), "path")


def _label_groups(path: str, labels: Iterable[object]) -> Iterator[str | None]:
    """Yield the label images, and the groups between them and the labels group."""
    for label in labels:
        inner = resolve(path, label)
        while inner and inner != path and len(inner) > len(path):
            yield inner
            inner = parent(inner)


def _consolidated_below(path: str, root: Node | None) -> Iterator[str]:
    """Yield what the root's consolidated metadata name below a path: label images that are not listed."""
    return (inner for inner in (root.consolidated if root else ()) if inner.startswith(f"{path}/"))


def _series(path: str, nodes: Mapping[str, Node | None]) -> Iterator[str | None]:
    """Yield the `OME` group, then the images that it lists, else `0`, `1`, … as far as there are any."""
    group = resolve(path, "OME") or "OME"
    yield group
    if group not in nodes:
        return
    ome = nodes[group]
    series = ome.attributes.get("series") if ome is not None else None
    if isinstance(series, list):
        yield from (resolve(path, image) for image in series)
        return
    known = 0
    while nodes.get(resolve(path, str(known)) or "") is not None:
        known += 1
    yield from (resolve(path, str(number)) for number in range(known + _READ_AHEAD))
