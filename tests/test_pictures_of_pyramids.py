"""Which pixels of a pyramid are drawn: those of a level that suits the picture, as numpy would scale them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from drawn import SIDE, draw, likeness, make_plane
from stores import multiscale, write_group


def enlarge(factor: int) -> np.ndarray[Any, np.dtype[Any]]:
    """Return the plane with each pixel as a square of this side."""
    return np.kron(make_plane(), np.ones((factor, factor), "uint16"))


def write_pyramid(folder: Path, *factors: int, chunk: int = 64) -> Path:
    """Write an image with a level for each factor, the plane enlarged by it; the coarsest comes last."""
    scales = [[factors[0] / factor] * 2 for factor in factors]
    write_group(folder, {"ome": {"version": "0.5", "multiscales": [multiscale("yx", scales)]}})
    for number, factor in enumerate(factors):
        pixels = enlarge(factor)
        chunks = (min(chunk, len(pixels)),) * 2
        array = zarr.create_array(
            folder / str(number), shape=pixels.shape, dtype="uint16", chunks=chunks, dimension_names=["y", "x"]
        )
        array[...] = pixels
    return folder


@pytest.mark.parametrize("factors", [(1,), (2,), (4, 2, 1), (8, 4, 2, 1), (16, 1), (3,), (5, 1)])
def test_every_pyramid_gives_the_same_picture(tmp_path: Path, factors: tuple[int, ...]) -> None:
    """Whatever levels there are, the thumbnail shows the whole plane, upright and in its size."""
    drawn = draw(write_pyramid(tmp_path / "a.zarr", *factors))

    assert drawn.thumbnail.shape == (SIDE, SIDE, 3)
    assert likeness(drawn.gray, make_plane()) > 0.95


@pytest.mark.parametrize("factors", [(8, 4, 2, 1), (4, 2, 1), (16, 8, 4, 2, 1)])
def test_the_shapes_of_all_levels_are_known(tmp_path: Path, factors: tuple[int, ...]) -> None:
    """Those of the levels that were not read follow from the scales."""
    levels = draw(write_pyramid(tmp_path / "a.zarr", *factors)).found.levels

    assert [level.shape for level in levels] == [(SIDE * factor, SIDE * factor) for factor in factors]
    assert [level.scale for level in levels] == [(factors[0] / factor,) * 2 for factor in factors]


def test_bytes_count_every_level(tmp_path: Path) -> None:
    """Decoded, an image of two bytes a pixel in three levels."""
    found = draw(write_pyramid(tmp_path / "a.zarr", 4, 2, 1)).found

    assert found.bytes_uncompressed == 2 * SIDE**2 * (16 + 4 + 1)


@pytest.mark.parametrize(("lost", "left"), [("1", {"0", "2"}), ("2", {"0", "1"})])
def test_a_level_whose_array_is_lost_is_not_drawn(tmp_path: Path, lost: str, left: set[str]) -> None:
    """Another one gives the picture."""
    folder = write_pyramid(tmp_path / "a.zarr", 4, 2, 1)
    (folder / lost / "zarr.json").unlink()
    drawn = draw(folder)

    assert drawn.found.shown
    assert drawn.found.shown.level in left
    assert likeness(drawn.gray, make_plane()) > 0.95


def test_an_image_without_its_finest_level_says_so(tmp_path: Path) -> None:
    """The levels that are there are known, and the error names the one that is not."""
    folder = write_pyramid(tmp_path / "a.zarr", 4, 2, 1)
    (folder / "0" / "zarr.json").unlink()
    found = draw(folder).found

    assert [level.shape for level in found.levels] == [None, (128, 128), (64, 64)]
    assert found.valid is False
    assert "multiscales/0/datasets/0" in [each.where for each in found.problems if each.code == "dataset-missing"]


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_the_size_of_a_pixel_of_the_picture_is_stated(tmp_path: Path, factor: int) -> None:
    """The width of the image is that of its picture times the size of its pixels."""
    found = draw(write_pyramid(tmp_path / "a.zarr", factor)).found
    picture = found.preview or found.thumbnail

    assert picture
    assert found.shown
    assert found.shown.pixel_size is not None
    assert found.shown.pixel_size * picture.width == pytest.approx(SIDE * factor)


@pytest.mark.parametrize(("stored", "width", "height"), [((32, 64), 64, 32), ((64, 16), 16, 64), ((200, 50), 16, 64)])
def test_a_picture_has_the_proportions_of_its_image(
    tmp_path: Path, stored: tuple[int, int], width: int, height: int
) -> None:
    """Its longer side is that of the thumbnail."""
    folder = write_group(tmp_path / "a.zarr", {"ome": {"version": "0.5", "multiscales": [multiscale("yx", [[1, 1]])]}})
    array = zarr.create_array(folder / "0", shape=stored, dtype="uint16", dimension_names=["y", "x"])
    array[...] = np.arange(stored[0] * stored[1]).reshape(stored)
    thumbnail = draw(folder).found.thumbnail

    assert thumbnail
    assert (thumbnail.width, thumbnail.height) == (width, height)


@pytest.mark.parametrize("scale", [(2.0, 1.0), (1.0, 2.0), (0.5, 0.25)])
def test_pixels_that_are_not_square_are_drawn_in_physical_proportion(
    tmp_path: Path, scale: tuple[float, float]
) -> None:
    """An image of 64 by 64 pixels is twice as tall as wide where a pixel is."""
    folder = write_pyramid(tmp_path / "a.zarr", 1)
    write_group(folder, {"ome": {"version": "0.5", "multiscales": [multiscale("yx", [list(scale)])]}})
    thumbnail = draw(folder).found.thumbnail

    assert thumbnail
    assert thumbnail.height / thumbnail.width == pytest.approx(scale[0] / scale[1])
