"""What a worker holds during a build, and how it runs a batch; the same in a process of this machine and of a cluster.

A worker has a client of its own, with the same limits and the same guard as that of a build in one process. It has a
cache of its own, too, in a temporary folder: the documents that come with batches are put there, and each document that
it reads is also sent to the coordinator. So the memory that it needs does not depend on the size of the documents.

It requests only hosts of its batches, as far as these may. A dataset that needs another one, to which its host
redirects, is given back: only the coordinator knows how many requests at once that host may still get.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from uuid import uuid4

from sitegen.cache.folder import Cache
from sitegen.cache.rows import CachedDocument, write_document
from sitegen.engine.batches import (
    DATASETS_PER_REQUEST,
    MAX_AT_ONCE,
    Batch,
    DocumentRead,
    DocumentsForgotten,
    Message,
    TaskDone,
    TaskFailed,
    TaskReturned,
    WorkerSettings,
    run_safely,
)
from sitegen.engine.documents import CachedClient
from sitegen.engine.granted_io import GrantedIO
from sitegen.engine.local_io import LocalIO
from sitegen.engine.picture_store import PictureStore
from sitegen.engine.predictions import Predictions
from sitegen.engine.robots import RobotsRules
from sitegen.engine.workers import WorkerPool
from sitegen.errors import NotGrantedError, SitegenError, find_error
from sitegen.inspection.inspector import inspect
from sitegen.model.task import Outcome, Task
from sitegen.net.client import Client
from sitegen.net.hosts import HostSignal

REPORT_EVERY_S = 0.1
"""How often a worker sends what is finished of a batch: a message for each dataset cost 0.5 ms more (measured)."""
_ALIVE_EVERY = 5
"""Reports of which one is sent even if nothing is finished, to say that the worker is alive."""

Send = Callable[[Sequence[Message]], None]
"""Takes messages for the coordinator; an empty sequence only says that the worker is alive."""


class BatchWorker:
    """Runs batches; an async context manager. drawing: processes that decode and render; 0: a thread."""

    def __init__(self, settings: WorkerSettings, *, drawing: int = 1) -> None:
        self._name = uuid4().hex
        self._settings = settings
        self._client = Client(settings.crawl, site=settings.site, per_host=0)
        self._connections: Counter[str] = Counter()
        """Requests at once that its batches may make, by host."""
        self._pool = WorkerPool(drawing)
        self._pictures = PictureStore(settings.pictures) if settings.pictures else None
        self._predictions = Predictions()
        self._slots = asyncio.Semaphore(MAX_AT_ONCE)
        self._outbox: list[Message] = []
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        folder = self._stack.enter_context(TemporaryDirectory(prefix="sitegen-", ignore_cleanup_errors=True))
        self._cache = self._stack.enter_context(Cache.open(Path(folder) / "cache"))
        await self._stack.enter_async_context(self._client)
        await self._stack.enter_async_context(self._pool)
        settings = self._settings
        documents = CachedClient(
            self._client,
            settings.crawl,
            cache=_SendingCache(self._cache, self._outbox.append),
            refresh=settings.refresh,
            started=settings.started,
        )
        self._io = LocalIO(documents, self._pool, RobotsRules(documents), processes=settings.processes)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.__aexit__(*error)  # type: ignore[arg-type]  # as they were given

    def heed(self, signal: HostSignal) -> None:
        """Act on what another worker noticed of a host."""
        if signal.worker != self._name:
            self._client.hosts[signal.host].heed(signal)

    async def run(self, batch: Batch, send: Send) -> None:
        """Run all tasks of a batch, and send what comes of them. Raises SitegenError where the worker cannot go on."""
        for row in batch.documents:
            self._cache.put_document_row(row)
        if batch.state:
            self.heed(batch.state)
        if batch.build_bytes_left is not None:
            self._client.bytes_left = batch.build_bytes_left
        self._add_connections(batch.host, batch.connections)
        indices = iter(range(len(batch.tasks)))
        finished: list[Message] = []

        async def work() -> None:
            for index in indices:
                async with self._slots:
                    finished.append(await self._run_safely(batch, index))

        def report() -> None:
            send([*self._take_messages(batch.host), *finished])
            finished.clear()

        async def report_often() -> None:
            for number in count(1):
                await asyncio.sleep(REPORT_EVERY_S)
                if finished or number % _ALIVE_EVERY == 0:
                    report()

        try:
            async with asyncio.TaskGroup() as group:
                reporting = group.create_task(report_often())
                async with asyncio.TaskGroup() as working:
                    for _ in range(min(len(batch.tasks), DATASETS_PER_REQUEST * batch.connections)):
                        working.create_task(work())
                reporting.cancel()
        except ExceptionGroup as failures:
            raise find_error(failures, SitegenError) or failures from None
        finally:
            self._add_connections(batch.host, -batch.connections)
        await self._client.hosts[batch.host].settle()
        report()

    def _add_connections(self, host: str, connections: int) -> None:
        self._connections[host] += connections
        self._client.hosts[host].set_limit(self._connections[host])

    async def _run_safely(self, batch: Batch, index: int) -> TaskDone | TaskFailed | TaskReturned:
        try:
            return await run_safely(batch, index, self._run_task)
        except NotGrantedError:
            return TaskReturned(index=index)

    async def _run_task(self, task: Task) -> Outcome:
        predicted = replace(task, prediction=self._predictions.prediction(task.url, otherwise=task.prediction))
        io = GrantedIO(self._io)
        outcome = await inspect(predicted, io)
        if io.refusal:
            raise io.refusal
        self._predictions.learn(task.url, outcome.findings)
        if self._pictures:
            return replace(outcome, pictures=await self._pictures.put(outcome.pictures))
        return outcome

    def _take_messages(self, host: str) -> list[Message]:
        """Return what is to be sent of documents, and of the host of a batch."""
        news = self._client.hosts[host].take_news(self._name)
        messages, self._outbox[:] = [*self._outbox, *([news] if news else [])], []
        return messages


class _SendingCache:
    """A cache of documents that also sends what is put into it."""

    def __init__(self, cache: Cache, send: Callable[[Message], None]) -> None:
        self.document = cache.document
        self._cache = cache
        self._send = send

    def put_document(self, document: CachedDocument) -> None:
        """Keep and send a document."""
        row = write_document(document)
        self._cache.put_document_row(row)
        self._send(DocumentRead(row=row))

    def forget_documents(self, prefix: str) -> None:
        """Delete documents here and at the coordinator."""
        self._cache.forget_documents(prefix)
        self._send(DocumentsForgotten(prefix=prefix))
