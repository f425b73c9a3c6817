"""How large pages show pictures: small ones larger, never as blur; of stripes, cards show the middle."""

from __future__ import annotations

import re
from typing import Any

import pytest
from catalogs import change, make_catalog, make_image

from sitegen.model import Axis, Level, Picture, Shown
from sitegen.site.plan import pages

PLANE = (Axis(name="y", type="space"), Axis(name="x", type="space"))


def image(width: int, height: int, plane: tuple[int, int] | None = None, **changes: Any) -> Any:
    """Return a record with a picture of this size; plane: (y, x) of the level that it shows."""
    picture = Picture(path="thumbs/a.webp", width=width, height=height)
    level = Level(path="0", shape=plane or (height, width), chunks=(8, 8))
    return change(
        make_image(), thumbnail=picture, preview=None, axes=PLANE, levels=(level,), shown=Shown(level="0"), **changes
    )


def stage_of(record: Any) -> str:
    """Return the picture on a dataset's page, with its frame."""
    made = {page.path: page.content.decode() for page in pages(make_catalog(record)) if page.path.endswith(".html")}
    return re.split(
        "stage__caption|stage__bar|</figure>", made[f"datasets/{record.id}/index.html"].split("<figure")[1]
    )[0]


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((160, 160), (512, 512)),
        ((128, 96), (512, 384)),
        ((100, 10), (400, 40)),
        ((400, 300), (512, 384)),
        ((512, 80), (512, 80)),
        ((1024, 768), (1024, 768)),
    ],
)
def test_a_small_picture_is_shown_larger(size: tuple[int, int], shown: tuple[int, int]) -> None:
    """512 pixels long, but no more than four times as long as it is; a large one as large as it is."""
    stage = stage_of(image(*size))

    assert f'width="{shown[0]}" height="{shown[1]}"' in stage
    assert ("data-enlarged" in stage) is (size != shown)


def test_a_picture_of_few_pixels_shows_them() -> None:
    """Its file was enlarged already; smoothing would make a blur of it."""
    assert "data-pixels" in stage_of(image(128, 128, plane=(16, 16)))
    assert "data-pixels" not in stage_of(image(160, 160))
    assert "data-pixels" not in stage_of(change(image(128, 128, plane=(16, 16)), axes=None))


@pytest.mark.parametrize(("size", "beside"), [((160, 160), True), ((100, 1024), True), ((1024, 768), False)])
def test_a_narrow_picture_has_its_caption_beside_it(size: tuple[int, int], beside: bool) -> None:
    """Where the ground would be empty."""
    assert ("stage--beside" in stage_of(image(*size))) is beside


@pytest.mark.parametrize(
    ("size", "shape"), [((256, 26), "wide"), ((26, 256), "tall"), ((256, 100), ""), ((256, 256), "")]
)
def test_a_card_shows_the_middle_of_a_stripe(size: tuple[int, int], shape: str) -> None:
    """Else it would be a line."""
    home = next(page.content.decode() for page in pages(make_catalog(image(*size))) if page.path == "index.html")

    assert re.findall(r'data-shape="(\w*)"', home) == [shape] * bool(shape)
