"""Whatever fails, the page says what, and what can be done; in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from browser.conftest import HOSTILE_TISSUES
from browser.screens import Page, cards, count_of, expect, facet, held, opened, search_box

TimeoutError = pytest.importorskip("playwright.sync_api").TimeoutError

pytestmark = pytest.mark.browser

STORAGE_BLOCKED = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });"""
OLD_BROWSERS = {
    "no modules": None,
    "no custom elements": "Object.defineProperty(window, 'customElements', { value: undefined });",
}
LESS = {
    "no worker": "delete window.Worker;",
    "no CSS.supports": "delete CSS.supports;",
    "no view transitions, no observers of size": "delete window.ResizeObserver; delete document.startViewTransition;",
}


SEARCH = re.compile(r"/search/[^/]*$|/(?:home|worker)[^/]*\.js$")
"""What fails in other ways, too: files and scripts of the search, and the script of the page."""
TOLD = """() => {
  const seen = [...document.querySelectorAll("[role=alert]")].filter((each) => each.checkVisibility());
  const count = document.querySelector("[data-part=count]").textContent;
  return seen.some((each) => each.querySelector("a, button")) || count.includes("60 of");
}"""
"""Whether the page shows the answer, or says in words why not, with a way on."""


def _is_told(page: Page) -> bool:
    try:
        page.wait_for_function(TOLD, timeout=15_000)
    except TimeoutError:
        return False
    return True


def _requests_of(browser: Any, address: str, act: Callable[[Page], None]) -> list[str]:
    """Return the scripts and search files that a visit requests, in order."""
    with opened(browser, address) as page:
        asked: list[str] = []
        page.context.on("request", lambda request: asked.append(request.url))
        page.goto("index.html")
        act(page)
        expect(count_of(page)).to_contain_text("60 of")
    return sorted({url for url in asked if url.endswith(".js") or "/search/" in url})


def _search(page: Page) -> None:
    search_box(page).fill("riccia")


def _cut(page: Page, url: str, kind: str) -> None:
    """Let a request fail: without an answer, as a page of the host, or in the middle of the file."""
    if kind == "no answer":
        page.context.route(url, lambda route: route.abort())
    elif kind == "not found":
        page.context.route(url, lambda route: route.fulfill(status=404, body="<h1>Not found</h1>"))
    else:
        page.context.route(url, lambda route: route.fulfill(status=200, body="\x1f\x8b half"))


@pytest.mark.parametrize("kind", ["no answer", "not found", "another file"])
def test_any_script_or_search_file_may_fail(browser: Any, site_address: str, kind: str) -> None:
    """Each that a search needs in turn: there is an answer all the same, or words and a way on."""
    silent = []
    urls = _requests_of(browser, site_address, _search)
    for url in urls if kind == "no answer" else [url for url in urls if SEARCH.search(url)]:
        context = browser.new_context(base_url=site_address)
        page = context.new_page()
        _cut(page, url, kind)
        page.goto("index.html")
        _search(page)
        if not _is_told(page):
            silent.append(url)
        context.close()

    assert silent == []


def test_the_network_may_go_and_come_back(page: Page) -> None:
    """After a search that worked: words; once the network is back, the answer."""
    _search(page)
    expect(count_of(page)).to_contain_text("60 of")
    page.context.set_offline(True)
    page.get_by_label("Sort by").select_option("-bytes")
    expect(page.get_by_role("alert")).to_contain_text("The search could not be loaded. This browser is offline.")
    page.context.set_offline(False)

    expect(page.get_by_role("alert")).to_be_hidden()
    expect(cards(page)).to_have_count(48)


def test_an_export_without_a_network_says_so(page: Page) -> None:
    """In place of what the browser says; the results stay."""
    _search(page)
    expect(count_of(page)).to_contain_text("60 of")
    page.context.set_offline(True)
    page.locator("result-toolbar export-menu summary").click()
    page.get_by_role("button", name="CSV for spreadsheets").first.click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved. This browser is offline.")
    expect(cards(page)).to_have_count(48)


