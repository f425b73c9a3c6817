"""The central directory of a ZIP archive: the member that each key of a store is in, and where its bytes are.

`zipfile` parses it, from the few parts of the file that were fetched; this module limits what that may cost, and
refuses what no store needs: several parts (volumes), and members that overlap, by which a small archive unpacks to a
gigantic one (Fifield, "A better zip bomb", USENIX WOOT 2019). Nothing is ever written to disk, so that a name such as
`../x` does no harm; no key has such a name, so these members are counted and ignored.

Specification: APPNOTE 6.3.10, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sitegen.errors import fetch_error
from sitegen.transfer import digest

MAX_DIRECTORY_BYTES = 16_000_000
"""Largest directory that is read: 200,000 members with names of 30 characters. The unsharded plate of 1,536 wells with
one field of 3 levels has 60,000. It is the limit of metadata documents, too."""
LOCAL_HEADER_BYTES = 30
"""Of a local file header, before the name (APPNOTE 6.3.10, section 4.3.7)."""

_ROOT_NAMES = frozenset({"zarr.json", ".zgroup", ".zattrs", ".zarray"})
_MAX_NAMES_SHOWN = 3


class NeedsPartError(Exception):
    """The directory cannot be read without this part of the file."""

    def __init__(self, start: int, stop: int) -> None:
        super().__init__(start, stop)
        self.start = start
        self.stop = stop


class SparseFile(io.RawIOBase):
    """A file of which only some parts are held; reading another one raises NeedsPartError."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__()
        self.size_bytes = size_bytes
        self._parts: list[tuple[int, bytes]] = []
        self._position = 0

    def add(self, start: int, body: bytes) -> None:
        """Hold the bytes of the file that begin at `start`."""
        self._parts.append((start, body))

    def digest(self) -> str:
        """Return a digest of the parts that are held."""
        return digest(b"".join(part for _, part in self._parts))

    def forget_all_but_first(self) -> None:
        """Hold only the part that was added first."""
        del self._parts[1:]

    def cut(self, start: int, stop: int) -> bytes | None:
        """Return the bytes from `start` to `stop`, as far as the file has them; None where they are not held."""
        stop = min(stop, self.size_bytes)
        if stop <= start:
            return b""
        pieces = []
        while start < stop:
            held = next((part for part in self._parts if part[0] <= start < part[0] + len(part[1])), None)
            if held is None:
                return None
            piece = held[1][start - held[0] : stop - held[0]]
            pieces.append(piece)
            start += len(piece)
        return b"".join(pieces)

    def seekable(self) -> bool:
        """Return that it can be read in any order."""
        return True

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move the position. Raises OSError for a place before the file, as the files of the system do."""
        position = (0, self._position, self.size_bytes)[whence] + offset
        if position < 0:
            raise OSError("before the beginning of the file")
        self._position = position
        return position

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises NeedsPartError where they are not held."""
        stop = self.size_bytes if size < 0 else min(self._position + size, self.size_bytes)
        body = self.cut(self._position, stop)
        if body is None:
            raise NeedsPartError(self._position, stop)
        self._position += len(body)
        return body


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an archive."""

    name: str
    """As the archive writes it."""
    offset: int
    """Where its local header begins."""
    stored_bytes: int
    """As it is stored, compressed or not."""
    size_bytes: int
    crc: int
    method: int
    flags: int
    limit: int
    """Where the next member, or the directory, begins."""

    @property
    def slack_bytes(self) -> int:
        """Bytes between local header, name and data, or after the data: extra fields, data descriptor, padding."""
        return self.limit - self.offset - LOCAL_HEADER_BYTES - len(self.raw_name) - self.stored_bytes

    @property
    def raw_name(self) -> bytes:
        """The name as it is encoded (APPNOTE 6.3.10, appendix D)."""
        return self.name.encode("utf-8" if self.flags & 0x800 else "cp437")


class ZipDirectory:
    """The members of an archive by key.

    duplicates: keys that are there twice; the last in the directory counts, as for `zipfile`, because zarr-python
    appends a document that is written again. unusable: names that no key has. comment: of the archive.
    """

    def __init__(
        self, members: Mapping[str, Member], *, duplicates: Iterable[str], unusable: Iterable[str], comment: bytes = b""
    ) -> None:
        self.comment = comment
        self._members = members
        self.duplicates = tuple(duplicates)
        self.unusable = tuple(unusable)
        self._by_offset = sorted(members.values(), key=lambda member: member.offset)

    def __len__(self) -> int:
        return len(self._members)

    def find(self, key: str) -> Member | None:
        """Return the member of a key; None where there is none."""
        name = normalize_name(key)
        if name in self._members:
            return self._members[name]
        # Some writers encode names as UTF-8 and do not say so; the names are then read as code page 437.
        return None if name.isascii() else self._members.get(name.encode().decode("cp437"))

    def has_root(self) -> bool:
        """Return whether a Zarr group or array is at the root of the archive, where RFC-9 demands it."""
        return not _ROOT_NAMES.isdisjoint(self._members)

    def nested_roots(self) -> list[str]:
        """Return the folders in which a Zarr group or array is, and none above it, sorted."""
        folders = {name.rpartition("/")[0] for name in self._members if name.rpartition("/")[2] in _ROOT_NAMES}
        return sorted(folder for folder in folders if folders.isdisjoint(_folders_above(folder)))

    def names(self) -> Iterable[str]:
        """Return the names of all members."""
        return self._members

    def first_names(self) -> str:
        """Return the names of some members, for a message."""
        names = [member.name for member in self._by_offset[:_MAX_NAMES_SHOWN]]
        more = len(self._members) - len(names)
        return ", ".join(map(repr, names)) + (f" and {more:,} more" if more else "")

    def listed(self) -> list[Member]:
        """Return the members in the order in which the directory has them."""
        return list(self._members.values())

    def in_file_order(self) -> Iterable[Member]:
        """Return the members in the order in which the file has them."""
        return self._by_offset


def _folders_above(folder: str) -> Iterator[str]:
    while "/" in folder:
        folder = folder.rpartition("/")[0]
        yield folder


def normalize_name(name: str) -> str:
    """Return the key that a name stands for: without `.` and empty segments, as some programs write them."""
    if not name.startswith("./") and "//" not in name and "/./" not in name:
        return name
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def read_directory(file: SparseFile, where: str) -> ZipDirectory | None:
    """Return the directory of an archive; None where the file ends without one, so that it is no archive.

    where: the address, for messages. Raises NeedsPartError where more of the file is needed, FetchError (`zip-broken`)
    where the directory cannot be read.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _make_directory(archive.infolist(), archive.start_dir, archive.comment)
    except zipfile.BadZipFile as error:
        if str(error) == "File is not a zip file":
            return None
        raise fetch_error("zip-broken", f"{where}: its ZIP directory cannot be read: {error}") from None
    # What `zipfile` raises for a hostile directory; UnicodeDecodeError, a name that is not UTF-8, is a ValueError.
    except (ValueError, NotImplementedError, ArithmeticError, LookupError, struct.error, OSError) as error:
        raise fetch_error("zip-broken", f"{where}: its ZIP directory cannot be read: {error}") from None


