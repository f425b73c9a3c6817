"""Lists of lists become entries: one for each dataset, whatever lists name it.

The rows of a list name datasets and further lists; the other cells of a row that names a
list pass down to every row of that list, where an empty cell inherits and a filled one
overrides. Of several rows that name one dataset, the first value of a column wins. Lists
are fetched in any order and merged in reading order, so the result never depends on
which host answered first. What cannot be read is a problem on the line that names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from sitegen import urls
from sitegen.lists.columns import COLUMNS, CellValue, entry_fields
from sitegen.lists.fetching import FetchedList, FetchedLists, FetchList, ListFetcher, ListLimits
from sitegen.lists.problems import ListProblemLog, quote
from sitegen.lists.rows import Row
from sitegen.lists.targets import ListLocation, UnplacedProblem, read_root
from sitegen.model import Creator, Entry, ListProblem, Place

MAX_INHERITED_CHARS = 4_000
"""Characters that the cells of a row that names a list may have together, to pass down to each row of that list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSummary:
    """A list that was read."""

    csv: str
    """As places name it."""
    rows: int
    """Number of its rows that name datasets."""
    refused: int = 0
    """Number of its rows that name nothing that could be followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What all lists state together."""

    entries: tuple[Entry, ...]
    """One for each dataset, in the order in which the lists first name them."""
    problems: tuple[ListProblem, ...]
    """In reading order of the lists, then of their lines."""
    lists: tuple[ListSummary, ...]
    """Those that were read, in reading order."""
    rows: int
    """Number of rows that name datasets, in all lists."""
    refused: int = 0
    """Number of rows that name nothing that could be followed, in all lists."""
    stated: Mapping[str, Mapping[str, Place]] = field(default_factory=dict)
    """Of datasets that several rows name: address → header → row whose cell counts."""
    inherited: Mapping[str, Mapping[str, Place]] = field(default_factory=dict)
    """Of datasets with cells of rows that name lists: address → header → that row."""
    unused: Mapping[Place, Sequence[str]] = field(default_factory=dict)
    """Row → its cells that count for nothing, because an earlier row of the dataset states something else."""
    moved: Mapping[str, str] = field(default_factory=dict)
    """Of datasets that are relative to a list that moved for good: address → that relative to the list's new one."""


async def read_lists(
    roots: Sequence[str],
    fetch: FetchList,
    *,
    allow_private_hosts: bool = False,
    folder: Path = Path(),
    limits: ListLimits | None = None,
) -> Listing:
    """Return what the lists at these addresses or paths state, and all the lists that they name.

    allow_private_hosts: trust every list, so that it may name any local path. folder: that of the configuration, below
    which local lists may name data.

    What `fetch` raises other than FetchError ends the reading.
    """
    fetcher = ListFetcher(fetch, limits or ListLimits(), trusted=allow_private_hosts, folder=folder)
    merger = _ListMerger(await fetcher.fetch_all(roots))
    for root in roots:
        merger.add_root(root)
    return merger.listing()


class _Inherited:
    """Cells that pass down to the rows of a list, and the rows that state them."""

    def __init__(
        self, cells: Mapping[str, CellValue] = MappingProxyType({}), places: Mapping[str, Place] = MappingProxyType({})
    ) -> None:
        self.cells = cells
        self.places = dict(places)
        self._beside: dict[frozenset[str], Mapping[str, Place]] = {}

    def beside(self, own: Mapping[str, CellValue]) -> Mapping[str, Place]:
        """Return the rows that state what a row with some cells inherits; one object for all rows with the same."""
        hidden = frozenset(self.places.keys() & own.keys())
        if hidden not in self._beside:
            self._beside[hidden] = {header: row for header, row in self.places.items() if header not in hidden}
        return self._beside[hidden]


@dataclass(slots=True)
class _MergedRows:
    """The rows of one dataset so far."""

    places: list[Place]
    cells: Mapping[str, CellValue]
    local: bool
    stated: dict[str, Place] = field(default_factory=dict)
    """Header → row whose cell counts, once there are several rows."""
    inherited: Mapping[str, Place] = field(default_factory=dict)
    """Header → row that names a list, where its cell counts."""

    def add(self, place: Place, cells: Mapping[str, CellValue], local: bool, inherited: Mapping[str, Place]) -> None:
        """Add a row; the first value of a column wins. inherited: as for the first row."""
        if new := {header: row for header, row in inherited.items() if header not in self.cells}:
            self.inherited = {**self.inherited, **new}
        self.stated = dict.fromkeys(cells, place) | (self.stated or dict.fromkeys(self.cells, self.places[0]))
        self.places.append(place)
        self.cells = {**cells, **self.cells}
        self.local = self.local or local


