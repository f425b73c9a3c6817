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
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
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
_BLOCKS_IN_PART = 8
VALUES_IN_PART = _BLOCKS_IN_PART * _BLOCK
"""Values that are sent to another process at once."""
_MOST_BLOCKS = 2
"""Blocks of a longer sequence that are objects at the same time, 1.5 MB of records: the objects of the next block take
their memory, which is in the processor's cache."""
_MOST_UNPACKED = 64
"""Blocks that are kept unpacked for those who read values here and there: 13 MB of records."""
_ENCODER = msgspec.msgpack.Encoder()
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


@dataclass(frozen=True, slots=True)
class Block:
    """Some values of one kind, encoded and compressed; another process can read them, too."""

    is_pickled: bool
    """Because MessagePack cannot hold them: half a surrogate pair, or a number beyond 64 bits."""
    content: bytes


def make_block(values: Sequence[object]) -> Block:
    """Return values encoded."""
    try:
        return Block(False, pack(_ENCODER.encode(values)))
    except (UnicodeEncodeError, OverflowError):
        return Block(True, pack(pickle.dumps(values)))


def read_block(block: Block, kind: type[_T]) -> list[_T]:
    """Return the values of a block: what `kind` has of their fields, unless they are pickled."""
    with rare_collection():
        content = unpack(block.content)
        if block.is_pickled:
            values: list[_T] = pickle.loads(content)  # noqa: S301  # of `make_block`
            return values
        return decoder_of(kind).decode(content)  # type: ignore[arg-type]  # types are hashable


Part = Sequence[_T] | tuple[Block, ...]
"""Values that follow one another: as they are, or encoded."""


def in_parts(values: Sequence[_T], *, is_encoded: bool) -> Iterator[Part[_T]]:
    """Yield all values, `VALUES_IN_PART` at a time; those of an encoded sequence as it keeps them.

    is_encoded: whether those of a tuple are encoded, too, because other processes read them.
    """
    if isinstance(values, _CompactSequence):
        blocks = values.blocks()
        while part := tuple(islice(blocks, _BLOCKS_IN_PART)):
            yield part
    else:
        for start in range(0, len(values), VALUES_IN_PART):
            some = values[start : start + VALUES_IN_PART]
            yield encode_part(some) if is_encoded else some


def encode_part(values: Sequence[object]) -> tuple[Block, ...]:
    """Return the values of a part encoded."""
    return tuple(make_block(values[at : at + _BLOCK]) for at in range(0, len(values), _BLOCK))


def read_part(part: Part[_T], kind: type[_K]) -> Iterator[_T | _K]:
    """Yield the values of a part, those that are encoded as `kind`: only what is needed of them is decoded."""
    for each in part:
        if isinstance(each, Block):
            yield from read_block(each, kind)
        else:
            yield each


def join_parts(kind: type[_T], parts: Iterable[Part[_T]], count: int) -> Sequence[_T]:
    """Return the values of all parts, which stay as they are: all encoded, or none. count: how many."""
    values: list[_T] = []
    blocks: list[Block] = []
    for part in parts:
        for each in part:
            if isinstance(each, Block):
                blocks.append(each)
            else:
                values.append(each)
    return _CompactSequence(kind, blocks=blocks, length=count) if blocks else tuple(values)


@cache
def decoder_of(kind: type[_T]) -> msgspec.msgpack.Decoder[list[_T]]:
    """Return the decoder of a list of values."""
    return msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type]  # a type at run time


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
    def __init__(
        self, kind: type[_V], values: Iterable[_V] = (), blocks: Iterable[Block] = (), length: int = 0
    ) -> None:
        self._kind = kind
        self._value_decoder = msgspec.msgpack.Decoder(kind)
        self._blocks: list[Block | None] = list(blocks)
        """None until it is encoded for the first time."""
        self._objects: OrderedDict[int, list[_V]] = OrderedDict()
        """Blocks as objects, the last read one last."""
        self._encoded: OrderedDict[int, list[msgspec.Raw]] = OrderedDict()
        """Unpacked blocks of which some values were read, the last read one last."""
        self._length = length
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
        if number in self._objects or block is None or block.is_pickled:
            return self._block(number)[place]
        return self._value_decoder.decode(self._values_of(number, block.content)[place])

    def read_as(self, kind: type[_K]) -> Iterator[_V | _K]:
        """Yield what `read_as` does."""
        for number, block in enumerate(self._blocks):
            if block is None or block.is_pickled:
                yield from self._block(number)
            else:
                yield from read_block(block, kind)

    def blocks(self) -> Iterator[Block]:
        """Yield all blocks, encoded."""
        for number, block in enumerate(self._blocks):
            yield block or make_block(self._objects[number])

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
        values = read_block(block, self._kind)
        self._keep(number, values)
        return values

    def _values_of(self, number: int, content: bytes) -> list[msgspec.Raw]:
        """Return the values of a block, each of them encoded, and keep them for whoever reads another one."""
        if number in self._encoded:
            self._encoded.move_to_end(number)
            return self._encoded[number]
        values = self._encoded[number] = decoder_of(msgspec.Raw).decode(unpack(content))
        if len(self._encoded) > _MOST_UNPACKED:
            self._encoded.popitem(last=False)
        return values

    def _keep(self, number: int, values: list[_V]) -> None:
        """Keep a block as objects, and give up the one that was not read for the longest time."""
        self._objects[number] = values
        if len(self._objects) > _MOST_BLOCKS:
            old, objects = self._objects.popitem(last=False)
            self._blocks[old] = self._blocks[old] or make_block(objects)


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
