"""The decompressed size of a compressed frame, found before it is decompressed; and the errors of chunks.

Chunks are untrusted: a chunk of 67 kB that decompresses to 512 MB took an unguarded
reader 1.9 GB of memory and 11 s (measured). Where a frame states its size, its header is
read; where it does not, its blocks bound the size, or it is decompressed in steps and the
output dropped.

Trade-off: DEFLATE of more than 62 kB, bzip2 and LZMA are decompressed twice.
"""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Protocol

# What zarr, numcodecs and numpy raise for invalid bytes.
DECODER_ERRORS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, OSError, EOFError, RuntimeError,
    TypeError, ValueError, lzma.LZMAError, zlib.error, struct.error,
)  # fmt: skip
HARMLESS_BYTES = 64_000_000
"""A chunk may decompress to this size even if it should be smaller: it does no harm, and is reported afterwards."""
_STEP_BYTES = 1_000_000
_PIECE_BYTES = 65_536
_MAX_MEMBERS = 64
"""Frames or streams in one chunk. Writers make one; a million empty ones of 20 bytes would cost time for no data."""
_DEFLATE_RATIO = 1032
"""Highest ratio of DEFLATE (zlib Technical Details, "Maximum Compression Factor")."""
_ZSTD_BLOCK_BYTES = 131_072
"""Largest content of a Zstandard block (RFC 8878, section 3.1.1.2.4)."""
Bounds = tuple[int, int]
"""The least and the most bytes that a frame decompresses to."""


class CodecError(ValueError):
    """The chunks of an array are not decoded; the text says why."""


class ChunkError(ValueError):
    """One chunk cannot be decoded; `code` is the code of the problem."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[type[ChunkError], tuple[str, str]]:
        """Pickle the code, too: an exception pickles only its arguments."""
        return ChunkError, (self.code, str(self))


def decoding_error(error: Exception) -> ChunkError:
    """Return the error of a chunk for which a decoder raised an exception."""
    code = "chunk-checksum" if "checksum" in str(error).lower() else "chunk-corrupt"
    return ChunkError(code, f"it cannot be decoded: {error}")


def size_error(size_bytes: int, expected_bytes: int) -> ChunkError:
    """Return the error of a chunk that decompresses to another size than its metadata state."""
    return ChunkError("chunk-size", f"it holds {size_bytes:,} bytes; its metadata ask for {expected_bytes:,}")


def measure_frame(compressor: str | None, encoded: bytes, limit: int) -> Bounds:
    """Return the least and the most bytes that a frame decompresses to.

    Parameters
    ----------
    compressor
        One of `COMPRESSORS`, or None for bytes that are not compressed.
    encoded
        The whole frame.
    limit
        Counting stops a little above this number of bytes.

    Raises
    ------
    one of `DECODER_ERRORS`
        If the bytes are not a frame of this compressor.

    """
    return _FRAMES[compressor](encoded, limit) if compressor else (len(encoded), len(encoded))


def _blosc(encoded: bytes, limit: int) -> Bounds:
    """Read the header of Blosc 1: its second and fourth word are the sizes before and after compression."""
    size, _, stored = struct.unpack_from("<III", encoded, 4)
    if stored > len(encoded):  # the library reads as far as the header states
        raise ValueError(f"{len(encoded)} bytes of {stored}")
    return size, size


def _lz4(encoded: bytes, limit: int) -> Bounds:
    (size,) = struct.unpack_from("<I", encoded)  # numcodecs writes the size before the block
    return size, size


def _zstd(encoded: bytes, limit: int) -> Bounds:
    """Add up the frames; a frame without the optional size, as tensorstore writes it, is bounded by its blocks."""
    offset = least = most = members = 0
    while offset < len(encoded):
        members += 1
        _check_members(members)
        magic, descriptor = struct.unpack_from("<IB", encoded, offset)
        if magic & 0xFFFFFFF0 == 0x184D2A50:  # skippable frame (RFC 8878, section 3.1.2)
            offset += 8 + struct.unpack_from("<I", encoded, offset + 4)[0]
            continue
        if magic != 0xFD2FB528:
            raise ValueError("no frame begins here")
        size, offset = _zstd_content_size(encoded, offset + 4, descriptor)
        offset, bound = _zstd_blocks(encoded, offset)
        offset += 4 * (descriptor >> 2 & 1)  # checksum
        least, most = least + (size or 0), most + (bound if size is None else size)
    return least, most


def _zstd_content_size(encoded: bytes, offset: int, descriptor: int) -> tuple[int | None, int]:
    """Return the size that a frame header states, and where the header ends (RFC 8878, section 3.1.1.1)."""
    single_segment, size_flag, dictionary_flag = descriptor >> 5 & 1, descriptor >> 6, descriptor & 3
    width = (single_segment, 2, 4, 8)[size_flag]
    offset += 1 + (not single_segment) + (0, 1, 2, 4)[dictionary_flag]
    size = int.from_bytes(encoded[offset : offset + width], "little") + 256 * (size_flag == 1)
    return size if width else None, offset + width


def _zstd_blocks(encoded: bytes, offset: int) -> tuple[int, int]:
    """Return where the blocks of a frame end, and the most bytes that they hold (RFC 8878, section 3.1.1.2)."""
    bound, last = 0, 0
    while not last:
        header = int.from_bytes(encoded[offset : offset + 3], "little")
        if offset + 3 > len(encoded):
            raise ValueError("a frame is cut short")
        last, block_type, size = header & 1, header >> 1 & 3, header >> 3
        bound += size if block_type < 2 else _ZSTD_BLOCK_BYTES  # raw and RLE blocks state their content's size
        offset += 3 + (1 if block_type == 1 else size)
    return offset, bound


class _Decompressor(Protocol):
    """The interface of the decompressors of bz2 and lzma."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


