"""axe finds nothing on any kind of page of the demo, in any of its states, wherever it is looked at.

Rules: all of axe-core (https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md), those of WCAG 2.2
AA and the best practices, but for the experimental ones.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser.demo_site import kinds_of_pages
from browser.screens import Page, cards, expect, facet, opened, search_box, served

pytestmark = [pytest.mark.browser, pytest.mark.audit]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SCREENS: tuple[dict[str, Any], ...] = (
    {"size": (1440, 900), "color_scheme": "light"},
    {"size": (390, 844), "color_scheme": "dark"},
)
"""Where each page is looked at with all rules: both themes, both layouts."""
SMALL_SCREENS = ((320, 640), (720, 450))
"""The narrowest, and a zoom of 200 %: what depends on the size alone is looked at there."""
FLATTEN = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`*, ::before, ::after { background-image: none !important; content-visibility: visible !important }
    img { visibility: hidden }`);
  document.adoptedStyleSheets = [sheet];
}"""
"""Leaves the color of the ground alone, as axe computes no contrast with a picture or a gradient, and lays out what is
out of sight, as it computes none there either."""
FILL = """() => {
  for (const each of document.querySelectorAll("*")) {
    if (each instanceof HTMLElement) each.style.webkitTextFillColor = getComputedStyle(each).color;
  }
}"""
"""Fills letters with the color that they have: axe asks for the fill, of which Chromium gives the color of the page's
own style sheet where colors are forced."""
RUN = """async (what) => {
  const { violations, incomplete } = await axe.run({...what, resultTypes: ["violations", "incomplete"]});
  const keyOf = (node) => [...node.any, ...node.all, ...node.none].map(({data}) => data?.messageKey).find(Boolean);
  const listOf = (rules, doubtOf) => rules.flatMap(({ id, nodes }) =>
    nodes.map((node) => [id, doubtOf(node), node.target.join(" "), node.html.slice(0, 200)]));
  return [...listOf(violations, () => ""), ...listOf(incomplete, (node) => keyOf(node) ?? "unknown")];
}"""
"""Gives rule, doubt (empty where axe is sure), place and markup of each finding."""
EVERYTHING_ELSE = {"rules": {"color-contrast": {"enabled": False}}}
SIZES = {"runOnly": ["target-size", "scrollable-region-focusable"]}
CONTRAST = {
    "runOnly": ["color-contrast"],
    "checks": {
        "color-contrast": {
            "options": {
                "ignoreUnicode": True,
                "ignoreLength": True,
                "boldValue": 700,
                "boldTextPt": 14,
                "largeTextPt": 18,
                "contrastRatio": {"normal": {"expected": 4.5}, "large": {"expected": 3}},
                "pseudoSizeThreshold": 0.25,
                "shadowOutlineEmMax": 0.2,
                "textStrokeEmMin": 0.03,
            }
        }
    },
}
"""WCAG 2.2, 1.4.3, as axe has it, but for texts of one letter as well."""
# What axe asks to look at rather than decides, and was looked at. What it does decide is never left out.
UNSEEN = {
    "elmPartiallyObscured",
    "elmPartiallyObscuring",
    "bgOverlap",
    "outsideViewport",
    "imgNode",  # letters of a plate map
    "partiallyObscured",  # buttons that share a border
    "nonTabbableNeighbor",  # cells of a grid, which arrow keys lead to
}
GRID = {("scrollable-region-focusable", "unknown"), ("target-size", "unknown")}
"""Rows of a grid that are pushed sideways on a phone."""


FOLDED = ("report/", "rules/", "statistics/")
"""Pages of which most is folded away; they are looked at with everything open."""


@pytest.fixture(scope="module")
def demo_address(demo_folder: Path) -> Any:
    """The address of the demo's site while the tests last."""
    with served(demo_folder) as address:
        yield address


def _findings(page: Page) -> list[list[str]]:
    """Return what axe finds on a page as it is; the contrast of colors apart, without pictures."""
    found = page.evaluate(RUN, EVERYTHING_ELSE)
    page.evaluate(FLATTEN)
    contrasts = page.evaluate(RUN, CONTRAST)
    page.evaluate("document.adoptedStyleSheets = []")
    return _decided([*found, *contrasts])


def _decided(found: list[list[str]]) -> list[list[str]]:
    return [each for each in found if each[1] not in UNSEEN and tuple(each[:2]) not in GRID]


