"""The index of a shard: which bytes of a stored object hold the wanted chunks.

Follows the codec `sharding_indexed` of Zarr v3 (zarr-specs, codecs/sharding-indexed,
version 1.0): one (offset, length) pair for each chunk, in C order, at the end or the start
of the object, usually followed by a CRC-32C. Only the index is read here; the chunks are
decoded like any others.

Trade-off: nested shards, and codecs before or after the sharding codec, are not read.
"""

from __future__ import annotations

import itertools
import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from google_crc32c import value as crc32c

from sitegen.transfer import ByteRange, last_bytes

_EMPTY_CHUNK = 2**64 - 1
"""Offset and length of a chunk that is not stored (sharding-indexed, "Binary shard format")."""
_SMALL_GAP_BYTES = 256_000
"""Unwanted bytes between two chunks that cost no more than another request: 20 ms at 100 Mbit/s, a round trip."""
_FEW_RANGES, _MAX_UNWANTED_BYTES = 2, 4_000_000
"""Where a shard would need more requests than the first number, so many unwanted bytes are read to save some of
them: the number of requests to a host, not of bytes, decides how long a crawl takes (measured)."""
_MAX_INDEX_BYTES = 16_000_000
"""The index of a million chunks; reading a larger one costs more than half of a picture's default byte budget."""


class ShardError(ValueError):
    """A shard whose index is invalid, or is encoded in a way that is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """One codec, as the metadata state it."""

    name: str
    """Without the prefix `numcodecs.` that some writers use in format 3."""
    configuration: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardLayout:
    """How the shards of an array hold their chunks."""

    grid: tuple[int, ...]
    """Number of chunks in a shard along each axis."""
    at_start: bool = False
    big_endian: bool = False
    checksum: bool = True

    @property
    def index_bytes(self) -> int:
        """Size of the index."""
        return 16 * math.prod(self.grid) + 4 * self.checksum

    def index_range(self, min_bytes: int) -> ByteRange:
        """Return what to read first: at least `min_bytes` at the end that holds the index, which bring chunks, too."""
        size = max(min_bytes, self.index_bytes)
        return ByteRange(0, size) if self.at_start else last_bytes(size)


def read_codecs(stated: object) -> tuple[Codec, ...]:
    """Return the codecs of a `codecs` list of Zarr v3; an entry that is no object counts as a name."""
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
    """Return the layout that the configuration of a `sharding_indexed` codec states.

    Parameters
    ----------
    configuration
        Of the codec.
    grid
        Number of chunks in a shard along each axis.

    Raises
    ------
    ShardError
        If the index has other codecs than bytes and crc32c, or is too large.

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
    """Return the byte range of each wanted chunk in its shard; None for a chunk that is not stored.

    Parameters
    ----------
    layout
        Of the shard.
    encoded
        The bytes of the index, checksum included.
    wanted
        Indices of chunks in the grid of the shard.
    total_bytes
        Size of the shard; None where it is not known.

    Raises
    ------
    ShardError
        If the index fails its checksum, or a range is empty or ends outside the shard.

    """
    if len(encoded) != layout.index_bytes:
        raise ShardError(f"its index has {len(encoded)} bytes; expected {layout.index_bytes}")
    if layout.checksum and not is_checksum_valid(encoded):
        raise ShardError("its index fails its checksum")
    pair = struct.Struct(">QQ" if layout.big_endian else "<QQ")
    ranges = {}
    for index in wanted:
        offset, length = pair.unpack_from(encoded, pair.size * _position(index, layout.grid))
        ranges[index] = _chunk_range(offset, length, total_bytes)
    return ranges


def _position(index: tuple[int, ...], grid: tuple[int, ...]) -> int:
    """Return which chunk of a shard an index is, in C order."""
    position = 0
    for place, size in zip(index, grid, strict=True):
        position = position * size + place
    return position


def is_checksum_valid(encoded: bytes) -> bool:
    """Return whether the last four bytes are the CRC-32C of those before them."""
    return bool(int.from_bytes(encoded[-4:], "little") == crc32c(encoded[:-4]))


def _chunk_range(offset: int, length: int, total_bytes: int | None) -> ByteRange | None:
    if offset == length == _EMPTY_CHUNK:
        return None
    if not length:
        raise ShardError("its index states that a chunk has no bytes")
    if total_bytes is not None and offset + length > total_bytes:
        raise ShardError(f"its index points at bytes {offset} to {offset + length} of {total_bytes}")
    return ByteRange(offset, offset + length)


def max_unwanted_bytes(count: int) -> int:
    """Return how many unwanted bytes `merge_ranges` reads between `count` chunks, at most."""
    return _MAX_UNWANTED_BYTES + _SMALL_GAP_BYTES * (count - 1)


def merge_ranges(ranges: Sequence[ByteRange]) -> list[ByteRange]:
    """Return few ranges that cover all of these, in order.

    Small gaps are always read; larger ones, the smallest first, while there are more than
    two ranges and the unwanted bytes stay below a limit.
    """
    ordered = sorted(ranges, key=lambda each: each.start)
    read_gaps = _choose_gaps([after.start - _stop(before) for before, after in itertools.pairwise(ordered)])
    merged: list[ByteRange] = []
    for index, each in enumerate(ordered):
        if index - 1 in read_gaps:
            merged[-1] = ByteRange(merged[-1].start, max(_stop(merged[-1]), _stop(each)))
        else:
            merged.append(each)
    return merged


def _choose_gaps(gaps: Sequence[int]) -> set[int]:
    """Return the indices of the gaps that are read; gaps: bytes between neighbors, negative where they overlap."""
    chosen, unwanted_bytes, ranges_left = set[int](), 0, len(gaps) + 1
    for index in sorted(range(len(gaps)), key=gaps.__getitem__):
        small = gaps[index] <= _SMALL_GAP_BYTES
        if small or (ranges_left > _FEW_RANGES and unwanted_bytes + gaps[index] <= _MAX_UNWANTED_BYTES):
            chosen.add(index)
            unwanted_bytes, ranges_left = unwanted_bytes + max(gaps[index], 0), ranges_left - 1
    return chosen


def _stop(byte_range: ByteRange) -> int:
    return byte_range.start if byte_range.stop is None else byte_range.stop
