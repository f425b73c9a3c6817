"""One table: what the site says about a dataset, and where.

Each `Field` reads one thing out of a `Record` and names the places that show or use it.
"Add a facet", "show another column", "sort by this, too" is a word in its `places` here
and nothing else: the search files, the home page, its table, facets, sliders and sort
menu, the dataset's page and the exports all follow. The order of the table is the order everywhere.

A field's value is what files and addresses hold; its words are what people read. Both
are pure functions of the record, and `None` means "not stated".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from sitegen import formatting, urls
from sitegen.model import Record, Term
from sitegen.ome.ontology import other_names
from sitegen.units import quantity

Place = Literal["page", "table", "facet", "range", "sort", "search", "export"]
Value = str | int | None
Unit = Literal["", "bytes", "px"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that the site says about a dataset."""

    key: str
    """Its name in addresses, search files and exports; a promise to those who keep links."""
    label: str
    """What people read above it."""
    value: Callable[[Record], Value]
    """Record → what it says; facets hold it as text, ranges and sorts of numbers as a number."""
    places: frozenset[Place]
    """Where it is used. `search`: its words and its value are found, and count as "the rest"."""
    words: Callable[[Record], str] | None = None
    """Record → how it reads; its value as text where this is left out."""
    number: bool = False
    """Whether its value is a whole number; ranges are made of numbers alone."""
    unit: Unit = ""
    """Of a number."""

    def text(self, record: Record) -> str:
        """Return how it reads; empty where it is not stated."""
        if self.words is not None:
            return self.words(record)
        value = self.value(record)
        return "" if value is None else formatting.count(value) if isinstance(value, int) else value


def _in(*places: Place) -> frozenset[Place]:
    return frozenset(places)


def _term_id(term: Term | None) -> str | None:
    return term.id if term else None


def _term_words(term: Term | None) -> str:
    return (term.label or term.id) if term else ""


def _license_id(record: Record) -> str | None:
    return (record.license.id or record.license.url or record.license.text) if record.license else None


def length(record: Record, axis: str) -> int | None:
    """Return how long the image is along `axis`: x, y, z by name, `channel` and `time` by type."""
    if not record.found.axes or not record.found.shape or len(record.found.axes) != len(record.found.shape):
        return None
    for each, size in zip(record.found.axes, record.found.shape, strict=True):
        if each.name.lower() == axis or (len(axis) > 1 and formatting.axis_type(each) == axis):
            return size
    return None


def channel_count(record: Record) -> int | None:
    """Return the number of channels: the length of the channel axis, 1 where the axes name none."""
    along = length(record, "channel")
    return 1 if along is None and length(record, "x") is not None else along


def _validity(record: Record) -> str | None:
    return None if record.found.valid is None else "valid" if record.found.valid else "invalid"


def _has_labels(record: Record) -> str | None:
    return None if record.found.kind is None else "yes" if record.found.label_images else "no"


def _dimensions(record: Record) -> str | None:
    return formatting.dimensions(record.found.axes, record.found.shape) or None


def _extent(record: Record) -> str | None:
    """Return the physical size, x first: `1.33 mm × 1.33 mm × 15.5 µm`."""
    scale = record.found.levels[0].scale if record.found.levels else None
    axes, shape = record.found.axes, record.found.shape
    if not (axes and shape and scale and len(axes) == len(shape) == len(scale)):
        return None
    sides = [
        quantity(length * step, axis.unit)
        for axis, length, step in zip(axes, shape, scale, strict=True)
        if formatting.axis_type(axis) == "space" and axis.unit and length > 1
    ]
    return " × ".join(reversed(sides)) or None


