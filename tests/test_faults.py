"""Every fault that a host may have has its answer: a status, a code, a message, a hint, in bounded time and memory."""

import asyncio
import gzip
import random
import shutil
import socket
import ssl
import subprocess
import tracemalloc
import zlib
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from fault_server import Act, FaultServer, answer, drip, endless, ranges, raw, reset, silence
from fetching import Settings, StoppedClock, ask, attempt, play

from sitegen.errors import FetchError
from sitegen.net.client import Client
from sitegen.transfer import Allowance, ByteRange, Request, Response, check_same_file, suffix

GOOD = answer(200, b'{"zarr_format": 3}')
HURRIED = Settings(timeout_s=0.05, connect_timeout_s=0.05)
PART = ByteRange(10, 20)
BODY = bytes(range(100))
DATES = ("Sun, 22 Nov 2026 06:00:00 GMT", "Sun, 22 Nov 2026 07:00:00 GMT")


class NoNames(AbstractResolver):
    """A resolver that fails in one way."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Fail."""
        self.asked += 1
        raise OSError(self.number, "no such name")

    async def close(self) -> None:
        """Do nothing."""


class MuteNames(NoNames):
    """A resolver that never answers."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Wait."""
        await asyncio.Event().wait()
        return []


def fail_to_reach(url: str, settings: Settings | None = None, names: AbstractResolver | None = None) -> FetchError:
    """Return the error of asking an address where nobody answers."""

    async def scenario() -> FetchError:
        fetcher = Client(
            settings or Settings(), clock=StoppedClock(), chance=random.Random(1), lookup=names or NoNames(0)
        )
        async with fetcher:
            found = await attempt(fetcher.get(url))
        assert isinstance(found, FetchError)
        return found

    return asyncio.run(scenario())


class BrokenNames(NoNames):
    """A resolver with a mistake in it."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Fail as nothing that is translated does."""
        raise RuntimeError("me:secret@a.example")


# --- no answer


def test_unknown_name() -> None:
    """A host whose name does not exist is unreachable, and the name is looked up once."""
    names = NoNames(socket.EAI_NONAME)
    error = fail_to_reach("https://nowhere.example/zarr.json", names=names)

    assert (error.status, error.code, names.asked) == ("unreachable", "dns-failure", 1)


def test_name_service_down() -> None:
    """A name service that does not answer now is asked again."""
    names = NoNames(socket.EAI_AGAIN)
    error = fail_to_reach("https://nowhere.example/zarr.json", names=names)

    assert (error.code, names.asked) == ("dns-failure", 4)


def test_library_that_breaks() -> None:
    """An error that nobody foresaw is a fault of its address, and no text of it is repeated."""
    error = fail_to_reach("https://a.example/zarr.json", names=BrokenNames(0))

    assert (error.status, error.code) == ("unreadable", "bad-http")
    assert "secret" not in str(error)


def test_connection_refused() -> None:
    """A port where nobody listens is unreachable."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        error = fail_to_reach(f"http://127.0.0.1:{taken.getsockname()[1]}/zarr.json")

    assert (error.status, error.code) == ("unreachable", "connect-failed")


def test_connection_reset() -> None:
    """A connection that breaks is tried again, four times in all."""
    outcome = ask(reset())

    assert outcome.verdict == ("unreachable", "connect-failed")
    assert outcome.figures is not None
    assert outcome.figures.requests == 4


def test_connection_reset_once() -> None:
    """… and the second try may do."""
    assert ask(reset(), GOOD).body == b'{"zarr_format": 3}'


def test_closed_without_answer() -> None:
    """A host that hangs up without a word is unreachable."""
    assert ask(raw(b"")).verdict == ("unreachable", "connect-failed")


def test_tls_where_there_is_none() -> None:
    """https: to a host that speaks plain HTTP is a TLS fault, not tried again."""

    async def scenario(server: FaultServer, fetcher: Client) -> tuple[Response | FetchError, int]:
        found = await attempt(fetcher.get(f"https://127.0.0.1:{server.port}/zarr.json"))
        return found, fetcher.figures()[0].retries

    found, retries = play(scenario)

    assert isinstance(found, FetchError)
    assert (found.status, found.code, retries) == ("unreachable", "tls-failure", 0)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_certificate_of_nobody(tmp_path: Path) -> None:
    """A certificate that nobody vouches for is a TLS fault that says so."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 -keyout"
    subprocess.run([*command.split(), key, "-out", certificate], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)

    async def scenario() -> Response | FetchError:
        async with FaultServer(tls=tls) as server, Client(Settings(), clock=StoppedClock()) as fetcher:
            return await attempt(fetcher.get(server.url("/zarr.json")))

    found = asyncio.run(scenario())

    assert isinstance(found, FetchError)
    assert (found.code, "self" in str(found)) == ("tls-failure", True)


