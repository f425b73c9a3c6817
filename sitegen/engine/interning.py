"""Interning: equal parts of findings become one object, because a catalog holds all findings in memory.

Thousands of datasets of one study have the same axes, channels, chunks and problems. With interning 15,000 findings
took a quarter of the memory (`benchmarks/challenge.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TypeVar

import msgspec

from sitegen.model import Findings, Level

T = TypeVar("T", bound=Hashable)


class Interner:
    """Replaces parts of findings by the first part that was the same."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, Hashable], Hashable] = {}

    def share(self, found: Findings) -> Findings:
        """Return equal findings that share their parts with earlier ones."""
        return replace(
            found,
            axes=self._first("axes", found.axes),
            codecs=self._first("codecs", found.codecs),
            levels=self._first("levels", found.levels, lambda: tuple(map(self._share_level, found.levels))),
            metadata=self._first("metadata", found.metadata),
            dimension_names=self._first("dimension_names", found.dimension_names),
            plate=self._first("plate", found.plate),
            label_images=self._first("label_images", found.label_images),
            browsers=self._first("browsers", found.browsers),
            problems=self._first(
                "problems", found.problems, lambda: tuple(self._first("problem", each) for each in found.problems)
            ),
        )

    def _share_level(self, level: Level) -> Level:
        return replace(
            level,
            path=self._first("path", level.path),
            chunks=self._first("chunks", level.chunks),
            shards=self._first("shards", level.shards),
            scale=self._first("scale", level.scale),
        )

    def _first(self, kind: str, part: T, share: Callable[[], T] | None = None) -> T:
        """Return the first part of this kind that is equal and written alike: 1 equals 1.0, and 0.0 equals -0.0.

        share: gives it with its own parts shared, where it is the first.
        """
        key = (kind, hash(_written(part)), part)
        if key not in self._known:
            self._known[key] = share() if share else part
        return self._known[key]  # type: ignore[return-value]  # the same type


def _written(part: object) -> bytes | str:
    """Return a part as it is written; `repr` of what has no JSON takes ten times as long."""
    try:
        return msgspec.json.encode(part)
    except (TypeError, UnicodeEncodeError):  # half a surrogate pair
        return repr(part)
