"""Writes the site's folder: pages and pictures become a folder, and the folder replaces the site.

A site is replaced only by a complete site. Everything is written into a new folder beside the old one; then two
renames swap them. Where only files changed that say something each by itself, such as the index and the reports after
a crawl in which no dataset changed, these alone are renamed into the folder (`in_place`). Whatever fails before, a
full disk or Ctrl-C, leaves the old site as it is and removes the incomplete one; what a kill leaves behind is repaired
at the next start (`recover`). Between the two renames is a moment without a site: renaming is all that every file
system offers.

A folder that sitegen did not write is never replaced, nor one beside the site deleted. Files that did not change are
hard links to those of the old site, and pictures into the cache, where files are named by their content. The disk is
synced once before the swap, not once for each of 30,000 files.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from filelock import FileLock, Timeout

from sitegen.errors import BuildError, UsageError
from sitegen.model import Page
from sitegen.model.planned import PlannedPart
from sitegen.publish.disk import is_full
from sitegen.publish.in_place import replace_files
from sitegen.publish.last_site import LastSite, SiteTable, table_path
from sitegen.publish.writer import SiteWriter

MARKERS = (".nojekyll", "index.schema.json")
"""What every built site holds, and hardly any other folder: a folder with them may be replaced."""
_SUFFIX_DIGITS = 8
"""Hexadecimal digits at the end of the name of an incomplete site."""
_LOCK = ".lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How much was written."""

    files: int
    bytes: int
    written: int
    """Files that were made or copied."""
    kept: int
    """Files of the last site; the rest are pictures of the cache."""


def check_apart(folder: Path, needed: Iterable[Path]) -> None:
    """Raise UsageError where something that a build needs lies in the folder that it replaces."""
    site = _real(folder)
    for path in needed:
        if _real(path).is_relative_to(site):
            raise UsageError(
                f"{path}: is in the site's folder, {folder}, and a build replaces all that is in there; "
                "keep it elsewhere, or name another folder with --out"
            )


