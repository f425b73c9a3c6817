"""Interning: equal parts of findings become one object, because a catalog holds all findings in memory.

Thousands of datasets of one study have the same axes, channels, chunks and problems. With interning 15,000 findings
took a quarter of the memory (`benchmarks/challenge.py`).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import TypeVar

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
            levels=self._first("levels", tuple(map(self._share_level, found.levels))),
            metadata=self._first("metadata", found.metadata),
            dimension_names=self._first("dimension_names", found.dimension_names),
            plate=self._first("plate", found.plate),
            label_images=self._first("label_images", found.label_images),
            browsers=self._first("browsers", found.browsers),
            problems=self._first("problems", tuple(self._first("problem", each) for each in found.problems)),
        )

    def _share_level(self, level: Level) -> Level:
        return replace(
            level,
            path=self._first("path", level.path),
            chunks=self._first("chunks", level.chunks),
            shards=self._first("shards", level.shards),
            scale=self._first("scale", level.scale),
        )

    def _first(self, kind: str, part: T) -> T:
        """Return the first part of this kind that is equal and written alike: 1 equals 1.0, and 0.0 equals -0.0."""
        return self._known.setdefault((kind, hash(repr(part)), part), part)  # type: ignore[return-value]  # the same type
