"""Columns of the catalog as codes: the different values, and which one each dataset has. Pure functions.

A column of a million datasets is made of parts of some thousand, which may come from other processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

_T = TypeVar("_T")
_R = TypeVar("_R")
Codes = NDArray[Any]
"""Unsigned whole numbers, of as many bytes as the largest needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded(Generic[_T]):
    """The values of datasets."""

    different: Sequence[_T]
    """Each value once, in order of appearance."""
    codes: Codes
    """The place of each dataset's value among them."""

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[_T]:
        return (self.different[code] for code in self.codes.tolist())

    def counts(self) -> list[int]:
        """Return how many datasets have each value."""
        counts: list[int] = np.bincount(self.codes, minlength=len(self.different)).tolist()
        return counts

    def map(self, function: Callable[[_T], _R]) -> Coded[_R]:
        """Return what a function, which is asked once of each value, makes of them."""
        made = encode(map(function, self.different))
        return Coded(different=made.different, codes=made.codes[self.codes] if len(self) else self.codes)

    def recode(self, numbers: Sequence[int]) -> Codes:
        """Return for each dataset the number of its value. numbers: that of each value."""
        return np.asarray(numbers, np.uint64)[self.codes] if len(self.codes) else np.zeros(0, np.uint64)


def encode(values: Iterable[_T]) -> Coded[_T]:
    """Return the values as codes."""
    every = values if isinstance(values, list | tuple) else list(values)
    numbers = dict(zip(dict.fromkeys(every), count(), strict=False))
    codes = np.fromiter(map(numbers.__getitem__, every), np.min_scalar_type(len(numbers)), len(every))
    return Coded(different=tuple(numbers), codes=codes)


def join(parts: Sequence[Coded[_T]]) -> Coded[_T]:
    """Return one column of parts that follow one another."""
    if len(parts) == 1:
        return parts[0]
    numbers: dict[_T, int] = {}
    known = [[numbers.setdefault(value, len(numbers)) for value in part.different] for part in parts]
    kind = np.min_scalar_type(len(numbers))
    codes = [np.asarray(each, kind)[part.codes] for each, part in zip(known, parts, strict=True)]
    return Coded(different=tuple(numbers), codes=np.concatenate(codes) if codes else np.zeros(0, np.uint8))
