"""Crawls by an engine: what the coordinator of a build does, without lists and site."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from sitegen.cache.folder import Cache
from sitegen.config.settings import CrawlSettings
from sitegen.engine.batches import Engine, WorkerSettings
from sitegen.engine.dispatcher import STALLED_S, Dispatcher
from sitegen.engine.documents import CachedClient
from sitegen.engine.local_io import LocalIO
from sitegen.engine.processes import ProcessEngine
from sitegen.engine.workers import WorkerPool
from sitegen.model.task import Outcome, PictureOptions, Task
from sitegen.net.client import Client

CRAWL = CrawlSettings(allow_private_hosts=True, per_host=4)


def crawl(
    urls: Sequence[str],
    folder: Path,
    open_engine: Callable[[WorkerSettings], AbstractAsyncContextManager[Engine]] = ProcessEngine,
    *,
    at_end: Callable[[Client], None] = lambda client: None,
    stalled_s: float = STALLED_S,
    deadline_s: float = 60.0,
    pictures: PictureOptions | None = None,
) -> list[Outcome | BaseException]:
    """Return the outcome of each dataset, or what was raised, by two workers and batches of four."""

    async def run() -> list[Outcome | BaseException]:
        settings = WorkerSettings(crawl=CRAWL, site=None, refresh=False, started=time.time(), workers=2, processes=2)
        with Cache.open(folder / "cache") as cache:
            async with Client(CRAWL) as client, WorkerPool(0) as pool, open_engine(settings) as engine:
                here = LocalIO(CachedClient(client, CRAWL), pool).run_task
                async with Dispatcher(
                    engine, here, client, cache=cache, max_tasks=4, stalled_s=stalled_s
                ) as dispatcher:
                    tasks = [
                        Task(url=url, max_bytes=32_000_000, deadline_s=deadline_s, pictures=pictures) for url in urls
                    ]
                    found = await asyncio.gather(*map(dispatcher.run_task, tasks), return_exceptions=True)
                    at_end(client)
                    return found

    return asyncio.run(run())


def statuses(found: Sequence[Outcome | BaseException]) -> list[str]:
    """Return the status of each dataset, or what was raised."""
    return [each.findings.status if isinstance(each, Outcome) else repr(each) for each in found]
