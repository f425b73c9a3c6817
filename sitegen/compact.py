"""Long sequences of frozen values, most of which are encoded, so that a million of them fit into memory.

A record of a catalog takes about 6 kB as objects, and 0.2 kB encoded and compressed together with its neighbors.
Reading one takes 20 µs, so whoever reads all of them does so in order, and as seldom as possible; reading one out of
order takes another 400 µs, unless one near to it was read before. Up to some hundred thousand values are a tuple, which
costs no more than before.
"""

from __future__ import annotations

import gc
import pickle
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Generic, TypeVar, overload

import msgspec

_T = TypeVar("_T")
_K = TypeVar("_K")
_V = TypeVar("_V", covariant=True)
MOST_OBJECTS = 131_072
"""Values of a sequence that are not encoded: with records of 6 kB, 800 MB."""
_BLOCK = 128
"""Values that are encoded together: a larger block compresses better, but takes longer to read one of."""
_MOST_BLOCKS = 2
"""Blocks of a longer sequence that are objects at the same time, 1.5 MB of records: the objects of the next block take
their memory, which is in the processor's cache."""
_MOST_UNPACKED = 64
"""Blocks that are kept unpacked for those who read values here and there: 13 MB of records."""
_SPLITTER = msgspec.msgpack.Decoder(list[msgspec.Raw])
_LEVEL = 3
"""Of Zstandard: of blocks of 128 records it takes 1.9 µs to pack a record and 0.7 to unpack it, and leaves 131 bytes of
2,430; zlib at level 1 takes 6.2 and 3.8 µs, and leaves 190."""
_NEW_VALUES = 200_000
"""Values besides those that are freed, after which garbage is looked for: more than two blocks of records hold."""


def make_compact(kind: type[_T], values: Iterable[_T], count: int, *, most_objects: int = MOST_OBJECTS) -> Sequence[_T]:
    """Return the values as a tuple, or above `most_objects` as a sequence that keeps few of them as objects.

    kind: the dataclass of all of them. count: how many there are. What is read of a long sequence is equal to what was
    given, but may be another object each time.
    """
    return _CompactSequence(kind, values) if count > most_objects else tuple(values)


def make_alike(kind: type[_T], values: Iterable[_T], given: Sequence[_T]) -> Sequence[_T]:
    """Return values made of those of a sequence, one of each, kept as those are."""
    return _CompactSequence(kind, values) if isinstance(given, _CompactSequence) else tuple(values)


def select(values: Sequence[_T], places: Sequence[int]) -> Sequence[_T]:
    """Return the values at these places, in their order; those of an encoded sequence are decoded as they are read."""
    return tuple(values[at] for at in places) if isinstance(values, tuple) else _Selection(values, places)


def read_as(values: Sequence[_T], kind: type[_K]) -> Iterator[_T | _K]:
    """Yield the values in their order, those that are encoded as `kind`: only what is needed of them is decoded.

    kind: a dataclass that has some of their fields, or `msgspec.Raw` for the bytes of MessagePack.
    """
    return values.read_as(kind) if isinstance(values, _CompactSequence) else iter(values)


def pack(content: bytes) -> bytes:
    """Return bytes compressed for a short time, in memory or in a temporary file."""
    from numcodecs import zstd  # type: ignore[import-untyped]  # no annotations; few processes need it

    packed: bytes = zstd.compress(content, _LEVEL)
    return packed


def unpack(packed: bytes) -> bytes:
    """Return what was packed."""
    from numcodecs import zstd

    content: bytes = zstd.decompress(packed)
    return content


