"""A single request over HTTP, without retries or redirects.

Promises: no more than `max_bytes` of a body in memory, also where a small body decompresses to a large one; every
wait ends; no exception of aiohttp leaves this module. Bodies are decompressed here, not by aiohttp, so that both sizes
are counted. aiohttp itself repeats a request once if a kept connection breaks before any answer.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Protocol, Self
from urllib.parse import quote, urljoin

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from sitegen.absence import is_error_message, says_absent
from sitegen.errors import NO_SUCH_RANGE, FetchError, RetryableError, fetch_error
from sitegen.net.codings import (
    BodyDecoder,
    CodingError,
    TooLongError,
    applied_codings,
    has_upload_framing,
    read_tokens,
    unknown_tokens,
)
from sitegen.net.failures import as_fetch_errors
from sitegen.net.guard import AddressGuard, GuardedResolver
from sitegen.transfer import Request, Response, check_range
from sitegen.urls import redact

SLOW_FACTOR = 3
"""A whole response may take this many times `timeout_s`, so that a host that sends a byte a second ends, too. By
default 60 s: the largest document (16 MB) at 2 Mbit/s."""
_DNS_CACHE_S = 300
"""A choice: one name look-up a host in most builds."""
_FINAL_CODES: Mapping[int, str] = {
    401: "unauthorized", 403: "forbidden", 404: "not-found", 407: "forbidden", 410: "gone",
    NO_SUCH_RANGE: "range-beyond-end",
    451: "forbidden",
}  # fmt: skip
"""Status → problem code, where another try will not help."""
_RETRYABLE_CODES: Mapping[int, str] = {408: "timeout", 425: "server-error", 429: "rate-limited"}
"""Status → problem code, where another try may succeed; statuses from 500 on are `server-error`."""
_OVERLOADED = frozenset({408, 429, 503})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_ERROR_BYTES = 16_384
"""Largest body of an error that is read."""
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,512}")
"""ETags and dates that are sent back; longer than any known one."""
_HEADER = re.compile(r"[a-z0-9-]{1,64}")
_MAX_EXPOSED = 32
"""Names of exposed headers that are kept; viewers need two."""


class Timeouts(Protocol):
    """The time limits of the configuration."""

    @property
    def timeout_s(self) -> float:
        """Seconds to wait for the next bytes."""

    @property
    def connect_timeout_s(self) -> float:
        """Seconds to wait for a connection."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """The answer of a host that redirects to another address."""

    target: str
    is_permanent: bool = False
    """Whether the other address is to be used from now on (RFC 9110, sections 15.4.2 and 15.4.9)."""


class HttpClient:
    """A client for HTTP; an async context manager."""

    def __init__(
        self,
        limits: Timeouts,
        guard: AddressGuard,
        *,
        headers: Mapping[str, str],
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._limits = limits
        self._guard = guard
        self._headers = headers
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            limit=0,  # `hosts` limits connections
            resolver=GuardedResolver(self._guard, self._resolver),
            ttl_dns_cache=_DNS_CACHE_S,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers=dict(self._headers),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            raise_for_status=False,
            trust_env=False,  # a proxy would resolve names without the guard
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(
        self, request: Request, seconds: float, count_bytes: Callable[[int], None], *, now: float
    ) -> Response | Redirect:
        """Return the answer to a GET request.

        seconds: limit of the whole request. count_bytes: called with the number of bytes of each part that arrives.
        now: time that the response states.

        Raises FetchError (RetryableError where another try may succeed).
        """
        self._guard.check_url(request.url)
        with as_fetch_errors(request.url):
            async with self._send("GET", request, request.headers(), seconds) as response:
                if response.status >= 500 and await _is_absence(response, count_bytes):
                    raise fetch_error("not-found", _describe_absence(response, request))
                _check_status(response, request)
                if response.status in _REDIRECTS:
                    return _read_redirect(response, request.url)
                body = await _read_body(response, request, count_bytes) if response.status != 304 else b""
                return self._make_response(response, request, body, now)

    async def preflight(self, request: Request, seconds: float, _: Callable[[int], None]) -> bool:
        """Return whether pages of other origins may send a Range header (Fetch standard, CORS-preflight fetch)."""
        self._guard.check_url(request.url)
        headers = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
        with as_fetch_errors(request.url):
            async with self._send("OPTIONS", request, headers, seconds) as response:
                allowed = response.headers.get("Access-Control-Allow-Headers", "").lower().replace(" ", "").split(",")
                allows = self._allows_origin(response) and not {"range", "*"}.isdisjoint(allowed)
                return 200 <= response.status < 300 and allows

    def _send(
        self, method: str, request: Request, headers: Mapping[str, str], seconds: float
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        assert self._session is not None, "use it as a context manager"
        timeout = aiohttp.ClientTimeout(
            total=min(seconds, SLOW_FACTOR * self._limits.timeout_s),
            sock_connect=self._limits.connect_timeout_s,
            sock_read=self._limits.timeout_s,
        )
        url = URL(request.url, encoded=True)
        return self._session.request(method, url, headers=headers, allow_redirects=False, timeout=timeout)

    def _allows_origin(self, response: aiohttp.ClientResponse) -> bool:
        return response.headers.get("Access-Control-Allow-Origin") in ("*", self._headers.get("Origin"))

    def _make_response(self, response: aiohttp.ClientResponse, request: Request, body: bytes, now: float) -> Response:
        headers = response.headers
        _check_content(response, request, body)
        if has_upload_framing(body, _tokens(response)):
            raise _framing_error(request.url)
        body, total = _cut_range(response, request, body)
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
            ignored_codings=unknown_tokens(_tokens(response)),
        )


def _read_exposed(headers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the headers that a page of another origin can read (Fetch standard, CORS protocol), `*` for all."""
    names = {name.strip().lower() for name in headers.get("Access-Control-Expose-Headers", "").split(",")}
    return ("*",) if "*" in names else tuple(sorted(filter(_HEADER.fullmatch, names)))[:_MAX_EXPOSED]


