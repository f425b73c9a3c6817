"""Functions of a record that keep their last result, because fields ask for several values of one record in turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sitegen.model import Record

_T = TypeVar("_T")
AT_ONCE = 64
"""Records that are read column by column, so that each function stays in the processor's cache, and their values do."""


def keeps_last(function: Callable[[Record], _T]) -> Callable[[Record], _T]:
    """Return the function, which computes nothing if it is asked again of one of the last records.

    Records are told apart by identity: to compare two, or to hash one, takes longer than most values of it.
    """
    last: dict[int, tuple[Record, _T]] = {}

    def read(record: Record) -> _T:
        known = last.get(id(record))
        if known is None:
            if len(last) >= AT_ONCE:
                last.clear()
            known = last[id(record)] = (record, function(record))
        return known[1]

    return read
