"""Lines of a list as its steward reads them: `2–6,366, 6,370`. Pure functions."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise


def line_ranges(lines: Iterable[int], listed: Sequence[int]) -> list[tuple[int, int]]:
    """Return lines as ranges, first and last line of each included, in order.

    listed: the lines of the list that name something, sorted. A range goes over lines that name nothing, such as blank
    ones, as what affects every row is one thing to correct; it never goes over a row that is not affected.
    """
    wanted = sorted(set(lines))
    if not wanted:
        return []
    starts, stops = [wanted[0]], []
    for before, line in pairwise(wanted):
        if bisect_left(listed, line) > bisect_right(listed, before):
            stops.append(before)
            starts.append(line)
    return list(zip(starts, [*stops, wanted[-1]], strict=True))


def lines_text(ranges: Sequence[tuple[int, int]], most: int) -> str:
    """Return `line 4`, or `lines 2–6,366, 6,370 and 3 more places`; `most` ranges are written out."""
    texts = [f"{start:,}" if start == stop else f"{start:,}–{stop:,}" for start, stop in ranges[:most]]
    more = len(ranges) - len(texts)
    word = "line" if len(ranges) == 1 and ranges[0][0] == ranges[0][1] else "lines"
    rest = f" and {more:,} more {'place' if more == 1 else 'places'}" if more > 0 else ""
    return f"{word} {', '.join(texts)}{rest}"
