"""The page about the catalog: how it is made, how to add data, what leaves the visitor's browser, whom to ask.

Pure functions from the catalog to the context of the template `about.html`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sitegen import formatting, urls
from sitegen.config.settings import ViewerSettings
from sitegen.lists.columns import COLUMNS
from sitegen.model import Catalog
from sitegen.ome.licenses import license_label, plain_words
from sitegen.site.overviews import make_overviews
from sitegen.site.viewers import VIEWERS

ABOUT_PATH = "about/index.html"
_LISTS_SHOWN = 200
_HOSTS_SHOWN = 50
_COLUMNS = ("url", "source", "license", "name", "description", "organismId", "fbbiId", "written", "origin")
"""Those that a steward fills in; the page says that there are others."""
_EXAMPLE = {
    "url": "https://storage.example.org/images/embryo.ome.zarr",
    "source": "Example Institute",
    "license": "CC-BY-4.0",
    "name": "Embryo at 24 h",
    "organismId": "NCBITaxon:7955",
    "fbbiId": "FBbi:00000369",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOfCatalog:
    """A list that the catalog is made of."""

    name: str
    csv: str
    """Where it is published; a path for one beside the configuration."""
    path: str
    """Of its page below the site's root."""
    datasets: int
    sources: tuple[str, ...]
    """The first institutions that its datasets are of."""


def about_context(catalog: Catalog, viewers: Sequence[ViewerSettings] = ()) -> dict[str, Any]:
    """Return the context of `about.html`; viewers: the operator's own."""
    lists, hosts = _lists(catalog), Counter(urls.host(record.url) for record in catalog.records)
    return {
        "totals": catalog.totals,
        "description": catalog.description,
        "contact": catalog.contact,
        "publisher": catalog.publisher,
        "license": catalog.license,
        "lists": lists[:_LISTS_SHOWN],
        "more_lists": len(lists) - len(lists[:_LISTS_SHOWN]),
        "hosts": [(host, count) for host, count in hosts.most_common(_HOSTS_SHOWN) if host],
        "more_hosts": max(0, len(hosts) - _HOSTS_SHOWN),
        "viewers": [*(each.name for each in VIEWERS), *(each.name for each in viewers)],
        "columns": [(header, COLUMNS[header].meaning) for header in _COLUMNS],
        "example": [",".join(_EXAMPLE), ",".join(_EXAMPLE.values())],
        "license_name": license_label(catalog.license) if catalog.license else None,
        "license_words": plain_words(catalog.license) if catalog.license else "",
        "program": formatting.generator(),
    }


def _lists(catalog: Catalog) -> list[ListOfCatalog]:
    return [
        ListOfCatalog(
            name=each.name,
            csv=each.csv,
            path=each.path(),
            datasets=len(each.records),
            sources=tuple(dict.fromkeys(record.source for record in each.records if record.source))[:3],
        )
        for each in make_overviews(catalog, "list")
    ]
