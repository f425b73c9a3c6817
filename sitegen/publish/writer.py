"""Writes the files of a new site into its folder: what the last site has is linked, all else is made.

Pages of datasets are made by worker processes where there are many. A file is always a new one: no file is ever opened
to be changed, as it may be the same one in another site, or in the cache.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from pathlib import Path

from sitegen.engine.workers import WorkerPool
from sitegen.errors import BuildError, WorkerDiedError
from sitegen.model import Page
from sitegen.model.planned import FileFigures, Planned, PlannedFiles, PlannedGroup, PlannedPage, PlannedPart
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
        self.bytes = 0
        self.kept = 0
        """Files that the last site has."""
        self.written = 0
        """Files that were made or copied; pictures are neither."""
        self._last = last
        self._table = table
        self._workers = workers
        self._root = str(folder)
        self._made: set[str] = {""}
        self._waiting: list[PlannedPage] = []

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
        kept = set()
        for key, fingerprint, files in self._last.group(group.key, group.fingerprint):
            figures = [self._keep(file) for file in files]
            kept.add(key)
            if self._table:
                self._table.add(key, fingerprint, figures)
        if not kept or len(kept) < self._last.members(group.key, group.fingerprint):
            yield from (each for each in group.plan() if each.key not in kept)

    def copy(self, path: str, source: Path) -> None:
        """Copy a file."""
        target = self._place(path)
        shutil.copyfile(source, target)
        self.written += 1
        self.bytes += os.stat(target).st_size

    def link(self, path: str, source: Path) -> None:
        """Link a file that never changes; copy it where the disk has no links, or the cache is on another disk."""
        target = self._place(path)
        _link(str(source), target)
        self.bytes += os.stat(target).st_size

    def _take(self, each: Page | Planned, renderers: _Renderers) -> None:
        if isinstance(each, Page):
            self._write(each)
        elif kept := self._last.files(each.key, each.fingerprint):
            self._done(each, [self._keep(file) for file in kept])
        elif isinstance(each, PlannedPage):
            self._waiting.append(each)
            if len(self._waiting) >= _WAITING:
                self._render(renderers)
        else:
            self._done(each, [self._write(page, with_sum=each.on_written is not None) for page in each.make()])

    def _render(self, renderers: _Renderers) -> None:
        """Make and write the pages that wait."""
        waiting, self._waiting = self._waiting, []
        renderers.render(waiting, lambda planned, page: self._done(planned, [self._write(page)]))

    def _done(self, planned: Planned, files: Sequence[FileFigures]) -> None:
        if isinstance(planned, PlannedFiles) and planned.on_written:
            planned.on_written(files)
        if self._table:
            self._table.add(planned.key, planned.fingerprint, files)

    def _keep(self, file: FileFigures) -> FileFigures:
        """Link a file of the last site."""
        target = self._place(file.path)
        self.bytes += file.size_bytes
        self.kept += 1
        if _link(self._last.path(file.path), target):
            return file
        copied_at = os.stat(target).st_mtime_ns
        return FileFigures(path=file.path, size_bytes=file.size_bytes, mtime_ns=copied_at, sha256=file.sha256)

    def _write(self, page: Page, *, with_sum: bool = False) -> FileFigures:
        """Write a file that does not exist."""
        with open(self._place(page.path), "xb", buffering=0) as file:
            rest = memoryview(page.content)
            while rest:
                rest = rest[file.write(rest) :]
            mtime_ns = os.fstat(file.fileno()).st_mtime_ns
        self.written += 1
        self.bytes += len(page.content)
        sha256 = hashlib.sha256(page.content).hexdigest() if with_sum else ""
        return FileFigures(path=page.path, size_bytes=len(page.content), mtime_ns=mtime_ns, sha256=sha256)

    def _place(self, path: str) -> str:
        """Return where a path of the site is written, its folder made. Raises BuildError for an invalid one."""
        parts = path.split("/")
        if any(part in ("", ".", "..") for part in parts) or not path.isprintable() or "\\" in path:
            raise BuildError(f"{path!r} is not a path below the site; this is a bug in sitegen or its templates")
        if path in self.paths:
            raise BuildError(f"{path} would be written twice; this is a bug in sitegen or its templates")
        self.paths.add(path)
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            os.makedirs(f"{self._root}/{folder}", exist_ok=True)
            self._made.add(folder)
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


def _link(source: str, target: str) -> bool:
    """Link a file, or copy it where the disk has no links or the file is on another; return whether it is linked."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)
        return False
    return True
