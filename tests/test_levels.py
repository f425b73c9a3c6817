"""Which level, channels and region are read, known before any request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from stored import axes_of

from sitegen.model import Axis, Level, Problem
from sitegen.pixels.axes import AxisPositions, find_axes
from sitegen.pixels.image import ImageInfo, LevelChoice, PictureBudget
from sitegen.pixels.levels import choose_level


def image(*sizes: int, chunk: int = 512, channels: int = 1, **settings: Any) -> ImageInfo:
    """Return a c, y, x image with square levels of these sizes, 16 bits."""
    levels = tuple(
        Level(path=str(i), shape=(channels, size, size), chunks=(1, chunk, chunk)) for i, size in enumerate(sizes)
    )
    return ImageInfo(levels=levels, axes=axes_of("cyx"), dtype="uint16", **settings)


def chosen(subject: ImageInfo, **budget: int) -> LevelChoice:
    """Return what is read of an image."""
    choice = choose_level(subject, PictureBudget(**budget))
    assert isinstance(choice, LevelChoice), choice
    return choice


# ── which level ──────────────────────────────────────────────────────────────────────


def test_one_level_for_both_pictures() -> None:
    """The finest level that a preview can use is read, if it costs as few requests as the thumbnail's."""
    assert chosen(image(8192, 4096, 2048, 1024, 512, 256, chunk=1024)).level == 3


def test_thumbnail_level_where_preview_costs_requests() -> None:
    """A level that would cost many more requests than the thumbnail's is not read for the preview's sake."""
    assert chosen(image(4096, 1024, 256, chunk=128)).level == 2


def test_many_channels_cost_many_requests() -> None:
    """Requests are counted for all channels, so three channels in four chunks each take the coarser level."""
    assert chosen(image(1024, 512, 256, chunk=512, channels=3)).level == 1


def test_coarsest_level_too_small() -> None:
    """Levels smaller than a thumbnail are passed over while a larger one is affordable."""
    assert chosen(image(300, 150, 75)).level == 0


def test_small_level_if_nothing_else_is_affordable() -> None:
    """A tiny level beats none: the large one has chunks of 100 MB."""
    subject = image(8000, 60, chunk=60)
    finest = Level(path="0", shape=(1, 8000, 8000), chunks=(1, 8000, 8000))

    assert chosen(replace(subject, levels=(finest, subject.levels[1]))).level == 1


def test_large_single_level_is_strided() -> None:
    """A single level of 4096 pixels is read whole, every third pixel kept."""
    choice = chosen(image(4096, chunk=1024))

    assert (choice.whole, choice.x.step, len(choice.x)) == (True, 3, 1366)


def test_huge_single_level_is_cut() -> None:
    """Of a single level of 200,000 pixels a region in the middle is read, within 16 requests."""
    choice = chosen(image(200_000, chunk=1024))

    assert not choice.whole
    assert choice.x == choice.y
    assert choice.x.start < 100_000 < choice.x.stop
    assert 1024 <= len(choice.x) <= 2048


def test_impossible_chunk() -> None:
    """A single chunk beyond the guard is a problem, told before any request."""
    problem = choose_level(image(10**9, chunk=10**9), PictureBudget())

    assert isinstance(problem, Problem)
    assert problem.code == "picture-budget"


@pytest.mark.parametrize("shape", [(0, 5, 5), (5,), (), (2**70, 2**70, 2**70)])
def test_hostile_shapes(shape: tuple[int, ...]) -> None:
    """No shape makes the choice fail: each ends with a choice or a problem."""
    level = Level(path="0", shape=shape, chunks=tuple(min(size, 64) for size in shape))

    choice = choose_level(ImageInfo(levels=(level,), dtype="uint8"), PictureBudget())

    assert isinstance(choice, LevelChoice | Problem)


@pytest.mark.parametrize(
    ("axes", "shape", "where", "words"),
    [
        ("cyx", (2, 0, 64), "multiscales/0/axes", "no pixels to show: the array has the shape 2, 0, 64"),
        ("c", (8,), "multiscales/0/axes", "no level has a known shape with two axes of space"),
        ("", (8,), "", "no level has a known shape with two axes of space"),
    ],
)
def test_no_plane(axes: str, shape: tuple[int, ...], where: str, words: str) -> None:
    """An array of no pixels, and one of no plane, have no picture; the words say which, and where it stands."""
    level = Level(path="0", shape=shape, chunks=(1,) * len(shape))
    problem = choose_level(ImageInfo(levels=(level,), axes=axes_of(axes) or None, dtype="uint8"), PictureBudget())

    assert isinstance(problem, Problem)
    assert (problem.code, problem.where) == ("picture-axes", where)
    assert words in problem.message


def test_small_chunks_of_a_huge_shard_count_by_index() -> None:
    """A shard of the whole level costs two requests, not as many as it has chunks."""
    level = Level(path="0", shape=(1, 4000, 4000), chunks=(1, 250, 250), shards=(1, 4000, 4000))
    subject = ImageInfo(levels=(level,), axes=axes_of("cyx"), dtype="uint16")

    assert chosen(subject).whole


# ── axes ─────────────────────────────────────────────────────────────────────────────


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
def test_axes_by_name(names: str, positions: AxisPositions) -> None:
    """Axes are found by their names, whatever their order."""
    assert find_axes(axes_of(names), (9,) * len(names)) == positions


def test_axes_by_type() -> None:
    """Axes of space with other names are z, y, x in their order."""
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
def test_axes_unknown(shape: tuple[int, ...], positions: AxisPositions | None) -> None:
    """Without axes the last two are y and x, unless the last can only be colours."""
    assert find_axes(None, shape) == positions
