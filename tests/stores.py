"""Small OME-Zarr stores on disk, written by zarr-python, for tests that read whole datasets."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import zarr

TYPES = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}


def write_group(folder: Path, attributes: Mapping[str, Any], *, zarr_format: int = 3) -> Path:
    """Write a group with these attributes."""
    folder.mkdir(parents=True, exist_ok=True)
    if zarr_format == 3:
        document = {"zarr_format": 3, "node_type": "group", "attributes": attributes}
        (folder / "zarr.json").write_text(json.dumps(document))
    else:
        (folder / ".zgroup").write_text(json.dumps({"zarr_format": 2}))
        (folder / ".zattrs").write_text(json.dumps(attributes))
    return folder


def multiscale(axes: str, scales: Sequence[Sequence[float]], **more: Any) -> dict[str, Any]:
    """Return the metadata of one image: levels `0`, `1`, … with these scales."""
    datasets = [
        {"path": str(number), "coordinateTransformations": [{"type": "scale", "scale": list(scale)}]}
        for number, scale in enumerate(scales)
    ]
    named = [{"name": name, "type": TYPES[name]} for name in axes]
    return {"axes": named, "datasets": datasets, "name": "image", "type": "mean", "metadata": {}, **more}


def write_image(
    folder: Path,
    *,
    axes: str = "cyx",
    shape: Sequence[int] = (2, 64, 64),
    levels: int = 2,
    zarr_format: int = 3,
    chunks: Sequence[int] | None = None,
    **ome: Any,
) -> Path:
    """Write an image, 0.5 in format 3 and 0.4 in format 2: a gradient along x, brighter with each channel."""
    shapes = [
        tuple(max(1, n >> level) if name in "yx" else n for name, n in zip(axes, shape, strict=True))
        for level in range(levels)
    ]
    scales = [[float(2**level) if name in "yx" else 1.0 for name in axes] for level in range(levels)]
    if zarr_format == 3:
        write_group(folder, {"ome": {"version": "0.5", "multiscales": [multiscale(axes, scales)], **ome}})
    else:
        write_group(folder, {"multiscales": [multiscale(axes, scales, version="0.4")], **ome}, zarr_format=2)
    for number, size in enumerate(shapes):
        _write_level(folder / str(number), axes, size, zarr_format, tuple(chunks or size))
    return folder


def _write_level(folder: Path, axes: str, shape: tuple[int, ...], zarr_format: int, chunks: tuple[int, ...]) -> None:
    pixels = np.broadcast_to(np.linspace(0, 1000, shape[-1]), shape).astype("uint16")
    names = {"dimension_names": list(axes)} if zarr_format == 3 else {}
    keys = {"name": "default" if zarr_format == 3 else "v2", "separator": "/"}
    array = zarr.create_array(
        folder, shape=shape, dtype="uint16", chunks=chunks, zarr_format=zarr_format, chunk_key_encoding=keys, **names
    )
    array[...] = pixels


def write_plate(folder: Path, wells: Sequence[str], *, listed: Sequence[str] | None = None, field: str = "1") -> Path:
    """Write a plate of 2 x 2 wells with one field each; `listed` may name more wells than are written."""
    layout = {
        "name": "plate",
        "rows": [{"name": "A"}, {"name": "B"}],
        "columns": [{"name": "1"}, {"name": "2"}],
        "field_count": 1,
        "wells": [
            {"path": path, "rowIndex": "AB".index(path[0]), "columnIndex": int(path[2]) - 1} for path in listed or wells
        ],
    }
    write_group(folder, {"ome": {"version": "0.5", "plate": layout}})
    for path in wells:
        write_group(folder / path[0], {})
        write_group(folder / path, {"ome": {"version": "0.5", "well": {"images": [{"path": field}]}}})
        write_image(folder / path / field)
    return folder


def write_crate(folder: Path, **root: str) -> None:
    """Write an RO-Crate with these properties of its root entity."""
    graph = [{"@id": "./", "@type": "Dataset", **root}, {"@id": "ro-crate-metadata.json", "about": {"@id": "./"}}]
    (folder / "ro-crate-metadata.json").write_text(json.dumps({"@graph": graph}))


def write_list(path: Path, *lines: str) -> Path:
    """Write a list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, by path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def write_labels(image: Path, name: str = "nuclei", *, size: int = 64, chunks: Sequence[int] | None = None) -> Path:
    """Write a label image of an image that `write_image` wrote: one square object in the middle."""
    write_group(image / "labels", {"ome": {"version": "0.5", "labels": [name]}})
    scales = [[1.0, 1.0], [2.0, 2.0]]
    ome = {"version": "0.5", "multiscales": [multiscale("yx", scales)], "image-label": {"version": "0.5"}}
    folder = write_group(image / "labels" / name, {"ome": ome})
    for level in range(2):
        side = size >> level
        pixels = np.zeros((side, side), "uint16")
        pixels[side // 4 : side // 2, side // 4 : side // 2] = 7
        parts = tuple(chunks or pixels.shape)
        array = zarr.create_array(folder / str(level), shape=pixels.shape, dtype="uint16", chunks=parts)
        array[...] = pixels
    return folder


def write_grid(
    folder: Path, rows: int, columns: int, *, absent: Collection[tuple[int, int]] = (), **image: Any
) -> Path:
    """Write a plate with a well of one field at each position; those in `absent` are listed, but not written."""
    places = [(row, column) for row in range(rows) for column in range(columns)]
    wells = [
        {"path": f"{chr(65 + row)}/{column + 1}", "rowIndex": row, "columnIndex": column} for row, column in places
    ]
    layout = {
        "rows": [{"name": chr(65 + row)} for row in range(rows)],
        "columns": [{"name": str(column + 1)} for column in range(columns)],
        "wells": wells,
    }
    write_group(folder, {"ome": {"version": "0.5", "plate": layout}})
    for well, place in zip(wells, places, strict=True):
        if place not in absent:
            write_group(folder / well["path"], {"ome": {"version": "0.5", "well": {"images": [{"path": "0"}]}}})
            write_image(folder / well["path"] / "0", **image)
    return folder


def empty(image: Path) -> None:
    """Delete the chunks of an image, so that all its pixels have the fill value."""
    for chunks in image.glob("*/c"):
        shutil.rmtree(chunks)
