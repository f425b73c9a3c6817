"""Chunks → pixels by their compressor and numpy alone, for the encodings that nearly all data have.

NumpyEncoding is: numbers in either byte order, their axes in any order, at most one compressor of
a short list, in format 3 perhaps a CRC-32C after it, and a fill value that is a number.
The metadata decide that, once, never a trial; what is not plain is zarr's (`by_zarr`).
A chunk must decode to exactly its size, and only what the selection wants of it is copied.

Trade-off: a second reader beside zarr's, for a tenth of its time
(`benchmarks/pictures.py`). Tests hold it to zarr's pixels, bit for bit.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

import numcodecs  # type: ignore[import-untyped]  # it has no types
import numpy as np

from sitegen.ome.node import Array
from sitegen.pixels import Pixels
from sitegen.pixels.decompression import DECODER_ERRORS, ChunkError, decoding_error, size_error
from sitegen.pixels.selection import ChunkIndex, Selection
from sitegen.pixels.shards import Codec, is_checksum_valid

_Steps = tuple[tuple[int, ...], str | None, bool]
"""The order of axes, the compressor, whether there is a checksum."""
_Run = tuple[slice, slice]
"""Places in the selection, and the places in the chunk that go there."""

_DECODERS = {
    name: numcodecs.get_codec({"id": name}) for name in ("blosc", "bz2", "gzip", "lz4", "zlib", "zstd")
}  # settings matter to the writer alone: their frames say all that a reader must know
numcodecs.blosc.use_threads = False  # as zarr sets it: there is a process for each core already
_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
"""How JSON states them (Zarr 3, fill value); numpy reads the same words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumpyEncoding:
    """How the chunks of one array are decoded without zarr."""

    dtype: str
    """numpy's name with the byte order of what is stored, such as `>u2`."""
    shape: tuple[int, ...]
    """Of a chunk, its axes as in the metadata."""
    axes: tuple[int, ...]
    """The axes in the order in which they are stored; the last runs fastest."""
    compressor: str | None
    checksum: bool
    """Whether a CRC-32C follows."""
    fill: float | str
    """Value of what is not stored; text is one of three words that are no numbers."""

    @property
    def chunk_bytes(self) -> int:
        """Size of a decoded chunk."""
        return np.dtype(self.dtype).itemsize * math.prod(self.shape)


def read_numpy_encoding(array: Array, codecs: Sequence[Codec]) -> NumpyEncoding | None:
    """Return how an array's chunks are decoded, or None where that is not plain.

    codecs: of a chunk by itself, in the order of encoding.
    """
    steps = _steps3(codecs, len(array.chunks)) if array.zarr_format == 3 else _steps2(array, codecs)
    dtype, fill = np.dtype(array.dtype), array.fill_value
    if fill is None and array.zarr_format == 2:
        fill = dtype.type(0).item()
    if steps is None or not _is_plain(fill, dtype) or (array.byteorder is None and dtype.itemsize > 1):
        return None
    axes, compressor, checksum = steps
    return NumpyEncoding(
        dtype=dtype.newbyteorder(array.byteorder or "=").str,
        shape=array.chunks,
        axes=axes,
        compressor=compressor,
        checksum=checksum,
        fill=fill,
    )


def _steps2(array: Array, codecs: Sequence[Codec]) -> _Steps | None:
    """Return what a format 2 document says, None where it is not plain."""
    stated, names = array.document, [codec.name for codec in codecs]
    order, compressor = stated.get("order"), stated.get("compressor")
    if stated.get("filters") not in (None, []) or order not in ("C", "F") or not set(names) <= _DECODERS.keys():
        return None
    if len(names) != (compressor is not None):
        return None
    axes = tuple(range(len(array.chunks)))
    return axes if order == "C" else axes[::-1], names[0] if names else None, False


