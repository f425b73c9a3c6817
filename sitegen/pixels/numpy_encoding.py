"""Metadata → how `numpy_codecs` decodes the chunks of an array, for the encodings that nearly all data have.

These are: numbers in either byte order, axes in any order, at most one of a few
compressors, in format 3 optionally a CRC-32C after it, and a fill value that is a number.
All other encodings are decoded by zarr. Processes that only read metadata and fetch
chunks decide this, so numpy is not imported here.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from sitegen.ome.node import Array
from sitegen.pixels.shards import Codec

NUMPY_COMPRESSORS = frozenset({"blosc", "bz2", "gzip", "lz4", "zlib", "zstd"})
"""Compressors whose frames state all that a decoder needs, by their numcodecs names."""
_Steps = tuple[tuple[int, ...], str | None, bool]
"""The order of the axes, the compressor, whether there is a checksum."""
_KINDS: Mapping[str, str] = {"bool": "b", "int": "i", "uint": "u", "float": "f"}
"""numpy's name of a type, without its size in bits → the letter for it in numpy's name with a byte order."""
_LARGEST: Mapping[int, float] = {2: 65_504.0, 4: (2 - 2**-23) * 2.0**127, 8: sys.float_info.max}
"""The largest number of a floating-point type of so many bytes (IEEE 754-2019, table 3.5)."""
_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
"""How JSON states them (Zarr v3, "Fill value"); numpy parses the same words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumpyEncoding:
    """How the chunks of one array are decoded without zarr."""

    dtype: str
    """numpy's name with the byte order of the stored numbers, such as `>u2`."""
    shape: tuple[int, ...]
    """Shape of a chunk, axes as in the metadata."""
    axes: tuple[int, ...]
    """The axes in the order in which they are stored; the last one is contiguous."""
    compressor: str | None
    checksum: bool
    """Whether a CRC-32C follows."""
    fill: float | str
    """Value of pixels that are not stored; text is `NaN`, `Infinity` or `-Infinity`."""


def read_numpy_encoding(array: Array, codecs: Sequence[Codec]) -> NumpyEncoding | None:
    """Return how the chunks of an array are decoded; None where only zarr can decode them.

    codecs: of a chunk without its shard, in the order of encoding.
    """
    steps = _read_steps3(codecs, len(array.chunks)) if array.zarr_format == 3 else _read_steps2(array, codecs)
    dtype, fill = _read_dtype(array), array.fill_value
    if fill is None and array.zarr_format == 2:
        fill = False if array.dtype == "bool" else 0
    if steps is None or dtype is None or not _is_number(fill, dtype):
        return None
    axes, compressor, checksum = steps
    return NumpyEncoding(
        dtype=dtype,
        shape=array.chunks,
        axes=axes,
        compressor=compressor,
        checksum=checksum,
        fill=fill,
    )


def _read_steps2(array: Array, codecs: Sequence[Codec]) -> _Steps | None:
    """Return the steps that a format 2 document states; None for unusual ones."""
    stated, names = array.document, [codec.name for codec in codecs]
    order, compressor = stated.get("order"), stated.get("compressor")
    if stated.get("filters") not in (None, []) or order not in ("C", "F") or not set(names) <= NUMPY_COMPRESSORS:
        return None
    if len(names) != (compressor is not None):
        return None
    axes = tuple(range(len(array.chunks)))
    return axes if order == "C" else axes[::-1], names[0] if names else None, False


def _read_steps3(codecs: Sequence[Codec], rank: int) -> _Steps | None:
    """Return the steps of a format 3 list of codecs; None for unusual ones."""
    axes, left = list(range(rank)), list(codecs)
    if left and left[0].name == "transpose":
        order = left.pop(0).configuration.get("order")
        if not isinstance(order, list) or {*map(type, order)} != {int} or sorted(order) != axes:
            return None
        axes = order
    checksum = left[-1:] == [Codec(name="crc32c")]
    names = [codec.name for codec in left[: len(left) - checksum]]
    if names[:1] != ["bytes"] or len(names) > 2 or not set(names[1:]) <= NUMPY_COMPRESSORS:
        return None
    return tuple(axes), names[1] if names[1:] else None, checksum


def _read_dtype(array: Array) -> str | None:
    """Return numpy's name of the stored numbers; None for complex ones, and where their byte order is not stated."""
    kind, size = _KINDS.get(array.dtype.rstrip("0123456789")), array.item_bytes
    if kind is None or size is None or (array.byteorder is None and size > 1):
        return None
    order = "|" if size == 1 else "<" if array.byteorder == "little" else ">"
    return f"{order}{kind}{size}"


def _is_number(fill: object, dtype: str) -> TypeGuard[float | str]:
    """Return whether the fill value is a number of this type, stated as a number or one of three words."""
    kind, size = dtype[1], int(dtype[2:])
    if kind == "b" or isinstance(fill, bool):
        return kind == "b" and isinstance(fill, bool)
    if kind == "f":
        return fill in _NOT_FINITE if isinstance(fill, str) else _is_real(fill) and abs(fill) <= _LARGEST[size]
    least, values = (0 if kind == "u" else -(2 ** (8 * size - 1))), 2 ** (8 * size)
    return isinstance(fill, int) and least <= fill < least + values


def _is_real(fill: object) -> TypeGuard[float]:
    return isinstance(fill, int | float)
