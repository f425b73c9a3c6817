"""A drawn specimen as a microscope would record it: counts, axes, pixel size, channels.

The camera model has uneven illumination, shot noise, read noise and an offset. Noise does
not compress, so each specimen has only the photons that it needs.
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
class ChannelSettings:
    """How the author of an image displays a channel."""

    label: str
    color: str
    """RRGGBB."""
    window: tuple[float, float]
    """Counts shown as black and as full color."""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Micrograph:
    """An image with its metadata."""

    pixels: Pixels
    """Counts, in the order of `axes`."""
    axes: str
    """One letter per axis out of t, c, z, y, x."""
    size_um: tuple[float, float]
    """Size of a pixel along z and along y and x, in micrometers."""
    channels: tuple[ChannelSettings, ...] = ()
    frame_s: float = 60.0
    """Seconds between two time points."""
    default_z: int = 0
    default_t: int = 0
    labels: Pixels | None = None
    """Label image with the same axes except c; None where nothing is segmented."""


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
    """Return the counts that a camera records.

    Parameters
    ----------
    rng
        Source of the noise.
    light
        (…, y, x); 1 is a bright structure.
    photons
        Collected by a pixel of light 1.
    gain
        Counts per photon.
    offset
        Counts in the dark.
    read_noise
        Standard deviation in photons.
    loss
        Part of the illumination that is missing in the corners.
    dtype
        An unsigned type, at whose maximum the counts saturate.

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


def make_channels(labels: Sequence[tuple[str, str]], bright: float, dark: float = 0.0) -> tuple[ChannelSettings, ...]:
    """Return channels of these (label, color), all with the window from `dark` to `bright`."""
    return tuple(ChannelSettings(label=label, color=color, window=(dark, bright)) for label, color in labels)
