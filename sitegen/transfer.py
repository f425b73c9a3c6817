"""Requests, responses, byte ranges and allowances, whatever the scheme of the address.

Plain values and the arithmetic of byte ranges (RFC 9110, section 14): web servers, local files and object stores
answer in one form. Only `Allowance` changes: it counts what the requests for one dataset may still cost.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sitegen.errors import RetryableError, fetch_error
from sitegen.urls import redact

DAY_S = 86_400.0
"""Seconds of a day."""
_CONTENT_RANGE = re.compile(r"^\s*bytes\s+(?:(\d+)-(\d+)|\*)/(\d+|\*)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A part of a file, in bytes: from `start` up to `stop`, which is not included.

    stop: None for the end of the file. A negative start without a stop means the last bytes.
    """

    start: int
    stop: int | None = None

    def header(self) -> str:
        """Return the value of the Range header."""
        if self.start < 0:
            return f"bytes={self.start}"
        return f"bytes={self.start}-" if self.stop is None else f"bytes={self.start}-{self.stop - 1}"

    def size(self) -> int | None:
        """Return the number of bytes at most; None where the range ends with the file."""
        if self.start < 0:
            return -self.start
        return None if self.stop is None else self.stop - self.start

    def clip(self, total_bytes: int) -> tuple[int, int]:
        """Return start and stop of the part of it that a file of this size has; stop ≤ start where it has none."""
        if self.start < 0:
            return max(0, total_bytes + self.start), total_bytes
        return self.start, total_bytes if self.stop is None else min(self.stop, total_bytes)


