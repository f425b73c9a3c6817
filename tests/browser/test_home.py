"""The home page in a real browser: search, filters, history, keyboard, export, and what happens without a script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
expect = getattr(sync_api, "expect")  # noqa: B009
Page = Any


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(browser: Any, site_address: str, complaints: list[str]) -> Iterator[Page]:
    """The home page at 1440 px. A script's error or a breach of the security policy fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=site_address)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    page.goto("index.html")
    yield page
    context.close()
    assert complaints == []


def count_of(page: Page) -> Any:
    return page.locator(".toolbar__count")


def cards(page: Page) -> Any:
    return page.locator(".results .card__link")


def test_page_stands_before_its_script(page: Page) -> None:
    """The first 48 cards, the totals and the counts came with the page."""
    expect(cards(page)).to_have_count(48)
    expect(count_of(page)).to_have_text("134 datasets")


def test_typing_finds(page: Page) -> None:
    """Results come while one types; every word counts, accents and case do not."""
    page.locator("#search").press_sequentially("muller 100")

    expect(cards(page)).to_have_count(1)
    expect(cards(page).first).to_contain_text("Müller glia 100")


def test_substrings_and_pasted_addresses_find(page: Page) -> None:
    """A part of a file's name, or its whole address, finds the dataset."""
    page.locator("#search").fill("T0113_0")
    expect(cards(page)).to_have_count(1)

    page.locator("#search").fill("https://data.example.org/images/image-77.ome.zarr")
    expect(cards(page)).to_have_count(1)


def test_facets_combine_and_count(page: Page) -> None:
    """Values of one facet are alternatives, facets narrow each other, counts follow."""
    source = page.locator("[data-facet=source]")
    organism = page.locator("[data-facet=organism]")
    source.get_by_label("Jülich").check()
    expect(count_of(page)).to_have_text("40 of 134 datasets")

    organism.get_by_label("not stated").check()

    expect(count_of(page)).to_have_text("8 of 134 datasets")
    expect(source.locator("li", has_text="Jülich").locator(".facet__count")).to_have_text("8")
    expect(source.locator("li", has_text="IDR").locator(".facet__count")).not_to_have_text("0")


def test_address_holds_everything(page: Page, site_address: str) -> None:
    """Words, facets, sort, view and page survive a reload."""
    page.goto("index.html?q=riccia&source=IDR&sort=-bytes&view=table&page=1")
    expect(count_of(page)).to_have_text("40 of 134 datasets")
    first = page.locator("tbody th").first.inner_text()

    page.reload()

    expect(page.locator("tbody th").first).to_have_text(first)
    expect(page.locator("#search")).to_have_value("riccia")
    expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")


def test_back_button_goes_through_the_steps(page: Page) -> None:
    """Back leaves a facet, then the words, then stands where it began."""
    page.locator("#search").press_sequentially("riccia")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    page.locator("[data-facet=source]").get_by_label("IDR").check()
    expect(count_of(page)).to_have_text("40 of 134 datasets")

    page.go_back()
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    page.go_back()

    expect(count_of(page)).to_have_text("134 datasets")
    expect(page.locator("#search")).to_have_value("")


def test_scroll_comes_back(page: Page) -> None:
    """Someone who returns from a dataset stands where they left."""
    page.goto("index.html?q=riccia")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    cards(page).nth(40).scroll_into_view_if_needed()
    cards(page).nth(40).click()
    page.wait_for_url("**/datasets/**")

    page.go_back()

    expect(cards(page)).to_have_count(48)
    expect(cards(page).nth(40)).to_be_in_viewport()


def test_pages_are_links(page: Page) -> None:
    """The next page has an address of its own, and other cards."""
    first = cards(page).first.inner_text()
    page.locator(".pager").get_by_text("Next").click()

    page.wait_for_url("**?page=2")
    expect(cards(page).first).not_to_have_text(first)


def test_range_limits(page: Page) -> None:
    """A slider's keyboard moves a limit, in the results, the address and the words."""
    sizes = page.locator("[data-range=bytes]")
    sizes.locator("summary").click()
    sizes.get_by_label("Stored size, to").focus()
    page.keyboard.press("ArrowLeft")

    page.wait_for_url("**?bytes=..*")
    expect(count_of(page)).not_to_have_text("134 datasets")
    expect(page.locator(".home__chips")).to_contain_text("Stored size: up to")


