"""Plates and labels: each well in its place, each object over its image."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from drawings import blob, gradient
from PIL import Image
from stored import fetched_of, plan_of, write

from sitegen.pixels.image import ImageInfo
from sitegen.render.encoding import EncodedImage
from sitegen.render.montage import FetchedWell, WellPosition, draw_montage, render_montage
from sitegen.render.overlay import draw_overlay, render_overlay


def opened(encoded: EncodedImage | None) -> np.ndarray[Any, Any]:
    """Return the colours of an encoded picture: (y, x, rgb)."""
    assert encoded is not None
    return np.asarray(Image.open(io.BytesIO(encoded.content)).convert("RGB")).astype(int)


def well(place: WellPosition, pixels: np.ndarray[Any, Any]) -> FetchedWell:
    """Return a well whose first field has these pixels."""
    files = write(pixels)
    plan = plan_of(files, "yx")
    return FetchedWell(position=place, plan=plan, fetched=fetched_of(plan, files))


def middle(sheet: np.ndarray[Any, Any], place: WellPosition, rows: int, columns: int) -> np.ndarray[Any, Any]:
    """Return the inner part of a well's place."""
    height, width = sheet.shape[0] / rows, sheet.shape[1] / columns
    top, left = (place[0] + 0.25) * height, (place[1] + 0.25) * width
    return sheet[int(top) : int(top + height / 2), int(left) : int(left + width / 2)]


def test_wells_are_in_their_places() -> None:
    """Red lies in A1, blue in B3; a listed well that was not read is told from a place without one."""
    cells = {(0, 0): Image.new("RGB", (40, 40), "red"), (1, 2): Image.new("RGB", (40, 40), "blue")}

    sheet = opened(draw_montage(cells, rows=2, columns=3, listed={(0, 0), (0, 1), (1, 2)}))

    assert middle(sheet, (0, 0), 2, 3)[..., 0].min() > 200
    assert middle(sheet, (1, 2), 2, 3)[..., 2].min() > 200
    assert middle(sheet, (0, 1), 2, 3).mean() > middle(sheet, (1, 1), 2, 3).mean() + 10


def test_wells_share_their_contrast() -> None:
    """A well with a tenth of the signal is darker than the other, not stretched to the same."""
    wells = [well((0, 0), gradient()), well((0, 1), gradient() // 10)]

    sheet = opened(render_montage(wells, rows=1, columns=2, listed={(0, 0), (0, 1)}).preview)

    assert middle(sheet, (0, 1), 1, 2).mean() < middle(sheet, (0, 0), 1, 2).mean() / 3


def test_large_plates_stay_small() -> None:
    """A plate of 1,536 wells is no larger than the picture may be."""
    picture = draw_montage({}, rows=32, columns=48, listed=())

    assert max(picture.width, picture.height) <= 1024


def test_nothing_read() -> None:
    """A plate of which no well was read is still a map of its wells."""
    rendered = render_montage([], rows=8, columns=12, listed={(0, 0)})

    assert rendered.empty
    assert rendered.preview


def test_labels_lie_over_their_image() -> None:
    """Labels of half the image's size tint what is below them, and leave the rest as it is."""
    ground = np.full((64, 64, 3), 100, "uint8")
    labels = np.zeros((32, 32), "uint16")
    labels[8:16, 8:16] = 5

    shown = draw_overlay(ground, labels, ImageInfo(levels=(), is_label=True, label_colors={5: (255, 0, 0, 255)}))

    assert (shown[:15, :15] == 100).all()
    assert tuple(shown[24, 24]) == (162, 60, 60)
    assert tuple(shown[16, 20]) == (255, 0, 0)


def test_overlay_is_a_preview() -> None:
    """Image and label image make one picture of the preview's size."""
    files = write(blob()), write((blob() > 900).astype("uint8"))
    image, label = plan_of(files[0], "yx"), plan_of(files[1], "yx", is_label=True)

    rendered = render_overlay(image, fetched_of(image, files[0]), label, fetched_of(label, files[1]))

    assert rendered.thumbnail is None
    assert opened(rendered.preview).shape == (256, 256, 3)
