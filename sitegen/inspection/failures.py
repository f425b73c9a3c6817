"""The one place where an unexpected exception ends as a problem of its dataset, and the crawl goes on."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sitegen.errors import BuildError, SitegenError, find_error
from sitegen.inspection.problems import unexpected_failure
from sitegen.model import Problem

log = logging.getLogger(__name__)

T = TypeVar("T")


async def survive(work: Awaitable[T], url: str, instead: Callable[[Problem], T]) -> T:
    """Return the result of `work`; where a bug raises, log its traceback and return `instead` with the problem.

    Raises SitegenError, which is no bug: a host that gives no answer, or a cache that cannot be written.
    """
    try:
        return await work
    except SitegenError:
        raise
    except Exception as error:
        if broken := find_error(error, BuildError):
            raise broken from None
        log.exception("%s: unexpected failure", url)
        return instead(unexpected_failure(error))
