"""Atom feeds (RFC 4287) of what was added or changed last: of the catalog, and of each institution, study and list.

Each dataset that can be read has one entry, whose `updated` is when its data changed, so a feed changes only when its
datasets do. It is bounded, and has no pages or archives (RFC 5005): an entry that changes moves to the front, so every
page would change with it; `index.json` has all datasets. Addresses are absolute where the site's own address is known;
feed readers resolve relative ones.
"""

from __future__ import annotations

import heapq
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sitegen import formatting
from sitegen.model import Catalog, Page, Record
from sitegen.outputs.encoding import XML_HEAD, xml_attribute, xml_text
from sitegen.site.overviews import OverviewKind, make_overviews
from sitegen.site.structured import describe, page_path

FEED_ENTRIES = 50
_NAME, _TITLE, _TEXT = 200, 200, 600
"""Most characters of names, titles and texts: with those of addresses, a feed has at most some 100 kB."""
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
        title=formatting.shorten(catalog.title, _TITLE),
        subtitle=formatting.shorten(catalog.description, _TEXT),
        folder="",
        author=formatting.shorten(catalog.title, _NAME),
    )
    yield Page(path="feed.xml", content=_render_records(feed, catalog.records, catalog).encode())


def overview_feeds(kind: OverviewKind, catalog: Catalog) -> Iterator[Page]:
    """Give `feed.xml` of each institution, study or list."""
    for overview in make_overviews(catalog, kind):
        feed = Feed(
            id=urn(f"{catalog.base_url or catalog.title} {overview.path()}"),
            title=f"{formatting.shorten(overview.name, _NAME)} · {formatting.shorten(catalog.title, _TITLE)}",
            subtitle=f"Datasets of {formatting.shorten(overview.name, _NAME)} that were added or changed last",
            folder=overview.path(""),
            author=formatting.shorten(overview.name, _NAME),
        )
        yield Page(path=overview.path("feed.xml"), content=_render_records(feed, overview.records, catalog).encode())


def newest(records: Sequence[Record], count: int = FEED_ENTRIES) -> list[Record]:
    """Return the records that changed or were added last, newest first, without those that could not be read.

    Of those that a build found together, new ones are first, and then the last of the lists.
    """
    shown = ((_date(record), record.added_at or "", place) for place, record in enumerate(records) if _is_shown(record))
    return [records[place] for *_, place in heapq.nlargest(count, shown)]


def _is_shown(record: Record) -> bool:
    """Return whether a dataset can be announced: what is gone or refused is not new, whenever that was found."""
    return record.found.status in ("ok", "stale")


def _date(record: Record) -> str:
    return record.changed_at or record.added_at or NEVER


def _render_records(feed: Feed, records: Sequence[Record], catalog: Catalog) -> str:
    shown = newest(records)
    entries = "".join(_entry(record, catalog, feed.folder) for record in shown)
    return render_feed(feed, entries, max(map(_date, shown), default=NEVER), catalog)


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
    name = xml_text(formatting.shorten(record.source, _NAME))
    author = f"<author><name>{name}</name></author>" if name else ""
    added = f"<published>{xml_text(record.added_at)}</published>" if record.added_at else ""
    address = (catalog.base_url or "../" * folder.count("/")) + page_path(record, catalog.layout)
    return (
        f"<entry><id>{urn(record.url)}</id><title>{xml_text(formatting.shorten(record.title, _TITLE))}</title>"
        f"<updated>{xml_text(_date(record))}</updated>{added}{author}"
        f'<link rel="alternate" type="text/html" href={xml_attribute(address)}/>'
        f"<summary>{xml_text(formatting.shorten(describe(record), _TEXT))}</summary></entry>\n"
    )


def urn(text: str) -> str:
    """Return a name that depends on the address alone, so that a reader never shows an entry twice."""
    return uuid.uuid5(uuid.NAMESPACE_URL, text.encode("utf-8", "replace").decode()).urn
