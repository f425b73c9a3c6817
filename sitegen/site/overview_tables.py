"""The tables of all institutions, of all studies and of all lists: a row for each, the largest first.

Complete without a script; with it, they are sorted and searched (`assets/js/overviews.js`). Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sitegen.catalog.health import Health, make_health
from sitegen.model import Picture
from sitegen.site.overviews import FOLDERS, TITLES, Overview, OverviewKind, pictured

_PICTURES = 3
"""In a row."""
SEARCHED_ABOVE = 20
"""Rows from which on the table has a field to search it: about what a screen shows."""
_SOURCES = 2
"""Institutions that a row names."""


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


def table_context(kind: OverviewKind, overviews: Iterable[Overview]) -> dict[str, Any]:
    """Return the context of `overviews.html`."""
    rows = [_row(each) for each in overviews if each.kind == kind]
    return {
        "title": TITLES[kind],
        "kind": kind,
        "rows": sorted(rows, key=lambda row: -row.health.datasets),
        "searched": len(rows) > SEARCHED_ABOVE,
        "others": [(TITLES[other], f"{folder}/index.html") for other, folder in FOLDERS.items() if other != kind],
    }


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
