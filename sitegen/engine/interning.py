"""Findings of which equal parts are one object: a catalog holds all of them in memory at once.

Thousands of datasets of one study have the same axes, channels, chunks and problems. Held
once each, 15,000 findings took a quarter of the memory (`benchmarks/challenge.py`).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import TypeVar

from sitegen.model import Findings, Level

T = TypeVar("T", bound=Hashable)


class Interner:
    """Remembers parts of findings, to give out the first of those that are equal."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Hashable], Hashable] = {}

    def share(self, found: Findings) -> Findings:
        """Return the same findings, with parts that others have, too."""
        return replace(
            found,
            axes=self._one("axes", found.axes),
            codecs=self._one("codecs", found.codecs),
            levels=self._one("levels", tuple(map(self._share_level, found.levels))),
            metadata=self._one("metadata", found.metadata),
            dimension_names=self._one("dimension_names", found.dimension_names),
            plate=self._one("plate", found.plate),
            label_images=self._one("label_images", found.label_images),
            browsers=self._one("browsers", found.browsers),
            problems=self._one("problems", tuple(self._one("problem", each) for each in found.problems)),
        )

    def _share_level(self, level: Level) -> Level:
        return replace(
            level,
            path=self._one("path", level.path),
            chunks=self._one("chunks", level.chunks),
            shards=self._one("shards", level.shards),
            scale=self._one("scale", level.scale),
        )

    def _one(self, kind: str, part: T) -> T:
        """Return the first part of its kind that equals this one; parts of other kinds may be equal, as 1 and 1.0."""
        return self._known.setdefault((kind, part), part)  # type: ignore[return-value]  # what is equal is of one type
