"""The home page in a real browser: pages of results, keyboard, export."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from browser.screens import Page, cards, count_of, expect, facet, held, opened, search_box

pytestmark = pytest.mark.browser


def test_pages_are_links(page: Page) -> None:
    """The next page has an address of its own, and other cards."""
    first = cards(page).first.inner_text()
    page.get_by_role("navigation", name="Pages of results").get_by_text("Next").click()

    page.wait_for_url("**?page=2")
    expect(cards(page).first).not_to_have_text(first)


def test_an_answer_waits_for_the_end_of_a_press(page: Page) -> None:
    """It would put another card under the pointer: the one that was pressed is opened."""
    address = cards(page).nth(5).get_attribute("href")
    with held(page, "**/search/*"):
        search_box(page).fill("riccia")
        cards(page).nth(5).hover()
        page.mouse.down()
    page.wait_for_timeout(700)  # the answer came long since
    page.mouse.up()

    page.wait_for_url(f"**/{address}**")


def test_keyboard_alone(page: Page) -> None:
    """`/` goes to the search, arrows to and through the cards, Enter opens one, Escape clears the field."""
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
    page.keyboard.press("/")

    page.keyboard.press("Escape")

    expect(count_of(page)).to_have_text("134 datasets")


def test_arrow_down_leads_to_what_may_be_asked_instead(page: Page) -> None:
    """Where nothing is found there is no card, but a way on."""
    search_box(page).press_sequentially("riccia -riccia")
    expect(page.locator("result-message")).to_be_visible()
    page.keyboard.press("ArrowDown")

    expect(page.locator("result-message button").first).to_be_focused()


IN_PLACE = """() => {
  const bottom = document.querySelector("search-box").getBoundingClientRect().bottom;
  const gap = document.querySelector("result-toolbar").getBoundingClientRect().top - bottom;
  return gap > 2 && gap < 12;
}"""
"""Whether what is said of the results is right below the search field, which stays in view."""


def test_another_page_begins_at_its_results(page: Page) -> None:
    """As well from below the results, where the search field covers the top of the window."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("index.html")
    page.evaluate("scrollTo(0, 1e6)")
    page.get_by_role("navigation", name="Pages of results").get_by_text("Next").click()

    page.wait_for_url("**?page=2")
    page.wait_for_function(IN_PLACE)


def test_other_results_are_shown_from_their_beginning(page: Page) -> None:
    """A filter or words, asked far below: how many there are is in view, and so is the value."""
    page.goto("index.html?sort=-bytes")
    expect(page.locator("catalog-home")).to_have_attribute("aria-busy", "false")
    page.evaluate("scrollTo(0, 600)")
    page.wait_for_function("() => scrollY === 600")
    value = facet(page, "organism").get_by_label("Homo sapiens")
    value.scroll_into_view_if_needed()
    value.click()
    expect(count_of(page)).to_be_in_viewport()
    page.wait_for_function(IN_PLACE)
    expect(value).to_be_checked()
    expect(value).to_be_in_viewport()

    page.evaluate("scrollTo(0, 600)")
    page.wait_for_function("() => scrollY === 600")
    search_box(page).press_sequentially("ri")
    page.wait_for_url("**q=ri**")
    expect(count_of(page)).to_be_in_viewport()
    expect(search_box(page)).to_be_focused()


def test_what_is_in_view_stays_there(page: Page) -> None:
    """Where the beginning of the results is in the window, it is not scrolled to."""
    page.goto("index.html?q=i")
    expect(page.locator("catalog-home")).to_have_attribute("aria-busy", "false")
    page.evaluate("scrollTo(0, 40)")
    before = page.evaluate("scrollY")
    facet(page, "organism").get_by_label("Homo sapiens").click()
    page.wait_for_url("**organism=*")

    assert page.evaluate("scrollY") == before


def test_exports_hold_all_results(page: Page) -> None:
    """An export holds everything that was found, not only the page, in the order shown."""
    page.goto("index.html?q=riccia&sort=-bytes")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    page.locator("result-toolbar export-menu summary").click()
    with page.expect_download() as download:
        page.locator("result-toolbar [data-format=json]").click()

    rows = json.loads(Path(download.value.path()).read_text())

    assert len(rows) == 60
    assert [row["bytes"] for row in rows] == sorted((row["bytes"] for row in rows), reverse=True)


def test_table_is_sorted_by_its_headers(page: Page) -> None:
    """The other view is a table; a header sorts by its numbers, the largest first, then the other way."""
    page.get_by_role("button", name="Table").click()
    header = page.get_by_role("columnheader", name="Size")
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    page.wait_for_url("**?sort=-bytes&view=table")

    header.get_by_role("button").click()

    expect(header).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_role("button", name="Table")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Sort by")).to_have_value("bytes")


