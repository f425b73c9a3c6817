"""The site of the demo, built as a user builds it, and the addresses of all kinds of pages that it has."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sitegen.serve import busy_ports

SITEGEN = (sys.executable, "-m", "sitegen")
INSTITUTIONS = 8
"""Ports that the demo's data need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The demo's folder, and the line that `sitegen demo` prints."""

    folder: Path
    printed: str


def build_demo(folder: Path) -> Path:
    """Write the demo's data, serve each institution on a port of its own, build their catalog; return its folder."""
    with serving_demo(folder) as site:
        return site


@contextmanager
def serving_demo(folder: Path) -> Iterator[Path]:
    """Do the same, give the folder of the catalog, and go on serving the data meanwhile."""
    with serving_data(folder / "demo"):
        words = ("build", str(folder / "demo" / "sitegen.toml"), "--out", str(folder / "site"))
        built = subprocess.run(
            (*SITEGEN, *words, "--cache", str(folder / "cache")), capture_output=True, text=True, check=False
        )
        assert built.returncode == 0, built.stderr
        yield folder / "site"


@contextmanager
def serving_data(folder: Path) -> Iterator[str]:
    """Write the demo, serve its data meanwhile, each institution on a port of its own; give the line that it prints."""
    words = ("demo", str(folder), "--serve", "--port", str(_free_ports()))
    process = subprocess.Popen((*SITEGEN, *words), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert line, "the demo ended before it was ready"
        yield line
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_ports() -> int:
    """Return the first of as many free ports in a row as there are institutions."""
    starts = (random.randrange(20_000, 32_000) for _ in range(100))  # Linux gives higher ones to any connection
    return next(first for first in starts if not busy_ports(range(first, first + INSTITUTIONS)))


def kinds_of_pages(site: Path) -> list[str]:
    """Return the path of one page of each kind below the site's folder, by what folders are there.

    `datasets/…` has a page for each kind of dataset, and for each status. A kind of page that is new is found, too.
    """
    index = json.loads((site / "index.json").read_text(encoding="utf-8"))
    datasets = {(each["kind"], each["status"]): f"datasets/{each['id']}/index.html" for each in index["datasets"]}
    others: dict[tuple[str, ...], str] = {}
    for path in sorted(site.rglob("*.html")):
        first, *rest = path.relative_to(site).parts
        if first != "datasets":
            others.setdefault((first, *("*" for _ in rest)), "/".join((first, *rest)))
    return [*others.values(), *datasets.values()]
