"""The pictures of an image: known patterns, colors, labels."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image
from stored_images import fetch, make_image, make_plan, write
from synthetic_planes import blob, draw, gradient, open_picture

from sitegen.model import Channel
from sitegen.pixels.decoding import DecodedPlanes
from sitegen.render.channels import is_rgb
from sitegen.render.colormaps import KNOWN_TABLES, color_ramp, label_colors, named_ramp, read_color
from sitegen.render.image import render_image
from sitegen.render.scaling import fit
from sitegen.render.values import RenderedImages

Pixels = np.ndarray[Any, Any]
DARK, BRIGHT = 60, 180


def render(pixels: Pixels, axes: str, **settings: Any) -> RenderedImages:
    """Return the pictures of an image of one level."""
    files = write(pixels)
    plan = make_plan(files, axes, **settings)
    return render_image(plan, fetch(plan, files))


def render_thumbnail(pixels: Pixels, axes: str, **settings: Any) -> Pixels:
    """Return the colors of the thumbnail: (y, x, rgb)."""
    return open_picture(render(pixels, axes, **settings).thumbnail)


# Orientation and shape


@pytest.mark.parametrize(("axes", "turn"), [("yx", False), ("xy", True)])
def test_x_runs_to_the_right(axes: str, turn: bool) -> None:
    """A gradient along x brightens to the right, whatever the order of the axes."""
    shown = render_thumbnail(gradient().T if turn else gradient(), axes)

    assert shown[:, 20].mean() < DARK < BRIGHT < shown[:, -20].mean()


def test_the_origin_is_at_the_top_left() -> None:
    """The first row and column of the array are at the top left."""
    shown = render_thumbnail(blob(at=(40, 60)), "yx").sum(axis=2)

    assert np.unravel_index(shown.argmax(), shown.shape) == (pytest.approx(40, abs=8), pytest.approx(60, abs=8))


def test_pixels_are_drawn_in_physical_proportion() -> None:
    """Pixels three times as long as wide make a picture three times as high."""
    thumbnail = render(gradient(64), "yx", scale=(0.3, 0.1)).thumbnail

    assert thumbnail is not None
    assert thumbnail.height == pytest.approx(3 * thumbnail.width, rel=0.02)


def test_extreme_proportions_are_ignored() -> None:
    """A pixel a thousand times as long as wide is drawn square."""
    thumbnail = render(gradient(64), "yx", scale=(1000, 1)).thumbnail

    assert thumbnail is not None
    assert thumbnail.height == thumbnail.width


def test_small_images_are_enlarged_without_smoothing() -> None:
    """32 pixels become 128; no new color appears."""
    checkers = (np.indices((32, 32)).sum(axis=0) % 2 * 255).astype("uint8")

    enlarged = fit(Image.fromarray(checkers), 256, None, smooth=True)

    assert enlarged.size == (128, 128)
    assert set(np.unique(np.asarray(enlarged))) == {0, 255}


def test_a_small_image_has_no_preview() -> None:
    """A large image has a thumbnail of 256 pixels and a preview of 1024; a small one needs no preview."""
    large, small = render(gradient(1200), "yx"), render(gradient(200), "yx")

    assert large.thumbnail
    assert large.preview
    assert (large.thumbnail.width, large.preview.width, small.preview) == (256, 1024, None)


def test_the_pixel_size_is_that_of_the_preview() -> None:
    """1,200 pixels of 0.1 µm are shown as 1,024."""
    shown = render(gradient(1200), "yx", scale=(0.1, 0.1)).shown

    assert shown
    assert (shown.pixel_size, shown.unit) == (pytest.approx(0.1 * 1200 / 1024), "micrometer")


def test_a_thumbnail_beside_a_preview_is_avif() -> None:
    """It is for cards alone. The only picture of a dataset is WebP, and so is one of labels, whose colors must stay."""
    large, small = render(gradient(1200), "yx"), render(gradient(200), "yx")
    labels = render(np.kron(np.eye(8, dtype="uint16"), np.ones((100, 100), "uint16")), "yx", is_label=True)

    pictures = (large.thumbnail, large.preview, small.thumbnail, labels.thumbnail, labels.preview)
    assert [each and (each.suffix, each.content[8:12]) for each in pictures] == [
        (".avif", b"avif"), (".webp", b"WEBP"), (".webp", b"WEBP"), (".webp", b"WEBP"), (".webp", b"WEBP"),
    ]  # fmt: skip


@pytest.mark.parametrize("size", [900, 1100])
def test_a_thumbnail_scaled_from_the_preview_looks_alike(size: int) -> None:
    """It differs from one that is scaled from the whole picture by no more than AVIF does."""
    whole = Image.fromarray(np.random.default_rng(0).integers(0, 256, (size // 16, size // 16), "uint8"))
    whole = whole.resize((size, size)).convert("RGB")

    thumbnail = open_picture(render(np.moveaxis(np.asarray(whole), -1, 0), "cyx").thumbnail)

    direct = np.asarray(whole.resize((256, 256), Image.Resampling.HAMMING)).astype(int)
    assert np.abs(thumbnail.mean(axis=2) - direct.mean(axis=2)).mean() < 6  # AVIF alone makes 4.9 and 5.3


def test_the_same_pixels_give_the_same_bytes() -> None:
    """Rendering twice gives equal results, which can be pickled."""
    first, second = render(blob(), "yx"), render(blob(), "yx")

    assert first == second == pickle.loads(pickle.dumps(first))


# Colors


def test_a_channel_has_the_color_of_its_author() -> None:
    """The brightest pixel has the color that the metadata state."""
    shown = draw(gradient(), channels=[Channel(color="ff8000")])

    assert tuple(shown[0, -1]) == (255, 128, 0)


def test_an_inverted_channel_is_bright_where_values_are_low() -> None:
    """The lowest values are white and the highest black."""
    shown = draw(gradient(), channels=[Channel(inverted=True)])

    assert shown[:, 0].min() > 245
    assert shown[:, -1].max() < 10


def test_a_lookup_table_replaces_the_color() -> None:
    """A known lookup table is used; for an unknown one, the color is."""
    fire = draw(gradient(), channels=[Channel(color="0000FF", lut="fire.lut")])
    unknown = draw(gradient(), channels=[Channel(color="0000FF", lut="our_own.lut")])

    assert tuple(fire[0, -1]) == (255, 255, 255)
    assert tuple(unknown[0, -1]) == (0, 0, 255)


def test_the_grayscale_model_shows_gray() -> None:
    """With the model `greyscale` one channel is drawn, in gray."""
    shown = render_thumbnail(
        np.stack([gradient(), blob()]), "cyx", grayscale=True, channels=(Channel(color="00FF00"),) * 2
    )

    assert np.ptp(shown, axis=2).max() < 8


def test_two_channels_without_colors_are_green_and_magenta() -> None:
    """Where both are bright, the picture is white."""
    shown = draw(gradient(), gradient())

    assert tuple(shown[0, -1]) == (255, 255, 255)


def test_white_for_all_channels_is_ignored() -> None:
    """Several channels that are all white have the default colors."""
    white = [Channel(color="FFFFFF")] * 2

    assert tuple(draw(blob(), blob(at=(40, 40)), channels=white)[40, 40]) == (255, 0, 255)


@pytest.mark.parametrize("count", [4, 5, 6, 7, 8])
def test_every_channel_is_visible(count: int) -> None:
    """Each of up to eight channels has a color of its own, none of them dark."""
    places = [(40 + 60 * (i // 4), 30 + 60 * (i % 4)) for i in range(count)]

    shown = draw(*(blob(at=at) for at in places))

    colors = [tuple(shown[at]) for at in places]
    assert len(set(colors)) == count
    assert min(max(color) for color in colors) > 150


def test_at_most_eight_channels_are_drawn() -> None:
    """Of nine channels the first eight are drawn, and the description says so."""
    shown = render(np.stack([blob()] * 9), "cyx").shown

    assert shown
    assert len(shown.channels) == 8
    assert "8 of 9 channels" in shown.how


def test_transmitted_light_is_a_gray_background() -> None:
    """Beside fluorescence, a bright-field channel without a color is gray, and the others stay visible."""
    bright_field = 5000 - blob(at=(60, 60))

    shown = draw(bright_field, blob(at=(180, 180)))

    assert np.ptp(shown[230, 20]) == 0
    assert 90 < shown[230, 20, 0] < 200
    assert shown[180, 180, 1] > shown[180, 180, 0]


def test_the_sum_of_colors_is_clipped() -> None:
    """The sum of two bright channels does not overflow."""
    yellow = [Channel(color="FFFF00")] * 2

    assert tuple(draw(gradient(), gradient(), channels=yellow)[0, -1]) == (255, 255, 0)


def test_a_constant_channel_adds_nothing() -> None:
    """A channel with one value everywhere leaves dark pixels black."""
    shown = draw(gradient(), np.full((256, 256), 9, "uint16"))

    assert tuple(shown[0, 0]) == (0, 0, 0)


def test_the_legend_has_colors_and_windows() -> None:
    """It lists the channels that are drawn, with the color and window that are used."""
    channels = (Channel(label="DAPI", color="0000ff", window=(0, 500)), Channel(active=False), Channel(label="GFP"))

    shown = render(np.stack([gradient()] * 3), "cyx", channels=channels).shown

    assert shown
    assert [(c.label, c.color) for c in shown.channels] == [("DAPI", "0000FF"), ("GFP", "FF00FF")]
    assert shown.channels[0].window == (0, 500)


@pytest.mark.parametrize("axes", ["cyx", "yxc"])
def test_rgb_is_drawn_as_stored(axes: str) -> None:
    """Three channels of uint8 without description are red, green and blue."""
    photo = np.zeros((3, 64, 64), "uint8") + np.array([200, 120, 90], "uint8")[:, None, None]

    shown = render_thumbnail(photo if axes == "cyx" else np.moveaxis(photo, 0, -1), axes)

    assert shown.mean(axis=(0, 1)) == pytest.approx([200, 120, 90], abs=4)


@pytest.mark.parametrize(
    ("colors", "window", "rgb"),
    [
        (("FF0000", "00FF00", "0000FF"), (0, 255), True),
        (("FF0000", "00FF00", "0000FF"), (10, 90), False),
        (("0000FF", "00FF00", "FF0000"), (0, 255), False),
        ((None, None, None), None, True),
    ],
)
def test_rgb_is_found_by_its_channels(colors: Sequence[str], window: tuple[float, float], rgb: bool) -> None:
    """Channels that are described are RGB only as red, green and blue with full windows."""
    channels = tuple(Channel(label="x", color=color, window=window) for color in colors)
    data = np.zeros((3, 8, 8), "uint8")

    found = is_rgb(
        DecodedPlanes(data=data, channels=(0, 1, 2), empty=False), make_image(write(data), "cyx", channels=channels)
    )

    assert found == rgb


def test_hexadecimal_colors_are_read() -> None:
    """`#` and three digits are accepted; other text is not a color."""
    assert read_color("#0f8") == read_color("00FF88") == (0, 255, 136)
    assert read_color("16711680") is None
    assert read_color("red") is None


@pytest.mark.parametrize("name", ["grays", "fire.lut", "Viridis", "GREY.LUT", "cool.lut"])
def test_lookup_tables_are_found_by_name(name: str) -> None:
    """Names are known with and without suffix, in any case."""
    ramp = named_ramp(name)

    assert ramp is not None
    assert ramp.shape == color_ramp("FFFFFF").shape == (256, 3)


# Labels


def test_labels_are_not_smoothed() -> None:
    """A label image that is scaled down has the color of the background and one for each label."""
    labels = np.zeros((1000, 1000), "uint32")
    labels[:500, :500], labels[500:, 500:] = 1, 70_000

    shown = render_thumbnail(labels, "yx", is_label=True)

    assert len(np.unique(shown.reshape(-1, 3), axis=0)) == 3
    assert shown[-1, 0].max() == 0


def test_labels_have_the_colors_of_their_author() -> None:
    """Labels have the colors of `image-label`, others a default; the background is black."""
    colors = label_colors(np.array([0, 1, 2]), {1: (10, 20, 30, 255)})

    assert colors[0].tolist() == [0, 0, 0]
    assert colors[1].tolist() == [10, 20, 30]
    assert colors[2].max() > 100


def test_consecutive_labels_differ_in_color() -> None:
    """The colors of consecutive labels are far apart."""
    colors = label_colors(np.arange(1, 1000), {}).astype(int)

    assert np.abs(np.diff(colors, axis=0)).sum(axis=1).min() > 60


@pytest.mark.parametrize("dtype", ["uint16", "int64", "float32"])
def test_many_labels_have_the_same_colors_as_few(dtype: str) -> None:
    """A whole plane of labels is colored as a part of it alone."""
    labels = np.random.default_rng(0).integers(0, 3000, (300, 300)).astype(dtype)
    stated = {7: (1, 2, 3, 255)}

    colors = label_colors(labels, stated)

    np.testing.assert_array_equal(colors[:20], label_colors(labels[:20], stated))


@pytest.mark.parametrize(
    ("name", "colors"),
    [
        ("grays", "000000 808080 FFFFFF"),
        ("red", "000000 800000 FF0000"),
        ("magenta", "000000 800080 FF00FF"),
        ("viridis", "440154 21918C FDE725"),
        ("mpl-magma", "000004 B73779 FCFDBF"),
        ("inferno.lut", "000004 BC3754 FCFFA4"),
        ("Plasma", "0D0887 CC4778 F0F921"),
        ("fire.lut", "000000 EB4502 FFFFFF"),
        ("ice.lut", "009C8C D25AF7 E6001B"),
        ("green_fire_blue.lut", "000000 02FF00 FFFFFF"),
        ("hilo.lut", "0000FF 808080 FF0000"),
        ("spectrum.lut", "FF0000 00FCFF FF0000"),
        ("hot", "0B0000 FF5C00 FFFFFF"),
        ("cool", "00FFFF 807FFF FF00FF"),
        ("jet", "000080 7DFF7A 800000"),
        ("turbo", "30123B A4FC3C 7A0403"),
    ],
)
def test_lookup_tables_are_those_of_their_programs(name: str, colors: str) -> None:
    """Darkest, middle and brightest color are those of the tables that matplotlib and ImageJ publish."""
    ramp = named_ramp(name)

    assert ramp is not None
    assert ["".join(f"{value:02X}" for value in ramp[place]) for place in (0, 128, 255)] == colors.split()


def test_every_known_name_leads_to_a_table() -> None:
    """No name that is known is missing from the oldest library that is allowed."""
    assert all(named_ramp(name) is not None for name in KNOWN_TABLES)
