"""The cheapest useful pixels: what is asked for, and that they are the right ones."""

from __future__ import annotations

import asyncio
import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import zarr
from stored import Files, axes_of, fetched_of, plan_of, rewrite, subject_of, without, write
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


def planes_of(files: Files, axes: str, **settings: Any) -> DecodedPlanes:
    """Return the decoded plane of an image of one level."""
    plan = plan_of(files, axes, **settings)
    planes = decode_planes(plan, fetched_of(plan, files))
    assert isinstance(planes, DecodedPlanes), planes
    return planes


# ── the right pixels ─────────────────────────────────────────────────────────────────


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
def test_every_layout(settings: dict[str, Any]) -> None:
    """Pixels come out as they were written, in either format, whatever codecs, order and shards."""
    pixels = ramp(3, 100, 100)

    planes = planes_of(write(pixels, **settings), "cyx")

    np.testing.assert_array_equal(planes.data, pixels)
    assert planes.problems == ()


@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "uint8", ">i2", ">u2", "<u4", ">i8", "uint64", "float16", ">f4", "float64", "complex64"]
)
@pytest.mark.parametrize("zarr_format", [2, 3])
def test_every_type(dtype: str, zarr_format: int) -> None:
    """Every numeric type in either byte order is read in the machine's own."""
    pixels = ramp(5, 7).astype(dtype)

    data = planes_of(write(pixels, zarr_format=zarr_format), "yx").data[0]

    np.testing.assert_array_equal(data, np.abs(pixels) if pixels.dtype.kind == "c" else pixels)
    assert data.dtype.isnative


@pytest.mark.parametrize("codec", ["zlib", "gzip", "bz2", "lzma", "lz4", "zstd", "blosc"])
def test_every_compressor_of_format_2(codec: str) -> None:
    """The compressors of older data are read."""
    import numcodecs

    pixels = ramp(300, 300)
    files = write(pixels, zarr_format=2, compressors=numcodecs.get_codec({"id": codec}))

    np.testing.assert_array_equal(planes_of(files, "yx").data[0], pixels)


def test_cxyz_is_not_transposed() -> None:
    """An array in c, x, y, z order gives planes in (c, y, x)."""
    pixels = ramp(2, 6, 4, 3)  # c, x, y, z

    planes = planes_of(write(pixels), "cxyz", default_z=1)

    np.testing.assert_array_equal(planes.data, pixels[:, :, :, 1].transpose(0, 2, 1))


def test_middle_plane_and_first_time() -> None:
    """Without the author's word it is the middle of the stack at the first time point."""
    pixels = ramp(3, 7, 5, 5)

    planes = planes_of(write(pixels, chunks=(1, 1, 5, 5)), "tzyx")

    np.testing.assert_array_equal(planes.data[0], pixels[0, 3])


def test_default_plane_is_rescaled() -> None:
    """The author's z counts planes of level 0; on a level with half of them it is halved."""
    files = write(ramp(8, 300, 300), chunks=(1, 300, 300))
    fine = Level(path="0", shape=(16, 9000, 9000), chunks=(1, 9000, 9000))
    subject = ImageInfo(
        levels=(fine, *subject_of(files, "zyx").levels), axes=axes_of("zyx"), dtype="uint16", default_z=11
    )
    choice = choose_level(subject, PictureBudget())
    assert isinstance(choice, LevelChoice)
    plan = make_read_plan(subject, choice, files.array, PictureBudget())

    assert not isinstance(plan, Problem)
    assert (plan.z, plan.selection[0], plan.objects[0].key) == (11, (5,), "c/5/0/0")


def test_six_dimensions() -> None:
    """Axes that are none of ours are read at index 0."""
    pixels = ramp(2, 2, 3, 3, 4, 5)

    planes = planes_of(write(pixels), "qtczyx", default_t=1)

    np.testing.assert_array_equal(planes.data, pixels[0, 1, :, 1])


def test_only_active_channels_are_read() -> None:
    """Channels that their author hides cost no request."""
    files = write(ramp(4, 9, 9), chunks=(1, 9, 9))
    channels = tuple(Channel(active=i in (1, 3)) for i in range(4))

    planes = planes_of(files, "cyx", channels=channels)

    assert planes.channels == (1, 3)
    assert sorted(key for key, _ in files.asked) == ["c/1/0/0", "c/3/0/0"]
    np.testing.assert_array_equal(planes.data, ramp(4, 9, 9)[[1, 3]])


def test_missing_chunks_are_fill_value() -> None:
    """A chunk that is not stored is fill value, and no problem."""
    files = without(write(ramp(40, 40), chunks=(20, 20), fill_value=7), "c/0/1")

    planes = planes_of(files, "yx")

    assert (planes.data[0, :20, 20:] == 7).all()
    assert (planes.problems, planes.empty) == ((), False)


