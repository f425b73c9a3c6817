"""Which paths to try for the image that represents a group, in order.

Paths are relative to the group, from its own metadata alone. Those of a plate are its
wells, whose own metadata name the images: field `0` need not exist.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sitegen.ome.node import Node
from sitegen.ome.values import read_object

_KEYS = {"plate", "well", "multiscales", "scene", "bioformats2raw.layout"}
_DIGITS = re.compile(r"([0-9]+)")


def candidate_images(node: Node, *, image_count: int | None = None) -> tuple[str, ...]:
    """Return the paths to try, best first; `""` is the node itself, and for a plate they are wells.

    image_count: images of a series by its OME-XML, for a series that names none. The `OME` group
    given as a root has its images beside it, so its paths begin with `../`.
    """
    if node.kind == "plate":
        return tuple(well.path for well in node.plate.wells) if node.plate else ()
    if node.kind == "series":
        series = node.series or tuple(str(number) for number in range(max(1, image_count or 1)))
        return tuple(f"../{path}" for path in series) if node.is_ome_group else series
    if node.kind == "group":
        return consolidated_images(node) or ("0",)
    paths = {
        "image": ("",),
        "array": ("",),
        "well": tuple(field.path for field in node.fields),
        "labels": node.labels or (),
        "scene": node.scene_images,
    }
    return paths.get(node.kind or "", ())


def consolidated_images(node: Node) -> tuple[str, ...]:
    """Return the images that consolidated metadata show below a group, nearest first, `2` before `10`."""
    paths = [path for path, documents in node.consolidated.items() if "multiscales" in _ome_of(documents)]
    return tuple(sorted(paths, key=lambda path: (path.count("/"), _natural(path))))


def outermost_ome(node: Node, path: str) -> str:
    """Return where OME-Zarr begins on the way from a plain group to an image: its plate, or the image itself."""
    parts = path.split("/")
    way = ("/".join(parts[:count]) for count in range(1, len(parts)))
    return next((above for above in way if _KEYS & _ome_of(node.consolidated.get(above)).keys()), path)


def _ome_of(documents: object) -> Mapping[str, object]:
    """Return the OME metadata in the documents of a group."""
    files = read_object(documents)
    attributes = read_object(read_object(files.get("zarr.json")).get("attributes")) or read_object(files.get(".zattrs"))
    return read_object(attributes["ome"]) if "ome" in attributes else attributes


def _natural(path: str) -> list[tuple[int, str]]:
    """Return a key that sorts numbers in a path by value; at most 18 digits count as one."""
    parts = _DIGITS.split(path)
    return [(int(part), "") if part.isdecimal() and len(part) < 19 else (-1, part) for part in parts]
