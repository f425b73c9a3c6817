"""The home page in a real browser: facets of thousands of values, hostile ones among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from browser.screens import Page, count_of, expect, facet, opened

pytestmark = pytest.mark.browser


ASKED = """
globalThis.asked = { messages: [], answered: false };
const send = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, ...rest) {
  asked.messages.push(message.ask);
  if (message.ask === "foresee")
    this.addEventListener("message", ({ data }) => {
      if (data.id === message.id && data.result) asked.answered = true;
    });
  return send.call(this, message, ...rest);
};
globalThis.pointAgain = () =>
  document.querySelectorAll("facet-filter label")[6].dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
"""
"""Notes what the page asks of the search, and whether it was answered beforehand."""
PRESS_AFTER_CHOICE = """facet => {
  const [first, , , fourth] = facet.querySelectorAll("li label");
  fourth.click();
  first.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
}"""
"""Chooses a value and presses another at once, as nothing outside of the page can be sure to."""


@pytest.fixture
def long(browser: object, long_facet_address: str) -> Iterator[Page]:
    """The home page with the facet of 3,000 values, the first one."""
    with opened(browser, long_facet_address) as page:
        page.goto("index.html")
        yield page


def tissue(page: Page) -> Any:
    """Return the facet of 3,000 values."""
    return facet(page, "extra.tissue")


def test_a_configured_facet_is_the_first(long: Page) -> None:
    """It stands before those that every site has."""
    expect(long.locator("facet-filter").first).to_have_attribute("data-key", "extra.tissue")


def test_a_long_facet_shows_few_values_and_at_most_200(long: Page) -> None:
    """The most frequent ones at first, 200 on demand, with a hint to the others; then the first ones again."""
    lines, button = tissue(long).locator("li"), tissue(long).locator("[data-action=show-all]")
    expect(lines).to_have_count(8)
    expect(button).to_have_text("Show all 3,000")

    button.click()
    expect(lines).to_have_count(200)
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(tissue(long).get_by_role("status")).to_have_text("2,800 more: search within the values.")
    button.click()

    expect(lines).to_have_count(8)
    expect(button).to_have_text("Show all 3,000")


def test_a_value_is_found_within_a_facet(long: Page) -> None:
    """By a part of its name; a chosen value is on top, and stays when the search is over."""
    field = tissue(long).get_by_label("Search in Tissue")
    field.fill("TISSUE 2718")
    expect(tissue(long).locator("li")).to_have_count(1)
    field.press("Enter")
    long.wait_for_url("**?extra.tissue=tissue+2718")
    expect(count_of(long)).to_have_text("1 of 3,000 datasets")

    field.press("Escape")
    expect(tissue(long).locator("li").first).to_contain_text("tissue 2718")
    expect(tissue(long).locator("li").first.locator("input")).to_be_checked()
    field.fill("no such tissue")

    expect(tissue(long).get_by_role("status")).to_have_text("No value contains these letters.")


def test_values_can_be_ordered_by_name(long: Page) -> None:
    """Numbers in names count as numbers."""
    tissue(long).get_by_label("Search in Tissue").fill("tissue 10")
    expect(tissue(long).locator("li").first).to_be_visible()

    tissue(long).get_by_role("button", name="A to Z").click()

    expect(tissue(long).locator("li .facet__text").first).to_have_text("tissue 10")
    expect(tissue(long).locator("li .facet__text").nth(1)).to_have_text("tissue 100")


def test_values_that_find_nothing_are_behind_a_button(page: Page) -> None:
    """They are counted, and shown on demand."""
    kind, organism = facet(page, "kind"), facet(page, "organism")
    page.goto("index.html?source=J%C3%BClich")
    expect(count_of(page)).to_have_text("40 of 134 datasets")
    expect(facet(page, "source").locator("li").first).to_contain_text("Jülich")
    organism.get_by_label("not stated").check()
    expect(count_of(page)).to_have_text("8 of 134 datasets")
    expect(organism.get_by_label("not stated")).to_be_focused()
    expect(kind.locator("li")).to_have_count(1)

    kind.get_by_role("button", name="more without results").click()

    expect(kind.locator("li data").last).to_have_text("0")


def test_values_keep_their_places_under_a_press(long: Page) -> None:
    """A chosen value moves to the top, but not between press and release, which would then hit two values."""
    texts = tissue(long).locator("li .facet__text")
    before = texts.all_inner_texts()
    tissue(long).evaluate(PRESS_AFTER_CHOICE)
    long.wait_for_timeout(700)  # the values would have moved long since
    assert texts.all_inner_texts() == before

    texts.first.click()

    expect(tissue(long).locator("li:has(:checked) .facet__text")).to_have_text([before[0], before[3]])


@pytest.mark.parametrize("has_touch", [False, True])
def test_a_second_click_takes_a_choice_back(browser: Any, site_address: str, has_touch: bool) -> None:
    """At the same place: values keep their places, also those that find nothing then, while counts change."""
    with opened(browser, site_address, has_touch=has_touch) as page:
        page.goto("index.html?q=image")
        institutions, count = facet(page, "source"), count_of(page)
        expect(count).to_have_text(re.compile("of 134 datasets$"))
        before, found = institutions.locator("[data-part=text]").all_inner_texts(), count.inner_text()
        value = institutions.locator("li label").last
        assert len(before) > 1
        value.scroll_into_view_if_needed()
        box = value.bounding_box()
        place = box["x"] + 8, box["y"] + box["height"] / 2
        for isChosen in (True, False):
            page.touchscreen.tap(*place) if has_touch else page.mouse.click(*place)
            expect(institutions.locator("li:has(:checked)")).to_have_count(int(isChosen))
            expect(count).not_to_have_text(found) if isChosen else expect(count).to_have_text(found)
            page.wait_for_timeout(700)  # the values would have moved long since
            assert institutions.locator("[data-part=text]").all_inner_texts() == before
            assert value.bounding_box() == box


def test_a_chosen_value_moves_to_the_top_once_the_facet_is_left(page: Page) -> None:
    """And when the page is opened with it; a value that finds nothing stays where it was until then."""
    kind, institutions = facet(page, "kind"), facet(page, "source")
    page.goto("index.html?q=image")
    expect(count_of(page)).to_have_text(re.compile("of 134 datasets$"))
    value = institutions.locator("li").last
    name = value.locator("[data-part=text]").inner_text()
    value.get_by_role("checkbox").check()
    expect(institutions.locator("li").last.get_by_role("checkbox")).to_be_checked()
    page.wait_for_timeout(700)
    expect(institutions.locator("li").last).to_contain_text(name)

    kind.get_by_role("checkbox").first.check()

    expect(institutions.locator("li").first).to_contain_text(name)
    page.reload()
    expect(institutions.locator("li").first).to_contain_text(name)


def test_a_chosen_value_that_finds_nothing_stays_when_it_is_taken_back(page: Page) -> None:
    """Under the pointer, where a second click chooses it again, until the facet is left."""
    institutions = facet(page, "source")
    page.goto("index.html?q=unreachable lost&source=J%C3%BClich")
    expect(page.locator("result-message")).to_contain_text("No dataset matches")
    first = institutions.locator("li").first
    expect(first).to_contain_text("Jülich")
    first.get_by_role("checkbox").click()
    expect(count_of(page)).to_have_text("1 of 134 datasets")
    page.wait_for_timeout(700)
    expect(first).to_contain_text("Jülich")
    expect(first.locator("data")).to_have_text("0")
    expect(first.get_by_role("checkbox")).not_to_be_checked()

    page.get_by_label("Search the catalog").click()

    expect(institutions.locator("li")).to_have_count(1)
    expect(first).to_contain_text("lost things")


def test_a_facet_with_one_value_is_folded_away(long: Page) -> None:
    """It offers no choice: it stands in a group that is closed."""
    alike = long.locator("details", has=long.get_by_text("The same for all datasets", exact=True)).first
    expect(alike.locator("facet-filter[data-key=kind]")).to_be_hidden()

    alike.locator("summary").first.click()

    expect(alike.locator("facet-filter[data-key=kind]")).to_be_visible()


def test_all_values_come_once_the_manifest_is_there(browser: object, long_facet_address: str) -> None:
    """If it cannot be loaded, the page says so; after another try the values are there."""
    with opened(browser, long_facet_address) as page:
        page.route("**/search/manifest*", lambda route: route.abort())
        page.goto("index.html")
        tissue(page).locator("[data-action=show-all]").click()
        expect(page.get_by_text("The search could not be loaded.")).to_be_visible()
        page.unroute("**/search/manifest*")
        page.get_by_role("button", name="Try again").click()

        expect(tissue(page).locator("li")).to_have_count(200)


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_hostile_values_are_text_and_widen_nothing(browser: object, long_facet_address: str, width: int) -> None:
    """Markup stays text, 5,000 letters and towers of accents stay in their line, in the facet and in chips."""
    values = ["<img src=x onerror=document.title='broken'>", "long" * 1250, "قلب الفأر \u202eevil", "x" * 900]
    query = "&".join(f"extra.tissue={quote(value)}" for value in values)
    with opened(browser, long_facet_address, viewport={"width": width, "height": 844}) as page:
        page.goto(f"index.html?{query}")
        expect(count_of(page)).to_have_text("3 of 3,000 datasets")
        if width < 1000:
            page.locator("[data-action=open-filters]").click()

        expect(tissue(page).locator("li")).to_have_count(8)
        assert page.locator("filter-panel img, filter-chips img").count() == 0
        assert page.title() != "broken"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for line in tissue(page).locator("li").all():
            assert line.bounding_box()["height"] < 160


def test_values_are_chosen_by_touch(browser: Any, long_facet_address: str) -> None:
    """On a phone, in the dialog, which says how many there are; a finger that scrolls chooses none."""
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with opened(browser, long_facet_address, **phone) as page:
        page.goto("index.html")
        page.get_by_role("button", name="Filters").tap()
        values = tissue(page).get_by_role("checkbox")
        expect(values.first).to_be_in_viewport()
        box = values.first.bounding_box()
        touch = {"type": "touchStart", "touchPoints": [{"x": box["x"] + 8, "y": box["y"] + 8}]}
        devtools = page.context.new_cdp_session(page)
        devtools.send("Input.dispatchTouchEvent", touch)
        for step in range(1, 6):
            points = [{"x": box["x"] + 8, "y": box["y"] + 8 - 20 * step}]
            devtools.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
        devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        expect(values.and_(page.locator(":checked"))).to_have_count(0)

        tissue(page).get_by_label("Search in Tissue").fill("tissue 2718")
        values.first.tap()
        page.get_by_role("button", name="Show 1", exact=True).tap()
        expect(count_of(page)).to_have_text("1 of 3,000 datasets")
        page.get_by_role("button", name="Filters").tap()
        values.first.tap()

        expect(page.get_by_role("button", name="Show 3,000", exact=True)).to_be_visible()


def test_a_value_that_is_pointed_at_is_answered_beforehand(browser: Any, long_facet_address: str) -> None:
    """The click shows an answer that is at hand; so does the click that takes it back."""
    with opened(browser, long_facet_address) as page:
        page.add_init_script(ASKED)
        page.goto("index.html")
        name = tissue(page).locator("[data-part=text]").nth(6).text_content()
        value = tissue(page).get_by_role("checkbox", name=re.compile(rf"^{name}\b"))
        tissue(page).locator("li").first.hover()
        page.wait_for_load_state("networkidle")
        page.wait_for_function("() => { pointAgain(); return asked.answered }")
        page.evaluate("asked.messages.length = 0")
        value.check()
        expect(count_of(page)).to_have_text("1 of 3,000 datasets")
        value.uncheck()
        expect(count_of(page)).to_have_text("3,000 datasets")
        value.check()
        expect(count_of(page)).to_have_text("1 of 3,000 datasets")

        assert page.evaluate("asked.messages.filter((each) => each === 'query').length") <= 1


def test_that_no_value_fits_is_said_once(page: Page) -> None:
    """Where nothing was found; each filter still offers all of its values."""
    page.goto("index.html?q=riccia -riccia")
    expect(page.locator("result-message")).to_contain_text("No dataset matches")
    said = page.get_by_text("No value fits the rest of the search.").filter(visible=True)

    expect(said).to_have_count(1)
    assert page.locator("[data-action=show-none]").filter(visible=True).count() > 1
