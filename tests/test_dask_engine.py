"""The engine dask, with a real scheduler and workers, each a process that is started as Dask's documentation says."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from builds import build_site, write_config
from distributed import Client
from engines import crawl, statuses
from fault_server import OPEN, Asked, FaultServer, ranges, serving
from standin import Standin
from stores import tree, write_image, write_list

import sitegen
from sitegen.engine import dask_worker
from sitegen.engine.dask_engine import Patience, open_dask
from sitegen.errors import BuildError, UsageError

NAMES = [f"{number}.zarr" for number in range(10)]
_START_S = 180.0
"""How long a scheduler or worker may take to start, on a busy machine."""


@dataclass(slots=True)
class Cluster:
    """A scheduler, and its workers; a context manager that ends them."""

    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, kind: str, *options: str, python: str = sys.executable) -> subprocess.Popen[bytes]:
        """Start a scheduler or a worker, by the Python of some environment."""
        command = (python, "-m", "dask", kind, "--scheduler-file", str(self._file), "--no-dashboard")
        process = subprocess.Popen(
            [*command, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        )
        self.processes.append(process)
        return process

    def start_worker(self, *options: str, python: str = sys.executable) -> subprocess.Popen[bytes]:
        """Start a worker, and wait until the scheduler knows it."""
        with Client(self.address()) as client:
            known = len(client.nthreads())
            process = self.start("worker", "--nthreads", "4", "--no-nanny", *options, python=python)
            client.wait_for_workers(known + 1, timeout=_START_S)
        return process

    def end_worker(self, worker: subprocess.Popen[bytes]) -> None:
        """End a worker."""
        worker.kill()
        worker.wait()
        self.processes.remove(worker)

    @property
    def _file(self) -> Path:
        return self.folder / "scheduler.json"

    def address(self) -> str:
        """Return the address of the scheduler, once it has started."""
        deadline = time.monotonic() + _START_S
        while not (self._file.is_file() and self._file.read_text().endswith("}")):  # it may be half written
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


def test_workers_in_environments_of_their_own(tmp_path: Path) -> None:
    """Scheduler and workers that share no file with the build crawl the stand-in, and make the same site."""
    addresses = [f"https://storage.example.org/study-{number % 3}/{number}.zarr" for number in range(40)]
    rows = write_list(tmp_path / "all.csv", "url", *addresses)
    (tmp_path / "cluster").mkdir()
    cluster = Cluster(tmp_path / "cluster")
    with ExitStack() as stack:
        standin = stack.enter_context(Standin([rows], spread=4))
        stack.callback(cluster.end)
        python = make_environment(tmp_path / "scheduler")
        cluster.start("scheduler", "--port", "0", "--host", "127.0.0.1", python=python)
        for number in range(2):
            cluster.start_worker(python=make_environment(tmp_path / f"worker-{number}"))
        with Client(cluster.address()) as client:
            found = client.run(eval, "__import__('sitegen').__file__")
        config = write_config(tmp_path / "sitegen.toml", standin.path("all.csv"))
        here = build_site(config, tmp_path / "here")
        standin.reset()
        there = build_site(config, tmp_path / "there", engine="dask", scheduler=cluster.address())
        figures = standin.figures()

    assert {Path(path).relative_to(tmp_path).parts[0] for path in found.values()} == {"worker-0", "worker-1"}
    assert {record["status"] for record in there.index()} == {"ok"}
    assert tree(here.folder) == tree(there.folder)
    assert figures.requests >= 40
    assert figures.most_at_once <= 8


def make_environment(folder: Path) -> str:
    """Make an environment with a sitegen of its own, as from a wheel, and return its Python.

    What sitegen depends on is found in the environment of the tests, because tests use no network.
    """
    venv.create(folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    shutil.copytree(Path(sitegen.__file__).parent, packages / "sitegen")
    paths = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "dependencies.pth").write_text("\n".join(sorted(paths)))
    return str(folder / "bin" / "python")


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


def test_a_cluster_on_this_machine(data: Path, tmp_path: Path) -> None:
    """Without a scheduler, one with the wanted workers is started, and makes the same site."""
    with serving(data) as host:
        config = config_of(tmp_path, host)
        here = build_site(config, tmp_path / "here")
        there = build_site(config, tmp_path / "there", engine="dask", processes=2)

    assert tree(here.folder) == tree(there.folder)


def test_a_scheduler_of_something_else(data: Path, tmp_path: Path) -> None:
    """The message names the address."""
    with serving(data) as host, pytest.raises(BuildError, match=r"no Dask scheduler answers there"):
        build_site(config_of(tmp_path, host), tmp_path, engine="dask", scheduler=f"tcp://127.0.0.1:{host.port}")


@pytest.mark.parametrize(
    ("preload", "message"),
    [
        ("from sitegen.engine import dask_worker; dask_worker.VERSION = '0.0'", r"this Dask worker has sitegen 0\.0,"),
        ("import sys; sys.modules['sitegen'] = None", "this Dask worker has no sitegen"),
    ],
)
def test_a_worker_that_cannot_be_used(cluster: Cluster, data: Path, tmp_path: Path, preload: str, message: str) -> None:
    """One with another sitegen, or without, ends the build before it crawls, with its address."""
    (tmp_path / "preload.py").write_text(preload)
    worker = cluster.start_worker("--preload", str(tmp_path / "preload.py"))
    with serving(data) as host, pytest.raises(BuildError, match=rf"tcp://\S+: {message}"):
        build_site(config_of(tmp_path, host), tmp_path, engine="dask", scheduler=cluster.address())
    cluster.end_worker(worker)

    assert not host.asked


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot stop a process")
def test_workers_that_hang_get_no_more_batches(cluster: Cluster, data: Path, tmp_path: Path) -> None:
    """A new one inspects what they did not finish."""
    with serving(data) as host:

        async def stop(asked: Asked, writer: asyncio.StreamWriter) -> None:
            del asked
            for worker in cluster.processes[1:]:
                worker.send_signal(signal.SIGSTOP)
            cluster.start("worker", "--nthreads", "4", "--no-nanny")
            writer.close()

        host.scripts[f"/{NAMES[7]}/zarr.json"] = [stop, ranges((data / NAMES[7] / "zarr.json").read_bytes(), **OPEN)]
        opened = partial(open_dask, scheduler=cluster.address(), patience=Patience(silence_s=10))
        found = crawl([host.url(f"/{name}") for name in NAMES], tmp_path, opened)
    for worker in cluster.processes[1:-1]:
        cluster.end_worker(worker)

    assert statuses(found) == ["ok"] * len(NAMES)


def test_a_cluster_that_loses_all_workers(cluster: Cluster, data: Path, tmp_path: Path) -> None:
    """It ends the build after a while, with a message."""
    with serving(data) as host:

        async def kill(asked: Asked, writer: asyncio.StreamWriter) -> None:
            del asked
            for worker in cluster.processes[1:]:
                worker.kill()
            writer.close()

        host.scripts[f"/{NAMES[0]}/zarr.json"] = [kill]
        opened = partial(open_dask, scheduler=cluster.address(), patience=Patience(without_workers_s=4))
        found = crawl([host.url(f"/{name}") for name in NAMES[:2]], tmp_path, opened)
    for _ in range(2):
        cluster.start_worker()

    assert all("has had no worker for 4 s; what was inspected is kept" in str(each) for each in found)


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
