"""Which level, channels and region are read, and which axis is which."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from stored_images import make_axes

from sitegen.model import Axis, Level, Problem
from sitegen.pixels.axes import AxisPositions, find_axes
from sitegen.pixels.image import ImageInfo, LevelChoice, PictureBudget
from sitegen.pixels.levels import choose_level


def image(*sizes: int, chunk: int = 512, channels: int = 1, **settings: Any) -> ImageInfo:
    """Return a c, y, x image with square levels of these sizes, 16 bits."""
    levels = tuple(
        Level(path=str(i), shape=(channels, size, size), chunks=(1, chunk, chunk)) for i, size in enumerate(sizes)
    )
    return ImageInfo(levels=levels, axes=make_axes("cyx"), dtype="uint16", **settings)


def choose(info: ImageInfo, **budget: int) -> LevelChoice:
    """Return what is read of an image."""
    choice = choose_level(info, PictureBudget(**budget))
    assert isinstance(choice, LevelChoice), choice
    return choice


# Which level


def test_the_level_of_a_preview_is_read_if_it_is_cheap() -> None:
    """The finest level that a preview can use is read if it costs as few requests as that of the thumbnail."""
    assert choose(image(8192, 4096, 2048, 1024, 512, 256, chunk=1024)).level == 3


def test_the_level_of_a_thumbnail_is_read_if_finer_ones_cost_requests() -> None:
    """A level that would cost many more requests than that of the thumbnail is not read."""
    assert choose(image(4096, 1024, 256, chunk=128)).level == 2


def test_requests_are_counted_for_all_channels() -> None:
    """Of an image with three channels in four chunks each, the coarser level is read."""
    assert choose(image(1024, 512, 256, chunk=512, channels=3)).level == 1


def test_a_level_below_the_size_of_a_thumbnail_is_not_read() -> None:
    """Levels smaller than a thumbnail are skipped while a larger one is within the budget."""
    assert choose(image(300, 150, 75)).level == 0


def test_a_small_level_is_read_if_no_other_is_within_the_budget() -> None:
    """A tiny level is read where the large one has chunks of 100 MB."""
    info = image(8000, 60, chunk=60)
    finest = Level(path="0", shape=(1, 8000, 8000), chunks=(1, 8000, 8000))

    assert choose(replace(info, levels=(finest, info.levels[1]))).level == 1


def test_a_large_single_level_is_read_with_a_stride() -> None:
    """Of a single level of 4,096 pixels every third pixel is kept."""
    choice = choose(image(4096, chunk=1024))

    assert (choice.whole, choice.x.step, len(choice.x)) == (True, 3, 1366)


def test_a_region_of_a_huge_single_level_is_read() -> None:
    """Of a single level of 200,000 pixels a region in the middle is read, within 16 requests."""
    choice = choose(image(200_000, chunk=1024))

    assert not choice.whole
    assert choice.x == choice.y
    assert choice.x.start < 100_000 < choice.x.stop
    assert 1024 <= len(choice.x) <= 2048


def test_a_chunk_above_the_limit_is_a_problem() -> None:
    """A chunk that is larger than the budget allows is reported before any request."""
    problem = choose_level(image(10**9, chunk=10**9), PictureBudget())

    assert isinstance(problem, Problem)
    assert problem.code == "picture-budget"


@pytest.mark.parametrize("shape", [(0, 5, 5), (5,), (), (2**70, 2**70, 2**70)])
def test_any_shape_gives_a_choice_or_a_problem(shape: tuple[int, ...]) -> None:
    """Shapes with zeros, without a plane, or of huge sizes raise no exception."""
    level = Level(path="0", shape=shape, chunks=tuple(min(size, 64) for size in shape))

    choice = choose_level(ImageInfo(levels=(level,), dtype="uint8"), PictureBudget())

    assert isinstance(choice, LevelChoice | Problem)


@pytest.mark.parametrize(
    ("axes", "shape", "where", "words"),
    [
        ("cyx", (2, 0, 64), "multiscales/0/axes", "no pixels to show: the array has the shape 2, 0, 64"),
        ("c", (8,), "multiscales/0/axes", "no level has a known shape with two space axes"),
        ("", (8,), "", "no level has a known shape with two space axes"),
    ],
)
def test_an_image_without_a_plane_is_a_problem(axes: str, shape: tuple[int, ...], where: str, words: str) -> None:
    """The message says whether there are no pixels or no plane, and names the place in the metadata."""
    level = Level(path="0", shape=shape, chunks=(1,) * len(shape))
    problem = choose_level(ImageInfo(levels=(level,), axes=make_axes(axes) or None, dtype="uint8"), PictureBudget())

    assert isinstance(problem, Problem)
    assert (problem.code, problem.where) == ("picture-axes", where)
    assert words in problem.message


def test_a_huge_shard_costs_two_requests() -> None:
    """The chunks of a shard are read by its index, so that their number does not count as requests."""
    level = Level(path="0", shape=(1, 4000, 4000), chunks=(1, 250, 250), shards=(1, 4000, 4000))
    info = ImageInfo(levels=(level,), axes=make_axes("cyx"), dtype="uint16")

    assert choose(info).whole


# Axes


@pytest.mark.parametrize(
    ("names", "positions"),
    [
        ("tczyx", AxisPositions(t=0, c=1, z=2, y=3, x=4)),
        ("cxyz", AxisPositions(c=0, x=1, y=2, z=3)),
        ("TCZYX", AxisPositions(t=0, c=1, z=2, y=3, x=4)),
        ("xy", AxisPositions(x=0, y=1)),
        ("yxc", AxisPositions(y=0, x=1, c=2)),
        ("zyxq", AxisPositions(z=0, y=1, x=2)),
        ("zx", AxisPositions(y=0, x=1)),
    ],
)
def test_axes_are_found_by_name(names: str, positions: AxisPositions) -> None:
    """Axes are found by their names, whatever their order."""
    assert find_axes(make_axes(names), (9,) * len(names)) == positions


def test_axes_are_found_by_type() -> None:
    """Axes of space with other names are z, y and x in their order."""
    axes = [Axis(name=name, type="space") for name in ("depth", "height", "width")]

    assert find_axes(axes, (9, 9, 9)) == AxisPositions(z=0, y=1, x=2)


@pytest.mark.parametrize(
    ("shape", "positions"),
    [
        ((9, 9), AxisPositions(y=0, x=1)),
        ((9, 9, 3), AxisPositions(y=0, x=1, c=2)),
        ((9, 9, 9, 9), AxisPositions(c=0, z=1, y=2, x=3)),
        ((9,), None),
    ],
)
def test_unknown_axes_are_found_by_rank(shape: tuple[int, ...], positions: AxisPositions | None) -> None:
    """Without axes the last two are y and x, unless the last one has three or four colors."""
    assert find_axes(None, shape) == positions
