"""The pages of institutions, studies and lists: what each says, and that its list reaches every dataset."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from catalogs import LIST, SCRIPT, every_kind, hostile, make_catalog, make_image

from sitegen.catalog.line_ranges import line_ranges, lines_text
from sitegen.model import Catalog, ListProblem, Place, Problem, Record, Study, StudyRef
from sitegen.outputs.table import site_files
from sitegen.site.overviews import institution_id, list_id

ATOM = "{http://www.w3.org/2005/Atom}"
WRONG = Problem(code="scale-count", level="error", where="multiscales/0", message="2 scales, 3 axes.", hint="Add one.")
MOSS = StudyRef(id="idr0157", name="idr0157 Peters Bryophytes")


def pages_of(catalog: Catalog) -> dict[str, str]:
    """Return the pages of a catalog that are text, by path."""
    kept = (page for page in site_files(catalog) if page.path.endswith((".html", ".xml")))
    return {page.path: page.content.decode() for page in kept}


def images(count: int, study: StudyRef = MOSS) -> list[Record]:
    """Return images of a study."""
    return [
        make_image(f"moss-{number}", study=study, short_title=f"IMG {number}", bytes=10**9) for number in range(count)
    ]


def test_a_study_has_a_page_with_totals_pictures_and_all_datasets() -> None:
    """It leads to the datasets and to the filtered catalog, and each dataset leads to it."""
    catalog = make_catalog(*images(14), make_image("other"))
    study = Study(
        id="idr0157", name=MOSS.name, taken_from="url", named_by="name", citation="Peters 2024", url="https://e.org/p"
    )
    pages = pages_of(replace(catalog, studies=(study,)))
    page = pages["studies/idr0157/index.html"]

    assert f'<h1 dir="auto">{MOSS.name}</h1>' in page
    assert re.findall(r"figure__value\">([^<]+)<", page) == ["14", "14", "14 GB"]
    assert page.count('class="card"') == 12
    assert {record.id for record in catalog.records[:14]} == set(re.findall(r"<a href=\"../../datasets/([^/]+)/", page))
    assert "../../index.html?study=idr0157" in page
    assert "Grouped into one study by their addresses. The name comes from the names of the datasets." in page
    assert "Peters 2024" in page
    assert "https://e.org/p" in page
    assert "../../studies/idr0157/index.html" in pages[f"datasets/{catalog.records[0].id}/index.html"]
    assert "studies/idr0157/index.html" in pages["sitemap.xml"]
    assert {path for path in pages if path.startswith("studies/")} == {
        "studies/index.html", "studies/idr0157/index.html", "studies/idr0157/feed.xml"
    }  # fmt: skip


def test_a_long_study_has_numbered_pages() -> None:
    """500 datasets are on one; together they have all, and pictures are on the first alone."""
    pages = {path: page for path, page in pages_of(make_catalog(*images(501))).items() if path.startswith("studies/")}
    first, second = pages["studies/idr0157/index.html"], pages["studies/idr0157/2/index.html"]

    assert "1 to 500 of 501 datasets" in first
    assert "501 to 501 of 501 datasets" in second
    assert len(set(re.findall(r"datasets/([^/\"]+)/", first + second))) == 501
    assert 'class="card"' not in second


def test_a_page_says_what_its_datasets_are_of() -> None:
    """Organisms, methods, licenses and formats with counts, each of which leads to these datasets in the catalog."""
    records = [*images(2), make_image("moss-3", study=MOSS, organism=None), make_image("other")]
    page = pages_of(make_catalog(*records))["studies/idr0157/index.html"]
    shares = dict(re.findall(r'<li><a href="../../(index.html[^"]+)">[^<]+</a>\s*<span class="muted">(\d+)<', page))

    assert {href.partition("&amp;")[0] for href in shares} == {"index.html?study=idr0157"}
    assert shares["index.html?study=idr0157&amp;organism=NCBITaxon%3A9606"] == "2"
    assert shares["index.html?study=idr0157&amp;organism="] == "1"
    assert shares["index.html?study=idr0157&amp;license=CC-BY-4.0"] == "3"


def test_the_citation_of_a_study_names_where_all_its_data_come_from() -> None:
    """Such as its DOI; nothing where datasets come from several places."""
    doi = "https://doi.org/10.1000/182"
    one, several = images(2), images(2)
    pages = [
        pages_of(make_catalog(*(replace(each, origin=origin) for each, origin in zip(records, origins, strict=True))))
        for records, origins in ((one, (doi, doi)), (several, (doi, "https://example.org")))
    ]

    assert [f"Data from {doi}" in page["studies/idr0157/index.html"] for page in pages] == [True, False]


def test_tables_begin_with_the_largest_and_show_pictures() -> None:
    """Also the institutions of a study; the field to search is there where there are many rows."""
    small = [make_image(f"s{n}", study=StudyRef(id=f"s{n}", name=f"Small {n}"), source="SSBD") for n in range(21)]
    pages = pages_of(make_catalog(*small, *images(3)))
    table = pages["studies/index.html"]

    assert re.findall(r'data-name="([^"]+)"', table)[:2] == [MOSS.name, "Small 0"]
    assert re.search(r">SSBD</small>", table)
    assert "thumbs/ab/cells-256.webp" in table
    assert ["overview__search" in pages[f"{folder}/index.html"] for folder in ("studies", "lists")] == [True, False]


def test_a_hostile_study_is_text() -> None:
    """Its name, citation and address cannot become markup or a script."""
    ref = StudyRef(id="evil-1", name=SCRIPT)
    study = Study(
        id="evil-1", name=SCRIPT, taken_from="csv", named_by="csv", citation=SCRIPT, url="javascript:alert(1)"
    )
    page = pages_of(replace(make_catalog(*images(2, ref)), studies=(study,)))["studies/evil-1/index.html"]

    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def listed(stem: str, line: int, csv: str = LIST, **changes: Any) -> Record:
    """Return an image that one line of a list names."""
    return make_image(stem, lists=(Place(csv=csv, line=line),), **changes)


def test_a_list_page_says_which_lines_to_correct() -> None:
    """As ranges over blank lines, but not over rows that are right; with the rule, its hint and the list's address."""
    wrong = [listed(f"w{line}", line, problems=(WRONG,)) for line in (2, 3, 5, 9)]
    right = [listed("right", 7), listed("other", 2, "https://lists.example.org/b.csv", source="SSBD")]
    row = ListProblem(place=Place(csv=LIST, line=31), problem=replace(WRONG, code="row-long", level="warning"))
    catalog = make_catalog(*wrong, *right, list_problems=(row,))
    page = pages_of(catalog)[f"lists/{list_id(LIST)}/index.html"]

    assert "lines 2–5, 9" in page
    assert "line 31" in page
    assert "in 4 datasets" in page
    assert "rules/index.html#scale-count" in page
    assert "Add one." in page
    assert f'href="{LIST}"' in page
    assert "1 to 5 of 5 datasets" in page


