"""The metadata of arrays, both formats, become one value."""

from __future__ import annotations

import pytest
from ome_samples import ARRAY2, ARRAY3, to_bytes

from sitegen.ome import Array, Node, read_node


def read2(**changes: object) -> Node:
    return read_node({".zarray": to_bytes({**ARRAY2, **changes})})


def read3(**changes: object) -> Node:
    return read_node({"zarr.json": to_bytes({**ARRAY3, **changes})})


def array_of(node: Node) -> Array:
    assert node.array is not None
    return node.array


def test_v2() -> None:
    """A format 2 array is read with its type, layout and codecs."""
    node = read2()
    array = array_of(node)

    assert (node.kind, node.zarr_format, node.problems) == ("array", 2, ())
    assert (array.shape, array.chunks, array.shards) == ((1, 2, 3, 100, 200), (1, 1, 1, 64, 64), None)
    assert (array.dtype, array.byteorder, array.codecs) == ("uint16", "big", ("delta", "blosc"))
    assert array.chunk_key((0, 1, 2, 0, 3)) == "0/1/2/0/3"
    assert array.size_bytes == 1 * 2 * 3 * 100 * 200 * 2


def test_v3_sharded() -> None:
    """In a sharded array the codec's shape is the chunk, the grid's the shard; codecs inside follow."""
    array = array_of(read3())

    assert (array.chunks, array.shards, array.stored_shape) == ((1, 64, 64), (1, 512, 512), (1, 512, 512))
    assert array.codecs == ("sharding_indexed", "bytes", "zstd")
    assert (array.dtype, array.byteorder, array.dimension_names) == ("float32", "little", ("c", "y", None))
    assert array.chunk_key((0, 1, 1)) == "c/0/1/1"
    assert array.written == 1234


@pytest.mark.parametrize(
    ("names", "types"),
    [
        (["t", "y", "x"], ["time", "space", "space"]),
        (["C", "Y", "X"], ["channel", "space", "space"]),
        (["t", "lat", "lon"], None),
        (["y", "y", "x"], None),
        (["y", None, "x"], None),
    ],
)
def test_axes_of_an_array(names: list[str | None], types: list[str] | None) -> None:
    """The names of an array's dimensions say which axes it has, where they are those of OME-Zarr (acquire-zarr)."""
    axes = read3(dimension_names=names).axes

    assert (axes and [axis.type for axis in axes]) == types


@pytest.mark.parametrize(
    ("dtype", "name", "byteorder"),
    [
        ("|u1", "uint8", None),
        ("|b1", "bool", None),
        ("<i8", "int64", "little"),
        (">f4", "float32", "big"),
        ("<c16", "complex128", "little"),
        ("uint16", "uint16", None),
        ("|S10", "S10", None),
        ([["a", "<u2"]], "structured", None),
    ],
)
def test_v2_types(dtype: object, name: str, byteorder: str | None) -> None:
    """Types of format 2 get numpy's names."""
    array = array_of(read2(dtype=dtype))

    assert (array.dtype, array.byteorder) == (name, byteorder)


@pytest.mark.parametrize(
    ("encoding", "key"),
    [
        ({"name": "default"}, "c/0/1/2"),
        ({"name": "default", "configuration": {"separator": "."}}, "c.0.1.2"),
        ({"name": "v2"}, "0.1.2"),
        ({"name": "v2", "configuration": {"separator": "/"}}, "0/1/2"),
        ("default", "c/0/1/2"),
        (None, "c/0/1/2"),
    ],
)
def test_chunk_keys(encoding: object, key: str) -> None:
    """Keys of chunks follow their encoding, with its default separator."""
    assert array_of(read3(chunk_key_encoding=encoding)).chunk_key((0, 1, 2)) == key


def test_rank_zero() -> None:
    """An array without dimensions has one chunk, with the key that each format gives it."""
    grid = {"configuration": {"chunk_shape": []}}

    assert array_of(read2(shape=[], chunks=[])).chunk_key(()) == "0"
    assert array_of(read3(shape=[], chunk_grid=grid, codecs=[])).chunk_key(()) == "c"


def test_defaults() -> None:
    """A format 2 array without a separator has dots; a type may be an object; 1.0 is a whole number."""
    assert array_of(read2(dimension_separator=None)).chunk_key((0, 0)) == "0.0"
    assert array_of(read3(data_type={"name": "uint8", "configuration": {}})).dtype == "uint8"
    assert array_of(read3(shape=[2.0, 1000, 1000])).shape == (2, 1000, 1000)


def test_dimension_names_of_v2() -> None:
    """`_ARRAY_DIMENSIONS` in the attributes names the dimensions of a format 2 array."""
    attributes = to_bytes({"_ARRAY_DIMENSIONS": ["t", "c", "z", "y", "x"]})
    node = read_node({".zarray": to_bytes(ARRAY2), ".zattrs": attributes})

    assert array_of(node).dimension_names == ("t", "c", "z", "y", "x")


@pytest.mark.parametrize("written", [0, -1, "12", None, True, float("inf")])
def test_unknown_bytes(written: object) -> None:
    """A statistic of 0, or that is no number, is unknown."""
    array = array_of(read3(attributes={"_ome2024_ngff_challenge_stats": {"written": written}}))

    assert array.written is None


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"shape": [-1, 2, 2]}, "zarr.json#/shape"),
        ({"shape": [True, 2, 2]}, "zarr.json#/shape"),
        ({"shape": [10**30, 2, 2]}, "zarr.json#/shape"),
        ({"shape": None}, "zarr.json#/shape"),
        ({"data_type": 5}, "zarr.json#/data_type"),
        ({"chunk_grid": {"name": "rectangular"}}, "zarr.json#/chunk_grid"),
        ({"chunk_grid": {"configuration": {"chunk_shape": [0, 1, 1]}}}, "zarr.json#/chunk_grid"),
        ({"chunk_grid": {"configuration": {"chunk_shape": [1, 1]}}}, "zarr.json#/chunk_grid"),
        ({"codecs": [{"name": "sharding_indexed"}]}, "zarr.json#/codecs"),
    ],
)
def test_unreadable(changes: dict[str, object], where: str) -> None:
    """An array whose shape, type or chunks cannot be read is still an array, and the problem says what is wrong."""
    node = read3(**changes)

    assert (node.kind, node.array) == ("array", None)
    assert [(p.code, p.where) for p in node.problems] == [("array-unreadable", where)]


def nested_shards(depth: int) -> list[object]:
    codecs: list[object] = []
    for _ in range(depth):
        codecs = [{"name": "sharding_indexed", "configuration": {"chunk_shape": [1, 64, 64], "codecs": codecs}}]
    return codecs


@pytest.mark.parametrize("codecs", [[1] * 33, [1] * 400_000, nested_shards(20) * 2])
def test_too_many_codecs(codecs: list[object]) -> None:
    """More than 32, one after another or inside shards, are no real array's: none of them is gone through."""
    node = read3(codecs=codecs)

    assert node.array is None
    assert [(p.code, p.where) for p in node.problems] == [("array-unreadable", "zarr.json#/codecs")]


def test_too_many_filters() -> None:
    """So it is in format 2."""
    assert read2(filters=[{"id": "delta"}] * 33).array is None
    assert len(array_of(read2(filters=[{"id": "delta"}] * 32)).codecs) == 33


@pytest.mark.parametrize("node", [read2(mine="x"), read3(mine="x")])
def test_only_what_zarr_knows_is_kept(node: Node) -> None:
    """An array's document may hold megabytes of anything else."""
    document = array_of(node).document

    assert "mine" not in document
    assert document["shape"]
