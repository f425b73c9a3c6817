"""Sitemap, feed, robots.txt and the page for missing addresses: with the site's own address, and without it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from urllib.parse import urljoin

import pytest
from catalogs import SCRIPT, every_kind, hostile, make_catalog, make_failed, make_image, make_stale

from sitegen.model import Catalog, Changes, Record, Status
from sitegen.outputs.feed import FEED_ENTRIES, feed_files, newest
from sitegen.outputs.hosting import nojekyll_files, robots_files
from sitegen.outputs.sitemap import SITEMAP_ENTRIES, sitemap_files
from sitegen.outputs.table import output_files, site_files
from sitegen.site.overviews import FOLDERS
from sitegen.site.plan import pages as site_pages

BASE = "https://catalog.example.org/sub/"
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def feed(catalog: Catalog) -> ET.Element:
    """Return the root element of the feed."""
    (page,) = feed_files(catalog)
    return ET.fromstring(page.content)


def sitemap(catalog: Catalog) -> dict[str, str | None]:
    """Return address → day of the last change, of a sitemap in one part."""
    (page,) = sitemap_files(catalog)
    root = ET.fromstring(page.content)
    return {entry.findtext(f"{MAP}loc", ""): entry.findtext(f"{MAP}lastmod") for entry in root}


def added(stem: str, day: str | None) -> Record:
    """Return a record that was added on a day."""
    return replace(make_image(stem), added_at=day)


def test_robots_names_the_sitemap_by_its_full_address() -> None:
    """The standard takes absolute addresses alone."""
    (page,) = robots_files(make_catalog(base_url=BASE))

    assert page.path == "robots.txt"
    assert page.content.decode().splitlines() == ["User-agent: *", "Allow: /", f"Sitemap: {BASE}sitemap.xml"]


def test_robots_names_no_sitemap_that_is_switched_off() -> None:
    """A crawler would ask for it in vain."""
    (page,) = robots_files(make_catalog(base_url=BASE, outputs_off=frozenset({"sitemap"})))

    assert b"Sitemap" not in page.content


def test_robots_allows_everything_where_the_address_is_not_known() -> None:
    """Then it names no sitemap."""
    (page,) = robots_files(make_catalog(base_url=None))

    assert page.content == b"User-agent: *\nAllow: /\n"


def test_github_pages_leaves_the_site_as_it_is() -> None:
    """An empty `.nojekyll` is enough."""
    assert [(page.path, page.content) for page in nojekyll_files(every_kind())] == [(".nojekyll", b"")]


def test_the_sitemap_has_every_dataset_below_the_sites_address() -> None:
    """Datasets that could not be read have pages, too; what search engines must not list is not there."""
    catalog = every_kind()
    pages = [page for page in site_files(catalog) if page.path.endswith(".html")]
    entries = sitemap(catalog)

    assert {f"{BASE}datasets/{record.id}/index.html" for record in catalog.records} < set(entries)
    assert set(entries) == {f"{BASE}{page.path}" for page in pages if b'content="noindex"' not in page.content}


def test_every_page_of_a_long_list_is_in_the_sitemap() -> None:
    """Not the first one alone."""
    lost = make_failed("missing", "lost")
    catalog = make_catalog(*(replace(lost, id=f"lost-{number}") for number in range(501)))
    made = {page.path for page in site_pages(catalog) if page.path.startswith(tuple(FOLDERS.values()))}

    assert {f"{BASE}{path}" for path in made} <= set(sitemap(catalog))
    assert sum(path.endswith("/2/index.html") for path in made) == 3


def test_the_sitemap_dates_a_page_by_its_data() -> None:
    """It is when it changed, and of several datasets when the last of them did; the time of the build is never one."""
    read, later = make_image(), make_image("later", source="SSBD", changed_at="2026-11-21T00:00:00Z")
    lost = make_failed("missing", "lost")
    entries = sitemap(make_catalog(read, later, lost))

    assert entries[f"{BASE}datasets/{read.id}/index.html"] == read.changed_at
    assert entries[f"{BASE}datasets/{lost.id}/index.html"] is None
    assert entries[f"{BASE}index.html"] == entries[f"{BASE}lists/index.html"] == later.changed_at
    dates = [day for address, day in entries.items() if address.startswith(f"{BASE}institutions/")]
    assert set(dates) == {None, read.changed_at, later.changed_at}
    assert entries[f"{BASE}rules/index.html"] is None
    assert not [day for day in entries.values() if day and day.startswith("2026-11-22")]


def test_what_is_removed_dates_the_pages_of_all_datasets() -> None:
    """The home page shows one less, and the health page says so."""
    changes = Changes(since="2026-11-20T03:12:09Z", found_at="2026-11-21T00:00:00Z")
    entries = sitemap(make_catalog(make_image(), changes=changes))

    assert entries[f"{BASE}index.html"] == entries[f"{BASE}report/index.html"] == changes.found_at


def test_a_long_sitemap_is_split() -> None:
    """`sitemap.xml` then names the parts, and no part exceeds the limit of the protocol."""
    record = make_failed("missing", "lost")
    *parts, index = sitemap_files(make_catalog(*[record] * SITEMAP_ENTRIES))

    assert index.path == "sitemap.xml"
    named = [entry.findtext(f"{MAP}loc") for entry in ET.fromstring(index.content)]
    assert named == [BASE + part.path for part in parts] == [f"{BASE}sitemap-1.xml", f"{BASE}sitemap-2.xml"]
    counts = [part.content.count(b"<url>") for part in parts]
    assert counts[0] == SITEMAP_ENTRIES > counts[1] > 100  # of datasets, and of the pages that list 500 of them each


def test_the_feed_begins_with_what_changed_last() -> None:
    """Of what one build found, new datasets come first; those of the first build have no date of their own."""
    first, old, new = added("first", None), added("old", "2026-11-02T00:00:00Z"), added("new", "2026-11-20T03:12:09Z")
    changed = replace(first, url=f"{first.url}/2", title="changed", changed_at="2026-11-21T00:00:00Z")

    assert newest([changed, new, old, first]) == [changed, new, old, first]
    assert newest([first, old, new, changed]) == [changed, new, old, first]


@pytest.mark.parametrize("status", ["missing", "forbidden", "unreachable", "unreadable", "refused"])
def test_what_is_gone_is_not_announced(status: Status) -> None:
    """However late that was found; one that does not answer for a while is, with what was read before."""
    gone = make_image("gone", status=status, changed_at="2026-11-21T00:00:00Z")
    never = replace(make_failed(status, "never"), added_at=gone.changed_at, changed_at=gone.changed_at)
    catalog = make_catalog(make_image(), make_stale(), gone, never)
    titles = [each.findtext(f"{ATOM}title") for each in feed(catalog).iter(f"{ATOM}entry")]

    assert titles == [record.title for record in (make_stale(), make_image())]
    assert feed(catalog).findtext(f"{ATOM}updated") == make_image().changed_at


def test_an_entry_says_when_its_dataset_was_added() -> None:
    """As far as that is known, so that readers tell new datasets from changed ones."""
    catalog = make_catalog(added("a", "2026-11-02T00:00:00Z"), added("b", None))
    entries = feed(catalog).findall(f"{ATOM}entry")

    assert [each.findtext(f"{ATOM}published") for each in entries] == ["2026-11-02T00:00:00Z", None]


def test_records_added_together_are_in_reverse_order_of_the_lists() -> None:
    """Lists grow at their ends, so the last row is the newest."""
    records = [added(stem, "2026-11-21T00:00:00Z") for stem in "abc"]

    assert newest(records, 2) == [records[2], records[1]]


def test_the_feed_has_a_limit() -> None:
    """Readers fetch it again and again."""
    catalog = make_catalog(*[make_image(f"image-{number}") for number in range(FEED_ENTRIES + 10)])

    assert len(feed(catalog).findall(f"{ATOM}entry")) == FEED_ENTRIES


def test_an_entry_is_dated_by_its_data() -> None:
    """When its dataset changed, whenever it was read."""
    record = make_image(changed_at="2026-11-21T00:00:00Z", checked_at="2026-11-28T00:00:00Z")
    (entry,) = feed(make_catalog(record)).findall(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}updated") == "2026-11-21T00:00:00Z"


def test_an_entry_is_the_same_at_the_next_build() -> None:
    """A reader shows an entry again if its id or date changes."""
    catalog = make_catalog(added("a", "2026-11-21T00:00:00Z"), added("b", None))
    later = replace(catalog, built_at="2027-01-01T00:00:00Z", title="Another title")

    first, second = ([ET.tostring(each) for each in feed(each).iter(f"{ATOM}entry")] for each in (catalog, later))
    assert first == second


def test_entries_have_ids_of_their_own() -> None:
    """They depend on the dataset's address, not on the site's."""
    here, elsewhere = (feed(replace(every_kind(), base_url=base)) for base in (BASE, None))
    ids = [each.findtext(f"{ATOM}id") for each in here.iter(f"{ATOM}entry")]

    assert len(ids) == len(set(ids)) == sum(each.found.status in ("ok", "stale") for each in every_kind().records)
    assert ids == [each.findtext(f"{ATOM}id") for each in elsewhere.iter(f"{ATOM}entry")]
    assert all(id_ and id_.startswith("urn:uuid:") for id_ in ids)


@pytest.mark.parametrize("base", [BASE, None])
def test_links_of_the_feed_lead_to_pages(base: str | None) -> None:
    """Resolved at the feed's own address, they are the pages of the site."""
    catalog = make_catalog(make_image(), base_url=base)
    (entry,) = feed(catalog).findall(f"{ATOM}entry")
    link = entry.find(f"{ATOM}link")

    assert link is not None
    assert urljoin(f"{BASE}feed.xml", link.get("href")) == f"{BASE}datasets/{catalog.records[0].id}/index.html"


