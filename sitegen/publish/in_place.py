"""Replaces a few files in a site that is otherwise as it was: those that every build makes, and those of another crawl.

To link 60,000 files into a new folder, and to delete the old one, takes as long as all else of a build in which nothing
changed. Each file is renamed into its place, so that visitors get the old one or the new one, and never half of one.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from sitegen.publish.disk import link

MOST_REPLACED = 512
"""Files that are replaced one by one, at most: an index, tables, and the reports of some hundred institutions, studies
and lists. That many renames take some 10 ms."""
_BEFORE = ".before"
"""Folder in the new one, with the files that are replaced; no site has a folder of that name."""


def holds_only(folder: Path, paths: Collection[str]) -> bool:
    """Return whether a folder holds as many files and folders as these paths name, and nothing that is neither.

    Where each path is known to be a file there, it then holds nothing else. paths: below the folder, with `/`.
    """
    expected = (len(paths), len(_folders_of(paths)))
    files = folders = 0
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as found:
            for each in found:
                if each.is_dir(follow_symlinks=False):
                    waiting.append(each.path)
                    folders += 1
                elif each.is_file(follow_symlinks=False):
                    files += 1
                else:
                    return False
    return (files, folders) == expected


def _folders_of(paths: Iterable[str]) -> set[str]:
    """Return the folders in which files are, and those above them."""
    folders: set[str] = set()
    waiting = {path.rpartition("/")[0] for path in paths}
    while waiting:
        folders |= waiting
        waiting = {folder.rpartition("/")[0] for folder in waiting} - folders
    return folders - {""}


def replace_files(folder: Path, new: Path, paths: Sequence[str]) -> None:
    """Rename the files of a new folder, at these paths, to those of another one.

    Whatever is raised meanwhile, all files of `folder` are as they were.
    """
    before = new / _BEFORE
    before.mkdir()
    for number, path in enumerate(paths):
        link(folder / path, before / str(number))
    done = 0
    try:
        for done, path in enumerate(paths):  # noqa: B007  # where it ends
            os.replace(new / path, folder / path)
    except BaseException:
        for number, path in enumerate(paths[: done + 1]):
            with suppress(OSError):  # the last one may be open somewhere, and is the old one
                os.replace(before / str(number), folder / path)
        raise
