"""Tasks of those who use a catalog, each within a number of actions: by mouse, by keyboard alone, by touch at 390 px.

With the keyboard nothing is more than ten tabs away, be it from the top of the page, from where the focus is, from the
first result, or from the link that skips to the results.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser.hands import HANDS, Visitor, visiting
from browser.screens import Page, cards, count_of, expect, opened, search_box, served
from catalogs import change
from search_questions import records as samples

from sitegen.model import Catalog, Changed, Changes, Problem, Record, Source
from sitegen.outputs.table import site_files
from sitegen.urls import dataset_id

pytestmark = pytest.mark.browser
MOST_TABS = 10

CHANGES: dict[str, dict[str, object]] = {
    "leaf_6": {"status": "unreachable"},
    "wt-N2-08": {"status": "unreachable"},
    "hippocampus-6": {"status": "unreachable"},
    "organoid-3": {"status": "forbidden"},
    "27f8e9c0-e258-4dd2-ab1b-d2156f9b46e3": {
        "label_images": ("nuclei",),
        "valid": False,
        "problems": (
            Problem(
                code="scale-count",
                level="error",
                where="multiscales/0/datasets/0/coordinateTransformations",
                message="there should be one scale; found 2",
                hint="Keep one scale, the product of all.",
            ),
        ),
    },
}
"""What makes the tasks harder: other sources have unreachable datasets, too, and one has a mouse with labels."""
Visit = Callable[..., AbstractContextManager[Visitor]]


def _catalog() -> Catalog:
    """Return the catalog of the questions, changed; of its mice with labels two are CC BY, two CC0."""
    made = samples.catalog()
    records = tuple(change(each, **CHANGES.get(_stem(each), {})) for each in made.records)
    sources = dict.fromkeys(each.source for each in records if each.source)
    failing = tuple(Changed(id=each.id, url=each.url) for each in records if each.found.status == "unreachable")
    return replace(
        made,
        records=records,
        sources=tuple(Source(name=name) for name in sources),
        changes=Changes(since="2026-11-20T06:00:00Z", found_at="2026-11-21T06:00:00Z", failing=failing),
    )


def _stem(record: Record) -> str:
    return record.url.rsplit("/", 1)[-1].split(".")[0]


CATALOG = _catalog()
COUNT = len(CATALOG.records)


def addresses_where(is_right: Callable[[Record], bool]) -> set[str]:
    """Return the addresses of the datasets that answer a task."""
    return {record.url for record in CATALOG.records if is_right(record)}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site."""
    folder = tmp_path_factory.mktemp("tasks")
    for page in site_files(CATALOG):
        target = folder / page.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(page.content)
    with served(folder) as found:
        yield found


@pytest.fixture(params=HANDS)
def visit(request: pytest.FixtureRequest, browser: Any, address: str) -> Visit:
    """Return what gives a visitor on the home page."""
    return lambda path="index.html": visiting(browser, address, request.param, path, MOST_TABS)


def boxes(page: Page) -> Any:
    """Return the boxes that select results, without that of a whole page."""
    return page.get_by_role("checkbox", name="Select ").and_(page.locator("[data-mark]"))


def bar(page: Page) -> Any:
    """Return what can be done with the selection."""
    return page.get_by_role("region", name="Selection")


def export(visitor: Visitor, place: Any, form: str) -> str:
    """Export from a place; return the text of the file."""
    visitor.press(place.locator("summary"))
    with visitor.page.expect_download() as download:
        visitor.press(place.get_by_role("button", name=form))
    return Path(download.value.path()).read_text(encoding="utf-8-sig")


def rows_of(visitor: Visitor) -> list[dict[str, Any]]:
    """Return the results, exported after the task, without counting."""
    before = visitor.actions
    rows: list[dict[str, Any]] = json.loads(export(visitor, visitor.page.locator("result-toolbar"), "JSON"))
    visitor.actions = before
    return rows


def test_zebrafish_light_sheet_volume_under_5_gb(visit: Visit) -> None:
    """One sentence finds them, and a second action opens one."""
    with visit() as visitor:
        visitor.search(search_box(visitor.page), "zebrafish light-sheet volume under 5 GB")
        expect(count_of(visitor.page)).to_have_text(f"5 of {COUNT} datasets")
        found = {row["url"] for row in rows_of(visitor)}
        visitor.press(cards(visitor.page).first)
        expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("180712_H2B")

        assert visitor.actions <= 3
    assert found == addresses_where(lambda r: _stem(r).startswith("180712_H2B") and (r.found.bytes or 0) < 5e9)


def _is_mouse_with_labels(record: Record) -> bool:
    is_mouse = record.organism is not None and record.organism.id == "NCBITaxon:10090"
    is_by = record.license is not None and record.license.id == "CC-BY-4.0"
    return is_mouse and is_by and bool(record.found.label_images)


def test_all_mouse_data_with_labels_cc_by(visit: Visit) -> None:
    """One sentence finds them, and nothing else."""
    with visit() as visitor:
        visitor.search(search_box(visitor.page), "mouse with labels CC BY")
        expect(count_of(visitor.page)).to_have_text(f"2 of {COUNT} datasets")
        rows = rows_of(visitor)

        assert visitor.actions <= 3
    assert {row["url"] for row in rows} == addresses_where(_is_mouse_with_labels)
    assert len(rows) == 2


def test_plate_lt0113_01(visit: Visit) -> None:
    """Its name, and Enter: the only result opens."""
    with visit() as visitor:
        visitor.search(search_box(visitor.page), "LT0113_01")
        expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("LT0113_01")

        assert visitor.actions <= 3


