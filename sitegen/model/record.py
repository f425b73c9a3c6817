"""A record: what the catalog says of one dataset.

`Record` and the classes of its fields define `index.json`: a field's name, type and the text below it
become `index.json` and `index.schema.json`. Add fields; never rename or remove.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sitegen.model.findings import Axis, Channel, Level, License, Picture, Plate, Shown, Term
from sitegen.model.problems import Kind, Place, Problem, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the catalog says of one dataset. Null where unknown; every key is always there."""

    id: str
    """Permanent name: depends on the normalised URL alone. Letters, digits and `-`; unique."""
    url: str
    """Address as a viewer must receive it, percent-encoded once."""
    title: str
    """What to call it: `name`, else the shortest tail of the URL that tells it from its neighbours."""
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
    """Licence, where a list or the RO-Crate states one."""
    organism: Term | None = None
    """Organism, as an NCBI Taxonomy term."""
    modality: Term | None = None
    """Imaging method, usually a term of the Biological Imaging Methods Ontology (FBbi)."""
    kind: Kind | None = None
    """What it is; null if it could not be read."""
    ome_zarr_version: str | None = None
    """Version of OME-Zarr, `0.1` to `0.6`."""
    zarr_format: int | None = None
    """2 or 3."""
    axes: tuple[Axis, ...] | None = None
    """Axes of the representative image, in the order of the array."""
    shape: tuple[int, ...] | None = None
    """Size of its full-resolution level along each axis."""
    dtype: str | None = None
    """Data type of its full-resolution level, such as `uint16`."""
    chunks: tuple[int, ...] | None = None
    """Chunk size of its full-resolution level."""
    shards: tuple[int, ...] | None = None
    """Shard size of its full-resolution level; null where it is not sharded."""
    codecs: tuple[str, ...] = ()
    """Names of the codecs of its full-resolution level, in the order of encoding."""
    levels: tuple[Level, ...] = ()
    """Resolutions of the representative image, finest first."""
    channels: tuple[Channel, ...] = ()
    """Its channels, where their author describes them."""
    image_path: str | None = None
    """Path of the representative image below `url`; empty for an image."""
    images: int | None = None
    """How many images it holds: 1; a plate's fields; a series' length."""
    plate: Plate | None = None
    """Layout, for a plate."""
    series: tuple[str, ...] = ()
    """Paths of its images below `url`, for a series."""
    label_images: tuple[str, ...] = ()
    """Names of its label images."""
    bytes: int | None = None
    """Stored bytes."""
    bytes_uncompressed: int | None = None
    """Computed from shape and data type of all levels of the representative image."""
    thumbnail: Picture | None = None
    """Small picture; null if there is none, and then a problem says why."""
    preview: Picture | None = None
    """Larger picture."""
    montage: Picture | None = None
    """Some wells of a plate, each in its place."""
    overlay: Picture | None = None
    """Larger picture with the first label image over it."""
    shown: Shown | None = None
    """What the pictures show."""
    status: Status = "ok"
    """`ok`; `stale`: could not be reached now, read on `checked_at`; `missing`: 404; `forbidden`: 401, 403;
    `unreachable`: no answer, time-out, TLS, 5xx; `unreadable`: answered, but not Zarr or not JSON;
    `refused`: we would not ask."""
    valid: bool | None = None
    """True if its metadata keep every MUST of their version; null where not validated."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with it, or worth knowing."""
    cors: bool | None = None
    """True if a browser page on another origin may read it; null if not tested."""
    checked_at: str | None = None
    """When its host last answered, UTC, ISO 8601."""
    added_at: str | None = None
    """When this catalog first listed it, UTC, ISO 8601; null where that is not known."""
    provenance: Mapping[str, str] = field(default_factory=dict)
    """Where a value came from: key of the record → `csv`, `ro-crate`, `zarr` or `url`."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """The lists' other columns."""
