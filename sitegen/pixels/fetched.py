"""What was fetched of a read plan: its encoded chunks, as they go to the process that decodes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sitegen.model import Problem
from sitegen.pixels.selection import ChunkIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedChunks:
    """The encoded chunks of a plan, and what fetching them cost."""

    chunks: Mapping[ChunkIndex, bytes]
    """The chunks that are stored, by index in the array."""
    stored: int = 0
    """Number of chunks, or of shards, that are there."""
    failed: int = 0
    """Number of chunks that could not be fetched."""
    problems: tuple[Problem, ...] = ()
    requests: int = 0
    size_bytes: int = 0

    @property
    def all_absent(self) -> bool:
        """Whether the source answered for every chunk or shard that it is not there."""
        return not self.stored and not self.failed


def merge_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the first problem of each code; its message says how many more have that code."""
    groups = defaultdict[str, list[Problem]](list)
    for problem in problems:
        groups[problem.code].append(problem)
    return tuple(
        replace(first, message=f"{first.message} (and {len(more)} more)" if more else first.message)
        for first, *more in groups.values()
    )
