"""Which engine a build uses."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sitegen.commands.crawl import CrawlContext
from sitegen.engine.batches import Engine, RunTask, WorkerSettings
from sitegen.engine.in_process import InProcess
from sitegen.engine.picture_store import PictureStore, folder_of_build
from sitegen.engine.processes import ProcessEngine

_MANY = 1_000
"""Datasets from which on several processes are started without being asked for: they take a second to start."""


@asynccontextmanager
async def open_engine(
    context: CrawlContext, here: RunTask, *, datasets: int, pictures: PictureStore | None = None
) -> AsyncIterator[Engine]:
    """Open the engine that the configuration names, for so many datasets.

    here: runs a task in this process. pictures: where workers leave pictures; None: they send them.
    """
    settings = context.config.engine
    processes = settings.processes or (_cores() if datasets >= _MANY else 1)
    if context.options.offline:
        yield InProcess(here)
        return
    if settings.name == "dask":
        from sitegen.engine.dask_engine import open_dask  # an extra

        workers = settings.processes or _cores()
        sharing = 1 if settings.scheduler else workers
        made = worker_settings(context, workers=workers, processes=sharing, pictures=pictures)
        async with open_dask(made, settings.scheduler) as cluster:
            yield cluster
        return
    if processes == 1:
        yield InProcess(here)
        return
    made = worker_settings(context, workers=processes, processes=processes, pictures=pictures)
    async with ProcessEngine(made) as engine:
        yield engine


@asynccontextmanager
async def open_pictures(context: CrawlContext) -> AsyncIterator[PictureStore | None]:
    """Open a folder for the pictures of this build, if the configuration names a store, and delete it at the end.

    Raises UsageError, or BuildError where it cannot be written, before anything is requested.
    """
    address = context.config.engine.pictures
    if address is None or context.options.offline:
        yield None
        return
    store = PictureStore(folder_of_build(address))
    await store.check()
    try:
        yield store
    finally:
        await store.close()


def worker_settings(
    context: CrawlContext, *, workers: int, processes: int, pictures: PictureStore | None = None
) -> WorkerSettings:
    """Return what workers must know of a build. processes: how many of them are on one machine."""
    return WorkerSettings(
        crawl=context.config.crawl,
        site=context.config.base_url,
        refresh=context.options.refresh,
        started=time.time(),
        workers=workers,
        processes=processes,
        pictures=pictures.address if pictures else None,
    )


def _cores() -> int:
    return os.cpu_count() or 1
