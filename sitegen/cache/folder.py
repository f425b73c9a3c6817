"""The cache folder: what earlier builds learned, so that the next build makes fewer requests.

One SQLite file holds documents with their validators (and refusals such as 404), what is known of each dataset, and a
history of each catalog; pictures are files, named by a digest of their content. Catalogs may share a cache.

When `put_known` returns, the findings and every document before them are on disk: `kill -9` loses nothing that was
finished, and corrupts nothing (SQLite's write-ahead log; picture files are renamed into place). Documents are kept so
that new code can read them again without a request.

A folder with files of others is refused, and only files with sitegen's own names are deleted. SQLite is called on the
event loop's thread: a commit without fsync takes 50 µs, a thread more (measured).
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Self

from filelock import BaseFileLock, FileLock, Timeout

from sitegen.cache.database import ASIDE, FILE, open_database
from sitegen.cache.rows import (
    DOCUMENT_COLUMNS,
    CachedDocument,
    ContentRow,
    HistoryRow,
    Row,
    read_content,
    read_document,
    read_history,
    read_known,
    read_row,
    write_document,
    write_known,
)
from sitegen.errors import BuildError, UsageError
from sitegen.model import PublicFindings
from sitegen.model.task import Known

_FILES_WITHOUT_DATABASE = frozenset({"lock", "pictures", f"{FILE}-wal", f"{FILE}-shm"})
"""What a cache may hold without its database: a build was killed at its start, or the database was deleted."""
_PICTURE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{40}\.(webp|avif)(\.\d+\.part)?")
"""Path of a picture, or of one that is half written."""
_COMMIT_AFTER = 256
"""Documents that may wait for a commit; `put_known` commits at once."""
_MAX_TIME_S = 253_402_300_799.0
"""The last second of the year 9999; a record cannot state a later time."""
_COLUMNS = ", ".join(DOCUMENT_COLUMNS)
_PLACEHOLDERS = ", ".join("?" * len(DOCUMENT_COLUMNS))


class Cache:
    """The cache folder, held by one build at a time. Use it as a context manager, or `close` it."""

    def __init__(self, folder: Path, database: sqlite3.Connection, lock: BaseFileLock) -> None:
        self.folder = folder
        self._db = database
        self._lock = lock
        self._uncommitted = 0
        self._pictures = str(folder / "pictures")

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return the cache of a folder, which is created if it does not exist.

        Raises UsageError where the folder holds files of others, BuildError where another build is using it, or
        where it cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _check_is_cache(folder)
            lock = _take_lock(folder)
            return cls(folder, open_database(folder), lock)
        except (OSError, sqlite3.Error) as error:
            raise BuildError(f"{folder}: the cache cannot be used: {error}; name another folder with --cache") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Commit, write the log into the database file, and release the lock."""
        self._checkpoint()
        self._db.close()
        self._lock.release()

    def document(self, url: str) -> CachedDocument | None:
        """Return the cached document or refusal of an address."""
        row = self._select(f"SELECT {_COLUMNS} FROM documents WHERE url = ?", url)  # noqa: S608  # our own names
        return None if row is None else read_row(read_document, url, row)

    def document_rows(self, url: str) -> list[Row]:
        """Return the cached documents of a dataset, at its address and below it, as `put_document_row` takes them."""
        query = f"SELECT {_COLUMNS} FROM documents WHERE url = ? OR (url >= ? AND url < ?)"  # noqa: S608  # our own names
        try:
            return self._db.execute(query, (url, f"{url}/", f"{url}0")).fetchall()  # 0 follows / in ASCII
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self._broken(error) from None

    def put_document(self, document: CachedDocument) -> None:
        """Cache a document; it is on disk at the latest with the next `put_known`."""
        self.put_document_row(write_document(document))

    def put_document_row(self, row: Row) -> None:
        """Cache a document as `write_document` returns it, such as one that another process read."""
        with self._writing():
            self._db.execute(
                f"INSERT OR REPLACE INTO documents ({_COLUMNS}) VALUES ({_PLACEHOLDERS})",  # noqa: S608  # our own names
                row,
            )

    def forget_documents(self, prefix: str) -> None:
        """Delete the documents whose keys begin so."""
        with self._writing():
            stop = prefix[:-1] + chr(ord(prefix[-1]) + 1)
            self._db.execute("DELETE FROM documents WHERE url >= ? AND url < ?", (prefix, stop))

    def known(self, url: str) -> Known | None:
        """Return what is known of a dataset, whatever code and options made it."""
        row = self._select("SELECT key, root, checked_at, findings FROM findings WHERE url = ?", url)
        return None if row is None else read_row(read_known, url, row)

    def put_known(self, url: str, known: Known) -> None:
        """Cache what is known of a dataset; it and every document before it are on disk when this returns."""
        with self._writing():
            self._db.execute(
                "INSERT OR REPLACE INTO findings (url, key, root, checked_at, findings) VALUES (?, ?, ?, ?, ?)",
                (url, *write_known(known)),
            )
            self._commit()

    def note(self, name: str) -> str | None:
        """Return the text that an earlier build stored; damaged bytes become `�`."""
        row = self._select("SELECT CAST(text AS BLOB) FROM notes WHERE name = ?", name)
        return None if row is None else bytes(row[0]).decode("utf-8", "replace")

    def put_note(self, name: str, text: str) -> None:
        """Store a text for later builds."""
        with self._writing():
            self._db.execute("INSERT OR REPLACE INTO notes (name, text) VALUES (?, ?)", (name, text))
            self._commit()

    def ledger(self, catalog: str) -> dict[str, HistoryRow]:
        """Return the history of a catalog: address of a dataset → its row."""
        query = "SELECT url, added_at, status FROM ledger WHERE catalog = ? ORDER BY url"
        try:
            rows = self._db.execute(query, (catalog,)).fetchall()
        except sqlite3.Error as error:
            raise self._broken(error) from None
        history = ((url, read_row(read_history, url, columns)) for url, *columns in rows)
        return {url: row for url, row in history if row}

    def contents(self, catalog: str) -> dict[str, ContentRow]:
        """Return what a catalog last said of each dataset, by its address."""
        query = "SELECT url, digest, changed_at FROM contents WHERE catalog = ? ORDER BY url"
        try:
            rows = self._db.execute(query, (catalog,)).fetchall()
        except sqlite3.Error as error:
            raise self._broken(error) from None
        said = ((url, read_row(read_content, url, columns)) for url, *columns in rows)
        return {url: row for url, row in said if row}

    def put_contents(self, catalog: str, said: Mapping[str, ContentRow]) -> None:
        """Store what a catalog says of these datasets."""
        with self._writing():
            self._db.executemany(
                "INSERT OR REPLACE INTO contents (catalog, url, digest, changed_at) VALUES (?, ?, ?, ?)",
                ((catalog, url, row.digest, row.changed_at) for url, row in said.items()),
            )
            self._commit()

    def put_ledger(
        self,
        catalog: str,
        listed: Mapping[str, HistoryRow],
        *,
        note: str,
        notes: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Store rows of the history of a catalog, a text beside it, and further texts by name; all or nothing."""
        with self._writing():
            self._db.executemany(
                "INSERT OR REPLACE INTO ledger (catalog, url, added_at, status) VALUES (?, ?, ?, ?)",
                ((catalog, url, row.added_at, row.status) for url, row in listed.items()),
            )
            texts = {catalog: note, **notes}
            self._db.executemany("INSERT OR REPLACE INTO notes (name, text) VALUES (?, ?)", texts.items())
            self._commit()

    def put_picture(self, name: str, body: bytes) -> None:
        """Store a picture under its name below the folder of pictures, such as `ab/abcd….webp`."""
        target = self.folder / "pictures" / name
        if self.picture(name) is None:
            try:
                _write_atomically(target, body)
            except OSError as error:
                raise BuildError(f"{target}: the picture cannot be written: {error}") from None

    def picture(self, path: str) -> Path | None:
        """Return the file of a picture; None where it does not exist or is empty, as after a crash of the system."""
        return Path(self._pictures, path) if self.has_picture(path) else None

    def has_picture(self, path: str) -> bool:
        """Return whether `picture` finds one; of many, a `Path` takes longer than the disk."""
        try:
            found = os.stat(os.path.join(self._pictures, path))
        except (OSError, ValueError):  # a damaged row may name anything
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size > 0

    def size_bytes(self) -> int:
        """Return the size of the cache on disk, as it will be when it is closed."""
        self._checkpoint()
        return sum(_sizes(self.folder))

    def prune(self, *, keep_urls: Collection[str], keep_pictures: Collection[str], before: float) -> int:
        """Delete what was last checked before `before`, except what is kept; return how many documents and pictures.

        keep_urls: addresses of datasets and lists. A document is kept if its own address or one above it is among
        them. keep_pictures: names of pictures; those in findings that stay are kept, too.
        """
        kept = frozenset(keep_urls)
        with self._writing():
            documents = [(url,) for url in self._older("documents", before) if not _lies_below(url, kept)]
            findings = [(url,) for url in self._older("findings", before) if url not in kept]
            self._db.executemany("DELETE FROM documents WHERE url = ?", documents)
            self._db.executemany("DELETE FROM findings WHERE url = ?", findings)
            others = [url for (url,) in self._db.execute("SELECT url FROM findings") if url not in kept]
            self._commit()
        shown = set(keep_pictures).union(*(picture_names(each.then) for url in others if (each := self.known(url))))
        unused = [path for path in self._picture_files() if path not in shown]
        for path in unused:
            (self.folder / "pictures" / path).unlink(missing_ok=True)
        return len(documents) + len(unused)

    def _picture_files(self) -> Iterator[str]:
        """Yield the paths of all pictures below their folder, half-written ones included, and of no other files."""
        with suppress(FileNotFoundError), os.scandir(self._pictures) as folders:
            for folder in folders:
                if folder.is_dir():
                    names = (f"{folder.name}/{name}" for name in os.listdir(folder.path))
                    yield from filter(_PICTURE.fullmatch, names)

    def _older(self, table: str, before: float) -> list[str]:
        """Return the addresses that were last checked before a time, and those whose damaged row has no valid time."""
        query = f"SELECT url FROM {table} WHERE NOT checked_at BETWEEN ? AND ?"  # noqa: S608  # our own names
        return [url for (url,) in self._db.execute(query, (before, _MAX_TIME_S))]

    def _select(self, query: str, key: str) -> Row | None:
        """Return the row that a query finds for a key. Raises BuildError."""
        try:
            row: Row | None = self._db.execute(query, (key,)).fetchone()
        except (sqlite3.Error, UnicodeDecodeError) as error:  # SQLite's message may quote damaged bytes
            raise self._broken(error) from None
        return row

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Count one more uncommitted write, and commit if there are many. Raises BuildError."""
        try:
            yield
            self._uncommitted += 1
            if self._uncommitted >= _COMMIT_AFTER:
                self._commit()
        except sqlite3.Error as error:
            raise self._broken(error) from None

    def _checkpoint(self) -> None:
        """Commit, and write SQLite's log into the database file; an error is reported by the next statement."""
        with suppress(sqlite3.Error):
            self._db.commit()
        with suppress(sqlite3.Error):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _commit(self) -> None:
        self._db.commit()
        self._uncommitted = 0

    def _broken(self, error: Exception) -> BuildError:
        return BuildError(
            f"{self.folder / FILE}: {error}; free space on the disk, or delete this file, then build again"
        )


def picture_name(path: str) -> str:
    """Return the name of a picture in the cache, from its path in the site."""
    return path.partition("/")[2]


def picture_names(found: PublicFindings) -> list[str]:
    """Return the names of a dataset's pictures in the cache."""
    pictures = (found.thumbnail, found.preview, found.montage, found.overlay)
    return [picture_name(each.path) for each in pictures if each]


def _check_is_cache(folder: Path) -> None:
    """Raise UsageError for a folder that holds files of others."""
    names = {path.name for path in folder.iterdir()}
    begun = names <= _FILES_WITHOUT_DATABASE and "lock" in names and (folder / "lock").stat().st_size == 0
    if names and not begun and names.isdisjoint({FILE, ASIDE}):
        raise UsageError(
            f"--cache {folder}: expected a cache, a new folder or an empty one, found a folder of other files "
            f"without {FILE}; name another folder"
        )


def _take_lock(folder: Path) -> BaseFileLock:
    """Return the acquired lock of a cache; the system releases it when the process ends, however it ends."""
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise BuildError(
            f"{folder}: another build is using this cache; wait until it ends, or name another folder with --cache"
        ) from None
    return lock


def _write_atomically(target: Path, body: bytes) -> None:
    """Write a file so that it exists complete or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}.part")
    partial.write_bytes(body)
    partial.replace(target)


def _sizes(folder: Path) -> Iterator[int]:
    """Yield the size of each file of a cache; `os.scandir`, because there are as many as pictures."""
    with os.scandir(folder) as found:
        for each in found:
            if each.is_dir(follow_symlinks=False):
                yield from _sizes(Path(each.path))
            elif each.is_file() and each.name != f"{FILE}-shm":
                yield each.stat().st_size


def _lies_below(url: str, kept: frozenset[str]) -> bool:
    """Return whether an address, or one above it, is among those that are kept."""
    while url not in kept:
        url, slash, _ = url.rpartition("/")
        if not slash:
            return False
    return True
