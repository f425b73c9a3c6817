"""How the datasets of one build differ from those of the build before."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A dataset that changed from one build to another."""

    id: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differed between the last two builds that differ."""

    since: str | None = None
    """When the earlier of the two builds was made, UTC, ISO 8601; null while nothing has ever changed."""
    found_at: str | None = None
    """When the later one was made."""
    failing: tuple[Changed, ...] = ()
    """Were ok before, and could not be read."""
    recovered: tuple[Changed, ...] = ()
    """Could not be read before, and are ok again."""
    added: tuple[Changed, ...] = ()
    """Were not listed before."""
    removed: tuple[Changed, ...] = ()
    """Are no longer listed."""
    newly_invalid: tuple[Changed, ...] = ()
    """Had valid metadata before, and have invalid ones."""
    newly_valid: tuple[Changed, ...] = ()
    """Had invalid metadata before, and have valid ones."""
    modified: tuple[Changed, ...] = ()
    """State something else than before: axes, shapes, chunks, channels, wells, labels."""

    def __bool__(self) -> bool:
        """Return whether anything changed."""
        kinds = (self.failing, self.recovered, self.added, self.removed)
        return any(kinds) or any((self.newly_invalid, self.newly_valid, self.modified))
