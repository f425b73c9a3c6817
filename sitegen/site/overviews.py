"""Overviews: the institutions, studies and lists of a catalog, each with the datasets that belong to it.

A page, a feed, a report and a badge are made of each. Pure functions; the id of an overview depends on what it is of
alone, so links to it stay valid.
"""

from __future__ import annotations

import heapq
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from typing import Literal, overload

import numpy as np

from sitegen import urls
from sitegen.catalog.health import ReportedProblem, report_problem
from sitegen.catalog.line_ranges import line_ranges, lines_text
from sitegen.catalog.titles import make_titles
from sitegen.compact import make_alike, read_as, select
from sitegen.model import Catalog, Place, Record, Source, Study, StudyRef
from sitegen.site.columns import fold
from sitegen.site.slabs import in_slabs, read_slab

OverviewKind = Literal["institution", "study", "list"]

FOLDERS: dict[OverviewKind, str] = {"institution": "institutions", "study": "studies", "list": "lists"}
"""Where the pages of each kind are, below the site's root."""
TITLES: dict[OverviewKind, str] = {"institution": "Institutions", "study": "Studies", "list": "Lists"}
NO_INSTITUTION = "none"
"""The id of the institution of datasets that name none; ids of others end with a hash."""
RANGES_SHOWN = 20
_PER_SLAB = 4096
"""Datasets that are sorted by study at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """An institution, a study or a list, and its datasets."""

    kind: OverviewKind
    id: str
    """Permanent, and safe in a path."""
    name: str
    records: Sequence[Record]
    places: Sequence[int]
    """Of the records, in the catalog."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """What overviews need of a `Record` to be found."""

    source: str | None
    study: StudyRef | None
    lists: tuple[Place, ...]


def _places() -> dict[str, array[int]]:
    return defaultdict(lambda: array("Q"))


@dataclass(kw_only=True)
class _Members:
    """The places of the records of each overview in the catalog, in order."""

    records: Sequence[Record]
    institutions: dict[str, array[int]] = field(default_factory=_places)
    studies: dict[str, array[int]] = field(default_factory=_places)
    names: dict[str, str] = field(default_factory=dict)
    """Of the studies."""
    lists: dict[str, array[int]] = field(default_factory=_places)
    without_study: array[int] = field(default_factory=lambda: array("Q"))

    @cached_property
    def by_study(self) -> Sequence[Record]:
        """Encoded records once more, study by study: to read one here and there costs ten times as much."""
        places = np.concatenate([np.asarray(each, np.int64) for each in (*self.studies.values(), self.without_study)])
        slabs = in_slabs(self.records, places, _PER_SLAB)
        return make_alike(Record, chain.from_iterable(map(read_slab, slabs)), self.records)


class _StudyRecords(Sequence[Record]):
    """The records of a study, which are read from those that are sorted by study when the first one is needed."""

    def __init__(self, members: _Members, start: int, stop: int) -> None:
        self._members, self._places = members, range(start, stop)

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Record, ...]: ...
    def __getitem__(self, at: int | slice) -> Record | tuple[Record, ...]:
        if isinstance(at, slice):
            return tuple(self._members.by_study[each] for each in self._places[at])
        return self._members.by_study[self._places[at]]


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
    records = catalog.records
    members = _read_members(records) if isinstance(records, tuple) else _kept_members(records)
    makes = {"institution": _institutions, "study": _studies, "list": _lists}
    return [each for key, make in makes.items() if kind in (None, key) for each in make(catalog, members)]


@lru_cache(maxsize=1)  # files of a dozen kinds are made of overviews
def _kept_members(records: Sequence[Record]) -> _Members:
    """Return the members of overviews of encoded records, which are those of the same object."""
    return _read_members(records)


def _read_members(records: Sequence[Record]) -> _Members:
    members = _Members(records=records)
    for at, record in enumerate(read_as(records, _Member)):
        members.institutions[record.source or ""].append(at)
        if record.study:
            members.studies[record.study.id].append(at)
            members.names.setdefault(record.study.id, record.study.name)
        else:
            members.without_study.append(at)
        for csv in dict.fromkeys(place.csv for place in record.lists):
            members.lists[csv].append(at)
    return members


def _institutions(catalog: Catalog, members: _Members) -> Iterator[Overview]:
    known = {source.name: source for source in catalog.sources}
    for name in sorted(members.institutions, key=lambda name: not name):
        yield Overview(
            kind="institution",
            id=institution_id(name),
            name=name or "No institution stated",
            records=select(catalog.records, members.institutions[name]),
            places=members.institutions[name],
            source=known.get(name, Source(name=name)) if name else None,
        )


def _studies(catalog: Catalog, members: _Members) -> Iterator[Overview]:
    known, start = {study.id: study for study in catalog.studies}, 0
    for id_, places in members.studies.items():
        stop = start + len(places)
        yield Overview(
            kind="study",
            id=id_,
            name=members.names[id_],
            records=select(catalog.records, places)
            if isinstance(catalog.records, tuple)
            else _StudyRecords(members, start, stop),
            places=places,
            study=known.get(id_),
        )
        start = stop


def _lists(catalog: Catalog, members: _Members) -> Iterator[Overview]:
    found = dict(members.lists)
    for each in catalog.list_problems:
        found.setdefault(each.place.csv, array("Q"))
    names = list_names(found)
    for csv, places in found.items():
        records = select(catalog.records, places)
        yield Overview(kind="list", id=list_id(csv), name=names[csv], records=records, places=places, csv=csv)


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
    for record in read_as(catalog.records, _Member):
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
    for record in read_as(catalog.records, _Member):
        for place in record.lists:
            lines[place.csv].append(place.line)
    return {csv: sorted(found) for csv, found in lines.items()}
