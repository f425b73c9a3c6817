"""What the last build wrote into a folder, so that the next one keeps the files whose fingerprints are the same.

An SQLite file outside of the site, one for each folder, with the fingerprint of all files that were planned together,
and path, size and time of each. It holds for the one folder that this program put there: where another folder is in its
place, such as a copy, nothing is kept; nor is a file that has another size or time, because somebody edited it. A table
that cannot be read counts as absent: then all files are made.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import msgspec

from sitegen.model.planned import FileFigures

log = logging.getLogger(__name__)

_FORM = 2
"""Raise it when the table changes its meaning."""
_TABLES = """
CREATE TABLE files (
    place INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, fingerprint TEXT NOT NULL, files BLOB NOT NULL,
    part TEXT NOT NULL
);
CREATE TABLE parts (part TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, members INTEGER NOT NULL);
CREATE TABLE site (form INTEGER NOT NULL, device TEXT NOT NULL, inode TEXT NOT NULL);
"""
_ROWS_AT_ONCE = 1024
_DECODER = msgspec.msgpack.Decoder(tuple[FileFigures, ...])
_ERRORS = (sqlite3.Error, msgspec.MsgspecError, UnicodeError)
_Row = tuple[int, str, str, bytes]
"""Place, key, fingerprint and files."""


def table_path(folder: Path, site: Path) -> Path:
    """Return the file in `folder` for the site at a path."""
    name = hashlib.sha256(os.fsencode(os.path.realpath(site))).hexdigest()[:16]
    return folder / f"{name}.sqlite3"


class LastSite:
    """What the last build wrote into a folder; nothing, where that is not known. Close it."""

    def __init__(self, folder: Path, database: sqlite3.Connection | None) -> None:
        self.folder = folder
        self._root = str(folder)
        self._database = database
        self._identity = _identity(folder) if database else None
        self._ahead = self._rows_after(0)

    @classmethod
    def open(cls, table: Path | None, folder: Path) -> Self:
        """Return what a table says of a folder. None: nothing is known."""
        if table is None or not table.is_file() or not folder.is_dir():
            return cls(folder, None)
        database = None
        try:
            database = sqlite3.connect(f"{table.absolute().as_uri()}?mode=ro", uri=True)
            if database.execute("SELECT form, device, inode FROM site").fetchall() == [(_FORM, *_identity(folder))]:
                return cls(folder, database)
            log.info("%s: is not the site that was written last, so all of its files are made", folder)
        except (sqlite3.Error, OSError) as error:
            log.warning("%s: cannot be read, so all files of the site are made: %s", table, error)
        if database:
            database.close()
        return cls(folder, None)

    def close(self) -> None:
        """Close the table."""
        if self._database:
            self._database.close()
            self._database = None

    def files(self, key: str, fingerprint: str) -> Sequence[FileFigures] | None:
        """Return the files that were planned together; None if they had another fingerprint or were edited."""
        if not self._database or not fingerprint:
            return None
        try:
            row = self._row(key)
            if row is None or row[2] != fingerprint:
                return None
            found = _DECODER.decode(row[3])
        except _ERRORS as error:
            self._give_up(error)
            return None
        return found if all(map(self._is_unchanged, found)) else None

    def group(self, key: str, fingerprint: str) -> Iterator[tuple[str, str, Sequence[FileFigures]]]:
        """Yield key, fingerprint and files of each member of a group that had this fingerprint and is unchanged.

        Members that were edited are left out, and so are the others from where the table is damaged.
        """
        try:
            for name, of_member, packed in self._members(key, fingerprint):
                files = _DECODER.decode(packed)
                if all(map(self._is_unchanged, files)):
                    yield name, of_member, files
        except _ERRORS as error:
            self._give_up(error)

    def members(self, key: str, fingerprint: str) -> int:
        """Return how many members a group had; 0 if it had another fingerprint."""
        try:
            query = "SELECT members FROM parts WHERE part = ? AND fingerprint = ?"
            row = self._database.execute(query, (key, fingerprint)).fetchone() if self._database else None
        except _ERRORS as error:
            self._give_up(error)
            return 0
        return row[0] if row and isinstance(row[0], int) else 0

    def _members(self, key: str, fingerprint: str) -> Iterator[tuple[str, str, bytes]]:
        if self._database is None or not self.members(key, fingerprint):
            return iter(())
        query = "SELECT key, fingerprint, files FROM files WHERE part = ? ORDER BY place"
        return self._database.execute(query, (key,))

    def _give_up(self, error: Exception) -> None:
        log.warning("what the last build wrote cannot be read, so all other files are made: %s", error)
        self.close()

    def _row(self, key: str) -> _Row | None:
        """Return the row of a key; usually it is the one after that of the key before."""
        row = next(self._ahead, None)
        if self._database and (row is None or row[1] != key):
            query = "SELECT place, key, fingerprint, files FROM files WHERE key = ?"
            found: _Row | None = self._database.execute(query, (key,)).fetchone()
            place = found[0] if found else (row[0] - 1 if row else 0)
            self._ahead = self._rows_after(place)
            return found
        return row

    def _rows_after(self, place: int) -> Iterator[_Row]:
        if self._database is None:
            return iter(())
        query = "SELECT place, key, fingerprint, files FROM files WHERE place > ? ORDER BY place"
        return self._database.execute(query, (place,))

    def path(self, path: str) -> str:
        """Return where a file of the site is."""
        return f"{self._root}/{path}"

    def is_there(self) -> bool:
        """Return whether the folder is still the one that was opened: another build may have put its site there."""
        return self._identity is not None and self._identity == _identity(self.folder)

    def has_file(self, path: str) -> bool:
        """Return whether the site has a file at a path, whatever is in it."""
        return self._stat(path) is not None

    def has_link(self, path: str, file: os.stat_result) -> bool:
        """Return whether the site has a file at a path that is a hard link to another one."""
        found = self._stat(path)
        return found is not None and os.path.samestat(found, file)

    def _is_unchanged(self, file: FileFigures) -> bool:
        found = self._stat(file.path)
        return found is not None and found.st_mtime_ns == file.mtime_ns and found.st_size == file.size_bytes

    def _stat(self, path: str) -> os.stat_result | None:
        """Return what the disk says of a file of the site; None where there is none, or something else."""
        try:
            found = os.stat(self.path(path), follow_symlinks=False)
        except OSError:
            return None
        return found if stat.S_ISREG(found.st_mode) else None


class SiteTable:
    """Collects what a build writes. `keep` makes it what the next build finds; without that, nothing is left of it.

    A table that cannot be written costs the next build a whole site, and nothing now.
    """

    def __init__(self, table: Path) -> None:
        self._table = table
        self._new = table.with_name(f"{table.name}.new")
        self._rows: list[tuple[str, str, bytes, str]] = []
        self._group = ""
        """The key of the group to which what is added belongs."""
        self._members = 0
        self._database: sqlite3.Connection | None = None
        with self._errors_logged():
            table.parent.mkdir(parents=True, exist_ok=True)
            self._new.unlink(missing_ok=True)
            self._database = sqlite3.connect(self._new)
            self._database.execute("PRAGMA journal_mode = OFF")  # of a file that is complete, or deleted
            self._database.execute("PRAGMA synchronous = OFF")
            self._database.executescript(_TABLES)

    @contextmanager
    def group(self, key: str, fingerprint: str) -> Iterator[None]:
        """Let everything that is added meanwhile be the members of a group."""
        self._group, self._members = key, 0
        yield
        with self._errors_logged():
            if self._database:
                self._database.execute("INSERT INTO parts VALUES (?, ?, ?)", (key, fingerprint, self._members))
        self._group = ""

    def add(self, key: str, fingerprint: str, files: Sequence[FileFigures]) -> None:
        """Add files that were planned together."""
        if fingerprint:
            self._rows.append((key, fingerprint, msgspec.msgpack.encode(files), self._group))
            self._members += 1
        if len(self._rows) >= _ROWS_AT_ONCE:
            self._write()

    def keep(self, folder: Path) -> None:
        """Keep the table; folder: where the site is now."""
        self._write()
        with self._errors_logged():
            if self._database:
                self._database.execute("INSERT INTO site VALUES (?, ?, ?)", (_FORM, *_identity(folder)))
                self._database.commit()
                self._database.close()
                self._new.replace(self._table)

    def drop(self) -> None:
        """Delete what was not kept."""
        if self._database:
            self._database.close()
            self._database = None
        with suppress(OSError):
            self._new.unlink(missing_ok=True)

    def _write(self) -> None:
        with self._errors_logged():
            if self._database:
                query = "INSERT OR REPLACE INTO files (key, fingerprint, files, part) VALUES (?, ?, ?, ?)"
                self._database.executemany(query, self._rows)
        self._rows.clear()

    @contextmanager
    def _errors_logged(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            log.warning("%s: cannot be written, so the next build makes all files of the site: %s", self._table, error)
            self.drop()


def _identity(folder: Path) -> tuple[str, str]:
    """Return the device and the number of a folder there: another folder in its place has others."""
    found = folder.stat()
    return str(found.st_dev), str(found.st_ino)
