"""Entries and findings become records, and records the catalog. Pure; the order is that of the lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from sitegen.catalog.branding import make_branding
from sitegen.catalog.hosts import make_hosts
from sitegen.catalog.records import make_record
from sitegen.catalog.sources import make_sources
from sitegen.catalog.studies import list_studies, make_member, make_studies
from sitegen.catalog.titles import make_short_titles, make_titles
from sitegen.catalog.totals import make_totals
from sitegen.compact import make_compact
from sitegen.config.settings import Config
from sitegen.model import Catalog, Entry, Findings, Layout, License, ListProblem, Record
from sitegen.ome.licenses import read_license


def make_catalog(
    entries: Sequence[Entry],
    findings: Sequence[Findings],
    config: Config,
    *,
    built_at: str,
    list_problems: Iterable[ListProblem] = (),
    labels: Mapping[str, str] = MappingProxyType({}),
) -> Catalog:
    """Return the catalog of `entries`; `findings[i]` is what was found of `entries[i]`.

    labels: of terms that the built-in table lacks.
    """
    titles = make_titles([entry.url for entry in entries])
    members = list(map(make_member, entries, findings, titles))
    studies = make_studies(entries, findings, members, config.studies)
    short_titles = make_short_titles(members, studies)
    del members
    made = (
        make_record(entry, found, title=title, short_title=short, study=study, labels=labels)
        for entry, found, title, short, study in zip(entries, findings, titles, short_titles, studies, strict=True)
    )
    records = make_compact(Record, made, len(entries))
    sources = make_sources(records, config.sources)
    return Catalog(
        title=config.title,
        description=config.description,
        built_at=built_at,
        base_url=config.base_url,
        records=records,
        totals=make_totals(records),
        sources=sources,
        studies=list_studies(studies),
        list_problems=tuple(list_problems),
        hosts=make_hosts(entries, findings),
        license=_read_license(config.license) if config.license else None,
        publisher=config.publisher,
        contact=config.contact,
        facets=config.facets,
        outputs_off=config.outputs.off,
        branding=make_branding(config),
        layout=Layout(pages=config.site.pages, folders=config.site.folders),
    )


def _read_license(text: str) -> License:
    found = read_license(text)
    return found if found.id or found.url else replace(found, text=text)
