"""What runs on a worker of a Dask cluster: batches, with what a worker holds during a build.

Functions here are called by their name, so that a worker with another version of sitegen, which may not be able to read
what is sent, can say so. Messages go through a queue of the scheduler, because workers need no way to the coordinator.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Sequence

from distributed import Event, Queue, get_client

from sitegen import __version__
from sitegen.engine.batch_worker import BatchWorker
from sitegen.engine.batches import Message, WorkerSettings
from sitegen.engine.fingerprint import METADATA_PACKAGES, PICTURE_PACKAGES, code_fingerprint
from sitegen.errors import BuildError
from sitegen.net.hosts import HostSignal

VERSION = f"{__version__} ({code_fingerprint(METADATA_PACKAGES + PICTURE_PACKAGES)[:8]})"
"""Version of sitegen with a digest of its code; workers of another one could find other facts."""

_workers: dict[str, BatchWorker] = {}
"""Name of a build → what this process holds for it. Dask calls functions, so that it has no other place."""
_running: dict[tuple[str, int], asyncio.Task[None]] = {}
_opening = asyncio.Lock()


async def version() -> str:
    """Return the version of this worker."""
    return VERSION


async def run_batch(version: str, build: str, number: int, settings: bytes, batch: bytes) -> bool:
    """Run a batch; return False, and do nothing, if another worker has begun it, which ended since.

    settings, batch: pickled. Raises BuildError where this worker has another version.
    """
    if version != VERSION:
        raise BuildError(
            f"a Dask worker has sitegen {VERSION}, and this build is of {version}; install the same on all workers"
        )
    begun = Event(f"{build}-{number}", client=get_client())  # type: ignore[no-untyped-call]
    if await begun.is_set():  # type: ignore[no-untyped-call]
        return False
    await begun.set()  # type: ignore[no-untyped-call]
    worker = await _worker(build, pickle.loads(settings))  # noqa: S301  # from the build
    outbox: asyncio.Queue[Sequence[Message] | None] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        sending = group.create_task(_send_all(build, number, outbox))
        running = group.create_task(worker.run(pickle.loads(batch), outbox.put_nowait))  # noqa: S301  # from the build
        _running[build, number] = running
        try:
            await asyncio.wait([running])
        finally:
            del _running[build, number]
        outbox.put_nowait(None)
        await sending
    return True


async def _worker(build: str, settings: WorkerSettings) -> BatchWorker:
    async with _opening:
        if build not in _workers:
            _workers[build] = await BatchWorker(settings).__aenter__()
        return _workers[build]


async def _send_all(build: str, number: int, outbox: asyncio.Queue[Sequence[Message] | None]) -> None:
    """Send messages in their order until None, which is sent, too."""
    queue = await Queue(build, client=get_client())  # type: ignore[no-untyped-call]
    said: Sequence[Message] | None = ()
    while said is not None:
        said = await outbox.get()
        await queue.put(pickle.dumps((number, said)))


async def heed(build: str, signal: HostSignal) -> None:
    """Act on what another worker noticed of a host."""
    if build in _workers:
        _workers[build].heed(signal)


async def cancel(build: str, number: int) -> None:
    """End a batch, if it runs here."""
    if running := _running.get((build, number)):
        running.cancel()


async def close(build: str) -> None:
    """Release what this process holds for a build."""
    if worker := _workers.pop(build, None):
        await worker.__aexit__(None, None, None)
