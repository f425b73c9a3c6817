"""Metadata for programs stay valid, and of bounded length, when every text and address in them is hostile."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import extruct
import feedparser
import mlcroissant
import pandas
import polars
import pytest
import rdflib
import rispy
from filled import filled_catalog
from hostile_texts import TEXTS
from lxml import etree
from pybtex.database import parse_string

from sitegen.config.settings import ViewerSettings, read_base_url
from sitegen.outputs.table import site_files
from sitegen.site.citation import cite
from sitegen.site.structured import web_uri

MOST_CHARACTERS = 5_000
"""Of one text: what Google Dataset Search accepts of a description."""
_PATH = r"(?:[A-Za-z0-9._~:@!$&'()*+,;=/-]|%[0-9A-Fa-f]{2})*"
_QUERY = _PATH.replace("[", "[?", 1)
URI = re.compile(rf"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]+)?(?:/{_PATH})?(?:\?{_QUERY})?(?:#{_QUERY})?")
"""RFC 3986, appendix A, of addresses on the web: no character that has to be percent-encoded."""
METADATA = ("dcat.jsonld", "croissant.json", "ro-crate-metadata.json")
PLACES = [read_base_url("https://münchen.example/Kataloge von uns/{Übersicht}"), None]
"""Of the site: with all that has to be encoded, and not known."""
hostile = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


@cache
def site(text: str, place: str | None = PLACES[0]) -> Mapping[str, bytes]:
    """Return the pages and outputs of a catalog whose every text is this one."""
    made = site_files(filled_catalog(text, place))
    return {each.path: each.content for each in made if not each.path.startswith(("assets/", "search/"))}


def pages(text: str, place: str | None = PLACES[0]) -> dict[str, str]:
    """Return the pages with JSON-LD."""
    html = {path: content.decode() for path, content in site(text, place).items() if path.endswith(".html")}
    return {path: page for path, page in html.items() if "application/ld+json" in page}


def values(found: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each value in JSON, with the key that it is below, but for those of a context."""
    if isinstance(found, dict):
        for name, each in found.items():
            if name != "@context":
                yield from values(each, name)
    elif isinstance(found, list):
        for each in found:
            yield from values(each, key)
    else:
        yield key, found


def metadata(text: str, place: str | None) -> dict[str, Any]:
    """Return all JSON-LD of a site, from files and pages; a page's as extruct finds it."""
    made = {path: json.loads(content) for path, content in site(text, place).items() if path.endswith(METADATA)}
    for path, page in pages(text, place).items():
        (made[path],) = extruct.extract(page, base_url=place or "https://h.example/", syntaxes=["json-ld"])["json-ld"]
    return made


@hostile
def test_json_is_json(text: str) -> None:
    """Of every file, without the numbers that only Python knows."""
    files = {path: content for path, content in site(text).items() if path.endswith((".json", ".jsonld"))}

    assert len(files) > 20
    for content in files.values():
        assert json.loads(content, parse_constant=pytest.fail)


@hostile
@pytest.mark.parametrize("place", PLACES)
def test_texts_of_metadata_are_cut_and_plain(text: str, place: str | None) -> None:
    """Names, descriptions, licenses, credit: on one line, without control characters."""
    texts = {
        (path, key, each)
        for path, found in metadata(text, place).items()
        for key, each in values(found)
        if isinstance(each, str)
    }

    assert len(texts) > 100
    assert {(path, key, len(each)) for path, key, each in texts if len(each) > MOST_CHARACTERS} == set()
    assert {(path, key) for path, key, each in texts if re.search(r"[\x00-\x1f\ud800-\udfff]", each)} == set()


@hostile
@pytest.mark.parametrize("place", PLACES)
def test_addresses_of_metadata_are_addresses(text: str, place: str | None) -> None:
    """Of JSON-LD, link sets, heads of pages and Open Graph: encoded as RFC 3986 demands, whatever a list holds."""
    found = [
        (path, each)
        for path, document in metadata(text, place).items()
        for key, each in values(document)
        if key in ("url", "contentUrl", "sameAs", "image", "dcat:landingPage", "dcat:accessURL", "dct:license")
        and isinstance(each, str)
    ]
    for path, content in site(text, place).items():
        if "linkset" in path:
            found += [(path, each) for key, each in values(json.loads(content)) if key in ("anchor", "href")]
    for path, page in pages(text, place).items():
        head = etree.HTML(page).find("head")
        links = [each.get("href") for each in head.iter("link")]
        shown = [each.get("content") for each in head.iter("meta") if each.get("property") in ("og:url", "og:image")]
        found += [(path, each) for each in (*links, *shown) if ":" in each]

    absolute = [(path, each) for path, each in found if place or ":" in each]
    assert len(absolute) > 30
    assert {(path, each) for path, each in absolute if not URI.fullmatch(each)} == set()


