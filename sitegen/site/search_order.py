"""The order in which the search numbers datasets, and the records in that order, some thousand at a time.

Datasets are ordered by study, those with a picture first, then by the address without its stem, so that similar ones
are neighbors. The order is made in one pass that keeps a few bytes and two short texts of each record. The records of
a catalog that keeps them encoded are then sorted by parts in a temporary file, and stay encoded until a part is read,
here or in another process.
"""

from __future__ import annotations

import pickle
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice, pairwise
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from sitegen import urls
from sitegen.compact import read_as
from sitegen.model import Picture, Place, Record, StudyRef
from sitegen.site.columns import make_template, plain
from sitegen.site.search_spill import Spill

Places = NDArray[np.int64]
_BEFORE_ALL = "\0"
"""Between two texts that are compared one after the other: folded texts have no character before the space."""
_RUN = 16_384
"""Records that are encoded and distributed to their slabs at once: 25 MB."""
_Decode = Callable[[bytes, int], list[Record]]
"""From the bytes and the number of records."""
_DECODER = msgspec.msgpack.Decoder(list[Record])


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOrder:
    """Which record of the catalog is which dataset of the search."""

    places: Places
    """Of each dataset, in the catalog."""
    lists: list[int]
    """How many datasets each study has, in the order of the lists; those without a study are counted by list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeyFindings:
    """What the order needs of `PublicFindings`."""

    thumbnail: Picture | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeyRecord:
    """What the order needs of a `Record`."""

    id: str
    url: str
    study: StudyRef | None
    lists: tuple[Place, ...]
    found: _KeyFindings


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


def make_order(records: Sequence[Record]) -> SearchOrder:
    """Return the order of the search."""
    groups: dict[str, int] = {}
    templates: dict[str, int] = {}
    group_of, template_of, has_none, names = array("L"), array("L"), bytearray(), []
    for record in read_as(records, _KeyRecord):
        group = record.study.id if record.study else record.lists[0].csv if record.lists else ""
        stem = plain(urls.stem(record.url))
        template = make_template(plain(record.url), stem)
        group_of.append(groups.setdefault(group, len(groups)))
        template_of.append(templates.setdefault(template, len(templates)))
        has_none.append(record.found.thumbnail is None)
        names.append(f"{stem}{_BEFORE_ALL}{record.id}")
    ranks = np.empty(len(templates), np.int64)
    ranks[[templates[template] for template in sorted(templates)]] = np.arange(len(templates))
    lists = np.asarray(group_of, np.int64)
    keys = (ranks[np.asarray(template_of, np.int64)], np.frombuffer(has_none, np.uint8), lists)
    counts = np.bincount(lists, minlength=len(groups))
    return SearchOrder(places=_sort(keys, names), lists=counts.tolist())


def _sort(keys: Sequence[NDArray[Any]], names: Sequence[str]) -> Places:
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


def in_slabs(records: Sequence[Record], order: SearchOrder, size: int, *, is_encoded: bool = False) -> Iterator[Slab]:
    """Yield all records in the order of the search, so many at once, but fewer at the end.

    is_encoded: whether those of a tuple are encoded, too, because other processes read them.
    """
    if isinstance(records, tuple):
        for start in range(0, len(order.places), size):
            some = [records[at] for at in order.places[start : start + size]]
            yield _encode_slab(some) if is_encoded else some
        return
    numbers = np.empty_like(order.places)
    numbers[order.places] = np.arange(len(numbers))
    with Spill() as spill:
        parts = _distribute(records, numbers, size, spill)
        for number, part in enumerate(parts):
            pieces = [(places, decode, spill.read(at)) for places, decode, at in part]
            yield EncodedRecords(length=min(size, len(numbers) - number * size), pieces=pieces, is_packed=True)


def read_slab(slab: Slab) -> Sequence[Record]:
    """Return the records of a slab."""
    if not isinstance(slab, EncodedRecords):
        return slab
    found: list[Any] = [None] * slab.length
    for places, decode, content in slab.pieces:
        some = decode(zlib.decompress(content) if slab.is_packed else content, len(places))
        for place, record in zip(places.tolist(), some, strict=True):
            found[place] = record
    return found


def _encode_slab(some: Sequence[Record]) -> EncodedRecords:
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


def _decode(content: bytes, count: int) -> list[Record]:
    array_head = b"\xdd" + count.to_bytes(4, "big")  # "array 32" of MessagePack: the values follow as they are
    return _DECODER.decode(array_head + content)


def _unpickle(content: bytes, count: int) -> list[Record]:
    pickles = BytesIO(content)
    return [pickle.load(pickles) for _ in range(count)]  # noqa: S301  # from `_encode`
