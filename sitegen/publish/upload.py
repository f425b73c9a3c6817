"""Uploads a built site to object storage, or copies it to a folder elsewhere.

Promises: what is published there works all the while. Files that pages refer to go first, pages last,
and only then are files deleted that the site no longer has, except where a file stands in the way of a
folder. Whatever fails, the earlier pages are still there, and the next run sends what is missing. A
ledger beside the site lists what was sent, also when a run ends early (after kill -9 it lists a part).
Only what it lists is ever deleted or replaced. A file is sent again only where its content changed, or
the target has another size of it. Two runs to one target are kept apart by a lease. More than a share of the files that
are there is deleted only if that is asked for: a site that lost most of its pages is more often a mistake.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeVar

from sitegen import formatting
from sitegen.errors import PublishError, SitegenError, UsageError, find_error
from sitegen.publish.folder import MARKERS
from sitegen.publish.lease import LEASE, leased
from sitegen.publish.target import LEDGER, NAMED_BY_CONTENT, PARTIAL_SUFFIX, Target, open_target

T = TypeVar("T")

_AT_ONCE = 16
"""Files sent at once."""
_OF_RUNS = frozenset({LEDGER, LEASE})
"""Files at the target that are not the site's."""


class UploadProgress(Protocol):
    """What shows how far an upload is."""

    def begin_count(self, total: int, noun: str) -> None:
        """Start counting things of one kind."""

    def count(self) -> None:
        """Count one of them."""

    def end(self) -> None:
        """Stop counting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a run sent and deleted."""

    sent: int
    sent_bytes: int
    unchanged: int
    deleted: int

    def as_text(self) -> str:
        """Return it as one line."""
        sent = f"{formatting.plural(self.sent, 'file')} sent ({formatting.size(self.sent_bytes)})"
        return f"{sent}, {formatting.count(self.unchanged)} unchanged, {formatting.count(self.deleted)} deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOptions:
    """The options of `sitegen publish`."""

    folder: Path
    """Of the built site."""
    target: str
    """A folder, or an address of any driver of fsspec that can write; its own environment gives credentials."""
    dry_run: bool = False
    """Only say what would be sent and deleted."""
    max_delete: float = 0.5
    """Share of the files there, from 0 to 1, that may be deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file of the site."""

    path: str
    source: Path
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What makes a target hold the site."""

    files: Sequence[_File]
    """All of the site."""
    changed: Sequence[_File]
    gone: frozenset[str]
    known: Mapping[str, str]
    """What sitegen put there, with digests."""
    in_ledger: bool
    """Whether the ledger there says so."""

    def result(self) -> Published:
        """Return what the plan sends and deletes."""
        return Published(
            sent=len(self.changed),
            sent_bytes=sum(file.size for file in self.changed),
            unchanged=len(self.files) - len(self.changed),
            deleted=len(self.gone),
        )


async def publish(options: PublishOptions, progress: UploadProgress) -> Published:
    """Make the target hold the site; return what was sent and deleted.

    Raises UsageError where folder or target is not what it must be, PublishError where the target cannot be written,
    another run writes there, or too much would be deleted.
    """
    place = open_target(options.target)
    _check_apart(options.folder, place)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_AT_ONCE))
    files = await asyncio.to_thread(_read_site, options.folder)
    plan = await asyncio.to_thread(_plan, files, place)
    _check_deletions(plan, options.max_delete, place)
    if options.dry_run or (plan.in_ledger and not plan.changed and not plan.gone):
        return plan.result()
    async with leased(place):
        plan = await asyncio.to_thread(_plan, files, place)  # another run may just have ended
        ledger = {**plan.known, **{file.path: "" for file in plan.changed}}
        await _update(place, list(plan.changed), set(plan.gone), ledger, progress)
    return plan.result()


def _plan(files: Sequence[_File], place: Target) -> _Plan:
    """Compare the site with what is there. Raises UsageError where files of others would be replaced."""
    ours = {file.path for file in files}
    there = {path: size for path, size in place.sizes().items() if path not in (LEASE, LEASE + PARTIAL_SUFFIX)}
    ledger = place.read_ledger() if LEDGER in there else None
    known = {path: digest for path, digest in (ledger or {}).items() if path in there}
    partial = there.keys() & {path + PARTIAL_SUFFIX for path in (LEDGER, *(ledger or {}))} if place.is_local else set()
    known |= {file.path: file.digest for file in files if _is_same(file, place, there, known)}
    _check_foreign(place, there.keys() - partial - {LEDGER}, ours, known, ledger is not None)
    changed = [file for file in files if (there.get(file.path), known.get(file.path)) != (file.size, file.digest)]
    gone = frozenset((known.keys() | partial) - ours)
    return _Plan(files=files, changed=changed, gone=gone, known=known, in_ledger=known == ledger)


def _is_same(file: _File, place: Target, there: Mapping[str, int], known: Mapping[str, str]) -> bool:
    """Return whether a file that no ledger names is there byte for byte: a run that ended early may have sent it."""
    if file.path in known or there.get(file.path) != file.size:
        return False
    body = place.read(file.path)
    return body is not None and _digest_of(body) == file.digest


def _check_deletions(plan: _Plan, max_delete: float, place: Target) -> None:
    """Raise PublishError where a larger share of what is there would be deleted."""
    gone = plan.gone & plan.known.keys()
    if len(gone) > max_delete * len(plan.known):
        raise PublishError(
            f"{place.name}: {len(gone):,} of {formatting.plural(len(plan.known), 'file')} there would be deleted; "
            f"nothing was changed. Look at the site; if it is right, allow it with --max-delete 1"
        )


async def _update(
    place: Target, files: list[_File], gone: set[str], ledger: dict[str, str], progress: UploadProgress
) -> None:
    """Send files, then delete what is gone. However it ends, the ledger there lists what was done."""
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


async def _send(files: list[_File], place: Target, ledger: dict[str, str], progress: UploadProgress) -> None:
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
    if path.startswith(NAMED_BY_CONTENT):
        return 0
    return 1 if not path.endswith(".html") else 3 if path == "index.html" else 2


def _read_site(folder: Path) -> list[_File]:
    """Return the files of a built site."""
    if not all((folder / name).is_file() for name in MARKERS):
        raise UsageError(f"{folder}: expected a site that `sitegen build` wrote; build it first, or name its folder")
    return [
        _read_file(folder, path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in (LEDGER, LEASE)
    ]


def _read_file(folder: Path, path: Path) -> _File:
    body = path.read_bytes()
    return _File(path=path.relative_to(folder).as_posix(), source=path, size=len(body), digest=_digest_of(body))


def _digest_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]


def _check_apart(folder: Path, place: Target) -> None:
    """Raise UsageError where a site would be copied into itself."""
    here = Path(os.path.realpath(folder))
    if place.is_local and (here.is_relative_to(place.root) or Path(os.path.realpath(place.root)).is_relative_to(here)):
        raise UsageError(f"{place.name}: holds the site itself, or lies in it; name a folder beside {folder}")


def _check_foreign(place: Target, there: Set[str], ours: Set[str], known: Mapping[str, str], ledger: bool) -> None:
    """Raise UsageError where files that sitegen did not put there would be replaced. ledger: whether one is there."""
    if ledger:
        foreign, way_out = (there & ours) - known.keys(), "delete them there, or leave them out of the site"
    else:
        others = there - known.keys()
        foreign, way_out = set() if there >= set(MARKERS) else others, "name an empty folder or prefix"
    if foreign:
        count = formatting.plural(len(foreign), "file")
        raise UsageError(f"{place.name}: holds {count} that sitegen did not put there ({min(foreign)}); {way_out}")
