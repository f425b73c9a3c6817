"""The statistics, health and rules pages in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from browser.screens import Page, count_of, expect, opened, served
from catalogs import make_catalog, make_image

from sitegen.model import BuildFigures, Catalog
from sitegen.outputs.table import site_files

pytestmark = pytest.mark.browser


def test_the_page_of_the_data_loads_sizes(browser: Any, site_address: str) -> None:
    """They are not in the page; examples keep the address of the site, if it is known."""
    with opened(browser, site_address) as page:
        page.goto("data/index.html")

        expect(page.locator("[data-size-of='index.csv']")).to_have_text(re.compile(r"^[0-9.]+ (kB|MB)$"))
        expect(page.locator("pre").first).to_contain_text('"https://catalog.example.org/sub/index.parquet"')


def test_a_bar_leads_to_the_datasets_that_it_counts(browser: Any, site_address: str) -> None:
    """One of values, one of a scale, one of a rule; that all of them do is tested without a browser."""
    with opened(browser, site_address) as page:
        for chart, bar in (("source", "a"), ("chunk", "a"), ("rules-error", "th a")):
            page.goto("statistics/index.html")
            section = page.locator(f"#{chart}")
            link = section.locator(f"svg {bar}" if bar == "a" else bar).first
            count = section.locator("tbody tr").first.locator("td").last.text_content()
            link.click()
            expect(count_of(page)).to_have_text(re.compile(rf"^{count}( of 134)? datasets?"))


def test_response_times_are_those_of_the_last_build(browser: Any, site_address: str) -> None:
    """The page gets them from `build.json`, and links the datasets of each host."""
    with opened(browser, site_address) as page:
        page.goto("statistics/index.html")
        expect(page.get_by_role("contentinfo").get_by_role("link", name="Built on")).to_be_visible()
        row = page.locator("#response tbody tr").first
        expect(row.locator("[data-of-host]")).to_have_text("42 ms")
        count = row.locator("td").last.text_content()
        row.get_by_role("link", name="data.example.org").click()
        expect(count_of(page)).to_have_text(f"{count} of 134 datasets")


def make_history(count: int) -> Catalog:
    """Return a catalog of several builds, with figures that no page can draw as they are."""
    builds = tuple(
        BuildFigures(
            built_at=f"2026-{number % 12 + 1:02}-01T00:00:00Z",
            datasets=10 + number,
            ok=number,
            valid=0,
            bytes=10**300 if number == 3 else -number,
            errors=number,
            warnings=3,
            median_ms={"<b>host</b>": 40.5 + number, "x" * 5000: 1.0},
        )
        for number in range(count)
    )
    return make_catalog(make_image(), builds=builds)


@pytest.fixture(scope="module")
def history_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of twelve builds."""
    folder = tmp_path_factory.mktemp("history")
    for page in site_files(make_history(12)):
        target = folder / page.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(page.content)
    return folder


def test_lines_show_how_figures_changed(browser: Any, history_folder: Path) -> None:
    """A line each for figures and hosts, with the last value and the range in words, inside of the screen."""
    with served(history_folder) as address, opened(browser, address, viewport={"width": 320, "height": 800}) as page:
        page.goto("report/index.html")
        lines = page.locator("build-history li")
        expect(lines).to_have_count(8)
        expect(lines.first).to_contain_text("21")
        expect(lines.first).to_contain_text("10 to 21")
        expect(page.locator("build-history").get_by_text("the same since 1 Jan 2026")).to_have_count(3)
        expect(page.locator("build-history").get_by_text("Response of <b>host</b>")).to_be_visible()
        assert not [text for text in points_of(page) if re.search("[^0-9., ]", text)]
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def points_of(page: Page) -> list[str]:
    """Return the points of all lines."""
    points: list[str] = page.locator("polyline").evaluate_all("lines => lines.map(line => line.getAttribute('points'))")
    return points


@pytest.mark.parametrize("body", ["", "[]", '{"builds": 1}', '{"builds": [{}, null]}'])
def test_a_history_that_cannot_be_read_is_said(browser: Any, history_folder: Path, body: str) -> None:
    """The table of the page stays."""
    with served(history_folder) as address, opened(browser, address) as page:
        page.route("**/history.json", lambda route: route.fulfill(body=body))
        page.goto("report/index.html")
        expect(page.locator("build-history [role=status]")).to_contain_text("could not be loaded")
        page.get_by_text("Builds in which something changed").click()
        expect(page.get_by_role("rowheader", name="1 Dec 2026")).to_be_visible()


def test_a_rule_is_found_by_its_words(browser: Any, site_address: str) -> None:
    """While one types, as many as are left are said; a link shows a rule that is hidden."""
    with opened(browser, site_address) as page:
        page.goto("rules/index.html")
        field = page.get_by_label("Find a rule")
        field.press_sequentially("axes order zyx")
        expect(page.locator("rule-filter [role=status]")).to_have_text(re.compile(r"^\d rules?$"))
        expect(page.locator("#axes-zyx")).to_be_visible()
        expect(page.locator("#well-empty")).to_be_hidden()
        field.fill("axesyzx")
        expect(page.locator("rule-filter [role=status]")).to_have_text("No rule contains all these words.")
        page.evaluate("location.hash = '#well-empty'")
        expect(page.locator("#well-empty")).to_be_visible()
        expect(field).to_have_value("")
        page.goto("rules/index.html#axes-zyx")
        expect(page.locator("#axes-zyx")).to_be_in_viewport()
        page.reload()
        expect(page.locator("#axes-zyx")).to_be_in_viewport()
        page.locator("#axes-zyx").get_by_text("Example").click()
        expect(page.locator("#axes-zyx pre")).to_be_visible()
