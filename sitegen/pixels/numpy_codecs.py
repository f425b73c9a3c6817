"""Chunks → pixels by numcodecs and numpy alone, for the encodings that nearly all data have.

`numpy_encoding` says which these are; all others are decoded by zarr (`zarr_codecs`).
A chunk must decode to exactly its size, and only the selected pixels of it are copied.

Trade-off: a second decoder beside zarr's, for a tenth of its time
(`benchmarks/pictures.py`). The tests compare the pixels of both, bit for bit.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numcodecs  # type: ignore[import-untyped]  # it has no types
import numpy as np

from sitegen.pixels.arrays import Pixels
from sitegen.pixels.decompression import DECODER_ERRORS, ChunkError, decoding_error, size_error
from sitegen.pixels.numpy_encoding import NUMPY_COMPRESSORS, NumpyEncoding
from sitegen.pixels.selection import ChunkIndex, Selection
from sitegen.pixels.shards import is_checksum_valid

_Run = tuple[slice, slice]
"""Positions in the selection, and the positions in the chunk that are copied there."""

_DECODERS = {
    name: numcodecs.get_codec({"id": name}) for name in NUMPY_COMPRESSORS
}  # their frames state all that a decoder needs; other settings concern the encoder alone
numcodecs.blosc.use_threads = False  # as zarr sets it: there is one process for each core


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
    chunk_bytes = np.dtype(encoding.dtype).itemsize * math.prod(encoding.shape)
    if stored.size != chunk_bytes:
        raise size_error(stored.size, chunk_bytes)
    ordered = stored.view(encoding.dtype).reshape([encoding.shape[axis] for axis in encoding.axes])
    return ordered.transpose(np.argsort(encoding.axes))
