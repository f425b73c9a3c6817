"""One table: the parameters in the address of the home page, which links may be made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sitegen.site.fields import fields_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of the query."""

    name: str
    value: str
    """What it may be, and what it does, in Markdown without links."""


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(name="q", value="the search words"),
    Parameter(
        name="ids",
        value="only these datasets: the last 12 characters of the `id` of each, joined by `.`; or "
        "`selected`, for those that are selected in this browser",
    ),
    Parameter(name="sort", value="the key of a sort order; with `-` before it, the largest first"),
    Parameter(name="view", value="`table`; otherwise the gallery"),
    Parameter(
        name="columns",
        value="columns of the table in order, joined by `.`: keys of fields, each with `*` and its width in "
        "pixels where it is not the default",
    ),
    Parameter(name="density", value="`roomy` for larger rows of the table"),
    Parameter(
        name="group",
        value="`study`: one card for each study, in the gallery and without words in `q`",
    ),
    Parameter(name="per", value="results on a page: `24`, `96` or `192`; 48 otherwise"),
    Parameter(name="page", value="from 2 on"),
)


def field_parameters(extra: tuple[str, ...] = ()) -> Iterator[Parameter]:
    """Yield the parameters that filter by a field. extra: columns of the lists that are facets by configuration."""
    for field in fields_in("facet", extra):
        value = f"{field.label}: a value; repeat the parameter for several; empty for “not stated”"
        yield Parameter(name=field.key, value=value)
    for field in fields_in("range", extra):
        unit = {"bytes": "bytes", "px": "pixels", "um": "micrometers", "": "a number"}[field.unit]
        yield Parameter(name=field.key, value=f"{field.label}: `from..to`, {unit}; either end may be open")
