"""The one seam to the network: what is remembered, how gently hosts are asked, and what is not HTTP."""

import asyncio
import importlib.util
import random
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from fault_server import Act, Asked, FaultServer, answer, silence, validated
from fetching import Settings, StoppedClock, ask, attempt, play, play_cached

from sitegen.cache.store import Cache
from sitegen.engine.documents import CachedClient
from sitegen.errors import FetchError, RetryableError
from sitegen.net.client import Client
from sitegen.net.files import open_store
from sitegen.net.hosts import FAILURES_IN_A_ROW, Host, backoff_s
from sitegen.transfer import Allowance, ByteRange, Response, suffix, utc

DAY_S = 86_400.0
BODY = b'{"zarr_format": 3}'


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """An empty cache."""
    with Cache.open(tmp_path / "cache") as opened:
        yield opened


def visit_twice(
    cache: Cache,
    *acts: Act,
    days: float,
    max_age_s: float | None = None,
    refresh: bool = False,
    offline: bool = False,
) -> tuple[Response | FetchError, Response | FetchError, list[Asked]]:
    """Ask for one document in two builds, some days apart; the second may be offline, or a refresh."""
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


# --- what is remembered


def test_young_document(cache: Cache) -> None:
    """Within the maximum age a document costs no request."""
    first, second, asked = visit_twice(cache, answer(200, BODY), days=20)

    assert isinstance(first, Response)
    assert isinstance(second, Response)
    assert (second.body, second.cached, second.not_modified, len(asked)) == (BODY, True, True, 1)
    assert second.fetched_at == first.fetched_at


def test_old_document_unchanged(cache: Cache) -> None:
    """Beyond it, one conditional request; the body comes from the cache, and counts as young again."""
    first, second, asked = visit_twice(cache, validated(BODY, '"1"'), days=40)

    assert isinstance(first, Response)
    assert isinstance(second, Response)
    assert (second.body, second.cached, second.not_modified) == (BODY, False, True)
    assert second.fetched_at == first.fetched_at + 40 * DAY_S
    assert asked[1].headers["if-none-match"] == '"1"'
    kept = cache.document(second.url)
    assert kept is not None
    assert kept.checked_at == second.fetched_at


def test_old_document_changed(cache: Cache) -> None:
    """A document that changed is the new one."""
    _, second, _ = visit_twice(cache, validated(BODY, '"1"'), validated(b"{}", '"2"'), days=40)

    assert isinstance(second, Response)
    assert (second.body, second.not_modified) == (b"{}", False)


def test_same_document_without_validators(cache: Cache) -> None:
    """A host without validators sends it all again; it still counts as unchanged."""
    _, second, asked = visit_twice(cache, answer(200, BODY), days=40)

    assert isinstance(second, Response)
    assert (second.not_modified, len(asked)) == (True, 2)


def test_date_as_validator(cache: Cache) -> None:
    """Where there is no ETag, the date serves."""
    date = "Sun, 22 Nov 2026 06:00:00 GMT"
    _, _, asked = visit_twice(cache, answer(200, BODY, Last_Modified=date), days=40)

    assert asked[1].headers["if-modified-since"] == date


def test_absence_is_remembered(cache: Cache) -> None:
    """ "Not there" is not asked again the same day, and raised as it was."""
    first, second, asked = visit_twice(cache, answer(404), days=0.5)

    assert isinstance(first, FetchError)
    assert isinstance(second, FetchError)
    assert (second.code, second.hint, str(second), len(asked)) == (first.code, first.hint, str(first), 1)
    assert second.answered_at == first.answered_at


def test_absence_that_was_mended(cache: Cache) -> None:
    """The next nights ask again, as somebody may have mended it."""
    _, second, _ = visit_twice(cache, answer(404), answer(200, BODY), days=2)

    assert isinstance(second, Response)


def test_failure_is_not_remembered(cache: Cache) -> None:
    """No answer says nothing of the document, so the next build asks at once."""
    _, second, _ = visit_twice(cache, *[answer(503)] * 4, answer(200, BODY), days=0.1)

    assert isinstance(second, Response)


def test_refresh(cache: Cache) -> None:
    """A refresh asks, however young it is."""
    _, _, asked = visit_twice(cache, validated(BODY, '"1"'), days=1, refresh=True)

    assert [request.headers.get("if-none-match") for request in asked] == [None, '"1"']


