"""How a ZIP archive is opened: its end, its directory, or what the file is instead.

The end of the file is read first, by one range. Hosts that know no ranges from the end are asked by size; from a host
that ignores ranges the whole file is read, if it is within the bytes that one dataset may cost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

from sitegen.errors import FetchError, fetch_error
from sitegen.file_kinds import EMPTY, HEAD_BYTES, LFS_POINTER, WEB_PAGE, describe_archive, describe_file, is_zip
from sitegen.model.codes import CODES
from sitegen.stores.file_reader import FileReader
from sitegen.stores.zip_directory import MAX_DIRECTORY_BYTES, NeedsPartError, SparseFile, ZipDirectory, read_directory
from sitegen.stores.zip_store import ZipStore, quote_names
from sitegen.transfer import ByteRange, Response, check_same_file, last_bytes

TAIL_BYTES = 131_072
"""Bytes at the end of the file that are read first: the longest comment with the records before it (65,633 bytes,
APPNOTE 6.3.10, sections 4.3.14 to 4.3.16), and a directory of 700 members."""
MAX_WHOLE_BYTES = 32_000_000
"""Largest archive that is read whole, from a host that ignores ranges: the default of max_bytes_per_dataset."""
LARGE_DIRECTORY_BYTES = 256_000
"""A larger directory takes much memory once it is parsed, and the time of a thread; it is the size above which metadata
documents count as large, too."""
_MAX_PARTS = 4
"""Parts of the file that its directory may be in."""
_RANGE_REFUSALS = frozenset({"range-ignored", "range-beyond-end", "bad-range", "http-status"})
"""Codes of answers to the first request that another form of request may avoid: some hosts, such as Azure Blob Storage,
know no ranges that count from the end."""

_HINTS: Mapping[str, str] = {
    WEB_PAGE: CODES["html-answer"].hint,
    LFS_POINTER: "Give the address of the file itself, and of a dataset that is a folder or an .ozx file.",
    EMPTY: "Upload the dataset again: the file at its address has no content.",
}
"""What a file is → what to do, where that is not to convert it."""


async def open_zip(reader: FileReader) -> ZipStore:
    """Return the archive at an address. Raises FetchError where there is none, or none that holds a store."""
    tail, file = await _read_tail(reader)
    directory = await _read_directory(reader, tail, file)
    if directory is None:
        raise await _not_a_zip(reader, file)
    if not directory.has_root():
        raise _no_root(reader, directory)
    version = file.digest()
    file.forget_all_but_first()
    return ZipStore(reader, tail, file, directory, version=version)


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
        raise other_file(reader, head.body)
    if head.total_bytes is None:
        whole = await _read_whole(reader)
        return whole, _sparse_file(reader, whole, 0)
    start = max(0, head.total_bytes - TAIL_BYTES)
    tail = await reader.part(ByteRange(start, head.total_bytes), TAIL_BYTES)
    check_same_file(head, tail)
    return tail, _sparse_file(reader, tail, start)


async def _read_whole(reader: FileReader) -> Response:
    """Return the whole file, from a host that ignores ranges. Raises FetchError (`range-ignored`) for a large one."""
    most = max(1, min(MAX_WHOLE_BYTES, reader.allowance.bytes_left))
    try:
        return await reader.read_large(
            partial(reader.io.get, reader.url, max_bytes=most, allowance=reader.allowance), most
        )
    except FetchError as error:
        if error.code not in ("too-large", "bytes-spent"):
            raise
        message = f"the host ignores Range requests, and the archive has more than {most:,} bytes, so it is not read"
        hint = "Let the host answer Range requests; zipped data need them."
        raise fetch_error("range-ignored", f"{reader.shown}: {message}", hint=hint) from None


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
    versioned = tail.etag is not None or tail.last_modified is not None
    get = partial(reader.part, ByteRange(needs.start, stop), size, settled=versioned)
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
        if head.startswith(b"PK\x07\x08"):  # APPNOTE 6.3.10, section 8.5.3
            message = "it is the first part of a ZIP archive that is split into several files; RFC-9 allows only one"
        return fetch_error("zip-broken", f"{reader.shown}: {message}")
    return other_file(reader, head)


def not_zarr(reader: FileReader, what: str, hint: str) -> FetchError:
    """Return the error for a folder without Zarr. what: it is, in words."""
    message = f"{reader.shown}: there is no Zarr group, array or metadata document; {what}"
    return FetchError(message, status="unreadable", code="not-zarr", hint=hint)


def other_file(reader: FileReader, head: bytes) -> FetchError:
    """Return the error for a file that is neither OME-Zarr nor a ZIP archive. head: its first bytes."""
    what = describe_file(head)
    hint = _HINTS.get(what, "")
    return fetch_error("other-file", f"{reader.shown}: expected OME-Zarr, found {what}", hint=hint)


def _no_root(reader: FileReader, directory: ZipDirectory) -> FetchError:
    nested = directory.nested_roots()
    if len(nested) == 1:
        message = (
            f"its OME-Zarr is in the folder {nested[0]!r} of the ZIP archive; expected it at the root of the archive"
        )
        hint = f"Zip the content of the folder {nested[0]!r}, not the folder itself: RFC-9 demands it."
        return fetch_error("zip-no-root", f"{reader.shown}: {message}", hint=hint)
    if nested:
        found = f"{len(nested)} OME-Zarr folders, {quote_names(nested)}"
        message = f"expected one OME-Zarr at the root of the ZIP archive, found {found}"
        hint = "Zip the content of each of them as an archive of its own: RFC-9 demands exactly one."
        return fetch_error("zip-no-root", f"{reader.shown}: {message}", hint=hint)
    zips = [name for name in directory.names() if name.lower().endswith((".ozx", ".zip"))]
    if zips:
        message = f"a ZIP archive without OME-Zarr at its root; found ZIP archives in it, {quote_names(zips)}"
        hint = "Unpack it, and give the address of the archive that it holds: RFC-9 allows no archive in another one."
        return fetch_error("zip-no-root", f"{reader.shown}: {message}", hint=hint)
    document = describe_archive(directory.names())
    if document:
        return fetch_error("other-file", f"{reader.shown}: expected OME-Zarr, found {document}")
    hint, found = "", f"found {directory.first_names()}" if len(directory) else "it holds no files"
    if directory.unusable:
        hint = CODES["zip-names"].hint
        found = f"{found} that a store can have; other members are named {quote_names(directory.unusable)}"
    message = f"{reader.shown}: a ZIP archive without OME-Zarr at its root; {found}"
    return fetch_error("zip-no-root", message, hint=hint)
