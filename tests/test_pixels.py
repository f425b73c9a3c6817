"""The cheapest useful pixels: what is asked for, and that they are the right ones."""

from __future__ import annotations

import asyncio
import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import zarr
from stored_images import Files, fetch, make_axes, make_image, make_plan, remove, rewrite, write
from zarr.codecs import BloscCodec, BytesCodec, Crc32cCodec, GzipCodec, ShardingCodec, ZstdCodec

from sitegen.errors import FetchError
from sitegen.model import Channel, Level, Problem
from sitegen.pixels.decoding import DecodedPlanes, decode_planes
from sitegen.pixels.fetching import fetch_chunks
from sitegen.pixels.image import ImageInfo, LevelChoice, PictureBudget
from sitegen.pixels.levels import choose_level
from sitegen.pixels.read_plan import make_read_plan
from sitegen.pixels.selection import alternative_z
from sitegen.pixels.shards import crc32c
from sitegen.transfer import ByteRange, Response


def ramp(*shape: int, dtype: str = "uint16") -> np.ndarray[Any, Any]:
    """Return an array in which every pixel has its own value (as far as the type allows), none of them 0."""
    return (np.arange(1, 1 + int(np.prod(shape))) % 60_000 + 1).reshape(shape).astype(dtype)


def read(files: Files, axes: str, **settings: Any) -> DecodedPlanes:
    """Return the decoded plane of an image of one level."""
    plan = make_plan(files, axes, **settings)
    planes = decode_planes(plan, fetch(plan, files))
    assert isinstance(planes, DecodedPlanes), planes
    return planes


# Which pixels are read


@pytest.mark.parametrize(
    "settings",
    [
        {"chunks": (1, 32, 48)},
        {"chunks": (2, 100, 100), "compressors": [GzipCodec()]},
        {"chunks": (1, 32, 48), "compressors": [ZstdCodec(checksum=True)]},
        {"chunks": (1, 32, 48), "compressors": [BloscCodec(cname="lz4"), Crc32cCodec()]},
        {"chunks": (1, 32, 48), "compressors": None},
        {"chunks": (1, 32, 48), "filters": [zarr.codecs.TransposeCodec(order=(2, 0, 1))]},
        {"chunks": (1, 32, 48), "serializer": BytesCodec(endian="big")},
        {"chunks": (1, 16, 24), "shards": (1, 64, 96)},
        {"chunks": (1, 16, 24), "shards": (3, 64, 96), "chunk_key_encoding": {"name": "v2", "separator": "."}},
        {"zarr_format": 2, "chunks": (1, 32, 48), "order": "F"},
        {"zarr_format": 2, "chunks": (1, 32, 48), "compressors": None},
    ],
)
def test_pixels_are_read_as_written(settings: dict[str, Any]) -> None:
    """Format, codecs, order, byte order, chunk keys and shards do not change the pixels."""
    pixels = ramp(3, 100, 100)

    planes = read(write(pixels, **settings), "cyx")

    np.testing.assert_array_equal(planes.data, pixels)
    assert planes.problems == ()


@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "uint8", ">i2", ">u2", "<u4", ">i8", "uint64", "float16", ">f4", "float64", "complex64"]
)
@pytest.mark.parametrize("zarr_format", [2, 3])
def test_every_numeric_type_is_read(dtype: str, zarr_format: int) -> None:
    """Every type, in either byte order, is read in native byte order; of complex numbers the magnitude."""
    pixels = ramp(5, 7).astype(dtype)

    data = read(write(pixels, zarr_format=zarr_format), "yx").data[0]

    np.testing.assert_array_equal(data, np.abs(pixels) if pixels.dtype.kind == "c" else pixels)
    assert data.dtype.isnative


@pytest.mark.parametrize("codec", ["zlib", "gzip", "bz2", "lzma", "lz4", "zstd", "blosc"])
def test_every_compressor_of_format_2_is_read(codec: str) -> None:
    """The compressors of older data are decoded."""
    import numcodecs

    pixels = ramp(300, 300)
    files = write(pixels, zarr_format=2, compressors=numcodecs.get_codec({"id": codec}))

    np.testing.assert_array_equal(read(files, "yx").data[0], pixels)


def test_axes_in_the_order_cxyz_are_not_transposed() -> None:
    """An array in c, x, y, z order gives planes in (c, y, x)."""
    pixels = ramp(2, 6, 4, 3)  # c, x, y, z

    planes = read(write(pixels), "cxyz", default_z=1)

    np.testing.assert_array_equal(planes.data, pixels[:, :, :, 1].transpose(0, 2, 1))


