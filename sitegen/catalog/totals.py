"""The catalog in figures."""

from __future__ import annotations

from collections.abc import Sequence

from sitegen.model import Record, Totals


def make_totals(records: Sequence[Record]) -> Totals:
    """Return how many datasets, images, plates, bytes and institutions the records add up to."""
    return Totals(
        datasets=len(records),
        images=sum(record.found.images or 0 for record in records),
        plates=sum(record.found.kind == "plate" for record in records),
        bytes=sum(record.found.bytes or 0 for record in records),
        sources=len({record.source for record in records if record.source}),
        ok=sum(record.found.status == "ok" for record in records),
        valid=sum(record.found.valid is True for record in records),
        with_errors=sum(has_error(record) for record in records),
    )


def has_error(record: Record) -> bool:
    """Return whether a dataset could not be read, or has a problem that is an error."""
    return record.found.status != "ok" or any(problem.level == "error" for problem in record.found.problems)
