"""`feed.xml`: the datasets that were added last, as an Atom feed (RFC 4287).

Addresses are absolute where the site's own address is known; feed readers resolve relative ones.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from sitegen import formatting
from sitegen.model import Catalog, Page, Record
from sitegen.outputs.encoding import XML_HEAD, xml_attribute, xml_text
from sitegen.site.structured import describe, page_path

FEED_ENTRIES = 50


def feed_files(catalog: Catalog) -> Iterator[Page]:
    """Give `feed.xml`."""
    yield Page(path="feed.xml", content=_feed(catalog).encode())


def newest(records: Sequence[Record], count: int = FEED_ENTRIES) -> list[Record]:
    """Return the records that were added last, newest first; where that is not known, the last of the lists."""
    placed = sorted(enumerate(records), key=lambda each: (each[1].added_at or "", each[0]), reverse=True)
    return [record for _, record in placed[:count]]


def _feed(catalog: Catalog) -> str:
    base = catalog.base_url or ""
    entries = "".join(_entry(record, catalog) for record in newest(catalog.records))
    return (
        f'{XML_HEAD}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        f"<id>{_urn(catalog.base_url or catalog.title)}</id>\n<title>{xml_text(catalog.title)}</title>\n"
        f"<subtitle>{xml_text(catalog.description)}</subtitle>\n<updated>{xml_text(catalog.built_at)}</updated>\n"
        f"<author><name>{xml_text(catalog.title)}</name></author>\n"
        f"<generator>{xml_text(formatting.generator())}</generator>\n"
        f'<link rel="self" type="application/atom+xml" href={xml_attribute(base + "feed.xml")}/>\n'
        f'<link rel="alternate" type="text/html" href={xml_attribute(base + "index.html")}/>\n{entries}</feed>\n'
    )


def _entry(record: Record, catalog: Catalog) -> str:
    updated = record.added_at or record.found.checked_at or catalog.built_at
    author = f"<author><name>{xml_text(record.source)}</name></author>" if record.source else ""
    address = (catalog.base_url or "") + page_path(record)
    return (
        f"<entry><id>{_urn(record.url)}</id><title>{xml_text(formatting.shorten(record.title, 200))}</title>"
        f"<updated>{xml_text(updated)}</updated>{author}"
        f'<link rel="alternate" type="text/html" href={xml_attribute(address)}/>'
        f"<summary>{xml_text(formatting.shorten(describe(record), 600))}</summary></entry>\n"
    )


def _urn(text: str) -> str:
    """Return a name that depends on the address alone, so that a reader never shows an entry twice."""
    return uuid.uuid5(uuid.NAMESPACE_URL, text.encode("utf-8", "replace").decode()).urn
