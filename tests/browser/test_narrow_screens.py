"""Pages on a phone: nothing is cut without a sign, and a word is not broken where a path can be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.demo_site import kinds_of_pages
from browser.screens import Page, expect, opened, served
from catalogs import make_catalog, make_image, make_plate

from sitegen.outputs.table import site_files

pytestmark = pytest.mark.browser

TITLE = "Catalog of the national research infrastructure for biological imaging and its partners"
NAMED = "idr0101A/2551_K30724_FOvary/Mitochondria.channel_DAPI/Deconvolved.ome.zarr"
BROKEN_WORDS = """element => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), broken = [];
  let before = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    for (let at = 0; at < node.data.length; at += 1) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const box = range.getClientRects()[0];
      if (!box) continue;
      const isLower = before && box.top > before.top + 4;
      if (isLower && /[A-Za-z0-9]/.test(before.sign)) broken.push(before.sign);
      before = { top: box.top, sign: node.data[at] };
    }
  return broken;
}"""

CUT = """() => {
  const hasText = (each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll("body *")].filter((each) => {
    if (!hasText(each) || !each.checkVisibility() || each.closest(".visually-hidden, .skip")) return false;
    const { clipPath, display, overflowX, textOverflow, webkitLineClamp } = getComputedStyle(each);
    const isCut = display !== "inline" && overflowX !== "visible" && each.scrollWidth > each.clientWidth + 1;
    const isSaid = textOverflow === "ellipsis" || webkitLineClamp !== "none" || overflowX === "auto";
    return isCut && !isSaid && clipPath === "none";
  }).map((each) => each.outerHTML.slice(0, 200));
}"""
"""The elements with text that is cut without a sign."""

LINES_OF = """(element, text) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(text), range = document.createRange();
    if (at < 0) continue;
    range.setStart(node, at);
    range.setEnd(node, at + text.length);
    return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size;
  }
}"""
"""On how many lines a text is."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with a long title, a dataset that is called like its path, and a plate with problems."""
    folder = tmp_path_factory.mktemp("narrow")
    for page in site_files(make_catalog(make_image(title=NAMED, name=NAMED), make_plate(), title=TITLE)):
        target = folder / page.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(page.content)
    with served(folder) as found:
        yield found


@pytest.fixture(params=[320, 390])
def phone(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Page]:
    """The home page on a phone."""
    with opened(browser, address, viewport={"width": request.param, "height": 844}) as page:
        page.goto("index.html")
        yield page


@pytest.mark.parametrize(
    "path", ["index.html", "report/index.html", "rules/index.html", "institutions/index.html", "statistics/index.html"]
)
def test_the_title_of_the_catalog_is_whole(phone: Page, path: str) -> None:
    """It takes as many lines as it needs; nothing is wider than the screen."""
    phone.goto(path)
    title = phone.locator(".site-header__title > span:last-child")

    assert title.evaluate("each => each.scrollHeight <= each.clientHeight && each.scrollWidth <= each.clientWidth")
    assert title.evaluate(BROKEN_WORDS) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    expect(phone.get_by_role("link", name="Health", exact=True)).to_be_in_viewport(ratio=1)


def test_a_path_breaks_between_its_parts(phone: Page) -> None:
    """On the card, after a search that draws it anew, and on the dataset's page."""
    card = phone.get_by_role("list", name="Results").get_by_text("Mitochondria")
    drawn = card.evaluate(BROKEN_WORDS)
    phone.get_by_label("Search the catalog").fill("mitochondria")
    expect(phone.get_by_role("status").filter(has_text="1 of 2 datasets")).to_be_visible()
    searched = card.evaluate(BROKEN_WORDS)
    text = card.text_content()
    phone.get_by_role("list", name="Results").get_by_role("link").first.click()

    assert (drawn, searched, text) == ([], [], NAMED)
    expect(phone.get_by_role("heading", level=1)).to_have_text(NAMED)
    assert phone.get_by_role("heading", level=1).evaluate(BROKEN_WORDS) == []


