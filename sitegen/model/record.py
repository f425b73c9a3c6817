"""A record: what the catalog says of one dataset.

It is composed of its identity, what its lists and RO-Crate state, and what an inspection found. `index.json`
and `index.schema.json` are made of it: the fields of `found` stand among its own there, and each key's name,
type and description are a field's name, type and the text below it. Add fields; never rename or remove.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sitegen.model.findings import License, PublicFindings, Term
from sitegen.model.problems import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the catalog says of one dataset. Null where unknown; every key is always present."""

    id: str
    """Permanent name: depends on the normalized URL alone. Letters, digits and `-`; unique."""
    url: str
    """Address as a viewer must receive it, percent-encoded once."""
    title: str
    """What to call it: `name`, else the shortest tail of the URL that tells it from all others."""
    name: str | None = None
    """Name that a list or the RO-Crate gives."""
    description: str | None = None
    """Description that a list or the RO-Crate gives."""
    origin: str | None = None
    """Where the data came from, as the list says, often an address."""
    source: str | None = None
    """Institution that publishes it."""
    lists: tuple[Place, ...] = ()
    """Every row that names it."""
    license: License | None = None
    """License, where a list or the RO-Crate states one."""
    organism: Term | None = None
    """Organism, as an NCBI Taxonomy term."""
    modality: Term | None = None
    """Imaging method, usually a term of the Biological Imaging Methods Ontology (FBbi)."""
    found: PublicFindings
    """What was found of it. Its fields are keys of the record in `index.json`, in this place."""
    added_at: str | None = None
    """When this catalog first listed it, UTC, ISO 8601; null where that is not known."""
    provenance: Mapping[str, str] = field(default_factory=dict)
    """Where a value came from: key of the record → `csv`, `ro-crate`, `zarr` or `url`."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """The lists' other columns."""
