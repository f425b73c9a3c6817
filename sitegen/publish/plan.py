"""What a run has to do so that a target holds a site: what to send, what to delete, what belongs to others.

A file is sent where its content changed since it was sent, or the target has another size of it. Files that are there
byte for byte already, though no ledger says so, were sent by a run that was killed: they are read, and count as sent.
Files with a digest in their names outlive the site by some days: a page that is open in a browser loads them later.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import time
import zlib
from collections.abc import Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from sitegen import formatting
from sitegen.errors import UsageError
from sitegen.publish.folder import MARKERS
from sitegen.publish.lease import LEASES
from sitegen.publish.ledger import LEDGER, Sent
from sitegen.publish.target import NAMED_BY_CONTENT, PARTIAL_SUFFIX, Target
from sitegen.transfer import DAY_S

AT_ONCE = 16
"""Files sent or read at once."""
_GZIP = b"\x1f\x8b"
"""How a gzip file begins: RFC 1952, section 2.3.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile:
    """A file of the site."""

    path: str
    source: Path
    size: int
    digest: str
    compressed: bool
    """Whether it is sent compressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What makes a target hold the site."""

    files: Sequence[SiteFile]
    """All of the site."""
    changed: Sequence[SiteFile]
    gone: frozenset[str]
    known: Mapping[str, Sent]
    """What sitegen put there."""
    ledger: Mapping[str, Sent] | None
    """What the ledger there says; None where there is none."""

    @property
    def in_ledger(self) -> bool:
        """Whether the ledger there lists what sitegen put there."""
        return self.known == self.ledger

    @property
    def is_done(self) -> bool:
        """Whether the target holds the site already."""
        return self.in_ledger and not self.changed and not self.gone


class Choices(Protocol):
    """What of the options of `sitegen publish` a plan depends on."""

    @property
    def gzip(self) -> bool:
        """Whether to compress what may be."""

    @property
    def keep_days(self) -> float:
        """How long to keep files named by their content."""


def read_site(folder: Path, place: Target, options: Choices) -> list[SiteFile]:
    """Return the files of a built site. Raises UsageError where it is none, or the target is in it or around it."""
    _check_apart(folder, place)
    if not all((folder / name).is_file() for name in MARKERS):
        raise UsageError(f"{folder}: expected a site that `sitegen build` wrote; build it first, or name its folder")
    found = []
    for source in sorted(folder.rglob("*")):
        path = source.relative_to(folder).as_posix()
        if source.is_file() and source.name != LEDGER and not path.startswith(LEASES):
            body = source.read_bytes()
            compressed = options.gzip and place.compresses(path)
            found.append(
                SiteFile(path=path, source=source, size=len(body), digest=_digest_of(body), compressed=compressed)
            )
    return found


def make_plan(files: Sequence[SiteFile], place: Target, options: Choices) -> Plan:
    """Compare the site with what is there. Raises UsageError where files of others would be replaced."""
    ours = {file.path for file in files}
    there = {path: size for path, size in place.sizes().items() if not path.startswith(LEASES)}
    ledger = place.read_ledger() if LEDGER in there else None
    known = {path: sent for path, sent in (ledger or {}).items() if path in there}
    partial = there.keys() & {path + PARTIAL_SUFFIX for path in (LEDGER, *(ledger or {}))} if place.is_local else set()
    known |= _read_identical([file for file in files if not _is_finished(known.get(file.path))], place, there)
    _check_foreign(place, there.keys() - partial - {LEDGER}, ours, known, ledger is not None)
    known, due = _outlived(known, ours, options.keep_days)
    return Plan(
        files=files,
        changed=[file for file in files if not _is_current(file, known.get(file.path), there.get(file.path))],
        gone=frozenset(due | (partial - ours)),
        known=known,
        ledger=ledger,
    )


def _is_finished(sent: Sent | None) -> bool:
    return sent is not None and bool(sent.digest)


def _is_current(file: SiteFile, sent: Sent | None, size: int | None) -> bool:
    """Return whether what is there is what would be sent."""
    if sent is None or sent.digest != file.digest or (sent.gzip_size is not None) != file.compressed:
        return False
    return size == (file.size if sent.gzip_size is None else sent.gzip_size)


def _read_identical(files: Sequence[SiteFile], place: Target, there: Mapping[str, int]) -> dict[str, Sent]:
    """Return those of the files that are there byte for byte, as sent."""
    candidates = [file for file in files if file.path in there and (file.compressed or there[file.path] == file.size)]

    def read(file: SiteFile) -> Sent | None:
        body = place.read(file.path) or b""
        if _digest_of(body) == file.digest:
            # drivers unpack what has the header Content-Encoding, or do not; if it was stored as it is, sizes agree
            return Sent(digest=file.digest, gzip_size=None if there[file.path] == file.size else there[file.path])
        is_same = file.compressed and _digest_of(_unpack(body)) == file.digest
        return Sent(digest=file.digest, gzip_size=there[file.path]) if is_same else None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {file.path: sent for file, sent in zip(candidates, pool.map(read, candidates), strict=True) if sent}


def _unpack(body: bytes) -> bytes:
    """Return the content of a gzip file; nothing where it is damaged or none."""
    try:
        return gzip.decompress(body) if body.startswith(_GZIP) else b""
    except (OSError, EOFError, zlib.error):
        return b""


def _outlived(known: Mapping[str, Sent], ours: Set[str], keep_days: float) -> tuple[dict[str, Sent], set[str]]:
    """Return what is known, with the time at which each file left the site; and which files are to be deleted now."""
    now = int(time.time())
    dated = {}
    for path, sent in known.items():
        is_kept = path not in ours and path.startswith(NAMED_BY_CONTENT)
        left_s = None if not is_kept else now if sent.left_s is None else sent.left_s
        dated[path] = replace(sent, left_s=left_s)
    due = {
        path
        for path in known.keys() - ours
        if (left_s := dated[path].left_s) is None or now - left_s >= keep_days * DAY_S
    }
    return dated, due


def _digest_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]


def _check_apart(folder: Path, place: Target) -> None:
    """Raise UsageError where a site would be copied into itself."""
    here = Path(os.path.realpath(folder))
    if place.is_local and (here.is_relative_to(place.root) or Path(os.path.realpath(place.root)).is_relative_to(here)):
        raise UsageError(f"{place.name}: holds the site itself, or lies in it; name a folder beside {folder}")


def _check_foreign(place: Target, there: Set[str], ours: Set[str], known: Mapping[str, Sent], ledger: bool) -> None:
    """Raise UsageError where files that sitegen did not put there would be replaced. ledger: whether one is there."""
    if ledger:
        foreign, way_out = (there & ours) - known.keys(), "delete them there, or leave them out of the site"
    else:
        others = there - known.keys()
        foreign, way_out = set() if there >= set(MARKERS) else others, "name an empty folder or prefix"
    if foreign:
        count = formatting.plural(len(foreign), "file")
        raise UsageError(f"{place.name}: holds {count} that sitegen did not put there ({min(foreign)}); {way_out}")