@pytest.mark.parametrize("before", ["", "riccia 7"])
def test_a_search_that_fails_shows_no_other_answer(page: Page, before: str) -> None:
    """Neither cards nor counts of what was shown before; Enter opens nothing. A retry gives all of them."""
    if before:
        search_box(page).fill(before)
        expect(count_of(page)).to_contain_text(" of 134")
    page.context.route("**/search/*", lambda route: route.abort())
    search_box(page).fill("riccia under 5 GB")
    expect(page.get_by_role("alert")).to_contain_text("could not be")
    search_box(page).press("Enter")

    expect(count_of(page)).to_have_text("No answer")
    expect(cards(page)).to_have_count(0)
    expect(page.locator("result-pager")).to_be_hidden()
    expect(facet(page, "source").locator("data").first).to_be_hidden()
    assert page.url.partition("?")[0].endswith("/catalog/index.html")

    page.context.unroute("**/search/*")
    page.get_by_role("button", name="Try again").click()
    expect(count_of(page)).to_contain_text(" of 134")
    expect(cards(page).first).to_be_visible()
    expect(facet(page, "source").locator("data").first).to_be_visible()


def test_a_failure_that_changes_no_answer_hides_none(page: Page) -> None:
    """Where only a histogram of what was found cannot be had, the datasets stay, and their count."""
    _search(page)
    expect(count_of(page)).to_contain_text("60 of")
    page.context.route("**/search/*", lambda route: route.abort())
    page.locator("range-filter[data-key=levels] summary").click()
    expect(page.get_by_role("alert")).to_contain_text("could not be")

    expect(count_of(page)).to_contain_text("60 of")
    expect(cards(page)).to_have_count(48)


def test_what_explains_an_empty_result_may_fail(page: Page) -> None:
    """Both files that say what else may be asked: that nothing was found is said without them."""
    page.route("**/assets/pages/ways-*.js", lambda route: route.abort())
    search_box(page).fill("riccia -riccia")

    expect(page.locator("result-message")).to_contain_text("No dataset matches the search.")
    search_box(page).fill("riccia")
    expect(page.locator("result-message")).to_be_hidden()
    expect(cards(page)).to_have_count(48)


@pytest.mark.parametrize("before", ["", "riccia 7"])
def test_a_slow_answer_is_announced(page: Page, before: str) -> None:
    """Until it comes the count says so, and counts and cards of what was shown before are dim."""
    if before:
        search_box(page).fill(before)
        expect(count_of(page)).to_contain_text(" of 134")
    with held(page.context, "**/search/*"):
        search_box(page).fill("riccia under 5 GB")
        expect(count_of(page)).to_have_text("Searching …")
        expect(facet(page, "source").locator("data").first).to_have_css("opacity", "0.55")

    expect(count_of(page)).to_contain_text(" of 134")
    expect(facet(page, "source").locator("data").first).to_have_css("opacity", "1")


def test_a_worker_that_ends_is_started_again(page: Page) -> None:
    """The first question after its end says so; the next one is answered, without a click."""
    page.context.route("**/worker*.js", lambda route: route.abort())
    _search(page)
    expect(page.get_by_role("alert")).to_contain_text("did not load")
    page.context.unroute("**/worker*.js")
    search_box(page).fill("riccia 7")

    expect(page.get_by_role("alert")).to_be_hidden()
    expect(count_of(page)).to_contain_text("of 134 datasets")


def test_an_export_that_fails_says_so(page: Page) -> None:
    """The module that makes files, or the files of rows, may be gone."""
    page.wait_for_function("() => customElements.get('range-filter')")  # the late parts are there
    page.context.route("**/*.js", lambda route: route.abort())
    page.locator("result-toolbar export-menu summary").click()
    page.locator("result-toolbar").get_by_role("button", name="CSV for spreadsheets").click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved.")


