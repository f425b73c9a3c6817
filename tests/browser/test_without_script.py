"""The site without JavaScript, and without requests to other hosts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from browser.screens import cards, count_of, expect, search_box

pytestmark = pytest.mark.browser


def test_without_javascript(browser: Any, site_address: str) -> None:
    """Cards lead to datasets, and pages of institutions to all of them."""
    context = browser.new_context(java_script_enabled=False, base_url=site_address)
    page = context.new_page()
    page.goto("index.html")
    expect(cards(page)).to_have_count(48)
    expect(page.get_by_role("complementary", name="Filters")).to_be_hidden()
    expect(page.locator("catalog-home :is(button, select, input, summary):visible")).to_have_count(0)
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Site")).to_be_hidden()
    page.emulate_media(media="screen")
    page.locator("noscript a").click()
    page.get_by_role("link", name="Jülich").click()
    links = page.get_by_role("group", name="Datasets").locator("tbody a")
    expect(links).to_have_count(40)
    links.first.click()
    assert "/datasets/" in page.url
    context.close()


def test_what_needs_javascript_is_said_in_one_paragraph(browser: Any, site_address: str) -> None:
    """On a phone, too, the link stands in its sentence."""
    context = browser.new_context(
        java_script_enabled=False, base_url=site_address, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto("index.html")
    notice, link = page.locator("noscript .notice"), page.locator("noscript .notice a")

    assert notice.evaluate("each => getComputedStyle(each).display") == "block"
    expect(link).to_have_css("display", "inline")
    context.close()


def test_no_other_host_is_requested(browser: Any, site_address: str) -> None:
    """This holds before a click and during a search."""
    context = browser.new_context(base_url=site_address)
    hosts: set[str] = set()
    context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page = context.new_page()
    page.goto("index.html")
    search_box(page).fill("riccia")
    expect(count_of(page)).to_have_text("60 of 134 datasets")
    context.close()

    assert hosts == {urlsplit(site_address).netloc}