def prepare(folder: Path) -> None:
    """Check, before the work begins, that a site can be written there; repair what a crash left.

    Raises UsageError where the folder must not be replaced, BuildError where the disk does not allow it.
    """
    folder = _real(folder)
    _check_replaceable(folder)
    with _errors_translated(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        recover(folder)
        new = _incomplete(folder)
        new.mkdir()
        new.rmdir()


def write_site(
    planned: Iterable[Page | PlannedPart],
    *,
    folder: Path,
    files: Iterable[tuple[str, Path]] = (),
    pictures: Sequence[tuple[str, Path]] = (),
    tables: Path | None = None,
    workers: int | None = 0,
) -> Written:
    """Write a site and put it in place of the present one; return how much was written.

    planned: made only where they changed since the last build. files, pictures: path below the site, file that it is a
    copy of. The files of `pictures` must never change. tables: folder where it is kept what is written into which site;
    None: nowhere, and all files are made. workers: processes that make pages where there are many, None for one each
    core.
    Raises BuildError, or whatever makes the files raises; then the old site is unchanged.
    """
    folder = _real(folder)
    prepare(folder)
    with _errors_translated(folder), ExitStack() as at_the_end:
        new = _incomplete(folder)
        at_the_end.enter_context(_locked(new))
        at_the_end.callback(shutil.rmtree, new, ignore_errors=True)
        new.mkdir()
        path = table_path(tables, folder) if tables else None
        last = at_the_end.enter_context(closing(LastSite.open(path, folder)))
        table = SiteTable(path) if path else None
        if table:
            at_the_end.callback(table.drop)
        writer = SiteWriter(new, last=last, table=table, workers=workers)
        writer.write_all(planned)
        for name, source in files:
            writer.copy(name, source)
        writer.add_pictures(pictures)
        last.close()
        if writer.is_last_site():
            _sync()
            replace_files(folder, new, writer.made)
        else:
            writer.link_all()
            _sync()
            _swap(new, folder)
        if table:
            table.keep(folder)
    return Written(files=len(writer.paths), bytes=writer.bytes, written=len(writer.made), kept=writer.kept)


def recover(folder: Path) -> None:
    """Repair what a killed build left beside a site: restore the old site, delete incomplete ones.

    Raises UsageError where other files are in the place to which the old site is moved.
    """
    old = _old(folder)
    if _is_site(old) and folder.exists():
        _discard(old, folder)
    elif _is_site(old):
        old.rename(folder)
    elif old.is_file() or (old.is_dir() and any(old.iterdir())):
        raise UsageError(
            f"{old}: a build moves the old site there, and found files that sitegen did not write; "
            "move them, or name another folder with --out"
        )
    name = f".{escape(folder.name)}.new-{'[0-9a-f]' * _SUFFIX_DIGITS}"
    incomplete = {*folder.parent.glob(name), *(lock.with_suffix("") for lock in folder.parent.glob(name + _LOCK))}
    for each in sorted(incomplete):
        with suppress(OSError, Timeout), _locked(each):  # locked: another build is writing it
            shutil.rmtree(each, ignore_errors=True)


def _check_replaceable(folder: Path) -> None:
    """Raise UsageError for a folder that a build must not replace."""
    working = Path.cwd().resolve()
    if folder in (Path(folder.anchor), Path.home().resolve()) or working.is_relative_to(folder):
        raise UsageError(
            f"{folder}: a build replaces its folder, and this one holds your work; name another with --out"
        )
    if os.path.ismount(folder):
        raise UsageError(f"{folder}: a mounted disk cannot be replaced; name a folder in it, --out {folder / 'site'}")
    if folder.is_symlink():
        raise UsageError(f"{folder}: expected a folder, found a link that leads to itself; name another with --out")
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder}: expected a folder, found a file; name another with --out")
    with _errors_translated(folder):
        names = {path.name for path in folder.iterdir()}
    if names and not _is_site(folder):
        raise UsageError(
            f"{folder}: holds files that sitegen did not write, and a build replaces all of them; "
            "name a new or empty folder with --out"
        )
    if ".git" in names:
        raise UsageError(f"{folder}: is a git checkout, which a build would replace; name another folder with --out")


def _sync() -> None:
    """Have the disk hold what was written. Windows has no call for all files at once; it writes them a moment later."""
    if sys.platform != "win32":
        os.sync()


def _swap(new: Path, folder: Path) -> None:
    """Put the new site in place of the old one; where that fails, leave the old one."""
    old = _old(folder)
    try:
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    except BaseException:  # Ctrl-C, too, may come between the two
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise
    if old.exists():
        _discard(old, folder)


def _discard(old: Path, folder: Path) -> None:
    """Delete an old site, renamed to an incomplete one first: a kill must not leave it without its markers."""
    with suppress(OSError):
        shutil.rmtree(old.rename(_incomplete(folder)), ignore_errors=True)


def _real(path: Path) -> Path:
    """Return a path without links, except one that leads to itself."""
    return Path(os.path.realpath(path))


def _is_site(folder: Path) -> bool:
    return all((folder / name).is_file() for name in MARKERS)


def _old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def _incomplete(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.new-{secrets.token_hex(_SUFFIX_DIGITS // 2)}")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Lock an incomplete site, so that no other build takes it for one that a crash left. Raises Timeout if it is held.

    The lock is a file beside it: not every system can lock a folder, and one in it would become part of the site.
    """
    path = folder.with_name(folder.name + _LOCK)
    lock = FileLock(path)
    lock.acquire(blocking=False)
    try:
        yield
    finally:
        lock.release()
        path.unlink(missing_ok=True)


@contextmanager
def _errors_translated(folder: Path) -> Iterator[None]:
    """Turn what the disk raises into a BuildError of one line."""
    try:
        yield
    except OSError as error:
        full = "; free some space and build again" if is_full(error) else ""
        where = f" ({error.filename})" if error.filename else ""
        kept = "; the earlier site is unchanged" if folder.exists() else ""
        raise BuildError(f"{folder}: cannot be written: {error.strerror or error}{where}{full}{kept}") from error
