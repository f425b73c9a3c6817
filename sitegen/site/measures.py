"""Numbers of a record that can be limited and compared: physical sizes in micrometers, sizes of chunks in bytes.

A physical size is a number of micrometers with twelve significant digits, so that 325 nanometers and 0.325 micrometers
are the same value, and what a visitor writes is compared exactly. `None` means "not stated": without a unit of length
that the specification knows, a size says nothing. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import isfinite, prod
from typing import Literal, NamedTuple

from sitegen import formatting, units
from sitegen.model import Axis, Record
from sitegen.site.last_result import keeps_last

_DIGITS = 12
"""More than any microscope measures, fewer than the 15 that a floating-point number of 64 bits keeps exactly."""
_SPACE = 3
"""Axes of a volume."""
_NAMES = frozenset("xyz")
_Side = tuple[float, float]
"""Size of a pixel and of the whole along an axis."""
_Sides = Sequence[_Side]
_ALIKE = 1.05
"""How much longer the longest side of a voxel may be than the shortest; `amounts.js` takes lengths as alike so, too."""
_SMALLEST_UM, _LARGEST_UM = 1e-12, 1e12
"""Far less than an atom, and a thousand kilometers: what is beyond is no image of a microscope."""


class _Sizes(NamedTuple):
    """Physical sizes of a record, in micrometers."""

    pixel: float | None = None
    extent: float | None = None
    pixel_z: float | None = None
    depth: float | None = None
    isotropy: Literal["isotropic", "anisotropic"] | None = None


def pixel_um(record: Record) -> float | None:
    """Return the size of a pixel in the plane, in micrometers: the larger of x and y."""
    return _sizes(record).pixel


def pixel_z_um(record: Record) -> float | None:
    """Return the distance of two planes along z, in micrometers."""
    return _sizes(record).pixel_z


def extent_um(record: Record) -> float | None:
    """Return how large the image is in the plane, in micrometers: the larger of x and y."""
    return _sizes(record).extent


def depth_um(record: Record) -> float | None:
    """Return how large the image is along z, in micrometers."""
    return _sizes(record).depth


def isotropy(record: Record) -> Literal["isotropic", "anisotropic"] | None:
    """Return whether voxels are as long along z as along x and y, within a twentieth; None for single planes."""
    return _sizes(record).isotropy


@keeps_last
def _sizes(record: Record) -> _Sizes:
    found = record.found
    scale = found.levels[0].scale if found.levels else None
    if not (found.axes and scale and found.shape and len(found.axes) == len(scale) == len(found.shape)):
        return _Sizes()
    sides = list(_sides(found.axes, scale, found.shape))
    plane = [(step, extent) for name, step, extent in sides if name != "z"]
    planes = [(step, extent) for name, step, extent in sides if name == "z"]
    (pixel, extent), (pixel_z, depth) = _largest(plane), _largest(planes)
    return _Sizes(pixel=pixel, extent=extent, pixel_z=pixel_z, depth=depth, isotropy=_isotropy(plane, planes))


def _largest(sides: _Sides) -> _Side | tuple[None, None]:
    """Return the largest pixel size, and the largest extent."""
    if not sides:
        return None, None
    steps, extents = zip(*sides, strict=True)
    return max(steps), max(extents)


def _isotropy(plane: _Sides, planes: _Sides) -> Literal["isotropic", "anisotropic"] | None:
    if len(plane) + len(planes) != _SPACE or not all(extent > step for step, extent in planes):
        return None
    steps = [step for step, _ in (*plane, *planes)]
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


def _sides(axes: Sequence[Axis], scale: Sequence[float], shape: Sequence[int]) -> Iterator[tuple[str, float, float]]:
    """Yield name, pixel size and extent in micrometers of each of the axes x, y and z for which they are stated."""
    for axis, step, length in zip(axes, scale, shape, strict=True):
        name = axis.name.lower()
        if name not in _NAMES:
            continue
        unit = units.UNITS.get(axis.unit or "")
        if unit is None or formatting.axis_type(axis) != unit.measures:
            continue
        step_um = _rounded(step * unit.factor * 1e6)
        if step_um > _SMALLEST_UM and step_um * length < _LARGEST_UM:
            yield name, step_um, _rounded(step_um * length)


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
