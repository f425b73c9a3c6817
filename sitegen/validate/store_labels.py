"""Labels in a store: the group that lists them, and each label image beside its image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sitegen.ome.node import Array, Node
from sitegen.ome.values import read_list
from sitegen.validate.stored_tree import StoredGroup, StoredTree, enumerate_objects, member, parent, resolve
from sitegen.validate.validation_log import ValidationLog, describe


def validate_stored_labels(group: StoredGroup) -> None:
    """Validate the label images that a labels group lists, and that it lists all."""
    listed = [path for path in read_list(group.node.attributes.get("labels")) if isinstance(path, str)]
    for index, label in enumerate(read_list(group.node.attributes.get("labels"))):
        if isinstance(label, str):
            _validate_child(group, f"labels/{index}", label)
    _validate_unlisted(group, {resolve(group.path, path) for path in listed})
    above = parent(group.path)
    if group.path.split("/")[-1] == group.log.version.labels_group and group.store.lacks_key(above, "multiscales"):
        group.log.report("labels-parent", "", "the group above should be an image; it is not")


def _validate_child(group: StoredGroup, where: str, label: str) -> None:
    path = group.resolve(label)
    if group.store.lacks_key(path, "multiscales"):
        found = group.store.what_is_at(path, "multiscales")
        group.log.report("labels-child", where, f"{describe(label)} should be a label image; {found}")
    elif group.store.has_key(path, "multiscales") and not group.store.has_key(path, "image-label"):
        group.log.report("label-no-image-label", where, f"{describe(label)} should have `image-label`; it has not")
    between = parent(path or "")
    while between and between != group.path and len(between) > len(group.path):
        node = group.store.node(between)
        if node is not None and node.attributes:
            group.log.report("labels-between", where, f"the group {describe(between)} should have no metadata; it has")
        between = parent(between)


def _validate_unlisted(group: StoredGroup, listed: set[str | None]) -> None:
    if not group.path:
        return
    for path in group.store.below(group.path):
        if path not in listed and group.store.has_key(path, "image-label"):
            group.log.report(
                "labels-unlisted",
                "labels" if "labels" in group.node.attributes else "",
                f"`labels` should list {describe(path)}; it does not",
            )


def validate_stored_label(group: StoredGroup) -> None:
    """Validate a label image: its pixels, and how it fits the image above the labels group."""
    if "multiscales" not in group.node.attributes:
        return
    arrays = _arrays(group.store, group.path, group.node)
    for where, array in arrays:
        if array is not None and not array.dtype.startswith(("int", "uint")):
            group.log.report("label-dtype", where, f"labels should be stored as integers; found {array.dtype}")
    image = _image_above(group)
    above = group.store.node(image)
    if above is not None and group.store.has_key(image, "multiscales"):
        _validate_fit(group.log, arrays, _arrays(group.store, image or "", above))
    _validate_source(group)


def _image_above(group: StoredGroup) -> str | None:
    """Return the path of the image whose labels group holds a label image."""
    parts, name = group.path.split("/"), group.log.version.labels_group
    return "/".join(parts[: -parts[::-1].index(name) - 1]) if name in parts[:-1] else None


def _arrays(store: StoredTree, path: str, node: Node) -> Sequence[tuple[str, Array | None]]:
    """Return the place and array of each dataset of an image's first multiscale; None where it was not read."""
    _, entry = next(enumerate_objects(node.attributes.get("multiscales")), (0, {}))
    found = []
    for index, dataset in enumerate_objects(entry.get("datasets")):
        child = store.node(resolve(path, dataset.get("path")))
        found.append((f"multiscales/0/datasets/{index}", child.array if child is not None else None))
    return found


def _validate_fit(
    log: ValidationLog, labels: Sequence[tuple[str, Array | None]], image: Sequence[tuple[str, Array | None]]
) -> None:
    if len(labels) != len(image):
        log.report(
            "label-levels",
            "multiscales/0/datasets",
            f"there should be {len(image)} levels, as many as the image has; found {len(labels)}",
        )
    for (where, label), (_, pixels) in zip(labels[:1], image[:1], strict=False):
        if label is None or pixels is None:
            continue
        sizes = zip(label.shape, pixels.shape, strict=False)
        if len(label.shape) != len(pixels.shape) or any(a not in (1, b) for a, b in sizes):
            expected = f"{_format_shape(pixels.shape)}, or 1 in a dimension"
            log.report("label-rank", where, f"the shape should be {expected}; found {_format_shape(label.shape)}")


def _format_shape(shape: Sequence[int]) -> str:
    """Return a shape for people to read, such as `3 × 512 × 512`."""
    return " × ".join(map(str, shape)) or "no dimensions"


def _validate_source(group: StoredGroup) -> None:
    label = group.node.attributes.get("image-label")
    written = member(label, "source", "image") if isinstance(label, Mapping) else None
    source = written if isinstance(written, str) else "../../"
    if _image_above(group) is None and written is None:
        return
    if group.store.lacks_key(group.resolve(source), "multiscales"):
        where = "image-label/source/image" if written is not None else "image-label"
        found = group.store.what_is_at(group.resolve(source), "multiscales")
        group.log.report("label-source", where, f"the source {describe(source)} should be an image; {found}")
