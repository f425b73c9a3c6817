"""The processes that draw: what they are given, and what becomes of them."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from tempfile import gettempdir

import pytest

from sitegen.crawl.workers import WorkerDied, Workers


def test_large_arguments_go_through_a_file_that_does_not_stay() -> None:
    """The answer is the same either way."""

    async def run() -> list[int]:
        async with Workers(1) as workers:
            return [await run(sum, [1, 2, 3], start=4) for run in (workers.run, workers.run_large)]

    before = set(Path(gettempdir()).glob("sitegen-*"))

    assert asyncio.run(run()) == [10, 10]
    assert set(Path(gettempdir()).glob("sitegen-*")) == before


@pytest.mark.parametrize("name", ["run", "run_large"])
def test_what_a_worker_raises_is_raised(name: str) -> None:
    """Whatever way its arguments took."""

    async def run() -> None:
        async with Workers(1) as workers:
            await getattr(workers, name)(int, "x")

    with pytest.raises(ValueError, match="invalid literal"):
        asyncio.run(run())


def test_a_worker_that_dies_is_not_the_end() -> None:
    """Its work is given up after a few tries; the next gets a new process."""

    async def run() -> int:
        async with Workers(1) as workers:
            with pytest.raises(WorkerDied):
                await workers.run_large(os._exit, 1)
            return await workers.run(sum, [1, 2])

    assert asyncio.run(run()) == 3


@pytest.mark.parametrize("name", ["run", "run_large"])
def test_a_job_without_end_is_ended(name: str) -> None:
    """Its process is, too; it is not tried again, which would take as long."""

    async def run() -> None:
        async with Workers(1, job_timeout_s=0) as workers:
            await getattr(workers, name)(signal.pause)

    with pytest.raises(WorkerDied, match="longer than 0 s"):
        asyncio.run(run())
