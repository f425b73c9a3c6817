"""The home page in a real browser: words, the address and the history."""

from __future__ import annotations

from typing import Any

import pytest
from browser.screens import Page, cards, count_of, expect, facet, search_box

pytestmark = pytest.mark.browser


def test_the_page_is_complete_before_its_script(page: Page) -> None:
    """The HTML has the first 48 cards, the totals and the counts."""
    expect(cards(page)).to_have_count(48)
    expect(count_of(page)).to_have_text("134 datasets")


def test_results_follow_typing(page: Page) -> None:
    """All words must match; accents and case do not matter."""
    search_box(page).press_sequentially("muller 100")

    expect(cards(page)).to_have_count(1)
    expect(cards(page).first).to_contain_text("Müller glia 100")


def test_substrings_and_pasted_addresses_find(page: Page) -> None:
    """A part of a file's name, or its whole address, finds the dataset."""
    search_box(page).fill("T0113_0")
    expect(cards(page)).to_have_count(1)

    search_box(page).fill("https://data.example.org/images/image-77.ome.zarr")
    expect(cards(page)).to_have_count(1)


def test_the_address_has_the_whole_state(page: Page, site_address: str) -> None:
    """Words, facets, sort, view and page survive a reload."""
    page.goto("index.html?q=riccia&source=IDR&sort=-bytes&view=table&page=1")
    expect(count_of(page)).to_have_text("40 of 134 datasets")
    first = page.locator("tbody th").first.inner_text()

    page.reload()

    expect(page.locator("tbody th").first).to_have_text(first)
    expect(search_box(page)).to_have_value("riccia")
    expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")


def test_back_button_goes_through_the_steps(page: Page) -> None:
    """Back undoes a facet, then the words, then shows the catalog as it began."""
    search_box(page).press_sequentially("riccia")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    facet(page, "source").get_by_label("IDR").check()
    expect(count_of(page)).to_have_text("40 of 134 datasets")
    page.wait_for_url("**source=IDR**")

    page.go_back()
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    page.go_back()

    expect(count_of(page)).to_have_text("134 datasets")
    expect(search_box(page)).to_have_value("")


def test_the_scroll_position_is_restored(page: Page) -> None:
    """Going back from a dataset's page leads to the same place."""
    page.goto("index.html?q=riccia")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    cards(page).nth(40).scroll_into_view_if_needed()
    cards(page).nth(40).click()
    page.wait_for_url("**/datasets/**")

    page.go_back()

    expect(cards(page)).to_have_count(48)
    expect(cards(page).nth(40)).to_be_in_viewport()


def test_failure_can_be_retried(page: Page, browser: Any, site_address: str) -> None:
    """Search files that cannot be fetched are reported, and another try works."""
    page.context.route("**/*.bin", lambda route: route.abort())
    page.goto("index.html?q=riccia")
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    page.context.unroute("**/*.bin")

    page.get_by_role("button", name="Try again").click()

    expect(count_of(page)).to_have_text("60 of 134 datasets")
    expect(page.locator("result-message")).to_be_hidden()
