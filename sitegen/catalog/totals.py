"""The catalog in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sitegen.model import Record, Totals


class TotalsSum:
    """What records add up to, which are added one by one."""

    def __init__(self) -> None:
        self._sums: Counter[str] = Counter()
        self._sources: set[str | None] = set()

    def add(self, record: Record) -> None:
        """Add a record."""
        found, sums = record.found, self._sums
        sums["datasets"] += 1
        sums["images"] += found.images or 0
        sums["plates"] += found.kind == "plate"
        sums["bytes"] += found.bytes or 0
        sums["ok"] += found.status == "ok"
        sums["valid"] += found.valid is True
        sums["with_errors"] += has_error(record)
        self._sources.add(record.source)

    def merge(self, others: TotalsSum) -> None:
        """Add what others add up to."""
        self._sums.update(others._sums)
        self._sources |= others._sources

    def totals(self) -> Totals:
        """Return how many datasets, images, plates, bytes and institutions there are."""
        return Totals(sources=len(self._sources - {None, ""}), **self._sums)


def make_totals(records: Iterable[Record]) -> Totals:
    """Return how many datasets, images, plates, bytes and institutions the records add up to."""
    totals = TotalsSum()
    for record in records:
        totals.add(record)
    return totals.totals()


def has_error(record: Record) -> bool:
    """Return whether a dataset could not be read, or has a problem that is an error."""
    return record.found.status != "ok" or any(problem.level == "error" for problem in record.found.problems)
