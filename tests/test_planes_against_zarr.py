"""The plane that a picture is made of is the one that zarr and numpy select, for any layout of the array."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import zarr
import zarr.codecs
from hypothesis import given, settings
from hypothesis import strategies as st
from stored_images import Files, fetch, make_axes, make_plan, remove, write

from sitegen.model import Axis, Channel, Level, Problem
from sitegen.pixels.axes import AxisPositions, find_axes
from sitegen.pixels.decoding import DecodedPlanes, decode_planes
from sitegen.pixels.image import ImageInfo, LevelChoice, PictureBudget
from sitegen.pixels.levels import choose_channels, choose_level
from sitegen.pixels.selection import alternative_z, chunk_indices, count_chunks, plane_indices, select_plane

Pixels = np.ndarray[Any, np.dtype[Any]]


def read(files: Files, axes: str, **options: Any) -> DecodedPlanes:
    """Return the plane of an image of one level."""
    plan = make_plan(files, axes, **options)
    planes = decode_planes(plan, fetch(plan, files))
    assert isinstance(planes, DecodedPlanes), planes
    return planes


def select(pixels: Pixels, axes: str, *, z: int, t: int = 0) -> Pixels:
    """Return with numpy alone the plane (c, y, x) of an array with these axes."""
    index = {"z": z, "t": t}
    for name in "tz":
        if name in axes:
            pixels = np.take(pixels, index[name], axis=axes.index(name))
            axes = axes.replace(name, "")
    if "c" not in axes:
        pixels, axes = pixels[np.newaxis], f"c{axes}"
    return pixels.transpose([axes.index(name) for name in "cyx"])


@st.composite
def layouts(draw: st.DrawFn) -> tuple[str, Pixels, Mapping[str, Any]]:
    """Draw axes in any order, pixels, and how zarr stores them."""
    names = "yx" + "".join(sorted(draw(st.sets(st.sampled_from("tcz")))))
    axes = "".join(draw(st.permutations(names)))
    shape = tuple(draw(st.integers(1, 9)) if name in "yx" else draw(st.integers(1, 4)) for name in axes)
    pixels = np.random.default_rng(draw(st.integers(0, 99))).integers(0, 100, shape)
    pixels = pixels.astype(draw(st.sampled_from(["uint8", "int16", ">u2", "uint32", "float32", ">f8"])))
    chunks = tuple(draw(st.integers(1, size + 2)) for size in shape)
    stored: dict[str, Any] = {"chunks": chunks, "zarr_format": draw(st.sampled_from([2, 3]))}
    if stored["zarr_format"] == 2:
        stored["order"] = draw(st.sampled_from("CF"))
    elif draw(st.booleans()):
        stored["shards"] = tuple(size * draw(st.integers(1, 3)) for size in chunks)
    elif draw(st.booleans()):
        stored["filters"] = zarr.codecs.TransposeCodec(order=tuple(draw(st.permutations(range(len(shape))))))
    return axes, pixels, stored


@settings(max_examples=150)
@given(layouts(), st.integers(0, 3), st.integers(0, 3), st.sampled_from([4, 64, 500]))
def test_any_plane_of_any_layout(
    layout: tuple[str, Pixels, Mapping[str, Any]], z: int, t: int, max_requests: int
) -> None:
    """Axes, chunks, shards, order and byte order never change which pixels are shown.

    The plane is whole, with all channels, unless that costs too many requests: 500 are enough for four channels of
    9 × 9 chunks. Otherwise fewer channels are read, or one region in the middle.
    """
    axes, pixels, stored = layout
    size = {name: pixels.shape[axes.index(name)] if name in axes else 1 for name in "zt"}
    z, t = min(z, size["z"] - 1), min(t, size["t"] - 1)
    files, budget = write(pixels, **stored), PictureBudget(max_requests=max_requests, region_requests=max_requests)
    plan = make_plan(files, axes, budget, default_z=z, default_t=t)
    planes, choice = decode_planes(plan, fetch(plan, files)), plan.level_choice
    assert isinstance(planes, DecodedPlanes), planes
    expected = select(pixels, axes, z=z, t=t)

    np.testing.assert_array_equal(planes.data, expected[np.ix_(choice.channels, choice.y, choice.x)])
    assert planes.data.shape == expected.shape or max_requests < 500
    assert choice.whole is (planes.data.shape[1:] == expected.shape[1:])
    assert len(files.asked) <= max_requests


def test_the_middle_of_a_plane_of_too_many_chunks() -> None:
    """Of 8 × 9 chunks of one pixel, 72 requests, 4 × 4 are read: at most 16 for a region."""
    pixels = np.arange(72, dtype="uint8").reshape(8, 9)
    files = write(pixels, chunks=(1, 1), zarr_format=2)
    planes = read(files, "yx")

    np.testing.assert_array_equal(planes.data[0], pixels[2:6, 2:6])
    assert len(files.asked) == 16


@settings(max_examples=60)
@given(st.data())
def test_chunks_that_are_lost_have_the_fill_value(data: st.DataObject) -> None:
    """All other pixels are as zarr gives them back, and zarr has the fill value there, too."""
    chunk, fill = data.draw(st.integers(2, 6)), data.draw(st.integers(0, 9))
    pixels = np.random.default_rng(0).integers(10, 99, (12, 12)).astype("uint8")
    files = write(pixels, chunks=(chunk, chunk), fill_value=fill)
    keys = sorted(key for key in files.objects if key.startswith("c/"))
    lost = data.draw(st.sets(st.sampled_from(keys), max_size=len(keys) - 1))
    expected = pixels.copy()
    for key in lost:
        y, x = (chunk * int(part) for part in key.split("/")[1:])
        expected[y : y + chunk, x : x + chunk] = fill

    planes = read(remove(files, *lost), "yx")

    np.testing.assert_array_equal(planes.data[0], expected)
    assert planes.fill == (fill if lost else None)


@pytest.mark.parametrize(
    ("axes", "places"),
    [
        ("tczyx", {"t": 0, "c": 1, "z": 2, "y": 3, "x": 4}),
        ("xyzct", {"x": 0, "y": 1, "z": 2, "c": 3, "t": 4}),
        ("TCZYX", {"t": 0, "c": 1, "z": 2, "y": 3, "x": 4}),
        ("qyx", {"y": 1, "x": 2}),
        ("yx", {"y": 0, "x": 1}),
        ("zx", {"y": 0, "x": 1}),
        ("zy", {"y": 1, "x": 0}),
    ],
)
def test_axes_are_found_by_name(axes: str, places: dict[str, int]) -> None:
    """Case does not matter; an axis z is x or y where there is no other."""
    assert find_axes(make_axes(axes), [4] * len(axes)) == AxisPositions(**places)


@pytest.mark.parametrize(
    ("types", "places"),
    [
        (["space", "space"], {"y": 0, "x": 1}),
        (["channel", "space", "space"], {"c": 0, "y": 1, "x": 2}),
        (["time", "space", "space", "space"], {"t": 0, "z": 1, "y": 2, "x": 3}),
        (["Space ", "SPACE", "Channel"], {"y": 0, "x": 1, "c": 2}),
    ],
)
def test_axes_without_known_names_are_found_by_type(types: list[str], places: dict[str, int]) -> None:
    """The last two space axes are y and x."""
    axes = [Axis(name=f"dim{number}", type=kind) for number, kind in enumerate(types)]

    assert find_axes(axes, [4] * len(axes)) == AxisPositions(**places)


@pytest.mark.parametrize(
    ("shape", "places"),
    [
        ((9, 9), {"y": 0, "x": 1}),
        ((9, 9, 3), {"y": 0, "x": 1, "c": 2}),
        ((9, 9, 4), {"y": 0, "x": 1, "c": 2}),
        ((9, 9, 5), {"z": 0, "y": 1, "x": 2}),
        ((3, 9, 3), {"z": 0, "y": 1, "x": 2}),
        ((2, 9, 9, 9), {"c": 0, "z": 1, "y": 2, "x": 3}),
        ((2, 2, 9, 9, 9), {"t": 0, "c": 1, "z": 2, "y": 3, "x": 4}),
        ((7, 2, 2, 9, 9, 9), {"t": 1, "c": 2, "z": 3, "y": 4, "x": 5}),
    ],
)
def test_axes_that_nobody_names(shape: tuple[int, ...], places: dict[str, int]) -> None:
    """The order of the first versions is t, c, z, y, x; three or four values at the end of each pixel are colors."""
    assert find_axes(None, shape) == AxisPositions(**places)
    assert find_axes(make_axes("yxc"[: len(shape) - 1]), shape) == AxisPositions(**places)


@pytest.mark.parametrize("axes", ["", "x", "t", "tc", "cy", "tcx", "qr"])
def test_no_plane_without_two_axes_of_space(axes: str) -> None:
    """Such an array is not drawn."""
    assert find_axes(make_axes(axes), [4] * len(axes)) is None


@given(st.integers(0, 40), st.integers(1, 40), st.integers(1, 5), st.integers(1, 20))
def test_chunks_of_a_range(start: int, length: int, step: int, size: int) -> None:
    """The chunks are those that hold one of the indices, whatever the stride."""
    indices = range(start, start + length, step)
    expected = sorted({index // size for index in indices})

    assert list(chunk_indices(indices, size)) == expected
    assert list(chunk_indices(list(indices), size)) == expected
    assert count_chunks(indices, size) == len(expected)


def pyramid(*shapes: tuple[int, ...], axes: str = "zyx", **options: Any) -> ImageInfo:
    """Return an image with levels of these shapes, each plane of which is one chunk."""
    levels = tuple(
        Level(path=str(number), shape=shape, chunks=(*[1] * (len(shape) - 2), *shape[-2:]))
        for number, shape in enumerate(shapes)
    )
    return ImageInfo(levels=levels, axes=make_axes(axes), dtype="uint8", **options)


@pytest.mark.parametrize(("stated", "shown"), [(None, 5), (0, 0), (3, 3), (9, 9), (10, 9), (10**18, 9)])
def test_a_plane_beyond_the_stack_is_its_last(stated: int | None, shown: int) -> None:
    """The author's default may be that of another image; without one it is the middle."""
    assert plane_indices(pyramid((10, 8, 8), default_z=stated)) == (shown, None)