class _Inflater:
    """A decompressor of zlib and gzip with the interface of those of bz2 and lzma."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int = 0) -> bytes:
        content = self._stream.decompress(self._stream.unconsumed_tail + data, max_length)
        self.needs_input = not self._stream.unconsumed_tail and len(content) < max_length
        return content


def _deflate(encoded: bytes, limit: int) -> Bounds:
    if len(encoded) * _DEFLATE_RATIO <= HARMLESS_BYTES:
        return 0, len(encoded) * _DEFLATE_RATIO  # does no harm, so it is decompressed only once
    return _counted(_Inflater, encoded, limit)


def _bz2(encoded: bytes, limit: int) -> Bounds:
    return _counted(bz2.BZ2Decompressor, encoded, limit)


def _lzma(encoded: bytes, limit: int) -> Bounds:
    return _counted(lambda: lzma.LZMADecompressor(memlimit=4 * HARMLESS_BYTES), encoded, limit)


def _counted(start: Callable[[], _Decompressor], encoded: bytes, limit: int) -> Bounds:
    """Decompress all members of `encoded`, dropping the output, until `limit` is exceeded."""
    offset = size = members = 0
    while offset < len(encoded) and size <= limit:
        members += 1
        _check_members(members)
        offset, member_bytes = _count_member(start(), encoded, offset, limit - size)
        size += member_bytes
    return size, size


def _count_member(stream: _Decompressor, encoded: bytes, offset: int, limit: int) -> tuple[int, int]:
    """Return where the member that begins at `offset` ends, and how many bytes it holds.

    The input is passed in small pieces, because the decompressor copies what is left of each.
    """
    size = 0
    while not stream.eof and size <= limit:
        piece = encoded[offset : offset + _PIECE_BYTES] if stream.needs_input else b""
        if stream.needs_input and not piece:
            raise EOFError("it is cut short")
        offset += len(piece)
        size += len(stream.decompress(piece, _STEP_BYTES))
    return offset - len(stream.unused_data), size


def _check_members(count: int) -> None:
    if count > _MAX_MEMBERS:
        raise ValueError(f"more than {_MAX_MEMBERS} compressed members, one after the other")


_FRAMES: Mapping[str, Callable[[bytes, int], Bounds]] = {
    "blosc": _blosc,
    "bz2": _bz2,
    "gzip": _deflate,
    "lz4": _lz4,
    "lzma": _lzma,
    "zlib": _deflate,
    "zstd": _zstd,
}
"""Compressor → the function that measures its frames."""
COMPRESSORS = frozenset(_FRAMES)
"""Compressors whose frames can be measured, by their numcodecs names."""
