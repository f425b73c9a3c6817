"""Which colors a picture has: those that are stored, those of the author, or those that tell channels apart."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn import SIDE, Drawn, Pixels, decode, draw, likeness, make_plane, write_pixels
from stores import write_image, write_labels

THIRDS = [slice(4, 18), slice(25, 39), slice(46, 60)]
"""Columns well inside each third of a picture, away from the borders that WebP blurs."""


def bars(count: int, dtype: str = "uint16", *, high: int = 200) -> Pixels:
    """Return channels (c, y, x), each bright in a part of the width of its own."""
    pixels = np.zeros((count, SIDE, SIDE), dtype)
    for channel in range(count):
        pixels[channel, :, SIDE * channel // count : SIDE * (channel + 1) // count] = high
    return pixels


def channels(*stated: dict[str, Any], low: int = 0, high: int = 200, **more: Any) -> dict[str, Any]:
    """Return `omero` with these channels, all with one window."""
    window = {"min": 0, "max": 65535, "start": low, "end": high}
    return {"omero": {"channels": [{"active": True, "window": window, **each} for each in stated], **more}}


def color_of(drawn: Drawn, columns: slice) -> tuple[str, ...]:
    """Return, for some columns of a thumbnail, whether red, green and blue are `on`, `off` or `half`."""
    mean = drawn.thumbnail[8:-8, columns].mean(axis=(0, 1))
    return tuple("on" if value > 200 else "off" if value < 50 else "half" for value in mean)


@pytest.mark.parametrize("axes", ["cyx", "yxc", "ycx"])
@pytest.mark.parametrize("count", [3, 4])
def test_three_or_four_channels_of_bytes_are_red_green_and_blue(tmp_path: Path, axes: str, count: int) -> None:
    """A fourth one is the opacity, which is not drawn."""
    pixels = np.concatenate([bars(3, "uint8", high=255), np.full((1, SIDE, SIDE), 255, "uint8")])[:count]
    stored = np.moveaxis(pixels, 0, axes.index("c"))
    drawn = draw(write_pixels(tmp_path / "a.zarr", axes, stored))

    assert [color_of(drawn, third) for third in THIRDS] == [
        ("on", "off", "off"), ("off", "on", "off"), ("off", "off", "on")
    ]  # fmt: skip
    assert drawn.found.shown
    assert drawn.found.shown.channels == ()


def test_rgb_is_not_stretched(tmp_path: Path) -> None:
    """A dark photograph stays dark."""
    pixels = np.stack([make_plane() // 8 + 10] * 3).astype("uint8")
    drawn = draw(write_pixels(tmp_path / "a.zarr", "cyx", pixels))

    assert abs(drawn.gray.mean() - pixels.mean()) < 4


def test_three_channels_of_more_than_a_byte_are_not_rgb(tmp_path: Path) -> None:
    """They are three measurements, each with a window."""
    drawn = draw(write_pixels(tmp_path / "a.zarr", "cyx", bars(3)))

    assert drawn.found.shown
    assert [each.label for each in drawn.found.shown.channels] == ["Channel 0", "Channel 1", "Channel 2"]


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        ("FF0000", ("on", "off", "off")),
        ("#00ff00", ("off", "on", "off")),
        ("00F", ("off", "off", "on")),
        ("FF00FFFF", ("on", "off", "on")),
        ("808080", ("half", "half", "half")),
        ("no color", ("on", "on", "on")),
        ("000000", ("on", "on", "on")),
    ],
)
def test_one_channel_has_the_color_of_its_author(tmp_path: Path, color: str, expected: tuple[str, ...]) -> None:
    """What is no color, and black, which nobody would see, are drawn white."""
    pixels = np.concatenate([np.zeros((1, SIDE, 24)), np.full((1, SIDE, 40), 200)], axis=2).astype("uint16")
    drawn = draw(write_pixels(tmp_path / "a.zarr", "cyx", pixels, ome=channels({"color": color})))

    assert color_of(drawn, slice(34, 60)) == expected
    assert color_of(drawn, slice(4, 18)) == ("off", "off", "off")


def test_channels_that_overlap_add_up(tmp_path: Path) -> None:
    """Red and green are yellow where both are."""
    pixels = bars(3)[:2]
    pixels[1, :, : SIDE // 3] = 200
    drawn = draw(
        write_pixels(tmp_path / "a.zarr", "cyx", pixels, ome=channels({"color": "FF0000"}, {"color": "00FF00"}))
    )

    assert color_of(drawn, THIRDS[0]) == ("on", "on", "off")
    assert color_of(drawn, THIRDS[1]) == ("off", "on", "off")
    assert color_of(drawn, THIRDS[2]) == ("off", "off", "off")


@pytest.mark.parametrize("inactive", [False, 0])
def test_a_channel_that_is_switched_off_is_not_drawn(tmp_path: Path, inactive: object) -> None:
    """Only those that the author shows are in picture and legend."""
    ome = channels({"color": "FF0000", "label": "red"}, {"color": "00FF00", "active": inactive, "label": "green"})
    drawn = draw(write_pixels(tmp_path / "a.zarr", "cyx", bars(2), ome=ome))

    assert color_of(drawn, slice(40, 60)) == ("off", "off", "off")
    assert drawn.found.shown
    assert [each.label for each in drawn.found.shown.channels] == ["red"]


@pytest.mark.parametrize("axes", ["yx", "cyx", "zyx"])
def test_an_inverted_channel_is_its_negative(tmp_path: Path, axes: str) -> None:
    """Low values are bright, high values dark."""
    plane = make_plane()
    ome = channels({"color": "FFFFFF", "inverted": True}, high=110)
    drawn = draw(write_pixels(tmp_path / "a.zarr", axes, plane.reshape((1,) * (len(axes) - 2) + plane.shape), ome=ome))

    assert likeness(drawn.gray, plane) < -0.97


@pytest.mark.parametrize(("low", "high"), [(0, 200), (50, 100), (20, 60)])
def test_the_window_of_the_author_is_what_numpy_makes_of_it(tmp_path: Path, low: int, high: int) -> None:
    """Black below its start, white above its end, in proportion between."""
    plane = make_plane()
    expected = ((plane.astype(float) - low) / (high - low)).clip(0, 1) * 255
    drawn = draw(write_pixels(tmp_path / "a.zarr", "yx", plane, ome=channels({"color": "FFFFFF"}, low=low, high=high)))

    assert np.abs(drawn.gray - expected).mean() < 4
    assert drawn.found.shown
    assert drawn.found.shown.channels[0].window == (low, high)


@pytest.mark.parametrize(("low", "high"), [(0, 65535), (60000, 65000), (50, 50)])
def test_a_window_that_shows_nothing_is_replaced(tmp_path: Path, low: int, high: int) -> None:
    """The range of the type, one without pixels and an empty one say nothing: the pixels' own range is used."""
    plane = make_plane()
    drawn = draw(write_pixels(tmp_path / "a.zarr", "yx", plane, ome=channels({"color": "FFFFFF"}, low=low, high=high)))

    assert likeness(drawn.gray, plane) > 0.97
    assert drawn.gray.max() > 230


