"""Interning: equal parts of findings become one object, because a catalog holds all findings in memory.

Thousands of datasets of one study have the same axes, channels, chunks and problems, and come from the same crate. With
interning 15,000 findings took a quarter of the memory (`benchmarks/challenge.py`), about 2 kB each.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from hashlib import blake2b
from typing import TypeVar

import msgspec

from sitegen.model import Findings, Level, Shown

T = TypeVar("T", bound=Hashable)


class Interner:
    """Replaces parts of findings by the first part that was the same."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes], Hashable] = {}
        """Kind of a part, and a digest of how it is written → the first one."""
        self._plain: dict[Hashable, Hashable] = {}
        """Texts, and tuples of whole numbers and of texts, by themselves: equal ones are written alike."""

    def share(self, found: Findings) -> Findings:
        """Return equal findings that share their parts with earlier ones."""
        return replace(
            found,
            axes=self._first("axes", found.axes),
            codecs=self._first("codecs", found.codecs),
            levels=self._first("levels", found.levels, lambda: tuple(map(self._share_level, found.levels))),
            metadata=self._first("metadata", found.metadata),
            dimension_names=self._first_plain(found.dimension_names),
            plate=self._first("plate", found.plate),
            label_images=self._first("label_images", found.label_images),
            browsers=self._first("browsers", found.browsers),
            problems=self._first(
                "problems", found.problems, lambda: tuple(self._first("problem", each) for each in found.problems)
            ),
            shown=self._share_shown(found.shown) if found.shown else None,
            crate=self._first("crate", found.crate),
            dtype=self._first_plain(found.dtype),
            ome_zarr_version=self._first_plain(found.ome_zarr_version),
            image_path=self._first_plain(found.image_path),
            validated_parts=self._first_plain(found.validated_parts),
        )

    def _share_shown(self, shown: Shown) -> Shown:
        channels = shown.channels
        return replace(
            shown,
            channels=self._first(
                "channels", channels, lambda: tuple(self._first("channel", each) for each in channels)
            ),
            how=self._first_plain(shown.how),
        )

    def _share_level(self, level: Level) -> Level:
        return Level(
            path=self._first_plain(level.path),
            shape=level.shape,
            chunks=self._first_plain(level.chunks),
            shards=self._first_plain(level.shards),
            scale=self._first("scale", level.scale),
            exact=level.exact,
        )

    def _first_plain(self, part: T) -> T:
        return self._plain.setdefault(part, part)  # type: ignore[return-value]  # the same type

    def _first(self, kind: str, part: T, share: Callable[[], T] | None = None) -> T:
        """Return the first part of this kind that is equal and written alike: 1 equals 1.0, and 0.0 equals -0.0.

        share: gives it with its own parts shared, where it is the first.
        """
        if not part:
            return part
        key = (kind, blake2b(_written(part), digest_size=16).digest())
        if key not in self._known:
            self._known[key] = share() if share else part
        return self._known[key]  # type: ignore[return-value]  # the same type


def _written(part: object) -> bytes:
    """Return a part as it is written, other ones differently; `repr` of what has no MessagePack takes ten times as
    long."""
    try:
        return msgspec.msgpack.encode(part)
    except (TypeError, UnicodeEncodeError, OverflowError):  # half a surrogate pair, or a number beyond 64 bits
        return repr(part).encode("ascii", "backslashreplace")
