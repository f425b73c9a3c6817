"""The engine of small builds: inspections run in the coordinator's process, and pixels in worker processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from sitegen.engine.batches import MAX_AT_ONCE, Batch, Message, RunTask, TaskDone, TaskFailed, run_safely
from sitegen.net.hosts import HostSignal


class InProcess:
    """Implements `Engine` in this process. run_task: runs one inspection."""

    in_process = True
    workers = most_workers = 1
    batches = free = 1_000_000
    """The coordinator's client limits requests, so that nothing needs to wait here."""

    def __init__(self, run_task: RunTask) -> None:
        self._run_task = run_task
        self._slots = asyncio.Semaphore(MAX_AT_ONCE)

    async def submit(self, batch: Batch) -> AsyncGenerator[Message, None]:
        """Yield the outcome of each task as it is done."""

        async def run(index: int) -> TaskDone | TaskFailed:
            async with self._slots:
                return await run_safely(batch, index, self._run_task)

        tasks = [asyncio.create_task(run(index)) for index in range(len(batch.tasks))]
        try:
            for each in asyncio.as_completed(tasks):
                yield await each
        finally:
            for task in tasks:
                task.cancel()

    async def tell(self, signal: HostSignal) -> None:
        """Do nothing: there is one client."""
