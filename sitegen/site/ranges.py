"""Numbers that can be limited: where the bars of their histograms begin and end, and how many datasets each has.

Pure functions from a column to a range; `assets/js/home/` draws it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from sitegen import formatting
from sitegen.site.facets import FieldColumn
from sitegen.site.field import Field
from sitegen.site.measures import in_words

_BINS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A number that can be limited, with its histogram."""

    field: Field
    edges: tuple[int | float, ...]
    """Where the bins begin, and the end of the last."""
    ends: tuple[str, str]
    """The first and the last edge in words."""
    counts: tuple[int, ...]
    """Datasets in each bin; the last one holds its end."""
    unstated: int
    """Datasets that do not state it."""


def make_range(column: FieldColumn) -> Range | None:
    """Return the range; None where there are not two different values to choose between."""
    values = column.numbers
    if len(values) < 2:
        return None
    edges = make_edges(values)
    bins: Counter[int] = Counter()
    unstated = 0
    for value, count in zip(column.values.different, column.values.counts(), strict=True):
        if isinstance(value, int | float):
            bins[min(bisect_right(edges, value), len(edges) - 1) - 1] += count
        else:
            unstated += count
    return Range(
        field=column.field,
        edges=edges,
        ends=(_in_words(column.field, edges[0]), _in_words(column.field, edges[-1])),
        counts=tuple(bins[number] for number in range(len(edges) - 1)),
        unstated=unstated,
    )


def make_edges(values: Sequence[int | float]) -> tuple[int | float, ...]:
    """Return where the bins begin, and the end: each value where they are few, else logarithmic and round.

    The edges of whole numbers are whole numbers.
    """
    different = sorted(set(values))
    if len(different) <= _BINS:
        return tuple(different)
    is_whole = all(isinstance(value, int) for value in different)
    low, high = min(value for value in different if value > 0), different[-1]
    step = (high / low) ** (1 / _BINS)
    inner = {_rounded(low * step**number, round, is_whole) for number in range(1, _BINS)}
    ends = {0 if different[0] <= 0 else _rounded(low, floor, is_whole), _rounded(high, ceil, is_whole)}
    return tuple(sorted(ends | {edge for edge in inner if min(ends) < edge < max(ends)}))


def _rounded(value: float, how: Callable[[float], int], is_whole: bool) -> int | float:
    """Return the value with two digits."""
    exponent = floor(log10(value)) - 1
    if not is_whole:
        return float(f"{how(value / 10.0**exponent)}e{exponent}")
    unit: int = 10 ** max(0, exponent)
    return how(value / unit) * unit


def _in_words(field: Field, edge: int | float) -> str:
    if field.unit == "bytes":
        return formatting.size(edge)
    if field.unit == "um":
        return in_words(edge)
    return f"{edge:,} px" if field.unit == "px" else f"{edge:,}"


def range_summary(each: Range) -> dict[str, object]:
    """Return what the page knows of a range once it searches."""
    return {
        "key": each.field.key,
        "unit": each.field.unit,
        "edges": each.edges,
        "counts": each.counts,
        "unstated": each.unstated,
    }
