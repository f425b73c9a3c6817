"""The tables of all institutions, studies and lists in a real browser: sorted, searched, and in the address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser.screens import Page, expect, opened, served
from catalogs import change, make_catalog, make_image

from sitegen.model import InstitutionFigures, InstitutionHistory, StudyRef
from sitegen.outputs.table import site_files
from sitegen.site.overviews import institution_id

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of 25 studies, the last of which are large, of one institution with a history."""
    names = [StudyRef(id=f"s{number}", name=f"Étude {number}") for number in range(25)]
    images = [
        change(make_image(f"i{number}-{at}"), study=study, bytes=1000 * (30 - number))
        for number, study in enumerate(names)
        for at in range(1 + number // 24)
    ]
    root = tmp_path_factory.mktemp("studies")
    figures = InstitutionFigures(
        built_at="2026-11-01T00:00:00Z", datasets=20, ok=20, valid=20, bytes=1, errors=0, warnings=0, score=80
    )
    later = replace(figures, built_at="2026-11-08T00:00:00Z", datasets=26, score=95)
    history = {"IDR": InstitutionHistory(builds=(figures, later))}
    for page in site_files(make_catalog(*images, base_url=None, institutions=history)):
        path = Path(root / page.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page.content)
    with served(root) as address:
        yield address


def names(page: Page) -> list[str]:
    """Return the names in the table."""
    shown: list[str] = page.get_by_role("row").locator("th a").all_inner_texts()
    return shown


@pytest.mark.parametrize("width", [1440, 390])
def test_a_table_is_sorted_and_searched(browser: Any, address: str, width: int) -> None:
    """The largest first; then as its headers are pressed, and by words without accents; reloading changes nothing."""
    with opened(browser, address, viewport={"width": width, "height": 800}) as page:
        page.goto("studies/index.html")
        assert names(page)[:2] == ["Étude 24", "Étude 0"]

        page.get_by_role("button", name="Study").click()
        assert names(page)[:3] == ["Étude 0", "Étude 1", "Étude 2"]
        page.get_by_role("button", name="Stored size").click()
        expect(page.get_by_role("columnheader", name="Stored size")).to_have_attribute("aria-sort", "descending")
        assert names(page)[:2] == ["Étude 0", "Étude 1"]

        page.get_by_label("Search the names").fill("etude 2")
        expect(page.get_by_role("status")).to_have_text("7 of 25 studies")
        page.reload()
        assert names(page) == [f"Étude {number}" for number in (2, 12, 24, 20, 21, 22, 23)]
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1440, 320])
def test_an_institution_shows_its_history_and_its_own_address(browser: Any, address: str, width: int) -> None:
    """A line for each figure, and the code for the badge with the address at which the site is."""
    with opened(browser, address, viewport={"width": width, "height": 800}) as page:
        path = f"institutions/{institution_id('IDR')}/"
        page.goto(f"{path}index.html")
        lines = page.locator("build-history li")

        expect(page.get_by_role("status")).to_have_text("1 change, from 1 Nov 2026 to 22 Nov 2026.")
        expect(lines).to_have_count(7)
        expect(page.locator("[data-host='data.example.org']")).to_have_text("data.example.org 42 ms")
        assert "95 of 100" in lines.last.inner_text()
        assert f"]({page.evaluate('location.origin')}/{path}badge.svg)" in page.locator("#badge").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
