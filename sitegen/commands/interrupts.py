"""Ctrl-C and SIGTERM: both end a command in order, with nothing lost and no traceback.

Coroutines are cancelled, so that sessions, caches and worker processes are closed on the
way out; plain code is left by an exception. Either way `Interrupted` says which signal
it was, and its exit code is the shell's: 130, 143. A second signal does not wait for the
closing. A command that handles signals itself, such as `serve`, may do so in between.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine, Iterator
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
    before = [signal.signal(number, _interrupt) for number in SIGNALS]
    try:
        yield
    finally:
        for number, handler in zip(SIGNALS, before, strict=True):
            signal.signal(number, handler)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine gives. A signal cancels it; when it has closed what it holds, raises Interrupted."""
    caught: list[int] = []
    before = [signal.getsignal(number) for number in SIGNALS]
    try:
        return asyncio.run(_cancelled_by_signal(work, caught))
    except asyncio.CancelledError:
        if not caught:
            raise
        raise Interrupted(caught[0]) from None
    finally:
        for number, handler in zip(SIGNALS, before, strict=True):
            signal.signal(number, handler)


async def _cancelled_by_signal(work: Coroutine[Any, Any, T], caught: list[int]) -> T:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop(number: int) -> None:
        caught.append(number)
        for each in SIGNALS:
            loop.remove_signal_handler(each)
            signal.signal(each, _interrupt)
        if task:
            task.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, stop, number)
    return await work


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    raise Interrupted(number)
