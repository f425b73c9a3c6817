"""DecodedPlanes with a known look, and how they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from stored import subject_of, write

from sitegen.model import Channel
from sitegen.pixels.decoding import DecodedPlanes
from sitegen.render.channels import choose_styles, draw_channels

Pixels = np.ndarray[Any, Any]


def drawn(*planes: Pixels, channels: Sequence[Channel] = (), grayscale: bool = False) -> Pixels:
    """Return the colours of planes, before they are scaled: (y, x, rgb)."""
    data = np.stack(planes)
    subject = subject_of(write(data), "cyx", channels=tuple(channels), grayscale=grayscale)
    shown = DecodedPlanes(data=data, channels=tuple(range(len(planes))), empty=False)
    return np.asarray(draw_channels(data, choose_styles([shown], subject))).astype(int)


def gradient(size: int = 256) -> Pixels:
    """Return a plane that brightens from left to right: 0 … 1000."""
    return np.broadcast_to(np.linspace(0, 1000, size), (size, size)).astype("uint16").copy()


def blob(size: int = 256, at: tuple[int, int] = (128, 128)) -> Pixels:
    """Return a smooth bright spot on a dark ground."""
    y, x = np.mgrid[:size, :size]
    return (2000 * np.exp(-((y - at[0]) ** 2 + (x - at[1]) ** 2) / 800)).astype("uint16")


def noise(mean: float = 100, spread: float = 3, size: int = 256) -> Pixels:
    """Return what a camera records in the dark."""
    return np.random.default_rng(1).normal(mean, spread, (size, size)).astype("uint16")
