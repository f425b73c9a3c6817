"""Which pages a site has, each with a fingerprint of what it shows; a page is rendered only if that changed.

A page is rendered from the part of the catalog that its fingerprint is a digest of, so it cannot show anything else.
Pages are planned in a fixed order, one at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import repeat
from urllib.parse import urlsplit

from sitegen.catalog.builds import found_others
from sitegen.config.settings import ViewerSettings
from sitegen.model import Catalog, Changed, Page
from sitegen.model.planned import Planned, PlannedFiles, PlannedPage
from sitegen.site.fingerprints import CatalogDigests, digest, joined
from sitegen.site.neighbors import NeighborLinks, each_neighbors
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


def pages(
    catalog: Catalog, *, viewers: Sequence[ViewerSettings] = (), removed: Sequence[Changed] = ()
) -> Iterator[Page]:
    """Give every page of the site, with what pages load: search files, style sheets and scripts, but for pictures.

    viewers: the operator's own. removed: datasets that are no longer listed, whose pages say so.
    """
    for each in plan_pages(CatalogDigests(catalog), viewers=viewers, removed=removed):
        yield from made(each)


def made(planned: Planned) -> Iterable[Page]:
    """Return the files that are planned, made here."""
    return planned.make() if isinstance(planned, PlannedFiles) else planned.render([planned.job])


def plan_pages(
    digests: CatalogDigests, *, viewers: Sequence[ViewerSettings] = (), removed: Sequence[Changed] = ()
) -> Iterator[Planned]:
    """Give what `pages` gives, each with its fingerprint."""
    catalog, of_shown = digests.shown, digests.of_shown
    yield PlannedFiles(key="search", fingerprint=of_shown, make=partial(search_pages, catalog))
    yield from _plan_overviews(digests)
    yield PlannedFiles(key="browse", fingerprint=of_shown, make=partial(forwarding_pages, catalog))
    yield from _plan_datasets(digests, viewers)
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
            replace(overview, records=()),
            [digests.of_record(record) for record in overview.records],
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
    for record, neighbors in zip(records, repeat(NeighborLinks()) if short else each_neighbors(records), strict=False):
        catalog, of_catalog = digests.header_of_host(urlsplit(record.url).netloc)
        shown = (of_catalog, of_viewers, digests.of_record(record), *_of_neighbors(neighbors, digests))
        job = DatasetPageJob(record=record, neighbors=neighbors, catalog=catalog, viewers=viewers)
        yield PlannedPage(key=page_path(record, layout), fingerprint=joined(shown), render=dataset_pages, job=job)


def _of_neighbors(neighbors: NeighborLinks, digests: CatalogDigests) -> Iterator[str]:
    """Yield digests and texts that decide what a page shows of other datasets."""
    for each in (neighbors.previous, neighbors.next):
        yield digests.of_record(each) if each else "-"
    for group in neighbors.groups:
        yield f"\0{group.key}\0{group.title}\0{group.what}\0{group.path}\0{group.count}\0"
        yield from map(digests.of_record, group.records)
