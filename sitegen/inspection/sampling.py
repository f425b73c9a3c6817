"""Some of many wells, fields or images, spread over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

_T = TypeVar("_T")
_GOLDEN_RATIO = 0.6180339887498949


def spread(items: Sequence[_T], count: int) -> tuple[_T, ...]:
    """Return at most `count` of the items, in order.

    One is taken of each of as many equal parts. Its place in the part follows the golden ratio: of wells by row, then
    column, equal steps might take one column alone, and columns often share a treatment, or are left empty.
    """
    parts = min(count, len(items))
    starts = [part * len(items) // parts for part in range(parts)] + [len(items)]
    return tuple(
        items[start + int(part * _GOLDEN_RATIO % 1 * (stop - start))]
        for part, (start, stop) in enumerate(pairwise(starts))
    )
