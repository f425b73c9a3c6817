"""Entries and findings become records, and records the catalog. Pure; the order is that of the lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from sitegen.catalog.branding import make_branding
from sitegen.catalog.hosts import HostsSum
from sitegen.catalog.parts import NamingJob, RecordsJob, make_records, state_part
from sitegen.catalog.sources import make_sources
from sitegen.catalog.studies import StudyFinder, list_studies
from sitegen.catalog.titles import make_short_titles
from sitegen.catalog.totals import TotalsSum
from sitegen.compact import MOST_OBJECTS, VALUES_IN_PART, Part, in_parts, join_parts, rare_collection
from sitegen.config.settings import Config
from sitegen.model import (
    Catalog,
    Entry,
    Findings,
    HostFigures,
    Layout,
    License,
    ListProblem,
    Record,
    Study,
)
from sitegen.ome.licenses import read_license
from sitegen.slab_workers import Run, workers, workers_of


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
    processes: int | None = None,
) -> Catalog:
    """Return the catalog of `entries`; `findings[i]` is what was found of `entries[i]`. Both are read twice.

    labels: of terms that the built-in table lacks. most_objects: records up to which none is encoded. processes: that
    make records which are encoded; one is this process, None as many as are worth their start.
    """
    is_encoded = len(entries) > most_objects
    processes = (processes or workers_of(len(entries))) if is_encoded else 1
    with rare_collection(), workers(processes, __name__) as run:

        def read() -> Iterator[tuple[Part[Entry], Part[Findings]]]:
            return zip(*(in_parts(each, is_encoded=processes > 1) for each in (entries, findings)), strict=True)

        names, hosts = _name_all(read(), config, run)
        totals, sources = TotalsSum(), dict[str | None, None]()

        def make() -> Iterator[Part[Record]]:
            for part in run(make_records, _record_jobs(read(), names, labels, is_encoded=is_encoded)):
                totals.merge(part.totals)
                sources.update(dict.fromkeys(part.sources))
                yield part.records

        records = join_parts(Record, make(), len(entries))
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
    parts: Iterable[tuple[Part[Entry], Part[Findings]]], config: Config, run: Run
) -> tuple[_Names, tuple[HostFigures, ...]]:
    """Return what datasets are called, and the figures of all hosts."""
    hosts, finder = HostsSum(), StudyFinder()
    jobs = (NamingJob(entries=entries, findings=findings, studies=config.studies) for entries, findings in parts)
    for part in run(state_part, jobs):
        hosts.merge(part.hosts)
        for stated in part.stated:
            finder.add(stated)
    members = finder.members()
    studies = finder.studies(members)
    del finder  # some hundred bytes of each dataset
    short_titles = make_short_titles(members, studies)
    return _Names([member.title for member in members], short_titles, studies), hosts.figures()


def _record_jobs(
    parts: Iterable[tuple[Part[Entry], Part[Findings]]], names: _Names, labels: Mapping[str, str], *, is_encoded: bool
) -> Iterator[RecordsJob]:
    """Yield what records are made of. is_encoded: whether they are wanted so."""
    for at, (entries, findings) in enumerate(parts):
        own = slice(at * VALUES_IN_PART, (at + 1) * VALUES_IN_PART)
        yield RecordsJob(
            entries=entries,
            findings=findings,
            titles=names.titles[own],
            short_titles=names.short_titles[own],
            studies=names.studies[own],
            labels=dict(labels),
            is_encoded=is_encoded,
        )


def _read_license(text: str) -> License:
    found = read_license(text)
    return found if found.id or found.url else replace(found, text=text)
