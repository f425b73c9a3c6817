"""What the page of a dataset says in a catalog of very many, where each page has some kilobytes (`pages = "short"`).

A short page has what tells whether a dataset is the right one, who opens it, and what is wrong with it. What it leaves
out is in the index and, where a site has records, beside the page: axes, resolutions, code, citation formats. It does
not depend on other datasets, so it changes only with its own. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sitegen.config.settings import ViewerSettings
from sitegen.formatting import Phrase
from sitegen.model import Catalog, Record
from sitegen.site import viewers
from sitegen.site.citation import cite
from sitegen.site.facts import Fact, linked, make_facts
from sitegen.site.look import Look, make_look
from sitegen.site.page_parts import (
    LevelProblems,
    ListLine,
    Preview,
    list_lines,
    make_banner,
    make_preview,
    make_validation,
    problems_by_level,
    record_file,
)
from sitegen.site.plate_map import PlateMap, make_plate_map
from sitegen.site.signposting import TypedLink, short_typed_links
from sitegen.site.structured import as_script, short_dataset_ld

MOST_VIEWERS = 2
"""Built-in viewers and own ones that a page leads to, each by the whole address of the dataset once more."""
MOST_PROBLEMS = 5
"""Problems of a level."""
MOST_LISTS = 2
MOST_EXTRA = 6
"""Other columns of the lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortPage:
    """Everything that a short page says; fields are those of `DatasetPage`."""

    banner: Phrase | None
    preview: Preview
    look: Look
    links: tuple[viewers.ViewerLink, ...]
    no_links: str
    facts: tuple[Fact, ...]
    plate: PlateMap | None
    plate_facts: tuple[Fact, ...]
    problems: tuple[LevelProblems, ...]
    validation: Phrase
    citation: str
    """In words; empty where it would say only what the page says already."""
    cited_as_well: tuple[str, ...]
    lists: tuple[ListLine, ...]
    more_lists: int
    record: str
    extra: tuple[Fact, ...]
    json_ld: str
    typed_links: tuple[TypedLink, ...]


def make_short_page(record: Record, catalog: Catalog, own_viewers: Sequence[ViewerSettings] = ()) -> ShortPage:
    """Return what the short page of `record` says."""
    found, citation = record.found, cite(record, catalog)
    return ShortPage(
        banner=make_banner(record),
        preview=replace(make_preview(found), how=""),
        look=make_look(record, catalog),
        links=_few(viewers.links(record, own_viewers), len(own_viewers)),
        no_links=viewers.why_none(record) or viewers.NO_VIEWER,
        facts=(*make_facts(record, "use"), *make_facts(record, "page")),
        plate=make_plate_map(found.plate, found.montage) if found.plate else None,
        plate_facts=make_facts(record, "plate"),
        problems=tuple(problems_by_level(found.problems, found.ome_zarr_version or "", MOST_PROBLEMS)),
        validation=make_validation(found),
        citation=citation.text if record.creators or record.doi or record.published else "",
        cited_as_well=citation.also[:1],
        lists=tuple(list_lines(record.lists[:MOST_LISTS])),
        more_lists=max(0, len(record.lists) - MOST_LISTS),
        record=record_file(catalog),
        extra=tuple(linked(key, value, value) for key, value in list(record.extra.items())[:MOST_EXTRA]),
        json_ld=as_script(short_dataset_ld(record, catalog)),
        typed_links=short_typed_links(record, catalog),
    )


def _few(links: Sequence[viewers.ViewerLink], own: int) -> tuple[viewers.ViewerLink, ...]:
    """Return the first built-in viewers and all of the operator's own, which are last."""
    built_in = len(links) - min(own, len(links))
    return (*links[: min(MOST_VIEWERS, built_in)], *links[built_in:])
