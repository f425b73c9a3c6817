"""Compares the crawl of sitegen with other clients in one run, and prints one table with ratios.

    python benchmarks/crawl.py                                  generated lists, in the proportions of the Challenge's
    python benchmarks/crawl.py FOLDER                           an even sample of the lists in a folder
    python benchmarks/crawl.py --datasets 12000 --only sitegen  sitegen alone, at full size
    python benchmarks/crawl.py --engine                         its engines alone, side by side, with requests over time

The datasets are distributed evenly over ten stand-in hosts (tests/standin), each of which
delays its responses by 20 ms, then 80 ms. Each client (see `crawlers.py`) is a process of
its own. The server counts requests, the kernel CPU and memory. Seconds are those of the
crawl, without imports and without the pages of a site. `script` is slow and crawls a
smaller sample; its rate is compared. `sitegen` crawls a larger one, too, because
predictions from neighboring datasets need as many of them as a real host has, because memory
should hardly grow, and because processes take a second to start. `--engine` also prints, for
each tenth of a crawl, the requests and how many of them were under way at once at one host, as
the stand-in counted them. The server needs part of a core: on two cores it lowers the rate of
every client that has worker processes.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from memory import Memory
from standin import Figures, Standin
from standin.rewriting import is_list, read_rows

_HOSTS = 10
_LATENCIES_MS = (20, 80)
_HINTS = ("url", "wells", "shape", "dimension_names", "series0")
"""Columns by which the stand-in chooses the dataset that it serves for a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A crawl that is measured."""

    name: str
    description: str
    command: tuple[str, ...]
    sample: str = "usual"
    slow_too: bool = True
    """Whether it runs at the longer latency, too."""
    cache: str | None = None
    """Name of the cache that it shares with other crawls; None: an empty one of its own."""


CLIENTS = (
    Client(name="script", description="the Challenge's script", command=("script",), sample="small", slow_too=False),
    Client(name="zarr", description="zarr + fsspec, thumbnails", command=("zarr",)),
    Client(name="sitegen", description="metadata only", command=("sitegen",)),
    Client(name="sitegen", description="metadata only", command=("sitegen",), sample="large", cache="metadata"),
    Client(name="sitegen", description="metadata only, 2 processes", command=("sitegen", "--processes", "2"),
           sample="large", slow_too=False),
    Client(name="sitegen", description="metadata only, dask", slow_too=False,
           command=("sitegen", "--engine", "dask", "--processes", "2")),
    *(
        Client(name="engine", description=description, slow_too=False, command=("sitegen", *command))
        for description, command in (
            ("local, 1 process", ("--processes", "1")),
            ("local, 2 processes", ("--processes", "2")),
            ("dask, 2 workers", ("--engine", "dask", "--processes", "2")),
        )
    ),
    Client(name="sitegen", description="unchanged, refreshed", command=("sitegen", "--refresh"), sample="large",
           cache="metadata"),
    Client(name="sitegen", description="within the maximum age", command=("sitegen",), sample="large",
           cache="metadata", slow_too=False),
    *(
        Client(name="sitegen", description=f"thumbnails, {workers} workers", slow_too=workers == "2",
               command=("sitegen", "--pictures", "thumbnails", "--workers", workers))
        for workers in "012"
    ),
    Client(name="sitegen", description="thumbnails, 2 workers", command=("sitegen", "--pictures", "thumbnails"),
           sample="large", slow_too=False),
    Client(name="sitegen", description="all pictures, 2 workers", command=("sitegen", "--pictures", "all"),
           slow_too=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The result of one client."""

    client: Client
    latency_ms: int
    datasets: int
    ok: int
    seconds: float
    main_cpu_s: float
    """Of the main process; worker processes not counted."""
    cpu_s: float
    peak_bytes: int
    figures: Figures

    @property
    def rate(self) -> float:
        """Datasets a second."""
        return self.datasets / self.seconds


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark that the command line asks for."""
    options = _read_options(arguments)
    wanted = set(options.only or {each.name for each in CLIENTS} - {"engine"})
    if options.engine:
        wanted = {"engine"}
    clients = [each for each in CLIENTS if {each.name, each.description} & wanted]
    folder = Path(tempfile.mkdtemp(prefix="crawl-"))
    try:
        runs = list(_measure_all(options, clients, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("", *_table(runs), sep="\n")
    if options.engine:
        print("", *_requests_over_time(runs), sep="\n")
    return 0


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", nargs="?", type=Path, help="a folder of lists; without one they are made")
    parser.add_argument("--datasets", type=int, default=1200, help="how many datasets (1200)")
    parser.add_argument("--large", type=int, default=12_000, help="how many in the large sample of sitegen (12000)")
    parser.add_argument("--small", type=int, default=40, help="how many in the sample of the slow client (40)")
    parser.add_argument("--latencies-ms", type=int, nargs="+", default=_LATENCIES_MS, help="(20 80)")
    names = list(dict.fromkeys(name for client in CLIENTS for name in (client.name, client.description)))
    parser.add_argument("--engine", action="store_true", help="only the engines of sitegen, with requests over time")
    parser.add_argument("--only", nargs="+", choices=names, help="only the clients with these names or descriptions")
    return parser.parse_args(arguments)


def _measure_all(options: argparse.Namespace, clients: Sequence[Client], folder: Path) -> Iterator[Run]:
    sizes = {"small": options.small, "usual": options.datasets, "large": options.large}
    rows = read_lists(options.lists) if options.lists else make_rows(max(sizes.values()))
    lists = [folder / f"{sample}.csv" for sample in sizes]
    for path, size in zip(lists, sizes.values(), strict=True):
        write_list(path, sample_evenly(rows, size))
    for latency_ms in options.latencies_ms:
        with Standin(lists, latency_ms=latency_ms, spread=_HOSTS) as standin:
            for client in clients:
                if client.slow_too or latency_ms == options.latencies_ms[0]:
                    run = _measure(client, standin, latency_ms, folder)
                    print(_line(run, {}), file=sys.stderr, flush=True)
                    yield run
        shutil.rmtree(folder / "caches", ignore_errors=True)


def read_lists(folder: Path) -> list[Mapping[str, str]]:
    """Return the datasets of the lists in a folder, without duplicates."""
    rows: dict[str, Mapping[str, str]] = {}
    for path in sorted(folder.glob("*.csv")):
        for row in read_rows(path.read_text(encoding="utf-8-sig")):
            if row["url"] and not is_list(row["url"]):
                rows.setdefault(row["url"].rstrip("/"), row)
    return list(rows.values())


def make_rows(count: int) -> list[Mapping[str, str]]:
    """Return rows in the proportions of the Challenge's lists: 87 % slides, 12 % images, 1 % plates."""
    return [_make_row(number) for number in range(count)]


