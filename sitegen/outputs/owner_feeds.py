"""`problems.atom` of each institution: what changed for its owners, an entry for each build in which something did.

Datasets that stopped answering, answer again, became invalid or valid again. Entries are kept with the history of the
catalog, so a build that finds nothing new leaves the feed as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sitegen import formatting, urls
from sitegen.model import Catalog, ChangedDatasets, InstitutionEvent, InstitutionHistory, Layout, Page
from sitegen.outputs.encoding import xml_attribute, xml_text
from sitegen.outputs.feed import NEVER, Feed, render_feed, urn
from sitegen.site.overviews import Overview, make_overviews

OWNER_FEED = "problems.atom"
_KINDS: Mapping[str, tuple[str, str]] = {
    "failing": ("stopped answering", "Stopped answering, or cannot be read any more"),
    "newly_invalid": ("became invalid", "Had valid metadata before, and have errors in them now"),
    "recovered": ("can be read again", "Can be read again"),
    "newly_valid": ("became valid", "Had errors in their metadata before, and are valid now"),
}
"""Field of an event → the end of a title, and the words above the datasets."""


def owner_feeds(catalog: Catalog) -> Iterator[Page]:
    """Give `problems.atom` of each institution."""
    for overview in make_overviews(catalog, "institution"):
        name = overview.source.name if overview.source else ""
        events = catalog.institutions.get(name, InstitutionHistory()).events
        shown = formatting.shorten(overview.name, 200)
        feed = Feed(
            id=urn(f"{catalog.base_url or catalog.title} {overview.path(OWNER_FEED)}"),
            title=f"Problems of {shown} · {formatting.shorten(catalog.title, 200)}",
            subtitle=f"Datasets of {shown} that stopped answering, answer again, became invalid or valid",
            folder=overview.path(""),
            author=formatting.shorten(catalog.title, 200),
            file=OWNER_FEED,
        )
        here = {record.url for record in overview.records}
        entries = "".join(_entry(event, feed, overview, catalog, here) for event in reversed(events))
        updated = events[-1].built_at if events else NEVER
        yield Page(path=overview.path(OWNER_FEED), content=render_feed(feed, entries, updated, catalog).encode())


def _entry(event: InstitutionEvent, feed: Feed, overview: Overview, catalog: Catalog, here: set[str]) -> str:
    kinds = [(kind, found) for kind in _KINDS if (found := getattr(event, kind)).count]
    title = ", ".join(f"{formatting.plural(found.count, 'dataset')} {_KINDS[kind][0]}" for kind, found in kinds)
    root = catalog.base_url or "../" * feed.folder.count("/")
    parts = "".join(_part(_KINDS[kind][1], found, root, here, catalog.layout) for kind, found in kinds)
    return (
        f"<entry><id>{urn(f'{feed.id} {event.built_at}')}</id><title>{xml_text(title)}</title>"
        f"<updated>{xml_text(event.built_at)}</updated>"
        f'<link rel="alternate" type="text/html" href={xml_attribute(root + overview.path())}/>'
        f'<content type="html">{xml_text(parts)}</content></entry>\n'
    )


def _part(words: str, found: ChangedDatasets, root: str, here: set[str], layout: Layout) -> str:
    """Return HTML of the datasets that changed in one way; those that have a page lead to it."""
    items = "".join(f"<li>{_dataset(each.url, root + layout.dataset_path(each.id), here)}</li>" for each in found.shown)
    more = found.count - len(found.shown)
    rest = f"<li>and {more:,} more</li>" if more else ""
    return f"<p>{xml_text(words)}:</p><ul>{items}{rest}</ul>"


def _dataset(url: str, page: str, here: set[str]) -> str:
    shown = xml_text(formatting.shorten(urls.redact(url), 300))
    return f"<a href={xml_attribute(page)}>{shown}</a>" if url in here else shown
