"""The frozen values that travel from a CSV row to a page.

`Entry` is a row, `Findings` what one visit to its dataset found, `Record` what the
catalog says of it, `Catalog` all of them, `Page` a file of the site. `Record` and
what is in it are the index of the contract: a field's name, type and the text below
it become `index.json` and `index.schema.json`. Add fields; never rename or remove.

`None` means "not stated", never "failed"; what failed is a `Problem`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["image", "plate", "series", "well", "labels", "scene", "array", "group"]
Status = Literal["ok", "stale", "missing", "forbidden", "unreachable", "unreadable", "refused"]
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a list."""

    csv: str
    """The list, by the address or path it was read from."""
    line: int
    """The line in it, the first being 1."""

    def __str__(self) -> str:
        return f"{self.csv}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that someone should know, or mend."""

    code: str
    """Stable name of the rule that was broken, such as `scale-count`."""
    level: Severity
    """`error`, `warning` or `note`."""
    where: str = ""
    """Where in the dataset's metadata: a path such as `multiscales/0/datasets/1`, or a file below the dataset."""
    message: str = ""
    """What was expected and what was found."""
    hint: str = ""
    """What to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListProblem:
    """A problem of a list, or of a line in it."""

    place: Place
    problem: Problem
    url: str | None = None
    """The dataset or list that the line names, if it names one."""


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
class Browsers:
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
    dimension_names: tuple[str, ...] | None = None
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
    browsers: Browsers = Browsers()
    problems: tuple[Problem, ...] = ()
    cost: Cost = Cost()
    """Of the visit that found all this, so that a report made from the cache says the same."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The catalog in figures."""

    datasets: int = 0
    """Datasets listed."""
    images: int = 0
    """Images they hold, where known."""
    plates: int = 0
    """Plates among them."""
    bytes: int = 0
    """Stored bytes, where known."""
    sources: int = 0
    """Institutions."""
    ok: int = 0
    """Datasets that answered and could be read."""
    valid: int = 0
    """Datasets whose metadata are valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An institution."""

    name: str
    url: str | None = None
    logo: str | None = None
    """Path of its logo below the site's root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFigures:
    """What a crawl cost one host, and how it answered."""

    host: str
    datasets: int = 0
    requests: int = 0
    bytes: int = 0
    errors: int = 0
    """Answers that were none: faults of the host; in a catalog, datasets that could not be read."""
    retries: int = 0
    median_ms: float | None = None
    """Of its requests; in a catalog, the median of the datasets' medians."""
    browsers: Browsers = Browsers()
    """In a catalog, what browsers may do with every one of its datasets that was tested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A dataset that changed from one build to another."""

    id: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differed when a build last found the datasets otherwise than the build before it."""

    since: str | None = None
    """When the earlier of the two builds was made, UTC, ISO 8601; null while nothing has ever changed."""
    found_at: str | None = None
    """When the later one was made."""
    failing: tuple[Changed, ...] = ()
    """Were ok, and could not be read."""
    recovered: tuple[Changed, ...] = ()
    """Could not be read, and were ok again."""
    added: tuple[Changed, ...] = ()
    """Were listed anew."""
    removed: tuple[Changed, ...] = ()
    """Were listed no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Everything that a site says."""

    title: str
    description: str
    built_at: str
    """UTC, ISO 8601."""
    base_url: str | None
    """Where the site will stand, with a trailing slash; null if not known."""
    records: tuple[Record, ...]
    """In the order of the lists."""
    totals: Totals
    sources: tuple[Source, ...]
    """In the order in which the lists first name them."""
    list_problems: tuple[ListProblem, ...] = ()
    hosts: tuple[HostFigures, ...] = ()
    facets: tuple[str, ...] = ()
    """Further columns of the lists that are offered as facets."""
    changes: Changes = Changes()
    cache_bytes: int | None = None
    """What the cache took on disk; null in a reproducible build, whose cache may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One file of the site."""

    path: str
    """Below the site's root, with `/`."""
    content: bytes
