"""Writes the files of a new site into its folder: what changed is made at once, all else is linked at the end.

So where the last site differs from the new one by nothing but a few files that say something each by itself, nothing
is linked: `is_last_site` finds that out. Pages of datasets are made by worker processes where there are many. A file is
always a new one: no file is ever opened to be changed, as it may be the same one in another site, or in the cache.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path

from sitegen.engine.workers import WorkerPool
from sitegen.errors import BuildError, WorkerDiedError
from sitegen.model import Page
from sitegen.model.planned import FileFigures, Planned, PlannedFiles, PlannedGroup, PlannedPage, PlannedPart
from sitegen.publish.disk import link
from sitegen.publish.in_place import MOST_REPLACED, holds_only
from sitegen.publish.last_site import LastSite, SiteTable

APART_FROM = 512
"""Pages from which on worker processes make them: to start one takes as long as to make some 200."""
_PER_JOB = 64
"""Pages that a process makes at once: neighbors are sent once with them."""
_WAITING = 2048
"""Pages that wait for being made, at most."""


class SiteWriter:
    """Writes files below a folder, each path once.

    last: what the last build wrote. table: gets what this one writes; None: nobody asks. workers: processes that make
    pages where there are many; 0: none.
    """

    def __init__(
        self, folder: Path, *, last: LastSite, table: SiteTable | None = None, workers: int | None = 0
    ) -> None:
        self.folder = folder
        self.paths: set[str] = set()
        self.made: list[str] = []
        """Files that were made or copied; pictures are neither."""
        self.bytes = 0
        self.kept = 0
        """Files that the last site has."""
        self._last = last
        self._table = table
        self._workers = workers
        self._root = str(folder)
        self._folders: set[str] = {""}
        self._waiting: list[PlannedPage] = []
        self._kept: list[str] = []
        """Paths of files of the last site that are to be linked."""
        self._pictures: Sequence[tuple[str, Path]] = ()
        self._is_last = table is not None
        """Whether the files that are not replaced one by one, and all pictures, are those of the last site."""

    def write_all(self, planned: Iterable[Page | PlannedPart]) -> None:
        """Write files, or keep those of the last site."""
        with closing(_Renderers(self._workers)) as renderers:
            for each in planned:
                if isinstance(each, PlannedGroup):
                    self._render(renderers)
                    with self._table.group(each.key, each.fingerprint) if self._table else nullcontext():
                        for member in self._changed_of(each):
                            self._take(member, renderers)
                        self._render(renderers)
                    renderers.close()  # their memory is needed for what comes next
                else:
                    self._take(each, renderers)
            self._render(renderers)

    def _changed_of(self, group: PlannedGroup) -> Iterator[Planned]:
        """Keep the members of a group if it is that of the last site, and yield all others."""
        kept, members = set(), self._last.members(group.key, group.fingerprint)
        for key, fingerprint, files in self._last.group(group.key, group.fingerprint):
            self._keep(files)
            kept.add(key)
            if self._table:
                self._table.add(key, fingerprint, files)
        if not kept or len(kept) < members:
            self._is_last = False
            yield from (each for each in group.plan() if each.key not in kept)

    def copy(self, path: str, source: Path) -> None:
        """Copy a file."""
        target = self._place(path)
        shutil.copyfile(source, target)
        self.made.append(path)
        self.bytes += os.stat(target).st_size

    def add_pictures(self, pictures: Sequence[tuple[str, Path]]) -> None:
        """Have `link_all` link files that never change. pictures: path below the site, file."""
        self._pictures = pictures
        for path, file in pictures:
            found = os.stat(file)
            self._add(path)
            self.bytes += found.st_size
            self._is_last = self._is_last and self._last.has_link(path, found)

    def is_last_site(self) -> bool:
        """Return whether the last site has the same files, and others only in place of `made`, which are few."""
        return (
            self._is_last
            and len(self.made) <= MOST_REPLACED
            and all(map(self._last.has_file, self.made))
            and holds_only(self._last.folder, self.paths)
            and self._last.is_there()
        )

    def link_all(self) -> None:
        """Link pictures and the files of the last site; copy them where the disk has no links, or on another disk."""
        for path in self._kept:
            link(self._last.path(path), self._target(path))
        for path, file in self._pictures:
            link(file, self._target(path))

    def _take(self, each: Page | Planned, renderers: _Renderers) -> None:
        if isinstance(each, Page):
            self._write(each)
        elif (kept := self._last.files(each.key, each.fingerprint)) is not None:
            self._keep(kept)
            self._done(each, kept)
        elif isinstance(each, PlannedPage):
            self._is_last = False
            self._waiting.append(each)
            if len(self._waiting) >= _WAITING:
                self._render(renderers)
        else:
            self._is_last = self._is_last and each.one_by_one
            write = partial(self._write, with_sum=each.on_written is not None)
            self._done(each, list(map(write, each.make())))  # no page stays in memory while the next one is made

    def _render(self, renderers: _Renderers) -> None:
        """Make and write the pages that wait."""
        waiting, self._waiting = self._waiting, []
        renderers.render(waiting, lambda planned, page: self._done(planned, [self._write(page)]))

    def _done(self, planned: Planned, files: Sequence[FileFigures]) -> None:
        if isinstance(planned, PlannedFiles) and planned.on_written:
            planned.on_written(files)
        if self._table:
            self._table.add(planned.key, planned.fingerprint, files)

    def _keep(self, files: Sequence[FileFigures]) -> None:
        """Have `link_all` link files of the last site."""
        for file in files:
            self._add(file.path)
            self._kept.append(file.path)
            self.bytes += file.size_bytes
        self.kept += len(files)

    def _write(self, page: Page, *, with_sum: bool = False) -> FileFigures:
        """Write a file that does not exist."""
        with open(self._place(page.path), "xb", buffering=0) as file:
            rest = memoryview(page.content)
            while rest:
                rest = rest[file.write(rest) :]
            mtime_ns = os.fstat(file.fileno()).st_mtime_ns
        self.made.append(page.path)
        self.bytes += len(page.content)
        sha256 = hashlib.sha256(page.content).hexdigest() if with_sum else ""
        return FileFigures(path=page.path, size_bytes=len(page.content), mtime_ns=mtime_ns, sha256=sha256)

    def _place(self, path: str) -> str:
        """Return where a path of the site is written, its folder made. Raises BuildError for an invalid one."""
        self._add(path)
        return self._target(path)

    def _add(self, path: str) -> None:
        """Add a path to those of the site. Raises BuildError for an invalid one."""
        parts = path.split("/")
        if any(part in ("", ".", "..") for part in parts) or not path.isprintable() or "\\" in path:
            raise BuildError(f"{path!r} is not a path below the site; this is a bug in sitegen or its templates")
        if path in self.paths:
            raise BuildError(f"{path} would be written twice; this is a bug in sitegen or its templates")
        self.paths.add(path)

    def _target(self, path: str) -> str:
        """Return where a path of the site is, its folder made."""
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            os.makedirs(f"{self._root}/{folder}", exist_ok=True)
            self._folders.add(folder)
        return f"{self._root}/{path}"


class _Renderers:
    """Makes pages, in worker processes where there are many; close it."""

    def __init__(self, workers: int | None) -> None:
        self._workers = workers
        self._runner: asyncio.Runner | None = None
        self._pool: WorkerPool | None = None

    def render(self, planned: Sequence[PlannedPage], done: Callable[[PlannedPage, Page], None]) -> None:
        """Make pages, and hand over each, in any order."""
        jobs = [planned[start : start + _PER_JOB] for start in range(0, len(planned), _PER_JOB)]
        if self._workers == 0 or (self._runner is None and len(planned) < APART_FROM):
            for job in jobs:
                for each, page in zip(job, _render_here(job), strict=True):
                    done(each, page)
            return
        if self._runner is None or self._pool is None:
            self._runner, self._pool = asyncio.Runner(), WorkerPool(self._workers)
        self._runner.run(_render_apart(self._pool, jobs, done))

    def close(self) -> None:
        """End the processes."""
        if self._runner:
            with self._runner:
                if self._pool:
                    self._runner.run(_end(self._pool))
            self._runner = self._pool = None


async def _render_apart(
    pool: WorkerPool, jobs: Iterable[Sequence[PlannedPage]], done: Callable[[PlannedPage, Page], None]
) -> None:
    """Make pages in the processes of a pool; here, where one crashes."""

    async def render(job: Sequence[PlannedPage]) -> None:
        try:
            pages = await pool.run(job[0].render, [each.job for each in job])
        except WorkerDiedError:
            pages = _render_here(job)
        for each, page in zip(job, pages, strict=True):
            done(each, page)

    try:
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(render(job))
    except ExceptionGroup as failures:  # such as a full disk
        raise failures.exceptions[0] from None


async def _end(pool: WorkerPool) -> None:
    """End what a signal has interrupted, then the processes."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await pool.__aexit__()


def _render_here(job: Sequence[PlannedPage]) -> Sequence[Page]:
    return job[0].render([each.job for each in job])
