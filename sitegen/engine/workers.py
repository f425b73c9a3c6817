"""Worker processes that decode and render, one for each core.

Threads in the process of the event loop slowed the crawl when measured (docs/decisions.md#processes-not-threads). The
executor of `concurrent.futures` would use two threads of its own there, so the event loop speaks to each worker through
pipes (`engine.worker`). A worker has one job at a time: a job that crashes it (a codec on hostile bytes), or does not
end, costs one picture, and the next job gets a new process. Workers end with the main process, however that ends.
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
"""Processes that a job may crash: the system may have killed the first one for lack of memory."""
_JOB_TIMEOUT_S = 60.0
"""24 MB of bzip2, the slowest compressor, take 4 s (measured); a slow or busy machine may need ten times as long.
Hostile bytes may take hours."""


class WorkerPool:
    """Processes that compute jobs, each started when it is first needed; an async context manager.

    count: number of processes, None for one each core; 0 computes in a thread of this process, for small runs and
    tests. job_timeout_s: a process that takes longer for a job is ended; a thread is not.
    """

    def __init__(self, count: int | None = None, *, job_timeout_s: float = _JOB_TIMEOUT_S) -> None:
        self._count = (os.cpu_count() or 1) if count is None else count
        self._job_timeout_s = job_timeout_s
        self._slots = asyncio.Semaphore(self._count)
        self._large = asyncio.Lock()
        self._idle: list[Process] = []
        self._running: set[Process] = set()

    async def run(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Return `function(*args, **kwargs)`, computed in a worker. Raises WorkerDiedError, or what it raises."""
        if self._count == 0:
            return await asyncio.to_thread(function, *args, **kwargs)
        async with self._slots:
            job = pickle.dumps((function, args, kwargs))  # not before: hundreds of jobs may wait
            for _ in range(_TRIES):
                result = await self._try(job)
                if result is not None:
                    succeeded, value = pickle.loads(result)  # noqa: S301  # from a worker, which runs our own code
                    if succeeded:
                        return cast(_R, value)
                    raise value
        raise WorkerDiedError(f"the worker process crashed, {_TRIES} times")

    async def run_large(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Do the same for arguments of many megabytes: one call at a time, with the arguments in a file.

        A pipe would hold four copies of them in memory.
        """
        if self._count == 0:
            return await self.run(function, *args, **kwargs)
        async with self._large:
            with TemporaryDirectory(prefix="sitegen-", ignore_cleanup_errors=True) as folder:
                path = Path(folder) / "job"
                await asyncio.to_thread(_write_file, path, (function, args, kwargs))
                return cast(_R, await self.run(_run_file, path))

    async def _try(self, job: bytes) -> bytes | None:
        """Return the result of a job; None where its worker crashed. Raises WorkerDiedError after the time limit."""
        worker = self._idle.pop() if self._idle else await self._start()
        try:
            async with asyncio.timeout(self._job_timeout_s):
                result = await _compute(worker, job)
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
        return result

    async def _start(self) -> Process:
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "sitegen.engine.worker"),
            stdin=PIPE,
            stdout=PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,  # only the main process handles Ctrl-C
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


async def _compute(worker: Process, job: bytes) -> bytes:
    """Return the pickled result of a job. Raises OSError or IncompleteReadError where the worker ends before."""
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
    """Return the result of the job in a file; runs in a worker process."""
    with path.open("rb") as file:
        function, args, kwargs = pickle.load(file)  # noqa: S301  # written by `run_large`
    return function(*args, **kwargs)
