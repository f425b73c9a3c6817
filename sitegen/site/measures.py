"""Numbers of a record that can be limited and compared: physical sizes in micrometers, sizes of chunks in bytes.

A physical size is a number of micrometers with twelve significant digits, so that 325 nanometers and 0.325 micrometers
are the same value, and what a visitor writes is compared exactly. `None` means "not stated": without a unit of length
that the specification knows, a size says nothing. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from math import isfinite, prod
from typing import Literal

from sitegen import formatting, units
from sitegen.model import Record

_DIGITS = 12
"""More than any microscope measures, fewer than the 15 that a floating-point number of 64 bits keeps exactly."""
_SPACE = 3
"""Axes of a volume."""
_ALIKE = 1.05
"""How much longer the longest side of a voxel may be than the shortest; `amounts.js` takes lengths as alike so, too."""
_SMALLEST_UM, _LARGEST_UM = 1e-12, 1e12
"""Far less than an atom, and a thousand kilometers: what is beyond is no image of a microscope."""


def pixel_um(record: Record) -> float | None:
    """Return the size of a pixel in the plane, in micrometers: the larger of x and y."""
    return max((step for step, _ in _along(record, "x", "y")), default=None)


def pixel_z_um(record: Record) -> float | None:
    """Return the distance of two planes along z, in micrometers."""
    return max((step for step, _ in _along(record, "z")), default=None)


def extent_um(record: Record) -> float | None:
    """Return how large the image is in the plane, in micrometers: the larger of x and y."""
    return max((side for _, side in _along(record, "x", "y")), default=None)


def depth_um(record: Record) -> float | None:
    """Return how large the image is along z, in micrometers."""
    return max((side for _, side in _along(record, "z")), default=None)


def isotropy(record: Record) -> Literal["isotropic", "anisotropic"] | None:
    """Return whether voxels are as long along z as along x and y, within a twentieth; None for single planes."""
    planes = list(_along(record, "z"))
    steps = [step for step, _ in (*planes, *_along(record, "x", "y"))]
    if len(steps) != _SPACE or not all(extent > step for step, extent in planes):
        return None
    return "isotropic" if max(steps) <= min(steps) * _ALIKE else "anisotropic"


def in_words(size_um: float | None) -> str:
    """Return a length in words: `325 nm`."""
    return "" if size_um is None else units.quantity(size_um, "micrometer")


def chunk_bytes(record: Record) -> int | None:
    """Return the size of a chunk of the full resolution without compression, in bytes."""
    return array_bytes(record.found.chunks, record.found.dtype)


def shard_bytes(record: Record) -> int | None:
    """Return the size of a shard of the full resolution without compression, in bytes; None where it has none."""
    return array_bytes(record.found.shards, record.found.dtype)


def _along(record: Record, *names: str) -> Iterator[tuple[float, float]]:
    """Yield pixel size and extent in micrometers along each of these axes for which they are stated."""
    found = record.found
    scale = found.levels[0].scale if found.levels else None
    if not (found.axes and scale and found.shape and len(found.axes) == len(scale) == len(found.shape)):
        return
    for axis, step, length in zip(found.axes, scale, found.shape, strict=True):
        if axis.name.lower() not in names:
            continue
        unit = units.UNITS.get(axis.unit or "")
        if unit is None or formatting.axis_type(axis) != unit.measures:
            continue
        step_um = _rounded(step * unit.factor * 1e6)
        if step_um > _SMALLEST_UM and step_um * length < _LARGEST_UM:
            yield step_um, _rounded(step_um * length)


@lru_cache(maxsize=4096)  # pixels have few different sizes
def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}") if isfinite(number) else 0.0


def array_bytes(shape: tuple[int, ...] | None, dtype: str | None) -> int | None:
    """Return the size of an array without compression, in bytes; None where shape or data type are not known."""
    return (prod(shape) * _item_bytes(dtype or "") or None) if shape else None


@lru_cache(maxsize=256)
def _item_bytes(dtype: str) -> int:
    """Return the size of one number, in bytes; 0 where the data type is not known."""
    bits = re.fullmatch(r"(?:u?int|float|complex)([0-9]{1,3})", dtype)
    return 1 if dtype == "bool" else int(bits[1]) // 8 if bits else 0
