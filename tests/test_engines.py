"""Engines: several processes find what one finds, keep the limits of hosts, and lose nothing when one ends."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from builds import build_site, write_config
from engines import CRAWL, crawl, statuses
from fault_server import OPEN, Act, Asked, FaultServer, answer, serving
from stores import tree, write_image, write_list

from sitegen.config.settings import CrawlSettings
from sitegen.engine.batches import Batch, Message, TaskFailed, TaskFailedError, WorkerSettings
from sitegen.engine.dispatcher import MAX_TASKS, Dispatcher, datasets_under_way
from sitegen.engine.documents import CachedClient
from sitegen.engine.local_io import LocalIO
from sitegen.engine.processes import ProcessEngine
from sitegen.engine.workers import WorkerPool
from sitegen.errors import BuildError
from sitegen.model.codes import make_problem
from sitegen.model.task import Outcome, PictureOptions, Task
from sitegen.net.client import Client
from sitegen.net.hosts import HostSignal

DYING = partial(ProcessEngine, command=(sys.executable, str(Path(__file__).with_name("dying_worker.py"))))
NAMES = [f"{number}.zarr" for number in range(8)]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of images."""
    folder = tmp_path_factory.mktemp("data")
    for number, name in enumerate(NAMES):
        write_image(folder / name, zarr_format=3 if number % 2 else 2)
    return folder


@contextmanager
def two_hosts(data: Path) -> Iterator[tuple[FaultServer, FaultServer]]:
    """Serve the same data at two hosts."""
    with serving(data) as one, serving(data) as other:
        yield one, other


def test_the_site_does_not_depend_on_processes(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process and four write the same bytes; four send the same requests, but may each read robots.txt once."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    with two_hosts(data) as hosts:
        rows = [host.url(f"/{name}") for name in [*NAMES, "gone.zarr"] for host in hosts]
        config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "all.csv", "url", *rows))
        sites, asked = [], []
        for processes in (1, 4):
            before = sum(len(host.asked) for host in hosts)
            sites.append(build_site(config, tmp_path / str(processes), processes=processes))
            asked.append(sum(len(host.asked) for host in hosts) - before)
        again = build_site(config, tmp_path / "4", processes=4)
        robots = [len(host.asked_for_robots) for host in hosts]

    one, four = (tree(site.folder) for site in sites)
    assert one == four == tree(again.folder)
    assert abs(asked[1] - asked[0]) <= 8
    assert max(robots) <= 1 + 4
    assert [host.host for host in again.summary.hosts] == ["local files"]


def test_a_crawl_process_imports_nothing_that_draws(data: Path, tmp_path: Path) -> None:
    """It fetches chunks; numpy, Pillow and decoders cost memory only in the processes that decode and draw."""
    packages = tmp_path / "packages"
    command = (sys.executable, str(Path(__file__).with_name("listing_worker.py")), str(packages))
    with serving(data) as host:
        urls = [host.url(f"/{name}") for name in NAMES]
        found = crawl(urls, tmp_path, partial(ProcessEngine, command=command), pictures=PictureOptions())
    imported = set(packages.read_text(encoding="utf-8").split())

    assert [bool(each.pictures) for each in found if isinstance(each, Outcome)] == [True] * len(NAMES)
    assert {"sitegen", "aiohttp"} <= imported
    assert not imported & {"PIL", "fsspec", "jinja2", "multiprocessing", "numcodecs", "numpy", "zarr"}


@pytest.mark.parametrize(("per_host", "batches"), [(1, 1), (8, 6)])
def test_datasets_that_wait_are_those_of_the_next_batches(per_host: int, batches: int) -> None:
    """As many batches of a host as run at once, and one more, because what waits takes memory."""
    settings = WorkerSettings(crawl=CRAWL, site=None, refresh=False, started=0.0, workers=3, processes=3)

    of_a_host, of_all = datasets_under_way(ProcessEngine(settings), per_host)

    assert of_a_host == (batches + 1) * MAX_TASKS
    assert of_all > 10 * of_a_host


def test_a_build_imports_what_makes_pages_after_its_crawl() -> None:
    """While a crawl runs, its worker processes need the memory."""
    code = "import sys, sitegen.cli, sitegen.commands.build; print(*{name.partition('.')[0] for name in sys.modules})"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert not set(printed.split()) & {"PIL", "fsspec", "jinja2", "multiprocessing", "numcodecs", "numpy", "zarr"}


def test_workers_share_the_requests_of_a_host(data: Path, tmp_path: Path) -> None:
    """All its batches together make no more requests at once than allowed, and the figures count all requests."""
    figures = []
    with serving(data) as host:
        host.delay_s = 0.02
        urls = [host.url(f"/{name}") for name in NAMES * 3]  # two batches for each worker
        found = crawl(urls, tmp_path, at_end=lambda client: figures.extend(client.figures()))

    assert set(statuses(found)) == {"ok"}
    assert 2 <= host.most_at_once <= CRAWL.per_host
    assert [each.requests for each in figures] == [len(host.asked) + len(host.asked_for_robots)]


class HoldingEngine:
    """Two workers that begin as many batches as given, and end none before `release`; then all tasks fail."""

    in_process, workers, most_workers = False, 2, 2

    def __init__(self, batches: int) -> None:
        self.batches = self.free = batches
        self.begun: list[Batch] = []
        self.release = asyncio.Event()

    async def submit(self, batch: Batch) -> AsyncGenerator[Message, None]:
        """Hold a batch."""
        self.begun.append(batch)
        await self.release.wait()
        for index in range(len(batch.tasks)):
            yield TaskFailed(index=index, problem=make_problem("internal-error"))

    async def tell(self, signal: HostSignal) -> None:
        """Do nothing."""


