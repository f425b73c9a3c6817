"""A ZIP archive as a store: keys become members, members become byte ranges of one file (RFC-9, draft).

The end of the file is read first: it holds the directory, or says where the directory is. After that a key that is not
there costs no request, a member one. Documents that lie side by side, as RFC-9 recommends, are read together. A chunk
or a part of a shard is read by its exact range; where its data begin is learned from the local headers that were read,
so that a further request for a header is rare.

The end of the file is revalidated each time an archive is opened, so what is kept of its documents is always of the
version that the host has now. A file that changes while it is read is noticed by its size, ETag and date.

RFC-9: https://ngff.openmicroscopy.org/rfc/9/index.html (state D5, November 2025). The comment of the archive, which it
recommends, says nothing that the directory does not say better, and is not read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from sitegen import urls
from sitegen.errors import FetchError, fetch_error
from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.stores.file_kinds import HEAD_BYTES, describe_file, is_zip
from sitegen.stores.io import StoreIO
from sitegen.stores.zip_directory import (
    LOCAL_HEADER_BYTES,
    MAX_DIRECTORY_BYTES,
    Member,
    NeedsPartError,
    SparseFile,
    ZipDirectory,
    read_directory,
)
from sitegen.stores.zip_members import STORED, check_member, data_offset, unpack
from sitegen.transfer import Allowance, ByteRange, Response, check_same_file, digest, last_bytes
from sitegen.urls import redact

TAIL_BYTES = 131_072
"""Bytes at the end of the file that are read first: the longest comment with the records before it (65,633 bytes,
APPNOTE 6.3.10, sections 4.3.14 to 4.3.16), and a directory of 700 members."""
MAX_WHOLE_BYTES = 32_000_000
"""Largest archive that is read whole, from a host that ignores ranges: the default of max_bytes_per_dataset."""
LARGE_DIRECTORY_BYTES = 256_000
"""A larger directory takes much memory once it is parsed, and the time of a thread; it is the size above which metadata
documents count as large, too."""
_BLOCK_BYTES = 131_072
"""Most bytes of documents side by side that are read together."""
_MAX_BLOCKS = 8
"""Blocks of documents that are held; eight are 1 MB."""
_MAX_SLACK_BYTES = 4_096
"""Bytes beyond header, name and data that are read along; the extra fields of usual writers have 0 to 36."""
_MAX_USUAL_SLACK_BYTES = 128
"""More bytes between members are padding, of which each member has other ones."""
_MAX_PARTS = 4
"""Parts of the file that its directory may be in."""
_MAX_PACKED_BYTES = 16_000_000
"""Largest compressed member of which a part is asked for: all of it must be read and unpacked."""
_RANGE_REFUSALS = frozenset({"range-ignored", "range-beyond-end", "bad-range", "http-status"})
"""Codes of answers to the first request that another form of request may avoid: some hosts, such as Azure Blob Storage,
know no ranges that count from the end."""
_DOCUMENTS = frozenset({"zarr.json", ".zattrs", ".zgroup", ".zarray", ".zmetadata", "ro-crate-metadata.json"})

ReadLarge = Callable[[Callable[[], Awaitable[Response]], int], Awaitable[Response]]
"""Receives a large response, of at most so many bytes, when there is memory for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReader:
    """Reads one file: by whom, and at which cost."""

    io: StoreIO
    url: str
    allowance: Allowance
    read_large: ReadLarge

    @property
    def shown(self) -> str:
        """The address, for messages."""
        return redact(self.url)

    async def part(self, byte_range: ByteRange, max_bytes: int, *, settled: bool = False) -> Response:
        """Return a part that is kept like a document. Raises FetchError."""
        return await self.io.get_part(
            self.url, byte_range, max_bytes=max_bytes, allowance=self.allowance, settled=settled
        )

    async def head(self) -> Response:
        """Return the first bytes, which tell what kind of file it is. Raises FetchError."""
        return await self.part(ByteRange(0, HEAD_BYTES), HEAD_BYTES)


async def open_zip(reader: FileReader) -> ZipStore:
    """Return the archive at an address. Raises FetchError where there is none, or none that holds a store."""
    tail, file = await _read_tail(reader)
    directory = await _read_directory(reader, tail, file)
    if directory is None:
        raise await _not_a_zip(reader, file)
    if not directory.has_root():
        raise _no_root(reader, directory)
    file.forget_all_but_first()
    return ZipStore(reader, tail, file, directory)


