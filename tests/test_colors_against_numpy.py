"""Windows and colors of channels are what numpy computes from the same pixels, and change with them as they should."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_planes import blob, draw, gradient, noise

from sitegen.model import Channel
from sitegen.render.colormaps import KNOWN_TABLES, color_ramp, named_ramp, read_color
from sitegen.render.contrast import Window, contrast_window

Pixels = np.ndarray[Any, np.dtype[Any]]
SEEDS = st.integers(0, 10_000)


def smooth(seed: int, *, size: int = 48) -> Pixels:
    """Return a plane of smooth structure, from 0 to 1000."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:size, 0:size] / size
    waves = sum(np.sin(2 * math.pi * (a * x + b * y + c)) for a, b, c in random.uniform(0, 2, (3, 3)))
    assert isinstance(waves, np.ndarray)
    return np.asarray((waves - waves.min()) / np.ptp(waves) * 1000)


def scaled(plane: Pixels, low: float, high: float) -> Pixels:
    """Return the intensities from 0 to 255 that a window gives."""
    return np.clip((plane.astype(float) - low) / (high - low) * 255, 0, 255)


# Windows


@settings(max_examples=60)
@given(SEEDS)
def test_the_window_is_that_of_percentiles(seed: int) -> None:
    """Of a small plane of structure, the window is the 1st to the 99.8th percentile."""
    plane = smooth(seed)
    window = contrast_window([plane])

    assert window.origin == "pixels"
    assert window.low == np.percentile(plane, 1, method="lower")
    assert window.high == np.percentile(plane, 99.8, method="lower")
    assert window.median == pytest.approx((np.median(plane) - window.low) / (window.high - window.low), abs=0.01)


@settings(max_examples=60)
@given(SEEDS, st.floats(0.01, 1000), st.floats(-1e4, 1e4))
def test_gain_and_offset_do_not_change_the_picture(seed: int, gain: float, offset: float) -> None:
    """A brighter camera gives the same window on brighter values."""
    plane = smooth(seed)
    plain, changed = contrast_window([plane]), contrast_window([plane * gain + offset])

    assert changed.low == pytest.approx(plain.low * gain + offset, rel=1e-6, abs=1e-6 * gain)
    assert changed.high == pytest.approx(plain.high * gain + offset, rel=1e-6, abs=1e-6 * gain)


@settings(max_examples=40)
@given(SEEDS)
def test_turning_an_image_does_not_change_its_window(seed: int) -> None:
    """Rows and columns are treated alike, and so are both directions."""
    plane = smooth(seed)
    first = contrast_window([plane])

    for turned in (plane.T, plane[::-1], plane[:, ::-1]):
        window = contrast_window([np.ascontiguousarray(turned)])
        assert (window.low, window.high) == pytest.approx((first.low, first.high))


@settings(max_examples=40)
@given(SEEDS, st.integers(1, 20))
def test_pixels_that_are_no_numbers_change_little(seed: int, count: int) -> None:
    """Some NaN and infinities leave the window where it was."""
    plane = smooth(seed)
    broken = plane.copy()
    places = np.random.default_rng(seed).integers(0, plane.size, count)
    broken.flat[places] = np.resize([np.nan, np.inf, -np.inf], count)
    whole, window = contrast_window([plane]), contrast_window([broken])

    assert (window.low, window.high) == pytest.approx((whole.low, whole.high), abs=60)


@pytest.mark.parametrize("value", [0, 1, 7, 255, -3.5, 1e30])
def test_one_value_everywhere_is_flat(value: float) -> None:
    """There is nothing to stretch, and the value is kept."""
    assert contrast_window([np.full((9, 9), value)]) == Window(low=value, high=value, origin="flat")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e200])
def test_no_finite_pixel_has_no_window(value: float) -> None:
    """Numbers that are too large to be squared count as infinite."""
    assert contrast_window([np.full((9, 9), value)]).origin == "none"


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 2), (3, 5), (500, 3)])
def test_planes_of_any_shape_have_a_window(shape: tuple[int, int]) -> None:
    """Single rows, columns and pixels are no special case."""
    plane = np.arange(shape[0] * shape[1], dtype="uint16").reshape(shape)
    window = contrast_window([plane])

    assert plane.min() <= window.low <= window.high
    assert window.origin == ("flat" if plane.size == 1 else "pixels")


def test_several_planes_have_one_window() -> None:
    """Wells are comparable: the window of all is between that of the darkest and that of the brightest."""
    dark, bright = smooth(1), smooth(2) + 1000
    both = contrast_window([dark, bright])

    assert both.low == pytest.approx(contrast_window([dark]).low, abs=60)
    assert both.high == pytest.approx(contrast_window([bright]).high, abs=10)
    assert contrast_window([bright, dark]) == both


@pytest.mark.parametrize(
    ("window", "origin"),
    [
        ((0, 1000), "author"),
        ((200, 800), "author"),
        ((0, 20_000), "author"),
        ((0, 30_000), "pixels"),
        ((1001, 2000), "pixels"),
        ((-500, -1), "pixels"),
        ((500, 500), "pixels"),
        ((800, 200), "pixels"),
        ((0, 65_535), "pixels"),
        ((-1, 70_000), "pixels"),
    ],
)
def test_which_windows_of_authors_are_used(window: tuple[float, float], origin: str) -> None:
    """Not one that is the range of the type, is empty, or would make the picture all black or all white."""
    found = contrast_window([gradient()], window)

    assert found.origin == origin
    assert ((found.low, found.high) == window) is (origin == "author")


