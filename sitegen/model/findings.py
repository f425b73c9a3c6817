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
    """Raw intensities to show as black and as full colour."""
    inverted: bool = False
    """True if the ramp is reversed."""
    lut: str | None = None
    """Name of a lookup table that replaces the colour."""


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
    """Address of the licence's text."""
    text: str | None = None
    """What was written, where it is neither an address nor a licence that is known."""


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
    """The channels that are mixed, with the colour and window used; empty for RGB."""
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
    """What a dataset's RO-Crate says, identifiers normalised."""

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
class Findings:
    """What one visit to a dataset found, whatever its lists say of it.

    It depends on the store, on the code and on `series0` alone, so it is what the
    cache keeps, and what a worker process gives back.
    """

    status: Status
    checked_at: str | None = None
    kind: Kind | None = None
    ome_zarr_version: str | None = None
    zarr_format: int | None = None
    axes: tuple[Axis, ...] | None = None
    dtype: str | None = None
    codecs: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    channels: tuple[Channel, ...] = ()
    image_path: str | None = None
    images: int | None = None
    plate: Plate | None = None
    series: tuple[str, ...] = ()
    label_images: tuple[str, ...] = ()
    dimension_names: tuple[str | None, ...] | None = None
    bytes_written: int | None = None
    """Stored bytes by the Challenge's own statistic, where no list states them; a plate's: one field's times all."""
    bytes_uncompressed: int | None = None
    crate: Crate | None = None
    thumbnail: Picture | None = None
    preview: Picture | None = None
    montage: Picture | None = None
    overlay: Picture | None = None
    shown: Shown | None = None
    valid: bool | None = None
    cors: bool | None = None
    browsers: BrowserAccess = BrowserAccess()
    problems: tuple[Problem, ...] = ()
    cost: Cost = Cost()
    """Of the visit that found all this, so that a report made from the cache says the same."""
