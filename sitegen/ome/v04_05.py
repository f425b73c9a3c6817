"""Images of OME-Zarr 0.4 and 0.5: axes are objects, each level has a scale.

The two differ only in where the metadata are, which is found before.
"""

from __future__ import annotations

from collections.abc import Mapping

from sitegen.model import Axis
from sitegen.ome.node import Multiscale
from sitegen.ome.problems import ProblemLog
from sitegen.ome.transforms import read_datasets
from sitegen.ome.v01_03 import MAX_AXES, axis_of_letter
from sitegen.ome.values import read_first, read_object, read_text


def read(multiscale: Mapping[str, object], notes: ProblemLog) -> Multiscale:
    """Return an image of 0.4 or 0.5; its axes are None where it has none."""
    axes = read_axes(multiscale.get("axes"), notes)
    datasets = read_datasets(multiscale, len(axes) if axes else None, notes)
    return Multiscale(axes=axes, datasets=datasets, name=read_text(multiscale.get("name")))


def read_axes(value: object, notes: ProblemLog) -> tuple[Axis, ...] | None:
    """Return a list of axes, one for each entry, valid or not; None if there are no entries."""
    entries = read_first(value, MAX_AXES, notes, "multiscales/0/axes")
    return tuple(_read_axis(entry, number) for number, entry in enumerate(entries)) or None


def _read_axis(entry: object, number: int) -> Axis:
    if not isinstance(entry, dict):
        return axis_of_letter(read_text(entry) or f"dim_{number}")
    axis = read_object(entry)
    return Axis(
        name=read_text(axis.get("name")) or f"dim_{number}",
        type=read_text(axis.get("type")),
        unit=read_text(axis.get("unit")),
    )
