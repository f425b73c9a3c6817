"""The intensity window: dark pixels are dark and bright ones bright, whatever else is in the plane."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic_planes import blob, draw, gradient, noise

from sitegen.render.contrast import contrast_window


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", ">u2", "uint32", "int64", "float32", "float64"])
def test_every_type_fills_the_range(dtype: str) -> None:
    """The lowest values are black and the highest bright in every type."""
    shown = draw((gradient() / 1000 * 90 + 10).astype(dtype))

    assert shown[:, 0].max() < 10
    assert shown[:, -1].min() > 245


def test_a_hot_pixel_does_not_darken_the_picture() -> None:
    """A plane with one hot pixel is as bright as without it."""
    plane = gradient()
    plane[17, 23] = 65535

    assert draw(plane)[:, -5].mean() > 240


def test_a_hot_pixel_does_not_darken_a_tiny_image() -> None:
    """One of 256 pixels is ignored, too."""
    plane = gradient(16)
    plane[3, 3] = 65535

    assert draw(plane)[:, -1].mean() > 200


def test_nan_and_infinities_are_ignored() -> None:
    """NaN is black, infinities are white and black, and all other pixels are as without them."""
    plane = gradient().astype("float32")
    plane[:40, :40], plane[50, 50], plane[51, 51] = np.nan, np.inf, -np.inf

    shown = draw(plane)

    assert shown[:40, :40].max() == 0
    assert (shown[50, 50, 0], shown[51, 51, 0]) == (255, 0)
    assert shown[:, -5].mean() > 240


def test_a_plane_of_nan_is_black() -> None:
    """A plane without a finite pixel raises no exception."""
    assert draw(np.full((9, 9), np.nan, "float32")).max() == 0


@pytest.mark.parametrize("value", [0, 7, 65535])
def test_constant_plane_is_gray(value: int) -> None:
    """A constant plane is mid-gray, whatever its value."""
    plane = np.full((256, 256), value, "uint16")

    assert (draw(plane) == 128).all()


def test_negative_values_are_part_of_the_range() -> None:
    """0 is mid-gray in a plane from -500 to 500."""
    shown = draw(gradient().astype("int16") - 500)

    assert shown[:, 128].mean() == pytest.approx(128, abs=12)


def test_noise_stays_dim() -> None:
    """A channel without signal does not fill the range."""
    assert draw(noise()).mean() < 70
    assert draw(noise()).std() < 30


def test_faint_structure_is_shown() -> None:
    """A signal as faint as the noise, but with a shape, is bright."""
    shown = draw(noise() + (blob() // 100).astype("uint16"))

    assert shown[120:136, 120:136].mean() > 150


def test_small_beads_are_bright() -> None:
    """Beads on less than a thousandth of the pixels are bright, their background is not."""
    plane = noise(size=512)
    for i in range(8):
        plane[60 * i + 20 : 60 * i + 23, 60 * i + 20 : 60 * i + 23] = 3000

    shown = draw(plane)

    assert shown[21, 21].mean() > 240
    assert np.median(shown) < 30


def test_a_sparse_mask_is_black_and_white() -> None:
    """A mask that covers few pixels has no gray."""
    plane = np.zeros((256, 256), bool)
    plane[5:9, 5:9] = True

    assert set(np.unique(draw(plane.view("uint8")))) == {0, 255}


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
def test_a_meaningful_window_of_the_author_is_used(window: tuple[float, float] | None, origin: str) -> None:
    """It is not used if it is the range of the type, reversed, or leaves the pixels black or white."""
    used = contrast_window([gradient()], window)

    assert used.origin == origin
    assert window is None or origin == "pixels" or (used.low, used.high) == window


def test_broad_structure_in_noise_is_shown() -> None:
    """Structure that is fainter than the noise, but broad, has more contrast than noise alone."""
    assert draw(noise() + gradient() // 200).std() > 1.3 * draw(noise()).std()


def test_missing_chunks_are_ignored() -> None:
    """Pixels with the fill value do not lower the window where chunks are missing."""
    plane = gradient() + 500
    full = contrast_window([plane])
    plane[:, :64] = 0

    assert contrast_window([plane], fill=0.0).low > full.low
    assert contrast_window([plane]).low == 0
