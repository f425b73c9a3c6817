"""Files for robots and readers: `sitemap.xml`, `feed.xml`, `robots.txt`, `.nojekyll`.

Absolute addresses where the site's own address is known; relative ones elsewhere, which
feed readers resolve and search engines ignore. XML is written by `xml.sax.saxutils`,
which escapes; characters that XML does not know are taken out first.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from sitegen import formatting
from sitegen.model import Catalog, Page, Record
from sitegen.outputs.index import generator
from sitegen.site.structured import describe, page_path

SITEMAP_ENTRIES = 50_000
"""Most addresses in one sitemap (sitemaps.org, protocol 0.9)."""
FEED_ENTRIES = 50
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAPS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed_pages(catalog: Catalog) -> Iterator[Page]:
    """Give the sitemap, the feed, and the notes for robots and hosts."""
    yield from _sitemap(catalog)
    yield Page(path="feed.xml", content=_feed(catalog).encode())
    sitemap = f"Sitemap: {catalog.base_url}sitemap.xml\n" if catalog.base_url else ""
    yield Page(path="robots.txt", content=f"User-agent: *\nAllow: /\n{sitemap}".encode())
    yield Page(path=".nojekyll", content=b"")


def newest(records: Sequence[Record], count: int = FEED_ENTRIES) -> list[Record]:
    """Return the records that came last, newest first; where that is not known, the last of the lists."""
    placed = sorted(enumerate(records), key=lambda each: (each[1].added_at or "", each[0]), reverse=True)
    return [record for _, record in placed[:count]]


def _sitemap(catalog: Catalog) -> Iterator[Page]:
    base = catalog.base_url or ""
    entries = [_url(f"{base}{path}", None) for path in ("index.html", "report/index.html", "rules/index.html")]
    entries += [_url(base + page_path(record), record.checked_at) for record in catalog.records]
    runs = [entries[start : start + SITEMAP_ENTRIES] for start in range(0, len(entries), SITEMAP_ENTRIES)]
    if len(runs) == 1:
        yield Page(path="sitemap.xml", content=f"{_HEAD}<urlset {_SITEMAPS}>\n{''.join(runs[0])}</urlset>\n".encode())
        return
    names = [f"sitemap-{number}.xml" for number in range(1, len(runs) + 1)]
    for name, run in zip(names, runs, strict=True):
        yield Page(path=name, content=f"{_HEAD}<urlset {_SITEMAPS}>\n{''.join(run)}</urlset>\n".encode())
    maps = "".join(f"<sitemap><loc>{_text(base + name)}</loc></sitemap>\n" for name in names)
    yield Page(path="sitemap.xml", content=f"{_HEAD}<sitemapindex {_SITEMAPS}>\n{maps}</sitemapindex>\n".encode())


def _url(address: str, changed: str | None) -> str:
    day = f"<lastmod>{_text(changed[:10])}</lastmod>" if changed else ""
    return f"<url><loc>{_text(address)}</loc>{day}</url>\n"


def _feed(catalog: Catalog) -> str:
    base = catalog.base_url or ""
    entries = "".join(_entry(record, catalog) for record in newest(catalog.records))
    return (
        f'{_HEAD}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        f"<id>{_urn(catalog.base_url or catalog.title)}</id>\n<title>{_text(catalog.title)}</title>\n"
        f"<subtitle>{_text(catalog.description)}</subtitle>\n<updated>{_text(catalog.built_at)}</updated>\n"
        f"<author><name>{_text(catalog.title)}</name></author>\n<generator>{_text(generator())}</generator>\n"
        f'<link rel="self" type="application/atom+xml" href={_quoted(base + "feed.xml")}/>\n'
        f'<link rel="alternate" type="text/html" href={_quoted(base + "index.html")}/>\n{entries}</feed>\n'
    )


def _entry(record: Record, catalog: Catalog) -> str:
    updated = record.added_at or record.checked_at or catalog.built_at
    author = f"<author><name>{_text(record.source)}</name></author>" if record.source else ""
    return (
        f"<entry><id>{_urn(record.url)}</id><title>{_text(formatting.shorten(record.title, 200))}</title>"
        f"<updated>{_text(updated)}</updated>{author}"
        f'<link rel="alternate" type="text/html" href={_quoted((catalog.base_url or "") + page_path(record))}/>'
        f"<summary>{_text(formatting.shorten(describe(record), 600))}</summary></entry>\n"
    )


def _urn(text: str) -> str:
    """Return a name that depends on the address alone, so that a reader never shows an entry twice."""
    return uuid.uuid5(uuid.NAMESPACE_URL, text.encode("utf-8", "replace").decode()).urn


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", text))


def _quoted(text: str) -> str:
    return quoteattr(_NOT_XML.sub("", text))
