"""A visitor who counts: by mouse, by keyboard alone, or by touch on a phone.

An action is what the visitor decides to do: a click, a tap, something typed, or a key that changes something. Moving
the focus with Tab or the arrows is the way to it, as moving the mouse is.
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


@dataclass(slots=True)
class Visitor:
    """A visitor, the page, and how many actions there were."""

    page: Page
    hand: Hand
    actions: int = 0

    def press(self, target: Any) -> None:
        """Activate a button, a link or a box."""
        self.actions += 1
        if self.hand == "mouse":
            target.click()
        elif self.hand == "touch":
            target.tap()
        else:
            self._tab_to(target)
            self.page.keyboard.press("Space" if target.get_attribute("type") == "checkbox" else "Enter")

    def type(self, field: Any, text: str) -> None:
        """Write into a field."""
        self.actions += 1
        if self.hand == "keyboard":
            self._tab_to(field)
            self.page.keyboard.type(text)
        else:
            field.fill(text)

    def leave(self, field: Any) -> None:
        """Close the suggestions below a field: Escape, a click beside it, or the phone's "done"."""
        self.actions += 1
        if self.hand == "keyboard":
            self.page.keyboard.press("Escape")
        elif self.hand == "touch":
            field.blur()
        else:
            self.page.get_by_role("heading", level=1).click()

    def _tab_to(self, target: Any) -> None:
        target.wait_for()
        key = "Shift+Tab" if target.evaluate(IS_BEFORE) else "Tab"
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"not reached by {MOST_TABS} tabs: {target}")


@contextmanager
def visiting(browser: Any, address: str, hand: Hand, path: str = "index.html") -> Iterator[Visitor]:
    """Give a visitor on a page of the site: at 390 px with touch, else at 1440 px."""
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    more = phone if hand == "touch" else {}
    with opened(browser, address, permissions=["clipboard-read", "clipboard-write"], **more) as page:
        page.goto(path)
        yield Visitor(page=page, hand=hand)
