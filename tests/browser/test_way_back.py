"""From a result to a dataset and back, in a real browser: filters, page, scroll, focus, and the steps through it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser.screens import Page, cards, count_of, expect, opened

pytestmark = pytest.mark.browser


def _steps(page: Page) -> Any:
    return page.locator("result-steps")


def _ask(page: Page, query: str) -> None:
    """Open the home page with a query, and wait for the answer."""
    page.goto(f"index.html?{query}")
    expect(page.locator("catalog-home")).to_have_attribute("aria-busy", "false")


def _to(dataset: str) -> re.Pattern[str]:
    """Match the address of a dataset's page."""
    return re.compile(rf"/datasets/{re.escape(dataset)}/index\.html$")


def _id_of(link: Any) -> str:
    return str(link.get_attribute("href")).split("/")[-2]


def test_the_way_back_leads_to_the_result(page: Page) -> None:
    """Words, filters and page are those of the result; it is scrolled as it was, and the dataset has the focus."""
    _ask(page, "q=image&source=IDR&sort=-bytes&page=2")
    opened_card = cards(page).nth(20)
    opened_card.scroll_into_view_if_needed()
    opened_id, scroll = _id_of(opened_card), page.evaluate("scrollY")
    opened_card.click()
    _steps(page).get_by_role("link", name="Results").click()

    expect(page).to_have_url(re.compile(r"\?q=image&source=IDR&sort=-bytes&page=2$"))
    focused = page.locator("result-list a:focus")
    expect(focused).to_be_in_viewport()
    assert _id_of(focused) == opened_id
    assert abs(page.evaluate("scrollY") - scroll) < 100


@pytest.mark.parametrize(("query", "count"), [("", "134"), ("?q=riccia", "60 of")])
def test_back_in_the_browser_scrolls_to_where_the_visitor_was(page: Page, query: str, count: str) -> None:
    """Also where the dataset was partly below the window: the focus moves nothing."""
    page.goto(f"index.html{query}")
    expect(count_of(page)).to_contain_text(count)
    link = cards(page).nth(20)
    link.evaluate("link => scrollTo(0, link.getBoundingClientRect().bottom + scrollY - innerHeight - 8)")
    scroll = page.evaluate("scrollY")
    place = link.bounding_box()
    assert place
    assert scroll
    assert place["y"] + place["height"] > page.viewport_size["height"]
    page.mouse.click(place["x"] + 5, place["y"] + 5)
    page.wait_for_url("**/datasets/*/index.html")
    page.go_back()

    expect(page.locator("result-list a:focus")).to_have_count(1)
    page.wait_for_function("scroll => scrollY === scroll", arg=scroll)


@pytest.mark.parametrize("query", ["q=riccia", "q=riccia&page=1"])
def test_back_in_the_browser_gives_the_focus_to_the_dataset(page: Page, query: str) -> None:
    """The browser's own way back, also to an address that somebody wrote in another way than the page."""
    _ask(page, query)
    opened_id = _id_of(cards(page).nth(5))
    cards(page).nth(5).click()
    expect(_steps(page)).to_contain_text("6 of 60")
    page.go_back()

    assert _id_of(page.locator("result-list a:focus")) == opened_id


def test_steps_walk_the_result_beyond_its_page(page: Page) -> None:
    """Next leads to the next of the result, from the last of a page to the first of the other, and back."""
    _ask(page, "q=riccia&sort=-bytes&page=2")
    expect(cards(page)).to_have_count(12)
    second_page = [_id_of(link) for link in cards(page).all()]
    _ask(page, "q=riccia&sort=-bytes")
    last_id = _id_of(cards(page).nth(47))
    cards(page).nth(47).click()
    expect(_steps(page)).to_contain_text("48 of 60")
    following = _steps(page).get_by_role("link", name="Next dataset")
    expect(following).to_have_attribute("href", _to(second_page[0]))
    following.click()
    expect(_steps(page)).to_contain_text("49 of 60")
    assert second_page[0] in page.url

    before = _steps(page).get_by_role("link", name="Previous dataset")
    expect(before).to_have_attribute("href", _to(last_id))
    _steps(page).get_by_role("link", name="Results").click()

    expect(count_of(page)).to_have_text("60 of 134 datasets")
    assert page.url.endswith("?q=riccia&sort=-bytes&page=2")
    assert _id_of(page.locator("result-list a:focus")) == second_page[0]


def test_the_ends_of_a_result_lead_no_further(page: Page) -> None:
    """The last dataset of a result has nothing after it, though the catalog has."""
    _ask(page, "q=%22riccia+7%22")
    total = cards(page).count()
    cards(page).last.click()

    expect(_steps(page)).to_contain_text(f"{total} of {total}")
    expect(_steps(page).get_by_role("link", name="Next dataset")).to_be_hidden()


def test_without_storage_steps_lead_through_the_catalog(browser: object, site_address: str) -> None:
    """Where storage is blocked, a page leads to the catalog and the neighbors there."""
    blocked = "Object.defineProperty(window, 'sessionStorage', {get() { throw new DOMException('blocked'); }});"
    with opened(browser, site_address) as page:
        page.add_init_script(blocked)
        _ask(page, "q=riccia")
        cards(page).nth(3).click()

        expect(_steps(page).get_by_role("link", name="Catalog")).to_be_visible()
        expect(_steps(page).get_by_role("link", name="Next dataset")).to_be_visible()


def test_an_open_end_of_a_range_is_kept(page: Page) -> None:
    """A range without an upper end holds on the other pages of the result, too."""
    _ask(page, "bytes=4000..&page=2")
    first_id = _id_of(cards(page).first)
    cards(page).first.click()
    before = _steps(page).get_by_role("link", name="Previous dataset")
    before.click()

    expect(_steps(page)).to_contain_text("48 of")
    expect(_steps(page).get_by_role("link", name="Next dataset")).to_have_attribute("href", _to(first_id))