async def _read_tail(reader: FileReader) -> tuple[Response, SparseFile]:
    """Return the end of the file, and the file with all that was read of it."""
    try:
        tail = await reader.part(last_bytes(TAIL_BYTES), TAIL_BYTES)
    except FetchError as error:
        if error.code not in _RANGE_REFUSALS:
            raise
        return await _read_tail_by_size(reader)
    return tail, _sparse_file(reader, tail, None)


async def _read_tail_by_size(reader: FileReader) -> tuple[Response, SparseFile]:
    """Return the end of a file whose host knows no ranges from the end, or ignores all ranges."""
    try:
        head = await reader.head()
    except FetchError as error:
        if error.code == "range-beyond-end":
            raise fetch_error("other-file", f"{reader.shown}: the file is empty") from None
        raise
    if not is_zip(head.body):
        raise _other_file(reader, head.body)
    if head.total_bytes is None:
        most = max(1, min(MAX_WHOLE_BYTES, reader.allowance.bytes_left))
        get = partial(reader.io.get, reader.url, max_bytes=most, allowance=reader.allowance)
        whole = await reader.read_large(get, most)
        return whole, _sparse_file(reader, whole, 0)
    start = max(0, head.total_bytes - TAIL_BYTES)
    tail = await reader.part(ByteRange(start, head.total_bytes), TAIL_BYTES)
    check_same_file(head, tail)
    return tail, _sparse_file(reader, tail, start)


def _sparse_file(reader: FileReader, part: Response, start: int | None) -> SparseFile:
    """Return the file with a part that was read. start: where it begins; None for the end of the file."""
    if part.total_bytes is None:
        raise fetch_error("bad-range", f"{reader.shown}: the host does not say how large the file is")
    file = SparseFile(part.total_bytes)
    file.add(part.total_bytes - len(part.body) if start is None else start, part.body)
    return file


async def _read_directory(reader: FileReader, tail: Response, file: SparseFile) -> ZipDirectory | None:
    """Return the directory; None where the file is no archive. Raises FetchError."""
    large = False
    for _ in range(_MAX_PARTS):
        try:
            if large:
                return await asyncio.to_thread(read_directory, file, reader.shown)
            return read_directory(file, reader.shown)
        except NeedsPartError as needs:
            size = needs.stop - needs.start
            if size > MAX_DIRECTORY_BYTES:
                raise _directory_too_large(reader, size) from None
            large = large or size > LARGE_DIRECTORY_BYTES
            file.add(needs.start, await _read_directory_part(reader, tail, file, needs, large))
    raise fetch_error("zip-broken", f"{reader.shown}: its ZIP directory is spread over too many places")


async def _read_directory_part(
    reader: FileReader, tail: Response, file: SparseFile, needs: NeedsPartError, large: bool
) -> bytes:
    """Return the bytes that begin where the directory does, up to those that were read before."""
    stop = max(needs.start + 1, min(needs.stop, file.size_bytes - len(tail.body)))
    size = stop - needs.start
    get = partial(reader.part, ByteRange(needs.start, stop), size, settled=True)
    response = await (reader.read_large(get, size) if large else get())
    if not response.cached:
        check_same_file(tail, response)
    return response.body


def _directory_too_large(reader: FileReader, size_bytes: int) -> FetchError:
    message = f"{reader.shown}: its ZIP directory has {size_bytes:,} bytes, at most {MAX_DIRECTORY_BYTES:,} are read"
    return fetch_error("too-large", message, hint="Write larger chunks or shards, so that it has fewer members.")


async def _not_a_zip(reader: FileReader, file: SparseFile) -> FetchError:
    """Return the error for a file that does not end as an archive does."""
    head = file.cut(0, HEAD_BYTES)
    if head is None:
        head = (await reader.head()).body
    if is_zip(head):
        message = "it begins as a ZIP archive, but has no directory at its end: it is incomplete, or still written"
        return fetch_error("zip-broken", f"{reader.shown}: {message}")
    return _other_file(reader, head)


def _other_file(reader: FileReader, head: bytes) -> FetchError:
    what = describe_file(head) if head else "an empty file"
    return fetch_error("other-file", f"{reader.shown}: expected OME-Zarr, found {what}")