def test_an_entry_names_its_institution_as_author() -> None:
    """Where none is stated, the author of the whole feed counts."""
    catalog = make_catalog(make_image("a"), make_image("b", source=None))
    authors = [each.findtext(f"{ATOM}author/{ATOM}name") for each in feed(catalog).iter(f"{ATOM}entry")]

    assert authors == [None, "IDR"]
    assert feed(catalog).findtext(f"{ATOM}author/{ATOM}name") == "Open microscopy"


def test_texts_of_others_stay_texts_in_xml() -> None:
    """Markup, quotes, and characters that XML forbids are in titles and descriptions."""
    titles = [each.findtext(f"{ATOM}title") or "" for each in feed(hostile()).iter(f"{ATOM}entry")]

    assert SCRIPT in titles
    assert feed(hostile()).findtext(f"{ATOM}title") == SCRIPT
    assert max(map(len, titles)) <= 200


def test_xml_files_are_well_formed_whatever_the_data_hold() -> None:
    """Half a surrogate pair and a zero byte are left out."""
    record = make_image("odd", title="a\ud800b\x00c\x0bd", description="\uffff" * 80, source="\x1b[2J")
    for page in output_files(make_catalog(record, title="t\x00", description="]]>")):
        if page.path.endswith(".xml"):
            assert ET.fromstring(page.content).tag.startswith("{http")