def _check_status(response: aiohttp.ClientResponse, request: Request) -> None:
    """Raise FetchError for a status that is an error."""
    status = response.status
    if 200 <= status < 400:
        return
    message = f"{redact(request.url)}: the host answered {status}"
    code = _RETRYABLE_CODES.get(status) or ("server-error" if status >= 500 else None)
    if code:
        raise RetryableError(
            message, code=code, overloaded=status in _OVERLOADED, retry_after_s=read_retry_after(response.headers)
        )
    is_whole = status == NO_SUCH_RANGE and request.byte_range is None  # no range was asked for: as any other status
    raise fetch_error("http-status" if is_whole else _FINAL_CODES.get(status, "http-status"), message)


async def _is_absence(response: aiohttp.ClientResponse, count_bytes: Callable[[int], None]) -> bool:
    """Return whether an answer of a failing host says, by an error code, that the file is not there.

    Some gateways put 500 or 503 before the error of the store behind them. Another try would change nothing.
    """
    try:
        decoder = BodyDecoder(applied_codings(_tokens(response)), _ERROR_BYTES)
        body = b""
        async for part in response.content.iter_any():
            count_bytes(len(part))
            body += decoder.feed(part)
            if len(body) > _ERROR_BYTES:
                return False
    except (CodingError, TooLongError, aiohttp.ClientPayloadError):
        return False
    return says_absent(body)


def _describe_absence(response: aiohttp.ClientResponse, request: Request) -> str:
    return f"{redact(request.url)}: the host answered {response.status}, with an error that says that nothing is there"


def _check_content(response: aiohttp.ClientResponse, request: Request, body: bytes) -> None:
    """Raise FetchError for a status that does not fit the request, and for a web page instead of a file."""
    if response.status == 304 and not (request.etag or request.last_modified):
        raise fetch_error(
            "bad-http", f"{redact(request.url)}: the host answered 304 to a request that was not conditional"
        )
    if 300 <= response.status < 400 and response.status != 304:
        raise fetch_error("http-status", f"{redact(request.url)}: the host answered {response.status}")
    begin, end = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n"), body[-16:].rstrip().lower()
    if response.content_type in _HTML and not request.listing and (begin.startswith(b"<") or end.endswith(b"</html>")):
        raise fetch_error(
            "html-answer", f"{redact(request.url)}: the host answered with a web page instead of the file"
        )


def _framing_error(url: str) -> FetchError:
    """Return the error for a file that was stored with the framing of its upload; no reader removes it."""
    return fetch_error(
        "bad-encoding",
        f"{redact(url)}: the stored file holds the framing of its upload (aws-chunked), a line before each part",
        hint="Upload the file again, by a client and a gateway that agree on aws-chunked, or without checksums.",
    )