class _ListMerger:
    """Merges the rows of lists, in reading order, into entries."""

    def __init__(self, fetched: FetchedLists) -> None:
        self._fetched = fetched
        self._datasets: dict[str, _MergedRows] = {}
        self._lists: list[ListSummary] = []
        self._problems: list[Sequence[ListProblem]] = []
        self._added: set[str] = set()
        self._unused: dict[Place, Sequence[str]] = {}
        self._moved: dict[str, str] = {}
        self._spellings = {header.lower(): header for header in COLUMNS}

    def add_root(self, root: str) -> None:
        """Add the rows of a configured list, and of the lists below it."""
        location = read_root(root)
        if isinstance(location, UnplacedProblem):
            self._report_root(root, location)
            return
        fetched = self._fetched[location.address]
        problem = fetched if isinstance(fetched, UnplacedProblem) else fetched.stale
        if problem:
            self._report_root(location.shown, problem)
        if isinstance(fetched, FetchedList) and fetched.moved_to:
            self._report_root(location.shown, _describe_moved(location, fetched.moved_to))
        if isinstance(fetched, FetchedList) and location.address not in self._added:
            self._add_list(location, fetched, _Inherited(), ())

    def _report_root(self, csv: str, problem: UnplacedProblem) -> None:
        """Report why a configured list is not read, or is not that of today, on its own first line."""
        problems = ListProblemLog(csv)
        problems.add(problem.code, 1, problem.message, hint=problem.hint)
        self._problems.append(problems.problems())

    def listing(self) -> Listing:
        """Return all that was added."""
        stated = {url: merged.stated for url, merged in self._datasets.items() if merged.stated}
        inherited = {url: merged.inherited for url, merged in self._datasets.items() if merged.inherited}
        return Listing(
            entries=tuple(_make_entry(url, self._datasets.pop(url)) for url in tuple(self._datasets)),
            problems=tuple(problem for problems in self._problems for problem in problems),
            lists=tuple(self._lists),
            rows=sum(each.rows for each in self._lists),
            refused=sum(each.refused for each in self._lists),
            stated=stated,
            inherited=inherited,
            unused=self._unused,
            moved=self._moved,
        )

    def _add_list(
        self, location: ListLocation, fetched: FetchedList, inherited: _Inherited, above: tuple[str, ...]
    ) -> None:
        """Add the rows of a list. above: the addresses of the lists that lead to it."""
        self._added.add(location.address)
        position, problems = len(self._problems), ListProblemLog(location.shown)
        targets = [self._dataset_or_list(target) for target in fetched.targets]
        refused = fetched.parsed.skipped + sum(isinstance(each, UnplacedProblem) for each in targets)
        rows = sum(isinstance(each, str) for each in targets)
        self._lists.append(ListSummary(csv=location.shown, rows=rows, refused=refused))
        self._problems.append(())
        for row, target in zip(fetched.parsed.rows, targets, strict=True):
            own = self._spell_headers(row.cells)
            cells = {**inherited.cells, **own}
            place = Place(csv=location.shown, line=row.line)
            if isinstance(target, UnplacedProblem):
                problems.add(target.code, row.line, target.message, hint=target.hint, where=row.where)
            elif isinstance(target, ListLocation):
                passed = _Inherited(
                    cells, inherited.places | dict.fromkeys(own, Place(csv=location.shown, line=row.line))
                )
                self._follow(target, row, passed, (*above, location.address), problems)
            else:
                if fetched.moved_to and not urls.has_scheme(row.url):
                    self._moved[target] = urls.normalize(urls.resolve(fetched.moved_to, row.url))
                merged, others = self._datasets.get(target), inherited.beside(own)
                if merged is None:
                    self._datasets[target] = _MergedRows([place], cells, location.local, inherited=others)
                else:
                    if unused := _unused_cells(own, merged.cells):
                        self._unused[place] = unused
                    problems.add("dataset-again", row.line, describe_again(merged.places[0], unused), url=target)
                    merged.add(place, cells, location.local, others)
        found = (*fetched.parsed.problems, *problems.problems())
        self._problems[position] = sorted(found, key=lambda problem: problem.place.line)

    def _dataset_or_list(self, target: ListLocation | str | UnplacedProblem) -> ListLocation | str | UnplacedProblem:
        """Return what a row names, now that the document of a Zarr group shows whether it is a list."""
        if not isinstance(target, ListLocation) or target.otherwise is None:
            return target
        fetched = self._fetched[target.address]
        return target if isinstance(fetched, FetchedList) and fetched.parsed.recognized else target.otherwise

    def _follow(
        self,
        target: ListLocation,
        row: Row,
        inherited: _Inherited,
        above: tuple[str, ...],
        problems: ListProblemLog,
    ) -> None:
        """Add the rows of a list that a row names, once."""
        fetched, url = self._fetched[target.address], target.public
        if target.address in above:
            problems.add(
                "list-cycle",
                row.line,
                f"{target.shown} is this list, or one that leads to it",
                url=url,
                where=row.where,
            )
        elif isinstance(fetched, UnplacedProblem):
            problems.add(fetched.code, row.line, fetched.message, url=url, hint=fetched.hint, where=row.where)
        elif target.address in self._added:
            problems.add("list-again", row.line, f"the list {target.shown} is already listed", url=url)
        else:
            if fetched.stale:
                problems.add("list-stale", row.line, fetched.stale.message, url=url, hint=fetched.stale.hint)
            if fetched.moved_to:
                moved = _describe_moved(target, fetched.moved_to)
                problems.add(moved.code, row.line, moved.message, url=url, hint=moved.hint)
            passed = _shorter_cells(inherited.cells)
            if lost := sorted(map(quote, inherited.cells.keys() - passed.keys())):
                expected = f"expected at most {MAX_INHERITED_CHARS:,} characters together"
                problems.add("cells-too-long", row.line, f"{expected}; not passed down: {', '.join(lost)}", url=url)
            places = {header: inherited.places[header] for header in passed}
            self._add_list(target, fetched, _Inherited(passed, places), above)

    def _spell_headers(self, cells: Mapping[str, CellValue]) -> Mapping[str, CellValue]:
        """Return cells with their headers as the lists first spell them; known headers are in canonical spelling."""
        if cells.keys() <= COLUMNS.keys():
            return cells
        return {self._spellings.setdefault(header.lower(), header): value for header, value in cells.items()}


