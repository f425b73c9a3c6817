"""The tables of all institutions, studies and lists in a real browser: sorted, searched, and in the address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.screens import Page, expect, opened, served
from catalogs import change, make_catalog, make_image

from sitegen.model import StudyRef
from sitegen.outputs.table import site_files

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of 25 studies, the last of which are large."""
    names = [StudyRef(id=f"s{number}", name=f"Étude {number}") for number in range(25)]
    images = [
        change(make_image(f"i{number}-{at}"), study=study, bytes=1000 * (30 - number))
        for number, study in enumerate(names)
        for at in range(1 + number // 24)
    ]
    root = tmp_path_factory.mktemp("studies")
    for page in site_files(make_catalog(*images)):
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
