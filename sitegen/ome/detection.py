"""Which version of OME-Zarr a group is written in.

Writers leave the version out, state drafts, and state it in five places. `find_version`
gives the version by which to read the metadata, and what they state. Where nothing is
stated, the version is the one that the metadata look like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sitegen.ome.node import Array
from sitegen.ome.values import read_list, read_object, read_objects, read_text
from sitegen.ome.versions import VERSIONS, AxesForm, ImageReader, Version

_OLDER_PLACES = ("plate", "well", "image-label", "omero")
"""Where 0.1 to 0.4 state a version, apart from `multiscales`, in the order in which it is looked for."""
_TRANSFORMS = "coordinateTransformations"


def find_version(attributes: Mapping[str, object], *, zarr_format: int) -> tuple[str | None, str | None]:
    """Return the version by which to read OME metadata, and the version that they state.

    The first is None where the stated version is unknown; the second is None where no version is stated, and then
    the first is what the metadata look like (0.2 may be 0.1, too: see `settle_version`).
    """
    stated = _stated_version(attributes)
    if stated is not None:
        return VERSIONS.normalize(stated), stated
    return guess_version(attributes, zarr_format), None


def _stated_version(attributes: Mapping[str, object]) -> str | None:
    first = next(iter(read_objects(attributes.get("multiscales"))), {})
    places = [attributes, first, *(read_object(attributes.get(key)) for key in _OLDER_PLACES)]
    return next((text for place in places if (text := read_text(place.get("version"))) is not None), None)


def guess_version(attributes: Mapping[str, object], zarr_format: int) -> str:
    """Return the oldest version that OME metadata look like, whatever version they state."""
    form = _axes_form(attributes)
    assumed = [version for version in VERSIONS.rows if version.is_assumed]
    alike = [version for version in assumed if version.axes is form]
    if form is AxesForm.SYSTEMS:
        return alike[0].name
    of_format = [version for version in assumed if version.zarr_format == zarr_format] or assumed
    return next((version for version in of_format if version in alike), of_format[0]).name


def _axes_form(attributes: Mapping[str, object]) -> AxesForm:
    """Return how axes are written; objects, as the official web validator assumes, where there is no image."""
    first = next(iter(read_objects(attributes.get("multiscales"))), None)
    if "scene" in attributes or (first and "coordinateSystems" in first):
        return AxesForm.SYSTEMS
    if first is None:
        return AxesForm.OBJECTS
    axes = read_list(first.get("axes"))
    if any(isinstance(axis, dict) for axis in axes) or _has_transforms(first):
        return AxesForm.OBJECTS
    return AxesForm.LETTERS if axes else AxesForm.FIXED


def _has_transforms(multiscale: Mapping[str, object]) -> bool:
    return _TRANSFORMS in multiscale or any(
        _TRANSFORMS in dataset for dataset in read_objects(multiscale.get("datasets"))
    )


def settle_version(version: str | None, stated: str | None, level0: Array | None) -> str | None:
    """Return the version, now that an array of the image is known.

    Where no version is stated, versions that write axes alike differ in the separator of the chunks' keys:
    without axes, `.` means 0.1.
    """
    row = VERSIONS.get(version or "")
    if row is None or stated is not None or level0 is None or row.separator in (None, level0.separator):
        return version
    alike = (other for other in VERSIONS.rows if other.axes is row.axes)
    return next((other.name for other in alike if other.separator == level0.separator), version)


def image_readers(version: str | None) -> Iterator[ImageReader]:
    """Yield the reader of a version, then those of other ways to write axes; the last one reads anything."""
    if version is not None and version in VERSIONS:
        yield VERSIONS[version].read_image
    for form in (AxesForm.SYSTEMS, AxesForm.LETTERS, AxesForm.OBJECTS):
        yield _newest_with(form).read_image


def _newest_with(form: AxesForm) -> Version:
    return next(version for version in reversed(VERSIONS.rows) if version.axes is form)
