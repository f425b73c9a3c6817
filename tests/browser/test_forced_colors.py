"""With forced colors (high contrast), what is pressed, current or shown is told apart by the eye."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser.screens import Page, expect, opened
from PIL import Image

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def forced(request: pytest.FixtureRequest, browser: Any, site_address: str) -> Iterator[Page]:
    """A page of the site in the system's colors, on a light and on a dark ground."""
    with opened(browser, site_address, forced_colors="active", color_scheme=request.param) as page:
        yield page


def _ground(element: Any) -> tuple[int, ...]:
    """Return the color of an element at the middle of its left side, inside of its border."""
    before, content = b"", element.screenshot()
    while content != before:  # what is scrolled to may move once: cards get their heights when they come near
        before, content = content, element.screenshot()
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    pixel = picture.getpixel((4, picture.height // 2))
    assert isinstance(pixel, tuple)
    return pixel


def test_pressed_buttons_differ(forced: Page) -> None:
    """The view that is shown, and the grouping once it is pressed; the current page of the site and of results."""
    forced.goto("index.html")
    gallery, table = (forced.get_by_role("button", name=name) for name in ("Gallery", "Table"))
    assert _ground(gallery) != _ground(table)
    nav = forced.get_by_role("navigation", name="Site")
    assert _ground(nav.get_by_role("link", name="Catalog")) != _ground(nav.get_by_role("link", name="Health"))
    pages = forced.get_by_role("navigation", name="Pages of results")
    assert _ground(pages.get_by_role("link", name="1", exact=True)) != _ground(
        pages.get_by_role("link", name="2", exact=True)
    )

    table.click()
    expect(table).to_have_attribute("aria-pressed", "true")
    assert _ground(table) != _ground(gallery)


def test_arrows_are_drawn(forced: Page) -> None:
    """That a facet opens, and which column orders the rows in which direction."""
    forced.goto("index.html?view=table&sort=source&columns=title.source")
    head = forced.get_by_role("columnheader", name="Institution").get_by_role("button")
    expect(head).to_be_visible()
    facets = forced.locator(".facet__name")

    for element, part in ((facets.nth(1), "::after"), (head, "::after")):
        shown, ground = element.evaluate(
            "(element, part) => [getComputedStyle(element, part).backgroundColor, getComputedStyle(document.body)"
            ".backgroundColor]",
            part,
        )
        assert shown != ground


def test_tabs_differ(forced: Page, page_of: Callable[[str], str]) -> None:
    """Those of the citation and of the code."""
    forced.goto(page_of("image-0.ome.zarr"))
    shown, hidden = (forced.get_by_role("tab", selected=selected).first for selected in (True, False))

    assert _ground(shown) != _ground(hidden)


def test_the_wells_of_a_plate_differ(forced: Page, page_of: Callable[[str], str]) -> None:
    """A well that is there is full, one that is not is a small ring, one that is missing is crossed out."""
    forced.goto(page_of("LT0113_01.ome.zarr"))
    cells = [forced.locator(f".well[data-state={state}]").first for state in ("present", "none", "missing")]
    there, absent, missing = (Image.open(io.BytesIO(each.screenshot())).convert("L") for each in cells)
    shown = forced.locator(".well[data-shown]")

    assert _contrast(there) > 200
    assert _contrast(absent) == 0
    assert _drawn(absent) > 0.01
    assert _drawn(absent) < _drawn(missing) < 0.5 < _drawn(there)
    assert shown.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"


def _contrast(well: Image.Image) -> int:
    """Return how far the middle of a well is from the ground."""
    return abs(_gray(well, well.width // 2, well.height // 2) - _gray(well, 1, 1))


def _drawn(well: Image.Image) -> float:
    """Return the share of a well that is not the ground."""
    ground = _gray(well, 1, 1)
    places = [(x, y) for x in range(well.width) for y in range(well.height)]
    return sum(abs(_gray(well, *place) - ground) > 64 for place in places) / len(places)


def _gray(picture: Image.Image, x: int, y: int) -> int:
    pixel = picture.getpixel((x, y))
    assert isinstance(pixel, int)
    return pixel
