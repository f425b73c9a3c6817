"""Zipped OME-Zarr of the demo, written as RFC-9 recommends; the same store gives the same bytes.

RFC-9: https://ngff.openmicroscopy.org/rfc/9/index.html (state D5): members stored without compression, every
`zarr.json` first and breadth first, and a comment that says so.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

_COMMENT = {"ome": {"version": "0.5", "zipFile": {"centralDirectory": {"jsonFirst": True}}}}
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first date that ZIP can state (APPNOTE 6.3.10, section 4.4.6)."""


def zip_store(store: Path, target: Path) -> None:
    """Write an archive of a store of OME-Zarr 0.5, and delete the store."""
    files = [path for path in store.rglob("*") if path.is_file()]
    files.sort(key=lambda path: (path.name != "zarr.json", len(path.parts), path.as_posix()))
    with zipfile.ZipFile(target, "w") as archive:
        for path in files:
            member = zipfile.ZipInfo(path.relative_to(store).as_posix(), date_time=_EARLIEST)
            archive.writestr(member, path.read_bytes())
        archive.comment = json.dumps(_COMMENT).encode() + b"\0"
    shutil.rmtree(store)
