"""Which other datasets a dataset's page leads to. Pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sitegen.model import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighborLinks:
    """Other datasets that a page leads to."""

    previous: Record | None = None
    next: Record | None = None
    siblings: tuple[Record, ...] = ()
    """Of the same institution."""


def find_neighbors(records: Sequence[Record], count: int = 4) -> list[NeighborLinks]:
    """Return for each record the one before, the one after, and the next few of its institution, those with pictures
    first."""
    of_source: dict[str | None, list[int]] = defaultdict(list)
    positions = []
    for index, record in enumerate(records):
        positions.append(len(of_source[record.source]))
        of_source[record.source].append(index)
    return [
        NeighborLinks(
            previous=records[index - 1] if index else None,
            next=records[index + 1] if index + 1 < len(records) else None,
            siblings=tuple(_siblings(records, of_source[record.source], position, count)),
        )
        for index, (record, position) in enumerate(zip(records, positions, strict=True))
    ]


def _siblings(records: Sequence[Record], same: Sequence[int], position: int, count: int) -> list[Record]:
    """Return the records after a position among those of one institution, round to its first ones."""
    near = [same[(position + step) % len(same)] for step in range(1, min(len(same), 3 * count))]
    near.sort(key=lambda index: records[index].found.thumbnail is None)
    return [records[index] for index in near[:count]]
