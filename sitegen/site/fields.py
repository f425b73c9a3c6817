"""One table: what the site says about a dataset, and where, as pure functions of the record.

Each `Field` reads one value of a `Record` and names the places that show or use it. To add a facet, a column of the
table, a fact of the page or a column of the exports, add a word to its `places`, or a row. Search files, home page
(cards, table, facets, sliders, sort menu), dataset pages and exports are made from this table, in its order.

A field's value is what files and addresses hold; its words are what people read. `None` means "not stated".
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote

from sitegen import formatting, urls
from sitegen.ome.licenses import license_label, plain_words
from sitegen.ome.ontology import label_of, wider_terms
from sitegen.site import measures, search_names, values
from sitegen.site.asked_fields import ASKED_FIELDS
from sitegen.site.credit_fields import CREDIT_FIELDS
from sitegen.site.field import Field, FieldPlace, TextField
from sitegen.site.plate_fields import PLATE_FIELDS
from sitegen.site.shape_fields import SHAPE_FIELDS


def _in(*places: FieldPlace) -> frozenset[FieldPlace]:
    return frozenset(places)


FIELDS: tuple[Field, ...] = (
    Field(key="id", label="Identifier", value=lambda r: r.id, places=_in("export")),
    Field(key="title", label="Title", value=values.heading, places=_in("sort", "export")),
    Field(key="url", label="Address", value=lambda r: r.url, places=_in("export")),
    Field(
        key="source",
        label="Institution",
        value=lambda r: r.source,
        places=_in("page", "facet", "table", "search", "ask", "export"),
        link=lambda r: r.source,
        asked=("institution", "institute"),
    ),
    Field(
        key="study",
        label="Study",
        value=lambda r: r.study.id if r.study else None,
        words=lambda r: r.study.name if r.study else "",
        places=_in("page", "facet", "table", "search", "ask", "export"),
        note=values.study_note,
    ),
    Field(
        key="study_name", label="Study name", value=lambda r: r.study.name if r.study else None, places=_in("export")
    ),
    Field(
        key="organism",
        label="Organism",
        value=lambda r: values.term_id(r.organism),
        words=lambda r: values.term_words(r.organism),
        places=_in("page", "subject", "facet", "table", "search", "ask", "export"),
        link=lambda r: values.term_address(r.organism),
        note=lambda r: values.term_note(r.organism),
        asked=("species", "taxon"),
        names=search_names.term,
        wider=wider_terms,
        label_of=label_of,
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
        value=lambda r: values.term_id(r.modality),
        words=lambda r: values.term_words(r.modality),
        places=_in("page", "subject", "facet", "table", "search", "ask", "export"),
        link=lambda r: values.term_address(r.modality),
        note=lambda r: values.term_note(r.modality),
        asked=("method", "technique"),
        names=search_names.term,
        wider=wider_terms,
        label_of=label_of,
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
        places=_in("facet", "table", "search", "ask", "export"),
        names=search_names.kind,
        whole=True,
    ),
    Field(
        key="dimensions",
        label="Dimensions",
        value=values.dimensions,
        card_words=values.dimension_words,
        places=_in("page", "card", "facet", "table", "search", "ask", "export"),
        names=search_names.dimensions,
        whole=True,
        applies=values.may_have_pixels,
        of_image=True,
    ),
    Field(
        key="pixels",
        label="Pixels",
        value=values.pixels,
        places=_in("page"),
        note=lambda r: r.found.dtype or "",
        of_image=True,
    ),
    Field(
        key="extent",
        label="Physical extent",
        value=measures.extent_um,
        words=lambda r: values.extent(r) or "",
        places=_in("page", "range", "sort", "ask"),
        number=True,
        unit="um",
        of_image=True,
    ),
    Field(
        key="depth",
        label="Physical extent along z",
        value=measures.depth_um,
        places=_in("range", "ask"),
        asked=("thickness",),
        number=True,
        unit="um",
    ),
    Field(
        key="bytes",
        label="Stored size",
        value=lambda r: r.found.bytes,
        words=lambda r: formatting.size(r.found.bytes),
        places=_in("page", "card", "range", "sort", "table", "ask", "export"),
        asked=("size",),
        number=True,
        unit="bytes",
    ),
    Field(
        key="bytes_uncompressed",
        label="Uncompressed size",
        value=lambda r: r.found.bytes_uncompressed,
        words=lambda r: formatting.size(r.found.bytes_uncompressed),
        places=_in("page"),
        number=True,
        note=lambda r: "all resolutions" if len(r.found.levels) > 1 else "",
        of_image=True,
    ),
    *SHAPE_FIELDS,
    Field(
        key="images",
        label="Images",
        value=lambda r: r.found.images,
        places=_in("page", "range", "sort", "table", "ask", "export"),
        number=True,
        on_page=lambda r: (r.found.images or 0) > 1,
    ),
    *PLATE_FIELDS,
    Field(
        key="channels",
        label="Channels",
        value=values.channel_count,
        places=_in("page", "facet", "sort", "ask", "table", "export"),
        number=True,
        applies=values.may_have_pixels,
        of_image=True,
    ),
    Field(key="c", label="Number of channels", value=values.channel_count, places=_in("range", "ask"), number=True),
    Field(
        key="dtype",
        label="Data type",
        value=lambda r: r.found.dtype,
        places=_in("facet", "table", "search", "ask", "export"),
        names=search_names.dtype,
        whole=True,
        applies=values.may_have_pixels,
    ),
    Field(
        key="version",
        label="OME-Zarr version",
        value=lambda r: r.found.ome_zarr_version,
        places=_in("facet", "table", "search", "ask", "export"),
        names=search_names.version,
        whole=True,
        applies=values.may_have_version,
    ),
    Field(
        key="labels",
        label="Label images",
        value=values.has_labels,
        words=lambda r: {"yes": "has labels", "no": "no labels"}.get(values.has_labels(r) or "", ""),
        places=_in("facet", "search", "ask", "table", "export"),
        names=search_names.labels,
        whole=True,
    ),
    Field(key="channel", label="Channel", value=values.channel_names, places=_in("ask"), names=search_names.lines),
    Field(key="label", label="Label image", value=values.label_names, places=_in("ask"), names=search_names.parts),
    Field(key="list", label="List", value=values.list_names, places=_in("search", "ask")),
    Field(
        key="codec",
        label="Codec",
        value=values.codec_names,
        places=_in("search", "ask"),
        names=search_names.parts,
    ),
    Field(
        key="sharding",
        label="Shards",
        value=values.sharding,
        places=_in("search", "ask"),
        asked=("sharded", "shards"),
        names=search_names.sharding,
        whole=True,
    ),
    Field(
        key="pixel",
        label="Pixel size",
        value=measures.pixel_um,
        words=lambda r: measures.in_words(measures.pixel_um(r)),
        places=_in("range", "sort", "ask"),
        number=True,
        unit="um",
    ),
    Field(
        key="pixel_z",
        label="Pixel size along z",
        value=measures.pixel_z_um,
        places=_in("range", "ask"),
        asked=("pixelz", "spacing"),
        number=True,
        unit="um",
    ),
    *ASKED_FIELDS,
    Field(
        key="chunk",
        label="Chunk size",
        value=measures.chunk_bytes,
        places=_in("range", "ask"),
        number=True,
        unit="bytes",
    ),
    Field(
        key="shard",
        label="Shard size",
        value=measures.shard_bytes,
        places=_in("range", "ask"),
        number=True,
        unit="bytes",
    ),
    Field(key="codecs", label="Codecs", value=values.codec_names, places=_in("page"), of_image=True),
    Field(
        key="license",
        label="License",
        value=values.license_id,
        words=lambda r: (license_label(r.license) or "") if r.license else "",
        places=_in("use", "card", "facet", "table", "search", "ask", "export"),
        asked=("licence",),
        names=search_names.license_id,
        whole=True,
        link=lambda r: r.license.url if r.license else None,
        note=lambda r: plain_words(r.license) if r.license else "",
        absent="Not stated: ask before you reuse it",
    ),
    Field(
        key="status",
        label="Availability",
        value=lambda r: r.found.status,
        words=lambda r: formatting.STATUSES[r.found.status].text,
        places=_in("facet", "search", "ask", "table", "export"),
        names=search_names.status,
        whole=True,
    ),
    Field(
        key="validity",
        label="Metadata validity",
        value=values.validity,
        places=_in("facet", "search", "ask", "table", "export"),
        asked=("valid", "metadata"),
        names=search_names.validity,
        whole=True,
    ),
    Field(
        key="validated",
        label="Metadata read",
        value=lambda r: r.found.validated,
        words=lambda r: {"full": "in full", "sampled": "in part"}.get(r.found.validated or "", ""),
        places=_in("facet", "export"),
    ),
    Field(
        key="added", label="First listed", value=values.month, places=_in("ask"), names=search_names.date, whole=True
    ),
    Field(key="host", label="Host", value=lambda r: urls.host(r.url), places=_in("facet", "ask", "table", "export")),
    Field(
        key="levels",
        label="Resolution levels",
        value=lambda r: len(r.found.levels) or None,
        places=_in("range", "sort", "ask", "table", "export"),
        asked=("resolutions",),
        number=True,
        applies=values.may_have_pixels,
    ),
    Field(key="name", label="Name", value=lambda r: r.name, places=_in("export")),
    Field(key="description", label="Description", value=lambda r: r.description, places=_in("export")),
    *CREDIT_FIELDS,
    Field(key="origin", label="Origin", value=values.origin, places=_in("page", "export"), link=values.origin),
    Field(key="thumbnail", label="Thumbnail", value=values.thumbnail_path, places=_in("export")),
    Field(key="added_at", label="Added", value=lambda r: r.added_at, places=_in("sort"), is_date=True),
    Field(
        key="checked_at",
        label="Last answered",
        value=values.last_answer,
        words=lambda r: formatting.date(values.last_answer(r)),
        places=_in("page", "table"),
    ),
    Field(
        key="changed_at",
        label="Last changed",
        value=lambda r: r.changed_at,
        words=lambda r: formatting.date(r.changed_at),
        places=_in("page", "table", "export"),
        is_date=True,
    ),
)
"""Everything, in the order in which the site shows it."""

TEXTS: tuple[TextField, ...] = (
    TextField(key="url", value=lambda r: unquote(r.url), weight="rest"),
    TextField(key="name", value=lambda r: r.name, weight="name"),
    TextField(key="description", value=lambda r: r.description, weight="description"),
    TextField(key="origin", value=lambda r: r.origin, weight="rest"),
    TextField(key="more", value=values.searched_words, weight="rest"),
)
"""The texts that the search looks into; those of the fields with the place `search` are searched besides."""


def fields_in(place: FieldPlace, extra: tuple[str, ...] = ()) -> tuple[Field, ...]:
    """Return the fields of one place, in order. extra: columns of the lists that are facets by configuration."""
    return fields_in_any((place,), extra)


@lru_cache(maxsize=256)  # cards and pages ask for every dataset
def fields_in_any(places: tuple[FieldPlace, ...], extra: tuple[str, ...] = ()) -> tuple[Field, ...]:
    """Return the fields of any of these places, each once, in order; those by configuration come first."""
    return tuple(field for field in (*map(extra_field, extra), *FIELDS) if not field.places.isdisjoint(places))


def extra_field(column: str) -> Field:
    """Return the field of a column that only the operator's lists have."""
    return Field(
        key=f"extra.{column}",
        label=column[:1].upper() + column[1:],
        value=lambda record: record.extra.get(column),
        places=_in("facet", "ask", "export"),
        asked=(column,),
    )
