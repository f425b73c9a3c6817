"""Memory budgets: how much is held at once, which dataset waits for which, and that all is given back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest

from sitegen.engine.memory import MemoryBudget
from sitegen.inspection.wait_limit import WaitLimit

Request = tuple[str, int | None]


class Datasets:
    """Datasets that ask for memory, each of which holds it until it is told to finish."""

    def __init__(self, budget: MemoryBudget, requests: Sequence[Request]) -> None:
        self.holding: list[int] = []
        self._finish = [asyncio.Event() for _ in requests]
        self._tasks = [
            asyncio.create_task(self._hold(budget, place, request)) for place, request in enumerate(requests)
        ]

    async def _hold(self, budget: MemoryBudget, place: int, request: Request) -> None:
        reservation = await budget.reserve(*request)
        self.holding.append(place)
        try:
            await self._finish[place].wait()
        finally:
            self.holding.remove(place)
            reservation.release()

    async def finish(self, place: int) -> list[int]:
        """Let one finish; return which hold memory then."""
        self._finish[place].set()
        return await self.now()

    async def cancel(self, place: int) -> list[int]:
        """Cancel one; return which hold memory then."""
        self._tasks[place].cancel()
        with suppress(asyncio.CancelledError):
            await self._tasks[place]
        return await self.now()

    async def now(self) -> list[int]:
        """Return which hold memory once all have run as far as they can."""
        for _ in range(10):
            await asyncio.sleep(0)
        return sorted(self.holding)


def test_no_more_is_held_than_the_budget() -> None:
    """The third waits until one of the first two is finished; the bytes of all are given back."""

    async def scenario() -> None:
        budget = MemoryBudget(100)
        datasets = Datasets(budget, [("a", 40), ("b", 50), ("c", 20)])
        assert await datasets.now() == [0, 1]
        assert budget.held_bytes == 90
        assert await datasets.finish(0) == [1, 2]
        await datasets.finish(1)
        await datasets.finish(2)
        assert budget.held_bytes == 0

    asyncio.run(scenario())


def test_hosts_take_turns() -> None:
    """The one dataset of another host goes before all but the first of a host with many."""

    async def scenario() -> None:
        datasets = Datasets(MemoryBudget(100), [("a", 50), ("b", 50), ("a", 50), ("b", 50), ("a", 50), ("c", 50)])
        assert await datasets.now() == [0, 1]
        assert await datasets.finish(0) == [1, 5]
        assert await datasets.finish(1) == [2, 5]

    asyncio.run(scenario())


def test_a_large_reservation_is_not_overtaken_for_ever() -> None:
    """Small ones that come after it wait, too."""

    async def scenario() -> None:
        datasets = Datasets(MemoryBudget(100), [("a", 40), ("b", 40), ("c", 50), ("d", 10)])
        assert await datasets.now() == [0, 1]
        assert await datasets.finish(0) == [1, 2, 3]

    asyncio.run(scenario())


def test_a_slow_host_delays_only_itself() -> None:
    """One host's datasets never hold more than half; another's do not wait behind them."""

    async def scenario() -> None:
        datasets = Datasets(MemoryBudget(100), [("slow", 50), ("slow", 10), ("slow", 10), ("b", 30)])
        assert await datasets.now() == [0, 3]
        assert await datasets.finish(0) == [1, 2, 3]

    asyncio.run(scenario())


def test_this_machine_may_use_the_whole_budget() -> None:
    """Local files are not waited for."""

    async def scenario() -> None:
        datasets = Datasets(MemoryBudget(100), [("", 50), ("", 50), ("", 10)])
        assert await datasets.now() == [0, 1]

    asyncio.run(scenario())


def test_a_reservation_above_the_budget_is_granted_alone() -> None:
    """It waits until nothing else is held."""

    async def scenario() -> None:
        datasets = Datasets(MemoryBudget(100), [("a", 10), ("b", 1000)])
        assert await datasets.now() == [0]
        assert await datasets.finish(0) == [1]

    asyncio.run(scenario())


@pytest.mark.parametrize("place", [1, 0])
def test_a_cancelled_dataset_holds_nothing(place: int) -> None:
    """A dataset's deadline may pass while it waits, or while it holds memory."""

    async def scenario() -> None:
        budget = MemoryBudget(100)
        datasets = Datasets(budget, [("a", 60), ("b", 60), ("c", 40)])
        assert await datasets.now() == [0]
        assert await datasets.cancel(place) == ([0, 2] if place else [1, 2])

    asyncio.run(scenario())


def test_memory_is_given_back_in_parts() -> None:
    """Chunks compress: what arrives is less than what might have. Nobody gets more by it."""

    async def scenario() -> None:
        budget = MemoryBudget(100)
        reservation = await budget.reserve("a", 50)
        datasets = Datasets(budget, [("b", 50), ("c", 40)])
        assert await datasets.now() == [0]
        reservation.shrink(5)
        reservation.shrink(60)
        assert budget.held_bytes == 95
        assert await datasets.now() == [0, 1]
        reservation.release()
        assert budget.held_bytes == 90

    asyncio.run(scenario())


def test_one_dataset_may_reserve_the_whole_budget() -> None:
    """It waits until all are finished, and all others wait for it, though its host has others."""

    async def scenario() -> None:
        budget = MemoryBudget(100)
        datasets = Datasets(budget, [("a", 10), ("b", 10), ("a", None), ("c", 10)])
        assert await datasets.now() == [0, 1, 3]
        for place in (0, 1):
            await datasets.finish(place)
        assert await datasets.finish(3) == [2]
        assert budget.held_bytes == 100

    asyncio.run(scenario())


def test_the_wait_limit_is_reached() -> None:
    """A wait beyond it ends at once, also beside others; what does not wait goes on."""

    async def scenario() -> list[object]:
        limit = WaitLimit(0.0)

        async def wait(event: asyncio.Event) -> str:
            async with limit.waiting():
                await event.wait()
            return "came"

        there, never = asyncio.Event(), asyncio.Event()
        there.set()
        return await asyncio.gather(wait(never), wait(there), wait(never), return_exceptions=True)

    first, second, third = asyncio.run(scenario())

    assert isinstance(first, TimeoutError)
    assert isinstance(third, TimeoutError)
    assert second == "came"
