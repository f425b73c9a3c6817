"""Overviews: the institutions, studies and lists of a catalog, each with the datasets that belong to it.

A page, a feed, a report and a badge are made of each. Pure functions; the id of an overview depends on what it is of
alone, so links to it stay valid.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from sitegen import urls
from sitegen.catalog.health import ReportedProblem, report_problem
from sitegen.catalog.line_ranges import line_ranges, lines_text
from sitegen.catalog.titles import make_titles
from sitegen.compact import select
from sitegen.model import Catalog, Place, Record, Source, Study
from sitegen.site.columns import fold

OverviewKind = Literal["institution", "study", "list"]

FOLDERS: dict[OverviewKind, str] = {"institution": "institutions", "study": "studies", "list": "lists"}
"""Where the pages of each kind are, below the site's root."""
TITLES: dict[OverviewKind, str] = {"institution": "Institutions", "study": "Studies", "list": "Lists"}
NO_INSTITUTION = "none"
"""The id of the institution of datasets that name none; ids of others end with a hash."""
RANGES_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """An institution, a study or a list, and its datasets."""

    kind: OverviewKind
    id: str
    """Permanent, and safe in a path."""
    name: str
    records: Sequence[Record]
    source: Source | None = None
    """The institution, of an institution that has a name."""
    study: Study | None = None
    csv: str = ""
    """Address of the list, of a list."""

    def path(self, name: str = "index.html") -> str:
        """Return the path of one of its files below the site's root."""
        return f"{FOLDERS[self.kind]}/{self.id}/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesOfList:
    """Where in one list a rule is broken."""

    csv: str
    """Address of the list."""
    name: str
    """What the list is called."""
    path: str
    """Path of the list's page below the site's root."""
    text: str
    """The lines in words, such as `lines 2–6,366`."""
    ranges: tuple[tuple[int, int], ...]
    """All of the lines: the first and the last one of each range."""


@dataclass(slots=True)
class _Members:
    """The places of the records of each overview in the catalog, in order."""

    institutions: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    studies: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    lists: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def institution_id(name: str | None) -> str:
    """Return the id of an institution: its name without accents, and a hash of the name as it is written."""
    if not name:
        return NO_INSTITUTION
    readable, end = urls.slug(fold(name)).rpartition("-")[0], urls.slug(name).rpartition("-")[2]
    return f"{readable}-{end}".strip("-")


@lru_cache(maxsize=4096)  # reports name each list many times
def list_id(csv: str) -> str:
    """Return the id of a list, which its anchor on the health page has, too."""
    return urls.dataset_id(csv)


def overview_path(kind: OverviewKind, id_: str) -> str:
    """Return the path of an overview's page below the site's root."""
    return f"{FOLDERS[kind]}/{id_}/index.html"


def make_overviews(catalog: Catalog, kind: OverviewKind | None = None) -> list[Overview]:
    """Return the institutions, then the studies, then the lists, each in the order in which the lists name them.

    kind: only these. The institution of datasets that name none is the last institution.
    """
    members = _Members()
    for at, record in enumerate(catalog.records):
        members.institutions[record.source or ""].append(at)
        if record.study:
            members.studies[record.study.id].append(at)
        for csv in dict.fromkeys(place.csv for place in record.lists):
            members.lists[csv].append(at)
    for each in catalog.list_problems:
        members.lists.setdefault(each.place.csv, [])
    made = (*_institutions(catalog, members), *_studies(catalog, members), *_lists(catalog, members))
    return [each for each in made if kind in (None, each.kind)]


def _institutions(catalog: Catalog, members: _Members) -> Iterator[Overview]:
    known = {source.name: source for source in catalog.sources}
    for name in sorted(members.institutions, key=lambda name: not name):
        yield Overview(
            kind="institution",
            id=institution_id(name),
            name=name or "No institution stated",
            records=select(catalog.records, members.institutions[name]),
            source=known.get(name, Source(name=name)) if name else None,
        )


def _studies(catalog: Catalog, members: _Members) -> Iterator[Overview]:
    known = {study.id: study for study in catalog.studies}
    for id_, places in members.studies.items():
        records = select(catalog.records, places)
        name = records[0].study.name if records[0].study else id_
        yield Overview(kind="study", id=id_, name=name, records=records, study=known.get(id_))


