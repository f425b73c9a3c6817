"""Allowances of bytes and time, and the format of times."""

from __future__ import annotations

from fault_server import FaultServer, answer
from fetching import Settings, ask, attempt, play

from sitegen.errors import FetchError
from sitegen.net.client import Client
from sitegen.transfer import Allowance, Response, utc


def test_utc() -> None:
    """Times are formatted in UTC, in whole seconds."""
    assert utc(1_795_327_200.9) == "2026-11-22T06:00:00Z"


GOOD = answer(200, b'{"zarr_format": 3}')


def test_bytes_spent() -> None:
    """Without bytes left in the allowance, no request is made."""
    outcome = ask(GOOD, allowance=Allowance(bytes_left=0, seconds_left=10))

    assert outcome.failure == ("unreadable", "bytes-spent")
    assert outcome.asked == []


def test_bytes_too_few() -> None:
    """A body larger than the rest of the allowance is an error that names the allowance."""
    outcome = ask(GOOD, allowance=Allowance(bytes_left=5, seconds_left=10))

    assert outcome.failure == ("unreadable", "bytes-spent")


def test_build_bytes_spent() -> None:
    """Once a build has read `max_bytes_per_build`, it makes no more requests."""

    async def scenario(server: FaultServer, client: Client) -> tuple[object, object, int]:
        server.scripts = {"/zarr.json": [GOOD], "/more": [GOOD]}
        first = await attempt(client.get(server.url("/zarr.json")))
        second = await attempt(client.get(server.url("/more")))
        return first, second, len(server.asked)

    first, second, asked = play(scenario, settings=Settings(max_bytes_per_build=10))

    assert isinstance(first, Response)
    assert isinstance(second, FetchError)
    assert (second.status, second.code, asked) == ("unreachable", "build-bytes-spent", 1)


def test_time_spent() -> None:
    """Without time left in the allowance, a request fails."""
    outcome = ask(GOOD, allowance=Allowance(bytes_left=1000, seconds_left=0))

    assert outcome.failure == ("unreachable", "time-spent")


def test_allowance_counts() -> None:
    """An allowance counts requests and bytes."""
    allowance = Allowance(bytes_left=1000, seconds_left=10)
    ask(GOOD, allowance=allowance)

    assert (allowance.requests, allowance.bytes_read, allowance.bytes_left) == (1, 18, 982)