def test_the_middle_plane_of_the_first_time_is_the_default() -> None:
    """Without a default of the author, the middle of the stack at the first time point is read."""
    pixels = ramp(3, 7, 5, 5)

    planes = read(write(pixels, chunks=(1, 1, 5, 5)), "tzyx")

    np.testing.assert_array_equal(planes.data[0], pixels[0, 3])


def test_the_default_plane_is_scaled_to_the_level() -> None:
    """The author's z is an index on level 0; on a level with half as many planes it is halved."""
    files = write(ramp(8, 300, 300), chunks=(1, 300, 300))
    fine = Level(path="0", shape=(16, 9000, 9000), chunks=(1, 9000, 9000))
    image = ImageInfo(
        levels=(fine, *make_image(files, "zyx").levels), axes=make_axes("zyx"), dtype="uint16", default_z=11
    )
    choice = choose_level(image, PictureBudget())
    assert isinstance(choice, LevelChoice)
    plan = make_read_plan(image, choice, files.array, PictureBudget())

    assert not isinstance(plan, Problem)
    assert (plan.z, plan.selection[0], plan.objects[0].key) == (11, (5,), "c/5/0/0")


def test_other_axes_are_read_at_index_0() -> None:
    """Of an axis that is not x, y, z, channel or time, index 0 is read."""
    pixels = ramp(2, 2, 3, 3, 4, 5)

    planes = read(write(pixels), "qtczyx", default_t=1)

    np.testing.assert_array_equal(planes.data, pixels[0, 1, :, 1])


def test_only_active_channels_are_read() -> None:
    """Channels that the author sets inactive cost no request."""
    files = write(ramp(4, 9, 9), chunks=(1, 9, 9))
    channels = tuple(Channel(active=i in (1, 3)) for i in range(4))

    planes = read(files, "cyx", channels=channels)

    assert planes.channels == (1, 3)
    assert sorted(key for key, _ in files.asked) == ["c/1/0/0", "c/3/0/0"]
    np.testing.assert_array_equal(planes.data, ramp(4, 9, 9)[[1, 3]])


def test_missing_chunks_have_the_fill_value() -> None:
    """A chunk that is not stored is not a problem; its pixels have the fill value."""
    files = remove(write(ramp(40, 40), chunks=(20, 20), fill_value=7), "c/0/1")

    planes = read(files, "yx")

    assert (planes.data[0, :20, 20:] == 7).all()
    assert (planes.problems, planes.empty) == ((), False)


@pytest.mark.parametrize(("dtype", "fill"), [("float32", "NaN"), ("float64", "-Infinity"), ("uint8", 3)])
def test_an_image_without_chunks_is_empty(dtype: str, fill: object) -> None:
    """A store without any chunk is empty, and has the fill value everywhere, however it is spelled."""
    files = rewrite(write(np.zeros((8, 8), dtype)), "zarr.json", {"fill_value": fill})

    planes = read(files, "yx")

    assert planes.empty
    np.testing.assert_array_equal(planes.data, np.full((1, 8, 8), float(str(fill)), dtype))


def test_a_plane_of_stored_zeros_is_empty() -> None:
    """Stored zeros are as empty as missing chunks; further planes are suggested."""
    pixels = ramp(9, 8, 8)
    pixels[4] = 0
    files = write(pixels, chunks=(1, 8, 8), config={"write_empty_chunks": True})

    assert read(files, "zyx").empty
    assert alternative_z(make_image(files, "zyx")) == (2, 6)
    assert not read(files, "zyx", z=2).empty


def test_the_pixel_size_includes_the_stride() -> None:
    """The physical size is that of the pixels that are kept."""
    files = write(np.ones((4000, 3000), "uint8"), chunks=(1000, 1000))

    planes = read(files, "yx", scale=(0.5, 0.25))

    assert (planes.pixel_size, planes.unit) == ((1.5, 0.75), "micrometer")


# What it costs


def test_a_small_shard_costs_one_request() -> None:
    """A shard of up to 4 MB is read whole, however few of its chunks are wanted."""
    files = write(ramp(8, 256, 256), chunks=(1, 64, 64), shards=(8, 256, 256))

    read(files, "zyx")

    assert files.asked == [("c/0/0/0", None)]