def test_asked_once_in_a_build(cache: Cache) -> None:
    """… but never twice in one build."""

    async def scenario(server: FaultServer, documents: CachedClient) -> int:
        server.scripts = {"/zarr.json": [answer(200, BODY)]}
        for _ in range(3):
            await documents.get_document(server.url("/zarr.json"), max_age_s=0)
        return len(server.asked)

    assert play_cached(scenario, cache, refresh=True) == 1


def test_max_age(cache: Cache) -> None:
    """Who asks may say how young it must be."""
    _, _, asked = visit_twice(cache, answer(200, BODY), days=1, max_age_s=3600)

    assert len(asked) == 2


def test_offline(cache: Cache) -> None:
    """Offline, the cache answers, however old it is, "not there" included."""
    _, there, asked = visit_twice(cache, answer(200, BODY), days=1000, offline=True)

    assert isinstance(there, Response)
    assert len(asked) == 1


@pytest.mark.parametrize("url", ["https://data.example/zarr.json", "file:///zarr.json", "s3://bucket/zarr.json"])
def test_offline_unknown(cache: Cache, url: str) -> None:
    """Offline, what the cache does not hold is unreachable, and nobody is asked."""

    async def scenario(server: FaultServer, documents: CachedClient) -> list[Response | FetchError]:
        allowance = Allowance(bytes_left=1_000, seconds_left=60)
        got = documents.get(url, max_bytes=1_000, allowance=allowance)
        return [await attempt(documents.get_document(url)), await attempt(got)]

    for found in play_cached(scenario, cache, offline=True):
        assert isinstance(found, FetchError)
        assert (found.status, found.code) == ("unreachable", "offline")


def test_ages_are_spread(cache: Cache) -> None:
    """Of many documents of one age some are asked again at 80 % of the maximum, all at 120 %, always the same ones."""

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


def test_own_validators() -> None:
    """A caller that has it already gets no body."""
    outcome = ask(validated(BODY, '"1"'), etag='"1"')

    assert outcome.reply is not None
    assert (outcome.reply.not_modified, outcome.body) == (True, b"")


@pytest.mark.parametrize(
    ("allowed", "expected"), [("*", True), ("https://catalog.example", True), ("https://b.example", False)]
)
def test_cors(allowed: str, expected: bool) -> None:
    """Every reply says whether a browser page elsewhere could have read it."""
    outcome = ask(answer(200, BODY, Access_Control_Allow_Origin=allowed))

    assert outcome.reply is not None
    assert outcome.reply.cors is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ETag, Content-Range", ("content-range", "etag")),
        ("etag,,ETAG , *", ("*",)),
        ("", ()),
        ("no header, <script>, " + "a" * 1000, ()),
        (", ".join(f"x-{number:03}" for number in range(500)), tuple(f"x-{number:03}" for number in range(32))),
    ],
)
def test_exposed_headers(text: str, expected: tuple[str, ...]) -> None:
    """… and which headers it would have seen, none that is no name, and not too many."""
    outcome = ask(answer(200, BODY, Access_Control_Allow_Origin="*", Access_Control_Expose_Headers=text))

    assert outcome.reply is not None
    assert outcome.reply.exposed == expected


def test_a_closed_host_exposes_nothing() -> None:
    """What it names does not matter where the page may not read."""
    outcome = ask(answer(200, BODY, Access_Control_Expose_Headers="ETag"))

    assert outcome.reply is not None
    assert (outcome.reply.cors, outcome.reply.exposed) == (False, None)


def test_unchanged_for_browsers(cache: Cache) -> None:
    """A 304 need not repeat what the answer said that it confirms."""
    open_once = answer(
        200, BODY, ETag='"1"', Access_Control_Allow_Origin="*", Access_Control_Expose_Headers="Content-Range"
    )
    _, second, _ = visit_twice(cache, open_once, answer(304, ETag='"1"'), days=40)

    assert isinstance(second, Response)
    assert (second.not_modified, second.cors, second.exposed) == (True, True, ("content-range",))


