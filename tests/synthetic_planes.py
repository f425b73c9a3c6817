"""Planes with known patterns, and how they are drawn and encoded."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image
from stored_images import make_image, write

from sitegen.model import Channel
from sitegen.pixels.decoding import DecodedPlanes
from sitegen.render.channels import choose_styles, draw_channels
from sitegen.render.values import EncodedImage

Pixels = np.ndarray[Any, Any]


def draw(*planes: Pixels, channels: Sequence[Channel] = (), grayscale: bool = False) -> Pixels:
    """Return the colors of planes before the picture is scaled: (y, x, rgb)."""
    data = np.stack(planes)
    image = make_image(write(data), "cyx", channels=tuple(channels), grayscale=grayscale)
    shown = DecodedPlanes(data=data, channels=tuple(range(len(planes))), empty=False)
    return np.asarray(draw_channels(data, choose_styles([shown], image))).astype(int)


def gradient(size: int = 256) -> Pixels:
    """Return a plane whose values grow from left to right, 0 to 1000."""
    return np.broadcast_to(np.linspace(0, 1000, size), (size, size)).astype("uint16").copy()


def blob(size: int = 256, at: tuple[int, int] = (128, 128)) -> Pixels:
    """Return a Gaussian on a dark background."""
    y, x = np.mgrid[:size, :size]
    return (2000 * np.exp(-((y - at[0]) ** 2 + (x - at[1]) ** 2) / 800)).astype("uint16")


def noise(mean: float = 100, spread: float = 3, size: int = 256) -> Pixels:
    """Return the noise of a camera in the dark."""
    return np.random.default_rng(1).normal(mean, spread, (size, size)).astype("uint16")


def open_picture(encoded: EncodedImage | None) -> Pixels:
    """Return the colors of an encoded picture: (y, x, rgb)."""
    assert encoded is not None
    picture = Image.open(io.BytesIO(encoded.content))
    assert picture.size == (encoded.width, encoded.height)
    return np.asarray(picture.convert("RGB")).astype(int)
