"""What the home page and the plain lists show: statistics, institutions, facets, the first cards.

The home page is complete before its script arrives: the first cards, all counts, and links to plain lists that
reach every dataset without JavaScript. The script (`assets/js/home.js`) then enhances the page. Pure functions
from the catalog and its search index to the contexts of the templates `home.html` and `browse.html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sitegen import formatting
from sitegen.model import Catalog, Record, Source, Totals
from sitegen.site.columns import fold
from sitegen.site.facets import values_at_first
from sitegen.site.field import Field
from sitegen.site.fields import fields_in
from sitegen.site.search import SearchIndex
from sitegen.site.structured import as_script, catalog_ld

CARDS_PER_PAGE = 48
"""Cards on a page of results: full rows at 2, 3, 4, 6 and 8 columns. `home.js` reads it from the page."""
USUAL_COLUMNS = (
    *("source", "organism", "modality", "kind", "dimensions", "bytes"),
    *("x", "y", "z", "t", "dtype", "license"),
)
"""Columns of the table at first, in order; visitors choose others."""
PER_PAGE_CHOICES = (24, CARDS_PER_PAGE, 96, 192)
"""Cards on a page that a visitor may choose; `state.js` reads the same from addresses."""
ROWS_PER_LIST = 500
_VALUES_SHOWN = 8
_FACETS_OPEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One number of the catalog, shown large."""

    value: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """An institution as the home page and the plain lists show it."""

    name: str
    """As the lists call it; empty for the datasets that name none."""
    text: str
    initials: str
    logo: str | None
    url: str | None
    count: int
    folder: str
    """Of its plain lists, below the site's root, with a trailing slash."""


def home_context(catalog: Catalog, index: SearchIndex) -> dict[str, Any]:
    """Return the context of `home.html`."""
    return {
        "statistics": make_statistics(catalog.totals),
        "institutions": [each for each in make_institutions(catalog) if each.name],
        "facets": [each for each in index.facets if len(each.values) > 1],
        "facets_alike": [each for each in index.facets if len(each.values) == 1],
        "facets_open": _FACETS_OPEN,
        "values_shown": _VALUES_SHOWN,
        "values_at_first": {each.field.key: values_at_first(each, _VALUES_SHOWN) for each in index.facets},
        "ranges": index.ranges,
        "has_studies": any(facet.field.key == "study" and len(facet.values) > 1 for facet in index.facets),
        "sorts": sort_choices(index.sorts),
        "columns": fields_in("table"),
        "usual_columns": USUAL_COLUMNS,
        "sortable": {field.key for field in (*index.sorts, *index.column_sorts)},
        "column_sorts": sort_choices(index.column_sorts)[1:],
        "records": index.first[:CARDS_PER_PAGE],
        "datasets": len(index.order),
        "per_page": CARDS_PER_PAGE,
        "per_pages": PER_PAGE_CHOICES,
        "manifest": index.manifest,
        "json_ld": as_script(catalog_ld(catalog)),
    }


def make_statistics(totals: Totals) -> list[Statistic]:
    """Return totals as a few numbers; those that are not known are left out."""
    figures = [
        (totals.datasets, formatting.count(totals.datasets), "dataset", "datasets"),
        (totals.images, formatting.count(totals.images), "image", "images"),
        (totals.plates, formatting.count(totals.plates), "plate", "plates"),
        (totals.bytes, formatting.size(totals.bytes), "stored", "stored"),
        (totals.sources, formatting.count(totals.sources), "institution", "institutions"),
    ]
    return [Statistic(value=text, name=one if number == 1 else many) for number, text, one, many in figures if number]


def make_institutions(catalog: Catalog) -> list[Institution]:
    """Return the institutions in the order of the lists; last, where there are any, the datasets that name none."""
    counts: dict[str, int] = {source.name: 0 for source in catalog.sources}
    for record in catalog.records:
        counts[record.source or ""] = counts.get(record.source or "", 0) + 1
    known = {source.name: source for source in catalog.sources}
    taken: set[str] = set()
    named = [name for name in counts if name] + [name for name in counts if not name]
    return [_make_institution(known.get(name, Source(name=name)), counts[name], taken) for name in named]


def _make_institution(source: Source, count: int, taken: set[str]) -> Institution:
    text = source.name or "No institution stated"
    slug = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:40] or "institution"
    while slug in taken:
        slug += "-x"
    taken.add(slug)
    initials = "".join(word[0] for word in re.findall(r"\w+", text)[:2]).upper() or "?"
    return Institution(
        name=source.name,
        text=text,
        initials=initials,
        logo=source.logo,
        url=source.url,
        count=count,
        folder=f"browse/{slug}/",
    )


def sort_choices(fields: Sequence[Field]) -> list[tuple[str, str]]:
    """Return the choices of the sort menu: as addresses hold them, and in words."""
    choices = [("", "Mixed")]  # `home.html` has its name for where there are words to match
    for field in fields:
        up, down = ("smallest first", "largest first") if field.number else ("A to Z", "Z to A")
        both = [(field.key, f"{field.label}, {up}"), (f"-{field.key}", f"{field.label}, {down}")]
        choices += reversed(both) if field.number else both
    return choices


def browse_pages(catalog: Catalog) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give path and context of the plain lists: all institutions, then each one's datasets, 500 to a page."""
    institutions = make_institutions(catalog)
    yield "browse/index.html", {"institutions": institutions, "institution": None}
    records: dict[str, list[Record]] = {}
    for record in catalog.records:
        records.setdefault(record.source or "", []).append(record)
    for each in institutions:
        parts = [records.get(each.name, [])[at : at + ROWS_PER_LIST] for at in range(0, each.count, ROWS_PER_LIST)]
        paths = [f"{each.folder}{f'{number}/' if number > 1 else ''}index.html" for number in range(1, len(parts) + 1)]
        for number, (path, part) in enumerate(zip(paths, parts, strict=True), start=1):
            yield (
                path,
                {
                    "institutions": institutions,
                    "institution": each,
                    "records": part,
                    "number": number,
                    "paths": paths,
                    "first": (number - 1) * ROWS_PER_LIST + 1,
                },
            )