def _describe_moved(location: ListLocation, moved_to: str) -> UnplacedProblem:
    message = f"the host says that the list {location.shown} has moved for good, to {moved_to}"
    hint = "Write the new address in place of the old one; datasets relative to it have new addresses, too."
    return UnplacedProblem("address-moved", message, hint)


def describe_again(elsewhere: Place, unused: Sequence[str]) -> str:
    """Return the message of a row whose dataset is listed elsewhere, too. unused: its cells that count for nothing."""
    listed = f"the dataset is already listed in {elsewhere}"
    return f"{listed}; not used of this row: {', '.join(unused)}" if unused else listed


def _unused_cells(own: Mapping[str, CellValue], counting: Mapping[str, CellValue]) -> Sequence[str]:
    """Return the cells of a row that count for nothing, because an earlier row of the dataset states something else."""
    return [
        f"{header} {quote(_cell_text(value))}" for header, value in own.items() if counting.get(header, value) != value
    ]


def _cell_text(value: CellValue) -> str:
    """Return a value as a cell would have it."""
    return ", ".join(map(_part_text, value)) if isinstance(value, tuple) else str(value)


def _part_text(part: str | int | Creator) -> str:
    return part.name if isinstance(part, Creator) else str(part)


def _shorter_cells(cells: Mapping[str, CellValue]) -> Mapping[str, CellValue]:
    """Return the cells that pass down to the rows of a list: all, or the shorter ones where all are too long."""
    passed, chars_left = set(), MAX_INHERITED_CHARS
    chars = {header: _count_chars(value) for header, value in cells.items()}
    for header in sorted(cells, key=lambda header: chars[header]):
        chars_left -= chars[header]
        if chars_left >= 0:
            passed.add(header)
    return {header: value for header, value in cells.items() if header in passed}


def _count_chars(value: CellValue) -> int:
    """Return how long a value is, roughly as its cell is."""
    return len(_cell_text(value))


def _make_entry(url: str, merged: _MergedRows) -> Entry:
    return Entry(url=url, places=tuple(merged.places), local=merged.local, **entry_fields(merged.cells))
