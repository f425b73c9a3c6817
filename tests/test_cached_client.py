"""The client with a cache of documents: which requests it makes, and what it returns without one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_server import Act, Asked, FaultServer, answer, validated
from fetching import Settings, StoppedClock, attempt, play_cached

from sitegen.cache.folder import Cache
from sitegen.engine.documents import CachedClient
from sitegen.errors import FetchError
from sitegen.net.client import Client
from sitegen.transfer import Allowance, Response

DAY_S = 86_400.0
BODY = b'{"zarr_format": 3}'


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """An empty cache."""
    with Cache.open(tmp_path / "cache") as opened:
        yield opened


def get_twice(
    cache: Cache,
    *acts: Act,
    days: float,
    max_age_s: float | None = None,
    refresh: bool = False,
    offline: bool = False,
) -> tuple[Response | FetchError, Response | FetchError, list[Asked]]:
    """Request one document in two builds, some days apart."""
    clock = StoppedClock()

    async def scenario() -> tuple[Response | FetchError, Response | FetchError, list[Asked]]:
        async with FaultServer({"/zarr.json": list(acts)}) as server:
            url = server.url("/zarr.json")
            async with Client(Settings(), clock=clock) as client:
                first = await attempt(CachedClient(client, Settings(), cache=cache).get_document(url))
            clock.time_s += days * DAY_S
            async with Client(Settings(), clock=clock) as client:
                documents = CachedClient(client, Settings(), cache=cache, refresh=refresh, offline=offline)
                second = await attempt(documents.get_document(url, max_age_s=max_age_s))
            return first, second, server.asked

    return asyncio.run(scenario())


def test_young_document(cache: Cache) -> None:
    """A document younger than the maximum age costs no request."""
    first, second, asked = get_twice(cache, answer(200, BODY), days=20)

    assert isinstance(first, Response)
    assert isinstance(second, Response)
    assert (second.body, second.cached, second.not_modified, len(asked)) == (BODY, True, True, 1)
    assert second.fetched_at == first.fetched_at


def test_old_document_unchanged(cache: Cache) -> None:
    """An older document costs one conditional request; its body comes from the cache, and its age begins anew."""
    first, second, asked = get_twice(cache, validated(BODY, '"1"'), days=40)

    assert isinstance(first, Response)
    assert isinstance(second, Response)
    assert (second.body, second.cached, second.not_modified) == (BODY, False, True)
    assert second.fetched_at == first.fetched_at + 40 * DAY_S
    assert asked[1].headers["if-none-match"] == '"1"'
    kept = cache.document(second.url)
    assert kept is not None
    assert kept.checked_at == second.fetched_at


def test_old_document_changed(cache: Cache) -> None:
    """A document that changed is replaced."""
    _, second, _ = get_twice(cache, validated(BODY, '"1"'), validated(b"{}", '"2"'), days=40)

    assert isinstance(second, Response)
    assert (second.body, second.not_modified) == (b"{}", False)


def test_same_document_without_validators(cache: Cache) -> None:
    """An equal body from a host without validators counts as unchanged."""
    _, second, asked = get_twice(cache, answer(200, BODY), days=40)

    assert isinstance(second, Response)
    assert (second.not_modified, len(asked)) == (True, 2)


def test_date_as_validator(cache: Cache) -> None:
    """Without an ETag, the date is the validator."""
    date = "Sun, 22 Nov 2026 06:00:00 GMT"
    _, _, asked = get_twice(cache, answer(200, BODY, Last_Modified=date), days=40)

    assert asked[1].headers["if-modified-since"] == date


def test_absence_is_cached(cache: Cache) -> None:
    """A 404 is not requested again on the same day, and is raised as the same error."""
    first, second, asked = get_twice(cache, answer(404), days=0.5)

    assert isinstance(first, FetchError)
    assert isinstance(second, FetchError)
    assert (second.code, second.hint, str(second), len(asked)) == (first.code, first.hint, str(first), 1)
    assert second.answered_at == first.answered_at


def test_absence_expires(cache: Cache) -> None:
    """After a day a missing document is requested again."""
    _, second, _ = get_twice(cache, answer(404), answer(200, BODY), days=2)

    assert isinstance(second, Response)


def test_failure_is_not_cached(cache: Cache) -> None:
    """A request without an answer is repeated in the next build."""
    _, second, _ = get_twice(cache, *[answer(503)] * 4, answer(200, BODY), days=0.1)

    assert isinstance(second, Response)


def test_refresh(cache: Cache) -> None:
    """With `refresh` every document is requested, whatever its age."""
    _, _, asked = get_twice(cache, validated(BODY, '"1"'), days=1, refresh=True)

    assert [request.headers.get("if-none-match") for request in asked] == [None, '"1"']


def test_one_request_in_a_build(cache: Cache) -> None:
    """A document is requested once in a build, also with `refresh` and a maximum age of 0."""

    async def scenario(server: FaultServer, documents: CachedClient) -> int:
        server.scripts = {"/zarr.json": [answer(200, BODY)]}
        for _ in range(3):
            await documents.get_document(server.url("/zarr.json"), max_age_s=0)
        return len(server.asked)

    assert play_cached(scenario, cache, refresh=True) == 1


def test_max_age(cache: Cache) -> None:
    """The caller may set the maximum age."""
    _, _, asked = get_twice(cache, answer(200, BODY), days=1, max_age_s=3600)

    assert len(asked) == 2


def test_offline(cache: Cache) -> None:
    """Offline, cached documents are used whatever their age."""
    _, there, asked = get_twice(cache, answer(200, BODY), days=1000, offline=True)

    assert isinstance(there, Response)
    assert len(asked) == 1


@pytest.mark.parametrize("url", ["https://data.example/zarr.json", "file:///zarr.json", "s3://bucket/zarr.json"])
def test_offline_unknown(cache: Cache, url: str) -> None:
    """Offline, a document that is not cached is unreachable, and no request is made."""

    async def scenario(server: FaultServer, documents: CachedClient) -> list[Response | FetchError]:
        allowance = Allowance(bytes_left=1_000, seconds_left=60)
        got = documents.get(url, max_bytes=1_000, allowance=allowance)
        return [await attempt(documents.get_document(url)), await attempt(got)]

    for found in play_cached(scenario, cache, offline=True):
        assert isinstance(found, FetchError)
        assert (found.status, found.code) == ("unreachable", "offline")


def test_ages_are_spread(cache: Cache) -> None:
    """Documents of one age expire between 80 % and 120 % of the maximum age, each always at the same share."""

    async def asked_after(days: float) -> int:
        clock = StoppedClock()
        async with FaultServer() as server:
            server.scripts = {f"/{number}": [answer(200, BODY)] for number in range(50)}
            for _ in range(2):
                async with Client(Settings(), clock=clock) as client:
                    documents = CachedClient(client, Settings(), cache=cache)
                    for path in server.scripts:
                        await documents.get_document(server.url(path))
                clock.time_s += days * DAY_S
            return len(server.asked) - 50

    counts = [asyncio.run(asked_after(days)) for days in (23.9, 30, 36.1)]

    assert counts[0] == 0
    assert 0 < counts[1] < 50
    assert counts[2] == 50


def test_unchanged_for_browsers(cache: Cache) -> None:
    """A 304 without CORS headers keeps those of the cached response."""
    open_once = answer(
        200, BODY, ETag='"1"', Access_Control_Allow_Origin="*", Access_Control_Expose_Headers="Content-Range"
    )
    _, second, _ = get_twice(cache, open_once, answer(304, ETag='"1"'), days=40)

    assert isinstance(second, Response)
    assert (second.not_modified, second.cors, second.exposed) == (True, True, ("content-range",))


def test_local_file_is_read_each_time(cache: Cache, tmp_path: Path) -> None:
    """A local file is read again at once, whatever the maximum age."""
    path = tmp_path / "zarr.json"
    clock = StoppedClock()

    async def read() -> bytes:
        async with Client(Settings(), clock=clock) as client:
            return (await CachedClient(client, Settings(), cache=cache).get_document(path.as_uri())).body

    found = []
    for body in (b"{}", b'{"changed": true}'):
        path.write_bytes(body)
        clock.time_s += 1
        found.append(asyncio.run(read()))

    assert found == [b"{}", b'{"changed": true}']
