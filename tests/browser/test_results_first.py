"""Once anything is asked, results come first; pages of results say where they are. In a real browser."""

from __future__ import annotations

import pytest
from browser.screens import Page, cards, count_of, expect, facet, held, opened, search_box

pytestmark = pytest.mark.browser

SCREENS = {"desktop": (1440, 900), "phone": (390, 844), "zoom of 200 %": (720, 450)}
ASKED = ("?q=riccia", "?source=IDR", "?sort=-bytes", "?page=2", "?q=riccia&source=IDR&organism=&bytes=..90000000")


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("screen", SCREENS)
def test_the_first_picture_is_above_the_fold(browser: object, site_address: str, screen: str, asked: str) -> None:
    """A visitor sees pictures of the results without scrolling; of one at least three quarters."""
    width, height = SCREENS[screen]
    with opened(browser, site_address, viewport={"width": width, "height": height}) as page:
        page.goto(f"index.html{asked}")
        expect(page.locator("catalog-home")).to_have_attribute("aria-busy", "false")
        picture = page.locator(".card__picture").first.bounding_box()

        assert picture["y"] + picture["height"] * 0.75 < height


_SHIFT = """
globalThis.shift = 0;
new PerformanceObserver((list) => { for (const { value } of list.getEntries()) shift += value; })
  .observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("asked", ASKED)
def test_the_answer_moves_nothing(browser: object, site_address: str, asked: str) -> None:
    """What the page came with is not the answer: it is hidden until that is there, and then moves no results."""
    with opened(browser, site_address, viewport={"width": 1440, "height": 900}) as page:
        page.add_init_script(_SHIFT)
        with held(page, "**/search/**"):
            page.goto(f"index.html{asked}")
            expect(page.locator("catalog-home")).to_have_attribute("aria-busy", "true")
            expect(page.locator(".card__picture").first).to_be_hidden()
        expect(page.locator("catalog-home")).to_have_attribute("aria-busy", "false")
        expect(page.locator(".card__picture").first).to_be_visible()
        page.wait_for_load_state("networkidle")

        assert page.evaluate("shift") < 0.01  # names of values come with the answer, and may make a line of chips two


def test_typing_shrinks_what_is_above(page: Page) -> None:
    """Description and institutions go when the first letter is typed, and come back when all are deleted."""
    institutions = page.locator("institution-links")
    expect(institutions).to_be_visible()
    search_box(page).press_sequentially("ri")
    expect(institutions).to_be_hidden()
    expect(page.locator(".home__description")).to_be_hidden()
    expect(search_box(page)).to_be_focused()

    search_box(page).fill("")

    expect(institutions).to_be_visible()


def test_the_page_does_not_move_under_the_mouse(page: Page) -> None:
    """A second click at the same place takes the first one back; what is above shrinks a moment after the last."""
    value = facet(page, "organism").get_by_label("Homo sapiens")
    box = value.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(x, y)
    page.mouse.click(x, y)
    expect(value).not_to_be_checked()
    page.mouse.click(x, y)

    page.wait_for_url("**?organism=*")
    expect(page.locator(".home__description")).to_be_hidden()


def test_institutions_stand_once(page: Page) -> None:
    """Before anything is asked they are a row, then a filter."""
    expect(page.locator("institution-links")).to_be_visible()
    expect(facet(page, "source")).to_be_hidden()

    page.locator("institution-links").get_by_role("link", name="Jülich").click()

    expect(page.locator("institution-links")).to_be_hidden()
    expect(facet(page, "source").get_by_label("Jülich")).to_be_checked()
    expect(page.get_by_role("region", name="Datasets")).to_be_focused()


def test_a_page_says_where_it_is(page: Page) -> None:
    """The place among all results, a jump to a page, and the number of results on one."""
    expect(page.get_by_text("1–48 of 134")).to_be_visible()
    page.get_by_label("Page", exact=True).fill("3")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_text("97–134 of 134")).to_be_visible()

    page.get_by_label("Results on a page").select_option("24")

    page.wait_for_url("**?per=24&page=5")
    expect(page.get_by_text("97–120 of 134")).to_be_visible()
    expect(cards(page)).to_have_count(24)


@pytest.mark.parametrize("number", ["4", "99999", "1e30", "1e999"])
def test_beyond_the_end_is_the_last_page(page: Page, number: str) -> None:
    """A link to a page that is no more leads to the last one, in the address, too, and that is said."""
    page.goto(f"index.html?q=riccia&page={number}")

    page.wait_for_url("**?q=riccia&page=2")
    expect(page.get_by_text("There is no page")).to_contain_text("the last one, 2, is shown.")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    expect(cards(page)).to_have_count(12)


def test_what_an_address_cannot_mean_is_said_and_leaves_it(page: Page) -> None:
    """Values of any key that is not a filter: the address says what is shown, in the same step of the history."""
    page.goto("index.html?q=riccia&page=-3&view=list&sort=beauty&per=7&group=host&tissue=brain")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    notes = page.locator("[data-part=notes]")

    for words in ("page “-3”", "view “list”", "sorted by “beauty”", "“7” results", "by “host”", "filter “tissue”"):
        expect(notes).to_contain_text(words)
    assert page.url.endswith("index.html?q=riccia")
    page.goto("index.html?page=abc")
    expect(notes).to_have_text("There is no page “abc”; the first one is shown.")
    assert page.url.endswith("index.html")


def test_a_jump_beyond_the_end_goes_to_the_last_page(page: Page) -> None:
    """The field takes no other number than a page has."""
    page.get_by_label("Page", exact=True).fill("3")
    page.get_by_label("Page", exact=True).press("Enter")
    page.wait_for_url("**?page=3")
    page.goto("index.html?q=nothing-has-this&page=7")

    page.wait_for_url("**?q=nothing-has-this")
    expect(page.get_by_role("heading", name="No dataset matches")).to_be_visible()
