"""The rows of the table of fields that only queries ask for: no page shows them."""

from __future__ import annotations

from sitegen.site import measures, search_names, values
from sitegen.site.field import Field

ASKED_FIELDS: tuple[Field, ...] = (
    Field(
        key="axes",
        label="Axes",
        value=values.axis_names,
        places=frozenset(("search", "ask")),
        names=search_names.axes,
        whole=True,
    ),
    Field(
        key="isotropy",
        label="Isotropy",
        value=measures.isotropy,
        places=frozenset(("search", "ask")),
        names=search_names.isotropy,
        whole=True,
    ),
    Field(
        key="colors",
        label="Colors",
        value=values.colors,
        places=frozenset(("search", "ask")),
        names=search_names.colors,
        whole=True,
    ),
    Field(
        key="missing",
        label="Missing",
        value=values.missing,
        places=frozenset(("ask",)),
        names=search_names.missing,
        whole=True,
    ),
    Field(
        key="rule",
        label="Rule",
        value=values.rules,
        places=frozenset(("ask",)),
        names=search_names.rules,
        whole=True,
    ),
)
