"""Hostile documents and chunks: small files that take much memory or time to read.

Each function returns the files of one dataset, by path below it.
"""

from __future__ import annotations

import gzip
import json
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numcodecs import Blosc, Zstd
from stores import multiscale

from sitegen.pixels.shards import crc32c

Files = dict[str, bytes]
RAW: tuple[dict[str, Any], ...] = ({"name": "bytes", "configuration": {"endian": "little"}},)
ZSTD = (*RAW, {"name": "zstd", "configuration": {"level": 1, "checksum": False}})
GZIP = (*RAW, {"name": "gzip", "configuration": {"level": 5}})
LZ4 = {"cname": "lz4", "clevel": 5, "shuffle": "noshuffle", "blocksize": 0, "typesize": 1}
BLOSC = (*RAW, {"name": "blosc", "configuration": LZ4})
CHECKED = (*RAW, {"name": "crc32c"})


def group(**ome: Any) -> bytes:
    """Return a group's document."""
    attributes = {"ome": {"version": "0.5", **ome}}
    return json.dumps({"zarr_format": 3, "node_type": "group", "attributes": attributes}).encode()


def array(
    shape: Sequence[int], chunks: Sequence[int], codecs: Sequence[Mapping[str, Any]] = RAW, *, axes: str = "yx"
) -> bytes:
    """Return an array's document; uint8."""
    return json.dumps(
        {
            "zarr_format": 3,
            "node_type": "array",
            "shape": list(shape),
            "data_type": "uint8",
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(chunks)}},
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
            "fill_value": 0,
            "codecs": list(codecs),
            "dimension_names": list(axes),
            "attributes": {},
        }
    ).encode()


def image(
    chunk: bytes | None = None,
    *,
    shape: Sequence[int] = (64, 64),
    chunks: Sequence[int] = (64, 64),
    codecs: Sequence[Mapping[str, Any]] = RAW,
    axes: str = "yx",
) -> Files:
    """Return an image of one level; `chunk` is its first."""
    files = {
        "zarr.json": group(multiscales=[multiscale(axes, [[1.0] * len(axes)])]),
        "0/zarr.json": array(shape, chunks, codecs, axes=axes),
    }
    return files if chunk is None else files | {"0/c/" + "/".join("0" * len(axes)): chunk}


def sharded(shard: bytes, *, side: int = 64, inner: int = 32) -> Files:
    """Return an image of one shard."""
    index = [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}]
    configuration = {
        "chunk_shape": [inner, inner],
        "codecs": list(RAW),
        "index_codecs": index,
        "index_location": "end",
    }
    codec = {"name": "sharding_indexed", "configuration": configuration}
    return image(shard, shape=(side, side), chunks=(side, side), codecs=[codec])


def make_shard(chunks: Sequence[bytes], *, shift: int = 0, damaged: bool = False) -> bytes:
    """Return a shard of these chunks. shift: added to offsets in its index. damaged: whether its checksum is wrong."""
    body, pairs = b"", b""
    for chunk in chunks:
        pairs += struct.pack("<QQ", len(body) + shift, len(chunk))
        body += chunk
    return body + pairs + struct.pack("<I", crc32c(pairs) ^ damaged)


def pixels(side: int) -> bytes:
    """Return a gradient of uint8."""
    return np.tile(np.arange(side, dtype="uint8"), (side, 1)).tobytes()


def with_checksum(chunk: bytes, *, damaged: bool = False) -> bytes:
    """Return a chunk with its CRC-32C."""
    return chunk + struct.pack("<I", crc32c(chunk) ^ damaged)


def nested(depth: int = 400_000) -> Files:
    """Return a document of nested lists."""
    return {"zarr.json": b"[" * depth}


def nested_within(depth: int = 100_000) -> Files:
    """Return a group whose attributes are nested objects, all of them closed."""
    deep = b'{"a":' * depth + b"0" + b"}" * depth
    return {"zarr.json": b'{"zarr_format":3,"node_type":"group","attributes":' + deep + b"}"}