@pytest.mark.parametrize(("z", "coarse"), [(0, 0), (1, 0), (2, 0), (3, 1), (5, 1), (8, 2), (11, 3)])
def test_a_plane_of_a_coarser_level(z: int, coarse: int) -> None:
    """Plane i of twelve is plane i / 3 of four."""
    image = pyramid((12, 80, 80), (4, 40, 40))
    choice = LevelChoice(level=1, channels=(0,), y=range(40), x=range(40))

    assert select_plane(image, choice, z=z)[0] == (coarse,)


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 9, 40])
def test_other_planes_to_try(depth: int) -> None:
    """They differ from the first and from each other, and lie in the stack."""
    image = pyramid((depth, 8, 8))
    others, (first, _) = alternative_z(image), plane_indices(image)

    assert len({first, *others}) == len(others) + 1
    assert all(0 <= z < depth for z in others)
    assert bool(others) is (depth > 1)


@given(st.lists(st.booleans(), max_size=12), st.integers(1, 12))
def test_active_channels_are_drawn(active: list[bool], count: int) -> None:
    """At most eight of them, in order; where all are off, the first."""
    image = pyramid((count, 8, 8), axes="cyx", channels=tuple(Channel(active=each) for each in active))
    wanted = [index for index in range(count) if index >= len(active) or active[index]]

    assert choose_channels(image, count) == (tuple(wanted[:8]) or (0,))


