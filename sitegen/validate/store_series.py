"""Series in a store: the images of a bioformats2raw container, its `OME` group and OME-XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from sitegen.ome.node import Array
from sitegen.ome.omexml import OmeImage, read_omexml
from sitegen.validate.stored_tree import OME_XML, StoredGroup, enumerate_objects, member
from sitegen.validate.validation_log import describe


def validate_stored_series(group: StoredGroup) -> None:
    """Validate a container: its images, and what its `OME` group says of them."""
    if group.path or "plate" in group.node.attributes:
        return
    series = _listed(group)
    if series is None and group.store.was_read("OME"):
        _validate_numbered(group)
    for index, path in enumerate(series or ()):
        if isinstance(path, str) and group.store.lacks_key(group.resolve(path), "multiscales"):
            found = group.store.what_is_at(group.resolve(path), "multiscales")
            group.log.report("series-child", f"OME/series/{index}", f"{describe(path)} should be an image; {found}")
    _validate_xml(group, series)


def _listed(group: StoredGroup) -> Sequence[object] | None:
    node = group.store.node("OME")
    found = node.attributes.get("series") if node is not None else None
    return found if isinstance(found, list) else None


def _validate_numbered(group: StoredGroup) -> None:
    """Validate images that no `series` lists: `0`, `1`, … without a gap."""
    if group.store.lacks_key("0", "multiscales"):
        found = group.store.what_is_at("0", "multiscales")
        group.log.report("bf2raw-images", "", f"without `series` there should be an image at `0`; {found}")
        return
    missing = next((number for number in count() if not group.store.has_key(str(number), "multiscales")), 0)
    later = [path for path, node in group.store.groups() if path.isdecimal() and "multiscales" in node.attributes]
    if group.store.was_read(str(missing)) and any(int(path) > missing for path in later):
        found = group.store.what_is_at(str(missing), "multiscales")
        message = f"there should be an image at `{missing}`, because there are later ones; {found}"
        group.log.report("bf2raw-images", "", message)


def _validate_xml(group: StoredGroup, series: Sequence[object] | None) -> None:
    if not group.store.has_xml:
        return
    if group.store.xml is None:
        if group.store.node("OME") is not None:
            group.log.report("ome-xml-missing", OME_XML, "the file should be there; it is not")
        return
    document, problems = read_omexml(group.store.xml)
    if document is None:
        for problem in problems:
            if problem.code == "ome-xml":
                group.log.report("ome-xml", OME_XML, problem.message)
        return
    if wrong := document.parts - {"MetadataOnly"}:
        group.log.report("ome-xml", OME_XML, f"it should hold metadata only; found {', '.join(sorted(wrong))}")
    elif document.unmarked:
        count = f"{document.unmarked} of its `Pixels`"
        group.log.report("ome-xml", OME_XML, f"each `Pixels` should hold `MetadataOnly`; {count} have none")
    if series is not None and len(series) != len(document.images):
        message = f"the file should have as many images as `series`, {len(series)}; found {len(document.images)}"
        group.log.report("series-order", OME_XML, message)
    paths = series if series is not None else [str(index) for index in range(len(document.images))]
    for path, image in zip(paths, document.images, strict=False):
        _validate_sizes(group, path, image)


def _validate_sizes(group: StoredGroup, path: object, image: OmeImage) -> None:
    """Validate the sizes of one image against its finest array."""
    found = _finest(group, path)
    if found is None or not image.sizes:
        return
    array, letters = found
    for letter, size in zip(letters, array.shape, strict=False):
        stated = image.sizes.get(letter, size)
        if stated != size and not (letter == "c" and size and stated % size == 0):  # SizeC counts samples of RGB, too
            message = f"the size of {describe(path)} along {letter} should be {size}; found {stated}"
            group.log.report("ome-xml-size", OME_XML, message)


def _finest(group: StoredGroup, path: object) -> tuple[Array, Iterator[str]] | None:
    """Return the array of the finest level of an image, and the letters of its axes."""
    place = group.resolve(path)
    node = group.store.node(place)
    _, entry = next(enumerate_objects(node.attributes.get("multiscales") if node is not None else None), (0, {}))
    _, dataset = next(enumerate_objects(entry.get("datasets")), (0, {}))
    below = member(dict(dataset), "path")
    level = group.store.node(f"{place}/{below}" if place else str(below))
    if node is None or level is None or level.array is None or node.axes is None:
        return None
    return level.array, (axis.name.lower() for axis in node.axes)
