"""`sitegen check`: reports what is wrong with lists and their datasets, without building a site.

Metadata are read and validated as in a build. Pixels are not read, so a dataset takes about four requests. Datasets
without problems may come from the cache of an earlier run; those with problems are requested again, so that a repair
shows at once. Documents are added to the cache, but not findings or pictures, which belong to builds.

With an earlier version of the lists, only what differs is checked (`sitegen.commands.changes`). A host that gives no
answer now is a note, because it says nothing about the row; a host whose name does not exist is an error.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sitegen import formatting
from sitegen.cache.folder import Cache
from sitegen.commands.annotations import count_problems
from sitegen.commands.changes import ReadEarlier, changes_since, open_earlier
from sitegen.commands.crawl import CrawlContext, CrawlOptions, CrawlResult, limit_datasets, source_date_epoch
from sitegen.commands.progress import Progress
from sitegen.config.settings import Config, default_config, file_of, folder_of, read_config
from sitegen.engine.documents import CachedClient
from sitegen.engine.list_source import ListSource
from sitegen.engine.local_io import LocalIO
from sitegen.engine.predictions import Predictions
from sitegen.engine.robots import RobotsRules
from sitegen.engine.workers import WorkerPool
from sitegen.errors import UsageError
from sitegen.interrupts import run
from sitegen.lists.reading import Listing
from sitegen.model import Catalog, Entry, Findings, HostFigures, ListProblem, Place, Problem
from sitegen.model.codes import CODES, make_problem

_OF_ROWS = frozenset({"dns-failure", "tls-failure"})
"""Codes of hosts without an answer that the address in the row causes more often than a host that is down."""
_CELLS = {"license": "license", "organismId": "organism", "fbbiId": "modality"}
"""Where a problem is of a cell: header → key of `provenance`."""
_TRY_AGAIN = {
    "": "The dataset could not be checked. Try again later: run the check again.",
    "offline": "The dataset could not be checked. Try again without --offline.",
}
"""Hint by code; empty for all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What a check found."""

    problems: tuple[ListProblem, ...]
    """In the order of the lists, then of their lines; those of a dataset at every line that names it."""
    rows: int
    """Those that name datasets, and those that name nothing that could be followed."""
    catalog: Catalog
    hosts: tuple[HostFigures, ...]
    seconds: float

    @property
    def errors(self) -> bool:
        """Whether there is an error."""
        return any(each.problem.level == "error" for each in self.problems)

    @property
    def warnings(self) -> bool:
        """Whether there is a warning."""
        return any(each.problem.level == "warning" for each in self.problems)

    def as_text(self) -> str:
        """Return the figures in one line."""
        totals = self.catalog.totals
        return (
            f"{count_problems(self.problems)} in {formatting.plural(self.rows, 'row')}; "
            f"{formatting.plural(totals.datasets, 'dataset')} checked, {totals.ok:,} could be read, "
            f"{totals.valid:,} valid; {formatting.plural(sum(host.requests for host in self.hosts), 'request')}, "
            f"{formatting.size(sum(host.bytes for host in self.hosts))}, {self.seconds:.1f} s"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions(CrawlOptions):
    """The options of `sitegen check`."""

    csv: tuple[str, ...]
    """Lists; or one configuration, whose lists are meant, and whose settings are used."""
    config: Path | None = None
    """A configuration whose `[crawl]` settings are used, but not its lists."""
    since: str | None = None
    """Where earlier versions of the lists are, whose rows are not checked again; see `open_earlier`."""


def check(options: CheckOptions, progress: Progress) -> CheckResult:
    """Read the lists, inspect and validate their datasets; write nothing but documents into the cache.

    Raises UsageError if a list, the configuration or the earlier version of the list does not exist.
    """
    started = time.monotonic()
    config = _read_config(options)
    earlier = open_earlier(options.since, config.csv) if options.since else None
    stated_s = source_date_epoch()
    with Cache.open(options.cache) as cache:
        context = CrawlContext(
            config=config,
            options=options,
            cache=cache,
            progress=progress,
            folder=folder_of(options.config or options.csv[0]),
            file=None if options.config else file_of(options.csv[0]),
            stated_s=stated_s,
        )
        crawl = run(_crawl(context, earlier))
    catalog = context.make_catalog(crawl)
    return CheckResult(
        problems=problems_by_line(catalog, crawl.listing),
        rows=crawl.listing.rows + crawl.listing.refused,
        catalog=catalog,
        hosts=crawl.hosts,
        seconds=time.monotonic() - started,
    )


def _read_config(options: CheckOptions) -> Config:
    if any(each.lower().endswith(".toml") for each in options.csv):
        if len(options.csv) > 1 or options.config:
            raise UsageError(
                f"{', '.join(options.csv)}: expected lists, or one configuration without --config; "
                "name the lists, and the configuration with --config"
            )
        return read_config(Path(options.csv[0]))
    config = read_config(options.config) if options.config else default_config(options.csv[0])
    return replace(config, csv=tuple(csv for each in options.csv for csv in default_config(each).csv))


async def _crawl(context: CrawlContext, earlier: ReadEarlier | None) -> CrawlResult:
    async with context.open_client() as client, WorkerPool(0) as workers:
        documents = context.documents(client)
        listing = await _read_lists(context, documents, earlier)
        robots = RobotsRules(documents)
        predictions = Predictions()
        first = context.inspector(LocalIO(documents, workers, robots).run_task, predictions, pictures=False, cache=None)
        refreshing = context.refreshing()
        fresh_io = LocalIO(refreshing.documents(client), workers, robots)
        second = refreshing.inspector(fresh_io.run_task, predictions, pictures=False, cache=None)

        async def inspect_twice(entry: Entry) -> Findings:
            """Inspect with cached documents, then, if something is wrong, with those of now."""
            found = await first.inspect(entry)
            return found if context.options.offline or not _may_be_repaired(found) else await second.inspect(entry)

        findings = await context.inspect(listing.entries, inspect_twice)
        return CrawlResult(listing=listing, findings=findings, hosts=client.figures())


async def _read_lists(context: CrawlContext, documents: CachedClient, earlier: ReadEarlier | None) -> Listing:
    """Return what is to be checked: the lists, or what is new in them since the earlier version.

    The cache is not used for lists, because a check is of the lists as they are now.
    """
    source = ListSource(documents, context.cache, context.config.crawl, falls_back=False)
    listing = _with_emptiness(await context.read_lists(source), context.config)
    if earlier is not None:
        listing = changes_since(listing, await context.read_lists(source, earlier=earlier))
        context.progress.stage(f"{formatting.plural(len(listing.entries), 'dataset')} new or changed")
    return limit_datasets(listing, context.options.limit)


def _with_emptiness(listing: Listing, config: Config) -> Listing:
    """Return the listing with an error if it names no dataset: `build` fails where nothing can be published."""
    if listing.entries or any(each.problem.level == "error" for each in listing.problems):
        return listing
    problem = make_problem("no-datasets", message="the lists name no dataset, so there is nothing to publish")
    place = listing.lists[0].csv if listing.lists else config.csv[0]
    added = ListProblem(place=Place(csv=place, line=1), problem=problem)
    return replace(listing, problems=(*listing.problems, added))


def _may_be_repaired(found: Findings) -> bool:
    """Return whether another inspection may find less; a host that did not answer was asked a moment ago."""
    return found.status not in ("unreachable", "refused") and any(each.level != "note" for each in found.problems)


def problems_by_line(catalog: Catalog, listing: Listing) -> tuple[ListProblem, ...]:
    """Return all problems, list by list, then by line; those of a dataset at every line that names it.

    What is wrong with a cell is reported at its line alone, once where it passes down to the rows of a list. Problems
    of lists that could not be read come first.
    """
    order = {each.csv: number for number, each in enumerate(listing.lists)}
    found = [*catalog.list_problems, *_dataset_problems(catalog, listing)]
    return tuple(sorted(found, key=lambda each: (order.get(each.place.csv, -1), each.place.csv, each.place.line)))


def _dataset_problems(catalog: Catalog, listing: Listing) -> Iterator[ListProblem]:
    inherited = set[tuple[Place, Problem]]()
    for record in catalog.records:
        stated, of_lists = listing.stated.get(record.url, {}), listing.inherited.get(record.url, {})
        for problem in record.found.problems:
            of_cell = record.provenance.get(_CELLS.get(problem.where, "")) == "csv"
            if of_cell and (source := of_lists.get(problem.where)):
                if (source, problem) not in inherited:
                    yield ListProblem(place=source, problem=problem)
                inherited.add((source, problem))
                continue
            stated_at = stated.get(problem.where) if of_cell else None
            for place in record.lists:
                if stated_at in (None, place):
                    yield ListProblem(place=place, problem=_without_moment(problem), url=record.url)


def _without_moment(problem: Problem) -> Problem:
    """Return the problem; as a note if it is of the host, or of this run, and not of the row."""
    if not CODES[problem.code].transient or problem.code in _OF_ROWS:
        return problem
    return replace(problem, level="note", hint=_TRY_AGAIN.get(problem.code, _TRY_AGAIN[""]))
