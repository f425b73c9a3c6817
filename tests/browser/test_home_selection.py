"""Selecting datasets in a real browser: by mouse, keyboard and touch, with the number of actions; links; exports."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from browser.hands import HANDS, Hand, Visitor, visiting
from browser.screens import Page, cards, count_of, expect, opened, search_box

pytestmark = pytest.mark.browser


def boxes(page: Page) -> Any:
    """Return the boxes that select results."""
    return page.get_by_role("checkbox", name="Select")


def bar(page: Page) -> Any:
    """Return what can be done with the selection."""
    return page.get_by_role("region", name="Selection")


def exported(visitor: Visitor, place: Any, name: str) -> str:
    """Return the text of the file that a visitor exports from a place."""
    visitor.press(place.locator("summary"))
    with visitor.page.expect_download() as download:
        visitor.press(place.get_by_role("button", name=name))
    return Path(download.value.path()).read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("hand", HANDS)
def test_unreachable_of_one_source_in_four_actions(browser: object, site_address: str, hand: Hand) -> None:
    """Words name what cannot be read and whose it is; the export holds these."""
    with visiting(browser, site_address, hand) as visitor:
        visitor.type(search_box(visitor.page), "unreachable lost")
        visitor.leave(search_box(visitor.page))
        expect(count_of(visitor.page)).to_have_text("1 of 134 datasets")

        rows = json.loads(exported(visitor, visitor.page.locator("result-toolbar"), "JSON"))

    assert [(row["source"], row["status"]) for row in rows] == [("Archive of lost things", "unreachable")]
    assert visitor.actions <= 4


@pytest.mark.parametrize("hand", HANDS)
def test_three_are_exported_in_five_actions(browser: object, site_address: str, hand: Hand) -> None:
    """Three boxes, the menu, the format: the file holds these three and no other."""
    with visiting(browser, site_address, hand, "index.html?q=riccia") as visitor:
        expect(count_of(visitor.page)).to_have_text("60 of 134 datasets")
        for number in range(3):
            visitor.press(boxes(visitor.page).nth(number))

        text = exported(visitor, bar(visitor.page), "CSV for spreadsheets")

    rows = list(csv.DictReader(text.splitlines()))
    assert {row["title"] for row in rows} == {"Riccia 1", "Riccia 101", "Riccia 103"}
    assert visitor.actions == 5


@pytest.mark.parametrize("hand", HANDS)
def test_a_selection_is_shared_by_one_action(browser: object, site_address: str, hand: Hand) -> None:
    """The link opens the same datasets in a browser that knows nothing of the selection."""
    with visiting(browser, site_address, hand) as visitor:
        for number in range(3):
            visitor.press(boxes(visitor.page).nth(number))
        titles = [cards(visitor.page).nth(number).inner_text() for number in range(3)]
        before = visitor.actions
        visitor.press(bar(visitor.page).get_by_role("button", name="Copy link"))
        expect(bar(visitor.page).get_by_text("Copied")).to_be_visible()
        link = visitor.page.evaluate("navigator.clipboard.readText()")

        assert visitor.actions - before == 1
    with opened(browser, site_address) as page:
        page.goto(link)
        expect(count_of(page)).to_have_text("3 of 134 datasets")
        expect(cards(page)).to_have_count(3)
        assert sorted(cards(page).all_inner_texts()) == sorted(titles)
        expect(bar(page)).to_be_hidden()


def test_a_selection_is_still_there_afterwards(page: Page) -> None:
    """Another page of results, a reload, another tab: what is selected stays so, until it is cleared."""
    boxes(page).first.check()
    page.get_by_role("navigation", name="Pages of results").get_by_text("Next").click()
    page.wait_for_url("**?page=2")
    expect(bar(page)).to_contain_text("1 selected")
    other = page.context.new_page()
    other.goto("index.html")
    expect(boxes(other).first).to_be_checked()
    other.get_by_role("button", name="Clear", exact=True).click()

    expect(bar(page)).to_be_hidden()
    page.goto("index.html")
    expect(boxes(page).first).not_to_be_checked()


def test_only_the_selected_are_shown(page: Page) -> None:
    """One action shows them alone, in the address, too; the filter is taken back as any other."""
    boxes(page).nth(0).check()
    boxes(page).nth(2).check()
    bar(page).get_by_role("button", name="Show only these").click()
    expect(count_of(page)).to_have_text("2 of 134 datasets")
    page.wait_for_url("**?ids=*")
    page.reload()
    expect(count_of(page)).to_have_text("2 of 134 datasets")

    page.get_by_role("button", name="Remove Only 2 datasets").click()

    expect(count_of(page)).to_have_text("134 datasets")


def test_x_selects_the_result_with_the_focus(page: Page) -> None:
    """With arrows and `x` a keyboard selects without leaving the results."""
    page.goto("index.html?q=riccia")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    search_box(page).focus()
    page.keyboard.press("ArrowDown")
    expect(cards(page).first).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")

    expect(bar(page)).to_contain_text("2 selected")
    expect(boxes(page).nth(1)).to_be_checked()


def test_blocked_storage_is_said(browser: object, site_address: str) -> None:
    """The selection works as long as the page, and the bar says so."""
    with opened(browser, site_address) as page:
        page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } })")
        page.goto("index.html")
        boxes(page).first.check()

        expect(bar(page)).to_contain_text("1 selected")
        expect(bar(page)).to_contain_text("the selection is lost when you leave the page")


def test_storage_of_others_is_not_trusted(browser: object, site_address: str) -> None:
    """What is no id in the storage is dropped, and becomes neither markup nor a result."""
    with opened(browser, site_address) as page:
        page.add_init_script("localStorage.setItem('selection /catalog/', '<img src=x onerror=alert(1)>.{}.__proto__')")
        page.goto("index.html")
        boxes(page).first.check()

        expect(bar(page)).to_contain_text("1 selected")


def test_a_link_to_what_is_gone_says_so(page: Page) -> None:
    """Ids that the catalog does not have are counted in words; those that it has are shown."""
    boxes(page).first.check()
    known = page.evaluate("localStorage.getItem('selection /catalog/')")
    page.goto(f"index.html?ids={known}.gone12345678.<script>")

    expect(page.get_by_text("1 of 134 datasets")).to_be_visible()
    expect(page.get_by_text("One dataset of the link is no longer in this catalog.")).to_be_visible()


def test_more_than_a_link_holds(page: Page) -> None:
    """Above 100, the link is refused with a reason, and the selection is shown from this browser's storage."""
    page.evaluate(
        "localStorage.setItem('selection /catalog/', Array.from({length: 101}, (_, n) => `id${n}`).join('.'))"
    )
    page.reload()
    bar(page).get_by_role("button", name="Copy link").click()
    expect(bar(page)).to_contain_text("A link holds up to 100 datasets")
    bar(page).get_by_role("button", name="Show only these").click()

    page.wait_for_url("**?ids=selected")
    expect(page.get_by_text("101 datasets of the link are no longer in this catalog.")).to_be_visible()


