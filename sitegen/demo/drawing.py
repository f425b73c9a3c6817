"""The shapes that specimens are drawn with: random fields, ellipses, filaments, mosaics, and blur.

A plane is floating point, axes (y, x), in arbitrary units of light. A function that draws
at random takes the generator, so that the same seed gives the same picture. numpy alone:
the FFT blurs, `bincount` draws points; a plane of 768 × 768 pixels takes tens of
milliseconds, so that the whole federation is drawn in half a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.floating[Any]]  # float32 or float64, as numpy chooses
Shape: TypeAlias = tuple[int, int]
Points: TypeAlias = NDArray[np.float64]
"""(n, 2): y and x in pixels."""


def blank(shape: Shape) -> Plane:
    """Return a dark plane."""
    return np.zeros(shape, np.float32)


def coordinates(shape: Shape) -> tuple[Plane, Plane]:
    """Return y and x of each pixel, each (y, x)."""
    y, x = np.indices(shape, dtype=np.float32)
    return y, x


def scaled(plane: Plane) -> Plane:
    """Return the plane with its brightest pixel at 1."""
    return np.asarray(plane / max(float(plane.max()), 1e-9))


def smoothstep(value: Plane) -> Plane:
    """Return 0 below 0, 1 above 1, and a soft edge between."""
    t = np.clip(value, 0.0, 1.0)
    return t * t * (3 - 2 * t)


def blur(plane: Plane, sigma_px: float) -> Plane:
    """Return the plane convolved with a Gaussian; its border is mirrored."""
    pad = int(np.ceil(3 * sigma_px))
    rest = [_fast_length(size + 2 * pad) - size - pad for size in plane.shape]
    wide = np.pad(plane, [(pad, after) for after in rest], mode="symmetric")
    fy = np.fft.fftfreq(wide.shape[0])[:, None]
    fx = np.fft.rfftfreq(wide.shape[1])[None, :]
    transfer = np.exp(-2 * (np.pi * sigma_px) ** 2 * (fy**2 + fx**2)).astype(np.float32)
    seen = np.fft.irfft2(np.fft.rfft2(wide) * transfer, wide.shape)
    return seen[pad : pad + plane.shape[0], pad : pad + plane.shape[1]].astype(np.float32)


def _fast_length(at_least: int) -> int:
    """Return the next length for which the FFT is fast: a small multiple of 32."""
    step = 32 if at_least < 512 else 64
    return -(-at_least // step) * step


def clouds(rng: Generator, shape: Shape, coarse_px: float, fine_px: float | None = None) -> Plane:
    """Return a smooth random field of mean 0 and deviation 1.

    Its features are about `coarse_px` wide; with `fine_px` it is a fractal of 1/f amplitude down to there.
    """
    fy = np.fft.fftfreq(shape[0])[:, None]
    fx = np.fft.rfftfreq(shape[1])[None, :]
    frequency = np.sqrt(fy**2 + fx**2)
    knee = 1 / (2 * np.pi * coarse_px)
    amplitude = (
        np.exp(-((frequency / knee) ** 2) / 2)
        if fine_px is None
        else np.exp(-((frequency * 2 * np.pi * fine_px) ** 2) / 2) / (1 + (frequency / knee) ** 2)
    )
    amplitude[0, 0] = 0
    white = np.fft.rfft2(rng.standard_normal(shape, dtype=np.float32))
    field: Plane = np.fft.irfft2(white * amplitude, shape).astype(np.float32)
    return np.asarray(field / field.std())


def value_at(plane: Plane, y: float, x: float) -> float:
    """Return the value of the plane at a point; outside, that of the nearest pixel."""
    return float(plane[min(max(int(y), 0), plane.shape[0] - 1), min(max(int(x), 0), plane.shape[1] - 1)])


def scatter(rng: Generator, shape: Shape, spacing_px: float, jitter: float = 0.35) -> Points:
    """Return points on a hexagonal grid, each moved at random by up to `jitter` of the spacing."""
    rows = np.arange(spacing_px / 2, shape[0], spacing_px * 0.866)
    columns = np.arange(spacing_px / 4, shape[1], spacing_px)
    y, x = (axis.astype(np.float64) for axis in np.meshgrid(rows, columns, indexing="ij"))
    x[1::2] += spacing_px / 2
    points = np.stack([y.ravel(), x.ravel()], axis=1)
    return points + rng.uniform(-jitter, jitter, points.shape) * spacing_px


@dataclass(frozen=True, slots=True)
class Mosaic:
    """A Voronoi diagram: each pixel belongs to its nearest center."""

    label: NDArray[np.int32]
    """Index of the nearest center, (y, x)."""
    nearest: Plane
    """Distance to the nearest center in pixels."""
    border: Plane
    """How much farther the second nearest center is, in pixels: 0 on the border between two cells."""


def mosaic(centers: Points, y: Plane, x: Plane, reach_px: float) -> Mosaic:
    """Return the mosaic of `centers` at the (possibly warped) coordinates y and x.

    Only centers within `reach_px` of a pixel are compared, so that hundreds of cells are drawn in little time.
    """
    label = np.full(y.shape, -1, np.int32)
    nearest = np.full(y.shape, reach_px, np.float32)
    second = np.full(y.shape, reach_px, np.float32)
    slack = reach_px + 40  # coordinates may be warped by so much
    for index, (cy, cx) in enumerate(centers):
        window = _window(y.shape, cy, cx, slack)
        distance = np.hypot(y[window] - np.float32(cy), x[window] - np.float32(cx))
        closer = distance < nearest[window]
        second[window] = np.where(closer, nearest[window], np.minimum(second[window], distance))
        nearest[window] = np.where(closer, distance, nearest[window])
        label[window] = np.where(closer, index, label[window])
    return Mosaic(label, nearest, second - nearest)


def _window(shape: Shape, y: float, x: float, reach: float) -> tuple[slice, slice]:
    return (
        slice(max(int(y - reach), 0), max(min(int(y + reach) + 1, shape[0]), 0)),
        slice(max(int(x - reach), 0), max(min(int(x + reach) + 1, shape[1]), 0)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """An ellipse with a slightly uneven outline: a nucleus, a vesicle, a mitochondrion."""

    y: float
    x: float
    long: float
    """Half the long axis, in pixels."""
    short: float
    """Half the short axis."""
    angle: float = 0.0
    """Of the long axis against x, in radians."""
    uneven: float = 0.06
    """How far the outline deviates from the ellipse, relative to its radius."""
    phase: float = 0.0
    """Phase of the deviation, in radians."""


def radius_in(blob: Blob, shape: Shape, reach: float = 1.6) -> tuple[tuple[slice, slice], Plane]:
    """Return the window around a blob, and in it each pixel's radius: 0 at the center, 1 on the outline."""
    window = _window(shape, blob.y, blob.x, reach * blob.long + 2)
    y = np.arange(window[0].start, window[0].stop, dtype=np.float32)[:, None] - np.float32(blob.y)
    x = np.arange(window[1].start, window[1].stop, dtype=np.float32)[None, :] - np.float32(blob.x)
    cos, sin = np.float32(np.cos(blob.angle)), np.float32(np.sin(blob.angle))
    along, across = (x * cos + y * sin) / blob.long, (y * cos - x * sin) / blob.short
    radius = np.hypot(along, across) + np.float32(1e-6)
    sin1, cos1 = across / radius, along / radius
    sin2, cos2 = 2 * sin1 * cos1, cos1 * cos1 - sin1 * sin1  # of twice and three times the angle
    sin3, cos3 = sin1 * cos2 + cos1 * sin2, cos1 * cos2 - sin1 * sin2
    first, second = np.float32(blob.phase), np.float32(2.3 * blob.phase)
    wave = sin2 * np.cos(first) + cos2 * np.sin(first) + 0.7 * (sin3 * np.cos(second) + cos3 * np.sin(second))
    return window, radius / (1 + blob.uneven * wave)


