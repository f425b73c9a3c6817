"""Stored chunks → pixels: what is safe to decode, and by whom.

The bytes and the metadata are a stranger's. So before anything decodes them: codecs come
from a list of those that only compute (`pickle` runs code), and a compressed frame must
declare, or be found to hold, just what its chunk needs (`frames`). What nearly all data
have is decoded by `plain`; any other encoding by zarr, from a document in which every
chunk stands alone, shards taken apart.

Trade-off: two readers. zarr costs 4 ms for the chunks of a thumbnail, `plain` a tenth of
it; zarr knows every fill value and filter (`benchmarks/pictures.py`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sitegen.ome.node import Array
from sitegen.pixels import Pixels
from sitegen.pixels.decompression import (
    COMPRESSORS,
    DECODER_ERRORS,
    HARMLESS_BYTES,
    ChunkError,
    CodecError,
    measure_frame,
    size_error,
)
from sitegen.pixels.numpy_codecs import NumpyEncoding, decode_with_numpy, read_numpy_encoding
from sitegen.pixels.selection import ChunkIndex, Selection
from sitegen.pixels.shards import Codec, ShardError, ShardLayout, read_codecs, read_layout

_CHECKSUMS = {"crc32c": (0, 4), "fletcher32": (0, 4), "crc32": (4, 0), "adler32": (4, 0), "jenkins_lookup3": (0, 4)}
"""Bytes that a checksum adds before and after."""
_FILTERS = frozenset({
    "bytes", "transpose", "shuffle", "delta", "fixedscaleoffset", "quantize", "bitround", "astype", "packbits"
})  # fmt: skip


_RESIZING = (_FILTERS | set(_CHECKSUMS)) - {"bytes", "transpose", "shuffle"}
"""Codecs after which a chunk may have another size; only a bound is checked then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkEncoding:
    """How the chunks of one array are decoded, each on its own."""

    document: bytes
    """Metadata of the same array without shards: a chunk's key is its index."""
    zarr_format: int
    codecs: tuple[str, ...]
    """Names in the order of encoding."""
    chunk_bytes: int
    """Size of a decoded chunk."""
    shards: ShardLayout | None = None
    numpy_encoding: NumpyEncoding | None = None
    """How to decode them without zarr; None where only zarr can."""


def read_encoding(array: Array) -> ChunkEncoding:
    """Return how to decode an array's chunks.

    Raises CodecError where that is unsafe or not known.
    """
    if array.item_bytes is None:
        raise CodecError(f"pixels of type {array.dtype} cannot be drawn")
    document, codecs, shards = _format3(array) if array.zarr_format == 3 else _format2(array)
    names = tuple(codec.name for codec in codecs)
    compressors = [name for name in names if name in COMPRESSORS]
    unknown = [name for name in names if name not in COMPRESSORS and name not in _FILTERS and name not in _CHECKSUMS]
    if unknown:
        raise CodecError(f"codec {unknown[0][:80]!r} is not decoded here")
    if len(compressors) > 1:
        raise CodecError(f"one compressor inside another ({', '.join(compressors)}) is not decoded here")
    if compressors and not set(names[names.index(compressors[0]) + 1 :]) <= _CHECKSUMS.keys():
        raise CodecError(f"{compressors[0]} with {names[-1]} after it is not decoded here")  # its size cannot be found
    return ChunkEncoding(
        document=json.dumps(document).encode(),
        zarr_format=array.zarr_format,
        codecs=names,
        chunk_bytes=array.item_bytes * math.prod(array.chunks),
        shards=shards,
        numpy_encoding=read_numpy_encoding(array, codecs),
    )


def _format2(array: Array) -> tuple[dict[str, object], tuple[Codec, ...], None]:
    stated = array.document
    filters = stated.get("filters")
    steps = [*(filters if isinstance(filters, list) else []), stated.get("compressor")]
    codecs = tuple(Codec(name=str(step.get("id"))) for step in steps if isinstance(step, dict))
    document: dict[str, object] = {
        key: stated.get(key) for key in ("zarr_format", "dtype", "compressor", "filters", "order", "fill_value")
    }
    document |= {"shape": array.shape, "chunks": array.chunks, "dimension_separator": "."}
    return document, codecs, None


def _format3(array: Array) -> tuple[dict[str, object], tuple[Codec, ...], ShardLayout | None]:
    stated = array.document.get("codecs")
    _check_grid(array.document.get("chunk_grid"))
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
    return document, codecs, shards


def _check_grid(stated: object) -> None:
    """Raise CodecError where the chunks of format 3 do not lie as they do in a regular grid (Zarr 3, chunk grids)."""
    (grid,) = read_codecs([stated])  # it is named and configured as a codec is
    if grid.name != "regular":
        raise CodecError(f"a chunk grid named {grid.name[:80]!r} is not read; expected 'regular'")


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


def check_chunk(encoding: ChunkEncoding, encoded: bytes) -> None:
    """Raise ChunkError where a chunk would not decode to the size that it must have."""
    names = list(encoding.codecs)
    while names and names[-1] in _CHECKSUMS:
        before, after = _CHECKSUMS[names.pop()]
        encoded = encoded[before : len(encoded) - after]
    resized = any(name in _RESIZING for name in names)
    compressor = names[-1] if names and names[-1] in COMPRESSORS else None
    limit = max(8 * encoding.chunk_bytes, HARMLESS_BYTES)
    try:
        least, most = measure_frame(compressor, encoded, limit)
    except DECODER_ERRORS as error:
        raise ChunkError("chunk-corrupt", f"it is not what {compressor} writes ({error})") from error
    if most > limit or not (resized or least <= encoding.chunk_bytes <= most):
        raise size_error(most, encoding.chunk_bytes)


def decode_chunks(
    encoding: ChunkEncoding, chunks: Mapping[ChunkIndex, bytes], selection: Selection
) -> tuple[Pixels, list[ChunkError]]:
    """Return the pixels of the selection, with one axis for each of the array, and why chunks of it are missing.

    chunks: those that are stored, by index; the others are fill value. Native byte order.
    Raises CodecError where zarr cannot read the array at all.
    """
    sound, errors = dict[ChunkIndex, bytes](), list[ChunkError]()
    for index, encoded in chunks.items():
        try:
            check_chunk(encoding, encoded)
            sound[index] = encoded
        except ChunkError as error:
            errors.append(error)
    pixels, more = _read(encoding, sound, selection)
    return pixels, errors + more


def _read(
    encoding: ChunkEncoding, chunks: Mapping[ChunkIndex, bytes], selection: Selection
) -> tuple[Pixels, list[ChunkError]]:
    if encoding.numpy_encoding:
        return decode_with_numpy(encoding.numpy_encoding, chunks, selection)
    from sitegen.pixels.zarr_codecs import decode_with_zarr  # few processes need it: 0.2 s and 8 MB of each (measured)

    return decode_with_zarr(encoding.document, encoding.zarr_format, chunks, selection)
