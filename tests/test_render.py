"""Pages: their content, their links, and that no data can become markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from posixpath import dirname, join, normpath

import pytest
from catalogs import SCRIPT, change, every_kind, hostile, make_catalog, make_failed, make_image, make_plate, make_stale

from sitegen.model import Catalog, Page, Picture, Record
from sitegen.outputs.table import site_files
from sitegen.site.render import root_of, safe_url
from sitegen.site.resources import assets
from sitegen.site.structured import page_path

# `src` and these links are fetched without a click; an anchor or `link rel="cite-as"` is not.
FETCHED = ("stylesheet", "icon", "preload", "modulepreload", "manifest")


class _Tags(HTMLParser):
    """Collects elements with their attributes, and the content of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[tuple[dict[str, str], str]] = []
        self.text = ""
        self._script: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._script = self.tags[-1][1] if tag == "script" else None

    def handle_data(self, data: str) -> None:
        if self._script is None:
            self.text += data
        else:
            self.scripts.append((self._script, data))

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None


def read_html(page: Page) -> _Tags:
    """Return the parsed page."""
    parser = _Tags()
    parser.feed(page.content.decode())
    parser.close()
    return parser


def html_pages(catalog: Catalog) -> Iterator[Page]:
    """Give the pages for people."""
    return (page for page in site_files(catalog) if page.path.endswith(".html"))


def dataset_page(record: Record) -> _Tags:
    """Return the parsed page of one dataset."""
    made = {page.path: page for page in site_files(make_catalog(record))}
    return read_html(made[page_path(record)])


@pytest.mark.parametrize("make", [every_kind, hostile])
def test_links_are_safe(make: object) -> None:
    """No link of any page leads anywhere but to http, https, mail, or our own files."""
    for page in html_pages(make()):  # type: ignore[operator]
        for _, attributes in read_html(page).tags:
            for name in ("href", "src", "action", "xlink:href"):
                scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", attributes.get(name, ""), re.IGNORECASE)

                assert scheme is None or scheme[1].lower() in ("http", "https", "mailto"), (page.path, attributes)


def test_data_is_never_markup() -> None:
    """The elements are the same as for plain data, without handlers and inline styles."""
    plain = {tag for page in html_pages(every_kind()) for tag, _ in read_html(page).tags}
    for page in html_pages(hostile()):
        for tag, attributes in read_html(page).tags:
            assert tag in plain, (page.path, tag)
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (page.path, tag)


def test_hostile_text_is_shown_as_written() -> None:
    """A title that looks like markup can be read on its page."""
    record = make_image(title=SCRIPT)

    assert SCRIPT in dataset_page(record).text


def test_only_data_blocks_are_inline() -> None:
    """Scripts are files; what is inline is JSON-LD, and one script of 404.html that its policy names by hash."""
    for page in html_pages(hostile()):
        parsed = read_html(page)
        policy = next(a["content"] for _, a in parsed.tags if a.get("http-equiv") == "Content-Security-Policy")
        for attributes, text in parsed.scripts:
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert "src" in attributes or attributes.get("type", "").endswith("json") or f"sha256-{digest}" in policy
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy


def test_no_other_hosts_are_requested() -> None:
    """What a browser fetches before a click is relative to the site."""
    for page in html_pages(every_kind()):
        for tag, attributes in read_html(page).tags:
            fetched = tag != "link" or any(rel in attributes.get("rel", "") for rel in FETCHED)
            for address in [attributes.get("src"), attributes.get("href") if tag in ("link", "use") else None]:
                assert not (fetched and address) or not re.match("[a-z]+:|/", address), (page.path, address)


def test_relative_links_lead_somewhere() -> None:
    """Every relative link of every page names a file of the site; pictures come from elsewhere in the build."""
    catalog = make_catalog(make_image(), make_plate(), make_stale())
    made = {page.path: page for page in [*site_files(catalog), *assets()]}
    for page in [page for path, page in made.items() if path.endswith(".html")]:
        for _, attributes in read_html(page).tags:
            for address in (attributes.get("href"), attributes.get("src")):
                target = (address or "").split("#")[0].split("?")[0]
                if not target or re.match("[a-z]+:", target):
                    continue
                path = normpath(join(dirname(page.path), target))
                assert path in made or path.startswith("thumbs/"), (page.path, address)


def test_external_links_send_no_referrer() -> None:
    """The other site cannot access the window, either."""
    for _, attributes in dataset_page(make_image()).tags:
        if attributes.get("href", "").startswith("https://") and "rel" in attributes and "class" not in attributes:
            assert "noopener" in attributes["rel"] or attributes["rel"] in (
                "canonical", "cite-as", "item", "license", "type", "describedby",
            )  # fmt: skip


def test_every_record_has_its_pages() -> None:
    """Each dataset has a page and its record as JSON, also one that failed."""
    catalog = every_kind()
    made = {page.path: page.content for page in site_files(catalog)}

    for record in catalog.records:
        assert page_path(record) in made
        assert json.loads(made[f"datasets/{record.id}/record.json"])["url"] == record.url


def test_every_file_is_made_once() -> None:
    """Every file of a site but its pictures is made, each once."""
    paths = [page.path for page in site_files(every_kind())]

    assert len(paths) == len(set(paths))
    for name in ("index.json", "index.schema.json", "report.json", "report/index.html", "sitemap.xml", "feed.xml"):
        assert name in paths
    assert {"robots.txt", "404.html", ".nojekyll"} <= set(paths)


