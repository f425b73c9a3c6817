"""Limits, pauses and failures of one host."""

from __future__ import annotations

import asyncio
import random

import pytest
from fetching import StoppedClock

from sitegen.errors import FetchError, NotGrantedError, RetryableError
from sitegen.net.hosts import Host, backoff_s


def make_host(limit: float = 8.0) -> Host:
    """Return a host without requests."""
    return Host("a.example", limit, StoppedClock(), random.Random(1))


def setback(code: str, *, overloaded: bool = True, retry_after_s: float | None = None) -> RetryableError:
    """Return an error that may pass by itself."""
    return RetryableError("no", code=code, overloaded=overloaded, retry_after_s=retry_after_s)


def is_open(host: Host) -> bool:
    """Return whether a request to a host may be made."""

    async def enter() -> None:
        async with host.slot():
            pass

    try:
        asyncio.run(enter())
    except FetchError:
        return False
    return True


def pause(host: Host, seconds: float, *, times: int) -> None:
    """Let a host ask for pauses, wait for each, and let it answer after each."""
    for _ in range(times):
        host.add_error(0, setback("rate-limited", retry_after_s=seconds), 0.1)
        asyncio.run(host.clock.sleep(seconds))
        host.add_answer(0.1)


def test_overload_halves_the_limit() -> None:
    """A sign of overload halves the limit, once for all requests in flight, and to 1 at least."""
    host = make_host()
    for era, expected in ((0, 4.0), (0, 4.0), (1, 2.0), (2, 1.0), (3, 1.0)):
        host.add_error(era, setback("rate-limited"), 0.1)
        assert host.limit == expected


def test_slow_recovery() -> None:
    """32 answers raise the limit by one request at once, up to the original limit."""
    host = make_host()
    host.add_error(0, setback("rate-limited"), 0.1)
    for expected in (5.0, 6.0, 7.0, 8.0, 8.0):
        for _ in range(32):
            host.add_answer(0.1)
        assert host.limit == pytest.approx(expected)


def test_other_errors_do_not_halve_the_limit() -> None:
    """A broken connection is no sign of overload."""
    host = make_host()
    host.add_error(0, setback("connect-failed", overloaded=False), 0.1)

    assert host.limit == 8.0


def test_a_host_that_hangs_at_every_other_request() -> None:
    """A host that never fails twice in a row is not asked again once its time-outs took 20 minutes."""
    host = make_host()
    for _ in range(20):
        host.add_error(0, setback("timeout"), 60.0)
        assert is_open(host)
        host.add_answer(0.1)
    host.add_error(0, setback("timeout"), 60.0)

    with pytest.raises(FetchError, match="cost 1,260 s in time-outs") as raised:
        asyncio.run(host.slot().__aenter__())
    assert raised.value.code == "host-down"


def test_a_busy_host_that_hangs_now_and_then() -> None:
    """A host whose answers took more time than its time-outs is asked on."""
    host = make_host()
    for _ in range(100):
        host.add_error(0, setback("timeout"), 20.0)
        for _ in range(200):
            host.add_answer(0.2)

    assert (is_open(host), host.lost_s) == (True, 2000.0)


def test_a_host_that_asks_for_a_pause_at_every_other_request() -> None:
    """A host whose pauses took 20 minutes is not asked again."""
    host = make_host()
    pause(host, 15.0, times=80)
    assert is_open(host)
    pause(host, 15.0, times=1)

    with pytest.raises(FetchError, match="asked for 1,215 s of pauses; its last error is rate-limited") as raised:
        asyncio.run(host.slot().__aenter__())
    assert raised.value.code == "host-down"


def test_a_busy_host_that_asks_for_a_pause_now_and_then() -> None:
    """A few pauses do not close a host."""
    host = make_host()
    pause(host, 10.0, times=20)

    assert (is_open(host), host.paused_s) == (True, 200.0)


def test_a_host_that_allows_so_many_requests_a_minute() -> None:
    """A host that pauses 50 s of each minute, and answers 60 requests in between, is asked on."""
    host = make_host()
    for _ in range(100):
        pause(host, 50.0, times=1)
        for _ in range(60):
            host.add_answer(0.1)

    assert (is_open(host), host.paused_s) == (True, 5000.0)


def test_a_pause_counts_once() -> None:
    """Overlapping pauses are counted once; one above the longest that is waited for is not counted."""
    host = make_host()
    for seconds in (30.0, 30.0, 20.0, 40.0, 3600.0):
        host.add_error(0, setback("rate-limited", retry_after_s=seconds), 0.1)

    assert host.paused_s == 40.0


