"""Untrusted chunks: only those that decode to the size that their metadata demand are decoded."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import zlib
from contextlib import nullcontext, suppress
from dataclasses import replace

import numcodecs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stored_images import Files, rewrite, write

from sitegen.pixels.chunks import check_chunk
from sitegen.pixels.codecs import ChunkEncoding, read_encoding
from sitegen.pixels.decompression import ChunkError, CodecError

RAW = bytes(range(256)) * 400


def encoding(*codecs: str, chunk_bytes: int = len(RAW)) -> ChunkEncoding:
    """Return an encoding with these codecs."""
    return ChunkEncoding(document=b"", zarr_format=3, codecs=codecs, chunk_bytes=chunk_bytes)


def compress(codec: str, raw: bytes) -> bytes:
    """Return compressed bytes."""
    return bytes(numcodecs.get_codec({"id": codec}).encode(raw))


def zstd_without_size(raw: bytes) -> bytes:
    """Return a Zstandard frame that does not state its size: one run-length block for each 128 kB of zeros."""
    count = max(1, len(raw) // 131_072)
    size = len(raw) // count
    blocks = [(size << 3 | 1 << 1 | (i == count - 1)).to_bytes(3, "little") + b"\0" for i in range(count)]
    return struct.pack("<IBB", 0xFD2FB528, 0, 0x58) + b"".join(blocks)


@pytest.mark.parametrize("codec", ["blosc", "zstd", "lz4", "zlib", "gzip", "bz2", "lzma"])
def test_a_frame_of_the_right_size_passes(codec: str) -> None:
    """A frame of any compressor that holds exactly one chunk passes."""
    check_chunk(encoding("bytes", codec), compress(codec, RAW))


@pytest.mark.parametrize("codec", ["blosc", "zstd", "lz4", "bz2", "lzma"])
@pytest.mark.parametrize("size", [len(RAW) - 1, len(RAW) + 1])
def test_a_frame_of_another_size_is_refused(codec: str, size: int) -> None:
    """A frame that states or holds another size is not decoded."""
    with pytest.raises(ChunkError, match="bytes"):
        check_chunk(encoding("bytes", codec), compress(codec, (RAW + b"1")[:size]))


@pytest.mark.parametrize(
    ("codec", "pack"),
    [("gzip", gzip.compress), ("zlib", zlib.compress), ("bz2", bz2.compress), ("lzma", lzma.compress)],
)
def test_a_decompression_bomb_is_refused(codec: str, pack: object) -> None:
    """A small chunk of several streams that decompress to 200 MB is refused."""
    one = pack(bytes(50_000_000))  # type: ignore[operator]

    with pytest.raises(ChunkError) as caught:
        check_chunk(encoding("bytes", codec), one * 4)

    assert caught.value.code == "chunk-size"


@pytest.mark.parametrize(
    ("codec", "member"),
    [
        ("gzip", gzip.compress(b"")),
        ("zlib", zlib.compress(b"")),
        ("bz2", bz2.compress(b"")),
        ("lzma", lzma.compress(b"")),
        ("zstd", struct.pack("<II", 0x184D2A50, 0)),
    ],
    ids=["gzip", "zlib", "bz2", "lzma", "zstd"],
)
def test_many_empty_members_are_refused(codec: str, member: bytes) -> None:
    """A chunk with more than 64 compressed members is refused, whatever follows."""
    with pytest.raises(ChunkError, match="more than 64 compressed members"):
        check_chunk(encoding("bytes", codec), member * 10_000 + compress(codec, RAW))


@pytest.mark.parametrize("codec", ["zlib", "gzip", "bz2", "lzma"])
def test_a_few_members_pass(codec: str) -> None:
    """A chunk may have several members, each longer than the pieces that are read."""
    raw = np.random.default_rng(0).bytes(200_000)

    check_chunk(encoding("bytes", codec, chunk_bytes=3 * len(raw)), 3 * compress(codec, raw))


def test_a_zstd_frame_without_a_size_is_bounded_by_its_blocks() -> None:
    """Of frames that state no size, a valid one passes and a bomb does not."""
    valid = zstd_without_size(bytes(len(RAW)))
    bomb = zstd_without_size(bytes(500_000_000))

    check_chunk(encoding("bytes", "zstd"), valid)
    with pytest.raises(ChunkError):
        check_chunk(encoding("bytes", "zstd"), bomb)


def test_a_truncated_blosc_frame_is_refused() -> None:
    """A Blosc header that states more bytes than there are is refused: the library would read them."""
    frame = compress("blosc", RAW)

    with pytest.raises(ChunkError):
        check_chunk(encoding("bytes", "blosc"), frame[:-1])


def test_a_checksum_is_not_part_of_the_frame() -> None:
    """The size of a frame is measured without its checksum."""
    check_chunk(encoding("bytes", "zstd", "crc32c"), compress("zstd", RAW) + b"abcd")


@given(body=st.binary(max_size=200), codec=st.sampled_from(["blosc", "zstd", "lz4", "zlib", "gzip", "bz2", "lzma"]))
def test_any_bytes_pass_or_are_refused(body: bytes, codec: str) -> None:
    """No bytes raise another exception than ChunkError."""
    with suppress(ChunkError):
        check_chunk(encoding("bytes", codec, chunk_bytes=1_000), body)


def stated(**change: object) -> Files:
    """Return a small array of format 2 with changed metadata."""
    return rewrite(write(np.ones((4, 4), "uint8"), zarr_format=2), ".zarray", change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"filters": [{"id": "pickle"}]}, "pickle"),
        ({"compressor": {"id": "json2"}}, "json2"),
        ({"dtype": "|O"}, "drawn"),
        ({"dtype": [["r", "|u1"], ["g", "|u1"]]}, "drawn"),
        ({"filters": [{"id": "zlib"}], "compressor": {"id": "blosc"}}, "inside another"),
    ],
)
def test_unsafe_encodings_are_refused(change: dict[str, object], words: str) -> None:
    """Codecs that run code, types that cannot be drawn, and nested frames are refused by the metadata."""
    with pytest.raises(CodecError, match=words):
        read_encoding(stated(**change).array)


def test_only_a_regular_grid_is_read() -> None:
    """Another chunk grid would put chunks in the wrong places."""
    grid = {"name": "other", "configuration": {"chunk_shape": [4, 4]}}
    files = rewrite(write(np.ones((4, 4), "uint8")), "zarr.json", {"chunk_grid": grid})

    with pytest.raises(CodecError, match="'other'"):
        read_encoding(files.array)


@pytest.mark.parametrize(("last", "good"), [("crc32c", True), ("numcodecs.shuffle", False)])
def test_only_checksums_follow_a_compressor(last: str, good: bool) -> None:
    """With a filter after it, the decompressed size could not be found."""
    codecs = [{"name": "bytes"}, {"name": "gzip", "configuration": {"level": 1}}, {"name": last}]
    files = rewrite(write(np.ones((4, 4), "uint8")), "zarr.json", {"codecs": codecs})

    with nullcontext() if good else pytest.raises(CodecError, match="after it"):
        read_encoding(files.array)


def test_shards_must_hold_whole_chunks() -> None:
    """Shards whose size is not a multiple of that of their chunks are refused."""
    files = write(np.ones((40, 40), "uint8"), chunks=(10, 10), shards=(20, 20))

    with pytest.raises(CodecError, match="whole chunks"):
        read_encoding(replace(files.array, shards=(25, 25)))
