"""Ctrl-C and SIGTERM: both end a command in order, without lost findings and without a traceback.

A coroutine is cancelled, so that it closes sessions, caches and worker processes; other code is left by an exception.
In both cases `Interrupted` names the signal, and its exit code is that of a shell: 130 or 143. A second signal does
not wait for closing. A command may handle signals itself meanwhile, as `serve` does.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn, TypeVar

SIGNALS = (signal.SIGINT, signal.SIGTERM)
T = TypeVar("T")


class Interrupted(KeyboardInterrupt):
    """A signal ended the command."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


@contextmanager
def interruptible() -> Iterator[None]:
    """Let a signal raise Interrupted while the context lasts. Only for the main thread."""
    with _handled_by(_interrupt):
        yield


@contextmanager
def signals_to(stop: Callable[[int], object]) -> Iterator[None]:
    """Let a signal call `stop` with its number in the running event loop. Only for the main thread.

    `add_signal_handler` of the loop would do the same, but not on Windows.
    """
    loop = asyncio.get_running_loop()
    with _handled_by(lambda number, _: loop.call_soon_threadsafe(stop, number)):
        yield


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Let a function handle the signals while the context lasts."""
    before = [signal.signal(number, handler) for number in SIGNALS]
    try:
        yield
    finally:
        for number, earlier in zip(SIGNALS, before, strict=True):
            signal.signal(number, earlier)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Return the result of a coroutine. A signal cancels it; when it has ended, Interrupted is raised.

    The result is not that of a task: until 3.11, Python's module `signal` writes out a handler that it restores, with
    the task that asyncio put into it and all that this task returned, which are seconds for all findings of a crawl.
    """
    caught: list[int] = []
    results: list[T] = []

    async def collect() -> None:
        results.append(await _cancelled_by_signal(work, caught))

    try:
        asyncio.run(collect())
        return results.pop()
    except asyncio.CancelledError:
        if not caught:
            raise
        raise Interrupted(caught[0]) from None


async def _cancelled_by_signal(work: Coroutine[Any, Any, T], caught: list[int]) -> T:
    task = asyncio.current_task()

    def stop(number: int) -> None:
        caught.append(number)
        for each in SIGNALS:
            signal.signal(each, _interrupt)
        if task:
            task.cancel()

    with signals_to(stop):
        return await work


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    raise Interrupted(number)
