"""All records of a catalog in an order of choice, some thousand at a time, each decoded once.

The records of a catalog that keeps them encoded are sorted by slabs in a temporary file, as the bytes that they are
kept in, and stay encoded until a slab is read, here or in another process. So whoever needs records in another order
than that of the lists, or divides work among processes, decodes none of them twice.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import islice, pairwise
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from sitegen.compact import read_as
from sitegen.model import Record
from sitegen.site.coded import Coded, encode, join
from sitegen.site.spill import Spill

Places = NDArray[np.int64]
_RUN = 16_384
"""Records that are encoded and distributed to their slabs at once: 25 MB."""
_READ_AT_ONCE = 4096
"""Records that are objects while columns are read: 25 MB."""
_T = TypeVar("_T")
_Decode = Callable[[bytes, int, type[Any]], list[Any]]
"""From the bytes, the number of records, and the class of which objects are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedRecords:
    """Some records, most of them encoded, in pieces; another process can read them, too."""

    length: int
    pieces: list[tuple[Places, _Decode, bytes]]
    """Of each piece: where its records belong, how they are decoded, and they themselves."""
    is_packed: bool
    """Whether pieces are compressed, because they were in a file."""


Slab = Sequence[Record] | EncodedRecords
"""Records of datasets that follow one another."""


def sort_places(keys: Sequence[NDArray[Any]], names: Sequence[str]) -> Places:
    """Return the places sorted by the keys, the last one first, and by name where these are equal."""
    order: Places = np.lexsort(tuple(keys))
    is_new = np.zeros(len(order), bool)
    for key in keys:
        is_new[1:] |= np.diff(key[order].astype(np.int64)) != 0
    edges = [0, *np.flatnonzero(is_new).tolist(), len(order)]
    for start, stop in pairwise(edges):
        if stop - start > 1:
            order[start:stop] = sorted(order[start:stop].tolist(), key=names.__getitem__)
    return order


def in_slabs(
    records: Sequence[Record], places: Places | None, size: int, *, is_encoded: bool = False
) -> Iterator[Slab]:
    """Yield all records, so many at once, but fewer at the end.

    places: their order; None for that of the catalog, which needs no temporary file. is_encoded: whether those of a
    tuple are encoded, too, because other processes read them.
    """
    if isinstance(records, tuple):
        for start in range(0, len(records), size):
            part = slice(start, start + size)
            some = records[part] if places is None else [records[at] for at in places[part]]
            yield _encode_slab(some) if is_encoded else some
    elif places is None:
        rest = read_as(records, msgspec.Raw)
        while raw := list(islice(rest, size)):
            yield _encode_slab(raw)
    else:
        yield from _sorted_slabs(records, places, size)


def _sorted_slabs(records: Sequence[Record], places: Places, size: int) -> Iterator[Slab]:
    """Yield what `in_slabs` does of encoded records in an order of choice."""
    numbers = np.empty_like(places)
    numbers[places] = np.arange(len(numbers))
    with Spill() as spill:
        parts = _distribute(records, numbers, size, spill)
        for number, part in enumerate(parts):
            pieces = [(own, decode, spill.read(at)) for own, decode, at in part]
            yield EncodedRecords(length=min(size, len(numbers) - number * size), pieces=pieces, is_packed=True)


def read_slab(slab: Slab) -> Sequence[Record]:
    """Return the records of a slab."""
    return read_slab_as(slab, Record)


def read_slab_as(slab: Slab, kind: type[_T]) -> Sequence[Record | _T]:
    """Return the records of a slab, those that are encoded as `kind`: only what is needed of them is decoded.

    kind: a dataclass that has some of the fields of `Record`.
    """
    if not isinstance(slab, EncodedRecords):
        return slab
    found: list[Any] = [None] * slab.length
    for places, decode, content in slab.pieces:
        some = decode(zlib.decompress(content) if slab.is_packed else content, len(places), kind)
        for place, record in zip(places.tolist(), some, strict=True):
            found[place] = record
    return found


def read_columns(records: Sequence[Record], readers: Mapping[str, Callable[[Record], Any]]) -> dict[str, Coded[Any]]:
    """Return a column of each of these values of all records, in the order of the catalog, from one reading of them."""
    parts: dict[str, list[Coded[Any]]] = {key: [] for key in readers}
    for slab in in_slabs(records, None, _READ_AT_ONCE):
        some = read_slab(slab)
        for key, read in readers.items():
            parts[key].append(encode(map(read, some)))
    return {key: join(own) for key, own in parts.items()}


def _encode_slab(some: Sequence[Record | msgspec.Raw]) -> EncodedRecords:
    pieces = [(places, decode, content) for places, _, decode, content in _encode(some, np.zeros(len(some), np.int64))]
    return EncodedRecords(length=len(some), pieces=pieces, is_packed=False)


def _distribute(
    records: Sequence[Record], numbers: Places, size: int, spill: Spill
) -> list[list[tuple[Places, _Decode, slice]]]:
    """Return the pieces of each slab, which are in a temporary file. numbers: of the records, in the search."""
    parts: list[list[tuple[Places, _Decode, slice]]] = [[] for _ in range(0, len(numbers), size)]
    rest = read_as(records, msgspec.Raw)
    for start in range(0, len(numbers), _RUN):
        own = numbers[start : start + _RUN]
        for places, part, decode, content in _encode(islice(rest, len(own)), own // size):
            parts[part].append((own[places] - part * size, decode, spill.add(zlib.compress(content, 1))))
    return parts


def _encode(records: Iterable[Record | msgspec.Raw], parts: Places) -> Iterator[tuple[Places, int, _Decode, bytes]]:
    """Yield the records by part: their places among those given, the part, how they are decoded, they themselves."""
    encoder = msgspec.msgpack.Encoder()
    encoded, is_odd = [], bytearray()
    for record in records:
        try:
            encoded.append(bytes(record) if isinstance(record, msgspec.Raw) else encoder.encode(record))
            is_odd.append(False)
        except (UnicodeEncodeError, OverflowError):  # half a surrogate pair, or a number beyond 64 bits
            encoded.append(pickle.dumps(record))
            is_odd.append(True)
    kinds = parts * 2 + np.frombuffer(is_odd, np.uint8)
    order = np.argsort(kinds, kind="stable")
    for places in np.split(order, np.flatnonzero(np.diff(kinds[order])) + 1):
        part, odd = divmod(int(kinds[places[0]]), 2)
        content = b"".join([encoded[at] for at in places.tolist()])
        yield places, part, _unpickle if odd else _decode, content


@cache
def _decoder(kind: type[Any]) -> msgspec.msgpack.Decoder[list[Any]]:
    return msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type]  # a type at run time


def _decode(content: bytes, count: int, kind: type[Any]) -> list[Any]:
    array_head = b"\xdd" + count.to_bytes(4, "big")  # "array 32" of MessagePack: the values follow as they are
    return _decoder(kind).decode(array_head + content)  # type: ignore[arg-type]  # types are hashable


def _unpickle(content: bytes, count: int, _kind: type[Any]) -> list[Record]:
    pickles = BytesIO(content)
    return [pickle.load(pickles) for _ in range(count)]  # noqa: S301  # from `_encode`