FIELDS: tuple[Field, ...] = (
    Field(key="id", label="Identifier", value=lambda r: r.id, places=_in("export")),
    Field(key="title", label="Title", value=lambda r: r.title, places=_in("sort", "export")),
    Field(key="url", label="Address", value=lambda r: r.url, places=_in("export")),
    Field(
        key="source",
        label="Institution",
        value=lambda r: r.source,
        places=_in("page", "facet", "table", "search", "export"),
    ),
    Field(
        key="organism",
        label="Organism",
        value=lambda r: _term_id(r.organism),
        words=lambda r: _term_words(r.organism),
        places=_in("page", "facet", "table", "search", "export"),
    ),
    Field(
        key="organism_label",
        label="Organism name",
        value=lambda r: r.organism.label if r.organism else None,
        places=_in("export"),
    ),
    Field(
        key="modality",
        label="Imaging method",
        value=lambda r: _term_id(r.modality),
        words=lambda r: _term_words(r.modality),
        places=_in("page", "facet", "table", "search", "export"),
    ),
    Field(
        key="modality_label",
        label="Imaging method name",
        value=lambda r: r.modality.label if r.modality else None,
        places=_in("export"),
    ),
    Field(
        key="kind",
        label="Kind",
        value=lambda r: r.found.kind,
        words=lambda r: formatting.KINDS[r.found.kind] if r.found.kind else "",
        places=_in("facet", "table", "search", "export"),
    ),
    Field(key="dimensions", label="Dimensions", value=_dimensions, places=_in("page", "facet", "table", "export")),
    Field(
        key="pixels",
        label="Pixels",
        value=lambda r: formatting.pixels(r.found.axes, r.found.shape) or None,
        places=_in("page"),
    ),
    Field(key="extent", label="Extent", value=_extent, places=_in("page")),
    Field(
        key="bytes",
        label="Stored size",
        value=lambda r: r.found.bytes,
        words=lambda r: formatting.size(r.found.bytes),
        places=_in("page", "range", "sort", "table", "export"),
        number=True,
        unit="bytes",
    ),
    Field(
        key="x",
        label="Width",
        value=lambda r: length(r, "x"),
        places=_in("range", "sort", "table", "export"),
        number=True,
        unit="px",
    ),
    Field(
        key="y",
        label="Height",
        value=lambda r: length(r, "y"),
        places=_in("range", "sort", "table", "export"),
        number=True,
        unit="px",
    ),
    Field(
        key="z",
        label="Planes",
        value=lambda r: length(r, "z"),
        places=_in("range", "sort", "table", "export"),
        number=True,
    ),
    Field(
        key="t",
        label="Time points",
        value=lambda r: length(r, "time"),
        places=_in("page", "range", "sort", "table", "export"),
        number=True,
    ),
    Field(
        key="images",
        label="Images",
        value=lambda r: r.found.images,
        places=_in("page", "range", "sort", "table", "export"),
        number=True,
    ),
    Field(
        key="wells",
        label="Wells",
        value=lambda r: r.found.plate.wells if r.found.plate else None,
        places=_in("range", "sort", "export"),
        number=True,
    ),
    Field(
        key="channels",
        label="Channels",
        value=channel_count,
        places=_in("page", "facet", "sort", "export"),
        number=True,
    ),
    Field(key="dtype", label="Data type", value=lambda r: r.found.dtype, places=_in("facet", "table", "export")),
    Field(
        key="version",
        label="OME-Zarr version",
        value=lambda r: r.found.ome_zarr_version,
        places=_in("facet", "table", "export"),
    ),
    Field(
        key="labels",
        label="Label images",
        value=_has_labels,
        words=lambda r: {"yes": "has labels", "no": "no labels"}.get(_has_labels(r) or "", ""),
        places=_in("facet", "export"),
    ),
    Field(key="codecs", label="Codecs", value=lambda r: ", ".join(r.found.codecs) or None, places=_in("page")),
    Field(key="license", label="Licence", value=_license_id, places=_in("page", "facet", "table", "search", "export")),
    Field(
        key="status",
        label="Availability",
        value=lambda r: r.found.status,
        words=lambda r: formatting.STATUSES[r.found.status].text,
        places=_in("facet", "export"),
    ),
    Field(key="validity", label="Metadata", value=_validity, places=_in("facet", "export")),
    Field(key="host", label="Host", value=lambda r: urls.host(r.url), places=_in("facet", "export")),
    Field(
        key="levels",
        label="Resolutions",
        value=lambda r: len(r.found.levels) or None,
        places=_in("sort", "export"),
        number=True,
    ),
    Field(key="name", label="Name", value=lambda r: r.name, places=_in("export")),
    Field(key="description", label="Description", value=lambda r: r.description, places=_in("export")),
    Field(key="origin", label="Origin", value=lambda r: r.origin, places=_in("page", "export")),
    Field(
        key="thumbnail",
        label="Thumbnail",
        value=lambda r: r.found.thumbnail.path if r.found.thumbnail else None,
        places=_in("export"),
    ),
    Field(
        key="checked_at",
        label="Last answered",
        value=lambda r: r.found.checked_at,
        words=lambda r: formatting.date(r.found.checked_at),
        places=_in("page", "export"),
    ),
)
"""Everything, in the order in which the site shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField:
    """A text of a dataset that the search looks into, besides the stem of its address."""

    key: str
    value: Callable[[Record], str | None]
    weight: Literal["name", "description", "rest"]
    """How a match in it ranks; one in the stem ranks above all of them."""


def _more(record: Record) -> str:
    """Return the words that have no place of their own: labels of channels and label images, other columns,
    and what else organism and imaging method are called."""
    channels = (channel.label for channel in record.found.channels if channel.label)
    names = (name for term in (record.organism, record.modality) if term for name in other_names(term.id))
    return " ".join((*record.extra.values(), *channels, *record.found.label_images, *names))


TEXTS: tuple[TextField, ...] = (
    TextField(key="url", value=lambda r: unquote(r.url), weight="rest"),
    TextField(key="name", value=lambda r: r.name, weight="name"),
    TextField(key="description", value=lambda r: r.description, weight="description"),
    TextField(key="origin", value=lambda r: r.origin, weight="rest"),
    TextField(key="more", value=_more, weight="rest"),
)
"""The texts that the search looks into; those of the fields with the place `search` are searched besides."""


def fields_in(place: Place, extra: Sequence[str] = ()) -> tuple[Field, ...]:
    """Return the fields of one place, in order; `extra`: columns of the lists that are facets by configuration."""
    configured = tuple(extra_field(column) for column in extra)
    return tuple(field for field in (*FIELDS, *configured) if place in field.places)


def extra_field(column: str) -> Field:
    """Return the field of a column that only the operator's lists have."""
    return Field(
        key=f"extra.{column}",
        label=column[:1].upper() + column[1:],
        value=lambda record: record.extra.get(column),
        places=_in("facet", "export"),
    )
