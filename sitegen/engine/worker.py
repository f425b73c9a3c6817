"""A worker process: reads jobs from standard input, computes them, and writes results to standard output.

A job is a pickled tuple (function, args, kwargs). A result is a pickled tuple (True, value) or (False, exception); an
exception that another process cannot unpickle becomes a RuntimeError with its text. Before each are eight bytes with
its length. The process ends when its input ends, which the system closes however the main process ends.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
from contextlib import suppress
from typing import BinaryIO

from sitegen.allocator import return_freed_memory, trim_heap

HEAD = struct.Struct("<Q")
"""Length of a job or result, before it."""


def main() -> None:
    """Compute jobs until there are no more."""
    return_freed_memory()
    output = os.dup(1)
    os.dup2(2, 1)  # what a codec prints must not come between results
    with suppress(BrokenPipeError), os.fdopen(output, "wb") as results:  # broken: the main process has ended
        _compute_all(sys.stdin.buffer, results)


def _compute_all(jobs: BinaryIO, results: BinaryIO) -> None:
    while head := jobs.read(HEAD.size):
        result = _compute(jobs.read(*HEAD.unpack(head)))
        results.write(HEAD.pack(len(result)))
        results.write(result)
        results.flush()
        del result
        trim_heap()


def _compute(job: bytes) -> bytes:
    """Return the pickled result of a job."""
    try:
        function, args, kwargs = pickle.loads(job)  # noqa: S301  # from the process that started this one
        del job
        return pickle.dumps((True, function(*args, **kwargs)))
    except Exception as error:  # noqa: BLE001  # raised again in the main process
        return pickle.dumps((False, _picklable(error)))


def _picklable(error: Exception) -> Exception:
    """Return the exception, or a RuntimeError with its text if it cannot be pickled and unpickled."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  # pickled in this line
    except Exception:  # noqa: BLE001  # unpickling calls the constructors of any library's exceptions
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


if __name__ == "__main__":
    main()
