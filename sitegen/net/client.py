"""`Client.get`: reads any address, and is the only way to the network.

`guard` decides which addresses may be requested, `hosts` limits the requests to each host, `http` and `files` make a
single request. This module adds retries, redirects and allowances. It has no cache. Every call ends, within its
limits, with a `Response` or a `FetchError`.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Protocol, Self, TypeVar
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver

from sitegen import __version__
from sitegen.errors import FetchError, RetryableError, fetch_error
from sitegen.model import HostFigures
from sitegen.net.files import STORE_SCHEMES, FilePart, ObjectStore, open_store, read_file, read_store, resolve_local
from sitegen.net.guard import WEB_SCHEMES, AddressGuard, is_public, split_url
from sitegen.net.hosts import MAX_PAUSE_S, Clock, Host, Hosts, backoff_s
from sitegen.net.http import SLOW_FACTOR, HttpClient, Redirect, Timeouts
from sitegen.transfer import Allowance, ByteRange, Request, Response
from sitegen.urls import host as host_of
from sitegen.urls import redact, split

log = logging.getLogger(__name__)

MAX_DOCUMENT_BYTES = 16_000_000
"""Largest metadata document that is read. The largest of real data, a plate of 1,536 wells, has 0.2 MB."""
MAX_TRIES = 4
"""Tries of one request. In a crawl of 1,200 datasets, further tries cost more time than they gained answers."""
MAX_REDIRECTS = 5
"""A choice; RFC 9110, section 15.4 asks to detect loops, and names five as an earlier limit."""
_ANSWERED = frozenset({"missing", "forbidden", "unreadable"})
"""Statuses of errors that are the answer of a host that works."""
_CONTACT = "ngff-sitegen"
"""Name of this software on the package index: for the User-Agent header while the catalog has no address."""

T = TypeVar("T")
CountBytes = Callable[[int], None]
"""Called with the number of bytes of each part of a body that arrives."""
Check = Callable[[str], Awaitable[None]]
"""Called with each web address before it is requested. Raises FetchError where it shall not be."""
Send = Callable[[Request, float, CountBytes], Awaitable[T]]
"""Makes one request: request, seconds that it may take, callback for its bytes → answer. Raises FetchError."""


class Limits(Timeouts, Protocol):
    """The settings of `[crawl]` that the client uses."""

    @property
    def per_host(self) -> int:
        """Requests at once to one host."""

    @property
    def dataset_deadline_s(self) -> float:
        """Seconds that the requests for one dataset may take together."""

    @property
    def allow_private_hosts(self) -> bool:
        """Whether private addresses, all local files, and object stores with credentials may be read."""

    @property
    def max_bytes_per_dataset(self) -> int:
        """Bytes that the requests for one dataset may transfer."""

    @property
    def max_bytes_per_build(self) -> int:
        """Bytes that all requests of a build may transfer."""


class Client:
    """Reads addresses of every scheme; an async context manager.

    site: address of the catalog, which hosts see in the User-Agent header. guard, clock, rng, resolver, open_store:
    replaced by tests. per_host: requests at once to a host, in place of the setting; 0: none until some are granted.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        site: str | None = None,
        guard: AddressGuard | None = None,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        resolver: AbstractResolver | None = None,
        open_store: Callable[..., ObjectStore] = open_store,
        per_host: int | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self._limits = limits
        self.bytes_left = limits.max_bytes_per_build
        """Bytes that all requests may still transfer."""
        self._rng = rng or random.Random()  # noqa: S311  # spreads load; no secret depends on it
        self._hosts = Hosts(limits.per_host if per_host is None else per_host, clock=self.clock, rng=self._rng)
        guard = guard or AddressGuard((lambda _: True) if limits.allow_private_hosts else is_public)
        self._http = HttpClient(limits, guard, headers=_headers(site), resolver=resolver)
        self._open_store = partial(open_store, login=limits.allow_private_hosts)
        self._preflights: dict[tuple[str, str], bool | None] = {}
        self._preflight_locks: dict[tuple[str, str], asyncio.Lock] = {}
        self._stores: dict[str, ObjectStore] = {}

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.__aexit__()

    @property
    def hosts(self) -> Hosts:
        """Limits and figures of each host."""
        return self._hosts

    def figures(self) -> tuple[HostFigures, ...]:
        """Return requests, bytes and errors of each host until now."""
        return self._hosts.figures()

    async def allows_ranges(self, url: str) -> bool | None:
        """Return whether web pages of other origins may send Range requests to the host; None if it did not answer.

        Each bucket gets one CORS preflight request per client: it is the unit that object stores configure.
        """
        name = _bucket(url)
        async with self._preflight_locks.setdefault(name, asyncio.Lock()):
            if name not in self._preflights:
                self._preflights[name] = await self._send_preflight(url)
            return self._preflights[name]

    def report_lost_wait(self, url: str, seconds: float) -> None:
        """Count seconds of waiting for a host that gave no answer; too many, and it is not asked again."""
        self._hosts[host_of(url)].add_lost_wait(seconds)

    async def get(
        self,
        url: str,
        *,
        byte_range: ByteRange | None = None,
        max_bytes: int = MAX_DOCUMENT_BYTES,
        etag: str | None = None,
        last_modified: str | None = None,
        allowance: Allowance | None = None,
        accept_gzip: bool = False,
        optional: bool = False,
        listing: bool = False,
        check: Check | None = None,
    ) -> Response:
        """Return a file, or a byte range of it, as its host has it now.

        Parameters
        ----------
        byte_range : the bytes to read; None: the whole file
        max_bytes : most bytes of the body that are held in memory, after decompression
        etag, last_modified : validators; if the file is unchanged, the response has no body and is `not_modified`
        allowance : what the request may cost; None: what one dataset may cost
        accept_gzip : whether the host may compress the body in transfer
        optional : whether nothing depends on the answer, so that one try is enough
        listing : whether a list of the names in a folder is wanted, which is a web page
        check : called with the address and with that of each redirect, before it is requested

        Raises
        ------
        FetchError : with the status, code and hint of its row in `sitegen.model.codes`
        """
        request = Request(
            url=url,
            max_bytes=max_bytes,
            byte_range=byte_range,
            etag=etag,
            last_modified=last_modified,
            accept_gzip=accept_gzip,
            optional=optional,
            listing=listing,
        )
        return await self._respond(request, allowance or self._new_allowance(), check)

    def _new_allowance(self) -> Allowance:
        return Allowance(bytes_left=self._limits.max_bytes_per_dataset, seconds_left=self._limits.dataset_deadline_s)

    async def _respond(self, request: Request, allowance: Allowance, check: Check | None) -> Response:
        """Return the response to a request, by the scheme of its address."""
        if request.byte_range is not None and (request.byte_range.size() or 0) > request.max_bytes:
            raise fetch_error("too-large", f"{redact(request.url)}: at most {request.max_bytes:,} bytes are read")
        scheme = split_url(request.url).scheme
        if scheme in WEB_SCHEMES:
            return await self._follow(request, allowance, check)
        if scheme == "file":
            folder = "file:///" if self._limits.allow_private_hosts else allowance.local_folder
            path = resolve_local(request.url, folder, allowance.folders)
            return await self._with_retries(request, allowance, partial(self._read_file, path=path))
        if scheme in STORE_SCHEMES:
            return await self._with_retries(request, allowance, self._read_store)
        raise fetch_error(
            "scheme-refused",
            f"{redact(request.url)}: addresses with {f'the scheme {scheme}' if scheme else 'no scheme'} are not read",
        )

    async def _follow(self, request: Request, allowance: Allowance, check: Check | None) -> Response:
        """Return the response of a web address, or of what it redirects to; each redirect is a request of its own."""
        seen, is_permanent = [request.url], True
        while True:
            if check:
                await check(request.url)
            answer = await self._with_retries(request, allowance, self._send_web)
            if isinstance(answer, Response):
                moved_to = seen[-1] if is_permanent else None
                return replace(answer, url=seen[0], moved_to=moved_to) if len(seen) > 1 else answer
            if answer.target in seen or len(seen) > MAX_REDIRECTS:
                raise fetch_error(
                    "redirect-loop", f"{redact(seen[0])}: its redirects form a loop, or are more than {MAX_REDIRECTS}"
                )
            seen.append(answer.target)
            is_permanent = is_permanent and answer.is_permanent
            request = replace(request, url=answer.target)

    async def _with_retries(self, request: Request, allowance: Allowance, send: Send[T]) -> T:
        """Return the answer to a request after at most MAX_TRIES tries."""
        host = self._hosts[host_of(request.url)]
        for tries in count(1):
            try:
                return await self._send_once(host, request, allowance, send)
            except RetryableError as error:
                if request.optional:
                    raise
                wait_s = backoff_s(tries, error, self._rng)
                if tries == MAX_TRIES or wait_s > min(MAX_PAUSE_S, allowance.seconds_left):
                    host.add_failure()
                    raise
                host.retries += 1
                allowance.retries += 1
                allowance.spend(seconds=wait_s)
                await self.clock.sleep(wait_s)
        raise AssertionError("the last try returns or raises")

    async def _send_once(self, host: Host, request: Request, allowance: Allowance, send: Send[T]) -> T:
        """Return the answer to one request, made when its host has a free slot, and count what it costs."""

        def count_bytes(size_bytes: int) -> None:
            host.bytes += size_bytes
            self.bytes_left -= size_bytes
            allowance.spend(size_bytes=size_bytes)

        async with host.slot() as halvings:
            if self.bytes_left <= 0:
                raise fetch_error(
                    "build-bytes-spent",
                    f"{redact(request.url)}: the limit of bytes for this build is reached (max_bytes_per_build)",
                )
            limited = _limit_to_allowance(request, allowance)
            started = self.clock.ticks()
            host.requests += 1
            allowance.requests += 1
            try:
                answer = await send(limited, allowance.seconds_left, count_bytes)
            except FetchError as error:
                self._count_error(host, halvings, error, self.clock.ticks() - started, optional=request.optional)
                # The traceback is dropped, because its frames hold the part of the body that was received.
                raise _name_limit(error, request, limited).with_traceback(None) from None
            finally:
                allowance.add_latency(self.clock.ticks() - started)
            host.add_answer(self.clock.ticks() - started)
            if isinstance(answer, Response) and answer.ignored_codings:
                _note_codings(host, answer.ignored_codings)
            return answer

    def _count_error(self, host: Host, halvings: int, error: FetchError, seconds: float, *, optional: bool) -> None:
        """Count an error: as an answer of its host, as a failure of it unless it is optional, or as no request."""
        log.debug("%s: %s", error.code, error)
        if error.status == "refused":
            host.requests -= 1  # no request was made
        elif error.status in _ANSWERED:
            host.add_answer(seconds)
            error.answered_at = self.clock.now()
        elif not optional:
            host.add_error(halvings, error, seconds)

    async def _send_web(self, request: Request, seconds: float, count_bytes: CountBytes) -> Response | Redirect:
        return await self._http.get(request, seconds, count_bytes, now=self.clock.now())

    async def _read_file(self, request: Request, _: float, count_bytes: CountBytes, *, path: Path) -> Response:
        part = await read_file(path, request)
        count_bytes(len(part.body))
        return self._file_response(request, part)

    async def _read_store(self, request: Request, seconds: float, count_bytes: CountBytes) -> Response:
        scheme = split_url(request.url).scheme
        if scheme not in self._stores:
            self._stores[scheme] = self._open_store(scheme)
        part = await read_store(self._stores[scheme], request, min(seconds, SLOW_FACTOR * self._limits.timeout_s))
        count_bytes(len(part.body))
        return self._file_response(request, part)

    def _file_response(self, request: Request, part: FilePart) -> Response:
        """Return a part of a file as a web server would."""
        unchanged = request.etag is not None and part.etag == request.etag
        return Response(
            url=request.url,
            status=304 if unchanged else 206 if request.byte_range else 200,
            body=b"" if unchanged else part.body,
            total_bytes=part.total_bytes,
            etag=part.etag,
            fetched_at=self.clock.now(),
            not_modified=unchanged,
        )

    async def _send_preflight(self, url: str) -> bool | None:
        if split_url(url).scheme not in WEB_SCHEMES:
            return None
        request = Request(url=url, max_bytes=0)
        try:
            host, allowance = self._hosts[host_of(url)], self._new_allowance()
            return await self._send_once(host, request, allowance, self._http.preflight)
        except FetchError:
            return None


