"""Limits, pauses and figures of each host.

A host gets a limited number of requests at once: half as many after a sign of overload (408, 429, 503, a time-out),
slowly more again while it answers. A pause that it asks for (`Retry-After`) holds for all requests to it. A host that
fails too often in a row, or costs too much time in time-outs or pauses, is not asked again in this build, however many
datasets it has. docs/builds.md#politeness lists the limits. Every request of the process passes here.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from statistics import median

from sitegen.errors import FetchError, NotGrantedError, RetryableError, fetch_error
from sitegen.model import HostFigures

MAX_AT_ONCE = 16
"""Requests at once to one host that no setting exceeds: a choice, twice the default of `crawl.per_host`."""
MAX_FAILURES_IN_A_ROW = 20
"""Failures after which a host is not asked again: a choice. Each is a request after all its tries, or a time-out."""
MAX_LOST_S = 1_200.0
"""Seconds that time-outs may cost, unless all answers together took longer: by default 20 time-outs of 60 s. It stops
a host that hangs at one document of each dataset and answers 404 for the next, which never fails 20 times in a row."""
MAX_PAUSED_S = 1_200.0
"""Seconds that pauses may cost, unless the host answered often enough in between. It stops a host that asks for a
pause at every other request."""
_PAUSE_PER_ANSWER_S = 2.0
"""Pause that each answer pays for: a host that allows 30 requests a minute is read to the end."""
MAX_PAUSE_S = 60.0
"""Longest Retry-After that is waited for: a choice. Until a longer one is over, requests fail at once."""
_ANSWERS_PER_INCREASE = 32
"""Answers after which a host that was overloaded gets one more request at once: a choice."""
_MAX_LATENCIES = 512
"""Latencies that are kept for the median."""
_ADDED = ("requests", "bytes", "errors", "retries", "answers", "halvings", "answered_s", "lost_s", "paused_s")
"""Fields of `HostNews` that say how much was added."""


class Clock:
    """Time and waiting; tests replace it, so that they neither depend on the time nor wait."""

    def now(self) -> float:
        """Return the time in seconds since 1970, UTC."""
        return time.time()

    def ticks(self) -> float:
        """Return seconds of a monotonic clock."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostNews:
    """What a worker learned of a host since it last said so. Of figures, only what was added."""

    host: str
    worker: str
    """Which worker says so."""
    requests: int = 0
    bytes: int = 0
    errors: int = 0
    retries: int = 0
    answers: int = 0
    failures: int = 0
    """Failures since the last answer, or since the last news where there was no answer."""
    halvings: int = 0
    """How often the host showed overload."""
    answered_s: float = 0.0
    lost_s: float = 0.0
    paused_s: float = 0.0
    pause_s: float = 0.0
    """Seconds for which the host still asks to make no request."""
    last_error: str = ""
    latencies_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSignal:
    """What all workers must know of a host."""

    host: str
    worker: str = ""
    """Which worker noticed it, and so has heeded it."""
    pause_s: float = 0.0
    """Seconds for which no request may be made."""
    halvings: int = 0
    """How often to halve the requests at once."""
    failure: str = ""
    """Why the host is not asked again in this build; empty while it is."""


