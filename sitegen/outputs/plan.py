"""What files beside pages may show of a catalog, and how they are planned.

As with pages, files are made from the part of the catalog that their fingerprint is a digest of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from sitegen.catalog.reported import ReportedBuild
from sitegen.model import Catalog, Page, Record
from sitegen.model.planned import Planned, PlannedFiles, PlannedGroup, PlannedPart, ungrouped
from sitegen.outputs.checksums import Changes, figures_of
from sitegen.site.fingerprints import CatalogDigests, digest, joined
from sitegen.site.plan import made

MakeFiles = Callable[[Catalog], Iterable[Page]]


def shown_by(changes: Changes, digests: CatalogDigests, reported: ReportedBuild) -> tuple[Catalog, str]:
    """Return the part of the catalog that an output shows, and its digest; empty if that changes with every build.

    changes: when the output changes. reported: the build whose time and figures it may show, if it changes when
    datasets were asked.
    """
    if changes == "build":
        return digests.catalog, ""
    if changes == "with the data":
        return digests.shown, digests.of_shown
    catalog = replace(
        digests.shown,
        built_at=reported.built_at,
        hosts=reported.hosts,
        cache_bytes=reported.cache_bytes,
        builds=reported.builds,
    )
    return catalog, digest(digests.of_answers, reported)


def plan_of_records(path: str, make: MakeFiles, digests: CatalogDigests) -> PlannedGroup:
    """Plan an output each of whose files is of one record. path: of the output."""
    fingerprint = joined((digests.of_header, digests.of_records))
    return PlannedGroup(key=path, fingerprint=fingerprint, plan=partial(_plan_of_records, path, make, digests))


def _plan_of_records(path: str, make: MakeFiles, digests: CatalogDigests) -> Iterator[PlannedFiles]:
    for record in digests.catalog.records:
        yield PlannedFiles(
            key=f"{path} {record.id}",
            fingerprint=joined((digests.of_header, path, digests.of_record(record))),
            make=partial(_make_of_record, make, digests.header, record),
        )


def _make_of_record(make: MakeFiles, header: Catalog, record: Record) -> Iterable[Page]:
    return make(replace(header, records=(record,)))


def made_here(parts: Iterable[PlannedPart]) -> Iterator[Page]:
    """Give planned files, made in this process and written nowhere."""
    for each in ungrouped(parts):
        yield from _made_here(each)


def made_in_turn(parts: Iterable[PlannedPart]) -> Iterator[str]:
    """Make planned files in this process and keep none of them; give the key of each before it is made."""
    for each in ungrouped(parts):
        yield each.key
        for _ in _made_here(each):
            pass


def _made_here(each: Planned) -> Iterable[Page]:
    pages = made(each)
    if isinstance(each, PlannedFiles) and each.on_written:
        pages = tuple(pages)
        each.on_written([figures_of(page) for page in pages])
    return pages
