"""All records of a catalog in an order of choice, some thousand at a time, each decoded once.

The records of a catalog that keeps them encoded are sorted by slabs in a temporary file, as the bytes that they are
kept in, and stay encoded until a slab is read, here or in another process. So whoever needs records in another order
than that of the lists, or divides work among processes, decodes none of them twice.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from sitegen.compact import decoder_of, pack, read_as, unpack
from sitegen.model import Record
from sitegen.site.coded import Coded, encode, join
from sitegen.site.spill import Spill

Places = NDArray[np.int64]
_RUN = 16_384
"""Records that are encoded and distributed to their slabs at once: 25 MB."""
_READ_AT_ONCE = 4096
"""Records of which columns are read at once."""
_DECODED_AT_ONCE = 64
"""Encoded records of a slab that are objects at the same time, 0.4 MB: they take the memory of those before them, which
is in the processor's cache. To decode 4,096 at once took three times as long."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """Encoded records that belong into one slab."""

    places: Places
    """Where each belongs in the slab."""
    lengths: NDArray[np.uint32]
    """Of each, in bytes."""
    is_odd: bool
    """Whether they are pickled, because MessagePack cannot hold them."""
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedRecords:
    """Some records, all of them encoded, in pieces; another process can read them, too."""

    length: int
    pieces: list[_Piece]
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
            pieces = [replace(piece, content=spill.read(at)) for piece, at in part]
            yield EncodedRecords(length=min(size, len(numbers) - number * size), pieces=pieces, is_packed=True)


def read_slab(slab: Slab) -> Iterator[Record]:
    """Yield the records of a slab. Of those that are encoded, few are objects at the same time."""
    return read_slab_as(slab, Record)


def read_slab_as(slab: Slab, kind: type[_T]) -> Iterator[Record | _T]:
    """Yield the records of a slab, those that are encoded as `kind`: only what is needed of them is decoded.

    kind: a dataclass that has some of the fields of `Record`.
    """
    return _decode_slab(slab, kind) if isinstance(slab, EncodedRecords) else iter(slab)


def _decode_slab(slab: EncodedRecords, kind: type[Any]) -> Iterator[Any]:
    found = [memoryview(b"")] * slab.length
    is_odd = bytearray(slab.length)
    for piece in slab.pieces:
        content = memoryview(unpack(piece.content) if slab.is_packed else piece.content)
        ends = np.cumsum(piece.lengths).tolist()
        for place, start, end in zip(piece.places.tolist(), [0, *ends], ends, strict=False):
            found[place] = content[start:end]
            is_odd[place] = piece.is_odd
    for start in range(0, slab.length, _DECODED_AT_ONCE):
        part = slice(start, start + _DECODED_AT_ONCE)
        if any(is_odd[part]):
            for content, is_pickled in zip(found[part], is_odd[part], strict=True):
                yield pickle.loads(content) if is_pickled else _decode([content], kind)[0]  # noqa: S301  # of `_encode`
        else:
            yield from _decode(found[part], kind)


def read_columns(records: Sequence[Record], readers: Mapping[str, Callable[[Record], Any]]) -> dict[str, Coded[Any]]:
    """Return a column of each of these values of all records, in the order of the catalog, from one reading of them."""
    parts: dict[str, list[Coded[Any]]] = {key: [] for key in readers}
    for slab in in_slabs(records, None, _READ_AT_ONCE):
        rows = [[read(record) for read in readers.values()] for record in read_slab(slab)]
        for own, column in zip(parts.values(), zip(*rows, strict=True), strict=True):
            own.append(encode(column))
    return {key: join(own) for key, own in parts.items()}


def _encode_slab(some: Sequence[Record | msgspec.Raw]) -> EncodedRecords:
    pieces = [piece for _, piece in _encode(some, np.zeros(len(some), np.int64))]
    return EncodedRecords(length=len(some), pieces=pieces, is_packed=False)


def _distribute(
    records: Sequence[Record], numbers: Places, size: int, spill: Spill
) -> list[list[tuple[_Piece, slice]]]:
    """Return the pieces of each slab, without their content, and where in a temporary file that is.

    numbers: of the records, in the order of choice.
    """
    parts: list[list[tuple[_Piece, slice]]] = [[] for _ in range(0, len(numbers), size)]
    rest = read_as(records, msgspec.Raw)
    for start in range(0, len(numbers), _RUN):
        own = numbers[start : start + _RUN]
        for part, piece in _encode(islice(rest, len(own)), own // size):
            at = spill.add(pack(piece.content))
            parts[part].append((replace(piece, places=own[piece.places] - part * size, content=b""), at))
    return parts


def _encode(records: Iterable[Record | msgspec.Raw], parts: Places) -> Iterator[tuple[int, _Piece]]:
    """Yield the records by part; the places in a piece are those among the records that are given."""
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
        own = [encoded[at] for at in places.tolist()]
        lengths = np.fromiter(map(len, own), np.uint32, len(own))
        yield part, _Piece(places=places, lengths=lengths, is_odd=bool(odd), content=b"".join(own))


def _decode(encoded: Sequence[memoryview], kind: type[Any]) -> list[Any]:
    array_head = b"\xdd" + len(encoded).to_bytes(4, "big")  # "array 32" of MessagePack: the values follow as they are
    return decoder_of(kind).decode(b"".join((array_head, *encoded)))  # type: ignore[arg-type]  # types are hashable
