"""What is asked of an address, and what it gave: `Request`, `ByteRange`, `Response`, `Allowance`.

Plain values and the arithmetic of byte ranges (RFC 9110, section 14), so that the web,
local files and object stores answer in one form. `Allowance` alone changes: it is what
one dataset may still cost.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sitegen.errors import RetryableError, fetch_error
from sitegen.urls import redact

_CONTENT_RANGE = re.compile(r"^\s*bytes\s+(?:(\d+)-(\d+)|\*)/(\d+|\*)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A part of a file, in bytes: half open, or with a negative start and no stop its last bytes."""

    start: int
    stop: int | None = None

    def header(self) -> str:
        """Return the value of the Range header."""
        if self.start < 0:
            return f"bytes={self.start}"
        return f"bytes={self.start}-" if self.stop is None else f"bytes={self.start}-{self.stop - 1}"

    def size(self) -> int | None:
        """Return how many bytes it has at most, None for all from its start on."""
        if self.start < 0:
            return -self.start
        return None if self.stop is None else self.stop - self.start

    def within(self, total: int) -> tuple[int, int]:
        """Return start and stop of what a file of `total` bytes has of it; stop ≤ start where it has nothing."""
        if self.start < 0:
            return max(0, total + self.start), total
        return self.start, total if self.stop is None else min(self.stop, total)


def suffix(count: int) -> ByteRange:
    """Return the span of the last `count` bytes."""
    return ByteRange(-count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of an address."""

    url: str
    max_bytes: int
    """The most that is taken into memory, unpacked."""
    span: ByteRange | None = None
    etag: str | None = None
    last_modified: str | None = None
    """If either still holds, the reply has no body and says `not_modified`."""
    accept_gzip: bool = False
    """Whether the host may compress it on the way: for text, not for chunks."""

    def headers(self) -> dict[str, str]:
        """Return the HTTP headers that say so."""
        headers = {"Accept-Encoding": "gzip" if self.accept_gzip and self.span is None else "identity"}
        if self.span is not None:
            headers["Range"] = self.span.header()
        if self.etag:
            headers["If-None-Match"] = self.etag
        elif self.last_modified:
            headers["If-Modified-Since"] = self.last_modified
        return headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What an address gave."""

    url: str
    """The address that was asked for, before any redirect."""
    status: int
    """HTTP status; 200, 206 or 304. Files answer as a web server would."""
    body: bytes
    """The document, or the span that was asked for; empty where a caller's own validators still hold."""
    total_bytes: int | None = None
    """Size of the whole file, where known."""
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: float
    """When the host answered, in seconds since 1970, UTC; `utc` makes text of it."""
    not_modified: bool = False
    """True if the body is the one that was known before: kept by the cache, or meant by the caller's validators."""
    cached: bool = False
    """True if no request was made."""
    cors: bool | None = None
    """True if a browser page of another origin may read it; null where that has no meaning."""
    exposed: tuple[str, ...] | None = None
    """Headers that such a page sees besides those that all see, in lower case, `*` for all; None where it sees none."""


@dataclass(slots=True, kw_only=True)
class Allowance:
    """What one dataset, or one list, may still cost: it is spent request by request."""

    bytes_left: int
    seconds_left: float
    """Seconds that its requests may still take together. Waiting for a turn at a busy host is not counted."""
    within: str | None = None
    """`file:` address of the folder below which local files may be read; None: no local files."""
    requests: int = field(default=0, init=False)
    retries: int = field(default=0, init=False)
    bytes_read: int = field(default=0, init=False)
    latencies_s: list[float] = field(default_factory=list, init=False)
    """How long each request took."""

    def spend(self, *, size_bytes: int = 0, seconds: float = 0.0) -> None:
        """Count what a request cost."""
        self.bytes_left -= size_bytes
        self.bytes_read += size_bytes
        self.seconds_left -= seconds

    def took(self, seconds: float) -> None:
        """Count the time of one request."""
        self.latencies_s.append(seconds)
        self.spend(seconds=seconds)


def digest(body: bytes) -> str:
    """Return what identifies a document or picture by its content: 160 bits of its SHA-256, in 40 hex digits."""
    return hashlib.sha256(body).hexdigest()[:40]


def utc(seconds: float) -> str:
    """Return a time as the records have it: `2026-11-22T06:00:00Z`."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def check_same_file(before: Response, after: Response) -> None:
    """Raise FetchError (`changed-midway`) if two parts show that their file changed between them.

    Its length must stay. Hosts behind a balancer may give one file two ETags, so an equal date outweighs
    them; they may give it two dates, too, so these count only where there are no ETags to compare.
    """
    if not _is_same_file(before, after):
        raise fetch_error("changed-midway", f"{redact(after.url)}: the file changed while it was read")


def _is_same_file(before: Response, after: Response) -> bool:
    if None not in (before.total_bytes, after.total_bytes) and before.total_bytes != after.total_bytes:
        return False
    dates, etags = {before.last_modified, after.last_modified}, {_opaque(before.etag), _opaque(after.etag)}
    if None in etags:
        return None in dates or len(dates) == 1
    return len(etags) == 1 or (None not in dates and len(dates) == 1)


def _opaque(etag: str | None) -> str | None:
    """Return the part of an ETag that is compared: a host may mark it as weak for some answers (RFC 9110, 8.8.3.2)."""
    return etag.removeprefix("W/") if etag else None


def check_range(span: ByteRange, content_range: str | None, size_bytes: int, *, where: str) -> int | None:
    """Return the size of the whole file that a 206 answer states, None where it does not say.

    Raises FetchError (`bad-range`) where the answer is another part than was asked for or longer
    than it says, and a RetryableError (`short-read`) where it is shorter.
    """
    match = _CONTENT_RANGE.match(content_range or "")
    if not match or match[1] is None:
        raise fetch_error("bad-range", f"{where} answered a range request without a correct Content-Range")
    start, stop = int(match[1]), int(match[2]) + 1
    total = None if match[3] == "*" else int(match[3])
    wanted = span.within(total) if total is not None else _unbounded(span, stop)
    if (start, stop) != wanted:
        raise fetch_error("bad-range", f"{where}: asked for {span.header()}, got {start}-{stop - 1}")
    if size_bytes > stop - start:
        raise fetch_error("bad-range", f"{where}: {size_bytes:,} bytes came for a range of {stop - start:,}")
    if size_bytes < stop - start:
        raise RetryableError(f"{where}: {stop - start} bytes were promised, {size_bytes} came", code="short-read")
    return total


def _unbounded(span: ByteRange, stop: int) -> tuple[int, int]:
    """Return what a range must be if the host does not say how long the file is."""
    if span.start < 0:
        return stop + span.start, stop
    return span.start, min(stop, span.stop) if span.stop is not None else stop
