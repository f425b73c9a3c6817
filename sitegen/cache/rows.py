"""The rows of the cache's tables, as typed values.

A row that this code cannot read, because other code wrote it or the disk damaged it, counts as absent, with a
warning: its loss costs a request.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from sitegen.model import Findings, Status
from sitegen.model.task import Attempt, Known

log = logging.getLogger(__name__)

_MIN_COMPRESSED_BYTES = 256
"""Smaller bodies do not become smaller by zlib."""
_COMPRESSION_LEVEL = 1
"""Takes 0.6 of the time of level 6 for 5 % more bytes (measured on metadata documents)."""
_READ_ERRORS = (msgspec.MsgspecError, zlib.error, TypeError, AttributeError)
"""What reading a damaged or foreign row raises; SQLite does not notice a damaged value."""

Row = Sequence[Any]
"""The columns of a row, as SQLite gives them."""
T = TypeVar("T")

DOCUMENT_COLUMNS = (
    "url", "status", "code", "message", "etag", "last_modified", "cors", "exposed", "checked_at", "packed", "body",
    "moved_to",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedDocument:
    """A document, or the refusal to give one, as its host last answered."""

    url: str
    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    cors: bool | None = None
    exposed: tuple[str, ...] | None = None
    checked_at: float
    """When the host last answered, in seconds since 1970, UTC."""
    status: Status = "ok"
    """`ok`, or of a refusal `missing`, `forbidden` or `unreadable`."""
    code: str = ""
    """Problem code of the refusal."""
    message: str = ""
    """Message of the refusal."""
    moved_to: str | None = None
    """Address to which the host redirects for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """A dataset in the history of a catalog."""

    added_at: str | None
    """When the catalog first listed it; None where that is not known."""
    status: Status | None
    """Its status in the catalog's last build; None where that build did not list it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRow:
    """What a catalog last said of a dataset."""

    digest: str
    """Of its record, without what changes with every build."""
    changed_at: str
    """When a build first said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredFindings:
    """The part of `Known` that is one column of its row."""

    then: Findings
    now: Attempt | None


def read_row(read: Callable[[Row], T], url: str, row: Row) -> T | None:
    """Return the value of a row about `url`; None, with a warning, where the row cannot be read."""
    try:
        return read(row)
    except _READ_ERRORS as error:
        log.warning("%s: its row in the cache cannot be read, and is ignored: %s", url, error)
        return None


def read_document(row: Row) -> CachedDocument:
    """Return a document from its row, with the columns in the order of DOCUMENT_COLUMNS."""
    values = dict(zip(DOCUMENT_COLUMNS, row, strict=True))
    packed, body, cors, exposed = (values.pop(name) for name in ("packed", "body", "cors", "exposed"))
    values["cors"] = None if cors is None else bool(cors)
    values["exposed"] = None if exposed is None else exposed.split()
    values["body"] = zlib.decompress(body) if packed else body
    return msgspec.convert(values, CachedDocument, builtin_types=(bytes,))  # without it, text is read as base64


def write_document(document: CachedDocument) -> Row:
    """Return the row of a document, with the columns in the order of DOCUMENT_COLUMNS."""
    packed = len(document.body) >= _MIN_COMPRESSED_BYTES
    body = zlib.compress(document.body, _COMPRESSION_LEVEL) if packed else document.body
    exposed = None if document.exposed is None else " ".join(document.exposed)
    values = {"packed": packed, "body": body, "exposed": exposed}
    return [values[name] if name in values else getattr(document, name) for name in DOCUMENT_COLUMNS]


def read_known(row: Row) -> Known:
    """Return what is known of a dataset, from the columns key, root, checked_at, findings."""
    made_by, root_digest, checked_at, packed = row
    stored = msgspec.json.decode(zlib.decompress(packed), type=_StoredFindings)
    checked_at_s = msgspec.convert(checked_at, float)
    return Known(then=stored.then, now=stored.now, made_by=made_by, root_digest=root_digest, checked_at=checked_at_s)


def write_known(known: Known) -> Row:
    """Return the columns key, root, checked_at, findings."""
    findings = msgspec.json.encode({"then": known.then, "now": known.now})
    return (known.made_by, known.root_digest, known.checked_at, zlib.compress(findings, _COMPRESSION_LEVEL))


def read_content(row: Row) -> ContentRow:
    """Return what a catalog last said of a dataset, from the columns digest, changed_at."""
    digest, changed_at = row
    return msgspec.convert({"digest": digest, "changed_at": changed_at}, ContentRow)


def read_history(row: Row) -> HistoryRow:
    """Return the history of a dataset, from the columns added_at, status."""
    added_at, status = row
    return msgspec.convert({"added_at": added_at, "status": status}, HistoryRow)
