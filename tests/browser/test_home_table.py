"""The table in a real browser: columns, order, widths, sorting, density; on a phone two lines a row."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser.hands import Visitor
from browser.screens import Page, count_of, expect, held, opened

pytestmark = pytest.mark.browser

OTHER_ORDER = {None: re.compile("scending"), "ascending": "descending", "descending": "ascending"}
"""What a click on a header makes of its order."""


def heads(page: Page) -> list[str]:
    """Return the labels of the columns that are shown."""
    page.get_by_role("columnheader", name="Title").wait_for()
    labels: list[str] = page.locator("result-table th[data-column]").evaluate_all(
        "heads => heads.filter(head => head.isConnected).map(head => head.dataset.label)"
    )
    return labels


def line(page: Page, name: str) -> Any:
    """Return the line of a column in the dialog of columns."""
    return page.get_by_role("dialog", name="Columns").get_by_role("listitem").filter(has_text=name)


def test_columns_are_chosen_and_kept(page: Page) -> None:
    """Which columns, their order and widths are one step of the history, in the address, and in this browser."""
    page.goto("index.html?view=table")
    before = heads(page)
    page.get_by_role("button", name="Columns").click()
    line(page, "Institution").get_by_role("checkbox").uncheck()
    line(page, "Channels").get_by_role("checkbox").check()
    line(page, "Organism").get_by_role("button", name="Move Organism down").click()
    line(page, "Organism").get_by_role("spinbutton").fill("200")
    page.get_by_role("button", name="Done").click()
    page.wait_for_url("**columns=title.modality.organism*200.*")

    assert heads(page)[:3] == ["Title", "Imaging method", "Organism"]
    assert heads(page)[-1] == "Channels"
    page.goto("index.html?view=table")
    assert heads(page)[-1] == "Channels"
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="Reset columns").click()
    expect(page.get_by_role("columnheader", name="Institution")).to_be_visible()
    assert heads(page) == before


def test_columns_are_chosen_once_the_table_is_there(page: Page) -> None:
    """A click before the rows are there opens the dialog with them, not an empty one."""
    with held(page, "**/search/cells*"):
        page.goto("index.html?view=table")
        page.get_by_role("button", name="Columns").click()

    expect(line(page, "Channels")).to_be_visible()


def test_a_link_does_not_change_the_columns_of_this_browser(page: Page) -> None:
    """Its columns are shown; those that the visitor chose are kept until the visitor changes them."""
    page.goto("index.html?view=table")
    page.get_by_role("button", name="Columns").click()
    line(page, "Channels").get_by_role("checkbox").check()
    page.get_by_role("button", name="Done").click()
    page.wait_for_url("**columns=*")
    expect(page.get_by_role("columnheader", name="Channels")).to_be_visible()
    own = heads(page)
    for columns, shown in (("organism.bytes*120", ["Title", "Organism", "Stored size"]), ("foo", own), ("", own)):
        page.goto(f"index.html?view=table&columns={columns}")
        assert heads(page) == shown
    page.wait_for_url("**?view=table")
    page.goto("index.html?view=table&columns=organism.foo.bytes")
    page.wait_for_url("**?view=table&columns=organism.bytes")

    page.goto("index.html?view=table")
    assert heads(page) == own


def test_a_width_is_dragged(page: Page) -> None:
    """The edge of a header follows the pointer; the width is in the address."""
    page.goto("index.html?view=table&columns=title*300.source.bytes")
    head = page.get_by_role("columnheader", name="Institution")
    place = head.locator("[data-grip]").bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y)
    page.mouse.up()

    page.wait_for_url("**columns=title*300.source*192.bytes")
    head.locator("[data-grip]").dblclick()
    page.wait_for_url("**columns=title*300.source.bytes")


def test_a_table_of_few_columns_has_their_widths(page: Page) -> None:
    """It is not stretched to the width of the page, nor is the column of boxes."""
    page.goto("index.html?view=table&columns=title*200.bytes*150")
    cells = page.locator("result-table thead th")
    expect(cells).to_have_count(3)

    assert [cells.nth(at).bounding_box()["width"] for at in range(3)] == [36, 200, 150]


def test_a_narrow_column_says_that_it_is_cut(page: Page) -> None:
    """Its header ends with an ellipsis, and the title is never so narrow that rows cannot be told from each other."""
    page.goto("index.html?view=table&columns=title*48.source*48.bytes*48")
    labels = page.locator("result-table thead button > span")
    expect(labels).to_have_count(3)

    assert labels.evaluate_all("all => all.map(each => each.scrollWidth > each.clientWidth)") == [False, True, True]
    assert {labels.nth(at).evaluate("each => getComputedStyle(each).textOverflow") for at in range(3)} == {"ellipsis"}
    assert page.get_by_role("columnheader", name="Title").bounding_box()["width"] == 160
    page.get_by_role("button", name="Columns").click()
    expect(line(page, "Title").get_by_role("spinbutton")).to_have_attribute("min", "160")


def test_columns_are_chosen_by_keyboard_alone(page: Page) -> None:
    """The dialog takes the focus and gives it back; Escape closes it."""
    page.goto("index.html?view=table")
    visitor = Visitor(page=page, hand="keyboard", most_tabs=100)  # each column has up to three controls
    visitor.press(page.get_by_role("button", name="Columns"))
    visitor.press(line(page, "Wells").get_by_role("checkbox"))
    page.keyboard.press("Escape")

    expect(page.get_by_role("columnheader", name="Wells")).to_be_attached()
    expect(page.get_by_role("button", name="Columns")).to_be_focused()


def test_the_column_that_sorts_is_in_sight(page: Page) -> None:
    """What a link or the menu of orders sorts by is scrolled to; the title stays beside it."""
    page.goto("index.html?view=table&sort=-bytes")
    expect(page.get_by_role("columnheader", name="Stored size")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("columnheader", name="Title")).to_be_in_viewport(ratio=1)
    page.get_by_label("Sort by").select_option("source")

    expect(page.get_by_role("columnheader", name="Institution")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("key", ["source", "organism", "kind", "dtype", "bytes", "changed_at", "levels"])
def test_any_column_sorts(page: Page, key: str) -> None:
    """A header's button sorts by words or numbers, and says so; the menu of orders shows it, too."""
    page.goto(f"index.html?view=table&columns=title.{key}")
    head = page.locator(f"result-table th[data-column={key}]")
    for _ in range(2):
        before = head.get_attribute("aria-sort")
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", OTHER_ORDER[before])
    direction = "descending" if key in ("source", "organism", "kind", "dtype", "changed_at") else "ascending"

    expect(head).to_have_attribute("aria-sort", direction)
    expect(page.get_by_label("Sort by")).to_have_value(key if direction == "ascending" else f"-{key}")
    if key in ("source", "kind"):
        cells = page.locator(f"result-table td[data-column={key}]")
        expect(cells.first).to_have_text({"source": "SSBD", "kind": "well"}[key])


