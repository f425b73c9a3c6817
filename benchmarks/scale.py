"""Prints what a catalog of many datasets costs to make, stage by stage: seconds, CPU, memory, files and bytes.

    python benchmarks/scale.py LISTS                                         at 15,305 and 100,000 datasets
    python benchmarks/scale.py LISTS --datasets 1000000 --only index.json    one stage at another number
    python benchmarks/scale.py LISTS --datasets 1000000 --without search     all but the search files
    python benchmarks/scale.py LISTS --short                                 short pages in split folders
    python benchmarks/scale.py LISTS --json before.json                      keeps the figures, too

LISTS is a folder with the lists of the OME2024 NGFF Challenge. What the lists state is real; what an inspection would
find is varied from a fixed seed. The catalog is made once for each number; every other stage runs in a process forked
from there, so it does not pay for the catalog, and leaves no memory behind. Files are made and measured, not written.
Tables are made one by one, then all together, as a build makes them. Pages of datasets are a sample of consecutive
ones, and figures of that row are of the sample. Above 131,072 datasets, entries, findings and records are kept
encoded. The search files are made by as many processes as in a build. CPU is user and system time as the kernel counts
it, of all processes. Memory is the largest resident size of the stage's process, and of those that it starts: the
catalog is in it, and for the first row also the entries and findings that it is made from. Linux only.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from challenge import find_lists, read_addresses
from memory import Memory
from sample_site import make_sample

from sitegen.catalog.build import make_catalog
from sitegen.compact import MOST_OBJECTS, rare_collection
from sitegen.config.settings import Config, SiteSettings
from sitegen.model import Catalog, Page
from sitegen.model.planned import PlannedPage, ungrouped
from sitegen.outputs.output import is_made
from sitegen.outputs.table import OUTPUTS
from sitegen.outputs.tables import table_files
from sitegen.site.fingerprints import CatalogDigests
from sitegen.site.plan import made, plan_pages
from sitegen.site.search import make_index
from sitegen.slab_workers import workers_of

_BUILT_AT = "2026-11-20T03:12:09Z"
_BASE_URL = "https://catalog.example.org/"
_SAMPLE_PAGES = 1000
_HEAD = f"{'stage':36}{'seconds':>9}{'CPU s':>9}{'MB at most':>12}{'files':>10}{'bytes':>16}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one stage cost."""

    datasets: int
    stage: str
    seconds: float
    cpu_s: float
    peak_bytes: int
    """Largest resident set size of its process, and the largest of those that it starts together."""
    files: int = 0
    bytes: int = 0

    def line(self) -> str:
        """Return it as a row of the table."""
        figures = f"{self.seconds:>9.1f}{self.cpu_s:>9.1f}{self.peak_bytes / 1e6:>12,.0f}"
        return f"{self.stage:36}{figures}{self.files:>10,}{self.bytes:>16,}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the costs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path)
    parser.add_argument("--datasets", type=int, nargs="+", default=[15_305, 100_000])
    parser.add_argument("--only", nargs="+", metavar="STAGE", help="only stages whose name begins with one of these")
    parser.add_argument("--without", nargs="+", metavar="STAGE", default=[], help="all stages but these")
    parser.add_argument("--short", action="store_true", help="short pages of datasets, in split folders")
    parser.add_argument("--most-objects", type=int, default=MOST_OBJECTS, help="not encoded up to this (%(default)s)")
    parser.add_argument("--pages", type=int, default=_SAMPLE_PAGES, help="dataset pages to render (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to keep the figures")
    options = parser.parse_args(arguments)
    costs = []
    for count in options.datasets:
        print(f"\n{count:,} datasets\n{_HEAD}", flush=True)
        with rare_collection():  # as a build does
            for line in _in_fork(partial(_measure_all, options, count)):
                costs.append(Cost(**json.loads(line)))
                print(costs[-1].line(), flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(cost) for cost in costs], indent=1) + "\n")
    return 0