def test_keyboard_alone(page: Page) -> None:
    """`/` goes to the search, arrows to and through the cards, Enter opens one, Escape clears."""
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
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


def test_chip_takes_back(page: Page) -> None:
    """A chip names what is active; it goes with a click, and the focus is not lost."""
    page.goto("index.html?source=IDR&kind=image")
    page.get_by_role("button", name="Remove Institution: IDR").press("Enter")

    page.wait_for_url("**?kind=image")
    expect(page.locator(".home__results")).to_be_focused()


def test_answer_leaves_chips_standing(page: Page) -> None:
    """An answer that comes while one stands on a chip does not take the chip away."""
    held: list[Any] = []
    page.route("**/*.bin", lambda route: held.append(route) if held_back else route.continue_())
    held_back = True
    page.goto("index.html?source=IDR&kind=image")
    chip = page.get_by_role("button", name="Remove Institution: IDR")
    chip.focus()

    held_back = False
    for route in held:
        route.continue_()

    expect(count_of(page)).to_have_text("80 of 134 datasets")
    expect(chip).to_be_focused()


def test_nothing_found_helps(page: Page) -> None:
    """An empty result says what to drop, with what that gives."""
    page.goto("index.html?q=riccia+LT0113")

    page.get_by_role("button", name="without “lt0113” (60)").click()

    expect(count_of(page)).to_have_text("60 of 134 datasets")


def test_failure_can_be_retried(page: Page, browser: Any, site_address: str) -> None:
    """Search files that don't come are told, with a way on; another try works."""
    page.context.route("**/*.bin", lambda route: route.abort())
    page.goto("index.html?q=riccia")
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    page.context.unroute("**/*.bin")

    page.get_by_role("button", name="Try again").click()

    expect(count_of(page)).to_have_text("60 of 134 datasets")
    expect(page.locator(".home__message")).to_be_hidden()


def test_exports_hold_all_results(page: Page) -> None:
    """An export holds everything that was found, not only the page, in the order shown."""
    page.goto("index.html?q=riccia&sort=-bytes")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    page.locator(".menu summary").click()
    with page.expect_download() as download:
        page.locator("[data-export=json]").click()

    rows = json.loads(Path(download.value.path()).read_text())

    assert len(rows) == 60
    assert [row["bytes"] for row in rows] == sorted((row["bytes"] for row in rows), reverse=True)


def test_filters_on_a_phone(browser: Any, site_address: str) -> None:
    """At 390 px the filters are in a sheet; nothing is wider than the screen, at 320 px neither."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=site_address)
    page = context.new_page()
    page.goto("index.html")
    page.locator(".toolbar__filter").click()
    page.locator(".sheet").get_by_label("Jülich").check()
    expect(page.locator(".sheet__count")).to_have_text("40")
    page.locator(".sheet .button--primary").click()
    expect(count_of(page)).to_have_text("40 of 134 datasets")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_without_javascript(browser: Any, site_address: str) -> None:
    """Without a script, cards lead to datasets, and plain lists to all of them."""
    context = browser.new_context(java_script_enabled=False, base_url=site_address)
    page = context.new_page()
    page.goto("index.html")
    expect(cards(page)).to_have_count(48)
    expect(page.locator(".home__filters")).to_be_hidden()
    page.locator(".home__noscript a").click()
    page.get_by_role("link", name="Jülich").click()
    expect(page.locator("tbody a")).to_have_count(40)
    page.locator("tbody a").first.click()
    assert "/datasets/" in page.url
    context.close()


def test_only_our_own_files(browser: Any, site_address: str) -> None:
    """Before a click, and while one searches, no other host is asked for anything."""
    context = browser.new_context(base_url=site_address)
    hosts: set[str] = set()
    context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page = context.new_page()
    page.goto("index.html")
    page.locator("#search").fill("riccia")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    context.close()

    assert hosts == {urlsplit(site_address).netloc}
