"""The statistics page in a real browser: bars lead to as many datasets as they say."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser.screens import count_of, expect, opened

pytestmark = pytest.mark.browser

_BARS = """sections => sections.map(section => [...section.querySelectorAll("tbody tr")].map(row => [
    section.id, row.querySelector("th a")?.getAttribute("href") ?? "", row.lastElementChild.textContent
]))"""


def test_the_page_of_the_data_loads_sizes(browser: Any, site_address: str) -> None:
    """They are not in the page; examples keep the address of the site, if it is known."""
    with opened(browser, site_address) as page:
        page.goto("data/index.html")

        expect(page.locator("[data-size-of='index.csv']")).to_have_text(re.compile(r"^[0-9.]+ (kB|MB)$"))
        expect(page.locator("pre").first).to_contain_text('"https://catalog.example.org/sub/index.csv"')


def test_a_bar_leads_to_the_datasets_that_it_counts(browser: Any, site_address: str) -> None:
    """The first and the last bar of each chart of datasets that a filter or a search can ask for."""
    with opened(browser, site_address) as page:
        page.goto("statistics/index.html")
        expect(page.get_by_role("contentinfo").get_by_role("link", name="Built on")).to_be_visible()
        expect(page.locator("#response tbody td").last).to_have_text(re.compile("^[0-9,]+ ms$"))
        charts = page.locator("main section").evaluate_all(_BARS)
        ends = {tuple(row) for rows in charts for row in (rows[0], rows[-1])}
        asked = sorted(row for row in ends if "index.html?" in row[1] and row[0] not in ("stored", "response"))
        assert len(asked) > 15
        for _, href, count in asked:
            page.goto(f"statistics/{href}")
            expect(count_of(page)).to_have_text(f"{count} of 134 datasets" if count != "134" else "134 datasets")
