"""Decoding and drawing, in processes beside the event loop.

A thread beside the loop was measured to slow the crawl (DESIGN §2): decode costs belong
to one process per core. A pool of `concurrent.futures` keeps two threads of its own in
this process, so each worker is a child with which the loop itself speaks (`worker`). It
has one job at a time: a chunk that kills its process (a codec's fault on hostile bytes)
costs that picture and no other, and the next job gets a new process; so does one that
keeps its process busy without end. The processes end with the main one, however that
ends: nobody waits for a picture that nobody wants.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ParamSpec, TypeVar, cast

from sitegen.engine.worker import HEAD
from sitegen.errors import WorkerDiedError

_P = ParamSpec("_P")
_R = TypeVar("_R")

_TRIES = 2
"""The system may have killed the first one, for want of memory."""
_JOB_TIMEOUT_S = 60.0
"""24 MB of bzip2, the slowest compressor, take 4 s (measured), on a slow or busy machine perhaps ten times as long.
Hostile bytes may take hours."""


class WorkerPool:
    """Processes that work things out, each started when first needed; an async context manager.

    count: how many; 0 works in a thread of this process, for small runs and tests.
    job_timeout_s: the process that works on one thing for longer is ended; a thread is not.
    """

    def __init__(self, count: int | None = None, *, job_timeout_s: float = _JOB_TIMEOUT_S) -> None:
        self._count = (os.cpu_count() or 1) if count is None else count
        self._job_timeout_s = job_timeout_s
        self._turns = asyncio.Semaphore(self._count)
        self._large = asyncio.Lock()
        self._idle: list[Process] = []
        self._running: set[Process] = set()

    async def run(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Return `function(*args, **kwargs)`, worked out elsewhere. Raises WorkerDiedError, and what it raises."""
        if self._count == 0:
            return await asyncio.to_thread(function, *args, **kwargs)
        job = pickle.dumps((function, args, kwargs))
        async with self._turns:
            for _ in range(_TRIES):
                answer = await self._try(job)
                if answer is not None:
                    well, found = pickle.loads(answer)  # noqa: S301  # a worker's, of our own code
                    if well:
                        return cast(_R, found)
                    raise found
        raise WorkerDiedError(f"the process that worked on this died, {_TRIES} times")

    async def run_large(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Do the same for arguments of many megabytes: one at a time, and through a file.

        On their way through the worker's pipe they would stand in memory four times.
        """
        if self._count == 0:
            return await self.run(function, *args, **kwargs)
        async with self._large:
            with TemporaryDirectory(prefix="sitegen-", ignore_cleanup_errors=True) as folder:
                path = Path(folder) / "job"
                await asyncio.to_thread(_write_file, path, (function, args, kwargs))
                return cast(_R, await self.run(_run_file, path))

    async def _try(self, job: bytes) -> bytes | None:
        """Return a worker's answer, None where it died of the job; raises WorkerDiedError after the time limit."""
        worker = self._idle.pop() if self._idle else await self._start()
        try:
            async with asyncio.timeout(self._job_timeout_s):
                answer = await _ask(worker, job)
        except TimeoutError:  # a second try would take as long
            await self._end(worker)
            raise WorkerDiedError(f"it took longer than {self._job_timeout_s:g} s") from None
        except (OSError, asyncio.IncompleteReadError):
            await self._end(worker)
            return None
        except asyncio.CancelledError:
            await self._end(worker)
            raise
        self._idle.append(worker)
        return answer

    async def _start(self) -> Process:
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sitegen.engine.worker"),
            stdin=PIPE,
            stdout=PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            # Ctrl-C is the main process's affair
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )
        self._running.add(worker)
        return worker

    async def _end(self, worker: Process) -> None:
        with suppress(ProcessLookupError):
            worker.kill()
        await worker.wait()
        self._running.discard(worker)

    async def __aenter__(self) -> WorkerPool:
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in tuple(self._running):
            await self._end(worker)


async def _ask(worker: Process, job: bytes) -> bytes:
    """Return the answer to a job; raises OSError and IncompleteReadError where the worker ends before."""
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write(HEAD.pack(len(job)))
    worker.stdin.write(job)
    await worker.stdin.drain()
    (size,) = HEAD.unpack(await worker.stdout.readexactly(HEAD.size))
    return await worker.stdout.readexactly(size)


def _write_file(path: Path, job: object) -> None:
    with path.open("wb") as file:
        pickle.dump(job, file)


def _run_file(path: Path) -> object:
    """Return what the function in a file makes of the arguments beside it; runs in a worker process."""
    with path.open("rb") as file:
        function, args, kwargs = pickle.load(file)  # noqa: S301  # ours, written a moment ago
    return function(*args, **kwargs)
