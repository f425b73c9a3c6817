"""What exports of the home page say of a dataset, column by column.

Columns are those of the table of fields with the place `export`, in its order. A column that says what `index.json`
says has the index's name: its key, or keys joined with `_` where the index has an object (`license_id`); its value is
the index's, too. A column that the index does not have (`x`, `channel_count`) has a name that the index does not use.
Pure functions; `assets/js/home/export.js` makes the files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sitegen.model import Record
from sitegen.site.field import Field
from sitegen.site.fields import fields_in

ExportValue = str | int | float | bool | list[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportColumn:
    """One column of the exports."""

    name: str
    value: Callable[[Record], ExportValue]
    """Record → what the export says; `None` where it is not stated."""
    field: str = ""
    """Key of the field whose value this is; empty where it is no field's."""


def _full_resolution(record: Record) -> str | None:
    """Return the path of the array of full resolution below the dataset's address; empty for an array."""
    if not record.found.levels:
        return "" if record.found.kind == "array" else None
    return "/".join(filter(None, (record.found.image_path, record.found.levels[0].path)))


_NAMES: Mapping[str, str] = {
    "study": "study_id",
    "organism": "organism_id",
    "modality": "modality_id",
    "version": "ome_zarr_version",
    "wells": "plate_wells",
    "channels": "channel_count",
    "levels": "level_count",
    "thumbnail": "thumbnail_path",
}
"""Key of a field → what the index calls the same value; of a number of things, what the index does not call them."""
_VALUES: Mapping[str, tuple[ExportColumn, ...]] = {
    "title": (
        ExportColumn(name="title", value=lambda r: r.title),
        ExportColumn(name="short_title", value=lambda r: r.short_title),
    ),
    "labels": (ExportColumn(name="label_images", value=lambda r: list(r.found.label_images)),),
    "creator": (
        ExportColumn(name="creators_name", value=lambda r: [each.name for each in r.creators]),
        ExportColumn(name="creators_orcid", value=lambda r: [each.orcid or "" for each in r.creators]),
    ),
    "license": (
        ExportColumn(name="license_id", value=lambda r: r.license.id if r.license else None),
        ExportColumn(name="license_url", value=lambda r: r.license.url if r.license else None),
    ),
    "validity": (ExportColumn(name="valid", value=lambda r: r.found.valid),),
}
"""Key of a field → the columns of the index that are exported in its place."""
_MORE = (
    ExportColumn(name="added_at", value=lambda r: r.added_at),
    ExportColumn(name="image_path", value=lambda r: r.found.image_path),
    ExportColumn(name="array_path", value=_full_resolution),
    ExportColumn(name="zipped", value=lambda r: r.found.zipped),
)
"""What no field says: what programs need to open a dataset."""


def export_columns(extra: Sequence[str] = ()) -> tuple[ExportColumn, ...]:
    """Return the columns of the exports, in order; `extra`: columns of the lists that are facets by configuration."""
    stated = [column for field in fields_in("export", tuple(extra)) for column in _columns_of(field)]
    return (*stated, *_MORE)


def _columns_of(field: Field) -> tuple[ExportColumn, ...]:
    name = _NAMES.get(field.key, field.key.replace("extra.", "extra_", 1))
    return _VALUES.get(field.key) or (ExportColumn(name=name, value=field.value, field=field.key),)
