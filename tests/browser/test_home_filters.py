"""The home page in a real browser: facets, ranges, and how to take them back."""

from __future__ import annotations

from typing import Any

import pytest
from browser.screens import Page, count_of, expect, facet

pytestmark = pytest.mark.browser


def test_facets_combine_and_count(page: Page) -> None:
    """Values of one facet are alternatives, facets narrow each other, counts follow."""
    source = facet(page, "source")
    organism = facet(page, "organism")
    source.get_by_label("Jülich").check()
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


def test_chip_takes_back(page: Page) -> None:
    """A chip names what is active; it goes with a click, and the focus is not lost."""
    page.goto("index.html?source=IDR&kind=image")
    page.get_by_role("button", name="Remove Institution: IDR").press("Enter")

    page.wait_for_url("**?kind=image")
    expect(page.get_by_role("region", name="Datasets")).to_be_focused()


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


def test_filters_on_a_phone(browser: Any, site_address: str) -> None:
    """At 390 px the filters are in a sheet; nothing is wider than the screen, at 320 px neither."""
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
