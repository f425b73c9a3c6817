"""Images of OME-Zarr 0.1 to 0.3: axes are letters, and there is no scale.

0.1 and 0.2 have no `axes`: an array is always (t, c, z, y, x). 0.3 lists the letters.
"""

from __future__ import annotations

from collections.abc import Mapping

from sitegen.model import Axis
from sitegen.ome.node import Multiscale
from sitegen.ome.problems import ProblemLog
from sitegen.ome.transforms import read_datasets
from sitegen.ome.values import read_list, read_text

MAX_AXES = 32
TYPES = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
FIVE_AXES = tuple(Axis(name=letter, type=type_) for letter, type_ in TYPES.items())


def read_fixed(multiscale: Mapping[str, object], notes: ProblemLog) -> Multiscale | None:
    """Return an image of 0.1 or 0.2; None if it has axes, as later versions do."""
    if read_list(multiscale.get("axes")) or "coordinateSystems" in multiscale:
        return None
    return _with_axes(multiscale, FIVE_AXES, notes)


def read_letters(multiscale: Mapping[str, object], notes: ProblemLog) -> Multiscale | None:
    """Return an image of 0.3; None if its axes are not a list of texts."""
    names = read_list(multiscale.get("axes"))[:MAX_AXES]
    if not names or not all(isinstance(name, str) for name in names):
        return None
    axes = tuple(axis_of_letter(read_text(name) or f"dim_{i}") for i, name in enumerate(names))
    return _with_axes(multiscale, axes, notes)


def axis_of_letter(name: str) -> Axis:
    """Return the axis that a letter means; `T` is read as `t`, other names have no type."""
    return Axis(name=name, type=TYPES.get(name.lower()))


def _with_axes(multiscale: Mapping[str, object], axes: tuple[Axis, ...], notes: ProblemLog) -> Multiscale:
    datasets = read_datasets(multiscale, len(axes), notes)  # some writers of 0.3 add the scales of 0.4
    return Multiscale(axes=axes, datasets=datasets, name=read_text(multiscale.get("name")))
