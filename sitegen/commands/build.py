"""What each command does, stage by stage; no printing, no arguments.

`build`: lists → crawl → catalog → pages → a new folder, swapped for the old one. Until
the swap nothing of the old site is touched, and what was crawled is in the cache.
`check`: lists → crawl without pictures → problems, by line. Only the crawls are async; a
signal ends them, and the rest, as `interrupts` says.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from sitegen import formatting, urls
from sitegen.cache.store import Cache, picture_names
from sitegen.catalog.build import make_catalog
from sitegen.catalog.history import catalog_name, keep_history, read_history
from sitegen.catalog.sources import logo_files
from sitegen.catalog.terms import term_ids
from sitegen.commands.check import CheckResult, Inspector, news, problems_by_line
from sitegen.commands.interrupts import run
from sitegen.commands.progress import DRAW_EVERY_S, Progress
from sitegen.commands.summary import BuildSummary
from sitegen.config.settings import DEFAULT_NAME, Config, default_config, load, read_base_url, read_config
from sitegen.engine.list_source import ListSource
from sitegen.engine.local import Survey, crawl
from sitegen.engine.plan import Visitor
from sitegen.engine.predictions import Neighbours
from sitegen.engine.term_lookup import look_up_labels
from sitegen.engine.worker import give_back_freed_memory
from sitegen.engine.workers import WorkerPool
from sitegen.errors import BuildError, UsageError
from sitegen.inspection.pictures import Painter, Paints, Unpainted
from sitegen.lists.problems import LOST_LISTS, quote
from sitegen.lists.reading import LastGood, Listing, read_lists
from sitegen.lists.targets import Base, read_root
from sitegen.model import Catalog, Entry, Findings, HostFigures
from sitegen.net.client import Client
from sitegen.outputs.table import site_files
from sitegen.publish import folder as output
from sitegen.serve import run_server
from sitegen.transfer import utc

log = logging.getLogger(__name__)

_FORGOTTEN_AFTER_AGES = 2
"""Maximum ages after which the cache forgets what no list names: a list may come back, catalogs may share a cache."""
_LAST_S = 253_402_300_799
"""The last second of the year 9999, in seconds since 1970: dates have four digits of the year (RFC 3339)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """What the command line says of a crawl."""

    cache: Path
    offline: bool = False
    refresh: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions(CrawlOptions):
    """What the command line says of a build."""

    config: str | None
    out: Path
    base_url: str | None = None
    workers: int | None = None
    """Processes that draw pictures; None: one for each core, 0: a thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions(CrawlOptions):
    """What the command line says of a check."""

    csv: tuple[str, ...]
    config: Path | None = None
    """A configuration whose `[crawl]` holds."""
    since: Path | None = None
    """An earlier version of the list, whose rows are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crawled:
    """What a crawl found, and what it asked of each host."""

    listing: Listing
    findings: tuple[Findings, ...]
    hosts: tuple[HostFigures, ...]
    lists: frozenset[str] = frozenset()
    """Addresses of the lists."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Of terms that sitegen does not ship."""


def build(options: BuildOptions, progress: Progress) -> BuildSummary:
    """Crawl everything that the lists name and write the site.

    Raises UsageError for a wrong configuration, BuildError where no site can be made.
    """
    started = time.monotonic()
    give_back_freed_memory()
    config = load(options.config)
    if options.base_url is not None:
        config = replace(config, base_url=read_base_url(options.base_url))
    stated_s = _stated_s()
    output.prepare(options.out)
    output.check_apart(options.out, _needed(config, options))
    with Cache.open(options.cache) as cache:
        crawled = run(_crawl_for_build(config, cache, options, progress))
        name = catalog_name(options.config or DEFAULT_NAME, options.cache)
        history = read_history(cache, name, first_list=config.csv[0])
        whole = options.limit is None and not options.offline
        made = history.apply(_make_catalog(crawled, config), whole=whole)
        if stated_s is None:
            made = replace(made, cache_bytes=cache.size_bytes())
        progress.stage(f"Writing {options.out}")
        written = output.write_site(
            site_files(
                made,
                viewers=config.viewers,
                removed=history.new_changes(made).removed if config.removed_pages else (),
            ),
            folder=options.out,
            files=logo_files(config),
            pictures=_picture_files(made, cache),
        )
        if whole:
            keep_history(cache, name, history, made)
            _prune(cache, config, crawled, made)
        return BuildSummary(
            out=options.out,
            rows=crawled.listing.rows,
            catalog=made,
            hosts=crawled.hosts,
            files=written.files,
            bytes=written.bytes,
            cache_bytes=cache.size_bytes(),
            seconds=time.monotonic() - started,
        )


def _needed(config: Config, options: BuildOptions) -> Iterator[Path]:
    """Yield what a build reads on this machine, as far as that is known before it reads lists."""
    yield options.cache
    if not urls.has_scheme(options.config or ""):
        yield Path(options.config or DEFAULT_NAME)
    yield from _local(root.address for root in map(read_root, config.csv) if isinstance(root, Base))
    yield from (source.logo for source in config.sources if source.logo)