def fill(canvas: Plane, blob: Blob, light: float = 1.0, edge: float = 0.15) -> None:
    """Draw a blob; where blobs overlap, the brighter one is visible."""
    window, radius = radius_in(blob, canvas.shape)
    canvas[window] = np.maximum(canvas[window], light * smoothstep((1 - radius) / edge))


def add(canvas: Plane, blob: Blob, light: float = 1.0, edge: float = 0.3) -> None:
    """Add the light of a blob; negative light is subtracted."""
    window, radius = radius_in(blob, canvas.shape)
    canvas[window] += light * smoothstep((1 - radius) / edge)


def ring(canvas: Plane, blob: Blob, light: float = 1.0, width: float = 0.1) -> None:
    """Add the outline of a blob; `width` is relative to its radius."""
    window, radius = radius_in(blob, canvas.shape)
    canvas[window] += light * np.exp(-(((radius - 1) / width) ** 2))


def splat(points: Points, shape: Shape, weights: NDArray[np.floating] | None = None) -> Plane:
    """Return the light of point sources, each distributed to the four pixels around it."""
    base = np.floor(points).astype(np.int64)
    fraction = points - base
    weights = np.ones(len(points)) if weights is None else weights
    canvas = np.zeros(shape[0] * shape[1])
    for dy in (0, 1):
        for dx in (0, 1):
            y, x = base[:, 0] + dy, base[:, 1] + dx
            share = np.abs(1 - dy - fraction[:, 0]) * np.abs(1 - dx - fraction[:, 1]) * weights
            inside = (y >= 0) & (y < shape[0]) & (x >= 0) & (x < shape[1])
            canvas += np.bincount(y[inside] * shape[1] + x[inside], share[inside], len(canvas))
    return canvas.reshape(shape).astype(np.float32)


def walks(
    rng: Generator, starts: Points, headings: NDArray[np.float64], steps: int, bend: float, step_px: float = 0.7
) -> NDArray[np.float64]:
    """Return the paths of stiff filaments, (filament, step, 2).

    `bend` is the deviation of the heading after 100 steps, in radians: 0.3 a microtubule, 2 a mitochondrion.
    """
    turns = rng.standard_normal((len(starts), steps)) * bend / 10
    heading = headings[:, None] + np.cumsum(turns, axis=1)
    moves = np.stack([np.sin(heading), np.cos(heading)], axis=2) * step_px
    return np.asarray(starts[:, None, :] + np.cumsum(moves, axis=1))


def shaded(plane: Plane, angle: float, strength: float) -> Plane:
    """Return a thickness in differential interference contrast: its slope toward `angle`, 0.5 where flat."""
    dy, dx = np.gradient(plane)
    return np.asarray(0.5 + strength * (dy * np.sin(angle) + dx * np.cos(angle)), np.float32)


def vignette(shape: Shape, loss: float) -> Plane:
    """Return the relative illumination: 1 in the middle, 1 - `loss` in the corners."""
    y, x = coordinates(shape)
    r2 = ((y / shape[0] - 0.5) ** 2 + (x / shape[1] - 0.5) ** 2) / 0.5
    return np.asarray(1 - loss * r2, np.float32)
