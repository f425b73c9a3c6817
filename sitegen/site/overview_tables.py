"""The tables of all institutions, of all studies and of all lists: a row for each, the largest first.

Complete without a script; with it, they are sorted and searched (`assets/js/overviews.js`). A table of very many is on
several pages, and neither sorted nor searched there: a script would order and find a part of the rows. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sitegen.catalog.health import Health, make_health
from sitegen.model import Picture
from sitegen.site.overviews import FOLDERS, TITLES, Overview, OverviewKind, pictured

_PICTURES = 3
"""In a row."""
_ALL_LINKED = 40
"""Pages that link one another, each to all."""
SEARCHED_ABOVE = 20
"""Rows from which on the table has a field to search it: about what a screen shows."""
ROWS_PER_TABLE = 1_000
"""Rows of one page, about a megabyte; the 60 studies of the Challenge's lists take 60 kB."""
_SOURCES = 2
"""Institutions that a row names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """A link to one of several pages."""

    number: int
    path: str
    """Below the site's root; empty for the page itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewRow:
    """One line of a table."""

    name: str
    path: str
    sources: tuple[str, ...]
    """Institutions of its datasets, where the table is not of these."""
    more_sources: int
    logo: str | None
    pictures: tuple[Picture, ...]
    health: Health


def table_paths(kind: OverviewKind, count: int) -> list[str]:
    """Return the paths of the pages of a table of so many rows; no id of an overview has an underscore."""
    numbers = range(2, -(-count // ROWS_PER_TABLE) + 1)
    return [f"{FOLDERS[kind]}/{part}index.html" for part in ("", *(f"page_{number}/" for number in numbers))]


def table_pages(kind: OverviewKind, overviews: Iterable[Overview]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the path of each page of a table, and its context for `overviews.html`."""
    found = sorted((each for each in overviews if each.kind == kind), key=lambda each: -len(each.records))
    paths = table_paths(kind, len(found))
    for number, path in enumerate(paths, start=1):
        start = (number - 1) * ROWS_PER_TABLE
        yield (
            path,
            {
                "title": TITLES[kind],
                "kind": kind,
                "rows": [_row(each) for each in found[start : start + ROWS_PER_TABLE]],
                "count": len(found),
                "first": start + 1,
                "searched": len(paths) == 1 and len(found) > SEARCHED_ABOVE,
                "pages": page_links(paths, number),
                "others": [
                    (TITLES[other], f"{folder}/index.html") for other, folder in FOLDERS.items() if other != kind
                ],
            },
        )


def page_links(paths: Sequence[str], number: int) -> list[PageLink]:
    """Return links from one of several pages: to all where they are few, else to the first, the last, and those near.

    From each page of n, each other one is some twenty links away at most: steps are 1, 2, 10, 100, 1,000.
    """
    if len(paths) == 1:
        return []
    near = {number + sign * step for step in (0, 1, 2, 10, 100, 1_000) for sign in (1, -1)}
    shown = range(1, len(paths) + 1) if len(paths) <= _ALL_LINKED else sorted({1, len(paths), *near})
    return [
        PageLink(number=each, path="" if each == number else paths[each - 1])
        for each in shown
        if 1 <= each <= len(paths)
    ]


def _row(overview: Overview) -> OverviewRow:
    names: Sequence[str] = ()
    if overview.kind != "institution":
        names = list(dict.fromkeys(record.source for record in overview.records if record.source))
    shown = (record.found.thumbnail for record in pictured(overview.records, _PICTURES))
    return OverviewRow(
        name=overview.name,
        path=overview.path(),
        sources=tuple(names[:_SOURCES]),
        more_sources=max(0, len(names) - _SOURCES),
        logo=overview.source.logo if overview.source else None,
        pictures=tuple(picture for picture in shown if picture),
        health=make_health(overview.name, overview.records),
    )
