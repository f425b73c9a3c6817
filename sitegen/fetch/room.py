"""Memory for strangers' data: the bytes that all datasets in work may hold together.

Each dataset's bytes are bounded, and so are the datasets in work; but 192 of them with
32 MB each would be 6 GB. So who is about to ask for pixels first takes room for the most
that they can be, and who has a large document, which may take 30 times its size, has all
the room to itself. First come, first served, with one exception: no host's pixels take
more than half, so that one that drips its answers holds up itself alone.

Whoever has room must not wait for more of it: two such would wait for one another. So
there is an annex for what is shown beside a dataset's picture; who is in it waits for nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field

SIZE_BYTES = 48_000_000
"""One dataset at its utmost, a dozen of the usual size. With what decoding takes, a build stays within 400 MB."""
ANNEX_BYTES = 16_000_000


@dataclass(slots=True, eq=False)
class Guest:
    """Who has room, or waits for it."""

    room: Room
    host: str
    size_bytes: int
    let_in: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def shrink(self, size_bytes: int) -> None:
        """Give back all room but so much."""
        self.room.shrink(self, min(size_bytes, self.size_bytes))

    def leave(self) -> None:
        """Give the room back."""
        self.room.leave(self)


class Room:
    """Bytes that may be held at once; one guest may always enter, however large."""

    def __init__(self, size_bytes: int = SIZE_BYTES) -> None:
        self._size_bytes = size_bytes
        self._held: Counter[str] = Counter()
        self._waiting: deque[Guest] = deque()

    @property
    def held_bytes(self) -> int:
        """Bytes that are taken now."""
        return self._held.total()

    async def enter(self, host: str, size_bytes: int | None) -> Guest:
        """Wait for room for so many bytes of this host's data, None: for all there is; who enters must leave."""
        guest = Guest(self, host, self._size_bytes if size_bytes is None else size_bytes)
        self._waiting.append(guest)
        self._admit()
        try:
            await guest.let_in
        except asyncio.CancelledError:
            guest.leave()
            raise
        return guest

    def leave(self, guest: Guest) -> None:
        """Take back a guest's room, or its place among those who wait."""
        if guest in self._waiting:
            self._waiting.remove(guest)
        else:
            self.shrink(guest, 0)
        self._admit()

    def shrink(self, guest: Guest, size_bytes: int) -> None:
        """Let a guest have less than it has."""
        self._held[guest.host] -= guest.size_bytes - size_bytes
        guest.size_bytes = size_bytes
        self._admit()

    def _admit(self) -> None:
        """Let in who fits. Who waits for its own host keeps out that host's others, who waits for room all of them."""
        full = set[str]()
        for guest in [each for each in self._waiting if not each.let_in.cancelled()]:
            share_bytes = self._size_bytes // (2 if guest.host else 1)  # this machine drips nothing
            if guest.host in full or not _fits(guest, self._held[guest.host], share_bytes):
                full.add(guest.host)
            elif _fits(guest, self.held_bytes, self._size_bytes):
                self._waiting.remove(guest)
                self._held[guest.host] += guest.size_bytes
                guest.let_in.set_result(None)
            else:
                return


def _fits(guest: Guest, held_bytes: int, most_bytes: int) -> bool:
    return not held_bytes or held_bytes + guest.size_bytes <= most_bytes
