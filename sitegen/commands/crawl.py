"""What `build` and `check` share: the lists are read, the datasets inspected, the catalog made."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sitegen import formatting
from sitegen.cache.store import Cache
from sitegen.catalog import build as catalogs
from sitegen.commands.progress import DRAW_EVERY_S, Progress
from sitegen.config.settings import Config
from sitegen.engine.datasets import DatasetInspector
from sitegen.engine.documents import CachedClient
from sitegen.engine.list_source import ListSource
from sitegen.engine.local import InspectEntry, inspect_all
from sitegen.engine.plan import CrawlPolicy
from sitegen.errors import UsageError
from sitegen.lists.fetching import ListLimits, StaleList
from sitegen.lists.problems import quote
from sitegen.lists.reading import Listing, read_lists
from sitegen.lists.targets import ListLocation, read_root
from sitegen.model import Catalog, Entry, Findings, HostFigures
from sitegen.model.task import PictureOptions
from sitegen.net.client import Client
from sitegen.transfer import utc

_LAST_S = 253_402_300_799
"""The last second of the year 9999, in seconds since 1970: RFC 3339 dates have four digits for the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """What the command line says of a crawl."""

    cache: Path
    offline: bool = False
    refresh: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """What a crawl found, and what it requested of each host."""

    listing: Listing
    findings: tuple[Findings, ...]
    hosts: tuple[HostFigures, ...]
    lists: frozenset[str] = frozenset()
    """Addresses of the lists."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Ontology term → its label, of terms that sitegen has no table of."""


def open_client(config: Config) -> Client:
    """Return the client of a crawl, a context manager."""
    return Client(config.crawl, site=config.base_url)


def with_cache(client: Client, config: Config, cache: Cache, options: CrawlOptions) -> CachedClient:
    """Return the client with the cache of documents that the options ask for."""
    return CachedClient(client, config.crawl, cache=cache, offline=options.offline, refresh=options.refresh)


def crawl_policy(config: Config, options: CrawlOptions, *, pictures: bool) -> CrawlPolicy:
    """Return how all datasets are treated, from the configuration and the command line."""
    return CrawlPolicy(
        max_bytes=config.crawl.max_bytes_per_dataset,
        deadline_s=config.crawl.dataset_deadline_s,
        max_age_days=config.crawl.max_age_days,
        pictures=picture_options(config) if pictures else None,
        refresh=options.refresh,
        offline=options.offline,
    )


def picture_options(config: Config) -> PictureOptions:
    """Return which pictures the configuration asks for."""
    return PictureOptions(
        thumbnail_px=config.pictures.thumbnail_px,
        preview_px=config.pictures.preview_px,
        montage_wells=config.pictures.montage_wells,
    )


async def read_all_lists(
    config: Config, source: ListSource, progress: Progress, *, before: bytes | None = None
) -> Listing:
    """Return all lists, read; `before` is taken for the content of those that the operator names."""
    named = {each.address for each in map(read_root, config.csv) if isinstance(each, ListLocation)}

    async def get(address: str) -> bytes | StaleList:
        return before if before is not None and address in named else await source.get(address)

    progress.stage(f"Reading {formatting.plural(len(config.csv), 'list')}")
    listing = await read_lists(
        config.csv,
        get,
        allow_private_hosts=config.crawl.allow_private_hosts,
        limits=ListLimits(max_list_bytes=config.crawl.max_list_bytes),
    )
    progress.stage(
        f"{formatting.plural(listing.rows, 'row')} in {formatting.plural(len(listing.lists), 'list')} "
        f"name {formatting.plural(len(listing.entries), 'dataset')}"
    )
    return listing


def limited(listing: Listing, limit: int | None) -> Listing:
    """Return the listing with its first datasets only."""
    return replace(listing, entries=listing.entries[:limit])


async def inspect_entries(
    inspect_entry: InspectEntry,
    inspector: DatasetInspector,
    entries: Sequence[Entry],
    config: Config,
    progress: Progress,
) -> tuple[Findings, ...]:
    """Return the findings of each entry, in their order, and show the progress."""

    async def inspect_and_show(entry: Entry) -> Findings:
        progress.start(entry)
        return await inspect_entry(entry)

    progress.begin(entries)
    ticking = asyncio.create_task(_tick(progress))
    try:
        found = await inspect_all(
            entries,
            inspect_and_show,
            per_host=config.crawl.per_host,
            goes_first=inspector.goes_first,
            on_done=progress.done,
        )
    finally:
        ticking.cancel()
        progress.end()
    return tuple(found)


async def _tick(progress: Progress) -> None:
    """Show the progress while nothing happens, too, so that a host that hangs can be seen."""
    while True:
        await asyncio.sleep(DRAW_EVERY_S)
        progress.tick()


def make_catalog(crawled: Crawled, config: Config) -> Catalog:
    """Return the catalog of what a crawl found."""
    stated_s = source_date_epoch()
    return catalogs.make_catalog(
        crawled.listing.entries,
        crawled.findings,
        config,
        built_at=utc(time.time() if stated_s is None else stated_s),
        list_problems=crawled.listing.problems,
        labels=crawled.labels,
    )


def source_date_epoch() -> float | None:
    """Return the time that a reproducible build states (reproducible-builds.org, SOURCE_DATE_EPOCH); None without.

    Raises UsageError where it is no time, so that the current time is not used by mistake.
    """
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not stated:
        return None
    if not re.fullmatch(r"[0-9]{1,12}", stated) or int(stated) > _LAST_S:
        raise UsageError(
            f"SOURCE_DATE_EPOCH: expected seconds since 1970, a whole number from 0 to {_LAST_S} (the end of the year "
            f"9999), found {quote(stated)}; correct it, or unset it to use the current time"
        )
    return float(stated)
