"""Memory for pixels: how much is held at once, who waits for whom, and that it all comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest

from sitegen.engine.memory import MemoryBudget, WaitLimit

Wish = tuple[str, int | None]


class Party:
    """Guests with these wishes, each of whom stays until it is told to go."""

    def __init__(self, room: MemoryBudget, wishes: Sequence[Wish]) -> None:
        self.inside: list[int] = []
        self._leave = [asyncio.Event() for _ in wishes]
        self._tasks = [asyncio.create_task(self._visit(room, place, wish)) for place, wish in enumerate(wishes)]

    async def _visit(self, room: MemoryBudget, place: int, wish: Wish) -> None:
        guest = await room.enter(*wish)
        self.inside.append(place)
        try:
            await self._leave[place].wait()
        finally:
            self.inside.remove(place)
            guest.leave()

    async def leave(self, place: int) -> list[int]:
        """Let one go; return who is inside then."""
        self._leave[place].set()
        return await self.now()

    async def cancel(self, place: int) -> list[int]:
        """Let one give up; return who is inside then."""
        self._tasks[place].cancel()
        with suppress(asyncio.CancelledError):
            await self._tasks[place]
        return await self.now()

    async def now(self) -> list[int]:
        """Return who is inside once all have done what they can."""
        for _ in range(10):
            await asyncio.sleep(0)
        return sorted(self.inside)


def test_no_more_is_held_than_there_is_room() -> None:
    """The third waits until one of the first two has gone; the bytes of all come back."""

    async def scenario() -> None:
        room = MemoryBudget(100)
        party = Party(room, [("a", 40), ("b", 50), ("c", 20)])
        assert await party.now() == [0, 1]
        assert room.held_bytes == 90
        assert await party.leave(0) == [1, 2]
        await party.leave(1)
        await party.leave(2)
        assert room.held_bytes == 0

    asyncio.run(scenario())


def test_hosts_take_turns() -> None:
    """A host that has many waiting lets the one guest of another host go before all but its first."""

    async def scenario() -> None:
        party = Party(MemoryBudget(100), [("a", 50), ("b", 50), ("a", 50), ("b", 50), ("a", 50), ("c", 50)])
        assert await party.now() == [0, 1]
        assert await party.leave(0) == [1, 5]
        assert await party.leave(1) == [2, 5]

    asyncio.run(scenario())


def test_a_large_guest_is_not_overtaken_for_ever() -> None:
    """Small ones that come after it wait, too."""

    async def scenario() -> None:
        party = Party(MemoryBudget(100), [("a", 40), ("b", 40), ("c", 50), ("d", 10)])
        assert await party.now() == [0, 1]
        assert await party.leave(0) == [1, 2, 3]

    asyncio.run(scenario())


def test_a_host_holds_up_itself_alone() -> None:
    """One host's guests never take more than half; another's do not wait behind them."""

    async def scenario() -> None:
        party = Party(MemoryBudget(100), [("slow", 50), ("slow", 10), ("slow", 10), ("b", 30)])
        assert await party.now() == [0, 3]
        assert await party.leave(0) == [1, 2, 3]

    asyncio.run(scenario())


def test_this_machine_may_have_all_the_room() -> None:
    """It holds nobody up."""

    async def scenario() -> None:
        party = Party(MemoryBudget(100), [("", 50), ("", 50), ("", 10)])
        assert await party.now() == [0, 1]

    asyncio.run(scenario())


def test_one_may_enter_however_large() -> None:
    """What is larger than the room waits until nobody else is there."""

    async def scenario() -> None:
        party = Party(MemoryBudget(100), [("a", 10), ("b", 1000)])
        assert await party.now() == [0]
        assert await party.leave(0) == [1]

    asyncio.run(scenario())


@pytest.mark.parametrize("place", [1, 0])
def test_who_gives_up_holds_nothing(place: int) -> None:
    """A dataset's deadline may pass while it waits, or inside."""

    async def scenario() -> None:
        room = MemoryBudget(100)
        party = Party(room, [("a", 60), ("b", 60), ("c", 40)])
        assert await party.now() == [0]
        assert await party.cancel(place) == ([0, 2] if place else [1, 2])

    asyncio.run(scenario())


def test_room_comes_back_piece_by_piece() -> None:
    """Chunks compress: what came is less than what might have come. Nobody can get more by it."""

    async def scenario() -> None:
        room = MemoryBudget(100)
        guest = await room.enter("a", 50)
        party = Party(room, [("b", 50), ("c", 40)])
        assert await party.now() == [0]
        guest.shrink(5)
        guest.shrink(60)
        assert room.held_bytes == 95
        assert await party.now() == [0, 1]
        guest.leave()
        assert room.held_bytes == 90

    asyncio.run(scenario())


def test_all_the_room_is_one_guests() -> None:
    """It waits until all have left, and all others wait for it, though it came from a host with others."""

    async def scenario() -> None:
        room = MemoryBudget(100)
        party = Party(room, [("a", 10), ("b", 10), ("a", None), ("c", 10)])
        assert await party.now() == [0, 1, 3]
        for place in (0, 1):
            await party.leave(place)
        assert await party.leave(3) == [2]
        assert room.held_bytes == 100

    asyncio.run(scenario())


def test_patience_comes_to_an_end() -> None:
    """Whoever waits without any is told at once, also beside others; what does not wait goes on."""

    async def scenario() -> list[object]:
        patience = WaitLimit(0.0)

        async def wait(event: asyncio.Event) -> str:
            async with patience.waiting():
                await event.wait()
            return "came"

        there, never = asyncio.Event(), asyncio.Event()
        there.set()
        return await asyncio.gather(wait(never), wait(there), wait(never), return_exceptions=True)

    first, second, third = asyncio.run(scenario())

    assert isinstance(first, TimeoutError)
    assert isinstance(third, TimeoutError)
    assert second == "came"