def _steps3(codecs: Sequence[Codec], rank: int) -> _Steps | None:
    """Return what a format 3 list of codecs says, None where it is not plain."""
    axes, left = list(range(rank)), list(codecs)
    if left and left[0].name == "transpose":
        order = left.pop(0).configuration.get("order")
        if not isinstance(order, list) or {*map(type, order)} != {int} or sorted(order) != axes:
            return None
        axes = order
    checksum = left[-1:] == [Codec(name="crc32c")]
    names = [codec.name for codec in left[: len(left) - checksum]]
    if names[:1] != ["bytes"] or len(names) > 2 or not set(names[1:]) <= _DECODERS.keys():
        return None
    return tuple(axes), names[1] if names[1:] else None, checksum


def _is_plain(fill: object, dtype: np.dtype[Any]) -> TypeGuard[float | str]:
    """Return whether the fill value is one of this type, stated as a number or one of three words."""
    if dtype.kind == "b" or isinstance(fill, bool):
        return dtype.kind == "b" and isinstance(fill, bool)
    if dtype.kind in "iu":
        return isinstance(fill, int) and bool(np.iinfo(dtype).min <= fill <= np.iinfo(dtype).max)
    if dtype.kind != "f" or isinstance(fill, str):
        return dtype.kind == "f" and fill in _NOT_FINITE
    return isinstance(fill, int | float) and abs(fill) <= float(np.finfo(dtype).max)


def decode_with_numpy(
    plain: NumpyEncoding, chunks: Mapping[ChunkIndex, bytes], selection: Selection
) -> tuple[Pixels, list[ChunkError]]:
    """Return the pixels of the selection, with one axis for each of the array, and why chunks of it are missing.

    chunks: those that are stored, by index; the others are fill value. selection: of each axis the indices,
    ascending. Native byte order.
    """
    native = np.dtype(plain.dtype).newbyteorder("=")
    pixels, errors = np.full([len(part) for part in selection], plain.fill, native), list[ChunkError]()
    runs = [_runs(part, size) for part, size in zip(selection, plain.shape, strict=True)]
    for index, encoded in chunks.items():
        try:
            chunk = _decode_chunk(plain, encoded)
        except ChunkError as error:
            errors.append(error)
            continue
        for places in itertools.product(*(run.get(i, ()) for run, i in zip(runs, index, strict=True))):
            pixels[tuple(place for place, _ in places)] = chunk[tuple(part for _, part in places)]
    return pixels, errors


def _runs(part: Sequence[int], size: int) -> Mapping[int, list[_Run]]:
    """Return, by the number of a chunk along an axis, which places of the selection it fills from which of its own."""
    runs, place = defaultdict[int, list[_Run]](list), 0
    for left in [part] if isinstance(part, range) else [range(i, i + 1) for i in part]:
        while left:
            number, first = divmod(left[0], size)
            count = -(-(size - first) // left.step)
            here, left = left[:count], left[count:]
            runs[number].append((
                slice(place, place + len(here)),
                slice(first, here[-1] - number * size + 1, left.step),
            ))  # fmt: skip
            place += len(here)
    return runs


def _decode_chunk(plain: NumpyEncoding, encoded: bytes) -> Pixels:
    """Return a chunk's pixels, its axes as in the metadata; raises ChunkError."""
    if plain.checksum:
        if not is_checksum_valid(encoded):
            raise ChunkError("chunk-checksum", "it cannot be decoded: it fails its checksum")
        encoded = encoded[:-4]
    try:
        content = _DECODERS[plain.compressor].decode(encoded) if plain.compressor else encoded
        stored = np.frombuffer(content, np.uint8)
    except DECODER_ERRORS as error:
        raise decoding_error(error) from error
    if stored.size != plain.chunk_bytes:
        raise size_error(stored.size, plain.chunk_bytes)
    ordered = stored.view(plain.dtype).reshape([plain.shape[axis] for axis in plain.axes])
    return ordered.transpose(np.argsort(plain.axes))
