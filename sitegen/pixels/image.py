"""The values that describe a read: the image, the budget of its pictures, the chosen level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sitegen.model import Axis, Channel, Level
from sitegen.ome.node import Array

MAX_CHANNELS = 8
"""Channels that one picture mixes; the default palette has eight colors that can be told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureBudget:
    """What the pictures of one dataset may cost. Sizes of chunks and shards are those before compression."""

    thumbnail_px: int = 256
    """Longer side."""
    preview_px: int = 1024
    """Longer side."""
    max_bytes: int = 32_000_000
    """Bytes that may be read for one picture."""
    max_requests: int = 64
    max_channels: int = MAX_CHANNELS
    preview_requests: int = 4
    """Requests that a level may cost although a coarser one costs less."""
    preview_bytes: int = 8_000_000
    """Bytes that a level may cost although a coarser one costs less."""
    region_requests: int = 16
    """Requests for a region of an image that is too large to be read whole."""
    chunk_bytes: int = 64_000_000
    """Size of one decoded chunk."""
    decoded_bytes: int = 128_000_000
    """Size of all decoded chunks together."""
    whole_object_bytes: int = 4_000_000
    """A shard up to this size is read whole, in one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageInfo:
    """An image as its metadata describe it."""

    levels: tuple[Level, ...]
    """Finest first. Shapes may be predictions (`exact` is False)."""
    axes: tuple[Axis, ...] | None = None
    dtype: str | None = None
    channels: tuple[Channel, ...] = ()
    """The author's settings: one for each index of the channel axis, or none at all."""
    default_z: int | None = None
    """The author's choice, as an index on level 0 (`omero.rdefs.defaultZ`)."""
    default_t: int | None = None
    """The author's choice, as an index on level 0 (`omero.rdefs.defaultT`)."""
    grayscale: bool = False
    is_label: bool = False
    label_colors: Mapping[int, tuple[int, int, int, int]] = field(default_factory=dict)
    """Label → red, green, blue, alpha, each from 0 to 255."""

    def with_array(self, index: int, array: Array) -> ImageInfo:
        """Return the image with level `index` as its own array document describes it."""
        level = replace(self.levels[index], shape=array.shape, chunks=array.chunks, shards=array.shards, exact=True)
        levels = (*self.levels[:index], level, *self.levels[index + 1 :])
        return replace(self, levels=levels, dtype=self.dtype or array.dtype)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChoice:
    """What to read: a level, its channels, and the pixels of the plane."""

    level: int
    """Index of the level; 0 is the finest."""
    channels: tuple[int, ...]
    """Indices on the channel axis."""
    y: range
    x: range
    whole: bool = True
    """False if only a region in the middle of the plane is read."""
