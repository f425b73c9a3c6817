"""Uploads a built site to object storage, or copies it to a folder elsewhere.

Promises: what stands there works all the while. Files that pages refer to go first,
pages last, and only then goes what the site no longer has, except where a file stands in
the way of a folder; whatever fails, the pages of before still stand, and the next run
sends what is missing. A ledger beside the site says what was sent, also when a run ends
early (of kill -9 it knows a part). Only what it names is ever deleted or replaced. A file
is sent again only where its content changed, or what lies there has another size.

Trade-off: two runs at once to one target are not kept apart; object stores have no locks.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, TypeVar

import fsspec  # type: ignore[import-untyped]  # it has no annotations
import msgspec

from sitegen import formatting
from sitegen.commands.progress import Progress
from sitegen.errors import PublishError, SitegenError, UsageError, find_error
from sitegen.outputs.folder import MARKERS
from sitegen.serve import media_type
from sitegen.urls import redact

log = logging.getLogger(__name__)
T = TypeVar("T")

LEDGER = ".sitegen-published.json.gz"
"""File at the target: each path that was put there, with the digest of its content, empty while it is being sent."""
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
"""It may be kept, but is asked for at each use whether it still holds: a page must not outlive the files it names."""
_NAMED_BY_CONTENT = ("thumbs/", "search/")
"""Folders whose files have a digest in their names, and so never change."""
_HALF = ".part"  # ends the name of a file of this machine while it is being written
_AT_ONCE = 16
_INSTALL = MappingProxyType({"s3": "'ngff-sitegen[s3]'", "gs": "'ngff-sitegen[gs]'", "gcs": "'ngff-sitegen[gs]'"})

_HEADERS: Mapping[str, Callable[[str, str], Mapping[str, Any]]] = MappingProxyType(
    {
        "s3": lambda kind, cache: {"ContentType": kind, "CacheControl": cache},
        "gs": lambda kind, cache: {"content_type": kind, "fixed_key_metadata": {"cache_control": cache}},
    }
)
"""Protocol → how its driver is told type and caching. Other drivers (abfs) guess the type by the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a run did."""

    sent: int
    sent_bytes: int
    unchanged: int
    deleted: int

    def as_text(self) -> str:
        """Return it as one line."""
        sent = f"{formatting.plural(self.sent, 'file')} sent ({formatting.size(self.sent_bytes)})"
        return f"{sent}, {formatting.count(self.unchanged)} unchanged, {formatting.count(self.deleted)} deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file of the site."""

    path: str
    source: Path
    size: int
    digest: str


async def publish(folder: Path, target: str, progress: Progress) -> Published:
    """Make `target` hold the site in `folder`; return what that took.

    target: a folder, or an address of any driver of fsspec that can write; its own environment gives credentials.
    Raises UsageError where either is not what it must be, PublishError where the target cannot be written.
    """
    place = open_target(target)
    _check_apart(folder, place)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_AT_ONCE))
    files = await asyncio.to_thread(_read_site, folder)
    ours = {file.path for file in files}
    there = await asyncio.to_thread(place.sizes)
    ledger = await asyncio.to_thread(place.read_ledger) if LEDGER in there else None
    known = {path: digest for path, digest in (ledger or {}).items() if path in there}
    halves = there.keys() & {path + _HALF for path in (LEDGER, *(ledger or {}))} if place.is_local else set()
    _check_ours(place, there.keys() - halves - {LEDGER}, ours, ledger)
    changed = [file for file in files if (there.get(file.path), known.get(file.path)) != (file.size, file.digest)]
    gone = (known.keys() | halves) - ours
    if changed or gone:
        await _update(place, changed, gone, known | {file.path: "" for file in changed}, progress)
    return Published(
        sent=len(changed),
        sent_bytes=sum(file.size for file in changed),
        unchanged=len(files) - len(changed),
        deleted=len(gone),
    )