def test_slots_are_given_in_order() -> None:
    """Slots are given in the order of the calls; the slot of a cancelled call is passed on."""

    async def scenario() -> list[int]:
        host, order = make_host(1.0), []
        held = asyncio.Event()

        async def take(number: int) -> None:
            async with host.slot():
                order.append(number)
                await held.wait()

        tasks = [asyncio.create_task(take(number)) for number in range(5)]
        await asyncio.sleep(0)
        tasks[2].cancel()
        held.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert host.in_flight == 0
        return order

    assert asyncio.run(scenario()) == [0, 1, 3, 4]


def test_backoff_grows() -> None:
    """Waits are random, up to a limit that doubles with each try."""
    chance = random.Random(1)
    longest = [max(backoff_s(tries, setback("timeout"), chance) for _ in range(200)) for tries in (1, 2, 3)]

    assert [round(wait, 1) for wait in longest] == [0.5, 1.0, 2.0]


def test_news_of_workers_add_up() -> None:
    """Failures of several workers count together, until one of them gets an answer; figures are added."""
    whole, one, other = make_host(), make_host(), make_host()
    for worker in (one, other):
        for _ in range(10):
            worker.requests += 1
            worker.add_failure()
    signals = [whole.add_news(news) for worker in (one, other) if (news := worker.take_news("w"))]

    assert whole.requests == 20
    assert [signal.failure if signal else "" for signal in signals] == ["", "failed 20 times in a row"]
    assert one.take_news("w") is None


def test_an_answer_to_one_worker_ends_the_failures_of_all() -> None:
    """As it does in one process."""
    whole, one, other = make_host(), make_host(), make_host()
    for _ in range(19):
        one.add_failure()
    other.add_answer(0.1)
    for worker in (one, other):
        news = worker.take_news("w")
        assert news
        whole.add_news(news)

    assert whole.failures_in_a_row == 0


def test_a_signal_holds_for_other_workers() -> None:
    """A long pause, an overload and the end of a host are heeded by those that did not notice them."""
    one, whole, other = make_host(), make_host(), make_host()
    one.add_error(0, setback("rate-limited", retry_after_s=3600), 0.1)
    news = one.take_news("w")
    assert news
    signal = whole.add_news(news)
    assert signal
    other.heed(signal)

    assert other.limit == 4.0
    assert not is_open(other)


def test_requests_that_are_lent_are_not_made_here() -> None:
    """They are made as soon as they are given back."""

    async def scenario() -> list[int]:
        host = make_host(2.0)
        host.lend(2)
        task = asyncio.create_task(use(host))
        await asyncio.sleep(0)
        seen = [host.in_flight, host.wanted]
        host.lend(-1)
        await task
        return [*seen, host.in_flight]

    assert asyncio.run(scenario()) == [0, 1, 0]


def test_a_host_that_is_not_granted_gets_no_request() -> None:
    """Neither at first nor when what was granted is taken back, which waits for what is under way."""

    async def scenario() -> list[object]:
        host = make_host(0.0)
        results = await asyncio.gather(use(host), return_exceptions=True)
        host.set_limit(1)
        release = asyncio.Event()
        tasks = [asyncio.create_task(use(host, release)) for _ in range(2)]
        await asyncio.sleep(0)
        host.set_limit(0)
        settling = asyncio.create_task(host.settle())
        await asyncio.sleep(0)
        results.append(settling.done())
        release.set()
        await settling
        return [*results, *await asyncio.gather(*tasks, return_exceptions=True)]

    refused, was_settled, done, taken = asyncio.run(scenario())
    assert isinstance(refused, NotGrantedError)
    assert was_settled is False
    assert done is None
    assert isinstance(taken, NotGrantedError)


def test_an_overload_of_workers_holds_for_later_batches() -> None:
    """What a worker reports halves the requests that the coordinator hands out, until the host answers again."""
    whole, one = make_host(), make_host()
    one.add_error(0, setback("rate-limited"), 0.1)
    for after in (4.0, 8.0):
        news = one.take_news("w")
        assert news
        whole.add_news(news)
        assert whole.limit == after
        for _ in range(4 * 32):
            one.add_answer(0.1)


async def use(host: Host, release: asyncio.Event | None = None) -> None:
    """Make one request."""
    async with host.slot():
        if release:
            await release.wait()
