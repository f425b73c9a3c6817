"""The cache: what earlier builds learned, so that the next one need not ask.

One SQLite file holds raw documents (with their validators, and "not there" as well), what is known of each dataset,
and for each catalog a history of what it listed; pictures are files, named by a digest of their content. Catalogs may
share a cache. What `put_known` gets is on disk, with every document before it, when it returns: kill -9 loses nothing
that was finished, and corrupts nothing (write-ahead log; pictures are renamed into place).

Documents are kept so that new code reads them again without a request. A row that this code cannot read counts as not
kept: its loss costs a request. A folder with files of someone else is refused, and only names of our own form are
deleted. Writes are not threaded: a commit without fsync costs some 50 µs, a thread would cost more.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec
from filelock import BaseFileLock, FileLock, Timeout

from sitegen.cache.database import ASIDE, FILE, open_database
from sitegen.errors import BuildError, UsageError
from sitegen.model import Findings, PublicFindings, Status
from sitegen.model.task import Attempt, Known

log = logging.getLogger(__name__)

_BEGUN = frozenset({"lock", "pictures", f"{FILE}-wal", f"{FILE}-shm"})
"""What there may be without a database: the build was killed at its start, or the database was deleted."""
_PICTURE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{40}\.webp(\.\d+\.part)?")
"""The path of a picture of ours, whole or half-written."""
_PACK_FROM_BYTES = 256  # below, zlib gains nothing
_PACK_LEVEL = 1  # 0.6 of the time of level 6, for 5 % more bytes (measured on metadata documents)
_COMMIT_AFTER = 256  # documents that may wait for a finding
_LAST_S = 253_402_300_799.0  # the last second of the year 9999; a record cannot state a later time
_UNREADABLE = (msgspec.MsgspecError, zlib.error, TypeError, AttributeError)
"""What reading a row of another version raises, or one that was damaged on the disk, which SQLite does not notice."""
_Row = Sequence[Any]  # what SQLite says
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as it was when its host last answered for it."""

    url: str
    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    cors: bool | None = None
    exposed: tuple[str, ...] | None = None
    checked_at: float
    status: Status = "ok"
    """`ok`, or what its host said instead: `missing`, `forbidden`, `unreadable`."""
    code: str = ""
    """The code of what it said instead."""
    message: str = ""
    """The message of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The part of `Known` that is one column of its row."""

    then: Findings
    now: Attempt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """What a catalog's ledger says of a dataset."""

    added_at: str | None
    """When the catalog first listed it; None where that is not known."""
    status: Status | None
    """How the catalog's last build found it; None where that did not list it any more."""


