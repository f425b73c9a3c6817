"""An entry: a dataset and what the lists state about it, in typed fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sitegen.model.findings import Creator
from sitegen.model.problems import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A dataset and what the lists state about it: all rows that name it, merged.

    A field is None where no list states it; an invalid cell states nothing, and is a problem of its list.
    """

    url: str
    """Its address, normalized: percent-encoded once, without a trailing slash. Local paths are `file:` addresses."""
    places: tuple[Place, ...]
    """Every row that names it, in reading order."""
    local: bool = False
    """A list of this machine names it, so its files may be on this machine, too."""
    source: str | None = None
    """The institution, from the nearest row that states it."""
    name: str | None = None
    description: str | None = None
    license: str | None = None
    """As written: an address, an identifier, or a name."""
    creators: tuple[Creator, ...] = ()
    """Who made it, in the order of credit."""
    organism_id: str | None = None
    """As written, usually a term of the NCBI Taxonomy."""
    fbbi_id: str | None = None
    """The imaging method, as written, usually a term of the Biological Imaging Methods Ontology."""
    origin: str | None = None
    """Where the data came from, often an address."""
    wells: int | None = None
    """Number of wells of a plate."""
    images: int | None = None
    """Number of images in the dataset."""
    series0: str | None = None
    """Path of the representative image below the dataset, without leading or trailing slash; never outside of it."""
    stored_bytes: int | None = None
    shape: tuple[int, ...] | None = None
    """Size along each axis."""
    shards: tuple[int, ...] | None = None
    """Size of a shard along each axis."""
    chunks: tuple[int, ...] | None = None
    """Size of a chunk along each axis."""
    dimension_names: tuple[str, ...] | None = None
    """Name of each axis."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Cells of the other columns: header, as the lists first spell it → text."""
