"""Whatever a visitor does while the home page is still loading does what it does later, in a real browser.

Over a slow network the page is seen seconds before its script is there, and results before what is loaded late. Here
these files are held back while a control is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from browser.controls import Control, Hand, ends_as, find_controls, settled
from browser.screens import Page, count_of, expect, facet, held, opened, search_box, served
from catalogs import make_catalog, make_image

from sitegen.model import StudyRef
from sitegen.outputs.table import site_files
from sitegen.site.resources import bundles

pytestmark = pytest.mark.browser

LOADED_AT_ONCE = {name.rpartition("/")[2] for name in bundles().pages["home"].preloaded}
HELD: dict[str, Any] = {
    "script": "**/home-*.js",
    "late parts": lambda url: "/part-" in url and url.rpartition("/")[2] not in LOADED_AT_ONCE,
}
"""What is held back: patterns of addresses, or what tells them."""
COPYING = {"permissions": ["clipboard-read", "clipboard-write"]}
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 400e3 / 8, "uploadThroughput": 400e3 / 8}
"""Of `Network.emulateNetworkConditions` (Chrome DevTools Protocol): 400 kbit/s, 300 ms."""

LEAST_GAP_PX = 8
"""Between what the page says and the filters and results."""


@contextmanager
def _visit(browser: Any, address: str, width: int) -> Iterator[tuple[Page, list[str]]]:
    """Give a page, and the names of the files that it saves meanwhile."""
    saved: list[str] = []
    with opened(browser, address, viewport={"width": width, "height": 900}, **COPYING) as page:
        page.on("download", lambda download: saved.append(download.suggested_filename))
        yield page, saved


def _show(page: Page, missing: str) -> None:
    """Open the home page, and wait until what does not wait for the missing file is there."""
    page.goto("index.html", wait_until="commit")
    page.get_by_role("contentinfo").wait_for()
    if missing != "script":
        expect(search_box(page)).to_have_role("combobox")


@pytest.fixture(scope="module")
def use_in_time(browser: Any, site_address: str) -> Callable[[Control, Hand, int], tuple[str, list[str]]]:
    """Return how the page is once a control was used after everything had come, and the files that it saved."""

    @cache
    def use(control: Control, hand: Hand, width: int) -> tuple[str, list[str]]:
        with _visit(browser, site_address, width) as (page, saved):
            page.goto("index.html")
            page.get_by_role("list", name="Results").get_by_role("checkbox").first.wait_for()
            asked: set[Any] = set()
            page.on("request", lambda request: asked.add(request))
            page.on("requestfinished", lambda request: asked.discard(request))
            page.on("requestfailed", lambda request: asked.discard(request))
            control.use(page, hand)
            is_quiet = False
            while not is_quiet:  # what a slow answer changes comes after a pause
                was_quiet = not asked
                state = settled(page)
                is_quiet = was_quiet and not asked
            return state, saved

    return use


def _find_early(browser: Any, address: str, missing: str, width: int) -> list[Control]:
    with _visit(browser, address, width) as (page, _), held(page, HELD[missing]):
        _show(page, missing)
        return find_controls(page)


@pytest.mark.parametrize(
    ("missing", "hand", "width"),
    [
        ("script", "mouse", 1440),
        ("script", "keyboard", 1440),
        ("late parts", "mouse", 1440),
        ("late parts", "mouse", 390),
    ],
)
def test_every_control_may_be_used_early(
    browser: Any,
    site_address: str,
    use_in_time: Callable[[Control, Hand, int], tuple[str, list[str]]],
    missing: str,
    hand: Hand,
    width: int,
) -> None:
    """Address, count, focus, what is pressed, chosen, open and saved: all as if it had been used later."""
    controls = _find_early(browser, site_address, missing, width)
    different = []
    for control in controls:
        expected, files = use_in_time(control, hand, width)
        with _visit(browser, site_address, width) as (page, saved):
            with held(page, HELD[missing]):
                _show(page, missing)
                control.use(page, hand)
            if not ends_as(page, expected) or saved != files:
                different.append((control.name, expected, settled(page), saved))

    assert len(controls) > 10
    assert different == []


def test_all_that_is_done_early_is_done_in_order(browser: Any, site_address: str) -> None:
    """Over 400 kbit/s, before the script comes: the key that leads to the search, words, a value, an order, a view."""
    with opened(browser, site_address) as page:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW)
        with held(page, HELD["script"]):
            _show(page, "script")
            page.keyboard.press("/")
            page.keyboard.type("riccia")
            facet(page, "organism").get_by_label("Homo sapiens").check()
            page.get_by_label("Sort by").select_option("-bytes")
            page.get_by_role("button", name="Table").click()
            expect(page.locator("catalog-home")).to_have_attribute("aria-busy", "true")

        expect(page.get_by_role("grid")).to_be_visible(timeout=30_000)
        page.wait_for_url("**/index.html?q=riccia&organism=NCBITaxon%3A9606&sort=-bytes&view=table")
        expect(search_box(page)).to_have_value("riccia")
        expect(count_of(page)).to_have_text("48 of 134 datasets")


def test_words_of_an_address_are_in_the_field_at_once(browser: Any, site_address: str) -> None:
    """Before the script comes; what is typed after them is asked for once it does."""
    with opened(browser, site_address) as page:
        with held(page, HELD["script"]):
            page.goto("index.html?q=riccia+fluitans", wait_until="commit")
            expect(search_box(page)).to_have_value("riccia fluitans")
            page.keyboard.press("/")
            page.keyboard.type(" stature")

        page.wait_for_url("**/index.html?q=riccia+fluitans+stature")
        expect(search_box(page)).to_have_value("riccia fluitans stature")


TOGGLES: dict[str, tuple[str, str]] = {
    "institution": ("institution-links a >> nth=0", "aria-current"),
    "by study": ("result-toolbar [data-action=group]", "aria-pressed"),
}
"""Selectors of controls that choose by one click, and the attribute that says so."""


@pytest.fixture(scope="module")
def studies_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site of two institutions and two studies of two datasets."""
    images = [make_image(f"image-{number}", source="IDR" if number % 2 else "SSBD") for number in range(4)]
    studies = [StudyRef(id=name, name=f"Study {name}") for name in "ab"]
    records = [replace(image, study=studies[number // 2]) for number, image in enumerate(images)]
    folder = tmp_path_factory.mktemp("studies")
    for page in site_files(make_catalog(*records)):
        target = folder / page.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(page.content)
    with served(folder) as found:
        yield found


def _count_entries(page: Page) -> int:
    return int(page.evaluate("history.length"))


@pytest.mark.parametrize("kind", TOGGLES)
def test_what_is_chosen_early_looks_so_at_once(browser: Any, studies_address: str, kind: str) -> None:
    """A second click takes it back, as far as anyone sees and in the history of the browser."""
    selector, attribute = TOGGLES[kind]
    with opened(browser, studies_address) as page:
        with held(page, HELD["script"]):
            _show(page, "script")
            entries = _count_entries(page)
            control = page.locator(selector)
            for clicks, expected in ((1, True), (2, False), (3, True)):
                control.click(no_wait_after=True)
                assert (control.get_attribute(attribute) == "true") is expected, clicks
        expect(control).to_have_attribute(attribute, "true")
        page.wait_for_url("**/index.html?**")
        assert _count_entries(page) == entries + 1


def test_what_is_taken_back_early_was_never_asked(browser: Any, site_address: str) -> None:
    """After two clicks the page is as it was, and does not look as if something were to come."""
    with opened(browser, site_address) as page:
        with held(page, HELD["script"]):
            _show(page, "script")
            entries = _count_entries(page)
            for _ in range(2):
                page.locator(TOGGLES["institution"][0]).click(no_wait_after=True)
            expect(page.locator("catalog-home")).not_to_have_attribute("aria-busy", "true")
        settled(page)

        assert _count_entries(page) == entries
        assert page.url.endswith("index.html")


def test_a_view_that_is_clicked_twice_is_chosen_once(browser: Any, site_address: str) -> None:
    """Who sees nothing happen clicks again."""
    with opened(browser, site_address) as page:
        with held(page, HELD["script"]):
            _show(page, "script")
            for _ in range(2):
                page.get_by_role("button", name="Table").click(no_wait_after=True)

        expect(page.get_by_role("grid")).to_be_visible()


def test_nothing_seems_to_come_once_the_script_has_failed(browser: Any, studies_address: str) -> None:
    """What was chosen early is not dimmed, busy or chosen where the page says that its script did not load."""
    routes: list[Any] = []
    with opened(browser, studies_address) as page:
        page.route("**/home-*.js", lambda route: routes.append(route))
        _show(page, "script")
        chosen = [page.locator(selector) for selector, _ in TOGGLES.values()]
        for control in chosen:
            control.click(no_wait_after=True)
        expect(page.locator("catalog-home")).to_have_attribute("aria-busy", "true")
        for route in routes:
            route.abort()
        notice = page.get_by_role("alert").filter(has_text="did not start")
        expect(notice).to_be_visible()

        assert page.locator("catalog-home").get_attribute("aria-busy") is None
        assert "true" not in [control.get_attribute(name) for control in chosen for _, name in TOGGLES.values()]
        below = page.locator(".home__body").bounding_box()["y"]
        box = notice.bounding_box()
        assert below - box["y"] - box["height"] >= LEAST_GAP_PX


def test_links_lead_on_where_the_script_does_not_come(browser: Any, site_address: str) -> None:
    """Once the page has said that its script did not load, an institution leads to its page."""
    with opened(browser, site_address) as page:
        page.route("**/home-*.js", lambda route: route.abort())
        page.goto("index.html")
        expect(page.get_by_role("alert").filter(has_text="did not start")).to_be_visible()
        page.get_by_role("region", name="Institutions").get_by_role("link").first.click()

        page.wait_for_url("**/institutions/**")


def test_the_number_of_another_answer_is_not_shown(browser: Any, site_address: str) -> None:
    """A link to a search says that it is searching until the answer is there, not how many datasets there are."""
    with opened(browser, site_address) as page:
        with held(page, "**/search/**"):
            page.goto("index.html?q=riccia", wait_until="commit")
            expect(search_box(page)).to_have_role("combobox")
            shown = count_of(page).evaluate(
                "each => [getComputedStyle(each).fontSize, getComputedStyle(each, '::before').content]"
            )

        assert shown == ["0px", '"Searching …"']
        expect(count_of(page)).to_have_text("60 of 134 datasets")
        expect(count_of(page)).not_to_have_css("font-size", "0px")
