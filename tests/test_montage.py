"""Montages of plates, and labels over their image."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image
from stored_images import fetch, make_plan, write
from synthetic_planes import blob, gradient, open_picture

from sitegen.pixels.image import ImageInfo
from sitegen.render.montage import draw_montage, render_montage
from sitegen.render.overlay import draw_overlay, render_overlay
from sitegen.render.values import FetchedWell, WellPosition


def well(position: WellPosition, pixels: np.ndarray[Any, Any]) -> FetchedWell:
    """Return a well whose first field has these pixels."""
    files = write(pixels)
    plan = make_plan(files, "yx")
    return FetchedWell(position=position, plan=plan, fetched=fetch(plan, files))


def middle(picture: np.ndarray[Any, Any], position: WellPosition, rows: int, columns: int) -> np.ndarray[Any, Any]:
    """Return the inner part of a well."""
    height, width = picture.shape[0] / rows, picture.shape[1] / columns
    top, left = (position[0] + 0.25) * height, (position[1] + 0.25) * width
    return picture[int(top) : int(top + height / 2), int(left) : int(left + width / 2)]


def test_wells_are_in_their_positions() -> None:
    """Red is in A1, blue in B3; a listed well that was not read differs from one that is not listed."""
    cells = {(0, 0): Image.new("RGB", (40, 40), "red"), (1, 2): Image.new("RGB", (40, 40), "blue")}

    picture = open_picture(draw_montage(cells, rows=2, columns=3, listed={(0, 0), (0, 1), (1, 2)}))

    assert middle(picture, (0, 0), 2, 3)[..., 0].min() > 200
    assert middle(picture, (1, 2), 2, 3)[..., 2].min() > 200
    assert middle(picture, (0, 1), 2, 3).mean() > middle(picture, (1, 1), 2, 3).mean() + 10


def test_wells_share_their_contrast() -> None:
    """A well with a tenth of the signal is darker than the other."""
    wells = [well((0, 0), gradient()), well((0, 1), gradient() // 10)]

    picture = open_picture(render_montage(wells, rows=1, columns=2, listed={(0, 0), (0, 1)}).preview)

    assert middle(picture, (0, 1), 1, 2).mean() < middle(picture, (0, 0), 1, 2).mean() / 3


def test_large_plates_stay_small() -> None:
    """The montage of 1,536 wells is at most 1,024 pixels wide."""
    picture = draw_montage({}, rows=32, columns=48, listed=())

    assert max(picture.width, picture.height) <= 1024


def test_a_plate_of_which_no_well_was_read_is_drawn() -> None:
    """The montage then shows which wells are listed."""
    rendered = render_montage([], rows=8, columns=12, listed={(0, 0)})

    assert rendered.empty
    assert rendered.preview


def test_labels_are_drawn_over_their_image() -> None:
    """Labels of half the size of the image tint the pixels below them, and no others."""
    background = np.full((64, 64, 3), 100, "uint8")
    labels = np.zeros((32, 32), "uint16")
    labels[8:16, 8:16] = 5

    shown = draw_overlay(background, labels, ImageInfo(levels=(), is_label=True, label_colors={5: (255, 0, 0, 255)}))

    assert (shown[:15, :15] == 100).all()
    assert tuple(shown[24, 24]) == (162, 60, 60)
    assert tuple(shown[16, 20]) == (255, 0, 0)


def test_an_overlay_has_a_preview_alone() -> None:
    """Image and label image make one picture of the size of a preview."""
    files = write(blob()), write((blob() > 900).astype("uint8"))
    image, label = make_plan(files[0], "yx"), make_plan(files[1], "yx", is_label=True)

    rendered = render_overlay(image, fetch(image, files[0]), label, fetch(label, files[1]))

    assert rendered.thumbnail is None
    assert open_picture(rendered.preview).shape == (256, 256, 3)
