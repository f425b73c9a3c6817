"""Which version of OME-Zarr a group is written in (OME-ZARR.md, A3).

Writers leave the version out, write drafts, and write it in five places. `find_version`
gives what a reader should take it for, and what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sitegen.ome.node import Array
from sitegen.ome.values import read_list, read_object, read_objects, read_text

VERSIONS = ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6")

# 0.5-dev, 0.5.0 … 0.5.2, 0.6rc0, 0.6.rc0, 0.6.dev1 … 0.6.dev4, 0.6dev2
_SPELLING = re.compile(r"(0\.[1-6])(?:\.\d{1,3})?(?:[.-]?(?:dev|rc)\d{0,3})?")
# 0.1 to 0.4, in the order of A3
_V2_PLACES = ("plate", "well", "image-label", "omero")


def normalize_version(text: str) -> str | None:
    """Return `0.1` … `0.6` for every known spelling of it; None for an unknown version."""
    known = _SPELLING.fullmatch(text.strip())
    return known[1] if known else None


def find_version(attributes: Mapping[str, object], *, zarr_format: int) -> tuple[str | None, str | None]:
    """Return the version to read OME attributes as, and what is written.

    The first is None where the second is unknown; the second is None where nothing is written, and then the
    first is what the metadata look like (0.2 stands for 0.1, too: see `settle_version`).
    """
    written = written_version(attributes)
    if written is not None:
        return normalize_version(written), written
    return guess_version(attributes, zarr_format), None


def written_version(attributes: Mapping[str, object]) -> str | None:
    """Return the version that stands in OME attributes, as written."""
    first = next(iter(read_objects(attributes.get("multiscales"))), {})
    places = [attributes, first, *(read_object(attributes.get(key)) for key in _V2_PLACES)]
    return next((text for place in places if (text := read_text(place.get("version"))) is not None), None)


def guess_version(attributes: Mapping[str, object], zarr_format: int) -> str:
    """Return the version that OME attributes look like, whatever is written in them."""
    first = next(iter(read_objects(attributes.get("multiscales"))), None)
    if "scene" in attributes or (first and "coordinateSystems" in first):
        return "0.6"
    if zarr_format == 3:
        return "0.5"
    if first is None:
        return "0.4"  # nothing to go by: what the official web validator assumes
    axes = read_list(first.get("axes"))
    if any(isinstance(axis, dict) for axis in axes) or _has_transforms(first):
        return "0.4"
    return "0.3" if axes else "0.2"


def _has_transforms(multiscale: Mapping[str, object]) -> bool:
    key = "coordinateTransformations"
    return key in multiscale or any(key in dataset for dataset in read_objects(multiscale.get("datasets")))


def settle_version(version: str | None, version_text: str | None, level0: Array | None) -> str | None:
    """Return the version, now that an array of the image is known: without axes, `.` in its keys means 0.1."""
    if version == "0.2" and version_text is None and level0 is not None and level0.separator == ".":
        return "0.1"
    return version