def noise(*shape: int) -> np.ndarray[Any, Any]:
    """Return pixels that do not compress."""
    return np.random.default_rng(0).integers(0, 65_536, shape).astype("uint16")


def test_chunks_at_the_end_of_a_large_shard_cost_one_request() -> None:
    """The request for the index brings the last 512 kB, which are not requested again."""
    pixels = noise(64, 256, 256)
    files = write(pixels, chunks=(1, 256, 256), shards=(64, 256, 256), compressors=None)

    planes = read(files, "zyx", z=62)

    np.testing.assert_array_equal(planes.data[0], pixels[62])
    assert files.asked == [("c/0/0/0", ByteRange(-512_000))]


def test_a_large_shard_costs_its_index_and_one_range() -> None:
    """A plane inside a large shard is its index and one range, both far smaller than the shard."""
    pixels = noise(64, 256, 256)
    files = write(pixels, chunks=(1, 128, 128), shards=(64, 256, 256), compressors=None)

    planes = read(files, "zyx", z=5)

    np.testing.assert_array_equal(planes.data[0], pixels[5])
    assert len(files.asked) <= 3
    assert files.size_bytes < 1_500_000


def test_a_plan_states_the_most_bytes_that_it_reads() -> None:
    """For a few chunks of a large shard it is less than the shard, and never more than the budget."""
    files = write(noise(64, 512, 512), chunks=(1, 128, 128), shards=(64, 512, 512), compressors=None)
    plan = make_plan(files, "zyx", z=5)
    fetched = fetch(plan, files)

    assert fetched.size_bytes <= plan.max_bytes < plan.objects[0].max_bytes / 2
    assert replace(plan, budget=PictureBudget(max_bytes=1000)).max_bytes == 1000


def test_a_shard_may_begin_with_its_index() -> None:
    """An index at the start is read from there."""
    pixels = noise(64, 256, 256)
    serializer = ShardingCodec(chunk_shape=(1, 256, 256), codecs=[BytesCodec()], index_location="start")
    files = write(pixels, chunks=(64, 256, 256), serializer=serializer, compressors=None)

    planes = read(files, "zyx", z=1)

    np.testing.assert_array_equal(planes.data[0], pixels[1])
    assert files.asked == [("c/0/0/0", ByteRange(0, 512_000))]


def test_a_shard_of_unknown_size_is_read() -> None:
    """Where the host does not state the size of a shard, one more request is made and the pixels are right."""
    pixels = noise(64, 256, 256)
    files = write(pixels, chunks=(1, 256, 256), shards=(64, 256, 256), compressors=None)
    plan = make_plan(files, "zyx", z=62)

    async def get(key: str, span: ByteRange | None, max_bytes: int) -> Response | None:
        part = await files.get(key, span, max_bytes)
        return part and replace(part, total_bytes=None)

    planes = decode_planes(plan, asyncio.run(fetch_chunks(plan, get)))

    assert isinstance(planes, DecodedPlanes)
    np.testing.assert_array_equal(planes.data[0], pixels[62])
    assert len(files.asked) == 2


def test_the_budget_limits_fetching() -> None:
    """Chunks beyond the budget are not fetched, and that is a problem."""
    files = write(noise(4, 512, 512), chunks=(1, 512, 512), compressors=None)
    plan = make_plan(files, "cyx")
    tight = PictureBudget(max_bytes=1_300_000)

    fetched = asyncio.run(fetch_chunks(pickle.loads(pickle.dumps(plan)), files.get, concurrency=1))
    less = asyncio.run(fetch_chunks(replace(plan, budget=tight), _uncapped(files), concurrency=1))

    assert (fetched.requests, len(fetched.chunks), fetched.problems) == (4, 4, ())
    assert (less.failed, [problem.code for problem in less.problems]) == (1, ["picture-budget"])


def _uncapped(files: Files) -> Any:
    async def get(key: str, span: ByteRange | None, max_bytes: int) -> Response | None:
        return await files.get(key, span, 10**9)

    return get


# What goes wrong


def test_a_host_that_fails_for_one_chunk() -> None:
    """A chunk whose host does not answer is a problem; the others are shown."""
    files = write(ramp(40, 40), chunks=(20, 20))
    plan = make_plan(files, "yx")

    async def get(key: str, span: ByteRange | None, max_bytes: int) -> Response | None:
        if key == "c/1/1":
            raise FetchError("no answer within 20 s", status="unreachable", code="timeout")
        return await files.get(key, span, max_bytes)

    fetched = asyncio.run(fetch_chunks(plan, get))
    planes = decode_planes(plan, fetched)

    assert isinstance(planes, DecodedPlanes)
    assert (fetched.failed, [problem.code for problem in planes.problems]) == (1, ["timeout"])
    np.testing.assert_array_equal(planes.data[0, :20], ramp(40, 40)[:20])


