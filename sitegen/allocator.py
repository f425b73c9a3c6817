"""How a process gives memory that it has freed back to the system, so that the peak of a build is what it needs."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_LARGE_BLOCK_BYTES = 4_000_000
"""Blocks from this size on are returned: about one channel of a preview as float32."""


def return_freed_memory() -> None:
    """Let glibc return large blocks to the system as soon as they are freed, and have Arrow use glibc.

    By default glibc raises its threshold when the first such block is freed, and a process that once held 30 MB holds
    them from then on (mallopt(3): M_MMAP_THRESHOLD, M_ARENA_MAX). Does nothing with another C library. Arrow would keep
    30 MB of 15,305 rows in an allocator of its own (Arrow C++, environment variable ARROW_DEFAULT_MEMORY_POOL).
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    with suppress(OSError, AttributeError, TypeError):
        c_library = ctypes.CDLL(None)
        c_library.mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK_BYTES)
        c_library.mallopt(_M_ARENA_MAX, 1)


def trim_heap() -> None:
    """Return to the system what is free between blocks in use, which glibc keeps (malloc_trim(3)): 7 MB in a crawl."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
