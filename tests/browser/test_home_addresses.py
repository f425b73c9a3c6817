"""Addresses of the home page that hold what no catalog has, or thousands of values, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from browser.conftest import write_files
from browser.screens import Page, cards, count_of, expect, facet, opened, search_box, served
from catalogs import change, make_catalog, make_image

from sitegen.site.render import search_pages
from sitegen.site.resources import assets
from sitegen.site.theme import theme_files

pytestmark = pytest.mark.browser

INHERITED = ("__proto__", "constructor", "hasOwnProperty", "toString", "valueOf")
"""What every object of JavaScript has."""
TISSUES = ("a,b", "a", "b", *INHERITED)


@pytest.fixture(scope="module")
def inherited_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the home page of datasets whose institutions, names and tissues are called so."""
    images = [
        change(make_image(f"image-{name}", name=f"{name} image", source=name), extra={"tissue": name})
        for name in TISSUES
    ]
    catalog = make_catalog(*images, facets=("tissue",))
    pages = chain(search_pages(catalog), assets(), theme_files(catalog.branding))
    with served(write_files(catalog, pages, tmp_path_factory.mktemp("inherited"))) as address:
        yield f"{address}catalog/"


@pytest.fixture
def inherited(browser: Any, inherited_address: str) -> Iterator[Page]:
    """Its page."""
    with opened(browser, inherited_address) as page:
        yield page


def chips(page: Page) -> Any:
    """Return what narrows the catalog, as buttons."""
    return page.get_by_role("list", name="Active filters").get_by_role("button")


@pytest.mark.parametrize("name", INHERITED)
def test_names_of_every_object_are_values_like_others(inherited: Page, name: str) -> None:
    """In the address, as words, in the filters, and as a key that there is not."""
    for key, label in (("source", "Institution"), ("extra.tissue", "Tissue")):
        inherited.goto(f"index.html?{key}={name}")
        expect(count_of(inherited)).to_have_text(f"1 of {len(TISSUES)} datasets")
        expect(chips(inherited)).to_have_text([f"{label}: {name}"])
        expect(facet(inherited, key).locator(f"input[value={name}]")).to_be_checked()
    inherited.goto(f"index.html?{name}=1&sort={name}&view={name}&columns={name.lower()}")
    expect(count_of(inherited)).to_have_text(f"{len(TISSUES)} datasets")
    for written in (name, f"{name}:x", f"institution:{name}", f"sort by {name}", f"{name} -{name}", f"{name}<5"):
        inherited.goto(f"index.html?q={quote(written)}")
        expect(count_of(inherited)).to_contain_text("dataset")
        expect(inherited.locator("catalog-home")).to_have_attribute("aria-busy", "false")


def test_names_of_every_object_that_no_dataset_has(page: Page) -> None:
    """They are unknown values, as any others."""
    page.goto("index.html?source=__proto__&source=constructor&organism=toString")

    expect(chips(page)).to_have_text(
        ["Institution: __proto__", "Institution: constructor", "Organism: toString", "Clear all"]
    )
    expect(page.locator("[data-part=notes]")).to_contain_text(
        "No dataset in this catalog has “Institution: __proto__”."
    )


def _goto_long(page: Page, address: str) -> None:
    """Open an address that is longer than servers of tests take."""
    page.route("**/index.html?*", lambda route: route.continue_(url=route.request.url.partition("?")[0]))
    page.goto(f"index.html?{address}")


def test_thousands_of_values_have_few_chips(browser: Any, long_facet_address: str) -> None:
    """The first twelve, and one for the others, which takes these back; the field stays quick to type in."""
    values = [f"tissue {number}" for number in range(1000, 2500)] + [f"no {number}" for number in range(1500)]
    with opened(browser, long_facet_address) as page:
        _goto_long(page, urlencode([("extra.tissue", value) for value in values]))
        expect(count_of(page)).to_have_text("1,500 of 3,000 datasets")
        expect(chips(page)).to_have_count(14)
        expect(chips(page).nth(12)).to_have_text("Tissue: 2,988 more")
        notes = page.locator("[data-part=notes]")
        expect(notes).to_contain_text("No dataset has any of the link’s 1,497 other values of “Tissue” either.")
        assert len(notes.inner_text()) < 400

        chips(page).nth(12).click()

        expect(count_of(page)).to_have_text("12 of 3,000 datasets")
        expect(chips(page)).to_have_count(13)
        expect(notes).to_be_hidden()


def test_thousands_of_unknown_values_find_nothing_in_few_words(browser: Any, long_facet_address: str) -> None:
    """Some of them are named, and how many others there are."""
    with opened(browser, long_facet_address) as page:
        _goto_long(page, urlencode([("extra.tissue", f"no {number}") for number in range(3000)]))
        message = page.locator("result-message")
        expect(message).to_contain_text("No dataset matches")

        notes = page.locator("[data-part=notes]")
        expect(notes).to_contain_text("No dataset has any of the link’s 2,997 other values of “Tissue” either.")
        assert len(notes.inner_text()) < 400
        assert message.get_by_role("button").count() < 10


def test_commas_of_values_survive(inherited: Page) -> None:
    """From a box to the address, its chip, and back."""
    inherited.goto("index.html")
    tissues = facet(inherited, "extra.tissue")
    if not tissues.locator("details").evaluate("each => each.open"):
        tissues.locator("summary").click()
    tissues.locator("input[value='a,b']").check()
    inherited.wait_for_url("**?extra.tissue=a%2Cb")
    tissues.locator("input[value=a]").check()
    inherited.wait_for_url("**?extra.tissue=a%2Cb&extra.tissue=a")
    inherited.reload()
    expect(count_of(inherited)).to_have_text(f"2 of {len(TISSUES)} datasets")

    chips(inherited).filter(has_text="a,b").click()

    inherited.wait_for_url("**?extra.tissue=a")
    expect(cards(inherited)).to_have_count(1)


def test_escape_acts_where_the_focus_is(page: Page) -> None:
    """In the field it clears the words, and no filters; elsewhere it takes nothing back."""
    page.goto("index.html?q=riccia&source=IDR")
    expect(count_of(page)).to_have_text("40 of 134 datasets")
    cards(page).first.focus()
    page.keyboard.press("Escape")
    expect(search_box(page)).to_have_value("riccia")

    search_box(page).focus()
    page.keyboard.press("Escape")
    expect(search_box(page)).to_have_value("")
    page.wait_for_url("**?source=IDR")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    expect(search_box(page)).to_be_focused()
    expect(chips(page)).to_have_text(["Institution: IDR"])


def test_escape_in_the_field_closes_the_help_first(page: Page) -> None:
    """And leaves the words, then."""
    page.get_by_role("button", name="Search help").click()
    help_text = page.locator("#search-help")
    expect(help_text).to_be_visible()
    search_box(page).evaluate("each => each.focus()")
    page.keyboard.type("riccia")
    if help_text.is_visible():
        page.keyboard.press("Escape")
    expect(help_text).to_be_hidden()

    expect(search_box(page)).to_have_value("riccia")
