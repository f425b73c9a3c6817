"""The one place that talks to the network: `Client.get` reads every address that sitegen reads.

It joins what the other modules of this package do one thing of each: `guard` decides which addresses may be
asked, `hosts` limits and pauses the requests to each host, `http` and `files` make one request. Here are retries,
redirects and allowances. It knows no cache. Every call ends, within its limits, in a `Response` or a `FetchError`.
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
from sitegen.net.files import STORE_SCHEMES, ObjectStore, Part, check_within, open_store, read_file, read_store
from sitegen.net.guard import WEB_SCHEMES, AddressGuard, is_public, split_url
from sitegen.net.hosts import LONGEST_PAUSE_S, Clock, Host, Hosts, backoff_s
from sitegen.net.http import HttpClient, Redirect, Timeouts
from sitegen.transfer import Allowance, ByteRange, Request, Response
from sitegen.urls import host as host_of
from sitegen.urls import redact

log = logging.getLogger(__name__)

MAX_DOCUMENT_BYTES = 16_000_000
"""Largest metadata document that is read; a plate of 1,536 wells has 0.2 MB."""
MAX_TRIES = 4
"""Requests for one answer, where the failure may pass. More were not worth their time in a crawl of 1,200 datasets."""
MAX_REDIRECTS = 5
_ANSWERED = frozenset({"missing", "forbidden", "unreadable"})
"""Statuses that only a working host gives."""
_HOME = "ngff-sitegen"
"""What the operator of a host can search for, where the catalog has no address yet."""

T = TypeVar("T")
Meter = Callable[[int], None]
Ask = Callable[[Request, float, Meter], Awaitable[T]]
"""One request: the request, the seconds that it may take, a callback for the bytes that arrive → the answer."""


class Limits(Timeouts, Protocol):
    """The settings that the client needs (`[crawl]` of the configuration)."""

    @property
    def per_host(self) -> int:
        """Requests at once to one host."""

    @property
    def dataset_deadline_s(self) -> float:
        """Seconds that the requests of one dataset may take together."""

    @property
    def allow_private_hosts(self) -> bool:
        """Whether private addresses and any local file may be read."""

    @property
    def max_bytes_per_dataset(self) -> int:
        """Bytes that one dataset may cost."""

    @property
    def max_bytes_per_build(self) -> int:
        """Bytes that everything may cost together."""


class Client:
    """Reads addresses of every scheme; use it as an async context manager.

    `site` is the address of the catalog, which hosts see in the User-Agent header.
    `guard`, `clock`, `chance`, `lookup` and `store` are what tests replace.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        site: str | None = None,
        guard: AddressGuard | None = None,
        clock: Clock | None = None,
        chance: random.Random | None = None,
        lookup: AbstractResolver | None = None,
        store: Callable[[str], ObjectStore] | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self._limits = limits
        self._bytes_left = limits.max_bytes_per_build
        self._chance = chance or random.Random()  # noqa: S311  # spreads load; no secret depends on it
        self._hosts = Hosts(limits.per_host, clock=self.clock, chance=self._chance)
        private = limits.allow_private_hosts
        guard = guard or AddressGuard((lambda _: True) if private else is_public)
        self._http = HttpClient(limits, guard, headers=_headers(site), lookup=lookup)
        self._open_store = store or (lambda scheme: open_store(scheme, login=private))
        self._preflights: dict[str, bool | None] = {}
        self._preflight_locks: dict[str, asyncio.Lock] = {}
        self._stores: dict[str, ObjectStore] = {}

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.__aexit__()

    def allowance(self, *, within: str | None = None) -> Allowance:
        """Return what one dataset may cost by the configuration; `within` as in `Allowance`."""
        return Allowance(
            bytes_left=self._limits.max_bytes_per_dataset, seconds_left=self._limits.dataset_deadline_s, within=within
        )

    def figures(self) -> tuple[HostFigures, ...]:
        """Return requests, bytes and errors of each host so far."""
        return self._hosts.figures()

    async def allows_ranges(self, url: str) -> bool | None:
        """Return whether a web page of another origin may send this host Range requests; None if it did not answer.

        Each host gets one CORS preflight request per client.
        """
        name = host_of(url)
        async with self._preflight_locks.setdefault(name, asyncio.Lock()):
            if name not in self._preflights:
                self._preflights[name] = await self._ask_preflight(url)
            return self._preflights[name]

    def report_lost_wait(self, url: str, seconds: float) -> None:
        """Count seconds that were spent waiting for a host without an answer; too many, and it is not asked again."""
        self._hosts[host_of(url)].gave_up(seconds)

    async def get(
        self,
        url: str,
        *,
        span: ByteRange | None = None,
        max_bytes: int = MAX_DOCUMENT_BYTES,
        etag: str | None = None,
        last_modified: str | None = None,
        allowance: Allowance | None = None,
        accept_gzip: bool = False,
    ) -> Response:
        """Return what an address gives now: the whole file, or a byte range of it.

        Parameters
        ----------
        span : the bytes to read; None for the whole file
        max_bytes : most bytes that are held in memory, after decompression
        etag, last_modified : validators; while they hold, the response has no body and says `not_modified`

        Raises
        ------
        FetchError : with the status, code and hint of its row in `sitegen.model.codes`
        """
        request = Request(
            url=url, max_bytes=max_bytes, span=span, etag=etag, last_modified=last_modified, accept_gzip=accept_gzip
        )
        return await self._answer(request, allowance or self.allowance())

    async def _answer(self, request: Request, allowance: Allowance) -> Response:
        """Return the response to a request, by the module that handles its scheme."""
        if request.span is not None and (request.span.size() or 0) > request.max_bytes:
            raise fetch_error("too-large", f"{redact(request.url)}: at most {request.max_bytes:,} bytes are read here")
        scheme = split_url(request.url).scheme
        if scheme in WEB_SCHEMES:
            return await self._follow(request, allowance)
        if scheme == "file":
            folder = "file:///" if self._limits.allow_private_hosts else allowance.within
            path = check_within(request.url, folder)
            return await self._with_retries(request, allowance, partial(self._read_file, path=path))
        if scheme in STORE_SCHEMES:
            return await self._with_retries(request, allowance, self._read_store)
        raise fetch_error("scheme-refused", f"{redact(request.url)}: {scheme or 'no scheme'} is not read here")

    async def _follow(self, request: Request, allowance: Allowance) -> Response:
        """Return the response of a web address or of its redirect's target; each redirect is a request of its own."""
        seen = [request.url]
        while True:
            found = await self._with_retries(request, allowance, self._ask_web)
            if isinstance(found, Response):
                return replace(found, url=seen[0]) if len(seen) > 1 else found
            if found.target in seen or len(seen) > MAX_REDIRECTS:
                raise fetch_error("redirect-loop", f"{redact(seen[0])}: the redirects form a circle, or are too many")
            seen.append(found.target)
            request = replace(request, url=found.target)

    async def _with_retries(self, request: Request, allowance: Allowance, ask: Ask[T]) -> T:
        """Return the answer of one of at most MAX_TRIES requests."""
        host = self._hosts[host_of(request.url)]
        for tries in count(1):
            try:
                return await self._once(host, request, allowance, ask)
            except RetryableError as error:
                wait_s = backoff_s(tries, error, self._chance)
                if tries == MAX_TRIES or wait_s > min(LONGEST_PAUSE_S, allowance.seconds_left):
                    host.failed()
                    raise
                host.retries += 1
                allowance.retries += 1
                allowance.spend(seconds=wait_s)
                await self.clock.sleep(wait_s)
        raise AssertionError("the last request returns or raises")

    async def _once(self, host: Host, request: Request, allowance: Allowance, ask: Ask[T]) -> T:
        """Return the answer to one request, made when its host has a free slot, and count its cost."""

        def meter(size_bytes: int) -> None:
            host.bytes += size_bytes
            self._bytes_left -= size_bytes
            allowance.spend(size_bytes=size_bytes)

        async with host.slot() as era:
            if self._bytes_left <= 0:
                raise fetch_error(
                    "build-bytes-spent", f"{redact(request.url)}: this build has read max_bytes_per_build bytes"
                )
            affordable = _affordable(request, allowance)
            started = self.clock.ticks()
            host.requests += 1
            allowance.requests += 1
            try:
                found = await ask(affordable, allowance.seconds_left, meter)
            except FetchError as error:
                self._count_failure(host, era, error, self.clock.ticks() - started)
                # Without its traceback: the frames hold the part of the body that was read.
                raise _blame_allowance(error, request, affordable).with_traceback(None) from None
            finally:
                allowance.took(self.clock.ticks() - started)
            host.answered(self.clock.ticks() - started)
            return found

    def _count_failure(self, host: Host, era: int, error: FetchError, seconds: float) -> None:
        """Count a failure for or against its host."""
        log.debug("%s: %s", error.code, error)
        if error.status == "refused":
            host.requests -= 1  # no request was made
        elif error.status in _ANSWERED:
            host.answered(seconds)
            error.answered_at = self.clock.now()
        else:
            host.troubled(era, error, seconds)

    async def _ask_web(self, request: Request, seconds: float, meter: Meter) -> Response | Redirect:
        return await self._http.ask(request, seconds, meter, now=self.clock.now())

    async def _read_file(self, request: Request, _: float, meter: Meter, *, path: Path) -> Response:
        part = await read_file(path, request)
        meter(len(part.body))
        return self._file_response(request, part)

    async def _read_store(self, request: Request, seconds: float, meter: Meter) -> Response:
        scheme = split_url(request.url).scheme
        if scheme not in self._stores:
            self._stores[scheme] = self._open_store(scheme)
        part = await read_store(self._stores[scheme], request, min(seconds, 3 * self._limits.timeout_s))
        meter(len(part.body))
        return self._file_response(request, part)

    def _file_response(self, request: Request, part: Part) -> Response:
        """Return a part of a file as a web server would."""
        known = request.etag is not None and part.etag == request.etag
        return Response(
            url=request.url,
            status=304 if known else 206 if request.span else 200,
            body=b"" if known else part.body,
            total_bytes=part.total_bytes,
            etag=part.etag,
            fetched_at=self.clock.now(),
            not_modified=known,
        )

    async def _ask_preflight(self, url: str) -> bool | None:
        if split_url(url).scheme not in WEB_SCHEMES:
            return None
        request = Request(url=url, max_bytes=0)
        try:
            return await self._once(self._hosts[host_of(url)], request, self.allowance(), self._http.preflight)
        except FetchError:
            return None


