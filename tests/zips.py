"""ZIP archives for tests: those that programs write, and those that no program should."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


def zip_folder(folder: Path, target: Path, *, below: str = "", comment: bytes = b"", **options: int) -> Path:
    """Write an archive of a folder as RFC-9 recommends: `zarr.json` files first, breadth first.

    below: a folder of the archive to put everything into. options: those of `zipfile.ZipFile`.
    """
    files = [path for path in folder.rglob("*") if path.is_file()]
    files.sort(key=lambda path: (path.name != "zarr.json", len(path.parts), path.as_posix()))
    with zipfile.ZipFile(target, "w", **options) as archive:  # type: ignore[call-overload]
        for path in files:
            archive.write(path, below + path.relative_to(folder).as_posix())
        archive.comment = comment
    return target


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMember:
    """A member as it is written, right or wrong; None: what is right."""

    name: str
    body: bytes = b""
    method: int = 0
    flags: int = 0x800
    packed: bytes | None = None
    """As it is stored, where that is not `body`."""
    size: int | None = None
    """As the directory states it."""
    crc: int | None = None
    offset: int | None = None
    volume: int = 0
    extra: bytes = b""
    """Of the local header."""
    padding: bytes = b""
    """Behind the data."""


def raw_zip(
    members: Sequence[RawMember], *, zip64: bool = False, comment: bytes = b"", directory_bytes: int | None = None
) -> bytes:
    """Return an archive of these members. zip64: with the records of ZIP64. directory_bytes: as the end states it."""
    body, directory = bytearray(), bytearray()
    for member in members:
        offset = len(body) if member.offset is None else member.offset
        body += _local_header(member, zip64)
        body += _stored(member) + member.padding
        directory += _entry(member, offset, zip64)
    start = len(body)
    size = len(directory) if directory_bytes is None else directory_bytes
    body += directory
    if zip64:
        end64 = len(body)
        body += struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, len(members), len(members), size, start)
        body += struct.pack("<4sIQI", b"PK\x06\x07", 0, end64, 1)
        size, start = 0xFFFFFFFF, 0xFFFFFFFF
    count = min(len(members), 0xFFFF)
    return bytes(
        body + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, size, start, len(comment)) + comment
    )


def _stored(member: RawMember) -> bytes:
    return member.body if member.packed is None else member.packed


def _sizes(member: RawMember) -> tuple[int, int, int]:
    """Return checksum, stored size and size, as they are stated."""
    crc = zlib.crc32(member.body) if member.crc is None else member.crc
    return crc, len(_stored(member)), len(member.body) if member.size is None else member.size


def _local_header(member: RawMember, zip64: bool) -> bytes:
    crc, stored, size = _sizes(member)
    extra = member.extra
    if zip64:
        extra += struct.pack("<HHQQ", 1, 16, size, stored)
        stored = size = 0xFFFFFFFF
    name = member.name.encode("utf-8" if member.flags & 0x800 else "cp437")
    head = (b"PK\x03\x04", 45, member.flags, member.method, 0, 33, crc, stored, size, len(name), len(extra))
    return struct.pack("<4sHHHHHIIIHH", *head) + name + extra


def _entry(member: RawMember, offset: int, zip64: bool) -> bytes:
    crc, stored, size = _sizes(member)
    extra = b""
    if zip64:
        extra = struct.pack("<HHQQQ", 1, 24, size, stored, offset)
        stored = size = offset = 0xFFFFFFFF
    name = member.name.encode("utf-8" if member.flags & 0x800 else "cp437")
    head = (b"PK\x01\x02", 45, 45, member.flags, member.method, 0, 33, crc, stored, size, len(name), len(extra))
    return struct.pack("<4sHHHHHHIIIHHHHHII", *head, 0, member.volume, 0, 0, offset) + name + extra


def members_of(folder: Path) -> list[RawMember]:
    """Return the files of a folder as members, `zarr.json` files first."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    files.sort(key=lambda path: (path.name != "zarr.json", len(path.parts), path.as_posix()))
    return [RawMember(name=path.relative_to(folder).as_posix(), body=path.read_bytes()) for path in files]