def _no_root(reader: FileReader, directory: ZipDirectory) -> FetchError:
    nested = directory.nested_root()
    if nested is not None:
        message = f"its OME-Zarr is in the folder {nested!r} of the ZIP archive; expected it at the root of the archive"
        hint = f"Zip the content of the folder {nested!r}, not the folder itself: RFC-9 demands it."
        return fetch_error("zip-no-root", f"{reader.shown}: {message}", hint=hint)
    found = f"found {directory.first_names()}" if len(directory) else "it holds no files"
    return fetch_error("zip-no-root", f"{reader.shown}: a ZIP archive without OME-Zarr at its root; {found}")


class ZipStore:
    """An archive that was opened: documents and stored objects by key.

    version: changes with the content of any member. problems: what is odd about the archive.
    """

    def __init__(self, reader: FileReader, tail: Response, file: SparseFile, directory: ZipDirectory) -> None:
        self.version = digest(tail.body)
        self.problems = _directory_problems(directory)
        self._reader = reader
        self._tail = tail
        self._file = file
        self._directory = directory
        self._blocks = _document_blocks(directory)
        self._held_blocks: dict[int, bytes] = {}
        self._block_locks: dict[int, asyncio.Lock] = {}
        self._begins: dict[str, int] = {}
        self._extras: dict[tuple[int, int], int] = {}
        self._learning = asyncio.Lock()
        self._unpacking = asyncio.Lock()

    async def get_document(self, key: str, *, max_bytes: int) -> Response:
        """Return a metadata document. Raises FetchError, `not-found` where the archive has none."""
        member = self._find(key)
        self._check_size(member, max_bytes)
        start, stop = self._blocks.get(member.offset) or (member.offset, _stop(member))
        block = await self._block_bytes(start, stop)
        return self._respond(key, member, await self._content(member, block[member.offset - start :]))

    async def get(self, key: str, byte_range: ByteRange | None, *, max_bytes: int) -> Response:
        """Return a stored object, or a byte range of it. Raises FetchError, `not-found` where there is none."""
        member = self._find(key)
        if byte_range is None:
            self._check_size(member, max_bytes)
            return self._respond(key, member, await self._whole(member))
        start, stop = byte_range.clip(member.size_bytes)
        if start >= stop:
            raise fetch_error("range-beyond-end", f"{self._shown(member)}: it has {member.size_bytes:,} bytes")
        if stop - start > max_bytes:
            raise fetch_error("too-large", f"{self._shown(member)}: at most {max_bytes:,} bytes are read")
        if member.method == STORED:
            begin = member.offset + await self._begin(member)
            body = await self._read(begin + start, begin + stop)
        else:
            body = await self._unpacked_part(member, start, stop)
        return self._respond(key, member, body, status=206)

    def _find(self, key: str) -> Member:
        member = self._directory.find(key)
        if member is None:
            raise fetch_error("not-found", f"{self._reader.shown}: the archive has no member {key!r}")
        check_member(member, self._shown(member))
        return member

    def _shown(self, member: Member) -> str:
        return f"{self._reader.shown}, member {member.name!r}"

    def _check_size(self, member: Member, max_bytes: int) -> None:
        size = max(member.size_bytes, member.stored_bytes)
        if size > max_bytes:
            raise fetch_error("too-large", f"{self._shown(member)}: has {size:,} bytes, at most {max_bytes:,} are read")

    def _respond(self, key: str, member: Member, body: bytes, *, status: int = 200) -> Response:
        """Return the bytes of a member as the answer of the archive's host."""
        return replace(
            self._tail,
            url=urls.below(self._reader.url, key),
            status=status,
            body=body,
            total_bytes=member.size_bytes,
            etag=f'"{member.crc:08x}-{member.size_bytes:x}"',
            last_modified=None,
            not_modified=False,
            cached=False,
        )

    # -- documents -------------------------------------------------------------------------------------------------

    async def _block_bytes(self, start: int, stop: int) -> bytes:
        """Return documents that are read together; a few blocks are held."""
        async with self._block_locks.setdefault(start, asyncio.Lock()):
            if start in self._held_blocks:
                return self._held_blocks[start]
            body = await self._read(start, stop, kept=True)
            while len(self._held_blocks) >= _MAX_BLOCKS:
                del self._held_blocks[next(iter(self._held_blocks))]
            if len(body) <= _BLOCK_BYTES:
                self._held_blocks[start] = body
            return body

    # -- members ---------------------------------------------------------------------------------------------------

    async def _whole(self, member: Member) -> bytes:
        """Return the content of a member that is read by one request."""
        return await self._content(member, await self._read(member.offset, _stop(member)))

    async def _content(self, member: Member, raw: bytes) -> bytes:
        """Return the content of a member. raw: the file from its local header on, at least up to `_stop`."""
        where = self._shown(member)
        begin = self._learn(member, raw)
        data = raw[begin : begin + member.stored_bytes]
        if len(data) < member.stored_bytes:  # its extra fields are very long
            data = await self._read(member.offset + begin, member.offset + begin + member.stored_bytes)
        if member.method == STORED or member.size_bytes <= LARGE_DIRECTORY_BYTES:
            return unpack(member, data, where)
        return await asyncio.to_thread(unpack, member, data, where)

    async def _unpacked_part(self, member: Member, start: int, stop: int) -> bytes:
        """Return a part of a compressed member; one at a time, because all of it is held."""
        if max(member.stored_bytes, member.size_bytes) > _MAX_PACKED_BYTES:
            raise fetch_error(
                "too-large",
                f"{self._shown(member)}: it is compressed, so all its {member.size_bytes:,} bytes would have to be "
                f"unpacked for a part of it; at most {_MAX_PACKED_BYTES:,} are",
                hint="Store the members of the archive without compression, as RFC-9 recommends.",
            )
        async with self._unpacking:
            return (await self._whole(member))[start:stop]

    async def _begin(self, member: Member) -> int:
        """Return where the data of a member begin, in bytes after its local header begins.

        Known without its header where nothing lies between members; or where as much lies there as behind the header
        of another member, which was read: one program wrote both.
        """
        fixed, slack = LOCAL_HEADER_BYTES + len(member.raw_name), member.slack_bytes
        async with self._learning:
            if member.name in self._begins:
                return self._begins[member.name]
            if slack == 0:
                return fixed
            if (slack, member.flags) in self._extras:
                return fixed + self._extras[slack, member.flags]
            return self._learn(member, await self._read(member.offset, member.offset + fixed))

    def _learn(self, member: Member, raw: bytes) -> int:
        """Return where the data of a member begin, by its local header, and remember it."""
        begin = data_offset(member, raw, self._shown(member))
        self._begins[member.name] = begin
        if member.slack_bytes <= _MAX_USUAL_SLACK_BYTES:
            extra = begin - LOCAL_HEADER_BYTES - len(member.raw_name)
            self._extras[member.slack_bytes, member.flags] = extra
        return begin

    async def _read(self, start: int, stop: int, *, kept: bool = False) -> bytes:
        """Return bytes of the file. kept: like a document. Raises FetchError, also where the file has changed."""
        held = self._file.cut(start, stop)
        if held is not None:
            return held
        stop, reader = min(stop, self._file.size_bytes), self._reader
        byte_range, size = ByteRange(start, stop), stop - start
        if kept:
            response = await reader.part(byte_range, size, settled=True)
        else:
            response = await reader.io.get(
                reader.url, byte_range=byte_range, max_bytes=size, allowance=reader.allowance
            )
        if not response.cached:
            check_same_file(self._tail, response)
        return response.body


