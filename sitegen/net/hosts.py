"""How gently each host is asked, and what it cost: turns, pauses, the breaker, figures.

A host answers a few requests at once, fewer as soon as it shows strain (429, 503,
time-outs: halved), slowly more again while it answers well. A pause that it asks for
holds for all. One that fails too often in a row, or lets too much time pass in time-outs
or pauses, is left alone for the rest of the build: a tar-pit ends there, however many
datasets it has.
Every request of the program passes here, so the limit is that of the program.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median

from sitegen.errors import FetchError, RetryableError, fetch_error
from sitegen.model import HostFigures

MOST_AT_ONCE = 16
"""Requests at once to one host that no setting exceeds (DESIGN, section 2)."""
FAILURES_IN_A_ROW = 20
"""Failures after which a host is left alone for this build (DESIGN, section 2)."""
MOST_LOST_S = 1_200.0
"""Seconds that time-outs may cost, unless all answers together took longer: what FAILURES_IN_A_ROW of them cost by
default. A host may hang at one document of each dataset, and answer 404 for the next at once: never 20 in a row."""
MOST_PAUSED_S = 1_200.0
"""Seconds that pauses may cost, unless the host answered well enough in between: it may ask for one at every other
request, and never fail 20 times in a row."""
_PAUSE_PER_ANSWER_S = 2.0
"""A host that allows 30 requests a minute is waited for to the end; none that is known allows fewer."""
LONGEST_PAUSE_S = 60.0
"""A longer Retry-After is not waited for: requests fail at once until it has passed."""
_ANSWERS_PER_TURN = 32  # good answers that earn a strained host one more request at once
_SAMPLE = 512  # latencies kept for the median


class Clock:
    """The time, and the waiting: one seam, so that a test needs neither."""

    def now(self) -> float:
        """Return the time in seconds since 1970, UTC."""
        return time.time()

    def ticks(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


@dataclass(slots=True)
class Host:
    """One host: who may ask it now, and what asking it has cost."""

    name: str
    limit: float
    """Requests at once at present."""
    clock: Clock
    chance: random.Random
    ceiling: float = field(init=False)
    in_flight: int = 0
    requests: int = 0
    bytes: int = 0
    errors: int = 0
    retries: int = 0
    failures_in_a_row: int = 0
    lost_s: float = 0.0
    """What time-outs took."""
    answered_s: float = 0.0
    """What answers took."""
    last_fault: str = ""
    """Code of its last fault."""
    paused_s: float = 0.0
    """What pauses took that it asked for."""
    paused_until: float = 0.0
    _era: int = 0
    _waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    _latencies: list[float] = field(default_factory=list)
    _measured: int = 0

    def __post_init__(self) -> None:
        self.ceiling = self.limit

    @property
    def down(self) -> bool:
        """Whether it is left alone for the rest of this build."""
        return bool(self._why_down())

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[int]:
        """Wait for a turn, hold it, and give back the era in which it began, for `troubled`.

        Raises FetchError where the host is left alone, or has asked for a pause longer than we wait.
        """
        self._check_open()
        await self._enter()
        try:
            self._check_open()
            while (pause := self.paused_until - self.clock.ticks()) > 0:
                self._check_open()
                await self.clock.sleep(pause)
            yield self._era
        finally:
            self.in_flight -= 1
            self._wake()

    def answered(self, seconds: float) -> None:
        """Count an answer, of whatever status, that shows a host in good health."""
        self.failures_in_a_row = 0
        self.answered_s += seconds
        if self.limit < self.ceiling:
            self.limit = min(self.ceiling, self.limit + 1 / _ANSWERS_PER_TURN)
            self._wake()
        self._measured += 1
        if len(self._latencies) < _SAMPLE:
            self._latencies.append(seconds)
        elif (place := self.chance.randrange(self._measured)) < _SAMPLE:  # a reservoir: each answer equally likely
            self._latencies[place] = seconds

    def troubled(self, era: int, error: FetchError, seconds: float) -> None:
        """Take note of a fault of the host, after so many seconds in a turn that began in this era."""
        self.errors += 1
        self.last_fault = error.code
        if not isinstance(error, RetryableError):
            self.failed()
            return
        if error.retry_after_s:
            self._pause(error.retry_after_s)
        if error.burdened and era == self._era:  # halved once for all requests that were under way together
            self._era += 1
            self.limit = max(1.0, self.limit / 2)
        if error.code == "timeout":  # it costs so long that each counts; others count when all tries have failed
            self.gave_up(seconds)

    def gave_up(self, seconds: float) -> None:
        """Count seconds that were waited in vain."""
        self.lost_s += seconds
        self.failed()

    def failed(self) -> None:
        """Count a failure towards leaving the host alone."""
        self.failures_in_a_row += 1

    def figures(self) -> HostFigures:
        """Return what it cost."""
        return HostFigures(
            host=self.name, requests=self.requests, bytes=self.bytes, errors=self.errors, retries=self.retries,
            median_ms=round(median(self._latencies) * 1000, 1) if self._latencies else None,
        )  # fmt: skip

    def _pause(self, seconds: float) -> None:
        """Let nobody ask it for so long, and count by how much that is longer than before, if it is waited for."""
        begin = max(self.paused_until, self.clock.ticks())
        self.paused_until = max(begin, self.clock.ticks() + seconds)
        if seconds <= LONGEST_PAUSE_S:
            self.paused_s += self.paused_until - begin

    def _why_down(self) -> str:
        """Return why it is left alone for the rest of this build, empty while it is not."""
        if self.failures_in_a_row >= FAILURES_IN_A_ROW:
            return f"failed {FAILURES_IN_A_ROW} times in a row"
        if self.lost_s > max(MOST_LOST_S, self.answered_s):
            return f"let {self.lost_s:,.0f} s pass in time-outs"
        return f"asked for {self.paused_s:,.0f} s of pauses" if self._pauses_too_much() else ""

    def _pauses_too_much(self) -> bool:
        return self.paused_s > max(MOST_PAUSED_S, _PAUSE_PER_ANSWER_S * self._measured)

    def _check_open(self) -> None:
        if why := self._why_down():
            raise fetch_error("host-down", f"{self.name} {why}, at last with {self.last_fault}, and is left alone")
        pause = self.paused_until - self.clock.ticks()
        if pause > LONGEST_PAUSE_S:
            raise fetch_error("rate-limited", f"{self.name} asks us to come back in {pause:.0f} s")

    async def _enter(self) -> None:
        if not self._waiting and self.in_flight < int(self.limit):
            self.in_flight += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the turn came at the same moment: pass it on
                self.in_flight -= 1
                self._wake()
            raise

    def _wake(self) -> None:
        while self._waiting and self.in_flight < int(self.limit):
            turn = self._waiting.popleft()
            if not turn.done():
                self.in_flight += 1
                turn.set_result(None)


class Hosts:
    """All hosts of a build."""

    def __init__(self, per_host: int, *, clock: Clock, chance: random.Random) -> None:
        self._limit = float(max(1, min(per_host, MOST_AT_ONCE)))
        self._clock = clock
        self._chance = chance
        self._hosts: dict[str, Host] = {}

    def __getitem__(self, name: str) -> Host:
        if name not in self._hosts:
            self._hosts[name] = Host(name, self._limit, self._clock, self._chance)
        return self._hosts[name]

    def figures(self) -> tuple[HostFigures, ...]:
        """Return what each host cost that was asked at all, by name."""
        return tuple(host.figures() for _, host in sorted(self._hosts.items()) if host.requests)


def backoff_s(tries: int, setback: RetryableError, chance: random.Random) -> float:
    """Return how long to wait before the next try: full jitter up to 0.5, 1, 2 s, or what the host asked for."""
    jitter = chance.uniform(0.0, 0.5 * 2 ** (tries - 1))
    return max(jitter, setback.retry_after_s or 0.0)
