"""What is new in lists since an earlier version of them, which a file, a folder or a git revision holds.

A pull request is checked for what it changes: new rows, rows with changed cells, new problems of other lines. The
earlier version is read by the same code as the present one, so that both are compared by what they mean, not by how
they are written. Lists on the web have no earlier version here; they are read as they are now, twice.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import tomllib
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import fields, replace
from difflib import SequenceMatcher
from pathlib import Path

from sitegen import urls
from sitegen.errors import FetchError, UsageError, explain_os_error, fetch_error
from sitegen.lists.reading import Listing, describe_again
from sitegen.lists.targets import ListLocation, read_root
from sitegen.model import Entry, ListProblem, Place
from sitegen.model.codes import make_problem

ReadEarlier = Callable[[str], Awaitable[bytes | None]]
"""From the address of a list to its earlier content; None: it has no earlier version here, so it counts as unchanged.
Raises FetchError if there was no such list."""

_PLACE_AT_END = re.compile(r":\d+$")
"""The line in "… is already listed in lists/ours.csv:12"."""
_GIT_TIMEOUT_S = 60
_REPEATED = "dataset-again"
_STATED = tuple(field.name for field in fields(Entry) if field.name not in ("url", "places", "local"))


def open_earlier(since: str, named: Sequence[str]) -> ReadEarlier:
    """Return how the earlier versions of lists are read.

    Parameters
    ----------
    since
        A file: the earlier version of each list in `named`. A folder that holds the lists as they were: that of the
        present ones is the current folder. Or a revision that git knows, such as `origin/main`.
    named
        The lists of the command line or configuration.

    Raises
    ------
    UsageError
        It is none of these, or cannot be read.
    """
    path = Path(since)
    if path.is_dir():
        return _read_folder(path)
    if path.exists():
        return _read_file(path, named)
    if commit := _commit(since):
        return _read_commit(commit, Path(_git("rev-parse", "--show-toplevel").decode().strip()))
    raise UsageError(
        f"--since {since}: there is no such file, folder, or git revision; "
        "name an earlier version of the list, a folder with earlier lists, or a revision such as origin/main"
    )


def _read_file(path: Path, named: Sequence[str]) -> ReadEarlier:
    """Return a reader for which one file is the earlier version of every list that was named."""
    addresses = {each.address for each in map(read_root, named) if isinstance(each, ListLocation)}
    try:
        body = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"--since {path}: cannot be read: {explain_os_error(error)}; name an earlier version of the list"
        ) from None

    async def read(address: str) -> bytes | None:
        return body if address in addresses else None

    return read


def _read_folder(folder: Path) -> ReadEarlier:
    """Return a reader of the lists that have the same paths below the folder as below the current one."""

    async def read(address: str) -> bytes | None:
        relative = _path_below(address, Path.cwd())
        if relative is None:
            return None
        try:
            return await asyncio.to_thread((folder / relative).read_bytes)
        except OSError as error:
            raise fetch_error("not-found", f"{folder / relative}: {explain_os_error(error)}") from None

    return read


def _read_commit(commit: str, top: Path) -> ReadEarlier:
    """Return a reader of the lists as a commit has them. top: the folder of the checkout."""

    async def read(address: str) -> bytes | None:
        relative = _path_below(address, top)
        if relative is None:
            return None
        try:
            return await asyncio.to_thread(_git, "show", f"{commit}:{relative.as_posix()}")
        except subprocess.CalledProcessError:
            raise fetch_error("not-found", f"{relative}: the revision {commit[:12]} has no such file") from None

    return read


async def lists_before(read: ReadEarlier, config: Path, lists: Sequence[str]) -> Sequence[str]:
    """Return the lists that a configuration named in its earlier version; `lists`, those of now, if that has none.

    So a list that the configuration names anew is new, and one that was renamed there is compared with what it was.
    """
    try:
        body = await read(urls.from_path(config))
        named = tomllib.loads(body.decode("utf-8-sig")).get("csv") if body else None
    except (FetchError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return lists
    if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
        return lists
    return [each if urls.has_scheme(each) else str(config.parent / each) for each in named]


def _path_below(address: str, folder: Path) -> Path | None:
    """Return the path of a list relative to the folder; None for one that is on the web, or not below the folder."""
    if urls.is_remote(address):
        return None
    path = urls.to_path(address).resolve()
    return path.relative_to(folder.resolve()) if path.is_relative_to(folder.resolve()) else None


def _commit(revision: str) -> str | None:
    """Return the hash of a commit; None where git knows no such revision, or there is no git or no repository."""
    try:
        return _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    except (OSError, subprocess.SubprocessError):
        return None


def _git(*arguments: str) -> bytes:
    """Return what git prints. Raises CalledProcessError if it fails."""
    return subprocess.run(  # noqa: S603 - no shell; the revision comes after --end-of-options, or is a hash
        ["git", *arguments],  # noqa: S607 - the git of the user
        check=True,
        capture_output=True,
        timeout=_GIT_TIMEOUT_S,
    ).stdout


def changes_since(listing: Listing, earlier: Listing) -> Listing:
    """Return what is in the lists that was not in their earlier version: new and changed datasets, new problems."""
    known = {entry.url: entry for entry in earlier.entries}
    earlier = _with_names_of_now(listing, earlier)
    changed = [entry for entry in listing.entries if not _is_known(entry, known.get(entry.url))]
    added = _added_rows(listing, earlier, {place.csv for entry in changed for place in _places_if_repeated(entry)})
    places = {place for entry in changed for place in entry.places}
    problems = [
        each
        for each in _new_problems(listing, earlier, places)
        if each.problem.code != _REPEATED or (each.place in listing.unused and each.place not in added)
    ]
    repeated = [problem for entry in changed for problem in _repeated_rows(entry, added, listing.unused)]
    entries = tuple(replace(entry, places=_new_places(entry, added)) for entry in changed)
    return replace(listing, entries=entries, problems=(*problems, *repeated))


def _with_names_of_now(listing: Listing, earlier: Listing) -> Listing:
    """Return the earlier version, in which lists that were renamed have the names that they have now."""
    now, before = _rows(listing), _rows(earlier)
    renamed: dict[str, str] = {}
    for name in sorted(now.keys() - before.keys()):
        alike = {old: len(_datasets(now[name]) & _datasets(before[old])) for old in before.keys() - now.keys()}
        most = max(sorted(alike.keys() - renamed.keys()), key=alike.__getitem__, default="")
        if most and alike[most] * 2 >= max(len(_datasets(now[name])), len(_datasets(before[most]))):
            renamed[most] = name

    def named(place: Place) -> Place:
        return replace(place, csv=renamed.get(place.csv, place.csv))

    return replace(
        earlier,
        entries=tuple(replace(entry, places=tuple(map(named, entry.places))) for entry in earlier.entries),
        problems=tuple(replace(each, place=named(each.place)) for each in earlier.problems),
        unused={named(place): cells for place, cells in earlier.unused.items()},
    )


def _datasets(rows: Iterable[tuple[int, str]]) -> set[str]:
    return {url for _, url in rows}


def _places_if_repeated(entry: Entry) -> Sequence[Place]:
    return entry.places if len(entry.places) > 1 else ()


def _added_rows(listing: Listing, earlier: Listing, lists: Iterable[str]) -> frozenset[Place]:
    """Return the rows of these lists that their earlier versions do not have, by the order of their datasets."""
    now, before = _rows(listing), _rows(earlier)
    return frozenset(
        Place(csv=csv, line=line)
        for csv in lists
        for tag, _, _, start, stop in SequenceMatcher(
            None, [url for _, url in before[csv]], [url for _, url in now[csv]]
        ).get_opcodes()
        if tag in ("insert", "replace")
        for line, _ in now[csv][start:stop]
    )


def _rows(listing: Listing) -> defaultdict[str, list[tuple[int, str]]]:
    """Return line and dataset of each row, list by list."""
    rows = defaultdict(list)
    for entry in listing.entries:
        for place in entry.places:
            rows[place.csv].append((place.line, entry.url))
    for found in rows.values():
        found.sort()
    return rows


def _new_places(entry: Entry, added: Set[Place]) -> tuple[Place, ...]:
    """Return the rows that a steward has added; where none is, a cell has changed, and all rows are meant."""
    return tuple(place for place in entry.places if place in added) or entry.places


def _repeated_rows(entry: Entry, added: Set[Place], unused: Mapping[Place, Sequence[str]]) -> Iterator[ListProblem]:
    """Yield a problem for each added row whose dataset another row names, too. unused: cells by row, if there are any.

    Reading reports the second of two rows. In a pull request it is the added one that is too many, even if it is first.
    """
    if added.isdisjoint(entry.places):
        return
    first = next((place for place in entry.places if place not in added), entry.places[0])
    for place in entry.places:
        if place in added and place != first:
            problem = make_problem(_REPEATED, message=describe_again(first, unused.get(place, ())))
            yield ListProblem(place=place, problem=problem, url=entry.url)


def _is_known(entry: Entry, known: Entry | None) -> bool:
    """Return whether the earlier version has the dataset with these cells, as often.

    Its rows may have moved, also to another list. Where one of its rows was deleted, cells may be lost.
    """
    if known is None or len(entry.places) > len(known.places):
        return False
    if len(entry.places) < len(known.places):
        return all(_states_no_more(getattr(entry, name), getattr(known, name)) for name in _STATED)
    return replace(entry, places=()) == replace(known, places=())


def _states_no_more(value: object, known: object) -> bool:
    """Return whether a field states nothing, or what it stated before."""
    if isinstance(value, Mapping) and isinstance(known, Mapping):
        return value.items() <= known.items()
    return value in (None, (), known)


def _new_problems(listing: Listing, earlier: Listing, changed: set[Place]) -> Iterator[ListProblem]:
    """Yield the problems of new and changed rows, and those that are more frequent than in the earlier version."""
    known = Counter(_without_lines(earlier))
    for each, without_line in zip(listing.problems, _without_lines(listing), strict=True):
        is_of_change = each.place in changed and each.problem.code != _REPEATED
        if not is_of_change and known[without_line]:
            known[without_line] -= 1
        else:
            yield each


def _without_lines(listing: Listing) -> Iterator[tuple[object, ...]]:
    """Yield what identifies each problem even if its line moves: list, dataset, and problem."""
    datasets = {place: entry.url for entry in listing.entries for place in entry.places}
    for each in listing.problems:
        is_repeated = each.problem.code == _REPEATED
        unused = ", ".join(listing.unused.get(each.place, ()))
        message = unused if is_repeated else _PLACE_AT_END.sub("", each.problem.message)
        yield each.place.csv, each.url or datasets.get(each.place), replace(each.problem, message=message)
