"""A read plan → its encoded chunks, over any source of bytes.

A chunk that is not stored is absent from the result. A chunk that cannot be fetched is
a `Problem`; the others are fetched all the same. The budget of the plan limits requests
and bytes while fetching, because an index of a shard may ask for more than was planned.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from sitegen.errors import FetchError
from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.pixels.cost import SUFFIX_BYTES
from sitegen.pixels.fetched import FetchedChunks, merge_problems
from sitegen.pixels.read_plan import ObjectPlan, ReadPlan
from sitegen.pixels.selection import ChunkIndex
from sitegen.pixels.shards import ShardError, ShardLayout, merge_ranges, read_index
from sitegen.transfer import ByteRange, Response

_CONCURRENCY = 4
"""Requests of one picture at the same time; the limit of the host applies as well."""


class FetchBytes(Protocol):
    """Fetches an object below the level's array, or a range of it; None where it does not exist; raises FetchError."""

    async def __call__(self, key: str, byte_range: ByteRange | None, max_bytes: int, /) -> Response | None: ...


async def fetch_chunks(plan: ReadPlan, fetch_bytes: FetchBytes, *, concurrency: int = _CONCURRENCY) -> FetchedChunks:
    """Return the encoded chunks of a plan, in its order; failures become problems, at most one for each code.

    Parameters
    ----------
    plan
        The objects to fetch, and the budget.
    fetch_bytes
        Called once for each object, and again for parts of large shards.
    concurrency
        Requests at the same time, at most.

    """
    fetch = _Fetch(plan, fetch_bytes, concurrency)
    async with asyncio.TaskGroup() as group:
        for each in plan.objects:
            group.create_task(fetch.fetch_object(each))
    order = [index for each in plan.objects for index, _ in each.chunks]
    return FetchedChunks(
        chunks={index: fetch.chunks[index] for index in order if index in fetch.chunks},
        stored=fetch.stored,
        failed=fetch.failed,
        problems=merge_problems(fetch.problems),
        requests=fetch.requests,
        size_bytes=fetch.size_bytes,
    )


class _Fetch:
    """The fetch of one plan: what came so far, and what it cost."""

    def __init__(self, plan: ReadPlan, fetch_bytes: FetchBytes, concurrency: int) -> None:
        self.chunks: dict[ChunkIndex, bytes] = {}
        self.problems: list[Problem] = []
        self.stored = self.failed = self.requests = self.size_bytes = 0
        self._plan = plan
        self._fetch_bytes = fetch_bytes
        self._semaphore = asyncio.Semaphore(concurrency)

    async def fetch_object(self, wanted: ObjectPlan) -> None:
        """Fetch the wanted chunks of one object; a failure becomes a problem."""
        layout = self._plan.encoding.shards
        try:
            if layout is None:
                await self._fetch_chunk(wanted)
            else:
                await self._fetch_shard(wanted, layout)
        except FetchError as error:
            self._fail(wanted, error.code, str(error), error.hint)
        except ShardError as error:
            self._fail(wanted, "shard-index", f"the shard cannot be read: {error}", "")

    def _fail(self, wanted: ObjectPlan, code: str, message: str, hint: str) -> None:
        self.failed += sum(index not in self.chunks for index, _ in wanted.chunks)
        where = f"{self._plan.path}/{wanted.key}"
        self.problems.append(make_problem(code, where, message, level="warning", hint=hint))

    async def _request(self, wanted: ObjectPlan, byte_range: ByteRange | None) -> Response | None:
        """Return the response to one request; raises FetchError where the budget does not cover it."""
        async with self._semaphore:
            bytes_left = self._plan.max_bytes - self.size_bytes
            if self.requests >= self._plan.budget.max_requests or bytes_left <= 0:
                raise FetchError("the picture's budget is spent", status="refused", code="picture-budget")
            self.requests += 1
            response = await self._fetch_bytes(wanted.key, byte_range, min(wanted.max_bytes, bytes_left))
        self.size_bytes += len(response.body) if response else 0
        return response

    async def _fetch_chunk(self, wanted: ObjectPlan) -> None:
        response = await self._request(wanted, None)
        if response is not None:
            self.stored += 1
            self.chunks[wanted.chunks[0][0]] = response.body

    async def _fetch_shard(self, wanted: ObjectPlan, layout: ShardLayout) -> None:
        first = None if wanted.whole else layout.index_range(SUFFIX_BYTES)
        response = await self._request(wanted, first)
        if response is None:
            return
        self.stored += 1
        parts = [_locate_body(response, first)]
        size = layout.index_bytes
        encoded_index = response.body[:size] if layout.at_start else response.body[-size:]
        array_indices = {inner: index for index, inner in wanted.chunks}
        ranges = read_index(layout, encoded_index, array_indices, total_bytes=response.total_bytes)
        stored = {inner: each for inner, each in ranges.items() if each is not None}
        missing = [each for each in stored.values() if _cut(parts, each) is None]
        parts += [await self._fetch_part(wanted, each) for each in merge_ranges(missing)]
        for inner, each in stored.items():
            body = _cut(parts, each)
            if body is None:
                raise ShardError("it is shorter than its index states")
            self.chunks[array_indices[inner]] = body

    async def _fetch_part(self, wanted: ObjectPlan, byte_range: ByteRange) -> tuple[int, bytes]:
        """Return where a part of a shard begins, and its bytes."""
        response = await self._request(wanted, byte_range)
        if response is None:
            raise ShardError("it was removed while it was read")
        return byte_range.start, response.body


def _locate_body(response: Response, byte_range: ByteRange | None) -> tuple[int, bytes]:
    """Return where in its object the body begins, and its bytes; no bytes where a suffix begins at an unknown place."""
    if byte_range is None or byte_range.start >= 0:
        return 0, response.body
    if response.total_bytes is not None:
        return max(0, response.total_bytes - len(response.body)), response.body
    return (0, response.body) if len(response.body) < -byte_range.start else (0, b"")


def _cut(parts: Sequence[tuple[int, bytes]], byte_range: ByteRange) -> bytes | None:
    """Return the bytes of the range; None where no part holds all of them."""
    stop = byte_range.start if byte_range.stop is None else byte_range.stop
    for start, body in parts:
        if start <= byte_range.start and stop <= start + len(body):
            return body[byte_range.start - start : stop - start]
    return None
