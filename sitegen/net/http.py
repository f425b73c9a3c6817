"""One request over HTTP, and nothing after it: no retries, no redirects, no cache.

Promises: never more than the cap in memory, also where a small body unpacks to a large
one; nothing of aiohttp travels further (its exceptions become faults); each wait ends.
Bodies are unpacked here rather than by aiohttp, so that both sizes are counted. (aiohttp
itself repeats a request once, at once, whose connection broke before any answer.)
"""

from __future__ import annotations

import logging
import re
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Protocol, Self
from urllib.parse import quote, urljoin

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from sitegen.errors import FetchError, RetryableError, SitegenError, fetch_error
from sitegen.net.guard import AddressGuard, GuardedResolver
from sitegen.transfer import Request, Response, check_range
from sitegen.urls import redact

log = logging.getLogger(__name__)

_SLOW_FACTOR = 3
"""A whole answer may take this many times `timeout_s`: a host that drips a byte a second ends there."""
_DNS_KEPT_S = 300
_FINAL: Mapping[int, str] = {401: "unauthorized", 403: "forbidden", 404: "not-found", 407: "forbidden", 410: "gone",
                             416: "range-beyond-end", 451: "forbidden"}  # fmt: skip
_PASSING: Mapping[int, str] = {408: "timeout", 425: "server-error", 429: "rate-limited"}
_BURDENED = frozenset({408, 429, 503})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_ENCODINGS = frozenset({"identity", "gzip", "x-gzip", "deflate"})
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,512}")
_HEADER = re.compile(r"[a-z0-9-]{1,64}")
_MOST_EXPOSED = 32


class Timeouts(Protocol):
    """The waits that the configuration sets."""

    @property
    def timeout_s(self) -> float:
        """Seconds to wait for the next bytes."""

    @property
    def connect_timeout_s(self) -> float:
        """Seconds to wait for a connection."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where a host sent us instead of answering."""

    target: str


