"""Arrays that zarr writes are read as zarr itself reads them."""

from __future__ import annotations

import numpy as np
import pytest
import zarr
from zarr.storage import MemoryStore

from sitegen.ome import Array, read_node

DOCUMENTS = ("zarr.json", ".zarray", ".zattrs")
DTYPES = ("bool", "int8", "uint8", "<u2", ">u2", "<i4", ">i8", "<f2", ">f4", "<f8", "<c8")


def write(dtype: str, **options: object) -> tuple[zarr.Array, Array, set[str]]:
    """Return an array as zarr and as we read it, and the keys of its chunks."""
    stored: dict[str, object] = {}
    array = zarr.create_array(store=MemoryStore(stored), shape=(5, 9), chunks=(2, 3), dtype=dtype, **options)
    array[...] = np.ones((5, 9), dtype)
    node = read_node({name: stored[name].to_bytes() for name in DOCUMENTS if name in stored})
    assert node.array is not None
    assert node.problems == ()
    return array, node.array, {key for key in stored if not key.endswith(DOCUMENTS)}


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize("dtype", DTYPES)
def test_types(dtype: str, zarr_format: int) -> None:
    """Types, shapes and chunks are zarr's own; format 3 keeps the byte order in its codec."""
    theirs, ours, _ = write(dtype, zarr_format=zarr_format)

    assert (ours.dtype, ours.zarr_format) == (np.dtype(dtype).name, zarr_format)
    assert (ours.shape, ours.chunks, ours.shards) == (theirs.shape, theirs.chunks, theirs.shards)
    assert ours.item_bytes == np.dtype(dtype).itemsize
    assert ours.size_bytes == theirs.nbytes


@pytest.mark.parametrize(
    "options",
    [
        {"zarr_format": 2},
        {"zarr_format": 2, "chunk_key_encoding": {"name": "v2", "separator": "/"}},
        {"zarr_format": 3},
        {"zarr_format": 3, "chunk_key_encoding": {"name": "default", "separator": "."}},
        {"zarr_format": 3, "chunk_key_encoding": {"name": "v2", "separator": "/"}},
        {"zarr_format": 3, "shards": (4, 6)},
    ],
)
def test_chunk_keys(options: dict[str, object]) -> None:
    """The keys that we make are those under which zarr stored the chunks, or shards."""
    _, ours, keys = write("uint16", **options)
    grid = [-(-size // step) for size, step in zip(ours.shape, ours.stored_shape, strict=True)]

    assert {ours.chunk_key(index) for index in np.ndindex(*grid)} == keys


def test_names() -> None:
    """Dimension names and codecs come from where each format keeps them."""
    _, ours, _ = write("uint16", zarr_format=3, dimension_names=["y", None], shards=(4, 6))

    assert ours.dimension_names == ("y", None)
    assert ours.codecs[:2] == ("sharding_indexed", "bytes")
    assert ours.byteorder == "little"
