"""What the tests of `fetch` share: settings with short waits, a clock without any, and `ask`."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from fault_server import Act, Asked, FaultServer

from sitegen.cache.store import Cache
from sitegen.engine.documents import CachedClient
from sitegen.errors import FetchError
from sitegen.model import HostFigures
from sitegen.net.client import Client
from sitegen.net.hosts import Clock
from sitegen.transfer import Allowance, ByteRange, Response

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The configuration's `[crawl]`, with short waits."""

    per_host: int = 8
    timeout_s: float = 5.0
    connect_timeout_s: float = 5.0
    dataset_deadline_s: float = 120.0
    allow_private_hosts: bool = True
    max_bytes_per_dataset: int = 1_000_000
    max_bytes_per_build: int = 1_000_000_000
    max_age_days: float = 30.0


@dataclass(slots=True)
class StoppedClock(Clock):
    """A clock that moves when it is told to, and where waiting takes no time."""

    time_s: float = 1_800_000_000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        """Return the time that it shows."""
        return self.time_s

    def ticks(self) -> float:
        """Return the time that it shows."""
        return self.time_s

    async def sleep(self, seconds: float) -> None:
        """Move on, and let others run."""
        self.slept.append(seconds)
        self.time_s += seconds
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of asking once."""

    reply: Response | None
    error: FetchError | None
    asked: list[Asked]
    slept: list[float]
    figures: HostFigures | None

    @property
    def verdict(self) -> tuple[str, str]:
        """Status and code of the error."""
        assert self.error is not None, self.reply
        return self.error.status, self.error.code

    @property
    def body(self) -> bytes:
        """What came."""
        if self.error is not None:
            raise self.error
        assert self.reply is not None
        return self.reply.body


async def attempt(getting: Awaitable[Response]) -> Response | FetchError:
    """Return the reply, or the error instead of raising it."""
    try:
        return await getting
    except FetchError as error:
        return error


def ask(
    *acts: Act,
    span: ByteRange | None = None,
    etag: str | None = None,
    max_bytes: int = 100_000,
    gzip: bool = False,
    allowance: Allowance | None = None,
    settings: Settings | None = None,
    more: Mapping[str, Act] | None = None,
) -> Outcome:
    """Ask a host that plays these acts, one a request, for one document, and return what came of it."""
    clock = StoppedClock()

    async def scenario(server: FaultServer, fetcher: Client) -> Outcome:
        server.scripts = {"/zarr.json": list(acts)} | {path: [act] for path, act in (more or {}).items()}
        found = await attempt(
            fetcher.get(
                server.url("/zarr.json"),
                span=span,
                etag=etag,
                max_bytes=max_bytes,
                accept_gzip=gzip,
                allowance=allowance,
            )
        )
        return Outcome(
            reply=found if isinstance(found, Response) else None,
            error=found if isinstance(found, FetchError) else None,
            asked=server.asked,
            slept=clock.slept,
            figures=next(iter(fetcher.figures()), None),
        )

    return play(scenario, clock=clock, settings=settings)


def play(
    scenario: Callable[[FaultServer, Client], Awaitable[T]],
    *,
    clock: StoppedClock | None = None,
    settings: Settings | None = None,
) -> T:
    """Run a scenario between a client and a host."""

    async def run() -> T:
        fetcher = Client(
            settings or Settings(),
            clock=clock or StoppedClock(),
            chance=random.Random(1),
        )
        async with FaultServer() as server, fetcher:
            return await scenario(server, fetcher)

    return asyncio.run(run())


def play_cached(
    scenario: Callable[[FaultServer, CachedClient], Awaitable[T]],
    cache: Cache,
    *,
    offline: bool = False,
    refresh: bool = False,
) -> T:
    """Run a scenario between a client with a cache of documents and a host."""

    async def run(server: FaultServer, client: Client) -> T:
        return await scenario(server, CachedClient(client, Settings(), cache=cache, offline=offline, refresh=refresh))

    return play(run)