@pytest.mark.parametrize("options", [{"grayscale": True}, {"is_label": True}])
def test_one_channel_of_gray_and_label_images(options: dict[str, bool]) -> None:
    """Their colors do not mix."""
    assert choose_channels(pyramid((5, 8, 8), axes="cyx", **options), 5) == (0,)


@pytest.mark.parametrize(
    ("sizes", "level"),
    [
        ([64], 0),
        ([64, 32], 0),
        ([1000, 500, 250, 125], 0),
        ([1536, 768, 384], 0),
        ([1537, 768, 384], 1),
        ([4096, 2048, 1024, 512, 256, 128], 2),
        ([100_000, 50_000, 700, 350], 2),
        ([100_000, 100], 1),
    ],
)
def test_the_finest_level_that_a_preview_can_use(sizes: list[int], level: int) -> None:
    """More pixels than half again the preview's are not read, if another level has enough."""
    chosen = choose_level(pyramid(*[(1, size, size) for size in sizes]), PictureBudget())

    assert isinstance(chosen, LevelChoice)
    assert (chosen.level, chosen.whole) == (level, True)


@given(st.lists(st.integers(1, 60_000), min_size=1, max_size=6), st.integers(1, 2048), st.integers(1, 50))
def test_any_pyramid_is_read_within_its_budget(sizes: list[int], chunk: int, channels: int) -> None:
    """Whatever is chosen lies in the image; where nothing can be, a problem says why."""
    levels = tuple(
        Level(path=str(size), shape=(channels, size, size), chunks=(1, min(chunk, size), min(chunk, size)))
        for size in sorted(sizes, reverse=True)
    )
    image, budget = ImageInfo(levels=levels, axes=make_axes("cyx"), dtype="uint16"), PictureBudget()
    chosen = choose_level(image, budget)
    if isinstance(chosen, Problem):
        assert chosen.code == "picture-budget"
        return
    side = min(chunk, size := (levels[chosen.level].shape or ())[-1])
    requests = len(chosen.channels) * count_chunks(chosen.y, side) * count_chunks(chosen.x, side)

    assert requests <= budget.max_requests
    assert 0 <= chosen.y[0] <= chosen.y[-1] < size
    assert set(chosen.channels) <= set(range(channels))
