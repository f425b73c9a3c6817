"""What crawlers and feed readers get, with and without the site's own address; the site works under any sub-path."""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace

import pytest
from catalogs import every_kind, hostile, make_failed, make_image

from sitegen.model import Catalog
from sitegen.outputs.feed import newest
from sitegen.outputs.table import site_files

BASE = "https://example.org/sub/catalog/"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = re.compile(r'(?:href|src)="([^"]*)"')


def files(catalog: Catalog) -> dict[str, bytes]:
    """Return every file of a site by its path."""
    return {page.path: page.content for page in site_files(catalog)}


def with_base(base: str | None) -> Catalog:
    """Return a catalog of every kind whose site has this address."""
    return replace(every_kind(), base_url=base)


def test_robots_name_the_sitemap_only_by_a_full_address() -> None:
    """A relative address of a sitemap is not allowed in robots.txt."""
    assert files(with_base(BASE))["robots.txt"].decode().splitlines()[-1] == f"Sitemap: {BASE}sitemap.xml"
    assert files(with_base(None))["robots.txt"] == b"User-agent: *\nAllow: /\n"


@pytest.mark.parametrize("base", [None, BASE])
def test_every_address_of_the_sitemap_is_a_page_of_the_site(base: str | None) -> None:
    """Each dataset's page is there, once."""
    catalog = with_base(base)
    made = files(catalog)
    places = [each.text or "" for each in ElementTree.fromstring(made["sitemap.xml"]).iter(f"{SITEMAP}loc")]
    paths = [place.removeprefix(base or "") for place in places]

    assert len(paths) == len(set(paths))
    assert {path if path.endswith(".html") else f"{path}index.html" for path in paths} <= set(made)
    assert {record.id for record in catalog.records} <= {path.split("/")[1] for path in paths if "/" in path}


def test_the_sitemap_dates_a_page_by_its_dataset() -> None:
    """The day is that on which the host last answered; a dataset that was never read has none."""
    catalog = replace(every_kind(), records=(make_image(), make_failed("missing", "gone")))
    urls = ElementTree.fromstring(files(catalog)["sitemap.xml"]).findall(f"{SITEMAP}url")
    days = [url.findtext(f"{SITEMAP}lastmod") for url in urls if "datasets/" in (url.findtext(f"{SITEMAP}loc") or "")]

    assert days == ["2026-11-20", None]


@pytest.mark.parametrize("base", [None, BASE])
def test_links_of_the_feed_lead_to_pages(base: str | None) -> None:
    """They are absolute where the address of the site is known."""
    made = files(with_base(base))
    links = [link.get("href") or "" for link in ElementTree.fromstring(made["feed.xml"]).iter(f"{ATOM}link")]

    assert all(link.startswith(base or "") for link in links)
    paths = {link.removeprefix(base or "") for link in links}
    assert {path if "." in path else f"{path}index.html" for path in paths} <= set(made)


def test_an_entry_of_the_feed_keeps_its_id() -> None:
    """The id depends on the dataset's address alone, not on the site's address, its title or the time of the build."""
    first, second = with_base(None), replace(with_base(BASE), title="Other", built_at="2027-01-01T00:00:00Z")
    ids = [
        [entry.findtext(f"{ATOM}id") for entry in ElementTree.fromstring(files(each)["feed.xml"]).iter(f"{ATOM}entry")]
        for each in (first, second)
    ]

    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(every_kind().records)


def test_a_later_build_leaves_the_dates_of_entries() -> None:
    """An entry of a dataset that was read is dated by the data, whenever the site is built."""
    catalog = replace(every_kind(), records=(make_image(), replace(make_image("b"), added_at="2026-10-01T00:00:00Z")))
    later = replace(catalog, built_at="2027-01-01T00:00:00Z")
    dates = [
        [each.findtext(f"{ATOM}updated") for each in ElementTree.fromstring(made["feed.xml"]).iter(f"{ATOM}entry")]
        for made in (files(catalog), files(later))
    ]

    assert dates[0] == dates[1] == ["2026-10-01T00:00:00Z", "2026-11-20T03:12:09Z"]


def test_the_newest_datasets_come_first() -> None:
    """By the date of their addition; among equals, the last of the lists first; no more than asked for."""
    days = ("2026-01-01", None, "2026-03-01", "2026-01-01")
    records = [replace(make_image(f"i{number}"), added_at=day) for number, day in enumerate(days)]

    assert newest(records, 3) == [records[2], records[3], records[0]]


@pytest.mark.parametrize("make", [every_kind, hostile])
@pytest.mark.parametrize("path", ["feed.xml", "sitemap.xml"])
def test_xml_is_well_formed_whatever_the_data_hold(make: Callable[[], Catalog], path: str) -> None:
    """Control characters and markup in titles break no reader."""
    root = ElementTree.fromstring(files(make())[path])

    assert len(root) > 0
    assert not any("script" in element.tag for element in root.iter())


@pytest.mark.parametrize("base", [None, BASE])
def test_links_between_pages_are_relative_and_stay_in_the_site(base: str | None) -> None:
    """No link starts at the root of the host or leads above the site, so that any sub-path works."""
    for path, content in files(with_base(base)).items():
        if not path.endswith(".html") or path == "404.html":
            continue
        links = [link for link in LINK.findall(content.decode()) if not re.match(r"[a-z][a-z0-9+.-]*:|#", link)]
        resolved = [posixpath.normpath(posixpath.join(posixpath.dirname(path), link)) for link in links]

        assert [link for link in links if link.startswith("/")] == []
        assert [place for place in resolved if place.startswith("..")] == []


def test_the_same_catalog_gives_the_same_bytes() -> None:
    """Nothing in a site depends on the order of sets, the clock or the machine."""
    assert files(every_kind()) == files(every_kind())
    assert files(hostile()) == files(hostile())
