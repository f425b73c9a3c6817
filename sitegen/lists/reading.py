"""Lists of lists become entries: one for each dataset, whatever lists name it.

A list's rows name datasets and further lists; a list row's other columns pass down to
every row below it (CONTRACT, section 3). All lists at one depth are fetched at once, a
few at a time, then walked in reading order, so the outcome never depends on which
answered first. What can't be read is a problem on the line that names it, and the rest
goes on; where it is known what a list said before, that is taken, and told. How bytes
are had is handed in; nothing here touches a network or a disk.

Strangers write lists, so their depth, number and rows have limits, and `list_targets`
says which addresses they may name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sitegen.errors import FetchError
from sitegen.lists.columns import KNOWN_COLUMNS, column_lengths, column_names, column_number, column_path
from sitegen.lists.csv_text import MAX_ROWS, ParsedList, Row, parse_list
from sitegen.lists.problems import ListProblems, list_hint, quote
from sitegen.lists.targets import Base, Refused, read_root, read_target
from sitegen.model import Entry, ListProblem, Place

__all__ = [
    "KNOWN_COLUMNS",
    "LastGood",
    "ListRead",
    "Listing",
    "column_lengths",
    "column_names",
    "column_number",
    "column_path",
    "parse_list",
    "read_lists",
]

MAX_LIST_BYTES = 8_000_000
"""About 25,000 rows as the Challenge writes them; its longest list has 1.5 MB. Read, it may take 10 times as much."""
MAX_LISTS = 1_000
MAX_DEPTH = 16
MAX_INHERITED_CHARS = 4_000
"""Characters that the cells of a list's row may have together that each row of the list takes over."""
_AT_ONCE = 8

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LastGood:
    """What a list said when it could last be read, for a build in which it can't be."""

    body: bytes
    read_on: str
    """The day."""
    why: str
    """What it answers now."""
    hint: str


Get = Callable[[str], Awaitable[bytes | LastGood]]
"""Address of a list → its body. Raises FetchError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRead:
    """A list that was read."""

    csv: str
    """As it is named in places."""
    rows: int
    """Rows of it that name datasets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What all lists say together."""

    entries: tuple[Entry, ...]
    """One for each dataset, in the order in which the lists first name them."""
    problems: tuple[ListProblem, ...]
    """In reading order of the lists, then of their lines."""
    lists: tuple[ListRead, ...]
    """Those that were read, in reading order."""
    rows: int
    """Rows that name datasets, in all lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A list, its rows, and where each of them leads."""

    parsed: ParsedList
    targets: tuple[Base | str | Refused, ...]
    """For each row: another list, a dataset's address, or why it is neither."""
    stale: Refused | None = None
    """Why these are not the rows that it has now, if they may not be."""


@dataclass(slots=True)
class _Draft:
    """An entry that may still meet more rows."""

    places: list[Place]
    columns: dict[str, str]
    local: bool


async def read_lists(
    roots: Sequence[str],
    get: Get,
    *,
    allow_private_hosts: bool = False,
    max_list_bytes: int = MAX_LIST_BYTES,
    max_lists: int = MAX_LISTS,
    max_rows: int = MAX_ROWS,
) -> Listing:
    """Return what the lists at these addresses or paths say, and all the lists that they name.

    allow_private_hosts: trust every list, and take local paths from wherever they are named.

    Whatever `get` raises but FetchError ends the reading.
    """
    reading = _Reading(get, allow_private_hosts, max_list_bytes, max_lists, max_rows)
    walk = _Walk(await reading.open_all(roots))
    for root in roots:
        walk.enter_root(root)
    return walk.listing()