@pytest.mark.parametrize("fill", [0, 5, 1000])
def test_missing_chunks_do_not_count(fill: int) -> None:
    """Half of a plane that is not stored does not darken the rest."""
    plane = smooth(3) + 2000
    holed = plane.copy()
    holed[:, :24] = fill
    window = contrast_window([holed], fill=fill)

    assert window.low >= plane[:, 24:].min()
    assert window.high <= plane[:, 24:].max()


@pytest.mark.parametrize("mean", [50, 100, 1000, 10_000])
def test_noise_is_dim_whatever_its_level(mean: float) -> None:
    """Its brightest pixels stay below half of the range."""
    plane = noise(mean, 4)
    window = contrast_window([plane])

    assert scaled(plane, window.low, window.high).mean() < 64


# Colors


@settings(max_examples=40)
@given(SEEDS, st.integers(0, 0xFFFFFF).filter(lambda color: color > 0))
def test_a_channel_is_its_intensity_times_its_color(seed: int, color: int) -> None:
    """Each of red, green and blue is the scaled pixel times that part of the color."""
    text, plane = f"{color:06X}", smooth(seed)
    rgb = np.array([color >> 16, color >> 8 & 255, color & 255])
    drawn = draw(plane, channels=[Channel(color=text, window=(100, 900))])

    expected = scaled(plane, 100, 900)[..., np.newaxis] * rgb / 255
    assert np.abs(drawn - expected).max() <= 2


@settings(max_examples=30)
@given(SEEDS)
def test_channels_add_up(seed: int) -> None:
    """The picture of several channels is the sum of their pictures, clipped at white."""
    planes = [smooth(seed + number) for number in range(3)]
    channels = [Channel(color=color, window=(0, 1000)) for color in ("FF8000", "0080FF", "808080")]
    alone = [draw(plane, channels=[channel]) for plane, channel in zip(planes, channels, strict=True)]

    assert np.array_equal(draw(*planes, channels=channels), np.minimum(sum(alone), 255))


@settings(max_examples=30)
@given(SEEDS)
def test_inverting_twice_changes_nothing(seed: int) -> None:
    """An inverted channel is the negative of the same channel, in its color."""
    plane = smooth(seed)
    plain, inverted = (
        draw(plane, channels=[Channel(color="FFFFFF", window=(0, 1000), inverted=each)]) for each in (False, True)
    )

    assert np.array_equal(plain, 255 - inverted)


@pytest.mark.parametrize("inverted", [False, True])
def test_pixels_that_are_no_number_are_black(inverted: bool) -> None:
    """An inverted channel does not make them white."""
    plane = smooth(4)
    plane[10:20, 10:20] = np.nan
    drawn = draw(plane, channels=[Channel(color="FFFFFF", window=(0, 1000), inverted=inverted)])

    assert drawn[10:20, 10:20].max() == 0
    assert drawn.max() > 200


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "float32", "float64"])
def test_negative_values_are_drawn_in_order(dtype: str) -> None:
    """The lowest value is black and the highest white, on both sides of 0."""
    plane = np.linspace(-100, 100, 64 * 64).reshape(64, 64).astype(dtype)
    drawn = draw(plane)[..., 0]

    assert (drawn.flat[0], drawn.flat[-1]) == (0, 255)
    assert (np.diff(drawn.ravel()) >= 0).all()
    assert abs(int(drawn.flat[32 * 64]) - 128) < 8


@pytest.mark.parametrize("name", sorted(KNOWN_TABLES))
def test_a_table_is_looked_up_by_intensity(name: str) -> None:
    """The pixel of intensity i has the i-th color of the named table, whatever the channel's own color."""
    ramp = named_ramp(name)
    assert ramp is not None
    plane = np.arange(256, dtype="uint16").reshape(16, 16)
    drawn = draw(plane, channels=[Channel(color="FF0000", window=(0, 255), lut=f"{name}.lut")])

    assert ramp.shape == (256, 3)
    assert np.array_equal(drawn.reshape(256, 3), ramp)


@pytest.mark.parametrize("name", [None, "", "unknown", "fire.txt.lut", "../fire", "🔥"])
def test_a_table_that_is_not_known_is_ignored(name: str | None) -> None:
    """The channel's color is used instead."""
    drawn = draw(gradient(64), channels=[Channel(color="00FF00", window=(0, 1000), lut=name)])

    assert named_ramp(name) is None
    assert (drawn[..., 0].max(), drawn[..., 2].max()) == (0, 0)
    assert drawn[..., 1].max() == 255


@given(st.integers(0, 0xFFFFFF))
def test_ramps_run_from_black_to_their_color(color: int) -> None:
    """They never become darker on the way."""
    text = f"{color:06X}"
    ramp = color_ramp(text).astype(int)

    assert tuple(ramp[0]) == (0, 0, 0)
    assert tuple(ramp[255]) == read_color(text)
    assert (np.diff(ramp, axis=0) >= 0).all()


@pytest.mark.parametrize("count", range(1, 9))
def test_default_colors_are_distinct(count: int) -> None:
    """Each channel alone gives another color where the others are dark."""
    planes = [blob(256) * (number == 0) for number in range(count)]
    colors = set()
    for bright in range(count):
        drawn = draw(*[planes[(number - bright) % count] for number in range(count)])
        colors.add(tuple(int(each) // 16 for each in drawn[128, 128]))

    assert len(colors) == count
