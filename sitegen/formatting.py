"""Words and numbers for people: sizes, counts, dates, dimensions, what a status means.

Every number that a page shows is formatted here, so that the same quantity reads the same on a card, in a table
and in a report. English, SI prefixes (1 kB is 1,000 bytes), commas between thousands, no locale: the same input
gives the same bytes everywhere. Pure functions; a value that is not known gives an empty text, never "None".
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

import sitegen
from sitegen.model import Axis, BrowserAccess, Kind, Record, Status
from sitegen.units import figures

Tone = Literal["", "good", "warn", "bad"]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0, section 2.2, does not allow."""
_NO_BREAK = "\N{NO-BREAK SPACE}"
_BREAKING_SPACE = re.compile(r"[^\S\N{NO-BREAK SPACE}]+")
_BYTES = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
_LARGEST = int(sys.float_info.max)
"""Shown in place of a larger number: a list may state 32 axes of 10¹⁵ pixels each."""
_PIXELS = ("px", "kpx", "Mpx", "Gpx", "Tpx", "Ppx")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

READ_HEADERS = ("Content-Range", "ETag", "Accept-Ranges")
"""Headers that readers in a browser use, and can see only where the host allows it; they always see Content-Length."""

KINDS: dict[Kind, str] = {
    "image": "image",
    "plate": "plate",
    "series": "image series",
    "well": "well",
    "labels": "label image",
    "scene": "scene",
    "array": "bare array",
    "group": "group",
}
"""What each kind is called, in the singular."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A few words, whether they are good or bad news, and for some a sentence that explains them."""

    text: str
    tone: Tone = ""
    sentence: str = ""


STATUSES: dict[Status, Phrase] = {
    "ok": Phrase(text="available", tone="good", sentence="It answered when this catalog was built."),
    "stale": Phrase(
        text="not reachable now",
        tone="warn",
        sentence="Its host did not answer when this catalog was built. What you see was read earlier.",
    ),
    "missing": Phrase(
        text="missing", tone="bad", sentence="Its address answers “not found” (404). It may have moved or been deleted."
    ),
    "forbidden": Phrase(
        text="not public", tone="bad", sentence="Its host refuses access without a login (401 or 403)."
    ),
    "unreachable": Phrase(
        text="unreachable", tone="bad", sentence="Its host gave no usable answer when this catalog was built."
    ),
    "unreadable": Phrase(
        text="not readable", tone="bad", sentence="Its address answers, but what it sends is not readable as Zarr."
    ),
    "refused": Phrase(
        text="blocked",
        tone="bad",
        sentence="For security, this catalog sends no requests to addresses of this kind.",
    ),
}
"""What each status means to a visitor."""


def generator() -> str:
    """Return the name and version of this program, as the files that it writes state them."""
    return f"sitegen {sitegen.__version__}"


def count(number: int | None) -> str:
    """Return a whole number with commas: `15,305`."""
    return "" if number is None else f"{number:,}"


def plural(number: int | None, noun: str, nouns: str = "") -> str:
    """Return `1 image`, `2 images`; `nouns` where the plural is not noun + s."""
    return "" if number is None else f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def small_first(label: str) -> str:
    """Return a label with a small letter first, unless it begins with an abbreviation, such as OME."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def size(number_bytes: int | float | None) -> str:
    """Return a size in SI units with three digits: `559 TB`, `1.47 GB`."""
    return _scaled(number_bytes, _BYTES)


def pixel_count(number: int | None) -> str:
    """Return a number of pixels with three digits: `1.47 Gpx`."""
    return _scaled(number, _PIXELS)


@lru_cache(maxsize=4096)  # cards, tables and pages say the same sizes one after another
def _scaled(number: int | float | None, units: tuple[str, ...]) -> str:
    """Return a number in the first of the units, each a thousand of the one before, in which it has three digits."""
    if number is None:
        return ""
    value, step = float(min(number, _LARGEST)), 0
    while float(f"{value:.3g}") >= 1000 and step < len(units) - 1:
        value, step = value / 1000, step + 1
    return f"{figures(value)} {units[step]}"


def date(iso: str | None) -> str:
    """Return the day of an ISO 8601 time, in UTC: `22 Nov 2026`; any other text as it is."""
    if not iso:
        return ""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    if moment.tzinfo:
        moment = moment.astimezone(UTC)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def moment(iso: str | None) -> str:
    """Return the day and minute of an ISO 8601 time, in UTC: `22 Nov 2026, 06:00 UTC`; any other text as it is."""
    day = date(iso)
    if not iso or day == iso:
        return day
    found = datetime.fromisoformat(iso)
    return f"{day}, {(found.astimezone(UTC) if found.tzinfo else found):%H:%M} UTC"


def printable(text: str) -> str:
    """Return the text without what could move a cursor, or turn the direction of writing."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def shorten(text: str | None, length: int) -> str:
    """Return the text on one line, cut at a word where one ends near, with `…`, if it is longer than `length`.

    Spaces at which no line may break stay.
    """
    line = text or ""
    if "  " in line or not line.replace(_NO_BREAK, "_").isprintable():  # of white space, only spaces are printable
        line = " ".join(_BREAKING_SPACE.split(line))
    line = line.strip()
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    word = cut.rfind(" ")
    return (cut[:word] if word > length * 0.7 else cut).rstrip(" ,;:.") + "…"