def _make_directory(entries: list[zipfile.ZipInfo], start_dir: int, comment: bytes) -> ZipDirectory:
    members: dict[str, Member] = {}
    duplicates: dict[str, None] = {}
    unusable: list[str] = []
    limits = _limits(entries, start_dir)
    for entry in entries:
        name = entry.orig_filename
        key = normalize_name(name)
        if key.endswith("/") or not key:
            continue
        if not _is_key(key):
            unusable.append(name)
            continue
        if key in members:
            duplicates[key] = None
        members[key] = Member(
            name=name,
            offset=entry.header_offset,
            stored_bytes=entry.compress_size,
            size_bytes=entry.file_size,
            crc=entry.CRC,
            method=entry.compress_type,
            flags=entry.flag_bits,
            limit=limits[entry.header_offset],
        )
    return ZipDirectory(members, duplicates=duplicates, unusable=unusable, comment=comment)


def _limits(entries: list[zipfile.ZipInfo], start_dir: int) -> dict[int, int]:
    """Return where each member must end, by where it begins. Raises BadZipFile where members overlap, or lie outside.

    An entry that is there twice, and names one member, is an overlap as well.
    """
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    if any(entry.volume for entry in entries):
        raise zipfile.BadZipFile("it is one part of an archive that is split into several files")
    limits = {}
    stops = [*(entry.header_offset for entry in ordered[1:]), start_dir]
    for entry, stop in zip(ordered, stops, strict=False):
        name_bytes = len(entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437", "replace"))
        end = entry.header_offset + LOCAL_HEADER_BYTES + name_bytes + entry.compress_size
        if entry.header_offset < 0 or end > start_dir:
            raise zipfile.BadZipFile(f"the member {entry.orig_filename!r} lies outside of the file")
        if end > stop:
            raise zipfile.BadZipFile(f"the member {entry.orig_filename!r} overlaps another one")
        limits[entry.header_offset] = stop
    return limits


def _is_key(name: str) -> bool:
    """Return whether a key can have this name."""
    if name.startswith("/") or "\\" in name or "\0" in name or name[1:2] == ":":
        return False
    return ".." not in name.split("/")
