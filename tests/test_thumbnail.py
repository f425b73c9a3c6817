"""Patterns whose pictures are known, drawn as they must be."""

from __future__ import annotations

import io
import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from drawings import blob, drawn, gradient
from PIL import Image
from stored import fetched_of, plan_of, subject_of, write

from sitegen.model import Channel
from sitegen.pixels.decoding import DecodedPlanes
from sitegen.render.channels import is_rgb
from sitegen.render.colormaps import KNOWN_TABLES, color_ramp, label_colors, named_ramp, read_color
from sitegen.render.encoding import EncodedImage, RenderedImages
from sitegen.render.image import render_image
from sitegen.render.scaling import fit
from sitegen.render.supplied import reencode, reencode_if_small

Pixels = np.ndarray[Any, Any]
DARK, BRIGHT = 60, 180


def rendered(pixels: Pixels, axes: str, **settings: Any) -> RenderedImages:
    """Return the pictures of an image of one level."""
    files = write(pixels)
    plan = plan_of(files, axes, **settings)
    return render_image(plan, fetched_of(plan, files))


def opened(encoded: EncodedImage | None) -> Pixels:
    """Return the colours of an encoded picture: (y, x, rgb)."""
    assert encoded is not None
    picture = Image.open(io.BytesIO(encoded.content))
    assert picture.size == (encoded.width, encoded.height)
    return np.asarray(picture.convert("RGB")).astype(int)


def picture(pixels: Pixels, axes: str, **settings: Any) -> Pixels:
    """Return the colours of the thumbnail."""
    return opened(rendered(pixels, axes, **settings).thumbnail)


# ── orientation and shape ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("axes", "turn"), [("yx", False), ("xy", True)])
def test_gradient_runs_along_x(axes: str, turn: bool) -> None:
    """X runs to the right, whatever the order of the axes."""
    shown = picture(gradient().T if turn else gradient(), axes)

    assert shown[:, 20].mean() < DARK < BRIGHT < shown[:, -20].mean()


def test_origin_is_top_left() -> None:
    """The first row and column of the array are at the top left."""
    shown = picture(blob(at=(40, 60)), "yx").sum(axis=2)

    assert np.unravel_index(shown.argmax(), shown.shape) == (pytest.approx(40, abs=8), pytest.approx(60, abs=8))


def test_proportions_are_physical() -> None:
    """Pixels three times as long as wide make a picture three times as high."""
    thumbnail = rendered(gradient(64), "yx", scale=(0.3, 0.1)).thumbnail

    assert thumbnail is not None
    assert thumbnail.height == pytest.approx(3 * thumbnail.width, rel=0.02)


def test_absurd_proportions_are_ignored() -> None:
    """A pixel a thousand times as long as wide would be a stripe, so it is drawn square."""
    thumbnail = rendered(gradient(64), "yx", scale=(1000, 1)).thumbnail

    assert thumbnail is not None
    assert thumbnail.height == thumbnail.width


def test_small_images_are_enlarged_without_smoothing() -> None:
    """32 pixels become 128, each a square of one colour."""
    checkers = (np.indices((32, 32)).sum(axis=0) % 2 * 255).astype("uint8")

    enlarged = fit(Image.fromarray(checkers), 256, None, smooth=True)

    assert enlarged.size == (128, 128)
    assert set(np.unique(np.asarray(enlarged))) == {0, 255}


def test_sizes() -> None:
    """A large image has a thumbnail of 256 pixels and a preview of 1024; a small one needs no preview."""
    large, small = rendered(gradient(1200), "yx"), rendered(gradient(200), "yx")

    assert large.thumbnail
    assert large.preview
    assert (large.thumbnail.width, large.preview.width, small.preview) == (256, 1024, None)


def test_pixel_size_is_that_of_the_preview() -> None:
    """The scale bar is measured on the preview: 1200 pixels of 0.1 µm over 1024."""
    shown = rendered(gradient(1200), "yx", scale=(0.1, 0.1)).shown

    assert shown
    assert (shown.pixel_size, shown.unit) == (pytest.approx(0.1 * 1200 / 1024), "micrometer")


