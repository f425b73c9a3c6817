"""Values that are computed from a record, for the table of fields. Pure functions; `None` means "not stated"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote

from sitegen import formatting, urls
from sitegen.compact import read_as
from sitegen.model import Record, Term
from sitegen.ome.ontology import iri
from sitegen.site.last_result import keeps_last
from sitegen.units import quantity

_MOST_LABELS = 20
_MOST_CREATORS = 6
_MOST_EXACT = 2**53
_PRIMARIES = ("FF0000", "00FF00", "0000FF")
_JOINED = re.compile(r"(?<![^\W\d_])[A-Za-z]*(?:[a-z][A-Z]|(?<![^\W\d_])[A-Z](?=[A-Z][a-z]))[A-Za-z]*(?![^\W\d_])")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_FEWEST_LETTERS = 3
"""Of a word that is written together with another: `ExpA` is one word."""
_COMPOUND = re.compile(r"(?<![^\W\d_])[A-Z]?[a-zµμ]+([A-Z]{2,})s?(?![^\W\d_])")

_STUDY_NOTES = {
    "configuration": "set by this catalog",
    "csv": "stated in the list",
    "ro-crate": "stated in the RO-Crate",
    "origin": "grouped by origin",
    "list": "grouped by list",
    "url": "grouped by address",
}


def heading(record: Record) -> str:
    """Return what a page calls a dataset where its study is named beside."""
    return record.short_title or record.title


def thumbnail_path(record: Record) -> str | None:
    """Return the path of its thumbnail below the site's root."""
    return record.found.thumbnail.path if record.found.thumbnail else None


def last_answer(record: Record) -> str | None:
    """Return when a host last answered that does not answer as it did; None for a dataset that is as it is shown.

    So that what is made of it stays the same until the dataset changes: `checked_at` of datasets that answer changes
    whenever they are asked.
    """
    found = record.found
    kept = found.status in ("stale", "unreachable", "refused")
    return found.checked_at if kept or any(each.code == "not-current" for each in found.problems) else None


def length(record: Record, axis: str) -> int | None:
    """Return how long the image is along `axis`: x, y, z by name, `channel` and `time` by type."""
    return _lengths(record).get(axis)


@keeps_last
def _lengths(record: Record) -> Mapping[str, int]:
    """Return how long the image is along each axis, by its name, and by its type where that is a word."""
    axes, shape = record.found.axes, record.found.shape
    found: dict[str, int] = {}
    if not axes or not shape or len(axes) != len(shape):
        return found
    for axis, size in zip(axes, shape, strict=True):
        found.setdefault(axis.name.lower(), size)
        kind = formatting.axis_type(axis)
        if len(kind) > 1:
            found.setdefault(kind, size)
    return found


def axis_names(record: Record) -> str | None:
    """Return the names of the axes, slowest first, such as `tczyx`; None where they are not letters."""
    names = [axis.name for axis in record.found.axes or ()]
    return "".join(names) if names and all(len(name) == 1 for name in names) else None


def may_have_axes(record: Record) -> bool:
    """Return whether an axis that has no length may have one: what the image spans is not known."""
    axes, shape = record.found.axes, record.found.shape
    return may_have_pixels(record) and not (axes and shape and len(axes) == len(shape))


def may_have_pixels(record: Record) -> bool:
    """Return whether there may be an image or an array: a group that is neither has none."""
    return record.found.kind != "group"


def may_have_version(record: Record) -> bool:
    """Return whether it may state a version of OME-Zarr: plain arrays and groups of Zarr have none."""
    return record.found.kind not in ("array", "group")


def channel_count(record: Record) -> int | None:
    """Return the number of channels: the length of the channel axis, 1 where the axes name none."""
    along = length(record, "channel")
    return 1 if along is None and length(record, "x") is not None else along


def colors(record: Record) -> Literal["RGB", "grayscale"] | None:
    """Return whether the channels are the colors of one picture, as far as metadata tell, or there is only one channel.

    Of uint8, three that are described as red, green and blue or not at all, or four that are not.
    """
    count, channels = channel_count(record), record.found.metadata.channels
    if count == 1:
        return "grayscale"
    if record.found.dtype != "uint8" or count not in (3, 4):
        return None
    stated = tuple((each.color or "").upper() for each in channels)
    return "RGB" if stated == _PRIMARIES or not any(stated) else None


def missing(record: Record) -> str | None:
    """Return which of its texts and pictures a dataset does not have, by line."""
    has = {"name": record.name, "description": record.description, "thumbnail": record.found.thumbnail}
    return "\n".join(key for key, value in has.items() if not value) or None


def dimensions(record: Record) -> str | None:
    """Return what the axes span: `3-D + c + t`."""
    return formatting.dimensions(record.found.axes, record.found.shape) or None


def dimension_words(record: Record) -> str:
    """Return what the axes span, in words: `3-D, 2 channels, 120 time points`."""
    return formatting.dimension_words(record.found.axes, record.found.shape)


def pixels(record: Record) -> str | None:
    """Return the spatial size in pixels, x first: `2,048 × 2,048 × 31`."""
    return formatting.pixels(record.found.axes, record.found.shape) or None


def pixel_count(record: Record) -> int | None:
    """Return how many pixels the image has at full resolution, over all axes.

    Scripts compare it as a number of 64 bits, exact up to 2^53 (ECMA-262, 6.1.6.1); what claims more is not stated.
    """
    count = math.prod(record.found.shape) if record.found.shape else None
    return count if count is not None and count <= _MOST_EXACT else None