class Cache:
    """The cache folder, held by one build at a time. Use it as a context manager, or `close` it."""

    def __init__(self, folder: Path, database: sqlite3.Connection, lock: BaseFileLock) -> None:
        self.folder = folder
        self._db = database
        self._lock = lock
        self._waiting = 0

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return the cache of a folder, which is made if need be.

        Raises UsageError where the folder holds files that are not ours, BuildError where another build has
        it, or where it cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _check_ours(folder)
            lock = _take_lock(folder)
            return cls(folder, open_database(folder), lock)
        except (OSError, sqlite3.Error) as error:
            raise BuildError(f"{folder}: the cache cannot be used: {error}; name another folder with --cache") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Commit, fold the log into the file, and let the next build in."""
        self._fold()
        self._db.close()
        self._lock.release()

    def document(self, url: str) -> Document | None:
        """Return what is kept of a document, "not there" included."""
        row = self._row(
            "SELECT url, status, code, message, etag, last_modified, cors, exposed, checked_at, packed, body"
            " FROM documents WHERE url = ?",
            url,
        )
        return None if row is None else _read_row(_read_document, url, row)

    def put_document(self, document: Document) -> None:
        """Keep a document; it is on disk at the latest with the next finding."""
        packed = len(document.body) >= _PACK_FROM_BYTES
        body = zlib.compress(document.body, _PACK_LEVEL) if packed else document.body
        with self._writing():
            self._db.execute(
                "INSERT OR REPLACE INTO documents"
                " (url, status, code, message, etag, last_modified, cors, exposed, checked_at, packed, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (document.url, document.status, document.code, document.message, document.etag,
                 document.last_modified, document.cors,
                 None if document.exposed is None else " ".join(document.exposed),
                 document.checked_at, packed, body),
            )  # fmt: skip

    def known(self, url: str) -> Known | None:
        """Return what is known of a dataset, whatever made it."""
        row = self._row("SELECT key, root, checked_at, findings FROM findings WHERE url = ?", url)
        return None if row is None else _read_row(_read_known, url, row)

    def put_known(self, url: str, known: Known) -> None:
        """Remember a dataset. When this returns, it and every document before it survive a kill."""
        packed = zlib.compress(msgspec.json.encode({"then": known.then, "now": known.now}), _PACK_LEVEL)
        with self._writing():
            self._db.execute(
                "INSERT OR REPLACE INTO findings (url, key, root, checked_at, findings) VALUES (?, ?, ?, ?, ?)",
                (url, known.made_by, known.root_digest, known.checked_at, packed),
            )
            self._commit()

    def note(self, name: str) -> str | None:
        """Return what an earlier build left with its ledger."""
        row = self._row("SELECT text FROM notes WHERE name = ?", name)
        return None if row is None else str(row[0])

    def ledger(self, catalog: str) -> dict[str, HistoryRow]:
        """Return what a catalog has listed so far, by address."""
        query = "SELECT url, added_at, status FROM ledger WHERE catalog = ? ORDER BY url"
        try:
            rows = self._db.execute(query, (catalog,)).fetchall()
        except sqlite3.Error as error:
            raise self._broken(error) from None
        read = ((url, _read_row(_read_listed, url, row)) for url, *row in rows)
        return {url: listed for url, listed in read if listed}

    def put_ledger(self, catalog: str, listed: Mapping[str, HistoryRow], *, note: str) -> None:
        """Keep what a catalog has listed so far, and a text under the catalog's name, both or neither."""
        with self._writing():
            self._db.executemany(
                "INSERT OR REPLACE INTO ledger (catalog, url, added_at, status) VALUES (?, ?, ?, ?)",
                ((catalog, url, each.added_at, each.status) for url, each in listed.items()),
            )
            self._db.execute("INSERT OR REPLACE INTO notes (name, text) VALUES (?, ?)", (catalog, note))
            self._commit()

    def put_picture(self, name: str, body: bytes) -> None:
        """Keep a picture under its name below the folder of pictures, such as `ab/abcd….webp`."""
        target = self.folder / "pictures" / name
        if self.picture(name) is None:
            try:
                _write_whole(target, body)
            except OSError as error:
                raise BuildError(f"{target}: the picture cannot be written: {error}") from None

    def picture(self, path: str) -> Path | None:
        """Return the file of a picture, None if it is not there, or was emptied, as a crash of the system may do."""
        target = self.folder / "pictures" / path
        return target if target.is_file() and target.stat().st_size else None

    def size_bytes(self) -> int:
        """Return what the cache will take on disk: its log folded into its file, without the shared memory of now."""
        self._fold()
        files = (path for path in self.folder.rglob("*") if path.name != f"{FILE}-shm" and path.is_file())
        return sum(path.stat().st_size for path in files)

    def prune(self, *, keep_urls: Collection[str], keep_pictures: Collection[str], before: float) -> int:
        """Drop what neither is kept nor was asked for since `before`; return how many documents and pictures went.

        A document is kept if its own address or one above it is in `keep_urls`, a picture also
        if findings that stay show it.
        """
        kept = frozenset(keep_urls)
        with self._writing():
            gone = [(url,) for url in self._older("documents", before) if not _lies_below(url, kept)]
            lost = [(url,) for url in self._older("findings", before) if url not in kept]
            self._db.executemany("DELETE FROM documents WHERE url = ?", gone)
            self._db.executemany("DELETE FROM findings WHERE url = ?", lost)
            others = [url for (url,) in self._db.execute("SELECT url FROM findings") if url not in kept]
            self._commit()
        shown = set(keep_pictures).union(*(picture_names(each.then) for url in others if (each := self.known(url))))
        unused = [path for path in self._picture_files() if path not in shown]
        for path in unused:
            (self.folder / "pictures" / path).unlink(missing_ok=True)
        return len(gone) + len(unused)

    def _picture_files(self) -> Iterator[str]:
        """Yield the paths of the pictures below their folder, half-written ones included, and of nothing else."""
        pictures = self.folder / "pictures"
        names = (path.relative_to(pictures).as_posix() for path in pictures.glob("??/*.webp*"))
        return (name for name in names if _PICTURE.fullmatch(name))

    def _older(self, table: str, before: float) -> list[str]:
        """Return the addresses that nobody asked for since a time, and those of which a damaged row tells no time."""
        query = f"SELECT url FROM {table} WHERE NOT checked_at BETWEEN ? AND ?"  # noqa: S608  # the name is ours
        return [url for (url,) in self._db.execute(query, (before, _LAST_S))]

    def _row(self, query: str, key: str) -> _Row | None:
        try:
            row: _Row | None = self._db.execute(query, (key,)).fetchone()
        except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter where damage stands in SQLite's message
            raise self._broken(error) from None
        return row

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
            self._waiting += 1
            if self._waiting >= _COMMIT_AFTER:
                self._commit()
        except sqlite3.Error as error:
            raise self._broken(error) from None

    def _fold(self) -> None:
        """Commit, and fold the log into the file."""
        with suppress(sqlite3.Error):
            self._db.commit()
        with suppress(sqlite3.Error):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _commit(self) -> None:
        self._db.commit()
        self._waiting = 0

    def _broken(self, error: Exception) -> BuildError:
        return BuildError(f"{self.folder / FILE}: {error}; make room on the disk, or delete it, then build again")


