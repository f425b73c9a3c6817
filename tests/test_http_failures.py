"""Hosts that give no answer: each failure has a status, a code, a message and a hint, after a limited time."""

from __future__ import annotations

import asyncio
import random
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from fault_server import FaultServer, answer, drip, endless, raw, reset, silence
from fetching import Settings, StoppedClock, ask, attempt, play

from sitegen.errors import FetchError
from sitegen.net.client import Client
from sitegen.transfer import Response

GOOD = answer(200, b'{"zarr_format": 3}')
SHORT_TIMEOUTS = Settings(timeout_s=0.05, connect_timeout_s=0.05)


class FailingNames(AbstractResolver):
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


class SilentNames(FailingNames):
    """A resolver that never answers."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Wait."""
        await asyncio.Event().wait()
        return []


def fail_to_reach(url: str, settings: Settings | None = None, names: AbstractResolver | None = None) -> FetchError:
    """Return the error of a request that gets no answer."""

    async def scenario() -> FetchError:
        client = Client(
            settings or Settings(), clock=StoppedClock(), rng=random.Random(1), resolver=names or FailingNames(0)
        )
        async with client:
            found = await attempt(client.get(url))
        assert isinstance(found, FetchError)
        return found

    return asyncio.run(scenario())


class BrokenNames(FailingNames):
    """A resolver with a bug."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raise an exception that the client does not know."""
        raise RuntimeError("me:secret@a.example")


def test_unknown_host_name() -> None:
    """A host name that does not exist is unreachable, and is looked up once."""
    names = FailingNames(socket.EAI_NONAME)
    error = fail_to_reach("https://nowhere.example/zarr.json", names=names)

    assert (error.status, error.code, names.asked) == ("unreachable", "dns-failure", 1)


def test_name_service_down() -> None:
    """A temporary failure of the name service is tried again."""
    names = FailingNames(socket.EAI_AGAIN)
    error = fail_to_reach("https://nowhere.example/zarr.json", names=names)

    assert (error.code, names.asked) == ("dns-failure", 4)


def test_unknown_exception() -> None:
    """An unknown exception becomes an error of its address, without the text of the exception."""
    error = fail_to_reach("https://a.example/zarr.json", names=BrokenNames(0))

    assert (error.status, error.code) == ("unreadable", "bad-http")
    assert "secret" not in str(error)


def test_connection_refused() -> None:
    """A closed port is unreachable."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        error = fail_to_reach(f"http://127.0.0.1:{taken.getsockname()[1]}/zarr.json")

    assert (error.status, error.code) == ("unreachable", "connect-failed")


def test_connection_reset() -> None:
    """A connection that breaks is tried four times in all."""
    outcome = ask(reset())

    assert outcome.failure == ("unreachable", "connect-failed")
    assert outcome.figures is not None
    assert outcome.figures.requests == 4


def test_connection_reset_once() -> None:
    """A second try after a broken connection may succeed."""
    assert ask(reset(), GOOD).body == b'{"zarr_format": 3}'


def test_closed_without_answer() -> None:
    """A connection that is closed without an answer is unreachable."""
    assert ask(raw(b"")).failure == ("unreachable", "connect-failed")


def test_tls_to_a_plain_port() -> None:
    """A host that does not speak TLS is a TLS failure, without another try."""

    async def scenario(server: FaultServer, client: Client) -> tuple[Response | FetchError, int]:
        found = await attempt(client.get(f"https://127.0.0.1:{server.port}/zarr.json"))
        return found, client.figures()[0].retries

    found, retries = play(scenario)

    assert isinstance(found, FetchError)
    assert (found.status, found.code, retries) == ("unreachable", "tls-failure", 0)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_self_signed_certificate(tmp_path: Path) -> None:
    """The message about a self-signed certificate says so."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 -keyout"
    subprocess.run([*command.split(), key, "-out", certificate], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)

    async def scenario() -> Response | FetchError:
        async with FaultServer(tls=tls) as server, Client(Settings(), clock=StoppedClock()) as client:
            return await attempt(client.get(server.url("/zarr.json")))

    found = asyncio.run(scenario())

    assert isinstance(found, FetchError)
    assert (found.code, "self" in str(found)) == ("tls-failure", True)


