"""A supplied thumbnail becomes a picture of the catalog, or a problem."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from synthetic_planes import open_picture

from sitegen.render.supplied import reencode, reencode_if_small


def save(picture: Image.Image, kind: str, **settings: Any) -> bytes:
    """Return a picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **settings)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_supplied_thumbnail_is_reencoded(kind: str) -> None:
    """A supplied picture of any format becomes a thumbnail."""
    result = reencode(save(Image.new("RGB", (600, 300), (200, 30, 30)), kind))

    assert result.thumbnail
    assert (result.thumbnail.width, result.thumbnail.height) == (256, 128)
    assert open_picture(result.thumbnail).mean(axis=(0, 1)) == pytest.approx([200, 30, 30], abs=6)


@pytest.mark.parametrize(
    "supplied",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        save(Image.new("RGB", (60, 60)), "TIFF"),
        save(Image.new("RGB", (60, 60)), "PNG")[:50],
        save(Image.new("1", (20_000, 20_000)), "PNG"),
    ],
    ids=["nothing", "SVG", "TIFF", "cut short", "bomb"],
)
def test_an_unusable_thumbnail_is_a_problem(supplied: bytes) -> None:
    """Other formats, truncated files and too many pixels give a problem and no picture."""
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
def test_the_pixels_of_a_thumbnail_are_limited(side: int, kind: str, settings: dict[str, Any], drawn: bool) -> None:
    """Four million pixels are read, more only of a JPEG that is reduced while it is decoded."""
    result = reencode(save(Image.new("RGB", (side, side)), kind, **settings))

    assert (result.thumbnail is not None) is drawn


def test_the_size_and_the_limit_of_a_large_thumbnail_are_stated() -> None:
    """The message has the pixels and bytes of the thumbnail, the limit, and a recommendation."""
    supplied = save(Image.new("L", (4000, 3000)), "PNG")
    (problem,) = reencode(supplied).problems

    assert f"4,000 x 3,000 pixels in {len(supplied):,} bytes; at most 4,200,000 pixels" in problem.message
    assert "200 kB" in problem.message


@pytest.mark.parametrize(("side", "small"), [(1024, True), (1025, False)])
def test_a_large_thumbnail_is_left_to_reencode(side: int, small: bool) -> None:
    """`reencode_if_small` returns None for a picture of more than a megapixel."""
    result = reencode_if_small(save(Image.new("L", (side, side)), "PNG"), thumbnail_px=256, preview_px=1024)

    assert (result is not None) is small


def test_an_invalid_small_thumbnail_is_a_problem() -> None:
    """A file that cannot be opened counts as small, and is a problem."""
    result = reencode_if_small(b"", thumbnail_px=256, preview_px=1024)

    assert result
    assert [problem.code for problem in result.problems] == ["thumbnail-unreadable"]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_thumbnail_of_any_mode_is_reduced(mode: str) -> None:
    """A black picture of any mode is reduced to a black one."""
    result = reencode(save(Image.new(mode, (2000, 1000)), "PNG"), preview_px=512)

    assert result.preview
    assert (result.preview.width, result.preview.height) == (512, 256)
    assert open_picture(result.preview).max() < 8


def test_a_reduced_thumbnail_is_upright() -> None:
    """The orientation of the EXIF metadata is applied."""
    exif = Image.Exif()
    exif[0x0112] = 6  # rotated by 90° clockwise
    left_red = Image.new("RGB", (2000, 1000), (200, 0, 0))
    left_red.paste((0, 0, 200), (1000, 0, 2000, 1000))
    shown = open_picture(reencode(save(left_red, "PNG", exif=exif)).thumbnail)

    assert shown.shape == (256, 128, 3)
    assert shown[20, 60, 0] > 180
    assert shown[-20, 60, 2] > 180


def test_transparency_is_black() -> None:
    """Transparent pixels have the black background of all pictures."""
    result = reencode(save(Image.new("RGBA", (64, 64), (255, 255, 255, 0)), "PNG"))

    assert open_picture(result.thumbnail).max() < 8
