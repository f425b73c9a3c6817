"""Pages on paper: no controls, light, and with the addresses of what can be looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser.screens import Page, expect, opened

pytestmark = pytest.mark.browser

_AFTER = "element => getComputedStyle(element, '::after').content"


@pytest.fixture
def paper(browser: Any, site_address: str) -> Iterator[Page]:
    """A page that is printed by someone who has dark pages, on A4."""
    with opened(browser, site_address, color_scheme="dark", viewport={"width": 680, "height": 960}) as page:
        page.emulate_media(media="print")
        yield page


def printed(page: Page, path: str) -> None:
    """Open a page, and tell it that it is printed."""
    page.goto(path)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")


def test_results_are_a_list_with_addresses(paper: Page, site_address: str) -> None:
    """Without filters, search and buttons."""
    printed(paper, "index.html")
    expect(paper.locator("catalog-home")).to_have_attribute("aria-busy", "false")  # what is loaded late is there
    link = paper.locator("main article a").first

    assert site_address in link.evaluate(_AFTER)
    for role in ("navigation", "button", "combobox", "checkbox"):
        assert paper.get_by_role(role).count() == 0
    expect(paper.get_by_role("heading", level=1)).to_be_visible()


def test_a_dataset_is_light_and_whole(paper: Page, page_of: Callable[[str], str]) -> None:
    """The ground of its picture, too; its address is there, and links to other sites say theirs."""
    printed(paper, page_of("image-1.ome.zarr"))
    ground = "element => getComputedStyle(element).backgroundColor"

    assert paper.locator("figure").first.evaluate(ground) == "rgb(255, 255, 255)"
    expect(paper.get_by_text("https://data.example.org/images/image-1.ome.zarr", exact=True)).to_be_visible()
    expect(paper.get_by_text("Open with")).to_be_hidden()
    assert "creativecommons.org" in paper.get_by_role("link", name="CC-BY-4.0").first.evaluate(_AFTER)
    assert paper.evaluate("document.documentElement.scrollWidth") <= 680


def test_the_wells_of_a_plate_are_on_paper(paper: Page, page_of: Callable[[str], str]) -> None:
    """They are buttons on a screen, but not controls alone; the field that asks for a well is left out."""
    printed(paper, page_of("/LT0113_01.ome.zarr"))

    expect(paper.get_by_role("button", name="B3, in the picture above")).to_be_visible()
    expect(paper.get_by_label("Well name")).to_be_hidden()