def test_an_institution_page_says_where_its_data_are_listed() -> None:
    """Problems are at lists and lines, which lead to the pages of the lists; it names its studies and lists."""
    members = [listed(f"w{line}", line, problems=(WRONG,), study=MOSS) for line in (2, 3)]
    other = listed("other", 4, source="SSBD")
    pages = pages_of(make_catalog(*members, other))
    page = pages[f"institutions/{institution_id('IDR')}/index.html"]

    assert f"../../lists/{list_id(LIST)}/index.html" in page
    assert "lines 2–3" in page
    assert "../../studies/idr0157/index.html" in page
    assert "../../index.html?source=IDR" in page
    assert (
        "IDR [2 OME-Zarr data sets]. Listed in Open microscopy. https://catalog.example.org/sub/institutions/" in page
    )
    for path in ("index.html", "report/index.html", f"datasets/{members[0].id}/index.html"):
        assert f"institutions/{institution_id('IDR')}/index.html" in pages[path], path


def test_lists_are_never_called_alike() -> None:
    """Where their files have one name, their folders tell which is which."""
    csvs = [f"https://lists.example.org/{folder}/volumes.csv" for folder in ("em", "light")]
    pages = pages_of(make_catalog(*(listed(f"i{at}", 2, csv, problems=(WRONG,)) for at, csv in enumerate(csvs))))

    for path in ("lists/index.html", f"institutions/{institution_id('IDR')}/index.html"):
        text = pages[path].replace("<wbr>", "")
        assert ">em/volumes.csv<" in text, path
        assert ">light/volumes.csv<" in text, path


def test_pictures_are_of_all_studies() -> None:
    """The first of every study before the second of one; those without a picture are last."""
    small = StudyRef(id="small", name="Small")
    records = [*images(20), make_image("bare", study=small, thumbnail=None), make_image("drawn", study=small)]
    page = pages_of(make_catalog(*records))[f"institutions/{institution_id('IDR')}/index.html"]
    shown = re.findall(r"card__link\" href=\"../../datasets/([^/]+)/", page)

    assert shown[:3] == [records[0].id, records[-1].id, records[1].id]
    assert records[-2].id not in shown


def test_datasets_without_an_institution_have_a_page() -> None:
    """Its id is a word that no institution's id is."""
    pages = pages_of(make_catalog(make_image(source=None)))

    assert "No institution stated" in pages["institutions/none/index.html"]
    assert "../institutions/none/index.html" in pages["report/index.html"]


@pytest.mark.parametrize(
    ("names", "search"),
    [(("reef", "shore"), True), (("samples", "idr_samples"), False), (('a"b', "shore"), False)],
)
def test_a_list_links_a_search_that_finds_exactly_its_datasets(names: tuple[str, str], search: bool) -> None:
    """The search asks for a part of a list's name, so it is not linked where another list has that part, too."""
    csvs = [f"https://lists.example.org/{name}.csv" for name in names]
    catalog = make_catalog(*(listed(f"i{at}", 2, csv) for at, csv in enumerate(csvs)))
    page = pages_of(catalog)[f"lists/{list_id(csvs[0])}/index.html"]

    assert ("Search and filter these datasets" in page) is search


