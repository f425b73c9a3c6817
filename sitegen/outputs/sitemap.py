"""`sitemap.xml`, in parts where it is long: the address of every page, for search engines (sitemaps.org, 0.9).

Addresses are absolute where the site's own address is known; search engines ignore relative ones.
"""

from __future__ import annotations

from collections.abc import Iterator

from sitegen.model import Catalog, Page
from sitegen.outputs.data_page import DATA_PATH
from sitegen.outputs.encoding import XML_HEAD, xml_text
from sitegen.site.about_page import ABOUT_PATH
from sitegen.site.health_page import HEALTH_PATH
from sitegen.site.overviews import FOLDERS, make_overviews
from sitegen.site.rules_page import RULES_PATH
from sitegen.site.statistics_page import STATISTICS_PATH
from sitegen.site.structured import page_path

SITEMAP_ENTRIES = 50_000
"""Most addresses in one sitemap (sitemaps.org, protocol 0.9)."""
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_PAGES = ("index.html", STATISTICS_PATH, DATA_PATH, HEALTH_PATH, RULES_PATH, ABOUT_PATH)


def sitemap_files(catalog: Catalog) -> Iterator[Page]:
    """Give `sitemap.xml`; above the limit, numbered parts and an index of them."""
    base = catalog.base_url or ""
    entries = [_entry(f"{base}{path}", None) for path in _PAGES]
    entries += [_entry(f"{base}{folder}/index.html", None) for folder in FOLDERS.values()]
    entries += [_entry(base + overview.path(), None) for overview in make_overviews(catalog)]
    entries += [_entry(base + page_path(record), record.changed_at) for record in catalog.records]
    runs = [entries[start : start + SITEMAP_ENTRIES] for start in range(0, len(entries), SITEMAP_ENTRIES)]
    if len(runs) == 1:
        yield _urlset("sitemap.xml", runs[0])
        return
    names = [f"sitemap-{number}.xml" for number in range(1, len(runs) + 1)]
    for name, run in zip(names, runs, strict=True):
        yield _urlset(name, run)
    parts = "".join(f"<sitemap><loc>{xml_text(base + name)}</loc></sitemap>\n" for name in names)
    text = f"{XML_HEAD}<sitemapindex {_NAMESPACE}>\n{parts}</sitemapindex>\n"
    yield Page(path="sitemap.xml", content=text.encode())


def _urlset(path: str, entries: list[str]) -> Page:
    return Page(path=path, content=f"{XML_HEAD}<urlset {_NAMESPACE}>\n{''.join(entries)}</urlset>\n".encode())


def _entry(address: str, changed: str | None) -> str:
    day = f"<lastmod>{xml_text(changed[:10])}</lastmod>" if changed else ""
    return f"<url><loc>{xml_text(address)}</loc>{day}</url>\n"