async def _update(
    place: Target, files: list[_File], gone: set[str], ledger: dict[str, str], progress: Progress
) -> None:
    """Send files, then delete what is gone. Whatever ends it, the ledger there says what was done."""
    first = _in_the_way(gone, {file.path for file in files})
    try:
        await _to_each(first, place.delete)
        await _send(files, place, ledger, progress)
        await _to_each(gone - first, place.delete)
        for path in gone & ledger.keys():
            del ledger[path]
    finally:
        await asyncio.to_thread(place.write_ledger, ledger)


def _in_the_way(gone: set[str], wanted: set[str]) -> set[str]:
    """Return files where a folder is wanted, or in a folder where a file is wanted: a disk cannot hold both."""
    folders = {str(folder) for path in wanted for folder in PurePosixPath(path).parents}
    return {path for path in gone if path in folders or wanted.intersection(map(str, PurePosixPath(path).parents))}


async def _send(files: list[_File], place: Target, ledger: dict[str, str], progress: Progress) -> None:
    """Upload files, those that others refer to before the others; keep in `ledger` what was sent."""

    def sent(file: _File) -> None:
        ledger[file.path] = file.digest
        progress.count()

    files = sorted(files, key=lambda file: (_turn(file.path), file.path))
    most = max(500, len(files) // 20)  # kill -9 loses no more; for a large site the ledger is large, too
    progress.begin_count(len(files), "file")
    for _, batch in groupby(enumerate(files), lambda each: (_turn(each[1].path), each[0] // most)):
        await asyncio.to_thread(place.write_ledger, ledger)
        await _to_each((file for _, file in batch), lambda file: place.write(file.path, file.source.read_bytes()), sent)
    progress.end()


async def _to_each(values: Iterable[T], do: Callable[[T], None], done: Callable[[T], None] = lambda _: None) -> None:
    """Do something to values in threads, a few at a time, of which none waits for another; call `done` after each."""
    rest = iter(values)

    async def work() -> None:
        for value in rest:
            await asyncio.to_thread(do, value)
            done(value)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(work())
    except ExceptionGroup as failures:
        raise find_error(failures, SitegenError) or failures from None


def _turn(path: str) -> int:
    """Return when a file is sent: what never changes, what pages refer to, pages, the home page."""
    if path.startswith(_NAMED_BY_CONTENT):
        return 0
    return 1 if not path.endswith(".html") else 3 if path == "index.html" else 2


def _read_site(folder: Path) -> list[_File]:
    """Return the files of a built site."""
    if not all((folder / name).is_file() for name in MARKERS):
        raise UsageError(f"{folder}: expected a site that `sitegen build` wrote; build it first, or name its folder")
    return [_read_file(folder, path) for path in sorted(folder.rglob("*")) if path.is_file() and path.name != LEDGER]


def _read_file(folder: Path, path: Path) -> _File:
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:16]
    return _File(path=path.relative_to(folder).as_posix(), source=path, size=len(body), digest=digest)


class Target:
    """Where a site is published: a folder below `root` of an fsspec file system, called `name` in words."""

    def __init__(self, files: Any, root: str, name: str) -> None:
        self.name = name
        self.root = root.rstrip("/")
        self._files = files
        protocols = (files.protocol,) if isinstance(files.protocol, str) else tuple(files.protocol)
        self.is_local = "file" in protocols
        self._headers = next((_HEADERS[each] for each in protocols if each in _HEADERS), None)
        if not self._headers and not self.is_local:
            log.warning("%s: this driver cannot be told how long a file may be kept; see to that at the host", name)

    def sizes(self) -> dict[str, int]:
        """Return the size of each file that is there, by its path below the target."""
        with _told(self.name, "cannot be listed"):
            try:
                found = self._files.find(self.root, detail=True)
            except FileNotFoundError:
                return {}
        start = len(self.root) + 1
        return {name[start:]: int(facts["size"] or 0) for name, facts in found.items() if name != self.root}

    def read_ledger(self) -> dict[str, str]:
        """Return what earlier runs put there."""
        with _told(self.name, f"its {LEDGER} cannot be read"):
            body = self._files.cat_file(f"{self.root}/{LEDGER}")
        with _told(self.name, f"its {LEDGER} is broken; delete it there, and everything is sent again"):
            return msgspec.convert(json.loads(gzip.decompress(body))["files"], dict[str, str])

    def write_ledger(self, files: Mapping[str, str]) -> None:
        """Keep what is there now."""
        body = json.dumps({"files": files}, sort_keys=True, separators=(",", ":")).encode()
        self.write(LEDGER, gzip.compress(body, mtime=0))

    def write(self, path: str, body: bytes) -> None:
        """Upload a file."""
        target = f"{self.root}/{path}"
        with _told(self.name, f"{path} cannot be written; run it again to send what is missing"):
            if not self.is_local:
                self._files.pipe_file(target, body, **self._headers_of(path))
                return
            half = target + _HALF  # who reads meanwhile sees the old file or the new one, whole
            try:
                self._files.pipe_file(half, body)
                os.replace(half, target)
            finally:
                Path(half).unlink(missing_ok=True)

    def delete(self, path: str) -> None:
        """Delete a file, and folders of this machine that hold nothing any more."""
        target = f"{self.root}/{path}"
        with _told(self.name, f"{path} cannot be deleted"), suppress(FileNotFoundError):
            self._files.rm_file(target)  # not `rm`, which takes names for patterns
        if self.is_local:
            with suppress(OSError):
                os.removedirs(Path(target).parent)

    def _headers_of(self, path: str) -> Mapping[str, Any]:
        cache = FOREVER if path.startswith(_NAMED_BY_CONTENT) else ASK_AGAIN
        return self._headers(media_type(path), cache) if self._headers else {}


@contextmanager
def _told(name: str, what: str) -> Iterator[None]:
    """Turn whatever a driver raises into one clear line: each has exceptions of its own."""
    try:
        yield
    except SitegenError:
        raise
    except Exception as error:
        why = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        raise PublishError(f"{name}: {what} ({why})") from error


def open_target(target: str) -> Target:
    """Return the place that a command line names. Raises UsageError where no driver can write there."""
    scheme = target.partition("://")[0] if "://" in target else "file"
    name = redact(target)
    if scheme in ("http", "https"):
        raise UsageError(f"{name}: a web address cannot be written; expected a folder, s3://…, gs://…")
    with _told(name, "cannot be opened"):
        try:
            files, root = fsspec.url_to_fs(target, **({"auto_mkdir": True} if scheme in ("file", "local") else {}))
        except ImportError:
            install = _INSTALL.get(scheme, "the driver that fsspec names for it")
            raise UsageError(f"{name}: {scheme}: needs a driver; pip install {install}") from None
        except ValueError as error:
            raise UsageError(f"{name}: {error}") from None
    place = Target(files, root, name)
    if not place.root:
        raise UsageError(f"{name}: expected a folder or bucket for the site, found the root; name one below it")
    if not place.is_local and set("*?[") & set(place.root):  # drivers would find files beside it, too
        raise UsageError(f"{name}: *, ? and [ are signs of patterns to drivers; name a prefix without them")
    return place


def _check_apart(folder: Path, place: Target) -> None:
    """Raise UsageError where a site would be copied into itself."""
    here = Path(os.path.realpath(folder))
    if place.is_local and (here.is_relative_to(place.root) or Path(os.path.realpath(place.root)).is_relative_to(here)):
        raise UsageError(f"{place.name}: holds the site itself, or lies in it; name a folder beside {folder}")


def _check_ours(place: Target, there: set[str], ours: set[str], ledger: Mapping[str, str] | None) -> None:
    """Raise UsageError where files of somebody else would be replaced."""
    if ledger is None:
        foreign, way_out = set() if there >= set(MARKERS) else there, "name an empty folder or prefix"
    else:
        foreign, way_out = (there & ours) - ledger.keys(), "delete them there, or leave them out of the site"
    if foreign:
        count = formatting.plural(len(foreign), "file")
        raise UsageError(f"{place.name}: holds {count} that sitegen did not put there ({min(foreign)}); {way_out}")
