"""What an inspection finds of a dataset, without what lists state about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sitegen.model.problems import Kind, Problem, Status, Validated

CreatorKind = Literal["person", "organization"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis of an image; the axes of an image are in the order of its array."""

    name: str
    """As written, such as `z`."""
    type: str | None = None
    """`space`, `time`, `channel`, or another type."""
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
    """False if shape, chunks and shards were derived from the scales and level 0, because its array was not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel, with the rendering settings of its author (`omero` metadata)."""

    label: str | None = None
    """Name of the channel."""
    color: str | None = None
    """Six hexadecimal digits, RRGGBB."""
    active: bool = True
    """False if it is hidden at first."""
    window: tuple[float, float] | None = None
    """Raw intensities to show as black and as full color."""
    inverted: bool = False
    """True if low intensities are shown in full color and high ones as black."""
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
    """Largest number of fields of view in a well."""
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
    """(row, column) indices of the wells that are listed and were requested, but do not exist."""
    acquisitions: int | None = None
    """Number of acquisitions; null if not stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """The license of the data."""

    id: str | None = None
    """SPDX identifier or expression; null if the license has none, or is not known."""
    url: str | None = None
    """Address of the text of the license, or of its page in the SPDX License List; null for an expression."""
    text: str | None = None
    """What was written, if it is neither an address nor a known license."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of an ontology."""

    id: str
    """CURIE such as `NCBITaxon:9606`; the text as written if it is not a term."""
    label: str | None = None
    """Name of the term in the ontology."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture file of the site."""

    path: str
    """Path below the root of the site."""
    width: int
    """Width in pixels."""
    height: int
    """Height in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the pictures show."""

    level: str
    """Path of the level that was read; empty if the dataset supplies the picture."""
    z: int | None = None
    """Index of the plane along z, on level 0; null without a z axis."""
    t: int | None = None
    """Index of the time point; null without a time axis."""
    channels: tuple[Channel, ...] = ()
    """The channels that are mixed, with the color and window used; empty for RGB."""
    pixel_size: float | None = None
    """Width of a pixel of the preview, or of the thumbnail without a preview, in `unit`."""
    unit: str | None = None
    """Unit of `pixel_size`."""
    empty: bool = False
    """True if the picture shows only background."""
    how: str = ""
    """Description of which image, plane and contrast are shown, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Creator:
    """A person or an organization that made a dataset."""

    name: str
    """Its whole name, such as `Ada Lovelace`."""
    family: str | None = None
    """Family name; null where it is not stated apart."""
    given: str | None = None
    """Given name; null where it is not stated apart."""
    kind: CreatorKind | None = None
    """`person` or `organization`; null where that is not stated."""
    orcid: str | None = None
    """ORCID iD, such as `0000-0002-1825-0097`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crate:
    """Metadata from a dataset's RO-Crate, with normalized identifiers."""

    name: str | None = None
    description: str | None = None
    license: str | None = None
    """As written."""
    organism: str | None = None
    modality: str | None = None
    part_of: str | None = None
    """Identifier of the study that the dataset is part of, often an address."""
    part_of_name: str | None = None
    """What that study is called."""
    creators: tuple[Creator, ...] = ()
    publisher: str | None = None
    published: str | None = None
    """Year, month or day: `2024`, `2024-05`, `2024-05-31`."""
    version: str | None = None
    doi: str | None = None
    """Of the dataset, such as `10.5281/zenodo.1234567`."""
    citations: tuple[str, ...] = ()
    """Publications about it: words, addresses, or both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Requests of an inspection, and what they transferred."""

    requests: int = 0
    retries: int = 0
    bytes: int = 0
    median_ms: float | None = None
    """Median duration of the requests, in milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserAccess:
    """What web pages of other sites, such as viewers, may do with a dataset or with all datasets of a host (CORS)."""

    origin: bool | None = None
    """Whether they may read responses; null if not known."""
    ranges: bool | None = None
    """Whether they may request byte ranges, as sharded data need; null if not known, or if they may read nothing."""
    exposed: tuple[str, ...] | None = None
    """Headers of responses that they can read, in lower case, `*` for all; null like `ranges`."""


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
    """Kind of dataset; null if it could not be read."""
    ome_zarr_version: str | None = None
    """Version of OME-Zarr, `0.1` to `0.6`."""
    zarr_format: int | None = None
    """2 or 3."""
    zipped: bool = False
    """True if it is a ZIP archive that holds the Zarr hierarchy: `.ozx` (RFC-9, draft)."""
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
    `refused`: not requested."""
    valid: bool | None = None
    """True if its metadata keep every MUST of their version; null where not validated."""
    validated: Validated | None = None
    """`full`: all that the rules speak of was read, as by `sitegen validate`; `sampled`: what `valid` and `problems`
    say holds for the parts that were read; null where not validated."""
    validated_parts: str | None = None
    """Which parts were read for the validation, and which were not, in words; null where not validated."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with it, or worth knowing."""
    cors: bool | None = None
    """True if a browser page on another origin may read it; null if not tested."""
    checked_at: str | None = None
    """When its host last answered, UTC, ISO 8601."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings(PublicFindings):
    """What one inspection of a dataset found: what is published, and what only the program needs.

    It depends only on the dataset, the code, `Task.series0` and the options of the task, so it can be cached and sent
    between processes.
    """

    dimension_names: tuple[str | None, ...] | None = None
    bytes_written: int | None = None
    """Stored bytes by the Challenge's statistic, if no list states them; of a plate: one field's times their number."""
    crate: Crate | None = None
    browsers: BrowserAccess = BrowserAccess()
    cost: Cost = Cost()
    """Of the inspection that found all this, so that a report made from the cache states the same."""
