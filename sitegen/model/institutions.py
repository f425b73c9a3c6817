"""What the builds of a catalog found of one institution: figures, and what changed for its owners."""

from __future__ import annotations

from dataclasses import dataclass

from sitegen.model.changes import Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionFigures:
    """What one build found of an institution."""

    built_at: str
    """When the first build that found this was made, UTC, ISO 8601."""
    datasets: int
    """Datasets listed."""
    ok: int
    """Datasets that answered and could be read."""
    valid: int
    """Datasets whose metadata are valid."""
    bytes: int
    """Stored bytes, where known."""
    errors: int
    """Problems of its datasets that are errors."""
    warnings: int
    """Problems that are warnings."""
    score: int | None = None
    """Findability, from 0 to 100; null where nothing is known of its datasets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDatasets:
    """Datasets that changed in one way: how many, and the first of them."""

    count: int = 0
    shown: tuple[Changed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionEvent:
    """What one build found to be other than the build before, for the owner of these datasets."""

    built_at: str
    """UTC, ISO 8601."""
    failing: ChangedDatasets = ChangedDatasets()  # frozen
    """Could be read before."""
    recovered: ChangedDatasets = ChangedDatasets()  # frozen
    """Can be read again."""
    newly_invalid: ChangedDatasets = ChangedDatasets()  # frozen
    """Had valid metadata before."""
    newly_valid: ChangedDatasets = ChangedDatasets()  # frozen
    """Had invalid metadata before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionHistory:
    """What the builds found of an institution, oldest first."""

    builds: tuple[InstitutionFigures, ...] = ()
    """The first build, and those that found other figures than the build before."""
    events: tuple[InstitutionEvent, ...] = ()
