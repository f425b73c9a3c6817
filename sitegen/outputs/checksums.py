"""`data/files.json` and `SHA256SUMS`: how long the files of the index are, and what they must be.

They change when datasets were asked, as `index.json` does, so the page of the data loads the sizes and does not hold
them. What changes with every build is not among them, so that they do not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

from sitegen.media_types import bare_media_type
from sitegen.model import Page
from sitegen.model.planned import FileFigures
from sitegen.outputs.encoding import to_json

Changes = Literal["with the data", "asked", "build"]
"""When the bytes of an output change: as those of pages, with what they say of the data; or also where datasets were
`asked` and answered the same, because it states when, or how fast; or with every `build`, as the time of it does."""
_CHANGES: tuple[Changes, ...] = get_args(Changes)
FILES_PATH = "data/files.json"
SUMS_PATH = "SHA256SUMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A file of the site for programs."""

    path: str
    size_bytes: int
    sha256: str
    """In hexadecimal."""
    description: str
    """What it holds, or the file that it is a part of."""

    @property
    def media_type(self) -> str:
        """Its media type."""
        return bare_media_type(self.path)


def figures_of(page: Page) -> FileFigures:
    """Return the figures of a file that is written nowhere."""
    digest = hashlib.sha256(page.content).hexdigest()
    return FileFigures(path=page.path, size_bytes=len(page.content), mtime_ns=0, sha256=digest)


class Checksums:
    """Collects the files while they are made; no more than their names and figures is kept."""

    def __init__(self) -> None:
        self._files: list[DataFile] = []
        self._changes: list[Changes] = []

    def made(self, changes: Changes) -> tuple[DataFile, ...]:
        """Return the files so far, for an output that describes them; without figures of those that change more often.

        changes: when that output changes.
        """
        often = _CHANGES.index(changes)
        return tuple(
            each if _CHANGES.index(of_file) <= often else replace(each, size_bytes=0, sha256="")
            for each, of_file in zip(self._files, self._changes, strict=True)
        )

    def add(self, description: str, changes: Changes, files: Iterable[FileFigures]) -> None:
        """Add the files of an output. description: what they hold, or the file that they are parts of."""
        for each in files:
            made = DataFile(path=each.path, size_bytes=each.size_bytes, sha256=each.sha256, description=description)
            self._files.append(made)
            self._changes.append(changes)

    def files(self) -> Iterator[Page]:
        """Give both files, unless there is nothing to list; `sha256sum --check SHA256SUMS` reads the second."""
        lasting = [each for each, of_file in zip(self._files, self._changes, strict=True) if of_file != "build"]
        if not lasting:
            return
        listed = [{"path": each.path, "bytes": each.size_bytes, "sha256": each.sha256} for each in lasting]
        yield Page(path=FILES_PATH, content=to_json({"files": listed}) + b"\n")
        sums = "".join(f"{each.sha256}  {each.path}\n" for each in lasting)
        yield Page(path=SUMS_PATH, content=sums.encode())
