"""`sitegen check`: what is wrong with lists and their datasets, without a site.

Metadata are read and validated as a build does; pixels are not read, so that a dataset costs some four requests. Good
answers of an earlier run are taken from the cache; a dataset with a problem is asked again, so that whoever repaired
it sees so at once. The cache learns documents alone.

`news` leaves out what an earlier version of a list has, too: a row counts as new if its address is new or a cell
changed, and a problem of any other line if it was not there before.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sitegen import formatting
from sitegen.cache.store import Cache
from sitegen.commands.annotations import count_levels
from sitegen.commands.crawl import (
    Crawled,
    CrawlOptions,
    crawl_policy,
    inspect_entries,
    limited,
    make_catalog,
    open_client,
    read_all_lists,
    source_date_epoch,
    with_cache,
)
from sitegen.commands.progress import Progress
from sitegen.config.settings import Config, default_config, read_config
from sitegen.engine.datasets import DatasetInspector
from sitegen.engine.list_source import ListSource
from sitegen.engine.local_io import LocalIO
from sitegen.engine.predictions import Predictions
from sitegen.engine.workers import WorkerPool
from sitegen.errors import UsageError
from sitegen.interrupts import run
from sitegen.lists.reading import Listing
from sitegen.model import Catalog, Entry, Findings, HostFigures, ListProblem, Place

_PLACE_AT_END = re.compile(r":\d+$")
"""The line in "the dataset is already listed in lists/ours.csv:12"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What a check found."""

    problems: tuple[ListProblem, ...]
    """In the order of the lists, then of their lines; a dataset's stand at every line that names it."""
    rows: int
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
        """Return the figures, in one line."""
        totals = self.catalog.totals
        return (
            f"{count_levels(self.problems)} in {formatting.plural(self.rows, 'row')}; "
            f"{formatting.plural(totals.datasets, 'dataset')} checked, {totals.ok:,} could be read, "
            f"{totals.valid:,} valid; {formatting.plural(sum(host.requests for host in self.hosts), 'request')}, "
            f"{formatting.size(sum(host.bytes for host in self.hosts))}, {self.seconds:.1f} s"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions(CrawlOptions):
    """What the command line says of a check."""

    csv: tuple[str, ...]
    config: Path | None = None
    """A configuration whose `[crawl]` applies."""
    since: Path | None = None
    """An earlier version of the list, whose rows are known."""


def check(options: CheckOptions, progress: Progress) -> CheckResult:
    """Read the lists, inspect and validate what they name; write nothing but documents into the cache.

    Raises UsageError for a list, a configuration or an earlier list that is not there.
    """
    started = time.monotonic()
    config = _config(options)
    before = _read_file(options.since) if options.since else None
    with Cache.open(options.cache) as cache:
        crawled = run(_crawl(config, cache, options, before, progress))
    made = make_catalog(crawled, config)
    return CheckResult(
        problems=problems_by_line(made, [each.csv for each in crawled.listing.lists]),
        rows=crawled.listing.rows,
        catalog=made,
        hosts=crawled.hosts,
        seconds=time.monotonic() - started,
    )


def _config(options: CheckOptions) -> Config:
    config = read_config(options.config) if options.config else default_config(options.csv[0])
    return replace(config, csv=tuple(csv for each in options.csv for csv in default_config(each).csv))


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"--since {path}: cannot be read: {error.strerror}") from None


async def _crawl(
    config: Config, cache: Cache, options: CheckOptions, before: bytes | None, progress: Progress
) -> Crawled:
    async with open_client(config) as client, WorkerPool(0) as workers:
        documents = with_cache(client, config, cache, options)
        source = ListSource(documents, None, config.crawl)  # a check is of the lists as they are, not as they were
        listing = await read_all_lists(config, source, progress)
        if before is not None:
            listing = news(listing, await read_all_lists(config, source, progress, before=before))
            progress.stage(f"{formatting.plural(len(listing.entries), 'dataset')} of them new or changed")
        listing = limited(listing, options.limit)
        predictions = Predictions(entry.url for entry in listing.entries)
        rechecking = with_cache(client, config, cache, replace(options, refresh=True))
        first = _inspector(LocalIO(documents, workers), predictions, config, options)
        second = _inspector(LocalIO(rechecking, workers), predictions, config, replace(options, refresh=True))

        async def inspect_twice(entry: Entry) -> Findings:
            """Inspect with cached documents, then, where something is wrong, with those of now."""
            found = await first.inspect(entry)
            return found if options.offline or not _may_be_repaired(found) else await second.inspect(entry)

        findings = await inspect_entries(inspect_twice, first, listing.entries, config, progress)
        return Crawled(listing=listing, findings=findings, hosts=client.figures())


def _inspector(io: LocalIO, predictions: Predictions, config: Config, options: CheckOptions) -> DatasetInspector:
    policy = crawl_policy(config, options, pictures=False)
    return DatasetInspector(io, predictions, policy, cache=None, now=time.time, stated_s=source_date_epoch())


def _may_be_repaired(found: Findings) -> bool:
    """Return whether a new answer might be better; where there was none, it was asked for a moment ago."""
    return found.status not in ("unreachable", "refused") and any(each.level != "note" for each in found.problems)


def news(listing: Listing, before: Listing) -> Listing:
    """Return what the lists say that they did not say before: new and changed datasets, and new problems."""
    known = {entry.url: entry for entry in before.entries}
    entries = tuple(entry for entry in listing.entries if not _is_known(entry, known.get(entry.url)))
    fresh = {place for entry in entries for place in entry.places}
    return replace(listing, entries=entries, problems=tuple(_new_problems(listing, before, fresh)))


def _is_known(entry: Entry, known: Entry | None) -> bool:
    """Return whether a dataset was named before, with these cells, in each list as often; its lines may have moved."""
    return (
        known is not None
        and replace(entry, places=()) == replace(known, places=())
        and _counts(entry) <= _counts(known)
    )


def _counts(entry: Entry) -> Counter[str]:
    return Counter(place.csv for place in entry.places)


def _new_problems(listing: Listing, before: Listing, fresh: set[Place]) -> Iterator[ListProblem]:
    """Yield the problems of new and changed rows; of other lines, those that there were not as often before."""
    known = Counter(_without_lines(before))
    for each, without_line in zip(listing.problems, _without_lines(listing), strict=True):
        if each.place not in fresh and known[without_line]:
            known[without_line] -= 1
        else:
            yield each


def _without_lines(listing: Listing) -> Iterator[tuple[object, ...]]:
    """Yield for each problem what stays the same when its line moves: list, dataset, and what is wrong."""
    datasets = {place: entry.url for entry in listing.entries for place in entry.places}
    for each in listing.problems:
        message = _PLACE_AT_END.sub("", each.problem.message)
        yield each.place.csv, each.url or datasets.get(each.place), replace(each.problem, message=message)


def problems_by_line(catalog: Catalog, lists: Sequence[str]) -> tuple[ListProblem, ...]:
    """Return all problems, list by list, then by line; a dataset's at every line that names it.

    lists: those that were read, in reading order; others, that could not be, stand first.
    """
    order = {csv: number for number, csv in enumerate(lists)}
    found = [*catalog.list_problems, *_dataset_problems(catalog)]
    return tuple(sorted(found, key=lambda each: (order.get(each.place.csv, -1), each.place.csv, each.place.line)))


def _dataset_problems(catalog: Catalog) -> Iterator[ListProblem]:
    for record in catalog.records:
        for place in record.lists:
            for problem in record.found.problems:
                yield ListProblem(place=place, problem=problem, url=record.url)