def _affordable(request: Request, allowance: Allowance) -> Request:
    """Return the request, limited to the bytes left in the allowance; raise FetchError where nothing is left."""
    if allowance.seconds_left <= 0:
        raise fetch_error(
            "time-spent", f"{redact(request.url)}: the time for its dataset is used up (dataset_deadline_s)"
        )
    if allowance.bytes_left <= 0:
        raise fetch_error(
            "bytes-spent", f"{redact(request.url)}: the bytes for its dataset are used up (max_bytes_per_dataset)"
        )
    return request if request.max_bytes <= allowance.bytes_left else replace(request, max_bytes=allowance.bytes_left)


def _blame_allowance(error: FetchError, request: Request, affordable: Request) -> FetchError:
    """Return the error; where the dataset's allowance was the smaller limit, an error that says so."""
    if error.code == "too-large" and affordable.max_bytes < request.max_bytes:
        return fetch_error(
            "bytes-spent",
            f"{redact(request.url)}: it is larger than what is left for its dataset (max_bytes_per_dataset)",
        )
    return error


def _headers(site: str | None) -> dict[str, str]:
    """Return the headers of every request: who asks, and an Origin, so that the answer tells what browsers may read."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(site)) if site else "https://catalog.example"
    return {"User-Agent": f"sitegen/{__version__} (+{site or _HOME})", "Origin": origin, "Accept": "*/*"}
