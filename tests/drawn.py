"""Images written by zarr with given pixels, and the pictures that an inspection makes of them, as arrays."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import zarr
from inspecting import inspect_here
from PIL import Image
from stores import multiscale, write_group

from sitegen import urls
from sitegen.model import Findings
from sitegen.model.task import Outcome, PictureOptions, Task

SIDE = 64
"""Longer side of thumbnails here; an image of this size is drawn pixel by pixel."""
Pixels = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What an inspection found, and the files of its pictures."""

    outcome: Outcome

    @property
    def found(self) -> Findings:
        """The findings."""
        return self.outcome.findings

    @property
    def codes(self) -> set[str]:
        """The codes of the problems."""
        return {problem.code for problem in self.found.problems}

    @property
    def thumbnail(self) -> Pixels:
        """The thumbnail, (y, x, rgb)."""
        assert self.found.thumbnail, self.found.problems
        return decode(self.outcome.pictures[self.found.thumbnail.path])

    @property
    def gray(self) -> Pixels:
        """The brightness of the thumbnail, (y, x)."""
        gray: Pixels = self.thumbnail.mean(axis=2)
        return gray


def decode(picture: bytes) -> Pixels:
    """Return a picture as (y, x, rgb), from 0 to 255."""
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(float)


def write_pixels(
    folder: Path,
    axes: str,
    pixels: Pixels,
    *,
    zarr_format: Literal[2, 3] = 3,
    ome: Mapping[str, Any] | None = None,
    **settings: Any,
) -> Path:
    """Write an image of one level; ome: keys beside `multiscales`; settings: as for `zarr.create_array`."""
    image = multiscale(axes, [[1.0] * len(axes)])
    if zarr_format == 3:
        write_group(folder, {"ome": {"version": "0.5", "multiscales": [image], **(ome or {})}})
        settings.setdefault("dimension_names", list(axes))
    else:
        attributes = {"multiscales": [image | {"version": "0.4"}], **(ome or {})}
        write_group(folder, attributes, zarr_format=2)
    settings.setdefault("chunks", pixels.shape)
    array = zarr.create_array(folder / "0", shape=pixels.shape, dtype=pixels.dtype, zarr_format=zarr_format, **settings)
    array[...] = pixels
    return folder


def draw(folder: Path, **options: Any) -> Drawn:
    """Inspect a dataset on this machine, and draw it."""
    url = urls.from_path(folder)
    pictures = PictureOptions(thumbnail_px=SIDE, preview_px=2 * SIDE, montage_wells=8)
    task = Task(url=url, local_folder=url, max_bytes=10**8, deadline_s=60, pictures=pictures, **options)
    return Drawn(outcome=inspect_here(task))


def make_plane(dtype: str = "uint16", *, height: int = SIDE, width: int = SIDE) -> Pixels:
    """Return a plane (y, x) that no turn or reflection maps to itself: two smooth spots above a gradient."""
    y, x = np.mgrid[0:height, 0:width]
    spots = np.exp(-((y - 14) ** 2 + (x - 40) ** 2) / 90) + 0.6 * np.exp(-((y - 45) ** 2 + (x - 12) ** 2) / 160)
    plane: Pixels = ((spots + x / width / 4) * 100).astype(dtype)
    return plane


def likeness(picture: Pixels, plane: Pixels) -> float:
    """Return the correlation of a picture's brightness with the pixels that it should show."""
    assert picture.shape == plane.shape
    return float(np.corrcoef(picture.ravel(), plane.astype(float).ravel())[0, 1])
