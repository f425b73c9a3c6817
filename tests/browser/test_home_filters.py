"""The home page in a real browser: facets, ranges, and how to take them back."""

from __future__ import annotations

from typing import Any

import pytest
from browser.screens import Page, count_of, expect, facet, held

pytestmark = pytest.mark.browser


def test_facets_combine_and_count(page: Page) -> None:
    """Values of one facet are alternatives, facets narrow each other, counts follow."""
    source = facet(page, "source")
    organism = facet(page, "organism")
    page.locator("institution-links").get_by_role("link", name="Jülich").click()
    expect(source.get_by_label("Jülich")).to_be_checked()
    expect(count_of(page)).to_have_text("40 of 134 datasets")

    organism.get_by_label("not stated").check()

    expect(count_of(page)).to_have_text("8 of 134 datasets")
    expect(source.locator("li", has_text="Jülich").locator("data")).to_have_text("8")
    expect(source.locator("li", has_text="IDR").locator("data")).not_to_have_text("0")


def test_range_limits(page: Page) -> None:
    """A slider's keyboard moves a limit, in the results, the address and the words."""
    sizes = page.locator("range-filter[data-key=bytes]")
    sizes.locator("summary").click()
    sizes.get_by_label("Stored size, to").focus()
    page.keyboard.press("ArrowLeft")

    page.wait_for_url("**?bytes=..*")
    expect(count_of(page)).not_to_have_text("134 datasets")
    expect(page.get_by_role("list", name="Active filters")).to_contain_text("Stored size: up to")


def test_a_chip_removes_its_filter(page: Page) -> None:
    """It disappears after a click, and the focus is not lost."""
    page.goto("index.html?source=IDR&kind=image")
    page.get_by_role("button", name="Remove Institution: IDR").press("Enter")

    page.wait_for_url("**?kind=image")
    expect(page.get_by_role("region", name="Datasets")).to_be_focused()


def test_an_answer_keeps_the_chip_with_the_focus(page: Page) -> None:
    """An answer of the search that arrives while a chip has the focus does not remove the chip."""
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


def test_an_empty_result_says_which_filter_to_remove(page: Page) -> None:
    """It says what each removal would give."""
    page.goto("index.html?q=riccia+LT0113")

    page.get_by_role("button", name="without “lt0113” (60)").click()

    expect(count_of(page)).to_have_text("60 of 134 datasets")


def test_words_are_said_as_they_were_read(page: Page) -> None:
    """An order and an exclusion are buttons that take them back; the help of the field leads to examples."""
    page.goto("index.html?q=show+me+the+largest+riccia+project+not+LT0113")
    expect(page.get_by_text("Ignored: “project”. Quotes keep words.")).to_be_visible()
    expect(page.get_by_role("button", name="Remove Not: LT0113")).to_be_visible()

    page.get_by_role("button", name="Remove Sorted by stored size, largest first").press("Enter")

    expect(page.get_by_label("Search the catalog")).to_have_value("riccia -LT0113")
    page.get_by_role("button", name="Search help").press("Enter")
    expect(page.get_by_role("link", name="mouse OR rat")).to_be_visible()


def test_a_wrong_value_leads_to_right_ones(page: Page) -> None:
    """Facets of an empty result say so; a value that there is leads on."""
    page.goto("index.html?source=nothing&q=riccia")
    expect(page.get_by_text("No dataset matches")).to_be_visible()
    expect(facet(page, "organism")).to_contain_text("No value fits the rest of the search.")

    page.get_by_role("button", name="Institution: IDR (40)").press("Enter")

    expect(count_of(page)).to_have_text("40 of 134 datasets")


def test_filters_on_a_phone(browser: Any, site_address: str) -> None:
    """At 390 px the filters are in a dialog; nothing is wider than the screen, not even at 320 px."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=site_address)
    page = context.new_page()
    page.goto("index.html")
    page.locator("[data-action=open-filters]").click()
    page.get_by_role("dialog").get_by_label("Jülich").check()
    expect(page.get_by_role("dialog").locator("[data-part=total]")).to_have_text("40")
    page.get_by_role("dialog").get_by_role("button", name="Show 40").click()
    expect(count_of(page)).to_have_text("40 of 134 datasets")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_an_institution_is_selected_and_deselected(page: Page) -> None:
    """A click selects it; its filter, which takes the place of the row of institutions, deselects it."""
    link = page.locator("institution-links").get_by_role("link", name="Jülich")
    link.click()
    expect(count_of(page)).to_have_text("40 of 134 datasets")
    expect(facet(page, "source").get_by_label("Jülich")).to_be_checked()

    facet(page, "source").get_by_label("Jülich").uncheck()

    expect(count_of(page)).to_have_text("134 datasets")
    expect(link).to_be_visible()
    expect(link).not_to_have_attribute("aria-current", "true")


def test_range_can_be_moved_before_its_edges_are_known(page: Page) -> None:
    """A slider that is moved before the manifest is loaded limits the results afterwards."""
    sizes = page.locator("range-filter[data-key=bytes]")
    with held(page, "**/search/manifest*"):
        with page.expect_request("**/search/manifest*"):
            sizes.locator("summary").click()
        sizes.get_by_label("Stored size, to", exact=True).press("ArrowLeft")
        assert "bytes" not in page.url

    page.wait_for_url("**?bytes=..*")
    expect(page.get_by_role("list", name="Active filters")).to_contain_text("Stored size: up to")
