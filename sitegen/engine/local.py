"""Many datasets on this machine: limited, fair between hosts, results in the order of the input.

Each host has its own queue, so that the host with 96 % of the datasets decides how long the crawl takes, and no other
host waits for it. The failure of one dataset, even a bug of ours, is a finding, and the crawl goes on.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence

from sitegen import urls
from sitegen.engine.interning import Interner
from sitegen.errors import SitegenError, find_error
from sitegen.inspection.failures import survive
from sitegen.model import Entry, Findings

_MAX_AT_ONCE = 192
"""Datasets inspected at once over all hosts; memory for their pixels is limited elsewhere (`engine.memory`)."""
_DATASETS_PER_REQUEST = 2
"""Datasets inspected at once for each request that a host may get at once: while one is rendered, another asks."""

InspectEntry = Callable[[Entry], Awaitable[Findings]]


async def inspect_all(
    entries: Sequence[Entry],
    inspect_entry: InspectEntry,
    *,
    per_host: int,
    on_done: Callable[[Entry, Findings], None] = lambda entry, found: None,
) -> list[Findings]:
    """Return the findings of each entry, in the order of `entries`.

    per_host: requests that one host may get at once; they are limited by the client. Twice as many of its datasets
    are inspected at once.

    Raises SitegenError where `inspect_entry` does, such as BuildError for a cache that cannot be written.
    """
    results: dict[int, Findings] = {}
    interner = Interner()
    slots = asyncio.Semaphore(_MAX_AT_ONCE)

    async def work(queue: deque[int]) -> None:
        while queue:
            async with slots:
                if not queue:
                    return
                index = queue.popleft()
                results[index] = interner.share(await _inspect_safely(entries[index], inspect_entry))
                on_done(entries[index], results[index])

    try:
        async with asyncio.TaskGroup() as group:
            for queue in _queues(entries):
                for _ in range(min(_DATASETS_PER_REQUEST * per_host, len(queue))):
                    group.create_task(work(queue))
    except ExceptionGroup as failures:
        raise find_error(failures, SitegenError) or failures from None
    return [results[index] for index in range(len(entries))]


def _queues(entries: Sequence[Entry]) -> list[deque[int]]:
    """Return the indices of the entries, one queue a host."""
    by_host: dict[str, deque[int]] = defaultdict(deque)
    for index, entry in enumerate(entries):
        by_host[urls.host(entry.url)].append(index)
    return list(by_host.values())


async def _inspect_safely(entry: Entry, inspect_entry: InspectEntry) -> Findings:
    return await survive(
        inspect_entry(entry), entry.url, lambda problem: Findings(status="unreadable", problems=(problem,))
    )
