"""The page of a dataset in a real browser: copy and save, tabs, views of the picture, plate, neighbors, theme."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.hands import HANDS, Hand, visiting
from browser.screens import Page, expect, opened
from PIL import Image

pytestmark = pytest.mark.browser
LABELED = "/image-0.ome.zarr"
PLATE = "/LT0113_01.ome.zarr"
PageOf = Callable[[str], str]


@pytest.fixture
def dataset(browser: Any, site_address: str, page_of: PageOf) -> Iterator[Page]:
    """The page of an image with labels, in a browser whose clipboard is open to it."""
    with opened(browser, site_address, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(page_of(LABELED))
        yield page


@pytest.fixture
def plate(browser: Any, site_address: str, page_of: PageOf) -> Iterator[Page]:
    """The page of a plate."""
    with opened(browser, site_address) as page:
        page.goto(page_of(PLATE))
        yield page


def clipboard(page: Page) -> str:
    """Return what the visitor would paste."""
    return str(page.evaluate("navigator.clipboard.readText()"))


def is_visible(image: Any) -> bool:
    """Return whether a picture arrived and is shown."""
    return bool(image.evaluate("each => each.complete && each.naturalWidth > 0 && each.checkVisibility()"))


def test_address_is_copied(dataset: Page) -> None:
    """A click puts the dataset's address into the clipboard, and the button says so."""
    copy = dataset.locator("copy-text", has_text=LABELED).first
    copy.get_by_role("button", name="Copy").click()

    expect(copy.locator("[aria-live]")).to_have_text("Copied")
    assert clipboard(dataset) == f"https://data.example.org/images{LABELED}"


def test_text_is_selected_if_the_clipboard_cannot_be_written(dataset: Page) -> None:
    """The visitor can copy it by hand."""
    dataset.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('closed')) }")
    copy = dataset.locator("copy-text", has_text=LABELED).first
    copy.get_by_role("button", name="Copy").click()

    expect(copy.locator("[aria-live]")).to_have_text("Selected")
    assert dataset.evaluate("getSelection().toString()") == f"https://data.example.org/images{LABELED}"


def test_citation_is_saved(dataset: Page, page_of: PageOf) -> None:
    """BibTeX can be taken away as a file that has the dataset's name and the text shown."""
    dataset.get_by_role("tab", name="BibTeX").click()
    panel = dataset.get_by_role("tabpanel", name="BibTeX")
    with dataset.expect_download() as download:
        panel.get_by_role("button", name="Save").click()

    assert download.value.suggested_filename == f"{page_of(LABELED).split('/')[1]}.bib"
    assert Path(download.value.path()).read_text() == panel.locator("pre").text_content()


def test_tabs_show_one_text_at_a_time(dataset: Page) -> None:
    """A click on a tab shows its panel and hides the others; the tab says that it is selected."""
    citation = dataset.locator("code-tabs").first
    expect(citation.get_by_role("tab")).to_have_text(["Text", "BibTeX", "RIS", "CSL JSON"])
    expect(citation.get_by_role("tabpanel")).to_have_count(1)

    citation.get_by_role("tab", name="RIS").click()

    expect(citation.get_by_role("tab", selected=True)).to_have_text("RIS")
    expect(citation.get_by_role("tabpanel")).to_have_count(1)
    expect(citation.get_by_role("tabpanel", name="RIS")).to_contain_text("TY  - DATA")


def test_tabs_follow_arrow_keys(dataset: Page) -> None:
    """Arrow keys lead from tab to tab, round the ends, and only the selected tab is reached by Tab."""
    tabs = dataset.locator("code-tabs").first.get_by_role("tab")
    tabs.first.focus()

    dataset.keyboard.press("ArrowLeft")
    expect(tabs.last).to_be_focused()
    expect(tabs.last).to_have_attribute("aria-selected", "true")
    dataset.keyboard.press("ArrowRight")

    expect(tabs.first).to_be_focused()
    assert [each.get_attribute("tabindex") for each in tabs.all()] == ["0", "-1", "-1", "-1"]