def test_timeout_at_connect() -> None:
    """A host that does not accept connections is given up after the time for that."""
    with socket.socket() as busy, socket.socket() as first, socket.socket() as second:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        for waiting in (first, second):  # they fill the queue, so that the third gets no answer at all
            waiting.setblocking(False)
            waiting.connect_ex(busy.getsockname())
        error = fail_to_reach(f"http://127.0.0.1:{busy.getsockname()[1]}/zarr.json", HURRIED)

    assert (error.status, error.code) == ("unreachable", "timeout")
    assert "connecting" in str(error)


def test_timeout_in_tls() -> None:
    """So is one that accepts the connection, and then does not shake hands."""
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        error = fail_to_reach(f"https://127.0.0.1:{mute.getsockname()[1]}/zarr.json", HURRIED)

    assert (error.status, error.code) == ("unreachable", "timeout")


def test_timeout_in_name_service() -> None:
    """A name service that never answers is given up as well."""
    error = fail_to_reach("https://data.example/zarr.json", HURRIED, MuteNames(0))

    assert (error.status, error.code) == ("unreachable", "timeout")


def test_timeout_in_headers() -> None:
    """A host that never answers is given up."""
    assert ask(silence(), settings=HURRIED).verdict == ("unreachable", "timeout")


def test_timeout_in_body() -> None:
    """A host that stops in the middle of a body is given up."""
    outcome = ask(silence(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), settings=HURRIED)

    assert outcome.verdict == ("unreachable", "timeout")


def test_timeout_once() -> None:
    """A time-out is tried again, and the second try may do."""
    assert ask(silence(), GOOD, settings=HURRIED).body == b'{"zarr_format": 3}'


def test_slow_drip() -> None:
    """A host that sends a byte now and then, never late enough for a time-out, is given up as well."""
    assert ask(drip(1000, 0.01), settings=HURRIED).verdict == ("unreachable", "timeout")


