"""How much a compressed frame holds, found out before it is decompressed; and how chunks fail.

The bytes are a stranger's: a 67 kB chunk that unpacks to 512 MB cost an unguarded reader
1.9 GB and 11 s (DESIGN §2). Where a frame declares its size, its header is read; where it
does not, its blocks bound it, or it is decompressed in steps that are thrown away.

Trade-off: DEFLATE of more than 62 kB, bzip2 and LZMA are decompressed twice.
"""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Protocol

# What hostile bytes make zarr, numcodecs and numpy raise.
DECODER_ERRORS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, OSError, EOFError, RuntimeError,
    TypeError, ValueError, lzma.LZMAError, zlib.error, struct.error,
)  # fmt: skip
HARMLESS_BYTES = 64_000_000
"""What a chunk may always hold, however small it should be."""
_STEP_BYTES = 1_000_000
_PIECE_BYTES = 65_536
_MOST_MEMBERS = 64
"""Writers make one of a chunk; 18 MB of empty ones, 20 bytes each, would keep a reader busy and unpack to nothing."""
_DEFLATE_RATIO = 1032
"""One byte of DEFLATE never makes more (zlib technical details)."""
_ZSTD_BLOCK_BYTES = 131_072
"""One block of Zstandard never makes more (RFC 8878, 3.1.1.2.4)."""


class CodecError(ValueError):
    """Chunks of this array are not decoded. The text says why."""


class ChunkError(ValueError):
    """One chunk cannot be decoded; `code` is the problem's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[type[ChunkError], tuple[str, str]]:
        """Let another process have it."""
        return ChunkError, (self.code, str(self))


def decoding_error(error: Exception) -> ChunkError:
    """Return what a decoder's exception says of its chunk."""
    code = "chunk-checksum" if "checksum" in str(error).lower() else "chunk-corrupt"
    return ChunkError(code, f"it cannot be decoded: {error}")


def size_error(size_bytes: int, asked_bytes: int) -> ChunkError:
    """Return what there is to say of a chunk that holds more or less than it should."""
    return ChunkError("chunk-size", f"it holds {size_bytes:,} bytes; its metadata ask for {asked_bytes:,}")


def measure_frame(compressor: str | None, encoded: bytes, limit: int) -> tuple[int, int]:
    """Return the least and the most bytes that a frame holds, counted no further than a little above `limit`.

    compressor: one of COMPRESSORS, or None for bytes as they are. Raises one of DECODER_ERRORS.
    """
    return _FRAMES[compressor](encoded, limit) if compressor else (len(encoded), len(encoded))


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
    place = least = most = members = 0
    while place < len(encoded):
        members += 1
        _check_members(members)
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


class _Decompressor(Protocol):
    """What bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


class _Inflater:
    """DEFLATE, as zlib and gzip wrap it, decompressed in the way of bz2 and lzma."""

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


def _deflate(encoded: bytes, limit: int) -> tuple[int, int]:
    if len(encoded) * _DEFLATE_RATIO <= HARMLESS_BYTES:
        return 0, len(encoded) * _DEFLATE_RATIO  # cannot hurt, so decompress it once only
    return _counted(_Inflater, encoded, limit)


def _bz2(encoded: bytes, limit: int) -> tuple[int, int]:
    return _counted(bz2.BZ2Decompressor, encoded, limit)


def _lzma(encoded: bytes, limit: int) -> tuple[int, int]:
    return _counted(lambda: lzma.LZMADecompressor(memlimit=4 * HARMLESS_BYTES), encoded, limit)


def _counted(start: Callable[[], _Decompressor], encoded: bytes, limit: int) -> tuple[int, int]:
    """Return how much the members of `encoded` hold, counting no further than `limit`."""
    place = size = members = 0
    while place < len(encoded) and size <= limit:
        members += 1
        _check_members(members)
        place, held = _count_member(start(), encoded, place, limit - size)
        size += held
    return size, size


def _count_member(stream: _Decompressor, encoded: bytes, place: int, limit: int) -> tuple[int, int]:
    """Return where the member that begins at `place` ends, and how much it holds.

    It is fed piece by piece: whatever is left of the last piece is copied.
    """
    size = 0
    while not stream.eof and size <= limit:
        piece = encoded[place : place + _PIECE_BYTES] if stream.needs_input else b""
        if stream.needs_input and not piece:
            raise EOFError("it is cut short")
        place += len(piece)
        size += len(stream.decompress(piece, _STEP_BYTES))
    return place - len(stream.unused_data), size


def _check_members(count: int) -> None:
    if count > _MOST_MEMBERS:
        raise ValueError(f"more than {_MOST_MEMBERS} compressed members, one after the other")


_FRAMES: Mapping[str, Callable[[bytes, int], tuple[int, int]]] = {
    "blosc": _blosc,
    "bz2": _bz2,
    "gzip": _deflate,
    "lz4": _lz4,
    "lzma": _lzma,
    "zlib": _deflate,
    "zstd": _zstd,
}
"""Compressor → what measures its frames."""
COMPRESSORS = frozenset(_FRAMES)
"""Those whose frames can be measured, by numcodecs' names."""
