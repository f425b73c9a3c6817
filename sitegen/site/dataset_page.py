"""What a dataset's page says, in the order in which it says it, as plain values for the template.

A `DatasetPage` is made from one record and its neighbors; the template only lays it out. What is not known is
absent, not "unknown". Long lists are cut so that a page stays near 22 kB: there are as many pages as datasets.
Everything is in the record's JSON beside the page. Pure functions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sitegen import formatting
from sitegen.config.settings import ViewerSettings
from sitegen.formatting import Phrase
from sitegen.model import Catalog, PublicFindings, Record
from sitegen.site import values, viewers
from sitegen.site.citation import Citation, cite
from sitegen.site.facts import Fact, linked, make_facts
from sitegen.site.fields import FIELDS
from sitegen.site.look import Look, make_look
from sitegen.site.neighbors import NeighborLinks
from sitegen.site.overviews import institution_id, overview_path
from sitegen.site.page_parts import (
    MOST_ROWS,
    LevelProblems,
    ListLine,
    Preview,
    list_lines,
    make_banner,
    make_preview,
    make_validation,
    name_shown_image,
    problems_by_level,
    record_file,
)
from sitegen.site.plate_map import PlateMap, make_plate_map
from sitegen.site.signposting import TypedLink, typed_links
from sitegen.site.snippets import CodeLevel, Snippet, level_choices, snippets
from sitegen.site.structured import as_script, dataset_ld, is_web, permanent_url
from sitegen.site.tables import Table, axes_table, levels_table

_ORIGINS = {
    "csv": "the lists",
    "ro-crate": "the RO-Crate",
    "zarr": "the dataset itself",
    "url": "its address",
    "configuration": "this catalog's configuration",
    "origin": "its stated origin",
    "list": "the name of its list",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Some names, and how many more there are."""

    names: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationForm:
    """A citation in one form."""

    name: str
    text: str
    file: str = ""
    """Ending of the file that it is saved as; empty where nobody needs one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetPage:
    """Everything that a dataset's page says."""

    badges: tuple[Phrase, ...]
    banner: Phrase | None
    preview: Preview
    look: Look
    links: tuple[viewers.ViewerLink, ...]
    no_links: str
    refusals: tuple[viewers.ViewerRefusal, ...]
    """Viewers that are not offered, where others are."""
    use: tuple[Fact, ...]
    """What may be done with it."""
    facts: tuple[Fact, ...]
    """But institution and study where links beside the title say them."""
    study_note: str
    """Where it was taken from that it belongs to its study."""
    image: str
    """Which image is shown, where the dataset holds several: `well B3, image B/3/0`; empty for an image."""
    image_facts: tuple[Fact, ...]
    """What is said of that image; empty for an image, of which `facts` says all."""
    axes: Table | None
    levels: Table | None
    plate: PlateMap | None
    plate_facts: tuple[Fact, ...]
    labels: Names
    series: Names
    problems: tuple[LevelProblems, ...]
    validation: Phrase
    snippets: tuple[Snippet, ...]
    levels_of_code: tuple[CodeLevel, ...]
    """Resolutions to choose among; empty where code is the same for all."""
    stored: str
    """What the sizes of the resolutions say, and what is stored."""
    citation: Citation
    citations: tuple[CitationForm, ...]
    permanent: str
    record: str
    """Path of its record beside the page; empty where a site has no records."""
    extra: tuple[Fact, ...]
    origins: tuple[Fact, ...]
    source_path: str
    """Of the page of its institution, below the site's root."""
    lists: tuple[ListLine, ...]
    more_lists: int
    json_ld: str
    typed_links: tuple[TypedLink, ...]
    neighbors: NeighborLinks


