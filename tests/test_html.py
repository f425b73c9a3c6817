"""Every kind of page is valid HTML, whatever the data hold, as html-validate (https://html-validate.org) judges it."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from hostile_texts import TEXTS, hostile_catalog, hostile_site
from node import command

CHECKER = Path(__file__).parent / "js" / "check-html.mjs"
_FORBIDDEN = {*range(0x20), *range(0x7F, 0xA0), *range(0xFDD0, 0xFDF0)} - {*b"\t\n\r"}


@cache
def pages() -> dict[str, str]:
    """Return pages of the hostile catalog: of its first datasets, and one of each other kind."""
    found, kinds = {}, set()
    for path, content in hostile_site().items():
        kind = path if path.count("/") < 2 else path.split("/")[0]
        if path.endswith(".html") and (kind not in kinds or path in _dataset_paths()):
            kinds.add(kind)
            found[path] = content.decode()
    return found


def _dataset_paths() -> set[str]:
    records = hostile_catalog().records
    shown = {(each.found.kind, each.found.status): each for each in records}
    return {f"datasets/{each.id}/index.html" for each in (*records[: len(TEXTS)], *shown.values())} | {
        "datasets/gone/index.html"
    }


@pytest.mark.node
def test_pages_are_valid_html() -> None:
    """Home, datasets of every kind and status, institutions, studies, lists, tables, what is gone or moved."""
    done = subprocess.run(
        command("node", str(CHECKER)), input=json.dumps(pages()), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr

    assert json.loads(done.stdout) == []


@pytest.mark.node
def test_mistakes_are_found() -> None:
    """Else an empty result would say nothing."""
    page = '<!doctype html><html lang="en"><head><title>a</title></head><body><form action=""></form></body></html>'
    done = subprocess.run(
        command("node", str(CHECKER)), input=json.dumps({"a": page}), capture_output=True, text=True, check=True
    )

    assert [each[1] for each in json.loads(done.stdout)] == ["attribute-allowed-values"]


def test_no_page_holds_a_character_that_html_forbids() -> None:
    """Controls and noncharacters, which no reference to a character can stand for, either (HTML, 13.2.3.5).

    Nor a form feed, which XML forbids.
    """
    for path, text in pages().items():
        assert not {ord(each) for each in set(text)} & _FORBIDDEN, path
        assert not [each for each in set(text) if ord(each) & 0xFFFE == 0xFFFE], path


def test_a_page_of_long_texts_stays_small() -> None:
    """What is long is cut where it is shown, and where it is a part of something else, such as a title."""
    catalog = hostile_catalog()
    shown = {path: re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL) for path, text in pages().items()}
    sizes = {path: len(text) for path, text in shown.items() if path.startswith("datasets/")}
    long = {f"datasets/{each.id}/index.html" for each in catalog.records[: len(TEXTS)] if len(each.title) > 5_000}

    assert {path: sizes[path] for path in long if sizes[path] > 64_000} == {}
