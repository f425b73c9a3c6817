"""Statuses, redirects and bodies of responses: each error has its status and code, in limited memory."""

from __future__ import annotations

import gzip
import random
import tracemalloc
import zlib

import pytest
from fault_server import FaultServer, answer, raw
from fetching import ask, attempt, play

from sitegen.errors import FetchError
from sitegen.net.client import Client
from sitegen.transfer import Response

GOOD = answer(200, b'{"zarr_format": 3}')


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, ("unreadable", "http-status")),
        (401, ("forbidden", "unauthorized")),
        (403, ("forbidden", "forbidden")),
        (404, ("missing", "not-found")),
        (410, ("missing", "gone")),
        (418, ("unreadable", "http-status")),
        (451, ("forbidden", "forbidden")),
        (300, ("unreadable", "http-status")),
    ],
)
def test_final_status(status: int, failure: tuple[str, str]) -> None:
    """A status that another try would not change is requested once."""
    outcome = ask(answer(status))

    assert outcome.failure == failure
    assert len(outcome.asked) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(408, "timeout"), (429, "rate-limited"), (500, "server-error"), (503, "server-error"), (599, "server-error")],
)
def test_retryable_status(status: int, code: str) -> None:
    """A status that may pass is tried four times, with growing waits."""
    outcome = ask(answer(status))

    assert outcome.failure == ("unreachable", code)
    assert (len(outcome.asked), len(outcome.slept)) == (4, 3)
    assert all(wait <= limit for wait, limit in zip(outcome.slept, (0.5, 1.0, 2.0), strict=True))


def test_retryable_status_followed_by_an_answer() -> None:
    """The first answer without an error counts."""
    assert ask(answer(503), answer(429), answer(500), GOOD).body == b'{"zarr_format": 3}'


def test_304_to_an_unconditional_request() -> None:
    """A 304 is invalid if the request had no validators."""
    assert ask(answer(304)).failure == ("unreadable", "bad-http")


def test_retry_after_seconds() -> None:
    """The seconds of Retry-After are waited for."""
    assert 7.0 in ask(answer(429, Retry_After="7"), GOOD).slept


def test_retry_after_date() -> None:
    """A date in Retry-After counts by the Date of the answer."""
    dates = {"Date": "Sun, 22 Nov 2026 06:00:00 GMT", "Retry_After": "Sun, 22 Nov 2026 06:00:09 GMT"}

    assert 9.0 in ask(answer(503, **dates), GOOD).slept


@pytest.mark.parametrize("text", ["86400", "Mon, 23 Nov 2026 06:00:00 GMT"])
def test_retry_after_long(text: str) -> None:
    """A Retry-After above a minute is not waited for, and further requests to the host fail at once."""

    async def scenario(server: FaultServer, client: Client) -> tuple[list[Response | FetchError], int]:
        busy = answer(429, Retry_After=text, Date="Sun, 22 Nov 2026 06:00:00 GMT")
        server.scripts = {"/first": [busy], "/second": [GOOD]}
        found = [await attempt(client.get(server.url(path))) for path in ("/first", "/second")]
        return found, len(server.asked)

    found, asked = play(scenario)

    assert [error.code for error in found if isinstance(error, FetchError)] == ["rate-limited", "rate-limited"]
    assert asked == 1


@pytest.mark.parametrize("text", ["soon", "-5", "1e9", "Sun, 99 Nov 2026"])
def test_invalid_retry_after(text: str) -> None:
    """An invalid Retry-After is ignored."""
    assert ask(answer(429, Retry_After=text), GOOD).body == b'{"zarr_format": 3}'


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("Mon, 01 Jan 99999999999 00:00:00 GMT", ""),
        ("Mon, 01 Jan 2024 00:00:00 +99999999999999999999", "Mon, 01 Jan 2024 00:00:00 GMT"),
        ("Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359"),
    ],
)
def test_retry_after_with_an_impossible_date(then: str, now: str) -> None:
    """Dates and time zones that no calendar has are ignored."""
    assert ask(answer(503, Retry_After=then, Date=now), GOOD).body == b'{"zarr_format": 3}'


@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
@pytest.mark.parametrize("text", [b'"\xff"', b'"\xc3\xbc"', b'"\x01"', b'"\x7f"', b'"a\tb"', b'"' + b"a" * 512 + b'"'])
def test_unusable_validators(name: str, text: bytes) -> None:
    """Validators that cannot be stored or sent are dropped."""
    response = ask(raw(b"HTTP/1.1 200 OK\r\n%b: %b\r\nContent-Length: 2\r\n\r\n{}" % (name.encode(), text))).response

    assert response is not None
    assert (response.body, response.etag, response.last_modified) == (b"{}", None, None)


