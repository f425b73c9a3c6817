"""A site of short pages in split folders, without records, in a real browser: every script finds the pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.screens import Page, cards, count_of, expect, opened

pytestmark = pytest.mark.browser
_PATH = re.compile(r"/datasets/(..)/([a-z0-9-]+\1)/index\.html$")


@pytest.fixture
def split(browser: object, split_address: str) -> Iterator[Page]:
    """The home page, after a search."""
    with opened(browser, split_address) as page:
        page.goto("index.html?q=riccia")
        expect(count_of(page)).to_have_text("60 of 134 datasets")
        yield page


def test_the_way_through_a_result(split: Page) -> None:
    """From a card to the page, on to its neighbor in the result, and back with the focus on it."""
    cards(split).nth(3).click()
    expect(split).to_have_url(_PATH)
    steps = split.locator("result-steps")
    expect(steps).to_contain_text("4 of 60")
    steps.get_by_role("link", name="Next dataset").click()
    expect(steps).to_contain_text("5 of 60")
    expect(split).to_have_url(_PATH)
    here = _PATH.search(split.url)
    steps.get_by_role("link", name="Results").click()

    assert here
    expect(split.locator("result-list a:focus")).to_have_attribute("href", here[0][1:])


def test_the_table_leads_to_pages(split: Page) -> None:
    """Each row, as each card."""
    split.goto("index.html?q=riccia&view=table")
    link = split.get_by_role("row").get_by_role("link", name="Riccia").first
    link.click()

    expect(split).to_have_url(_PATH)
    expect(split.get_by_role("heading", level=1)).to_contain_text("Riccia")


def test_exports_name_pages(split: Page, tmp_path: Path) -> None:
    """The address of each page in a file is one that the site has."""
    menu = split.locator("result-toolbar export-menu")
    menu.locator("summary").click()
    with split.expect_download() as download:
        menu.get_by_role("button", name="JSON").click()
    download.value.save_as(tmp_path / "rows.json")
    rows = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))

    assert len(rows) == 60
    assert all(_PATH.search(row["page_url"]) for row in rows)
    assert split.request.get(rows[0]["page_url"]).ok


def test_datasets_are_compared_without_records(split: Page) -> None:
    """Their pictures are those of the cards, and no scale is known."""
    for number in (0, 1):
        split.get_by_role("checkbox", name="Select").nth(number).check()
    split.get_by_role("link", name="Compare").click()
    heads = split.get_by_role("columnheader").locator("a[dir=auto]")
    expect(heads).to_have_count(2)

    expect(split.get_by_role("alert")).to_be_hidden()
    assert _PATH.search(str(heads.first.evaluate("each => each.href")))
    assert split.locator("compare-datasets img").count() == 2
