"""The index of a shard: where in a stored object the wanted chunks lie.

Written after the sharding codec of Zarr v3: an index of (offset, length) pairs for each
chunk, C order, at the end (or the start) of the object, usually with a CRC-32C. Only the
index is read here; chunks are decoded like any others, so that a shard needs no
more of the network than the bytes that are wanted.

Trade-off: shards inside shards, and codecs around the sharding codec, are not read.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sitegen.transfer import ByteRange, suffix

try:  # zarr needs one of the two: from 3.1 on the first
    from google_crc32c import value as crc32c
except ImportError:
    from crc32c import crc32c  # type: ignore[import-not-found, no-redef, unused-ignore]

_ABSENT = 2**64 - 1
_SMALL_GAP_BYTES = 256_000
"""Unwanted bytes between two chunks that are read rather than asking twice: 20 ms at 100 Mbit/s, a round trip."""
_FEW_SPANS, _MAX_WASTE_BYTES = 2, 4_000_000
"""More requests than this are worth so many unwanted bytes: requests, not bytes, decide the speed of a crawl."""


_MAX_INDEX_BYTES = 16_000_000
"""An index of a million chunks; a larger one is more than a picture is worth."""


class ShardError(ValueError):
    """An index that cannot be true, or that is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """One step of an encoding, as the metadata state it."""

    name: str
    """Without the prefix `numcodecs.` that some writers use in format 3."""
    configuration: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardLayout:
    """How the objects of an array hold their chunks."""

    grid: tuple[int, ...]
    """Chunks in a shard along each axis."""
    at_start: bool = False
    big_endian: bool = False
    checksum: bool = True

    @property
    def index_bytes(self) -> int:
        """Size of the index."""
        return 16 * math.prod(self.grid) + 4 * self.checksum

    def index_span(self, tail_bytes: int) -> ByteRange:
        """Return what to read first: the index and, of a shard with its index at the end, the chunks before it."""
        size = max(tail_bytes, self.index_bytes)
        return ByteRange(0, size) if self.at_start else suffix(size)


def read_codecs(stated: object) -> tuple[Codec, ...]:
    """Return the codecs that a format 3 list names, whatever else it may hold."""
    codecs = []
    for each in stated if isinstance(stated, list) else []:
        codec = each if isinstance(each, dict) else {"name": each}
        configuration = codec.get("configuration")
        codecs.append(
            Codec(
                name=str(codec.get("name")).removeprefix("numcodecs."),
                configuration=configuration if isinstance(configuration, dict) else {},
            )
        )
    return tuple(codecs)


def read_layout(configuration: Mapping[str, object], grid: tuple[int, ...]) -> ShardLayout:
    """Return the layout that a `sharding_indexed` codec states; grid: chunks in a shard along each axis.

    Raises ShardError where the index is encoded in a way that this module does not know.
    """
    names, endian = [], "little"
    for codec in read_codecs(configuration.get("index_codecs", ["bytes", "crc32c"])):
        names.append(codec.name)
        endian = str(codec.configuration.get("endian", endian))
    if names[:1] != ["bytes"] or names[1:] not in ([], ["crc32c"]):
        raise ShardError(f"its index is encoded by {', '.join(names)}; expected bytes and crc32c")
    layout = ShardLayout(
        grid=grid,
        at_start=configuration.get("index_location") == "start",
        big_endian=endian == "big",
        checksum=len(names) == 2,
    )
    if layout.index_bytes > _MAX_INDEX_BYTES:
        raise ShardError(f"its index would have {layout.index_bytes:,} bytes")
    return layout


def read_index(
    layout: ShardLayout, encoded: bytes, wanted: Iterable[tuple[int, ...]], *, total_bytes: int | None
) -> dict[tuple[int, ...], ByteRange | None]:
    """Return where each wanted chunk lies in its shard, None for a chunk that is not stored.

    encoded: the index's own bytes. Raises ShardError where they fail their checksum, or point outside the shard
    or at nothing.
    """
    if len(encoded) != layout.index_bytes:
        raise ShardError(f"its index has {len(encoded)} bytes; expected {layout.index_bytes}")
    if layout.checksum and not is_checksum_valid(encoded):
        raise ShardError("its index fails its checksum")
    pairs = np.frombuffer(encoded, ">u8" if layout.big_endian else "<u8", count=2 * math.prod(layout.grid))
    table = pairs.reshape(*layout.grid, 2)
    return {place: _span(int(table[place][0]), int(table[place][1]), total_bytes) for place in wanted}


def is_checksum_valid(encoded: bytes) -> bool:
    """Return whether the last four bytes are the CRC-32C of those before them."""
    return bool(int.from_bytes(encoded[-4:], "little") == crc32c(encoded[:-4]))


def _span(offset: int, length: int, total_bytes: int | None) -> ByteRange | None:
    if offset == length == _ABSENT:
        return None
    if not length:
        raise ShardError("its index says that a chunk has no bytes")
    if total_bytes is not None and offset + length > total_bytes:
        raise ShardError(f"its index points at bytes {offset} to {offset + length} of {total_bytes}")
    return ByteRange(offset, offset + length)


def max_unwanted_bytes(count: int) -> int:
    """Return how many unwanted bytes `coalesce` bridges between so many chunks, at most."""
    return _MAX_WASTE_BYTES + _SMALL_GAP_BYTES * (count - 1)


def coalesce(spans: Sequence[ByteRange]) -> list[ByteRange]:
    """Return few spans that cover all of these, in order: over small gaps, and larger ones while there are many."""
    ordered = sorted(spans, key=lambda each: each.start)
    gaps = [after.start - _stop(before) for before, after in itertools.pairwise(ordered)]
    bridged, waste, left = set[int](), 0, len(ordered)
    for place in sorted(range(len(gaps)), key=gaps.__getitem__):
        small = gaps[place] <= _SMALL_GAP_BYTES
        if small or (left > _FEW_SPANS and waste + gaps[place] <= _MAX_WASTE_BYTES):
            bridged.add(place)
            waste, left = waste + max(gaps[place], 0), left - 1
    merged: list[ByteRange] = []
    for place, span in enumerate(ordered):
        if place - 1 in bridged:
            merged[-1] = ByteRange(merged[-1].start, max(_stop(merged[-1]), _stop(span)))
        else:
            merged.append(span)
    return merged


def _stop(span: ByteRange) -> int:
    return span.start if span.stop is None else span.stop
