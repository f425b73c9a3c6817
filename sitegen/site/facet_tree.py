"""A facet's values as a tree: which comprise which, and in what order they are shown. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueTree:
    """The values of a facet, and those that comprise each."""

    wider: Mapping[str, frozenset[str]]
    """Every value of the tree → those of the tree that comprise it, directly or not."""

    def in_order(self, rank: Mapping[str, tuple[int | str, ...]]) -> Iterator[tuple[str, int]]:
        """Yield every value and its depth: each before those below it, those beside each other by their rank.

        A value with several values directly above it is below the one that ranks first.
        """
        below: dict[str | None, list[str]] = {}
        for value in sorted(self.wider, key=lambda value: rank[value]):
            below.setdefault(min(self._nearest(value), key=lambda each: rank[each], default=None), []).append(value)
        waiting = [(value, 0) for value in reversed(below.get(None, []))]
        while waiting:
            value, depth = waiting.pop()
            yield value, depth
            waiting += [(each, depth + 1) for each in reversed(below.get(value, []))]

    def _nearest(self, value: str) -> Iterable[str]:
        """Return the values directly above: those that comprise no other that comprises the value."""
        above = self.wider[value]
        return [each for each in above if not any(each in self.wider[other] for other in above)]


def make_tree(stated: Iterable[str], wider_of: Callable[[str], tuple[str, ...]]) -> ValueTree:
    """Return the tree of the stated values and of those wider ones that join several branches.

    A wider value with the same stated ones below it as a narrower one tells nothing more, and is left out.
    """
    values = tuple(stated)
    above = {value: wider_of(value) for value in values}
    reach: dict[str, frozenset[str]] = {}
    for value in values:
        for wider in above[value]:
            reach[wider] = reach.get(wider, frozenset()) | {value}
    kept = dict.fromkeys(values)  # in an order that does not differ from process to process
    seen = {reach.get(value, frozenset()) | {value} for value in values}
    for value in values:
        for wider in above[value]:
            if wider not in kept and len(reach[wider]) > 1 and reach[wider] not in seen:
                kept[wider] = None
                seen.add(reach[wider])
    return ValueTree(wider={value: frozenset(wider_of(value)) & kept.keys() - {value} for value in kept})
