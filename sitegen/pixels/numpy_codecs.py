"""Chunks → pixels by numcodecs and numpy alone, for the encodings that nearly all data have.

These are: numbers in either byte order, axes in any order, at most one of a few
compressors, in format 3 optionally a CRC-32C after it, and a fill value that is a number.
The metadata decide this, once; all other encodings are decoded by zarr (`zarr_codecs`).
A chunk must decode to exactly its size, and only the selected pixels of it are copied.

Trade-off: a second decoder beside zarr's, for a tenth of its time
(`benchmarks/pictures.py`). The tests compare the pixels of both, bit for bit.
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
"""The order of the axes, the compressor, whether there is a checksum."""
_Run = tuple[slice, slice]
"""Positions in the selection, and the positions in the chunk that are copied there."""

_DECODERS = {
    name: numcodecs.get_codec({"id": name}) for name in ("blosc", "bz2", "gzip", "lz4", "zlib", "zstd")
}  # their frames state all that a decoder needs; other settings concern the encoder alone
numcodecs.blosc.use_threads = False  # as zarr sets it: there is one process for each core
_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
"""How JSON states them (Zarr v3, "Fill value"); numpy parses the same words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumpyEncoding:
    """How the chunks of one array are decoded without zarr."""

    dtype: str
    """numpy's name with the byte order of the stored numbers, such as `>u2`."""
    shape: tuple[int, ...]
    """Shape of a chunk, axes as in the metadata."""
    axes: tuple[int, ...]
    """The axes in the order in which they are stored; the last one is contiguous."""
    compressor: str | None
    checksum: bool
    """Whether a CRC-32C follows."""
    fill: float | str
    """Value of pixels that are not stored; text is `NaN`, `Infinity` or `-Infinity`."""

    @property
    def chunk_bytes(self) -> int:
        """Size of a decoded chunk."""
        return np.dtype(self.dtype).itemsize * math.prod(self.shape)


def read_numpy_encoding(array: Array, codecs: Sequence[Codec]) -> NumpyEncoding | None:
    """Return how the chunks of an array are decoded; None where only zarr can decode them.

    codecs: of a chunk without its shard, in the order of encoding.
    """
    steps = _read_steps3(codecs, len(array.chunks)) if array.zarr_format == 3 else _read_steps2(array, codecs)
    dtype, fill = np.dtype(array.dtype), array.fill_value
    if fill is None and array.zarr_format == 2:
        fill = dtype.type(0).item()
    if steps is None or not _is_number(fill, dtype) or (array.byteorder is None and dtype.itemsize > 1):
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


def _read_steps2(array: Array, codecs: Sequence[Codec]) -> _Steps | None:
    """Return the steps that a format 2 document states; None for unusual ones."""
    stated, names = array.document, [codec.name for codec in codecs]
    order, compressor = stated.get("order"), stated.get("compressor")
    if stated.get("filters") not in (None, []) or order not in ("C", "F") or not set(names) <= _DECODERS.keys():
        return None
    if len(names) != (compressor is not None):
        return None
    axes = tuple(range(len(array.chunks)))
    return axes if order == "C" else axes[::-1], names[0] if names else None, False


def _read_steps3(codecs: Sequence[Codec], rank: int) -> _Steps | None:
    """Return the steps of a format 3 list of codecs; None for unusual ones."""
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


def _is_number(fill: object, dtype: np.dtype[Any]) -> TypeGuard[float | str]:
    """Return whether the fill value is a number of this type, stated as a number or one of three words."""
    if dtype.kind == "b" or isinstance(fill, bool):
        return dtype.kind == "b" and isinstance(fill, bool)
    if dtype.kind in "iu":
        return isinstance(fill, int) and bool(np.iinfo(dtype).min <= fill <= np.iinfo(dtype).max)
    if dtype.kind != "f" or isinstance(fill, str):
        return dtype.kind == "f" and fill in _NOT_FINITE
    return isinstance(fill, int | float) and abs(fill) <= float(np.finfo(dtype).max)


def decode_with_numpy(
    encoding: NumpyEncoding, chunks: Mapping[ChunkIndex, bytes], selection: Selection
) -> tuple[Pixels, list[ChunkError]]:
    """Return the pixels of the selection, and why chunks of it are missing.

    Parameters
    ----------
    encoding
        Of the chunks.
    chunks
        The stored chunks by index; pixels of all others have the fill value.
    selection
        Indices along each axis of the array, ascending.

    Returns
    -------
    pixels
        One axis for each axis of the array, native byte order.
    errors
        One for each chunk that cannot be decoded.

    """
    native = np.dtype(encoding.dtype).newbyteorder("=")
    pixels, errors = np.full([len(part) for part in selection], encoding.fill, native), list[ChunkError]()
    runs = [_runs(part, size) for part, size in zip(selection, encoding.shape, strict=True)]
    for index, encoded in chunks.items():
        try:
            chunk = _decode_chunk(encoding, encoded)
        except ChunkError as error:
            errors.append(error)
            continue
        for copies in itertools.product(*(run.get(i, ()) for run, i in zip(runs, index, strict=True))):
            pixels[tuple(target for target, _ in copies)] = chunk[tuple(source for _, source in copies)]
    return pixels, errors


def _runs(indices: Sequence[int], size: int) -> Mapping[int, list[_Run]]:
    """Return for each chunk along an axis which positions of the selection are copied from which of its own.

    indices: the selection along the axis. size: of a chunk along the axis.
    """
    runs, position = defaultdict[int, list[_Run]](list), 0
    for left in [indices] if isinstance(indices, range) else [range(i, i + 1) for i in indices]:
        while left:
            chunk, first = divmod(left[0], size)
            count = -(-(size - first) // left.step)
            here, left = left[:count], left[count:]
            target = slice(position, position + len(here))
            runs[chunk].append((target, slice(first, here[-1] - chunk * size + 1, left.step)))
            position += len(here)
    return runs


def _decode_chunk(encoding: NumpyEncoding, encoded: bytes) -> Pixels:
    """Return the pixels of a chunk, axes as in the metadata; raises ChunkError."""
    if encoding.checksum:
        if not is_checksum_valid(encoded):
            raise ChunkError("chunk-checksum", "it cannot be decoded: it fails its checksum")
        encoded = encoded[:-4]
    try:
        content = _DECODERS[encoding.compressor].decode(encoded) if encoding.compressor else encoded
        stored = np.frombuffer(content, np.uint8)
    except DECODER_ERRORS as error:
        raise decoding_error(error) from error
    if stored.size != encoding.chunk_bytes:
        raise size_error(stored.size, encoding.chunk_bytes)
    ordered = stored.view(encoding.dtype).reshape([encoding.shape[axis] for axis in encoding.axes])
    return ordered.transpose(np.argsort(encoding.axes))
