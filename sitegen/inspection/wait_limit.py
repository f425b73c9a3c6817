"""A limit on the time that several requests may spend waiting, together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class WaitLimit:
    """Seconds of waiting, whether for one answer or for several at the same time; None: no limit."""

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds_left = seconds
        self._waiting_since = 0.0
        self._waiting = 0

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """Wait inside this block. Raises TimeoutError when the limit is reached."""
        if self._seconds_left is None:
            yield
            return
        clock = asyncio.get_running_loop()
        if not self._waiting:
            self._waiting_since = clock.time()
        self._waiting += 1
        try:
            async with asyncio.timeout_at(self._waiting_since + self._seconds_left):
                yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._seconds_left -= clock.time() - self._waiting_since
