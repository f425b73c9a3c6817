"""What the home page shows: statistics, institutions, facets, the first cards.

The home page is complete before its script arrives: the first cards, all counts, and links to pages of institutions
that reach every dataset without JavaScript. The script (`assets/js/home.js`) then enhances the page. Pure functions
from the catalog and its search index to the context of the template `home.html`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sitegen import formatting
from sitegen.compact import read_as
from sitegen.model import Catalog, Source, Totals
from sitegen.site.facets import values_at_first
from sitegen.site.field import Field
from sitegen.site.fields import fields_in
from sitegen.site.overviews import institution_id, overview_path
from sitegen.site.search import SearchIndex
from sitegen.site.signposting import catalog_links
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
"""Datasets on a page of an institution, study or list."""
SEARCH_EXAMPLES = (
    ("mouse light-sheet", "all words, anywhere; other names of the same thing count, too"),
    ('"whole cells"', "these words side by side"),
    ("mouse OR rat", "either word; parentheses group: (mouse OR rat) brain"),
    ("human -HeLa", "without this word; also: not, no, except"),
    ("under 5 GB", "also: more than 3 channels, between 1 and 5 GB, pixel size below 0.5 µm"),
    ("largest plates", "sorted results; also: newest, smallest, most channels, longest"),
    ("no license", "datasets that do not state it"),
    ("organism:zebrafish", "one field only; field names are suggested as you type"),
    ("idr0010", "any part of an identifier, an address, an accession or a DOI"),
)
"""What the help of the search field shows: what can be written, and what it finds."""
_VALUES_SHOWN = 8
_FACETS_OPEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One number of the catalog, shown large."""

    value: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """An institution as the home page shows it."""

    name: str
    """As the lists call it; empty for the datasets that name none."""
    text: str
    initials: str
    logo: str | None
    url: str | None
    count: int
    path: str
    """Of its page below the site's root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sourced:
    """What institutions are counted by, of a `Record`."""

    source: str | None


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
        "search_examples": SEARCH_EXAMPLES,
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
        "typed_links": tuple(catalog_links(catalog)),
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
    for record in read_as(catalog.records, _Sourced):
        counts[record.source or ""] = counts.get(record.source or "", 0) + 1
    known = {source.name: source for source in catalog.sources}
    named = [name for name in counts if name] + [name for name in counts if not name]
    return [_make_institution(known.get(name, Source(name=name)), counts[name]) for name in named]


def _make_institution(source: Source, count: int) -> Institution:
    text = source.name or "No institution stated"
    initials = "".join(word[0] for word in re.findall(r"\w+", text)[:2]).upper() or "?"
    return Institution(
        name=source.name,
        text=text,
        initials=initials,
        logo=source.logo,
        url=source.url,
        count=count,
        path=overview_path("institution", institution_id(source.name)),
    )


def sort_choices(fields: Sequence[Field]) -> list[tuple[str, str]]:
    """Return the choices of the sort menu: as addresses hold them, and in words."""
    choices = [("", "Mixed studies")]  # `home.html` has its name for where there are words to match
    for field in fields:
        up, down = _directions(field)
        both = [(field.key, f"{field.label}, {up}"), (f"-{field.key}", f"{field.label}, {down}")]
        choices += reversed(both) if field.number or field.is_date else both
    return choices


def _directions(field: Field) -> tuple[str, str]:
    """Return what the orders of a field are called, up and down."""
    if field.is_date:
        return ("oldest first", "newest first")
    return ("smallest first", "largest first") if field.number else ("A to Z", "Z to A")
