"""A ZIP archive as a store: keys become members, members become byte ranges of one file (RFC-9, draft).

The end of the file is read first: it holds the directory, or says where the directory is. After that a key that is not
there costs no request, a member one. Documents that lie side by side, as RFC-9 recommends, are read together. A chunk
or a part of a shard is read by its exact range; where its data begin is learned from the local headers that were read,
so that a further request for a header is rare.

The end of the file is revalidated each time an archive is opened, so what is kept of its documents is always of the
version that the host has now. A file that changes while it is read is noticed by its size, ETag and date.

RFC-9: https://ngff.openmicroscopy.org/rfc/9/index.html (state D5, November 2025). The comment of the archive, which it
recommends, says nothing that the directory does not say better, and is only validated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from sitegen import urls
from sitegen.errors import fetch_error
from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.stores.file_reader import FileReader
from sitegen.stores.zip_directory import (
    LOCAL_HEADER_BYTES,
    Member,
    SparseFile,
    ZipDirectory,
)
from sitegen.stores.zip_members import STORED, check_member, data_offset, unpack
from sitegen.stores.zip_recommendations import recommendation_problems
from sitegen.transfer import ByteRange, Response, check_same_file

_BLOCK_BYTES = 131_072
"""Most bytes of documents side by side that are read together."""
_MAX_BLOCKS = 8
"""Blocks of documents that are held; eight are 1 MB."""
_THREAD_BYTES = 256_000
"""A larger member is unpacked in a thread."""
_MAX_SLACK_BYTES = 4_096
"""Bytes beyond header, name and data that are read along; the extra fields of usual writers have 0 to 36."""
_MAX_USUAL_SLACK_BYTES = 128
"""More bytes between members are padding, of which each member has other ones."""
_MAX_PACKED_BYTES = 16_000_000
"""Largest compressed member of which a part is asked for: all of it must be read and unpacked."""
_DOCUMENTS = frozenset({"zarr.json", ".zattrs", ".zgroup", ".zarray", ".zmetadata", "ro-crate-metadata.json"})


class ZipStore:
    """An archive that was opened: documents and stored objects by key.

    version: changes with the content of any member. problems: what is odd about the archive.
    """

    def __init__(
        self, reader: FileReader, tail: Response, file: SparseFile, directory: ZipDirectory, *, version: str
    ) -> None:
        self.version = version
        self.problems = (*_directory_problems(directory), *recommendation_problems(reader.url, directory))
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
        if member.method == STORED or member.size_bytes <= _THREAD_BYTES:
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
        message = f"{quote_names(directory.duplicates)}: the archive has these members twice; the last of each is read"
        problems.append(make_problem("zip-duplicate", message=message))
    if directory.unusable:
        message = f"{quote_names(directory.unusable)}: no key of a store has such a name, so these members are not read"
        problems.append(make_problem("zip-names", message=message))
    return tuple(problems)


def quote_names(names: Sequence[str]) -> str:
    """Return the first names of members, for a message."""
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    return ", ".join(repr(name[:100]) for name in names[:3]) + more
