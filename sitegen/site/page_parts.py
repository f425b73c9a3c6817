"""Parts of a dataset's page that short and full pages have alike: banner, picture, validation, lists. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sitegen import formatting, urls
from sitegen.formatting import Phrase
from sitegen.model import Catalog, Picture, Place, Problem, PublicFindings, Record, Severity, Shown
from sitegen.site.missing_picture import explain_missing_picture
from sitegen.site.overviews import list_id, overview_path
from sitegen.site.picture_size import ShownSize, shown_size
from sitegen.site.plate_map import well_name
from sitegen.site.values import last_answer
from sitegen.units import ScaleBar, scale_bar
from sitegen.validate.rules import Clause, rule_for

MOST_ROWS = 16
"""Rows of a table, names of a list, problems of a level: what is beyond is counted, and in the JSON."""
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
class ListLine:
    """A line of a list that names the dataset."""

    csv: str
    name: str
    """Of the list's file."""
    line: int
    path: str
    """Of the list's page below the site's root."""


def make_banner(record: Record) -> Phrase | None:
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


def make_preview(found: PublicFindings) -> Preview:
    """Return the picture, and what is said below it."""
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
    parts = [name_shown_image(found)]
    lengths = {axis.name.lower(): length for axis, length in zip(found.axes or (), found.shape or (), strict=False)}
    for name, index in (("z", shown.z), ("t", shown.t)):
        if index is not None and lengths.get(name, 2) > 1:
            parts.append(f"{name} = {index}" + (f" of 0–{lengths[name] - 1}" if name in lengths else ""))
    parts.append(f"resolution {shown.level}" if shown.level and len(found.levels) > 1 else "")
    return " · ".join(part for part in parts if part)


def name_shown_image(found: PublicFindings) -> str:
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


def problems_by_level(problems: Sequence[Problem], version: str, most: int = MOST_ROWS) -> Iterator[LevelProblems]:
    """Yield the problems of each level, at most so many of each. version: of OME-Zarr, whose rules they are about."""
    for level, one, many in _SEVERITIES:
        same = [problem for problem in problems if problem.level == level]
        if same:
            title = formatting.plural(len(same), one, many)
            more = max(0, len(same) - most)
            shown = tuple(_finding(problem, version) for problem in same[:most])
            yield LevelProblems(level=level, title=title, problems=shown, more=more)


def _finding(problem: Problem, version: str) -> Finding:
    rule = rule_for(problem.code, version)
    return Finding(problem=problem, clause=rule.clause(version) if rule else None)


def make_validation(found: PublicFindings) -> Phrase:
    """Return whether the metadata follow the rules, in a word and a sentence."""
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


def list_lines(places: Iterable[Place]) -> Iterator[ListLine]:
    """Yield the lines of lists that name a dataset."""
    for place in places:
        path = overview_path("list", list_id(place.csv))
        yield ListLine(csv=place.csv, name=urls.tail(place.csv), line=place.line, path=path)


def record_file(catalog: Catalog) -> str:
    """Return the path of a record beside its page; empty where the site has no records."""
    return "" if "records" in catalog.outputs_off else "record.json"
