"""The frozen values that reading OME-Zarr gives, whatever version wrote it.

`Node` is one group or array of a store as its own documents describe it, `Array` what
its pixels look like. Nothing here is validated: a value is what could be read, `None` or
empty where the metadata do not state it or cannot be read.
Every path is relative to the node and safe to join: no `..`, no scheme, no root.
Numbers are finite. Text is as written, cut at 4,096 characters.

Trade-off: one flat `Node` for all kinds, so that its readers need not tell kinds apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sitegen.model import Axis, ImageMetadata, Kind, Problem

# numpy's names of the types of pixels that have a fixed size, in bytes
_ITEM_BYTES = {
    "bool": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4, "int64": 8, "uint64": 8,
    "float16": 2, "float32": 4, "float64": 8, "complex64": 8, "complex128": 16,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetRef:
    """One resolution of an image, as the image's metadata name it."""

    path: str
    scale: tuple[float, ...] | None = None
    """Physical size of a pixel along each axis, the multiscale's own factor included.
    As long as the axes, where those are known."""
    translation: tuple[float, ...] | None = None
    """Physical place of the center of the first pixel, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiscale:
    """Axes and resolutions of an image, finest first."""

    axes: tuple[Axis, ...] | None = None
    datasets: tuple[DatasetRef, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WellRef:
    """A well as its plate lists it."""

    path: str
    row: int
    """Index of its row; -1 where neither index nor path states it."""
    column: int
    """Index of its column, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquisition:
    """One run of the microscope over a plate."""

    id: int
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateLayout:
    """A plate as its own metadata describe it."""

    name: str | None = None
    row_names: tuple[str, ...] = ()
    column_names: tuple[str, ...] = ()
    wells: tuple[WellRef, ...] = ()
    """Sorted by row, then column; wells that cannot be placed come last."""
    field_count: int | None = None
    """Fields of view in a well, at most, as stated."""
    acquisitions: tuple[Acquisition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRef:
    """A field of view as its well lists it."""

    path: str
    acquisition: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppliedThumbnail:
    """A picture that the owner of the data supplies (Zarr convention "thumbnails"). Its bytes are untrusted."""

    address: str
    """A safe path below the node, a `data:image/…` URI, or an `https:` address."""
    width: int | None = None
    height: int | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Array:
    """An array's metadata, both Zarr formats in one form. Chunks and shards have the rank of `shape`."""

    document: Mapping[str, object]
    """As parsed: what the `zarr.json` or `.zarray` has of the members that Zarr knows, but attributes."""
    zarr_format: int
    shape: tuple[int, ...]
    dtype: str
    """numpy's name, such as `uint16`; what numpy has no name for is kept as written; `structured` for a record type."""
    byteorder: Literal["little", "big"] | None = None
    """None for one-byte types, and where it is not stated."""
    chunks: tuple[int, ...]
    """Shape of what is decoded in one go; inside a shard, if there are shards."""
    shards: tuple[int, ...] | None = None
    """Shape of one stored object, where it holds several chunks."""
    order: Literal["C", "F"] = "C"
    """Layout within a chunk, format 2; format 3 has the codec `transpose` instead."""
    codecs: tuple[str, ...] = ()
    """Names in the order of encoding; those inside shards follow `sharding_indexed`."""
    fill_value: object = None
    separator: str = "/"
    """Between the numbers of a chunk's key."""
    key_prefix: str = ""
    """`c` with the `default` encoding of format 3, else empty."""
    dimension_names: tuple[str | None, ...] | None = None
    """`dimension_names` of format 3, or `_ARRAY_DIMENSIONS` of format 2."""
    written: int | None = None
    """Bytes stored, by the statistic of the 2024 Challenge's converter (`_ome2024_ngff_challenge_stats`)."""

    def chunk_key(self, index: tuple[int, ...]) -> str:
        """Return the key, below the array, of the stored object at `index` in the grid of shards, else of chunks."""
        parts = [self.key_prefix] if self.key_prefix else []
        parts += [str(i) for i in index]
        return self.separator.join(parts) or "0"

    @property
    def stored_shape(self) -> tuple[int, ...]:
        """Shape of one stored object: the shard, or the chunk."""
        return self.shards or self.chunks

    @property
    def item_bytes(self) -> int | None:
        """Bytes of one pixel; None for types without a fixed or known size."""
        return _ITEM_BYTES.get(self.dtype)

    @property
    def size_bytes(self) -> int | None:
        """Bytes of the whole array, uncompressed."""
        return None if self.item_bytes is None else self.item_bytes * math.prod(self.shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One group or array, as its documents describe it."""

    where: str = ""
    """Its path below the dataset."""
    kind: Kind | None = None
    """None where nothing that is Zarr could be read."""
    zarr_format: int | None = None
    version: str | None = None
    """A name of the table of versions; where none is stated, what the metadata look like.
    None for an unknown version, and without OME metadata."""
    version_text: str | None = None
    """The version as stated."""
    attributes: Mapping[str, object] = field(default_factory=dict)
    """The OME metadata: `attributes.ome` where that is an object, else all attributes."""
    raw_attributes: Mapping[str, object] = field(default_factory=dict)
    """All attributes, with the `ome` key where there is one."""
    attributes_sought: bool = True
    """False where the document that would have them was not requested, so that there may be some."""

    name: str | None = None
    """Name of the image or plate in its own metadata."""
    axes: tuple[Axis, ...] | None = None
    datasets: tuple[DatasetRef, ...] = ()
    metadata: ImageMetadata = ImageMetadata()  # noqa: RUF009  # frozen
    """Channels are those of `omero.channels`, in order; index i belongs to index i of the channel axis."""
    default_z: int | None = None
    default_t: int | None = None
    greyscale: bool = False
    """The author wants one channel in gray (`rdefs.model`)."""

    plate: PlateLayout | None = None
    fields: tuple[FieldRef, ...] = ()
    series: tuple[str, ...] | None = None
    """Images of a series: relative to the parent where `is_ome_group`."""
    is_bf2raw: bool = False
    """`bioformats2raw.layout` is there."""
    is_ome_group: bool = False
    """This is the `OME` group of a series, not the series itself."""
    labels: tuple[str, ...] | None = None
    """Paths that a labels group lists."""
    is_label: bool = False
    """`image-label` is there: pixels are numbers of objects."""
    label_colors: Mapping[int, tuple[int, int, int, int]] | None = None
    """Label value → red, green, blue, alpha, each 0 to 255."""
    label_source: str | None = None
    """Path of the labelled image as written, often `../../`; never join it unchecked."""
    scene_images: tuple[str, ...] = ()
    """Distinct paths of the images that a scene places, in order."""
    thumbnails: tuple[SuppliedThumbnail, ...] = ()

    array: Array | None = None
    consolidated: Mapping[str, Mapping[str, Mapping[str, object]]] = field(default_factory=dict)
    """Consolidated metadata: path of a descendant → its documents by file name, ready for `read_node`."""
    problems: tuple[Problem, ...] = ()
    """What could not be read, or may be wrong."""
