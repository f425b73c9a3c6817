"""An image's metadata → the few pixels that its pictures need.

Three steps, so that the middle one alone touches the network and the last may run in a
worker process: `make_read_plan` says which bytes are wanted, `fetch_chunks` brings them,
`decode` makes pixels of them. Plans and what was fetched can be pickled.

A chunk that is not stored is fill value; one that cannot be fetched or decoded is a
`Problem`, is drawn as fill value, and the others are still shown.

Trade-off: an object is asked for once; a large shard costs two dependent requests, the
first of which brings its index together with the chunks at its end.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from sitegen.model import Problem
from sitegen.ome.node import Array
from sitegen.pixels.axes import AxisPositions, find_axes
from sitegen.pixels.codecs import ChunkEncoding, read_encoding
from sitegen.pixels.cost import SUFFIX_BYTES, estimate_cost, reads_whole
from sitegen.pixels.decompression import CodecError
from sitegen.pixels.image import ImageInfo, LevelChoice, PictureBudget
from sitegen.pixels.selection import ChunkIndex, Selection, chunk_indices, plane_indices, select_plane
from sitegen.pixels.shards import max_unwanted_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectPlan:
    """One stored object, and which of its chunks are wanted."""

    key: str
    chunks: tuple[tuple[ChunkIndex, ChunkIndex], ...]
    """(index in the array, index in the object) of each."""
    whole: bool
    """Read in one request; else its index first."""
    max_bytes: int
    """More than this it cannot honestly have."""
    read_bytes: int
    """More than this of it is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlan:
    """Everything that is needed to fetch, decode and draw one plane of an image."""

    image: ImageInfo
    level_choice: LevelChoice
    path: str
    """Of the level's array, below the image."""
    axis_positions: AxisPositions
    selection: Selection
    z: int | None
    """On level 0."""
    t: int | None
    fill_value: object
    """As the array's document states it."""
    encoding: ChunkEncoding
    objects: tuple[ObjectPlan, ...]
    budget: PictureBudget

    @property
    def max_bytes(self) -> int:
        """Bytes that are read for it, at most."""
        return min(self.budget.max_bytes, sum(each.read_bytes for each in self.objects))


def make_read_plan(
    image: ImageInfo,
    level_choice: LevelChoice,
    array: Array,
    budget: PictureBudget,
    *,
    z: int | None = None,
    t: int | None = None,
) -> ReadPlan | Problem:
    """Return what to read, or why nothing can be.

    level_choice: what `choose_level` said of this image, whose level is `exact`. z, t: indices on level 0,
    None for those that the author wants, else the middle of the stack and the first time point.
    """
    path = image.levels[level_choice.level].path
    image = replace(image.with_array(level_choice.level, array), dtype=array.dtype)
    positions = find_axes(image.axes, array.shape)
    if positions is None or not estimate_cost(image, level_choice, budget).within(budget):
        return Problem(
            code="picture-budget",
            level="warning",
            where=path,
            message="its array costs more than its metadata let expect, so no picture was made",
        )
    try:
        encoding = read_encoding(array)
    except CodecError as error:
        return Problem(code="picture-codec", level="warning", where=path, message=f"no picture was made: {error}")
    selection = select_plane(image, level_choice, z=z, t=t)
    z, t = plane_indices(image, z=z, t=t)
    return ReadPlan(
        image=image,
        level_choice=level_choice,
        path=path,
        axis_positions=positions,
        selection=selection,
        z=z,
        t=t,
        fill_value=array.fill_value,
        encoding=encoding,
        objects=tuple(_objects(array, encoding, selection, budget)),
        budget=budget,
    )


def _objects(
    array: Array, encoding: ChunkEncoding, selection: Selection, budget: PictureBudget
) -> Iterable[ObjectPlan]:
    grid = encoding.shards.grid if encoding.shards else (1,) * len(array.shape)
    chunks = defaultdict[ChunkIndex, list[tuple[ChunkIndex, ChunkIndex]]](list)
    for index in itertools.product(*map(chunk_indices, selection, array.chunks)):
        object_index = tuple(i // n for i, n in zip(index, grid, strict=True))
        chunks[object_index].append((index, tuple(i % n for i, n in zip(index, grid, strict=True))))
    object_bytes = encoding.chunk_bytes * int(np.prod(grid, dtype=object))
    index_bytes = encoding.shards.index_bytes if encoding.shards else 0
    for object_index, members in chunks.items():
        wanted_bytes = len(members) * encoding.chunk_bytes
        whole = not encoding.shards or reads_whole(object_bytes, wanted_bytes, budget)
        max_bytes = _most(object_bytes) + index_bytes
        part_bytes = max(SUFFIX_BYTES, index_bytes) + _most(wanted_bytes) + max_unwanted_bytes(len(members))
        yield ObjectPlan(
            key=array.chunk_key(object_index),
            chunks=tuple(members),
            whole=whole,
            max_bytes=max_bytes,
            read_bytes=max_bytes if whole else min(max_bytes, part_bytes),
        )


def _most(decoded_bytes: int) -> int:
    """Return how many bytes the encoded form may have: what does not compress grows a little."""
    return decoded_bytes + decoded_bytes // 8 + 65_536
