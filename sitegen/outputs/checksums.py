"""`data/files.json` and `SHA256SUMS`: how long the files of the index are, and what they must be.

They change with every build, as `index.json` does, so the page of the data loads the sizes and does not hold them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sitegen.model import Page
from sitegen.outputs.encoding import to_json

FILES_PATH = "data/files.json"
SUMS_PATH = "SHA256SUMS"


class Checksums:
    """Collects the files while they are made; no more than their names and figures is kept."""

    def __init__(self) -> None:
        self._files: list[dict[str, object]] = []

    def add(self, page: Page) -> None:
        """Add a file."""
        digest = hashlib.sha256(page.content).hexdigest()
        self._files.append({"path": page.path, "bytes": len(page.content), "sha256": digest})

    def files(self) -> Iterator[Page]:
        """Give both files, unless there is nothing to list; `sha256sum --check SHA256SUMS` reads the second."""
        if not self._files:
            return
        yield Page(path=FILES_PATH, content=to_json({"files": self._files}) + b"\n")
        sums = "".join(f"{each['sha256']}  {each['path']}\n" for each in self._files)
        yield Page(path=SUMS_PATH, content=sums.encode())