def test_the_same_catalog_gives_the_same_bytes() -> None:
    """Two builds of one catalog are alike, byte for byte."""
    assert list(site_files(every_kind())) == list(site_files(every_kind()))


def test_a_page_says_what_it_shows() -> None:
    """The page names the plane, the resolution and the channels of its picture, and its scale."""
    parsed = dataset_page(make_image())

    for words in ("z = 15 of 0–30", "resolution 1", "DAPI", "50 µm", "3-D + c + t", "2,048 × 2,048 × 31"):
        assert words in parsed.text


def test_a_missing_picture_has_a_reason() -> None:
    """Where there is no picture the page says why."""
    record = make_failed("missing", "gone")

    assert "404" in dataset_page(record).text
    assert not [tag for tag, _ in dataset_page(record).tags if tag == "img"]


def test_a_stale_dataset_says_since_when() -> None:
    """What was read earlier is shown with its date."""
    assert "Read on 18 Oct 2026" in dataset_page(make_stale()).text


def test_a_plate_map_shows_its_wells() -> None:
    """Its text says how many wells there are and which one is shown."""
    assert "95 of 96 wells are present; the picture shows B3" in dataset_page(make_plate()).text


def test_a_montage_is_beside_the_map_of_its_plate() -> None:
    """Its text says how many wells it draws and what its marks mean."""
    plate = make_plate()
    assert plate.found.plate
    drawn = replace(plate.found.plate, drawn=((1, 2), (4, 4)), absent=((0, 0),))
    parsed = dataset_page(change(plate, plate=drawn, montage=Picture(path="thumbs/m.webp", width=1010, height=674)))

    pictures = [attributes for tag, attributes in parsed.tags if tag == "img" and "m.webp" in attributes["src"]]
    assert [each["alt"] for each in pictures] == [
        "Montage of the plate: 2 of 95 wells drawn, all with the same contrast, each in its place"
    ]
    assert "94 of 96 wells are present; the picture shows B3" in parsed.text
    assert "Outlined: shown in the picture above · gray: not drawn · crossed out: listed, but missing" in parsed.text


def test_labels_are_a_second_view_of_the_picture() -> None:
    """Two radio buttons choose the view, without a script; the image is shown first."""
    parsed = dataset_page(make_image(overlay=Picture(path="thumbs/o.webp", width=1024, height=1024)))

    views = [attributes for tag, attributes in parsed.tags if tag == "input" and attributes.get("name") == "view"]
    assert [(each["value"], "checked" in each) for each in views] == [("image", True), ("labels", False)]
    assert [each["alt"] for tag, each in parsed.tags if tag == "img" and "o.webp" in each["src"]] == [
        f"{make_image().title}, with the label image nuclei over it"
    ]


def test_pages_stay_small() -> None:
    """There are as many pages as datasets, so a rich one stays below 25 kB and the worst below 64."""
    sizes = {page.path: len(page.content) for page in html_pages(make_catalog(make_image(), make_plate()))}
    worst = max(len(page.content) for page in html_pages(hostile()) if page.path.startswith("datasets/"))

    assert max(size for path, size in sizes.items() if path.startswith("datasets/")) < 25_000
    assert worst < 64_000


def test_pages_have_no_indentation() -> None:
    """The blanks that make templates readable would be a part of every page."""
    made = {page.path: page.content.decode() for page in html_pages(make_catalog(make_plate()))}

    for path in ("index.html", "report/index.html", "rules/index.html", "institutions/index.html"):
        outside = re.sub(r"<pre\b.*?</pre>", "", made[path], flags=re.DOTALL)
        assert not re.search(r"^[ \t]", outside, re.MULTILINE), path


def test_lone_surrogates_do_not_stop_a_build() -> None:
    """JSON may hold half a surrogate pair; the page shows a question mark."""
    record = make_image(title="half \ud83d pair")

    assert "half ? pair" in dataset_page(record).text


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/?a=[1]&b=<c>%41%zz#a#b", "https://example.org/?a=%5B1%5D&b=%3Cc%3E%41%25zz#a%23b"),
        ("https://a b.org/", ""),
        ("https://[::1]:8080/", "https://[::1]:8080/"),
        ("MAILTO:a@b.org", "MAILTO:a@b.org"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.org", ""),
        ("http://[", ""),
        ("https:alert", ""),
        (None, ""),
    ],
)
def test_only_safe_addresses_are_links(url: str | None, safe: str) -> None:
    """Only http, https and mailto addresses become links."""
    assert safe_url(url) == safe


def test_root_is_relative_to_depth() -> None:
    """The way to the root depends on the page's depth alone."""
    assert [root_of(path) for path in ("index.html", "report/index.html", "datasets/a/index.html")] == [
        "",
        "../",
        "../../",
    ]


def test_a_site_without_base_url_is_complete() -> None:
    """There is no canonical link, and the dataset's own address is the one to cite."""
    catalog = replace(every_kind(), base_url=None)
    page = next(page for page in site_files(catalog) if page.path == page_path(catalog.records[0]))

    assert not [a for tag, a in read_html(page).tags if tag == "link" and a.get("rel") == "canonical"]
