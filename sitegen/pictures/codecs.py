"""Stored chunks → pixels: what is safe to decode, and zarr as the decoder.

The bytes and the metadata are a stranger's. So before zarr sees them: codecs come from
a list of those that only compute (`pickle` runs code), and a compressed frame must
declare, or be found to hold, just what its chunk needs: a 67 kB chunk that unpacks to
512 MB cost an unguarded reader 1.9 GB and 11 s (DESIGN §2). Then zarr decodes from a
store in memory, over a document in which every chunk stands alone, shards taken apart.

Trade-off: zarr costs about 1.5 ms for three chunks, 1 ms more than numcodecs by hand
(`benchmarks/pictures.py`), and knows every byte order, fill value and filter.
"""

from __future__ import annotations

import bz2
import json
import lzma
import math
import struct
import warnings
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import zarr
from zarr.core.buffer import cpu
from zarr.storage import MemoryStore

from sitegen.ome.node import Array
from sitegen.pictures.shards import Codec, ShardError, ShardLayout, read_codecs, read_layout

Index = tuple[int, ...]
Pixels = np.ndarray[Any, np.dtype[Any]]

# What hostile bytes make zarr, numcodecs and numpy raise.
_DECODER_ERRORS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, OSError, EOFError, RuntimeError,
    TypeError, ValueError, lzma.LZMAError, zlib.error, struct.error,
)  # fmt: skip
_STEP_BYTES = 1_000_000
_HARMLESS_BYTES = 64_000_000
_DEFLATE_RATIO = 1032
"""One byte of DEFLATE never makes more (zlib technical details)."""
_ZSTD_BLOCK_BYTES = 131_072
"""One block of Zstandard never makes more (RFC 8878, 3.1.1.2.4)."""
_CHECKSUMS = {"crc32c": (0, 4), "fletcher32": (0, 4), "crc32": (4, 0), "adler32": (4, 0), "jenkins_lookup3": (0, 4)}
"""Bytes that a checksum adds before and after."""
_FILTERS = frozenset({
    "bytes", "transpose", "shuffle", "delta", "fixedscaleoffset", "quantize", "bitround", "astype", "packbits"
})  # fmt: skip


_RESIZING = (_FILTERS | set(_CHECKSUMS)) - {"bytes", "transpose", "shuffle"}
"""Codecs after which a chunk may have another size; only a bound is checked then."""


class CodecError(ValueError):
    """Chunks of this array are not decoded. The text says why."""


class ChunkError(ValueError):
    """One chunk cannot be decoded; `code` is the problem's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How the chunks of one array are decoded, each on its own."""

    document: bytes
    """Metadata of the same array without shards: a chunk's key is its index."""
    zarr_format: int
    codecs: tuple[str, ...]
    """Names in the order of encoding."""
    chunk_bytes: int
    """Size of a decoded chunk."""
    shards: ShardLayout | None = None

    def key(self, index: Index) -> str:
        """Return the key of a chunk by `document`."""
        return "/".join(["c", *map(str, index)]) if self.zarr_format == 3 else ".".join(map(str, index)) or "0"


def read_encoding(array: Array) -> Encoding:
    """Return how to decode an array's chunks.

    Raises CodecError where that is unsafe or not known.
    """
    if array.item_bytes is None:
        raise CodecError(f"pixels of type {array.dtype} cannot be drawn")
    document, codecs, shards = _format3(array) if array.zarr_format == 3 else _format2(array)
    compressors = [name for name in codecs if name in _FRAMES]
    unknown = [name for name in codecs if name not in _FRAMES and name not in _FILTERS and name not in _CHECKSUMS]
    if unknown:
        raise CodecError(f"codec {unknown[0][:80]!r} is not decoded here")
    if len(compressors) > 1:
        raise CodecError(f"one compressor inside another ({', '.join(compressors)}) is not decoded here")
    return Encoding(
        document=json.dumps(document).encode(),
        zarr_format=array.zarr_format,
        codecs=codecs,
        chunk_bytes=array.item_bytes * math.prod(array.chunks),
        shards=shards,
    )


def _format2(array: Array) -> tuple[dict[str, object], tuple[str, ...], None]:
    stated = array.document
    filters = stated.get("filters")
    steps = [*(filters if isinstance(filters, list) else []), stated.get("compressor")]
    names = tuple(str(step.get("id")) for step in steps if isinstance(step, dict))
    document: dict[str, object] = {
        key: stated.get(key) for key in ("zarr_format", "dtype", "compressor", "filters", "order", "fill_value")
    }
    document |= {"shape": array.shape, "chunks": array.chunks, "dimension_separator": "."}
    return document, names, None