def _make_row(number: int) -> Mapping[str, str]:
    if number % 8:
        return {"url": f"https://storage.googleapis.com/slides/study-{number % 31}/{number}.zarr"}
    row = {"url": f"https://uk1s3.embassy.ebi.ac.uk/idr/study-{number % 7}/{number}.zarr", "shape": "1,2,1,1024,1024"}
    return row | {"dimension_names": "t,c,z,y,x", "wells": "96" if number % 96 == 0 else ""}


def sample_evenly(rows: Sequence[Mapping[str, str]], count: int) -> list[Mapping[str, str]]:
    """Return at most `count` rows, evenly from first to last."""
    step = max(1.0, len(rows) / count)
    return [rows[int(place * step)] for place in range(min(count, len(rows)))]


def write_list(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write a list with the columns that the stand-in reads."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, _HINTS, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _measure(client: Client, standin: Standin, latency_ms: int, folder: Path) -> Run:
    command = [sys.executable, str(Path(__file__).with_name("crawlers.py")), client.command[0]]
    command += [str(standin.path(f"{client.sample}.csv")), *client.command[1:]]
    if client.command[0] == "sitegen":
        (folder / "caches").mkdir(exist_ok=True)
        cache = folder / "caches" / client.cache if client.cache else Path(tempfile.mkdtemp(dir=folder / "caches"))
        command += ["--cache", str(cache)]
    standin.reset()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    memory = Memory(process.pid)
    printed, _ = process.communicate()
    memory.stop()
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(
        client=client,
        latency_ms=latency_ms,
        **json.loads(printed),
        peak_bytes=memory.peak_bytes,
        figures=standin.figures(),
    )


_HEAD = ("client", "what", "ms", "datasets", "read", "a second", "requests", "404", "CPU ms", "of main process",
         "at once", "peak MB", "× script", "× zarr")  # fmt: skip


def _table(runs: Sequence[Run]) -> Iterator[str]:
    """Yield the lines of the table, in Markdown; rates are compared with those of the same latency."""
    yield f"| {' | '.join(_HEAD)} |"
    yield "|---|---" + "|---:" * (len(_HEAD) - 2) + "|"
    rates = {(run.client.name, run.latency_ms): run.rate for run in runs if run.client.command[0] != "sitegen"}
    for run in runs:
        yield _line(run, rates)


def _line(run: Run, rates: Mapping[tuple[str, int], float]) -> str:
    cells = [
        run.client.name,
        run.client.description,
        str(run.latency_ms),
        f"{run.datasets:,}",
        f"{run.ok:,}",
        f"{run.rate:,.1f}",
        f"{run.figures.requests / run.datasets:.2f}",
        f"{run.figures.status(404) / run.datasets:.2f}",
        f"{1000 * run.cpu_s / run.datasets:.2f}",
        f"{1000 * run.main_cpu_s / run.datasets:.2f}",
        f"{run.figures.most_at_once}",
        f"{run.peak_bytes / 1e6:.0f}",
        *(
            f"{run.rate / rate:.1f}" if (rate := rates.get((name, run.latency_ms))) else ""
            for name in ("script", "zarr")
        ),
    ]
    return f"| {' | '.join(cells)} |"


def _requests_over_time(runs: Sequence[Run]) -> Iterator[str]:
    """Yield a table: for each tenth of a run its requests, and how many were under way at once at one host at most."""
    yield f"| requests, and at most at once at one host | {' | '.join(f'{10 * part} %' for part in range(10))} |"
    yield "|---" + "|---:" * 10 + "|"
    for run in runs:
        counts = [0] * 10
        most = [0] * 10
        seconds = sorted({second for host in run.figures.hosts.values() for second in host.timeline})
        for host in run.figures.hosts.values():
            for second, (requests, at_once) in host.timeline.items():
                part = 10 * (second - seconds[0]) // (seconds[-1] - seconds[0] + 1)
                counts[part] += requests
                most[part] = max(most[part], at_once)
        cells = (f"{count:,}, {at_once}" for count, at_once in zip(counts, most, strict=True))
        yield f"| {run.client.description} | {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
