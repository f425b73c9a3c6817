"""Fault isolation: where a bug of ours keeps a site from being made, finds the datasets that it strikes.

A site is made without looking for such datasets, which costs nothing. If that fails, it is made again of parts of the
datasets, in memory and written nowhere, until each dataset that fails by itself is known: with one of them that takes
about twice as long as to make the site. Their findings are replaced by the problem `internal-error`, so that pages,
search, tables and sitemap agree, whatever it was that could not be made. The cache keeps the findings, so the next
build tries again. An error that strikes most datasets, or none of them by itself, ends the build.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from sitegen import formatting
from sitegen.commands.crawl import CrawlResult
from sitegen.compact import select
from sitegen.errors import BuildError, SitegenError
from sitegen.inspection.problems import unexpected_failure
from sitegen.model import Entry, Findings, ListProblem

log = logging.getLogger(__name__)

T = TypeVar("T")
Rehearse = Callable[[CrawlResult], Iterable[str]]
"""Makes all that a site has of some datasets, writes nothing, and yields what comes next before it makes it."""
_OTHER_FAILURES = (SitegenError, OSError, MemoryError)
"""What no dataset is the cause of: a wrong setting, a full disk, a template that is not there."""
_FEW = 8
"""Datasets that may fail before it counts how many did not: of a bug that strikes all, no more are tried."""
_LOGGED = 10
"""Failures that are logged with a traceback."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be made, and why."""

    what: str
    error: Exception


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(Generic[T]):
    """What was made of a crawl."""

    of_all: T
    failed: tuple[ListProblem, ...] = ()
    """Of each dataset that could not be shown what is wrong, at the first line that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _IsolatedCrawl:
    """A crawl without what could not be shown of some datasets."""

    crawl: CrawlResult
    failed: tuple[ListProblem, ...]


def make_whole(crawl: CrawlResult, make: Callable[[CrawlResult], T], rehearse: Rehearse) -> Made[T]:
    """Return what is made of a crawl; where a bug of ours strikes some datasets, with a problem in place of these.

    Raises BuildError if it strikes most datasets, or none of them by itself, and what no dataset is the cause of.
    """
    made = _catch(lambda: make(crawl))
    if not isinstance(made, Exception):
        return Made(of_all=made)
    log.info("the site cannot be made; looking for the datasets that are the cause")
    isolated = _isolate(crawl, rehearse, made)
    return Made(of_all=make(isolated.crawl), failed=isolated.failed)


def _isolate(crawl: CrawlResult, rehearse: Rehearse, error: Exception) -> _IsolatedCrawl:
    """Return the crawl with the problem `internal-error` in place of what keeps the site from being made.

    error: the one that the whole crawl failed with.
    """
    found = find_failing(len(crawl.findings), lambda places: _try(_part(crawl, places), rehearse))
    if found is None or not found:
        causes = "most datasets are" if found is None else "no dataset by itself is"
        log.error("the site cannot be made", exc_info=error)
        raise BuildError(
            f"the site cannot be made, and {causes} the cause: {_words(error)}; this is a bug in sitegen, please "
            "report it with what is logged above; a site that was built before is unchanged"
        ) from error
    entries, findings = list(crawl.listing.entries), list(crawl.findings)
    failed: list[ListProblem] = []
    left_out: list[int] = []
    for place, failure in sorted(found.items()):
        problem = unexpected_failure(failure.error, f"could not make {failure.what}")
        entry = entries[place]
        failed.append(ListProblem(place=entry.places[0], problem=problem, url=entry.url))
        traced = failure.error if len(failed) <= _LOGGED else None
        log.error("%s: %s: %s", entry.places[0], entry.url, problem.message, exc_info=traced)
        reduced = Findings(status="unreadable", problems=(problem,), checked_at=findings[place].checked_at)
        for stated in (entry, Entry(url=entry.url, places=entry.places, local=entry.local)):
            if _try(_replaced(crawl, [stated], [reduced]), rehearse) is None:
                entries[place], findings[place] = stated, reduced
                break
        else:
            left_out.append(place)
    return _IsolatedCrawl(crawl=_without(_replaced(crawl, entries, findings), left_out, failed), failed=tuple(failed))


def find_failing(count: int, attempt: Callable[[Sequence[int]], Failure | None]) -> Mapping[int, Failure] | None:
    """Return the places of the datasets that fail by themselves, each with its failure; None if most of them do.

    attempt: places, ascending → the failure of these datasets together; that of all is known. The order in which they
    are tried is by chance, so that the first ones tell how many fail, and the same each time.
    """
    order = list(range(count))
    random.Random(0).shuffle(order)  # noqa: S311  # no secret
    failing: dict[int, Failure] = {}
    passed = 0
    waiting = [order] if count == 1 else list(_halves(order))
    while waiting:
        some = waiting.pop()
        failure = attempt(sorted(some))
        if failure is None:
            passed += len(some)
        elif len(some) > 1:
            waiting += _halves(some)
        else:
            failing[some[0]] = failure
            if len(failing) > max(_FEW, passed):
                return None
    return failing if len(failing) * 2 <= count else None


def _halves(some: Sequence[int]) -> Iterator[list[int]]:
    middle = len(some) // 2
    yield from (list(half) for half in (some[middle:], some[:middle]) if half)


def _try(crawl: CrawlResult, rehearse: Rehearse) -> Failure | None:
    """Return what cannot be made of a crawl. Raises what no dataset is the cause of."""
    what = ""

    def rehearse_all() -> None:
        nonlocal what
        for each in rehearse(crawl):
            what = each

    error = _catch(rehearse_all)
    return Failure(what, error) if error else None


def _catch(work: Callable[[], T]) -> T | Exception:
    """Return the result of some work, or the exception of a bug of ours. Raises what no dataset is the cause of."""
    try:
        return work()
    except _OTHER_FAILURES:
        raise
    except Exception as error:  # noqa: BLE001  # `_isolate` logs it
        return error


def _part(crawl: CrawlResult, places: Sequence[int]) -> CrawlResult:
    """Return a crawl of some datasets, ascending."""
    return _replaced(crawl, select(crawl.listing.entries, places), select(crawl.findings, places))


def _replaced(crawl: CrawlResult, entries: Sequence[Entry], findings: Sequence[Findings]) -> CrawlResult:
    return replace(crawl, listing=replace(crawl.listing, entries=tuple(entries)), findings=tuple(findings))


def _without(crawl: CrawlResult, left_out: Sequence[int], failed: Sequence[ListProblem]) -> CrawlResult:
    """Return a crawl without datasets of which not even the address can be shown, but with problems at their lines."""
    if not left_out:
        return crawl
    kept = sorted(set(range(len(crawl.findings))).difference(left_out))
    part = _part(crawl, kept)
    names = {crawl.listing.entries[place].url for place in left_out}
    problems = (*part.listing.problems, *(each for each in failed if each.url in names))
    return replace(part, listing=replace(part.listing, problems=problems))


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {formatting.printable(str(error)[:200])}"
