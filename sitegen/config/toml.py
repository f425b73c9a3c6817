"""Finds the line of a key in a TOML file, for messages.

`tomllib` has no line numbers for the values that it reads. This scan knows tables, arrays of tables, dotted and quoted
keys, and skips multi-line strings; a key in an inline table gets the line of that table's key. It never fails: if a
key is not found, the line is that of the nearest table above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Keys = tuple[str | int, ...]
"""Names of tables and keys; after the name of an array of tables, the index in it."""

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_NAMES = rf"({_NAME}(?:\s*\.\s*{_NAME})*)"
_TABLE = re.compile(rf"\s*\[\s*{_NAMES}\s*\]\s*(?:#.*)?$")
_TABLES = re.compile(rf"\s*\[\[\s*{_NAMES}\s*\]\]\s*(?:#.*)?$")
_KEY = re.compile(rf"\s*{_NAMES}\s*=")


def find_line(text: str, keys: Keys) -> int:
    """Return the line, from 1, of a key, or of the nearest table or key that would contain it."""
    line, depth = 1, 0
    for number, found in _positions(text):
        shared = _shared(found, keys)
        if shared > depth:
            line, depth = number, shared
    return line


def _shared(left: Keys, right: Keys) -> int:
    """Return how many of the first names two keys share."""
    return next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))


def _positions(text: str) -> Iterator[tuple[int, Keys]]:
    """Yield the line and the whole key of every table and key, in order."""
    table: Keys = ()
    counts: dict[Keys, int] = {}
    for number, line in _code_lines(text):
        if found := _TABLES.match(line):
            names = _names(found[1])
            outer = _numbered(names[:-1], counts) + names[-1:]
            counts[outer] = counts.get(outer, 0) + 1
            table = _numbered(names, counts)
            yield number, table
        elif found := _TABLE.match(line):
            table = _numbered(_names(found[1]), counts)
            yield number, table
        elif found := _KEY.match(line):
            yield number, table + _names(found[1])


def _code_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines that are not comments and do not begin inside a string."""
    quotes = ""
    for number, line in enumerate(text.split("\n"), 1):
        if quotes:
            quotes = "" if quotes in line else quotes
        elif not line.lstrip().startswith("#"):
            yield number, line
            quotes = next((each for each in ('"""', "'''") if line.count(each) % 2), "")


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, dotted))


def _numbered(names: tuple[str, ...], counts: dict[Keys, int]) -> Keys:
    """Return the names with the index of the last table after each array of tables."""
    keys: Keys = ()
    for name in names:
        keys = (*keys, name)
        if keys in counts:
            keys = (*keys, counts[keys] - 1)
    return keys
