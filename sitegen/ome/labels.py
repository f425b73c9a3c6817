"""Label images and the groups that list them.

Source: https://ngff.openmicroscopy.org/0.5/#labels-md.
"""

from __future__ import annotations

from collections.abc import Mapping

from sitegen.ome.problems import ProblemLog
from sitegen.ome.values import read_first, read_indices, read_number, read_object, read_objects, read_path

_MAX_ENTRIES = 10_000
Color = tuple[int, int, int, int]


def read_paths(value: object, notes: ProblemLog, at: str) -> tuple[str, ...] | None:
    """Return a list of paths, such as `labels` or `series`; None if it is not a list."""
    if not isinstance(value, list):
        return None
    paths = (
        read_path(entry, notes, f"{at}/{number}")
        for number, entry in enumerate(read_first(value, _MAX_ENTRIES, notes, at))
    )
    return tuple(path for path in paths if path is not None)


def read_label_colors(value: object, notes: ProblemLog) -> Mapping[int, Color] | None:
    """Return the colors of `image-label`, by label value; the last of several for one value."""
    colors = read_first(read_object(value).get("colors"), _MAX_ENTRIES, notes, "image-label/colors")
    found = ((read_number(entry.get("label-value")), _read_rgba(entry.get("rgba"))) for entry in read_objects(colors))
    by_value = {int(number): rgba for number, rgba in found if number is not None and rgba is not None}
    return by_value or None


def _read_rgba(value: object) -> Color | None:
    """Return red, green, blue, alpha; alpha is 255 where it is left out."""
    parts = read_indices(value)
    if parts is None or len(parts) not in (3, 4) or max(parts) > 255:
        return None
    red, green, blue, alpha = (*parts, 255)[:4]
    return red, green, blue, alpha


def read_label_source(value: object) -> str | None:
    """Return the path of the labelled image as written."""
    source = read_object(read_object(value).get("source")).get("image")
    return source[:1024] if isinstance(source, str) else None
