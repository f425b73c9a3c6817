"""The database of the cache: its tables, and how it is opened.

A database of another schema, one that lacks a table or a column, and a damaged one are renamed, and a new one is
begun: nothing is repaired, because everything can be fetched again. Columns that a newer version added do no harm:
every statement names its columns.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

log = logging.getLogger(__name__)

SCHEMA_VERSION = 3
"""Raise it when an existing column changes its meaning; an added column is noticed by itself."""
FILE = "cache.sqlite3"
ASIDE = "cache.aside.sqlite3"
"""Name of a database that could not be used."""

_TABLES = """
CREATE TABLE documents (
    url TEXT PRIMARY KEY, status TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, etag TEXT,
    last_modified TEXT, cors INTEGER, exposed TEXT, checked_at REAL NOT NULL, packed INTEGER NOT NULL,
    body BLOB NOT NULL, moved_to TEXT
) WITHOUT ROWID;
CREATE TABLE findings (
    url TEXT PRIMARY KEY, key TEXT NOT NULL, root TEXT NOT NULL, checked_at REAL NOT NULL, findings BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE ledger (
    catalog TEXT NOT NULL, url TEXT NOT NULL, added_at TEXT, status TEXT, PRIMARY KEY (catalog, url)
) WITHOUT ROWID;
CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
"""
_ADDED_TABLES = """
CREATE TABLE IF NOT EXISTS contents (
    catalog TEXT NOT NULL, url TEXT NOT NULL, digest TEXT NOT NULL, changed_at TEXT NOT NULL, PRIMARY KEY (catalog, url)
) WITHOUT ROWID;
"""
"""Tables that databases of earlier versions lack; they are added to them, and nothing is lost."""
_ADDED_COLUMNS = {"documents.moved_to": "ALTER TABLE documents ADD COLUMN moved_to TEXT"}
"""The same of columns."""
_COLUMNS = """
SELECT tables.name || '.' || columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
"""


def open_database(folder: Path) -> sqlite3.Connection:
    """Return the database of a folder; a new one where the old one has another schema or is damaged.

    Raises sqlite3.Error where the disk is full, or the file may not be read or written.
    """
    path = folder / FILE
    database = _connect(path)
    defect = _find_defect(database)
    if defect:
        database.close()
        _set_aside(path, defect)
        database = _connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    if _is_empty(database):
        database.executescript(f"BEGIN; {_TABLES} {_ADDED_TABLES} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
    return database


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, check_same_thread=False)


def _find_defect(database: sqlite3.Connection) -> str:
    """Return why a database cannot be used; empty if it can."""
    try:
        if _is_empty(database):
            return ""
        found: int = database.execute("PRAGMA user_version").fetchone()[0]
        if found != SCHEMA_VERSION:
            return f"its schema is {found}, expected {SCHEMA_VERSION}"
        database.executescript(_ADDED_TABLES)
        for name in set(_missing_columns(database)) & _ADDED_COLUMNS.keys():
            database.execute(_ADDED_COLUMNS[name])
        if missing := _missing_columns(database):
            return f"it has no {missing[0]}"
        integrity: str = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError:  # a full disk or missing rights: the file itself may be good
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # SQLite's message may quote damaged bytes
        return str(error)
    return "" if integrity == "ok" else integrity


def _missing_columns(database: sqlite3.Connection) -> list[str]:
    """Return the columns that a database lacks, as `table.column`."""
    with closing(sqlite3.connect(":memory:")) as new:
        new.executescript(_TABLES + _ADDED_TABLES)
        expected = {name for (name,) in new.execute(_COLUMNS)}
    return sorted(expected.difference(name for (name,) in database.execute(_COLUMNS)))


def _is_empty(database: sqlite3.Connection) -> bool:
    return database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0  # type: ignore[no-any-return]


def _set_aside(path: Path, defect: str) -> None:
    aside = path.with_name(ASIDE)
    log.warning("%s: the cache is set aside as %s, because %s; everything is requested again", path, aside.name, defect)
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
