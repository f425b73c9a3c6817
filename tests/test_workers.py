"""Worker processes: arguments, results, exceptions, crashes and endless jobs."""

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


def test_large_arguments_leave_no_file() -> None:
    """Arguments in a file give the same result, and the file is deleted."""

    async def run() -> list[int]:
        async with WorkerPool(1) as workers:
            return [await run(sum, [1, 2, 3], start=4) for run in (workers.run, workers.run_large)]

    before = set(Path(gettempdir()).glob("sitegen-*"))

    assert asyncio.run(run()) == [10, 10]
    assert set(Path(gettempdir()).glob("sitegen-*")) == before


def test_a_package_in_the_current_folder_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if it has our name: a worker runs the code of the process that starts it."""
    (tmp_path / "sitegen").mkdir()
    (tmp_path / "sitegen" / "__init__.py").write_text("raise SystemExit('not ours')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    async def run() -> int:
        async with WorkerPool(1) as workers:
            return await workers.run(len, "abc")

    assert asyncio.run(run()) == 3


@pytest.mark.parametrize("name", ["run", "run_large"])
def test_exceptions_of_a_job_are_raised(name: str) -> None:
    """An exception of a job is raised in the main process."""

    async def run() -> None:
        async with WorkerPool(1) as workers:
            await getattr(workers, name)(int, "x")

    with pytest.raises(ValueError, match="invalid literal"):
        asyncio.run(run())


class Unreadable(Exception):
    """An exception that can be pickled, but not unpickled: its constructor takes two arguments."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def fail() -> None:
    """Raise an exception that cannot be unpickled."""
    raise Unreadable("some-code", "what went wrong")


def test_exceptions_that_cannot_be_unpickled() -> None:
    """They become a RuntimeError with their text."""

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
def test_exceptions_of_pixels_can_be_pickled(error: Exception) -> None:
    """They keep their message and attributes."""
    again = pickle.loads(pickle.dumps(error))

    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_all_exceptions_of_pixels_are_tested() -> None:
    """The test above names every exception of the packages that run in workers."""
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


def test_crashed_worker_is_replaced() -> None:
    """A job that crashes its worker fails after two tries; the next job gets a new worker."""

    async def run() -> int:
        async with WorkerPool(1) as workers:
            with pytest.raises(WorkerDiedError):
                await workers.run_large(os._exit, 1)
            return await workers.run(sum, [1, 2])

    assert asyncio.run(run()) == 3


@pytest.mark.parametrize("name", ["run", "run_large"])
def test_endless_job(name: str) -> None:
    """A job that exceeds the time limit is ended with its worker, without another try."""

    async def run() -> None:
        async with WorkerPool(1, job_timeout_s=0) as workers:
            await getattr(workers, name)(time.sleep, 3600)

    with pytest.raises(WorkerDiedError, match="longer than 0 s"):
        asyncio.run(run())
