"""A series: the container that bioformats2raw writes, and the list in its `OME` group."""

from __future__ import annotations

from sitegen.validate.json_value import JsonValue, is_number

LAYOUT = "bioformats2raw.layout"


def validate_layout(ome: JsonValue) -> None:
    """Validate `bioformats2raw.layout`."""
    layout = ome.value[LAYOUT]
    if not is_number(layout) or layout != 3:
        ome.report_invalid("bf2raw-value", LAYOUT, "the number 3", layout)
    if "plate" in ome.value:
        ome.report("bf2raw-plate", "`plate` describes the group, too, and takes precedence", LAYOUT)


def validate_series(ome: JsonValue) -> None:
    """Validate `series`, the list of an `OME` group."""
    series = ome.get_strings("series", invalid="series-type")
    if series == []:
        ome.report("series-empty", "`series` is an empty list", "series")