def test_a_preflight_is_not_redirected() -> None:
    """BrowserAccess take an answer of 2xx alone."""

    async def scenario(server: FaultServer, fetcher: Client) -> bool | None:
        server.preflight = answer(302, Location="/", Access_Control_Allow_Origin="*", Access_Control_Allow_Headers="*")
        return await fetcher.allows_ranges(server.url("/zarr.json"))

    assert play(scenario) is False


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Access_Control_Allow_Origin": "*", "Access_Control_Allow_Headers": "Authorization, Range"}, True),
        ({"Access_Control_Allow_Origin": "*", "Access_Control_Allow_Headers": "*"}, True),
        ({"Access_Control_Allow_Origin": "*"}, False),
        ({}, False),
    ],
)
def test_ranges_from_a_browser(headers: dict[str, str], expected: bool) -> None:
    """A host is asked once whether pages elsewhere may ask for ranges."""

    async def scenario(server: FaultServer, fetcher: Client) -> tuple[list[bool | None], list[Asked]]:
        server.scripts = {"/zarr.json": [answer(204, **headers)]}
        questions = (fetcher.allows_ranges(server.url("/zarr.json")) for _ in range(3))
        return await asyncio.gather(*questions), server.asked

    found, asked = play(scenario)

    assert found == [expected] * 3
    assert [(request.method, request.headers["access-control-request-headers"]) for request in asked] == [
        ("OPTIONS", "range")
    ]


# --- how gently hosts are asked


def count_at_once(settings: Settings, requests: int) -> int:
    """Return how many requests the host saw at once, if many are made."""

    async def scenario(server: FaultServer, fetcher: Client) -> int:
        enough = asyncio.Event()

        async def wait_for_others(asked: Asked, writer: asyncio.StreamWriter) -> None:
            if len(server.asked) == requests:
                enough.set()
            if len(server.asked) >= settings.per_host:
                enough.set()
            await enough.wait()
            await answer(200, BODY)(asked, writer)

        server.scripts = {f"/{number}": [wait_for_others] for number in range(requests)}
        await asyncio.gather(*(fetcher.get(server.url(path)) for path in server.scripts))
        return server.most_at_once

    return play(scenario, settings=settings)


@pytest.mark.parametrize("per_host", [1, 3, 8])
def test_requests_at_once(per_host: int) -> None:
    """A host sees as many requests at once as the configuration says."""
    assert count_at_once(Settings(per_host=per_host), 20) == per_host


def make_host(limit: float = 8.0) -> Host:
    """Return a host that nobody asked yet."""
    return Host("a.example", limit, StoppedClock(), random.Random(1))


def setback(code: str, *, burdened: bool = True, retry_after_s: float | None = None) -> RetryableError:
    """Return a fault that may pass."""
    return RetryableError("no", code=code, burdened=burdened, retry_after_s=retry_after_s)


def pause(host: Host, seconds: float, *, times: int) -> None:
    """Let a host ask for pauses, wait for each, and let it answer well between."""
    for _ in range(times):
        host.troubled(0, setback("rate-limited", retry_after_s=seconds), 0.1)
        asyncio.run(host.clock.sleep(seconds))
        host.answered(0.1)


def test_strain_halves() -> None:
    """Strain halves the limit, once for all requests that were under way together, to one at least."""
    host = make_host()
    for era, expected in ((0, 4.0), (0, 4.0), (1, 2.0), (2, 1.0), (3, 1.0)):
        host.troubled(era, setback("rate-limited"), 0.1)
        assert host.limit == expected


def test_slow_recovery() -> None:
    """Good answers earn it back, one request at once for 32 of them, and never more than before."""
    host = make_host()
    host.troubled(0, setback("rate-limited"), 0.1)
    for expected in (5.0, 6.0, 7.0, 8.0, 8.0):
        for _ in range(32):
            host.answered(0.1)
        assert host.limit == pytest.approx(expected)


def test_errors_that_are_no_strain() -> None:
    """A broken connection or a 500 does not halve."""
    host = make_host()
    host.troubled(0, setback("connect-failed", burdened=False), 0.1)

    assert host.limit == 8.0


def test_a_host_that_hangs_at_every_other_request() -> None:
    """It never fails twice in a row; it is left alone when its time-outs have cost twenty minutes."""
    host = make_host()
    for _ in range(20):
        host.troubled(0, setback("timeout"), 60.0)
        assert not host.down
        host.answered(0.1)
    host.troubled(0, setback("timeout"), 60.0)

    assert host.down
    with pytest.raises(FetchError, match="let 1,260 s pass in time-outs") as raised:
        asyncio.run(host.slot().__aenter__())
    assert raised.value.code == "host-down"


def test_a_busy_host_that_hangs_now_and_then() -> None:
    """One whose answers take more time in all than its time-outs is asked on."""
    host = make_host()
    for _ in range(100):
        host.troubled(0, setback("timeout"), 20.0)
        for _ in range(200):
            host.answered(0.2)

    assert (host.down, host.lost_s) == (False, 2000.0)


