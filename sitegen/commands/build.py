"""`sitegen build`: lists → plan → inspections → catalog → pages and outputs → a new folder, which replaces the site.

The old site is not touched until the new one is complete, and findings are in the cache as soon as a dataset is
inspected. Only the crawl is asynchronous. A signal ends a build as `sitegen.interrupts` describes.

What makes the site is imported when the crawl is over: numpy, Pillow and Jinja take 17 MB (measured), and during the
crawl worker processes need memory.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sitegen import urls
from sitegen.allocator import return_freed_memory
from sitegen.cache.folder import Cache, picture_names
from sitegen.catalog.branding import copied_files
from sitegen.catalog.history import History, catalog_name, keep_contents, keep_history, read_history
from sitegen.catalog.reported import ReportedBuild, find_reported, keep_reported, reported_by
from sitegen.catalog.sources import logo_files
from sitegen.catalog.states import write_states
from sitegen.catalog.terms import term_ids
from sitegen.commands.changes import changes_since, open_earlier
from sitegen.commands.crawl import CrawlContext, CrawlOptions, CrawlResult, limit_datasets, source_date_epoch
from sitegen.commands.engines import open_engine, open_pictures
from sitegen.commands.isolation import make_whole
from sitegen.commands.losses import check_losses, fetch_published
from sitegen.commands.progress import Progress
from sitegen.commands.summary import BuildSummary
from sitegen.compact import MOST_OBJECTS, rare_collection
from sitegen.config.settings import DEFAULT_NAME, Config, EngineSettings, file_of, folder_of, load, read_base_url
from sitegen.engine.dispatcher import Dispatcher
from sitegen.engine.documents import CachedClient
from sitegen.engine.list_source import ListSource
from sitegen.engine.local_io import LocalIO
from sitegen.engine.predictions import Predictions
from sitegen.engine.robots import RobotsRules
from sitegen.engine.term_lookup import look_up_labels
from sitegen.engine.workers import WorkerPool
from sitegen.errors import BuildError, NothingNewError, UsageError
from sitegen.interrupts import run
from sitegen.lists.reading import Listing
from sitegen.lists.targets import ListLocation, read_root
from sitegen.model import Catalog, Findings, PublicFindings
from sitegen.model.codes import CODES
from sitegen.model.planned import PlannedPart
from sitegen.net.client import Client
from sitegen.outputs.extras import is_parquet_possible
from sitegen.publish import folder as output

if TYPE_CHECKING:
    from sitegen.site.fingerprints import CatalogDigests

log = logging.getLogger(__name__)

_LISTS = "lists:"
"""Beginning of the name under which the cache has a digest of what the lists of a catalog stated."""
_TABLES = "sites"
"""Folder in the cache: what builds wrote into which folders."""
_FORGOTTEN_AFTER_AGES = 2
"""Maximum ages after which the cache forgets datasets that no list names: a list may return, and several catalogs may
share a cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions(CrawlOptions):
    """The options of `sitegen build`."""

    config: str | None
    out: Path
    base_url: str | None = None
    max_loss: float | None = None
    """In place of the configuration's; see `check_losses`."""
    if_lists_changed: bool = False
    """Build only if the lists state something else than in the last complete build."""
    since: str | None = None
    """Where earlier versions of the lists are; only datasets that are new or changed since are in the site."""
    engine: str | None = None
    scheduler: str | None = None
    processes: int | None = None
    """In place of the configuration's `[engine]`."""
    workers: int | None = None
    """Processes that render pictures; None: one for each core, 0: a thread."""
    most_objects: int = MOST_OBJECTS
    """Records up to which none is encoded; see `sitegen.compact`."""

    @property
    def complete(self) -> bool:
        """Whether all lists are read as they are now, so that changes can be found and unused data deleted."""
        return self.limit is None and self.since is None and not self.offline


def build(options: BuildOptions, progress: Progress) -> BuildSummary:
    """Crawl everything that the lists name and write the site.

    Raises UsageError for a wrong configuration, BuildError if no site can be made.
    """
    started = time.monotonic()
    return_freed_memory()
    config = _read_config(options)
    stated_s = source_date_epoch()
    output.prepare(options.out)
    output.check_apart(options.out, _input_paths(config, options))
    with rare_collection(), Cache.open(options.cache) as cache:
        context = CrawlContext(
            config=config,
            options=options,
            cache=cache,
            progress=progress,
            folder=folder_of(options.config),
            file=file_of(options.config),
            stated_s=stated_s,
        )
        name = catalog_name(options.config or DEFAULT_NAME, options.cache)
        history = read_history(cache, name)
        crawl = run(_crawl(context, options, history, cache.note(_LISTS + name)))
        make = partial(_make_site, name=name, history=history, context=context, options=options)
        made = make_whole(crawl, make, partial(_rehearse, history=history, context=context, options=options))
        catalog, written = made.of_all
        if options.complete:
            cache.put_note(_LISTS + name, _digest_of(crawl.listing))
            _prune(context, crawl)
        return BuildSummary(
            out=options.out,
            rows=crawl.listing.rows,
            catalog=catalog,
            failed=made.failed,
            hosts=crawl.hosts,
            files=written.files,
            files_written=written.written,
            files_kept=written.kept,
            bytes=written.bytes,
            cache_bytes=cache.size_bytes(),
            seconds=time.monotonic() - started,
        )


