"""A record: what the catalog says of one dataset.

It is composed of its identity, what its lists and RO-Crate state, and what an inspection found. `index.json`
and `index.schema.json` are made of it: the fields of `found` stand among its own there, and each key's name,
type and description are a field's name, type and the text below it. Add fields; never rename or remove.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sitegen.model.findings import Creator, License, PublicFindings, Term
from sitegen.model.problems import Place

StudyOrigin = Literal["configuration", "csv", "ro-crate", "origin", "list", "url"]
"""Where it was stated that a dataset belongs to its study."""
StudyNameOrigin = Literal["configuration", "csv", "ro-crate", "accession", "name", "description", "list", "url"]
"""What the name of a study was made of; `name`, `description`: what its datasets say there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRef:
    """The study that a dataset belongs to."""

    id: str
    """Permanent name: depends on what identifies the study alone, such as an accession. Letters, digits and `-`."""
    name: str
    """What the study is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the catalog says of one dataset. Null where unknown; every key is always present."""

    id: str
    """Permanent name: depends on the normalized URL alone. Letters, digits and `-`; unique."""
    url: str
    """Address as a viewer must receive it, percent-encoded once."""
    title: str
    """What to call it: `name`, else the shortest tail of the URL that tells it from all others."""
    short_title: str = ""
    """What tells it from the other datasets of its study: its name without what they have in common, or the part of its
    address that differs; without `.zarr`. Meant to be shown below the name of the study."""
    name: str | None = None
    """Name that a list or the RO-Crate gives."""
    description: str | None = None
    """Description that a list or the RO-Crate gives."""
    origin: str | None = None
    """Where the data came from, as the list says, often an address."""
    source: str | None = None
    """Institution that publishes it."""
    study: StudyRef | None = None
    """Study that it belongs to; `provenance` says where that was taken from."""
    lists: tuple[Place, ...] = ()
    """Every row that names it."""
    license: License | None = None
    """License, where a list or the RO-Crate states one."""
    creators: tuple[Creator, ...] = ()
    """Who made it, where a list or the RO-Crate says so, in the order of credit."""
    publisher: str | None = None
    """Who publishes it, as the RO-Crate says."""
    published: str | None = None
    """When it was published, as the RO-Crate says: a year, a month or a day, as in ISO 8601."""
    data_version: str | None = None
    """Version of the data, as the RO-Crate says."""
    doi: str | None = None
    """DOI of the dataset, such as `10.5281/zenodo.1234567`, as the RO-Crate says."""
    citations: tuple[str, ...] = ()
    """Publications to cite with it: those of the RO-Crate, else what the configuration says of its study."""
    ro_crate: bool | None = None
    """True if it has an RO-Crate that states something; null if none could be read."""
    organism: Term | None = None
    """Organism, as an NCBI Taxonomy term."""
    modality: Term | None = None
    """Imaging method, usually a term of the Biological Imaging Methods Ontology (FBbi)."""
    found: PublicFindings
    """What was found of it. Its fields are keys of the record in `index.json`, in this place."""
    added_at: str | None = None
    """When this catalog first listed it, UTC, ISO 8601; null where that is not known."""
    changed_at: str | None = None
    """When a build first found all this of it, UTC, ISO 8601: later builds that find the same, whenever they ask, leave
    it, and so do builds in which its host gives no answer."""
    provenance: Mapping[str, str] = field(default_factory=dict)
    """Where a value came from: key of the record → `csv`, `ro-crate`, `zarr` or `url`; of `study` also `configuration`,
    `origin` or `list`."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """The lists' other columns."""
