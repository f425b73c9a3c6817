"""What a dataset's page says, in the order in which it says it, as plain values for the template.

A `DatasetPage` is made from one record and its neighbors; the template only lays it out. What is not known is
absent, not "unknown". Long lists are cut so that a page stays near 14 kB: there are as many pages as datasets.
Everything is in the record's JSON beside the page. Pure functions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sitegen import formatting, urls
from sitegen.config.settings import ViewerSettings
from sitegen.formatting import Phrase
from sitegen.model import Catalog, Picture, Place, Problem, PublicFindings, Record, Severity, Shown
from sitegen.site import viewers
from sitegen.site.citation import Citation, cite
from sitegen.site.facts import Fact, linked, make_facts
from sitegen.site.fields import FIELDS
from sitegen.site.look import Look, make_look
from sitegen.site.missing_picture import explain_missing_picture
from sitegen.site.neighbors import NeighborLinks
from sitegen.site.overviews import institution_id, list_id, overview_path
from sitegen.site.picture_size import ShownSize, shown_size
from sitegen.site.plate_map import PlateMap, make_plate_map, well_name
from sitegen.site.signposting import TypedLink, typed_links
from sitegen.site.snippets import CodeLevel, Snippet, level_choices, snippets
from sitegen.site.structured import as_script, dataset_ld, permanent_url
from sitegen.site.tables import Table, axes_table, levels_table
from sitegen.site.values import last_answer
from sitegen.units import ScaleBar, scale_bar
from sitegen.validate.rules import Clause, rule_for

MOST_ROWS = 16
"""Rows of a table, names of a list, problems of a level: what is beyond is counted, and in the JSON."""
_ORIGINS = {
    "csv": "the lists",
    "ro-crate": "the RO-Crate",
    "zarr": "the dataset itself",
    "url": "its address",
    "configuration": "this catalog's configuration",
    "origin": "its stated origin",
    "list": "the name of its list",
}
_SEVERITIES: tuple[tuple[Severity, str, str], ...] = (
    ("error", "error", "errors"),
    ("warning", "warning", "warnings"),
    ("note", "note", "notes"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendEntry:
    """A channel in the legend."""

    label: str
    color: str
    """`#RRGGBB`, or empty for a lookup table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The picture and what is said below it."""

    picture: Picture | None
    overlay: Picture | None = None
    """The same with a label image over it."""
    overlay_name: str = ""
    reason: str = ""
    """Why there is no picture; empty if there is."""
    size: ShownSize | None = None
    """How large the picture is shown."""
    bar: ScaleBar | None = None
    legend: tuple[LegendEntry, ...] = ()
    caption: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem, and the section of the specification that it is about."""

    problem: Problem
    clause: Clause | None = None
    """None for what is no rule of OME-Zarr."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelProblems:
    """The problems of one level."""

    level: Severity
    title: str
    problems: tuple[Finding, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Some names, and how many more there are."""

    names: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """A line of a list that names the dataset."""

    csv: str
    name: str
    """Of the list's file."""
    line: int
    path: str
    """Of the list's page below the site's root."""


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
    found, shown_image = record.found, _shown_image(record.found)
    code = snippets(record)
    return DatasetPage(
        badges=tuple(_badges(found)),
        banner=_banner(record),
        preview=_preview(found),
        look=make_look(record, catalog),
        links=viewers.links(record, extra_viewers),
        no_links=viewers.why_none(record),
        refusals=viewers.refusals(record, extra_viewers),
        use=make_facts(record, "use"),
        facts=make_facts(record, "page", of_image=False if shown_image else None),
        image=shown_image,
        image_facts=make_facts(record, "page", of_image=True) if shown_image else (),
        axes=axes_table(found),
        levels=levels_table(found, MOST_ROWS),
        plate=make_plate_map(found.plate, found.montage) if found.plate else None,
        plate_facts=make_facts(record, "plate"),
        labels=_names(found.label_images),
        series=_names(found.series),
        problems=tuple(_problems_by_level(found.problems, found.ome_zarr_version or "")),
        validation=_validation(found),
        snippets=code,
        levels_of_code=level_choices(record) if any(each.has_levels for each in code) else (),
        stored=_stored(found),
        citation=(citation := cite(record, catalog)),
        citations=tuple(_citation_forms(citation)),
        permanent=permanent_url(record, catalog),
        record="record.json" if "records" not in catalog.outputs_off else "",
        extra=tuple(linked(key, value, value) for key, value in list(record.extra.items())[:MOST_ROWS]),
        origins=_origins(record),
        source_path=overview_path("institution", institution_id(record.source)),
        lists=tuple(_list_lines(record.lists[:MOST_ROWS])),
        more_lists=max(0, len(record.lists) - MOST_ROWS),
        json_ld=as_script(dataset_ld(record, catalog)),
        typed_links=typed_links(record, catalog),
        neighbors=neighbors,
    )


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


def _banner(record: Record) -> Phrase | None:
    """Return what a visitor must know first, and since when."""
    found, answered_at = record.found, last_answer(record)
    if found.status == "ok":
        return None
    phrase = formatting.STATUSES[found.status]
    since = f" {_since(found)} {formatting.date(answered_at)}." if answered_at else ""
    return Phrase(text=phrase.text.capitalize(), tone=phrase.tone, sentence=phrase.sentence + since)