def plain(text: str | None, length: int) -> str:
    """Return the text as `shorten` does, without characters that XML cannot hold: as metadata in any format have it."""
    return shorten(without_controls(text or ""), length)


def without_controls(text: str) -> str:
    """Return the text without the characters that XML 1.0 does not allow, among them halves of surrogate pairs."""
    return text if text.isascii() and text.isprintable() else _NOT_XML.sub("", text)


_TYPE_OF_AXIS = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
_LETTER_OF_TYPE = {"channel": "c", "time": "t"}
_NOUN_OF_TYPE = {"channel": "channel", "time": "time point"}


def axis_type(axis: Axis) -> str:
    """Return the type of an axis: as stated, else by its name, as OME-Zarr 0.3 fixed it (t, c, z, y, x)."""
    return axis.type or _TYPE_OF_AXIS.get(axis.name.lower(), "")


def dimensions(axes: Sequence[Axis] | None, shape: Sequence[int] | None) -> str:
    """Return what the axes span: `3-D + c + t`. Axes of length 1 are left out; an image has at least `2-D`."""
    span, others = _spanned(axes, shape)
    extra = sorted(_LETTER_OF_TYPE.get(kind, axis.name) for kind, axis, _ in others)
    return " + ".join([span, *dict.fromkeys(extra)])


def dimension_words(axes: Sequence[Axis] | None, shape: Sequence[int] | None) -> str:
    """Return what the axes span, in words: `3-D, 2 channels, 120 time points`; axes of length 1 are left out."""
    span, others = _spanned(axes, shape)
    if not axes or not shape or len(axes) != len(shape):
        return span
    counted = [
        plural(length, _NOUN_OF_TYPE[kind]) if kind in _NOUN_OF_TYPE else f"{count(length)} along {axis.name}"
        for kind, axis, length in sorted(others, key=lambda each: each[0] == "time")
    ]
    return ", ".join([span, *counted])


def _spanned(axes: Sequence[Axis] | None, shape: Sequence[int] | None) -> tuple[str, list[tuple[str, Axis, int]]]:
    """Return what the axes of space span, such as `3-D`, and the type and length of the others; none of length 1."""
    if not axes:
        return f"{len(shape)}-D array" if shape else "", []
    lengths = shape if shape and len(shape) == len(axes) else [2] * len(axes)
    wide = [(axis_type(axis), axis, length) for axis, length in zip(axes, lengths, strict=True) if length > 1]
    others = [each for each in wide if each[0] != "space"]
    return f"{max(len(wide) - len(others), 2)}-D", others


def pixels(axes: Sequence[Axis] | None, shape: Sequence[int] | None) -> str:
    """Return the spatial size, x first: `2,048 × 2,048 × 31`; where the axes are not known, all lengths in order."""
    if not shape:
        return ""
    if not axes or len(axes) != len(shape):
        return " × ".join(map(count, shape))
    space = [length for axis, length in zip(axes, shape, strict=True) if axis_type(axis) == "space"]
    shown = [length for length in reversed(space[:-2]) if length > 1]
    return " × ".join(map(count, [*reversed(space[-2:]), *shown]))


def browsers_may(browsers: BrowserAccess) -> str:
    """Return what pages of other sites may do: `read · ask for ranges · see Content-Range, ETag`."""
    if browsers.origin is None:
        return ""
    if not browsers.origin:
        return "not read"
    ranges = {True: ("ask for ranges",), False: ("not ask for ranges",), None: ()}[browsers.ranges]
    return " · ".join(("read", *ranges, *_seen(browsers.exposed or ())))


def _seen(exposed: Sequence[str]) -> tuple[str, ...]:
    """Return which of the headers that readers look at may be seen."""
    seen = [header for header in READ_HEADERS if {header.lower(), "*"} & set(exposed)]
    return (f"see {', '.join(seen)}",) if seen else ()


def kind_badge(record: Record) -> str:
    """Return what a card should say about the kind: nothing for a plain image."""
    if record.found.kind == "plate" and record.found.plate:
        return f"plate · {plural(record.found.plate.wells, 'well')}"
    if record.found.kind == "series" and record.found.images:
        return f"series · {plural(record.found.images, 'image')}"
    return "" if record.found.kind in (None, "image") else KINDS[record.found.kind]


def flag(record: Record) -> Phrase | None:
    """Return what a card should warn of, or nothing: a status that is not `ok`, else invalid metadata."""
    if record.found.status != "ok":
        return STATUSES[record.found.status]
    return Phrase(text="invalid", tone="warn") if record.found.valid is False else None


def no_picture(record: Record) -> str:
    """Return in a few words that there is no picture, for a card; why is said by its flag."""
    return "no data" if record.found.kind is None and record.found.status != "ok" else "no picture"