def _lists(catalog: Catalog, members: _Members) -> Iterator[Overview]:
    names = list_names(members.lists)
    for csv, places in members.lists.items():
        records = select(catalog.records, places)
        yield Overview(kind="list", id=list_id(csv), name=names[csv], records=records, csv=csv)


def list_names(csvs: Iterable[str]) -> dict[str, str]:
    """Return what each list is called: the name of its file, with folders where two lists have the same."""
    addresses = list(csvs)
    return dict(zip(addresses, make_titles(addresses), strict=True))


def pictured(records: Iterable[Record], most: int) -> list[Record]:
    """Return the datasets to show: those with a picture before others, the first of every study, then the second."""
    taken: Counter[tuple[bool, str]] = Counter()

    def rank() -> Iterator[tuple[bool, int, Record]]:
        for record in records:
            study = (record.found.thumbnail is None, record.study.id if record.study else "")
            yield study[0], taken[study], record
            taken[study] += 1

    return [record for _, _, record in heapq.nsmallest(most, rank(), key=lambda each: each[:2])]


def problems_of(
    overview: Overview, catalog: Catalog, institutions: Mapping[str, Collection[str]]
) -> list[ReportedProblem]:
    """Return the problems of an overview's datasets and lists, at lines of the list where it is one.

    institutions: of `institutions_of_lists`.
    """
    lists = {overview.csv} if overview.csv else _own_lists(overview, institutions)
    found = [
        report_problem(each.problem, each.place, url=each.url, dataset=None)
        for each in catalog.list_problems
        if each.place.csv in lists
    ]
    for record in overview.records:
        place = place_in(record, overview.csv)
        found += [report_problem(each, place, url=record.url, dataset=record.id) for each in record.found.problems]
    return found


def _own_lists(overview: Overview, institutions: Mapping[str, Collection[str]]) -> set[str]:
    """Return the lists all of whose datasets belong to an institution; of a study, none: lists have problems of all."""
    if overview.kind != "institution":
        return set()
    name = overview.source.name if overview.source else ""
    return {csv for csv, names in institutions.items() if list(names) == [name]}


def institutions_of_lists(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """Return for each list the institutions of its datasets; that of datasets that name none is empty."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for record in catalog.records:
        for place in record.lists:
            found[place.csv][record.source or ""] = None
    return {csv: tuple(names) for csv, names in found.items()}


def place_in(record: Record, csv: str) -> Place | None:
    """Return where a list names a dataset; where the first list does, if none is given."""
    return next((place for place in record.lists if not csv or place.csv == csv), None)


def lines_of(
    problems: Iterable[ReportedProblem], listed: Mapping[str, Sequence[int]], names: Mapping[str, str]
) -> tuple[LinesOfList, ...]:
    """Return where problems are, list by list.

    listed: of `listed_lines`. names: of `list_names`.
    """
    lines: dict[str, list[int]] = defaultdict(list)
    for problem in problems:
        if problem.csv and problem.line is not None:
            lines[problem.csv].append(problem.line)
    ranges = {csv: tuple(line_ranges(found, listed.get(csv, []))) for csv, found in lines.items()}
    return tuple(
        LinesOfList(
            csv=csv,
            name=names[csv],
            path=overview_path("list", list_id(csv)),
            text=lines_text(found, RANGES_SHOWN),
            ranges=found,
        )
        for csv, found in ranges.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFacts:
    """What pages and reports need to know of all lists."""

    listed: dict[str, list[int]]
    """The lines of each list that name datasets, sorted."""
    names: dict[str, str]
    """What each is called."""

    def lines_of(self, problems: Iterable[ReportedProblem]) -> tuple[LinesOfList, ...]:
        """Return where problems are, list by list."""
        return lines_of(problems, self.listed, self.names)


def make_list_facts(catalog: Catalog) -> ListFacts:
    """Return what pages and reports need to know of all lists."""
    listed = listed_lines(catalog)
    return ListFacts(listed=listed, names=list_names(listed))


def listed_lines(catalog: Catalog) -> dict[str, list[int]]:
    """Return the lines of each list that name datasets, sorted; none of a list that has nothing but problems."""
    lines: dict[str, list[int]] = defaultdict(list, {each.place.csv: [] for each in catalog.list_problems})
    for record in catalog.records:
        for place in record.lists:
            lines[place.csv].append(place.line)
    return {csv: sorted(found) for csv, found in lines.items()}