def test_an_export_whose_script_is_gone_says_so(page: Page) -> None:
    """In words, not in those of the browser, which differ and name a file."""
    page.goto("index.html?q=riccia")
    expect(count_of(page)).to_contain_text("60 of")  # the search runs
    page.context.route("**/*.js", lambda route: route.abort())
    page.locator("result-toolbar export-menu summary").click()
    page.locator("result-toolbar").get_by_role("button", name="CSV for spreadsheets").click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved. A part of this page did not load.")


@pytest.mark.parametrize("kind", ["script", "stylesheet"])
def test_what_is_loaded_late_may_fail(browser: Any, site_address: str, kind: str) -> None:
    """Nothing is said before the visitor needs it; then words and a button, which works once the network does."""
    with opened(browser, site_address) as page:
        late: list[Any] = []
        page.on("request", lambda request: late.append(request) if late or "/thumbs/" in request.url else None)
        page.goto("index.html")
        expect(page.locator("catalog-home")).to_have_attribute("aria-busy", "false")
        (address,) = {each.url for each in late if each.resource_type == kind}
    with opened(browser, site_address) as page:
        page.context.route(address, lambda route: route.abort())
        with page.expect_event("requestfailed", lambda request: request.url == address):
            page.goto("index.html")
        expect(page.get_by_role("alert")).to_be_hidden()
        search_box(page).fill("riccia")
        expect(page.get_by_role("alert")).to_contain_text("A part of this page did not load.")
        expect(cards(page)).to_have_count(0)  # they are no answer
        page.context.unroute(address)
        page.get_by_role("button", name="Try again").click()

        expect(page.get_by_role("alert")).to_be_hidden()
        expect(count_of(page)).to_contain_text("60 of")


@pytest.mark.parametrize("again", ["a click", "the network"])
def test_what_failed_is_asked_again(page: Page, again: str) -> None:
    """By another click on what was clicked, and by itself once the browser is online; buttons show what is asked."""
    page.goto("index.html?q=riccia")
    expect(count_of(page)).to_contain_text("60 of")
    table = page.get_by_role("button", name="Table", exact=True)
    page.context.route("**/search/*", lambda route: route.abort())
    page.context.route("**/table-parts*.js", lambda route: route.abort())
    page.context.set_offline(again == "the network")
    table.click()
    expect(page.get_by_role("alert")).to_contain_text("The search could not be loaded.")  # the last that fails
    expect(table).to_have_attribute("aria-pressed", "true")
    expect(count_of(page)).to_have_text("No answer")
    page.context.unroute("**/search/*")
    page.context.unroute("**/table-parts*.js")
    if again == "the network":
        page.context.set_offline(False)
    else:
        table.click()

    expect(page.get_by_role("grid").get_by_role("row")).not_to_have_count(0)
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(count_of(page)).to_contain_text("60 of")


