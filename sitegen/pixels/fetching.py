"""A read plan → its encoded chunks."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sitegen.errors import FetchError
from sitegen.model import Problem
from sitegen.pixels.cost import SUFFIX_BYTES
from sitegen.pixels.read_plan import ObjectPlan, ReadPlan
from sitegen.pixels.selection import ChunkIndex
from sitegen.pixels.shards import ShardError, ShardLayout, coalesce, read_index
from sitegen.transfer import ByteRange, Response

_AT_ONCE = 4
"""Requests of one picture at the same time; the host's own limit counts as well."""


class FetchBytes(Protocol):
    """Asks for a key below the level's array, or a span of it: None where it is not there; raises FetchError."""

    async def __call__(self, key: str, span: ByteRange | None, max_bytes: int) -> Response | None: ...


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


async def fetch_chunks(plan: ReadPlan, fetch_bytes: FetchBytes, *, at_once: int = _AT_ONCE) -> FetchedChunks:
    """Return the encoded chunks that the plan wants."""
    visit = _Visit(plan, fetch_bytes, at_once)
    async with asyncio.TaskGroup() as group:
        for each in plan.objects:
            group.create_task(visit.fetch(each))
    order = [index for each in plan.objects for index, _ in each.chunks]
    return FetchedChunks(
        chunks={index: visit.chunks[index] for index in order if index in visit.chunks},
        failed=visit.failed,
        problems=merge_problems(visit.problems),
        requests=visit.requests,
        size_bytes=visit.size_bytes,
    )


class _Visit:
    """The objects of one plan being fetched, and what that cost so far."""

    def __init__(self, plan: ReadPlan, fetch_bytes: FetchBytes, at_once: int) -> None:
        self.chunks: dict[ChunkIndex, bytes] = {}
        self.problems: list[Problem] = []
        self.failed = self.requests = self.size_bytes = 0
        self._plan = plan
        self._fetch_bytes = fetch_bytes
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
            self._fail(wanted, before, "shard-index", f"the shard cannot be read: {error}", "write this shard again")

    def _fail(self, wanted: ObjectPlan, before: int, code: str, message: str, hint: str) -> None:
        self.failed += sum(index not in self.chunks for index, _ in wanted.chunks)
        where = f"{self._plan.path}/{wanted.key}"
        self.problems.append(Problem(code=code, level="warning", where=where, message=message, hint=hint))

    async def _ask(self, key: str, span: ByteRange | None, max_bytes: int) -> Response | None:
        async with self._turn:
            left = self._plan.max_bytes - self.size_bytes
            if self.requests >= self._plan.budget.max_requests or left <= 0:
                raise FetchError("the picture's budget is spent", status="refused", code="picture-budget")
            self.requests += 1
            answer = await self._fetch_bytes(key, span, min(max_bytes, left))
        self.size_bytes += len(answer.body) if answer else 0
        return answer

    async def _fetch_shard(self, wanted: ObjectPlan, layout: ShardLayout) -> None:
        first = None if wanted.whole else layout.index_span(SUFFIX_BYTES)
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


def _placed(answer: Response, span: ByteRange | None) -> tuple[int, bytes]:
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


def merge_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return one problem for each code, the first, saying how many more there are."""
    groups = defaultdict[str, list[Problem]](list)
    for problem in problems:
        groups[problem.code].append(problem)
    return tuple(
        replace(first, message=f"{first.message} (and {len(more)} more)" if more else first.message)
        for first, *more in groups.values()
    )