def _measure_all(options: argparse.Namespace, count: int, write: Callable[[str], None]) -> None:
    """Measure all stages at one number of datasets, and write the cost of each as JSON."""
    lists, (root,) = find_lists([options.lists])
    most = options.most_objects
    entries, findings = make_sample(root, read_addresses(lists[0]), count, most_objects=most)
    gc.collect()
    config = Config(csv=(str(root),), title="Benchmark", description="Real lists", base_url=_BASE_URL)
    if options.short:
        config = replace(config, site=SiteSettings(pages="short", folders="split"))
    meter = _Meter()
    catalog = make_catalog(entries, findings, config, built_at=_BUILT_AT, most_objects=most)
    write(json.dumps(asdict(meter.cost(count, "catalog", ()))))
    del entries, findings
    gc.collect()
    for stage, files in _stages(catalog, options.pages):
        asked = not options.only or stage.startswith(tuple(options.only))
        if asked and not stage.startswith(tuple(options.without)):
            write(json.dumps(asdict(_measure(stage, files, count))))


def _stages(catalog: Catalog, sample: int) -> Iterator[tuple[str, Callable[[], Iterable[Page]]]]:
    """Yield each stage after the catalog: its name, and what makes its files."""
    yield "search files", lambda: make_index(catalog, processes=workers_of(len(catalog.records))).pages
    made = [output for output in OUTPUTS if is_made(output, catalog) and not output.make_of_files]
    for output in made:
        yield output.path, partial(output.files, catalog)
    yield "all tables", lambda: table_files(catalog, [each.table for each in made if each.table])
    yield f"{min(sample, len(catalog.records)):,} dataset pages", partial(_dataset_pages, catalog, sample)


def _dataset_pages(catalog: Catalog, most: int) -> Iterator[Page]:
    """Yield pages of the first datasets of a catalog of no others."""
    few = Catalog(
        title=catalog.title,
        description=catalog.description,
        built_at=catalog.built_at,
        base_url=catalog.base_url,
        records=tuple(catalog.records[:most]),
        totals=catalog.totals,
        sources=catalog.sources,
        studies=catalog.studies,
        layout=catalog.layout,
    )
    planned = (each for each in ungrouped(plan_pages(CatalogDigests(few))) if isinstance(each, PlannedPage))
    return chain.from_iterable(map(made, planned))


def _size(page: Page) -> int:
    return len(page.content)


class _Meter:
    """Measures this process, and those that it starts, from now on."""

    def __init__(self) -> None:
        self._started, self._cpu_s = time.perf_counter(), _cpu_s()
        self._memory = Memory(os.getpid(), is_of_children=True)

    def cost(self, datasets: int, stage: str, sizes: Sequence[int]) -> Cost:
        """Return what it cost. sizes: of the files that were made."""
        seconds, cpu_s = time.perf_counter() - self._started, _cpu_s() - self._cpu_s
        self._memory.stop()
        return Cost(
            datasets=datasets,
            stage=stage,
            seconds=seconds,
            cpu_s=cpu_s,
            peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + self._memory.peak_bytes,
            files=len(sizes),
            bytes=sum(sizes),
        )


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _measure(stage: str, files: Callable[[], Iterable[Page]], datasets: int) -> Cost:
    """Return what a stage costs in a process of its own."""

    def run(write: Callable[[str], None]) -> None:
        meter = _Meter()
        sizes = list(map(_size, files()))  # as a build does, which keeps no page while the next one is made
        write(json.dumps(asdict(meter.cost(datasets, stage, sizes))))

    (line,) = _in_fork(run)
    return Cost(**json.loads(line))


def _in_fork(run: Callable[[Callable[[str], None]], None]) -> Iterator[str]:
    """Run a function in a forked process, and yield the lines that it writes as they come.

    Raises RuntimeError if it fails.
    """
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if not child:
        os.close(reading)
        code = 1
        try:
            with os.fdopen(writing, "w", buffering=1) as pipe:
                run(lambda line: print(line, file=pipe))
            code = 0
        except BaseException:  # noqa: BLE001  # whatever it is, the child must not go on as its parent
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        yield from (line.strip() for line in pipe)
    if os.waitpid(child, 0)[1]:
        raise RuntimeError("the measured process failed; see above")


if __name__ == "__main__":
    sys.exit(main())
