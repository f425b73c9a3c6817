"""An image's metadata → the few pixels that its pictures need.

Three steps, so that the middle one alone touches the network and the last may run in a
worker process: `make_plan` says which bytes are wanted, `fetch_plan` brings them,
`decode` makes pixels of them. Plans and what was fetched can be pickled.

A chunk that is not stored is fill value; one that cannot be fetched or decoded is a
`Problem`, is drawn as fill value, and the others are still shown.

Trade-off: an object is asked for once; a large shard costs two dependent requests, the
first of which brings its index together with the chunks at its end.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from sitegen.errors import FetchError
from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.ome.node import Array
from sitegen.pixels.codecs import ChunkEncoding, decode_chunks, read_encoding
from sitegen.pixels.decompression import CodecError
from sitegen.pixels.levels import (
    TAIL_BYTES,
    AxisRoles,
    ImageInfo,
    LevelChoice,
    PictureBudget,
    Selection,
    chunk_indices,
    cost_of,
    plane_indices,
    plane_selection,
    read_roles,
    reads_whole,
)  # fmt: skip
from sitegen.pixels.raw_codecs import ChunkIndex, Pixels
from sitegen.pixels.shards import ShardError, ShardLayout, coalesce, most_waste, read_index
from sitegen.transfer import ByteRange

_AT_ONCE = 4
"""Requests of one picture at the same time; the host's own limit counts as well."""


class Answer(Protocol):
    """What a request brought; `sitegen.transfer.Response` is one."""

    @property
    def body(self) -> bytes: ...
    @property
    def total_bytes(self) -> int | None: ...


class Get(Protocol):
    """Asks for a key below the level's array, or a span of it: None where it is not there; raises FetchError."""

    async def __call__(self, key: str, span: ByteRange | None, max_bytes: int) -> Answer | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectPlan:
    """One stored object, and which of its chunks are wanted."""

    key: str
    chunks: tuple[tuple[ChunkIndex, ChunkIndex], ...]
    """(index in the array, index in the object) of each."""
    whole: bool
    """Read in one request; else its index first."""
    max_bytes: int
    """More than this it cannot honestly have."""
    read_bytes: int
    """More than this of it is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlan:
    """Everything that is needed to fetch, decode and draw one plane of an image."""

    subject: ImageInfo
    choice: LevelChoice
    path: str
    """Of the level's array, below the image."""
    roles: AxisRoles
    window: Selection
    z: int | None
    """On level 0."""
    t: int | None
    fill_value: object
    """As the array's document states it."""
    encoding: ChunkEncoding
    objects: tuple[ObjectPlan, ...]
    budget: PictureBudget

    @property
    def max_bytes(self) -> int:
        """Bytes that are read for it, at most."""
        return min(self.budget.max_bytes, sum(each.read_bytes for each in self.objects))


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedChunks:
    """What was brought."""

    chunks: Mapping[ChunkIndex, bytes]
    """EncodedImage chunks that are stored, by index."""
    failed: int = 0
    """Chunks that could not be fetched."""
    problems: tuple[Problem, ...] = ()
    requests: int = 0
    size_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedPlanes:
    """The pixels of one plane."""

    data: Pixels
    """(c, y, x), raw values, native byte order: integers, bool, or float32 and float64."""
    channels: tuple[int, ...]
    """ChunkIndex on the channel axis of each."""
    empty: bool
    """Nothing but fill value."""
    fill: float | None = None
    """Value of the pixels of chunks that are not there; None where all are."""
    pixel_size: tuple[float, float] | None = None
    """Physical size of a pixel of `data` along y and x, in `unit`."""
    unit: str | None = None
    problems: tuple[Problem, ...] = ()


def make_plan(
    subject: ImageInfo,
    choice: LevelChoice,
    array: Array,
    budget: PictureBudget,
    *,
    z: int | None = None,
    t: int | None = None,
) -> ReadPlan | Problem:
    """Return what to read, or why nothing can be.

    choice: what `choose_level` said of this subject, whose level is `exact`. z, t: indices on level 0,
    None for those that the author wants, else the middle of the stack and the first time point.
    """
    path = subject.levels[choice.level].path
    subject = replace(subject.with_array(choice.level, array), dtype=array.dtype)
    roles = read_roles(subject.axes, array.shape)
    if roles is None or not cost_of(subject, choice, budget).within(budget):
        return make_problem(
            "picture-budget", path, "its array costs more than its metadata let expect, so no picture was made"
        )
    try:
        encoding = read_encoding(array)
    except CodecError as error:
        return make_problem("picture-codec", path, f"no picture was made: {error}")
    window = plane_selection(subject, choice, z=z, t=t)
    z, t = plane_indices(subject, z=z, t=t)
    return ReadPlan(
        subject=subject,
        choice=choice,
        path=path,
        roles=roles,
        window=window,
        z=z,
        t=t,
        fill_value=array.fill_value,
        encoding=encoding,
        objects=tuple(_objects(array, encoding, window, budget)),
        budget=budget,
    )