@pytest.mark.parametrize(("dtype", "fill"), [("float32", "NaN"), ("float64", "-Infinity"), ("uint8", 3)])
def test_no_chunk_at_all_is_empty(dtype: str, fill: object) -> None:
    """A store without any chunk is all fill value, however that is spelled, and is marked empty."""
    files = rewrite(write(np.zeros((8, 8), dtype)), "zarr.json", {"fill_value": fill})

    planes = planes_of(files, "yx")

    assert planes.empty
    np.testing.assert_array_equal(planes.data, np.full((1, 8, 8), float(str(fill)), dtype))


def test_plane_of_zeros_is_empty() -> None:
    """Zeros that were stored are as empty as those that were not; further planes are offered."""
    pixels = ramp(9, 8, 8)
    pixels[4] = 0
    files = write(pixels, chunks=(1, 8, 8), config={"write_empty_chunks": True})

    assert planes_of(files, "zyx").empty
    assert alternative_z(subject_of(files, "zyx")) == (2, 6)
    assert not planes_of(files, "zyx", z=2).empty


def test_pixel_size_counts_strides() -> None:
    """The physical size is that of the pixels that were kept."""
    files = write(np.ones((4000, 3000), "uint8"), chunks=(1000, 1000))

    planes = planes_of(files, "yx", scale=(0.5, 0.25))

    assert (planes.pixel_size, planes.unit) == ((1.5, 0.75), "micrometer")


# ── what it costs ────────────────────────────────────────────────────────────────────


def test_a_small_shard_is_one_request() -> None:
    """A shard of up to 4 MB comes whole, whatever is wanted of it."""
    files = write(ramp(8, 256, 256), chunks=(1, 64, 64), shards=(8, 256, 256))

    planes_of(files, "zyx")

    assert files.asked == [("c/0/0/0", None)]


def noise(*shape: int) -> np.ndarray[Any, Any]:
    """Return pixels that do not compress."""
    return np.random.default_rng(0).integers(0, 65_536, shape).astype("uint16")


def test_chunks_at_the_end_of_a_large_shard_are_one_request() -> None:
    """The request for the index brings the last 512 kB, which are not asked for again."""
    pixels = noise(64, 256, 256)
    files = write(pixels, chunks=(1, 256, 256), shards=(64, 256, 256), compressors=None)

    planes = planes_of(files, "zyx", z=62)

    np.testing.assert_array_equal(planes.data[0], pixels[62])
    assert files.asked == [("c/0/0/0", ByteRange(-512_000))]


def test_a_large_shard_is_two_requests() -> None:
    """A plane inside a large shard is its index and one range, both far smaller than the shard."""
    pixels = noise(64, 256, 256)
    files = write(pixels, chunks=(1, 128, 128), shards=(64, 256, 256), compressors=None)

    planes = planes_of(files, "zyx", z=5)

    np.testing.assert_array_equal(planes.data[0], pixels[5])
    assert len(files.asked) <= 3
    assert files.size_bytes < 1_500_000


def test_a_plan_knows_how_much_it_reads_at_most() -> None:
    """A few chunks of a large shard are not the shard: memory is set aside for what is read."""
    files = write(noise(64, 512, 512), chunks=(1, 128, 128), shards=(64, 512, 512), compressors=None)
    plan = plan_of(files, "zyx", z=5)
    fetched = fetched_of(plan, files)

    assert fetched.size_bytes <= plan.max_bytes < plan.objects[0].max_bytes / 2
    assert replace(plan, budget=PictureBudget(max_bytes=1000)).max_bytes == 1000


def test_index_at_the_start() -> None:
    """A shard may begin with its index."""
    pixels = noise(64, 256, 256)
    serializer = ShardingCodec(chunk_shape=(1, 256, 256), codecs=[BytesCodec()], index_location="start")
    files = write(pixels, chunks=(64, 256, 256), serializer=serializer, compressors=None)

    planes = planes_of(files, "zyx", z=1)

    np.testing.assert_array_equal(planes.data[0], pixels[1])
    assert files.asked == [("c/0/0/0", ByteRange(0, 512_000))]


def test_tail_of_unknown_place() -> None:
    """A host that does not say how large the shard is costs one more request, never a wrong pixel."""
    pixels = noise(64, 256, 256)
    files = write(pixels, chunks=(1, 256, 256), shards=(64, 256, 256), compressors=None)
    plan = plan_of(files, "zyx", z=62)

    async def get(key: str, span: ByteRange | None, max_bytes: int) -> Response | None:
        part = await files.get(key, span, max_bytes)
        return part and replace(part, total_bytes=None)

    planes = decode_planes(plan, asyncio.run(fetch_chunks(plan, get)))

    assert isinstance(planes, DecodedPlanes)
    np.testing.assert_array_equal(planes.data[0], pixels[62])
    assert len(files.asked) == 2