@pytest.mark.parametrize("name", ["Institutions", "Hosts"])
def test_a_wide_table_shows_that_it_scrolls(phone: Page, name: str) -> None:
    """A shadow is at the edge where more columns are; the keyboard scrolls to them."""
    phone.goto("report/index.html")
    table = phone.get_by_role("group", name=name)
    table.focus()
    phone.keyboard.press("ArrowRight")
    phone.wait_for_function("each => each.scrollLeft > 0", arg=table.element_handle())

    assert table.evaluate("each => each.scrollWidth > each.clientWidth")
    assert table.evaluate("each => getComputedStyle(each).backgroundAttachment") == "local, local, scroll, scroll"


def test_tables_of_the_data_are_read_downwards(phone: Page) -> None:
    """What explains a file, column or parameter is below its name, as wide as the screen, in a table nevertheless."""
    phone.goto("data/index.html")
    row = phone.get_by_role("row").filter(has_text="index.csv").first
    name, text = row.get_by_role("rowheader").bounding_box(), row.get_by_role("cell").last.bounding_box()

    assert text["y"] >= name["y"] + name["height"]
    assert text["width"] == phone.locator(".scroll").first.bounding_box()["width"]
    assert phone.locator(".scroll").evaluate_all("all => all.every(each => each.scrollWidth <= each.clientWidth)")


def test_rules_are_closed_until_one_is_wanted(phone: Page) -> None:
    """The page is a few screens long; a link to a rule opens its section, and leads there."""
    phone.goto("rules/index.html")
    assert phone.evaluate("document.documentElement.scrollHeight") < 4 * 844

    phone.goto("index.html")
    phone.goto("rules/index.html#chunk-corrupt")
    expect(phone.locator("#chunk-corrupt")).to_be_in_viewport()
    expect(phone.locator("details[open]")).to_have_count(1)

    phone.evaluate("location.hash = 'axes-missing'")
    expect(phone.locator("#axes-missing")).to_be_in_viewport()
    phone.evaluate("location.hash = 'section-axes'")
    expect(phone.locator("#section-axes summary").first).to_be_in_viewport()


@pytest.mark.parametrize("query", ["", "?q=mitochondria"])
def test_a_license_is_in_one_piece(browser: Any, address: str, query: str) -> None:
    """`CC-BY-4.0` is not broken at its hyphens, on a card of the page or of the script, at any width."""
    with opened(browser, address, viewport={"width": 390, "height": 844}) as page:
        page.goto(f"index.html{query}")
        if query:  # the cards that came with the page are replaced by the answer
            expect(page.get_by_role("status").filter(has_text=" of ")).to_be_visible()
        license = page.get_by_role("list", name="Results").get_by_text("CC-BY-4.0").first
        lines = []
        for width in range(320, 400, 4):
            page.set_viewport_size({"width": width, "height": 844})
            lines.append(license.evaluate(LINES_OF, "CC-BY-4.0"))

    assert lines == [1] * len(lines)


@pytest.mark.parametrize("query", ["", "?q=zarr&group=study", "?q=nothing-has-this", "?view=table"])
@pytest.mark.parametrize(("width", "rows"), [(390, 2), (720, 1), (768, 1)])
def test_the_toolbar_has_the_same_rows_whatever_was_found(
    browser: Any, site_address: str, query: str, width: int, rows: int
) -> None:
    """What was found and its order, on a phone with all buttons below them; none has a row of its own."""
    with opened(browser, site_address, viewport={"width": width, "height": 844}) as page:
        page.goto(f"index.html{query}")
        expect(page.locator("catalog-home")).to_have_attribute("aria-busy", "false")
        names = (".toolbar__sort", ".toolbar__filter", ".toolbar__views", "export-menu", "copy-link")
        boxes = [page.locator(f"result-toolbar {name}").bounding_box() for name in names]
        order, *buttons = [round(box["y"] + box["height"] / 2) for box in boxes]

        assert len(set(buttons)) == 1
        assert len({order, *buttons}) == rows


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_no_text_is_cut_without_a_sign(browser: Any, site_folder: Path, site_address: str, width: int) -> None:
    """On no kind of page: what has no room has an ellipsis, or scrolls."""
    with opened(browser, site_address, viewport={"width": width, "height": 900}) as page:
        states = ["index.html?view=table", "index.html?q=nothing-has-this", "index.html?group=study"]
        cut = {}
        kinds = [path for path in kinds_of_pages(site_folder / "catalog") if not path.startswith("browse/")]  # moved
        for path in (*kinds, *states):
            page.goto(path)
            cut[path] = page.evaluate(CUT)

    assert {path: found for path, found in cut.items() if found} == {}