def _format3(array: Array) -> tuple[dict[str, object], tuple[str, ...], ShardLayout | None]:
    stated = array.document.get("codecs")
    if array.document.get("storage_transformers"):
        raise CodecError("storage transformers are not read")
    codecs, shards = read_codecs(stated), None
    if any(codec.name == "sharding_indexed" for codec in codecs):
        shards, stated, codecs = _inner(array, codecs)
    document: dict[str, object] = {
        "zarr_format": 3,
        "node_type": "array",
        "shape": array.shape,
        "data_type": array.document.get("data_type"),
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": array.chunks}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": array.document.get("fill_value"),
        "codecs": stated,
        "attributes": {},
    }
    return document, tuple(codec.name for codec in codecs), shards


def _inner(array: Array, codecs: Sequence[Codec]) -> tuple[ShardLayout, object, tuple[Codec, ...]]:
    """Return the layout of the shards, and the codecs of the chunks in them."""
    inner = codecs[0].configuration.get("codecs", ["bytes"])
    read = read_codecs(inner)
    if len(codecs) > 1 or array.shards is None or any(codec.name == "sharding_indexed" for codec in read):
        raise CodecError("shards that are themselves encoded, or hold shards, are not read")
    if any(shard % chunk for shard, chunk in zip(array.shards, array.chunks, strict=True)):
        raise CodecError(f"shards of {array.shards} pixels do not hold whole chunks of {array.chunks}")
    grid = tuple(shard // chunk for shard, chunk in zip(array.shards, array.chunks, strict=True))
    try:
        return read_layout(codecs[0].configuration, grid), inner, read
    except ShardError as error:
        raise CodecError(str(error)) from error


def check_chunk(encoding: Encoding, encoded: bytes) -> None:
    """Raise ChunkError where a chunk would not decode to the size that it must have."""
    names = list(encoding.codecs)
    while names and names[-1] in _CHECKSUMS:
        before, after = _CHECKSUMS[names.pop()]
        encoded = encoded[before : len(encoded) - after]
    resized = any(name in _RESIZING for name in names)
    measure = _FRAMES.get(names[-1], _plain) if names else _plain
    limit = max(8 * encoding.chunk_bytes, _HARMLESS_BYTES)
    try:
        least, most = measure(encoded, limit)
    except _DECODER_ERRORS as error:
        raise ChunkError("chunk-corrupt", f"it is not what {names[-1]} writes ({error})") from error
    if most > limit or not (resized or least <= encoding.chunk_bytes <= most):
        raise ChunkError("chunk-size", f"it holds {most:,} bytes; its metadata ask for {encoding.chunk_bytes:,}")


def _plain(encoded: bytes, limit: int) -> tuple[int, int]:
    return len(encoded), len(encoded)


def _blosc(encoded: bytes, limit: int) -> tuple[int, int]:
    """The header of Blosc 1: sizes before and after compression are its second and fourth word."""
    size, _, stored = struct.unpack_from("<III", encoded, 4)
    if stored > len(encoded):  # the library reads as far as the header says
        raise ValueError(f"{len(encoded)} bytes of {stored}")
    return size, size


def _lz4(encoded: bytes, limit: int) -> tuple[int, int]:
    (size,) = struct.unpack_from("<I", encoded)  # numcodecs puts the size before the block
    return size, size


def _zstd(encoded: bytes, limit: int) -> tuple[int, int]:
    """RFC 8878, 3.1.1: the size is optional (tensorstore omits it); blocks bound it."""
    place, least, most = 0, 0, 0
    while place < len(encoded):
        magic, flags = struct.unpack_from("<IB", encoded, place)
        if magic & 0xFFFFFFF0 == 0x184D2A50:
            place += 8 + struct.unpack_from("<I", encoded, place + 4)[0]
            continue
        if magic != 0xFD2FB528:
            raise ValueError("no frame begins here")
        single, code = flags >> 5 & 1, flags >> 6
        width = (single, 2, 4, 8)[code]
        place += 5 + (not single) + (0, 1, 2, 4)[flags & 3]
        size = int.from_bytes(encoded[place : place + width], "little") + 256 * (code == 1)
        place, bound = _zstd_blocks(encoded, place + width)
        place += 4 * (flags >> 2 & 1)
        least, most = least + (size if width else 0), most + (size if width else bound)
    return least, most


def _zstd_blocks(encoded: bytes, place: int) -> tuple[int, int]:
    """Return where the blocks of a frame end, and the most that they can hold."""
    bound, last = 0, 0
    while not last:
        header = int.from_bytes(encoded[place : place + 3], "little")
        if place + 3 > len(encoded):
            raise ValueError("a frame is cut short")
        last, kind, size = header & 1, header >> 1 & 3, header >> 3
        bound += size if kind < 2 else _ZSTD_BLOCK_BYTES
        place += 3 + (1 if kind == 1 else size)
    return place, bound


def _deflate(encoded: bytes, limit: int) -> tuple[int, int]:
    if len(encoded) * _DEFLATE_RATIO <= _HARMLESS_BYTES:
        return 0, len(encoded) * _DEFLATE_RATIO  # cannot hurt, so decompress it once only
    size = 0
    while encoded and size <= limit:
        stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        pending = encoded
        while pending and not stream.eof and size <= limit:
            size += len(stream.decompress(pending, _STEP_BYTES))
            pending = stream.unconsumed_tail
        encoded = stream.unused_data
    return size, size


def _bz2(encoded: bytes, limit: int) -> tuple[int, int]:
    return _counted(bz2.BZ2Decompressor, encoded, limit)


def _lzma(encoded: bytes, limit: int) -> tuple[int, int]:
    return _counted(lambda: lzma.LZMADecompressor(memlimit=4 * _HARMLESS_BYTES), encoded, limit)


class _Decompressor(Protocol):
    """What bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


def _counted(start: Callable[[], _Decompressor], encoded: bytes, limit: int) -> tuple[int, int]:
    """Return how much the streams in `encoded` hold, counting no further than `limit`."""
    size = 0
    while encoded and size <= limit:
        stream, pending = start(), encoded
        while not stream.eof and size <= limit:
            if stream.needs_input and not pending:
                raise EOFError("it is cut short")
            size += len(stream.decompress(pending, _STEP_BYTES))
            pending = b""
        encoded = stream.unused_data
    return size, size


_FRAMES: Mapping[str, Callable[[bytes, int], tuple[int, int]]] = {
    "blosc": _blosc,
    "bz2": _bz2,
    "gzip": _deflate,
    "lz4": _lz4,
    "lzma": _lzma,
    "zlib": _deflate,
    "zstd": _zstd,
}
"""Compressor → the least and most bytes that a frame of it holds, counted up to a limit."""


def decode_chunks(
    encoding: Encoding, chunks: Mapping[Index, bytes], window: Sequence[Sequence[int]]
) -> tuple[Pixels, list[ChunkError]]:
    """Return the pixels of the window, with one axis for each of the array, and why chunks of it are missing.

    chunks: those that are stored, by index; the others are fill value. Native byte order.
    Raises CodecError where zarr cannot read the array at all.
    """
    sound, errors = dict[Index, bytes](), list[ChunkError]()
    for index, encoded in chunks.items():
        try:
            check_chunk(encoding, encoded)
            sound[index] = encoded
        except ChunkError as error:
            errors.append(error)
    try:
        return _read(encoding, sound, window), errors
    except ChunkError:
        good, bad = _sort_out(encoding, sound, window)
        return _read(encoding, good, window), errors + bad


def _sort_out(
    encoding: Encoding, chunks: Mapping[Index, bytes], window: Sequence[Sequence[int]]
) -> tuple[dict[Index, bytes], list[ChunkError]]:
    """Return the chunks that can be decoded, and why the others cannot."""
    good, bad = dict[Index, bytes](), list[ChunkError]()
    for index, encoded in chunks.items():
        try:
            _read(encoding, {index: encoded}, window)
            good[index] = encoded
        except ChunkError as error:
            bad.append(error)
    return good, bad


def _read(encoding: Encoding, chunks: Mapping[Index, bytes], window: Sequence[Sequence[int]]) -> Pixels:
    document = "zarr.json" if encoding.zarr_format == 3 else ".zarray"
    files = {encoding.key(index): cpu.Buffer.from_bytes(encoded) for index, encoded in chunks.items()}
    files[document] = cpu.Buffer.from_bytes(encoding.document)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zarr's opinion of a stranger's metadata; ours is a problem on the record
        return _decoded(encoding, files, window)


def _decoded(encoding: Encoding, files: dict[str, cpu.Buffer], window: Sequence[Sequence[int]]) -> Pixels:
    try:
        array = zarr.open_array(store=MemoryStore(files), mode="r", zarr_format=encoding.zarr_format)  # type: ignore[arg-type]
    except _DECODER_ERRORS as error:
        raise CodecError(f"zarr cannot read the array's metadata: {error}") from error
    try:
        pixels = np.asarray(array.oindex[tuple(_selection(part) for part in window)])
    except _DECODER_ERRORS as error:
        code = "chunk-checksum" if "checksum" in str(error).lower() else "chunk-corrupt"
        raise ChunkError(code, f"it cannot be decoded: {error}") from error
    return pixels.astype(pixels.dtype.newbyteorder("="), copy=False)


def _selection(part: Sequence[int]) -> slice | Pixels:
    """Return the indices as zarr reads them fastest."""
    if isinstance(part, range):
        return slice(part.start, part.stop, part.step)
    if part[-1] - part[0] == len(part) - 1:
        return slice(part[0], part[-1] + 1)
    return np.asarray(part, dtype=np.int64)