def picture_name(path: str) -> str:
    """Return the name of a picture in the cache, from its path in the site."""
    return path.partition("/")[2]


def picture_names(found: PublicFindings) -> list[str]:
    """Return the names of a dataset's pictures; their folder is what the site calls it."""
    pictures = (found.thumbnail, found.preview, found.montage, found.overlay)
    return [picture_name(each.path) for each in pictures if each]


def _read_row(read: Callable[[_Row], _Read], url: str, row: _Row) -> _Read | None:
    """Return what a row says of an address; None, with a word, where it cannot be read."""
    try:
        return read(row)
    except _UNREADABLE as error:
        log.warning("%s: what the cache holds of it cannot be read, and counts as not kept: %s", url, error)
        return None


def _read_document(row: _Row) -> Document:
    url, status, code, message, etag, last_modified, cors, exposed, checked_at, packed, body = row
    known = {
        "url": url, "status": status, "code": code, "message": message, "etag": etag,
        "last_modified": last_modified, "cors": None if cors is None else bool(cors),
        "exposed": None if exposed is None else exposed.split(), "checked_at": checked_at,
        "body": zlib.decompress(body) if packed else body,
    }  # fmt: skip
    return msgspec.convert(known, Document, builtin_types=(bytes,))  # else a text is taken for base64


def _read_known(row: _Row) -> Known:
    made_by, root_digest, checked_at, packed = row
    kept = msgspec.json.decode(zlib.decompress(packed), type=_Kept)
    moment = msgspec.convert(checked_at, float)
    return Known(then=kept.then, now=kept.now, made_by=made_by, root_digest=root_digest, checked_at=moment)


def _read_listed(row: _Row) -> HistoryRow:
    added_at, status = row
    return msgspec.convert({"added_at": added_at, "status": status}, HistoryRow)


def _check_ours(folder: Path) -> None:
    """Raise UsageError for a folder whose files are someone else's."""
    names = {path.name for path in folder.iterdir()}
    begun = names <= _BEGUN and "lock" in names and (folder / "lock").stat().st_size == 0
    if names and not begun and names.isdisjoint({FILE, ASIDE}):
        raise UsageError(
            f"--cache {folder}: expected a cache, a new folder or an empty one, found a folder of other files "
            f"without {FILE}; name another"
        )


def _take_lock(folder: Path) -> BaseFileLock:
    """Return the lock of a cache, held; the system frees it with the process, however that ends."""
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise BuildError(
            f"{folder}: another build is using this cache; wait for it, or name another with --cache"
        ) from None
    return lock


def _write_whole(target: Path, body: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f"{target.name}.{os.getpid()}.part")
    half.write_bytes(body)
    half.replace(target)


def _lies_below(url: str, kept: frozenset[str]) -> bool:
    while url not in kept:
        url, slash, _ = url.rpartition("/")
        if not slash:
            return False
    return True
