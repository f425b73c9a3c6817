"""The steps that `build` and `check` share: read the lists, inspect the datasets, make the catalog.

The steps are methods of a `CrawlContext`, which holds what they all need. A command calls them in its own order.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sitegen import formatting
from sitegen.cache.folder import Cache
from sitegen.catalog import build as catalogs
from sitegen.commands.changes import ReadEarlier, lists_before
from sitegen.commands.progress import DRAW_EVERY_S, Progress
from sitegen.compact import MOST_OBJECTS
from sitegen.config.settings import Config
from sitegen.engine.batches import Engine, RunTask
from sitegen.engine.datasets import DatasetInspector
from sitegen.engine.dispatcher import datasets_under_way
from sitegen.engine.documents import CachedClient
from sitegen.engine.list_source import ListSource
from sitegen.engine.local import InspectEntry, inspect_all
from sitegen.engine.plan import CrawlPolicy
from sitegen.engine.predictions import Predictions
from sitegen.errors import UsageError
from sitegen.inspection.problems import address_moved
from sitegen.lists.fetching import ListLimits, MovedList, StaleList
from sitegen.lists.problems import quote
from sitegen.lists.reading import Listing, read_lists
from sitegen.model import Catalog, Entry, Findings, HostFigures
from sitegen.model.task import PictureOptions
from sitegen.net.client import Client
from sitegen.transfer import utc

_LAST_S = 253_402_300_799
"""The last second of the year 9999, in seconds since 1970: RFC 3339 dates have four digits for the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """The options of the command line that concern a crawl."""

    cache: Path
    offline: bool = False
    refresh: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlResult:
    """What a crawl found, and its requests to each host."""

    listing: Listing
    findings: tuple[Findings, ...]
    """Of each entry of the listing, in their order."""
    hosts: tuple[HostFigures, ...]
    list_urls: frozenset[str] = frozenset()
    """Addresses of the lists."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Ontology term → label, for terms that sitegen's own table does not have."""
    published: int | None = None
    """Datasets that the published site shows, if that was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlContext:
    """What every step of a crawl needs, and the steps themselves."""

    config: Config
    options: CrawlOptions
    cache: Cache
    progress: Progress
    folder: Path = Path()
    """Folder of the configuration, below which local lists may name data."""
    file: Path | None = None
    """The configuration whose lists are read; None where lists are named in its place."""
    stated_s: float | None = None
    """The time of a reproducible build, in seconds since 1970, UTC; None: the current time."""

    def refreshing(self) -> CrawlContext:
        """Return a context in which what is cached is requested again."""
        return replace(self, options=replace(self.options, refresh=True))

    def open_client(self) -> Client:
        """Return the client for all requests, an asynchronous context manager."""
        return Client(self.config.crawl, site=self.config.base_url)

    def documents(self, client: Client) -> CachedClient:
        """Return the client with the cache of documents, as `--offline` and `--refresh` demand."""
        options = self.options
        return CachedClient(
            client, self.config.crawl, cache=self.cache, offline=options.offline, refresh=options.refresh
        )

    async def read_lists(self, source: ListSource, *, earlier: ReadEarlier | None = None) -> Listing:
        """Return the content of all lists. earlier: reads those that have an earlier version, in place of this one."""
        config = self.config
        lists = await lists_before(earlier, self.file, config.csv) if earlier and self.file else config.csv

        async def get(address: str) -> bytes | StaleList | MovedList:
            before = await earlier(address) if earlier else None
            return await source.get(address) if before is None else before

        self.progress.stage(f"Reading {formatting.plural(len(lists), 'list')}")
        listing = await read_lists(
            lists,
            get,
            allow_private_hosts=config.crawl.allow_private_hosts,
            folder=self.folder,
            limits=ListLimits(max_list_bytes=config.crawl.max_list_bytes),
        )
        self.progress.stage(
            f"Found {formatting.plural(len(listing.entries), 'dataset')} in {formatting.plural(listing.rows, 'row')} "
            f"of {formatting.plural(len(listing.lists), 'list')}"
        )
        return listing

    def inspector(
        self, run_task: RunTask, predictions: Predictions, *, pictures: bool, cache: Cache | None
    ) -> DatasetInspector:
        """Return what inspects datasets; `cache` keeps their findings, if it is not None. run_task: the engine's."""
        return DatasetInspector(
            run_task,
            predictions,
            self._policy(pictures=pictures),
            cache=cache,
            now=time.time,
            stated_s=self.stated_s,
        )

    def _policy(self, *, pictures: bool) -> CrawlPolicy:
        settings = self.config.crawl
        return CrawlPolicy(
            max_bytes=settings.max_bytes_per_dataset,
            deadline_s=settings.dataset_deadline_s,
            max_age_days=settings.max_age_days,
            pictures=_picture_options(self.config) if pictures else None,
            refresh=self.options.refresh,
            offline=self.options.offline,
        )

    async def inspect(
        self, entries: Sequence[Entry], inspect_entry: InspectEntry, *, engine: Engine | None = None
    ) -> tuple[Findings, ...]:
        """Return the findings of each entry, in their order, and show the progress.

        engine: what `inspect_entry` uses; None: inspections run in this process.
        """
        per_host, at_once = datasets_under_way(engine, self.config.crawl.per_host)

        async def inspect_and_count(entry: Entry) -> Findings:
            self.progress.start(entry)
            return await inspect_entry(entry)

        self.progress.begin(entries)
        ticking = asyncio.create_task(_tick(self.progress))
        try:
            found = await inspect_all(
                entries,
                inspect_and_count,
                per_host=per_host,
                at_once=at_once,
                on_done=self.progress.done,
            )
        finally:
            ticking.cancel()
            self.progress.end()
        return tuple(found)

    def make_catalog(self, result: CrawlResult, *, most_objects: int = MOST_OBJECTS) -> Catalog:
        """Return the catalog of what a crawl found. most_objects: records up to which none is encoded."""
        return catalogs.make_catalog(
            result.listing.entries,
            _without_moves_of_lists(result),
            self.config,
            built_at=utc(time.time() if self.stated_s is None else self.stated_s),
            list_problems=result.listing.problems,
            labels=result.labels,
            most_objects=most_objects,
        )


def _without_moves_of_lists(result: CrawlResult) -> Sequence[Findings]:
    """Return the findings, without the note of datasets that moved just as the list did that they are relative to."""
    moved = result.listing.moved
    if not moved:
        return result.findings
    notes = {url: address_moved(address) for url, address in moved.items()}
    return tuple(
        replace(found, problems=tuple(each for each in found.problems if each != notes.get(entry.url)))
        for entry, found in zip(result.listing.entries, result.findings, strict=True)
    )


def _picture_options(config: Config) -> PictureOptions:
    return PictureOptions(
        thumbnail_px=config.pictures.thumbnail_px,
        preview_px=config.pictures.preview_px,
        montage_wells=config.pictures.montage_wells,
    )


async def _tick(progress: Progress) -> None:
    """Update the progress regularly, so that a host that hangs is visible."""
    while True:
        await asyncio.sleep(DRAW_EVERY_S)
        progress.tick()


def limit_datasets(listing: Listing, limit: int | None) -> Listing:
    """Return the listing with its first datasets only; None: with all."""
    return replace(listing, entries=listing.entries[:limit])


def source_date_epoch() -> float | None:
    """Return the time of a reproducible build (reproducible-builds.org, SOURCE_DATE_EPOCH); None if it is not set.

    Raises UsageError if it is not a time, so that the current time is not used by mistake.
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