class _Reading:
    """Fetches lists, level by level; a list that is named twice is fetched once."""

    def __init__(self, get: Get, allow: bool, max_list_bytes: int, max_lists: int, max_rows: int) -> None:
        self.get = get
        self.allow = allow
        self.max_list_bytes = max_list_bytes
        self.max_lists = max_lists
        self.rows_left = max_rows
        self.opened: dict[str, _Opened | Refused] = {}

    async def open_all(self, roots: Iterable[str]) -> Mapping[str, _Opened | Refused]:
        """Return every list that the roots lead to, by address, or why it was not read."""
        wanted = {base.address: base for base in map(read_root, roots) if isinstance(base, Base)}
        for _ in range(MAX_DEPTH):
            for batch in _batches(list(wanted.values()), _AT_ONCE):
                await self._open(batch)
            wanted = {base.address: base for base in self._named(wanted) if base.address not in self.opened}
        for address, base in wanted.items():
            words = f"the list {base.shown} is {MAX_DEPTH} lists below the first"
            self.opened[address] = Refused("lists-too-deep", words)
        return self.opened

    def _named(self, level: Iterable[str]) -> Iterable[Base]:
        for address in level:
            opened = self.opened[address]
            if isinstance(opened, _Opened):
                yield from (target for target in opened.targets if isinstance(target, Base))

    async def _open(self, batch: Sequence[Base]) -> None:
        allowed = batch[: max(0, self.max_lists - len(self.opened))]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._fetch(base.address)) for base in allowed]
        except ExceptionGroup as failures:  # a cache that can't be written, say: one is told as well as all
            raise failures.exceptions[0] from None
        for base, task in zip(allowed, tasks, strict=True):
            self.opened[base.address] = self._parse(base, task.result())
        for base in batch[len(allowed) :]:
            words = f"the list {base.shown} is one more than {self.max_lists:,}"
            self.opened[base.address] = Refused("lists-too-many", words)

    async def _fetch(self, address: str) -> bytes | LastGood | FetchError:
        try:
            return await self.get(address)
        except FetchError as error:
            return error

    def _parse(self, base: Base, body: bytes | LastGood | FetchError) -> _Opened | Refused:
        stale = None
        if isinstance(body, FetchError):
            return Refused("list-unreadable", f"the list {base.shown} can't be read: {body}", list_hint(body))
        if isinstance(body, LastGood):
            words = f"the list {base.shown} can't be read now, so it is taken as it was on {body.read_on}: {body.why}"
            stale, body = Refused("list-stale", words, body.hint), body.body
        if len(body) > self.max_list_bytes:
            words = f"expected a list of at most {self.max_list_bytes:,} bytes, found {len(body):,} in {base.shown}"
            return Refused("list-too-large", words)
        if self.rows_left <= 0:
            return Refused("rows-too-many", f"the list {base.shown} comes after too many rows")
        parsed = parse_list(body, base.shown, max_rows=self.rows_left)
        self.rows_left -= len(parsed.rows)
        targets = tuple(read_target(row.url, base, self.allow) for row in parsed.rows)
        return _Opened(parsed=parsed, targets=targets, stale=stale)


