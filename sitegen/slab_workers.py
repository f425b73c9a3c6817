"""Work that is done some thousand datasets at a time: here, or by other processes, which give the same results.

A catalog of a million datasets is searched by files that two processes make in half the time. Jobs and results are
plain and picklable. Only a few jobs are on their way at once, so that memory stays bounded.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from importlib import import_module
from typing import Protocol, TypeVar

from sitegen.allocator import return_freed_memory
from sitegen.own_process import leave_out_pandas

_J = TypeVar("_J")
_R = TypeVar("_R")
_AHEAD = 2
"""Jobs on their way for each process: one that it does, and the next one."""

_FEWEST = 100_000
"""Datasets for each process beyond this one: to start it takes as long as to read some 5,000 of them."""


class Run(Protocol):
    """Gives the results of a function for some jobs, in their order, as `map` does."""

    def __call__(self, function: Callable[[_J], _R], jobs: Iterable[_J], /) -> Iterator[_R]: ...


@contextmanager
def workers(count: int, module: str = __name__) -> Iterator[Run]:
    """Do work in so many processes; in this one, if these are fewer than two.

    module: imports what the work needs. They do so at once, while this process does what comes before the work.
    """
    if count < 2:
        yield map
        return
    from concurrent.futures import ProcessPoolExecutor  # only here: a crawl needs the memory
    from multiprocessing import get_context

    with ProcessPoolExecutor(count, get_context("spawn"), _begin, (module,)) as pool:
        for _ in range(count):
            pool.submit(os.getpid)  # a process is started for each job that finds no other one waiting

        def run(function: Callable[[_J], _R], jobs: Iterable[_J], /) -> Iterator[_R]:
            waiting: deque[Future[_R]] = deque()
            for job in jobs:
                waiting.append(pool.submit(function, job))
                del job
                if len(waiting) >= _AHEAD * count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

        yield run


def _begin(module: str) -> None:
    """Keep no memory that is free, leave Ctrl-C to the process that waits for the results, and import a module."""
    leave_out_pandas()
    return_freed_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import_module(module)


def workers_of(datasets: int) -> int:
    """Return how many processes are worth their start for so many datasets."""
    return min(os.cpu_count() or 1, datasets // _FEWEST + 1)
