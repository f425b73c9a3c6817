"""Decoding and drawing, in processes beside the event loop.

A thread beside the loop was measured to slow the crawl (DESIGN §2): decode costs belong
to one process per core. A chunk that kills its process (a codec's fault on hostile
bytes) costs that picture; the pool is made anew and the crawl goes on. The processes
end with the main one, however that ends: nobody waits for a picture that nobody wants.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import ParamSpec, TypeVar, cast

_P = ParamSpec("_P")
_R = TypeVar("_R")

_TRIES = 3
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_LARGE_BLOCK_BYTES = 4_000_000


class WorkerDied(Exception):
    """The process that worked on this ended without an answer."""


class Workers:
    """A pool of processes, started when first needed.

    count: how many; 0 works in a thread of this process, for small runs and tests.
    """

    def __init__(self, count: int | None = None) -> None:
        self._count = (os.cpu_count() or 1) if count is None else count
        self._pool: ProcessPoolExecutor | None = None
        self._large = asyncio.Lock()

    async def run(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Return `function(*args, **kwargs)`, worked out elsewhere. Raises WorkerDied, and what it raises.

        A process that dies takes its neighbours' work with it, so each is tried again.
        """
        if self._count == 0:
            return await asyncio.to_thread(function, *args, **kwargs)
        for _ in range(_TRIES):
            pool = self._pool = self._pool or self._start()
            try:
                with _deaf_to_interrupts():
                    future = pool.submit(function, *args, **kwargs)
                return await asyncio.wrap_future(future)
            except BrokenProcessPool:
                if self._pool is pool:
                    self._pool = None
                    pool.shutdown(wait=False)
        raise WorkerDied(f"the process that worked on this died, {_TRIES} times")

    async def run_large(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Do the same for arguments of many megabytes: one at a time, and through a file.

        On their way through the pool's pipe they would stand in memory four times.
        """
        if self._count == 0:
            return await self.run(function, *args, **kwargs)
        async with self._large:
            with NamedTemporaryFile(prefix="sitegen-") as file:
                await asyncio.to_thread(pickle.dump, (function, args, kwargs), file)
                file.flush()
                return cast(_R, await self.run(_run_file, file.name))

    def _start(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._count, mp_context=context, initializer=_begin)

    async def __aenter__(self) -> Workers:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool and error is not None:
            for process in multiprocessing.active_children():  # the pool's: the program starts no others
                process.kill()
        if self._pool:
            self._pool.shutdown(cancel_futures=True)


def _run_file(name: str) -> object:
    """Return what the function in a file makes of the arguments beside it; runs in a worker process."""
    with open(name, "rb") as file:
        function, args, kwargs = pickle.load(file)  # noqa: S301  # ours, written a moment ago
    return function(*args, **kwargs)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let processes that begin in here leave Ctrl-C to the main one, from their first instruction on."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Make a worker of this process."""
    give_back_freed_memory()
    _end_with_parent()


def give_back_freed_memory() -> None:
    """Let the C library return large blocks to the system as soon as they are freed, by whatever thread.

    Glibc learns from the first one to keep them, and a process that once held 30 MB would go on holding them
    (mallopt(3): M_MMAP_THRESHOLD, M_ARENA_MAX). Where there is another C library, nothing is changed.
    """
    with suppress(OSError, AttributeError, TypeError):
        c_library = ctypes.CDLL(None)
        c_library.mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK_BYTES)
        c_library.mallopt(_M_ARENA_MAX, 1)


def _end_with_parent() -> None:
    """End this process when its parent does: one that was killed (-9) cannot say so."""
    threading.Thread(target=_await_parent, daemon=True).start()


def _await_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