def _since(found: PublicFindings) -> str:
    """Return what happened when its host last answered: it was read, or that it is not there was the answer."""
    if found.status == "stale":
        return "Read on"
    if any(problem.code == "not-current" for problem in found.problems):
        return "What you see was read on"
    return "Its host last answered on"


def _preview(found: PublicFindings) -> Preview:
    picture, shown = found.preview or found.thumbnail, found.shown
    if picture is None:
        return Preview(picture=None, reason=_why_no_picture(found))
    if shown is None:
        return Preview(picture=picture, size=shown_size(picture, found))
    return Preview(
        picture=picture,
        size=shown_size(picture, found),
        overlay=found.overlay,
        overlay_name=found.label_images[0] if found.label_images else "",
        bar=scale_bar(picture.width, shown.pixel_size, shown.unit),
        legend=tuple(
            LegendEntry(label=channel.label or f"channel {number}", color=f"#{channel.color}" if channel.color else "")
            for number, channel in enumerate(shown.channels[:MOST_ROWS])
        ),
        caption=_caption(found, shown),
        how=shown.how,
    )


def _caption(found: PublicFindings, shown: Shown) -> str:
    """Return which image and plane the picture shows: `well A1, image A/1/0 · z = 15 of 0–30 · resolution 2`."""
    parts = [_shown_image(found)]
    lengths = {axis.name.lower(): length for axis, length in zip(found.axes or (), found.shape or (), strict=False)}
    for name, index in (("z", shown.z), ("t", shown.t)):
        if index is not None and lengths.get(name, 2) > 1:
            parts.append(f"{name} = {index}" + (f" of 0–{lengths[name] - 1}" if name in lengths else ""))
    parts.append(f"resolution {shown.level}" if shown.level and len(found.levels) > 1 else "")
    return " · ".join(part for part in parts if part)


def _shown_image(found: PublicFindings) -> str:
    """Return which image of several is shown: `well A1, image A/1/0`; empty where it is the dataset."""
    if not found.image_path:
        return ""
    well = f"well {well_name(found.plate, found.plate.shown)}, " if found.plate and found.plate.shown else ""
    group = f" of the {found.kind}" if found.kind in ("series", "scene") else ""
    return f"{well}image {found.image_path}{group}"


def _why_no_picture(found: PublicFindings) -> str:
    """Return the reason in a sentence; the banner above says more where the status is the reason."""
    if found.status not in ("ok", "stale"):
        return "There is no picture, because the dataset could not be read."
    return formatting.shorten(explain_missing_picture(found), 240)


def _names(names: Sequence[str]) -> Names:
    shown = tuple(formatting.shorten(name, 80) for name in names[: 2 * MOST_ROWS])
    return Names(names=shown, more=max(0, len(names) - 2 * MOST_ROWS))


def _problems_by_level(problems: Sequence[Problem], version: str) -> Iterator[LevelProblems]:
    for level, one, many in _SEVERITIES:
        same = [problem for problem in problems if problem.level == level]
        if same:
            title = formatting.plural(len(same), one, many)
            more = max(0, len(same) - MOST_ROWS)
            shown = tuple(_finding(problem, version) for problem in same[:MOST_ROWS])
            yield LevelProblems(level=level, title=title, problems=shown, more=more)


def _finding(problem: Problem, version: str) -> Finding:
    rule = rule_for(problem.code, version)
    return Finding(problem=problem, clause=rule.clause(version) if rule else None)


def _validation(found: PublicFindings) -> Phrase:
    version = f"OME-Zarr {found.ome_zarr_version}" if found.ome_zarr_version else "its version of OME-Zarr"
    if found.valid is None:
        read = found.status in ("ok", "stale")
        why = "It has no OME-Zarr metadata of a known version." if read else "The dataset could not be read."
        return Phrase(text="Not validated", sentence=why)
    extent = f" {_extent(found)}" if found.validated else ""
    if found.valid:
        subject = "The parts of its metadata that were read" if found.validated == "sampled" else "Its metadata"
        sentence = f"{subject} follow every required rule of {version}.{extent}"
        return Phrase(text="Valid", tone="good", sentence=sentence)
    sentence = f"Its metadata break rules of {version}. The dataset is shown anyway.{extent}"
    return Phrase(text="Invalid", tone="warn", sentence=sentence)


def _extent(found: PublicFindings) -> str:
    """Return how much of the metadata was read, as a sentence."""
    parts = formatting.shorten(found.validated_parts or "", 400)
    return f"Read: {parts}."


def _origins(record: Record) -> tuple[Fact, ...]:
    """Return which values came from where: `the lists` → `name, license`."""
    labels = {field.key: field.label for field in FIELDS}
    groups: dict[str, list[str]] = defaultdict(list)
    for key, origin in record.provenance.items():
        groups[origin].append(formatting.small_first(labels.get(key) or key.replace("_", " ")))
    return tuple(Fact(label=_ORIGINS.get(origin, origin), text=", ".join(keys)) for origin, keys in groups.items())


def _list_lines(places: Iterable[Place]) -> Iterator[ListLine]:
    for place in places:
        path = overview_path("list", list_id(place.csv))
        yield ListLine(csv=place.csv, name=urls.tail(place.csv), line=place.line, path=path)
