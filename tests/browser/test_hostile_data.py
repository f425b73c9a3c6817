"""Data of strangers, in addresses and in the browser's storage, too: never markup, script, or a request elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from browser.screens import Page, cards, expect, opened, search_box

pytestmark = pytest.mark.browser

MARKUP = "<img src=//evil.example/x onerror=alert(1)>"
STORED = {
    "theme": "<script>alert(1)</script>",
    "selection": json.dumps([MARKUP, "../../evil", {"a": 1}, None, "x" * 10_000]),
    "columns": "<b>.title*99999.__proto__",
}
RESULT = {
    "search": "//evil.example/?q=x",
    "question": {"offset": MARKUP, "facets": {"source": [MARKUP]}},
    "manifest": "https://evil.example/manifest.json",
    "ids": ["../../../evil", MARKUP],
    "id": MARKUP,
    "total": MARKUP,
    "scroll": MARKUP,
}


@pytest.fixture
def guarded(browser: Any, hostile_address: str) -> Iterator[Page]:
    """A page of the hostile site; a dialog, or a request to another host, fails the test."""
    with opened(browser, hostile_address) as page:
        seen: list[str] = []
        page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
        page.context.on("request", lambda request: seen.append(request.url))
        yield page
        host = urlsplit(hostile_address).netloc
        assert [
            each for each in seen if urlsplit(each).netloc != host and not each.startswith(("data:", "blob:"))
        ] == []


def test_every_page_and_state(guarded: Page, hostile_address: str) -> None:
    """Gallery, table, studies, filters, suggestions, selection, comparison, and all pages that the site links."""
    guarded.goto("index.html")
    for typed in ("<scr", "alert", "NCBITaxon:<b>", MARKUP):
        search_box(guarded).fill(typed)
        expect(guarded.locator("catalog-home")).to_have_attribute("aria-busy", "false")
    for query in (
        "?view=table",
        "?group=study",
        f"?q={quote(MARKUP)}",
        f"?source={quote(MARKUP)}",
        f"?{quote(MARKUP)}=1",
    ):
        guarded.goto(f"index.html{query}")
        expect(guarded.locator("catalog-home")).not_to_have_attribute("aria-busy", "true")
        assert _planted(guarded) == []
    guarded.goto("index.html")
    boxes = guarded.get_by_role("checkbox", name="Select")
    expect(boxes.first).to_be_visible()
    for box in boxes.all():
        box.check()
    guarded.get_by_role("region", name="Selection").get_by_role("link", name="Compare").click()
    expect(guarded.get_by_role("columnheader").first).to_be_visible()
    assert _planted(guarded) == []
    guarded.goto("index.html")
    links = {link.get_attribute("href") for link in guarded.locator("a[href^='datasets/'], nav a, footer a").all()}
    for path in sorted(each for each in links if each and each.endswith(".html")):
        guarded.goto(path, wait_until="load")
        assert _planted(guarded) == []


def _planted(page: Page) -> list[str]:
    """Return elements that only data could have made, and links that run a script."""
    return list(
        page.evaluate("""[...document.querySelectorAll(
          "[onerror], [onload], img[src='x'], a[href^='javascript:' i], script")]
          .filter((each) => each.localName !== "script" || !(each.src || each.type.includes("json")))
          .map((each) => each.outerHTML.slice(0, 200))""")
    )


def test_what_is_stored_is_not_trusted(guarded: Page) -> None:
    """Anything of this origin may have written it: what cannot be used is passed over."""
    guarded.goto("index.html")
    guarded.evaluate(
        """([stored, result]) => {
          const root = new URL(".", location.href).pathname;
          for (const storage of [localStorage, sessionStorage]) {
            for (const [name, text] of Object.entries(stored))
              for (const key of [name, `${name} ${root}`, `${name}:${root}`]) storage.setItem(key, text);
            storage.setItem(`last-result ${root}`, JSON.stringify(result));
          }
        }""",
        [STORED, RESULT],
    )
    guarded.goto("index.html?view=table")
    expect(guarded.get_by_role("grid").get_by_role("row").nth(1)).to_be_visible()
    assert _planted(guarded) == []
    guarded.goto("index.html")
    page_id = str(cards(guarded).first.get_attribute("href")).split("/")[1]
    result = {**RESULT, "ids": [page_id], "question": {"offset": 0}, "total": 5}
    root = urlsplit(guarded.url).path.removesuffix("index.html")
    guarded.evaluate("([key, text]) => sessionStorage.setItem(key, text)", [f"last-result {root}", json.dumps(result)])
    guarded.goto(f"datasets/{page_id}/index.html")
    expect(guarded.get_by_role("heading", level=1)).to_be_visible()
    assert _planted(guarded) == []
    way_back = str(guarded.locator("result-steps a").first.evaluate("each => each.href"))
    assert urlsplit(way_back).netloc == urlsplit(guarded.url).netloc


def test_exports_hold_no_formula(guarded: Page, tmp_path: Any) -> None:
    """A spreadsheet that opens them runs nothing."""
    guarded.goto("index.html")
    guarded.locator("result-toolbar export-menu summary").click()
    save: Callable[[], Any] = guarded.locator("result-toolbar").get_by_role("button", name="CSV for spreadsheets").click
    with guarded.expect_download() as download:
        save()
    download.value.save_as(tmp_path / "export.csv")
    lines = (tmp_path / "export.csv").read_text(encoding="utf-8-sig").splitlines()

    assert len(lines) > 4
    assert [line for line in lines if line.lstrip('"')[:1] in tuple("=+-@\t")] == []