def test_25_rows_are_seen_at_900_px(page: Page) -> None:
    """All of 25 rows and the header are in the window; header and title stay while the table is scrolled."""
    page.goto("index.html?view=table")
    expect(page.locator("result-table tbody tr")).to_have_count(48)
    scroller = page.get_by_role("region", name="Results")
    scroller.evaluate("element => { element.scrollIntoView(); element.scrollTo(200, 100); }")
    top = page.locator("result-table thead").evaluate("element => element.getBoundingClientRect().bottom")
    bottom = scroller.evaluate("element => element.getBoundingClientRect().bottom")
    seen = page.locator("result-table tbody tr").evaluate_all(
        "(rows, [top, bottom]) => rows.map(row => row.getBoundingClientRect())"
        ".filter(place => place.top >= top - 1 && place.bottom <= Math.min(bottom, innerHeight)).length",
        [scroller.evaluate("element => element.getBoundingClientRect().top") + 30, bottom],
    )

    assert seen >= 25
    assert top > 0
    edge = scroller.evaluate("element => element.getBoundingClientRect().left")
    title = page.locator("result-table tbody th").nth(8).evaluate("element => element.getBoundingClientRect().left")
    assert title == pytest.approx(edge + 36, abs=1)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_long_title_makes_no_row_higher(browser: object, hostile_address: str, width: int) -> None:
    """A title of 5,000 characters is cut where its column or the screen ends; its tooltip has more of it."""
    with opened(browser, hostile_address, viewport={"width": width, "height": 900}) as page:
        page.goto("index.html?view=table&density=roomy")
        page.get_by_role("button", name="Larger rows").click()
        rows = page.locator("result-table tbody tr")
        expect(rows).to_have_count(4)
        heights = rows.evaluate_all("rows => rows.map(row => row.getBoundingClientRect().height)")

        assert max(heights) == pytest.approx(min(heights), abs=1)


def test_rows_have_two_densities(page: Page) -> None:
    """Larger rows have pictures; the density is in the address."""
    page.goto("index.html?view=table")
    button = page.get_by_role("button", name="Larger rows")
    button.click()
    page.wait_for_url("**&density=roomy")

    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("result-table tbody img").first).to_be_visible()


def test_numbers_are_aligned_and_have_units(page: Page) -> None:
    """Numbers end at the same edge; a unit is in the header or the cell."""
    page.goto("index.html?view=table&columns=title.bytes.x&sort=-bytes")
    expect(page.get_by_role("columnheader", name="Width (px)")).to_be_visible()
    cell = page.locator("result-table td[data-column=bytes]").first

    expect(cell).to_have_css("text-align", "end")
    expect(cell).to_have_text("12.9 GB")


def test_a_row_is_two_lines_on_a_phone(browser: object, site_address: str) -> None:
    """The title, below it the values; nothing is wider than the screen, and it is still a table."""
    with opened(browser, site_address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as page:
        page.goto("index.html?q=riccia&view=table")
        expect(count_of(page)).to_have_text("60 of 134 datasets")
        row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Riccia 1", exact=True))

        assert row.evaluate("row => row.getBoundingClientRect().height") < 60
        expect(row).to_contain_text("Homo sapiens")
        expect(row.get_by_role("gridcell", name="4 kB")).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_label("Sort by").select_option(label="Data type, A to Z")
        page.wait_for_url("**sort=dtype**")
        row.get_by_role("checkbox").tap()
        expect(page.get_by_role("region", name="Selection")).to_contain_text("1 selected")
