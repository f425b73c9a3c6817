"""Entries and findings become records, records become the catalog.

What a list says and what the dataset says meet here, once: the dataset is believed
about shape, chunks, shards and dimension names; a list's own words about name,
description, licence, organism and modality beat the RO-Crate's (CONTRACT §3). Each
value remembers where it came from. Pure functions; the order is that of the lists.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from sitegen import urls
from sitegen.config.settings import Config, SourceSettings
from sitegen.model import (
    Axis,
    BrowserAccess,
    Catalog,
    Crate,
    Entry,
    Findings,
    HostFigures,
    License,
    ListProblem,
    Problem,
    Record,
    Source,
    Term,
    Totals,
)
from sitegen.model.codes import make_problem
from sitegen.ome.licenses import read_license
from sitegen.ome.ontology import contradiction, is_known, label_of, normalize_term

_T = TypeVar("_T")


def build(
    entries: Sequence[Entry],
    findings: Sequence[Findings],
    config: Config,
    *,
    built_at: str,
    list_problems: Iterable[ListProblem] = (),
    labels: Mapping[str, str] = MappingProxyType({}),
) -> Catalog:
    """Return the catalog of `entries`; `findings[i]` is what was found of `entries[i]`.

    labels: of terms that the table of this project lacks.
    """
    titles = make_titles([entry.url for entry in entries])
    records = tuple(
        make_record(entry, found, title=title, labels=labels)
        for entry, found, title in zip(entries, findings, titles, strict=True)
    )
    sources = make_sources(records, config.sources)
    return Catalog(
        title=config.title,
        description=config.description,
        built_at=built_at,
        base_url=config.base_url,
        records=records,
        totals=make_totals(records),
        sources=sources,
        list_problems=tuple(list_problems),
        hosts=make_hosts(entries, findings),
        facets=config.facets,
    )


def make_titles(dataset_urls: Sequence[str]) -> list[str]:
    """Return for each address its shortest tail that no other address has; its last segment if that is its own."""
    segments = [_segments(url) for url in dataset_urls]
    titles = ["/".join(parts) for parts in segments]
    pending = list(range(len(dataset_urls)))
    depth = 1
    while pending:
        seen = Counter(tuple(parts[-depth:]) for parts in segments)
        unsolved = []
        for index in pending:
            tail = tuple(segments[index][-depth:])
            if seen[tail] > 1 and depth < len(segments[index]):
                unsolved.append(index)
            else:
                titles[index] = "/".join(tail)
        pending, depth = unsolved, depth + 1
    return titles


def _segments(url: str) -> list[str]:
    parts = urlsplit(url)
    path = [unquote(part) for part in parts.path.split("/") if part]
    return [part for part in (parts.netloc, *path) if part] or [url]


class _Sourced:
    """Chooses between what several origins say of one key, and remembers which was believed."""

    def __init__(self) -> None:
        self.provenance: dict[str, str] = {}

    def first(self, key: str, *candidates: tuple[str, _T | None]) -> _T | None:
        """Return the first candidate that is stated; `key`'s provenance is then its origin."""
        for origin, value in candidates:
            if value is not None and value != "" and value != ():
                self.provenance[key] = origin
                return value
        return None


def make_record(
    entry: Entry, found: Findings, *, title: str, labels: Mapping[str, str] = MappingProxyType({})
) -> Record:
    """Return what the catalog says of one dataset.

    title: what to call it where neither a list nor its RO-Crate names it. labels: see `build`.
    """
    crate, said = found.crate or Crate(), _Sourced()
    name = said.first("name", ("csv", entry.name), ("ro-crate", crate.name))
    licence = said.first("license", ("csv", entry.license), ("ro-crate", crate.license))
    description = said.first("description", ("csv", entry.description), ("ro-crate", crate.description))
    terms, problems = _terms(entry, crate, said, labels)
    organism = terms["organism"]
    if organism and (word := contradiction(organism.id, f"{name or ''} {description or ''}")):
        problems.append(_doubtful_organism(organism, word))
    best = found.levels[0] if found.levels else None
    return Record(
        id=urls.dataset_id(entry.url),
        url=entry.url,
        title=said.first("title", (said.provenance.get("name", ""), name), ("url", title)) or title,
        name=name,
        description=description,
        origin=said.first("origin", ("csv", entry.origin)),
        source=said.first("source", ("csv", entry.source)),
        lists=entry.places,
        license=_license(licence) if licence else None,
        organism=organism,
        modality=terms["modality"],
        kind=found.kind,
        ome_zarr_version=found.ome_zarr_version,
        zarr_format=found.zarr_format,
        axes=said.first("axes", ("zarr", found.axes), ("csv", _listed_axes(entry))),
        shape=said.first("shape", ("zarr", best.shape if best else None), ("csv", entry.shape)),
        dtype=found.dtype,
        chunks=said.first("chunks", ("zarr", best.chunks if best else None), ("csv", entry.chunks)),
        shards=best.shards if best else said.first("shards", ("csv", entry.shards)),
        codecs=found.codecs,
        levels=found.levels,
        channels=found.channels,
        image_path=found.image_path,
        images=said.first("images", ("zarr", found.images), ("csv", entry.images)),
        plate=found.plate,
        series=found.series,
        label_images=found.label_images,
        bytes=said.first("bytes", ("csv", entry.stored_bytes), ("zarr", found.bytes_written)),
        bytes_uncompressed=found.bytes_uncompressed,
        thumbnail=found.thumbnail,
        preview=found.preview,
        montage=found.montage,
        overlay=found.overlay,
        shown=found.shown,
        status=found.status,
        valid=found.valid,
        problems=(*found.problems, *problems),
        cors=found.cors,
        checked_at=found.checked_at,
        provenance=said.provenance,
        extra=entry.extra,
    )


