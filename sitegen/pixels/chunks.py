"""Stored chunks → pixels, by the decoder that their encoding needs.

Chunks are untrusted. Before one is decoded, its compressed frame must state, or be found
to have, the size that the metadata demand (`decompression`).
"""

from __future__ import annotations

from collections.abc import Mapping

from sitegen.pixels.arrays import Pixels
from sitegen.pixels.codecs import CHECKSUMS, RESIZING, ChunkEncoding
from sitegen.pixels.decompression import (
    COMPRESSORS,
    DECODER_ERRORS,
    HARMLESS_BYTES,
    ChunkError,
    measure_frame,
    size_error,
)
from sitegen.pixels.numpy_codecs import decode_with_numpy
from sitegen.pixels.selection import ChunkIndex, Selection


def check_chunk(encoding: ChunkEncoding, encoded: bytes) -> None:
    """Raise ChunkError if a chunk would not decode to the size that the metadata demand."""
    names = list(encoding.codecs)
    while names and names[-1] in CHECKSUMS:
        before, after = CHECKSUMS[names.pop()]
        encoded = encoded[before : len(encoded) - after]
    resized = any(name in RESIZING for name in names)
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
    """Return the pixels of the selection, and why chunks of it are missing.

    Parameters
    ----------
    encoding
        Of the chunks.
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
    valid, errors = dict[ChunkIndex, bytes](), list[ChunkError]()
    for index, encoded in chunks.items():
        try:
            check_chunk(encoding, encoded)
            valid[index] = encoded
        except ChunkError as error:
            errors.append(error)
    pixels, more = _decode(encoding, valid, selection)
    return pixels, errors + more


def _decode(
    encoding: ChunkEncoding, chunks: Mapping[ChunkIndex, bytes], selection: Selection
) -> tuple[Pixels, list[ChunkError]]:
    if encoding.numpy_encoding:
        return decode_with_numpy(encoding.numpy_encoding, chunks, selection)
    from sitegen.pixels.zarr_codecs import decode_with_zarr  # costs a process 0.2 s and 8 MB (measured), few need it

    return decode_with_zarr(encoding.document, encoding.zarr_format, chunks, selection)