@pytest.mark.parametrize(
    ("lut", "bright"),
    [
        ("fire.lut", ("on", "on", "on")),
        ("cyan", ("off", "on", "on")),
        ("Green", ("off", "on", "off")),
        ("magenta.lut", ("on", "off", "on")),
        ("mpl-viridis", ("on", "on", "off")),
        ("unheard of", ("on", "off", "off")),
    ],
)
def test_a_lookup_table_replaces_the_color(tmp_path: Path, lut: str, bright: tuple[str, ...]) -> None:
    """A name that is not known leaves the color."""
    pixels = np.concatenate([np.zeros((1, SIDE, 24)), np.full((1, SIDE, 40), 200)], axis=2).astype("uint16")
    ome = channels({"color": "FF0000", "lut": lut})
    drawn = draw(write_pixels(tmp_path / "a.zarr", "cyx", pixels, ome=ome))

    assert color_of(drawn, slice(34, 60)) == bright


def test_the_greyscale_model_ignores_colors(tmp_path: Path) -> None:
    """OMERO writes that a picture is gray."""
    ome = channels({"color": "FF0000"}, rdefs={"model": "greyscale"})
    drawn = draw(write_pixels(tmp_path / "a.zarr", "cyx", make_plane()[np.newaxis], ome=ome))

    assert np.ptp(drawn.thumbnail, axis=2).max() < 6


