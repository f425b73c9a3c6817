"""What is not HTTP: local files, and object stores through fsspec, in the same form as a web reply.

Promises the same caps as the web, and the same faults. Object stores are read without
credentials, so that a stranger's row cannot publish what only the operator may see.
Blocking reads go to threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import unquote

import fsspec  # type: ignore[import-untyped]  # it has no annotations

from sitegen.errors import RetryableError, fetch_error
from sitegen.transfer import Request
from sitegen.urls import redact, to_path

_EXTRAS: Mapping[str, str] = {"s3": "s3", "gs": "gs"}
"""Scheme → the extra of our distribution that brings its driver."""
_NO_LOGIN: Mapping[str, Mapping[str, object]] = {"s3": {"anon": True}, "gs": {"token": "anon"}}

STORE_SCHEMES = frozenset(_EXTRAS)


@dataclass(frozen=True, slots=True)
class Part:
    """What a file gave."""

    body: bytes
    total_bytes: int
    etag: str | None = None


class ObjectStore(Protocol):
    """The little that we need of an fsspec file system."""

    def info(self, path: str) -> Mapping[str, object]:
        """Return facts about a file, its `size` among them."""

    def cat_file(self, path: str, start: int | None = None, end: int | None = None) -> bytes:
        """Return a part of it."""


def open_store(scheme: str, *, login: bool = False) -> ObjectStore:
    """Return the file system of a scheme; with `login` it uses the operator's credentials.

    Raises FetchError (`driver-missing`), which says what to install.
    """
    try:
        options = {} if login else _NO_LOGIN[scheme]
        return cast(ObjectStore, fsspec.filesystem(scheme, **options))
    except ImportError:
        install = f"pip install 'ngff-sitegen[{_EXTRAS[scheme]}]'"
        raise fetch_error(
            "driver-missing", f"{scheme}: addresses need a driver; {install}", hint=f"{install}."
        ) from None


def check_within(url: str, folder: str | None) -> Path:
    """Return the path of a `file:` address if it lies below the folder, links followed; raise FetchError otherwise."""
    try:
        path = to_path(url).resolve()
    except (OSError, RuntimeError):  # from Python 3.13 on it is told when the file is opened
        raise fetch_error("not-found", f"{redact(url)}: its links lead round in a circle") from None
    if folder is None or not path.is_relative_to(to_path(folder).resolve()):
        raise fetch_error("local-file", f"{redact(url)}: this file may not be read from here")
    return path


async def read_file(path: Path, request: Request) -> Part:
    """Return a local file, or a span of it."""
    return await _reading(lambda: _read_path(path, request), request.url)


async def read_store(store: ObjectStore, request: Request, timeout_s: float) -> Part:
    """Return an object of a store, or a span of it."""
    try:
        async with asyncio.timeout(timeout_s):
            return await _reading(lambda: _read_object(store, request), request.url)
    except TimeoutError:
        raise RetryableError(f"{redact(request.url)}: no answer in time", code="timeout", burdened=True) from None


async def _reading(read: Callable[[], Part], url: str) -> Part:
    """Run a blocking read in a thread, its exceptions made faults."""
    try:
        return await asyncio.to_thread(read)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise fetch_error("not-found", f"{redact(url)}: there is no such file") from None
    except PermissionError:
        raise fetch_error("forbidden", f"{redact(url)}: it may not be read") from None
    except OSError as error:
        raise RetryableError(f"{redact(url)}: {error.strerror or 'it cannot be read'}", code="connect-failed") from None


def _read_path(path: Path, request: Request) -> Part:
    with path.open("rb") as file:
        stat = path.stat()
        start, stop = _bounds(request, stat.st_size)
        file.seek(start)
        body = file.read(stop - start)
    return Part(body, stat.st_size, f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"')


def _read_object(store: ObjectStore, request: Request) -> Part:
    path = unquote(request.url)
    facts = store.info(path)
    if facts.get("type") == "directory":
        raise FileNotFoundError(path)
    size = int(cast(int, facts["size"]))
    start, stop = _bounds(request, size)
    etag = facts.get("ETag") or facts.get("etag")
    body = store.cat_file(path, start=start, end=stop) if stop > start else b""
    return Part(body, size, str(etag) if etag else None)


def _bounds(request: Request, size: int) -> tuple[int, int]:
    """Return which bytes to read of a file of `size` bytes; raise FetchError where there are none, or too many."""
    where, span, most = redact(request.url), request.span, request.max_bytes
    start, stop = (0, size) if span is None else span.within(size)
    if span is not None and start >= size:
        raise fetch_error("range-beyond-end", f"{where}: it has {size:,} bytes; {span.header()} is beyond")
    if stop - start > most:
        raise fetch_error("too-large", f"{where}: at most {most:,} bytes are read here, and it is {stop - start:,}")
    return start, stop
