"""The bytes of one list become its rows, whether it is a CSV list or an RFC-8 collection.

What a list holds decides how it is read, not what it is called: hosts and people name files as they like.
Pure functions.
"""

from __future__ import annotations

from dataclasses import dataclass

from sitegen.lists.collections import is_json, read_collection
from sitegen.lists.csv_text import read_table
from sitegen.lists.decoding import decode
from sitegen.lists.problems import ListProblemLog
from sitegen.lists.rows import MAX_ROWS, Row, read_rows
from sitegen.model import ListProblem

_OF_SKIPPED_LINES = ("url-empty", "url-bad", "row-not-text")
"""Codes of the problems of lines that become no rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedList:
    """The rows of one list, and the problems found in it."""

    rows: tuple[Row, ...]
    problems: tuple[ListProblem, ...]
    recognized: bool = True
    """False for what is not a list."""
    skipped: int = 0
    """Lines that are no rows: without an address, or with a header once more."""


def parse_list(body: bytes | str, csv: str, *, max_rows: int = MAX_ROWS) -> ParsedList:
    """Return the rows and the problems of a list; `csv` is its name in places."""
    problems = ListProblemLog(csv)
    rows = _read_rows(body, problems, max_rows)
    if rows == () and not any(each.problem.level == "error" for each in problems.problems()):
        problems.add("list-empty", 1, "the list has no rows")
    return ParsedList(
        rows=rows or (),
        problems=problems.problems(),
        recognized=rows is not None,
        skipped=problems.count(*_OF_SKIPPED_LINES),
    )


def _read_rows(body: bytes | str, problems: ListProblemLog, max_rows: int) -> tuple[Row, ...] | None:
    text = body if isinstance(body, str) else decode(body, problems)
    if text is None:
        return None
    text = text.removeprefix("\ufeff")
    if is_json(text):
        return read_collection(text, problems, max_rows)
    table = read_table(text, problems)
    return None if table is None else tuple(read_rows(table, problems, max_rows))
