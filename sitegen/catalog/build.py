"""Entries and findings become records, and records the catalog. Pure; the order is that of the lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from sitegen.catalog.branding import make_branding
from sitegen.catalog.hosts import HostsSum
from sitegen.catalog.records import make_record
from sitegen.catalog.sources import make_sources
from sitegen.catalog.studies import StudyFinder, list_studies
from sitegen.catalog.titles import make_short_titles
from sitegen.catalog.totals import TotalsSum
from sitegen.compact import MOST_OBJECTS, make_compact, rare_collection, read_as
from sitegen.config.settings import Config
from sitegen.model import (
    BrowserAccess,
    Catalog,
    Cost,
    Crate,
    Entry,
    Findings,
    HostFigures,
    Layout,
    License,
    ListProblem,
    Record,
    Status,
    Study,
)
from sitegen.ome.licenses import read_license


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """What names of studies and figures of hosts need of `Findings`."""

    status: Status
    crate: Crate | None = None
    cost: Cost
    browsers: BrowserAccess


@dataclass(frozen=True, slots=True)
class _Names:
    """What datasets are called, and the study of each."""

    titles: Sequence[str]
    short_titles: Sequence[str]
    studies: Sequence[Study | None]


def make_catalog(
    entries: Sequence[Entry],
    findings: Sequence[Findings],
    config: Config,
    *,
    built_at: str,
    list_problems: Iterable[ListProblem] = (),
    labels: Mapping[str, str] = MappingProxyType({}),
    most_objects: int = MOST_OBJECTS,
) -> Catalog:
    """Return the catalog of `entries`; `findings[i]` is what was found of `entries[i]`. Both are read twice.

    labels: of terms that the built-in table lacks. most_objects: records up to which none is encoded.
    """
    with rare_collection():
        names, hosts = _name_all(entries, findings, config)
        totals, sources = TotalsSum(), dict[str | None, None]()

        def make() -> Iterator[Record]:
            named = zip(names.titles, names.short_titles, names.studies, strict=True)
            for entry, found, (title, short, study) in zip(entries, findings, named, strict=True):
                record = make_record(entry, found, title=title, short_title=short, study=study, labels=labels)
                totals.add(record)
                sources.setdefault(record.source)
                yield record

        records = make_compact(Record, make(), len(entries), most_objects=most_objects)
    return Catalog(
        title=config.title,
        description=config.description,
        built_at=built_at,
        base_url=config.base_url,
        records=records,
        totals=totals.totals(),
        sources=make_sources(sources, config.sources),
        studies=list_studies(names.studies),
        list_problems=tuple(list_problems),
        hosts=hosts,
        license=_read_license(config.license) if config.license else None,
        publisher=config.publisher,
        contact=config.contact,
        facets=config.facets,
        outputs_off=config.outputs.off,
        branding=make_branding(config),
        layout=Layout(pages=config.site.pages, folders=config.site.folders),
    )


def _name_all(
    entries: Sequence[Entry], findings: Sequence[Findings], config: Config
) -> tuple[_Names, tuple[HostFigures, ...]]:
    """Return what datasets are called, and the figures of all hosts."""
    hosts, finder = HostsSum(), StudyFinder(config.studies)
    for entry, found in zip(entries, read_as(findings, _Named), strict=True):
        hosts.add(entry.url, found)
        finder.add(entry, found.crate)
    members = finder.members()
    studies = finder.studies(members)
    del finder  # some hundred bytes of each dataset
    short_titles = make_short_titles(members, studies)
    return _Names([member.title for member in members], short_titles, studies), hosts.figures()


def _read_license(text: str) -> License:
    found = read_license(text)
    return found if found.id or found.url else replace(found, text=text)