def _findings_everywhere(page: Page) -> list[Any]:
    """Return what axe finds on all screens, and screens that the page is wider than.

    Without motion: a color in transition is none that a visitor sees.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[Any] = []
    for screen in SCREENS:
        page.emulate_media(color_scheme=screen["color_scheme"], reduced_motion="reduce")
        _resize(page, screen["size"])
        found += [(screen, *each) for each in [*_findings(page), *_overflow(page)]]
    for size in SMALL_SCREENS:
        _resize(page, size)
        found += [(size, *each) for each in [*_decided(page.evaluate(RUN, SIZES)), *_overflow(page)]]
    return found


def _resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def _overflow(page: Page) -> list[list[str]]:
    is_wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [["wider than the screen"]] if is_wider else []


def test_every_kind_of_page(browser: Any, demo_folder: Path, demo_address: str) -> None:
    """The home page, datasets of every kind and status, lists, health, rules, and whatever else the site has."""
    found = {}
    with opened(browser, demo_address) as page:
        for path in kinds_of_pages(demo_folder):
            page.goto(path, wait_until="networkidle")
            if path.startswith(FOLDED):
                _open_all(page)
            found[path] = _findings_everywhere(page)

    assert {path: each for path, each in found.items() if each} == {}


def test_every_kind_of_page_in_forced_colors(browser: Any, demo_folder: Path, demo_address: str) -> None:
    """In the few colors of the system everything can be read, on a light and on a dark ground."""
    found = {}
    with opened(browser, demo_address, forced_colors="active", reduced_motion="reduce") as page:
        for path in (*kinds_of_pages(demo_folder), "index.html?view=table"):
            page.goto(path, wait_until="networkidle")
            if path.startswith(FOLDED):
                _open_all(page)
            page.evaluate(AXE.read_text(encoding="utf-8"))
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.evaluate(FILL)
                found[path, scheme] = _findings(page)

    assert {place: each for place, each in found.items() if each} == {}


def _select(page: Page) -> None:
    boxes = page.get_by_role("checkbox", name="Select")
    expect(boxes.first).to_be_visible()
    for box in boxes.all()[:3]:
        box.check()
    expect(page.get_by_role("region", name="Selection")).to_be_visible()


def _select_row(page: Page) -> None:
    page.get_by_role("grid").get_by_role("checkbox").nth(1).check()
    expect(page.get_by_role("region", name="Selection")).to_be_visible()


def _compare(page: Page) -> None:
    _select(page)
    page.get_by_role("region", name="Selection").get_by_role("link", name="Compare").click()
    expect(page.get_by_role("table").first).to_be_visible()


def _suggest(page: Page) -> None:
    search_box(page).press_sequentially("mou")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")


def _open_all(page: Page) -> None:
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def _choose_columns(page: Page) -> None:
    expect(page.get_by_role("grid")).to_be_visible()
    page.get_by_role("button", name="Columns").click()
    expect(page.get_by_role("dialog", name="Columns")).to_be_visible()


def _export(page: Page) -> None:
    page.locator("result-toolbar export-menu summary").click()
    expect(page.get_by_role("button", name="CSV for spreadsheets")).to_be_visible()


def _fail(page: Page) -> None:
    page.route("**/search/*", lambda route: route.abort())
    search_box(page).fill("mouse")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


STATES: dict[str, tuple[str, Callable[[Page], object]]] = {
    "table": ("?view=table", lambda page: expect(page.get_by_role("grid")).to_be_visible()),
    "larger rows, one selected": ("?view=table&density=roomy", _select_row),
    "columns": ("?view=table", _choose_columns),
    "export": ("", _export),
    "address corrected": (
        "?page=-3&view=list&tissue=brain",
        lambda page: expect(page.get_by_text("no page “-3”")).to_be_visible(),
    ),
    "grouped": ("?group=study", lambda page: expect(cards(page).first).to_be_visible()),
    "empty": ("?q=nothing-has-this", lambda page: expect(page.get_by_text("No dataset matches")).to_be_visible()),
    "empty, with a way out": (
        "?q=mouse&bytes=..9",
        lambda page: expect(page.get_by_text("Try instead:")).to_be_visible(),
    ),
    "filtered": (
        "?q=cells&kind=image&organism=&bytes=..1e12&sort=-bytes",
        lambda page: expect(facet(page, "organism")).to_be_visible(),
    ),
    "corrected": ("?q=zebrafisch", lambda page: expect(cards(page).first).to_be_visible()),
    "selected": ("", _select),
    "suggesting": ("", _suggest),
    "all open": ("", _open_all),
    "failed": ("", _fail),
    "compared": ("", _compare),
}


@pytest.mark.parametrize("state", STATES)
def test_every_state_of_the_home_page(browser: Any, demo_address: str, state: str) -> None:
    """What visitors make of it by asking, opening, selecting; and where the search fails."""
    query, reach = STATES[state]
    with opened(browser, demo_address) as page:
        page.goto(f"index.html{query}", wait_until="networkidle")
        reach(page)

        assert _findings_everywhere(page) == []


def test_the_filters_on_a_phone(browser: Any, demo_address: str) -> None:
    """They are a dialog there."""
    phone = {"viewport": {"width": 390, "height": 844}, "reduced_motion": "reduce"}
    with opened(browser, demo_address, **phone) as page:
        page.goto("index.html?kind=image", wait_until="networkidle")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        page.get_by_role("button", name="Filters").click()
        expect(page.get_by_role("dialog", name="Filters")).to_be_visible()

        assert _findings(page) == []


@pytest.mark.parametrize("path", ["index.html", "report/index.html"])
def test_nothing_moves_where_motion_is_not_wanted(browser: Any, demo_address: str, path: str) -> None:
    """No transition and no animation takes time (WCAG 2.2, 2.3.3)."""
    slow = """[...document.querySelectorAll("*")].flatMap((each) => ["", "::before", "::after"].map((part) => {
      const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(each, part || null);
      const isSlow = transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
      return isSlow || animationName !== "none" || scrollBehavior === "smooth" ? each.outerHTML.slice(0, 100) : "";
    })).filter(Boolean)"""
    with opened(browser, demo_address, reduced_motion="reduce") as page:
        page.goto(path, wait_until="networkidle")

        assert page.evaluate(slow) == []