def _objects(array: Array, encoding: ChunkEncoding, window: Selection, budget: PictureBudget) -> Iterable[ObjectPlan]:
    grid = encoding.shards.grid if encoding.shards else (1,) * len(array.shape)
    chunks = defaultdict[ChunkIndex, list[tuple[ChunkIndex, ChunkIndex]]](list)
    for index in itertools.product(*map(chunk_indices, window, array.chunks)):
        object_index = tuple(i // n for i, n in zip(index, grid, strict=True))
        chunks[object_index].append((index, tuple(i % n for i, n in zip(index, grid, strict=True))))
    object_bytes = encoding.chunk_bytes * int(np.prod(grid, dtype=object))
    index_bytes = encoding.shards.index_bytes if encoding.shards else 0
    for object_index, members in chunks.items():
        wanted_bytes = len(members) * encoding.chunk_bytes
        whole = not encoding.shards or reads_whole(object_bytes, wanted_bytes, budget)
        max_bytes = _most(object_bytes) + index_bytes
        part_bytes = max(TAIL_BYTES, index_bytes) + _most(wanted_bytes) + most_waste(len(members))
        yield ObjectPlan(
            key=array.chunk_key(object_index),
            chunks=tuple(members),
            whole=whole,
            max_bytes=max_bytes,
            read_bytes=max_bytes if whole else min(max_bytes, part_bytes),
        )


def _most(decoded_bytes: int) -> int:
    """Return how many bytes the encoded form may have: what does not compress grows a little."""
    return decoded_bytes + decoded_bytes // 8 + 65_536


async def fetch_plan(plan: ReadPlan, get: Get, *, at_once: int = _AT_ONCE) -> FetchedChunks:
    """Return the encoded chunks that the plan wants."""
    visit = _Visit(plan, get, at_once)
    async with asyncio.TaskGroup() as group:
        for each in plan.objects:
            group.create_task(visit.fetch(each))
    order = [index for each in plan.objects for index, _ in each.chunks]
    return FetchedChunks(
        chunks={index: visit.chunks[index] for index in order if index in visit.chunks},
        failed=visit.failed,
        problems=_merged(visit.problems),
        requests=visit.requests,
        size_bytes=visit.size_bytes,
    )


class _Visit:
    """The objects of one plan being fetched, and what that cost so far."""

    def __init__(self, plan: ReadPlan, get: Get, at_once: int) -> None:
        self.chunks: dict[ChunkIndex, bytes] = {}
        self.problems: list[Problem] = []
        self.failed = self.requests = self.size_bytes = 0
        self._plan = plan
        self._get = get
        self._turn = asyncio.Semaphore(at_once)

    async def fetch(self, wanted: ObjectPlan) -> None:
        """Fetch the wanted chunks of one object; what goes wrong becomes a problem."""
        before = len(self.chunks)
        layout = self._plan.encoding.shards
        try:
            if layout is None:
                answer = await self._ask(wanted.key, None, wanted.max_bytes)
                if answer is not None:
                    self.chunks[wanted.chunks[0][0]] = answer.body
                return
            await self._fetch_shard(wanted, layout)
        except FetchError as error:
            self._fail(wanted, before, error.code, str(error), error.hint)
        except ShardError as error:
            self._fail(wanted, before, "shard-index", f"the shard cannot be read: {error}", "")

    def _fail(self, wanted: ObjectPlan, before: int, code: str, message: str, hint: str) -> None:
        self.failed += sum(index not in self.chunks for index, _ in wanted.chunks)
        where = f"{self._plan.path}/{wanted.key}"
        self.problems.append(make_problem(code, where, message, level="warning", hint=hint))

    async def _ask(self, key: str, span: ByteRange | None, max_bytes: int) -> Answer | None:
        async with self._turn:
            left = self._plan.max_bytes - self.size_bytes
            if self.requests >= self._plan.budget.max_requests or left <= 0:
                raise FetchError("the picture's budget is spent", status="refused", code="picture-budget")
            self.requests += 1
            answer = await self._get(key, span, min(max_bytes, left))
        self.size_bytes += len(answer.body) if answer else 0
        return answer

    async def _fetch_shard(self, wanted: ObjectPlan, layout: ShardLayout) -> None:
        first = None if wanted.whole else layout.index_span(TAIL_BYTES)
        answer = await self._ask(wanted.key, first, wanted.max_bytes)
        if answer is None:
            return
        parts = [_placed(answer, first)]
        index_bytes = answer.body[: layout.index_bytes] if layout.at_start else answer.body[-layout.index_bytes :]
        members = {inside: index for index, inside in wanted.chunks}
        spans = read_index(layout, index_bytes, members, total_bytes=answer.total_bytes)
        stored = {inside: span for inside, span in spans.items() if span is not None}
        for span in coalesce([span for span in stored.values() if _cut(parts, span) is None]):
            parts += await self._more(wanted, span)
        for inside, span in stored.items():
            body = _cut(parts, span)
            if body is None:
                raise ShardError("it is shorter than its index says")
            self.chunks[members[inside]] = body

    async def _more(self, wanted: ObjectPlan, span: ByteRange) -> list[tuple[int, bytes]]:
        answer = await self._ask(wanted.key, span, wanted.max_bytes)
        if answer is None:
            raise ShardError("it went away while it was read")
        return [(span.start, answer.body)]


def _placed(answer: Answer, span: ByteRange | None) -> tuple[int, bytes]:
    """Return where in its object the answer begins, and its bytes; of a tail without a known place, none."""
    if span is None or span.start >= 0:
        return 0, answer.body
    if answer.total_bytes is not None:
        return max(0, answer.total_bytes - len(answer.body)), answer.body
    return (0, answer.body) if len(answer.body) < -span.start else (0, b"")


def _cut(parts: Sequence[tuple[int, bytes]], span: ByteRange) -> bytes | None:
    """Return the bytes of the span, None where no part holds them all."""
    stop = span.start if span.stop is None else span.stop
    for start, body in parts:
        if start <= span.start and stop <= start + len(body):
            return body[span.start - start : stop - start]
    return None


def decode(plan: ReadPlan, fetched: FetchedChunks) -> DecodedPlanes | Problem:
    """Return the plane's pixels, or why there are none."""
    if fetched.failed and not fetched.chunks:
        return fetched.problems[0]
    try:
        pixels, errors = decode_chunks(plan.encoding, fetched.chunks, plan.window)
    except CodecError as error:
        return make_problem("picture-codec", plan.path, f"no picture was made: {error}")
    found = [make_problem(e.code, plan.path, f"a chunk was left out: {e}") for e in errors]
    problems = _merged([*fetched.problems, *found])
    if errors and len(errors) == len(fetched.chunks):
        return problems[-1]
    data = _in_order(pixels, plan.roles)
    size, unit = _pixel_size(plan)
    return DecodedPlanes(
        data=_real(data),
        channels=plan.choice.channels if plan.roles.c is not None else (0,),
        empty=not fetched.chunks or _is_fill(data),
        fill=_fill(plan, fetched, len(errors)),
        pixel_size=size,
        unit=unit,
        problems=problems,
    )


def _in_order(pixels: Pixels, roles: AxisRoles) -> Pixels:
    """Return the pixels with the axes (c, y, x), the others taken at the one index that was read."""
    kept = [axis for axis in (roles.c, roles.y, roles.x) if axis is not None]
    plane = pixels.transpose(*kept, *(i for i in range(pixels.ndim) if i not in kept))
    plane = plane.reshape(plane.shape[: len(kept)])
    return plane if roles.c is not None else plane[np.newaxis]


def _real(data: Pixels) -> Pixels:
    """Return values that can be compared and drawn: magnitudes of complex ones, bool as 0 and 1."""
    if data.dtype.kind == "c":
        data = np.abs(data)
    if data.dtype.kind == "b":
        return data.view(np.uint8)
    return data.astype(np.float32) if data.dtype == np.float16 else data


def _is_fill(data: Pixels) -> bool:
    """Return whether every pixel is the same zero or NaN: what a writer leaves where nothing was imaged."""
    if data.flat[0] == 0:
        return not data.any()
    return bool(data.dtype.kind in "fc" and np.isnan(data).all())


def _fill(plan: ReadPlan, fetched: FetchedChunks, lost: int) -> float | None:
    wanted = sum(len(each.chunks) for each in plan.objects)
    if len(fetched.chunks) - lost == wanted:
        return None
    value = plan.fill_value
    return float(value) if isinstance(value, int | float) else 0.0


def _pixel_size(plan: ReadPlan) -> tuple[tuple[float, float] | None, str | None]:
    """Return the physical size of the pixels read, strides included, and its unit if y and x share it."""
    scale, axes = plan.subject.levels[plan.choice.level].scale, plan.subject.axes
    rank = len(plan.window)
    if scale is None or len(scale) != rank or axes is None or len(axes) != rank:
        return None, None
    y, x = abs(scale[plan.roles.y]) * plan.choice.y.step, abs(scale[plan.roles.x]) * plan.choice.x.step
    unit_y, unit_x = axes[plan.roles.y].unit, axes[plan.roles.x].unit
    usable = y > 0 and x > 0 and np.isfinite([y, x]).all() and unit_y == unit_x
    return ((y, x), unit_x) if usable else (None, None)


def _merged(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return one problem for each code, the first, saying how many more there are."""
    groups = defaultdict[str, list[Problem]](list)
    for problem in problems:
        groups[problem.code].append(problem)
    return tuple(
        replace(first, message=f"{first.message} (and {len(more)} more)" if more else first.message)
        for first, *more in groups.values()
    )
