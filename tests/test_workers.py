"""The processes that draw: what they are given, and what becomes of them."""

from __future__ import annotations

import asyncio
import importlib
import os
import pickle
import pkgutil
import time
from pathlib import Path
from tempfile import gettempdir

import pytest

from sitegen.engine.workers import WorkerDiedError, WorkerPool
from sitegen.pixels.decompression import ChunkError, CodecError
from sitegen.pixels.shards import ShardError


def test_large_arguments_go_through_a_file_that_does_not_stay() -> None:
    """The answer is the same either way."""

    async def run() -> list[int]:
        async with WorkerPool(1) as workers:
            return [await run(sum, [1, 2, 3], start=4) for run in (workers.run, workers.run_large)]

    before = set(Path(gettempdir()).glob("sitegen-*"))

    assert asyncio.run(run()) == [10, 10]
    assert set(Path(gettempdir()).glob("sitegen-*")) == before


@pytest.mark.parametrize("name", ["run", "run_large"])
def test_what_a_worker_raises_is_raised(name: str) -> None:
    """Whatever way its arguments took."""

    async def run() -> None:
        async with WorkerPool(1) as workers:
            await getattr(workers, name)(int, "x")

    with pytest.raises(ValueError, match="invalid literal"):
        asyncio.run(run())


class Unreadable(Exception):
    """An exception that can be pickled, but not read again: it is not made from its words alone."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def fail() -> None:
    """Raise it."""
    raise Unreadable("some-code", "what went wrong")


def test_what_cannot_be_read_again_comes_as_its_words() -> None:
    """Exceptions of libraries may be of any make."""

    async def run() -> None:
        async with WorkerPool(1) as workers:
            await workers.run(fail)

    with pytest.raises(RuntimeError, match="Unreadable: what went wrong"):
        asyncio.run(run())


@pytest.mark.parametrize(
    "error",
    [
        ChunkError("chunk-size", "it holds 2 bytes"),
        CodecError("codec 'pickle' is not decoded here"),
        ShardError("its index fails its checksum"),
        WorkerDiedError("it took longer than 60 s"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_our_exceptions_reach_another_process(error: Exception) -> None:
    """All that they say is still there."""
    again = pickle.loads(pickle.dumps(error))

    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_every_exception_of_what_workers_run_is_tried() -> None:
    """A new one is added to those above."""
    modules = [
        importlib.import_module(f"sitegen.{package}.{module.name}")
        for package in ("pixels", "render")
        for module in pkgutil.iter_modules(importlib.import_module(f"sitegen.{package}").__path__)
    ]
    found = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, Exception)
        and each.__module__.startswith(("sitegen.pixels", "sitegen.render"))
    }

    assert found == {ChunkError, CodecError, ShardError}


def test_a_worker_that_dies_is_not_the_end() -> None:
    """Its work is given up after a few tries; the next gets a new process."""

    async def run() -> int:
        async with WorkerPool(1) as workers:
            with pytest.raises(WorkerDiedError):
                await workers.run_large(os._exit, 1)
            return await workers.run(sum, [1, 2])

    assert asyncio.run(run()) == 3


@pytest.mark.parametrize("name", ["run", "run_large"])
def test_a_job_without_end_is_ended(name: str) -> None:
    """Its process is, too; it is not tried again, which would take as long."""

    async def run() -> None:
        async with WorkerPool(1, job_timeout_s=0) as workers:
            await getattr(workers, name)(time.sleep, 3600)

    with pytest.raises(WorkerDiedError, match="longer than 0 s"):
        asyncio.run(run())
