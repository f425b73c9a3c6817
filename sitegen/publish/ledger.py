"""The ledger: a file at a target that lists what sitegen put there, so that nothing else is ever replaced or deleted.

It holds three tables by path: `files`, the digest of the content as the site has it, empty while the file is being
sent; `gzip`, the size as sent of those that were sent compressed; `left`, since when (seconds since 1970, UTC) the site
no longer has a file that is kept for pages that are open somewhere. Ledgers of earlier versions have only the first.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

LEDGER = ".sitegen-published.json.gz"
"""File at the target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file at the target that sitegen put there."""

    digest: str
    """Of its content, before it is compressed; empty while it is being sent."""
    gzip_size: int | None = None
    """Size as sent, where it was sent compressed."""
    left_s: int | None = None
    """Since when the site no longer has it, in seconds since 1970, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tables:
    """The ledger as it is written."""

    files: dict[str, str]
    gzip: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)


def read_ledger(body: bytes) -> dict[str, Sent]:
    """Return what a ledger lists, by path. Raises OSError, EOFError or ValueError if it is damaged."""
    tables = msgspec.convert(json.loads(gzip.decompress(body)), _Tables)
    return {
        path: Sent(digest=digest, gzip_size=tables.gzip.get(path), left_s=tables.left.get(path))
        for path, digest in tables.files.items()
    }


def encode_ledger(files: Mapping[str, Sent]) -> bytes:
    """Return a ledger as it is written; the same files give the same bytes."""
    tables = {
        "files": {path: sent.digest for path, sent in files.items()},
        "gzip": {path: sent.gzip_size for path, sent in files.items() if sent.gzip_size is not None},
        "left": {path: sent.left_s for path, sent in files.items() if sent.left_s is not None},
    }
    body = json.dumps(tables, sort_keys=True, separators=(",", ":")).encode()
    return gzip.compress(body, mtime=0)
