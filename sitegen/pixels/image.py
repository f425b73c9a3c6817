"""The image whose pictures are made, what they may cost, and what is read for them: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sitegen.model import Axis, Channel, Level
from sitegen.ome.node import Array

MAX_CHANNELS = 8
"""Channels that one picture mixes; more cannot be told apart by colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureBudget:
    """What the pictures of one dataset may cost. Chunks and shards count as if they were not compressed."""

    thumbnail_px: int = 256
    preview_px: int = 1024
    max_bytes: int = 32_000_000
    """Bytes that may be read for one picture."""
    max_requests: int = 64
    max_channels: int = MAX_CHANNELS
    """Channels that are mixed, at most."""
    preview_requests: int = 4
    """Requests that a level may cost when a coarser one costs less."""
    preview_bytes: int = 8_000_000
    """Bytes that a level may cost when a coarser one costs less."""
    region_requests: int = 16
    """Requests for the region that is shown of an image too large to be read whole."""
    chunk_bytes: int = 64_000_000
    decoded_bytes: int = 128_000_000
    whole_object_bytes: int = 4_000_000
    """Up to this size a shard is read whole, in one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageInfo:
    """What is to be pictured: an image as its metadata describe it."""

    levels: tuple[Level, ...]
    """Finest first; shapes may be predictions (`exact` False)."""
    axes: tuple[Axis, ...] | None = None
    dtype: str | None = None
    channels: tuple[Channel, ...] = ()
    """Its author's settings: one for each index of the channel axis, or none at all."""
    default_z: int | None = None
    default_t: int | None = None
    greyscale: bool = False
    is_label: bool = False
    label_colors: Mapping[int, tuple[int, int, int, int]] = field(default_factory=dict)

    def with_array(self, index: int, array: Array) -> ImageInfo:
        """Return the same image, level `index` as its own array document describes it."""
        level = replace(self.levels[index], shape=array.shape, chunks=array.chunks, shards=array.shards, exact=True)
        levels = (*self.levels[:index], level, *self.levels[index + 1 :])
        return replace(self, levels=levels, dtype=self.dtype or array.dtype)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChoice:
    """What to read: a level, the channels, and which pixels of the plane."""

    level: int
    """ChunkIndex of the level, 0 the finest."""
    channels: tuple[int, ...]
    y: range
    x: range
    whole: bool = True
    """False if only a region in the middle of the plane is read."""
