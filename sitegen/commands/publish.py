"""Uploads a built site to object storage, or copies it to a folder elsewhere.

Promises: what stands there works all the while. Files that pages refer to go first,
pages last, and only then goes what the site no longer has; whatever fails, the pages of
before still stand, and the next run sends what is missing. Only what an earlier run put
there is ever deleted or replaced: a ledger beside the site names it. A file is sent
again only where its content changed, or what lies there has another size.

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
from pathlib import Path
from types import MappingProxyType
from typing import Any

import fsspec  # type: ignore[import-untyped]  # it has no annotations

from sitegen import words
from sitegen.commands.progress import Progress
from sitegen.commands.serve import media_type
from sitegen.errors import PublishError, UsageError
from sitegen.site.output import MARKERS

log = logging.getLogger(__name__)

LEDGER = ".sitegen-published.json.gz"
"""File at the target: each path that was put there, with the digest of its content, empty while it is being sent."""
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
"""It may be kept, but is asked for at each use whether it still holds: a page must not outlive the files it names."""
_NAMED_BY_CONTENT = ("thumbs/", "search/")
"""Folders whose files have a digest in their names, and so never change."""
_AT_ONCE = 16
_EXTRAS = MappingProxyType({"s3": "s3", "gs": "gs", "gcs": "gs"})

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
        sent = f"{words.plural(self.sent, 'file')} sent ({words.size(self.sent_bytes)})"
        return f"{sent}, {words.count(self.unchanged)} unchanged, {words.count(self.deleted)} deleted"


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
    place = open_place(target)
    _check_apart(folder, place)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_AT_ONCE))
    files = await asyncio.to_thread(_read_site, folder)
    there = await asyncio.to_thread(place.sizes)
    ledger = await asyncio.to_thread(place.read_ledger) if LEDGER in there else None
    _check_ours(place, there, ledger)
    known = ledger or {}
    changed = [file for file in files if (there.get(file.path), known.get(file.path)) != (file.size, file.digest)]
    gone = sorted(there.keys() & known.keys() - {file.path for file in files})
    if changed or gone:
        await asyncio.to_thread(place.write_ledger, known | {file.path: "" for file in changed})
        await _send(changed, place, progress)
        await asyncio.to_thread(place.delete, gone)
        await asyncio.to_thread(place.write_ledger, {file.path: file.digest for file in files})
    return Published(
        sent=len(changed),
        sent_bytes=sum(file.size for file in changed),
        unchanged=len(files) - len(changed),
        deleted=len(gone),
    )


async def _send(files: Iterable[_File], place: Place, progress: Progress) -> None:
    """Upload files, those that others refer to before the others."""
    files = sorted(files, key=lambda file: (_turn(file.path), file.path))
    progress.begin_count(len(files), "file")
    for _, turn in groupby(files, lambda file: _turn(file.path)):
        await _send_turn(turn, place, progress)
    progress.end()


async def _send_turn(files: Iterator[_File], place: Place, progress: Progress) -> None:
    """Upload files of which none waits for another."""

    async def work() -> None:
        for file in files:
            await asyncio.to_thread(place.put, file.path, file.source)
            progress.count()

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(work())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


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


class Place:
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
        with self._told("cannot be listed"):
            try:
                found = self._files.find(self.root, detail=True)
            except FileNotFoundError:
                return {}
        return {
            name[len(self.root) + 1 :]: int(facts["size"] or 0) for name, facts in found.items() if name != self.root
        }

    def read_ledger(self) -> dict[str, str]:
        """Return what earlier runs put there."""
        with self._told(f"its {LEDGER} cannot be read"):
            ledger: dict[str, str] = json.loads(gzip.decompress(self._files.cat_file(f"{self.root}/{LEDGER}")))["files"]
        return ledger

    def write_ledger(self, files: Mapping[str, str]) -> None:
        """Keep what is there now."""
        body = json.dumps({"files": files}, sort_keys=True, separators=(",", ":")).encode()
        self._write(LEDGER, gzip.compress(body, mtime=0))

    def put(self, path: str, source: Path) -> None:
        """Upload a file."""
        self._write(path, source.read_bytes())

    def delete(self, paths: list[str]) -> None:
        """Delete files, and folders of this machine that hold nothing any more."""
        if paths:
            with self._told("what is gone cannot be deleted"):
                self._files.rm([f"{self.root}/{path}" for path in paths])
        for path in paths if self.is_local else ():
            with suppress(OSError):
                os.removedirs(Path(self.root, path).parent)

    def _write(self, path: str, body: bytes) -> None:
        target = f"{self.root}/{path}"
        with self._told(f"{path} cannot be written; run it again to send what is missing"):
            if not self.is_local:
                self._files.pipe_file(target, body, **self._headers_of(path))
                return
            half = f"{target}.part"  # who reads meanwhile sees the old file or the new one, whole
            self._files.pipe_file(half, body)
            os.replace(half, target)

    def _headers_of(self, path: str) -> Mapping[str, Any]:
        cache = FOREVER if path.startswith(_NAMED_BY_CONTENT) else ASK_AGAIN
        return self._headers(media_type(path), cache) if self._headers else {}

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """Turn whatever a driver raises into one clear line: each has exceptions of its own."""
        try:
            yield
        except Exception as error:
            why = f"{type(error).__name__}: {error}".splitlines()[0][:300]
            raise PublishError(f"{self.name}: {what} ({why})") from error


def open_place(target: str) -> Place:
    """Return the place that a command line names. Raises UsageError where no driver can write there."""
    scheme = target.partition("://")[0] if "://" in target else "file"
    if scheme in ("http", "https"):
        raise UsageError(f"{_shown(target)}: a web address cannot be written; expected a folder, s3://…, gs://…")
    try:
        files, root = fsspec.url_to_fs(target, **({"auto_mkdir": True} if scheme in ("file", "local") else {}))
    except ImportError:
        extra = _EXTRAS.get(scheme)
        install = f"'ngff-sitegen[{extra}]'" if extra else "the driver that fsspec names for it"
        raise UsageError(f"{_shown(target)}: {scheme}: needs a driver; pip install {install}") from None
    except ValueError as error:
        raise UsageError(f"{_shown(target)}: {error}") from None
    return Place(files, root, _shown(target))


def _shown(target: str) -> str:
    """Return a target without what may be a secret in it."""
    scheme, mark, rest = target.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}".partition("?")[0]


def _check_apart(folder: Path, place: Place) -> None:
    """Raise UsageError where a site would be copied into itself."""
    here = Path(os.path.realpath(folder))
    if place.is_local and (here.is_relative_to(place.root) or Path(os.path.realpath(place.root)).is_relative_to(here)):
        raise UsageError(f"{place.name}: holds the site itself, or lies in it; name a folder beside {folder}")


def _check_ours(place: Place, there: Mapping[str, int], ledger: Mapping[str, str] | None) -> None:
    """Raise UsageError where files of somebody else would be replaced."""
    if ledger is None and there and not set(there).issuperset(MARKERS):
        example = min(there)
        raise UsageError(
            f"{place.name}: holds {words.plural(len(there), 'file')} that sitegen did not put there ({example}); "
            "name an empty folder or prefix"
        )