def make_dataset_page(
    record: Record, catalog: Catalog, neighbors: NeighborLinks, extra_viewers: Sequence[ViewerSettings] = ()
) -> DatasetPage:
    """Return what the page of `record` says."""
    found, shown_image = record.found, name_shown_image(record.found)
    code = snippets(record)
    return DatasetPage(
        badges=tuple(_badges(found)),
        banner=make_banner(record),
        preview=make_preview(found),
        look=make_look(record, catalog),
        links=viewers.links(record, extra_viewers),
        no_links=viewers.why_none(record) or viewers.NO_VIEWER,
        refusals=viewers.refusals(record, extra_viewers),
        use=make_facts(record, "use"),
        facts=make_facts(record, "page", of_image=False if shown_image else None, without=_said_above(record)),
        study_note=values.study_note(record),
        image=shown_image,
        image_facts=make_facts(record, "page", of_image=True) if shown_image else (),
        axes=axes_table(found),
        levels=levels_table(found, MOST_ROWS),
        plate=make_plate_map(found.plate, found.montage) if found.plate else None,
        plate_facts=make_facts(record, "plate"),
        labels=_names(found.label_images),
        series=_names(found.series),
        problems=tuple(problems_by_level(found.problems, found.ome_zarr_version or "")),
        validation=make_validation(found),
        snippets=code,
        levels_of_code=level_choices(record) if any(each.has_levels for each in code) else (),
        stored=_stored(found),
        citation=(citation := cite(record, catalog)),
        citations=tuple(_citation_forms(citation)),
        permanent=permanent_url(record, catalog),
        record=record_file(catalog),
        extra=tuple(linked(key, value, value) for key, value in list(record.extra.items())[:MOST_ROWS]),
        origins=_origins(record),
        source_path=overview_path("institution", institution_id(record.source)),
        lists=tuple(list_lines(record.lists[:MOST_ROWS])),
        more_lists=max(0, len(record.lists) - MOST_ROWS),
        json_ld=as_script(dataset_ld(record, catalog)),
        typed_links=typed_links(record, catalog),
        neighbors=neighbors,
    )


def _said_above(record: Record) -> frozenset[str]:
    """Return the keys of the fields that are links above and below the title."""
    study = {"study"} if record.study and record.study.name != values.heading(record) else set()
    return frozenset(study if is_web(record.source or "") else {"source", *study})


def _citation_forms(citation: Citation) -> Iterator[CitationForm]:
    yield CitationForm(name="Text", text=citation.text)
    yield CitationForm(name="BibTeX", text=citation.bibtex, file="bib")
    yield CitationForm(name="RIS", text=citation.ris, file="ris")
    yield CitationForm(name="CSL JSON", text=citation.csl, file="csl.json")


def _stored(found: PublicFindings) -> str:
    """Return how the sizes of the resolutions compare with what is stored; empty where none of them is known."""
    if not found.bytes_uncompressed:
        return ""
    whole = f"The whole {formatting.KINDS[found.kind]}" if found.image_path and found.kind else "The dataset"
    stored = f" {whole} takes {formatting.size(found.bytes)} in storage." if found.bytes else ""
    return f"Sizes are those of the uncompressed pixels; a download is smaller where they are compressed.{stored}"


def _badges(found: PublicFindings) -> Iterator[Phrase]:
    if found.kind:
        yield Phrase(text=formatting.KINDS[found.kind])
    if found.ome_zarr_version:
        yield Phrase(text=f"OME-Zarr {found.ome_zarr_version}")
    if found.zarr_format:
        yield Phrase(text=f"Zarr v{found.zarr_format}")
    if found.valid is not None:
        yield Phrase(text="valid", tone="good") if found.valid else Phrase(text="invalid", tone="warn")
    if found.status != "ok":
        yield formatting.STATUSES[found.status]


def _names(names: Sequence[str]) -> Names:
    shown = tuple(formatting.shorten(name, 80) for name in names[: 2 * MOST_ROWS])
    return Names(names=shown, more=max(0, len(names) - 2 * MOST_ROWS))


def _origins(record: Record) -> tuple[Fact, ...]:
    """Return which values came from where: `the lists` → `name, license`."""
    labels = {field.key: field.label for field in FIELDS}
    groups: dict[str, list[str]] = defaultdict(list)
    for key, origin in record.provenance.items():
        groups[origin].append(formatting.small_first(labels.get(key) or key.replace("_", " ")))
    return tuple(Fact(label=_ORIGINS.get(origin, origin), text=", ".join(keys)) for origin, keys in groups.items())
