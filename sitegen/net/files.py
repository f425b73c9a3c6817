"""Local files, and object stores through fsspec; limits and errors are those of web addresses.

By default object stores are read without credentials, so that a stranger's row cannot publish what only the operator
may read.
Blocking reads run in threads.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import quote, unquote

from sitegen.errors import RetryableError, explain_os_error, fetch_error
from sitegen.spellings import find_spelling
from sitegen.transfer import Request
from sitegen.urls import redact, to_path

_EXTRAS: Mapping[str, str] = {"s3": "s3", "gs": "gs"}
"""Scheme → the extra of the distribution ngff-sitegen that installs its driver."""
NO_LOGIN: Mapping[str, Mapping[str, object]] = {"s3": {"anon": True}, "gs": {"token": "anon"}}
"""Scheme → how its driver is told to send no credentials: what a catalog lists has to be public."""

_NO_SUCH_NAME = (errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL)
"""Errors of the operating system that no second attempt can change: no file can have such a path."""

_MAX_LISTED = 2_000
"""Names of a folder that are listed, to describe it."""
_ZARR_DOCUMENTS = ("zarr.json", ".zattrs", ".zgroup", ".zarray")

STORE_SCHEMES = frozenset(_EXTRAS)


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file, or a byte range of it."""

    body: bytes
    total_bytes: int
    """Size of the whole file."""
    etag: str | None = None


class ObjectStore(Protocol):
    """The part of an fsspec file system that is used here."""

    def info(self, path: str) -> Mapping[str, object]:
        """Return the metadata of a file, with its `size`."""

    def ls(self, path: str, detail: bool = True) -> Iterable[Mapping[str, object]]:
        """Return the metadata of what is in a folder, each with its `name` and `type`."""

    def cat_file(self, path: str, start: int | None = None, end: int | None = None) -> bytes:
        """Return the bytes from `start` up to `end`."""


def open_store(scheme: str, *, login: bool = False) -> ObjectStore:
    """Return the file system of a scheme. Raises FetchError (`driver-missing`) with what to install.

    login: use the credentials of the operator's environment.
    """
    import fsspec  # type: ignore[import-untyped]  # no annotations; costs a process 6 MB, and most lists name no store

    try:
        options = {} if login else NO_LOGIN[scheme]
        return cast(ObjectStore, fsspec.filesystem(scheme, **options))
    except ImportError:
        install = f"pip install 'ngff-sitegen[{_EXTRAS[scheme]}]'"
        raise fetch_error(
            "driver-missing",
            f"addresses that begin with {scheme}: need a driver; install it with: {install}",
            hint=f"{install}.",
        ) from None


def resolve_local(url: str, folder: str | None, folders: dict[Path, Path]) -> Path:
    """Return the path of a `file:` address, links followed. Raises FetchError where it is not below the folder.

    folders: links of folders that were followed before; those of this address are added.
    """
    if "\0" in unquote(url):
        raise fetch_error("not-found", f"{redact(url)}: no file can have such a path")
    try:
        path = _follow(find_spelling(to_path(url)), folders)
        root = None if folder is None else _follow_folder(find_spelling(to_path(folder)), folders)
    except RecursionError:
        raise fetch_error("not-found", f"{redact(url)}: no file can be below so many folders") from None
    except (OSError, RuntimeError):  # from Python 3.13 on, opening the file raises instead
        raise fetch_error("not-found", f"{redact(url)}: its symbolic links form a loop") from None
    if root is None or not path.is_relative_to(root):
        raise fetch_error(
            "local-file", f"{redact(url)}: only local files below the folder of the list or dataset are read"
        )
    return path


def _follow(path: Path, folders: dict[Path, Path]) -> Path:
    """Return an absolute path, links followed. The files of a dataset share folders: each is looked at once.

    Raises OSError, RuntimeError where links form a loop.
    """
    if path.parent == path:
        return path
    followed = _follow_folder(path.parent, folders) / path.name
    is_link = os.path.islink(followed)  # Path.is_symlink raises where a folder may not be read
    return followed.resolve() if is_link or path.name == ".." else followed