def test_code_follows_the_level(dataset: Page) -> None:
    """Path, number and shape change in all tools at once; what is copied is what is shown."""
    code = dataset.locator("level-code")
    code.get_by_label("Resolution level").select_option("2")
    panel = code.get_by_role("tabpanel", name="zarr", exact=True)
    expect(panel).to_contain_text('pixels = image["2"]  # 40 × 2 × 31 × 512 × 512 (t, c, z, y, x), uint16, 1.3 GB')
    panel.get_by_role("button", name="Copy").click()

    expect(panel.locator("[aria-live]")).to_have_text("Copied")
    assert clipboard(dataset) == panel.locator("pre").text_content()
    code.get_by_role("tab", name="tensorstore").click()
    expect(code.get_by_role("tabpanel", name="tensorstore")).to_contain_text(f"{LABELED}/2/")
    code.get_by_role("tab", name="ome-zarr-py").click()
    expect(code.get_by_role("tabpanel", name="ome-zarr-py")).to_contain_text("pixels = image.data[2]")


def test_the_page_is_shared_by_its_permanent_address(dataset: Page) -> None:
    """Without what a view adds to it; where the clipboard is closed, it is there to be copied by hand."""
    canonical = dataset.locator('link[rel="canonical"]').get_attribute("href")
    dataset.evaluate("() => { location.hash = 'view' }")
    share = dataset.locator("share-page")
    share.get_by_role("button", name="Copy link").click()

    expect(share.locator("[aria-live]")).to_have_text("Copied")
    assert clipboard(dataset) == canonical
    dataset.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('closed')) }")
    share.get_by_role("button", name="Copied").click()
    expect(share.get_by_label("Address of this page")).to_have_value(str(canonical))


@pytest.mark.parametrize("hand", HANDS)
def test_citation_and_code_are_a_few_actions_away(browser: Any, site_address: str, page_of: PageOf, hand: Hand) -> None:
    """BibTeX within two, code for level 2 within three: by mouse, keyboard and touch."""
    with visiting(browser, site_address, hand, page_of(LABELED)) as visitor:
        page = visitor.page
        first, key = ("Text", "ArrowRight") if hand == "keyboard" else ("BibTeX", "")
        visitor.press(page.get_by_role("tab", name=first), key)
        panel = page.get_by_role("tabpanel", name="BibTeX")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        visitor.press(panel.get_by_role("button", name="Copy"))

        expect(panel.locator("[aria-live]")).to_have_text("Copied")
        assert visitor.actions <= 2
        visitor.actions = 0
        level = page.get_by_label("Resolution level")
        visitor.choose(level, level.locator("option").nth(2).text_content() or "" if hand != "keyboard" else "2")
        panel = page.locator("level-code").get_by_role("tabpanel", name="zarr", exact=True)
        expect(panel).to_contain_text('image["2"]')
        visitor.press(panel.get_by_role("button", name="Copy"))

        expect(panel.locator("[aria-live]")).to_have_text("Copied")
        assert visitor.actions <= 3


def test_labels_are_drawn_over_the_picture(dataset: Page) -> None:
    """The image is shown first; one choice shows the labels over it, the other hides them."""
    overlay = dataset.get_by_alt_text("with the label image nuclei over it")
    expect(overlay).to_be_hidden()

    dataset.get_by_label("With labels").check(force=True)
    expect(overlay).to_be_visible()
    assert overlay.bounding_box() == dataset.get_by_role("figure").get_by_role("img").first.bounding_box()
    dataset.get_by_label("Image", exact=True).check(force=True)

    expect(overlay).to_be_hidden()


def test_neighbors_lead_through_the_catalog(dataset: Page, page_of: PageOf) -> None:
    """The arrows lead to the next dataset and back, and the way up to the search."""
    start = dataset.url
    expect(dataset.get_by_role("link", name="Previous dataset")).to_have_count(0)

    dataset.get_by_role("link", name="Next dataset").click()
    dataset.wait_for_url(f"**/{page_of('/image-1.ome.zarr')}")
    dataset.get_by_role("link", name="Previous dataset").click()

    dataset.wait_for_url(start)
    dataset.get_by_role("navigation", name="Previous and next dataset").get_by_role("link", name="Catalog").click()
    expect(dataset.get_by_label("Search the catalog")).to_be_visible()


def test_the_wells_of_a_plate_are_a_table(plate: Page) -> None:
    """Names on all sides; wells that are there, are drawn, are missing, or are not listed; the one in the picture."""
    wells = plate.get_by_role("grid", name="Wells of the plate")
    states = wells.locator("td .well").evaluate_all("all => all.map(each => each.dataset.state)")
    drawn = wells.locator("[data-drawn]")

    assert wells.get_by_role("columnheader").all_text_contents() == [*map(str, range(1, 13))]
    assert wells.get_by_role("rowheader").all_text_contents() == [*"ABCDEFGH"]
    assert (states[0], states[1], states[3 * 12 + 5]) == ("missing", "present", "none")
    assert states.count("present") == 94
    assert wells.locator("[data-shown]").text_content() == "B3, in the picture above"
    assert drawn.all_text_contents() == ["B3, in the picture above", "E5"]
    assert all("montage.webp" in each for each in drawn.evaluate_all("all => all.map(e => e.style.backgroundImage)"))


