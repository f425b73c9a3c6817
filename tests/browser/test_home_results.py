"""The home page in a real browser: pages of results, keyboard, export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browser.screens import Page, cards, count_of, expect, search_box

pytestmark = pytest.mark.browser


def test_pages_are_links(page: Page) -> None:
    """The next page has an address of its own, and other cards."""
    first = cards(page).first.inner_text()
    page.get_by_role("navigation", name="Pages of results").get_by_text("Next").click()

    page.wait_for_url("**?page=2")
    expect(cards(page).first).not_to_have_text(first)


def test_keyboard_alone(page: Page) -> None:
    """`/` goes to the search, arrows to and through the cards, Enter opens one, Escape clears."""
    page.keyboard.press("/")
    expect(search_box(page)).to_be_focused()
    page.keyboard.type("riccia")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    page.keyboard.press("ArrowDown")
    expect(cards(page).first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(cards(page).nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cards(page).nth(1)).not_to_be_focused()

    page.keyboard.press("Escape")

    expect(count_of(page)).to_have_text("134 datasets")


def test_exports_hold_all_results(page: Page) -> None:
    """An export holds everything that was found, not only the page, in the order shown."""
    page.goto("index.html?q=riccia&sort=-bytes")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    page.locator("export-menu summary").click()
    with page.expect_download() as download:
        page.locator("[data-format=json]").click()

    rows = json.loads(Path(download.value.path()).read_text())

    assert len(rows) == 60
    assert [row["bytes"] for row in rows] == sorted((row["bytes"] for row in rows), reverse=True)
