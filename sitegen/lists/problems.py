"""What can be wrong with a list, each with its stable code, level, meaning and hint.

One table: messages, the README and the tests follow from it. Lists are written by
strangers, so a list may have a hundred thousand mistakes: beyond a thousand of one kind
in one list, the rest are counted and told once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sitegen.errors import FetchError
from sitegen.model import ListProblem, Place, Problem, Severity

MOST_OF_A_KIND = 1_000


@dataclass(frozen=True, slots=True)
class ListRule:
    """One thing that can be wrong with a list."""

    level: Severity
    meaning: str
    hint: str


LIST_PROBLEMS: Mapping[str, ListRule] = {
    "list-unreadable": ListRule(
        "error", "A list could not be fetched or opened.", "Mend the address on this line, or delete the line."
    ),
    "list-stale": ListRule(
        "warning",
        "A list could not be read now; what it said when it was last read is taken.",
        "Nothing to do now: the next build asks again. If it lasts, mend the address on this line.",
    ),
    "list-too-large": ListRule(
        "error", "A list is larger than `crawl.max_list_bytes`.", "Split it into several lists, and list those."
    ),
    "list-not-text": ListRule(
        "error", "A list is a binary file, such as a spreadsheet or an archive.", "Save it as CSV, in UTF-8."
    ),
    "list-is-html": ListRule(
        "error",
        "A list is a web page.",
        "Give the address of the file itself; on GitHub, the one behind the button Raw.",
    ),
    "list-not-utf8": ListRule(
        "error",
        "A list is not UTF-8; it was read as Latin-1 or UTF-16, and letters may be wrong.",
        "Save it as UTF-8.",
    ),
    "list-empty": ListRule("warning", "A list names nothing.", "Add rows, or delete the line that names the list."),
    "list-cycle": ListRule("note", "A list names itself, or a list above it; it is read once.", "Delete the line."),
    "list-again": ListRule("note", "Two lines name the same list; it is read once, at the first.", "Delete one line."),
    "lists-too-deep": ListRule("error", "Lists are nested too deeply; this one was not read.", "List it further up."),
    "lists-too-many": ListRule("error", "There are too many lists; this one was not read.", "Join some of them."),
    "rows-too-many": ListRule("error", "There are too many rows; the rest were not read.", "Build several catalogs."),
    "no-url-column": ListRule(
        "error", "The first row has no column `url`, and is no address.", "Begin the list with a header row, url,…"
    ),
    "column-twice": ListRule("warning", "Two columns have the same name; the first filled one counts.", "Rename one."),
    "row-too-long": ListRule("error", "A line is too long to be a row; it was not read.", "Check it in a text editor."),
    "row-not-text": ListRule(
        "error", "A line holds control characters; it was not read.", "Check it in a text editor, or delete it."
    ),
    "quote-open": ListRule(
        "error",
        "A quoted cell does not end, or holds what look like rows; each line was read by itself.",
        "End the cell with a quotation mark; write one inside a cell twice.",
    ),
    "extra-cells": ListRule(
        "error",
        "A row has more cells than the header; the extra ones are ignored.",
        "Put quotation marks around a cell that holds the delimiter.",
    ),
    "url-empty": ListRule(
        "error", "A row names no address.", "Give the address of the .zarr folder, or delete the line."
    ),
    "url-bad": ListRule("error", "A row's address is none.", "Give an address such as https://example.org/image.zarr."),
    "url-scheme": ListRule(
        "error",
        "An address begins with something that can't be asked.",
        "Give an address that begins with https:, http:, s3: or gs:, or in a local list a path or file:.",
    ),
    "url-credentials": ListRule(
        "error",
        "An address holds a user name or password; it was not read.",
        "Delete them, change the password, and give a public address.",
    ),
    "local-path-refused": ListRule(
        "error",
        "A list elsewhere names a path on this machine, or a local list one outside its folder.",
        "Give the whole address, beginning with https:; or set crawl.allow_private_hosts, if you trust every list.",
    ),
    "dataset-again": ListRule("note", "A dataset is named twice; it is one dataset.", "Delete one of the lines."),
    "cell-bad": ListRule(
        "warning", "A cell can't be its column's value, and is shown but not used.", "Mend the cell, or empty it."
    ),
    "cells-too-long": ListRule(
        "error",
        "The cells of a row that names a list are too long to be passed down to each of its rows; the longest are not.",
        "Shorten them to a few hundred characters, or write them where they belong.",
    ),
    "placeholder": ListRule(
        "note", "Cells hold a template's placeholder, and are taken as empty.", "Fill them in, or empty them."
    ),
}
"""Stable code → level, meaning, hint. Codes are promises: add, never rename."""
FETCH_HINTS: Mapping[str, str] = {
    "not-found": "Correct the list's address where it is named, or delete it there if the list is gone.",
    "gone": "The host says that the list is gone for good; give its new address where it is named, or delete it there.",
    "http-status": "Open the list's address in a browser to see what the host objects to.",
    "html-answer": LIST_PROBLEMS["list-is-html"].hint,
    "too-large": LIST_PROBLEMS["list-too-large"].hint,
    "bytes-spent": LIST_PROBLEMS["list-too-large"].hint,
}
"""Code of a fault (`fetch.faults`) → hint, where a list is to be mended in another way than a dataset."""
LOST_LISTS = frozenset(
    {
        *("list-unreadable", "list-too-large", "list-not-text", "list-is-html", "no-url-column"),
        *("lists-too-deep", "lists-too-many", "rows-too-many"),
    }
)
"""Codes of lists whose rows are not known, or not all: what they name may still be wanted."""


def list_hint(error: FetchError) -> str:
    """Return what to do about a list that could not be fetched."""
    return FETCH_HINTS.get(error.code, error.hint)


class ListProblemLog:
    """Collects the problems of one list; of each code a thousand, the others are counted."""

    def __init__(self, csv: str) -> None:
        self.csv = csv
        self._kept: list[ListProblem] = []
        self._counts: Counter[str] = Counter()
        self._last: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._kept)

    def add(self, code: str, line: int, message: str, *, url: str | None = None, hint: str = "") -> None:
        """Add a problem of a line. The message must not repeat what may be a password; `quote` leaves it out."""
        self._counts[code] += 1
        self._last[code] = line
        if self._counts[code] <= MOST_OF_A_KIND:
            self._kept.append(self._problem(code, line, message, url, hint))

    def problems(self) -> tuple[ListProblem, ...]:
        """Return them in the order of their lines."""
        beyond = [
            self._problem(code, self._last[code], f"and {count - MOST_OF_A_KIND} more lines with this problem")
            for code, count in self._counts.items()
            if count > MOST_OF_A_KIND
        ]
        return tuple(sorted(self._kept + beyond, key=lambda problem: problem.place.line))

    def _problem(self, code: str, line: int, message: str, url: str | None = None, hint: str = "") -> ListProblem:
        rule = LIST_PROBLEMS[code]
        problem = Problem(code=code, level=rule.level, message=message, hint=hint or rule.hint)
        return ListProblem(place=Place(csv=self.csv, line=line), problem=problem, url=url)


def quote(text: str) -> str:
    """Return text of a list as a message may show it: short, on one line, and without what may be a password."""
    if "@" in text:
        return "text with an @, not shown"
    flat = " ".join(text.split())
    return f'"{flat}"' if len(flat) <= 60 else f'"{flat[:59]}…"'
