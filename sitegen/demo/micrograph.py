"""A drawn specimen as a microscope would hand it over: counts, axes, pixel size, channels.

The camera turns light into counts: uneven lamp, shot noise, read noise, offset. Noise costs
bytes, since it does not compress, so each specimen has only the photons that it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sitegen.demo.drawing import Plane, vignette

Pixels: TypeAlias = NDArray[Any]  # every dtype that OME-Zarr data come in
Light: TypeAlias = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the author of an image wants a channel seen."""

    label: str
    color: str
    """RRGGBB."""
    window: tuple[float, float]
    """Counts to show as black and as full colour."""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Micrograph:
    """An image with what its author knows about it."""

    pixels: Pixels
    """Counts, in the order of `axes`."""
    axes: str
    """One letter per axis out of t, c, z, y, x."""
    size_um: tuple[float, float]
    """Size of a pixel along z and along y and x, in micrometers."""
    looks: tuple[Look, ...] = ()
    frame_s: float = 60.0
    """Seconds between two time points."""
    default_z: int = 0
    default_t: int = 0
    labels: Pixels | None = None
    """Label image with the same axes but c, if someone segmented it."""


def exposed(
    rng: Generator,
    light: Light,
    *,
    photons: float,
    gain: float = 1.0,
    offset: float = 0.0,
    read_noise: float = 0.3,
    loss: float = 0.12,
    dtype: str = "uint16",
) -> Pixels:
    """Return counts for light of (…, y, x), where 1 is a bright structure.

    photons: what a pixel of light 1 collects; gain: counts per photon; offset: counts in the dark;
    read_noise: in photons; loss: what the lamp lacks in the corners.
    """
    height, width = light.shape[-2:]
    collected = np.maximum(light, 0) * vignette((height, width), loss) * np.float32(photons)
    noise = rng.standard_normal(light.shape, dtype=np.float32)
    seen = np.rint(collected + noise * np.sqrt(collected + np.float32(read_noise**2)))
    counts = np.maximum(seen, 0) * gain + offset
    return np.asarray(np.minimum(counts, np.iinfo(dtype).max), dtype)


def stacked(planes: Sequence[Plane]) -> Light:
    """Return planes as the channels (or z planes) of one array, (n, y, x)."""
    return np.stack(planes).astype(np.float32)


def looks(channels: Sequence[tuple[str, str]], bright: float, dark: float = 0.0) -> tuple[Look, ...]:
    """Return the same window for every (label, colour)."""
    return tuple(Look(label=label, color=color, window=(dark, bright)) for label, color in channels)
