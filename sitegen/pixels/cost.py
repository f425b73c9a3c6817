"""What reading a selection costs at most, estimated from metadata alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sitegen.pixels.image import ImageInfo, LevelChoice, PictureBudget
from sitegen.pixels.selection import count_chunks, level_layout, plane_selection

SUFFIX_BYTES = 512_000
"""Read from the end of a large shard: its index and, often, the chunks that are wanted (measured best, DESIGN §2)."""
_COMPRESSION = 1.5
"""What compression saves at least, as a rule. Where it does not, fetching stops at the budget, chunks missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCost:
    """What reading a selection costs at most."""

    requests: int
    chunks: int
    read_bytes: int
    decoded_bytes: int
    chunk_bytes: int

    def within(self, budget: PictureBudget) -> bool:
        """Return whether it may be read."""
        return (
            self.requests <= budget.max_requests
            and self.read_bytes <= _COMPRESSION * budget.max_bytes
            and self.decoded_bytes <= budget.decoded_bytes
            and self.chunk_bytes <= budget.chunk_bytes
        )


def estimate_cost(image: ImageInfo, level_choice: LevelChoice, budget: PictureBudget) -> ReadCost:
    """Return what reading the level_choice costs at most."""
    shape, level, _ = level_layout(image, level_choice.level)
    chunks = level.chunks or shape
    item = _item_bytes(image.dtype)
    selection = plane_selection(image, level_choice)
    chunk_bytes = item * math.prod(chunks)
    count = math.prod(count_chunks(part, size) for part, size in zip(selection, chunks, strict=True))
    if not level.shards:
        return _cost(count, count, count * chunk_bytes, chunk_bytes)
    shard_bytes = item * math.prod(level.shards)
    shards = math.prod(count_chunks(part, size) for part, size in zip(selection, level.shards, strict=True))
    if reads_whole(shard_bytes, count * chunk_bytes // max(shards, 1), budget):
        return _cost(shards, count, shards * shard_bytes, chunk_bytes)
    return _cost(2 * shards, count, count * chunk_bytes + shards * SUFFIX_BYTES, chunk_bytes)


def _cost(requests: int, chunks: int, read_bytes: int, chunk_bytes: int) -> ReadCost:
    return ReadCost(
        requests=requests,
        chunks=chunks,
        read_bytes=read_bytes,
        decoded_bytes=chunks * chunk_bytes,
        chunk_bytes=chunk_bytes,
    )


def reads_whole(shard_bytes: int, wanted_bytes: int, budget: PictureBudget) -> bool:
    """Return whether a shard is better read whole: it is small, or most of it is wanted."""
    return shard_bytes <= budget.whole_object_bytes or (
        shard_bytes <= budget.preview_bytes and 2 * wanted_bytes >= shard_bytes
    )


def _item_bytes(dtype: str | None) -> int:
    digits = "".join(ch for ch in dtype or "" if ch.isdigit())
    return max(1, int(digits) // 8) if digits else 1 if dtype == "bool" else 8
