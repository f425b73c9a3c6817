"""A disk of this machine: which errors say that it is full, whether files fit, and links where it has them."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable
from heapq import nlargest
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""A full disk, a quota, and the limit for the size of a file."""


def is_full(error: BaseException) -> bool:
    """Return whether an error says that a disk has no space left."""
    return isinstance(error, OSError) and error.errno in FULL


def missing_bytes(folder: Path, files: Iterable[tuple[str, int]], *, at_once: int) -> int:
    """Return how much space a disk lacks for files that replace those of the same names; 0 if they fit.

    files: path below the folder, and size. at_once: how many files are there twice at one time, old and new.
    """
    given = list(files)
    more = sum(max(0, size - _size(folder / path)) for path, size in given)
    twice = sum(nlargest(at_once, (min(size, _size(folder / path)) for path, size in given)))
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return max(0, more + twice - shutil.disk_usage(there).free)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def link(source: str | Path, target: str | Path) -> None:
    """Link a file; copy it, with its time, where the disk has no links or the file is on another one."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        found = os.stat(source)
        shutil.copyfile(source, target)
        os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))
