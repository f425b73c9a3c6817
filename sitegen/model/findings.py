"""What an inspection finds of a dataset, whatever its lists say of it."""

from __future__ import annotations

from dataclasses import dataclass

from sitegen.model.problems import Kind, Problem, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis of an image, in the order in which the array has them."""

    name: str
    """As written, such as `z`."""
    type: str | None = None
    """`space`, `time`, `channel`, or a custom type."""
    unit: str | None = None
    """As written, such as `micrometer`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One resolution of an image."""

    path: str
    """Path of its array below the image."""
    shape: tuple[int, ...] | None = None
    """Size in pixels along each axis."""
    chunks: tuple[int, ...] | None = None
    """Size of a chunk in pixels."""
    shards: tuple[int, ...] | None = None
    """Size of a shard in pixels; null where the array is not sharded."""
    scale: tuple[float, ...] | None = None
    """Physical size of a pixel along each axis, in the axis's unit."""
    exact: bool = True
    """False where shape, chunks and shards were derived from the scales and level 0, and its array was not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel, as its author wants it shown (`omero` metadata)."""

    label: str | None = None
    """Name of the channel."""
    color: str | None = None
    """Six hexadecimal digits, RRGGBB."""
    active: bool = True
    """False if it is hidden at first."""
    window: tuple[float, float] | None = None
    """Raw intensities to show as black and as full color."""
    inverted: bool = False
    """True if the ramp is reversed."""
    lut: str | None = None
    """Name of a lookup table that replaces the color."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """The layout of a plate."""

    rows: int
    """Number of rows."""
    columns: int
    """Number of columns."""
    wells: int
    """Number of wells that its metadata lists."""
    fields: int | None = None
    """Fields of view in a well, at most."""
    row_names: tuple[str, ...] = ()
    """Names of the rows, in order."""
    column_names: tuple[str, ...] = ()
    """Names of the columns, in order."""
    present: tuple[tuple[int, int], ...] = ()
    """(row, column) indices of the listed wells."""
    shown: tuple[int, int] | None = None
    """(row, column) indices of the well in the picture."""
    drawn: tuple[tuple[int, int], ...] = ()
    """(row, column) indices of the wells in the montage."""
    absent: tuple[tuple[int, int], ...] = ()
    """(row, column) indices of the wells that are listed, were asked for, and are not there."""
    acquisitions: int | None = None
    """Number of acquisitions, where stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """Under which terms the data may be used."""

    id: str | None = None
    """SPDX identifier, where there is one."""
    url: str | None = None
    """Address of the license's text."""
    text: str | None = None
    """What was written, where it is neither an address nor a known license."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of an ontology."""

    id: str
    """CURIE such as `NCBITaxon:9606`, or the text as written where it is none."""
    label: str | None = None
    """What the ontology calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A pre-rendered picture."""

    path: str
    """Path below the site's root."""
    width: int
    """Width in pixels."""
    height: int
    """Height in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the pictures show."""

    level: str
    """Path of the level that was read; empty where the dataset supplies its picture."""
    z: int | None = None
    """Index of the plane along z, on level 0; null without a z axis."""
    t: int | None = None
    """Index of the time point; null without a time axis."""
    channels: tuple[Channel, ...] = ()
    """The channels that are mixed, with the color and window used; empty for RGB."""
    pixel_size: float | None = None
    """Width of one pixel of the preview (else the thumbnail), in `unit`."""
    unit: str | None = None
    """Unit of `pixel_size`."""
    empty: bool = False
    """True if there is nothing but background to see."""
    how: str = ""
    """In words: which image, plane and contrast, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crate:
    """What a dataset's RO-Crate says, identifiers normalized."""

    name: str | None = None
    description: str | None = None
    license: str | None = None
    """As written."""
    organism: str | None = None
    modality: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a visit cost its host."""

    requests: int = 0
    retries: int = 0
    bytes: int = 0
    median_ms: float | None = None
    """Of its requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserAccess:
    """What pages of other sites, such as viewers, may do with a dataset or with all of a host's (CORS)."""

    origin: bool | None = None
    """Whether they may read its answers; null if not tested."""
    ranges: bool | None = None
    """Whether they may ask for parts of files, as sharded data need; null if not tested, or not theirs to read."""
    exposed: tuple[str, ...] | None = None
    """Headers of its answers that it lets them see, in lower case, `*` for all; null as `ranges`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageMetadata:
    """What the metadata of an image state for its readers. `ome` reads it and inspections pass it on as one value, so
    a further field needs no change between its reader and the index."""

    channels: tuple[Channel, ...] = ()
    """Its channels, where their author describes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFindings:
    """What an inspection finds of a dataset, as `index.json` publishes it. Its fields are keys of a record there.

    In a record, what could not be found is completed with what the lists state: axes, shape, chunks, shards,
    images and bytes.
    """

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
    metadata: ImageMetadata = ImageMetadata()  # frozen
    """What the metadata of the representative image state. Its fields are keys of a record, in this place."""
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
    status: Status
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings(PublicFindings):
    """What one inspection of a dataset found, whatever its lists say of it: what is published, and what only the
    program needs.

    It depends on the store, on the code and on `series0` alone, so it is what the
    cache keeps, and what a worker process gives back.
    """

    dimension_names: tuple[str | None, ...] | None = None
    bytes_written: int | None = None
    """Stored bytes by the Challenge's own statistic, where no list states them; a plate's: one field's times all."""
    crate: Crate | None = None
    browsers: BrowserAccess = BrowserAccess()
    cost: Cost = Cost()
    """Of the visit that found all this, so that a report made from the cache says the same."""
