"""The database of the cache: its tables, and how it is opened, in whatever state it is found.

One of another schema, one without a table or column of ours, or a damaged one is set aside and begun anew, never
repaired: all of it can be fetched again. Columns that a newer version added do no harm, as ours are always named.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

log = logging.getLogger(__name__)

SCHEMA_VERSION = 3
FILE = "cache.sqlite3"
ASIDE = "cache.aside.sqlite3"

_TABLES = """
CREATE TABLE documents (
    url TEXT PRIMARY KEY, status TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, etag TEXT,
    last_modified TEXT, cors INTEGER, exposed TEXT, checked_at REAL NOT NULL, packed INTEGER NOT NULL,
    body BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE findings (
    url TEXT PRIMARY KEY, key TEXT NOT NULL, root TEXT NOT NULL, checked_at REAL NOT NULL, findings BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE ledger (
    catalog TEXT NOT NULL, url TEXT NOT NULL, added_at TEXT, status TEXT, PRIMARY KEY (catalog, url)
) WITHOUT ROWID;
CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
"""
_COLUMNS = """
SELECT tables.name || '.' || columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
"""


def open_database(folder: Path) -> sqlite3.Connection:
    """Return the database of a folder, a new one where the old one is of another schema, or broken.

    Raises sqlite3.Error where the disk or the rights forbid it.
    """
    path = folder / FILE
    database = _connect(path)
    trouble = _trouble(database)
    if trouble:
        database.close()
        _set_aside(path, trouble)
        database = _connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    if _is_empty(database):
        database.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
    return database


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, check_same_thread=False)


def _trouble(database: sqlite3.Connection) -> str:
    """Return why a database cannot be used, "" if it can."""
    try:
        if _is_empty(database):
            return ""
        found: int = database.execute("PRAGMA user_version").fetchone()[0]
        if found != SCHEMA_VERSION:
            return f"its schema is {found}, ours is {SCHEMA_VERSION}"
        if missing := _missing(database):
            return f"it has no {missing[0]}"
        verdict: str = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError:  # the disk or the rights, not the file
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter where damage stands in SQLite's message
        return str(error)
    return "" if verdict == "ok" else verdict


def _missing(database: sqlite3.Connection) -> list[str]:
    """Return the columns of ours that a database lacks, as `table.column`."""
    with closing(sqlite3.connect(":memory:")) as ours:
        ours.executescript(_TABLES)
        wanted = {name for (name,) in ours.execute(_COLUMNS)}
    return sorted(wanted.difference(name for (name,) in database.execute(_COLUMNS)))


def _is_empty(database: sqlite3.Connection) -> bool:
    return database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0  # type: ignore[no-any-return]


def _set_aside(path: Path, why: str) -> None:
    aside = path.with_name(ASIDE)
    log.warning("%s: the cache is set aside as %s, because %s; everything is asked for again", path, aside.name, why)
    path.replace(aside)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
