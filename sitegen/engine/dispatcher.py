"""Hands tasks to an engine in batches of one host, and keeps what each host allows over all workers.

Each running batch has a share of the requests at once that its host may get, so that all batches of the host together
never make more. What a worker learns of a host comes back as `HostNews`, is counted with what others learned, and what
concerns the others is told to all: a pause, an overload, a host that is not asked again. A dataset that needs another
host than that of its batch, as by redirects, is inspected in this process, and its requests count, too.

A worker that ends, or finishes no task for too long, costs its unfinished tasks another try, each in a batch of its
own, so that one task that ends every worker fails alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from types import TracebackType
from typing import Self

from sitegen import urls
from sitegen.allocator import trim_heap
from sitegen.cache.folder import Cache
from sitegen.cache.rows import DOCUMENT_COLUMNS, Row
from sitegen.engine.batches import (
    DATASETS_PER_REQUEST,
    MAX_AT_ONCE,
    Batch,
    DocumentRead,
    DocumentsForgotten,
    Engine,
    Message,
    RunTask,
    TaskDone,
    TaskFailed,
    TaskFailedError,
    TaskReturned,
)
from sitegen.engine.in_process import InProcess
from sitegen.engine.picture_store import PictureStore
from sitegen.engine.robots import robots_url
from sitegen.errors import SitegenError, WorkerDiedError, find_error
from sitegen.model.codes import make_problem
from sitegen.model.task import Outcome, Task
from sitegen.net.client import Client
from sitegen.net.hosts import MAX_PAUSED_S, HostNews

log = logging.getLogger(__name__)

MAX_TASKS = 100
"""Tasks of a batch. A larger one loses less time at its end, when its last datasets do not use all its connections;
a smaller one costs less when its worker ends. 100 datasets take 2 to 20 s."""
_BATCHES_OF_HOST = 2
"""Batches of one host that a worker runs at once, where there are so many tasks: while one ends and the next one is
made, the other uses the connections of both. With one a refresh would lose 3 to 6 % of its requests (simulated)."""
_BODY = DOCUMENT_COLUMNS.index("body")
_MAX_BATCH_BYTES = 32_000_000
"""Of cached documents, compressed, after which a batch gets no further task."""
_LOOK_EVERY_S = 1.0
_MAX_WAITING = 50_000
"""Tasks that wait for workers at once: of all hosts, so that one with many datasets keeps no other waiting."""
_MAX_TRIES = 3
"""Workers that a task may end: at the second and third try it is alone in its batch."""
_MAX_DEATHS_IN_A_ROW = 10
"""Workers that the tasks of a host may end without one finished task between: a choice. Each takes seconds to start."""
STALLED_S = 2 * MAX_PAUSED_S
"""Seconds beyond the deadline of a dataset's requests in which one task of a batch must finish. A host may ask for
MAX_PAUSED_S of pauses in all; as much again is for memory and for drawing, which others use, too."""


@dataclass(slots=True, eq=False)
class _Waiting:
    """A task, and who waits for it."""

    task: Task
    done: asyncio.Future[Outcome] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    tries: int = 0


class Dispatcher:
    """Runs tasks by an engine; an async context manager.

    here: runs tasks that no worker can: on files of this machine, and on several hosts. client: its hosts count the
    requests of all workers. cache: gets the documents that workers read; None: nothing is known, and nothing is
    remembered. max_tasks: of a batch. stalled_s: seconds beyond a dataset's deadline after which a batch without a
    finished task is given to another worker. pictures: where workers leave pictures; None: they send them.
    """

    def __init__(
        self,
        engine: Engine,
        here: RunTask,
        client: Client,
        *,
        cache: Cache | None,
        max_tasks: int = MAX_TASKS,
        stalled_s: float = STALLED_S,
        pictures: PictureStore | None = None,
    ) -> None:
        self._engine = engine
        self._here = InProcess(here)
        self._client = client
        self._cache = cache
        self._max_tasks = max_tasks
        self._stalled_s = stalled_s
        self._pictures = pictures
        self._queues: dict[str, deque[_Waiting]] = defaultdict(deque)
        self._returning: set[str] = set()
        """Hosts most of whose datasets workers gave back."""
        self._deaths: Counter[str] = Counter()
        """Workers that ended in a row, without a finished task between, by the host of their batches."""
        self._last_death: dict[str, SitegenError | None] = {}
        """The end of the last of them, by host; a worker may have had several batches."""
        self._group = asyncio.TaskGroup()
        self._numbers = count()
        self._fills = False

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        self._looking = asyncio.create_task(self._look())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._looking.cancel()
        try:
            await self._group.__aexit__(kind, error, traceback)
        except ExceptionGroup as failures:
            raise find_error(failures, SitegenError) or failures from None

    async def run_task(self, task: Task) -> Outcome:
        """Return the outcome of a task. Raises TaskFailedError, BuildError."""
        waiting = _Waiting(task)
        self._queues[urls.host(task.url)].append(waiting)
        self._fill_soon()
        return await waiting.done

    async def _look(self) -> None:
        """Use workers that are new."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            self._fill_soon()

    def _fill_soon(self) -> None:
        """Make batches when all tasks that are added at this moment are there."""
        if not self._fills:
            self._fills = True
            asyncio.get_running_loop().call_soon(self._fill)

    def _fill(self) -> None:
        """Hand batches to the engine, as far as it and the hosts have room; hosts without a batch come first."""
        self._fills = False
        for host in sorted(self._queues, key=lambda each: self._client.hosts[each].lent):
            while self._queues[host] and (engine := self._engine_for(self._queues[host][0].task)).free > 0:
                connections = self._share(host, engine)
                if not connections:
                    break
                waiting = self._take(host, engine)
                batch = self._make_batch(host, connections, waiting, engine)
                if not engine.in_process:
                    self._client.hosts[host].lend(connections)
                self._group.create_task(self._run(engine, batch, waiting))
            if not self._queues[host]:
                del self._queues[host]

    def _engine_for(self, task: Task) -> Engine:
        is_here = not urls.is_remote(task.url) or urls.host(task.url) in self._returning
        return self._here if is_here else self._engine

    def _share(self, host: str, engine: Engine) -> int:
        """Return how many requests at once the next batch of a host may make; 0: it must wait."""
        allowed = self._client.hosts[host]
        if engine.in_process:
            return int(allowed.max_limit)  # the client of this process limits them itself
        free = int(allowed.limit) - allowed.lent - allowed.wanted
        return max(0, min(free, int(allowed.limit) // self._parts(host, engine) or 1))

    def _parts(self, host: str, engine: Engine) -> int:
        """Return into how many batches at once the tasks of a host are divided."""
        most = min(_BATCHES_OF_HOST * engine.workers, engine.batches, int(self._client.hosts[host].limit))
        return max(1, min(most, -(-len(self._queues[host]) // self._max_tasks)))

    def _take(self, host: str, engine: Engine) -> list[_Waiting]:
        """Return the tasks of the next batch; one that ended a worker is alone in its batch."""
        queue = self._queues[host]
        taken = [queue.popleft()]
        if engine.in_process:
            taken += queue
            queue.clear()
        elif not taken[0].tries:
            most = min(self._max_tasks, -(-(len(queue) + 1) // self._parts(host, engine)))
            while queue and len(taken) < most and not queue[0].tries:
                taken.append(queue.popleft())
        return taken

    def _make_batch(self, host: str, connections: int, waiting: list[_Waiting], engine: Engine) -> Batch:
        """Return a batch; tasks whose documents are too many for it go back into the queue, and out of `waiting`."""
        batch = Batch(
            number=next(self._numbers),
            host=host,
            connections=connections,
            tasks=tuple(each.task for each in waiting),
            alone=waiting[0].tries > 0,
        )
        if engine.in_process:
            return batch
        documents: dict[str, Row] = {}
        size_bytes = 0
        for number, each in enumerate(waiting):
            if size_bytes > _MAX_BATCH_BYTES:
                self._queues[host].extendleft(reversed(waiting[number:]))
                del waiting[number:]
                break
            found = self._known_documents(each.task.url)
            documents.update((row[0], row) for row in found)
            size_bytes += sum(len(row[_BODY]) for row in found)
        return replace(
            batch,
            tasks=batch.tasks[: len(waiting)],
            documents=tuple(documents.values()),
            state=self._client.hosts[host].state(),
            build_bytes_left=self._client.bytes_left // engine.workers,
        )

    def _known_documents(self, url: str) -> list[Row]:
        """Return what is cached of a dataset, and the `robots.txt` of its host."""
        if self._cache is None:
            return []
        return [*self._cache.document_rows(url), *self._cache.document_rows(robots_url(url))]

    async def _run(self, engine: Engine, batch: Batch, waiting: list[_Waiting]) -> None:
        """Run a batch to its end, and hand out what comes back."""
        failure: SitegenError | None = None
        returned: list[_Waiting] = []
        try:
            async with (
                _limited(batch, None if engine.in_process else self._stalled_s) as finished,
                aclosing(engine.submit(batch)) as messages,
            ):
                async for message in messages:
                    if isinstance(message, TaskDone | TaskFailed | TaskReturned):
                        self._deaths.pop(batch.host, None)
                        finished()
                    if isinstance(message, TaskReturned):
                        returned.append(waiting[message.index])
                        self._run_here(batch.host, returned[-1])
                    else:
                        await self._receive(message, waiting)
        except WorkerDiedError as error:
            failure = error
        except SitegenError as error:
            for each in waiting:
                if not each.done.done():
                    each.done.set_exception(error)
        finally:
            if not engine.in_process:
                self._client.hosts[batch.host].lend(-batch.connections)
                trim_heap()
        if len(returned) > len(waiting) / 2:
            self._returning.add(batch.host)
        unfinished = [each for each in waiting if not each.done.done() and each not in returned]
        self._try_again(batch.host, unfinished, failure)
        self._fill_soon()

    def _run_here(self, host: str, waiting: _Waiting) -> None:
        """Run a task in this process."""
        batch = self._make_batch(host, 1, [waiting], self._here)
        self._group.create_task(self._run(self._here, batch, [waiting]))

    async def _receive(self, message: Message, waiting: list[_Waiting]) -> None:
        if isinstance(message, HostNews):
            self._client.bytes_left -= message.bytes
            if signal := self._client.hosts[message.host].add_news(message):
                await self._engine.tell(signal)
        elif isinstance(message, TaskDone | TaskFailed):
            done = waiting[message.index].done
            outcome = await self._with_pictures(message.outcome) if isinstance(message, TaskDone) else None
            if done.done():  # its build ends
                return
            if outcome:
                done.set_result(outcome)
            elif isinstance(message, TaskFailed):
                done.set_exception(TaskFailedError(message.problem))
        elif self._cache is not None:
            if isinstance(message, DocumentRead):
                self._cache.put_document_row(message.row)
            elif isinstance(message, DocumentsForgotten):
                self._cache.forget_documents(message.prefix)

    async def _with_pictures(self, outcome: Outcome) -> Outcome:
        """Return an outcome with the content of its pictures. Raises BuildError."""
        if self._pictures is None or all(outcome.pictures.values()):
            return outcome
        return replace(outcome, pictures=await self._pictures.get(outcome.pictures))

    def _try_again(self, host: str, unfinished: list[_Waiting], failure: SitegenError | None) -> None:
        """Put tasks whose worker ended back into the queue of their host."""
        if not unfinished:
            return
        if failure is None or failure is not self._last_death.get(host):
            self._deaths[host] += 1
        self._last_death[host] = failure
        if self._deaths[host] >= _MAX_DEATHS_IN_A_ROW:
            unfinished = [*unfinished, *self._queues.pop(host, ())]
            log.error("%s: %d datasets are not inspected: %s", host, len(unfinished), failure)
            why = f"inspections of {host} ended {self._deaths[host]} worker processes, one after the other: {failure}"
            for each in unfinished:
                _fail(each, why)
            return
        log.warning("%s: %d datasets are inspected again: %s", host, len(unfinished), failure)
        for each in unfinished:
            each.tries += 1
            if each.tries < _MAX_TRIES:
                self._queues[host].append(each)
            else:
                _fail(each, f"its inspection ended {_MAX_TRIES} worker processes, one after the other: {failure}")


@asynccontextmanager
async def _limited(batch: Batch, stalled_s: float | None) -> AsyncIterator[Callable[[], None]]:
    """Raise WorkerDiedError where no task of a batch finishes for too long; yields what is called when one does."""
    if stalled_s is None:
        yield lambda: None
        return
    limit_s = stalled_s + max(task.deadline_s for task in batch.tasks)
    now = asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(limit_s) as limit:
            yield lambda: limit.reschedule(now() + limit_s)
    except TimeoutError:
        raise WorkerDiedError(f"its worker finished no dataset for {limit_s:g} s") from None


def _fail(waiting: _Waiting, message: str) -> None:
    """End a task with a problem."""
    waiting.done.set_exception(TaskFailedError(make_problem("internal-error", message=message)))


def datasets_under_way(engine: Engine | None, per_host: int) -> tuple[int, int]:
    """Return how many datasets of one host, and of all, are under way at once.

    Enough for the batches that run at once, each of which makes one request at once at least, and for one more to be
    ready. Each takes 3.5 kB and more (measured). engine: None for one in this process.
    """
    if engine is None or engine.in_process:
        return DATASETS_PER_REQUEST * per_host, MAX_AT_ONCE
    batches = per_host if engine.most_workers is None else min(_BATCHES_OF_HOST * engine.most_workers, per_host)
    return MAX_TASKS * (batches + 1), _MAX_WAITING