def test_slow_drip_of_headers() -> None:
    """So is one whose headers come a byte at a time."""
    outcome = ask(endless(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a", 0.01), settings=HURRIED)

    assert outcome.verdict == ("unreachable", "timeout")


def test_hints_without_end() -> None:
    """So is one that never comes to its answer for all the hints that it sends before."""
    outcome = ask(endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.001), settings=HURRIED)

    assert outcome.verdict == ("unreachable", "timeout")


def test_truncated_body() -> None:
    """A body shorter than its Content-Length is tried again, then unreachable."""
    outcome = ask(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"))

    assert outcome.verdict == ("unreachable", "short-read")
    assert len(outcome.asked) == 4


def test_truncated_chunked_body() -> None:
    """So is one in HTTP's chunks that ends before the last of them."""
    outcome = ask(raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}{}{\r\n"))

    assert outcome.verdict == ("unreachable", "short-read")


def test_truncated_once() -> None:
    """The second try may do."""
    assert ask(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"), GOOD).body == b'{"zarr_format": 3}'


def test_content_length_too_short() -> None:
    """What follows the stated length makes the answer unreadable, and is not taken for the next one."""

    async def scenario(server: FaultServer, fetcher: Client) -> tuple[Response | FetchError, bytes]:
        long = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}{}{}{}")
        server.scripts = {"/first": [long], "/second": [GOOD]}
        first = await attempt(fetcher.get(server.url("/first")))
        return first, (await fetcher.get(server.url("/second"))).body

    first, second = play(scenario)

    assert isinstance(first, FetchError)
    assert (first.code, second) == ("bad-http", b'{"zarr_format": 3}')


def test_not_http() -> None:
    """A host that speaks something else is unreadable."""
    assert ask(raw(b"SSH-2.0-OpenSSH_9.6\r\n")).verdict == ("unreadable", "bad-http")


def test_enormous_headers() -> None:
    """Headers without end are not read."""
    text = b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 1_000_000 + b"\r\n\r\n"

    assert ask(raw(text)).verdict == ("unreadable", "bad-http")


# --- statuses


@pytest.mark.parametrize(
    ("status", "verdict"),
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
def test_status_that_is_final(status: int, verdict: tuple[str, str]) -> None:
    """A clear no is asked for once."""
    outcome = ask(answer(status))

    assert outcome.verdict == verdict
    assert len(outcome.asked) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(408, "timeout"), (429, "rate-limited"), (500, "server-error"), (503, "server-error"), (599, "server-error")],
)
def test_status_that_may_pass(status: int, code: str) -> None:
    """What may pass is tried four times, with growing waits between."""
    outcome = ask(answer(status))

    assert outcome.verdict == ("unreachable", code)
    assert (len(outcome.asked), len(outcome.slept)) == (4, 3)
    assert all(wait <= limit for wait, limit in zip(outcome.slept, (0.5, 1.0, 2.0), strict=True))


def test_status_that_passed() -> None:
    """… and the answer counts if it comes."""
    assert ask(answer(503), answer(429), answer(500), GOOD).body == b'{"zarr_format": 3}'


def test_304_to_nothing() -> None:
    """ "Unchanged" is no answer to one who knows nothing."""
    assert ask(answer(304)).verdict == ("unreadable", "bad-http")


def test_retry_after_seconds() -> None:
    """The host says how long to wait, and we do."""
    assert 7.0 in ask(answer(429, Retry_After="7"), GOOD).slept


def test_retry_after_date() -> None:
    """It may say so as a date, by its own clock."""
    dates = {"Date": "Sun, 22 Nov 2026 06:00:00 GMT", "Retry_After": "Sun, 22 Nov 2026 06:00:09 GMT"}

    assert 9.0 in ask(answer(503, **dates), GOOD).slept


@pytest.mark.parametrize("text", ["86400", "Mon, 23 Nov 2026 06:00:00 GMT"])
def test_retry_after_long(text: str) -> None:
    """A pause that we cannot afford is no reason to go on asking: nor for the next request to that host."""

    async def scenario(server: FaultServer, fetcher: Client) -> tuple[list[Response | FetchError], int]:
        busy = answer(429, Retry_After=text, Date="Sun, 22 Nov 2026 06:00:00 GMT")
        server.scripts = {"/first": [busy], "/second": [GOOD]}
        found = [await attempt(fetcher.get(server.url(path))) for path in ("/first", "/second")]
        return found, len(server.asked)

    found, asked = play(scenario)

    assert [error.code for error in found if isinstance(error, FetchError)] == ["rate-limited", "rate-limited"]
    assert asked == 1


@pytest.mark.parametrize("text", ["soon", "-5", "1e9", "Sun, 99 Nov 2026"])
def test_retry_after_nonsense(text: str) -> None:
    """A Retry-After that says nothing is as none."""
    assert ask(answer(429, Retry_After=text), GOOD).body == b'{"zarr_format": 3}'


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("Mon, 01 Jan 99999999999 00:00:00 GMT", ""),
        ("Mon, 01 Jan 2024 00:00:00 +99999999999999999999", "Mon, 01 Jan 2024 00:00:00 GMT"),
        ("Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359"),
    ],
)
def test_retry_after_beyond_all_calendars(then: str, now: str) -> None:
    """… nor does one whose date or zone no calendar has end the build."""
    assert ask(answer(503, Retry_After=then, Date=now), GOOD).body == b'{"zarr_format": 3}'


@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
@pytest.mark.parametrize("text", [b'"\xff"', b'"\xc3\xbc"', b'"\x01"', b'"\x7f"', b'"a\tb"', b'"' + b"a" * 512 + b'"'])
def test_validators_that_cannot_be_kept(name: str, text: bytes) -> None:
    """What can be neither stored nor sent back is dropped, and the answer counts without it."""
    reply = ask(raw(b"HTTP/1.1 200 OK\r\n%b: %b\r\nContent-Length: 2\r\n\r\n{}" % (name.encode(), text))).reply

    assert reply is not None
    assert (reply.body, reply.etag, reply.last_modified) == (b"{}", None, None)


# --- redirects


def test_redirect() -> None:
    """A redirect is followed, and the reply is that of the address asked for."""
    outcome = ask(answer(302, Location="/new/zarr.json"), more={"/new/zarr.json": GOOD})

    assert outcome.body == b'{"zarr_format": 3}'
    assert outcome.reply is not None
    assert outcome.reply.url.endswith("/zarr.json")


