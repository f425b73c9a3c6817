"""The rows of the table of fields that say how many pixels an image has, along each axis and in all."""

from __future__ import annotations

from sitegen import formatting
from sitegen.site import values
from sitegen.site.field import Field

SHAPE_FIELDS: tuple[Field, ...] = (
    Field(
        key="x",
        label="Width",
        value=lambda r: values.length(r, "x"),
        places=frozenset(("range", "sort", "table", "ask", "export")),
        asked=("width",),
        number=True,
        applies=values.may_have_axes,
        unit="px",
    ),
    Field(
        key="y",
        label="Height",
        value=lambda r: values.length(r, "y"),
        places=frozenset(("range", "sort", "table", "ask", "export")),
        asked=("height",),
        number=True,
        applies=values.may_have_axes,
        unit="px",
    ),
    Field(
        key="z",
        label="Z planes",
        value=lambda r: values.length(r, "z"),
        places=frozenset(("range", "sort", "table", "ask", "export")),
        asked=("planes", "slices"),
        number=True,
        applies=values.may_have_axes,
    ),
    Field(
        key="t",
        label="Time points",
        value=lambda r: values.length(r, "time"),
        places=frozenset(("page", "range", "sort", "table", "ask", "export")),
        asked=("time", "timepoints", "frames"),
        number=True,
        applies=values.may_have_axes,
        of_image=True,
    ),
    Field(
        key="pixel_count",
        label="Number of pixels",
        value=values.pixel_count,
        words=lambda r: formatting.pixel_count(values.pixel_count(r)),
        places=frozenset(("sort", "table", "ask", "export")),
        number=True,
        applies=values.may_have_pixels,
    ),
)
