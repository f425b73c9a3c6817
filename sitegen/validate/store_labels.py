"""Labels in a store: the group that lists them, and each label image beside its image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sitegen.ome.node import Array, Node
from sitegen.validate.json_value import Log, quote
from sitegen.validate.stored_tree import StoredGroup, entries, member, objects, parent, resolve


def check_labels(group: StoredGroup) -> None:
    """Check the label images that a labels group lists."""
    listed = [path for path in entries(group.node.attributes.get("labels")) if isinstance(path, str)]
    for index, label in enumerate(entries(group.node.attributes.get("labels"))):
        if isinstance(label, str):
            _check_child(group, f"labels/{index}", label)
    _check_unlisted(group, {resolve(group.path, path) for path in listed})
    above = parent(group.path)
    if group.path.split("/")[-1] == "labels" and group.store.lacks(above, "multiscales"):
        group.log.report("labels-parent", "", "the group above is no image")


def _check_child(group: StoredGroup, where: str, label: str) -> None:
    path = group.resolve(label)
    if group.store.lacks(path, "multiscales"):
        group.log.report("labels-child", where, f"{quote(label)} should be a label image; there is no image")
    elif group.store.holds(path, "multiscales") and not group.store.holds(path, "image-label"):
        group.log.report("label-no-image-label", where, f"{quote(label)} has no `image-label`")
    between = parent(path or "")
    while between and between != group.path and len(between) > len(group.path):
        node = group.store.node(between)
        if node is not None and node.attributes:
            group.log.report("labels-between", where, f"the group {quote(between)} has metadata of its own")
        between = parent(between)


def _check_unlisted(group: StoredGroup, listed: set[str | None]) -> None:
    if not group.path:
        return
    for path in group.store.below(group.path):
        if path not in listed and group.store.holds(path, "image-label"):
            group.log.report(
                "labels-unlisted", "labels" if "labels" in group.node.attributes else "", f"{quote(path)} is not listed"
            )


def check_label(group: StoredGroup) -> None:
    """Check a label image: its pixels, and how it fits the image above the labels group."""
    if "multiscales" not in group.node.attributes:
        return
    arrays = _arrays(group.store.node, group.path, group.node)
    for where, array in arrays:
        if array is not None and not array.dtype.startswith(("int", "uint")):
            group.log.report("label-dtype", where, f"labels should be stored as integers; found {array.dtype}")
    image = _image_above(group.path)
    above = group.store.node(image)
    if above is not None and group.store.holds(image, "multiscales"):
        _check_fit(group.log, arrays, _arrays(group.store.node, image or "", above))
    _check_source(group)


def _image_above(path: str) -> str | None:
    """Return the path of the image whose `labels` group holds a label image."""
    parts = path.split("/")
    return "/".join(parts[: -parts[::-1].index("labels") - 1]) if "labels" in parts[:-1] else None


def _arrays(node_at: object, path: str, node: Node) -> Sequence[tuple[str, Array | None]]:
    """Return the place and array of each dataset of an image's first multiscale; None where it was not read."""
    _, entry = next(objects(node.attributes.get("multiscales")), (0, {}))
    found = []
    for index, dataset in objects(entry.get("datasets")):
        child = node_at(resolve(path, dataset.get("path")))  # type: ignore[operator]
        found.append((f"multiscales/0/datasets/{index}", child.array if child is not None else None))
    return found


def _check_fit(log: Log, labels: Sequence[tuple[str, Array | None]], image: Sequence[tuple[str, Array | None]]) -> None:
    if len(labels) != len(image):
        log.report("label-levels", "multiscales/0/datasets", f"the image has {len(image)} levels; found {len(labels)}")
    for (where, label), (_, pixels) in zip(labels[:1], image[:1], strict=False):
        if label is None or pixels is None:
            continue
        sizes = zip(label.shape, pixels.shape, strict=False)
        if len(label.shape) != len(pixels.shape) or any(a not in (1, b) for a, b in sizes):
            expected = f"{shown_shape(pixels.shape)}, or 1 in a dimension"
            log.report("label-rank", where, f"the shape should be {expected}; found {shown_shape(label.shape)}")


def shown_shape(shape: Sequence[int]) -> str:
    """Return a shape as people write it."""
    return " × ".join(map(str, shape)) or "no dimensions"


def _check_source(group: StoredGroup) -> None:
    label = group.node.attributes.get("image-label")
    written = member(label, "source", "image") if isinstance(label, Mapping) else None
    source = written if isinstance(written, str) else "../../"
    if _image_above(group.path) is None and written is None:
        return
    if group.store.lacks(group.resolve(source), "multiscales"):
        where = "image-label/source/image" if written is not None else "image-label"
        group.log.report("label-source", where, f"the source {quote(source)} leads to no image")