def _follow_folder(path: Path, folders: dict[Path, Path]) -> Path:
    if path not in folders:
        folders[path] = _follow(path, folders)
    return folders[path]


async def read_file(path: Path, request: Request) -> FilePart:
    """Return a local file, or a byte range of it. Raises FetchError."""
    return await _read_in_thread(lambda: _read_path(path, request), request.url)


async def read_store(store: ObjectStore, request: Request, timeout_s: float) -> FilePart:
    """Return an object of a store, or a byte range of it. Raises FetchError."""
    try:
        async with asyncio.timeout(timeout_s):
            return await _read_in_thread(lambda: _read_object(store, request), request.url)
    except TimeoutError:
        raise RetryableError(
            f"{redact(request.url)}: no answer within {timeout_s:g} s", code="timeout", overloaded=True
        ) from None


async def _read_in_thread(read: Callable[[], FilePart], url: str) -> FilePart:
    """Return the result of a blocking read in a thread. Raises FetchError instead of what it raises."""
    try:
        return await asyncio.to_thread(read)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise fetch_error("not-found", f"{redact(url)}: there is no such file") from None
    except PermissionError:
        raise fetch_error("forbidden", f"{redact(url)}: no permission to read it") from None
    except OSError as error:
        if error.errno in _NO_SUCH_NAME:
            raise fetch_error("not-found", f"{redact(url)}: {explain_os_error(error)}") from None
        raise RetryableError(f"{redact(url)}: {explain_os_error(error)}", code="connect-failed") from None


def _read_path(path: Path, request: Request) -> FilePart:
    if request.listing:
        return _listing(sorted(map(_name_in_folder, islice(path.iterdir(), _MAX_LISTED))))
    with path.open("rb") as file:
        stat = path.stat()
        start, stop = _bounds(request, stat.st_size)
        file.seek(start)
        body = file.read(stop - start)
    return FilePart(body, stat.st_size, f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"')


def _read_object(store: ObjectStore, request: Request) -> FilePart:
    path = unquote(request.url)
    if request.listing:
        return _listing(sorted(map(_name_in_store, islice(store.ls(path, detail=True), _MAX_LISTED))))
    metadata = store.info(path)
    if metadata.get("type") == "directory":
        raise FileNotFoundError(path)
    size = int(cast(int, metadata["size"]))
    start, stop = _bounds(request, size)
    etag = metadata.get("ETag") or metadata.get("etag")
    body = store.cat_file(path, start=start, end=stop) if stop > start else b""
    return FilePart(body, size, str(etag) if etag else None)


def _listing(names: Iterable[str]) -> FilePart:
    """Return the names in a folder in the form in which hosts list them: a web page of links."""
    links = "".join(f'<a href="./{quote(name)}">' for name in names)
    body = f"<!DOCTYPE html><title>Index of</title>{links}".encode()
    return FilePart(body, len(body))


def _name_in_folder(path: Path) -> str:
    """Return the name of a file, that of a folder with a slash, or that of the Zarr document in a folder."""
    if not path.is_dir():
        return path.name
    document = next((name for name in _ZARR_DOCUMENTS if (path / name).is_file()), "")
    return f"{path.name}/{document}"


def _name_in_store(metadata: Mapping[str, object]) -> str:
    name = str(metadata.get("name")).rstrip("/").rpartition("/")[2]
    return f"{name}/" if metadata.get("type") == "directory" else name


def _bounds(request: Request, size: int) -> tuple[int, int]:
    """Return start and stop of the bytes to read of a file of this size. Raises FetchError for none, or too many."""
    where, byte_range, most = redact(request.url), request.byte_range, request.max_bytes
    start, stop = (0, size) if byte_range is None else byte_range.clip(size)
    if byte_range is not None and start >= size:
        raise fetch_error(
            "range-beyond-end", f"{where}: it has {size:,} bytes, so {byte_range.header()} is beyond its end"
        )
    if stop - start > most:
        raise fetch_error("too-large", f"{where}: has {stop - start:,} bytes, at most {most:,} are read")
    return start, stop
