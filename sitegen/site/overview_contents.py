"""What the datasets of an institution, study or list are of: organisms, methods, licenses and formats, with counts.

Each value leads to these datasets in the catalog, where a search can ask for exactly them. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from sitegen.model import Record
from sitegen.site.facets import FieldColumn, make_column, make_facet, stated
from sitegen.site.fields import fields_in

_SHOWN = ("organism", "modality", "license", "kind", "version")
"""Keys of fields, in order."""
_MOST = 8
"""Values of one field on a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A value, and how many datasets have it."""

    text: str
    count: int
    href: str
    """Of these datasets in the catalog, below the site's root; empty where no search asks for exactly them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The values of one field, the most frequent first."""

    label: str
    shares: tuple[Share, ...]
    more: int
    """How many values there are besides."""


def make_contents(records: Sequence[Record], search: str) -> list[Contents]:
    """Return what datasets are of; search: their address in the catalog, empty if there is none."""
    fields = {field.key: field for field in fields_in("facet")}
    columns = (make_column(fields[key], records) for key in _SHOWN)
    return [_contents(column, search) for column in columns if any(column.values.different)]


def _contents(column: FieldColumn, search: str) -> Contents:
    facet = make_facet(column)
    own = {stated(value) for value in column.values.different}
    values = [each for each in facet.values if each.value in own] if facet else []
    largest = sorted(values, key=lambda each: -each.count)
    shares = tuple(
        Share(
            text=each.text,
            count=each.count,
            href=f"{search}&{urlencode({column.field.key: each.value}, quote_via=quote)}" if search else "",
        )
        for each in largest[:_MOST]
    )
    return Contents(label=column.field.label, shares=shares, more=len(largest) - len(shares))
