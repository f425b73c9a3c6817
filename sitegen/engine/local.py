"""Many datasets: limited, fair between hosts, results in the order of the input.

Each host has its own queue, so that the host with 96 % of the datasets decides how long the crawl takes, and no other
host waits for it. The failure of one dataset, even a bug of ours, is a finding, and the crawl goes on.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence

from sitegen import urls
from sitegen.engine.batches import MAX_AT_ONCE, TaskFailedError
from sitegen.engine.interning import Interner
from sitegen.errors import SitegenError, find_error
from sitegen.inspection.failures import survive
from sitegen.model import Entry, Findings, Problem

InspectEntry = Callable[[Entry], Awaitable[Findings]]


async def inspect_all(
    entries: Sequence[Entry],
    inspect_entry: InspectEntry,
    *,
    per_host: int,
    at_once: int = MAX_AT_ONCE,
    on_done: Callable[[Entry, Findings], None] = lambda entry, found: None,
) -> list[Findings]:
    """Return the findings of each entry, in the order of `entries`.

    per_host: datasets of one host that are under way at once. at_once: datasets of all hosts.

    Raises SitegenError where `inspect_entry` does, such as BuildError for a cache that cannot be written.
    """
    results: dict[int, Findings] = {}
    interner = Interner()
    slots = asyncio.Semaphore(at_once)

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
                for _ in range(min(per_host, len(queue))):
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
    def failed(problem: Problem) -> Findings:
        return Findings(status="unreadable", problems=(problem,))

    try:
        return await survive(inspect_entry(entry), entry.url, failed)
    except TaskFailedError as error:
        return failed(error.problem)
