"""One small document of each kind and version that keeps every rule, and edits that break one.

Documents are as the specification's examples hold them: from 0.5 on below `ome`. Edits
name their place by a pointer into the OME metadata, so that one edit serves all versions.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

Edit = Callable[[dict[str, Any]], None]

KINDS = {
    "image": ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6"),
    "plate": ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6"),
    "well": ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6"),
    "label": ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6"),
    "labels": ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6"),
    "series": ("0.4", "0.5", "0.6"),
    "ome": ("0.4", "0.5", "0.6"),
    "scene": ("0.6",),
}
"""Kind of document → the versions that have it."""


def valid(kind: str, version: str) -> dict[str, Any]:
    """Return a new document that keeps every rule of its version."""
    ome = copy.deepcopy(_MAKERS[kind](version))
    return {"ome": {"version": version, **ome}} if version >= "0.5" else ome


def ome_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return the OME metadata of a document."""
    return document.get("ome", document)


def _stated(version: str, until: str = "0.4") -> dict[str, Any]:
    return {"version": version} if version <= until else {}


def _image(version: str) -> dict[str, Any]:
    return {"multiscales": [_multiscale(version)], "omero": {"channels": [_channel("DAPI"), _channel("GFP")]}}


def _multiscale(version: str) -> dict[str, Any]:
    entry = {**_stated(version), "name": "cells", "type": "mean", "metadata": {"method": "mean", "version": "1.0"}}
    if version == "0.3":
        entry["axes"] = ["c", "y", "x"]
    elif version in ("0.4", "0.5"):
        entry["axes"] = axes()
    elif version == "0.6":
        entry["coordinateSystems"] = [{"name": "physical", "axes": axes()}]
    return {**entry, "datasets": [_dataset(version, "0", 0.5), _dataset(version, "1", 1.0)]}


def axes() -> list[dict[str, str]]:
    """Return the axes c, y, x."""
    return [
        {"name": "c", "type": "channel"},
        {"name": "y", "type": "space", "unit": "micrometer"},
        {"name": "x", "type": "space", "unit": "micrometer"},
    ]


def _dataset(version: str, path: str, size: float) -> dict[str, Any]:
    steps = [
        {"type": "scale", "scale": [1, size, size]},
        {"type": "translation", "translation": [0, size / 2, size / 2]},
    ]
    if version < "0.4":
        return {"path": path}
    if version < "0.6":
        return {"path": path, "coordinateTransformations": steps}
    ends = {"input": {"path": path}, "output": {"name": "physical"}}
    return {"path": path, "coordinateTransformations": [{"type": "sequence", "transformations": steps, **ends}]}


def _channel(label: str) -> dict[str, Any]:
    window = {"min": 0, "max": 65535, "start": 100, "end": 1500.5}
    return {"label": label, "color": "00FF00", "window": window, "active": True, "family": "linear"}


def _plate(version: str) -> dict[str, Any]:
    plate = {
        **_stated(version, "0.5"),
        "name": "screen",
        "field_count": 2,
        "rows": [{"name": "A"}, {"name": "B"}],
        "columns": [{"name": "1"}, {"name": "2"}, {"name": "3"}],
        "wells": [_well_of_plate(version, 0, 0), _well_of_plate(version, 0, 2), _well_of_plate(version, 1, 1)],
        "acquisitions": [
            {"id": 0, "name": "first", "maximumfieldcount": 2, "starttime": 1700000000, "endtime": 1700000600},
            {"id": 1, "name": "second", "maximumfieldcount": 1, "description": "after washing"},
        ],
    }
    return {"plate": plate}


def _well_of_plate(version: str, row: int, column: int) -> dict[str, Any]:
    path = f"{'AB'[row]}/{column + 1}"
    return {"path": path} if version < "0.4" else {"path": path, "rowIndex": row, "columnIndex": column}


def _well(version: str) -> dict[str, Any]:
    images = [{"path": "0", "acquisition": 0}, {"path": "1", "acquisition": 0}, {"path": "2", "acquisition": 1}]
    return {"well": {**_stated(version, "0.5"), "images": images}}


def _label(version: str) -> dict[str, Any]:
    label = {
        **_stated(version, "0.5"),
        "colors": [{"label-value": 1, "rgba": [255, 0, 0, 255]}, {"label-value": 2.0}],
        "properties": [{"label-value": 1, "area": 12.5}, {"label-value": 1, "class": "round"}],
        "source": {"image": "../../"},
    }
    return {"multiscales": [_multiscale(version)], "image-label": label}


def _labels(version: str) -> dict[str, Any]:
    return {"labels": ["cells", "nuclei/0"]}


def _series(version: str) -> dict[str, Any]:
    return {"bioformats2raw.layout": 3}


def _ome(version: str) -> dict[str, Any]:
    return {"series": ["0", "1"]}


def _scene(version: str) -> dict[str, Any]:
    world = [{"name": "world", "axes": axes()}]
    shift = [{"type": "scale", "scale": [1, 1, 2]}, {"type": "translation", "translation": [0, 10, 20.5]}]
    placing = [
        {"type": "sequence", "transformations": shift, **ends({"name": "physical", "path": "left"}, {"name": "world"})},
        {"type": "identity", "name": "b", **ends({"name": "physical", "path": "right"}, {"name": "world"})},
    ]
    return {"scene": {"coordinateSystems": world, "coordinateTransformations": placing}}


def ends(start: object, end: object) -> dict[str, object]:
    """Return both ends of a transformation."""
    return {"input": start, "output": end}


_MAKERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "image": _image,
    "plate": _plate,
    "well": _well,
    "label": _label,
    "labels": _labels,
    "series": _series,
    "ome": _ome,
    "scene": _scene,
}


# -- edits ----------------------------------------------------------------------------


def put(place: str, value: object) -> Edit:
    """Return an edit that writes a value at a place, whose parent is there."""

    def edit(ome: dict[str, Any]) -> None:
        parent, key = _parent(ome, place)
        parent[key] = copy.deepcopy(value)

    return edit


def drop(place: str) -> Edit:
    """Return an edit that takes away what is at a place."""

    def edit(ome: dict[str, Any]) -> None:
        parent, key = _parent(ome, place)
        del parent[key]

    return edit


def add(place: str, *values: object) -> Edit:
    """Return an edit that appends values to the list at a place."""

    def edit(ome: dict[str, Any]) -> None:
        found(ome, place).extend(copy.deepcopy(values))

    return edit


def repeat(place: str, **changes: object) -> Edit:
    """Return an edit that appends the list entry at a place to its list once more, with changes."""

    def edit(ome: dict[str, Any]) -> None:
        parent, key = _parent(ome, place)
        parent.append({**copy.deepcopy(parent[key]), **changes} if changes else copy.deepcopy(parent[key]))

    return edit


def reverse(place: str) -> Edit:
    """Return an edit that turns the list at a place round."""
    return lambda ome: found(ome, place).reverse()


def found(ome: Any, place: str) -> Any:
    """Return what is at a place, following a pointer such as `multiscales/0/axes`."""
    for part in place.split("/") if place else ():
        ome = ome[int(part)] if isinstance(ome, list) else ome[part]
    return ome


def _parent(ome: dict[str, Any], place: str) -> tuple[Any, Any]:
    above, _, key = place.rpartition("/")
    parent = found(ome, above)
    return parent, int(key) if isinstance(parent, list) else key
