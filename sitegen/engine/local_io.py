"""What inspections of this process use: the cached client, memory budgets and worker processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from sitegen.engine.documents import CachedClient
from sitegen.engine.memory import POOL_BYTES, MemoryBudget, MemoryReservation
from sitegen.engine.robots import RobotsRules
from sitegen.engine.workers import WorkerPool
from sitegen.inspection.inspector import inspect
from sitegen.inspection.io import MemoryPool
from sitegen.model.task import Outcome, Task
from sitegen.transfer import Allowance, ByteRange, Response

_P = ParamSpec("_P")
_R = TypeVar("_R")


class LocalIO:
    """Implements `InspectionIO` on this machine.

    robots: of the hosts; None: no `robots.txt` is read. processes: how many share the memory of this machine.
    """

    def __init__(
        self,
        documents: CachedClient,
        workers: WorkerPool,
        robots: RobotsRules | None = None,
        *,
        processes: int = 1,
    ) -> None:
        self.memory = {pool: MemoryBudget(size_bytes // processes) for pool, size_bytes in POOL_BYTES.items()}
        self._documents = documents
        self._workers = workers
        self._check = robots.check if robots else None

    async def run_task(self, task: Task) -> Outcome:
        """Run one inspection in this process."""
        return await inspect(task, self)

    async def get_document(
        self,
        url: str,
        *,
        max_bytes: int,
        max_age_s: float | None,
        allowance: Allowance,
        optional: bool = False,
        listing: bool = False,
    ) -> Response:
        """Return a metadata document. Raises FetchError."""
        return await self._documents.get_document(
            url,
            max_bytes=max_bytes,
            max_age_s=max_age_s,
            allowance=allowance,
            optional=optional,
            listing=listing,
            check=self._check,
        )

    async def get(
        self, url: str, *, max_bytes: int, allowance: Allowance, byte_range: ByteRange | None = None
    ) -> Response:
        """Return a file, or a byte range of it. Raises FetchError."""
        return await self._documents.get(
            url, max_bytes=max_bytes, allowance=allowance, byte_range=byte_range, check=self._check
        )

    async def get_part(
        self,
        url: str,
        byte_range: ByteRange,
        *,
        max_bytes: int,
        allowance: Allowance,
        max_age_s: float | None = 0.0,
        settled: bool = False,
    ) -> Response:
        """Return a byte range of a file, kept like a document. Raises FetchError."""
        return await self._documents.get_part(
            url,
            byte_range,
            max_bytes=max_bytes,
            allowance=allowance,
            max_age_s=max_age_s,
            settled=settled,
            check=self._check,
        )

    async def allows_ranges(self, url: str) -> bool | None:
        """Return whether web pages of other origins may send Range requests to the host; None if not known."""
        return await self._documents.allows_ranges(url)

    def report_lost_wait(self, url: str, seconds: float) -> None:
        """Count seconds that were spent waiting for a host without an answer."""
        self._documents.client.report_lost_wait(url, seconds)

    async def reserve(self, pool: MemoryPool, host: str, size_bytes: int | None) -> MemoryReservation:
        """Wait until so many bytes of a pool are free for data of this host; None: the whole pool."""
        return await self.memory[pool].reserve(host, size_bytes)

    async def compute(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Return the function's result, computed in a worker process. Raises WorkerDiedError."""
        return await self._workers.run(function, *args, **kwargs)

    async def compute_large(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Do the same for arguments of many megabytes."""
        return await self._workers.run_large(function, *args, **kwargs)
