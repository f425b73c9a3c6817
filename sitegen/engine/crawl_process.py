"""A worker process of `engine.processes`: reads commands from standard input, writes messages to standard output.

Each is pickled, after eight bytes with its length. The first command is a `WorkerSettings`; then come batches, numbers
of batches to cancel, and signals of hosts. Each message is a tuple of the batch's number and what it has to say: a list
of messages, None when it is done, or the error that ended it. The process ends when its input ends, which the system
closes however the main process ends.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import BinaryIO

from sitegen.allocator import return_freed_memory, trim_heap
from sitegen.engine.batch_worker import BatchWorker
from sitegen.engine.batches import Batch, Message, WorkerSettings
from sitegen.engine.worker import HEAD
from sitegen.errors import BuildError, SitegenError
from sitegen.net.hosts import HostSignal

HELLO = (-1, None)
"""First message, which says that the process can work."""


def main(make_worker: Callable[[WorkerSettings], BatchWorker] = BatchWorker) -> None:
    """Run batches until the input ends."""
    return_freed_memory()
    output = os.dup(1)
    os.dup2(2, 1)  # what a library prints must not come between messages
    with suppress(BrokenPipeError, KeyboardInterrupt), os.fdopen(output, "wb") as messages:
        asyncio.run(_serve(sys.stdin.buffer, messages, make_worker))


async def _serve(commands: BinaryIO, messages: BinaryIO, make_worker: Callable[[WorkerSettings], BatchWorker]) -> None:
    settings = await asyncio.to_thread(_read, commands)
    if not isinstance(settings, WorkerSettings):  # the input ended
        return
    running: dict[int, asyncio.Task[None]] = {}

    def send(number: int, said: Sequence[Message] | SitegenError | None) -> None:
        _write(messages, (number, said))

    async def run(worker: BatchWorker, batch: Batch) -> None:
        result = None
        try:
            await worker.run(batch, partial(send, batch.number))
        except SitegenError as error:
            result = BuildError(str(error))
        running.pop(batch.number)
        send(batch.number, result)
        trim_heap()

    async with make_worker(settings) as worker, asyncio.TaskGroup() as group:
        _write(messages, HELLO)
        while (command := await asyncio.to_thread(_read, commands)) is not None:
            match command:
                case Batch():
                    running[command.number] = group.create_task(run(worker, command))
                case HostSignal():
                    worker.heed(command)
                case int() if command in running:
                    running.pop(command).cancel()
        for task in running.values():
            task.cancel()


def _read(commands: BinaryIO) -> object:
    """Return the next command; None where the input ends."""
    head = commands.read(HEAD.size)
    return pickle.loads(commands.read(*HEAD.unpack(head))) if len(head) == HEAD.size else None  # noqa: S301  # our own


def _write(messages: BinaryIO, message: object) -> None:
    body = pickle.dumps(message)
    messages.write(HEAD.pack(len(body)))
    messages.write(body)
    messages.flush()


if __name__ == "__main__":
    main()
