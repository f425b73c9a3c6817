"""All exceptions of sitegen.

    SitegenError
    ├── UsageError          the command line or the configuration is wrong          exit 2
    │   └── ConfigError     … at a key and a line of a file
    ├── BuildError          the site could not be built; the old one is unchanged   exit 1
    ├── NothingNewError     there is nothing to build                               exit 0
    ├── PublishError        the site could not be uploaded                          exit 1
    ├── FetchError          a request failed
    │   └── RetryableError  … and another try may succeed
    ├── NotGrantedError     a worker may not request a host, so another process inspects the dataset
    └── WorkerDiedError     a worker process ended without a result

Wrong data of someone else is never an exception: it is a `Problem` of a record, and the crawl goes on. The caller of a
failed request turns its `FetchError` into a problem, or into a `BuildError`.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import TypeVar

from sitegen.model.codes import CODES, status_of
from sitegen.model.problems import Status

E = TypeVar("E", bound=BaseException)


class SitegenError(Exception):
    """An error that ends a command with one line instead of a traceback."""

    exit_code = 1


class UsageError(SitegenError):
    """The command line or the configuration is wrong; nothing was done."""

    exit_code = 2


class ConfigError(UsageError):
    """A mistake in the configuration, at its key and line."""


class BuildError(SitegenError):
    """The site could not be built; a site that was built before is unchanged."""


class NotGrantedError(SitegenError):
    """No batch of this worker may request a host, so that the coordinator must inspect the dataset."""


class NothingNewError(SitegenError):
    """A build that is only wanted after a change found none; the site is as it was."""

    exit_code = 0


class PublishError(SitegenError):
    """The site could not be uploaded; the pages that were uploaded before are unchanged."""


class FetchError(SitegenError):
    """A request failed.

    status, code, hint: those of the problem and record that it becomes. answered_at: when the host answered, in
    seconds since 1970, UTC; None where it did not answer.
    """

    answered_at: float | None = None

    def __init__(self, message: str, *, status: Status, code: str, hint: str = "") -> None:
        super().__init__(message)
        self.status: Status = status
        self.code = code
        self.hint = hint


class RetryableError(FetchError):
    """A request failed, and another try may succeed.

    retry_after_s: seconds that the host asks to wait. overloaded: whether the host should get fewer requests at once
    from now on (408, 429, 503, time-outs).
    """

    def __init__(
        self, message: str, *, code: str, retry_after_s: float | None = None, overloaded: bool = False
    ) -> None:
        super().__init__(message, status=status_of(code), code=code, hint=CODES[code].hint)
        self.retry_after_s = retry_after_s
        self.overloaded = overloaded


def find_error(error: BaseException, kind: type[E]) -> E | None:
    """Return the first error of a kind: the error itself, or one in an exception group; None where there is none."""
    if isinstance(error, BaseExceptionGroup):
        return next((found for each in error.exceptions if (found := find_error(each, kind))), None)
    return error if isinstance(error, kind) else None


class WorkerDiedError(SitegenError):
    """A worker process ended, or was ended, without a result."""


def fetch_error(code: str, message: str, *, hint: str = "") -> FetchError:
    """Return the error for a problem code, with the status and hint of its row in CODES; another try will not help."""
    return FetchError(message, status=status_of(code), code=code, hint=hint or CODES[code].hint)


NO_SUCH_RANGE = 416
"""Status of a range beyond the end of a file (RFC 9110, section 15.5.17); some hosts send it for what is not there."""


def answers_no_such_range(error: FetchError) -> bool:
    """Return whether a host answered 416."""
    return str(error).endswith(f" answered {NO_SUCH_RANGE}")


_OS_ERRORS: Mapping[int, str] = {
    errno.ENOENT: "there is no such file or folder",
    errno.ENOTDIR: "a part of the path is a file, so nothing is below it",
    errno.EISDIR: "it is a folder, not a file",
    errno.ENAMETOOLONG: "the path is longer than this machine allows",
    errno.ELOOP: "its symbolic links form a loop",
    errno.EACCES: "there is no permission to read it",
    errno.EPERM: "there is no permission to read it",
    errno.EIO: "the disk reports an error",
    errno.EMFILE: "this process has too many open files",
}
"""Error of the operating system → what it means for who named the path."""


def explain_os_error(error: OSError) -> str:
    """Return in words why a file or folder of this machine cannot be read."""
    return _OS_ERRORS.get(error.errno or 0, f"this machine cannot read it (error {error.errno or 'unknown'})")