def test_a_dataset_that_two_lists_name_is_on_both_pages() -> None:
    """Its problems are at the line of the list that the page is about."""
    other = "https://lists.example.org/b.csv"
    record = make_image(lists=(Place(csv=LIST, line=2), Place(csv=other, line=40)), problems=(WRONG,))
    pages = pages_of(make_catalog(record))

    assert "line 2<" in pages[f"lists/{list_id(LIST)}/index.html"]
    assert "line 40<" in pages[f"lists/{list_id(other)}/index.html"]


@pytest.mark.parametrize("catalog", [every_kind(), hostile()], ids=["every kind", "hostile"])
def test_feeds_and_reports_are_of_these_datasets_alone(catalog: Catalog) -> None:
    """Ids of entries are those of the catalog's feed; dates are those of the data; reports say nothing of the build."""
    files = {page.path: page.content for page in site_files(catalog)}
    whole = {entry.findtext(f"{ATOM}id") for entry in ElementTree.fromstring(files["feed.xml"]).iter(f"{ATOM}entry")}
    feeds = {path: ElementTree.fromstring(text) for path, text in files.items() if path.endswith("/feed.xml")}
    later = {page.path: page.content for page in site_files(replace(catalog, built_at="2027-01-01T00:00:00Z"))}

    assert len({feed.findtext(f"{ATOM}id") for feed in feeds.values()}) == len(feeds)
    for path, feed in feeds.items():
        report = json.loads(files[path.replace("feed.xml", "report.json")])
        assert {entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")} <= whole
        assert report["totals"]["ok"] <= len(feed.findall(f"{ATOM}entry")) <= report["totals"]["datasets"]
        assert later[path.replace("feed.xml", "report.json")] == files[path.replace("feed.xml", "report.json")]


def test_a_feed_changes_only_when_its_datasets_do() -> None:
    """Also that of the catalog: its date is the latest of its entries."""
    catalog = make_catalog(make_image(added_at="2026-11-02T00:00:00Z"), make_image("b"))
    first, later = (
        {page.path: page.content for page in site_files(each) if page.path.endswith("feed.xml")}
        for each in (catalog, replace(catalog, built_at="2027-01-01T00:00:00Z"))
    )

    assert first == later
    assert b"<updated>2026-11-20T03:12:09Z</updated>\n<author>" in first["feed.xml"]


def test_a_badge_says_how_many_are_valid() -> None:
    """Of those that were validated."""
    records = (make_image(), make_image("b", valid=False), make_image("c", valid=None), make_image("d", source="SSBD"))
    records = (*records, make_image("e", source="None", valid=None))
    made = (page for page in site_files(make_catalog(*records)) if page.path.endswith(".svg"))
    files = {page.path: page.content.decode() for page in made}
    said = {name: files[f"institutions/{institution_id(name)}/badge.svg"] for name in ("IDR", "SSBD", "None")}

    assert [re.findall(r"<title>(.*?)</title>", text) for text in said.values()] == [
        ["OME-Zarr: 1 of 2 valid"], ["OME-Zarr: 1 of 1 valid"], ["OME-Zarr: not validated"],
    ]  # fmt: skip
    assert all(ElementTree.fromstring(text).tag.endswith("svg") for text in said.values())


def test_pages_of_lists_as_they_were_lead_to_the_institutions() -> None:
    """Page by page, at once; search engines keep none of them."""
    pages = pages_of(make_catalog(*images(501)))
    target = f"institutions/{institution_id('IDR')}/"

    for path, to in {
        "browse/index.html": "../institutions/index.html",
        "browse/idr/index.html": f"../../{target}index.html",
        "browse/idr/2/index.html": f"../../../{target}2/index.html",
    }.items():
        assert f'content="0; url={to}"' in pages[path]
        assert 'content="noindex"' in pages[path]


@pytest.mark.parametrize(
    ("lines", "others", "text"),
    [
        ([2], [], "line 2"),
        ([2, 3, 4], [], "lines 2–4"),
        ([2, 4, 9], [], "lines 2–9"),
        ([2, 4, 9], [5], "lines 2–4, 9"),
        ([4, 2, 2, 3], [1, 5], "lines 2–4"),
        (range(2, 6367), [], "lines 2–6,366"),
        ([1, 3, 5, 7], [2, 4, 6], "lines 1, 3, 5 and 1 more place"),
    ],
)
def test_lines_are_ranges(lines: list[int], others: list[int], text: str) -> None:
    """Over lines that name nothing; never over a row that is right."""
    ranges = line_ranges(lines, sorted({*lines, *others}))

    assert lines_text(ranges, 3) == text
    assert not [other for other in others for start, stop in ranges if start <= other <= stop]
