"""A visitor who counts: by mouse, by keyboard alone, or by touch on a phone.

An action is what the visitor decides to do: a click, a tap, something typed, or a key that does something, Enter on
the link that skips to the results among them. Moving the focus with Tab or the arrows is the way to it, as moving the
mouse is; so is the arrow that leads from the search to the results.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from browser.screens import Page, opened

Hand = Literal["mouse", "keyboard", "touch"]
HANDS: tuple[Hand, ...] = ("mouse", "keyboard", "touch")
MOST_TABS = 60
"""What a visitor with a keyboard passes at most on the way to anything."""

IS_BEFORE = "element => element.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING"
"""Whether an element is before the one with the focus, in the order in which Tab passes them."""

HAS_FOCUS = "element => element === document.activeElement"
"""Whether an element has the focus."""


@dataclass(slots=True)
class Visitor:
    """A visitor, the page, and how many actions there were."""

    page: Page
    hand: Hand
    actions: int = 0
    most_tabs: int = MOST_TABS

    def press(self, target: Any, key: str = "", *, to_here: bool = False) -> None:
        """Activate a button, a link or a box; `key`: with the keyboard, another key than is usual for it.

        to_here: with Shift, which selects all from the box that was used last.
        """
        self.actions += 1
        if to_here:
            return self._press_with_shift(target, key)
        if self.hand == "mouse":
            target.click()
        elif self.hand == "touch":
            target.tap()
        else:
            self._tab_to(target)
            self.page.keyboard.press(key or ("Space" if target.get_attribute("type") == "checkbox" else "Enter"))

    def _press_with_shift(self, target: Any, key: str) -> None:
        if self.hand == "keyboard":
            self._tab_to(target)
            self.page.keyboard.press(f"Shift+{key or 'Space'}")
        else:
            target.click(modifiers=["Shift"])

    def type(self, field: Any, text: str) -> None:
        """Write into a field."""
        self.actions += 1
        if self.hand == "keyboard":
            self._tab_to(field)
            self.page.keyboard.type(text)
        else:
            field.fill(text)

    def search(self, field: Any, text: str) -> None:
        """Write into the field for words, and press Enter; by keyboard `/` leads to it, which counts."""
        if self.hand == "keyboard":
            self.actions += 1
            self.page.keyboard.press("/")
        self.type(field, text)
        self.page.keyboard.press("Enter")

    def choose(self, field: Any, label: str) -> None:
        """Choose from a menu: a click or tap on it and one on the choice; by keyboard, write how the choice begins."""
        if self.hand == "keyboard":
            self.type(field, label)
        else:
            self.actions += 2
            field.select_option(label=label)

    def leave(self, field: Any) -> None:
        """Close the suggestions below a field: Escape, a click beside it, or the phone's "done"."""
        self.actions += 1
        if self.hand == "keyboard":
            self.page.get_by_role("listbox").wait_for()  # without suggestions, Escape takes back what was written
            self.page.keyboard.press("Escape")
        elif self.hand == "touch":
            field.blur()
        else:
            self.page.get_by_role("heading", level=1).click()

    def _tab_to(self, target: Any) -> None:
        """Give a target the focus, by Tab from where the focus is, or by way of the first result.

        The results are reached by the arrow from the search, else by the link that skips to them, which counts.
        """
        target.wait_for()
        if self._tab(target):
            return
        if self.page.evaluate("document.activeElement.id") == "search":
            self.page.keyboard.press("ArrowDown")
        elif self._tab(self.page.get_by_role("link", name="Skip to the results")):
            self.page.keyboard.press("Enter")
            self.actions += 1
        assert self._tab(target), f"not reached by {self.most_tabs} tabs: {target}"

    def _tab(self, target: Any) -> bool:
        """Press Tab or Shift+Tab until a target has the focus; where that takes too many, go back and return False."""
        start = self.page.evaluate_handle("document.activeElement")
        key = "Shift+Tab" if target.evaluate(IS_BEFORE) else "Tab"
        for _ in range(self.most_tabs):
            if target.evaluate(HAS_FOCUS):
                return True
            self.page.keyboard.press(key)
        if target.evaluate(HAS_FOCUS):
            return True
        # Not by as many keys the other way: what came to the page meanwhile would be counted among them.
        start.evaluate("element => element.focus({ preventScroll: true })")
        return False


@contextmanager
def visiting(
    browser: Any, address: str, hand: Hand, path: str = "index.html", most_tabs: int = MOST_TABS
) -> Iterator[Visitor]:
    """Give a visitor on a page of the site: at 390 px with touch, else at 1440 px."""
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    more = phone if hand == "touch" else {}
    with opened(browser, address, permissions=["clipboard-read", "clipboard-write"], **more) as page:
        page.goto(path)
        yield Visitor(page=page, hand=hand, most_tabs=most_tabs)
