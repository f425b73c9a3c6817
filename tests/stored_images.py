"""Images written by zarr into memory, and a source of their bytes that counts requests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import zarr
from zarr.storage import MemoryStore

from sitegen.model import Axis, Level
from sitegen.ome import read_node
from sitegen.ome.node import Array
from sitegen.pixels.fetched import FetchedChunks
from sitegen.pixels.fetching import fetch_chunks
from sitegen.pixels.image import ImageInfo, LevelChoice, PictureBudget
from sitegen.pixels.levels import choose_level
from sitegen.pixels.read_plan import ReadPlan, make_read_plan
from sitegen.transfer import ByteRange, Response

TYPES = {"c": "channel", "t": "time", "x": "space", "y": "space", "z": "space"}


@dataclass
class Files:
    """The stored objects of one array; it counts requests and bytes."""

    objects: dict[str, bytes]
    asked: list[tuple[str, ByteRange | None]] = field(default_factory=list)
    size_bytes: int = 0

    async def get(self, key: str, byte_range: ByteRange | None, max_bytes: int) -> Response | None:
        """Respond as a host that supports range requests."""
        self.asked.append((key, byte_range))
        body = self.objects.get(key)
        if body is None:
            return None
        start, stop = byte_range.clip(len(body)) if byte_range else (0, len(body))
        assert stop - start <= max_bytes
        self.size_bytes += stop - start
        return response(body[start:stop], len(body), key=key, partial=byte_range is not None)

    @property
    def array(self) -> Array:
        """The array, read from its metadata."""
        names = {key: body for key, body in self.objects.items() if key in ("zarr.json", ".zarray", ".zattrs")}
        array = read_node(names).array
        assert array is not None
        return array


def response(body: bytes, total_bytes: int | None, *, key: str = "", partial: bool = True) -> Response:
    """Return the response of a host: the whole object or a part of it."""
    return Response(url=key, status=206 if partial else 200, body=body, total_bytes=total_bytes, fetched_at=0.0)


def write(pixels: np.ndarray[Any, Any], *, zarr_format: int = 3, **settings: Any) -> Files:
    """Return the files of an array with these pixels; settings as for `zarr.create_array`."""
    store = MemoryStore()
    settings.setdefault("chunks", pixels.shape)
    array = zarr.create_array(store, shape=pixels.shape, dtype=pixels.dtype, zarr_format=zarr_format, **settings)
    array[...] = pixels
    return Files({key: bytes(value.to_bytes()) for key, value in store._store_dict.items()})


def rewrite(files: Files, key: str, change: Mapping[str, object]) -> Files:
    """Return the files with values in a metadata document replaced."""
    document = json.loads(files.objects[key]) | dict(change)
    return Files(files.objects | {key: json.dumps(document).encode()})


def make_image(files: Files, axes: str, **settings: Any) -> ImageInfo:
    """Return an image of one level; axes: one letter for each."""
    array = files.array
    scale = settings.pop("scale", None)
    level = Level(path="0", shape=array.shape, chunks=array.chunks, shards=array.shards, scale=scale)
    named = tuple(Axis(name=name, type=TYPES.get(name.lower()), unit="micrometer") for name in axes)
    return ImageInfo(levels=(level,), axes=named, dtype=array.dtype, **settings)


def make_axes(names: str) -> tuple[Axis, ...]:
    """Return axes without types, which are found by name."""
    return tuple(Axis(name=name) for name in names)


def make_plan(
    files: Files, axes: str, budget: PictureBudget | None = None, *, z: int | None = None, **settings: Any
) -> ReadPlan:
    """Return the plan of an image of one level; z: an index."""
    budget = budget or PictureBudget()
    image = make_image(files, axes, **settings)
    choice = choose_level(image, budget)
    assert isinstance(choice, LevelChoice), choice
    plan = make_read_plan(image, choice, files.array, budget, z=z)
    assert isinstance(plan, ReadPlan), plan
    return plan


def fetch(plan: ReadPlan, files: Files) -> FetchedChunks:
    """Return the fetched chunks of a plan."""
    return asyncio.run(fetch_chunks(plan, files.get))


def remove(files: Files, *keys: str) -> Files:
    """Return the files without some of them."""
    return replace(files, objects={key: body for key, body in files.objects.items() if key not in keys}, asked=[])
