"""The engine dask, with a real scheduler and workers, each a process that is started as Dask's documentation says."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from builds import build_site, write_config
from fault_server import OPEN, Asked, FaultServer, ranges, serving
from stores import tree, write_image, write_list

from sitegen.engine import dask_worker
from sitegen.errors import BuildError, UsageError

NAMES = [f"{number}.zarr" for number in range(10)]
_START_S = 60.0
"""How long a scheduler may take to start, on a busy machine."""


@dataclass(slots=True)
class Cluster:
    """A scheduler, and its workers; a context manager that ends them."""

    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        """Start a scheduler or a worker."""
        command = (sys.executable, "-m", "dask", kind, "--scheduler-file", str(self._file), "--no-dashboard")
        process = subprocess.Popen(
            [*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder
        )
        self.processes.append(process)
        return process

    @property
    def _file(self) -> Path:
        return self.folder / "scheduler.json"

    def address(self) -> str:
        """Return the address of the scheduler, once it has started."""
        deadline = time.monotonic() + _START_S
        while not self._file.is_file():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return str(json.loads(self._file.read_text())["address"])

    def end(self) -> None:
        """End all processes."""
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler with two workers."""
    found = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        found.start("scheduler", "--port", "0", "--host", "127.0.0.1")
        found.address()
        for _ in range(2):
            found.start("worker", "--nthreads", "4", "--no-nanny")
        yield found
    finally:
        found.end()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of images."""
    folder = tmp_path_factory.mktemp("data")
    for name in NAMES:
        write_image(folder / name)
    return folder


@pytest.fixture(autouse=True)
def _stated_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")


def config_of(folder: Path, *hosts: FaultServer) -> Path:
    """Write the configuration of a catalog of the datasets at some hosts."""
    rows = [host.url(f"/{name}") for name in NAMES for host in hosts]
    return write_config(folder / "sitegen.toml", write_list(folder / "all.csv", "url", *rows))


def test_a_cluster_makes_the_same_site(cluster: Cluster, data: Path, tmp_path: Path) -> None:
    """As one process does; the next build by the cluster asks for nothing."""
    with serving(data) as one, serving(data) as other:
        config = config_of(tmp_path, one, other)
        here = build_site(config, tmp_path / "here")
        asked = len(one.asked) + len(other.asked)
        there = build_site(config, tmp_path / "there", engine="dask", scheduler=cluster.address())
        asked_there = len(one.asked) + len(other.asked) - asked
        build_site(config, tmp_path / "there", engine="dask", scheduler=cluster.address())
        asked_again = len(one.asked) + len(other.asked) - asked - asked_there

    assert tree(here.folder) == tree(there.folder)
    assert abs(asked_there - asked) <= 4
    assert asked_again == 0


def test_no_scheduler(data: Path, tmp_path: Path) -> None:
    """The message names the address."""
    with (
        serving(data) as host,
        pytest.raises(BuildError, match=r"tcp://127\.0\.0\.1:9: no Dask scheduler answers there"),
    ):
        build_site(config_of(tmp_path, host), tmp_path, engine="dask", scheduler="tcp://127.0.0.1:9")


def test_contradictions(tmp_path: Path) -> None:
    """A scheduler without dask is a mistake of the command line."""
    config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "all.csv", "url"))

    with pytest.raises(UsageError, match="add --engine dask"):
        build_site(config, tmp_path, scheduler="tcp://127.0.0.1:8786")


def test_workers_that_are_killed_cost_nothing(cluster: Cluster, data: Path, tmp_path: Path) -> None:
    """A new worker takes over, and the site is the same as without."""
    with serving(data) as host:
        config = config_of(tmp_path, host)
        here = build_site(config, tmp_path / "here")

        async def kill(asked: Asked, writer: asyncio.StreamWriter) -> None:
            del asked
            for worker in cluster.processes[1:]:
                worker.kill()
            cluster.start("worker", "--nthreads", "4", "--no-nanny")
            writer.close()

        body = (data / NAMES[7] / "zarr.json").read_bytes()
        host.asked.clear()
        host.scripts[f"/{NAMES[7]}/zarr.json"] = [kill, ranges(body, **OPEN)]
        there = build_site(config, tmp_path / "there", engine="dask", scheduler=cluster.address())

    assert tree(here.folder) == tree(there.folder)


def test_a_scheduler_that_goes_away(cluster: Cluster, data: Path, tmp_path: Path) -> None:
    """It ends the build, and the next one goes on; it must be the last test here, because it ends the cluster."""
    with serving(data) as host:
        config = config_of(tmp_path, host)

        async def kill(asked: Asked, writer: asyncio.StreamWriter) -> None:
            del asked
            cluster.processes[0].kill()
            writer.close()

        host.scripts[f"/{NAMES[9]}/zarr.json"] = [kill, ranges((data / NAMES[9] / "zarr.json").read_bytes(), **OPEN)]
        with pytest.raises(BuildError, match="the next build goes on from there"):
            build_site(config, tmp_path, engine="dask", scheduler=cluster.address())
        site = build_site(config, tmp_path)

    assert {record["status"] for record in site.records().values()} == {"ok"}


def test_a_worker_of_another_version_refuses() -> None:
    """Before it reads anything of what is sent."""
    with pytest.raises(BuildError, match=r"this build is of 0\.0; install the same on all workers"):
        asyncio.run(dask_worker.run_batch("0.0", "build", 0, b"unreadable", b"unreadable"))
