"""What an engine is: it runs batches of tasks somewhere, and returns messages as they come.

The process of the build, the coordinator, has the cache, decides and merges (`engine.dispatcher`). A batch holds tasks
of one host, all that is cached of their datasets, and how many requests at once they may make. All values here are
plain and picklable.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import msgspec

from sitegen.cache.rows import Row
from sitegen.config.settings import CrawlSettings
from sitegen.errors import SitegenError
from sitegen.inspection.failures import survive
from sitegen.model import Problem
from sitegen.model.task import Outcome, Task
from sitegen.net.hosts import HostNews, HostSignal

DATASETS_PER_REQUEST = 2
"""Datasets inspected at once for each request that a host may get at once: while one is rendered, another asks."""
MAX_AT_ONCE = 192
"""Datasets inspected at once in one process; memory for their pixels is limited elsewhere (`engine.memory`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Tasks of one host, and what they need besides the network."""

    number: int
    host: str
    connections: int
    """Requests at once that the batch may make to its host; other batches have the rest."""
    tasks: tuple[Task, ...]
    alone: bool = False
    """Whether its task may end its worker, so that other batches should be elsewhere."""
    documents: tuple[Row, ...] = ()
    """What is cached of the datasets, and the host's `robots.txt`, as rows of the cache."""
    state: HostSignal | None = None
    """What is known of the host."""
    build_bytes_left: int | None = None
    """Bytes that the worker may still transfer; None: it counts together with the coordinator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone:
    """The outcome of a task of a batch."""

    index: int
    outcome: Outcome

    def __reduce__(self) -> tuple[Callable[[int, bytes], TaskDone], tuple[int, bytes]]:
        """Pickle it by msgspec: its hundred small objects would take five times as long by themselves (measured)."""
        return _read_task_done, (self.index, msgspec.msgpack.encode(self.outcome))


def _read_task_done(index: int, outcome: bytes) -> TaskDone:
    return TaskDone(index=index, outcome=_OUTCOMES.decode(outcome))


_OUTCOMES = msgspec.msgpack.Decoder(Outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFailed:
    """A bug of ours ended a task, or its worker; its dataset gets this problem."""

    index: int
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReturned:
    """The dataset of a task is partly on another host, which the worker may not request: the coordinator does."""

    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRead:
    """A document that was read, as a row of the cache: compressed once."""

    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsForgotten:
    """Documents whose keys begin so are no longer true."""

    prefix: str


Message = TaskDone | TaskFailed | TaskReturned | DocumentRead | DocumentsForgotten | HostNews
"""What comes back of a batch: documents that were read, each before the outcome that it belongs to; news of hosts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """What a worker must know of a build."""

    crawl: CrawlSettings
    site: str | None
    """Address of the catalog, for the User-Agent header."""
    refresh: bool
    started: float
    """When the build started, in seconds since 1970, UTC."""
    workers: int
    """How many workers there are."""
    processes: int
    """How many of them share the memory of one machine."""
    pictures: str | None = None
    """Address where pictures are left for the coordinator; None: they are sent."""


RunTask = Callable[[Task], Awaitable[Outcome]]
"""Runs one inspection."""


class TaskFailedError(SitegenError):
    """A task ended without an outcome. problem: what its dataset gets for it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Engine(Protocol):
    """Runs batches of tasks; an async context manager."""

    @property
    def in_process(self) -> bool:
        """Whether inspections run in the coordinator's process, with its client and cache."""

    @property
    def workers(self) -> int:
        """How many workers there are now, at least 1."""

    @property
    def most_workers(self) -> int | None:
        """How many workers there may be at once; None: any number may be added."""

    @property
    def batches(self) -> int:
        """How many batches can run at once, with the workers that there are now."""

    @property
    def free(self) -> int:
        """How many further batches can run now."""

    def submit(self, batch: Batch) -> AsyncGenerator[Message, None]:
        """Yield the messages of a batch as they come, until all its tasks are done. Closing it cancels the batch.

        Raises WorkerDiedError where its worker ended, hangs or is out of reach, BuildError where no worker can go on.
        """

    async def tell(self, signal: HostSignal) -> None:
        """Tell all workers what concerns them of a host."""


async def run_safely(batch: Batch, index: int, run_task: RunTask) -> TaskDone | TaskFailed:
    """Return the outcome of a task of a batch, or the problem that a bug of ours is. Raises SitegenError."""

    async def run() -> TaskDone | TaskFailed:
        return TaskDone(index=index, outcome=await run_task(batch.tasks[index]))

    return await survive(run(), batch.tasks[index].url, lambda problem: TaskFailed(index=index, problem=problem))
