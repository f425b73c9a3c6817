"""Atom feeds (RFC 4287) of the datasets that were added last: of the catalog, and of each institution, study and list.

Addresses are absolute where the site's own address is known; feed readers resolve relative ones. Dates are those of
the data, so a feed changes only when its datasets do.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sitegen import formatting
from sitegen.model import Catalog, Page, Record
from sitegen.outputs.encoding import XML_HEAD, xml_attribute, xml_text
from sitegen.site.overviews import OverviewKind, make_overviews
from sitegen.site.structured import describe, page_path

FEED_ENTRIES = 50
NEVER = "1970-01-01T00:00:00Z"
"""Of a feed without entries: Atom demands a date, and that of the build would change with every build."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed says of itself."""

    id: str
    title: str
    subtitle: str
    folder: str
    """Below the site's root, with a trailing slash unless it is the root."""
    author: str
    file: str = "feed.xml"
    """Its name in the folder."""


def feed_files(catalog: Catalog) -> Iterator[Page]:
    """Give `feed.xml` of the catalog."""
    feed = Feed(
        id=urn(catalog.base_url or catalog.title),
        title=catalog.title,
        subtitle=catalog.description,
        folder="",
        author=catalog.title,
    )
    yield Page(path="feed.xml", content=_render_records(feed, catalog.records, catalog).encode())


def overview_feeds(kind: OverviewKind, catalog: Catalog) -> Iterator[Page]:
    """Give `feed.xml` of each institution, study or list."""
    for overview in make_overviews(catalog, kind):
        feed = Feed(
            id=urn(f"{catalog.base_url or catalog.title} {overview.path()}"),
            title=f"{formatting.shorten(overview.name, 200)} · {catalog.title}",
            subtitle=f"Datasets of {formatting.shorten(overview.name, 200)} that were added last",
            folder=overview.path(""),
            author=formatting.shorten(overview.name, 200),
        )
        yield Page(path=overview.path("feed.xml"), content=_render_records(feed, overview.records, catalog).encode())


def newest(records: Sequence[Record], count: int = FEED_ENTRIES) -> list[Record]:
    """Return the records that were added last, newest first; where that is not known, the last of the lists."""
    placed = sorted(enumerate(records), key=lambda each: (each[1].added_at or "", each[0]), reverse=True)
    return [record for _, record in placed[:count]]


def _render_records(feed: Feed, records: Sequence[Record], catalog: Catalog) -> str:
    shown = newest(records)
    entries = "".join(_entry(record, catalog, feed.folder) for record in shown)
    return render_feed(feed, entries, max((record.changed_at or NEVER for record in shown), default=NEVER), catalog)


def render_feed(feed: Feed, entries: str, updated: str, catalog: Catalog) -> str:
    """Return a feed with these entries, which are XML. updated: the latest date of what they speak of."""
    here = (catalog.base_url or "") + (feed.folder if catalog.base_url else "")
    return (
        f'{XML_HEAD}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        f"<id>{feed.id}</id>\n<title>{xml_text(feed.title)}</title>\n"
        f"<subtitle>{xml_text(feed.subtitle)}</subtitle>\n<updated>{xml_text(updated)}</updated>\n"
        f"<author><name>{xml_text(feed.author)}</name></author>\n"
        f"<generator>{xml_text(formatting.generator())}</generator>\n"
        f'<link rel="self" type="application/atom+xml" href={xml_attribute(here + feed.file)}/>\n'
        f'<link rel="alternate" type="text/html" href={xml_attribute(here + "index.html")}/>\n{entries}</feed>\n'
    )


def _entry(record: Record, catalog: Catalog, folder: str) -> str:
    author = f"<author><name>{xml_text(record.source)}</name></author>" if record.source else ""
    address = (catalog.base_url or "../" * folder.count("/")) + page_path(record)
    return (
        f"<entry><id>{urn(record.url)}</id><title>{xml_text(formatting.shorten(record.title, 200))}</title>"
        f"<updated>{xml_text(record.changed_at or NEVER)}</updated>{author}"
        f'<link rel="alternate" type="text/html" href={xml_attribute(address)}/>'
        f"<summary>{xml_text(formatting.shorten(describe(record), 600))}</summary></entry>\n"
    )


def urn(text: str) -> str:
    """Return a name that depends on the address alone, so that a reader never shows an entry twice."""
    return uuid.uuid5(uuid.NAMESPACE_URL, text.encode("utf-8", "replace").decode()).urn
