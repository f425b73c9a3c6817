"""Uploads a built site to object storage, or copies it to a folder elsewhere.

Promises: what is published there works all the while. Files that pages refer to go first, pages last,
and only then are files deleted that the site no longer has, except where a file stands in the way of a
folder. Whatever fails, the earlier pages are still there, and the next run sends what is missing. A
ledger beside the site lists what was sent, also when a run ends early (after kill -9 it lists a part, and the
rest is compared). Only what it lists is ever deleted or replaced. Two runs to one target are kept apart by a lease.
More than a share of the files, or of the pages of datasets, that are there is deleted only if that is asked for: a site
that lost most of its pages, or is that of another catalog, is more often a mistake.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterable, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeVar

from sitegen import formatting
from sitegen.errors import PublishError, SitegenError, find_error
from sitegen.publish.disk import missing_bytes
from sitegen.publish.lease import leased
from sitegen.publish.ledger import Sent
from sitegen.publish.plan import AT_ONCE, Plan, SiteFile, make_plan, read_site
from sitegen.publish.target import NAMED_BY_CONTENT, Target, open_target

T = TypeVar("T")
_DATASETS = "datasets/"
"""Folder of the pages of datasets."""


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
    """Share of the files there, and of the pages of datasets there, from 0 to 1, that may be deleted."""
    gzip: bool = True
    """Compress pages, scripts, style sheets and drawings where the target can say so in a header."""
    keep_days: float = 7.0
    """How long files with a digest in their names stay after the site has no more use for them."""


async def publish(options: PublishOptions, progress: UploadProgress) -> Published:
    """Make the target hold the site; return what was sent and deleted.

    Raises UsageError where folder or target is not what it must be, PublishError where the target cannot be written,
    another run writes there, or too much would be deleted.
    """
    place = open_target(options.target)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(AT_ONCE))
    files = await asyncio.to_thread(read_site, options.folder, place, options)
    plan = await asyncio.to_thread(make_plan, files, place, options)
    _check_deletions(plan, options.max_delete, place)
    _check_space(plan, place)
    sent_bytes = sum(file.size for file in plan.changed)
    if not options.dry_run and not plan.is_done:
        async with leased(place):
            if plan.ledger is None or await asyncio.to_thread(place.read_ledger) != plan.ledger:
                plan = await asyncio.to_thread(make_plan, files, place, options)  # another run has just ended
                _check_deletions(plan, options.max_delete, place)
            sent_bytes = await _update(place, plan, progress)
    return Published(
        sent=len(plan.changed),
        sent_bytes=sent_bytes,
        unchanged=len(plan.files) - len(plan.changed),
        deleted=len(plan.gone),
    )


def _check_deletions(plan: Plan, max_delete: float, place: Target) -> None:
    """Raise PublishError where a larger share of what is there would be deleted.

    Pages of datasets are counted by themselves, too: a small catalog has more files that every catalog has than pages.
    """
    pages = {path for path in plan.known if path.startswith(_DATASETS) and path.endswith(".html")}
    for paths, noun in ((plan.known.keys(), "file"), (pages, "page")):
        gone = len(plan.gone & paths)
        if gone > max_delete * len(paths):
            of_what = f"{formatting.plural(len(paths), noun)}{' of datasets' if paths is pages else ''}"
            raise PublishError(
                f"{place.name}: {gone:,} of {of_what} there would be deleted; nothing was changed. "
                "Look at the site, and whether the target is that of this catalog; "
                "if both are right, allow it with --max-delete 1"
            )


def _check_space(plan: Plan, place: Target) -> None:
    """Raise PublishError where the disk of a target of this machine has no space for what is to be sent."""
    if not place.is_local:
        return
    changed = [(file.path, file.size) for file in plan.changed]
    if missing := missing_bytes(Path(place.root), changed, at_once=AT_ONCE):
        needed = formatting.size(sum(size for _, size in changed))
        raise PublishError(
            f"{place.name}: {formatting.plural(len(changed), 'file')} ({needed}) are to be sent, and the disk has "
            f"{formatting.size(missing)} too little for them; nothing was changed. "
            "Free some space there and run it again"
        )


async def _update(place: Target, plan: Plan, progress: UploadProgress) -> int:
    """Send files, then delete what is gone; return how many bytes were sent. The ledger always lists what was done."""
    first = _in_the_way(plan.gone, {file.path for file in plan.changed})
    ledger = dict(plan.known)
    try:
        await _to_each(first, place.delete)
        sent_bytes = await _send(plan, place, ledger, progress)
        await _to_each(plan.gone - first, place.delete)
        for path in plan.gone & ledger.keys():
            del ledger[path]
    except BaseException:  # Ctrl-C, too
        with suppress(PublishError):  # what ended the run says more
            await asyncio.to_thread(place.write_ledger, ledger)
        raise
    await asyncio.to_thread(place.write_ledger, ledger)
    return sent_bytes


def _in_the_way(gone: Set[str], wanted: Set[str]) -> set[str]:
    """Return files where a folder is wanted, or in a folder where a file is wanted: a disk cannot hold both."""
    folders = {str(folder) for path in wanted for folder in PurePosixPath(path).parents}
    return {path for path in gone if path in folders or not wanted.isdisjoint(map(str, PurePosixPath(path).parents))}


async def _send(plan: Plan, place: Target, ledger: dict[str, Sent], progress: UploadProgress) -> int:
    """Upload files, those that others refer to before the others; keep in `ledger` what was sent; return its bytes."""
    sizes: list[int] = []

    def send(file: SiteFile) -> None:
        body = file.source.read_bytes()
        if file.compressed:
            body = gzip.compress(body, mtime=0)
        place.write(file.path, body, "gzip" if file.compressed else None)
        ledger[file.path] = Sent(digest=file.digest, gzip_size=len(body) if file.compressed else None)
        sizes.append(len(body))

    turns = {file.path: _turn(file.path, is_new=file.path not in plan.known) for file in plan.changed}
    files = sorted(plan.changed, key=lambda file: (turns[file.path], file.path))
    most = max(500, len(files) // 20)  # kill -9 leaves no more to compare; for a large site the ledger is large, too
    progress.begin_count(len(files), "file")
    for _, numbered in groupby(enumerate(files), lambda each: (turns[each[1].path], each[0] // most)):
        batch = [file for _, file in numbered]
        ledger |= {file.path: Sent(digest="") for file in batch}
        await asyncio.to_thread(place.write_ledger, ledger)
        await _to_each(batch, send, lambda _: progress.count())
    progress.end()
    return sum(sizes)


async def _to_each(values: Iterable[T], do: Callable[[T], None], done: Callable[[T], None] = lambda _: None) -> None:
    """Do something to values in threads, a few at a time, of which none waits for another; call `done` after each."""
    rest = iter(values)

    async def work() -> None:
        for value in rest:
            await asyncio.to_thread(do, value)
            done(value)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())
    except ExceptionGroup as failures:
        raise find_error(failures, SitegenError) or failures from None


def _turn(path: str, *, is_new: bool) -> tuple[bool, bool, bool, bool]:
    """Return when a file is sent, so that at no time a page that visitors can reach leads to what is not there.

    First what is named by its content, then what is new, which nothing there refers to yet, then what changed; of both,
    pages come last; and last of all the home page.
    """
    return path == "index.html", not path.startswith(NAMED_BY_CONTENT), not is_new, path.endswith(".html")
