"""Pages of institutions, studies and lists: totals, pictures, health, what to correct, and a list of all datasets.

Complete without a script; a link leads to the same datasets in the catalog, where they can be searched and filtered.
Pages that lists had before (`browse/…`) lead to those of institutions. Pure functions from the catalog to the contexts
of the templates `overview.html`, `overviews.html` and `moved.html`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from sitegen import formatting, urls
from sitegen.catalog.health import ProblemGroup, ReportedProblem, group_problems, make_health
from sitegen.catalog.totals import make_totals
from sitegen.compact import select
from sitegen.model import Catalog, Changes, ListProblem, Record, StudyNameOrigin, StudyOrigin, Totals
from sitegen.site.columns import fold
from sitegen.site.home_page import ROWS_PER_LIST, Statistic, make_statistics
from sitegen.site.overview_contents import make_contents
from sitegen.site.overview_tables import page_links, table_pages
from sitegen.site.overviews import (
    FOLDERS,
    TITLES,
    LinesOfList,
    ListFacts,
    Overview,
    OverviewKind,
    institution_id,
    institutions_of_lists,
    list_id,
    make_list_facts,
    make_overviews,
    overview_path,
    pictured,
    problems_of,
)
from sitegen.site.owner_section import make_owner_section
from sitegen.site.signposting import study_links
from sitegen.site.structured import as_script, is_web, study_ld

PICTURES = 12
"""Cards on the first page: full rows at 2, 3, 4 and 6 columns."""
_PARTS_SHOWN = 60
"""Links to studies, institutions or lists on one page."""
LIST_EXAMPLE = (
    "url,name,license,organismId\nhttps://storage.example.org/embryo.ome.zarr,Embryo at 24 h,CC-BY-4.0,NCBITaxon:7955"
)
"""A list of one dataset, with some columns of `docs/lists.md`."""
_STATED_BY: dict[StudyOrigin, str] = {
    "configuration": "by the configuration of this catalog",
    "csv": "by a column of their lists",
    "ro-crate": "by their RO-Crate metadata",
    "origin": "by the origin that they state",
    "list": "because one list names them",
    "url": "by their addresses",
}
_NAMED_BY: dict[StudyNameOrigin, str] = {
    "configuration": "the configuration of this catalog",
    "csv": "a column of their lists",
    "ro-crate": "their RO-Crate metadata",
    "accession": "the accession",
    "name": "the names of the datasets",
    "description": "what the datasets’ descriptions say",
    "list": "the name of the list",
    "url": "the addresses of the datasets",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An institution, study or list that has datasets in common with the one that a page is about."""

    name: str
    path: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Those of one kind, largest first."""

    title: str
    shown: tuple[Part, ...]
    more: int
    """How many there are besides."""
    folder: str
    """Where all of them are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRule:
    """A rule that datasets or rows break, and where."""

    group: ProblemGroup
    datasets: int
    """How many datasets break it."""
    lists: tuple[LinesOfList, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewParts:
    """The overviews of a catalog, and what the pages of one show of all the others."""

    overviews: tuple[Overview, ...]
    lists: ListFacts
    problems: Mapping[str, tuple[ListProblem, ...]]
    """List → its problems."""
    institutions: Mapping[str, tuple[str, ...]]
    """List → the institutions of its datasets; that of datasets that name none is empty."""

    def catalog_of(self, overview: Overview, catalog: Catalog) -> Catalog:
        """Return the part of a catalog that the pages of an overview show; without records, which the overview has."""
        name = overview.source.name if overview.source else ""
        lists = [overview.csv] if overview.csv else []
        if overview.kind == "institution":
            lists = [csv for csv in self.lists_of(overview) if self.institutions.get(csv) == (name,)]
        known = overview.kind == "institution" and name in catalog.institutions
        found = [problem for csv in lists for problem in self.problems.get(csv, ())]
        return replace(
            catalog,
            built_at="",
            records=(),
            totals=Totals(),
            sources=(),
            studies=(),
            changes=Changes(),
            list_problems=tuple(found),
            institutions={name: catalog.institutions[name]} if known else {},
        )

    def lists_of(self, overview: Overview) -> tuple[str, ...]:
        """Return the lists that name the datasets of an overview, and the list that it is of."""
        named = (place.csv for record in overview.records for place in record.lists)
        return tuple(dict.fromkeys([*([overview.csv] if overview.csv else []), *named]))


def make_overview_parts(catalog: Catalog) -> OverviewParts:
    """Return the overviews of a catalog, and what the pages of one show of all the others."""
    problems: dict[str, list[ListProblem]] = defaultdict(list)
    for each in catalog.list_problems:
        problems[each.place.csv].append(each)
    return OverviewParts(
        overviews=tuple(make_overviews(catalog)),
        lists=make_list_facts(catalog),
        problems={csv: tuple(found) for csv, found in problems.items()},
        institutions=institutions_of_lists(catalog),
    )


def overview_tables(overviews: Sequence[Overview]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give template, path and context of the tables of all institutions, of all studies and of all lists."""
    for kind in FOLDERS:
        for path, context in table_pages(kind, overviews):
            yield "overviews.html", path, context


def pages_of_overview(
    overview: Overview, catalog: Catalog, lists: ListFacts
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give template, path and context of the pages of an institution, study or list. catalog: see `catalog_of`."""
    for path, context in _pages_of(overview, catalog, lists):
        yield "overview.html", path, context


def moved_pages(catalog: Catalog) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give path and context of pages below `browse/`, which lead to the pages of institutions."""
    yield "browse/index.html", {"target": "institutions/index.html"}
    taken: set[str] = set()
    for overview in make_overviews(catalog, "institution"):
        slug = _former_slug(overview, taken)
        for path, _ in split_pages(overview):
            yield path.replace(overview.path(""), f"browse/{slug}/"), {"target": path}


def split_pages(overview: Overview) -> list[tuple[str, Sequence[Record]]]:
    """Return the path of each page of an overview, and the datasets that it lists."""
    places = range(len(overview.records))
    starts = range(0, max(1, len(places)), ROWS_PER_LIST)
    parts = ("", *(f"{number}/" for number in range(2, len(starts) + 1)))
    return [
        (overview.path(f"{part}index.html"), select(overview.records, places[start : start + ROWS_PER_LIST]))
        for part, start in zip(parts, starts, strict=True)
    ]


def _pages_of(overview: Overview, catalog: Catalog, lists: ListFacts) -> Iterator[tuple[str, dict[str, Any]]]:
    pages = split_pages(overview)
    paths = [path for path, _ in pages]
    for number, (path, records) in enumerate(pages, start=1):
        context = {
            "overview": overview,
            "kind": TITLES[overview.kind],
            "folder": f"{FOLDERS[overview.kind]}/index.html",
            "records": records,
            "count": formatting.plural(len(overview.records), "dataset"),
            "first": (number - 1) * ROWS_PER_LIST + 1,
            "number": number,
            "pages": page_links(paths, number),
            "about": _about(overview, catalog, lists) if number == 1 else None,
        }
        yield path, context


def _about(overview: Overview, catalog: Catalog, lists: ListFacts) -> dict[str, Any]:
    """Return what the first page says before the list of datasets."""
    study, source, search = overview.study, overview.source, _search(overview, lists)
    own = {each.place.csv: (source.name if source else "",) for each in catalog.list_problems}  # of no other lists
    return {
        "link": (source.url if source else study.url if study else overview.csv) or "",
        "logo": source.logo if source else None,
        "stated_by": _STATED_BY[study.taken_from] if study else "",
        "named_by": _NAMED_BY[study.named_by] if study else "",
        "statistics": _statistics(overview.records),
        "search": search,
        "contents": make_contents(overview.records, search),
        "cards": pictured(overview.records, PICTURES),
        "health": make_health(overview.name, overview.records),
        "rules": _rules(problems_of(overview, catalog, own), lists),
        "parts": _parts(overview, lists),
        "citation": cite_overview(overview, catalog),
        "lists": _lists(overview, lists),
        "example": LIST_EXAMPLE,
        "owner": make_owner_section(overview, catalog, lists) if overview.kind == "institution" else None,
        "json_ld": as_script(study_ld(overview, catalog)) if overview.kind == "study" else "",
        "typed_links": study_links(overview, catalog) if overview.kind == "study" else (),
    }


def _statistics(records: Sequence[Record]) -> list[Statistic]:
    figures = make_statistics(make_totals(records))
    return [each for each in figures if not each.name.startswith("institution")]


def _search(overview: Overview, lists: ListFacts) -> str:
    """Return the address of the same datasets in the catalog; empty where a search cannot ask for exactly these."""
    if overview.kind == "study":
        return f"index.html?{urlencode({'study': overview.id}, quote_via=quote)}"
    if overview.kind == "institution":
        return f"index.html?{urlencode({'source': overview.name}, quote_via=quote)}" if overview.source else ""
    name = urls.tail(overview.csv).removesuffix(".csv")
    others = [urls.tail(csv) for csv in lists.names if csv != overview.csv]
    if '"' in name or any(name.casefold() in other.casefold() for other in others) or not overview.records:
        return ""
    query = f'list:"{name}"'
    return f"index.html?{urlencode({'q': query}, quote_via=quote)}"


def _rules(problems: Sequence[ReportedProblem], lists: ListFacts) -> list[BrokenRule]:
    of_code: dict[tuple[str, str], list[ReportedProblem]] = defaultdict(list)
    for problem in problems:
        of_code[problem.level, problem.code].append(problem)
    return [
        BrokenRule(
            group=group,
            datasets=len({each.dataset for each in of_code[group.level, group.code] if each.dataset}),
            lists=lists.lines_of(of_code[group.level, group.code]),
        )
        for group in group_problems(problems)
    ]


def _parts(overview: Overview, lists: ListFacts) -> list[Parts]:
    """Return the institutions, studies and lists that have datasets in common with an overview of another kind."""
    counts: dict[OverviewKind, dict[tuple[str, str], int]] = {kind: defaultdict(int) for kind in FOLDERS}
    for record in overview.records:
        if record.source:
            counts["institution"][institution_id(record.source), record.source] += 1
        if record.study:
            counts["study"][record.study.id, record.study.name] += 1
        for csv in {place.csv for place in record.lists}:
            counts["list"][list_id(csv), lists.names[csv]] += 1
    return [_make_parts(kind, found) for kind, found in counts.items() if found and kind != overview.kind]


def _make_parts(kind: OverviewKind, found: dict[tuple[str, str], int]) -> Parts:
    ordered = sorted(found.items(), key=lambda each: -each[1])
    shown = [
        Part(name=name, path=overview_path(kind, id_), count=count) for (id_, name), count in ordered[:_PARTS_SHOWN]
    ]
    return Parts(
        title=TITLES[kind],
        shown=tuple(shown),
        more=len(ordered) - len(shown),
        folder=f"{FOLDERS[kind]}/index.html",
    )


def cite_overview(overview: Overview, catalog: Catalog) -> str:
    """Return how to cite the datasets together: as configured, else name, institution, catalog and permanent address.

    Only what is known: authors, year and version of many datasets are not; where all come from one address, it is.
    """
    if overview.study and overview.study.citation:
        return overview.study.citation
    sources = dict.fromkeys(record.source for record in overview.records if record.source)
    owner = next(iter(sources)) if len(sources) == 1 and overview.kind != "institution" else ""
    address = f"{catalog.base_url}{overview.path()}" if catalog.base_url else overview.csv
    parts = (
        formatting.shorten(owner, 200) if owner not in overview.name else "",
        f"{formatting.shorten(overview.name, 300)} [{len(overview.records):,} OME-Zarr data sets]",
        f"Listed in {formatting.shorten(catalog.title, 200)}",
        address if is_web(address) else "",
        _origin(overview.records),
    )
    return ". ".join(part.rstrip(".") for part in parts if part)


def _origin(records: Sequence[Record]) -> str:
    """Return the address from which all datasets come, such as a DOI; empty where they come from several."""
    origins = {record.origin for record in records}
    origin = next(iter(origins), None) if len(origins) == 1 else None
    return f"Data from {origin}" if origin and is_web(origin) and len(records) > 1 else ""


def _lists(overview: Overview, lists: ListFacts) -> list[tuple[str, str]]:
    """Return name and address of the lists to which a dataset of this institution, study or list is added."""
    csvs = dict.fromkeys(record.lists[0].csv for record in overview.records if record.lists)
    return [(lists.names[csv], csv) for csv in ([overview.csv] if overview.csv else csvs)][:_PARTS_SHOWN]


def _former_slug(overview: Overview, taken: set[str]) -> str:
    """Return the folder below `browse/` that the pages of an institution had."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(overview.name)).strip("-")[:40] or "institution"
    while slug in taken:
        slug += "-x"
    taken.add(slug)
    return slug
