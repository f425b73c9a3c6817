"""The metadata of a Zarr array, format 2 or 3, as one `Array`.

Shape, data type and chunks must be readable, or there is no array, and a problem says
which of them is not. Everything else has a default. Types and codecs are only named:
whether the pixels can be decoded is found where they are decoded.

Source: https://zarr-specs.readthedocs.io/en/latest/v2/v2.0.html and
https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html, "Array metadata".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal

from sitegen.ome.node import Array
from sitegen.ome.problems import ProblemLog
from sitegen.ome.values import read_indices, read_list, read_number, read_object, read_objects

_MAX_RANK = 32
_MOST_CODECS = 32
"""Those inside shards included, which limits shards within shards; real arrays have up to five."""
_KEPT = (
    "zarr_format", "node_type", "shape", "dimension_names", "fill_value", "codecs", "storage_transformers",
    "data_type", "chunk_grid", "chunk_key_encoding",
    "dtype", "chunks", "order", "filters", "compressor", "dimension_separator",
)  # fmt: skip
"""Members of the document that Zarr defines. All others are dropped: they may be megabytes."""
_STATISTICS = "_ome2024_ngff_challenge_stats"
_V2_TYPE = re.compile(r"([<>|=]?)([biufc])(\d{1,2})")
_V2_KINDS = {"i": "int", "u": "uint", "f": "float", "c": "complex"}
_ENDS: Mapping[object, Literal["little", "big"]] = {"<": "little", ">": "big", "little": "little", "big": "big"}


def read_array(
    document: Mapping[str, object], attributes: Mapping[str, object], zarr_format: int, notes: ProblemLog
) -> Array | None:
    """Return the array that a document describes; None, and a problem, where shape, type or chunks cannot be read."""
    read = _read_v3 if zarr_format == 3 else _read_v2
    array = read({name: document[name] for name in _KEPT if name in document}, attributes)
    if isinstance(array, Array):
        return array
    at = "zarr.json" if zarr_format == 3 else ".zarray"
    notes.add("array-unreadable", f"{at}#/{array}", f"{array} cannot be read: {_shorten(document.get(array))}")
    return None


def _read_v2(document: Mapping[str, object], attributes: Mapping[str, object]) -> Array | str:
    shape = _read_shape(document.get("shape"))
    if shape is None:
        return "shape"
    chunks = _read_chunks(document.get("chunks"), shape)
    if chunks is None:
        return "chunks"
    dtype, byteorder = _read_v2_type(document.get("dtype"))
    if dtype is None:
        return "dtype"
    if len(read_list(document.get("filters"))) > _MOST_CODECS:
        return "filters"
    return Array(
        document=document,
        zarr_format=2,
        shape=shape,
        dtype=dtype,
        byteorder=byteorder,
        chunks=chunks,
        order="F" if document.get("order") == "F" else "C",
        codecs=_v2_codecs(document),
        fill_value=document.get("fill_value"),
        separator="/" if document.get("dimension_separator") == "/" else ".",
        dimension_names=_read_names(attributes.get("_ARRAY_DIMENSIONS"), shape),
        written=read_written(attributes),
    )


def _read_v3(document: Mapping[str, object], attributes: Mapping[str, object]) -> Array | str:
    shape = _read_shape(document.get("shape"))
    if shape is None:
        return "shape"
    grid = read_object(read_object(document.get("chunk_grid")).get("configuration"))
    outer = _read_chunks(grid.get("chunk_shape"), shape)
    if outer is None:
        return "chunk_grid"
    dtype = _read_name(document.get("data_type"))
    if dtype is None:
        return "data_type"
    codecs = list(islice(_v3_codecs(document), _MOST_CODECS + 1))
    inner = _read_inner_chunks(codecs, shape)
    if inner is False or len(codecs) > _MOST_CODECS:
        return "codecs"
    separator, prefix = _read_key_encoding(document)
    return Array(
        document=document,
        zarr_format=3,
        shape=shape,
        dtype=dtype,
        byteorder=_read_byteorder(codecs),
        chunks=inner or outer,
        shards=outer if inner else None,
        codecs=tuple(_read_name(codec) or "?" for codec in codecs),
        fill_value=document.get("fill_value"),
        separator=separator,
        key_prefix=prefix,
        dimension_names=_read_names(document.get("dimension_names"), shape),
        written=read_written(attributes),
    )


def read_written(attributes: Mapping[str, object]) -> int | None:
    """Return the bytes that the 2024 Challenge's converter wrote for an array; 0 means unknown."""
    written = read_number(read_object(attributes.get(_STATISTICS)).get("written"))
    return int(written) if written is not None and written > 0 else None


