"""What a dataset's page says, in the order in which it says it, as plain values for the template.

A `DatasetPage` is made from one record and its neighbours; the template only lays it out.
What is not known is absent, not "unknown". Long lists are cut so that a page stays
near 14 kB: there are as many pages as datasets. Everything is in the record's JSON,
which stands beside the page. Pure functions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sitegen import formatting, urls
from sitegen.catalog.health import list_anchors
from sitegen.config.settings import ViewerSettings
from sitegen.formatting import Phrase
from sitegen.model import Catalog, Picture, Problem, Record, Severity, Shown
from sitegen.site import viewers
from sitegen.site.facts import Fact, facts_of, linked
from sitegen.site.plate_map import PlateMap, make_plate_map, well_name
from sitegen.site.snippets import Snippet, snippets
from sitegen.site.structured import Citation, Signpost, as_script, cite, dataset_ld, permanent_url, signposts
from sitegen.units import ScaleBar, quantity, scale_bar

MOST_ROWS = 16
"""Rows of a table, names of a list, findings of a level: what is beyond is counted, and in the JSON."""
_ORIGINS = {"csv": "the lists", "ro-crate": "the RO-Crate", "zarr": "the dataset itself", "url": "its address"}
_SEVERITIES: tuple[tuple[Severity, str, str], ...] = (
    ("error", "error", "errors"),
    ("warning", "warning", "warnings"),
    ("note", "note", "notes"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swatch:
    """A channel in the legend."""

    label: str
    color: str
    """`#RRGGBB`, or empty for a lookup table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The picture and what is said below it."""

    picture: Picture | None
    overlay: Picture | None
    """The same with a label image over it."""
    overlay_name: str
    reason: str
    """Why there is no picture; empty if there is."""
    bar: ScaleBar | None
    legend: tuple[Swatch, ...]
    caption: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: its head, its rows, and how many rows were left out."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    derived: tuple[bool, ...] = ()
    """For each row whether it was computed, not read."""
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGroup:
    """The findings of one level."""

    level: Severity
    title: str
    findings: tuple[Problem, ...]
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
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighborLinks:
    """Other datasets that the page leads to."""

    previous: Record | None = None
    next: Record | None = None
    siblings: tuple[Record, ...] = ()
    """Of the same institution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetPage:
    """Everything that a dataset's page says."""

    badges: tuple[Phrase, ...]
    banner: Phrase | None
    stage: Stage
    links: tuple[viewers.ViewerLink, ...]
    no_links: str
    facts: tuple[Fact, ...]
    axes: Table | None
    levels: Table | None
    plate: PlateMap | None
    plate_facts: tuple[Fact, ...]
    labels: Names
    series: Names
    findings: tuple[FindingGroup, ...]
    verdict: Phrase
    snippets: tuple[Snippet, ...]
    citation: Citation
    permanent: str
    extra: tuple[Fact, ...]
    origins: tuple[Fact, ...]
    lists: tuple[ListLine, ...]
    more_lists: int
    json_ld: str
    signposts: tuple[Signpost, ...]
    neighbours: NeighborLinks


def make_dataset_page(
    record: Record, catalog: Catalog, neighbours: NeighborLinks, extra_viewers: Sequence[ViewerSettings] = ()
) -> DatasetPage:
    """Return what the page of `record` says."""
    anchors = list_anchors({place.csv for place in record.lists[:MOST_ROWS]})
    return DatasetPage(
        badges=tuple(_badges(record)),
        banner=_banner(record),
        stage=_stage(record),
        links=viewers.links(record, extra_viewers),
        no_links=viewers.why_none(record),
        facts=facts_of(record),
        axes=_axes(record),
        levels=_levels(record),
        plate=make_plate_map(record.found.plate) if record.found.plate else None,
        plate_facts=tuple(_plate_facts(record)),
        labels=_names(record.found.label_images),
        series=_names(record.found.series),
        findings=_findings(record.found.problems),
        verdict=_verdict(record),
        snippets=snippets(record),
        citation=cite(record, catalog),
        permanent=permanent_url(record, catalog.base_url),
        extra=tuple(linked(key, value) for key, value in list(record.extra.items())[:MOST_ROWS]),
        origins=_origins(record),
        lists=tuple(
            ListLine(csv=place.csv, name=urls.tail(place.csv), line=place.line, anchor=anchors[place.csv])
            for place in record.lists[:MOST_ROWS]
        ),
        more_lists=max(0, len(record.lists) - MOST_ROWS),
        json_ld=as_script(dataset_ld(record, catalog)),
        signposts=signposts(record, catalog.base_url),
        neighbours=neighbours,
    )