def test_budget_holds_while_fetching() -> None:
    """What an index says is held to the budget too: the rest is left out, and said to be."""
    files = write(noise(4, 512, 512), chunks=(1, 512, 512), compressors=None)
    plan = plan_of(files, "cyx")
    tight = PictureBudget(max_bytes=1_300_000)

    fetched = asyncio.run(fetch_chunks(pickle.loads(pickle.dumps(plan)), files.get, concurrency=1))
    less = asyncio.run(fetch_chunks(replace(plan, budget=tight), _uncapped(files), concurrency=1))

    assert (fetched.requests, len(fetched.chunks), fetched.problems) == (4, 4, ())
    assert (less.failed, [problem.code for problem in less.problems]) == (1, ["picture-budget"])


def _uncapped(files: Files) -> Any:
    async def get(key: str, span: ByteRange | None, max_bytes: int) -> Response | None:
        return await files.get(key, span, 10**9)

    return get


# ── what goes wrong ──────────────────────────────────────────────────────────────────


def test_host_fails_for_one_chunk() -> None:
    """A chunk whose host gives no answer is a problem; the others are shown."""
    files = write(ramp(40, 40), chunks=(20, 20))
    plan = plan_of(files, "yx")

    async def get(key: str, span: ByteRange | None, max_bytes: int) -> Response | None:
        if key == "c/1/1":
            raise FetchError("no answer within 20 s", status="unreachable", code="timeout")
        return await files.get(key, span, max_bytes)

    fetched = asyncio.run(fetch_chunks(plan, get))
    planes = decode_planes(plan, fetched)

    assert isinstance(planes, DecodedPlanes)
    assert (fetched.failed, [problem.code for problem in planes.problems]) == (1, ["timeout"])
    np.testing.assert_array_equal(planes.data[0, :20], ramp(40, 40)[:20])


def test_host_fails_for_all_chunks() -> None:
    """No answer for any chunk is a problem instead of an empty picture."""
    plan = plan_of(write(ramp(4, 4)), "yx")

    async def get(key: str, span: ByteRange | None, max_bytes: int) -> Response | None:
        raise FetchError("no answer", status="unreachable", code="timeout")

    planes = decode_planes(plan, asyncio.run(fetch_chunks(plan, get)))

    assert isinstance(planes, Problem)
    assert planes.code == "timeout"


def broken(files: Files, key: str, at: int) -> Files:
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
def test_one_chunk_is_corrupt(settings: dict[str, Any], at: int, code: str) -> None:
    """A corrupt chunk is left out and named; the others are shown."""
    pixels = ramp(40, 40)
    files = broken(write(pixels, chunks=(20, 20), **settings), "c/0/0", at)

    planes = planes_of(files, "yx")

    assert [problem.code for problem in planes.problems] == [code]
    np.testing.assert_array_equal(planes.data[0, 20:], pixels[20:])


def test_shard_index_fails_its_checksum() -> None:
    """A shard whose index is wrong is left out; the other shards are shown."""
    pixels = ramp(40, 40)
    files = broken(write(pixels, chunks=(10, 10), shards=(20, 20)), "c/0/0", -20)

    planes = planes_of(files, "yx")

    assert [problem.code for problem in planes.problems] == ["shard-index"]
    np.testing.assert_array_equal(planes.data[0, 20:], pixels[20:])


def test_shard_index_points_at_nothing() -> None:
    """A chunk of no bytes is not asked for: no range of bytes is empty."""
    files = write(noise(64, 256, 256), chunks=(1, 256, 256), shards=(64, 256, 256), compressors=None)
    shard = bytearray(files.objects["c/0/0/0"])
    index = np.frombuffer(shard[-4 - 16 * 64 : -4], "<u8").reshape(64, 2).copy()
    index[5, 1] = 0
    shard[-4 - 16 * 64 :] = index.tobytes() + crc32c(index.tobytes()).to_bytes(4, "little")
    files = Files(files.objects | {"c/0/0/0": bytes(shard)})
    plan = plan_of(files, "zyx", z=5)

    problem = decode_planes(plan, fetched_of(plan, files))

    assert isinstance(problem, Problem)
    assert problem.code == "shard-index"
    assert len(files.asked) == 1


def test_nothing_of_an_array_can_be_decoded() -> None:
    """Its metadata are wrong, not its chunks: pixels are no objects."""
    codec = {"name": "numcodecs.astype", "configuration": {"encode_dtype": "O", "decode_dtype": "O"}}
    files = write(ramp(4, 4).astype("uint8"))
    files = rewrite(files, "zarr.json", {"codecs": [codec, {"name": "bytes"}]})
    plan = plan_of(files, "yx")

    problem = decode_planes(plan, fetched_of(plan, files))

    assert isinstance(problem, Problem)
    assert problem.code in {"picture-codec", "chunk-corrupt"}  # as zarr, by its version, blames the one or the other


def test_a_worker_can_have_it() -> None:
    """Plans and what was fetched go to another process and back."""
    files = write(ramp(9, 9))
    plan = plan_of(files, "yx")

    again, fetched = pickle.loads(pickle.dumps((plan, fetched_of(plan, files))))

    assert again == plan
    assert isinstance(decode_planes(again, fetched), DecodedPlanes)
