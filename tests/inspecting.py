"""Shared by tests of inspections: a folder that answers like a host."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sitegen.config.settings import CrawlSettings
from sitegen.engine.documents import CachedClient
from sitegen.engine.local_io import LocalIO
from sitegen.engine.memory import POOL_BYTES, MemoryBudget, MemoryReservation
from sitegen.engine.workers import WorkerPool
from sitegen.errors import BuildError, FetchError
from sitegen.inspection.inspector import inspect
from sitegen.inspection.io import MemoryPool
from sitegen.model.task import Outcome, Task
from sitegen.net.client import Client
from sitegen.transfer import ByteRange, Response
from sitegen.urls import redact

_R = TypeVar("_R")


def inspect_here(task: Task) -> Outcome:
    """Return the outcome of a task on this machine, with a client, but without a cache."""

    async def run() -> Outcome:
        async with Client(CrawlSettings()) as client, WorkerPool(0) as workers:
            return await inspect(task, LocalIO(CachedClient(client, CrawlSettings()), workers))

    return asyncio.run(run())


class FolderIO:
    """A folder that answers like a web host, and records the requested keys.

    broken: a key whose request raises BuildError. computations: how many succeed before one raises IndexError.
    """

    def __init__(self, folder: Path, url: str, *, broken: str = "", computations: int = 1000) -> None:
        self.asked: list[str] = []
        self.memory = {pool: MemoryBudget(size_bytes) for pool, size_bytes in POOL_BYTES.items()}
        self._folder = folder
        self._url = url
        self._broken = broken
        self._computations = computations

    async def get_document(self, url: str, **_: Any) -> Response:
        """Return a file."""
        return await self.get(url)

    async def get(self, url: str, *, byte_range: ByteRange | None = None, **_: Any) -> Response:
        """Return a file or a part of one; raise FetchError where there is none."""
        key = url.removeprefix(self._url).strip("/")
        self.asked.append(key)
        if key == self._broken:
            raise BuildError("the disk is full")
        path = self._folder / key
        if not path.is_file():
            raise FetchError(f"{redact(url)} is not there", status="missing", code="not-found")
        body = path.read_bytes()
        part = body[byte_range.start : byte_range.stop] if byte_range else body
        return Response(url=url, status=200, body=part, total_bytes=len(body), fetched_at=0.0)

    async def get_part(self, url: str, byte_range: ByteRange, **_: Any) -> Response:
        """Return a part of a file."""
        return await self.get(url, byte_range=byte_range)

    async def allows_ranges(self, url: str) -> bool | None:
        """Return that it is not known."""
        return None

    def report_lost_wait(self, url: str, seconds: float) -> None:
        """A folder never waits."""
        raise AssertionError(url)

    async def reserve(self, pool: MemoryPool, host: str, size_bytes: int | None) -> MemoryReservation:
        """Reserve memory as a build does."""
        return await self.memory[pool].reserve(host, size_bytes)

    async def compute(self, function: Callable[..., _R], /, *args: Any, **kwargs: Any) -> _R:
        """Compute in this process."""
        self._computations -= 1
        if self._computations < 0:
            raise IndexError("a bug")
        return function(*args, **kwargs)

    compute_large = compute