def find_neighbors(records: Sequence[Record], count: int = 4) -> list[NeighborLinks]:
    """Return for each record the one before, the one after, and the next few of its institution, those with pictures
    first."""
    of_source: dict[str | None, list[int]] = defaultdict(list)
    places = []
    for index, record in enumerate(records):
        places.append(len(of_source[record.source]))
        of_source[record.source].append(index)
    made = []
    for index, record in enumerate(records):
        same = of_source[record.source]
        near = [same[(places[index] + step) % len(same)] for step in range(1, min(len(same), 3 * count))]
        near.sort(key=lambda other: records[other].found.thumbnail is None)
        made.append(
            NeighborLinks(
                previous=records[index - 1] if index else None,
                next=records[index + 1] if index + 1 < len(records) else None,
                siblings=tuple(records[other] for other in near[:count]),
            )
        )
    return made


def _badges(record: Record) -> list[Phrase]:
    badges = []
    if record.found.kind:
        badges.append(Phrase(text=formatting.KINDS[record.found.kind]))
    if record.found.ome_zarr_version:
        badges.append(Phrase(text=f"OME-Zarr {record.found.ome_zarr_version}"))
    if record.found.zarr_format:
        badges.append(Phrase(text=f"Zarr v{record.found.zarr_format}"))
    if record.found.valid is not None:
        badges.append(Phrase(text="valid", tone="good") if record.found.valid else Phrase(text="invalid", tone="warn"))
    if record.found.status != "ok":
        badges.append(formatting.STATUSES[record.found.status])
    return badges


def _banner(record: Record) -> Phrase | None:
    """Return what a visitor must know first, and since when."""
    if record.found.status == "ok":
        return None
    phrase = formatting.STATUSES[record.found.status]
    since = (
        f" Read on {formatting.date(record.found.checked_at)}."
        if record.found.status == "stale" and record.found.checked_at
        else ""
    )
    last = (
        f" It last answered on {formatting.date(record.found.checked_at)}."
        if record.found.checked_at and not since
        else ""
    )
    return Phrase(text=phrase.text.capitalize(), tone=phrase.tone, sentence=phrase.sentence + since + last)


def _stage(record: Record) -> Stage:
    picture, shown = record.found.preview or record.found.thumbnail, record.found.shown
    if picture is None or shown is None:
        reason = "" if picture else _why_no_picture(record)
        return Stage(
            picture=picture, overlay=None, overlay_name="", reason=reason, bar=None, legend=(), caption="", how=""
        )
    legend = tuple(
        Swatch(label=channel.label or f"channel {number}", color=f"#{channel.color}" if channel.color else "")
        for number, channel in enumerate(shown.channels[:MOST_ROWS])
    )
    bar = scale_bar(picture.width, shown.pixel_size, shown.unit)
    return Stage(
        picture=picture,
        overlay=record.found.overlay,
        overlay_name=record.found.label_images[0] if record.found.label_images else "",
        reason="",
        bar=bar,
        legend=legend,
        caption=_caption(record, shown),
        how=shown.how,
    )


def _caption(record: Record, shown: Shown) -> str:
    """Return which image and plane the picture shows: `well A1, image A/1/0 · z = 15 of 0–30 · resolution 2`."""
    well = (
        f"well {well_name(record.found.plate, record.found.plate.shown)}, "
        if record.found.plate and record.found.plate.shown
        else ""
    )
    group = f" of the {record.found.kind}" if record.found.kind in ("series", "scene") else ""
    parts = [f"{well}image {record.found.image_path}{group}" if record.found.image_path else ""]
    lengths = {
        axis.name.lower(): length
        for axis, length in zip(record.found.axes or (), record.found.shape or (), strict=False)
    }
    for name, index in (("z", shown.z), ("t", shown.t)):
        if index is not None and lengths.get(name, 2) > 1:
            parts.append(f"{name} = {index}" + (f" of 0–{lengths[name] - 1}" if name in lengths else ""))
    parts.append(f"resolution {shown.level}" if shown.level and len(record.found.levels) > 1 else "")
    return " · ".join(part for part in parts if part)