def test_redirect() -> None:
    """A redirect is followed; the response has the requested address."""
    outcome = ask(answer(302, Location="/new/zarr.json"), more={"/new/zarr.json": GOOD})

    assert outcome.body == b'{"zarr_format": 3}'
    assert outcome.response is not None
    assert outcome.response.url.endswith("/zarr.json")


def test_redirect_loop() -> None:
    """A redirect to itself ends at once."""
    outcome = ask(answer(301, Location="/zarr.json"))

    assert outcome.failure == ("unreadable", "redirect-loop")
    assert len(outcome.asked) == 1


def test_too_many_redirects() -> None:
    """Five redirects are followed."""
    hops = {f"/{number}": answer(307, Location=f"/{number + 1}") for number in range(20)}
    outcome = ask(answer(308, Location="/0"), more=hops)

    assert outcome.failure == ("unreadable", "redirect-loop")
    assert len(outcome.asked) == 6


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("file:///etc/passwd", "scheme-refused"),
        ("ftp://data.example/zarr.json", "scheme-refused"),
        ("s3://bucket/zarr.json", "scheme-refused"),
        ("data:text/plain,{}", "scheme-refused"),
        ("http://user:secret@127.0.0.1/zarr.json", "credentials-in-url"),
        ("http://[::1/zarr.json", "bad-address"),
        ("http://0x7f000001/zarr.json", "bad-address"),
    ],
)
def test_redirect_to_a_refused_address(target: str, code: str) -> None:
    """The target of a redirect is checked like an address of a list."""
    outcome = ask(answer(302, Location=target))

    assert outcome.failure == ("refused", code)
    assert "secret" not in str(outcome.error)


def test_redirect_without_target() -> None:
    """A redirect needs a target."""
    assert ask(answer(302)).failure == ("unreadable", "bad-http")


def test_html() -> None:
    """A web page with status 200 is not the file."""
    page = answer(200, b"\n<!doctype html><title>Welcome", Content_Type="text/html; charset=utf-8")

    assert ask(page).failure == ("unreadable", "html-answer")


def test_json_served_as_html() -> None:
    """A wrong Content-Type alone is no error."""
    assert ask(answer(200, b"{}", Content_Type="text/html")).body == b"{}"


def test_large_content_length() -> None:
    """A body whose stated length exceeds the limit is not read."""
    outcome = ask(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{"))

    assert outcome.failure == ("unreadable", "too-large")
    assert outcome.figures is not None
    assert outcome.figures.bytes == 0


def test_large_body_without_length() -> None:
    """A body without a stated length is dropped at the limit."""
    many = b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 5_000_000

    assert ask(raw(many)).failure == ("unreadable", "too-large")


def test_gzip() -> None:
    """A compressed body is decompressed."""
    outcome = ask(answer(200, gzip.compress(b"{}"), Content_Encoding="gzip"), gzip=True)

    assert outcome.body == b"{}"
    assert outcome.asked[0].headers["accept-encoding"] == "gzip"


def test_deflate() -> None:
    """The encoding deflate is decompressed, too."""
    assert ask(answer(200, zlib.compress(b"{}"), Content_Encoding="deflate")).body == b"{}"


def test_gzip_bomb() -> None:
    """A body that decompresses to a thousand times its size is dropped at the limit, and takes little memory."""
    bomb = gzip.compress(bytes(200_000_000), 1)
    tracemalloc.start()
    outcome = ask(answer(200, bomb, Content_Encoding="gzip"), gzip=True, max_bytes=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert outcome.failure == ("unreadable", "too-large")
    assert peak < 10_000_000


def test_gzip_truncated() -> None:
    """An incomplete compressed body is a short read, whatever its Content-Length."""
    half = gzip.compress(random.Random(1).randbytes(1000))[:500]

    assert ask(answer(200, half, Content_Encoding="gzip")).failure == ("unreachable", "short-read")


def test_wrong_content_encoding() -> None:
    """A body that is not in the format of its Content-Encoding is unreadable."""
    assert ask(answer(200, b"{}", Content_Encoding="gzip")).failure == ("unreadable", "bad-encoding")


def test_gzip_with_a_tail() -> None:
    """Bytes after the end of a compressed body are an error."""
    tail = answer(200, gzip.compress(b"{}") + b"x" * 1_000_000, Content_Encoding="gzip")

    assert ask(tail).failure == ("unreadable", "bad-encoding")


def test_unknown_encoding() -> None:
    """An encoding that was not requested is unreadable."""
    assert ask(answer(200, b"{}", Content_Encoding="br")).failure == ("unreadable", "bad-encoding")
