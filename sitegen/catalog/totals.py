"""The catalog in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sitegen.model import Record, Totals


def make_totals(records: Iterable[Record]) -> Totals:
    """Return how many datasets, images, plates, bytes and institutions the records add up to."""
    sums: Counter[str] = Counter()
    sources = set()
    for record in records:
        found = record.found
        sums["datasets"] += 1
        sums["images"] += found.images or 0
        sums["plates"] += found.kind == "plate"
        sums["bytes"] += found.bytes or 0
        sums["ok"] += found.status == "ok"
        sums["valid"] += found.valid is True
        sums["with_errors"] += has_error(record)
        sources.add(record.source)
    return Totals(sources=len(sources - {None, ""}), **sums)


def has_error(record: Record) -> bool:
    """Return whether a dataset could not be read, or has a problem that is an error."""
    return record.found.status != "ok" or any(problem.level == "error" for problem in record.found.problems)
