"""What the browser tests share: the parts of a page by their role, and a page that reports errors."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sitegen.serve import serving

expect = getattr(pytest.importorskip("playwright.sync_api", reason="needs playwright"), "expect")  # noqa: B009
expect.set_options(timeout=15_000)  # milliseconds; a busy machine takes longer than the usual 5 s
Page = Any
"""Of Playwright, whose types are not needed to run these tests."""


@contextmanager
def served(folder: Path, *, cors: bool = False) -> Iterator[str]:
    """Give the address of a folder that is served meanwhile; cors: as hosts of data are, for pages of other sites."""
    loop, ready, addresses = asyncio.new_event_loop(), threading.Event(), []

    async def serve() -> None:
        async with serving(folder, cors=cors) as address:
            addresses.append(address)
            ready.set()
            await ended.wait()

    ended = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(timeout=30)
        yield addresses[0]
    finally:  # a thread that is left keeps the tests from ending
        loop.call_soon_threadsafe(ended.set)
        thread.join(timeout=30)


@contextmanager
def opened(browser: Any, address: str, **options: Any) -> Iterator[Page]:
    """Give a page of the site at 1440 px; errors of scripts and violations of the security policy fail the test."""
    errors: list[str] = []
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "base_url": address, **options})
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if "Content Security" in message.text else None)
    try:
        yield page
    finally:
        context.close()
    assert errors == []


@contextmanager
def held(page: Page, pattern: Any) -> Iterator[None]:
    """Leave requests of these addresses without an answer until the block ends. pattern: as `page.route` has it."""
    routes: list[Any] = []
    is_over = False
    page.route(pattern, lambda route: route.continue_() if is_over else routes.append(route))
    yield
    is_over = True
    for route in routes:
        route.continue_()


def count_of(page: Page) -> Any:
    """Return the line that says how many datasets were found."""
    return page.locator("[data-part=count]")


def cards(page: Page) -> Any:
    """Return the links of the gallery."""
    return page.get_by_role("list", name="Results").get_by_role("link")


def search_box(page: Page) -> Any:
    """Return the field for words."""
    return page.get_by_label("Search the catalog")


def facet(page: Page, key: str) -> Any:
    """Return a facet, by the key that it has in addresses."""
    return page.locator(f"facet-filter[data-key='{key}']")
