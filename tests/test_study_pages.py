"""The pages of studies: what each says, and that its list reaches every dataset."""

from __future__ import annotations

import re
from dataclasses import replace

from catalogs import SCRIPT, make_catalog, make_image

from sitegen.model import Catalog, Record, Study, StudyRef
from sitegen.outputs.table import site_files

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
    assert "Peters 2024" in page
    assert "https://e.org/p" in page
    assert "../../studies/idr0157/index.html" in pages[f"datasets/{catalog.records[0].id}/index.html"]
    assert "studies/idr0157/index.html" in pages["sitemap.xml"]
    assert [path for path in pages if path.startswith("studies/")] == ["studies/idr0157/index.html"]


def test_a_long_study_has_numbered_pages() -> None:
    """500 datasets are on one; together they have all, and pictures are on the first alone."""
    pages = {path: page for path, page in pages_of(make_catalog(*images(501))).items() if path.startswith("studies/")}
    first, second = pages["studies/idr0157/index.html"], pages["studies/idr0157/2/index.html"]

    assert "1 to 500 of 501 datasets" in first
    assert "501 to 501 of 501 datasets" in second
    assert len(set(re.findall(r"datasets/([^/\"]+)/", first + second))) == 501
    assert 'class="card"' not in second


def test_a_hostile_study_is_text() -> None:
    """Its name, citation and address cannot become markup or a script."""
    ref = StudyRef(id="evil-1", name=SCRIPT)
    study = Study(
        id="evil-1", name=SCRIPT, taken_from="csv", named_by="csv", citation=SCRIPT, url="javascript:alert(1)"
    )
    page = pages_of(replace(make_catalog(*images(2, ref)), studies=(study,)))["studies/evil-1/index.html"]

    assert "<script>alert" not in page
    assert 'href="javascript' not in page
