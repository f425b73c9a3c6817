"""Menus in a real browser: within the window and below their buttons, at any width."""

from __future__ import annotations

from typing import Any

import pytest
from browser.screens import Page, count_of, expect

pytestmark = pytest.mark.browser

WIDTHS = (320, 344, 360, 390, 430, 480, 560, 640, 720, 800, 960, 1000, 1100, 1280, 1440, 1920)
"""From a small phone to a large screen; a zoom of 200 % halves the width."""
FURTHEST = 90
"""A menu may be so far from its button, in pixels: as far as a button beside it is wide."""


def _placed(page: Page, menu: Any) -> tuple[float, float, float]:
    """Open a menu; return by how much it leaves the window at either side, and how far it is from its button."""
    menu.locator("summary").click()
    box, button = menu.locator("[data-format]").first.locator("..").bounding_box(), menu.bounding_box()
    window = page.evaluate("document.documentElement.clientWidth")
    menu.locator("summary").click()
    beside = max(box["x"] - (button["x"] + button["width"]), button["x"] - (box["x"] + box["width"]), 0)
    return max(-box["x"], 0), max(box["x"] + box["width"] - window, 0), beside


@pytest.mark.parametrize(
    "query", ["", "?q=riccia", "?q=riccia&group=study", "?q=riccia&view=table", "?bytes=1..&sort=-bytes"]
)
def test_the_menu_of_exports_is_within_the_window(page: Page, query: str) -> None:
    """Wherever its button is, as the toolbar wraps; nor does it make the page wider."""
    page.goto(f"index.html{query}")
    expect(count_of(page)).to_contain_text("dataset")
    menu = page.locator("result-toolbar export-menu")
    wrong = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        before, after, beside = _placed(page, menu)
        if before or after or beside > FURTHEST:
            wrong[width] = (before, after, beside)

    assert wrong == {}


def test_the_menu_of_the_selection_is_within_the_window(page: Page) -> None:
    """It is above the bar, which is at the foot of the window."""
    page.get_by_role("checkbox", name="Select").first.check()
    menu = page.locator("selection-bar export-menu")
    wrong = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        before, after, _ = _placed(page, menu)
        if before or after:
            wrong[width] = (before, after)

    assert wrong == {}
