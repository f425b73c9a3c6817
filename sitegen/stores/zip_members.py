"""The bytes of one member of a ZIP archive: its local header is checked against the directory, its content unpacked.

RFC-9 recommends members that are stored as they are. Others are unpacked within the size that the directory states,
which the caller has checked: a member that holds more is refused before it is held in memory.
"""

from __future__ import annotations

import bz2
import struct
import zlib
from collections.abc import Callable, Mapping

from sitegen.errors import FetchError, fetch_error
from sitegen.pixels.decompression import DECODER_ERRORS, HARMLESS_BYTES, measure_frame
from sitegen.stores.zip_directory import LOCAL_HEADER_BYTES, Member

STORED = 0
"""The method of members that are not compressed (APPNOTE 6.3.10, section 4.4.5)."""
_SIGNATURE = b"PK\x03\x04"
_ENCRYPTED = 0x1 | 0x40 | 0x2000
"""Flags of encryption, strong encryption and an encrypted directory (APPNOTE 6.3.10, section 4.4.4)."""
_METHODS: Mapping[int, str] = {
    1: "Shrink", 6: "Implode", 9: "Deflate64", 14: "LZMA", 95: "XZ", 96: "JPEG", 97: "WavPack", 98: "PPMd", 99: "AES",
}  # fmt: skip
"""Methods that are not read, by number."""


def check_member(member: Member, where: str) -> None:
    """Raise FetchError (`zip-member`) where a member is encrypted, or compressed by a method that is not read."""
    if member.flags & _ENCRYPTED:
        raise _error(where, "it is encrypted")
    if member.method != STORED and member.method not in _UNPACKERS:
        name = _METHODS.get(member.method)
        method = f"{name} (method {member.method})" if name else f"method {member.method}"
        raise _error(where, f"it is compressed by {method}, which is not read")
    if member.method == STORED and member.stored_bytes != member.size_bytes:
        raise _error(where, "it is not compressed, but its two sizes differ")


def data_offset(member: Member, header: bytes, where: str) -> int:
    """Return where the data of a member begin, in bytes after the beginning of its local header.

    header: the bytes of the file from there on, at least those of the header and the name. Raises FetchError
    (`zip-member`) where it is not the header of this member.
    """
    name = member.raw_name
    if len(header) < LOCAL_HEADER_BYTES + len(name) or not header.startswith(_SIGNATURE):
        raise _error(where, "no member begins where the directory says")
    flags, method = struct.unpack_from("<HH", header, 6)
    name_bytes, extra_bytes = struct.unpack_from("<HH", header, 26)
    if header[LOCAL_HEADER_BYTES : LOCAL_HEADER_BYTES + name_bytes] != name or method != member.method:
        raise _error(where, "the header of the member and the directory of the archive contradict each other")
    if flags & _ENCRYPTED:
        raise _error(where, "it is encrypted")
    begin = LOCAL_HEADER_BYTES + int(name_bytes) + int(extra_bytes)
    if member.offset + begin + member.stored_bytes > member.limit:
        raise _error(where, "it overlaps the next member")
    return begin


def unpack(member: Member, data: bytes, where: str) -> bytes:
    """Return the content of a member. Raises FetchError (`zip-member`) where it is damaged, or larger than stated."""
    try:
        content = data if member.method == STORED else _UNPACKERS[member.method](data, member.size_bytes)
    except DECODER_ERRORS as error:
        raise _error(where, f"it cannot be unpacked: {error}") from None
    if len(content) != member.size_bytes:
        raise _error(where, f"it unpacks to another size than the {member.size_bytes:,} bytes of the directory")
    if zlib.crc32(content) != member.crc:
        raise _error(where, "its checksum is wrong")
    return content


def _error(where: str, message: str) -> FetchError:
    return fetch_error("zip-member", f"{where}: {message}")


def _inflate(data: bytes, size_bytes: int) -> bytes:
    return zlib.decompressobj(wbits=-zlib.MAX_WBITS).decompress(data, size_bytes + 1)


def _bunzip(data: bytes, size_bytes: int) -> bytes:
    return bz2.BZ2Decompressor().decompress(data, size_bytes + 1)


def _unzstd(data: bytes, size_bytes: int) -> bytes:
    least, most = measure_frame("zstd", data, size_bytes)
    if least > size_bytes or most > max(size_bytes, HARMLESS_BYTES):
        raise ValueError("it may be larger than the directory says")
    import numcodecs  # type: ignore[import-untyped]  # no annotations; with numpy it costs a process 14 MB, few need it

    return bytes(numcodecs.Zstd().decode(data))


_UNPACKERS: Mapping[int, Callable[[bytes, int], bytes]] = {8: _inflate, 12: _bunzip, 20: _unzstd, 93: _unzstd}
"""Method → the function that unpacks it: from the data, and the size at most."""