def test_a_host_that_fails_for_all_chunks() -> None:
    """Where the host answers for no chunk, there is a problem and no picture."""
    plan = make_plan(write(ramp(4, 4)), "yx")

    async def get(key: str, span: ByteRange | None, max_bytes: int) -> Response | None:
        raise FetchError("no answer", status="unreachable", code="timeout")

    planes = decode_planes(plan, asyncio.run(fetch_chunks(plan, get)))

    assert isinstance(planes, Problem)
    assert planes.code == "timeout"


def corrupt(files: Files, key: str, at: int) -> Files:
    """Return the files with one byte of an object changed."""
    body = bytearray(files.objects[key])
    body[at] ^= 0xFF
    return Files(files.objects | {key: bytes(body)})


@pytest.mark.parametrize(
    ("settings", "at", "code"),
    [
        ({"compressors": [ZstdCodec()]}, 0, "chunk-corrupt"),
        ({"compressors": [ZstdCodec(checksum=True)]}, -1, "chunk-checksum"),
        ({"compressors": [Crc32cCodec()]}, 9, "chunk-checksum"),
        ({"compressors": [BloscCodec()]}, 4, "chunk-size"),
    ],
)
def test_a_corrupt_chunk_is_left_out(settings: dict[str, Any], at: int, code: str) -> None:
    """A corrupt chunk is a problem; the others are shown."""
    pixels = ramp(40, 40)
    files = corrupt(write(pixels, chunks=(20, 20), **settings), "c/0/0", at)

    planes = read(files, "yx")

    assert [problem.code for problem in planes.problems] == [code]
    np.testing.assert_array_equal(planes.data[0, 20:], pixels[20:])


def test_a_shard_with_a_wrong_index_is_left_out() -> None:
    """A shard whose index fails its checksum is a problem; the other shards are shown."""
    pixels = ramp(40, 40)
    files = corrupt(write(pixels, chunks=(10, 10), shards=(20, 20)), "c/0/0", -20)

    planes = read(files, "yx")

    assert [problem.code for problem in planes.problems] == ["shard-index"]
    np.testing.assert_array_equal(planes.data[0, 20:], pixels[20:])


def test_an_empty_range_in_an_index_is_not_requested() -> None:
    """An index that gives a chunk no bytes is a problem, because HTTP has no empty range."""
    files = write(noise(64, 256, 256), chunks=(1, 256, 256), shards=(64, 256, 256), compressors=None)
    shard = bytearray(files.objects["c/0/0/0"])
    index = np.frombuffer(shard[-4 - 16 * 64 : -4], "<u8").reshape(64, 2).copy()
    index[5, 1] = 0
    shard[-4 - 16 * 64 :] = index.tobytes() + crc32c(index.tobytes()).to_bytes(4, "little")
    files = Files(files.objects | {"c/0/0/0": bytes(shard)})
    plan = make_plan(files, "zyx", z=5)

    problem = decode_planes(plan, fetch(plan, files))

    assert isinstance(problem, Problem)
    assert problem.code == "shard-index"
    assert len(files.asked) == 1


def test_an_array_that_cannot_be_decoded_is_a_problem() -> None:
    """Metadata that decode pixels to objects are a problem, and no picture is made."""
    codec = {"name": "numcodecs.astype", "configuration": {"encode_dtype": "O", "decode_dtype": "O"}}
    files = write(ramp(4, 4).astype("uint8"))
    files = rewrite(files, "zarr.json", {"codecs": [codec, {"name": "bytes"}]})
    plan = make_plan(files, "yx")

    problem = decode_planes(plan, fetch(plan, files))

    assert isinstance(problem, Problem)
    assert problem.code in {"picture-codec", "chunk-corrupt"}  # versions of zarr blame the one or the other


def test_plans_and_chunks_can_be_pickled() -> None:
    """A plan and its chunks go to another process and back."""
    files = write(ramp(9, 9))
    plan = make_plan(files, "yx")

    again, fetched = pickle.loads(pickle.dumps((plan, fetch(plan, files))))

    assert again == plan
    assert isinstance(decode_planes(again, fetched), DecodedPlanes)
