"""`history.json`: what builds found, of the catalog and of each institution, for sparklines and for programs.

That of the catalog has the last builds that found something new or asked a dataset; that of an institution has those
that found other figures. Pages load them, so that unchanged data leave the bytes of pages as they were.
"""

from __future__ import annotations

from collections.abc import Iterator

from sitegen.model import Catalog, InstitutionHistory, Page
from sitegen.outputs.encoding import to_json
from sitegen.site.overviews import make_overviews

HISTORY_PATH = "history.json"


def history_files(catalog: Catalog) -> Iterator[Page]:
    """Give `history.json`."""
    yield Page(path=HISTORY_PATH, content=to_json({"builds": catalog.builds}) + b"\n")


def institution_histories(catalog: Catalog) -> Iterator[Page]:
    """Give `history.json` of each institution, which changes only when its figures do."""
    for overview in make_overviews(catalog, "institution"):
        name = overview.source.name if overview.source else ""
        history = catalog.institutions.get(name, InstitutionHistory())
        yield Page(path=overview.path(HISTORY_PATH), content=to_json({"builds": history.builds}) + b"\n")