def test_a_part_is_loaded_again_once_the_browser_is_online(page: Page) -> None:
    """Where the search answers, and nothing but what shows the table is missing."""
    page.goto("index.html?q=riccia")
    expect(count_of(page)).to_contain_text("60 of")
    page.context.route("**/table-parts*.js", lambda route: route.abort())
    page.get_by_role("button", name="Table", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("A part of this page did not load.")
    page.context.unroute("**/table-parts*.js")
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(page.get_by_role("grid").get_by_role("row")).not_to_have_count(0)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_what_shows_a_table_may_fail(page: Page) -> None:
    """It is loaded with the first table, and said to be missing only then; cards and filters need nothing of it."""
    page.context.route("**/table-parts*.js", lambda route: route.abort())
    page.goto("index.html?q=riccia")
    expect(count_of(page)).to_contain_text("60 of")
    expect(page.get_by_role("alert")).to_be_hidden()
    page.get_by_role("button", name="Table", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("A part of this page did not load.")
    expect(cards(page)).to_have_count(0)  # no answer as it was asked for
    page.context.unroute("**/table-parts*.js")
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.get_by_role("grid").get_by_role("row")).not_to_have_count(0)
    expect(count_of(page)).to_contain_text("60 of")


def test_storage_may_be_blocked(browser: Any, site_address: str) -> None:
    """Theme, search, selection, table and comparison work; what is not kept is said."""
    with opened(browser, site_address) as page:
        page.add_init_script(STORAGE_BLOCKED)
        page.goto("index.html?q=riccia&view=table")
        page.get_by_role("button", name="Switch between light and dark").click()
        expect(page.get_by_role("grid").get_by_role("row").nth(1)).to_be_visible()
        for at in (1, 2):
            page.get_by_role("grid").get_by_role("row").nth(at).get_by_role("checkbox").check()
        expect(page.get_by_role("region", name="Selection")).to_contain_text("stores nothing")
        page.get_by_role("region", name="Selection").get_by_role("link", name="Compare").click()
        expect(page.get_by_role("columnheader").first).to_be_visible()


@pytest.mark.parametrize("kind", OLD_BROWSERS)
def test_an_old_browser_is_told(browser: Any, site_address: str, kind: str) -> None:
    """Where scripts of this kind do not run, the page says so and leads to the plain lists; cards are links."""
    context = browser.new_context(base_url=site_address)
    page = context.new_page()
    script = OLD_BROWSERS[kind]
    if script:
        page.add_init_script(script)
    else:
        page.route("**/*.js", lambda route: route.continue_() if "theme" in route.request.url else route.abort())
    page.goto("index.html")
    expect(page.get_by_role("alert").filter(has_text="did not start")).to_be_visible()
    expect(cards(page)).to_have_count(48)
    page.get_by_role("link", name="the pages of institutions").click()
    page.wait_for_url("**/institutions/index.html")
    page.goto("compare/index.html")
    expect(page.get_by_role("alert").filter(has_text="did not start")).to_be_visible()
    context.close()


@pytest.mark.parametrize("kind", LESS)
def test_a_browser_without_a_feature(browser: Any, site_address: str, kind: str) -> None:
    """What it lacks is not needed, or said."""
    with opened(browser, site_address) as page:
        page.add_init_script(LESS[kind])
        page.goto("index.html")
        _search(page)

        assert _is_told(page)


def test_a_value_that_is_no_more(page: Page) -> None:
    """A link to it says so, and a click removes it; with another value, that one's datasets are shown."""
    page.goto("index.html?source=Closed+archive")
    expect(page.get_by_text("No dataset in this catalog has “Institution: Closed archive”")).to_be_visible()
    page.get_by_role("button", name="Remove Institution: Closed archive").last.click()
    expect(page).to_have_url(page.url.partition("?")[0])
    expect(cards(page)).to_have_count(48)

    page.goto("index.html?source=Closed+archive&source=IDR")
    expect(page.get_by_text("No dataset in this catalog has “Institution: Closed archive”")).to_be_visible()
    expect(cards(page)).to_have_count(48)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("tissue=brain", "no filter “tissue”"),
        ("bytes=many", "“many” is not a range"),
        ("sort=beauty", "cannot be sorted by “beauty”"),
        ("q=riccia&tissue=brain", "no filter “tissue”"),
        ("ids=aaaaaaaaaaaa", "no longer in this catalog"),
        ("ids=aaaaaaaaaaaa", "The catalog has none of these datasets. Remove this filter:"),
        ("ids=selected", "No dataset is selected in this browser. Remove this filter:"),
        ("ids=....", "“....” names no datasets"),
        ("bytes=5..1", "No number is at least 5 B and at most 1 B. Change or remove “Stored size”:"),
        ("bytes=1..2", "No dataset passes this filter. Remove it:"),
        ("q=riccia&q=human", "“q” more than once; only the first is used"),
        ("view=table&columns=foo", "The table has no column “foo”"),
        ("view=table&columns=", "The link names no columns; those kept in this browser are shown."),
    ],
)
def test_what_an_address_asks_for_in_vain(page: Page, query: str, words: str) -> None:
    """A filter, a range, an order, a dataset that the catalog does not have: left out, and said."""
    page.goto(f"index.html?{query}")

    expect(page.get_by_text(words)).to_be_visible()