@pytest.mark.parametrize(("stated", "shown"), [(0, 0), (3, 3), (None, 2), (9, 4)])
def test_the_plane_of_the_author_is_drawn(tmp_path: Path, stated: int | None, shown: int) -> None:
    """Without one it is the middle; for one beyond the last, it is the last."""
    pixels = np.stack([np.roll(make_plane(), 16 * z, axis=1) for z in range(5)])
    rdefs: dict[str, Any] = {} if stated is None else {"rdefs": {"defaultZ": stated}}
    drawn = draw(write_pixels(tmp_path / "a.zarr", "zyx", pixels, ome=channels({}, high=110, **rdefs)))

    assert drawn.found.shown
    assert (drawn.found.shown.z, drawn.found.shown.t) == (shown, None)
    assert likeness(drawn.gray, pixels[shown]) > 0.97


@pytest.mark.parametrize(("stated", "shown"), [(None, 0), (2, 2)])
def test_the_time_of_the_author_is_drawn(tmp_path: Path, stated: int | None, shown: int) -> None:
    """Without one, it is the first."""
    pixels = np.stack([np.roll(make_plane(), 16 * t, axis=0) for t in range(4)])
    rdefs: dict[str, Any] = {} if stated is None else {"rdefs": {"defaultT": stated}}
    drawn = draw(write_pixels(tmp_path / "a.zarr", "tyx", pixels, ome=channels({}, high=110, **rdefs)))

    assert drawn.found.shown
    assert (drawn.found.shown.t, drawn.found.shown.z) == (shown, None)
    assert likeness(drawn.gray, pixels[shown]) > 0.97


def test_a_label_image_is_drawn_in_colors_that_differ(tmp_path: Path) -> None:
    """Each label has one color, and the background is black."""
    labels = np.zeros((SIDE, SIDE), "uint32")
    for value, third in enumerate(THIRDS, start=1):
        labels[16:48, third] = value
    drawn = draw(write_pixels(tmp_path / "a.zarr", "yx", labels, ome={"image-label": {"version": "0.5"}}))

    colors = [drawn.thumbnail[24:40, third].mean(axis=(0, 1)) for third in THIRDS]
    assert min(float(np.abs(a - b).max()) for a, b in pairwise(colors)) > 40
    assert drawn.thumbnail[:10].max() < 12


def test_a_label_has_the_color_of_its_author(tmp_path: Path) -> None:
    """Red for label 7; half transparent green is half as bright over black."""
    labels = np.zeros((SIDE, SIDE), "uint16")
    labels[:, :24], labels[:, 40:] = 7, 9
    colors = [{"label-value": 7, "rgba": [255, 0, 0, 255]}, {"label-value": 9, "rgba": [0, 255, 0, 128]}]
    drawn = draw(write_pixels(tmp_path / "a.zarr", "yx", labels, ome={"image-label": {"colors": colors}}))

    assert color_of(drawn, slice(4, 18)) == ("on", "off", "off")
    assert color_of(drawn, slice(46, 60)) == ("off", "half", "off")


def test_labels_lie_over_their_image_where_they_are(tmp_path: Path) -> None:
    """The overlay differs from the preview inside the object, and not outside."""
    image = write_image(tmp_path / "a.zarr", axes="yx", shape=(128, 128), levels=1)
    write_labels(image, size=128)
    drawn = draw(image)

    assert drawn.found.overlay
    assert drawn.found.preview
    overlay, preview = (
        decode(drawn.outcome.pictures[each.path]) for each in (drawn.found.overlay, drawn.found.preview)
    )
    difference = np.abs(overlay - preview).max(axis=2)
    assert difference[40:56, 40:56].mean() > 20
    assert difference[80:, 80:].mean() < 6