def test_redirect_loop() -> None:
    """A redirect to itself ends at once."""
    outcome = ask(answer(301, Location="/zarr.json"))

    assert outcome.verdict == ("unreadable", "redirect-loop")
    assert len(outcome.asked) == 1


def test_redirects_without_end() -> None:
    """Five hops are followed, no more."""
    hops = {f"/{number}": answer(307, Location=f"/{number + 1}") for number in range(20)}
    outcome = ask(answer(308, Location="/0"), more=hops)

    assert outcome.verdict == ("unreadable", "redirect-loop")
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
def test_redirect_to_elsewhere(target: str, code: str) -> None:
    """A redirect leads to web addresses alone, each checked as if a list had named it."""
    outcome = ask(answer(302, Location=target))

    assert outcome.verdict == ("refused", code)
    assert "secret" not in str(outcome.error)


def test_redirect_to_nowhere() -> None:
    """A redirect needs a target."""
    assert ask(answer(302)).verdict == ("unreadable", "bad-http")


# --- bodies


def test_html() -> None:
    """A web page with status 200 is not the file."""
    page = answer(200, b"\n<!doctype html><title>Welcome", Content_Type="text/html; charset=utf-8")

    assert ask(page).verdict == ("unreadable", "html-answer")


def test_json_served_as_html() -> None:
    """A host that has no idea of types still gave the file."""
    assert ask(answer(200, b"{}", Content_Type="text/html")).body == b"{}"


