"""Functions of a record that keep their last result, because fields ask for several values of one record in turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sitegen.model import Record

_T = TypeVar("_T")


def keeps_last(function: Callable[[Record], _T]) -> Callable[[Record], _T]:
    """Return the function, which computes nothing if it is asked again of the record that it was asked of last.

    Records are told apart by identity: to compare two, or to hash one, takes longer than most values of it.
    """
    last: tuple[Record, _T] | None = None

    def read(record: Record) -> _T:
        nonlocal last
        known = last  # of one time, whatever other threads ask
        if known is None or known[0] is not record:
            known = last = (record, function(record))
        return known[1]

    return read
