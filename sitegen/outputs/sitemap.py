"""`sitemap.xml`, in parts where it is long: the address of every page, for search engines (sitemaps.org, protocol 0.9).

The protocol takes absolute addresses alone, so there is a sitemap where the site's own address is known. `lastmod` is
when the data of a page changed, never when they were asked for or the site was built; pages without data have none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from sitegen.model import Catalog, Page
from sitegen.outputs.data_page import DATA_PATH
from sitegen.outputs.encoding import XML_HEAD, xml_text
from sitegen.site.about_page import ABOUT_PATH
from sitegen.site.health_page import HEALTH_PATH
from sitegen.site.overview_pages import split_pages
from sitegen.site.overview_tables import table_paths
from sitegen.site.overviews import FOLDERS, make_overviews
from sitegen.site.rules_page import RULES_PATH
from sitegen.site.statistics_page import STATISTICS_PATH
from sitegen.site.structured import page_path
from sitegen.site.values import last_change

SITEMAP_ENTRIES = 50_000
"""Most addresses in one sitemap (sitemaps.org, protocol 0.9)."""
SITEMAP_BYTES = 50_000_000
"""Most bytes in one; the protocol allows 52,428,800."""
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_OF_ALL = ("index.html", STATISTICS_PATH, HEALTH_PATH, *(f"{folder}/index.html" for folder in FOLDERS.values()))
"""Pages of all datasets."""
_OF_NONE = (DATA_PATH, RULES_PATH, ABOUT_PATH)
"""Pages that no dataset changes."""

_Entry = tuple[str, str]
"""An address, and when its data changed; empty where it has none or that is not known."""


def sitemap_files(catalog: Catalog) -> Iterator[Page]:
    """Give `sitemap.xml` of a catalog whose address is known; above the limits, numbered parts and an index of them."""
    base = catalog.base_url or ""
    parts = _split((f"{base}{path}", changed) for path, changed in _entries(catalog))
    first, second = next(parts), next(parts, None)
    if second is None:
        yield _page("sitemap.xml", "urlset", "url", first)
        return
    index = []
    for number, part in enumerate(chain((first, second), parts), start=1):
        page = _page(f"sitemap-{number}.xml", "urlset", "url", part)
        index.append((base + page.path, max(changed for _, changed in part)))
        yield page
    yield _page("sitemap.xml", "sitemapindex", "sitemap", index)


def _entries(catalog: Catalog) -> Iterator[_Entry]:
    """Yield the path of every page that search engines may list."""
    last = max(last_change(catalog.records) or "", catalog.changes.found_at or "")
    yield from ((path, last) for path in _OF_ALL)
    yield from ((path, "") for path in _OF_NONE)
    overviews = list(make_overviews(catalog))
    for kind in FOLDERS:
        count = sum(overview.kind == kind for overview in overviews)
        yield from ((path, last) for path in table_paths(kind, count)[1:])
    for overview in overviews:
        (first, _), *others = split_pages(overview)
        yield first, last_change(overview.records) or ""  # whose totals it shows
        yield from ((path, last_change(records) or "") for path, records in others)
    yield from ((page_path(record, catalog.layout), record.changed_at or "") for record in catalog.records)


def _split(entries: Iterable[_Entry]) -> Iterator[list[_Entry]]:
    """Yield the entries in as many lists as the limits of a sitemap need."""
    part: list[_Entry] = []
    size = 0
    for entry in entries:
        length = len(_element("url", entry).encode())
        if len(part) == SITEMAP_ENTRIES or size + length > SITEMAP_BYTES:
            yield part
            part, size = [], 0
        part.append(entry)
        size += length
    yield part


def _page(path: str, root: str, name: str, entries: Iterable[_Entry]) -> Page:
    text = "".join(_element(name, entry) for entry in entries)
    return Page(path=path, content=f"{XML_HEAD}<{root} {_NAMESPACE}>\n{text}</{root}>\n".encode())


def _element(name: str, entry: _Entry) -> str:
    address, changed = entry
    date = f"<lastmod>{xml_text(changed)}</lastmod>" if changed else ""
    return f"<{name}><loc>{xml_text(address)}</loc>{date}</{name}>\n"
