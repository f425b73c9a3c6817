"""Comparing datasets in a real browser: side by side, at the same scale, with what differs marked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from browser.hands import HANDS, Hand, visiting
from browser.screens import Page, cards, count_of, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def link_of(page_of: Callable[[str], str]) -> Callable[..., str]:
    """Return the path of the comparison of datasets, by the ends of their addresses."""

    def end(name: str) -> str:
        return page_of(name if name.endswith(".zarr") else f"{name}.ome.zarr").split("/")[1][-12:]

    return lambda *names: f"compare/index.html?ids={'.'.join(map(end, names))}"


def heads(page: Page) -> list[str]:
    """Return the titles of what is compared."""
    page.get_by_role("columnheader").first.wait_for()
    return [text.strip() for text in page.get_by_role("columnheader").locator("a[dir=auto]").all_inner_texts()]


@pytest.mark.parametrize("hand", HANDS)
def test_two_are_compared_in_four_actions(browser: object, site_address: str, hand: Hand) -> None:
    """Two boxes and the link: the two are side by side, in the order in which they were selected."""
    with visiting(browser, site_address, hand, "index.html?q=riccia") as visitor:
        page = visitor.page
        expect(count_of(page)).to_have_text("60 of 134 datasets")
        titles = [cards(page).nth(number).inner_text().splitlines()[-1] for number in (1, 0)]
        for number in (1, 0):
            visitor.press(page.get_by_role("checkbox", name="Select").nth(number))
        visitor.press(page.get_by_role("link", name="Compare"))

        assert heads(page) == titles
    assert visitor.actions <= 4


def test_what_differs_is_marked(page: Page, link_of: Callable[..., str]) -> None:
    """A fact that differs says so in words; the others can be hidden."""
    page.goto(link_of("image-1", "image-3"))
    assert heads(page) == ["Riccia 1", "Riccia 3"]
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Stored size"))
    expect(row).to_contain_text("differs")
    same = page.get_by_role("rowheader", name="Data type")
    expect(same).not_to_contain_text("differs")

    page.get_by_label("Show only differences").check()

    expect(same).to_be_hidden()
    expect(row).to_be_visible()


def test_what_does_not_apply_differs_from_what_is_stated(page: Page, link_of: Callable[..., str]) -> None:
    """An image has no wells, a plate has 95, and a dataset that cannot be read may be either."""
    page.goto(link_of("image-1", "LT0113_01", "lost-unreadable.zarr"))
    wells = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Wells"))

    expect(wells.get_by_role("cell")).to_have_text(["not applicable", "95", "not stated"])
    expect(wells).to_contain_text("differs")


def test_what_cannot_be_asked_for_is_said_in_words(page: Page, link_of: Callable[..., str]) -> None:
    """Not as a browser says it, and it may be tried again."""
    page.route("**/record.json", lambda route: route.abort())
    page.goto(link_of("image-1", "image-3"))

    alert = page.get_by_role("alert").filter(visible=True)
    expect(alert).to_contain_text("could not be loaded. The network or the server did not answer.")
    page.unroute("**/record.json")
    page.get_by_role("button", name="Try again").click()
    assert heads(page) == ["Riccia 1", "Riccia 3"]


def test_pixel_sizes_are_compared(page: Page, link_of: Callable[..., str]) -> None:
    """In the plane and along z, of the full resolution; a group has neither."""
    page.goto(link_of("image-1", "group"))
    plane = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile("^Pixel size differs$")))
    along = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Pixel size along z"))

    expect(plane.get_by_role("cell")).to_have_text(["108 nm", "not applicable"])
    expect(along.get_by_role("cell")).to_have_text(["500 nm", "not applicable"])


def _first_over_second(page: Page) -> float:
    """Return how wide the first picture is, compared with the second."""
    images = page.locator("compare-datasets th img")
    expect(images).to_have_count(2)
    first, second = (images.nth(number).evaluate("each => each.getBoundingClientRect().width") for number in range(2))
    return float(first / second)


@pytest.fixture
def open_smaller(
    page: Page, site_folder: Path, link_of: Callable[..., str], page_of: Callable[[str], str]
) -> Callable[[int], None]:
    """Return what compares a picture that has a fraction of its extent, one over the argument, with another."""
    small = page_of("image-1.ome.zarr").split("/")[1]
    record = json.loads((site_folder / "catalog" / "datasets" / small / "record.json").read_text(encoding="utf-8"))

    def opens(times: int) -> None:
        shown = record["shown"]
        answer = {**record, "shown": {**shown, "pixel_size": shown["pixel_size"] / times}}
        page.route(
            "**/record.json",
            lambda route: route.fulfill(json=answer) if small in route.request.url else route.continue_(),
        )
        page.goto(link_of("image-1", "image-3"))

    return opens


def test_pictures_have_the_same_scale(page: Page, open_smaller: Callable[[int], None]) -> None:
    """A picture of a quarter of the extent is a quarter as wide, and both bars are equally long for the same length."""
    open_smaller(4)
    assert _first_over_second(page) == pytest.approx(0.25, abs=0.01)

    page.get_by_label("Show pictures at the same scale").uncheck()

    assert _first_over_second(page) == pytest.approx(1, abs=0.01)


def test_a_very_small_picture_is_enlarged_and_says_so(page: Page, open_smaller: Callable[[int], None]) -> None:
    """A picture of a fortieth of the extent is ten times as wide as it would be at the scale of the other."""
    open_smaller(40)
    expect(page.get_by_text("enlarged 10 ×")).to_be_visible()
    assert _first_over_second(page) == pytest.approx(0.25, abs=0.01)

    page.get_by_label("Show pictures at the same scale").uncheck()

    expect(page.get_by_text("enlarged 10 ×")).to_be_hidden()


def test_one_is_removed_by_a_link(page: Page, link_of: Callable[..., str]) -> None:
    """What is compared is in the address: removing one is another address."""
    page.goto(link_of("image-1", "image-3", "image-5"))
    page.get_by_role("link", name="Remove Riccia 3").click()

    page.wait_for_url(f"**/{link_of('image-1', 'image-5')}")
    assert heads(page) == ["Riccia 1", "Riccia 5"]


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ("", "Select two to four datasets"),
        ("?ids=abc", "Select two to four datasets"),
        ("?ids=%3Cimg%20src=x%3E.a", "Select two to four datasets"),
        ("?ids=aaaaaaaaaaaa.bbbbbbbbbbbb", "2 of the link's datasets are no longer in this catalog."),
    ],
)
def test_an_address_that_names_too_little_says_what_to_do(page: Page, ids: str, said: str) -> None:
    """Nothing is compared, and the catalog is one click away."""
    page.goto(f"compare/index.html{ids}")

    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_role("link", name="Back to the catalog")).to_be_visible()


def test_a_failing_host_is_said_and_tried_again(page: Page, link_of: Callable[..., str]) -> None:
    """A record that does not come is an error in words; after it, the page works."""
    page.route("**/record.json", lambda route: route.fulfill(status=503))
    page.goto(link_of("image-1", "image-3"))
    expect(page.get_by_role("alert")).to_contain_text("status 503")
    page.unroute("**/record.json")

    page.get_by_role("button", name="Try again").click()

    assert heads(page) == ["Riccia 1", "Riccia 3"]


def test_one_that_is_gone_is_said(page: Page, link_of: Callable[..., str]) -> None:
    """What is left of the comparison is shown."""
    page.goto(f"{link_of('image-1', 'image-3')}.aaaaaaaaaaaa")

    assert heads(page) == ["Riccia 1", "Riccia 3"]
    expect(page.get_by_role("alert")).to_contain_text("1 of the link's datasets is no longer in this catalog.")
