"""Memory budgets: the bytes of strangers' data that all inspections of this process may hold together.

Each dataset's bytes are limited, and so is the number of datasets under inspection; but 192 of them with 32 MB each
would be 6 GB. So an inspection reserves memory for the most that it may receive, before it makes the requests. Hosts
take turns, each host's requests are served in their order, and no host may hold more than half of a budget, so that a
host that sends slowly delays only its own datasets.

Whoever holds memory of a budget never waits for more of the same, since two such would wait for each other. Hence
the four pools, which are entered in one order (`inspection.io.MemoryPool`).
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from sitegen.inspection.io import MemoryPool

POOL_BYTES: Mapping[MemoryPool, int] = {
    "downloads": 48_000_000,
    "large-documents": 48_000_000,
    "pixels": 48_000_000,
    "extra-pixels": 16_000_000,
}
"""Three of the largest documents on their way, of which a host may have one; one dataset with the largest documents;
one dataset with the most pixels, or a dozen with the usual number. With what decoding takes, a build stays within
400 MB (`benchmarks/bombs.py`)."""


@dataclass(slots=True, eq=False)
class MemoryReservation:
    """Memory that is held, or waited for."""

    budget: MemoryBudget
    host: str
    size_bytes: int
    granted: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def shrink(self, size_bytes: int) -> None:
        """Give back all but so many bytes."""
        self.budget.shrink(self, min(size_bytes, self.size_bytes))

    def release(self) -> None:
        """Give back everything, or stop waiting."""
        self.budget.release(self)


class MemoryBudget:
    """Bytes that may be held at once; where nothing is held, a reservation of any size is granted."""

    def __init__(self, size_bytes: int) -> None:
        self._size_bytes = size_bytes
        self._held: Counter[str] = Counter()
        self._waiting: deque[MemoryReservation] = deque()
        self._last_grant: dict[str, int] = {}
        self._grants = count()

    @property
    def held_bytes(self) -> int:
        """Bytes that are held now."""
        return self._held.total()

    async def reserve(self, host: str, size_bytes: int | None) -> MemoryReservation:
        """Wait until so many bytes are free for data of this host, None: all; the caller must release them."""
        reservation = MemoryReservation(self, host, self._size_bytes if size_bytes is None else size_bytes)
        self._waiting.append(reservation)
        self._grant()
        try:
            await reservation.granted
        except asyncio.CancelledError:
            reservation.release()
            raise
        return reservation

    def release(self, reservation: MemoryReservation) -> None:
        """Take back the memory of a reservation, or its place in the queue."""
        if reservation in self._waiting:
            self._waiting.remove(reservation)
        else:
            self.shrink(reservation, 0)
        self._grant()

    def shrink(self, reservation: MemoryReservation, size_bytes: int) -> None:
        """Take back the memory of a reservation beyond so many bytes."""
        self._held[reservation.host] -= reservation.size_bytes - size_bytes
        reservation.size_bytes = size_bytes
        self._grant()

    def _grant(self) -> None:
        """Grant what fits, the host first that was last served longest ago.

        A reservation beyond its host's share makes that host's later ones wait; one that the budget has no room for
        makes all wait, so that large reservations are not passed over for ever.
        """
        blocked_hosts = set[str]()
        waiting = [each for each in self._waiting if not each.granted.cancelled()]
        for each in sorted(waiting, key=lambda each: self._last_grant.get(each.host, -1)):
            share_bytes = self._size_bytes // (2 if each.host else 1)  # files of this machine have no slow host
            if each.host in blocked_hosts or not _fits(each, self._held[each.host], share_bytes):
                blocked_hosts.add(each.host)
            elif _fits(each, self.held_bytes, self._size_bytes):
                self._waiting.remove(each)
                self._held[each.host] += each.size_bytes
                self._last_grant[each.host] = next(self._grants)
                each.granted.set_result(None)
            else:
                return


def _fits(reservation: MemoryReservation, held_bytes: int, limit_bytes: int) -> bool:
    return not held_bytes or held_bytes + reservation.size_bytes <= limit_bytes