class HttpClient:
    """A client for HTTP; use it as an async context manager."""

    def __init__(
        self,
        limits: Timeouts,
        guard: AddressGuard,
        *,
        headers: Mapping[str, str],
        lookup: AbstractResolver | None = None,
    ) -> None:
        self._limits = limits
        self._guard = guard
        self._headers = headers
        self._lookup = lookup
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            limit=0,  # turns are given by `hosts`
            resolver=GuardedResolver(self._guard, self._lookup),
            ttl_dns_cache=_DNS_KEPT_S,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers=dict(self._headers),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            raise_for_status=False,
            trust_env=False,  # a proxy would resolve names for us, unchecked
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(
        self, request: Request, seconds: float, meter: Callable[[int], None], *, now: float
    ) -> Response | Redirect:
        """Return the answer to one request.

        `seconds` bounds it as a whole, `now` dates the reply, `meter` is told of all bytes read.

        Raises FetchError (`RetryableError` where another try may help).
        """
        self._guard.check_url(request.url)
        with _translated(request.url):
            async with self._send("GET", request, request.headers(), seconds) as response:
                _check_status(response, request)
                if response.status in _REDIRECTS:
                    return _read_redirect(response, request.url)
                body = await _read_body(response, request, meter) if response.status != 304 else b""
                return self._read_reply(response, request, body, now)

    async def preflight(self, request: Request, seconds: float, _: Callable[[int], None]) -> bool:
        """Return whether a page of another origin may send a Range header (Fetch standard, CORS-preflight fetch)."""
        self._guard.check_url(request.url)
        asking = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
        with _translated(request.url):
            async with self._send("OPTIONS", request, asking, seconds) as response:
                allowed = response.headers.get("Access-Control-Allow-Headers", "").lower().replace(" ", "").split(",")
                allows = self._allows_origin(response) and not {"range", "*"}.isdisjoint(allowed)
                return 200 <= response.status < 300 and allows

    def _send(
        self, method: str, request: Request, headers: Mapping[str, str], seconds: float
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        assert self._session is not None, "use it as a context manager"
        timeout = aiohttp.ClientTimeout(
            total=min(seconds, _SLOW_FACTOR * self._limits.timeout_s),
            sock_connect=self._limits.connect_timeout_s,
            sock_read=self._limits.timeout_s,
        )
        url = URL(request.url, encoded=True)
        return self._session.request(method, url, headers=headers, allow_redirects=False, timeout=timeout)

    def _allows_origin(self, response: aiohttp.ClientResponse) -> bool:
        return response.headers.get("Access-Control-Allow-Origin") in ("*", self._headers.get("Origin"))

    def _read_reply(self, response: aiohttp.ClientResponse, request: Request, body: bytes, now: float) -> Response:
        headers = response.headers
        _check_kind(response, request, body)
        body, total = _take_span(response, request, body)
        cors = self._allows_origin(response)
        return Response(
            url=request.url,
            status=response.status,
            body=body,
            total_bytes=total,
            etag=_validator(headers.get("ETag")),
            last_modified=_validator(headers.get("Last-Modified")),
            fetched_at=now,
            not_modified=response.status == 304,
            cors=cors,
            exposed=_read_exposed(headers) if cors else None,
        )


def _read_exposed(headers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the headers that a page of another origin may see (Fetch standard, CORS protocol), `*` for all."""
    names = {name.strip().lower() for name in headers.get("Access-Control-Expose-Headers", "").split(",")}
    return ("*",) if "*" in names else tuple(sorted(filter(_HEADER.fullmatch, names)))[:_MOST_EXPOSED]


def _check_status(response: aiohttp.ClientResponse, request: Request) -> None:
    """Raise for a status that brings no body we want."""
    status = response.status
    if 200 <= status < 400:
        return
    said = f"{redact(request.url)}: the host answered {status}"
    code = _PASSING.get(status) or ("server-error" if status >= 500 else None)
    if code:
        raise RetryableError(
            said, code=code, burdened=status in _BURDENED, retry_after_s=read_retry_after(response.headers)
        )
    raise fetch_error(_FINAL.get(status, "http-status"), said)


def _check_kind(response: aiohttp.ClientResponse, request: Request, body: bytes) -> None:
    """Raise where the answer is not of the kind that was asked for."""
    if response.status == 304 and not (request.etag or request.last_modified):
        raise fetch_error("bad-http", f"{redact(request.url)}: 304 answered a request that was not conditional")
    if 300 <= response.status < 400 and response.status != 304:
        raise fetch_error("http-status", f"{redact(request.url)}: the host answered {response.status}")
    if response.content_type in _HTML and body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise fetch_error("html-answer", f"{redact(request.url)}: a web page came instead of the file")


def _take_span(response: aiohttp.ClientResponse, request: Request, body: bytes) -> tuple[bytes, int | None]:
    """Return the part of the body that was asked for, and the size of the whole file if it is known."""
    span = request.span
    if response.status == 304:
        return b"", None
    if response.status != 206 and span is None:
        return body, len(body)
    where = redact(request.url)
    if response.status != 206 and span is not None:
        whole = _enough_bytes(request) is None
        start, stop = span.within(len(body))
        if start >= stop:
            raise fetch_error("range-beyond-end", f"{where}: it has {len(body):,} bytes; {span.header()} is beyond")
        return body[start:stop], len(body) if whole else None
    if span is None or response.content_type.startswith("multipart/"):
        raise fetch_error("bad-range", f"{where}: parts of the file came that nobody asked for")
    if _encoding(response) != "identity":
        raise fetch_error("bad-range", f"{where}: a part of a compressed form of the file came")
    return body, check_range(span, response.headers.get("Content-Range"), len(body), where=where)


def _read_redirect(response: aiohttp.ClientResponse, url: str) -> Redirect:
    location = response.headers.get("Location", "").strip()
    if not location:
        raise fetch_error("bad-http", f"{redact(url)}: a redirect to nowhere")
    try:
        return Redirect(urljoin(url, encode_location(location)))
    except ValueError:
        raise fetch_error("bad-address", f"{redact(url)}: a redirect to what is not an address") from None


def encode_location(location: str) -> str:
    """Return a redirect's target with what no address may hold percent-encoded, the rest as it came."""
    return quote(location, safe="%/:?#[]@!$&'()*+,;=-._~")


def _validator(text: str | None) -> str | None:
    """Return an ETag or a date to send back later; one that is too long, or is not plain ASCII, is dropped.

    The library hands over bytes beyond ASCII as surrogates, which cannot be stored, and sends no control characters.
    """
    return text if text and _VALIDATOR.fullmatch(text) else None


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait that a host asks for, as seconds or as a date against its own clock."""
    text = headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        then = parsedate_to_datetime(text)
        now = parsedate_to_datetime(headers.get("Date", ""))
        return max(0.0, (then - now).total_seconds())
    except (ValueError, TypeError, ArithmeticError, LookupError):  # the year 99999999999 is an OverflowError
        return None


async def _read_body(response: aiohttp.ClientResponse, request: Request, meter: Callable[[int], None]) -> bytes:
    """Return the body, unpacked, or as much as is enough; raise as soon as it is more than may be taken."""
    enough = _enough_bytes(request) if response.status == 200 else None
    declared = response.content_length
    if _encoding(response) == "identity" and enough is None and declared is not None and declared > request.max_bytes:
        raise _too_large(request, declared)
    body = bytearray()
    async for part in _unpacked(response, request, meter):
        body += part
        if enough is not None and len(body) >= enough:
            return bytes(body[:enough])
        if len(body) > request.max_bytes:
            raise _too_large(request)
    return bytes(body)


def _enough_bytes(request: Request) -> int | None:
    """Return after how many bytes a host that ignores ranges may be cut off."""
    return request.span.stop if request.span is not None and request.span.start >= 0 else None


def _encoding(response: aiohttp.ClientResponse) -> str:
    return response.headers.get("Content-Encoding", "").strip().lower() or "identity"


async def _unpacked(
    response: aiohttp.ClientResponse, request: Request, meter: Callable[[int], None]
) -> AsyncIterator[bytes]:
    """Yield the body's parts, none of them unpacked further than may be taken."""
    encoding = _encoding(response)
    if encoding not in _ENCODINGS:
        raise fetch_error(
            "bad-encoding", f"{redact(request.url)}: an encoding that nobody asked for: {encoding[:40]!r}"
        )
    unpack = zlib.decompressobj(wbits=47) if encoding != "identity" else None  # 47: gzip or zlib, by its header
    async for part in response.content.iter_any():
        meter(len(part))
        if unpack is None:
            yield part
            continue
        yield unpack.decompress(part, request.max_bytes + 1)
        if unpack.unconsumed_tail:
            raise _too_large(request)
        if unpack.unused_data:  # zlib would gather all that follows the end
            raise fetch_error(
                "bad-encoding", f"{redact(request.url)}: there is more after the end of the compressed body"
            )
    if unpack is not None and not unpack.eof:
        raise RetryableError(f"{redact(request.url)}: the compressed body ends too early", code="short-read")


def _too_large(request: Request, declared: int | None = None) -> FetchError:
    where, size = redact(request.url), f"is {declared:,}" if declared is not None else "has more"
    if request.span is not None:
        return fetch_error("range-ignored", f"{where}: asked for {request.span.header()}, the whole large file came")
    return fetch_error("too-large", f"{where}: at most {request.max_bytes:,} bytes are read here, and it {size}")


_FAILURES = (aiohttp.ClientError, OSError, ValueError, zlib.error)
"""What aiohttp, and what is below it, raise; time-outs and TLS errors are OSErrors."""


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """Let nothing but our own errors out.

    Headers are written by strangers: where the library breaks over them in a way that nobody
    foresaw, that is the fault of this one address, and the build goes on.
    """
    try:
        yield
    except SitegenError:
        raise
    except Exception as error:  # noqa: BLE001  # else one header of one host could end the whole build
        if not isinstance(error, _FAILURES):
            log.warning("%s: the HTTP library failed unexpectedly (%s)", redact(url), type(error).__name__)
        raise _translate(error, url) from None


def _translate(error: Exception, url: str) -> FetchError:
    """Return the fault that a failure is. Its own text stays here: it may quote headers and addresses."""
    where = redact(url)
    match error:
        case zlib.error():
            return fetch_error("bad-encoding", f"{where}: its body is not what its Content-Encoding says")
        case aiohttp.ClientConnectorDNSError():
            return _dns_fault(where, error.os_error)
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return fetch_error("tls-failure", f"{where}: no secure connection: {_tls_reason(error)}")
        case TimeoutError():
            return RetryableError(f"{where}: no answer in time ({_stage(error)})", code="timeout", burdened=True)
        case aiohttp.ClientPayloadError():
            return RetryableError(f"{where}: the body ends before its stated length", code="short-read")
        case aiohttp.ServerDisconnectedError():
            return RetryableError(f"{where}: the host closed the connection without an answer", code="connect-failed")
        case OSError():
            return RetryableError(f"{where}: {error.strerror or 'the connection broke'}", code="connect-failed")
        case aiohttp.InvalidURL():
            return fetch_error("bad-address", f"{where}: this is not an address")
    return fetch_error("bad-http", f"{where}: the answer is not correct HTTP")


def _dns_fault(where: str, error: OSError) -> FetchError:
    message = f"{where}: the host's name cannot be resolved"
    if error.errno == socket.EAI_AGAIN:
        return RetryableError(f"{message} at the moment", code="dns-failure")
    return fetch_error("dns-failure", message)


def _tls_reason(error: Exception) -> str:
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    return getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or "its certificate is not valid"


def _stage(error: TimeoutError) -> str:
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return "while connecting"
    return "while waiting for the next bytes" if isinstance(error, aiohttp.SocketTimeoutError) else "as a whole"
