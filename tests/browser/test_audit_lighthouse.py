"""Lighthouse gives 100 for accessibility, best practices and search engines, on a phone and on a desktop.

How fast pages are depends on the machine and on what else it does: that score is printed, and a page may not lose
much of it; `benchmarks/site.py` measures speed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from browser.demo_site import kinds_of_pages
from browser.install import find
from browser.screens import served
from node import command, environment

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.audit]

SCRIPT = Path(__file__).parent / "lighthouse.mjs"
PAGES = (
    "index.html",
    "index.html?q=mouse",
    *(f"{folder}/index.html" for folder in ("report", "statistics", "rules", "about", "data")),
)
KINDS = ("datasets", "studies", "institutions", "lists")
"""Folders of which one page is looked at, where the site has them."""
EXACT = ("accessibility", "best-practices", "seo")
LEAST_SPEED = 50
"""Of a page that waits for nothing, on a machine that does other things at the same time: 80 to 100 were seen."""


@pytest.fixture(scope="module")
def results(demo_folder: Path) -> list[dict[str, Any]]:
    """What Lighthouse says of each page on each device."""
    kinds = kinds_of_pages(demo_folder)
    pages = [*PAGES, *(path for folder in KINDS for path in _some(kinds, folder))]
    with served(demo_folder) as address:
        words = command("node", str(SCRIPT), find() or _of_playwright(), *(f"{address}{page}" for page in pages))
        done = subprocess.run(words, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def _some(kinds: list[str], folder: str) -> list[str]:
    """Return the first kind of page of a folder that has an address of its own there, if there is one."""
    return [path for path in kinds if path.startswith(f"{folder}/") and path != f"{folder}/index.html"][:1]


def _of_playwright() -> str:
    """Return the path of the browser that Playwright brings."""
    script = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    return subprocess.run((sys.executable, "-c", script), capture_output=True, text=True, check=True).stdout.strip()


def test_scores(results: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    """All pages, on both devices."""
    with capsys.disabled():
        print()
        for each in results:
            print(each["device"], each["address"].partition("/")[2], each["scores"], "; ".join(each["lost"]))

    assert len(results) >= 2 * len(PAGES)
    assert [each for each in results if any(each["scores"][name] != 100 for name in EXACT)] == []
    assert [each for each in results if each["scores"]["performance"] < LEAST_SPEED] == []
