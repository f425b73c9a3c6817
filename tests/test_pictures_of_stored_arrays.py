"""However zarr stores an array, its picture shows the pixels that zarr gives back."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import zarr
import zarr.codecs
from drawn import SIDE, draw, likeness, make_plane, write_pixels

ORDERS = ["".join(order) for order in permutations("cyx")] + ["yx", "xy", "tczyx", "xyzct", "ytxcz", "zyx", "cxyz"]


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize("order", ORDERS)
def test_axes_in_any_order_are_drawn_upright(tmp_path: Path, order: str, zarr_format: Literal[2, 3]) -> None:
    """Axes are found by name: y runs down and x to the right in the picture, wherever they are stored."""
    plane = make_plane(height=SIDE // 2)
    pixels = np.zeros([{"y": SIDE // 2, "x": SIDE}.get(name, 1) for name in order], "uint16")
    pixels[...] = np.expand_dims(
        plane if order.index("y") < order.index("x") else plane.T,
        tuple(place for place, name in enumerate(order) if name not in "yx"),
    )

    drawn = draw(write_pixels(tmp_path / "a.zarr", order, pixels, zarr_format=zarr_format))

    assert likeness(drawn.gray, plane) > 0.97


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"])
@pytest.mark.parametrize("zarr_format", [2, 3])
def test_every_whole_number_type_is_drawn(tmp_path: Path, dtype: str, zarr_format: Literal[2, 3]) -> None:
    """The type changes neither the picture nor what is said of it, but its own name."""
    plane = make_plane("uint8" if dtype == "uint8" else "int16").clip(0, 120).astype(dtype)
    drawn = draw(write_pixels(tmp_path / "a.zarr", "yx", plane, zarr_format=zarr_format))

    assert drawn.found.dtype == dtype
    assert likeness(drawn.gray, plane) > 0.97


@pytest.mark.parametrize("dtype", [">u2", "<u2", ">i4", ">f4", ">f8", "<f8"])
def test_both_byte_orders_are_drawn(tmp_path: Path, dtype: str) -> None:
    """Big-endian pixels of format 2 are not swapped into noise."""
    plane = make_plane().astype(dtype)
    drawn = draw(write_pixels(tmp_path / "a.zarr", "yx", plane, zarr_format=2))

    assert likeness(drawn.gray, plane) > 0.97


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_fractions_and_negative_numbers_are_drawn(tmp_path: Path, dtype: str) -> None:
    """The range of a float is that of its pixels, below 0 and between 0 and 1 alike."""
    plane = ((make_plane("float64") - 60) / 1000).astype(dtype)
    drawn = draw(write_pixels(tmp_path / "a.zarr", "yx", plane))

    assert likeness(drawn.gray, plane) > 0.97


COMPRESSED: dict[str, dict[str, Any]] = {
    "none": {"compressors": None},
    "gzip": {"compressors": zarr.codecs.GzipCodec(level=5)},
    "zstd": {"compressors": zarr.codecs.ZstdCodec(level=3)},
    "zstd with checksum": {"compressors": zarr.codecs.ZstdCodec(level=3, checksum=True)},
    "zstd and crc32c": {"compressors": [zarr.codecs.ZstdCodec(), zarr.codecs.Crc32cCodec()]},
    "transposed": {"filters": zarr.codecs.TransposeCodec(order=(1, 0))},
    "big-endian": {"serializer": zarr.codecs.BytesCodec(endian="big")},
    **{
        f"blosc {name}, {shuffle}": {"compressors": zarr.codecs.BloscCodec(cname=name, shuffle=shuffle, typesize=2)}
        for name in ("lz4", "lz4hc", "zstd", "zlib", "blosclz")
        for shuffle in ("noshuffle", "shuffle", "bitshuffle")
    },
}


@pytest.mark.parametrize("settings", COMPRESSED.values(), ids=COMPRESSED.keys())
@pytest.mark.parametrize("sharded", [False, True], ids=["chunks", "shards"])
def test_every_codec_is_decoded(tmp_path: Path, settings: dict[str, Any], sharded: bool) -> None:
    """Codecs of format 3 give back what zarr wrote, also for chunks inside a shard."""
    shape: dict[str, Any] = {"chunks": (16, 16), "shards": (32, 32)} if sharded else {"chunks": (24, 40)}
    plane = make_plane()
    folder = write_pixels(tmp_path / "a.zarr", "yx", plane, **shape, **settings)
    drawn = draw(folder)

    assert np.array_equal(zarr.open_array(folder / "0")[...], plane)
    assert likeness(drawn.gray, plane) > 0.97
    assert drawn.found.levels[0].shards == shape.get("shards")


@pytest.mark.parametrize("separator", [".", "/"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("chunks", [(64, 64), (20, 30), (1, 64), (100, 7)])
def test_chunk_keys_and_memory_order_of_format_2(
    tmp_path: Path, separator: str, order: str, chunks: tuple[int, int]
) -> None:
    """Columns first or rows first, keys with dots or slashes, chunks that do not fit the shape."""
    plane = make_plane()
    keys = {"name": "v2", "separator": separator}
    folder = write_pixels(
        tmp_path / "a.zarr", "yx", plane, zarr_format=2, chunks=chunks, order=order, chunk_key_encoding=keys
    )

    assert likeness(draw(folder).gray, plane) > 0.97


@pytest.mark.parametrize("name", ["default", "v2"])
@pytest.mark.parametrize("separator", [".", "/"])
def test_chunk_keys_of_format_3(tmp_path: Path, name: str, separator: str) -> None:
    """Both encodings of chunk keys, each with both separators."""
    plane = make_plane()
    keys = {"name": name, "separator": separator}
    folder = write_pixels(tmp_path / "a.zarr", "yx", plane, chunks=(16, 48), chunk_key_encoding=keys)

    assert likeness(draw(folder).gray, plane) > 0.97


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize("fill", [0, 30, 90])
def test_chunks_that_are_not_stored_have_the_fill_value(tmp_path: Path, fill: int, zarr_format: Literal[2, 3]) -> None:
    """zarr stores no chunk that holds nothing else; the picture has the value there, not a hole."""
    plane = make_plane()
    plane[32:, 32:] = fill
    settings: dict[str, Any] = {"chunks": (32, 32), "fill_value": fill, "config": {"write_empty_chunks": False}}
    folder = write_pixels(tmp_path / "a.zarr", "yx", plane, zarr_format=zarr_format, **settings)
    drawn = draw(folder)

    assert not (folder / "0" / ("c/1/1" if zarr_format == 3 else "1.1")).exists()
    assert likeness(drawn.gray, plane) > 0.95
    assert len(np.unique(drawn.gray[40:60, 40:60])) <= 3  # WebP may round


@pytest.mark.parametrize("place", ["start", "end"])
def test_the_index_of_a_shard_is_found_at_either_end(tmp_path: Path, place: str) -> None:
    """Format 3 lets a writer choose."""
    plane = make_plane()
    codec = zarr.codecs.ShardingCodec(chunk_shape=(16, 16), index_location=place)
    folder = write_pixels(tmp_path / "a.zarr", "yx", plane, serializer=codec, compressors=None, filters=None)

    assert likeness(draw(folder).gray, plane) > 0.97


def test_chunks_that_a_shard_leaves_out_have_the_fill_value(tmp_path: Path) -> None:
    """An entry of the index may say that there is no chunk."""
    plane = make_plane()
    plane[:16, :16] = 0
    settings: dict[str, Any] = {"chunks": (16, 16), "shards": (64, 64), "config": {"write_empty_chunks": False}}
    drawn = draw(write_pixels(tmp_path / "a.zarr", "yx", plane, **settings))

    assert likeness(drawn.gray, plane) > 0.97
    assert drawn.gray[4:12, 4:12].max() < 10


def test_boolean_masks_are_drawn_black_and_white(tmp_path: Path) -> None:
    """False is black and true is white."""
    mask = make_plane() > 50
    drawn = draw(write_pixels(tmp_path / "a.zarr", "yx", mask))

    assert drawn.gray[mask].mean() > 200
    assert drawn.gray[~mask].mean() < 30
