"""The viewer by mouse, by keyboard alone, and by touch at 390 px: tasks, each within a number of actions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser.hands import HANDS, Hand, Visitor, visiting
from browser.screens import Page, expect, opened
from browser.viewing import (
    CANVAS,
    FILM,
    PLATE,
    SHARDED,
    STACK,
    Viewing,
    canvas_of,
    correlate,
    draw_plane,
    look,
    place,
    viewer_page,
    wait,
)
from PIL import Image

pytestmark = pytest.mark.browser
SCREENS: tuple[tuple[int, dict[str, str]], ...] = (
    (1440, {"color_scheme": "light"}),
    (390, {"color_scheme": "dark"}),
    (390, {"color_scheme": "light", "forced_colors": "active"}),
)
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def test_moving_by_keys_wheel_and_fingers(browser: Any, looked_at: Viewing) -> None:
    """Arrows move, plus and wheel magnify, 0 shows all again; the address follows."""
    with viewer_page(browser, looked_at, looked_at.page_of(SHARDED)) as page:
        look(page)
        fitted = canvas_of(page)
        page.locator(CANVAS).focus()
        page.keyboard.press("+")
        page.keyboard.press("ArrowRight")
        page.locator(CANVAS).hover()
        page.mouse.wheel(0, -300)
        expect(page).to_have_url(re.compile(r"zoom="))
        wait(page)
        moved = canvas_of(page)
        page.keyboard.press("0")
        expect(page).not_to_have_url(re.compile(r"zoom="))
        wait(page)

        assert correlate(fitted, moved) < 0.9
        assert correlate(fitted, canvas_of(page)) > 0.999


@pytest.mark.parametrize("hand", HANDS)
def test_channel_off_and_tenth_plane_in_three(browser: Any, looked_at: Viewing, hand: Hand) -> None:
    """Look, switch a channel off, type the number of the plane."""
    with visiting(browser, looked_at.site_address, hand, looked_at.page_of(STACK)) as visitor:
        visitor.press(visitor.page.get_by_role("button", name="Open viewer"))
        wait(visitor.page)
        visitor.press(visitor.page.get_by_role("checkbox", name="H2B-GFP"))
        visitor.type(visitor.page.get_by_label("Plane number"), "10")
        wait(visitor.page)
        expect(visitor.page).to_have_url(re.compile(r"z=9&c="))

        assert visitor.actions == 3


@pytest.mark.parametrize("hand", HANDS)
def test_link_shows_the_same_in_another_browser_in_two(browser: Any, looked_at: Viewing, hand: Hand) -> None:
    """Copy the link; open it: the same image, plane, channels and place."""
    fragment = "#look=&z=3&x=200&y=150&zoom=2&c=0:FF8800:10:150"
    with visiting(browser, looked_at.site_address, hand, looked_at.page_of(STACK) + fragment) as visitor:
        wait(visitor.page)
        visitor.press(visitor.page.get_by_role("button", name="Copy a link to this view"))
        expect(visitor.page.get_by_text("Link to this view copied.")).to_be_visible()
        link = str(visitor.page.evaluate("navigator.clipboard.readText()"))
        first, size = canvas_of(visitor.page), visitor.page.viewport_size
    with opened(browser, looked_at.site_address, viewport=size, **_phone(hand)) as page:
        page.goto(link)
        wait(page)
        second = canvas_of(page)

    assert visitor.actions + 1 == 2
    assert correlate(first, second) > 0.999


def _phone(hand: Hand) -> dict[str, bool]:
    return {"has_touch": True, "is_mobile": True} if hand == "touch" else {}


@pytest.mark.parametrize("hand", HANDS)
def test_well_of_a_plate_in_four(browser: Any, looked_at: Viewing, hand: Hand) -> None:
    """Search the plate, open its page, choose the well; its map marks it, and nothing of another well is requested."""
    with visiting(browser, looked_at.site_address, hand) as visitor:
        visitor.type(visitor.page.get_by_label("Search the catalog"), "LT0113_01")
        visitor.press(visitor.page.get_by_role("link", name=re.compile("LT0113_01")).first)
        _choose_well(visitor)
        expect(visitor.page).to_have_url(re.compile(r"look=B/5/0"))
        wait(visitor.page)
        canvas = canvas_of(visitor.page)

        assert visitor.actions <= 4
    expected = np.asarray(Image.fromarray(draw_plane(looked_at.data / PLATE / "B/5/0")).resize(_fitted(canvas)))
    assert correlate(*place(expected, canvas)) > 0.97


def _fitted(canvas: Any) -> tuple[int, int]:
    side = min(canvas.shape[:2])
    return side, side


def _choose_well(visitor: Visitor) -> None:
    """Click or tap on the well; with the keyboard, type its name beside the map, and press Enter."""
    page = visitor.page
    if visitor.hand == "keyboard":
        visitor.type(page.get_by_label("Well name"), "B5")
        page.keyboard.press("Enter")
    else:
        visitor.press(page.get_by_role("button", name="B5", exact=True))


def test_it_fits_a_phone(browser: Any, looked_at: Viewing) -> None:
    """At 390 px nothing of the viewer is wider than the screen, and its controls can be hit with a finger."""
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with viewer_page(browser, looked_at, looked_at.page_of(PLATE), **phone) as page:
        look(page)

        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        sizes = page.locator(".viewer__tools button").evaluate_all("all => all.map(each => each.offsetHeight)")
        assert min(sizes) >= 40


@pytest.mark.audit
def test_axe_finds_nothing(browser: Any, looked_at: Viewing) -> None:
    """The viewers of a plate and of a stack keep the rules of WCAG 2.2 AA and the best practices, as axe has them."""
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = []
    with opened(browser, looked_at.site_address, bypass_csp=True, reduced_motion="reduce") as page:
        for name in (PLATE, STACK):
            page.set_viewport_size({"width": 1440, "height": 900})
            page.goto(looked_at.page_of(name))
            look(page)
            page.keyboard.press("?")
            page.evaluate(AXE.read_text(encoding="utf-8"))
            for width, media in SCREENS:
                page.set_viewport_size({"width": width, "height": 844})
                page.emulate_media(**{"forced_colors": "none", **media})
                contrast = {"color-contrast": {"enabled": "forced_colors" not in media}}  # else they are the system's
                result = page.evaluate("rules => axe.run(document, rules)", {**rules, "rules": contrast})
                found += [
                    (name, media, each["id"], [node["target"] for node in each["nodes"]])
                    for each in result["violations"]
                ]

    assert found == []


def test_two_fingers_move_and_zoom(browser: Any, looked_at: Viewing) -> None:
    """One finger moves, two zoom by their distance and move by their middle; the page does not scroll meanwhile."""
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with viewer_page(browser, looked_at, looked_at.page_of(SHARDED), **phone) as page:
        look(page)
        page.locator(CANVAS).scroll_into_view_if_needed()
        box = page.locator(CANVAS).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        scrolled = page.evaluate("scrollY")
        session = page.context.new_cdp_session(page)
        for apart in (40, 60, 80, 120):
            touch(session, "touchStart" if apart == 40 else "touchMove", (x - apart, y), (x + apart, y))
        touch(session, "touchEnd")
        expect(page).to_have_url(re.compile("zoom="))
        first = view_in(page)
        touch(session, "touchStart", (x, y))
        for step in (20, 40, 60):
            touch(session, "touchMove", (x + step, y + step))
        touch(session, "touchEnd")
        page.wait_for_function("before => !location.href.includes(before)", arg=f"x={first['x']:g}&")
        second = view_in(page)

        assert page.evaluate("scrollY") == scrolled
    fitted = box["width"] / 768
    assert 2.5 < first["zoom"] / fitted < 3.5
    assert second["zoom"] == first["zoom"]
    assert (first["x"] - second["x"]) * first["zoom"] == pytest.approx(60, abs=8)
    assert (first["y"] - second["y"]) * first["zoom"] == pytest.approx(60, abs=8)


def touch(session: Any, kind: str, *places: tuple[float, float]) -> None:
    """Put fingers on the screen, move them, or lift them."""
    points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def view_in(page: Page) -> dict[str, float]:
    """Return the middle and the zoom in the address of a page."""
    return {name: float(value) for name, value in re.findall(r"(x|y|zoom)=([^&]+)", page.url)}


def test_keys_are_listed_and_the_screen_is_filled(browser: Any, looked_at: Viewing) -> None:
    """The image has the focus after the click; `?` lists the keys, Escape closes the list, F fills the screen."""
    with viewer_page(browser, looked_at, looked_at.page_of(FILM)) as page:
        look(page)
        expect(page.locator(CANVAS)).to_be_focused()
        page.keyboard.press("?")
        expect(page.get_by_text("1 to 9 show or hide")).to_be_visible()
        expect(page.get_by_role("button", name="Mouse, touch")).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("Escape")
        expect(page.get_by_text("1 to 9 show or hide")).to_be_hidden()
        page.keyboard.press("f")
        page.wait_for_function("() => document.fullscreenElement?.localName === 'image-viewer'")
        page.keyboard.press("f")
        page.wait_for_function("() => document.fullscreenElement === null")
        expect(page.locator(CANVAS)).to_be_visible()


def test_wells_are_chosen_on_the_map_by_keys(browser: Any, looked_at: Viewing) -> None:
    """The map is one stop of Tab; arrows lead from well to well; Enter looks into one, and leads to the image."""
    with viewer_page(browser, looked_at, looked_at.page_of(PLATE)) as page:
        page.get_by_label("Well name").focus()
        for key in ("Tab", "Tab", "ArrowDown", *["ArrowRight"] * 4):
            page.keyboard.press(key)
        expect(page.get_by_role("button", name="B5", exact=True)).to_be_focused()
        page.keyboard.press("Enter")

        expect(page).to_have_url(re.compile("look=B/5/0"))
        expect(page.locator(CANVAS)).to_be_focused()
        expect(page.locator("plate-map [aria-current]")).to_have_text("B5")
        page.get_by_label("Well", exact=True).select_option("Well A3")
        expect(page.locator("plate-map [aria-current]")).to_have_text("A3")


def test_a_well_that_is_not_there_is_named(browser: Any, looked_at: Viewing) -> None:
    """What is typed is compared as people write it; what the plate does not have is said, and nothing is requested."""
    with viewer_page(browser, looked_at, looked_at.page_of(PLATE)) as page:
        field, said = page.get_by_label("Well name"), page.locator("plate-map [role=status]")
        for text, words in (("b4", "Well B4 has no image on this plate."), ("<b>", "This plate has no well “<b>”.")):
            field.fill(text)
            page.keyboard.press("Enter")
            expect(said).to_have_text(words)
        field.fill(" b05 ")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("look=B/5/0"))
