"""The engine of builds that one machine is too small for: workers of a Dask cluster.

A batch is one task for Dask, on a worker that is chosen here: one with few batches, of other hosts if possible. Dask
runs a task again whose worker ended; here the second run does nothing, and the dispatcher submits what is unfinished.
A worker that hangs gets no further batch. A scheduler that does not answer any more, or has no worker for minutes,
ends the build; the next one goes on from the cache.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

from distributed import Client, Future, LocalCluster, Queue

from sitegen.engine import dask_worker
from sitegen.engine.batches import Batch, Message, WorkerSettings
from sitegen.errors import BuildError, SitegenError, WorkerDiedError
from sitegen.net.hosts import HostSignal

log = logging.getLogger(__name__)

_CONNECT_S = 5.0
"""How long the scheduler may take to answer."""
_LOOK_EVERY_S = 2.0
"""How often the scheduler is asked for its workers."""
_THREADS = 16
"""Of a local worker: batches that it runs at once."""

_Said = Sequence[Message] | SitegenError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a build waits for a cluster, in seconds."""

    silence_s: float = 60.0
    """For a sign of life: a worker gives one twice a second once it has begun a batch, and answers at any time."""
    without_workers_s: float = 300.0
    """For a first or another worker: the queue of a cluster may take a while."""


@asynccontextmanager
async def open_dask(
    settings: WorkerSettings,
    scheduler: str | None,
    patience: Patience = Patience(),  # frozen
) -> AsyncIterator[DaskEngine]:
    """Connect to a scheduler; None: to a cluster on this machine. Raises BuildError."""
    if scheduler is None:
        cluster = LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=settings.workers, threads_per_worker=_THREADS, asynchronous=True, dashboard_address="127.0.0.1:0"
        )
        async with (
            cluster,
            _connected(cluster.scheduler_address) as client,
            DaskEngine(client, settings, patience) as engine,
        ):
            yield engine
    else:
        async with _connected(scheduler) as client, DaskEngine(client, settings, patience) as engine:
            yield engine


@asynccontextmanager
async def _connected(address: str) -> AsyncIterator[Client]:
    client = None
    try:
        async with asyncio.timeout(2 * _CONNECT_S):  # a server that is no scheduler may keep the connection open
            client = Client(address, asynchronous=True, timeout=_CONNECT_S)  # type: ignore[no-untyped-call]
            await client
    except (OSError, TimeoutError, ValueError) as error:
        await _close(client)
        why = f"no Dask scheduler answers there: {str(error) or 'what is there says nothing'}"
        raise BuildError(f"{address}: {why}; start it, or correct the address") from None
    try:
        yield client
    finally:
        await _close(client)


async def _close(client: Client | None) -> None:
    if client:
        with suppress(OSError, TimeoutError, asyncio.CancelledError):
            await client.close(timeout=_CONNECT_S)  # type: ignore[no-untyped-call]


