"""The engine of large builds on one machine: processes that each crawl, with an event loop and a client of their own.

Each process runs several batches at once and speaks through its pipes (`engine.crawl_process`). One that ends, or says
nothing for a minute, is replaced when there is work for it. Processes end with the main process, however that ends.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Self

from sitegen.engine.batches import Batch, Message, WorkerSettings
from sitegen.engine.worker import HEAD
from sitegen.errors import BuildError, SitegenError, WorkerDiedError
from sitegen.net.hosts import HostSignal

_BATCHES_EACH = 16
"""Batches that a process runs at once: of so many hosts, because a slow one must not keep others waiting."""
MAX_SILENCE_S = 60.0
"""A process says at least twice a second that it is alive."""
_START_S = 60.0
"""How long a process may take to start, in which it says nothing."""

_Said = Sequence[Message] | SitegenError | None


class _Worker:
    """One process, and the batches that it runs."""

    def __init__(self, process: Process, settings: WorkerSettings, max_silence_s: float) -> None:
        self._inboxes: dict[int, asyncio.Queue[_Said]] = {}
        self._has_started = False
        self._process = process
        self._max_silence_s = max_silence_s
        self.send(settings)
        self._reading = asyncio.create_task(self._read())

    @property
    def is_alive(self) -> bool:
        """Whether it can be given a batch."""
        return not self._reading.done()

    def send(self, command: object) -> None:
        """Send a command; what a process that has ended should have done is done by another."""
        assert self._process.stdin
        body = pickle.dumps(command)
        self._process.stdin.write(HEAD.pack(len(body)) + body)

    async def end(self) -> None:
        """End the process."""
        if self.is_alive:
            self._kill()
        await asyncio.wait([self._reading])
        await self._process.wait()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    async def run(self, batch: Batch) -> AsyncGenerator[Message, None]:
        """Yield the messages of a batch. Raises WorkerDiedError, BuildError."""
        inbox = self._inboxes[batch.number] = asyncio.Queue()
        self.send(batch)
        try:
            while (said := await inbox.get()) is not None:
                if isinstance(said, SitegenError):
                    raise said
                for message in said:
                    yield message
        finally:
            del self._inboxes[batch.number]
            self.send(batch.number)  # cancels it, if it is not done

    async def _read(self) -> None:
        """Hand out what the process says, until it ends or is silent for too long."""
        why = "its worker process crashed"
        try:
            while True:
                number, said = pickle.loads(await self._next_message())  # noqa: S301  # from our own process
                self._has_started = True
                if number in self._inboxes:
                    self._inboxes[number].put_nowait(said)
        except TimeoutError:
            why = f"its worker process gave no sign of life for {self._max_silence_s:g} s"
            self._kill()
        except (OSError, asyncio.IncompleteReadError):
            pass
        error: SitegenError = WorkerDiedError(why)
        if not self._has_started:
            error = BuildError("a worker process could not start; its message is above; try --processes 1")
        for inbox in self._inboxes.values():
            inbox.put_nowait(error)

    async def _next_message(self) -> bytes:
        assert self._process.stdout
        head = b""
        while not head:
            try:
                async with asyncio.timeout(self._max_silence_s if self._has_started else _START_S):
                    head = await self._process.stdout.readexactly(HEAD.size)
            except TimeoutError:
                if self._inboxes:
                    raise
        async with asyncio.timeout(self._max_silence_s):
            return await self._process.stdout.readexactly(*HEAD.unpack(head))


@dataclass(slots=True, eq=False)
class _Place:
    """Where a process works; when it ends, another takes its place."""

    worker: _Worker | None = None
    hosts: Counter[str] = field(default_factory=Counter)
    """How many batches of each host run here."""
    starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    alone: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by a batch that must be alone."""


class ProcessEngine:
    """Implements `Engine` by processes of this machine, each started when it is first needed; a context manager.

    command: what starts a worker process. max_silence_s: one that says nothing for so long, and has a batch, hangs.
    """

    in_process = False

    def __init__(
        self,
        settings: WorkerSettings,
        *,
        command: Sequence[str] = (sys.executable, "-P", "-m", "sitegen.engine.crawl_process"),
        max_silence_s: float = MAX_SILENCE_S,
    ) -> None:
        self.workers = self.most_workers = settings.workers
        self.batches = _BATCHES_EACH * settings.workers
        self._settings = settings
        self._command = command
        self._max_silence_s = max_silence_s
        self._places = [_Place() for _ in range(settings.workers)]
        self._alone = _Place()

    @property
    def free(self) -> int:
        """How many further batches can run now."""
        return self.batches - sum(place.hosts.total() for place in self._places)

    async def submit(self, batch: Batch) -> AsyncGenerator[Message, None]:
        """Yield the messages of a batch. Raises WorkerDiedError, or BuildError where no worker process can run."""
        place = self._alone
        if not batch.alone:
            place = min(self._places, key=lambda each: (each.hosts[batch.host], each.hosts.total()))
        place.hosts[batch.host] += 1
        try:
            async with place.alone if batch.alone else nullcontext():
                worker = await self._worker(place)
                async with aclosing(worker.run(batch)) as messages:
                    async for message in messages:
                        yield message
        finally:
            place.hosts[batch.host] -= 1

    async def tell(self, signal: HostSignal) -> None:
        """Tell all processes what concerns them of a host."""
        for place in (*self._places, self._alone):
            if place.worker and place.worker.is_alive:
                place.worker.send(signal)

    async def _worker(self, place: _Place) -> _Worker:
        """Return the process of a place, started if there is none."""
        async with place.starting:
            if place.worker and not place.worker.is_alive:
                await place.worker.end()
                place.worker = None
            if not place.worker:
                place.worker = _Worker(await self._start(), self._settings, self._max_silence_s)
            return place.worker

    async def _start(self) -> Process:
        return await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,  # only the main process handles Ctrl-C
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for place in (*self._places, self._alone):
            if place.worker:
                await place.worker.end()
