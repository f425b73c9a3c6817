"""Ctrl-C and SIGTERM: both end a command in order, with nothing lost and no traceback.

Coroutines are cancelled, so that sessions, caches and worker processes are closed on the
way out; plain code is left by an exception. Either way `Interrupted` says which signal
it was, and its exit code is the shell's: 130, 143. A second signal does not wait for the
closing. A command that handles signals itself, such as `serve`, may do so in between.
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
    """Let a signal raise Interrupted while this lasts. For the main thread."""
    with _handled_by(_interrupt):
        yield


@contextmanager
def signals_to(stop: Callable[[int], object]) -> Iterator[None]:
    """Let a signal call `stop` with its number, in the running event loop, while this lasts. For the main thread.

    `add_signal_handler` of the loop would do the same, on POSIX systems alone.
    """
    loop = asyncio.get_running_loop()
    with _handled_by(lambda number, _: loop.call_soon_threadsafe(stop, number)):
        yield


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Let a function handle the signals while this lasts."""
    before = [signal.signal(number, handler) for number in SIGNALS]
    try:
        yield
    finally:
        for number, earlier in zip(SIGNALS, before, strict=True):
            signal.signal(number, earlier)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine gives. A signal cancels it; when it has closed what it holds, raises Interrupted."""
    caught: list[int] = []
    try:
        return asyncio.run(_cancelled_by_signal(work, caught))
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
