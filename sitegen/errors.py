"""The exceptions, all of them: for our mistakes and the operator's.

    SitegenError
    ├── UsageError          the command line or the configuration is wrong     exit 2
    │   └── ConfigError     … at a key and a line of a file
    ├── BuildError          the site could not be built; the old one stands    exit 1
    ├── PublishError        the site could not be uploaded; its old pages stand exit 1
    └── FetchError          an address did not give what was asked for

Someone else's data being wrong is never an exception: it is a `Problem` on a
record, and the crawl goes on. `FetchError` stands between the two: whoever asked
for the address turns it into a problem, or into a `BuildError`.
"""

from __future__ import annotations

from typing import TypeVar

from sitegen.model.codes import CODES, status_of
from sitegen.model.problems import Status

E = TypeVar("E", bound=BaseException)


class SitegenError(Exception):
    """Whatever ends a command with one clear line instead of a traceback."""

    exit_code = 1


class UsageError(SitegenError):
    """The command line or the configuration is wrong; nothing was done."""

    exit_code = 2


class ConfigError(UsageError):
    """A mistake in the configuration, at its key and line."""


class BuildError(SitegenError):
    """The site could not be built; whatever stood in its place still does."""


class PublishError(SitegenError):
    """The site could not be uploaded; the pages that stood there still do."""


class FetchError(SitegenError):
    """An address did not give what was asked for.

    `status` is what the record will say, `code` the problem's stable code, the
    message says what happened and `hint` what to do about it. `answered_at` is when the
    host said so, in seconds since 1970, None where it said nothing.
    """

    answered_at: float | None = None

    def __init__(self, message: str, *, status: Status, code: str, hint: str = "") -> None:
        super().__init__(message)
        self.status: Status = status
        self.code = code
        self.hint = hint


class RetryableError(FetchError):
    """A fault that may pass.

    `retry_after_s` is how long the host asked us to wait, `burdened` whether the host
    is to be asked less from now on (429, 503, time-outs).
    """

    def __init__(self, message: str, *, code: str, retry_after_s: float | None = None, burdened: bool = False) -> None:
        super().__init__(message, status=status_of(code), code=code, hint=CODES[code].hint)
        self.retry_after_s = retry_after_s
        self.burdened = burdened


def find_error(error: BaseException, kind: type[E]) -> E | None:
    """Return the first error of a kind: the error itself, or one inside an exception group of a TaskGroup."""
    if isinstance(error, BaseExceptionGroup):
        return next((found for each in error.exceptions if (found := find_error(each, kind))), None)
    return error if isinstance(error, kind) else None


class WorkerDiedError(SitegenError):
    """The process that computed something ended, or was ended, without a result."""


def fetch_error(code: str, message: str, *, hint: str = "") -> FetchError:
    """Return the error of a final fault; its status and hint are the table's."""
    return FetchError(message, status=status_of(code), code=code, hint=hint or CODES[code].hint)