def test_two_clicks_before_the_answer_count_as_two(page: Page) -> None:
    """The second click on a header goes on from the first, though the table does not show that yet."""
    page.get_by_role("button", name="Table").click()
    header = page.get_by_role("columnheader", name="Size")
    header.get_by_role("button").evaluate("button => [button.click(), button.click()]")

    expect(header).to_have_attribute("aria-sort", "ascending")


def test_sort_menu_names_the_order_of_words(page: Page) -> None:
    """Without words the catalog is mixed; with words the best match comes first, and the menu says so."""
    unsorted = page.get_by_label("Sort by").locator("option").first
    expect(unsorted).to_have_text("Mixed studies")

    search_box(page).fill("riccia")

    expect(unsorted).to_have_text("Best match")


def test_escape_closes_the_menu_first(page: Page) -> None:
    """Escape in the open menu closes it and keeps the search; a click elsewhere closes it, too."""
    page.goto("index.html?q=riccia")
    menu = page.locator("result-toolbar export-menu details")
    summary = menu.locator("summary")
    summary.click()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    expect(search_box(page)).to_have_value("riccia")

    summary.click()
    expect(menu).to_have_attribute("open", "")
    page.get_by_role("heading", level=1).click()

    expect(menu).not_to_have_attribute("open", "")


def test_the_menu_gives_back_the_focus_after_a_choice(page: Page) -> None:
    """A format closes the menu: Escape, which many press then, takes back nothing, and neither does a click beside."""
    page.goto("index.html?q=riccia")
    summary = page.locator("result-toolbar export-menu summary")
    summary.click()
    with page.expect_download():
        page.get_by_role("button", name="CSV", exact=False).first.click()
    expect(summary).to_be_focused()
    page.keyboard.press("Escape")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    expect(search_box(page)).to_have_value("riccia")

    summary.click()
    search_box(page).click()

    expect(search_box(page)).to_be_focused()


def test_escape_closes_the_search_help_alone(page: Page) -> None:
    """The words stay until another Escape in the field."""
    page.goto("index.html?q=riccia")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    page.get_by_role("button", name="Search help").click()
    help_text = page.locator("#search-help")
    expect(help_text).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_text).to_be_hidden()
    expect(search_box(page)).to_have_value("riccia")

    search_box(page).focus()
    page.keyboard.press("Escape")

    expect(search_box(page)).to_have_value("")


def test_what_nobody_asked_for_comes_after_the_first_pictures(browser: Any, site_address: str) -> None:
    """Scripts and styles of the table, of filters of numbers and of the selection take no bytes from pictures."""
    with opened(browser, site_address) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        with page.expect_request("**/home-late-*.css"), held(page, "**/thumbs/**"):
            page.goto("index.html", wait_until="domcontentloaded")
            expect(page.locator("search-box input")).to_have_role("combobox")
            first = {url for url in asked if "/pages/" in url}
            expect(page.get_by_label("Page", exact=True)).to_be_disabled()
        expect(page.get_by_role("list", name="Results").get_by_role("checkbox").first).to_be_visible()

        expect(page.get_by_label("Page", exact=True)).to_be_enabled()
        assert not any("home-late-" in url for url in first)
        assert len({url for url in asked if url.endswith(".js")} - first) == 1


def test_the_table_loads_what_is_late_at_once(browser: Any, site_address: str) -> None:
    """A link to it is answered although no picture is there, styled when it is shown."""
    with opened(browser, site_address) as page:
        page.route("**/thumbs/**", lambda route: None)
        page.goto("index.html?view=table", wait_until="domcontentloaded")
        expect(page.get_by_role("grid").get_by_role("row").nth(1)).to_be_visible()

        layout = page.get_by_role("grid").evaluate("element => getComputedStyle(element).tableLayout")
        assert layout == "fixed"


def test_what_is_asked_for_is_shown_before_a_late_answer(browser: Any, site_address: str) -> None:
    """The filter stands above the results while the files of the search are on their way."""
    with opened(browser, site_address) as page:
        with held(page, "**/search/facets-*"):
            page.goto("index.html")
            facet(page, "organism").get_by_role("checkbox").first.check()
            expect(page.get_by_role("list", name="Active filters").get_by_role("button")).to_have_count(1)
            expect(count_of(page)).to_have_text(re.compile("^(134 datasets|Searching …)$"))

        expect(count_of(page)).to_contain_text("of 134 datasets")


def test_an_arrow_waits_for_the_answer(browser: Any, site_address: str) -> None:
    """It leads to what was asked for, never to results from before."""
    with opened(browser, site_address) as page:
        with held(page, "**/search/facets-*"):
            page.goto("index.html")
            search_box(page).fill("riccia")
            expect(page.get_by_role("list", name="Active filters").get_by_role("button")).to_have_count(1)
            search_box(page).press("ArrowDown")
            expect(search_box(page)).to_be_focused()
        expect(count_of(page)).to_have_text("60 of 134 datasets")

        expect(cards(page).first).to_be_focused()
