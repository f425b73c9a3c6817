"""Small OME-Zarr datasets, each written by another library, and what sitegen should read from it.

For `writers.py` and `validators.py`, which need an environment of their own to compare with all libraries:

    python -m venv writers && writers/bin/pip install --editable . --group writers

Every image shows one figure that every flip and transposition changes: it moves along z,
is dimmer in each further channel, and is upside down at all time points but the first. A
library that is not installed has no samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Pixels = np.ndarray[Any, Any]
SIZES = {"t": 2, "c": 2, "z": 5, "y": 96, "x": 144}
TYPES = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
MICRON = dict.fromkeys("zyx", "micrometer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What an inspection should find; None is not compared."""

    version: str | None = None
    pixels: Pixels | None = None
    """None where there is no image, and so no picture."""
    axes: str = ""
    """One letter for each axis of `pixels`, in its order."""
    kind: str = "image"
    chunks: tuple[int, ...] | None = None
    shards: tuple[int, ...] | None = None
    labels: tuple[str, ...] = ()
    channels: tuple[str, ...] | None = None
    path: str = ""
    """Of the representative image."""
    images: int = 1
    below: str = ""
    """Path of the dataset in the folder that was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One dataset of one library."""

    library: str
    description: str
    write: Callable[[Path], Expected]


def figure(axes: str = "cyx", dtype: str = "uint16", **sizes: int) -> Pixels:
    """Return pixels with these axes: a disc at the top left, a bar at the right, a ramp at the bottom."""
    y, x = np.mgrid[0 : SIZES["y"], 0 : SIZES["x"]]
    plane = np.where((y - 28) ** 2 + (x - 36) ** 2 < 400, 1.0, 0.0)
    plane[10:60, 110:120] = 0.7
    plane[76:84] = np.linspace(0, 0.9, SIZES["x"])
    lengths = [(sizes.get(axis, SIZES[axis]) if axis in axes else 1) for axis in "tcz"]
    pixels = np.empty((*lengths, *plane.shape))
    for t, c, z in np.ndindex(*lengths):
        pixels[t, c, z] = np.roll(plane, 6 * z, axis=1)[:: -1 if t else 1] / (1 + c)
    kept = [axis for axis in "tczyx" if axis in axes]
    brightest = {"b": 1, "u": 200, "i": 100}.get(np.dtype(dtype).kind, 3000)
    squeezed = pixels.reshape([n for axis, n in zip("tczyx", pixels.shape, strict=True) if axis in axes])
    return np.ascontiguousarray((squeezed * brightest).transpose([kept.index(axis) for axis in axes])).astype(dtype)


def with_nan() -> Pixels:
    """Return floating point numbers with NaN and infinities."""
    pixels = figure("yx", "float32")
    pixels[40:50, 60:80], pixels[0, 0], pixels[1, 1] = np.nan, np.inf, -np.inf
    return pixels


def rgb() -> Pixels:
    """Return red, green and blue as uint8: the figure, its mirror image, and almost nothing."""
    plane = figure("yx", "uint8")
    return np.stack([plane, plane[:, ::-1], plane // 8])


def label_pixels() -> Pixels:
    """Return a label image: the disc is label 1, the bar label 2."""
    plane = figure("yx", "uint16")
    return np.where(plane == plane.max(), 1, np.where(plane == 140, 2, 0)).astype("uint32")