def _is_document(member: Member) -> bool:
    return member.name.rpartition("/")[2] in _DOCUMENTS and _stop(member) - member.offset <= _BLOCK_BYTES


def _document_blocks(directory: ZipDirectory) -> dict[int, tuple[int, int]]:
    """Return the part of the file to read for each document, by where it begins: with the documents beside it."""
    blocks: list[list[Member]] = []
    for member in filter(_is_document, directory.in_file_order()):
        last = blocks[-1] if blocks else None
        if last and last[-1].limit == member.offset and _stop(member) - last[0].offset <= _BLOCK_BYTES:
            last.append(member)
        else:
            blocks.append([member])
    return {member.offset: (block[0].offset, _stop(block[-1])) for block in blocks for member in block}


def _stop(member: Member) -> int:
    """Return up to where the file is read for a member whose extra fields are not known: not into the next one."""
    begin = member.offset + LOCAL_HEADER_BYTES + len(member.raw_name)
    return begin + member.stored_bytes + min(member.slack_bytes, _MAX_SLACK_BYTES)


def _directory_problems(directory: ZipDirectory) -> tuple[Problem, ...]:
    problems = []
    if directory.duplicates:
        message = f"{_names(directory.duplicates)}: the archive has these members twice; the last of each is read"
        problems.append(make_problem("zip-duplicate", message=message))
    if directory.unusable:
        message = f"{_names(directory.unusable)}: no key of a store has such a name, so these members are not read"
        problems.append(make_problem("zip-names", message=message))
    return tuple(problems)


def _names(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    return ", ".join(repr(name[:100]) for name in names[:3]) + more
