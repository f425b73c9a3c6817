"""The home page in a real browser: suggestions while typing, and what the page says of how it read the words."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from browser.screens import Page, cards, count_of, expect, opened, search_box

pytestmark = pytest.mark.browser


def options(page: Page) -> Any:
    """Return the suggestions."""
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def test_suggestions_follow_typing_with_their_counts(page: Page) -> None:
    """A common name suggests its organism; the focus stays in the field, which names the active option."""
    box = search_box(page)
    box.press_sequentially("riccia huma")
    expect(options(page).first).to_contain_text("Homo sapiens")
    expect(options(page).first).to_contain_text("Organism")
    expect(box).to_have_attribute("aria-expanded", "true")

    box.press("ArrowDown")

    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-activedescendant", options(page).first.get_attribute("id"))
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    page.wait_for_url("**?q=riccia&organism=NCBITaxon%3A9606")
    expect(box).to_have_value("riccia")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_counts_are_said_to_be_of_the_whole_catalog(page: Page) -> None:
    """Where filters or other words leave a part of it, which the counts beside the suggestions do not follow."""
    note = page.get_by_text("Counts are for the whole catalog.")
    search_box(page).press_sequentially("huma")
    expect(options(page).first).to_be_visible()
    expect(note).to_be_hidden()
    search_box(page).fill("riccia huma")
    expect(options(page).first).to_contain_text("Homo sapiens")
    expect(note).to_be_visible()

    page.goto("index.html?source=IDR")
    search_box(page).press_sequentially("huma")
    expect(note).to_be_visible()


def test_suggestions_leave_the_results_in_sight(page: Page) -> None:
    """The count, what narrows the catalog, the export and the first card are beside the list."""
    search_box(page).press_sequentially("riccia huma")
    expect(options(page).first).to_be_visible()
    toolbar = page.locator("result-toolbar")
    count = toolbar.locator("[data-part=count]")
    expect(count).to_contain_text(" of 134")
    right = max(options(page).nth(at).bounding_box()["x"] + 1 for at in range(options(page).count()))
    box = page.locator("search-suggestions").bounding_box()
    seen = (count, toolbar.locator("export-menu summary"), page.locator(".home__chips button").first)

    assert right < box["x"] + box["width"]
    for each in (*seen, cards(page).first):
        assert each.bounding_box()["x"] >= box["x"] + box["width"]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_on_a_phone_the_list_begins_with_what_was_found(browser: Any, site_address: str) -> None:
    """Where it covers the results: how many, how the words were read, and the way to them."""
    with opened(browser, site_address, viewport={"width": 390, "height": 844}) as page:
        page.goto("index.html")
        search_box(page).press_sequentially("riccia under 5 GB")
        expect(count_of(page)).to_contain_text(" of 134")
        search_box(page).press_sequentially(" huma")
        search_box(page).fill("riccia under 5 GB huma")
        button = page.get_by_role("button", name="Show")
        expect(button).to_contain_text("Stored size: below 5 GB")

        page.locator("search-suggestions").get_by_role("button").click()

        expect(options(page)).to_have_count(0)
        expect(search_box(page)).not_to_be_focused()


def test_a_field_is_completed_and_its_values_are_suggested(page: Page) -> None:
    """`inst` becomes `institution:`, which suggests institutions; a click chooses one."""
    search_box(page).press_sequentially("inst")
    options(page).filter(has_text="institution:").click()
    expect(search_box(page)).to_have_value("institution:")

    search_box(page).press_sequentially("jül")
    options(page).filter(has_text="Jülich").click()

    page.wait_for_url("**?source=J%C3%BClich")
    expect(count_of(page)).to_have_text("40 of 134 datasets")


def test_escape_closes_the_suggestions_then_clears(page: Page) -> None:
    """The words stay until the second Escape."""
    search_box(page).press_sequentially("huma")
    expect(options(page).first).to_be_visible()

    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(search_box(page)).to_have_value("huma")
    page.keyboard.press("Escape")

    expect(search_box(page)).to_have_value("")


def test_enter_opens_a_single_result(page: Page) -> None:
    """Also where Enter is pressed before the answer is there; several results stay a list."""
    search_box(page).press_sequentially("riccia")
    search_box(page).press("Enter")
    expect(count_of(page)).to_have_text("60 of 134 datasets")

    search_box(page).fill("image-77.ome.zarr")
    search_box(page).press("Enter")

    page.wait_for_url("**/datasets/**")


def test_a_typo_is_said(page: Page) -> None:
    """What nothing has is read with one typo, and the page says so."""
    search_box(page).fill("müllar")

    expect(count_of(page)).to_have_text("60 of 134 datasets")
    expect(page.locator("[data-part=notes]")).to_have_text(
        "No exact match for “mullar”; searched for “muller” instead."
    )


def test_what_is_not_understood_is_said(page: Page) -> None:
    """A limit that is no number, and a query of 10,000 characters, are answered in words; the page stays as wide."""
    search_box(page).fill("riccia size:<many")
    expect(page.locator("[data-part=notes]")).to_contain_text("“size:<many” is not understood: expected a number")
    expect(count_of(page)).to_have_text("60 of 134 datasets")

    search_box(page).fill("x" * 10_000)

    expect(page.locator("[data-part=notes]")).to_contain_text("10,000 characters long; 2,000 are allowed. Shorten it.")
    expect(cards(page)).to_have_count(0)


def test_fields_and_exclusion_in_the_address(page: Page) -> None:
    """What is typed is the query of the address, fields and all."""
    page.goto(f"index.html?q={quote('riccia institution:jülich -image-9')}")

    expect(count_of(page)).to_have_text("17 of 134 datasets")


def test_suggestions_of_hostile_values_are_text(browser: Any, hostile_address: str) -> None:
    """Names of institutions that are markup are shown as they are."""
    with opened(browser, hostile_address) as page:
        page.goto("index.html")
        search_box(page).press_sequentially("institution:")

        expect(options(page).filter(has_text="<svg onload=alert(3)>")).to_have_count(1)
        assert page.locator("search-suggestions svg, search-suggestions script, search-suggestions img").count() == 0
