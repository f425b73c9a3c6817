"""Pages of very many institutions, studies, lists and datasets: each stays bounded, and together they have all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from posixpath import dirname, join, normpath

import pytest
from catalogs import make_catalog, make_image

from sitegen.model import Catalog, StudyRef
from sitegen.outputs.sitemap import sitemap_files
from sitegen.site.overview_tables import ROWS_PER_TABLE, page_links, table_pages, table_paths
from sitegen.site.overviews import make_overviews
from sitegen.site.render import render_page

STUDIES = 2 * ROWS_PER_TABLE + 300


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """A catalog of 2,300 studies; the last of them is the largest."""
    image = make_image()
    studies = [StudyRef(id=f"study-{number:05}", name=f"Study {number}") for number in range(STUDIES)]
    records = [replace(image, id=f"image-{study.id}", url=f"{image.url}/{study.id}", study=study) for study in studies]
    return make_catalog(*records, replace(records[-1], id="one-more", url=f"{image.url}/one-more"))


@pytest.fixture(scope="module")
def tables(catalog: Catalog) -> dict[str, str]:
    """The pages of the table of all studies, by path."""
    return dict(_render(catalog))


def _render(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for path, context in table_pages("study", make_overviews(catalog)):
        yield path, render_page("overviews.html", path, catalog, **context).content.decode()


def test_a_table_of_many_studies_is_on_several_pages(tables: dict[str, str]) -> None:
    """Each study is on one of them, the largest first, and no page is large."""
    found = [re.findall(r'href="[./]*studies/(study-[0-9]+)/index.html"', page) for page in tables.values()]

    assert list(tables) == ["studies/index.html", "studies/page_2/index.html", "studies/page_3/index.html"]
    assert list(map(len, found)) == [1_000, 1_000, 300]
    assert len({study for page in found for study in page}) == STUDIES
    assert found[0][0] == f"study-{STUDIES - 1:05}"
    assert max(map(len, tables.values())) < 1_300_000


def test_the_pages_lead_to_one_another_and_to_the_search(tables: dict[str, str]) -> None:
    """They say which rows they show, and offer no order or search of a part."""
    page = tables["studies/page_2/index.html"]
    links = re.findall(r'<a href="([^"]+)">\d+</a>', page)

    assert "1,001 to 2,000 of 2,300" in page
    assert [normpath(join(dirname("studies/page_2/index.html"), link)) for link in links] == [
        "studies/index.html", "studies/page_3/index.html",
    ]  # fmt: skip
    assert '<strong aria-current="page">2</strong>' in page
    assert 'href="../../index.html">The catalog</a>' in page
    assert "data-split" in page
    assert "overview__search" not in page


def test_a_small_table_is_as_it_was(catalog: Catalog) -> None:
    """One page, which scripts sort and search."""
    few = make_catalog(*catalog.records[:30])
    ((path, page),) = _render(few)

    assert path == "studies/index.html"
    assert "data-split" not in page
    assert "1 to 30 of" not in page
    assert "overview__search" in page


def test_the_sitemap_names_every_page_of_a_table(catalog: Catalog) -> None:
    """Robots find all without following links."""
    (sitemap,) = sitemap_files(replace(catalog, base_url="https://c.example.org/"))

    for path in table_paths("study", STUDIES):
        assert sitemap.content.count(f"<loc>https://c.example.org/{path}</loc>".encode()) == 1


def test_pages_of_a_million_datasets_link_few_others() -> None:
    """2,000 pages of 500 datasets: each links some twenty, and each is reached from the first within some steps."""
    paths = [f"lists/a/{number}/index.html" for number in range(1, 2_001)]
    links = {number: {each.number for each in page_links(paths, number)} for number in range(1, 2_001)}
    reached, steps = {1}, 0
    while len(reached) < len(paths):
        reached |= set().union(*(links[number] for number in reached))
        steps += 1

    assert max(map(len, links.values())) <= 13
    assert steps <= 20
    assert all({number - 1, number + 1} <= links[number] for number in range(2, 2_000))


def test_few_pages_link_all_others() -> None:
    """As before: a visitor sees how many there are."""
    paths = [f"lists/a/{number}/index.html" for number in range(1, 31)]

    assert [each.number for each in page_links(paths, 7)] == list(range(1, 31))
    assert [each.number for each in page_links(paths, 7) if not each.path] == [7]
