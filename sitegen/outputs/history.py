"""`history.json`: what the last builds of the catalog found, for the sparklines of the health page and for programs.

It changes with every build. Pages load it, so that unchanged data leave the bytes of pages as they were.
"""

from __future__ import annotations

from collections.abc import Iterator

from sitegen.model import Catalog, Page
from sitegen.outputs.encoding import to_json

HISTORY_PATH = "history.json"


def history_files(catalog: Catalog) -> Iterator[Page]:
    """Give `history.json`."""
    yield Page(path=HISTORY_PATH, content=to_json({"builds": catalog.builds}) + b"\n")
