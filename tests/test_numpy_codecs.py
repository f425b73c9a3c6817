"""Decoding by numpy gives the pixels that zarr gives, bit for bit; unusual encodings are left to zarr."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numcodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stored_images import Files, rewrite, write
from zarr.codecs import BloscCodec, BytesCodec, Crc32cCodec, GzipCodec, TransposeCodec, ZstdCodec

from sitegen.pixels.chunks import decode_chunks
from sitegen.pixels.codecs import ChunkEncoding, read_encoding
from sitegen.pixels.decompression import ChunkError
from sitegen.pixels.numpy_codecs import decode_with_numpy
from sitegen.pixels.numpy_encoding import NumpyEncoding
from sitegen.pixels.zarr_codecs import decode_with_zarr

Pixels = np.ndarray[Any, np.dtype[Any]]
Chunks = Mapping[tuple[int, ...], bytes]
Selection = tuple[Any, ...]

DTYPES = ["b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]
COMPRESSED = [
    None,
    ZstdCodec(),
    ZstdCodec(checksum=True),
    BloscCodec(cname="zstd"),
    BloscCodec(cname="lz4"),
    GzipCodec(),
]
OLDER = [None, *(numcodecs.get_codec({"id": name}) for name in ("zstd", "blosc", "gzip", "zlib", "lz4", "bz2"))]


@dataclass(frozen=True)
class Stored:
    """A small array, some of its chunks, and a selection."""

    encoding: ChunkEncoding
    chunks: Chunks
    selection: Selection

    @property
    def numpy_encoding(self) -> NumpyEncoding:
        """How it is decoded without zarr; it has to be known."""
        assert self.encoding.numpy_encoding is not None
        return self.encoding.numpy_encoding

    def decode_with_zarr(self) -> Pixels:
        """Return the pixels that zarr decodes."""
        pixels, errors = decode_with_zarr(
            self.encoding.document, self.encoding.zarr_format, self.chunks, self.selection
        )
        assert errors == []
        return pixels


def chunks_of(files: Files) -> dict[tuple[int, ...], bytes]:
    """Return the stored chunks by index."""
    array = files.array
    grid = itertools.product(*(range(-(-n // size)) for n, size in zip(array.shape, array.chunks, strict=True)))
    return {index: files.objects[array.chunk_key(index)] for index in grid if array.chunk_key(index) in files.objects}


def selections(n: int) -> st.SearchStrategy[Any]:
    """Return selections along an axis of n pixels: a range with a step, or some indices."""
    ranges = st.builds(
        lambda start, count, step: range(start, min(n, start + count), step),
        *(st.integers(0, n - 1), st.integers(1, n), st.integers(1, 4)),
    )
    return ranges | st.sets(st.integers(0, n - 1), min_size=1).map(lambda some: tuple(sorted(some)))


def written(pixels: Pixels, draw: st.DrawFn, chunks: tuple[int, ...]) -> Files:
    """Return the pixels as either format may store them."""
    if draw(st.booleans()):
        how = {"order": draw(st.sampled_from("CF")), "compressors": draw(st.sampled_from(OLDER))}
        return write(pixels, zarr_format=2, chunks=chunks, **how)
    axes = draw(st.permutations(range(pixels.ndim)))
    last = draw(st.sampled_from([[], [Crc32cCodec()]]))
    compressor = draw(st.sampled_from(COMPRESSED))
    return write(
        pixels,
        chunks=chunks,
        filters=draw(st.sampled_from([None, [TransposeCodec(order=tuple(axes))]])),
        serializer=BytesCodec(endian=draw(st.sampled_from(["little", "big"])) if pixels.itemsize > 1 else None),
        compressors=[*([compressor] if compressor else []), *last],
    )


@st.composite
def arrays(draw: st.DrawFn) -> Stored:
    """Return an array that numpy decodes: any type, byte order, order of axes, codec, missing chunk and selection."""
    shape = tuple(draw(st.lists(st.integers(1, 9), min_size=2, max_size=4)))
    chunks = tuple(draw(st.integers(1, n + 2)) for n in shape)
    dtype = (
        np.dtype(draw(st.sampled_from("<>")) + draw(st.sampled_from(DTYPES))) if draw(st.booleans()) else np.dtype("u2")
    )
    noise = np.random.default_rng(draw(st.integers(0, 99))).integers(0, 256, int(np.prod(shape)) * dtype.itemsize, "u1")
    pixels = (noise % 2 if dtype.kind == "b" else noise).view(dtype).reshape(shape)
    files = written(pixels, draw, chunks)
    stored = {index: body for index, body in chunks_of(files).items() if draw(st.integers(0, 4))}
    return Stored(read_encoding(files.array), stored, tuple(draw(selections(n)) for n in shape))


@settings(max_examples=60, deadline=None)
@given(stored=arrays())
def test_pixels_equal_those_of_zarr(stored: Stored) -> None:
    """Type, shape and bytes of the pixels are those that zarr decodes."""
    pixels, errors = decode_with_numpy(stored.numpy_encoding, stored.chunks, stored.selection)

    expected = stored.decode_with_zarr()
    assert errors == []
    assert (pixels.dtype, pixels.shape) == (expected.dtype, expected.shape)
    assert pixels.tobytes() == expected.tobytes()


@settings(max_examples=40, deadline=None)
@given(stored=arrays(), at=st.integers(0, 10_000), flip=st.integers(1, 255), cut=st.booleans())
def test_corruption_is_found_where_zarr_finds_it(stored: Stored, at: int, flip: int, cut: bool) -> None:
    """A truncated or changed chunk is left out where zarr leaves it out, and otherwise gives the same pixels."""
    index, body = next(iter(stored.chunks.items()), ((0,) * len(stored.selection), b"\0"))
    place = at % len(body)
    damaged = body[:place] if cut else body[:place] + bytes([body[place] ^ flip]) + body[place + 1 :]
    chunks = {**stored.chunks, index: damaged}
    selection = tuple(range(n) for n in json.loads(stored.encoding.document)["shape"])

    ours = decode_chunks(stored.encoding, chunks, selection)
    theirs = decode_chunks(replace(stored.encoding, numpy_encoding=None), chunks, selection)

    assert len(ours[1]) == len(theirs[1])
    assert ours[0].tobytes() == theirs[0].tobytes()


def with_fill_value(dtype: str, fill: object, zarr_format: int) -> Stored:
    """Return an array without chunks, whose document states this fill value."""
    files = rewrite(
        write(np.zeros((2, 3), dtype), zarr_format=zarr_format),
        "zarr.json" if zarr_format == 3 else ".zarray",
        {"fill_value": fill},
    )
    return Stored(read_encoding(files.array), {}, (range(2), range(3)))


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize(
    ("dtype", "fill"),
    [
        *(("bool", False), ("bool", True), ("uint8", 255), ("int16", -32768), ("uint64", 2**64 - 1)),
        *(("int64", -(2**63)), ("float16", 65504), ("float32", 0.1), ("float32", 16_777_217), ("float64", 2**63 + 1)),
        *(("float64", -0.0), ("float32", "NaN"), ("float16", "Infinity"), ("float64", "-Infinity")),
    ],
)
def test_missing_chunks_have_the_fill_value_that_zarr_reads(dtype: str, fill: object, zarr_format: int) -> None:
    """Pixels of missing chunks have the value that zarr reads from the same document."""
    stored = with_fill_value(dtype, fill, zarr_format)

    pixels, _ = decode_with_numpy(stored.numpy_encoding, {}, stored.selection)

    assert pixels.tobytes() == stored.decode_with_zarr().tobytes()


@pytest.mark.parametrize("dtype", ["bool", "uint8", "float32"])
def test_without_a_fill_value_it_is_zero(dtype: str) -> None:
    """Format 2 may state no fill value; it is then 0, as in zarr."""
    stored = with_fill_value(dtype, None, 2)

    pixels, _ = decode_with_numpy(stored.numpy_encoding, {}, stored.selection)

    assert pixels.tobytes() == stored.decode_with_zarr().tobytes()


@pytest.mark.parametrize(
    ("dtype", "fill"),
    [
        *(("float32", "0x7fc00000"), ("float32", True), ("float32", 1e39), ("float64", "nan"), ("float64", [1, 2])),
        *(
            ("uint8", 256),
            ("uint8", -1),
            ("uint8", 0.0),
            ("uint8", True),
            ("uint8", "AA=="),
            ("bool", 0),
            ("int8", None),
        ),
        ("complex64", [0.0, 0.0]),
    ],
)
def test_unusual_fill_values_are_left_to_zarr(dtype: str, fill: object) -> None:
    """Bits in hexadecimal, numbers out of range, and other values are not decoded by numpy."""
    files = rewrite(write(np.zeros((2, 3), dtype)), "zarr.json", {"fill_value": fill})

    assert read_encoding(files.array).numpy_encoding is None


LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}


@pytest.mark.parametrize(
    "codecs",
    [
        ["bytes"],
        [LITTLE, "crc32c", {"name": "zstd", "configuration": {"level": 1, "checksum": False}}],
        [LITTLE, {"name": "numcodecs.crc32c", "configuration": {"location": "start"}}],
        [LITTLE, {"name": "numcodecs.lzma", "configuration": {}}],
        [LITTLE, {"name": "numcodecs.shuffle", "configuration": {"elementsize": 2}}, "zstd"],
        [{"name": "numcodecs.delta", "configuration": {"dtype": "<u2"}}, LITTLE],
        [{"name": "transpose", "configuration": {"order": "F"}}, LITTLE],
        [{"name": "transpose", "configuration": {"order": [0, 0]}}, LITTLE],
        [{"name": "transpose", "configuration": {"order": [False, True]}}, LITTLE],
        [*[{"name": "transpose", "configuration": {"order": [1, 0]}}] * 2, LITTLE],
        [],
    ],
)
def test_unusual_codecs_are_left_to_zarr(codecs: list[object]) -> None:
    """Filters, checksums that are not at the end, and a byte order that is not stated are not decoded by numpy."""
    files = rewrite(write(np.zeros((2, 2), "uint16")), "zarr.json", {"codecs": codecs})

    assert read_encoding(files.array).numpy_encoding is None


@pytest.mark.parametrize(
    "change",
    [
        {"filters": [{"id": "delta", "dtype": "<u2"}]},
        {"compressor": {"id": "lzma"}},
        {"compressor": "zlib"},
        {"order": None},
        {"dtype": "=u2"},
        {"dtype": "<c8", "fill_value": None},
    ],
)
def test_unusual_documents_of_format_2_are_left_to_zarr(change: dict[str, object]) -> None:
    """Filters and unusual values of a format 2 document are not decoded by numpy."""
    files = rewrite(write(np.zeros((2, 2), "uint16"), zarr_format=2), ".zarray", change)

    assert read_encoding(files.array).numpy_encoding is None


@pytest.mark.parametrize("codec", ["gzip", "zlib"])
@pytest.mark.parametrize("size", [15, 17])
def test_a_chunk_of_another_size_is_left_out(codec: str, size: int) -> None:
    """A chunk that decompresses to fewer or more bytes is left out."""
    encoding = NumpyEncoding(dtype="|u1", shape=(4, 4), axes=(0, 1), compressor=codec, checksum=False, fill=3)
    body = bytes(numcodecs.get_codec({"id": codec}).encode(bytes(size)))

    pixels, errors = decode_with_numpy(encoding, {(0, 0): body}, (range(4), range(4)))

    assert [error.code for error in errors] == ["chunk-size"]
    assert (pixels == 3).all()


def test_a_chunk_that_fails_its_checksum_is_left_out() -> None:
    """Its error has the code `chunk-checksum`."""
    encoding = NumpyEncoding(dtype="<u2", shape=(2, 2), axes=(0, 1), compressor=None, checksum=True, fill=0)

    _, errors = decode_with_numpy(encoding, {(0, 0): bytes(12)}, (range(2), range(2)))

    assert [(type(error), error.code) for error in errors] == [(ChunkError, "chunk-checksum")]


def test_zarr_is_not_imported_by_the_renderer() -> None:
    """A process that renders usual encodings does not import zarr, which takes time and memory."""
    code = "import sys, sitegen.render.montage; print('zarr' in sys.modules)"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed == "False\n"