def _read_shape(value: object) -> tuple[int, ...] | None:
    shape = read_indices(value)
    return shape if shape is not None and len(shape) <= _MAX_RANK else None


def _read_chunks(value: object, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    chunks = read_indices(value)
    return chunks if chunks is not None and len(chunks) == len(shape) and 0 not in chunks else None


def _read_v2_type(value: object) -> tuple[str | None, Literal["little", "big"] | None]:
    if isinstance(value, list):
        return "structured", None
    if not isinstance(value, str) or not value:
        return None, None
    known = _V2_TYPE.fullmatch(value)
    if known is None:
        return value.lstrip("<>|=")[:80] or None, _ENDS.get(value[0])
    end, kind, size_bytes = known[1], known[2], int(known[3])
    name = "bool" if kind == "b" else f"{_V2_KINDS[kind]}{8 * size_bytes}"
    return name, _ENDS.get(end) if size_bytes > 1 else None


def _v2_codecs(document: Mapping[str, object]) -> tuple[str, ...]:
    steps = [*read_objects(document.get("filters")), read_object(document.get("compressor"))]
    names = (step.get("id") for step in steps)
    return tuple(name[:80] for name in names if isinstance(name, str))


def _v3_codecs(owner: Mapping[str, object]) -> Iterator[object]:
    """Yield the codecs of an array or a shard in order; those inside a shard follow their `sharding_indexed`."""
    for codec in read_list(owner.get("codecs")):
        yield codec
        if _read_name(codec) == "sharding_indexed":
            yield from _v3_codecs(_configuration(codec))


def _configuration(codec: object) -> Mapping[str, object]:
    return read_object(read_object(codec).get("configuration"))


def _read_inner_chunks(codecs: Sequence[object], shape: tuple[int, ...]) -> tuple[int, ...] | Literal[False] | None:
    """Return the shape of the chunks in a shard; None without shards, False where it cannot be read."""
    for codec in codecs:
        if _read_name(codec) == "sharding_indexed":
            inner = _read_chunks(_configuration(codec).get("chunk_shape"), shape)
            return False if inner is None else inner
    return None


def _read_byteorder(codecs: Sequence[object]) -> Literal["little", "big"] | None:
    ends = (_configuration(codec).get("endian") for codec in codecs if _read_name(codec) == "bytes")
    return next((_ENDS[end] for end in ends if isinstance(end, str) and end in _ENDS), None)


def _read_name(value: object) -> str | None:
    """Return the name of a type or codec, written alone or as an object with a configuration."""
    name = value if isinstance(value, str) else read_object(value).get("name")
    return name[:80] if isinstance(name, str) and name else None


def _read_key_encoding(document: Mapping[str, object]) -> tuple[str, str]:
    """Return the separator and the prefix of the keys of chunks."""
    encoding = document.get("chunk_key_encoding")
    by_default, prefix = (".", "") if _read_name(encoding) == "v2" else ("/", "c")
    separator = _configuration(encoding).get("separator")
    return separator if isinstance(separator, str) and separator in (".", "/") else by_default, prefix


def _read_names(value: object, shape: tuple[int, ...]) -> tuple[str | None, ...] | None:
    names = read_list(value)
    if len(names) != len(shape) or not names:
        return None
    return tuple(name[:80] if isinstance(name, str) and name else None for name in names)


def _shorten(value: object) -> str:
    return "it is missing" if value is None else repr(value)[:80]