def test_the_end_of_a_large_selection_leads_back(page: Page) -> None:
    """Where only selected datasets are shown, their end shows what was shown before; from a link, all datasets."""
    page.evaluate(
        "localStorage.setItem('selection /catalog/', Array.from({length: 101}, (_, n) => `id${n}`).join('.'))"
    )
    page.goto("index.html?q=riccia")
    boxes(page).first.check()
    bar(page).get_by_role("button", name="Show only these").click()
    page.wait_for_url("**?ids=selected")
    expect(count_of(page)).to_have_text("1 of 134 datasets")
    bar(page).get_by_role("button", name="Clear").click()
    page.wait_for_url("**?q=riccia")
    expect(count_of(page)).to_have_text("60 of 134 datasets")

    boxes(page).first.check()
    page.goto("index.html?ids=selected")
    expect(count_of(page)).to_have_text("1 of 134 datasets")
    bar(page).get_by_role("button", name="Clear").click()
    expect(count_of(page)).to_have_text("134 datasets")


@pytest.mark.parametrize("view", ["gallery", "table"])
def test_the_results_get_the_focus_of_the_selection(page: Page, view: str) -> None:
    """After a clear, which hides its button, and on the way back from a comparison."""
    page.goto(f"index.html?q=riccia&view={view}")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    for number in range(2):
        page.locator("result-list [data-mark]").filter(visible=True).nth(number).check()
    bar(page).get_by_role("link", name="Compare").press("Enter")
    page.wait_for_url("**/compare/**")
    page.go_back()
    expect(page.get_by_role("region", name="Datasets")).to_be_focused()

    bar(page).get_by_role("button", name="Clear").focus()
    page.keyboard.press("Enter")

    expect(bar(page)).to_be_hidden()
    expect(page.get_by_role("region", name="Datasets")).to_be_focused()


def test_a_closed_clipboard_shows_the_link(browser: object, site_address: str) -> None:
    """Where pages may not write to it, the address is there to be copied by hand."""
    with opened(browser, site_address) as page:
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
        page.goto("index.html?q=riccia")
        page.locator("result-toolbar").get_by_role("button", name="Copy link").click()

        expect(page.locator("result-toolbar").get_by_label("Address")).to_have_value(
            f"{site_address}index.html?q=riccia"
        )
