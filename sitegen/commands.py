"""What each command does, stage by stage; no printing, no arguments.

`build`: lists → crawl → catalog → pages → a new folder, swapped for the old one. Until
the swap nothing of the old site is touched, and what was crawled is in the cache.
"""

from __future__ import annotations

import os
import resource
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sitegen import catalog as catalogs
from sitegen import demo as demos
from sitegen import output, render, words
from sitegen.cache import Cache
from sitegen.config import Config, load, read_base_url
from sitegen.crawl import crawl
from sitegen.errors import BuildError
from sitegen.fetch import Fetcher
from sitegen.lists import Listing, read_lists
from sitegen.lookup import look_up_labels
from sitegen.model import Catalog, Entry, Findings, HostFigures, Problem
from sitegen.neighbours import Neighbours
from sitegen.painting import Painter
from sitegen.progress import Progress
from sitegen.reply import Allowance, utc
from sitegen.serve import run_server
from sitegen.visits import Visitor
from sitegen.workers import Workers


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """What the command line says of a build."""

    config: str | None
    out: Path
    cache: Path
    base_url: str | None = None
    offline: bool = False
    refresh: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSummary:
    """What a build did, in figures."""

    out: Path
    rows: int
    catalog: Catalog
    hosts: tuple[HostFigures, ...]
    """What this build asked of each host; the site's report has what its records cost."""
    files: int
    bytes: int
    cache_bytes: int
    seconds: float

    @property
    def errors(self) -> int:
        """Datasets with an error."""
        return sum(_has_error(record.problems) or record.status != "ok" for record in self.catalog.records)

    def as_json(self) -> dict[str, Any]:
        """Return the summary for machines (`--json`)."""
        totals = self.catalog.totals
        return {
            "out": str(self.out),
            "rows": self.rows,
            "datasets": totals.datasets,
            "ok": totals.ok,
            "valid": totals.valid,
            "with_errors": self.errors,
            "with_picture": sum(record.thumbnail is not None for record in self.catalog.records),
            "statuses": dict(Counter(record.status for record in self.catalog.records)),
            "list_problems": dict(Counter(each.problem.level for each in self.catalog.list_problems)),
            "requests": sum(host.requests for host in self.hosts),
            "bytes_read": sum(host.bytes for host in self.hosts),
            "files": self.files,
            "bytes": self.bytes,
            "cache_bytes": self.cache_bytes,
            "seconds": round(self.seconds, 2),
            "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }

    def as_text(self) -> str:
        """Return the summary for people: three lines."""
        totals = self.catalog.totals
        requests = sum(host.requests for host in self.hosts)
        read = sum(host.bytes for host in self.hosts)
        return (
            f"{totals.datasets:,} datasets from {self.rows:,} rows: {totals.ok:,} could be read, "
            f"{totals.valid:,} are valid, {self.errors:,} have an error (report.json says which)\n"
            f"{requests:,} requests, {words.size(read)} read, in {self.seconds:.1f} s\n"
            f"{self.out}: {self.files:,} files, {words.size(self.bytes)}; see it with: sitegen serve {self.out}"
        )


async def build(options: BuildOptions, progress: Progress) -> BuildSummary:
    """Crawl everything that the lists name and write the site.

    Raises UsageError for a wrong configuration, BuildError where no site can be made.
    """
    started = time.monotonic()
    config = load(options.config)
    if options.base_url is not None:
        config = replace(config, base_url=read_base_url(options.base_url))
    output.prepare(options.out)
    with Cache.open(options.cache) as cache:
        fetcher = Fetcher(
            config.crawl, cache=cache, offline=options.offline, refresh=options.refresh, site=config.base_url
        )
        async with fetcher, Workers() as workers:
            progress.stage(f"Reading {words.plural(len(config.csv), 'list')}")
            listing = await _read_lists(config, fetcher)
            entries = listing.entries[: options.limit]
            progress.stage(
                f"{words.plural(listing.rows, 'row')} in {words.plural(len(listing.lists), 'list')} "
                f"name {words.plural(len(entries), 'dataset')}"
            )
            visitor = _visitor(fetcher, cache, workers, config, entries, options)
            findings = await _crawl(visitor, entries, config, progress)
            labels = await _look_up(entries, findings, config, fetcher)
            hosts = fetcher.figures()
        made = catalogs.build(
            entries,
            findings,
            config,
            built_at=utc(_build_time()),
            list_problems=listing.problems,
            labels=labels,
        )
        progress.stage(f"Writing {options.out}")
        written = output.write_site(
            render.pages(made, viewers=config.viewers),
            folder=options.out,
            files=catalogs.logo_files(config),
            pictures=_picture_files(made, cache),
        )
        return BuildSummary(
            out=options.out,
            rows=listing.rows,
            catalog=made,
            hosts=hosts,
            files=written.files,
            bytes=written.bytes,
            cache_bytes=cache.size_bytes(),
            seconds=time.monotonic() - started,
        )


async def _read_lists(config: Config, fetcher: Fetcher) -> Listing:
    """Return all lists read. Raises BuildError where not even the first could be: an empty site helps nobody."""

    async def get(address: str) -> bytes:
        allowance = Allowance(
            bytes_left=config.crawl.max_list_bytes, seconds_left=config.crawl.dataset_deadline_s, within="file:///"
        )
        reply = await fetcher.get_document(
            address, max_bytes=config.crawl.max_list_bytes, fresh_for_s=0, allowance=allowance
        )
        return reply.body

    listing = await read_lists(
        config.csv,
        get,
        allow_private_hosts=config.crawl.allow_private_hosts,
        max_list_bytes=config.crawl.max_list_bytes,
    )
    if not listing.entries:
        told = "".join(f"\n  {each.place}: {each.problem.message}" for each in listing.problems[:5])
        raise BuildError(f"the lists name no dataset, so there is nothing to publish{told}")
    return listing


def _visitor(
    fetcher: Fetcher, cache: Cache, workers: Workers, config: Config, entries: Sequence[Entry], options: BuildOptions
) -> Visitor:
    return Visitor(
        fetcher,
        cache,
        Painter(workers, config.pictures, config.crawl, keep=cache.put_picture),
        Neighbours(entry.url for entry in entries),
        config,
        refresh=options.refresh,
        offline=options.offline,
        now=time.time,
    )


async def _crawl(visitor: Visitor, entries: Sequence[Entry], config: Config, progress: Progress) -> list[Findings]:
    progress.begin(entries)
    return await crawl(
        entries,
        visitor.visit,
        per_host=config.crawl.per_host,
        goes_first=visitor.goes_first,
        on_done=progress.done,
    )


async def _look_up(
    entries: Sequence[Entry], findings: Sequence[Findings], config: Config, fetcher: Fetcher
) -> Mapping[str, str]:
    terms = catalogs.term_ids(entries, findings) if config.crawl.look_up_terms else set()
    return await look_up_labels(terms, fetcher)


def _picture_files(made: Catalog, cache: Cache) -> list[tuple[str, Path]]:
    """Return the site's pictures, each once, with the cached files that they are copies of."""
    pictures = (picture for record in made.records for picture in (record.thumbnail, record.preview) if picture)
    paths = dict.fromkeys(picture.path for picture in pictures)
    return [(path, file) for path in paths if (file := cache.picture(path.removeprefix("thumbs/")))]


def _build_time() -> float:
    """Return now, or the time that a reproducible build states (reproducible-builds.org, SOURCE_DATE_EPOCH)."""
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    return float(stated) if stated.isdecimal() else time.time()


def _has_error(problems: Sequence[Problem]) -> bool:
    return any(problem.level == "error" for problem in problems)


def demo(folder: Path, *, serve: bool, first_port: int, say: Callable[[str], None]) -> None:
    """Write the demo federation; with `serve`, name its datasets by loopback addresses, and serve them."""
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
    run_server([(folder, port)], on_ready=lambda urls: say(urls[0]))