def test_a_host_that_asks_for_a_pause_at_every_other_request() -> None:
    """It never fails twice in a row; it is left alone when its pauses have cost twenty minutes."""
    host = make_host()
    pause(host, 15.0, times=80)
    assert not host.down
    pause(host, 15.0, times=1)

    assert host.down
    with pytest.raises(FetchError, match="asked for 1,215 s of pauses, at last with rate-limited") as raised:
        asyncio.run(host.slot().__aenter__())
    assert raised.value.code == "host-down"


def test_a_busy_host_that_asks_for_a_pause_now_and_then() -> None:
    """A few pauses in a long night are what a polite host asks for."""
    host = make_host()
    pause(host, 10.0, times=20)

    assert (host.down, host.paused_s) == (False, 200.0)


def test_a_host_that_allows_so_many_requests_a_minute() -> None:
    """It is waited for to the end of each minute, as long as it answers well in the others."""
    host = make_host()
    for _ in range(100):
        pause(host, 50.0, times=1)
        for _ in range(60):
            host.answered(0.1)

    assert (host.down, host.paused_s) == (False, 5000.0)


def test_a_pause_counts_once() -> None:
    """Requests that were under way together hear of one pause; one that is not waited for costs nothing."""
    host = make_host()
    for seconds in (30.0, 30.0, 20.0, 40.0, 3600.0):
        host.troubled(0, setback("rate-limited", retry_after_s=seconds), 0.1)

    assert host.paused_s == 40.0


def test_turns_are_fair() -> None:
    """Turns are given in the order in which they were asked for; one that was cancelled is passed on."""

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


def test_host_left_alone() -> None:
    """A host that fails twenty times in a row is left alone: nothing more is asked of it, other hosts are."""

    async def scenario(server: FaultServer, fetcher: Client) -> tuple[FetchError, int, bytes]:
        server.scripts = {"/bad": [answer(500)]}
        for _ in range(FAILURES_IN_A_ROW):
            await attempt(fetcher.get(server.url("/bad")))
        before = len(server.asked)
        found = await attempt(fetcher.get(server.url("/good")))
        assert isinstance(found, FetchError)
        async with FaultServer({"/good": [answer(200, BODY)]}) as other:
            reply = await fetcher.get(other.url("/good"))
        return found, len(server.asked) - before, reply.body

    error, requests, body = play(scenario)

    assert (error.status, error.code, requests, body) == ("unreachable", "host-down", 0, BODY)


def test_row_of_failures_broken() -> None:
    """One good answer, even a 404, and the row begins anew."""

    async def scenario(server: FaultServer, fetcher: Client) -> bytes:
        server.scripts = {"/bad": [answer(500)], "/good": [answer(200, BODY)]}
        for path in ["/bad"] * 19 + ["/nothing"] + ["/bad"] * 19:
            await attempt(fetcher.get(server.url(path)))
        return (await fetcher.get(server.url("/good"))).body

    assert play(scenario) == BODY


def test_silent_host_left_alone() -> None:
    """Each time-out counts by itself, so that a silent host does not hold a build up for long."""
    hurried = Settings(timeout_s=0.02)

    async def scenario(server: FaultServer, fetcher: Client) -> int:
        server.scripts = {"/zarr.json": [silence()]}
        await asyncio.gather(*(attempt(fetcher.get(server.url("/zarr.json"))) for _ in range(40)))
        return len(server.asked)

    assert play(scenario, settings=hurried) < 40


def test_figures() -> None:
    """Each host's requests, bytes, errors and retries are counted, and the median of its latencies."""

    async def scenario(server: FaultServer, fetcher: Client) -> None:
        server.scripts = {"/zarr.json": [answer(503), answer(200, BODY)]}
        await fetcher.get(server.url("/zarr.json"))
        await attempt(fetcher.get(server.url("/nothing")))
        (found,) = fetcher.figures()
        assert found.host == f"127.0.0.1:{server.port}"
        assert (found.requests, found.bytes, found.errors, found.retries) == (3, len(BODY), 1, 1)
        assert found.median_ms is not None

    play(scenario)


def test_backoff_grows() -> None:
    """Waits are drawn from zero up to twice the limit before."""
    chance = random.Random(1)
    longest = [max(backoff_s(tries, setback("timeout"), chance) for _ in range(200)) for tries in (1, 2, 3)]

    assert [round(wait, 1) for wait in longest] == [0.5, 1.0, 2.0]


