"""Chunks → pixels by zarr-python, for every encoding that it knows.

zarr reads from a store in memory, with metadata of an array that has no shards. It never
makes a request.

Trade-off: about 4 ms and a thread for the chunks of one thumbnail, and 0.2 s and 8 MB for
importing zarr in each process (measured). So it decodes only what `numpy_codecs` does not,
and is imported when first needed. The tests compare `numpy_codecs` with it.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import zarr
from zarr.core.buffer import cpu
from zarr.storage import MemoryStore

from sitegen.pixels.arrays import Pixels
from sitegen.pixels.decompression import DECODER_ERRORS, ChunkError, CodecError, decoding_error
from sitegen.pixels.selection import ChunkIndex, Selection


def decode_with_zarr(
    document: bytes, zarr_format: int, chunks: Mapping[ChunkIndex, bytes], selection: Selection
) -> tuple[Pixels, list[ChunkError]]:
    """Return the pixels of the selection, and why chunks of it are missing.

    Parameters
    ----------
    document
        Metadata of the array without shards, so that the key of a chunk follows from its index.
    zarr_format
        2 or 3.
    chunks
        The stored chunks by index; pixels of all others have the fill value.
    selection
        Indices along each axis of the array.

    Returns
    -------
    pixels
        One axis for each axis of the array, native byte order.
    errors
        One for each chunk that cannot be decoded.

    Raises
    ------
    CodecError
        If zarr cannot read the array at all.

    """
    try:
        return _read(document, zarr_format, chunks, selection), []
    except ChunkError:
        valid, errors = _sort_chunks(document, zarr_format, chunks, selection)
    try:
        return _read(document, zarr_format, valid, selection), errors
    except ChunkError as error:  # each of these chunks alone can be decoded, so the array is at fault
        raise CodecError(f"whatever its chunks hold, {error}") from error


def _sort_chunks(
    document: bytes, zarr_format: int, chunks: Mapping[ChunkIndex, bytes], selection: Selection
) -> tuple[dict[ChunkIndex, bytes], list[ChunkError]]:
    """Return the chunks that can be decoded, and why the others cannot."""
    valid, errors = dict[ChunkIndex, bytes](), list[ChunkError]()
    for index, encoded in chunks.items():
        try:
            _read(document, zarr_format, {index: encoded}, selection)
            valid[index] = encoded
        except ChunkError as error:
            errors.append(error)
    return valid, errors


def _read(document: bytes, zarr_format: int, chunks: Mapping[ChunkIndex, bytes], selection: Selection) -> Pixels:
    files = {_key(zarr_format, index): cpu.Buffer.from_bytes(encoded) for index, encoded in chunks.items()}
    files["zarr.json" if zarr_format == 3 else ".zarray"] = cpu.Buffer.from_bytes(document)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zarr warns of unusual metadata; validation reports them
        return _decode(files, zarr_format, selection)


def _key(zarr_format: int, index: ChunkIndex) -> str:
    return "/".join(["c", *map(str, index)]) if zarr_format == 3 else ".".join(map(str, index)) or "0"


def _decode(files: dict[str, cpu.Buffer], zarr_format: int, selection: Selection) -> Pixels:
    try:
        array = zarr.open_array(store=MemoryStore(files), mode="r", zarr_format=zarr_format)  # type: ignore[arg-type]
    except DECODER_ERRORS as error:
        raise CodecError(f"zarr cannot read the array's metadata: {error}") from error
    try:
        pixels = np.asarray(array.oindex[tuple(_zarr_selection(part) for part in selection)])
    except DECODER_ERRORS as error:
        raise decoding_error(error) from error
    return pixels.astype(pixels.dtype.newbyteorder("="), copy=False)


def _zarr_selection(indices: Sequence[int]) -> slice | Pixels:
    """Return the indices in the form that zarr reads fastest."""
    if isinstance(indices, range):
        return slice(indices.start, indices.stop, indices.step)
    if indices[-1] - indices[0] == len(indices) - 1:
        return slice(indices[0], indices[-1] + 1)
    return np.asarray(indices, dtype=np.int64)