def test_enormous_by_its_length() -> None:
    """A document that says it is enormous is not read."""
    outcome = ask(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{"))

    assert outcome.verdict == ("unreadable", "too-large")
    assert outcome.figures is not None
    assert outcome.figures.bytes == 0


def test_enormous_without_length() -> None:
    """A document without end is dropped at the cap."""
    many = b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 5_000_000

    assert ask(raw(many)).verdict == ("unreadable", "too-large")


def test_gzip() -> None:
    """A compressed body is unpacked."""
    outcome = ask(answer(200, gzip.compress(b"{}"), Content_Encoding="gzip"), gzip=True)

    assert outcome.body == b"{}"
    assert outcome.asked[0].headers["accept-encoding"] == "gzip"


def test_deflate() -> None:
    """So is one in HTTP's other old form."""
    assert ask(answer(200, zlib.compress(b"{}"), Content_Encoding="deflate")).body == b"{}"


def test_gzip_bomb() -> None:
    """What unpacks to a thousand times its size is dropped at the cap, before it takes memory."""
    bomb = gzip.compress(bytes(200_000_000), 1)
    tracemalloc.start()
    outcome = ask(answer(200, bomb, Content_Encoding="gzip"), gzip=True, max_bytes=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert outcome.verdict == ("unreadable", "too-large")
    assert peak < 10_000_000


def test_gzip_truncated() -> None:
    """A compressed body that ends too early is a short read, whatever its Content-Length says."""
    half = gzip.compress(random.Random(1).randbytes(1000))[:500]

    assert ask(answer(200, half, Content_Encoding="gzip")).verdict == ("unreachable", "short-read")


def test_gzip_that_is_none() -> None:
    """A body that is not what its Content-Encoding says is unreadable."""
    assert ask(answer(200, b"{}", Content_Encoding="gzip")).verdict == ("unreadable", "bad-encoding")


def test_gzip_with_a_tail() -> None:
    """What follows the end of a compressed body is not gathered."""
    tail = answer(200, gzip.compress(b"{}") + b"x" * 1_000_000, Content_Encoding="gzip")

    assert ask(tail).verdict == ("unreadable", "bad-encoding")


def test_unknown_encoding() -> None:
    """So is one in an encoding that nobody asked for."""
    assert ask(answer(200, b"{}", Content_Encoding="br")).verdict == ("unreadable", "bad-encoding")


# --- ranges


def test_range() -> None:
    """A range gives that part, never compressed, and the size of the whole."""
    outcome = ask(ranges(BODY), span=PART, gzip=True)

    assert outcome.body == BODY[10:20]
    assert outcome.reply is not None
    assert outcome.reply.total_bytes == 100
    assert outcome.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("span", "expected"),
    [(suffix(10), BODY[-10:]), (suffix(1000), BODY), (ByteRange(90, 200), BODY[90:]), (ByteRange(50), BODY[50:])],
)
def test_range_at_the_end(span: ByteRange, expected: bytes) -> None:
    """The end of a file is given by its last bytes, or by a range that goes beyond."""
    assert ask(ranges(BODY), span=span).body == expected


def test_range_ignored() -> None:
    """A host that sends the whole file has sent the part, too, if it fits within the cap."""
    assert ask(answer(200, BODY), span=PART).body == BODY[10:20]


def test_range_ignored_early_part() -> None:
    """The rest of a long file is not read once its part is here."""
    outcome = ask(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + BODY), span=PART)

    assert outcome.body == BODY[10:20]


def test_range_ignored_late_part() -> None:
    """The last bytes of a large file cannot be had from such a host."""
    outcome = ask(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"), span=suffix(10))

    assert outcome.verdict == ("unreadable", "range-ignored")


def test_range_beyond_cap() -> None:
    """A part that is larger than the cap is not asked for."""
    outcome = ask(ranges(BODY), span=ByteRange(0, 1_000_000))

    assert outcome.verdict == ("unreadable", "too-large")
    assert outcome.asked == []


@pytest.mark.parametrize(
    "where",
    ["bytes 0-9/100", "bytes 10-18/100", "bytes 10-29/100", "items 10-19/100", "bytes */100", "", "bytes ٣-٤/٥"],
)
def test_wrong_range(where: str) -> None:
    """Another part than was asked for is not taken for it."""
    body = BODY[10:29] if where == "bytes 10-29/100" else BODY[10:20]

    assert ask(answer(206, body, Content_Range=where), span=PART).verdict == ("unreadable", "bad-range")


def test_range_of_unknown_whole() -> None:
    """A host may leave open how long the file is."""
    outcome = ask(answer(206, BODY[10:20], Content_Range="bytes 10-19/*"), span=PART)

    assert outcome.body == BODY[10:20]


def test_short_range() -> None:
    """Fewer bytes than the range says are tried again."""
    outcome = ask(answer(206, BODY[10:15], Content_Range="bytes 10-19/100"), ranges(BODY), span=PART)

    assert outcome.body == BODY[10:20]


def test_long_range() -> None:
    """More bytes than the range says are not of that range; another try would not help."""
    outcome = ask(answer(206, BODY[10:25], Content_Range="bytes 10-19/100"), span=PART)

    assert outcome.verdict == ("unreadable", "bad-range")
    assert len(outcome.asked) == 1


def test_multipart_range() -> None:
    """Several parts in one body are not read: we ask for one."""
    parts = answer(206, b"--x", Content_Type="multipart/byteranges; boundary=x", Content_Range="bytes 10-19/100")

    assert ask(parts, span=PART).verdict == ("unreadable", "bad-range")


def test_compressed_range() -> None:
    """A range of a compressed form is not one of the file."""
    packed = gzip.compress(BODY[10:20])
    part = answer(206, packed, Content_Encoding="gzip", Content_Range="bytes 10-19/100")

    assert ask(part, span=PART).verdict == ("unreadable", "bad-range")


def test_part_that_nobody_asked_for() -> None:
    """A part is no answer to who asks for the whole."""
    assert ask(answer(206, b"{}", Content_Range="bytes 0-1/100")).verdict == ("unreadable", "bad-range")


def test_range_not_satisfiable() -> None:
    """A part beyond the end is not there: the file is shorter than expected."""
    assert ask(ranges(BODY), span=ByteRange(200, 300)).verdict == ("unreadable", "range-beyond-end")


def test_range_ignored_beyond_end() -> None:
    """… and so it is where the host sends the whole file instead."""
    assert ask(answer(200, BODY), span=ByteRange(200, 300)).verdict == ("unreadable", "range-beyond-end")


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (ranges(BODY, ETag='"1"'), ranges(BODY, ETag='"2"')),
        (ranges(BODY, ETag='W/"1"'), ranges(BODY, ETag='"2"')),
        (ranges(BODY, Last_Modified=DATES[0]), ranges(BODY, Last_Modified=DATES[1])),
        (ranges(BODY, ETag='"1"', Last_Modified=DATES[0]), ranges(BODY, Last_Modified=DATES[1])),
        (ranges(BODY), ranges(BODY * 2)),
        (ranges(BODY, ETag='"1"', Last_Modified=DATES[0]), ranges(BODY * 2, ETag='"1"', Last_Modified=DATES[0])),
    ],
    ids=["etags", "weak etags", "dates", "dates, one etag", "lengths", "lengths alone"],
)
def test_changed_midway(earlier: Act, later: Act) -> None:
    """Two parts of different versions of a file are not put together."""
    before, after = (ask(act, span=PART).reply for act in (earlier, later))
    assert before is not None
    assert after is not None

    with pytest.raises(FetchError) as raised:
        check_same_file(before, after)
    assert (raised.value.status, raised.value.code) == ("unreadable", "changed-midway")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ranges(BODY, ETag='"1"', Last_Modified=DATES[0]), ranges(BODY, ETag='"2"', Last_Modified=DATES[0])),
        (ranges(BODY, ETag='"1"', Last_Modified=DATES[0]), ranges(BODY, ETag='"1"', Last_Modified=DATES[1])),
        (ranges(BODY, ETag='W/"same"'), ranges(BODY, ETag='"same"')),
        (ranges(BODY, ETag='"1"'), ranges(BODY)),
        (ranges(BODY), answer(206, BODY[10:20], Content_Range="bytes 10-19/*")),
    ],
    ids=["two etags", "two dates", "once weak", "once with an etag", "once without a length"],
)
def test_two_answers_of_one_file(one: Act, other: Act) -> None:
    """A balancer's hosts may differ in their ETags or dates, or mark an ETag as weak; it is one file nevertheless."""
    before, after = (ask(act, span=PART).reply for act in (one, other))
    assert before is not None
    assert after is not None

    check_same_file(before, after)