@hostile
@pytest.mark.parametrize("place", PLACES)
def test_metadata_are_read_as_rdf_in_its_strictest_form(text: str, place: str | None) -> None:
    """RDF/XML, which portals exchange, holds neither control characters nor invalid addresses."""
    base = place or "https://h.example/"
    own_context = {path: found for path, found in metadata(text, place).items() if "ro-crate" not in path}
    for path, found in own_context.items():
        graph = rdflib.Graph().parse(data=json.dumps(found), format="json-ld", publicID=base + path)

        for form in ("xml", "nt"):
            again = rdflib.Graph().parse(data=graph.serialize(format=form), format=form)
            assert len(again) == len(graph) > 5


@hostile
def test_a_shared_link_has_a_title_and_an_address(text: str) -> None:
    """As those who show previews read Open Graph: one of each, none of it longer than they show."""
    for path, page in pages(text).items():
        (found,) = extruct.extract(page, syntaxes=["opengraph"], uniform=True)["opengraph"]

        assert (found["og:url"], found["og:site_name"] != "") == (f"{PLACES[0]}{path}", True)
        assert 0 < len(found["og:title"]) <= 160
        assert all(len(each) <= 500 for name, each in found.items() if isinstance(each, str) and name != "og:url")


@hostile
def test_croissant_has_no_issues(text: str) -> None:
    """Not for its reader, either."""
    found = json.loads(site(text)["croissant.json"])

    assert not mlcroissant.Dataset(jsonld=found).metadata.ctx.issues.errors


@hostile
@pytest.mark.parametrize("place", PLACES)
def test_texts_of_feeds_are_bounded(text: str, place: str | None) -> None:
    """Of feeds of datasets and of problems; a feed reader finds nothing to complain of."""
    feeds = {path: each for path, each in site(text, place).items() if path.endswith(("feed.xml", ".atom"))}

    assert len(feeds) >= 5
    for path, content in feeds.items():
        read = feedparser.parse(content, response_headers={"content-type": "application/atom+xml"})
        assert not read.bozo
        assert read.entries or path.startswith("lists/")  # one list has a problem and no dataset
        assert all(each.title and each.link for each in read.entries)
        assert all(len(each.text or "") < MOST_CHARACTERS for each in etree.fromstring(content).iter())


@hostile
@pytest.mark.parametrize("name", ["index.csv", "biofile-finder.csv"])
def test_tables_are_read_alike_by_all(text: str, name: str) -> None:
    """By Python, pandas and polars: one row a dataset, no text runs into another."""
    body = site(text)[name]
    rows = list(csv.reader(io.StringIO(body.decode(), newline=""), strict=True))
    columns = [list(column) for column in zip(*rows[1:], strict=True)]

    assert len(rows) == 4
    assert pandas.read_csv(io.BytesIO(body), dtype=str, keep_default_na=False).to_numpy().T.tolist() == columns
    assert [each.to_list() for each in polars.read_csv(body, infer_schema=False).fill_null("")] == columns


@hostile
def test_citations_are_one_entry_each(text: str) -> None:
    """Whatever field of the entry a text is in."""
    catalog = filled_catalog(text, PLACES[0])
    for record in catalog.records:
        citation = cite(record, catalog)

        assert list(parse_string(citation.bibtex, "bibtex").entries) == [record.id]
        assert len(rispy.loads(citation.ris)) == 1
        assert [each["id"] for each in json.loads(citation.csl)] == [record.id]
        assert len(citation.bibtex) < 3 * MOST_CHARACTERS


def test_links_of_an_operators_viewers_are_addresses() -> None:
    """Spaces, braces and letters beyond ASCII in the configuration are encoded; the dataset's address is a value."""
    viewer = ViewerSettings(name="Own", url="https://münchen.example/a b/{url}?x=ü|y#z")
    catalog = filled_catalog(TEXTS["scripts"], PLACES[0])
    made = {each.path: each.content for each in site_files(catalog, viewers=[viewer])}
    hrefs = [
        each.get("href")
        for path, content in made.items()
        if path.startswith("datasets/") and path.endswith(".html")
        for each in etree.HTML(content.decode()).iter("a")
    ]

    assert [each for each in hrefs if "nchen" in each]
    assert [each for each in hrefs if re.search(r"[\s\"<>\\^`|]", each)] == []


@pytest.mark.parametrize(
    ("address", "encoded"),
    [
        ("https://münchen.example:8080/Größe", "https://xn--mnchen-3ya.example:8080/Gr%C3%B6%C3%9Fe"),
        ("HTTPS://[2001:db8::1]:80/a|b", "https://[2001:db8::1]:80/a%7Cb"),
        ("https://a.example/%zz%20", "https://a.example/%25zz%20"),
        ("https://a.example/a b", None),
        ("https://a.example:port/", None),
    ],
)
def test_an_address_is_written_as_programs_read_it(address: str, encoded: str | None) -> None:
    """Its host as DNS knows it, the rest percent-encoded once; what is none is left out."""
    assert web_uri(address) == encoded