def _read_config(options: BuildOptions) -> Config:
    config = load(options.config)
    if config.outputs.parquet and not is_parquet_possible():
        raise UsageError(
            "outputs.parquet: index.parquet needs pyarrow, which is not installed; "
            "pip install 'ngff-sitegen[parquet]', or leave the key out"
        )
    if options.base_url is not None:
        config = replace(config, base_url=read_base_url(options.base_url))
    config = replace(config, engine=_read_engine(config.engine, options))
    return config if options.max_loss is None else replace(config, max_loss=options.max_loss)


def _read_engine(settings: EngineSettings, options: BuildOptions) -> EngineSettings:
    """Return the settings of the engine. Raises UsageError where they contradict each other, or Dask is missing."""
    settings = EngineSettings(
        name=options.engine or settings.name,
        scheduler=options.scheduler or settings.scheduler,
        processes=options.processes or settings.processes,
        pictures=settings.pictures,
    )
    if settings.scheduler and settings.name != "dask":
        raise UsageError("engine: a scheduler is only used by the engine dask; add --engine dask, or leave it out")
    if settings.scheduler and settings.processes:
        raise UsageError("engine: processes are those of this machine; leave them out where a scheduler is named")
    if settings.name == "dask" and not find_spec("distributed"):
        raise UsageError("engine: dask is not installed; pip install 'ngff-sitegen[dask]', or use the engine local")
    return settings


def _input_paths(config: Config, options: BuildOptions) -> Iterator[Path]:
    """Yield the local paths that a build reads, as far as they are known before the lists are read."""
    yield options.cache
    if not urls.has_scheme(options.config or ""):
        yield Path(options.config or DEFAULT_NAME)
    yield from _local_paths(root.address for root in map(read_root, config.csv) if isinstance(root, ListLocation))
    yield from (file for _, file in _copied_files(config))


def _local_paths(addresses: Iterable[str]) -> Iterator[Path]:
    return (urls.to_path(address) for address in addresses if not urls.is_remote(address))


async def _crawl(context: CrawlContext, options: BuildOptions, history: History, last_lists: str | None) -> CrawlResult:
    """Read the lists, then inspect their datasets as far as the cache does not know them.

    last_lists: the digest of what the lists stated in the last complete build. Raises NothingNewError if that is all
    that they state now, and only a change is to be built.
    """
    async with context.open_client() as client, WorkerPool(options.workers) as workers:
        documents = context.documents(client)
        source = ListSource(documents, context.cache, context.config.crawl)
        listing = limit_datasets(await _read_lists(context, source, options.since), options.limit)
        if options.if_lists_changed and last_lists == _digest_of(listing):
            raise NothingNewError("no list has changed since the last build; the site is as it was")
        dataset_urls = [entry.url for entry in listing.entries]
        output.check_apart(options.out, _local_paths({*source.requested, *dataset_urls}))
        _check_not_empty(listing)
        findings = await _inspect(context, listing, client, LocalIO(documents, workers, RobotsRules(documents)))
        terms = term_ids(listing.entries, findings) if context.config.crawl.look_up_terms else set()
        labels = await look_up_labels(terms, documents)
        published = await _fetch_published(context.config, history, documents)
        return CrawlResult(
            listing=listing,
            findings=findings,
            labels=labels,
            list_urls=frozenset(source.requested),
            hosts=client.figures(),
            published=published,
        )


async def _inspect(context: CrawlContext, listing: Listing, client: Client, io: LocalIO) -> tuple[Findings, ...]:
    """Return the findings of all datasets; io: of inspections in this process."""
    async with (
        open_pictures(context) as pictures,
        open_engine(context, io.run_task, datasets=len(listing.entries), pictures=pictures) as engine,
        Dispatcher(engine, io.run_task, client, cache=context.cache, pictures=pictures) as dispatcher,
    ):
        inspector = context.inspector(dispatcher.run_task, Predictions(), pictures=True, cache=context.cache)
        return await context.inspect(listing.entries, inspector.inspect, engine=engine)


async def _fetch_published(config: Config, history: History, documents: CachedClient) -> int | None:
    """Return how many datasets the published site shows, if that is needed: losses have a limit, and no history."""
    if config.max_loss >= 1 or history.listed or config.base_url is None:
        return None
    return await fetch_published(config.base_url, documents)


def _digest_of(listing: Listing) -> str:
    """Return a digest of what the lists state, and of what is wrong with them."""
    return hashlib.sha256(msgspec.json.encode((listing.entries, listing.problems))).hexdigest()


async def _read_lists(context: CrawlContext, source: ListSource, since: str | None) -> Listing:
    """Return what the lists state, or what is new in them. Raises BuildError if nothing is."""
    listing = await context.read_lists(source)
    if since is None:
        return listing
    changes = changes_since(listing, await context.read_lists(source, earlier=open_earlier(since, context.config.csv)))
    if not changes.entries:
        raise BuildError(f"no dataset is new or changed since {since}, so there is nothing to show")
    return changes


