"""Which pages a site has, each with a fingerprint of what it shows; a page is rendered only if that changed.

A page is rendered from the part of the catalog that its fingerprint is a digest of, so it cannot show anything else.
Pages are planned in a fixed order, one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import repeat
from urllib.parse import urlsplit

from sitegen.catalog.builds import found_others
from sitegen.config.settings import ViewerSettings
from sitegen.model import Catalog, Changed, Page, Record
from sitegen.model.planned import Planned, PlannedFiles, PlannedGroup, PlannedPage, PlannedPart, ungrouped
from sitegen.site.fingerprints import CatalogDigests, digest, joined, record_digest
from sitegen.site.neighbors import NeighborLinks, as_neighbor, iterate_neighbors
from sitegen.site.overview_pages import make_overview_parts, overview_tables, pages_of_overview
from sitegen.site.overviews import ListFacts, Overview
from sitegen.site.render import (
    DatasetPageJob,
    about_page,
    dataset_pages,
    forwarding_pages,
    health_page,
    not_found_page,
    removed_page,
    render_contexts,
    rules_page,
    search_pages,
)
from sitegen.site.resources import assets
from sitegen.site.structured import page_path
from sitegen.site.theme import theme_files

_MOST_NEIGHBORS = 4096
"""Records that are kept for the pages of further neighbors, which are near to each other: about 2 MB, by choice."""


def pages(
    catalog: Catalog, *, viewers: Sequence[ViewerSettings] = (), removed: Sequence[Changed] = ()
) -> Iterator[Page]:
    """Give every page of the site, with what pages load: search files, style sheets and scripts, but for pictures.

    viewers: the operator's own. removed: datasets that are no longer listed, whose pages say so.
    """
    for each in ungrouped(plan_pages(CatalogDigests(catalog), viewers=viewers, removed=removed)):
        yield from made(each)


def made(planned: Planned) -> Iterable[Page]:
    """Return the files that are planned, made here."""
    return planned.make() if isinstance(planned, PlannedFiles) else planned.render([planned.job])


def plan_pages(
    digests: CatalogDigests, *, viewers: Sequence[ViewerSettings] = (), removed: Sequence[Changed] = ()
) -> Iterator[PlannedPart]:
    """Give what `pages` gives, each with its fingerprint."""
    catalog, of_shown = digests.shown, digests.of_shown
    yield PlannedFiles(key="search", fingerprint=of_shown, make=partial(search_pages, catalog))
    yield from _plan_overviews(digests)
    yield PlannedFiles(key="browse", fingerprint=of_shown, make=partial(forwarding_pages, catalog))
    yield PlannedGroup(
        key="datasets",
        fingerprint=digest(digests.of_header, digests.browsers, viewers, digests.of_records),
        plan=partial(_plan_datasets, digests, viewers),
    )
    for each in removed:
        yield _one(page_path(each, catalog.layout), "", partial(removed_page, each, digests.catalog))
    yield _plan_health(digests)
    yield _one("rules", of_shown, partial(rules_page, catalog))
    yield _one("about", digest(of_shown, viewers), partial(about_page, catalog, viewers))
    yield _one("404", digests.of_header, partial(not_found_page, digests.header))
    yield PlannedFiles(key="assets", fingerprint=digest("assets"), make=assets)
    yield PlannedFiles(key="theme", fingerprint=digests.of_header, make=partial(theme_files, catalog.branding))


def _one(key: str, fingerprint: str, make: partial[Page]) -> PlannedFiles:
    return PlannedFiles(key=key, fingerprint=fingerprint, make=lambda: [make()])


def _plan_health(digests: CatalogDigests) -> PlannedFiles:
    """Plan the page of what was found; of the builds it shows the first, and those that found something else."""
    builds = tuple(replace(each, median_ms={}) for each in found_others(digests.catalog.builds))
    catalog = replace(digests.shown, builds=builds, hosts=digests.catalog.hosts)
    return _one("health", digest(digests.of_shown, builds, catalog.hosts), partial(health_page, catalog))


def _plan_overviews(digests: CatalogDigests) -> Iterator[PlannedFiles]:
    parts = make_overview_parts(digests.shown)
    tables = partial(_render_tables, digests.header, parts.overviews)
    yield PlannedFiles(key="overviews", fingerprint=digests.of_shown, make=tables)
    header = digest(digests.of_header, parts.lists.names)
    of_lists = {csv: digest(lines) for csv, lines in parts.lists.listed.items()}
    for overview in parts.overviews:
        catalog = parts.catalog_of(overview, digests.shown)
        shown = (
            replace(overview, records=(), places=()),
            digests.of_places(overview.places),
            [of_lists[csv] for csv in parts.lists_of(overview)],
            catalog.list_problems,
            catalog.institutions,
        )
        make = partial(_render_overview, overview, catalog, parts.lists)
        yield PlannedFiles(key=overview.path(), fingerprint=digest(header, shown), make=make)


def _render_tables(catalog: Catalog, overviews: Sequence[Overview]) -> Iterator[Page]:
    return render_contexts(catalog, overview_tables(overviews))


def _render_overview(overview: Overview, catalog: Catalog, lists: ListFacts) -> Iterator[Page]:
    return render_contexts(catalog, pages_of_overview(overview, catalog, lists))


def _plan_datasets(digests: CatalogDigests, viewers: Sequence[ViewerSettings]) -> Iterator[PlannedPage]:
    of_viewers = digest(viewers)
    records, layout = digests.catalog.records, digests.catalog.layout
    short = layout.pages == "short"  # they show no other dataset
    all_neighbors = repeat(NeighborLinks()) if short else iterate_neighbors(records)
    shown_neighbors = _ShownNeighbors()
    for record, links in zip(records, all_neighbors, strict=False):
        neighbors = shown_neighbors.reduce(links)
        catalog, of_catalog = digests.header_of_host(urlsplit(record.url).netloc)
        shown = (of_catalog, of_viewers, digests.of_record(record), *_of_neighbors(neighbors, shown_neighbors.digest))
        job = DatasetPageJob(record=record, neighbors=neighbors, catalog=catalog, viewers=viewers)
        yield PlannedPage(key=page_path(record, layout), fingerprint=joined(shown), render=dataset_pages, job=job)


class _ShownNeighbors:
    """What pages show of other datasets, and digests of that: a record is the neighbor of some others near to it."""

    def __init__(self) -> None:
        self._shown: dict[str, tuple[Record, str]] = {}

    def reduce(self, neighbors: NeighborLinks) -> NeighborLinks:
        """Return links with records that hold only what a page shows of them."""
        if len(self._shown) > _MOST_NEIGHBORS:
            self._shown.clear()
        return NeighborLinks(
            previous=self._record(neighbors.previous) if neighbors.previous else None,
            next=self._record(neighbors.next) if neighbors.next else None,
            groups=tuple(replace(group, records=tuple(map(self._record, group.records))) for group in neighbors.groups),
        )

    def digest(self, shown: Record) -> str:
        """Return the digest of a record of the links that `reduce` returned last."""
        return self._shown[shown.id][1]

    def _record(self, record: Record) -> Record:
        if record.id not in self._shown:
            shown = as_neighbor(record)
            self._shown[record.id] = (shown, record_digest(shown))
        return self._shown[record.id][0]


def _of_neighbors(neighbors: NeighborLinks, digest_of: Callable[[Record], str]) -> Iterator[str]:
    """Yield digests and texts that decide what a page shows of other datasets."""
    for each in (neighbors.previous, neighbors.next):
        yield digest_of(each) if each else "-"
    for group in neighbors.groups:
        yield f"\0{group.key}\0{group.title}\0{group.what}\0{group.path}\0{group.count}\0"
        yield from map(digest_of, group.records)