def _local(dataset_urls: Iterable[str]) -> Iterator[Path]:
    return (urls.to_path(url) for url in dataset_urls if not urls.is_remote(url))


async def _crawl_for_build(config: Config, cache: Cache, options: BuildOptions, progress: Progress) -> _Crawled:
    async with _fetcher(config, cache, options) as fetcher, WorkerPool(options.workers) as workers:
        reader = ListSource(fetcher, cache, config.crawl)
        listing = _limited(await _read_lists(config, reader, progress), options.limit)
        output.check_apart(options.out, _local({*reader.asked, *(entry.url for entry in listing.entries)}))
        if not listing.entries:  # an empty site helps nobody
            told = "".join(f"\n  {each.place}: {each.problem.message}" for each in listing.problems[:5])
            raise BuildError(f"the lists name no dataset, so there is nothing to publish{told}")
        painter = Painter(workers, config.pictures, config.crawl, keep=cache.put_picture)
        neighbours = Neighbours(entry.url for entry in listing.entries)
        visitor = _visitor(fetcher, config, neighbours, options, cache=cache, painter=painter)
        findings = await _crawl(visitor.visit, visitor, listing.entries, config, progress)
        labels = await _look_up(listing.entries, findings, config, fetcher)
        return _Crawled(
            listing=listing, findings=findings, hosts=fetcher.figures(), lists=frozenset(reader.asked), labels=labels
        )


def check(options: CheckOptions, progress: Progress) -> CheckResult:
    """Read, crawl and judge what the lists name; write nothing but documents into the cache.

    Raises UsageError for a list, a configuration or an earlier list that is not there.
    """
    started = time.monotonic()
    config = _check_config(options)
    before = _read_file(options.since) if options.since else None
    with Cache.open(options.cache) as cache:
        crawled = run(_crawl_for_check(config, cache, options, before, progress))
    made = _make_catalog(crawled, config)
    return CheckResult(
        problems=problems_by_line(made, [each.csv for each in crawled.listing.lists]),
        rows=crawled.listing.rows,
        catalog=made,
        hosts=crawled.hosts,
        seconds=time.monotonic() - started,
    )


def _check_config(options: CheckOptions) -> Config:
    config = read_config(options.config) if options.config else default_config(options.csv[0])
    return replace(config, csv=tuple(csv for each in options.csv for csv in default_config(each).csv))


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"--since {path}: cannot be read: {error.strerror}") from None


async def _crawl_for_check(
    config: Config, cache: Cache, options: CheckOptions, before: bytes | None, progress: Progress
) -> _Crawled:
    async with _fetcher(config, cache, options) as fetcher:
        reader = ListSource(fetcher, None, config.crawl)  # a check judges what is there, not what was
        listing = await _read_lists(config, reader, progress)
        if before is not None:
            listing = news(listing, await _read_lists(config, reader, progress, before=before))
            progress.stage(f"{formatting.plural(len(listing.entries), 'dataset')} of them new or changed")
        listing = _limited(listing, options.limit)
        neighbours = Neighbours(entry.url for entry in listing.entries)
        first = _visitor(fetcher, config, neighbours, options)
        again = _visitor(fetcher, config, neighbours, replace(options, refresh=True))
        inspector = Inspector(first, None if options.offline else again)
        findings = await _crawl(inspector.visit, first, listing.entries, config, progress)
        return _Crawled(listing=listing, findings=findings, hosts=fetcher.figures())


def _fetcher(config: Config, cache: Cache, options: CrawlOptions) -> Client:
    return Client(config.crawl, cache=cache, offline=options.offline, refresh=options.refresh, site=config.base_url)


async def _read_lists(
    config: Config, reader: ListSource, progress: Progress, *, before: bytes | None = None
) -> Listing:
    """Return all lists read; `before` is taken for the content of those that the operator names."""
    named = {each.address for each in map(read_root, config.csv) if isinstance(each, Base)}

    async def get(address: str) -> bytes | LastGood:
        return before if before is not None and address in named else await reader.get(address)

    progress.stage(f"Reading {formatting.plural(len(config.csv), 'list')}")
    listing = await read_lists(
        config.csv,
        get,
        allow_private_hosts=config.crawl.allow_private_hosts,
        max_list_bytes=config.crawl.max_list_bytes,
    )
    progress.stage(
        f"{formatting.plural(listing.rows, 'row')} in {formatting.plural(len(listing.lists), 'list')} "
        f"name {formatting.plural(len(listing.entries), 'dataset')}"
    )
    return listing


def _limited(listing: Listing, limit: int | None) -> Listing:
    return replace(listing, entries=listing.entries[:limit])


