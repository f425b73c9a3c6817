"""A steward's check: what is wrong with lists and their datasets, without a site.

The metadata are read and judged as a build does; pixels are not asked for, so that a
dataset costs some four requests. A good answer of an earlier run is believed as a build
would; a dataset with a problem is asked again, so that whoever mended it sees so at once.
The cache learns documents alone: what a build keeps of a dataset, its pictures too,
stays as it is.

`news` leaves what an earlier version of a list does not have: a row whose address is new,
or any of whose cells changed, and what is wrong now with any other line, but was not then.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sitegen import formatting
from sitegen.commands.annotations import count_levels
from sitegen.engine.plan import Visitor
from sitegen.lists.reading import Listing
from sitegen.model import Catalog, Entry, Findings, HostFigures, ListProblem, Place

_PLACE_AT_END = re.compile(r":\d+$")
"""The line in "this dataset is named before, in lists/ours.csv:12"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What a check found."""

    problems: tuple[ListProblem, ...]
    """In the order of the lists, then of their lines; a dataset's stand at every line that names it."""
    rows: int
    catalog: Catalog
    hosts: tuple[HostFigures, ...]
    seconds: float

    @property
    def errors(self) -> bool:
        """Whether there is an error."""
        return any(each.problem.level == "error" for each in self.problems)

    @property
    def warnings(self) -> bool:
        """Whether there is a warning."""
        return any(each.problem.level == "warning" for each in self.problems)

    def as_text(self) -> str:
        """Return the figures, in one line."""
        totals = self.catalog.totals
        return (
            f"{count_levels(self.problems)} in {formatting.plural(self.rows, 'row')}; "
            f"{formatting.plural(totals.datasets, 'dataset')} checked, {totals.ok:,} could be read, "
            f"{totals.valid:,} valid; {formatting.plural(sum(host.requests for host in self.hosts), 'request')}, "
            f"{formatting.size(sum(host.bytes for host in self.hosts))}, {self.seconds:.1f} s"
        )


class Inspector:
    """Looks at datasets: first with what the cache holds, then, where something is wrong, at what is there now."""

    def __init__(self, first: Visitor, again: Visitor | None) -> None:
        self._first = first
        self._again = again

    async def visit(self, entry: Entry) -> Findings:
        """Return what is found of a dataset."""
        found = await self._first.visit(entry)
        if self._again is None or not _may_be_mended(found):
            return found
        return await self._again.visit(entry)


def _may_be_mended(found: Findings) -> bool:
    """Return whether a newer answer might be better; where there was none just now, it was asked for just now."""
    return found.status not in ("unreachable", "refused") and any(each.level != "note" for each in found.problems)


def news(listing: Listing, before: Listing) -> Listing:
    """Return what the lists say that they did not say before: new and changed datasets, and new problems."""
    known = {entry.url: entry for entry in before.entries}
    entries = tuple(entry for entry in listing.entries if not _is_known(entry, known.get(entry.url)))
    fresh = {place for entry in entries for place in entry.places}
    return replace(listing, entries=entries, problems=tuple(_new_problems(listing, before, fresh)))


def _is_known(entry: Entry, known: Entry | None) -> bool:
    """Return whether a dataset was named before, with these cells, in each list as often; its lines may have moved."""
    return (
        known is not None
        and replace(entry, places=()) == replace(known, places=())
        and _counts(entry) <= _counts(known)
    )


def _counts(entry: Entry) -> Counter[str]:
    return Counter(place.csv for place in entry.places)


def _new_problems(listing: Listing, before: Listing, fresh: set[Place]) -> Iterator[ListProblem]:
    """Yield the problems of new and changed rows; of other lines, those that there were not as often before."""
    known = Counter(_without_lines(before))
    for each, without_line in zip(listing.problems, _without_lines(listing), strict=True):
        if each.place not in fresh and known[without_line]:
            known[without_line] -= 1
        else:
            yield each


def _without_lines(listing: Listing) -> Iterator[tuple[object, ...]]:
    """Yield for each problem what stays the same when its line moves: list, dataset, and what is wrong."""
    datasets = {place: entry.url for entry in listing.entries for place in entry.places}
    for each in listing.problems:
        message = _PLACE_AT_END.sub("", each.problem.message)
        yield each.place.csv, each.url or datasets.get(each.place), replace(each.problem, message=message)


def problems_by_line(catalog: Catalog, lists: Sequence[str]) -> tuple[ListProblem, ...]:
    """Return all problems, list by list, then by line; a dataset's at every line that names it.

    lists: those that were read, in reading order; others, that could not be, stand first.
    """
    order = {csv: number for number, csv in enumerate(lists)}
    found = [*catalog.list_problems, *_dataset_problems(catalog)]
    return tuple(sorted(found, key=lambda each: (order.get(each.place.csv, -1), each.place.csv, each.place.line)))


def _dataset_problems(catalog: Catalog) -> Iterator[ListProblem]:
    for record in catalog.records:
        for place in record.lists:
            for problem in record.found.problems:
                yield ListProblem(place=place, problem=problem, url=record.url)
