"""Many datasets: bounded, fair between hosts, results in the order of the input.

Each host has its own queue and its own few workers, so the host that holds 96 % of the
rows decides how long the crawl takes, and nothing else waits for it. One dataset's
failure, even a bug of ours, is a finding; the crawl goes on.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence

from sitegen import urls
from sitegen.engine.interning import Interner
from sitegen.errors import BuildError
from sitegen.inspection.problems import our_fault
from sitegen.model import Entry, Findings

log = logging.getLogger(__name__)

_AT_ONCE = 192
"""Datasets in work at once over all hosts; what their pixels take is bounded elsewhere (`fetch.room`)."""
_PER_TURN = 2
"""Datasets in work for each request that a host may be asked at once: while one is drawn or judged, another asks."""

Survey = Callable[[Entry], Awaitable[Findings]]


async def crawl(
    entries: Sequence[Entry],
    survey: Survey,
    *,
    per_host: int,
    goes_first: Callable[[Entry], bool] = lambda entry: False,
    on_done: Callable[[Entry, Findings], None] = lambda entry, found: None,
) -> list[Findings]:
    """Return what was found of each entry, in the order of `entries`.

    per_host: requests that one host may be asked at once; they are limited elsewhere (`fetch.hosts`). Twice as
    many of its datasets are in work.
    goes_first: entries that their host's others wait for.

    Raises BuildError where `survey` does: then there is no sense in going on.
    """
    results: dict[int, Findings] = {}
    alike = Interner()
    queues = _queues(entries, goes_first)
    slots = asyncio.Semaphore(_AT_ONCE)

    async def work(queue: deque[int]) -> None:
        while queue:
            async with slots:
                if not queue:
                    return
                index = queue.popleft()
                results[index] = await _survey_safely(entries[index], survey, alike)
                on_done(entries[index], results[index])

    try:
        async with asyncio.TaskGroup() as group:
            for queue in queues:
                for _ in range(min(_PER_TURN * per_host, len(queue))):
                    group.create_task(work(queue))
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [results[index] for index in range(len(entries))]


def _queues(entries: Sequence[Entry], goes_first: Callable[[Entry], bool]) -> list[deque[int]]:
    """Return the indices of the entries, one queue a host."""
    by_host: dict[str, list[int]] = defaultdict(list)
    for index, entry in enumerate(entries):
        by_host[urls.host(entry.url)].append(index)
    return [deque(sorted(queue, key=lambda index: not goes_first(entries[index]))) for queue in by_host.values()]


async def _survey_safely(entry: Entry, survey: Survey, alike: Interner) -> Findings:
    try:
        return alike.share(await survey(entry))
    except BuildError:  # the cache's disk is full: no dataset's fault, and the next one fails, too
        raise
    except Exception as error:
        log.exception("%s: unexpected failure", entry.url)
        return Findings(status="unreadable", problems=(our_fault(error),))
