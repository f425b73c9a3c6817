"""`sitegen build`: lists → plan → inspections → catalog → pages and outputs → a new folder, swapped for the old one.

Until the swap nothing of the old site is touched, and what was inspected is in the cache. Only the crawl is
asynchronous; a signal ends it, and the rest, as `interrupts` says.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sitegen import urls
from sitegen.cache.store import Cache, picture_names
from sitegen.catalog.history import catalog_name, keep_history, read_history
from sitegen.catalog.sources import logo_files
from sitegen.catalog.terms import term_ids
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
from sitegen.commands.summary import BuildSummary
from sitegen.config.settings import DEFAULT_NAME, Config, load, read_base_url
from sitegen.engine.datasets import DatasetInspector
from sitegen.engine.documents import CachedClient
from sitegen.engine.list_source import ListSource
from sitegen.engine.local_io import LocalIO
from sitegen.engine.predictions import Predictions
from sitegen.engine.term_lookup import look_up_labels
from sitegen.engine.worker import return_freed_memory
from sitegen.engine.workers import WorkerPool
from sitegen.errors import BuildError
from sitegen.interrupts import run
from sitegen.lists.reading import Listing
from sitegen.lists.targets import ListLocation, read_root
from sitegen.model import Catalog, Entry, Findings
from sitegen.model.codes import CODES
from sitegen.outputs.table import site_files
from sitegen.publish import folder as output

log = logging.getLogger(__name__)

_FORGOTTEN_AFTER_AGES = 2
"""Maximum ages after which the cache forgets what no list names: a list may return, and catalogs may share a cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions(CrawlOptions):
    """What the command line says of a build."""

    config: str | None
    out: Path
    base_url: str | None = None
    workers: int | None = None
    """Processes that render pictures; None: one for each core, 0: a thread."""


def build(options: BuildOptions, progress: Progress) -> BuildSummary:
    """Crawl everything that the lists name and write the site.

    Raises UsageError for a wrong configuration, BuildError where no site can be made.
    """
    started = time.monotonic()
    return_freed_memory()
    config = load(options.config)
    if options.base_url is not None:
        config = replace(config, base_url=read_base_url(options.base_url))
    stated_s = source_date_epoch()
    output.prepare(options.out)
    output.check_apart(options.out, _read_here(config, options))
    with Cache.open(options.cache) as cache:
        crawled = run(_crawl(config, cache, options, progress))
        name = catalog_name(options.config or DEFAULT_NAME, options.cache)
        history = read_history(cache, name)
        whole = options.limit is None and not options.offline
        made = history.apply(make_catalog(crawled, config), whole=whole)
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


def _read_here(config: Config, options: BuildOptions) -> Iterator[Path]:
    """Yield what a build reads on this machine, as far as that is known before it reads lists."""
    yield options.cache
    if not urls.has_scheme(options.config or ""):
        yield Path(options.config or DEFAULT_NAME)
    yield from _local_paths(root.address for root in map(read_root, config.csv) if isinstance(root, ListLocation))
    yield from (source.logo for source in config.sources if source.logo)


def _local_paths(addresses: Iterable[str]) -> Iterator[Path]:
    return (urls.to_path(address) for address in addresses if not urls.is_remote(address))


async def _crawl(config: Config, cache: Cache, options: BuildOptions, progress: Progress) -> Crawled:
    async with open_client(config) as client, WorkerPool(options.workers) as workers:
        documents = with_cache(client, config, cache, options)
        source = ListSource(documents, cache, config.crawl)
        listing = limited(await read_all_lists(config, source, progress), options.limit)
        output.check_apart(options.out, _local_paths({*source.asked, *(entry.url for entry in listing.entries)}))
        _check_not_empty(listing)
        inspector = DatasetInspector(
            LocalIO(documents, workers),
            Predictions(entry.url for entry in listing.entries),
            crawl_policy(config, options, pictures=True),
            cache=cache,
            now=time.time,
            stated_s=source_date_epoch(),
        )
        findings = await inspect_entries(inspector.inspect, inspector, listing.entries, config, progress)
        labels = await _look_up(listing.entries, findings, config, documents)
        return Crawled(
            listing=listing, findings=findings, hosts=client.figures(), lists=frozenset(source.asked), labels=labels
        )


def _check_not_empty(listing: Listing) -> None:
    """Raise BuildError where the lists name no dataset: an empty site must not replace a good one."""
    if not listing.entries:
        reasons = "".join(f"\n  {each.place}: {each.problem.message}" for each in listing.problems[:5])
        raise BuildError(f"the lists name no dataset, so there is nothing to publish{reasons}")


async def _look_up(
    entries: Sequence[Entry], findings: Sequence[Findings], config: Config, documents: CachedClient
) -> Mapping[str, str]:
    terms = term_ids(entries, findings) if config.crawl.look_up_terms else set()
    return await look_up_labels(terms, documents)


def _picture_files(made: Catalog, cache: Cache) -> list[tuple[str, Path]]:
    """Return the site's pictures, each once, with the cached files that they are copies of."""
    names = dict.fromkeys(name for record in made.records for name in picture_names(record.found))
    return [(f"thumbs/{name}", file) for name in names if (file := cache.picture(name))]


def _prune(cache: Cache, config: Config, crawled: Crawled, made: Catalog) -> None:
    """Delete from the cache what is no longer needed; nothing while a list that could not be read may need it."""
    if any(CODES[each.problem.code].loses_rows for each in made.list_problems):
        return
    kept_urls = {record.url for record in made.records}
    pictures = {path.removeprefix("thumbs/") for path, _ in _picture_files(made, cache)}
    before = time.time() - _FORGOTTEN_AFTER_AGES * config.crawl.max_age_days * 86_400
    deleted = cache.prune(keep_urls=kept_urls | crawled.lists, keep_pictures=pictures, before=before)
    log.info("%s: deleted %d documents and pictures that are no longer needed", cache.folder, deleted)