def test_timeout_at_connect() -> None:
    """A host that does not accept the connection is a time-out."""
    with socket.socket() as busy, socket.socket() as first, socket.socket() as second:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        for waiting in (first, second):  # they fill the queue, so that the third gets no answer at all
            waiting.setblocking(False)
            waiting.connect_ex(busy.getsockname())
        error = fail_to_reach(f"http://127.0.0.1:{busy.getsockname()[1]}/zarr.json", SHORT_TIMEOUTS)

    assert (error.status, error.code) == ("unreachable", "timeout")
    assert "connecting" in str(error)


def test_timeout_in_tls() -> None:
    """A host that does not answer the TLS handshake is a time-out."""
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        error = fail_to_reach(f"https://127.0.0.1:{mute.getsockname()[1]}/zarr.json", SHORT_TIMEOUTS)

    assert (error.status, error.code) == ("unreachable", "timeout")


def test_timeout_in_name_service() -> None:
    """A name service that does not answer is a time-out."""
    error = fail_to_reach("https://data.example/zarr.json", SHORT_TIMEOUTS, SilentNames(0))

    assert (error.status, error.code) == ("unreachable", "timeout")


def test_timeout_in_headers() -> None:
    """A host that sends no headers is a time-out."""
    assert ask(silence(), settings=SHORT_TIMEOUTS).failure == ("unreachable", "timeout")


def test_timeout_in_body() -> None:
    """A host that stops within a body is a time-out."""
    outcome = ask(silence(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), settings=SHORT_TIMEOUTS)

    assert outcome.failure == ("unreachable", "timeout")


def test_timeout_once() -> None:
    """A second try after a time-out may succeed."""
    assert ask(silence(), GOOD, settings=Settings(timeout_s=2.0)).body == b'{"zarr_format": 3}'


def test_slow_body() -> None:
    """A host that sends a byte now and then, each before the time-out, is ended by the limit of the whole request."""
    assert ask(drip(1000, 0.01), settings=SHORT_TIMEOUTS).failure == ("unreachable", "timeout")


def test_slow_headers() -> None:
    """Headers that come a byte at a time are ended, too."""
    outcome = ask(endless(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a", 0.01), settings=SHORT_TIMEOUTS)

    assert outcome.failure == ("unreachable", "timeout")


def test_endless_early_hints() -> None:
    """An endless row of 103 answers is ended, too."""
    outcome = ask(endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.001), settings=SHORT_TIMEOUTS)

    assert outcome.failure == ("unreachable", "timeout")


def test_truncated_body() -> None:
    """A body shorter than its Content-Length is tried again, then unreachable."""
    outcome = ask(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"))

    assert outcome.failure == ("unreachable", "short-read")
    assert len(outcome.asked) == 4


def test_truncated_chunked_body() -> None:
    """A chunked body without its last chunk is tried again, then unreachable."""
    outcome = ask(raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}{}{\r\n"))

    assert outcome.failure == ("unreachable", "short-read")


def test_truncated_once() -> None:
    """A second try after a short body may succeed."""
    assert ask(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"), GOOD).body == b'{"zarr_format": 3}'


def test_content_length_too_short() -> None:
    """Bytes after the stated length make the answer invalid, and are not read as the next answer."""

    async def scenario(server: FaultServer, client: Client) -> tuple[Response | FetchError, bytes]:
        long = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}{}{}{}")
        server.scripts = {"/first": [long], "/second": [GOOD]}
        first = await attempt(client.get(server.url("/first")))
        return first, (await client.get(server.url("/second"))).body

    first, second = play(scenario)

    assert isinstance(first, FetchError)
    assert (first.code, second) == ("bad-http", b'{"zarr_format": 3}')


def test_not_http() -> None:
    """An answer of another protocol is unreadable."""
    assert ask(raw(b"SSH-2.0-OpenSSH_9.6\r\n")).failure == ("unreadable", "bad-http")


def test_enormous_headers() -> None:
    """Very long headers are refused."""
    text = b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 1_000_000 + b"\r\n\r\n"

    assert ask(raw(text)).failure == ("unreadable", "bad-http")


def test_errors_have_address_and_hint() -> None:
    """An error says what happened, where, and what to do."""
    outcome = ask(answer(404))

    assert outcome.error is not None
    assert outcome.error.hint
    assert "/zarr.json" in str(outcome.error)


def test_no_secret_in_messages() -> None:
    """The query of a signed address is in no message."""

    async def scenario(server: FaultServer, client: Client) -> str:
        found = await attempt(client.get(server.url("/zarr.json?X-Amz-Signature=secret")))
        return f"{found!r}"

    assert "secret" not in play(scenario)
