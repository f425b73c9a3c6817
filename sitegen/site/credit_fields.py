"""The rows of the table of fields that say who made a dataset, and when and where it was published."""

from __future__ import annotations

from sitegen import formatting
from sitegen.site import search_names, values
from sitegen.site.field import Field
from sitegen.site.structured import doi_url

CREDIT_FIELDS: tuple[Field, ...] = (
    Field(
        key="creator",
        label="Creators",
        value=values.creator_names,
        words=values.creator_words,
        places=frozenset(("page", "search", "ask", "export")),
        asked=("author", "creators"),
        names=search_names.lines,
    ),
    Field(key="publisher", label="Publisher", value=lambda r: r.publisher, places=frozenset(("page", "export"))),
    Field(
        key="published",
        label="Published",
        value=lambda r: r.published,
        words=lambda r: formatting.date(r.published),
        places=frozenset(("page", "ask", "export")),
        names=search_names.date,
        whole=True,
    ),
    Field(key="data_version", label="Version", value=lambda r: r.data_version, places=frozenset(("page", "export"))),
    Field(
        key="doi",
        label="DOI",
        value=lambda r: r.doi,
        places=frozenset(("page", "export")),
        link=lambda r: doi_url(r.doi) if r.doi else None,
    ),
)
