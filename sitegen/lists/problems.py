"""The problems of one list, not too many of a kind, and how messages quote what a stranger wrote.

Lists are written by strangers, so a list may have a hundred thousand mistakes: beyond a
thousand of one kind in one list, the rest are counted and reported once.
"""

from __future__ import annotations

from collections import Counter

from sitegen.errors import FetchError
from sitegen.model import ListProblem, Place
from sitegen.model.codes import CODES, make_problem

MOST_OF_A_KIND = 1_000
COMMENT_HINT = (
    "Delete the line: CSV (RFC 4180) has no comments. A column of your own, such as remark, may hold remarks."
)


def list_hint(error: FetchError) -> str:
    """Return what to do about a list that could not be fetched."""
    return CODES[error.code].list_hint or error.hint


class ListProblemLog:
    """Collects the problems of one list; of each code a thousand, the others are counted."""

    def __init__(self, csv: str) -> None:
        self.csv = csv
        self._kept: list[ListProblem] = []
        self._counts: Counter[str] = Counter()
        self._last: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._kept)

    def add(
        self, code: str, line: int, message: str, *, url: str | None = None, hint: str = "", where: str = ""
    ) -> None:
        """Add a problem of a line. The message must not repeat what may be a password; `quote` leaves it out.

        where: JSON path, in a collection.
        """
        self._counts[code] += 1
        self._last[code] = line
        if self._counts[code] <= MOST_OF_A_KIND:
            self._kept.append(self._problem(code, line, message, url, hint, where))

    def count(self, *codes: str) -> int:
        """Return how many problems have one of these codes."""
        return sum(self._counts[code] for code in codes)

    def problems(self) -> tuple[ListProblem, ...]:
        """Return them in the order of their lines."""
        beyond = [
            self._problem(code, self._last[code], f"and {count - MOST_OF_A_KIND} more lines with this problem")
            for code, count in self._counts.items()
            if count > MOST_OF_A_KIND
        ]
        return tuple(sorted(self._kept + beyond, key=lambda problem: problem.place.line))

    def _problem(
        self, code: str, line: int, message: str, url: str | None = None, hint: str = "", where: str = ""
    ) -> ListProblem:
        problem = make_problem(code, where, message=message, hint=hint)
        return ListProblem(place=Place(csv=self.csv, line=line), problem=problem, url=url)


def quote(text: str) -> str:
    """Return text of a list as a message may show it: short, on one line, and without what may be a password."""
    if "@" in text:
        return "text with an @, not shown"
    flat = " ".join(text.split())
    return f'"{flat}"' if len(flat) <= 60 else f'"{flat[:59]}…"'


def is_comment(text: str) -> bool:
    """Return whether a line or cell begins as comments do in other formats; CSV (RFC 4180) has none."""
    return text.lstrip('"\ufeff \t').startswith("#")


def describe_comment(text: str) -> str:
    """Return what was found in place of a header or an address."""
    return f"a comment, {quote(text)}, which CSV does not have"