@dataclass(slots=True, eq=False)
class _DaskWorker:
    """A worker of the cluster, and its batches."""

    address: str
    threads: int
    hosts: Counter[str] = field(default_factory=Counter)
    """How many batches of each host run there."""
    inboxes: dict[int, asyncio.Queue[_Said]] = field(default_factory=dict)
    """Of its batches, by their number."""
    is_reserved: bool = False
    """Whether a batch that must be alone is there, or waits until the others are done."""
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when its last batch ends."""

    @property
    def free(self) -> int:
        """How many further batches it can run now."""
        return 0 if self.is_reserved else max(0, self.threads - len(self.inboxes))

    def add(self, batch: Batch) -> asyncio.Queue[_Said]:
        """Count a batch, and return its inbox."""
        self.hosts[batch.host] += 1
        self.inboxes[batch.number] = asyncio.Queue()
        self.idle.clear()
        return self.inboxes[batch.number]

    def remove(self, batch: Batch) -> None:
        """Count a batch no more."""
        self.hosts[batch.host] -= 1
        del self.inboxes[batch.number]
        if not self.inboxes:
            self.idle.set()

    def end(self, error: SitegenError) -> None:
        """End all its batches."""
        for inbox in self.inboxes.values():
            inbox.put_nowait(error)


class DaskEngine:
    """Implements `Engine` by the workers of a cluster; an async context manager."""

    in_process = False
    most_workers = None

    def __init__(self, client: Client, settings: WorkerSettings, patience: Patience) -> None:
        self._client = client
        self._settings = pickle.dumps(settings)
        self._patience = patience
        self._build = f"sitegen-{uuid4().hex}"
        self._workers: dict[str, _DaskWorker] = {}
        self._unusable: set[str] = set()
        """Addresses of workers that hang."""
        self._alone = asyncio.Lock()
        self._broken: BuildError | None = None

    @property
    def workers(self) -> int:
        """How many workers there are now, at least 1."""
        return max(1, len(self._workers))

    @property
    def batches(self) -> int:
        """How many batches can run at once: one in each thread."""
        return sum(worker.threads for worker in self._workers.values())

    @property
    def free(self) -> int:
        """How many further batches can run now; where none ever can, one is to hear so."""
        return 1 if self._broken else sum(worker.free for worker in self._workers.values())

    async def submit(self, batch: Batch) -> AsyncGenerator[Message, None]:
        """Yield the messages of a batch. Raises WorkerDiedError, or BuildError where the cluster cannot go on."""
        async with self._reserved(batch) as worker:
            inbox = worker.add(batch)
            future = self._client.submit(
                dask_worker.run_batch,
                *(dask_worker.VERSION, self._build, batch.number, self._settings, pickle.dumps(batch)),
                key=f"{self._build}-{batch.number}",
                workers=[worker.address],
            )
            watching = asyncio.create_task(_watch(future, inbox))
            said: _Said = ()
            try:
                while said is not None:
                    said = await self._next(worker, inbox, begun=bool(said))
                    for message in said or ():
                        yield message
            finally:
                watching.cancel()
                worker.remove(batch)
                if said is not None and worker.address in self._workers and not self._broken:
                    await self._tell_workers(dask_worker.cancel, self._build, batch.number)
                future.release()  # type: ignore[no-untyped-call]

    @asynccontextmanager
    async def _reserved(self, batch: Batch) -> AsyncIterator[_DaskWorker]:
        """Choose a worker: for a batch that must be alone one without others, as soon as they are done."""
        if not batch.alone:
            yield self._choose(batch)
            return
        async with self._alone:
            worker = self._choose(batch)
            worker.is_reserved = True
            try:
                if worker.inboxes:
                    await worker.idle.wait()
                yield worker
            finally:
                worker.is_reserved = False

    def _choose(self, batch: Batch) -> _DaskWorker:
        """Return the worker with the fewest batches of the host, and of all. Raises BuildError, WorkerDiedError."""
        if self._broken:
            raise self._broken
        usable = [each for each in self._workers.values() if not each.is_reserved]
        if not usable:
            raise WorkerDiedError("no Dask worker is left for it")
        return min(usable, key=lambda each: (each.free == 0, each.hosts[batch.host], -each.free))

    async def _next(self, worker: _DaskWorker, inbox: asyncio.Queue[_Said], *, begun: bool) -> Sequence[Message] | None:
        """Return what is said next; a worker that says nothing, and does not answer, gets no more batches."""
        while True:
            try:
                async with asyncio.timeout(self._patience.silence_s):
                    said = await inbox.get()
            except TimeoutError:
                if begun or not await self._answers(worker.address):
                    self._leave_out(worker)
            else:
                if isinstance(said, SitegenError):
                    raise said
                return said

    async def _answers(self, address: str) -> bool:
        """Return whether a worker answers. Raises BuildError where it has another version of sitegen, or none."""
        found: Mapping[str, object] = {}
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(self._patience.silence_s):
                found = await self._client.run(dask_worker.version, workers=[address], on_error="return")
        version = found.get(address)
        if version is None or isinstance(version, OSError):
            return False
        if version != dask_worker.VERSION:
            has = f"sitegen {version}" if isinstance(version, str) else f"no sitegen ({version})"
            raise BuildError(
                f"{address}: this Dask worker has {has}, and this build is of {dask_worker.VERSION}; "
                "install the same on all workers"
            )
        return True

    def _leave_out(self, worker: _DaskWorker) -> None:
        """Give a worker that hangs no more batches, and end its present ones."""
        why = f"the Dask worker {worker.address} gave no sign of life for {self._patience.silence_s:g} s"
        if worker.address not in self._unusable:
            log.warning("%s; it gets no more datasets of this build", why)
        self._unusable.add(worker.address)
        self._workers.pop(worker.address, None)
        worker.end(WorkerDiedError(why))

    async def tell(self, signal: HostSignal) -> None:
        """Tell all workers what concerns them of a host."""
        await self._tell_workers(dask_worker.heed, self._build, signal)

    async def _tell_workers(self, function: object, *args: object) -> None:
        """Call a function on every worker; one that does not answer is left out."""
        if self._workers:
            with suppress(TimeoutError, OSError):
                async with asyncio.timeout(5):
                    await self._client.run(function, *args, workers=list(self._workers), on_error="ignore")

    async def _receive(self) -> None:
        """Hand out what workers say, until that is not possible."""
        try:
            queue = await Queue(self._build, client=self._client)  # type: ignore[no-untyped-call]
            while True:
                number, said = pickle.loads(await queue.get())  # noqa: S301  # from our own workers
                for worker in self._workers.values():
                    if number in worker.inboxes:
                        worker.inboxes[number].put_nowait(said)
        except Exception as error:  # noqa: BLE001  # Dask raises whatever the scheduler did
            self._break(f"does not pass on what workers say: {type(error).__name__}: {error}")

    async def _look(self) -> None:
        """Follow which workers there are, and end all batches when the scheduler, or the last worker, is gone."""
        alone_s = 0.0
        while alone_s < self._patience.without_workers_s:
            await asyncio.sleep(_LOOK_EVERY_S)
            try:
                await self._find_workers()
            except (OSError, TimeoutError):
                return self._break("does not answer any more")
            except BuildError as error:
                return self._end(error)
            if self._client.status != "running":
                return self._break("does not answer any more")
            alone_s = 0.0 if self._workers else alone_s + _LOOK_EVERY_S
        return self._break(f"has had no worker for {self._patience.without_workers_s:g} s")

    async def _find_workers(self) -> None:
        """Add new workers, and end the batches of those that are gone. Raises BuildError, OSError, TimeoutError."""
        async with asyncio.timeout(self._patience.silence_s):
            found: Mapping[str, int] = await self._client.nthreads()  # type: ignore[no-untyped-call]
        for address in self._workers.keys() - found.keys():
            self._workers.pop(address).end(WorkerDiedError(f"the Dask worker {address} ended"))
        new = sorted(found.keys() - self._workers.keys() - self._unusable)
        for address, answers in zip(new, await asyncio.gather(*map(self._answers, new)), strict=True):
            if answers:
                self._workers[address] = _DaskWorker(address, found[address])
            else:
                self._leave_out(_DaskWorker(address, 0))

    def _break(self, why: str) -> None:
        address = self._client.scheduler.address if self._client.scheduler else ""
        self._end(
            BuildError(
                f"the Dask scheduler {address} {why}; what was inspected is kept, and the next build goes on from there"
            )
        )

    def _end(self, error: BuildError) -> None:
        self._broken = error
        for worker in self._workers.values():
            worker.end(error)

    async def __aenter__(self) -> Self:
        await self._find_workers()
        self._tasks = [asyncio.create_task(self._receive()), asyncio.create_task(self._look())]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        if not self._broken:
            await self._tell_workers(dask_worker.close, self._build)


async def _watch(future: Future[Any], inbox: asyncio.Queue[_Said]) -> None:
    """Say when a batch ends in another way than by its last message."""
    try:
        result: Any = future.result()  # to be awaited, as the client is asynchronous
        if await result is False:
            inbox.put_nowait(WorkerDiedError("its Dask worker ended"))
    except SitegenError as error:
        inbox.put_nowait(error)
    except Exception as error:  # noqa: BLE001  # Dask raises what the worker did, and its own errors for lost workers
        inbox.put_nowait(WorkerDiedError(f"its Dask worker ended: {type(error).__name__}: {error}"))
