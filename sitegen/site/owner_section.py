"""What an institution's page says to its owners: score, what to improve, history, badge, and hosts.

The page changes only when the data do: a script draws the history's lines from `history.json`, and response times come
from `build.json`. Pure functions from the catalog to a part of the context of `overview.html`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sitegen import formatting, urls
from sitegen.catalog.findability import Findability, make_findability
from sitegen.model import Catalog, InstitutionFigures, InstitutionHistory
from sitegen.site.improvements import Improvement, make_improvements
from sitegen.site.links import site_address
from sitegen.site.overviews import ListFacts, Overview

HISTORY_SHOWN = 12
"""Builds in the table; all that are kept are in `history.json`."""
HOSTS_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerSection:
    """What owners look for."""

    findability: Findability
    improvements: tuple[Improvement, ...]
    full: tuple[str, ...]
    """Criteria that all datasets meet."""
    builds: tuple[InstitutionFigures, ...]
    """The last ones that found other figures than the build before, newest first."""
    hosts: tuple[str, ...]
    address: str
    """The site's own, or a placeholder that a script replaces."""
    markdown: str
    """Shows the badge in a README."""
    html: str
    """Shows the badge on a web page."""


def make_owner_section(overview: Overview, catalog: Catalog, lists: ListFacts) -> OwnerSection:
    """Return what the page of an institution says to its owners."""
    findability = make_findability(overview.records)
    history = catalog.institutions.get(overview.source.name if overview.source else "", InstitutionHistory())
    address = site_address(catalog)
    page, badge = f"{address}{overview.path()}", f"{address}{overview.path('badge.svg')}"
    words = f"OME-Zarr: datasets of {formatting.shorten(overview.name, 80)}"
    return OwnerSection(
        findability=findability,
        improvements=make_improvements(overview, findability.criteria, lists),
        full=tuple(each.label for each in findability.criteria if each.known and each.met == each.known),
        builds=tuple(reversed(history.builds[-HISTORY_SHOWN:])),
        hosts=tuple(dict.fromkeys(urls.host(record.url) for record in overview.records))[:HOSTS_SHOWN],
        address=address,
        markdown=f"[![{_markdown(words)}]({badge})]({page})",
        html=f'<a href="{page}"><img src="{badge}" alt="{_attribute(words)}"></a>',
    )


def _markdown(text: str) -> str:
    """Return text between brackets of Markdown, of which nothing is markup (CommonMark 0.31, 2.4)."""
    return "".join(f"\\{each}" if each in "\\[]!`*_<>&" else each for each in text)


def _attribute(text: str) -> str:
    """Return text as the value of an attribute in HTML; the template escapes it once more, to show it."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
