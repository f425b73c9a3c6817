"""Charts: bars with their figures and where they lead, as the template `macros/chart.html` draws them.

A chart of values shows the most frequent ones, and sums the others up; all of them are in its table. Whatever the data
hold, a bar is between nothing and all of the width. Pure values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

ROWS = 15
"""Bars of a chart of values, besides one for the others."""
TABLE_ROWS = 500
"""Others that the table lists."""
_LEAST_PERCENT = 0.7
"""Width of the bar of something small: it is seen to be there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One value, and how much of it there is."""

    label: str
    amount: float
    text: str
    """The amount in words."""
    datasets: int
    """How many datasets `href` finds."""
    href: str = ""
    """Of these datasets, below the site's root; empty where no address of the catalog can ask for them."""
    depth: int = 0
    """How many of the bars above comprise it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars of one kind."""

    id: str
    title: str
    of: str
    """What a bar stands for."""
    unit: str
    """What is counted."""
    bars: tuple[Bar, ...]
    rest: tuple[Bar, ...] = ()
    """The values that the bar of the others sums up."""
    form: Literal["values", "scale"] = "values"
    """`scale`: the bars stand side by side in their order, as months and sizes do."""

    @property
    def counts_datasets(self) -> bool:
        """Whether amounts are numbers of datasets."""
        return self.unit == "Datasets"

    @property
    def summary(self) -> str:
        """What the chart shows, in a sentence: for those who do not see it, and above columns."""
        largest = max(self.bars, key=lambda bar: _positive(bar.amount))
        return f"Most: {largest.label}, {largest.text}{' datasets' if self.counts_datasets else ''}"

    def percent(self, bar: Bar) -> float:
        """Return how long a bar is, in percent of the longest one."""
        most = max(_positive(each.amount) for each in self.bars)
        share = 100 * min(1, _positive(bar.amount) / most) if most else 0.0
        return round(max(share, _LEAST_PERCENT) if share else 0.0, 2)


def _positive(amount: float) -> float:
    """Return a finite amount from 0 on."""
    return min(max(amount, 0.0), 1e300) if math.isfinite(amount) else 0.0


def with_others(chart: Chart, sum_up: Callable[[Sequence[Bar]], Bar], most: int = ROWS) -> Chart:
    """Return a chart of the first bars, and one for the others. One more bar is no reason to sum up."""
    if len(chart.bars) <= most + 1:
        return chart
    shown, rest = chart.bars[:most], chart.bars[most:]
    return replace(chart, bars=(*shown, sum_up(rest)), rest=rest[:TABLE_ROWS])