def test_a_value_is_found_by_the_name_that_the_page_shows(page: Page) -> None:
    """An address with the name of an organism is that with its term, and says so."""
    page.goto("index.html?organism=homo%20sapiens")

    page.wait_for_url("**?organism=NCBITaxon*")
    expect(count_of(page)).to_contain_text(" of 134 datasets")
    expect(cards(page)).to_have_count(48)


def test_counters_of_others_are_no_filters(page: Page) -> None:
    """What mails and networks add to links is not spoken of."""
    page.goto("index.html?utm_source=mail&fbclid=1&q=riccia")
    expect(count_of(page)).to_contain_text("60 of")

    expect(page.get_by_text("no filter")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("text", ["riccia " * 1500, "x" * 10_000, '"' * 10_000, "-a OR " * 1700, "קשת " * 2500])
def test_ten_thousand_letters(browser: Any, site_address: str, text: str, width: int) -> None:
    """A search of that length is answered, and nothing is wider than the page; the address can be opened again."""
    with opened(browser, site_address, viewport={"width": width, "height": 800}) as page:
        page.goto("index.html")
        search_box(page).fill(text)
        expect(page.locator("catalog-home")).to_have_attribute("aria-busy", "false")
        expect(count_of(page)).to_contain_text("of 134 datasets")
        assert _fits(page)
        expect(page).to_have_url(re.compile(r"\?q="))
        page.reload()
        expect(count_of(page)).to_contain_text("of 134 datasets")
        assert _fits(page)


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("tissue", HOSTILE_TISSUES)
def test_a_chip_is_not_wider_than_the_page(browser: Any, long_facet_address: str, tissue: str) -> None:
    """Of a value among 3,000: markup, 5,000 letters, right to left, a tower of accents."""
    with opened(browser, long_facet_address, viewport={"width": 320, "height": 700}) as page:
        page.goto("index.html")
        page.evaluate("value => location.assign('?' + new URLSearchParams({'extra.tissue': value}))", tissue)
        expect(count_of(page)).to_contain_text("1 of 3,000 datasets")

        assert _fits(page)
        assert page.get_by_role("list", name="Active filters").bounding_box()["height"] < 400
        assert page.title() != "broken"


@pytest.mark.parametrize("path", ["index.html", "index.html?view=table", "report/index.html", "browse/index.html"])
def test_a_name_of_five_thousand_letters(browser: Any, hostile_address: str, path: str) -> None:
    """It breaks or is cut, wherever it stands."""
    with opened(browser, hostile_address, viewport={"width": 320, "height": 700}) as page:
        page.goto(path, wait_until="networkidle")

        assert _fits(page)


IS_RESULT = "document.activeElement.matches('result-list a[href*=datasets], [role=grid] *')"


def test_the_skip_link_leads_to_the_first_result(page: Page) -> None:
    """At most ten stops from the top, in the gallery and in the table; results have headings."""
    for query in ("", "?q=riccia", "?view=table"):
        page.goto(f"index.html{query}")
        expect(page.locator("catalog-home")).not_to_have_attribute("aria-busy", "true")
        for _ in range(10):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('a[href=\"#results\"]')"):
                page.keyboard.press("Enter")
            if page.evaluate(IS_RESULT):
                break
        assert page.evaluate(IS_RESULT), query
    page.goto("index.html")
    expect(page.get_by_role("heading", level=2, name="Results")).to_have_count(1)
    expect(page.get_by_role("list", name="Results").get_by_role("heading", level=3)).to_have_count(48)