def _cut_range(response: aiohttp.ClientResponse, request: Request, body: bytes) -> tuple[bytes, int | None]:
    """Return the requested range of the file, and the size of the whole file if it is known."""
    byte_range = request.byte_range
    if response.status == 304:
        return b"", None
    if response.status != 206 and byte_range is None:
        return body, len(body)
    where = redact(request.url)
    if response.status != 206 and byte_range is not None:
        if is_error_message(body):
            raise fetch_error("html-answer", f"{where}: the host answered with an error message instead of the file")
        is_whole = _enough_bytes(request) is None
        start, stop = byte_range.clip(len(body))
        if start >= stop:
            raise fetch_error(
                "range-beyond-end", f"{where}: it has {len(body):,} bytes, so {byte_range.header()} is beyond its end"
            )
        return body[start:stop], len(body) if is_whole else None
    if byte_range is None or response.content_type.startswith("multipart/"):
        raise fetch_error("bad-range", f"{where}: the host answered with parts of the file that were not requested")
    return body, check_range(byte_range, response.headers.get("Content-Range"), len(body), where=where)


def _read_redirect(response: aiohttp.ClientResponse, url: str) -> Redirect:
    location = response.headers.get("Location", "").strip()
    if not location:
        raise fetch_error("bad-http", f"{redact(url)}: the host answered with a redirect without a target")
    try:
        return Redirect(urljoin(url, encode_location(location)), response.status in _PERMANENT)
    except ValueError:
        raise fetch_error("bad-address", f"{redact(url)}: redirects to an invalid address") from None


def encode_location(location: str) -> str:
    """Return the target of a redirect, with characters that no address may contain percent-encoded."""
    return quote(location, safe="%/:?#[]@!$&'()*+,;=-._~")


def _validator(text: str | None) -> str | None:
    """Return an ETag or a date that can be stored and sent back; None for one that is too long, or not plain ASCII.

    aiohttp decodes bytes beyond ASCII as surrogates, which cannot be stored, and refuses to send control characters.
    """
    return text if text and _VALIDATOR.fullmatch(text) else None


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a host asks to wait (RFC 9110, section 10.2.3); a date counts by the host's own clock."""
    text = headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        then = parsedate_to_datetime(text)
        now = parsedate_to_datetime(headers.get("Date", ""))
        return max(0.0, (then - now).total_seconds())
    except (ValueError, TypeError, ArithmeticError, LookupError):  # OverflowError: the year 99999999999
        return None


async def _read_body(response: aiohttp.ClientResponse, request: Request, count_bytes: Callable[[int], None]) -> bytes:
    """Return the decompressed body, or as much as is needed. Raises FetchError as soon as it exceeds `max_bytes`."""
    codings = applied_codings(_tokens(response))
    if codings and response.status == 206:
        named = ", ".join(codings)
        raise fetch_error(
            "bad-range", f"{redact(request.url)}: the host answered with a part of a {named} form of the file"
        )
    enough = _enough_bytes(request) if response.status == 200 else None
    declared = response.content_length
    if not codings and enough is None and declared is not None and declared > request.max_bytes:
        raise _too_large(request, declared)
    body = bytearray()
    async for part in _decompressed(response, request, count_bytes):
        body += part
        if enough is not None and len(body) >= enough:
            return bytes(body[:enough])
        if len(body) > request.max_bytes:
            raise _too_large(request)
    return bytes(body)


def _enough_bytes(request: Request) -> int | None:
    """Return how much of a whole file contains the requested range; None where the file must be read to its end."""
    return request.byte_range.stop if request.byte_range is not None and request.byte_range.start >= 0 else None


def _tokens(response: aiohttp.ClientResponse) -> tuple[str, ...]:
    """Return what Content-Encoding says, in the order in which it was applied."""
    return read_tokens(response.headers.getall("Content-Encoding", ()))


async def _decompressed(
    response: aiohttp.ClientResponse, request: Request, count_bytes: Callable[[int], None]
) -> AsyncIterator[bytes]:
    """Yield the decompressed parts of the body, none much longer than `max_bytes`."""
    try:
        decoder = BodyDecoder(applied_codings(_tokens(response)), request.max_bytes)
        async for part in response.content.iter_any():
            count_bytes(len(part))
            yield decoder.feed(part)
        complete = decoder.finish()
    except CodingError as error:
        raise fetch_error("bad-encoding", f"{redact(request.url)}: {error}") from None
    except TooLongError:
        raise _too_large(request) from None
    if not complete:
        raise RetryableError(f"{redact(request.url)}: the compressed body is incomplete", code="short-read")


def _too_large(request: Request, declared: int | None = None) -> FetchError:
    """Return the error for a body above `max_bytes`. declared: its Content-Length."""
    where = redact(request.url)
    if request.byte_range is not None:
        message = f"{where}: requested {request.byte_range.header()}, the host answered with the whole file"
        return fetch_error("range-ignored", message)
    size = f"has {declared:,} bytes" if declared is not None else "is too large"
    return fetch_error("too-large", f"{where}: {size}, at most {request.max_bytes:,} are read")
