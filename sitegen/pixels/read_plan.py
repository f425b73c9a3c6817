"""An image's metadata → the stored objects and chunks that one plane needs.

Reading a plane has three steps: `make_read_plan` says which bytes are wanted (arithmetic),
`fetch_chunks` fetches them (network), `decode_planes` decodes them (in a worker process).
Plans and fetched chunks can be pickled.

Trade-off: each object is requested once, except that a large shard costs two dependent
requests; the first brings its index and the chunks at its end.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sitegen.model import Problem
from sitegen.model.codes import make_problem
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
    """One stored object, a chunk or a shard, and which of its chunks are wanted."""

    key: str
    chunks: tuple[tuple[ChunkIndex, ChunkIndex], ...]
    """For each, its index in the array and its index in the object."""
    whole: bool
    """Whether it is read in one request; otherwise the index of the shard is read first."""
    max_bytes: int
    """Size that a valid object cannot exceed."""
    read_bytes: int
    """Bytes that are read of it, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlan:
    """Everything that is needed to fetch, decode and draw one plane of an image."""

    image: ImageInfo
    level_choice: LevelChoice
    path: str
    """Path of the level's array below the image."""
    axis_positions: AxisPositions
    selection: Selection
    z: int | None
    """Index on level 0; None where the image has no such axis."""
    t: int | None
    """Index on level 0; None where the image has no such axis."""
    fill_value: object
    """As the array's metadata state it."""
    encoding: ChunkEncoding
    objects: tuple[ObjectPlan, ...]
    budget: PictureBudget

    @property
    def max_bytes(self) -> int:
        """Return how many bytes are read, at most."""
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
    """Return what to read, or why nothing can be read.

    Parameters
    ----------
    image
        The image; its metadata of the chosen level are replaced by those of `array`.
    level_choice
        The result of `choose_level` for this image.
    array
        The array of the chosen level.
    budget
        Limits on requests and bytes.
    z, t
        Indices on level 0. None is the author's default, else the middle of the stack and
        the first time point.

    """
    path = image.levels[level_choice.level].path
    image = replace(image.with_array(level_choice.level, array), dtype=array.dtype)
    positions = find_axes(image.axes, array.shape)
    if positions is None or not estimate_cost(image, level_choice, budget).within(budget):
        return _over_budget(path)
    try:
        encoding = read_encoding(array)
    except CodecError as error:
        return make_problem("picture-codec", path, f"no picture was made: {error}")
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
        objects=tuple(_plan_objects(array, encoding, selection, budget)),
        budget=budget,
    )


def _over_budget(path: str) -> Problem:
    message = "its array costs more to read than its metadata indicate, so no picture was made"
    return make_problem("picture-budget", path, message)


def _plan_objects(
    array: Array, encoding: ChunkEncoding, selection: Selection, budget: PictureBudget
) -> Iterable[ObjectPlan]:
    """Return the objects that hold the selection, in the order of their first chunk."""
    grid = encoding.shards.grid if encoding.shards else (1,) * len(array.shape)
    object_bytes = encoding.chunk_bytes * math.prod(grid)
    index_bytes = encoding.shards.index_bytes if encoding.shards else 0
    max_bytes = _max_encoded_bytes(object_bytes) + index_bytes
    for object_index, chunks in _chunks_by_object(array, grid, selection).items():
        wanted_bytes = len(chunks) * encoding.chunk_bytes
        whole = not encoding.shards or reads_whole(object_bytes, wanted_bytes, budget)
        part_bytes = max(SUFFIX_BYTES, index_bytes) + _max_encoded_bytes(wanted_bytes) + max_unwanted_bytes(len(chunks))
        yield ObjectPlan(
            key=array.chunk_key(object_index),
            chunks=tuple(chunks),
            whole=whole,
            max_bytes=max_bytes,
            read_bytes=max_bytes if whole else min(max_bytes, part_bytes),
        )


def _chunks_by_object(
    array: Array, grid: tuple[int, ...], selection: Selection
) -> Mapping[ChunkIndex, list[tuple[ChunkIndex, ChunkIndex]]]:
    """Return by the index of an object its wanted chunks: index in the array, index in the object."""
    chunks = defaultdict[ChunkIndex, list[tuple[ChunkIndex, ChunkIndex]]](list)
    for index in itertools.product(*map(chunk_indices, selection, array.chunks)):
        object_index = tuple(i // n for i, n in zip(index, grid, strict=True))
        inner_index = tuple(i % n for i, n in zip(index, grid, strict=True))
        chunks[object_index].append((index, inner_index))
    return chunks


def _max_encoded_bytes(decoded_bytes: int) -> int:
    """Return the most bytes that the encoded form may have; incompressible data grow a little."""
    return decoded_bytes + decoded_bytes // 8 + 65_536
