"""One process that draws: reads jobs from its standard input, answers on its standard output.

A job is a pickled function with its arguments; the answer says whether it went well, and
what came, or what was raised; an exception that no other process could read comes as its
words. Before each stand its bytes, eight for the number. The
process ends with its input, which the system closes however the main process ends.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import struct
import sys
from contextlib import suppress
from typing import BinaryIO

HEAD = struct.Struct("<Q")
"""The number of bytes that follow."""
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_LARGE_BLOCK_BYTES = 4_000_000


def return_freed_memory() -> None:
    """Let the C library return large blocks to the system as soon as they are freed, by whatever thread.

    Glibc learns from the first one to keep them, and a process that once held 30 MB would go on holding them
    (mallopt(3): M_MMAP_THRESHOLD, M_ARENA_MAX). Where there is another C library, nothing is changed.
    """
    with suppress(OSError, AttributeError, TypeError):
        c_library = ctypes.CDLL(None)
        c_library.mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK_BYTES)
        c_library.mallopt(_M_ARENA_MAX, 1)


def main() -> None:
    """Do one job after the other."""
    return_freed_memory()
    answers = os.dup(1)
    os.dup2(2, 1)  # what a codec prints must not come between answers
    with suppress(BrokenPipeError), os.fdopen(answers, "wb") as out:  # broken: nobody waits for it any more
        serve(sys.stdin.buffer, out)


def serve(jobs: BinaryIO, answers: BinaryIO) -> None:
    """Answer each job until there are no more."""
    while head := jobs.read(HEAD.size):
        answer = _answer(jobs.read(*HEAD.unpack(head)))
        answers.write(HEAD.pack(len(answer)))
        answers.write(answer)
        answers.flush()


def _answer(job: bytes) -> bytes:
    try:
        function, args, kwargs = pickle.loads(job)  # noqa: S301  # from the process that began this one
        del job
        return pickle.dumps((True, function(*args, **kwargs)))
    except Exception as error:  # noqa: BLE001  # it is raised where somebody waits for it
        return pickle.dumps((False, _portable(error)))


def _portable(error: Exception) -> Exception:
    """Return an exception that another process can read: many a library's cannot be pickled, or not be read again."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  # made just here
    except Exception:  # noqa: BLE001  # whatever their own code raises
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


if __name__ == "__main__":
    main()
