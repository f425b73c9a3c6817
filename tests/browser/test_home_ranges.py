"""The home page in a real browser: limits of numbers, by fields, sliders and a box."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser.controls import settled
from browser.screens import Page, count_of, expect, held, opened

pytestmark = pytest.mark.browser


def open_range(page: Page, key: str) -> Any:
    """Open a range and return it, once its edges are known."""
    found = page.locator(f"range-filter[data-key={key}]")
    found.locator("summary").click()
    expect(found.locator("rect").first).to_be_attached()
    return found


def active(page: Page) -> Any:
    """Return the list of what narrows the catalog."""
    return page.get_by_role("list", name="Active filters")


def test_a_field_understands_units(page: Page) -> None:
    """A limit is written as people write it; the field then shows how it was read."""
    sizes = open_range(page, "bytes")
    field = sizes.get_by_label("at most, Stored size")
    field.fill("0,5 mb")
    field.press("Enter")

    page.wait_for_url("**?bytes=..500000")
    expect(field).to_have_value("500 kB")
    expect(active(page)).to_contain_text("Stored size: up to 500 kB")
    expect(count_of(page)).to_have_text("50 of 134 datasets")


def test_edges_that_come_while_a_key_is_held(page: Page) -> None:
    """They leave the thumb where the key has moved it."""
    sizes = page.locator("range-filter[data-key=bytes]")
    with held(page, "**/search/manifest*"):
        page.reload(wait_until="commit")
        sizes.locator("summary").click()
        sizes.get_by_label("Stored size, to").focus()
        page.keyboard.down("ArrowLeft")
        expect(sizes.locator("rect")).to_have_count(0)
    expect(sizes.locator("rect").first).to_be_attached()
    page.keyboard.up("ArrowLeft")

    page.wait_for_url("**?bytes=..*")
    expect(active(page)).to_contain_text("Stored size: up to")


def test_a_field_understands_signs_and_ranges(page: Page) -> None:
    """A sign limits its own side, whichever field it is written in."""
    sizes = open_range(page, "bytes")
    lower, upper = (sizes.get_by_label(f"at {end}, Stored size") for end in ("least", "most"))
    lower.fill("< 1 MB")
    lower.press("Tab")
    page.wait_for_url("**?bytes=..999999")
    expect(upper).to_have_value("< 1 MB")
    expect(lower).to_have_value("")

    lower.fill("1-4 kB")
    lower.press("Enter")

    page.wait_for_url("**?bytes=1000..4000")
    expect(active(page)).to_contain_text("Stored size: 1 kB to 4 kB")


def test_bad_input_is_answered_beside_the_field(page: Page) -> None:
    """The text stays, the results too, and what is expected is said; once it is right, the words go."""
    sizes = open_range(page, "bytes")
    field = sizes.get_by_label("at least, Stored size")
    field.fill("five <b>GB")
    field.press("Enter")
    problem = sizes.get_by_role("alert")
    expect(problem).to_have_text("“five <b>GB” is not understood: write a number, such as 5 GB, < 200 MB or 1–10 GB.")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("five <b>GB")
    expect(field).to_be_focused()
    assert "bytes" not in page.url

    field.fill("5 kB")
    field.press("Enter")

    expect(problem).to_be_hidden()
    page.wait_for_url("**?bytes=5000..")


def test_a_click_on_the_track_and_a_drag_are_one_change_each(page: Page) -> None:
    """The nearest thumb goes there; a drag over many edges is one step of the history."""
    sizes = open_range(page, "bytes")
    track = sizes.locator("[data-part=track]").bounding_box()
    steps = page.evaluate("history.length")
    across = track["y"] + 9
    page.mouse.click(track["x"] + track["width"] * 0.8, across)
    page.wait_for_url("**?bytes=..*")
    assert page.evaluate("history.length") == steps + 1
    expect(count_of(page)).to_have_text(re.compile(r"^\d+ of 134 datasets$"))
    found = count_of(page).inner_text().split()[0]
    expect(page.locator("filter-panel [data-part=total]")).to_have_text(found)  # comes with the counts of the facets
    track = sizes.locator("[data-part=track]").bounding_box()  # what is above it shrank
    across = track["y"] + 9
    page.mouse.move(track["x"] + 9, across)
    page.mouse.down()
    for share in (0.1, 0.2, 0.3, 0.4):
        page.mouse.move(track["x"] + track["width"] * share, across)
    page.mouse.up()

    page.wait_for_url(lambda url: not url.split("bytes=")[-1].startswith(".."))
    assert page.evaluate("history.length") == steps + 2
    page.go_back()
    page.wait_for_url("**?bytes=..*")
    expect(sizes.get_by_label("at least, Stored size")).to_have_value("")


def test_a_held_key_is_one_change(page: Page) -> None:
    """A key that is held moves the thumb by many edges: one step of the history, once it is released."""
    sizes = open_range(page, "bytes")
    sizes.get_by_label("Stored size, to", exact=True).focus()
    steps = page.evaluate("history.length")
    for _ in range(4):
        page.keyboard.down("ArrowLeft")
    page.keyboard.up("ArrowLeft")

    page.wait_for_url("**?bytes=..*")
    assert page.evaluate("history.length") == steps + 1


def test_keys_one_after_the_other_are_one_change(page: Page) -> None:
    """As typing is; the keys of the other slider are another step of the history."""
    sizes = open_range(page, "bytes")
    steps = page.evaluate("history.length")
    sizes.get_by_label("Stored size, to", exact=True).focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    page.wait_for_url("**?bytes=..*")
    settled(page)  # on a busy machine an address is written between two keys
    first = page.url
    sizes.get_by_label("Stored size, from", exact=True).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: "bytes=.." not in url)
    assert page.evaluate("history.length") == steps + 2

    page.go_back()
    page.wait_for_url(first)
    page.go_back()
    page.wait_for_url(lambda url: "bytes" not in url)


def test_not_stated_can_be_selected(page: Page) -> None:
    """Alone, or besides limits; a chip takes both back."""
    sizes = open_range(page, "bytes")
    box = sizes.get_by_label("Stored size: no value")
    box.check()
    page.wait_for_url("**?bytes=")
    expect(active(page)).to_contain_text("Stored size: no value")
    expect(count_of(page)).to_have_text(re.compile(r"^\d+ of 134 datasets$"))  # after "Searching …", on a busy machine
    unstated = int((count_of(page).text_content() or "").split()[0])

    sizes.get_by_label("at most, Stored size").fill("1 kB")
    sizes.get_by_label("at most, Stored size").press("Enter")
    expect(count_of(page)).to_have_text(f"{unstated + 10} of 134 datasets")
    expect(active(page)).to_contain_text("up to 1 kB, or no value")
    page.get_by_role("button", name="Remove Stored size").click()

    expect(count_of(page)).to_have_text("134 datasets")
    expect(box).not_to_be_checked()


def test_a_thumb_moves_under_a_finger(browser: Any, site_address: str) -> None:
    """On a phone the thumbs are as large as a finger, a tap on the track counts, and nothing is too wide."""
    with opened(browser, site_address, viewport={"width": 390, "height": 844}, has_touch=True) as page:
        page.goto("index.html")
        page.locator("[data-action=open-filters]").click()
        sizes = open_range(page, "bytes")
        track = sizes.locator("[data-part=track]")
        track.scroll_into_view_if_needed()
        box = track.bounding_box()
        assert box["height"] >= 44
        page.touchscreen.tap(box["x"] + box["width"] * 0.7, box["y"] + 14)

        page.wait_for_url("**?bytes=..*")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
