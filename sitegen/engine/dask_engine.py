"""The engine of builds that one machine is too small for: workers of a Dask cluster.

Dask's scheduler chooses a worker for each batch, which is one task for it. It runs a task again whose worker ended;
here the second run does nothing, and the dispatcher submits what is unfinished. A scheduler that does not answer any
more, or has no worker for minutes, ends the build; the next one goes on from the cache.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any
from uuid import uuid4

from distributed import Client, Future, LocalCluster, Queue

from sitegen.engine import dask_worker
from sitegen.engine.batches import Batch, Message, WorkerSettings
from sitegen.errors import BuildError, SitegenError, WorkerDiedError
from sitegen.net.hosts import HostSignal

_CONNECT_S = 5.0
"""How long the scheduler may take to answer."""
_LOOK_EVERY_S = 2.0
"""How often the scheduler is asked for its workers."""
_MAX_SILENCE_S = 60.0
"""A worker says twice a second that it is alive, once it has begun a batch."""
_WITHOUT_WORKERS_S = 300.0
"""How long a build waits for a first or another worker: a queue of a cluster may take a while."""
_THREADS = 16
"""Of a local worker: batches that it runs at once."""

_Said = Sequence[Message] | SitegenError | None


@asynccontextmanager
async def open_dask(settings: WorkerSettings, scheduler: str | None) -> AsyncIterator[DaskEngine]:
    """Connect to a scheduler; None: to a cluster on this machine. Raises BuildError."""
    if scheduler is None:
        cluster = LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=settings.workers, threads_per_worker=_THREADS, asynchronous=True, dashboard_address=None
        )
        async with cluster, _connected(cluster.scheduler_address) as client, DaskEngine(client, settings) as engine:
            yield engine
    else:
        async with _connected(scheduler) as client, DaskEngine(client, settings) as engine:
            yield engine


@asynccontextmanager
async def _connected(address: str) -> AsyncIterator[Client]:
    try:
        client = await Client(address, asynchronous=True, timeout=_CONNECT_S)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        why = f"no Dask scheduler answers there: {error}"
        raise BuildError(f"{address}: {why}; start it, or correct the address") from None
    try:
        await _check_versions(client)
        yield client
    finally:
        with suppress(OSError, TimeoutError, asyncio.CancelledError):
            await client.close(timeout=5)


async def _check_versions(client: Client) -> None:
    """Raise BuildError if a worker has another version of sitegen, or none."""
    found: Mapping[str, object] = await client.run(dask_worker.version, on_error="return")
    for worker, version in found.items():
        if version != dask_worker.VERSION:
            has = f"sitegen {version}" if isinstance(version, str) else f"no sitegen ({version})"
            raise BuildError(
                f"{worker}: this Dask worker has {has}, and this build is of {dask_worker.VERSION}; "
                "install the same on all workers"
            )


class DaskEngine:
    """Implements `Engine` by the workers of a cluster; an async context manager."""

    in_process = False

    def __init__(self, client: Client, settings: WorkerSettings) -> None:
        self._client = client
        self._settings = settings
        self._build = f"sitegen-{uuid4().hex}"
        self._inboxes: dict[int, asyncio.Queue[_Said]] = {}
        self._threads: Mapping[str, int] = {}
        self._broken: BuildError | None = None

    @property
    def workers(self) -> int:
        """How many workers there are now, at least 1."""
        return max(1, len(self._threads))

    @property
    def free(self) -> int:
        """How many further batches can run now; where none ever can, one is to hear so."""
        return 1 if self._broken else sum(self._threads.values()) - len(self._inboxes)

    async def submit(self, batch: Batch) -> AsyncGenerator[Message, None]:
        """Yield the messages of a batch. Raises WorkerDiedError, or BuildError where the cluster cannot go on."""
        if self._broken:
            raise self._broken
        inbox = self._inboxes[batch.number] = asyncio.Queue()
        settings = pickle.dumps(replace(self._settings, workers=self.workers))
        future = self._client.submit(
            dask_worker.run_batch,
            *(dask_worker.VERSION, self._build, batch.number, settings, pickle.dumps(batch)),
            key=f"{self._build}-{batch.number}",
        )
        watching = asyncio.create_task(_watch(future, inbox))
        done, patience = False, None
        try:
            while not done:
                try:
                    async with asyncio.timeout(patience):
                        said = await inbox.get()
                except TimeoutError:
                    said = WorkerDiedError(f"its Dask worker gave no sign of life for {_MAX_SILENCE_S:g} s")
                if isinstance(said, SitegenError):
                    raise said
                patience = _MAX_SILENCE_S
                done = said is None
                for message in said or ():
                    yield message
        finally:
            watching.cancel()
            del self._inboxes[batch.number]
            if not done and not self._broken:
                await self._tell_workers(dask_worker.cancel, self._build, batch.number)
            future.release()  # type: ignore[no-untyped-call]

    async def tell(self, signal: HostSignal) -> None:
        """Tell all workers what concerns them of a host."""
        await self._tell_workers(dask_worker.heed, self._build, signal)

    async def _tell_workers(self, function: object, *args: object) -> None:
        """Call a function on every worker; one that does not answer is left out."""
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(5):
                await self._client.run(function, *args, on_error="ignore")

    async def _receive(self) -> None:
        """Hand out what workers say, until that is not possible."""
        try:
            queue = await Queue(self._build, client=self._client)  # type: ignore[no-untyped-call]
            while True:
                number, said = pickle.loads(await queue.get())  # noqa: S301  # from our own workers
                if number in self._inboxes:
                    self._inboxes[number].put_nowait(said)
        except Exception as error:  # noqa: BLE001  # Dask raises whatever the scheduler did
            self._break(f"does not pass on what workers say: {type(error).__name__}: {error}")

    async def _look(self) -> None:
        """Follow which workers there are, and end all batches when the scheduler, or the last worker, is gone."""
        alone_s = 0.0
        while alone_s < _WITHOUT_WORKERS_S:
            try:
                async with asyncio.timeout(_MAX_SILENCE_S):
                    self._threads = await self._client.nthreads()  # type: ignore[no-untyped-call]
            except (OSError, TimeoutError):
                return self._break("does not answer any more")
            if self._client.status != "running":
                return self._break("does not answer any more")
            alone_s = 0.0 if self._threads else alone_s + _LOOK_EVERY_S
            await asyncio.sleep(_LOOK_EVERY_S)
        return self._break(f"has had no worker for {_WITHOUT_WORKERS_S:g} s")

    def _break(self, why: str) -> None:
        address = self._client.scheduler.address if self._client.scheduler else ""
        self._broken = BuildError(
            f"the Dask scheduler {address} {why}; what was inspected is kept, and the next build goes on from there"
        )
        for inbox in self._inboxes.values():
            inbox.put_nowait(self._broken)

    async def __aenter__(self) -> DaskEngine:
        self._threads = await self._client.nthreads()  # type: ignore[no-untyped-call]
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