def _license(written: str) -> License:
    found = read_license(written)
    return found if found.id or found.url else replace(found, text=written)


def _terms(
    entry: Entry, crate: Crate, said: _Sourced, labels: Mapping[str, str]
) -> tuple[dict[str, Term | None], list[Problem]]:
    terms: dict[str, Term | None] = {}
    problems = []
    for key, column, listed, packed in (
        ("organism", "organismId", entry.organism_id, crate.organism),
        ("modality", "fbbiId", entry.fbbi_id, crate.modality),
    ):
        written = said.first(key, ("csv", listed), ("ro-crate", packed))
        term = normalize_term(written) if written else None
        terms[key] = Term(id=term, label=label_of(term) or labels.get(term)) if term else None
        if term and not is_known(term):
            problems.append(_unknown_term(column, term))
    return terms, problems


def term_ids(entries: Iterable[Entry], findings: Iterable[Findings]) -> set[str]:
    """Return every organism and imaging method that is stated anywhere."""
    listed = (term for entry in entries for term in (entry.organism_id, entry.fbbi_id))
    found = (term for each in findings if each.crate for term in (each.crate.organism, each.crate.modality))
    return {normalize_term(text) for text in (*listed, *found) if text}


def _doubtful_organism(organism: Term, word: str) -> Problem:
    return make_problem(
        "organism-doubtful",
        "organismId",
        f"the organism is {organism.label or organism.id}, but name or description say {word!r}",
    )


def _unknown_term(column: str, term: str) -> Problem:
    return make_problem(
        "term-unknown",
        column,
        f"expected an ontology identifier such as NCBI:txid9606 or obo:FBbi_00000246, found {term[:80]!r}",
    )


def _listed_axes(entry: Entry) -> tuple[Axis, ...]:
    return tuple(Axis(name=name) for name in entry.dimension_names or ())


def make_totals(records: Sequence[Record]) -> Totals:
    """Return the catalog in figures."""
    return Totals(
        datasets=len(records),
        images=sum(record.images or 0 for record in records),
        plates=sum(record.kind == "plate" for record in records),
        bytes=sum(record.bytes or 0 for record in records),
        sources=len({record.source for record in records if record.source}),
        ok=sum(record.status == "ok" for record in records),
        valid=sum(record.valid is True for record in records),
    )


def make_hosts(entries: Sequence[Entry], findings: Sequence[Findings]) -> tuple[HostFigures, ...]:
    """Return what each host's datasets cost when they were last read, the host with most of them first."""
    by_host: dict[str, list[Findings]] = defaultdict(list)
    for entry, found in zip(entries, findings, strict=True):
        by_host[urls.host(entry.url)].append(found)
    return tuple(_host_figures(host, found) for host, found in sorted(by_host.items(), key=lambda pair: -len(pair[1])))


def _host_figures(host: str, findings: Sequence[Findings]) -> HostFigures:
    latencies_ms = [found.cost.median_ms for found in findings if found.cost.median_ms is not None]
    return HostFigures(
        host=host,
        datasets=len(findings),
        requests=sum(found.cost.requests for found in findings),
        bytes=sum(found.cost.bytes for found in findings),
        errors=sum(found.status != "ok" for found in findings),
        retries=sum(found.cost.retries for found in findings),
        median_ms=round(median(latencies_ms), 1) if latencies_ms else None,
        browsers=make_browser_access([found.browsers for found in findings]),
    )


def make_browser_access(tested: Iterable[BrowserAccess]) -> BrowserAccess:
    """Return what pages of other sites may do with each of the datasets: a host may hold buckets of several owners."""
    known = list(tested)
    origins = {each.origin for each in known} - {None}
    ranges = {each.ranges for each in known} - {None}
    exposed = [set(each.exposed) for each in known if each.exposed is not None]
    named = [names for names in exposed if "*" not in names]
    return BrowserAccess(
        origin=all(origins) if origins else None,
        ranges=all(ranges) if ranges else None,
        exposed=tuple(sorted(set.intersection(*(named or exposed)))) if exposed else None,
    )


def make_sources(records: Iterable[Record], configured: Sequence[SourceSettings]) -> tuple[Source, ...]:
    """Return the institutions in the order in which the lists name them, with what the configuration adds."""
    known = {each.name: each for each in configured}
    names = dict.fromkeys(record.source for record in records if record.source)
    return tuple(_source(name, known.get(name)) for name in names)


def _source(name: str, settings: SourceSettings | None) -> Source:
    if settings is None:
        return Source(name=name)
    return Source(name=name, url=settings.url, logo=logo_path(settings))


def logo_path(settings: SourceSettings) -> str | None:
    """Return where an institution's logo stands in the site: a name of our making."""
    if settings.logo is None:
        return None
    return f"logos/{urls.slug(settings.name)}{settings.logo.suffix.lower()}"


def logo_files(config: Config) -> list[tuple[str, Path]]:
    """Return the logos' places in the site and the files that they are copies of."""
    return [(path, each.logo) for each in config.sources if each.logo and (path := logo_path(each))]