@dataclass(slots=True)
class Host:
    """One host: its limits now, and what its requests cost."""

    name: str
    limit: float
    """Requests at once now."""
    clock: Clock
    rng: random.Random
    max_limit: float = field(init=False)
    """Requests at once while the host shows no overload."""
    in_flight: int = 0
    lent: int = 0
    """Requests at once that workers may make, and this process may not."""
    requests: int = 0
    bytes: int = 0
    errors: int = 0
    retries: int = 0
    failures_in_a_row: int = 0
    lost_s: float = 0.0
    """Duration of all time-outs."""
    answered_s: float = 0.0
    """Duration of all answered requests."""
    last_error: str = ""
    """Code of the last error."""
    paused_s: float = 0.0
    """Duration of all pauses that the host asked for."""
    paused_until: float = 0.0
    """By the monotonic clock."""
    codings_noted: bool = False
    """Whether it was said that its Content-Encoding is none."""
    _halvings: int = 0
    _waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    _settling: list[asyncio.Future[None]] = field(default_factory=list)
    _latencies: list[float] = field(default_factory=list)
    _answers: int = 0
    _told_failure: str = ""
    """Why the host is not asked again, as another process found."""
    _reported: HostNews | None = None
    """Totals of what was reported to another process."""

    def __post_init__(self) -> None:
        self.max_limit = self.limit

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[int]:
        """Wait until a request may be made; the block is the request. Yields the number of halvings, for `add_error`.

        Raises FetchError where the host is not asked again in this build, or asked for a pause above MAX_PAUSE_S.
        """
        self._check_open()
        await self._enter()
        try:
            self._check_open()
            while (pause_s := self.paused_until - self.clock.ticks()) > 0:
                self._check_open()
                await self.clock.sleep(pause_s)
            yield self._halvings
        finally:
            self.in_flight -= 1
            self._wake()

    def add_answer(self, seconds: float) -> None:
        """Count an answer, of whatever status, that shows no overload."""
        self.failures_in_a_row = 0
        self.answered_s += seconds
        self._recover(1)
        self._add_latency(seconds)

    def add_error(self, halvings: int, error: FetchError, seconds: float) -> None:
        """Count an error of the host. halvings: as `slot` yielded it. seconds: duration of the request."""
        self.errors += 1
        self.last_error = error.code
        if not isinstance(error, RetryableError):
            self.add_failure()
            return
        if error.retry_after_s:
            self._pause(error.retry_after_s)
        if error.overloaded and halvings == self._halvings:  # once for all requests that were in flight together
            self._halvings += 1
            self._halve(1)
        if error.code == "timeout":  # takes so long that each counts; other errors count after the last try
            self.add_lost_wait(seconds)

    def add_lost_wait(self, seconds: float) -> None:
        """Count a failure that took so many seconds of waiting."""
        self.lost_s += seconds
        self.add_failure()

    def add_failure(self) -> None:
        """Count a failure towards MAX_FAILURES_IN_A_ROW."""
        self.failures_in_a_row += 1

    def set_limit(self, connections: int) -> None:
        """Set how many requests may be made at once while the host shows no overload; 0: none is granted."""
        self.limit = min(connections, max(1.0, self.limit + connections - self.max_limit))
        self.max_limit = connections
        if not connections:
            for granted in self._waiting:
                if not granted.done():
                    granted.set_exception(self._not_granted())
            self._waiting.clear()
        self._wake()

    async def settle(self) -> None:
        """Wait until no more requests are under way than may be made, after `set_limit`."""
        while self.in_flight > self.max_limit:
            self._settling.append(asyncio.get_running_loop().create_future())
            await self._settling[-1]

    def lend(self, connections: int) -> None:
        """Let workers make so many requests at once; a negative number: they ended, and this process may again."""
        self.lent += connections
        self._wake()

    @property
    def wanted(self) -> int:
        """Requests at once that this process needs: those under way, and up to half of all where more wait."""
        half = (int(self.limit) + 1) // 2
        return max(self.in_flight, min(half, self.in_flight + len(self._waiting)))

    def take_news(self, worker: str) -> HostNews | None:
        """Return what was learned since the last call; None if nothing was."""
        now = HostNews(
            host=self.name, worker=worker, requests=self.requests, bytes=self.bytes, errors=self.errors,
            retries=self.retries, answers=self._answers, failures=self.failures_in_a_row, halvings=self._halvings,
            answered_s=self.answered_s, lost_s=self.lost_s, paused_s=self.paused_s, last_error=self.last_error,
        )  # fmt: skip
        before, self._reported = self._reported or HostNews(host=self.name, worker=worker), now
        latencies, self._latencies = tuple(self._latencies), []
        if now == before:
            return None
        answers = now.answers - before.answers
        added = {name: getattr(now, name) - getattr(before, name) for name in _ADDED}
        return replace(
            now,
            **added,
            failures=now.failures if answers else now.failures - before.failures,
            pause_s=max(0.0, self.paused_until - self.clock.ticks()),
            latencies_s=latencies,
        )

    def add_news(self, news: HostNews) -> HostSignal | None:
        """Count what a worker learned; return what the other workers must know, None if nothing."""
        failed_before = self.failure()
        for name in ("requests", "bytes", "errors", "retries", "answered_s", "lost_s", "paused_s"):
            setattr(self, name, getattr(self, name) + getattr(news, name))
        self._recover(news.answers)
        self._halve(news.halvings)
        self.last_error = news.last_error or self.last_error
        self.failures_in_a_row = news.failures + (0 if news.answers else self.failures_in_a_row)
        for seconds in news.latencies_s:
            self._add_latency(seconds)
        self._answers += news.answers - len(news.latencies_s)
        self.paused_until = max(self.paused_until, self.clock.ticks() + news.pause_s)
        failure = "" if failed_before else self.failure()
        if not (news.pause_s or news.halvings or failure):
            return None
        return HostSignal(
            host=self.name, worker=news.worker, pause_s=news.pause_s, halvings=news.halvings, failure=failure
        )

    def heed(self, signal: HostSignal) -> None:
        """Act on what another worker noticed."""
        self.paused_until = max(self.paused_until, self.clock.ticks() + signal.pause_s)
        self._told_failure = signal.failure or self._told_failure
        self._halve(signal.halvings)

    def state(self) -> HostSignal:
        """Return what a worker must know that has not asked this host yet."""
        return HostSignal(
            host=self.name, pause_s=max(0.0, self.paused_until - self.clock.ticks()), failure=self.failure()
        )

    def figures(self) -> HostFigures:
        """Return what its requests cost."""
        return HostFigures(
            host=self.name, requests=self.requests, bytes=self.bytes, errors=self.errors, retries=self.retries,
            median_ms=round(median(self._latencies) * 1000, 1) if self._latencies else None,
        )  # fmt: skip

    def _add_latency(self, seconds: float) -> None:
        """Keep a uniform sample of all latencies (reservoir sampling)."""
        self._answers += 1
        if len(self._latencies) < _MAX_LATENCIES:
            self._latencies.append(seconds)
        elif (index := self.rng.randrange(self._answers)) < _MAX_LATENCIES:
            self._latencies[index] = seconds

    def _pause(self, seconds: float) -> None:
        """Make no request for so long; count only what prolongs an earlier pause, and only if it is waited for."""
        start = max(self.paused_until, self.clock.ticks())
        self.paused_until = max(start, self.clock.ticks() + seconds)
        if seconds <= MAX_PAUSE_S:
            self.paused_s += self.paused_until - start

    def _check_open(self) -> None:
        """Raise FetchError where no request may be made for long."""
        if reason := self.failure():
            raise fetch_error(
                "host-down", f"{self.name} {reason}; its last error is {self.last_error}; it is not asked again"
            )
        pause_s = self.paused_until - self.clock.ticks()
        if pause_s > MAX_PAUSE_S:
            raise fetch_error("rate-limited", f"{self.name} asks to wait {pause_s:.0f} s before the next request")

    def failure(self) -> str:
        """Return why the host is not asked again in this build; empty while it is."""
        if self._told_failure:
            return self._told_failure
        if self.failures_in_a_row >= MAX_FAILURES_IN_A_ROW:
            return f"failed {MAX_FAILURES_IN_A_ROW} times in a row"
        if self.lost_s > max(MAX_LOST_S, self.answered_s):
            return f"cost {self.lost_s:,.0f} s in time-outs"
        if self.paused_s > max(MAX_PAUSED_S, _PAUSE_PER_ANSWER_S * self._answers):
            return f"asked for {self.paused_s:,.0f} s of pauses"
        return ""

    def _halve(self, times: int) -> None:
        """Allow fewer requests at once, at least one of those that are granted."""
        if times and self.limit > 1:
            self.limit = max(1.0, self.limit / 2**times)

    def _recover(self, answers: int) -> None:
        """Allow more requests at once again after so many answers."""
        if self.limit < self.max_limit:
            self.limit = min(self.max_limit, self.limit + answers / _ANSWERS_PER_INCREASE)
            self._wake()

    def _not_granted(self) -> NotGrantedError:
        return NotGrantedError(f"{self.name}: this worker has no batch of this host")

    @property
    def _is_free(self) -> bool:
        return self.in_flight < int(self.limit) - self.lent

    async def _enter(self) -> None:
        """Wait for a free slot, in the order of the calls, and take it. Raises NotGrantedError."""
        if not self.max_limit:
            raise self._not_granted()
        if not self._waiting and self._is_free:
            self.in_flight += 1
            return
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(granted)
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled() and not granted.exception():  # granted meanwhile: pass it on
                self.in_flight -= 1
                self._wake()
            raise

    def _wake(self) -> None:
        """Give free slots to those that wait."""
        while self._waiting and self._is_free:
            granted = self._waiting.popleft()
            if not granted.done():
                self.in_flight += 1
                granted.set_result(None)
        for settled in self._settling:
            if not settled.done():
                settled.set_result(None)
        self._settling.clear()


class Hosts:
    """All hosts of a build. per_host: requests at once to each; 0: none until `Host.set_limit` grants some."""

    def __init__(self, per_host: int, *, clock: Clock, rng: random.Random) -> None:
        self._limit = float(max(0, min(per_host, MAX_AT_ONCE)))
        self._clock = clock
        self._rng = rng
        self._hosts: dict[str, Host] = {}

    def __getitem__(self, name: str) -> Host:
        if name not in self._hosts:
            self._hosts[name] = Host(name, self._limit, self._clock, self._rng)
        return self._hosts[name]

    def __iter__(self) -> Iterator[Host]:
        return iter(tuple(self._hosts.values()))

    def figures(self) -> tuple[HostFigures, ...]:
        """Return the figures of each host that got a request, by name."""
        return tuple(host.figures() for _, host in sorted(self._hosts.items()) if host.requests)


def backoff_s(tries: int, error: RetryableError, rng: random.Random) -> float:
    """Return how long to wait before the next try: random, up to 0.5, 1, 2 s; longer if the host asks for it.

    "Full jitter": tries of many requests that failed together are spread over the whole time.
    """
    jitter = rng.uniform(0.0, 0.5 * 2 ** (tries - 1))
    return max(jitter, error.retry_after_s or 0.0)