def last_bytes(count: int) -> ByteRange:
    """Return the range of the last `count` bytes of a file."""
    return ByteRange(-count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request for a file, or for a part of it."""

    url: str
    max_bytes: int
    """Most bytes of the body that are held in memory, after decompression."""
    byte_range: ByteRange | None = None
    """None: the whole file."""
    etag: str | None = None
    last_modified: str | None = None
    """Validators of a known version: if the file is unchanged, the response has no body and is `not_modified`."""
    accept_gzip: bool = False
    """Whether the host may compress the body in transfer; of use for text, not for chunks."""
    listing: bool = False
    """Whether a list of the names in a folder is wanted, which hosts send as a web page."""
    optional: bool = False
    """Whether nothing depends on the answer: then there is one try, and an error does not count against the host."""

    def headers(self) -> dict[str, str]:
        """Return the request as HTTP headers."""
        headers = {"Accept-Encoding": "gzip" if self.accept_gzip and self.byte_range is None else "identity"}
        if self.byte_range is not None:
            headers["Range"] = self.byte_range.header()
        if self.etag:
            headers["If-None-Match"] = self.etag
        elif self.last_modified:
            headers["If-Modified-Since"] = self.last_modified
        return headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The answer to a request."""

    url: str
    """The requested address, before any redirect."""
    status: int
    """HTTP status: 200, 206 or 304; files and object stores have one, too."""
    body: bytes
    """The file, or the requested range of it; empty if the caller's validators are current."""
    total_bytes: int | None = None
    """Size of the whole file, where known."""
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: float
    """When the host answered, in seconds since 1970, UTC; `utc` formats it."""
    moved_to: str | None = None
    """Address to which its host redirects for good; None where it does not, or only for now."""
    not_modified: bool = False
    """True if the file is the version that was known before: the cached one, or that of the caller's validators."""
    cached: bool = False
    """True if no request was made."""
    cors: bool | None = None
    """True if a web page of another origin may read it; None where the scheme is not that of a web address."""
    exposed: tuple[str, ...] | None = None
    """Headers that such a page can read in addition to those that are always readable, in lower case; `*` for all.

    None where it cannot read the response."""
    ignored_codings: tuple[str, ...] = ()
    """Tokens of Content-Encoding that are no registered coding (RFC 9110, section 8.4.1), in lower case."""


@dataclass(slots=True, kw_only=True)
class Allowance:
    """Bytes and seconds that the requests for one dataset, or one list, may still take together."""

    bytes_left: int
    seconds_left: float
    """Waiting for a free slot of a busy host does not count."""
    local_folder: str | None = None
    """`file:` address of the folder below which local files may be read; None: no local files."""
    folders: dict[Path, Path] = field(default_factory=dict, init=False)
    """Local folder → its path, links followed."""
    requests: int = field(default=0, init=False)
    retries: int = field(default=0, init=False)
    bytes_read: int = field(default=0, init=False)
    latencies_s: list[float] = field(default_factory=list, init=False)
    """Duration of each request."""

    def spend(self, *, size_bytes: int = 0, seconds: float = 0.0) -> None:
        """Subtract received bytes, or seconds that were used."""
        self.bytes_left -= size_bytes
        self.bytes_read += size_bytes
        self.seconds_left -= seconds

    def add_cost(self, other: Allowance) -> None:
        """Count the requests of an allowance that was given the seconds of this one for the same time, but no bytes."""
        self.seconds_left = min(self.seconds_left, other.seconds_left)
        self.requests += other.requests
        self.retries += other.retries
        self.bytes_read += other.bytes_read
        self.latencies_s += other.latencies_s

    def add_latency(self, seconds: float) -> None:
        """Record and subtract the duration of one request."""
        self.latencies_s.append(seconds)
        self.spend(seconds=seconds)


def digest(body: bytes) -> str:
    """Return the digest that identifies a document or picture: 160 bits of its SHA-256, in 40 hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()[:40]


def utc(seconds: float) -> str:
    """Return seconds since 1970 as RFC 3339 text: `2026-11-22T06:00:00Z`."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def check_same_file(before: Response, after: Response) -> None:
    """Raise FetchError (`changed-midway`) if two parts of a file are of different versions of it.

    The length must be equal. Servers behind a load balancer may give one file different ETags, so an equal date
    counts as equality; they may also give it different dates, so dates count only where an ETag is missing.
    """
    if not is_same_file(before, after):
        raise fetch_error("changed-midway", f"{redact(after.url)}: the file changed while it was read")


def is_same_file(before: Response, after: Response) -> bool:
    """Return whether two parts of a file are of one version of it, as far as size, ETag and date tell."""
    if None not in (before.total_bytes, after.total_bytes) and before.total_bytes != after.total_bytes:
        return False
    dates, etags = {before.last_modified, after.last_modified}, {_opaque(before.etag), _opaque(after.etag)}
    if None in etags:
        return None in dates or len(dates) == 1
    return len(etags) == 1 or (None not in dates and len(dates) == 1)


def _opaque(etag: str | None) -> str | None:
    """Return the part of an ETag that weak comparison uses (RFC 9110, section 8.8.3.2)."""
    return etag.removeprefix("W/") if etag else None


def check_range(byte_range: ByteRange, content_range: str | None, size_bytes: int, *, where: str) -> int | None:
    """Return the size of the whole file that a 206 response states; None where it states none.

    size_bytes: of the body. where: the host or address, for messages. Raises FetchError (`bad-range`) where the
    response is another range than requested, or longer than it states, RetryableError (`short-read`) where shorter.
    """
    match = _CONTENT_RANGE.match(content_range or "")
    if not match or match[1] is None:
        raise fetch_error("bad-range", f"{where}: the answer to a range request has no valid Content-Range")
    start, stop = int(match[1]), int(match[2]) + 1
    total = None if match[3] == "*" else int(match[3])
    expected = byte_range.clip(total) if total is not None else _clip_unknown_size(byte_range, stop)
    if (start, stop) != expected:
        raise fetch_error("bad-range", f"{where}: requested {byte_range.header()}, received {start}-{stop - 1}")
    if size_bytes > stop - start:
        raise fetch_error("bad-range", f"{where}: received {size_bytes:,} bytes for a range of {stop - start:,}")
    if size_bytes < stop - start:
        raise RetryableError(f"{where}: received {size_bytes:,} of {stop - start:,} bytes", code="short-read")
    return total


def _clip_unknown_size(byte_range: ByteRange, stop: int) -> tuple[int, int]:
    """Return the start and stop that are expected of a host which does not state the size of the file."""
    if byte_range.start < 0:
        return stop + byte_range.start, stop
    return byte_range.start, min(stop, byte_range.stop) if byte_range.stop is not None else stop
