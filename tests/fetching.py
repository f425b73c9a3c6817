"""Shared by tests of the client: settings, a clock that does not wait, and requests to a host with faults."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from fault_server import Act, Asked, FaultServer

from sitegen.cache.folder import Cache
from sitegen.engine.documents import CachedClient
from sitegen.errors import FetchError
from sitegen.model import HostFigures
from sitegen.net.client import Client
from sitegen.net.hosts import Clock
from sitegen.transfer import Allowance, ByteRange, Response

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of `[crawl]` that the client and its cache use."""

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
    """A clock that only `sleep` moves, which takes no time."""

    time_s: float = 1_800_000_000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        """Return its time."""
        return self.time_s

    def ticks(self) -> float:
        """Return its time."""
        return self.time_s

    async def sleep(self, seconds: float) -> None:
        """Move the clock, and let other tasks run."""
        self.slept.append(seconds)
        self.time_s += seconds
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request to a host, and what came of it."""

    response: Response | None
    error: FetchError | None
    asked: list[Asked]
    slept: list[float]
    figures: HostFigures | None

    @property
    def failure(self) -> tuple[str, str]:
        """Status and code of the error."""
        assert self.error is not None, self.response
        return self.error.status, self.error.code

    @property
    def body(self) -> bytes:
        """The body of the response; raises the error if there is one."""
        if self.error is not None:
            raise self.error
        assert self.response is not None
        return self.response.body


async def attempt(getting: Awaitable[Response]) -> Response | FetchError:
    """Return the response, or the error instead of raising it."""
    try:
        return await getting
    except FetchError as error:
        return error


def ask(
    *acts: Act,
    byte_range: ByteRange | None = None,
    etag: str | None = None,
    max_bytes: int = 100_000,
    gzip: bool = False,
    allowance: Allowance | None = None,
    settings: Settings | None = None,
    more: Mapping[str, Act] | None = None,
) -> Exchange:
    """Request a document of a host that answers each request by the next of these acts."""
    clock = StoppedClock()

    async def scenario(server: FaultServer, client: Client) -> Exchange:
        server.scripts = {"/zarr.json": list(acts)} | {path: [act] for path, act in (more or {}).items()}
        found = await attempt(
            client.get(
                server.url("/zarr.json"),
                byte_range=byte_range,
                etag=etag,
                max_bytes=max_bytes,
                accept_gzip=gzip,
                allowance=allowance,
            )
        )
        return Exchange(
            response=found if isinstance(found, Response) else None,
            error=found if isinstance(found, FetchError) else None,
            asked=server.asked,
            slept=clock.slept,
            figures=next(iter(client.figures()), None),
        )

    return play(scenario, clock=clock, settings=settings)


def play(
    scenario: Callable[[FaultServer, Client], Awaitable[T]],
    *,
    clock: StoppedClock | None = None,
    settings: Settings | None = None,
) -> T:
    """Run a scenario with a client and a host."""

    async def run() -> T:
        client = Client(
            settings or Settings(),
            clock=clock or StoppedClock(),
            rng=random.Random(1),
        )
        async with FaultServer() as server, client:
            return await scenario(server, client)

    return asyncio.run(run())


def play_cached(
    scenario: Callable[[FaultServer, CachedClient], Awaitable[T]],
    cache: Cache,
    *,
    offline: bool = False,
    refresh: bool = False,
) -> T:
    """Run a scenario with a client, its cache of documents, and a host."""

    async def run(server: FaultServer, client: Client) -> T:
        return await scenario(server, CachedClient(client, Settings(), cache=cache, offline=offline, refresh=refresh))

    return play(run)
