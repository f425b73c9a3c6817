"""Metadata → how the chunks of an array are encoded, and by which decoder they are decoded.

Metadata are untrusted: the codecs of chunks must be in a list of codecs that only compute
(`pickle` runs code). Common encodings are decoded by `numpy_codecs`, all others by
`zarr_codecs`, from metadata without shards; `chunks` decodes.

Trade-off: two decoders. zarr takes 4 ms for the chunks of a thumbnail, numpy a tenth of
that; zarr knows every fill value and filter (`benchmarks/pictures.py`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from sitegen.ome.node import Array
from sitegen.pixels.decompression import COMPRESSORS, CodecError
from sitegen.pixels.numpy_encoding import NumpyEncoding, read_numpy_encoding
from sitegen.pixels.shards import Codec, ShardError, ShardLayout, read_codecs, read_layout

CHECKSUMS = {"crc32c": (0, 4), "fletcher32": (0, 4), "crc32": (4, 0), "adler32": (4, 0), "jenkins_lookup3": (0, 4)}
"""Codec → bytes that its checksum adds before and after."""
_FILTERS = frozenset({
    "bytes", "transpose", "shuffle", "delta", "fixedscaleoffset", "quantize", "bitround", "astype", "packbits"
})  # fmt: skip
RESIZING = (_FILTERS | set(CHECKSUMS)) - {"bytes", "transpose", "shuffle"}
"""Codecs that may change the size of a chunk; with them, only an upper bound is checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkEncoding:
    """How the chunks of one array are decoded."""

    document: bytes
    """Metadata of the array without shards, for zarr; the key of a chunk follows from its index."""
    zarr_format: int
    codecs: tuple[str, ...]
    """Names of the codecs of a chunk, in the order of encoding."""
    chunk_bytes: int
    """Size of one decoded chunk."""
    shards: ShardLayout | None = None
    numpy_encoding: NumpyEncoding | None = None
    """How to decode chunks without zarr; None where only zarr can."""


def read_encoding(array: Array) -> ChunkEncoding:
    """Return how to decode the chunks of an array.

    Raises
    ------
    CodecError
        If a codec, a combination of codecs, the data type or the chunk grid is not decoded here.

    """
    if array.item_bytes is None:
        raise CodecError(f"pixels of type {array.dtype} cannot be drawn")
    document, codecs, shards = _read_format3(array) if array.zarr_format == 3 else _read_format2(array)
    names = tuple(codec.name for codec in codecs)
    _check_codecs(names)
    return ChunkEncoding(
        document=json.dumps(document).encode(),
        zarr_format=array.zarr_format,
        codecs=names,
        chunk_bytes=array.item_bytes * math.prod(array.chunks),
        shards=shards,
        numpy_encoding=read_numpy_encoding(array, codecs),
    )


def _check_codecs(names: Sequence[str]) -> None:
    """Raise CodecError if a codec is unknown, or the decompressed size could not be found."""
    compressors = [name for name in names if name in COMPRESSORS]
    unknown = [name for name in names if name not in COMPRESSORS and name not in _FILTERS and name not in CHECKSUMS]
    if unknown:
        raise CodecError(f"codec {unknown[0][:80]!r} is not decoded here")
    if len(compressors) > 1:
        raise CodecError(f"one compressor inside another ({', '.join(compressors)}) is not decoded here")
    if compressors and not set(names[names.index(compressors[0]) + 1 :]) <= CHECKSUMS.keys():
        raise CodecError(f"{compressors[0]} with {names[-1]} after it is not decoded here")


def _read_format2(array: Array) -> tuple[dict[str, object], tuple[Codec, ...], None]:
    stated = array.document
    filters = stated.get("filters")
    steps = [*(filters if isinstance(filters, list) else []), stated.get("compressor")]
    codecs = tuple(Codec(name=str(step.get("id"))) for step in steps if isinstance(step, dict))
    document: dict[str, object] = {
        key: stated.get(key) for key in ("zarr_format", "dtype", "compressor", "filters", "order", "fill_value")
    }
    document |= {"shape": array.shape, "chunks": array.chunks, "dimension_separator": "."}
    return document, codecs, None


def _read_format3(array: Array) -> tuple[dict[str, object], tuple[Codec, ...], ShardLayout | None]:
    stated = array.document.get("codecs")
    _check_grid(array.document.get("chunk_grid"))
    if array.document.get("storage_transformers"):
        raise CodecError("storage transformers are not read")
    codecs, shards = read_codecs(stated), None
    if any(codec.name == "sharding_indexed" for codec in codecs):
        shards, stated, codecs = _read_sharding(array, codecs)
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
    """Raise CodecError for any chunk grid of format 3 but the regular one (Zarr v3, "Chunk grids")."""
    (grid,) = read_codecs([stated])  # has the form of a codec: a name and a configuration
    if grid.name != "regular":
        raise CodecError(f"a chunk grid named {grid.name[:80]!r} is not read; expected 'regular'")


def _read_sharding(array: Array, codecs: Sequence[Codec]) -> tuple[ShardLayout, object, tuple[Codec, ...]]:
    """Return the layout of the shards, the `codecs` of the chunks in them as stated, and as read."""
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