def test_the_montage_is_cut_at_the_wells(browser: Any, site_address: str, page_of: PageOf) -> None:
    """Each well shows its own part of the montage, in colors that differ from well to well."""
    with opened(browser, site_address) as page:
        picture = Image.new("RGB", (1010, 674), "black")
        for number, (row, column) in enumerate(((1, 2), (4, 4))):
            corner = (column * 84 + 2, row * 84 + 2)
            picture.paste((200 * number, 255 - 200 * number, 90), (*corner, corner[0] + 82, corner[1] + 82))
        body = io.BytesIO()
        picture.save(body, "png")
        page.route("**/montage.webp", lambda route: route.fulfill(body=body.getvalue(), content_type="image/png"))
        page.goto(page_of("LT0113_01.ome.zarr"), wait_until="networkidle")
        shots = [
            Image.open(io.BytesIO(each.screenshot())).convert("RGB") for each in page.locator("[data-drawn]").all()
        ]
    corners = [[shot.getpixel((shot.width // part, shot.height // part)) for part in (2, 5)] for shot in shots]

    assert corners == [[(0, 255, 90)] * 2, [(200, 55, 90)] * 2]


def test_a_plate_without_scripts(browser: Any, site_address: str, page_of: PageOf) -> None:
    """The map and the montage are pictures; the montage links to itself in full size."""
    with opened(browser, site_address, java_script_enabled=False) as page:
        page.goto(page_of("LT0113_01.ome.zarr"))
        wells = page.get_by_role("img", name="94 of 96 wells are present; the picture shows B3", exact=True)
        assert wells.locator("text").all_text_contents() == [*map(str, range(1, 13)), *"ABCDEFGH"]
        page.get_by_alt_text("Montage of the plate").click()

        page.wait_for_url("**/thumbs/montage.webp")


def test_problems_are_listed_with_their_rules(plate: Page) -> None:
    """Errors and warnings are open, notes are closed; each leads to its rule."""
    expect(plate.get_by_text("rowIndex is 9, but the plate has 8 rows.")).to_be_visible()
    expect(plate.get_by_text("field_count is not stated.")).to_be_hidden()

    plate.get_by_role("link", name="well-index").click()

    plate.wait_for_url("**/rules/index.html#well-index")


def test_theme_is_chosen_and_kept(dataset: Page, page_of: PageOf) -> None:
    """One click makes a light page dark, the next page stays dark, and another click follows the system again."""
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = dataset.evaluate(ground)

    dataset.get_by_role("button", name="Switch between light and dark").click()
    dark = dataset.evaluate(ground)
    dataset.get_by_role("link", name="Next dataset").click()
    dataset.wait_for_url(f"**/{page_of('/image-1.ome.zarr')}")

    assert dark != light
    assert dataset.evaluate(ground) == dark
    dataset.get_by_role("button", name="Switch between light and dark").click()
    assert dataset.evaluate(ground) == light
    assert dataset.evaluate("localStorage.length") == 0


def test_page_is_complete_without_javascript(browser: Any, site_address: str, page_of: PageOf) -> None:
    """Without a script all texts can be selected, labels are a choice, and no button is without function."""
    with opened(browser, site_address, java_script_enabled=False) as page:
        page.goto(page_of(LABELED))
        expect(page.get_by_role("heading", name="BibTeX")).to_be_visible()
        expect(page.get_by_text("TY - DATA")).to_be_visible()
        expect(page.get_by_role("button")).to_have_count(0)

        page.get_by_label("With labels").check(force=True)

        expect(page.get_by_alt_text("with the label image nuclei over it")).to_be_visible()


def test_page_fits_a_phone(browser: Any, site_address: str, page_of: PageOf) -> None:
    """At 320 px nothing of an image's or a plate's page is wider than the screen."""
    with opened(browser, site_address, viewport={"width": 320, "height": 700}) as page:
        for end in (LABELED, PLATE):
            page.goto(page_of(end))
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