def test_the_unreachable_of_one_source_exported(visit: Visit) -> None:
    """Its words, the menu, the format; those of other sources, and what is only forbidden, are not among them."""
    with visit() as visitor:
        visitor.search(search_box(visitor.page), "unreachable institution:EBI")
        expect(count_of(visitor.page)).to_have_text(f"2 of {COUNT} datasets")
        text = export(visitor, visitor.page.locator("result-toolbar"), "CSV for spreadsheets")

        assert visitor.actions <= 4
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["url"] for row in rows} == addresses_where(lambda r: _stem(r) in ("leaf_6", "leaf_8"))


def test_the_largest_by_pixels(visit: Visit) -> None:
    """The menu of orders, and a choice: the largest is the first card."""
    largest = max(CATALOG.records, key=lambda record: math.prod(record.found.shape or (0,)))
    with visit() as visitor:
        visitor.choose(visitor.page.get_by_label("Sort by"), "Number of pixels, largest first")
        visitor.page.wait_for_url("**sort=-pixel_count")

        expect(cards(visitor.page).first).to_have_attribute("href", f"datasets/{largest.id}/index.html")
        assert visitor.actions <= 2


@pytest.mark.parametrize("path", ["index.html", "index.html?view=table"])
def test_three_are_selected_and_exported(visit: Visit, path: str) -> None:
    """The first box, the third with Shift, the menu, the format; by touch three boxes."""
    with visit(path) as visitor:
        select(visitor, 3)
        text = export(visitor, bar(visitor.page), "Addresses")

        assert visitor.actions <= 5
    assert len(set(text.splitlines())) == 3


@pytest.mark.parametrize("path", ["index.html", "index.html?view=table"])
def test_two_are_compared(visit: Visit, path: str) -> None:
    """Two boxes and the link: their facts stand side by side."""
    with visit(path) as visitor:
        select(visitor, 2)
        visitor.press(bar(visitor.page).get_by_role("link", name="Compare"))
        visitor.page.wait_for_url("**/compare/index.html?ids=*")
        expect(visitor.page.get_by_role("rowheader", name="Stored size")).to_be_visible()

        assert visitor.actions <= 4


def select(visitor: Visitor, count: int) -> None:
    """Select the first results: the first, then all up to the last; by touch one after the other."""
    page = visitor.page
    is_table = "view=table" in page.url
    if is_table:
        page.get_by_role("grid").wait_for()
    if visitor.hand == "touch":
        for number in range(count):
            visitor.press(boxes(page).nth(number))
    elif is_table and visitor.hand == "keyboard":
        visitor.press(page.get_by_role("grid").locator("[tabindex='0']"), key="Space")
        for _ in range(count - 1):
            page.keyboard.press("ArrowDown")
        visitor.press(page.get_by_role("grid").locator("[tabindex='0']"), key="Space", to_here=True)
    else:
        visitor.press(boxes(page).first)
        visitor.press(boxes(page).nth(count - 1), to_here=True)
    expect(bar(page)).to_contain_text(f"{count} selected")


def test_a_result_is_shared_and_come_back_to(visit: Visit, browser: Any, address: str) -> None:
    """One action copies the address of all that was asked; one leads back from a dataset to the result as it was."""
    with visit("index.html?organism=NCBITaxon%3A9606&kind=plate&sort=-bytes") as visitor:
        page = visitor.page
        expect(count_of(page)).to_have_text(f"44 of {COUNT} datasets")
        cards(page).nth(40).wait_for()
        titles = cards(page).all_text_contents()
        cards(page).first.focus()  # the visitor has been looking at the result
        visitor.press(page.locator("result-toolbar").get_by_role("button", name="Copy link"))
        expect(page.locator("result-toolbar").get_by_text("Copied")).to_be_visible()
        assert visitor.actions <= 1
        link = page.evaluate("navigator.clipboard.readText()")

        visitor.press(cards(page).nth(2))
        page.get_by_role("heading", level=1).wait_for()
        page.go_back()
        expect(cards(page).nth(2)).to_be_focused()
        expect(cards(page)).to_have_text(titles)
    with opened(browser, address) as other:
        other.goto(link)
        expect(count_of(other)).to_have_text(f"44 of {COUNT} datasets")
        expect(cards(other)).to_have_text(titles)  # the first come with the count, the others after it


def test_what_changed_since_the_last_build(visit: Visit) -> None:
    """The health page says it first, with links to the datasets."""
    with visit() as visitor:
        page = visitor.page
        visitor.press(page.get_by_role("navigation", name="Site").get_by_role("link", name="Health"))
        changes = page.locator("#changes")
        expect(changes).to_contain_text("could be read before, and cannot be read now")
        expect(changes.get_by_role("heading", name="What changed")).to_be_in_viewport()
        expect(changes.get_by_role("link", name="leaf_6.zarr")).to_be_visible()

        assert visitor.actions <= 1


def test_what_is_invalid_in_one_list_and_how_to_fix_it(visit: Visit) -> None:
    """Health, lists, the list: its rules with lines and what to do; lists with errors are on top."""
    broken = next(record for record in CATALOG.records if record.found.valid is False)
    with visit() as visitor:
        page = visitor.page
        visitor.press(page.get_by_role("navigation", name="Site").get_by_role("link", name="Health"))
        visitor.press(page.get_by_role("navigation", name="On this page").get_by_role("link", name="Lists"))
        section = page.locator(f"#list-{dataset_id(broken.lists[0].csv)}")
        visitor.press(section.locator("summary").first)
        expect(section.get_by_text("there should be one scale")).to_be_visible()
        expect(section.get_by_text("Keep one scale, the product of all.")).to_be_visible()
        expect(section.get_by_role("link", name=str(broken.lists[0].line), exact=True)).to_be_visible()

        assert visitor.actions <= 3