class _CompactSequence(Sequence[_V], Generic[_V]):
    def __init__(self, kind: type[_V], values: Iterable[_V]) -> None:
        self._decoder = msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type]  # a type at run time
        self._value_decoder = msgspec.msgpack.Decoder(kind)
        self._encoder = msgspec.msgpack.Encoder()
        self._blocks: list[tuple[Callable[[bytes], list[_V]], bytes] | None] = []
        """How each block is decoded, and its bytes; None until it is encoded for the first time."""
        self._objects: OrderedDict[int, list[_V]] = OrderedDict()
        """Blocks as objects, the last read one last."""
        self._encoded: OrderedDict[int, list[msgspec.Raw]] = OrderedDict()
        """Unpacked blocks of which some values were read, the last read one last."""
        self._length = 0
        self._add(iter(values))

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[_V]:
        for number in range(len(self._blocks)):
            yield from self._block(number)

    @overload
    def __getitem__(self, at: int) -> _V: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[_V, ...]: ...
    def __getitem__(self, at: int | slice) -> _V | tuple[_V, ...]:
        if isinstance(at, slice):
            return tuple(self[each] for each in range(self._length)[at])
        number, place = divmod(range(self._length)[at], _BLOCK)
        block = self._blocks[number]
        if number in self._objects or block is None or block[0] is pickle.loads:
            return self._block(number)[place]
        return self._value_decoder.decode(self._values_of(number, block[1])[place])

    def read_as(self, kind: type[_K]) -> Iterator[_V | _K]:
        """Yield what `read_as` does."""
        decoder = msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type]  # a type at run time
        for number, block in enumerate(self._blocks):
            if block is None or block[0] is pickle.loads:
                yield from self._block(number)
            else:
                with rare_collection():
                    values = decoder.decode(unpack(block[1]))
                yield from values

    def _add(self, values: Iterator[_V]) -> None:
        while block := list(islice(values, _BLOCK)):
            self._blocks.append(None)
            self._length += len(block)
            self._keep(len(self._blocks) - 1, block)

    def _block(self, number: int) -> list[_V]:
        if number in self._objects:
            self._objects.move_to_end(number)
            return self._objects[number]
        block = self._blocks[number]
        assert block, "only encoded blocks are given up"
        decode, content = block
        with rare_collection():
            values = decode(unpack(content))
        self._keep(number, values)
        return values

    def _values_of(self, number: int, content: bytes) -> list[msgspec.Raw]:
        """Return the values of a block, each of them encoded, and keep them for whoever reads another one."""
        if number in self._encoded:
            self._encoded.move_to_end(number)
            return self._encoded[number]
        values = self._encoded[number] = _SPLITTER.decode(unpack(content))
        if len(self._encoded) > _MOST_UNPACKED:
            self._encoded.popitem(last=False)
        return values

    def _keep(self, number: int, values: list[_V]) -> None:
        """Keep a block as objects, and give up the one that was not read for the longest time."""
        self._objects[number] = values
        if len(self._objects) > _MOST_BLOCKS:
            old, objects = self._objects.popitem(last=False)
            if self._blocks[old] is None:
                self._blocks[old] = self._encode(objects)

    def _encode(self, values: list[_V]) -> tuple[Callable[[bytes], list[_V]], bytes]:
        try:
            return self._decoder.decode, pack(self._encoder.encode(values))
        except (UnicodeEncodeError, OverflowError):  # half a surrogate pair, or a number beyond 64 bits
            return pickle.loads, pack(pickle.dumps(values))


class _Selection(Sequence[_V], Generic[_V]):
    def __init__(self, values: Sequence[_V], places: Sequence[int]) -> None:
        self._values, self._places = values, array("Q", places)

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> _V: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[_V, ...]: ...
    def __getitem__(self, at: int | slice) -> _V | tuple[_V, ...]:
        if isinstance(at, slice):
            return tuple(self._values[each] for each in self._places[at])
        return self._values[self._places[at]]


@contextmanager
def rare_collection() -> Iterator[None]:
    """Look seldom for garbage while many values are made that hold no cycles, and are freed without or stay.

    By default Python looks whenever there are 700 values more: that takes six times as long as to decode them, and one
    of nine CPU seconds of a build of 15,305 datasets of which none changed.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(max(_NEW_VALUES, thresholds[0]), *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
