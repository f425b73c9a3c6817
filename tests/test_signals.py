"""Ctrl-C, SIGTERM and kill -9 during a crawl: how it ends and what is kept."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from fault_server import FaultServer, silence
from stores import write_image, write_list

from sitegen.interrupts import Interrupted, interruptible, run
from sitegen.serve import serving


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_interrupts_plain_code(number: int, code: int) -> None:
    """The exit code is the shell's, and the earlier handlers are restored."""
    before = signal.getsignal(number)
    with pytest.raises(Interrupted) as caught, interruptible():
        signal.raise_signal(number)

    assert caught.value.exit_code == code
    assert signal.getsignal(number) is before


class _Result:
    """What says when it is written out."""

    written = 0

    def __repr__(self) -> str:
        self.written += 1
        return "result"


def test_what_a_coroutine_returns_is_not_written_out() -> None:
    """All findings of a crawl would be a text of a hundred megabytes, which nobody reads."""

    async def work() -> _Result:
        return _Result()

    assert run(work()).written == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_a_coroutine_which_closes_its_resources(number: int) -> None:
    """Its `finally` blocks run to their end."""
    closed = []

    async def work() -> None:
        try:
            signal.raise_signal(number)
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            closed.append(True)

    with pytest.raises(Interrupted), interruptible():
        run(work())

    assert closed == [True]


def test_a_second_signal_ends_the_command_at_once() -> None:
    """It does not wait for resources that never close."""

    async def work() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
            await asyncio.Event().wait()
        finally:
            signal.raise_signal(signal.SIGTERM)

    with pytest.raises(Interrupted) as caught, interruptible():
        run(work())

    assert caught.value.exit_code == 143


def children(pid: int) -> list[int]:
    """Return the child processes of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def ended(processes: Sequence[int]) -> bool:
    """Return whether all processes, by their descriptors, end within ten seconds."""
    return all(select.select([process], [], [], 10)[0] for process in processes)


async def interrupted_build(folder: Path, number: int) -> tuple[int, str, bool]:
    """Build from a host that answers and one that never does; when the first is done, send a signal.

    Return the exit code, what was logged after that, and whether the worker processes ended.
    """
    async with serving(folder / "data") as quick, FaultServer() as slow:
        slow.scripts = {f"/slow.zarr/{name}": [silence()] for name in ("zarr.json", "ro-crate-metadata.json")}
        write_list(folder / "l.csv", "url", slow.url("/slow.zarr"), f"{quick}a.zarr")
        write_list(folder / "s.toml", 'csv = ["l.csv"]', "[crawl]", "allow_private_hosts = true")
        build = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sitegen", "build", "s.toml", "-v"), cwd=folder, stderr=asyncio.subprocess.PIPE
        )
        assert build.stderr
        while b"a.zarr: ok" not in await build.stderr.readline():
            assert not build.stderr.at_eof()
        workers = [os.pidfd_open(pid) for pid in children(build.pid)]
        assert workers
        build.send_signal(number)
        log = (await build.stderr.read()).decode()
        return await build.wait(), log, ended(workers)


async def interrupted_validation(number: int) -> tuple[int, str]:
    """Validate a store of a host that never answers; send a signal. Return the exit code and the last message."""
    async with FaultServer() as slow:
        slow.scripts = {f"/a.zarr/{name}": [silence()] for name in ("zarr.json", ".zattrs", ".zgroup", ".zarray")}
        validate = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sitegen", "validate", slow.url("/a.zarr")), stderr=asyncio.subprocess.PIPE
        )
        assert validate.stderr
        assert b"Reading" in await validate.stderr.readline()
        validate.send_signal(number)
        log = (await validate.stderr.read()).decode()
        return await validate.wait(), log


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals to another process")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_command_without_a_cache_ends_with_one_line(number: int, code: int) -> None:
    """The message names no cache to continue from."""
    assert asyncio.run(interrupted_validation(number)) == (code, f"sitegen: stopped by {signal.Signals(number).name}\n")


@pytest.mark.skipif(sys.platform != "linux", reason="the processes are found by /proc")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.Signals(9), -9)])
def test_an_interrupted_crawl_keeps_finished_datasets(tmp_path: Path, number: int, code: int) -> None:
    """They are in the cache, no process is left, and there is no traceback."""
    write_image(tmp_path / "data" / "a.zarr")
    found, log, workers_ended = asyncio.run(interrupted_build(tmp_path, number))
    with contextlib.closing(sqlite3.connect(tmp_path / ".sitegen-cache" / "cache.sqlite3")) as cache:
        kept = [url for (url,) in cache.execute("SELECT url FROM findings")]

    assert found == code
    assert workers_ended
    assert [url.rpartition("/")[2] for url in kept] == ["a.zarr"]
    assert "Traceback" not in log
    assert ("stopped by" in log) == (code > 0)
    assert {path.name for path in tmp_path.iterdir()} == {"data", "l.csv", "s.toml", ".sitegen-cache"}
