"""The order in which the search numbers datasets, and the records in that order, some thousand at a time.

Datasets are ordered by study, those with a picture first, then by the address without its stem, so that similar ones
are neighbors. The order is made in one pass that keeps a few bytes and two short texts of each record. The records of
a catalog that keeps them encoded are then sorted by parts, and stay encoded until a part is read, here or in another
process. Pure functions.
"""

from __future__ import annotations

import pickle
import zlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from sitegen import urls
from sitegen.model import Record
from sitegen.site.columns import make_template, plain

Places = NDArray[np.int64]
_BEFORE_ALL = "\0"
"""Between two texts that are compared one after the other: folded texts have no character before the space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOrder:
    """Which record of the catalog is which dataset of the search."""

    places: Places
    """Of each dataset, in the catalog."""
    lists: list[int]
    """How many datasets each study has, in the order of the lists; those without a study are counted by list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedRecords:
    """Some records, most of them encoded, in pieces; another process can read them, too."""

    length: int
    pieces: list[tuple[Places, Callable[[bytes], Any], bytes]]
    """Of each piece: where its records belong, how they are decoded, and they themselves."""


Slab = Sequence[Record] | EncodedRecords
"""Records of datasets that follow one another."""


def make_order(records: Sequence[Record]) -> SearchOrder:
    """Return the order of the search."""
    groups: dict[str, int] = {}
    templates: dict[str, int] = {}
    group_of, template_of, has_none, names = array("L"), array("L"), bytearray(), []
    for record in records:
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


def in_slabs(records: Sequence[Record], order: SearchOrder, size: int) -> Iterator[Slab]:
    """Yield all records in the order of the search, so many at once, but fewer at the end."""
    starts = range(0, len(order.places), size)
    if isinstance(records, tuple):
        yield from ([records[at] for at in order.places[start : start + size]] for start in starts)
        return
    parts: list[list[tuple[Places, Callable[[bytes], Any], bytes]]] = [[] for _ in starts]
    numbers = np.empty_like(order.places)
    numbers[order.places] = np.arange(len(numbers))
    rest, encoder = iter(records), msgspec.msgpack.Encoder()
    for start in starts:
        own = numbers[start : start + size]
        some = [next(rest) for _ in own]
        by_number = np.argsort(own)
        edges = [0, *(np.flatnonzero(np.diff(own[by_number] // size)) + 1).tolist(), len(own)]
        for low, high in pairwise(edges):
            piece = by_number[low:high]
            part = int(own[piece[0]]) // size
            parts[part].append((own[piece] - part * size, *_encode(encoder, [some[at] for at in piece])))
    for start in starts:  # whoever gets a part may keep it for a while
        yield EncodedRecords(length=min(size, len(numbers) - start), pieces=parts.pop(0))


def read_slab(slab: Slab) -> Sequence[Record]:
    """Return the records of a slab."""
    if not isinstance(slab, EncodedRecords):
        return slab
    found: list[Any] = [None] * slab.length
    for places, decode, content in slab.pieces:
        for place, record in zip(places.tolist(), decode(content), strict=True):
            found[place] = record
    return found


def _encode(encoder: msgspec.msgpack.Encoder, some: list[Record]) -> tuple[Callable[[bytes], Any], bytes]:
    try:
        return _decode, zlib.compress(encoder.encode(some), 1)
    except (UnicodeEncodeError, OverflowError):  # half a surrogate pair, or a number beyond 64 bits
        return pickle.loads, pickle.dumps(some)


def _decode(content: bytes) -> list[Record]:
    return msgspec.msgpack.decode(zlib.decompress(content), type=list[Record])
