"""A site works under any sub-path: links lead to files of it, and the same catalog gives the same bytes."""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from catalogs import every_kind, hostile

from sitegen.model import Catalog, Changed
from sitegen.outputs.table import site_files
from sitegen.site.plan import pages

BASE = "https://example.org/sub/catalog/"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
LINK = re.compile(r'(?:href|src)="([^"]*)"')


def files(catalog: Catalog) -> dict[str, bytes]:
    """Return every file of a site by its path."""
    return {page.path: page.content for page in site_files(catalog)}


def test_every_address_of_the_sitemap_is_a_page_of_the_site() -> None:
    """Each dataset's page is there, once."""
    catalog = replace(every_kind(), base_url=BASE)
    made = files(catalog)
    places = [each.text or "" for each in ElementTree.fromstring(made["sitemap.xml"]).iter(LOC)]
    paths = [place.removeprefix(BASE) for place in places]

    assert len(paths) == len(set(paths))
    assert {path if path.endswith(".html") else f"{path}index.html" for path in paths} <= set(made)
    assert {record.id for record in catalog.records} <= {path.split("/")[1] for path in paths if "/" in path}


@pytest.mark.parametrize("base", [None, BASE])
def test_links_between_pages_are_relative_and_stay_in_the_site(base: str | None) -> None:
    """No link starts at the root of the host or leads above the site."""
    for path, content in files(replace(every_kind(), base_url=base)).items():
        if not path.endswith(".html") or path == "404.html":
            continue
        links = [link for link in LINK.findall(content.decode()) if not re.match(r"[a-z][a-z0-9+.-]*:|#", link)]
        resolved = [posixpath.normpath(posixpath.join(posixpath.dirname(path), link)) for link in links]

        assert links
        assert [link for link in links if link.startswith("/")] == []
        assert [place for place in resolved if place.startswith("..")] == []


def test_the_same_catalog_gives_the_same_bytes() -> None:
    """Nothing in a site depends on the clock or the machine, whatever the data hold."""
    assert files(every_kind()) == files(every_kind())
    assert files(hostile()) == files(hostile())


CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)">')


def test_every_page_names_its_one_address() -> None:
    """Also the home page and the tables; a page that search engines must not list names none."""
    removed = (Changed(id="gone", url="https://example.org/gone.zarr"),)
    made = {page.path: page.content for page in pages(replace(every_kind(), base_url=BASE), removed=removed)}
    html = {path: content.decode() for path, content in made.items() if path.endswith(".html")}
    found = {path: CANONICAL.findall(text) for path, text in html.items()}
    hidden = {path for path in found if 'content="noindex"' in html[path]}

    moved = {path for path in found if path.startswith("browse/")}
    assert hidden == {"404.html", "compare/index.html", "datasets/gone/index.html"} | moved
    assert found == {path: [] if path in hidden else [f"{BASE}{path}"] for path in found}
    assert {"index.html", "institutions/index.html", "report/index.html", "rules/index.html"} <= set(found)


def test_addresses_of_the_sitemap_are_those_that_pages_name() -> None:
    """Search engines compare them."""
    made = files(replace(every_kind(), base_url=BASE))
    places = {each.text or "" for each in ElementTree.fromstring(made["sitemap.xml"]).iter(LOC)}
    named = {address for text in made.values() for address in CANONICAL.findall(text.decode("utf-8", "ignore"))}

    assert places <= named


def test_no_page_names_an_address_without_base_url() -> None:
    """The site does not know where it is."""
    made = files(replace(every_kind(), base_url=None))

    assert [path for path, text in made.items() if path.endswith(".html") and b'rel="canonical"' in text] == []
