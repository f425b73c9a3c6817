"""`data/files.json` and `SHA256SUMS`: how long the files of the index are, and what they must be.

They change with every build, as `index.json` does, so the page of the data loads the sizes and does not hold them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sitegen.media_types import bare_media_type
from sitegen.model import Page
from sitegen.outputs.encoding import to_json

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


class Checksums:
    """Collects the files while they are made; no more than their names and figures is kept."""

    def __init__(self) -> None:
        self._files: list[DataFile] = []

    @property
    def made(self) -> tuple[DataFile, ...]:
        """The files so far, for outputs that describe them."""
        return tuple(self._files)

    def add(self, page: Page, description: str) -> None:
        """Add a file."""
        digest = hashlib.sha256(page.content).hexdigest()
        size = len(page.content)
        self._files.append(DataFile(path=page.path, size_bytes=size, sha256=digest, description=description))

    def files(self) -> Iterator[Page]:
        """Give both files, unless there is nothing to list; `sha256sum --check SHA256SUMS` reads the second."""
        if not self._files:
            return
        listed = [{"path": each.path, "bytes": each.size_bytes, "sha256": each.sha256} for each in self._files]
        yield Page(path=FILES_PATH, content=to_json({"files": listed}) + b"\n")
        sums = "".join(f"{each.sha256}  {each.path}\n" for each in self._files)
        yield Page(path=SUMS_PATH, content=sums.encode())
