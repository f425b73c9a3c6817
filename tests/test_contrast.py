"""Contrast: what is dark stays dark, what is bright becomes bright, whatever else is in the plane."""

from __future__ import annotations

import numpy as np
import pytest
from drawings import blob, drawn, gradient, noise

from sitegen.render.contrast import contrast_window


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", ">u2", "uint32", "int64", "float32", "float64"])
def test_every_type_is_stretched(dtype: str) -> None:
    """Dark stays dark and bright becomes bright in every type."""
    shown = drawn((gradient() / 1000 * 90 + 10).astype(dtype))

    assert shown[:, 0].max() < 10
    assert shown[:, -1].min() > 245


def test_hot_pixel() -> None:
    """One hot pixel does not darken the picture."""
    plane = gradient()
    plane[17, 23] = 65535

    assert drawn(plane)[:, -5].mean() > 240


def test_hot_pixel_in_a_tiny_image() -> None:
    """Nor does it in an image of 16 × 16."""
    plane = gradient(16)
    plane[3, 3] = 65535

    assert drawn(plane)[:, -1].mean() > 200


def test_nan_and_infinities() -> None:
    """NaN is black, infinities are the ends, and the rest is as without them."""
    plane = gradient().astype("float32")
    plane[:40, :40], plane[50, 50], plane[51, 51] = np.nan, np.inf, -np.inf

    shown = drawn(plane)

    assert shown[:40, :40].max() == 0
    assert (shown[50, 50, 0], shown[51, 51, 0]) == (255, 0)
    assert shown[:, -5].mean() > 240


def test_nothing_finite() -> None:
    """A plane of NaN is black, not a failure."""
    assert drawn(np.full((9, 9), np.nan, "float32")).max() == 0


@pytest.mark.parametrize("value", [0, 7, 65535])
def test_constant_plane_is_grey(value: int) -> None:
    """A constant plane is mid-grey, with its one hot pixel white."""
    plane = np.full((256, 256), value, "uint16")

    assert (drawn(plane) == 128).all()


def test_negative_values() -> None:
    """Values below 0 are part of the range."""
    shown = drawn(gradient().astype("int16") - 500)

    assert shown[:, 128].mean() == pytest.approx(128, abs=12)


def test_noise_stays_dim() -> None:
    """A channel without signal is not stretched into a snowstorm."""
    assert drawn(noise()).mean() < 70
    assert drawn(noise()).std() < 30


def test_faint_structure_is_shown() -> None:
    """A signal as faint as the noise's spread, but with a shape, is stretched."""
    shown = drawn(noise() + (blob() // 100).astype("uint16"))

    assert shown[120:136, 120:136].mean() > 150


def test_a_few_beads_in_the_dark() -> None:
    """Beads on less than a thousandth of the pixels are bright, their ground is not."""
    plane = noise(size=512)
    for i in range(8):
        plane[60 * i + 20 : 60 * i + 23, 60 * i + 20 : 60 * i + 23] = 3000

    shown = drawn(plane)

    assert shown[21, 21].mean() > 240
    assert np.median(shown) < 30


def test_binary_mask() -> None:
    """A mask that covers little is black and white."""
    plane = np.zeros((256, 256), bool)
    plane[5:9, 5:9] = True

    assert set(np.unique(drawn(plane.view("uint8")))) == {0, 255}


@pytest.mark.parametrize(
    ("window", "origin"),
    [
        ((0, 500), "author"),
        ((0, 65535), "pixels"),
        ((500, 500), "pixels"),
        ((900, 100), "pixels"),
        ((30_000, 60_000), "pixels"),
        ((0, 60_000), "pixels"),
        ((-500, -100), "pixels"),
        ((-100.5, 3000.5), "author"),
        (None, "pixels"),
    ],
)
def test_author_window(window: tuple[float, float] | None, origin: str) -> None:
    """The author's window counts unless it is a default, reversed, or leaves these pixels black or white."""
    limits = contrast_window([gradient()], window)

    assert limits.origin == origin
    assert window is None or origin == "pixels" or (limits.low, limits.high) == window


def test_broad_shapes_in_noise() -> None:
    """Shapes fainter than the noise, but broad, are stretched more than noise alone."""
    assert drawn(noise() + gradient() // 200).std() > 1.3 * drawn(noise()).std()


def test_missing_chunks_do_not_count() -> None:
    """Pixels of missing chunks leave the limits as they are without them."""
    plane = gradient() + 500
    full = contrast_window([plane])
    plane[:, :64] = 0

    assert contrast_window([plane], fill=0.0).low > full.low
    assert contrast_window([plane]).low == 0