def _why_no_picture(record: Record) -> str:
    """Return the reason in a sentence; the banner above tells more where the status is the reason."""
    if record.found.status not in ("ok", "stale"):
        return "There is no picture, because it could not be read."
    codes = ("picture", "thumbnail", "pixel", "chunk", "budget", "decode")
    told = [p.message for p in record.found.problems if any(code in p.code for code in codes)]
    told += [p.message for p in record.found.problems if p.level == "error"]
    return formatting.shorten(told[0], 240) if told and told[0] else "No picture was made of it."


def _axes(record: Record) -> Table | None:
    if not record.found.axes:
        return None
    scale = record.found.levels[0].scale if record.found.levels else None
    rows = []
    for index, axis in enumerate(record.found.axes):
        length = record.found.shape[index] if record.found.shape and index < len(record.found.shape) else None
        step = scale[index] if scale and index < len(scale) else None
        physical = step is not None and formatting.axis_type(axis) != "channel"
        rows.append(
            (
                axis.name,
                formatting.axis_type(axis),
                formatting.count(length),
                quantity(step, axis.unit) if physical and step is not None else "",
                quantity(step * length, axis.unit) if physical and axis.unit and step and length else "",
            )
        )
    return Table(head=("Axis", "Type", "Length", "Pixel size", "Extent"), rows=tuple(rows))


def _levels(record: Record) -> Table | None:
    if not record.found.levels:
        return None
    sharded = any(level.shards for level in record.found.levels)
    rows = tuple(
        (level.path, _numbers(level.shape), _numbers(level.chunks), *([_numbers(level.shards)] if sharded else []))
        for level in record.found.levels[:MOST_ROWS]
    )
    names = ", ".join(axis.name for axis in record.found.axes or ())
    shape = f"Shape ({names})" if names else "Shape"
    return Table(
        head=("Path", shape, "Chunk", *(["Shard"] if sharded else [])),
        rows=rows,
        derived=tuple(not level.exact for level in record.found.levels[:MOST_ROWS]),
        more=max(0, len(record.found.levels) - MOST_ROWS),
    )


def _numbers(lengths: Sequence[int] | None) -> str:
    return " × ".join(map(formatting.count, lengths)) if lengths else ""


def _plate_facts(record: Record) -> list[Fact]:
    plate = record.found.plate
    if plate is None:
        return []
    facts = [
        Fact(label="Rows × columns", text=f"{formatting.count(plate.rows)} × {formatting.count(plate.columns)}"),
        Fact(label="Wells listed", text=formatting.count(plate.wells)),
        Fact(label="Fields in a well", text=formatting.count(plate.fields), note="at most" if plate.fields else ""),
        Fact(label="Acquisitions", text=formatting.count(plate.acquisitions)),
    ]
    return [fact for fact in facts if fact.text]


def _names(names: Sequence[str]) -> Names:
    shown = tuple(formatting.shorten(name, 80) for name in names[: 2 * MOST_ROWS])
    return Names(names=shown, more=max(0, len(names) - 2 * MOST_ROWS))


def _findings(problems: Sequence[Problem]) -> tuple[FindingGroup, ...]:
    groups = []
    for level, one, many in _SEVERITIES:
        found = [problem for problem in problems if problem.level == level]
        if found:
            title = formatting.plural(len(found), one, many)
            more = max(0, len(found) - MOST_ROWS)
            groups.append(FindingGroup(level=level, title=title, findings=tuple(found[:MOST_ROWS]), more=more))
    return tuple(groups)


def _verdict(record: Record) -> Phrase:
    version = (
        f"OME-Zarr {record.found.ome_zarr_version}" if record.found.ome_zarr_version else "its version of OME-Zarr"
    )
    if record.found.valid is None:
        return Phrase(text="Not validated", sentence="Its metadata were not judged.")
    if record.found.valid:
        return Phrase(
            text="Valid", tone="good", sentence=f"Its metadata keep every rule of {version} that must be kept."
        )
    return Phrase(
        text="Invalid", tone="warn", sentence=f"Its metadata break rules of {version}. It is shown all the same."
    )


def _origins(record: Record) -> tuple[Fact, ...]:
    """Return which values came from where: `the lists` → `name, licence`."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key, origin in record.provenance.items():
        groups[origin].append("licence" if key == "license" else key.replace("_", " "))
    return tuple(Fact(label=_ORIGINS.get(origin, origin), text=", ".join(keys)) for origin, keys in groups.items())