def _bucket(url: str) -> tuple[str, str]:
    """Return the host of an address, and the first part of its path where there are others."""
    first, _, rest = split(url)[1].strip("/").partition("/")
    return host_of(url), first if rest else ""


def _limit_to_allowance(request: Request, allowance: Allowance) -> Request:
    """Return the request with the bytes that are left as its limit. Raises FetchError where nothing is left."""
    if allowance.seconds_left <= 0:
        raise fetch_error(
            "time-spent", f"{redact(request.url)}: the time limit of its dataset is reached (dataset_deadline_s)"
        )
    if allowance.bytes_left <= 0:
        raise fetch_error(
            "bytes-spent",
            f"{redact(request.url)}: the limit of bytes for its dataset is reached (max_bytes_per_dataset)",
        )
    return request if request.max_bytes <= allowance.bytes_left else replace(request, max_bytes=allowance.bytes_left)


def _name_limit(error: FetchError, request: Request, limited: Request) -> FetchError:
    """Return the error; where the allowance was the limit that a body exceeded, an error that says so."""
    if error.code == "too-large" and limited.max_bytes < request.max_bytes:
        return fetch_error(
            "bytes-spent",
            f"{redact(request.url)}: larger than the bytes that are left for its dataset (max_bytes_per_dataset)",
        )
    return error


def _note_codings(host: Host, tokens: tuple[str, ...]) -> None:
    """Log, once for each host, that its Content-Encoding names what is no coding."""
    if not host.codings_noted:
        host.codings_noted = True
        shown = ", ".join(token[:40] for token in tokens[:3])
        log.warning(
            "%s: Content-Encoding %r names no registered coding; its files are read as they are", host.name, shown
        )


def _headers(site: str | None) -> dict[str, str]:
    """Return the headers of every request: who sends it, and an Origin, so that hosts answer with CORS headers."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(site)) if site else "https://catalog.example"
    return {"User-Agent": f"sitegen/{__version__} (+{site or _CONTACT})", "Origin": origin, "Accept": "*/*"}
