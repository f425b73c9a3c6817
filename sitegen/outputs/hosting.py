"""Files that crawlers and hosts look for: `robots.txt` and `.nojekyll`."""

from __future__ import annotations

from collections.abc import Iterator

from sitegen.model import Catalog, Page

FILE_BYTES = 90_000_000
"""A file of a table is hardly longer; GitHub refuses files above 100 MiB (docs.github.com, "About large files")."""


def robots_files(catalog: Catalog) -> Iterator[Page]:
    """Give `robots.txt`, which allows everything (RFC 9309) and names the sitemap where there is one."""
    has_sitemap = catalog.base_url and "sitemap" not in catalog.outputs_off
    sitemap = f"Sitemap: {catalog.base_url}sitemap.xml\n" if has_sitemap else ""
    yield Page(path="robots.txt", content=f"User-agent: *\nAllow: /\n{sitemap}".encode())


def nojekyll_files(catalog: Catalog) -> Iterator[Page]:
    """Give `.nojekyll`, which keeps GitHub Pages from running Jekyll over the site."""
    yield Page(path=".nojekyll", content=b"")
