"""Memory for strangers' data: the bytes that all datasets in work may hold together.

Each dataset's bytes are bounded, and so are the datasets in work; but 192 of them with
32 MB each would be 6 GB. So who is about to ask for pixels first takes room for the most
that they can be. Hosts take turns, and of each the first to come is served first; no
host's take more than half, so that one that drips its answers holds up itself alone.

Whoever has room must not wait for more of it: two such would wait for one another. So
there are several, which are entered in this order, if at all, and never the other way:
the downloads, for a large document on its way, of each host one; the desk, where one
dataset at a time has large documents, which may take 30 times their size, and little
patience with its host; the room for pixels; and the annex for what is shown beside a
dataset's picture. A dataset leaves the downloads when it comes to the desk, and who is
in the annex waits for nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

SIZE_BYTES = 48_000_000
"""One dataset at its utmost, a dozen of the usual size. With what decoding takes, a build stays within 400 MB."""
ANNEX_BYTES = 16_000_000
DOWNLOADS_BYTES = 48_000_000
"""Three of the largest documents, of which a host may have half: one."""


@dataclass(slots=True, eq=False)
class Reservation:
    """Who has room, or waits for it."""

    room: MemoryBudget
    host: str
    size_bytes: int
    let_in: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def shrink(self, size_bytes: int) -> None:
        """Give back all room but so much."""
        self.room.shrink(self, min(size_bytes, self.size_bytes))

    def leave(self) -> None:
        """Give the room back."""
        self.room.leave(self)


class WaitLimit:
    """Seconds to wait in all, whether for one answer or for several side by side; None: without end."""

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = seconds
        self._since = 0.0
        self._answers = 0

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """Wait inside. Raises TimeoutError where there is no patience left."""
        if self._seconds is None:
            yield
            return
        clock = asyncio.get_running_loop()
        if not self._answers:
            self._since = clock.time()
        self._answers += 1
        try:
            async with asyncio.timeout_at(self._since + self._seconds):
                yield
        finally:
            self._answers -= 1
            if not self._answers:
                self._seconds -= clock.time() - self._since


class MemoryBudget:
    """Bytes that may be held at once; one guest may always enter, however large."""

    def __init__(self, size_bytes: int = SIZE_BYTES) -> None:
        self._size_bytes = size_bytes
        self._held: Counter[str] = Counter()
        self._waiting: deque[Reservation] = deque()
        self._entered: dict[str, int] = {}
        self._entries = count()

    @property
    def held_bytes(self) -> int:
        """Bytes that are taken now."""
        return self._held.total()

    async def enter(self, host: str, size_bytes: int | None) -> Reservation:
        """Wait for room for so many bytes of this host's data, None: for all there is; who enters must leave."""
        guest = Reservation(self, host, self._size_bytes if size_bytes is None else size_bytes)
        self._waiting.append(guest)
        self._admit()
        try:
            await guest.let_in
        except asyncio.CancelledError:
            guest.leave()
            raise
        return guest

    def leave(self, guest: Reservation) -> None:
        """Take back a guest's room, or its place among those who wait."""
        if guest in self._waiting:
            self._waiting.remove(guest)
        else:
            self.shrink(guest, 0)
        self._admit()

    def shrink(self, guest: Reservation, size_bytes: int) -> None:
        """Let a guest have less than it has."""
        self._held[guest.host] -= guest.size_bytes - size_bytes
        guest.size_bytes = size_bytes
        self._admit()

    def _admit(self) -> None:
        """Let in who fits. Who waits for its own host keeps out that host's others, who waits for room all of them."""
        full = set[str]()
        waiting = [each for each in self._waiting if not each.let_in.cancelled()]
        for guest in sorted(waiting, key=lambda each: self._entered.get(each.host, -1)):
            share_bytes = self._size_bytes // (2 if guest.host else 1)  # this machine drips nothing
            if guest.host in full or not _fits(guest, self._held[guest.host], share_bytes):
                full.add(guest.host)
            elif _fits(guest, self.held_bytes, self._size_bytes):
                self._waiting.remove(guest)
                self._held[guest.host] += guest.size_bytes
                self._entered[guest.host] = next(self._entries)
                guest.let_in.set_result(None)
            else:
                return


def _fits(guest: Reservation, held_bytes: int, most_bytes: int) -> bool:
    return not held_bytes or held_bytes + guest.size_bytes <= most_bytes
