"""A series: the container that bioformats2raw writes, and the list in its `OME` group."""

from __future__ import annotations

from sitegen.validate.json_value import JsonValue, is_number, is_text

LAYOUT = "bioformats2raw.layout"


def judge_layout(ome: JsonValue) -> None:
    """Check `bioformats2raw.layout`."""
    layout = ome.value[LAYOUT]
    if not is_number(layout) or layout != 3:
        ome.wrong("bf2raw-value", LAYOUT, "the number 3", layout)
    if "plate" in ome.value:
        ome.report("bf2raw-plate", "`plate` is there, too, and counts", LAYOUT)


def judge_series(ome: JsonValue) -> None:
    """Check `series`, the list of an `OME` group."""
    series = ome.every("series", is_text, "text only", wrong="series-type")
    if series == []:
        ome.report("series-empty", "`series` is an empty list", "series")