@pytest.mark.parametrize("size", [900, 1100])
def test_thumbnail_by_way_of_the_preview(size: int) -> None:
    """A thumbnail that is scaled from the preview looks like one that is scaled from the whole."""
    whole = Image.fromarray(np.random.default_rng(0).integers(0, 256, (size // 16, size // 16), "uint8"))
    whole = whole.resize((size, size)).convert("RGB")

    thumbnail = opened(rendered(np.moveaxis(np.asarray(whole), -1, 0), "cyx").thumbnail)

    direct = np.asarray(whole.resize((256, 256), Image.Resampling.HAMMING)).astype(int)
    assert np.abs(thumbnail.mean(axis=2) - direct.mean(axis=2)).mean() < 4  # 3.3 of it are WebP's


def test_same_pixels_same_bytes() -> None:
    """Rendering twice gives the same bytes, and goes to another process and back."""
    first, second = rendered(blob(), "yx"), rendered(blob(), "yx")

    assert first == second == pickle.loads(pickle.dumps(first))


# ── colours ──────────────────────────────────────────────────────────────────────────


def test_author_colour() -> None:
    """A channel is drawn in its author's colour."""
    shown = drawn(gradient(), channels=[Channel(color="ff8000")])

    assert tuple(shown[0, -1]) == (255, 128, 0)


def test_inverted() -> None:
    """An inverted channel is bright where little was measured."""
    shown = drawn(gradient(), channels=[Channel(inverted=True)])

    assert shown[:, 0].min() > 245
    assert shown[:, -1].max() < 10


def test_lookup_table_replaces_the_colour() -> None:
    """A known lookup table is used; of an unknown one the colour."""
    fire = drawn(gradient(), channels=[Channel(color="0000FF", lut="fire.lut")])
    unknown = drawn(gradient(), channels=[Channel(color="0000FF", lut="our_own.lut")])

    assert tuple(fire[0, -1]) == (255, 255, 255)
    assert tuple(unknown[0, -1]) == (0, 0, 255)


def test_grayscale() -> None:
    """The author's grayscale model shows one channel in gray."""
    shown = picture(np.stack([gradient(), blob()]), "cyx", grayscale=True, channels=(Channel(color="00FF00"),) * 2)

    assert np.ptp(shown, axis=2).max() < 8


def test_two_channels_without_colours() -> None:
    """Two channels are green and magenta: where both are bright it is white."""
    shown = drawn(gradient(), gradient())

    assert tuple(shown[0, -1]) == (255, 255, 255)


def test_white_for_all_says_nothing() -> None:
    """Several channels that are all white take the colours of channels without any."""
    white = [Channel(color="FFFFFF")] * 2

    assert tuple(drawn(blob(), blob(at=(40, 40)), channels=white)[40, 40]) == (255, 0, 255)


@pytest.mark.parametrize("count", [4, 5, 6, 7, 8])
def test_every_channel_is_seen(count: int) -> None:
    """Each of up to eight channels shows its own spot, in a colour of its own."""
    places = [(40 + 60 * (i // 4), 30 + 60 * (i % 4)) for i in range(count)]

    shown = drawn(*(blob(at=at) for at in places))

    colors = [tuple(shown[at]) for at in places]
    assert len(set(colors)) == count
    assert min(max(color) for color in colors) > 150


def test_nine_channels() -> None:
    """Of more than eight channels the first eight are drawn, and that is said."""
    shown = rendered(np.stack([blob()] * 9), "cyx").shown

    assert shown
    assert len(shown.channels) == 8
    assert "8 of 9 channels" in shown.how


def test_transmitted_light_is_a_grey_ground() -> None:
    """Beside fluorescence a bright-field channel without a colour is grey, so that it does not drown the others."""
    bright_field = 5000 - blob(at=(60, 60))

    shown = drawn(bright_field, blob(at=(180, 180)))

    assert np.ptp(shown[230, 20]) == 0
    assert 90 < shown[230, 20, 0] < 200
    assert shown[180, 180, 1] > shown[180, 180, 0]


def test_sum_is_clipped() -> None:
    """Colours add up to white at most; they never wrap round."""
    yellow = [Channel(color="FFFF00")] * 2

    assert tuple(drawn(gradient(), gradient(), channels=yellow)[0, -1]) == (255, 255, 0)


def test_empty_channel_adds_nothing() -> None:
    """A channel with one value everywhere does not veil the others."""
    shown = drawn(gradient(), np.full((256, 256), 9, "uint16"))

    assert tuple(shown[0, 0]) == (0, 0, 0)


def test_shown_says_colours_and_windows() -> None:
    """The legend has the channels that are mixed, with the colour and window used."""
    channels = (Channel(label="DAPI", color="0000ff", window=(0, 500)), Channel(active=False), Channel(label="GFP"))

    shown = rendered(np.stack([gradient()] * 3), "cyx", channels=channels).shown

    assert shown
    assert [(c.label, c.color) for c in shown.channels] == [("DAPI", "0000FF"), ("GFP", "FF00FF")]
    assert shown.channels[0].window == (0, 500)


@pytest.mark.parametrize("axes", ["cyx", "yxc"])
def test_photograph(axes: str) -> None:
    """Three channels of bytes without description are a photograph, shown as it is."""
    photo = np.zeros((3, 64, 64), "uint8") + np.array([200, 120, 90], "uint8")[:, None, None]

    shown = picture(photo if axes == "cyx" else np.moveaxis(photo, 0, -1), axes)

    assert shown.mean(axis=(0, 1)) == pytest.approx([200, 120, 90], abs=4)


@pytest.mark.parametrize(
    ("colors", "window", "photograph"),
    [
        (("FF0000", "00FF00", "0000FF"), (0, 255), True),
        (("FF0000", "00FF00", "0000FF"), (10, 90), False),
        (("0000FF", "00FF00", "FF0000"), (0, 255), False),
        ((None, None, None), None, True),
    ],
)
def test_photograph_by_its_channels(colors: Sequence[str], window: tuple[float, float], photograph: bool) -> None:
    """Channels that are described make a photograph only as red, green and blue in full."""
    channels = tuple(Channel(label="x", color=color, window=window) for color in colors)
    data = np.zeros((3, 8, 8), "uint8")

    verdict = is_rgb(
        DecodedPlanes(data=data, channels=(0, 1, 2), empty=False), subject_of(write(data), "cyx", channels=channels)
    )

    assert verdict == photograph


def test_colours_are_read_as_written() -> None:
    """`#` and three digits are read; anything else is none."""
    assert read_color("#0f8") == read_color("00FF88") == (0, 255, 136)
    assert read_color("16711680") is None
    assert read_color("red") is None


@pytest.mark.parametrize("name", ["grays", "fire.lut", "Viridis", "GREY.LUT", "cool.lut"])
def test_lookup_tables(name: str) -> None:
    """Names are known with and without suffix, in any case."""
    ramp = named_ramp(name)

    assert ramp is not None
    assert ramp.shape == color_ramp("FFFFFF").shape == (256, 3)


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


# ── labels ───────────────────────────────────────────────────────────────────────────


def test_labels_are_not_mixed() -> None:
    """A label image keeps its colours when it is scaled down: the background's and one for each label."""
    labels = np.zeros((1000, 1000), "uint32")
    labels[:500, :500], labels[500:, 500:] = 1, 70_000

    shown = picture(labels, "yx", is_label=True)

    assert len(np.unique(shown.reshape(-1, 3), axis=0)) == 3
    assert shown[-1, 0].max() == 0


def test_author_label_colours() -> None:
    """Labels take the colours of `image-label`; others keep one of ours, the background black."""
    colors = label_colors(np.array([0, 1, 2]), {1: (10, 20, 30, 255)})

    assert colors[0].tolist() == [0, 0, 0]
    assert colors[1].tolist() == [10, 20, 30]
    assert colors[2].max() > 100


def test_neighbouring_labels_differ() -> None:
    """Labels that follow one another are far apart in colour."""
    colors = label_colors(np.arange(1, 1000), {}).astype(int)

    assert np.abs(np.diff(colors, axis=0)).sum(axis=1).min() > 60


@pytest.mark.parametrize("dtype", ["uint16", "int64", "float32"])
def test_many_labels_take_the_same_colours_as_few(dtype: str) -> None:
    """A whole plane of labels is coloured as each of them would be alone."""
    labels = np.random.default_rng(0).integers(0, 3000, (300, 300)).astype(dtype)
    stated = {7: (1, 2, 3, 255)}

    colors = label_colors(labels, stated)

    np.testing.assert_array_equal(colors[:20], label_colors(labels[:20], stated))


# ── supplied thumbnails ──────────────────────────────────────────────────────────────


def saved(picture: Image.Image, kind: str, **settings: Any) -> bytes:
    """Return a picture's bytes."""
    out = io.BytesIO()
    picture.save(out, kind, **settings)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_supplied_thumbnail(kind: str) -> None:
    """A supplied picture becomes one of ours."""
    result = reencode(saved(Image.new("RGB", (600, 300), (200, 30, 30)), kind))

    assert result.thumbnail
    assert (result.thumbnail.width, result.thumbnail.height) == (256, 128)
    assert opened(result.thumbnail).mean(axis=(0, 1)) == pytest.approx([200, 30, 30], abs=6)


@pytest.mark.parametrize(
    "supplied",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        saved(Image.new("RGB", (60, 60)), "TIFF"),
        saved(Image.new("RGB", (60, 60)), "PNG")[:50],
        saved(Image.new("1", (20_000, 20_000)), "PNG"),
    ],
    ids=["nothing", "SVG", "TIFF", "cut short", "bomb"],
)
def test_hostile_thumbnail(supplied: bytes) -> None:
    """Other formats, broken files and too many pixels are a problem, without a picture."""
    result = reencode(supplied)

    assert result.thumbnail is None
    assert [problem.code for problem in result.problems] == ["thumbnail-unreadable"]


@pytest.mark.parametrize(
    ("side", "kind", "settings", "drawn"),
    [
        (2048, "PNG", {}, True),
        (2100, "PNG", {}, False),
        (2100, "WEBP", {}, False),
        (2100, "JPEG", {}, True),
        (2100, "JPEG", {"progressive": True}, False),
        (4200, "JPEG", {}, False),
    ],
)
def test_large_thumbnails(side: int, kind: str, settings: dict[str, Any], drawn: bool) -> None:
    """Four million pixels are read; more take hundreds of megabytes unless they are reduced while they are read."""
    result = reencode(saved(Image.new("RGB", (side, side)), kind, **settings))

    assert (result.thumbnail is not None) is drawn


def test_what_a_large_thumbnail_has_and_may_have_is_said() -> None:
    """Its owner learns both."""
    supplied = saved(Image.new("L", (4000, 3000)), "PNG")
    (problem,) = reencode(supplied).problems

    assert f"4,000 x 3,000 pixels in {len(supplied):,} bytes; at most 4,200,000 pixels" in problem.message
    assert "200 kB" in problem.message


@pytest.mark.parametrize(("side", "small"), [(1024, True), (1025, False)])
def test_large_thumbnails_are_told_apart(side: int, small: bool) -> None:
    """They are drawn one at a time."""
    result = reencode_if_small(saved(Image.new("L", (side, side)), "PNG"), thumbnail_px=256, preview_px=1024)

    assert (result is not None) is small


def test_a_small_thumbnail_may_be_broken() -> None:
    """What cannot be opened is a problem at once."""
    result = reencode_if_small(b"", thumbnail_px=256, preview_px=1024)

    assert result
    assert [problem.code for problem in result.problems] == ["thumbnail-unreadable"]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_thumbnail_of_any_mode_is_reduced(mode: str) -> None:
    """Black stays black, in half the size and fewer bits."""
    result = reencode(saved(Image.new(mode, (2000, 1000)), "PNG"), preview_px=512)

    assert result.preview
    assert (result.preview.width, result.preview.height) == (512, 256)
    assert opened(result.preview).max() < 8


def test_a_reduced_thumbnail_is_upright() -> None:
    """Its orientation is that of the whole picture."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it to the right
    left_red = Image.new("RGB", (2000, 1000), (200, 0, 0))
    left_red.paste((0, 0, 200), (1000, 0, 2000, 1000))
    shown = opened(reencode(saved(left_red, "PNG", exif=exif)).thumbnail)

    assert shown.shape == (256, 128, 3)
    assert shown[20, 60, 0] > 180
    assert shown[-20, 60, 2] > 180


def test_transparency_is_black() -> None:
    """Transparent pixels take the ground that pictures stand on."""
    result = reencode(saved(Image.new("RGBA", (64, 64), (255, 255, 255, 0)), "PNG"))

    assert opened(result.thumbnail).max() < 8