class _Walk:
    """Goes through the lists in reading order and gathers their rows."""

    def __init__(self, opened: Mapping[str, _Opened | Refused]) -> None:
        self.opened = opened
        self.drafts: dict[str, _Draft] = {}
        self.reads: list[ListRead] = []
        self.problems: list[list[ListProblem]] = []
        self.entered: set[str] = set()
        self.spellings: dict[str, str] = {name.lower(): name for name in KNOWN_COLUMNS}

    def enter_root(self, root: str) -> None:
        """Gather what a list that the operator named leads to."""
        base = read_root(root)
        opened = base if isinstance(base, Refused) else self.opened[base.address]
        trouble = opened if isinstance(opened, Refused) else opened.stale
        if trouble:
            notes = ListProblems(root if isinstance(base, Refused) else base.shown)
            notes.add(trouble.code, 1, trouble.message, hint=trouble.hint)
            self.problems.append(list(notes.problems()))
        if isinstance(base, Base) and isinstance(opened, _Opened) and base.address not in self.entered:
            self._enter(base, opened, {}, ())

    def listing(self) -> Listing:
        """Return all that was gathered."""
        return Listing(
            entries=tuple(_make_entry(url, draft) for url, draft in self.drafts.items()),
            problems=tuple(problem for problems in self.problems for problem in problems),
            lists=tuple(self.reads),
            rows=sum(read.rows for read in self.reads),
        )

    def _enter(self, base: Base, opened: _Opened, inherited: Mapping[str, str], above: tuple[str, ...]) -> None:
        self.entered.add(base.address)
        position, notes = len(self.problems), ListProblems(base.shown)
        self.reads.append(ListRead(csv=base.shown, rows=sum(isinstance(each, str) for each in opened.targets)))
        self.problems.append([])
        for row, target in zip(opened.parsed.rows, opened.targets, strict=True):
            columns = {**inherited, **{self._spell(name): text for name, text in row.columns.items()}}
            if isinstance(target, Refused):
                notes.add(target.code, row.line, target.message, hint=target.hint)
            elif isinstance(target, Base):
                self._follow(target, row, columns, (*above, base.address), notes)
            else:
                self._gather(target, Place(csv=base.shown, line=row.line), columns, base.local, notes)
        found = (*opened.parsed.problems, *notes.problems())
        self.problems[position] = sorted(found, key=lambda problem: problem.place.line)

    def _follow(
        self, target: Base, row: Row, columns: Mapping[str, str], above: tuple[str, ...], notes: ListProblems
    ) -> None:
        """Enter a list that a row names, once."""
        opened = self.opened[target.address]
        if target.address in above:
            notes.add("list-cycle", row.line, f"{target.shown} is this list or one above it", url=target.public)
        elif isinstance(opened, Refused):
            notes.add(opened.code, row.line, opened.message, url=target.public, hint=opened.hint)
        elif target.address in self.entered:
            notes.add("list-again", row.line, f"{target.shown} was read before", url=target.public)
        else:
            if opened.stale:
                notes.add("list-stale", row.line, opened.stale.message, url=target.public, hint=opened.stale.hint)
            passed = _within_bounds(columns)
            if len(passed) < len(columns):
                long = ", ".join(sorted(quote(name) for name in columns.keys() - passed.keys()))
                notes.add("cells-too-long", row.line, f"not passed down: {long}", url=target.public)
            self._enter(target, opened, passed, above)

    def _gather(self, url: str, place: Place, columns: dict[str, str], local: bool, notes: ListProblems) -> None:
        """Add a row to its dataset; the first filled cell of a column wins."""
        draft = self.drafts.get(url)
        if draft is None:
            self.drafts[url] = _Draft([place], columns, local)
            return
        notes.add("dataset-again", place.line, f"this dataset is named before, in {draft.places[0]}", url=url)
        draft.places.append(place)
        draft.columns = {**columns, **draft.columns}
        draft.local = draft.local or local

    def _spell(self, name: str) -> str:
        """Return a column's name as the lists first spell it."""
        return self.spellings.setdefault(name.lower(), name)


def _within_bounds(columns: Mapping[str, str]) -> Mapping[str, str]:
    """Return the cells that pass down to the rows of a list: all, or the shorter ones where all are too much."""
    passed, room = {}, MAX_INHERITED_CHARS
    for name in sorted(columns, key=lambda name: len(columns[name])):
        room -= len(columns[name])
        if room >= 0:
            passed[name] = columns[name]
    return {name: text for name, text in columns.items() if name in passed}


def _make_entry(url: str, draft: _Draft) -> Entry:
    columns = {name: text for name, text in draft.columns.items() if name != "source"}
    source = draft.columns.get("source")
    return Entry(url=url, places=tuple(draft.places), source=source, columns=columns, local=draft.local)


def _batches(values: Sequence[T], size: int) -> Iterable[Sequence[T]]:
    return (values[start : start + size] for start in range(0, len(values), size))
