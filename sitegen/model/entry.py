"""An entry: a dataset as the lists name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sitegen.model.problems import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A dataset as the lists name it: all its rows, merged."""

    url: str
    """Its address, normalised: percent-encoded once, without a trailing slash. Local paths are `file:` addresses."""
    places: tuple[Place, ...]
    """Every row that names it, in reading order."""
    source: str | None = None
    """The institution, from the nearest row that states it."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Every other column that is filled for it, own or inherited: lower-case trimmed header → trimmed cell.
    Known columns keep the spelling of KNOWN_COLUMNS; unknown ones that of their header."""
    local: bool = False
    """A local list named it, so it may lie on this machine."""
