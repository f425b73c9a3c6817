"""Results by study in a real browser: one card a study, or with words a section with its datasets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from browser.screens import Page, cards, count_of, expect, opened, search_box, served
from catalogs import change, make_catalog, make_image

from sitegen.model import Catalog, Record, StudyRef
from sitegen.outputs.table import site_files

pytestmark = pytest.mark.browser

LARGE = StudyRef(id="large", name="Large <b>screen</b>")
SMALL = StudyRef(id="small", name="Small study")


def _catalog() -> Catalog:
    """Return a catalog of a study of 70 plates' worth of images, one of 2 datasets, and one dataset of no study."""
    large = [_image(number, LARGE, "IDR", 10) for number in range(70)]
    small = [_image(100, SMALL, "IDR", 1), _image(101, SMALL, "SSBD", 1)]
    return make_catalog(*large, *small, _image(200, None, "SSBD", 1))


def _image(number: int, study: StudyRef | None, source: str, images: int) -> Record:
    name = f"Image {number}"
    made = make_image(f"image-{number}", name=name, title=name, short_title=name, source=source)
    return replace(change(made, images=images), study=study)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with studies."""
    folder = tmp_path_factory.mktemp("studies")
    for page in site_files(_catalog()):
        target = folder / page.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(page.content)
    with served(folder) as found:
        yield found


@pytest.fixture
def home(browser: Any, address: str) -> Iterator[Page]:
    """Its home page."""
    with opened(browser, address) as page:
        page.goto("index.html")
        yield page


def test_a_study_is_one_card(home: Page) -> None:
    """With the number of its images and datasets; the large one takes no more room than the small one."""
    home.get_by_role("button", name="By study").click()
    home.wait_for_url("**?group=study")
    expect(cards(home)).to_have_count(3)
    expect(count_of(home)).to_have_text("2 studies, 73 datasets")
    gallery = home.get_by_role("list", name="Results")
    expect(gallery).to_contain_text("Large <b>screen</b>")
    expect(gallery).to_contain_text("700 images in 70 datasets")
    expect(gallery).to_contain_text("2 datasets")
    expect(gallery).to_contain_text("Image 200")

    home.get_by_role("link", name="Large").click()

    home.wait_for_url("**?study=large")
    expect(count_of(home)).to_have_text("70 of 73 datasets")
    expect(cards(home)).to_have_count(48)
    home.go_back()
    expect(cards(home)).to_have_count(3)
    expect(home.get_by_role("button", name="By study")).to_have_attribute("aria-pressed", "true")


def test_groups_count_what_was_found(home: Page) -> None:
    """A filter narrows what a study's card counts; the way back from a dataset leads to the studies."""
    home.goto("index.html?source=SSBD&group=study")
    expect(cards(home)).to_have_count(2)
    expect(count_of(home)).to_have_text("1 study, 2 of 73 datasets")
    cards(home).filter(has_text="Image 200").click()
    steps = home.locator("result-steps")
    steps.get_by_role("link", name="Results").click()

    expect(cards(home)).to_have_count(2)
    assert home.url.endswith("?source=SSBD&group=study")


def test_words_find_the_datasets_of_studies(home: Page) -> None:
    """Each study is a heading with its count, which leads to just that; each dataset that was found has its link."""
    home.goto("index.html?group=study")
    expect(cards(home)).to_have_count(3)
    search_box(home).fill("image -SSBD")
    expect(count_of(home)).to_have_text("2 studies, 71 of 73 datasets")
    headings = home.get_by_role("list", name="Results").locator("[data-study]")
    expect(headings.first).to_be_visible()
    found = set(_datasets(home))
    assert len(found) == 48
    home.goto(f"{home.url}&page=2")
    expect(home.get_by_role("list", name="Results")).to_contain_text("70 datasets")
    assert len(found | set(_datasets(home))) == 71

    headings.filter(has_text="Large").click()

    home.wait_for_url("**?q=image+-SSBD&study=large")
    expect(count_of(home)).to_have_text("70 of 73 datasets")


def test_datasets_of_no_study_come_last(home: Page) -> None:
    """Below a heading of their own."""
    home.goto("index.html?q=image 1 OR image 100 OR image 200&group=study&per=192")
    headings = home.get_by_role("list", name="Results").locator("[data-study]")

    expect(headings.last).to_have_text("In no study")
    assert len(_datasets(home)) == len(set(_datasets(home)))


def _datasets(page: Page) -> list[str]:
    """Return where the links of the results to datasets lead."""
    links = page.get_by_role("main").locator("result-list a[href^='datasets/']")
    expect(links.first).to_be_visible()
    page.locator("result-list li:empty").first.wait_for(state="detached")  # cards out of sight are made later
    return [str(link) for link in links.evaluate_all("all => all.map(({ href }) => href)")]


def test_a_table_lists_datasets(home: Page) -> None:
    """However the results are grouped; the button says why it cannot be used."""
    home.goto("index.html?group=study&view=table")

    expect(count_of(home)).to_have_text("73 datasets")
    expect(home.get_by_role("button", name="By study")).to_be_disabled()
    expect(home.get_by_role("button", name="By study")).to_have_attribute("title", "The table lists datasets")


def test_the_toolbar_of_a_phone_has_room(browser: Any, address: str) -> None:
    """The button covers nothing of the menu of orders, which shows what it says."""
    with opened(browser, address, viewport={"width": 390, "height": 844}) as page:
        page.goto("index.html?group=study")
        expect(cards(page)).to_have_count(3)
        menu, button = page.get_by_label("Sort by").bounding_box(), page.locator(".toolbar__group").bounding_box()

        apart_below = button["y"] >= menu["y"] + menu["height"] or button["y"] + button["height"] <= menu["y"]
        apart_beside = button["x"] >= menu["x"] + menu["width"] or button["x"] + button["width"] <= menu["x"]
        assert apart_below or apart_beside
        assert menu["width"] > 90
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
