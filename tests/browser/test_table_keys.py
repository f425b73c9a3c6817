"""The table by keyboard, as a data grid of the ARIA practices: one stop of Tab, keys from cell to cell."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser.screens import Page, count_of, expect, search_box

pytestmark = pytest.mark.browser

IS_SEEN = """() => {
  const element = document.activeElement;
  const place = element.getBoundingClientRect();
  const at = document.elementFromPoint(place.left + Math.min(place.width / 2, 20), place.top + place.height / 2);
  return element === at || element.contains(at) || at.contains(element);
}"""
"""Whether the element with the focus is in the window, behind nothing."""


@pytest.fixture
def table(page: Page) -> Page:
    """Return the home page with the table, whose first title has the focus."""
    page.goto("index.html?view=table")
    page.get_by_role("grid").wait_for()
    search_box(page).focus()
    page.keyboard.press("ArrowDown")
    expect(link(page, 1)).to_be_focused()
    return page


def row(page: Page, number: int) -> Any:
    """Return a row of the table, from 1; 0 is the row of headers."""
    return page.get_by_role("grid").get_by_role("row").nth(number)


def link(page: Page, number: int) -> Any:
    """Return the title of a row, from 1."""
    return row(page, number).get_by_role("link")


def cell(page: Page, number: int, key: str) -> Any:
    """Return the cell of a row, from 1, in a column."""
    return row(page, number).locator(f"td[data-column={key}]")


def header(page: Page, name: str) -> Any:
    """Return the button of a header."""
    return page.get_by_role("columnheader", name=name).get_by_role("button")


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def test_one_stop_of_tab(table: Page) -> None:
    """Tab leaves the table, Shift+Tab comes back to the cell that was left."""
    press(table, "ArrowDown", "ArrowRight")
    expect(cell(table, 2, "source")).to_be_focused()
    press(table, "Tab")
    expect(table.get_by_role("grid").locator(":focus")).to_have_count(0)
    press(table, "Shift+Tab")

    expect(cell(table, 2, "source")).to_be_focused()
    expect(table.locator("result-table [tabindex='0']")).to_have_count(1)


def test_arrows_lead_from_cell_to_cell(table: Page) -> None:
    """Over the edge they lead nowhere; boxes, titles and headers give the focus to what is in them."""
    press(table, "ArrowLeft")
    expect(row(table, 1).get_by_role("checkbox")).to_be_focused()
    press(table, "ArrowLeft", "ArrowUp")
    expect(table.get_by_role("checkbox", name="Select all on this page")).to_be_focused()
    press(table, "ArrowUp", "ArrowRight")
    expect(header(table, "Title")).to_be_focused()
    press(table, "ArrowDown", "ArrowRight", "ArrowRight", "ArrowDown")
    expect(cell(table, 2, "organism")).to_be_focused()


def test_home_end_and_pages(table: Page) -> None:
    """Home and End, with Ctrl those of the whole grid; pages pass no row unseen; what has the focus is in sight."""
    press(table, "End")
    expect(cell(table, 1, "license")).to_be_focused()
    assert table.evaluate(IS_SEEN)
    press(table, "Home")
    expect(row(table, 1).get_by_role("checkbox")).to_be_focused()
    press(table, "Control+End")
    expect(cell(table, 48, "license")).to_be_focused()
    assert table.evaluate(IS_SEEN)
    press(table, "PageUp")
    passed = 48 - table.evaluate("document.activeElement.closest('tr').rowIndex")
    height = row(table, 1).bounding_box()["height"]
    assert 20 <= passed < table.get_by_role("region", name="Results").bounding_box()["height"] / height - 1
    assert table.evaluate(IS_SEEN)
    press(table, "PageDown", "PageUp", "PageUp", "PageUp")
    expect(cell(table, 1, "license")).to_be_focused()
    press(table, "Control+Home")
    expect(table.get_by_role("checkbox", name="Select all on this page")).to_be_focused()


def test_every_cell_is_in_sight_when_it_has_the_focus(table: Page) -> None:
    """Neither the header nor the title nor the bar of the selection is over it, whichever way the focus comes."""
    press(table, "Space", *["ArrowDown"] * 47)
    assert table.evaluate(IS_SEEN)
    press(table, *["ArrowRight"] * 11)
    for _ in range(46):
        press(table, "ArrowUp")
        assert table.evaluate(IS_SEEN)
    for _ in range(10):
        press(table, "ArrowLeft")
        assert table.evaluate(IS_SEEN)


def test_space_selects_the_row(table: Page) -> None:
    """On a title, a value or a box; the row says that it is selected, and how many are."""
    press(table, "Space", "ArrowDown", "ArrowRight", "Space", "ArrowDown", "Home", "Space")
    for number in (1, 2, 3):
        expect(row(table, number)).to_have_attribute("aria-selected", "true")
    expect(table.get_by_role("region", name="Selection")).to_contain_text("3 selected")
    press(table, "Space")

    expect(row(table, 3)).to_have_attribute("aria-selected", "false")
    expect(row(table, 4)).to_have_attribute("aria-selected", "false")


def test_all_on_the_page_are_selected(table: Page) -> None:
    """Ctrl+A, or the box of the header, which is neither checked nor not where some are."""
    box = table.get_by_role("checkbox", name="Select all on this page")
    press(table, "Control+a")
    expect(table.get_by_role("region", name="Selection")).to_contain_text("48 selected")
    expect(box).to_be_checked()
    press(table, "Space")
    assert box.evaluate("box => box.indeterminate")
    box.check()
    box.uncheck()

    expect(table.get_by_role("region", name="Selection")).to_be_hidden()


def test_all_of_a_result_that_was_opened_as_a_table(page: Page) -> None:
    """The gallery that came with the page is hidden: none of its datasets is selected."""
    page.goto("index.html?view=table&q=unreachable%20lost")
    expect(count_of(page)).to_have_text("1 of 134 datasets")
    page.get_by_role("checkbox", name="Select all on this page").check()

    expect(page.get_by_role("region", name="Selection")).to_contain_text("1 selected")


def test_enter_opens_the_row(table: Page) -> None:
    """From a value, too; the way back leads to the row."""
    press(table, "ArrowDown", "ArrowRight")
    href = link(table, 2).get_attribute("href")
    press(table, "Enter")
    table.wait_for_url(f"**/{href}")
    table.go_back()

    expect(link(table, 2)).to_be_focused()


def test_a_header_sorts_and_keeps_the_focus(table: Page) -> None:
    """Enter or Space; the order is said at the header."""
    press(table, "ArrowUp", "ArrowRight", "Enter")
    expect(table.get_by_role("columnheader", name="Institution")).to_have_attribute("aria-sort", "ascending")
    expect(header(table, "Institution")).to_be_focused()
    press(table, "Space")

    expect(table.get_by_role("columnheader", name="Institution")).to_have_attribute("aria-sort", "descending")
    expect(header(table, "Institution")).to_be_focused()


def test_shift_and_space_select_up_to_the_row(table: Page) -> None:
    """From the row that was used last; in the gallery a click with Shift and `X` do the same, and take back, too."""
    press(table, "Space", "ArrowDown", "ArrowDown", "Shift+Space")
    selection = table.get_by_role("region", name="Selection")
    expect(selection).to_contain_text("3 selected")
    expect(row(table, 2)).to_have_attribute("aria-selected", "true")
    row(table, 6).get_by_role("checkbox").click(modifiers=["Shift"])
    expect(selection).to_contain_text("6 selected")
    table.get_by_role("button", name="Gallery").click()
    marks = table.locator("result-list li [data-mark]")
    marks.nth(1).click()
    expect(selection).to_contain_text("5 selected")
    table.get_by_role("list", name="Results").get_by_role("link").nth(4).focus()
    press(table, "Shift+x")
    expect(selection).to_contain_text("2 selected")
    marks.nth(8).click(modifiers=["Shift"])

    expect(selection).to_contain_text("6 selected")


def test_a_header_changes_its_column_by_keys(table: Page) -> None:
    """Shift with arrows changes the width, Ctrl and Shift move it: said, and each one step of the history."""
    press(table, "ArrowUp", "ArrowRight")
    steps = table.evaluate("history.length")
    table.keyboard.down("Shift")
    for _ in range(3):
        table.keyboard.down("ArrowRight")  # held
    table.keyboard.up("ArrowRight")
    table.keyboard.up("Shift")
    table.wait_for_url("**columns=title.source*200.organism.**")
    said = table.locator("result-table [data-part=said]")
    expect(said).to_have_text("Institution: 200 pixels wide")
    assert table.evaluate("history.length") == steps + 1
    press(table, "Control+Shift+ArrowRight")
    table.wait_for_url("**columns=title.organism.source*200.**")
    expect(said).to_have_text("Institution: column 3 of 13")
    expect(header(table, "Institution")).to_be_focused()
    press(table, "Control+Shift+ArrowLeft", "Control+Shift+ArrowLeft")

    table.wait_for_url("**columns=title.source*200.organism.**")
    expect(said).to_have_text("Institution: column 2 of 13")
    expect(header(table, "Institution")).to_be_focused()


def test_rows_say_which_of_all_they_are(page: Page) -> None:
    """The grid has as many rows as there are results; those of the second page say so."""
    page.goto("index.html?view=table&page=2")
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "135")

    expect(row(page, 0)).to_have_attribute("aria-rowindex", "1")
    expect(row(page, 1)).to_have_attribute("aria-rowindex", "50")


def test_the_focus_stays_with_what_is_left(table: Page) -> None:
    """Among the selected alone, a row that is taken out gives the focus to the one in its place."""
    press(table, "Space", "ArrowDown", "Space", "ArrowDown", "Space")
    table.goto("index.html?view=table&ids=selected")
    expect(table.get_by_role("grid")).to_have_attribute("aria-rowcount", "4")
    titles = [link(table, number).inner_text() for number in (1, 2, 3)]
    link(table, 2).focus()
    press(table, "ArrowRight", "Space")
    expect(table.get_by_role("grid")).to_have_attribute("aria-rowcount", "3")

    expect(link(table, 2)).to_have_text(titles[2])
    expect(cell(table, 2, "source")).to_be_focused()


def test_headers_are_seen_where_a_row_is_two_lines(page: Page) -> None:
    """At 390 px, as at 400 % on a desk, a header is shown while it has the focus."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("index.html?view=table")
    page.get_by_role("grid").wait_for()
    search_box(page).focus()
    press(page, "ArrowDown", "ArrowUp", "ArrowRight", "ArrowRight")
    expect(header(page, "Organism")).to_be_focused()

    assert page.evaluate(IS_SEEN)
    press(page, "Enter")
    page.wait_for_url(re.compile("sort=organism"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
