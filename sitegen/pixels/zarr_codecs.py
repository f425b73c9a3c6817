"""Chunks → pixels by zarr itself: any encoding that it knows.

zarr decodes from a store in memory, over a document in which every chunk stands alone,
shards taken apart. It never sees a key that it could ask anybody for.

Trade-off: some 4 ms and a thread for the chunks of one thumbnail, and 0.2 s and 8 MB for
zarr itself in each process. So it is the reader of what `plain` does not read, imported
when first needed, and the oracle of `plain` in the tests.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import zarr
from zarr.core.buffer import cpu
from zarr.storage import MemoryStore

from sitegen.pixels import Pixels
from sitegen.pixels.decompression import DECODER_ERRORS, ChunkError, CodecError, decoding_error
from sitegen.pixels.selection import ChunkIndex, Selection


def decode_with_zarr(
    document: bytes, zarr_format: int, chunks: Mapping[ChunkIndex, bytes], selection: Selection
) -> tuple[Pixels, list[ChunkError]]:
    """Return the pixels of the selection, with one axis for each of the array, and why chunks of it are missing.

    document: the array's metadata, in which a chunk's key is its index. chunks: those that are stored, by
    index; the others are fill value. Native byte order. Raises CodecError where zarr cannot read the array.
    """
    try:
        return _read(document, zarr_format, chunks, selection), []
    except ChunkError:
        good, bad = _sort_out(document, zarr_format, chunks, selection)
    try:
        return _read(document, zarr_format, good, selection), bad
    except ChunkError as error:  # each of these alone can be decoded, so it is not the chunks
        raise CodecError(f"whatever its chunks hold, {error}") from error


def _sort_out(
    document: bytes, zarr_format: int, chunks: Mapping[ChunkIndex, bytes], selection: Selection
) -> tuple[dict[ChunkIndex, bytes], list[ChunkError]]:
    """Return the chunks that can be decoded, and why the others cannot."""
    good, bad = dict[ChunkIndex, bytes](), list[ChunkError]()
    for index, encoded in chunks.items():
        try:
            _read(document, zarr_format, {index: encoded}, selection)
            good[index] = encoded
        except ChunkError as error:
            bad.append(error)
    return good, bad


def _read(document: bytes, zarr_format: int, chunks: Mapping[ChunkIndex, bytes], selection: Selection) -> Pixels:
    files = {_key(zarr_format, index): cpu.Buffer.from_bytes(encoded) for index, encoded in chunks.items()}
    files["zarr.json" if zarr_format == 3 else ".zarray"] = cpu.Buffer.from_bytes(document)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zarr's opinion of a stranger's metadata; ours is a problem on the record
        return _decoded(files, zarr_format, selection)


def _key(zarr_format: int, index: ChunkIndex) -> str:
    return "/".join(["c", *map(str, index)]) if zarr_format == 3 else ".".join(map(str, index)) or "0"


def _decoded(files: dict[str, cpu.Buffer], zarr_format: int, selection: Selection) -> Pixels:
    try:
        array = zarr.open_array(store=MemoryStore(files), mode="r", zarr_format=zarr_format)  # type: ignore[arg-type]
    except DECODER_ERRORS as error:
        raise CodecError(f"zarr cannot read the array's metadata: {error}") from error
    try:
        pixels = np.asarray(array.oindex[tuple(_selection(part) for part in selection)])
    except DECODER_ERRORS as error:
        raise decoding_error(error) from error
    return pixels.astype(pixels.dtype.newbyteorder("="), copy=False)


def _selection(part: Sequence[int]) -> slice | Pixels:
    """Return the indices as zarr reads them fastest."""
    if isinstance(part, range):
        return slice(part.start, part.stop, part.step)
    if part[-1] - part[0] == len(part) - 1:
        return slice(part[0], part[-1] + 1)
    return np.asarray(part, dtype=np.int64)
