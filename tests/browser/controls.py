"""All controls of a page, as the page itself has them, and what using one does.

A control is what a visitor can use: a button, a field, a menu, a box, the head of what can be opened, a link that asks
for something; links to other pages are left to the browser. Those that are alike, such as the boxes of values, are one
kind, of which the first is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pytest
from browser.screens import Page

TimeoutError = pytest.importorskip("playwright.sync_api").TimeoutError

Hand = Literal["mouse", "keyboard"]
STILL_MS = 400
"""A page that does not change for so long does not change any more: the address follows 100 ms after the last input."""
TYPED = "riccia"

FIND = """() => {
  const stepOf = (each) => {
    const alike = [...each.parentElement.children].filter(({ localName }) => localName === each.localName);
    return `${each.localName}:nth-of-type(${alike.indexOf(each) + 1})`;
  };
  const pathOf = (each) => (each === document.body ? "body" : `${pathOf(each.parentElement)} > ${stepOf(each)}`);
  const keysOf = ({ type, dataset }) => [type, dataset.action, dataset.view];
  const openersOf = (each) => {
    const found = each.parentElement?.closest("details:not([open]), [popover]");
    if (!found) return [];
    const opener = found.popover
      ? document.querySelector(`[popovertarget="${found.id}"]`)
      : found.querySelector(":scope > summary");
    return opener === each ? openersOf(found) : [...openersOf(found), pathOf(opener)];
  };
  const isReached = (each) => {
    each.scrollIntoView({ block: "center" });
    const { x, y, width, height } = each.getBoundingClientRect();
    const hit = document.elementFromPoint(x + width / 2, y + height / 2);
    return each.contains(hit) || [...(each.labels ?? [])].some((label) => label.contains(hit));
  };
  const isShown = (each) => {
    const [opener] = openersOf(each);
    if (opener) return !each.closest("[hidden], dialog:not([open])") && isReached(document.querySelector(opener));
    return each.checkVisibility({ visibilityProperty: true }) && isReached(each);
  };
  const kinds = new Map();
  for (const each of document.querySelectorAll("a[href^='?'], a[data-value], button, input, select, summary")) {
    if (each.disabled || !isShown(each)) continue;
    const kind = JSON.stringify([pathOf(each).replaceAll(/:nth-of-type\\(\\d+\\)/g, ""), ...keysOf(each)]);
    const words = each.getAttribute("aria-label") ?? each.title ?? "";
    const name = words || each.name || each.textContent.trim().split("\\n")[0] || each.localName;
    if (!kinds.has(kind)) kinds.set(kind, { name, path: pathOf(each), openers: openersOf(each) });
  }
  scrollTo(0, 0);
  return [...kinds.values()];
}"""
"""Gives one control of each kind: how it is called, the way to it, and what must be opened before it is seen."""

STATE = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const focused = document.activeElement ?? document.documentElement;
  return JSON.stringify({
    address: location.pathname + location.search + location.hash,
    theme: document.documentElement.dataset.theme ?? "",
    count: document.querySelector("[data-part=count]")?.textContent.trim() ?? "",
    focus: [focused.localName, focused.id, focused.name, focused.value, focused.dataset.action].join(" "),
    pressed: all("[aria-pressed=true]").map((each) => each.title || each.textContent.trim()),
    open: all("details[open], dialog[open]").map((each) => each.textContent.trim().slice(0, 20)),
    help: all("[popover]").filter((each) => each.matches(":popover-open")).length,
    checked: all("input:checked").map(({ name, value }) => `${name}=${value}`),
    search: document.getElementById("search")?.value ?? "",
    sort: document.querySelector("select[name=sort]")?.value ?? "",
    first: document.querySelector("result-list h3, result-list tbody th")?.textContent.trim() ?? "",
    said: all("[data-part=said]").map((each) => each.textContent.trim()).join(""),
  });
}"""
"""Gives what a visitor sees of the state of a page, as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A control: how it is called, and selectors of it and of what must be opened before it is seen."""

    name: str
    path: str
    openers: tuple[str, ...]

    def use(self, page: Page, hand: Hand) -> None:
        """Do what a visitor does with it: press it, choose what comes next in it, or write in it."""
        for opener in self.openers:
            _press(page.locator(opener), hand)
        target = page.locator(self.path)
        kind = target.evaluate("({ localName, type }) => localName === 'input' ? type : localName")
        query = target.get_attribute("href") or ""
        if kind in ("search", "text", "number"):
            target.focus() if hand == "keyboard" else target.click()
            page.keyboard.type(TYPED)
            if hand == "keyboard":
                page.keyboard.press("Enter")
        elif kind in ("select", "range"):
            target.focus()
            page.keyboard.press("ArrowDown" if kind == "select" else "ArrowRight")
        elif kind == "checkbox" and hand == "keyboard":
            target.focus()
            page.keyboard.press("Space")
        else:
            _press(target, hand)
        if query.startswith("?"):
            page.wait_for_url(f"**/index.html{query}", wait_until="commit")


def _press(target: Any, hand: Hand) -> None:
    if hand == "mouse":
        target.click(no_wait_after=True)
    else:
        target.focus()
        target.page.keyboard.press("Enter")


def find_controls(page: Page) -> list[Control]:
    """Return a control of each kind that the page shows now, or shows once something is opened."""
    return [
        Control(name=each["name"], path=each["path"], openers=tuple(each["openers"])) for each in page.evaluate(FIND)
    ]


def settled(page: Page) -> str:
    """Wait until a page does not change any more; return its state."""
    page.wait_for_function(
        f"""still => {{
          const now = ({STATE})();
          const busy = document.querySelector("[aria-busy=true]");
          if (now !== window.lastState || busy) Object.assign(window, {{ lastState: now, since: performance.now() }});
          return performance.now() - window.since > still;
        }}""",
        arg=STILL_MS,
    )
    return str(page.evaluate(STATE))


def ends_as(page: Page, state: str, timeout_ms: float = 8_000) -> bool:
    """Return whether a page comes to a state, and stays there."""
    try:
        page.wait_for_function(f"state => ({STATE})() === state", arg=state, timeout=timeout_ms)
    except TimeoutError:
        return False
    return settled(page) == state
