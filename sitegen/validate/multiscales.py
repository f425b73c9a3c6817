"""Images: `multiscales`, their datasets, and how the datasets fit together."""

from __future__ import annotations

from itertools import pairwise

from sitegen.ome.versions import AxesForm, TransformsForm
from sitegen.validate.axes import FIVE_AXES, AxisList, validate_axes
from sitegen.validate.json_value import JsonValue, validate_distinct
from sitegen.validate.systems import validate_systems
from sitegen.validate.transform_lists import validate_transforms

_ROUNDING = 1e-3
"""By which part a scale may be smaller than the one before, because writers round."""


def validate_multiscales(ome: JsonValue) -> None:
    """Validate the images that a group's metadata describe."""
    entries = ome.get_objects("multiscales", invalid="multiscales-type", empty="multiscales-empty")
    for entry in entries:
        _validate_multiscale(entry)
    if len(entries) > 1:
        validate_distinct(entries, key="", equal="multiscales-duplicate")


def _validate_multiscale(entry: JsonValue) -> None:
    entry.get_string("name", invalid="multiscales-name-type", missing="multiscales-no-name")
    entry.require("type", missing="multiscales-no-type")
    entry.require("version", missing="multiscales-version")
    _validate_downscaling(entry)
    datasets = entry.get_objects(
        "datasets", invalid="datasets-type", missing="datasets-missing", empty="datasets-empty"
    )
    for dataset in datasets:
        dataset.get_string("path", invalid="dataset-path-type", missing="dataset-path-missing")
    validate_distinct(datasets, key="path", equal="dataset-path-duplicate", shared="dataset-path-duplicate")
    axes, scales = _validate_geometry(entry, datasets)
    if axes is not None:
        _validate_order(datasets, axes, scales)


def _validate_downscaling(entry: JsonValue) -> None:
    if not entry.require("metadata", missing="multiscales-no-metadata"):
        return
    metadata = entry.get_object("metadata", invalid="multiscales-metadata-type")
    if metadata is not None and entry.log.version.typed_downscaling:
        metadata.get_string("method", invalid="multiscales-metadata-type")
        metadata.get_string("version", invalid="multiscales-metadata-type")


def _validate_geometry(entry: JsonValue, datasets: list[JsonValue]) -> tuple[AxisList | None, list[list[float] | None]]:
    """Validate axes and transformations; return the axes, and the scale of each dataset where it has one."""
    version = entry.log.version
    if version.transforms is TransformsForm.SYSTEMS:
        return validate_systems(entry, datasets)
    axes = FIVE_AXES if version.axes is AxesForm.FIXED else validate_axes(entry)
    if version.transforms is TransformsForm.NONE:
        return axes, []
    rank = len(axes) if axes else None
    scales = [validate_transforms(dataset, rank, missing="transforms-missing") for dataset in datasets]
    validate_transforms(entry, rank)
    return axes, scales


def _validate_order(datasets: list[JsonValue], axes: AxisList, scales: list[list[float] | None]) -> None:
    """Validate that pixels do not become smaller along an space axis from one dataset to the next."""
    for (_, finer), (dataset, coarser) in pairwise(zip(datasets, scales, strict=False)):
        if finer is None or coarser is None or len(finer) != len(axes) or len(coarser) != len(axes):
            continue
        for axis in axes.space:
            if coarser[axis] < finer[axis] * (1 - _ROUNDING):
                found = f"it shrinks from {finer[axis]:g} to {coarser[axis]:g}"
                dataset.report("dataset-order", f"the pixel size along axis {axis} should not shrink; {found}")
                break
