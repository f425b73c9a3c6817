"""What the health page shows: the report of the catalog, where its figures lead, and how they changed.

The page changes only when what was found does. What changes with every build is in `history.json`, of which a script
draws lines; the page itself has a table of the builds that found other figures than the build before. Pure functions
from the catalog to the context of the template `report.html`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sitegen.catalog.builds import found_others
from sitegen.catalog.health import NOT_STATED, ProblemGroup, make_report
from sitegen.model import Catalog, Severity
from sitegen.site.links import RuleLinks, filter_link

HEALTH_PATH = "report/index.html"
BUILDS_SHOWN = 12
"""Builds in the table; all that are kept are in `history.json`."""
_LEVELS: tuple[tuple[Severity, str], ...] = (("error", "Errors"), ("warning", "Warnings"), ("note", "Notes"))


def health_context(catalog: Catalog) -> dict[str, Any]:
    """Return the context of `report.html`."""
    report = make_report(catalog)
    anchors = _anchors(report.rules)
    of_level = [(title, level, [pair for pair in anchors if pair[0].level == level]) for level, title in _LEVELS]
    return {
        "report": report,
        "rules": [each for each in of_level if each[2]],
        "lists": sorted(report.lists, key=lambda each: (not each.errors, not each.warnings)),
        "changes": catalog.changes,
        "builds": found_others(catalog.builds)[-BUILDS_SHOWN:],
        "first_built_at": catalog.builds[0].built_at if catalog.builds else None,
        "links": _Links(catalog),
    }


def _anchors(groups: Sequence[ProblemGroup]) -> list[tuple[ProblemGroup, str]]:
    """Return each group with its anchor: that of its code, with the level where another group has the code, too."""
    first = {group.code: group for group in reversed(groups)}
    level_of = {id(group): "" if first[group.code] is group else f"{group.level}-" for group in groups}
    return [(group, f"rule-{level_of[id(group)]}{group.code}") for group in groups]


class _Links:
    """Addresses of the datasets that figures of the page count."""

    def __init__(self, catalog: Catalog) -> None:
        self.rule = RuleLinks(catalog).link

    def source(self, name: str, **further: str) -> str:
        """Return the address of an institution's datasets, with further filters."""
        return filter_link("source", "" if name == NOT_STATED else name, **further)

    def host(self, name: str, **further: str) -> str:
        """Return the address of a host's datasets, with further filters."""
        return filter_link("host", name, **further)
