"""The network client: validators, CORS, preflight requests, and several requests to one host."""

from __future__ import annotations

import asyncio

import pytest
from fault_server import Asked, FaultServer, answer, silence, validated
from fetching import Settings, ask, attempt, play

from sitegen.errors import FetchError
from sitegen.net.client import Client
from sitegen.net.hosts import MAX_FAILURES_IN_A_ROW
from sitegen.transfer import Request

BODY = b'{"zarr_format": 3}'


def test_own_validators() -> None:
    """If the validators of the caller are current, the response has no body."""
    outcome = ask(validated(BODY, '"1"'), etag='"1"')

    assert outcome.response is not None
    assert (outcome.response.not_modified, outcome.body) == (True, b"")


@pytest.mark.parametrize(
    ("allowed", "expected"), [("*", True), ("https://catalog.example", True), ("https://b.example", False)]
)
def test_cors(allowed: str, expected: bool) -> None:
    """A response states whether web pages of the catalog can read it."""
    outcome = ask(answer(200, BODY, Access_Control_Allow_Origin=allowed))

    assert outcome.response is not None
    assert outcome.response.cors is expected


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
    """A response states which headers web pages can read: valid names only, 32 at most."""
    outcome = ask(answer(200, BODY, Access_Control_Allow_Origin="*", Access_Control_Expose_Headers=text))

    assert outcome.response is not None
    assert outcome.response.exposed == expected


def test_no_exposed_headers_without_cors() -> None:
    """Where web pages cannot read a response, they cannot read its headers."""
    outcome = ask(answer(200, BODY, Access_Control_Expose_Headers="ETag"))

    assert outcome.response is not None
    assert (outcome.response.cors, outcome.response.exposed) == (False, None)


def test_a_preflight_is_not_redirected() -> None:
    """Only an answer of 2xx to a preflight request allows ranges."""

    async def scenario(server: FaultServer, client: Client) -> bool | None:
        server.preflight = answer(302, Location="/", Access_Control_Allow_Origin="*", Access_Control_Allow_Headers="*")
        return await client.allows_ranges(server.url("/zarr.json"))

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
def test_one_preflight_for_each_host(headers: dict[str, str], expected: bool) -> None:
    """Whether web pages may send Range requests is asked of each host once."""

    async def scenario(server: FaultServer, client: Client) -> tuple[list[bool | None], list[Asked]]:
        server.scripts = {"/zarr.json": [answer(204, **headers)]}
        questions = (client.allows_ranges(server.url("/zarr.json")) for _ in range(3))
        return await asyncio.gather(*questions), server.asked

    found, asked = play(scenario)

    assert found == [expected] * 3
    assert [(request.method, request.headers["access-control-request-headers"]) for request in asked] == [
        ("OPTIONS", "range")
    ]


def count_at_once(settings: Settings, requests: int) -> int:
    """Return how many of many requests the host received at once."""

    async def scenario(server: FaultServer, client: Client) -> int:
        enough = asyncio.Event()

        async def wait_for_others(asked: Asked, writer: asyncio.StreamWriter) -> None:
            if len(server.asked) == requests:
                enough.set()
            if len(server.asked) >= settings.per_host:
                enough.set()
            await enough.wait()
            await answer(200, BODY)(asked, writer)

        server.scripts = {f"/{number}": [wait_for_others] for number in range(requests)}
        await asyncio.gather(*(client.get(server.url(path)) for path in server.scripts))
        return server.most_at_once

    return play(scenario, settings=settings)


@pytest.mark.parametrize("per_host", [1, 3, 8])
def test_requests_at_once(per_host: int) -> None:
    """A host gets `per_host` requests at once."""
    assert count_at_once(Settings(per_host=per_host), 20) == per_host


def test_host_after_many_failures() -> None:
    """A host that fails 20 times in a row gets no more requests; other hosts do."""

    async def scenario(server: FaultServer, client: Client) -> tuple[FetchError, int, bytes]:
        server.scripts = {"/bad": [answer(500)]}
        for _ in range(MAX_FAILURES_IN_A_ROW):
            await attempt(client.get(server.url("/bad")))
        before = len(server.asked)
        found = await attempt(client.get(server.url("/good")))
        assert isinstance(found, FetchError)
        async with FaultServer({"/good": [answer(200, BODY)]}) as other:
            response = await client.get(other.url("/good"))
        return found, len(server.asked) - before, response.body

    error, requests, body = play(scenario)

    assert (error.status, error.code, requests, body) == ("unreachable", "host-down", 0, BODY)


def test_answer_ends_a_row_of_failures() -> None:
    """One answer, even a 404, sets the number of failures in a row to 0."""

    async def scenario(server: FaultServer, client: Client) -> bytes:
        server.scripts = {"/bad": [answer(500)], "/good": [answer(200, BODY)]}
        for path in ["/bad"] * 19 + ["/nothing"] + ["/bad"] * 19:
            await attempt(client.get(server.url(path)))
        return (await client.get(server.url("/good"))).body

    assert play(scenario) == BODY


def test_timeouts_count_each() -> None:
    """Each time-out counts as a failure, not only the last try."""
    short_timeouts = Settings(timeout_s=0.02)

    async def scenario(server: FaultServer, client: Client) -> int:
        server.scripts = {"/zarr.json": [silence()]}
        await asyncio.gather(*(attempt(client.get(server.url("/zarr.json"))) for _ in range(40)))
        return len(server.asked)

    assert play(scenario, settings=short_timeouts) < 40


def test_figures() -> None:
    """Requests, bytes, errors and retries of each host are counted, and the median of its latencies."""

    async def scenario(server: FaultServer, client: Client) -> None:
        server.scripts = {"/zarr.json": [answer(503), answer(200, BODY)]}
        await client.get(server.url("/zarr.json"))
        await attempt(client.get(server.url("/nothing")))
        (found,) = client.figures()
        assert found.host == f"127.0.0.1:{server.port}"
        assert (found.requests, found.bytes, found.errors, found.retries) == (3, len(BODY), 1, 1)
        assert found.median_ms is not None

    play(scenario)


def test_hosts_do_not_wait_for_each_other() -> None:
    """Requests to a slow host do not delay those to another."""

    async def scenario(server: FaultServer, client: Client) -> bytes:
        held = asyncio.Event()

        async def hold(asked: Asked, writer: asyncio.StreamWriter) -> None:
            await held.wait()
            await answer(200, BODY)(asked, writer)

        server.scripts = {"/slow": [hold]}
        async with FaultServer({"/fast": [answer(200, b"fast")]}) as other, asyncio.TaskGroup() as group:
            for _ in range(20):
                group.create_task(client.get(server.url("/slow")))
            response = await client.get(other.url("/fast"))
            held.set()
            return response.body

    assert play(scenario) == b"fast"


GOOD = answer(200, b'{"zarr_format": 3}')


def test_request_headers() -> None:
    """A request names sitegen, accepts no compression unless asked, and sends one validator."""
    headers = Request(url="https://a.example/", max_bytes=1, etag='"1"', last_modified="yesterday").headers()
    outcome = ask(GOOD)

    assert headers == {"Accept-Encoding": "identity", "If-None-Match": '"1"'}
    assert outcome.asked[0].headers["user-agent"].startswith("sitegen/")