def digits(count: int = 15_000_000) -> Files:
    """Return a group with a number of many digits."""
    return {"zarr.json": b'{"zarr_format":3,"node_type":"group","attributes":{"a":' + b"9" * count + b"}}"}


def empty_lists(count: int = 5_000_000) -> Files:
    """Return a group whose attributes hold as many lists as its bytes allow: each costs 56 bytes and a pointer."""
    return {"zarr.json": b'{"zarr_format":3,"node_type":"group","attributes":{"a":[' + b"[]," * count + b"[]]}}"}


def many_keys(count: int = 1_000_000) -> Files:
    """Return a group with as many keys as its bytes allow."""
    keys = ",".join(f'"k{number}":{number}' for number in range(count))
    return {"zarr.json": f'{{"zarr_format":3,"node_type":"group","attributes":{{{keys}}}}}'.encode()}


def huge_shape(side: int = 10**18) -> Files:
    """Return an image of five axes, each of this size."""
    return image(shape=[side] * 5, chunks=[1, 1, 1, 256, 256], axes="tczyx")


def huge_chunk() -> Files:
    """Return an image of one chunk of 10^18 pixels along each axis."""
    return image(shape=[10**18] * 2, chunks=[10**18] * 2)


def tiny_chunks() -> Files:
    """Return an image that would need 10^8 requests."""
    return image(shape=(10**4, 10**4), chunks=(1, 1))


def many_axes(count: int = 1_000) -> Files:
    """Return an image of a thousand axes."""
    named = [{"name": f"a{number}", "type": "space"} for number in range(count)]
    return {
        "zarr.json": group(multiscales=[{**multiscale("yx", [[1.0, 1.0]]), "axes": named}]),
        "0/zarr.json": array([2] * count, [1] * count, axes="a" * count),
    }


def many_levels(count: int = 1_000_000) -> Files:
    """Return an image with a million levels, all of them the same."""
    root = group(multiscales=[multiscale("yx", [])]).replace(
        b'"datasets": []', b'"datasets":[' + b",".join([b'{"path":"0"}'] * count) + b"]"
    )
    return {"zarr.json": root, "0/zarr.json": array((64, 64), (64, 64))}


def many_channels(count: int = 1_000_000) -> Files:
    """Return an image that describes a million channels."""
    files = image(pixels(64))
    channels = b'"omero":{"channels":[' + b",".join([b'{"label":"a"}'] * count) + b'],"version":"0.5"},'
    return files | {"zarr.json": files["zarr.json"].replace(b'"ome": {', b'"ome": {' + channels)}


def many_wells(count: int = 100_000) -> Files:
    """Return a plate that lists many wells, none of which exists."""
    wells = [{"path": f"A/{number}", "rowIndex": 0, "columnIndex": number} for number in range(count)]
    columns = [{"name": str(number)} for number in range(count)]
    return {"zarr.json": group(plate={"name": "p", "rows": [{"name": "A"}], "columns": columns, "wells": wells})}


def chunk_bomb(encode: Callable[[bytes], bytes], codecs: Sequence[Mapping[str, Any]], size_bytes: int) -> Files:
    """Return an image whose one chunk unpacks to far more than its metadata say."""
    return image(encode(bytes(size_bytes)), codecs=codecs)


def chunk_bombs(size_bytes: int = 512_000_000) -> dict[str, Files]:
    """Return an image for each compressor, by name."""
    return {
        "zstd-bomb": chunk_bomb(Zstd(level=1).encode, ZSTD, size_bytes),
        "gzip-chunk-bomb": chunk_bomb(lambda body: gzip.compress(body, 1), GZIP, size_bytes),
        "blosc-bomb": chunk_bomb(Blosc(cname="lz4").encode, BLOSC, size_bytes),
    }


def gzipped(size_bytes: int) -> bytes:
    """Return a gzip body of spaces."""
    packer = zlib.compressobj(9, wbits=31)
    part = b" " * 1_000_000
    return b"".join(packer.compress(part) for _ in range(size_bytes // len(part))) + packer.flush()
