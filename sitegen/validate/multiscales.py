"""Images: `multiscales`, their datasets, and what lies between them."""

from __future__ import annotations

from itertools import pairwise

from sitegen.validate.axes import FIVE, Axes, judge_axes
from sitegen.validate.json_value import JsonValue, check_different
from sitegen.validate.systems import judge_systems
from sitegen.validate.transforms import judge_transforms

# Factors that writers rounded may differ by this much and still count as equal.
_ROUNDING = 1e-3


def judge_multiscales(ome: JsonValue) -> None:
    """Check the images that a group's metadata describe."""
    entries = ome.objects("multiscales", wrong="multiscales-type", empty="multiscales-empty")
    for entry in entries:
        _judge_multiscale(entry)
    if len(entries) > 1:
        check_different(entries, by="", equal="multiscales-duplicate")


def _judge_multiscale(entry: JsonValue) -> None:
    entry.text("name", wrong="multiscales-name-type", missing="multiscales-no-name")
    entry.has("type", missing="multiscales-no-type")
    entry.has("version", missing="multiscales-version")
    _judge_metadata(entry)
    datasets = entry.objects("datasets", wrong="datasets-type", missing="datasets-missing", empty="datasets-empty")
    for dataset in datasets:
        dataset.text("path", wrong="dataset-path-type", missing="dataset-path-missing")
    check_different(datasets, by="path", equal="dataset-path-duplicate", same="dataset-path-duplicate")
    if entry.log.minor == 6:
        axes, scales = judge_systems(entry, datasets)
    else:
        axes, scales = _judge_scales(entry, datasets)
    if axes is not None:
        _check_order(datasets, axes, scales)


def _judge_metadata(entry: JsonValue) -> None:
    if not entry.has("metadata", missing="multiscales-no-metadata"):
        return
    metadata = entry.inner("metadata", wrong="multiscales-metadata-type")
    if metadata is not None and entry.log.minor == 1:
        metadata.text("method", wrong="multiscales-metadata-type")
        metadata.text("version", wrong="multiscales-metadata-type")


def _judge_scales(entry: JsonValue, datasets: list[JsonValue]) -> tuple[Axes | None, list[list[float] | None]]:
    """Return the axes, and the scale of each dataset, to 0.5."""
    if entry.log.minor < 3:
        return FIVE, []
    axes = judge_axes(entry)
    if entry.log.minor == 3:
        return axes, []
    rank = len(axes) if axes else None
    scales = [judge_transforms(dataset, rank, missing="transforms-missing") for dataset in datasets]
    judge_transforms(entry, rank)
    return axes, scales


def _check_order(datasets: list[JsonValue], axes: Axes, scales: list[list[float] | None]) -> None:
    """Check that pixels do not become smaller along an axis of space from one dataset to the next."""
    for (_, finer), (dataset, coarser) in pairwise(zip(datasets, scales, strict=False)):
        if finer is None or coarser is None or len(finer) != len(axes) or len(coarser) != len(axes):
            continue
        for axis in axes.space:
            if coarser[axis] < finer[axis] * (1 - _ROUNDING):
                sizes = f"{finer[axis]:g} to {coarser[axis]:g}"
                dataset.report("dataset-order", f"the pixel size along axis {axis} shrinks from {sizes}")
                break
