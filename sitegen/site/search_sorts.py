"""Files by which results are sorted, and numbers limited: different values, and each dataset's rank. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sitegen.site.coded import Coded
from sitegen.site.columns import as_json, as_planes, fold
from sitegen.site.facets import FieldColumn
from sitegen.site.field import Value

_END_OF_TEXT = "\0"
"""Before all that folded texts may have."""


def make_sort_parts(column: FieldColumn) -> dict[str, bytes]:
    """Return the sorted different values, as differences, and each record's rank among them, from 1; 0: not stated.

    Of a text only the ranks: they are all that sorting needs. Numbers that are not whole stand as they are, because
    sums of their differences would not be exact.
    """
    numbers = sorted(column.numbers)
    is_whole = all(isinstance(number, int) for number in numbers)
    steps = [value - before for before, value in zip([0, *numbers], numbers, strict=False)] if is_whole else numbers
    by: Coded[Value] | Coded[str] = column.values
    values: Sequence[Value] = column.values.different
    if column.words is not None:
        by, values = column.words, [text or None for text in column.words.different]
    return {
        "steps" if is_whole else "values": as_json(steps),
        "codes": as_planes(by.recode(_ranks(values))),
    }


def _ranks(values: Sequence[Value]) -> list[int]:
    """Return the rank of each value from 1, equal ones the same; 0 for those that are not stated."""
    keys = [None if value is None else _sort_key(value) for value in values]
    ranks = {key: rank for rank, key in enumerate(sorted({key for key in keys if key is not None}), start=1)}
    return [0 if key is None else ranks[key] for key in keys]


def _sort_key(value: str | int | float) -> str | int | float:
    """Return what to compare: a number as it is, text with its numbers as numbers, so that `P9` is before `P10`.

    A number in a text is how many digits it has, and these. One string takes a fifth of a tuple of its parts.
    """
    if isinstance(value, int | float):
        return value
    parts = re.split(r"([0-9]+)", fold(value))
    return "".join(_number_key(part) if at % 2 else part + _END_OF_TEXT for at, part in enumerate(parts))


def _number_key(digits: str) -> str:
    digits = digits.lstrip("0")
    return f"{chr(len(digits))}{digits}"