def extent(record: Record) -> str | None:
    """Return the physical size, x first: `1.33 mm × 1.33 mm × 15.5 µm`."""
    found = record.found
    scale = found.levels[0].scale if found.levels else None
    if not (found.axes and found.shape and scale and len(found.axes) == len(found.shape) == len(scale)):
        return None
    sides = [
        quantity(length * step, axis.unit)
        for axis, length, step in zip(found.axes, found.shape, scale, strict=True)
        if formatting.axis_type(axis) == "space" and axis.unit and length > 1
    ]
    return " × ".join(reversed(sides)) or None


def plate_layout(record: Record) -> str | None:
    """Return the size of a plate: `8 × 12`."""
    plate = record.found.plate
    return f"{formatting.count(plate.rows)} × {formatting.count(plate.columns)}" if plate else None


def validity(record: Record) -> Literal["valid", "invalid"] | None:
    """Return whether the metadata are valid."""
    return None if record.found.valid is None else "valid" if record.found.valid else "invalid"


def rules(record: Record) -> str | None:
    """Return what is wrong with it or worth knowing, one code by line, each after its level: `error scale-count`."""
    found = dict.fromkeys(f"{problem.level} {problem.code}" for problem in record.found.problems)
    return "\n".join(sorted(found)) or None


def month(record: Record) -> str | None:
    """Return the month in which the catalog first listed it, such as `2026-11`; None for those of the first build."""
    return record.added_at[:7] if record.added_at else None


def has_labels(record: Record) -> Literal["yes", "no"] | None:
    """Return whether there are label images; None where the dataset could not be read."""
    return None if record.found.kind is None else "yes" if record.found.label_images else "no"


def study_note(record: Record) -> str:
    """Return where it was taken from that a dataset belongs to its study."""
    return _STUDY_NOTES.get(record.provenance.get("study", ""), "") if record.study else ""


def license_id(record: Record) -> str | None:
    """Return the SPDX identifier of the license, else its address, else its text."""
    return (record.license.id or record.license.url or record.license.text) if record.license else None


def term_id(term: Term | None) -> str | None:
    """Return the identifier of a term."""
    return term.id if term else None


def term_words(term: Term | None) -> str:
    """Return what a term is called."""
    return (term.label or term.id) if term else ""


def term_address(term: Term | None) -> str | None:
    """Return the address of a term in its ontology."""
    return iri(term.id) if term else None


def term_note(term: Term | None) -> str:
    """Return the identifier of a term where its words are others."""
    return term.id if term and term.label and term.label != term.id else ""


def searched_words(record: Record) -> str:
    """Return words that no field has: labels of channels and label images, and further columns of the lists.

    And what only capitals show in words that people wrote, before they are folded: acronyms at their end, as `FISH` in
    `smFISH`, and words that are written as one, as `Mouse` and `Brain` in `MouseBrain`.
    """
    channels = (channel.label for channel in record.found.metadata.channels if channel.label)
    words = (*record.extra.values(), *channels, *record.found.label_images)
    written = " ".join((record.name or "", record.description or "", *words))
    return " ".join(
        (*words, *dict.fromkeys((*_COMPOUND.findall(written), *_joined_words(f"{written} {urls.stem(record.url)}"))))
    )


def _joined_words(text: str) -> Iterator[str]:
    """Return the words in those that are written as one, and what these begin with: `HeLa` and `Cells`.

    One letter before a word is none: `FLung` has `Lung`.
    """
    for joined in dict.fromkeys(_JOINED.findall(text)):
        parts = _PART.findall(joined)
        begins = ("".join(parts[:count]) for count in range(1, len(parts)))
        words = [each for each in dict.fromkeys((*begins, *parts)) if len(each) >= _FEWEST_LETTERS]
        if len(words) > 1 or len(parts[0]) == 1:
            yield from words


def origin(record: Record) -> str | None:
    """Return the address of where the data were taken from."""
    return record.origin


def channel_names(record: Record) -> str | None:
    """Return the names of the channels, by line."""
    names = dict.fromkeys(each.label for each in record.found.metadata.channels[:_MOST_LABELS] if each.label)
    return "\n".join(names) or None


def label_names(record: Record) -> str | None:
    """Return the names of the label images, by line."""
    return "\n".join(record.found.label_images[:_MOST_LABELS]) or None


def codec_names(record: Record) -> str | None:
    """Return the names of its codecs, separated by commas."""
    return ", ".join(record.found.codecs) or None


def creator_names(record: Record) -> str | None:
    """Return the names of its creators, by line."""
    return "\n".join(creator.name for creator in record.creators) or None


def creator_words(record: Record) -> str:
    """Return the names of its first creators, and how many more there are."""
    names = [creator.name for creator in record.creators]
    more = f" and {len(names) - _MOST_CREATORS} more" if len(names) > _MOST_CREATORS else ""
    return ", ".join(names[:_MOST_CREATORS]) + more


def list_names(record: Record) -> str | None:
    """Return the names of its lists, without folders and `.csv`, by line."""
    return "\n".join(dict.fromkeys(_list_name(place.csv) for place in record.lists)) or None


@lru_cache(maxsize=1024)  # lists name many datasets each
def _list_name(address: str) -> str:
    return unquote(address.split("?")[0].rsplit("/", 1)[-1]).removesuffix(".csv")


def sharding(record: Record) -> Literal["yes", "no"] | None:
    """Return whether chunks are stored in shards; None where the dataset could not be read."""
    return None if record.found.chunks is None else "yes" if record.found.shards else "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dated:
    """What `last_change` reads of a `Record`."""

    changed_at: str | None


def last_change(records: Sequence[Record]) -> str | None:
    """Return when what the catalog says of any of them changed last."""
    return max((record.changed_at for record in read_as(records, _Dated) if record.changed_at), default=None)
