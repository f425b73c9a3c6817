"""The one seam to the network: whatever is read from anywhere is read by `Client.get`.

It puts together what the modules above do singly: `guard` says which addresses may be
asked, `hosts` gives each host its turns, pauses and breaker, `web` and `files` ask once,
`cache` remembers. Here are the tries, the redirects and the allowances. Promises: every
call ends, within its caps, in a `Response` or in a `FetchError` of the table in `faults`.
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
from sitegen.cache.policy import make_document, make_refusal, read_document, restore_body, usual_age_s
from sitegen.cache.store import Cache, Document
from sitegen.engine.memory import ANNEX_BYTES, DOWNLOADS_BYTES, MemoryBudget
from sitegen.errors import FetchError, RetryableError, fetch_error
from sitegen.model import HostFigures
from sitegen.net.files import STORE_SCHEMES, ObjectStore, Part, check_within, open_store, read_file, read_store
from sitegen.net.guard import WEB_SCHEMES, AddressGuard, is_public, split_url
from sitegen.net.hosts import LONGEST_PAUSE_S, Clock, Host, Hosts, backoff_s
from sitegen.net.http import HttpClient, Redirect, Timeouts
from sitegen.transfer import Allowance, ByteRange, Request, Response, check_same_file, suffix, utc
from sitegen.urls import host as host_of
from sitegen.urls import redact

__all__ = ["Allowance", "ByteRange", "Client", "Clock", "Limits", "Response", "check_same_file", "suffix", "utc"]

log = logging.getLogger(__name__)

DOCUMENT_BYTES = 16_000_000
"""Largest document that is read (DESIGN, section 2)."""
TRIES = 4
"""For what may pass (DESIGN, section 2)."""
REDIRECTS = 5
_ANSWERED = frozenset({"missing", "forbidden", "unreadable"})  # statuses that only a host in good health gives
_HOME = "ngff-sitegen"  # what to search for, where the site has no address yet

T = TypeVar("T")
Meter = Callable[[int], None]
Ask = Callable[[Request, float, Meter], Awaitable[T]]
"""One request: what is asked, the seconds it may take, and who is told of the bytes → what came."""


class Limits(Timeouts, Protocol):
    """What the fetcher needs of the configuration (`[crawl]`)."""

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

    @property
    def max_age_days(self) -> float:
        """Days after which a document is asked for again."""


class Client:
    """Reads addresses of every kind; use it as an async context manager.

    `offline` answers from the cache alone; `refresh` asks again whatever its age.
    `room` and `annex` are for its users, who take them for pixels, `downloads` and `desk` for large documents.
    `guard`, `clock`, `chance` and `lookup` are what tests replace.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        cache: Cache | None = None,
        offline: bool = False,
        refresh: bool = False,
        site: str | None = None,
        guard: AddressGuard | None = None,
        clock: Clock | None = None,
        chance: random.Random | None = None,
        lookup: AbstractResolver | None = None,
        store: Callable[[str], ObjectStore] | None = None,
    ) -> None:
        self._limits = limits
        self._cache = cache
        self._offline = offline
        self._refresh = refresh
        self._clock = clock or Clock()
        self._started = self._clock.now()
        self._bytes_left = limits.max_bytes_per_build
        self._chance = chance or random.Random()  # noqa: S311  # spreads load; no secret hangs on it
        self._hosts = Hosts(limits.per_host, clock=self._clock, chance=self._chance)
        private = limits.allow_private_hosts
        guard = guard or AddressGuard((lambda _: True) if private else is_public)
        self._web = HttpClient(limits, guard, headers=_headers(site), lookup=lookup)
        self._open_store = store or (lambda scheme: open_store(scheme, login=private))
        self.room = MemoryBudget()
        self.annex = MemoryBudget(ANNEX_BYTES)
        self.downloads = MemoryBudget(DOWNLOADS_BYTES)
        self.desk = MemoryBudget()
        self._preflights: dict[str, bool | None] = {}
        self._preflight_locks: dict[str, asyncio.Lock] = {}
        self._stores: dict[str, ObjectStore] = {}

    async def __aenter__(self) -> Self:
        await self._web.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._web.__aexit__()

    def allowance(self, *, within: str | None = None) -> Allowance:
        """Return what one dataset may cost by the configuration; `within`: see `Allowance`."""
        return Allowance(
            bytes_left=self._limits.max_bytes_per_dataset, seconds_left=self._limits.dataset_deadline_s, within=within
        )

    def figures(self) -> tuple[HostFigures, ...]:
        """Return what each host cost so far."""
        return self._hosts.figures()

    async def allows_ranges(self, url: str) -> bool | None:
        """Return whether a browser page of another origin may ask this host for ranges; None if it did not say.

        Each host is asked once in a build (a CORS preflight), whoever asks first.
        """
        name = host_of(url)
        async with self._preflight_locks.setdefault(name, asyncio.Lock()):
            if name not in self._preflights:
                self._preflights[name] = await self._ask_preflight(url)
            return self._preflights[name]

    def is_down(self, url: str) -> bool:
        """Return whether the host of an address is left alone for the rest of this build."""
        return self._hosts[host_of(url)].down

    def gave_up(self, url: str, seconds: float) -> None:
        """Count seconds in which the host of an address was waited for in vain, towards leaving it alone."""
        self._hosts[host_of(url)].gave_up(seconds)

    async def get_document(
        self,
        url: str,
        *,
        max_bytes: int = DOCUMENT_BYTES,
        fresh_for_s: float | None = None,
        allowance: Allowance | None = None,
    ) -> Response:
        """Return a whole document, from the cache as far as it may be.

        Younger than `fresh_for_s` (by default the configured age, ± 20 % by address): no request.
        Older: asked for with its validators. "Not there" is remembered just so, and raised again.
        """
        kept = self._cache.document(url) if self._cache is not None else None
        if kept is not None and self._is_fresh(kept, fresh_for_s):
            return read_document(kept)
        known = kept if kept is not None and kept.status == "ok" else None
        try:
            reply = await self.get(
                url,
                max_bytes=max_bytes,
                allowance=allowance,
                accept_gzip=True,
                etag=known.etag if known else None,
                last_modified=known.last_modified if known else None,
            )
        except FetchError as error:
            self._remember(make_refusal(url, error))
            raise
        reply = restore_body(reply, known) if known else reply
        self._remember(make_document(reply))
        return reply

    async def get(
        self,
        url: str,
        *,
        span: ByteRange | None = None,
        max_bytes: int = DOCUMENT_BYTES,
        etag: str | None = None,
        last_modified: str | None = None,
        allowance: Allowance | None = None,
        accept_gzip: bool = False,
    ) -> Response:
        """Return what an address gives now: all of it, or a span.

        max_bytes: the most that is taken into memory, unpacked.
        etag, last_modified: if they still hold, the reply has no body and says `not_modified`.

        Raises FetchError with status, code, message and hint of the table in `faults`.
        """
        request = Request(
            url=url, max_bytes=max_bytes, span=span, etag=etag, last_modified=last_modified, accept_gzip=accept_gzip
        )
        return await self._answer(request, allowance or self.allowance())

    async def _answer(self, request: Request, allowance: Allowance) -> Response:
        """Return the reply to a request, by whatever serves its scheme."""
        if self._offline:
            raise fetch_error(
                "offline", f"{redact(request.url)}: the cache does not hold it, and this build is offline"
            )
        if request.span is not None and (request.span.size() or 0) > request.max_bytes:
            raise fetch_error("too-large", f"{redact(request.url)}: at most {request.max_bytes:,} bytes are read here")
        scheme = split_url(request.url).scheme
        if scheme in WEB_SCHEMES:
            return await self._follow(request, allowance)
        if scheme == "file":
            folder = "file:///" if self._limits.allow_private_hosts else allowance.within
            path = check_within(request.url, folder)
            return await self._patiently(request, allowance, partial(self._read_file, path=path))
        if scheme in STORE_SCHEMES:
            return await self._patiently(request, allowance, self._read_store)
        raise fetch_error("scheme-refused", f"{redact(request.url)}: {scheme or 'no scheme'} is not read here")

    async def _follow(self, request: Request, allowance: Allowance) -> Response:
        """Return the reply of a web address, or of where it leads; each hop is a request of its own."""
        seen = [request.url]
        while True:
            found = await self._patiently(request, allowance, self._ask_web)
            if isinstance(found, Response):
                return replace(found, url=seen[0]) if len(seen) > 1 else found
            if found.target in seen or len(seen) > REDIRECTS:
                raise fetch_error("redirect-loop", f"{redact(seen[0])}: it redirects in a circle, or too often")
            seen.append(found.target)
            request = replace(request, url=found.target)

    async def _patiently(self, request: Request, allowance: Allowance, ask: Ask[T]) -> T:
        """Return what an address gives within a few tries."""
        host = self._hosts[host_of(request.url)]
        for tries in count(1):
            try:
                return await self._once(host, request, allowance, ask)
            except RetryableError as setback:
                wait_s = backoff_s(tries, setback, self._chance)
                if tries == TRIES or wait_s > min(LONGEST_PAUSE_S, allowance.seconds_left):
                    host.failed()
                    raise
                host.retries += 1
                allowance.retries += 1
                allowance.spend(seconds=wait_s)
                await self._clock.sleep(wait_s)
        raise AssertionError("the last try returns or raises")

    async def _once(self, host: Host, request: Request, allowance: Allowance, ask: Ask[T]) -> T:
        """Return what an address gives to one request, in its host's turn, and count what it cost."""

        def meter(size_bytes: int) -> None:
            host.bytes += size_bytes
            self._bytes_left -= size_bytes
            allowance.spend(size_bytes=size_bytes)

        async with host.turn() as era:
            if self._bytes_left <= 0:
                raise fetch_error(
                    "build-bytes-spent", f"{redact(request.url)}: this build has cost all the bytes that it may"
                )
            affordable = _affordable(request, allowance)
            started = self._clock.ticks()
            host.requests += 1
            allowance.requests += 1
            try:
                found = await ask(affordable, allowance.seconds_left, meter)
            except FetchError as error:
                self._count_fault(host, era, error, self._clock.ticks() - started)
                # Without its traceback, whose frames hold the body as far as it was read.
                raise _owned(error, request, affordable).with_traceback(None) from None
            finally:
                allowance.took(self._clock.ticks() - started)
            host.answered(self._clock.ticks() - started)
            return found

    def _count_fault(self, host: Host, era: int, error: FetchError, seconds: float) -> None:
        """Count a fault for or against its host."""
        log.debug("%s: %s", error.code, error)
        if error.status == "refused":
            host.requests -= 1  # nobody was asked
        elif error.status in _ANSWERED:
            host.answered(seconds)
            error.answered_at = self._clock.now()
        else:
            host.troubled(era, error, seconds)

    async def _ask_web(self, request: Request, seconds: float, meter: Meter) -> Response | Redirect:
        return await self._web.ask(request, seconds, meter, now=self._clock.now())

    async def _read_file(self, request: Request, _: float, meter: Meter, *, path: Path) -> Response:
        part = await read_file(path, request)
        meter(len(part.body))
        return self._part_reply(request, part)

    async def _read_store(self, request: Request, seconds: float, meter: Meter) -> Response:
        scheme = split_url(request.url).scheme
        if scheme not in self._stores:
            self._stores[scheme] = self._open_store(scheme)
        part = await read_store(self._stores[scheme], request, min(seconds, 3 * self._limits.timeout_s))
        meter(len(part.body))
        return self._part_reply(request, part)

    def _part_reply(self, request: Request, part: Part) -> Response:
        """Return what a file gave in the form of a web reply."""
        known = request.etag is not None and part.etag == request.etag
        return Response(
            url=request.url,
            status=304 if known else 206 if request.span else 200,
            body=b"" if known else part.body,
            total_bytes=part.total_bytes,
            etag=part.etag,
            fetched_at=self._clock.now(),
            not_modified=known,
        )

    async def _ask_preflight(self, url: str) -> bool | None:
        if self._offline or split_url(url).scheme not in WEB_SCHEMES:
            return None
        request = Request(url=url, max_bytes=0)
        try:
            return await self._once(self._hosts[host_of(url)], request, self.allowance(), self._web.preflight)
        except FetchError:
            return None

    def _is_fresh(self, kept: Document, fresh_for_s: float | None) -> bool:
        """Return whether the cache's answer will do."""
        if self._offline:
            return True
        now = self._clock.now()
        if kept.checked_at > now:  # the clock was ahead then, so its age is not known
            return False
        if kept.checked_at >= self._started:
            return True
        if self._refresh:
            return False
        if fresh_for_s is None:
            fresh_for_s = usual_age_s(kept, self._limits.max_age_days)
        return now - kept.checked_at < fresh_for_s

    def _remember(self, document: Document | None) -> None:
        if self._cache is not None and document is not None:
            self._cache.put_document(document)


def _affordable(request: Request, allowance: Allowance) -> Request:
    """Return the request with no larger cap than the dataset's allowance; raise FetchError where that is spent."""
    if allowance.seconds_left <= 0:
        raise fetch_error("time-spent", f"{redact(request.url)}: its dataset has had all the time that it may take")
    if allowance.bytes_left <= 0:
        raise fetch_error("bytes-spent", f"{redact(request.url)}: its dataset has cost all the bytes that it may")
    return request if request.max_bytes <= allowance.bytes_left else replace(request, max_bytes=allowance.bytes_left)


def _owned(error: FetchError, request: Request, affordable: Request) -> FetchError:
    """Return the error, laid to our allowance where that was the smaller cap."""
    if error.code == "too-large" and affordable.max_bytes < request.max_bytes:
        return fetch_error("bytes-spent", f"{redact(request.url)}: it would cost more bytes than its dataset may")
    return error


def _headers(site: str | None) -> dict[str, str]:
    """Return the headers that every request has: who asks, and whether a browser page elsewhere could ask."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(site)) if site else "https://catalog.example"
    return {"User-Agent": f"sitegen/{__version__} (+{site or _HOME})", "Origin": origin, "Accept": "*/*"}
