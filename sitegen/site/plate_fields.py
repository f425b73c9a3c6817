"""The rows of the table of fields that say something of plates."""

from __future__ import annotations

from sitegen.site import values
from sitegen.site.field import Field

PLATE_FIELDS: tuple[Field, ...] = (
    Field(key="plate", label="Rows × columns", value=values.plate_layout, places=frozenset(("plate",))),
    Field(
        key="wells",
        label="Wells",
        value=lambda r: r.found.plate.wells if r.found.plate else None,
        places=frozenset(
            (
                "plate",
                "range",
                "sort",
                "ask",
                "table",
                "export",
            )
        ),
        number=True,
        note=lambda r: "listed",
        applies=lambda r: r.found.kind in ("plate", None),
    ),
    Field(
        key="fields",
        label="Fields per well",
        value=lambda r: r.found.plate.fields if r.found.plate else None,
        places=frozenset(("plate",)),
        number=True,
        note=lambda r: "at most",
    ),
    Field(
        key="acquisitions",
        label="Acquisitions",
        value=lambda r: r.found.plate.acquisitions if r.found.plate else None,
        places=frozenset(("plate",)),
        number=True,
    ),
)