def test_concurrent_documents_of_many_hosts() -> None:
    """A host that is slow does not hold up another."""

    async def scenario(server: FaultServer, fetcher: Client) -> bytes:
        held = asyncio.Event()

        async def hold(asked: Asked, writer: asyncio.StreamWriter) -> None:
            await held.wait()
            await answer(200, BODY)(asked, writer)

        server.scripts = {"/slow": [hold]}
        async with FaultServer({"/fast": [answer(200, b"fast")]}) as other, asyncio.TaskGroup() as group:
            for _ in range(20):
                group.create_task(fetcher.get(server.url("/slow")))
            reply = await fetcher.get(other.url("/fast"))
            held.set()
            return reply.body

    assert play(scenario) == b"fast"


# --- what is not HTTP


def get(
    url: str, *, span: ByteRange | None = None, max_bytes: int = 1000, etag: str | None = None
) -> Response | FetchError:
    """Ask for an address that is no web address; object stores are fsspec's in memory."""

    async def scenario() -> Response | FetchError:
        async with Client(Settings(), clock=StoppedClock(), store=lambda _: fsspec.filesystem("memory")) as fetcher:
            return await attempt(fetcher.get(url, span=span, max_bytes=max_bytes, etag=etag))

    return asyncio.run(scenario())


@pytest.fixture(params=["file", "s3"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a folder with a file in it, of both kinds."""
    (tmp_path / "a file").write_bytes(bytes(range(100)))
    store = fsspec.filesystem("memory")
    store.pipe_file("s3://bucket/a file", bytes(range(100)))
    return tmp_path.as_uri() if request.param == "file" else "s3://bucket"


def test_file(address: str) -> None:
    """A file comes in the form of a web reply."""
    reply = get(f"{address}/a%20file")

    assert isinstance(reply, Response)
    assert (reply.status, reply.body, reply.total_bytes, reply.cors) == (200, bytes(range(100)), 100, None)


@pytest.mark.parametrize(
    ("span", "expected"),
    [(ByteRange(10, 20), range(10, 20)), (suffix(5), range(95, 100)), (ByteRange(90, 200), range(90, 100))],
)
def test_part_of_file(address: str, span: ByteRange, expected: range) -> None:
    """So does a part of it."""
    reply = get(f"{address}/a%20file", span=span)

    assert isinstance(reply, Response)
    assert (reply.status, reply.body) == (206, bytes(expected))


@pytest.mark.parametrize(
    ("path", "span", "code"),
    [
        ("nothing", None, "not-found"),
        ("a%20file/zarr.json", None, "not-found"),
        ("a%20file", ByteRange(100, 110), "range-beyond-end"),
    ],
)
def test_no_file(address: str, path: str, span: ByteRange | None, code: str) -> None:
    """What is not there is missing, as on the web."""
    error = get(f"{address}/{path}", span=span)

    assert isinstance(error, FetchError)
    assert error.code == code


def test_large_file(address: str) -> None:
    """The cap holds."""
    error = get(f"{address}/a%20file", max_bytes=50)

    assert isinstance(error, FetchError)
    assert error.code == "too-large"


def test_folder(tmp_path: Path) -> None:
    """A folder is no document."""
    error = get(tmp_path.as_uri())

    assert isinstance(error, FetchError)
    assert error.code == "not-found"


def test_unchanged_file(tmp_path: Path) -> None:
    """A local file that did not change has no body for who knows it."""
    (tmp_path / "zarr.json").write_bytes(BODY)
    url = (tmp_path / "zarr.json").as_uri()
    first = get(url)
    assert isinstance(first, Response)
    second = get(url, etag=first.etag)

    assert isinstance(second, Response)
    assert (second.not_modified, second.body) == (True, b"")


def test_local_file_is_looked_at_each_time(cache: Cache, tmp_path: Path) -> None:
    """A local file that changed is the new one at once, whatever the maximum age."""
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


@pytest.mark.skipif(importlib.util.find_spec("s3fs") is not None, reason="the driver is installed here")
def test_missing_driver() -> None:
    """An object store whose driver is missing says what to install."""
    with pytest.raises(FetchError, match=r"ngff-sitegen\[s3\]") as raised:
        open_store("s3")
    assert raised.value.code == "driver-missing"


def test_time() -> None:
    """Times are written in UTC, to the second."""
    assert utc(1_795_327_200.9) == "2026-11-22T06:00:00Z"