@pytest.mark.parametrize(("batches", "connections"), [(32, [2, 2, 2, 2]), (2, [4, 4])])
def test_a_worker_gets_a_second_batch_of_a_host_before_the_first_ends(batches: int, connections: list[int]) -> None:
    """While one ends, the other uses the connections of both, where so many batches can run at once."""

    async def run() -> list[Batch]:
        engine = HoldingEngine(batches)
        settings = CrawlSettings(allow_private_hosts=True, per_host=8)
        async with (
            Client(settings) as client,
            WorkerPool(0) as pool,
            Dispatcher(
                engine, LocalIO(CachedClient(client, settings), pool).run_task, client, cache=None, max_tasks=4
            ) as dispatcher,
        ):
            tasks = [Task(url=f"https://h/{number}.zarr", max_bytes=1, deadline_s=60.0) for number in range(40)]
            waiting = [asyncio.create_task(dispatcher.run_task(task)) for task in tasks]
            while len(engine.begun) < len(connections):
                await asyncio.sleep(0)
            begun = list(engine.begun)
            engine.release.set()
            await asyncio.gather(*waiting, return_exceptions=True)
        return begun

    begun = asyncio.run(run())
    assert [len(batch.tasks) for batch in begun] == [4] * len(connections)
    assert [batch.connections for batch in begun] == connections


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_redirects_count_for_the_host_that_they_lead_to(data: Path, tmp_path: Path, processes: int) -> None:
    """Each host gets no more requests at once than allowed, where datasets of both redirect to the other one."""
    with two_hosts(data) as hosts:
        for host, other in (hosts, hosts[::-1]):
            host.delay_s = 0.02
            host.absent = redirect_to(other, below="/moved/")
        rows = [host.url(f"/{way}{name}") for way in ("", "moved/") for name in NAMES for host in hosts]
        config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "all.csv", "url", *rows), per_host=3)
        site = build_site(config, tmp_path, processes=processes)
        most = [host.most_at_once for host in hosts]

    found = [record["status"] for record in site.index()]
    assert found == ["ok"] * len(rows)
    assert max(most) == 3


def redirect_to(other: FaultServer, *, below: str) -> Act:
    """Redirect what is asked for below a folder to the same below the root of another host."""

    async def act(asked: Asked, writer: asyncio.StreamWriter) -> None:
        moved = other.url(asked.path.replace(below, "/", 1))
        await (answer(302, Location=moved, **OPEN) if below in asked.path else answer(404, **OPEN))(asked, writer)

    return act


def test_a_worker_that_ends_costs_one_dataset(data: Path, tmp_path: Path) -> None:
    """Every other dataset is inspected; finished ones are not asked for again."""
    with serving(data) as host:
        urls = [host.url(f"/{name}") for name in [*NAMES[:3], "deadly.zarr", *NAMES[3:]]]
        found = crawl(urls, tmp_path, DYING)
        roots = host.count("/0.zarr/zarr.json")

    failed = found.pop(3)
    assert set(statuses(found)) == {"ok"}
    assert isinstance(failed, TaskFailedError)
    assert failed.problem.code == "internal-error"
    assert "3 worker processes" in failed.problem.message
    assert roots == 1


def test_hosts_whose_datasets_end_every_worker(data: Path, tmp_path: Path) -> None:
    """Each gets its problem, after a limited number of workers; datasets of another host are inspected."""
    with two_hosts(data) as (deadly, other):
        urls = [deadly.url(f"/partition/{number}/deadly.zarr") for number in range(12)]
        found = crawl([*urls, *(other.url(f"/{name}") for name in NAMES[:2])], tmp_path, DYING)

    *failed, one, two = found
    problems = [each.problem for each in failed if isinstance(each, TaskFailedError)]
    assert [problem.code for problem in problems] == ["internal-error"] * 12
    assert "ended 10 worker processes, one after the other" in problems[-1].message
    assert statuses((one, two)) == ["ok", "ok"]


def test_a_worker_that_is_stopped_is_replaced(data: Path, tmp_path: Path) -> None:
    """What it did not finish is inspected by another."""
    write_image(data / "stopped.zarr")
    with serving(data) as host:
        urls = [host.url(f"/{name}") for name in [*NAMES, "stopped.zarr"]]
        found = crawl(urls, tmp_path, partial(DYING, max_silence_s=10))

    assert statuses(found) == ["ok"] * len(urls)


def test_a_batch_that_never_ends_is_given_to_another_worker(data: Path, tmp_path: Path) -> None:
    """Even where its worker is alive."""
    write_image(data / "endless.zarr")
    with serving(data) as host:
        urls = [host.url(f"/{name}") for name in [*NAMES, "endless.zarr"]]
        found = crawl(urls, tmp_path, DYING, stalled_s=5, deadline_s=5)

    assert statuses(found) == ["ok"] * len(urls)


def test_a_pause_holds_for_all_workers(data: Path, tmp_path: Path) -> None:
    """A host that asks one worker for a long pause is not asked by the others, nor by later batches."""
    with serving() as host:
        host.absent = answer(429, Retry_After="3600")
        host.delay_s = 0.02
        found = crawl([host.url(f"/{number}.zarr") for number in range(60)], tmp_path)

    assert {each.findings.status for each in found if isinstance(each, Outcome)} == {"unreachable"}
    assert len(host.asked) < 60


def test_a_worker_that_cannot_start_ends_the_build(data: Path, tmp_path: Path) -> None:
    """The message says what to do."""
    failing = partial(ProcessEngine, command=(sys.executable, "-c", "raise SystemExit(1)"))
    (error, *_) = crawl(["http://127.0.0.1:9/a.zarr"], tmp_path, failing)

    assert isinstance(error, BuildError)
    assert "--processes 1" in str(error)
