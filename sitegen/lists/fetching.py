"""The lists that the configured lists lead to are fetched and parsed, level by level.

All lists of one depth are fetched together, a few at a time; a list that several rows
name is fetched once. A list that cannot be read is kept as the reason, which becomes a
problem on each line that names it. The function that fetches is an argument: nothing
here uses a network or a disk. Strangers write lists, so their depth, number, size and
rows have limits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sitegen.errors import FetchError, SitegenError, find_error
from sitegen.lists.parsing import ParsedList, parse_list
from sitegen.lists.problems import list_hint
from sitegen.lists.rows import MAX_ROWS
from sitegen.lists.targets import ListLocation, UnplacedProblem, read_root, read_target

MAX_LIST_BYTES = 8_000_000
"""About 25,000 rows as the Challenge writes them; its longest list has 1.5 MB. Parsed, it may take 10 times as much."""
MAX_LISTS = 1_000
MAX_DEPTH = 16
"""Of lists that name each other; the configured ones are the first."""
_FETCHED_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleList:
    """A list as it was when it could last be read, for a build in which it cannot."""

    body: bytes
    read_on: str
    """The day, ISO 8601."""
    reason: str
    """Why it cannot be read now."""
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedList:
    """A list whose host redirects to another address for good."""

    body: bytes
    address: str
    """The new one, which may be published."""


FetchList = Callable[[str], Awaitable[bytes | StaleList | MovedList]]
"""Address of a list → its body. Raises FetchError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLimits:
    """How much is read. The number of rows is that of all lists together."""

    max_list_bytes: int = MAX_LIST_BYTES
    max_lists: int = MAX_LISTS
    max_rows: int = MAX_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedList:
    """A list that was read, and where each of its rows leads."""

    parsed: ParsedList
    targets: tuple[ListLocation | str | UnplacedProblem, ...]
    """For each row: another list, the address of a dataset, or why it is neither."""
    stale: UnplacedProblem | None = None
    """For a list of an earlier day: why."""
    moved_to: str | None = None
    """The address to which its host redirects for good."""


FetchedLists = Mapping[str, FetchedList | UnplacedProblem]
"""Address → the list, or why it was not read."""


class ListFetcher:
    """Fetches lists.

    fetch: gives the body of a list. What it raises other than FetchError ends the build.
    trusted: whether lists may name any local path. folder: below which local lists may name data.
    """

    def __init__(self, fetch: FetchList, limits: ListLimits, *, trusted: bool, folder: Path = Path()) -> None:
        self._fetch_body = fetch
        self._limits = limits
        self._trusted = trusted
        self._folder = folder
        self._rows_left = limits.max_rows
        self._fetched: dict[str, FetchedList | UnplacedProblem] = {}

    async def fetch_all(self, roots: Iterable[str]) -> FetchedLists:
        """Return every list that the configured lists lead to."""
        located = (read_root(root, self._folder) for root in roots)
        wanted = {root.address: root for root in located if isinstance(root, ListLocation)}
        for _ in range(MAX_DEPTH):
            for batch in _batches(wanted.values(), _FETCHED_AT_ONCE):
                await self._fetch_batch(batch)
            named = self._lists_named_by(wanted)
            wanted = {each.address: each for each in named if each.address not in self._fetched}
        for address, location in wanted.items():
            message = f"expected at most {MAX_DEPTH} levels of lists; the list {location.shown} is below them"
            self._fetched[address] = UnplacedProblem("lists-too-deep", message)
        return self._fetched

    def _lists_named_by(self, addresses: Iterable[str]) -> Iterable[ListLocation]:
        for address in addresses:
            fetched = self._fetched[address]
            if isinstance(fetched, FetchedList):
                yield from (target for target in fetched.targets if isinstance(target, ListLocation))

    async def _fetch_batch(self, batch: tuple[ListLocation, ...]) -> None:
        allowed = batch[: max(0, self._limits.max_lists - len(self._fetched))]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._fetch(location.address)) for location in allowed]
        except ExceptionGroup as failures:  # such as a cache that cannot be written
            raise find_error(failures, SitegenError) or failures from None
        for location, task in zip(allowed, tasks, strict=True):
            self._fetched[location.address] = self._parse(location, task.result())
        for location in batch[len(allowed) :]:
            message = f"expected at most {self._limits.max_lists:,} lists; the list {location.shown} comes after them"
            self._fetched[location.address] = UnplacedProblem("lists-too-many", message)

    async def _fetch(self, address: str) -> bytes | StaleList | MovedList | FetchError:
        try:
            return await self._fetch_body(address)
        except FetchError as error:
            return error

    def _parse(
        self, location: ListLocation, answer: bytes | StaleList | MovedList | FetchError
    ) -> FetchedList | UnplacedProblem:
        if isinstance(answer, FetchError):
            message = f"the list {location.shown} cannot be read: {answer}"
            return UnplacedProblem("list-unreadable", message, list_hint(answer))
        body = answer if isinstance(answer, bytes) else answer.body
        if len(body) > self._limits.max_list_bytes:
            most = f"{self._limits.max_list_bytes:,}"
            message = f"expected a list of at most {most} bytes, found {len(body):,} in {location.shown}"
            return UnplacedProblem("list-too-large", message)
        if self._rows_left <= 0:
            most = f"{self._limits.max_rows:,}"
            message = f"expected at most {most} rows; the list {location.shown} comes after them"
            return UnplacedProblem("rows-too-many", message)
        parsed = parse_list(body, location.shown, max_rows=self._rows_left)
        self._rows_left -= len(parsed.rows)
        targets = tuple(read_target(row, location, trusted=self._trusted) for row in parsed.rows)
        stale = _describe_stale(location, answer) if isinstance(answer, StaleList) else None
        moved_to = answer.address if isinstance(answer, MovedList) else None
        return FetchedList(parsed=parsed, targets=targets, stale=stale, moved_to=moved_to)


def _batches(locations: Iterable[ListLocation], size: int) -> Iterator[tuple[ListLocation, ...]]:
    rest = iter(locations)
    while batch := tuple(islice(rest, size)):
        yield batch


def _describe_stale(location: ListLocation, stale: StaleList) -> UnplacedProblem:
    message = f"the list {location.shown} cannot be read now; its rows are those of {stale.read_on}: {stale.reason}"
    return UnplacedProblem("list-stale", message, stale.hint)
