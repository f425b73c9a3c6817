"""Feeds, sitemaps and the description of the search are valid for other people's tools, whatever data and address are.

feedparser reads Atom; lxml validates the others by schemas that were written from their descriptions.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urljoin

import feedparser
import pytest
from catalogs import make_catalog, make_failed
from hostile_texts import ADDRESSES, TEXTS, hostile_catalog, hostile_site
from lxml import etree

from sitegen.config.settings import read_base_url
from sitegen.outputs.feed import FEED_ENTRIES, feed_files
from sitegen.outputs.sitemap import SITEMAP_BYTES, sitemap_files
from sitegen.outputs.table import OUTPUTS, output_files, site_files

SCHEMAS = Path(__file__).parent / "schemas"
SITEMAP, OPENSEARCH = (etree.XMLSchema(file=SCHEMAS / f"{name}.xsd") for name in ("sitemap", "opensearch"))
ATOM = "{http://www.w3.org/2005/Atom}"
SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
XML = tuple(each for each in OUTPUTS if each.path.endswith(".xml"))


@cache
def files(address: str | None) -> dict[str, bytes]:
    """Return the XML files of the hostile catalog at an address, by path."""
    catalog = replace(hostile_catalog(), base_url=read_base_url(address) if address else None)
    return {page.path: page.content for page in output_files(catalog, XML) if page.path.endswith(".xml")}


@pytest.mark.parametrize("address", ADDRESSES)
def test_sitemaps_follow_their_schema(address: str) -> None:
    """Every address is absolute and escaped, however the operator wrote the site's."""
    root = etree.fromstring(files(address)["sitemap.xml"])
    places = [each.text for each in root.iter("{*}loc")]

    SITEMAP.assertValid(root)
    assert all(place.startswith(read_base_url(address)) for place in places)
    assert len(places) == len(set(places))


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_description_of_the_search_follows_its_schema(address: str) -> None:
    """Each text is cut to what the format allows."""
    root = etree.fromstring(files(address)["opensearch.xml"])
    counts = Counter(each.tag.removeprefix(SEARCH) for each in root)

    OPENSEARCH.assertValid(root)
    assert (counts.pop("Url"), counts.pop("Image")) == (2, 1)
    assert counts == dict.fromkeys(
        ("ShortName", "Description", "Contact", "LongName", "Query", "Language", "InputEncoding"), 1
    )


@pytest.mark.parametrize("address", [*ADDRESSES, None])
def test_a_feed_reader_reads_every_feed(address: str | None) -> None:
    """It finds nothing to complain of, and an id, a title, a date and a link in each feed and entry."""
    feeds = {path: content for path, content in files(address).items() if path.endswith("feed.xml")}
    assert len(feeds) > 2 * len(TEXTS)

    for path, content in feeds.items():
        place = urljoin(read_base_url(address) if address else "https://host.example/", path)
        read = feedparser.parse(
            content, response_headers={"content-location": place, "content-type": "application/xml"}
        )
        links = {link.rel: link.href for link in read.feed.links}
        assert (read.bozo, read.version) == (False, "atom10")
        assert (links["self"], links["alternate"]) == (place, place.replace("feed.xml", "index.html"))
        for each in (read.feed, *read.entries):
            assert each.id.startswith("urn:uuid:")
            assert each.title
            assert each.updated_parsed
        for entry in read.entries:
            assert entry.link.startswith(place.removesuffix(path))
            assert [link.rel for link in entry.links] == ["alternate"]


def test_texts_reach_a_feed_reader_as_they_are() -> None:
    """Markup is text, white space is one space, what XML cannot hold is left out, and what is long is cut."""
    read = feedparser.parse(files(ADDRESSES[0])["feed.xml"], sanitize_html=False)
    titles = {entry.title for entry in read.entries}
    names = {entry.author for entry in read.entries}

    assert titles >= {TEXTS["markup"], TEXTS["scripts"], "first second third fourth fifth sixth", "x" * 199 + "…"}
    assert names >= {TEXTS["markup"], "x" * 199 + "…"}


def test_a_feed_is_bounded() -> None:
    """In entries and in bytes; readers fetch it again and again."""
    records = [replace(hostile_catalog().records[3], id=f"a-{number}") for number in range(FEED_ENTRIES + 10)]
    (page,) = feed_files(replace(hostile_catalog(), records=tuple(records)))

    assert page.content.count(b"<entry>") == FEED_ENTRIES
    assert len(page.content) < 120_000


def test_the_search_is_that_of_the_home_page() -> None:
    """Its address with words in it is the one that the form of the page sends, and nothing is asked while one types."""
    made, base = hostile_site(), hostile_catalog().base_url or ""
    found = etree.fromstring(made["opensearch.xml"])
    urls = {each.get("type"): each.get("template") for each in found.iter(f"{SEARCH}Url")}
    page, _, query = urls["text/html"].replace("{searchTerms}", "gr%C3%BCn+%26+blau").partition("?")

    home = etree.HTML(made[page.removeprefix(base)].decode())
    (field,) = home.xpath("//form[@role='search']//input")
    assert parse_qs(query) == {field.get("name"): ["grün & blau"]}
    assert set(urls) == {"text/html", "application/opensearchdescription+xml"}


def test_every_page_leads_to_the_search_and_to_feeds() -> None:
    """The links are relative and lead to files of the site; pages of datasets together have feeds of their own, too."""
    made = hostile_site()
    for path, content in made.items():
        if not path.endswith(".html"):
            continue
        links = etree.HTML(content.decode()).xpath("//head/link[@rel='alternate' or @rel='search']")
        targets = [urljoin(path, each.get("href")) for each in links]
        folder, *rest = path.split("/")
        feeds = {"institutions": ("feed.xml", "problems.atom"), "studies": ("feed.xml",), "lists": ("feed.xml",)}
        own = [f"{folder}/{rest[0]}/{feed}" for feed in feeds.get(folder, ()) if rest[1:]]
        assert targets == ["feed.xml", "opensearch.xml", *own], path
        assert set(targets) <= set(made)
        assert all(0 < len(each.get("title")) <= 90 for each in links)


def test_without_an_address_there_is_no_search_and_no_sitemap() -> None:
    """Their standards take absolute addresses alone; feeds may have relative ones."""
    home = next(page.content for page in site_files(make_catalog(base_url=None)) if page.path == "index.html")

    assert {path.rpartition("/")[2] for path in files(None)} == {"feed.xml"}
    assert b'rel="search"' not in home


def test_a_sitemap_of_many_bytes_is_split() -> None:
    """The longest addresses reach the limit of bytes before that of entries; each part keeps both."""
    base = read_base_url(f"https://example.org/{'a' * 1_400}")
    record = replace(make_failed("missing", "lost"), changed_at="2026-11-20T03:12:09Z")
    *parts, index = sitemap_files(make_catalog(*[record] * 36_000, base_url=base))

    assert len(parts) == 2
    assert all(len(page.content) < SITEMAP_BYTES + 1_000 for page in parts)
    root = etree.fromstring(index.content)
    SITEMAP.assertValid(root)
    assert [each.text for each in root.iter("{*}lastmod")] == ["2026-11-20T03:12:09Z"] * 2
