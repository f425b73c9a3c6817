"""Files of a site before they are made: what decides their bytes, and what makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sitegen.model.catalog import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFigures:
    """A file of a site as it was written."""

    path: str
    """Below the site's root, with `/`."""
    size_bytes: int
    mtime_ns: int
    """When it was last modified, in nanoseconds since 1970, as its disk says; 0 where it is on none."""
    sha256: str = ""
    """In hexadecimal; empty where nobody asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFiles:
    """Files that are made together, or kept together if they are those of the last site."""

    key: str
    """What they are; unique in a site, and the same in each build."""
    fingerprint: str
    """A digest of everything that decides their bytes; empty for files that are made in every build."""
    make: Callable[[], Iterable[Page]]
    one_by_one: bool = False
    """Whether each file says something by itself, so that one may replace that of the last site before others do."""
    on_written: Callable[[Sequence[FileFigures]], None] | None = None
    """Gets the files, with checksums, when they were written or kept, before the next ones are planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPage:
    """A page that may be made in another process, together with others of its kind."""

    key: str
    fingerprint: str
    render: Callable[[Sequence[Any]], Sequence[Page]]
    """Jobs → the page of each; picklable."""
    job: object
    """Plain and picklable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedGroup:
    """Files that are planned one by one only if something of all of them changed, such as the pages of all datasets."""

    key: str
    """What they are; unique among the groups of a site, and the same in each build."""
    fingerprint: str
    """A digest of everything that decides which files there are, and the bytes of each."""
    plan: Callable[[], Iterable[Planned]]
    """None of them changes with every build, and of none checksums are needed."""


Planned = PlannedFiles | PlannedPage
PlannedPart = Planned | PlannedGroup


def ungrouped(parts: Iterable[PlannedPart]) -> Iterator[Planned]:
    """Give all files that are planned, one by one."""
    for each in parts:
        if isinstance(each, PlannedGroup):
            yield from each.plan()
        else:
            yield each
