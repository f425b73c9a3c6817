"""Series in a store: the images of a bioformats2raw container, its `OME` group and OME-XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from sitegen.ome.node import Array
from sitegen.ome.omexml import OmeImage, read_omexml
from sitegen.validate.json_value import quote
from sitegen.validate.stored_tree import OME_XML, StoredGroup, member, objects


def check_series(group: StoredGroup) -> None:
    """Check a container: its images, and what its `OME` group says of them."""
    if group.path or "plate" in group.node.attributes:
        return
    series = _listed(group)
    if series is None and group.store.looked("OME"):
        _check_numbered(group)
    for index, path in enumerate(series or ()):
        if isinstance(path, str) and group.store.lacks(group.resolve(path), "multiscales"):
            group.log.report("series-child", f"OME/series/{index}", f"{quote(path)} should be an image; there is none")
    _check_xml(group, series)


def _listed(group: StoredGroup) -> Sequence[object] | None:
    node = group.store.node("OME")
    found = node.attributes.get("series") if node is not None else None
    return found if isinstance(found, list) else None


def _check_numbered(group: StoredGroup) -> None:
    """Check images that nobody lists: `0`, `1`, … without a gap."""
    if group.store.lacks("0", "multiscales"):
        group.log.report("bf2raw-images", "", "without `series` there should be an image at `0`; there is none")
        return
    missing = next((number for number in count() if not group.store.holds(str(number), "multiscales")), 0)
    later = [path for path, node in group.store.groups() if path.isdecimal() and "multiscales" in node.attributes]
    if group.store.looked(str(missing)) and any(int(path) > missing for path in later):
        group.log.report("bf2raw-images", "", f"there is no image at `{missing}`, but further ones")


def _check_xml(group: StoredGroup, series: Sequence[object] | None) -> None:
    if not group.store.has_xml:
        return
    if group.store.xml is None:
        if group.store.node("OME") is not None:
            group.log.report("ome-xml-missing", OME_XML, "the file is not there")
        return
    document, problems = read_omexml(group.store.xml)
    if document is None:
        for problem in problems:
            if problem.code == "ome-xml":
                group.log.report("ome-xml", OME_XML, problem.message)
        return
    if wrong := document.parts - {"MetadataOnly"}:
        group.log.report("ome-xml", OME_XML, f"it should hold metadata only; found {', '.join(sorted(wrong))}")
    if series is not None and len(series) != len(document.images):
        message = f"the file has {len(document.images)} images, `series` {len(series)}"
        group.log.report("series-order", OME_XML, message)
    paths = series if series is not None else [str(index) for index in range(len(document.images))]
    for path, image in zip(paths, document.images, strict=False):
        _check_sizes(group, path, image)


def _check_sizes(group: StoredGroup, path: object, image: OmeImage) -> None:
    """Check the sizes of one image against its finest array."""
    found = _finest(group, path)
    if found is None or not image.sizes:
        return
    array, letters = found
    for letter, size in zip(letters, array.shape, strict=False):
        stated = image.sizes.get(letter, size)
        if stated != size and not (letter == "c" and size and stated % size == 0):  # SizeC counts samples of RGB, too
            message = f"{quote(path)} is {size} long along {letter}; the file says {stated}"
            group.log.report("ome-xml-size", OME_XML, message)


def _finest(group: StoredGroup, path: object) -> tuple[Array, Iterator[str]] | None:
    """Return the array of the finest level of an image, and the letters of its axes."""
    place = group.resolve(path)
    node = group.store.node(place)
    _, entry = next(objects(node.attributes.get("multiscales") if node is not None else None), (0, {}))
    _, dataset = next(objects(entry.get("datasets")), (0, {}))
    below = member(dict(dataset), "path")
    level = group.store.node(f"{place}/{below}" if place else str(below))
    if node is None or level is None or level.array is None or node.axes is None:
        return None
    return level.array, (axis.name.lower() for axis in node.axes)