# --- allowances


def test_bytes_spent() -> None:
    """A dataset that has cost its bytes costs no more."""
    outcome = ask(GOOD, allowance=Allowance(bytes_left=0, seconds_left=10))

    assert outcome.verdict == ("unreadable", "bytes-spent")
    assert outcome.asked == []


def test_bytes_too_few() -> None:
    """A body larger than what is left is dropped, and laid to the allowance."""
    outcome = ask(GOOD, allowance=Allowance(bytes_left=5, seconds_left=10))

    assert outcome.verdict == ("unreadable", "bytes-spent")


def test_build_bytes_spent() -> None:
    """A build that has cost its bytes asks for nothing more."""

    async def scenario(server: FaultServer, fetcher: Client) -> tuple[object, object, int]:
        server.scripts = {"/zarr.json": [GOOD], "/more": [GOOD]}
        first = await attempt(fetcher.get(server.url("/zarr.json")))
        second = await attempt(fetcher.get(server.url("/more")))
        return first, second, len(server.asked)

    first, second, asked = play(scenario, settings=Settings(max_bytes_per_build=10))

    assert isinstance(first, Response)
    assert isinstance(second, FetchError)
    assert (second.status, second.code, asked) == ("unreachable", "build-bytes-spent", 1)


def test_time_spent() -> None:
    """A dataset that has taken its time takes no more."""
    outcome = ask(GOOD, allowance=Allowance(bytes_left=1000, seconds_left=0))

    assert outcome.verdict == ("unreachable", "time-spent")


def test_allowance_counts() -> None:
    """An allowance knows what was spent."""
    allowance = Allowance(bytes_left=1000, seconds_left=10)
    ask(GOOD, allowance=allowance)

    assert (allowance.requests, allowance.bytes_read, allowance.bytes_left) == (1, 18, 982)


# --- what everyone sees


def test_every_fault_has_a_hint() -> None:
    """An error says what happened, where, and what to do."""
    outcome = ask(answer(404))

    assert outcome.error is not None
    assert outcome.error.hint
    assert "/zarr.json" in str(outcome.error)


def test_no_secret_in_messages() -> None:
    """The query of a signed address is nowhere in a message."""

    async def scenario(server: FaultServer, fetcher: Client) -> str:
        found = await attempt(fetcher.get(server.url("/zarr.json?X-Amz-Signature=secret")))
        return f"{found!r}"

    assert "secret" not in play(scenario)


def test_request_headers() -> None:
    """A request says who asks, asks for the bytes as they are, and sends what it knows."""
    headers = Request(url="https://a.example/", max_bytes=1, etag='"1"', last_modified="yesterday").headers()
    outcome = ask(GOOD)

    assert headers == {"Accept-Encoding": "identity", "If-None-Match": '"1"'}
    assert outcome.asked[0].headers["user-agent"].startswith("sitegen/")