def _visitor(
    fetcher: Client,
    config: Config,
    neighbours: Neighbours,
    options: CrawlOptions,
    *,
    cache: Cache | None = None,
    painter: Paints | None = None,
) -> Visitor:
    return Visitor(
        fetcher,
        cache,
        painter or Unpainted(),
        neighbours,
        config,
        refresh=options.refresh,
        offline=options.offline,
        now=time.time,
        stated_s=_stated_s(),
    )


async def _crawl(
    survey: Survey, visitor: Visitor, entries: Sequence[Entry], config: Config, progress: Progress
) -> tuple[Findings, ...]:
    """Return what `survey` finds of each entry, in their order, and show how far it is."""

    async def survey_and_tell(entry: Entry) -> Findings:
        progress.start(entry)
        return await survey(entry)

    progress.begin(entries)
    ticking = asyncio.create_task(_tick(progress))
    try:
        found = await crawl(
            entries,
            survey_and_tell,
            per_host=config.crawl.per_host,
            goes_first=visitor.goes_first,
            on_done=progress.done,
        )
    finally:
        ticking.cancel()
        progress.end()
    return tuple(found)


async def _tick(progress: Progress) -> None:
    """Show how far the crawl is while nothing happens, too: a host that hangs is worth seeing."""
    while True:
        await asyncio.sleep(DRAW_EVERY_S)
        progress.tick()


def _make_catalog(crawled: _Crawled, config: Config) -> Catalog:
    return make_catalog(
        crawled.listing.entries,
        crawled.findings,
        config,
        built_at=utc(time.time() if (stated_s := _stated_s()) is None else stated_s),
        list_problems=crawled.listing.problems,
        labels=crawled.labels,
    )


async def _look_up(
    entries: Sequence[Entry], findings: Sequence[Findings], config: Config, fetcher: Client
) -> Mapping[str, str]:
    terms = term_ids(entries, findings) if config.crawl.look_up_terms else set()
    return await look_up_labels(terms, fetcher)


def _picture_files(made: Catalog, cache: Cache) -> list[tuple[str, Path]]:
    """Return the site's pictures, each once, with the cached files that they are copies of."""
    names = dict.fromkeys(name for record in made.records for name in picture_names(record.found))
    return [(f"thumbs/{name}", file) for name in names if (file := cache.picture(name))]


def _prune(cache: Cache, config: Config, crawled: _Crawled, made: Catalog) -> None:
    """Drop from the cache what nothing needs any more; nothing while a list that could not be read may need it."""
    if any(each.problem.code in LOST_LISTS for each in made.list_problems):
        return
    dataset_urls = {record.url for record in made.records}
    pictures = {path.removeprefix("thumbs/") for path, _ in _picture_files(made, cache)}
    before = time.time() - _FORGOTTEN_AFTER_AGES * config.crawl.max_age_days * 86_400
    gone = cache.prune(keep_urls=dataset_urls | crawled.lists, keep_pictures=pictures, before=before)
    log.info("%s: %d documents and pictures that nothing needs are gone", cache.folder, gone)


def _stated_s() -> float | None:
    """Return the time that a reproducible build states (reproducible-builds.org, SOURCE_DATE_EPOCH).

    Raises UsageError where it states one that is none, which must not become the time of now.
    """
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not stated:
        return None
    if not re.fullmatch(r"[0-9]{1,12}", stated) or int(stated) > _LAST_S:
        raise UsageError(
            f"SOURCE_DATE_EPOCH: expected seconds since 1970, a whole number from 0 to {_LAST_S} (the end of the year "
            f"9999), found {quote(stated)}; correct it, or unset it to state the time of now"
        )
    return float(stated)


def demo(folder: Path, *, serve: bool, first_port: int, say: Callable[[str], None]) -> None:
    """Write the demo federation; with `serve`, name its datasets by loopback addresses, and serve them."""
    from sitegen import demo as demos  # it needs zarr, which would cost every command 0.3 s

    if not serve:
        summary = demos.write_demo(folder)
        say(f"{folder}: {summary}; build its catalog with: sitegen build {folder / 'sitegen.toml'}")
        return
    origins = demos.demo_origins(first_port)
    summary = demos.write_demo(folder, origins=origins)
    folders = [(folder / name, urlsplit(origin).port or 0) for name, origin in origins.items()]
    run_server(
        folders,
        on_ready=lambda _: say(f"{folder}: {summary}, served by {len(folders)} origins, {origins_of(origins)}"),
        cors=True,
    )


def origins_of(origins: Mapping[str, str]) -> str:
    """Return the first and last of some origins, in words."""
    addresses = list(origins.values())
    return f"{addresses[0]} to {addresses[-1]}"


def serve(folder: Path, port: int, *, say: Callable[[str], None]) -> None:
    """Serve a built site on loopback until a signal; its address is said first. Raises UsageError."""
    run_server([(folder, port)], on_ready=lambda dataset_urls: say(dataset_urls[0]))