def _check_not_empty(listing: Listing) -> None:
    """Raise BuildError if the lists name no dataset: an empty site must not replace a good one."""
    if not listing.entries:
        reasons = "".join(f"\n  {each.place}: {each.problem.message}" for each in listing.problems[:5])
        raise BuildError(f"the lists name no dataset, so there is nothing to publish{reasons}")


def _make_site(
    crawl: CrawlResult, *, name: str, history: History, context: CrawlContext, options: BuildOptions
) -> tuple[Catalog, output.Written]:
    """Make the catalog, write its site, and keep in the cache what the next build has to know of it.

    name: of the catalog in the cache. Raises BuildError, or what a bug of ours raises.
    """
    from sitegen.site.fingerprints import CatalogDigests

    cache, catalog = context.cache, _make_catalog(crawl, history, context, options)
    if options.complete:
        check_losses(catalog, history, context.config.max_loss, crawl.published)
    digests = CatalogDigests(catalog)
    reported = find_reported(cache, name, catalog, digests.of_answers, history.builds)
    written = _write_site(digests, reported, history, context, options)
    if options.limit is None and options.since is None:  # names of datasets depend on which others there are
        keep_contents(cache, name, catalog)
        keep_reported(cache, name, reported)
    if options.complete:
        keep_history(cache, name, history, replace(catalog, builds=reported.builds))
    return catalog, written


def _rehearse(crawl: CrawlResult, *, history: History, context: CrawlContext, options: BuildOptions) -> Iterator[str]:
    """Make all that `_make_site` makes of datasets, write nothing, and yield what comes next before it is made."""
    from sitegen.outputs.plan import made_in_turn
    from sitegen.site.fingerprints import CatalogDigests

    yield "the record"
    catalog = _make_catalog(crawl, history, context, options)
    write_states(catalog.records, history.states)
    digests = CatalogDigests(catalog)
    yield from made_in_turn(_plan(digests, reported_by(catalog, digests.of_answers), history, context))


def _make_catalog(crawl: CrawlResult, history: History, context: CrawlContext, options: BuildOptions) -> Catalog:
    """Return the catalog with its history and, unless the build is reproducible, the size of the cache."""
    made = context.make_catalog(crawl, most_objects=options.most_objects)
    catalog = history.apply(made, whole=options.complete)
    return catalog if context.stated_s is not None else replace(catalog, cache_bytes=context.cache.size_bytes())


def _write_site(
    digests: CatalogDigests,
    reported: ReportedBuild,
    history: History,
    context: CrawlContext,
    options: BuildOptions,
) -> output.Written:
    """Write pages, outputs, logos and pictures into a new folder, which then replaces the old site."""
    context.progress.stage(f"Writing {options.out}")
    return output.write_site(
        _plan(digests, reported, history, context),
        folder=options.out,
        files=_copied_files(context.config),
        pictures=_picture_files(digests.catalog, context.cache),
        tables=context.cache.folder / _TABLES,
        workers=options.workers,
    )


def _plan(
    digests: CatalogDigests, reported: ReportedBuild, history: History, context: CrawlContext
) -> Iterator[PlannedPart]:
    """Plan everything that is made for a site; logos and pictures are copied."""
    from sitegen.commands.branding import branding_files
    from sitegen.outputs.table import plan_site

    config, catalog = context.config, digests.catalog
    removed = history.new_changes(catalog).removed if config.removed_pages else ()
    yield from plan_site(catalog, viewers=config.viewers, removed=removed, digests=digests, reported=reported)
    yield from branding_files(config, catalog, dict(_picture_files(catalog, context.cache)))


def _copied_files(config: Config) -> list[tuple[str, Path]]:
    """Return the path in the site of each file that the configuration names, and the file."""
    return [*logo_files(config), *copied_files(config)]


def _picture_files(catalog: Catalog, cache: Cache) -> list[tuple[str, Path]]:
    """Return the path of each picture in the site with its file in the cache."""
    names = _picture_names(record.found for record in catalog.records)
    return [(f"thumbs/{name}", file) for name in names if (file := cache.picture(name))]


def _picture_names(found: Iterable[PublicFindings]) -> dict[str, None]:
    """Return the names of all pictures in the cache, in order."""
    return dict.fromkeys(name for each in found for name in picture_names(each))


def _prune(context: CrawlContext, crawl: CrawlResult) -> None:
    """Delete from the cache what is no longer needed; nothing if a list could not be read in full."""
    if any(CODES[each.problem.code].loses_rows for each in crawl.listing.problems):
        return
    cache = context.cache
    dataset_urls = {entry.url for entry in crawl.listing.entries}
    before = time.time() - _FORGOTTEN_AFTER_AGES * context.config.crawl.max_age_days * 86_400
    deleted = cache.prune(
        keep_urls=dataset_urls | crawl.list_urls, keep_pictures=_picture_names(crawl.findings), before=before
    )
    log.info("%s: deleted %d documents and pictures that are no longer needed", cache.folder, deleted)
