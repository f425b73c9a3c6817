"""How the author wants an image rendered: `omero`.

Each setting is read by itself, so that an invalid color does not cost the window.

Source: https://ngff.openmicroscopy.org/0.5/#omero-md; `lut` and `rdefs` as OMERO writes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sitegen.model import Channel
from sitegen.ome.problems import ProblemLog
from sitegen.ome.values import read_first, read_index, read_number, read_object, read_objects, read_text

_MAX_CHANNELS = 4096
_SIX_DIGITS = re.compile(r"#?([0-9A-Fa-f]{6})(?:[0-9A-Fa-f]{2})?")
_THREE_DIGITS = re.compile(r"#?([0-9A-Fa-f])([0-9A-Fa-f])([0-9A-Fa-f])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """The settings of `omero`."""

    channels: tuple[Channel, ...] = ()
    default_z: int | None = None
    default_t: int | None = None
    greyscale: bool = False
    name: str | None = None


def read_omero(value: object, notes: ProblemLog) -> Rendering:
    """Return what can be read of `omero`; without it, nothing is stated."""
    omero = read_object(value)
    channels = read_first(omero.get("channels"), _MAX_CHANNELS, notes, "omero/channels")
    defaults = read_object(omero.get("rdefs"))
    return Rendering(
        channels=tuple(_read_channel(channel) for channel in read_objects(channels)),
        default_z=read_index(defaults.get("defaultZ")),
        default_t=read_index(defaults.get("defaultT")),
        greyscale=defaults.get("model") == "greyscale",
        name=read_text(omero.get("name")),
    )


def _read_channel(channel: Mapping[str, object]) -> Channel:
    return Channel(
        label=read_text(channel.get("label")),
        color=read_color(channel.get("color")),
        active=channel.get("active") not in (False, 0),
        window=_read_window(read_object(channel.get("window"))),
        inverted=channel.get("inverted") is True,
        lut=read_text(channel.get("lut")),
    )


def read_color(value: object) -> str | None:
    """Return RRGGBB in capitals; `#RRGGBB`, three digits and a trailing alpha are read, too, a number is not."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    if six := _SIX_DIGITS.fullmatch(text):
        return six[1].upper()
    three = _THREE_DIGITS.fullmatch(text)
    return "".join(2 * digit for digit in three.groups()).upper() if three else None


def _read_window(window: Mapping[str, object]) -> tuple[float, float] | None:
    """Return the intensities of black and of full color; `min` and `max` only limit a slider."""
    start, end = (_read_limit(window.get(key)) for key in ("start", "end"))
    return None if start is None or end is None else (start, end)


def _read_limit(value: object) -> float | None:
    if isinstance(value, str):  # some writers quote numbers
        try:
            return read_number(float(value))
        except ValueError:
            return None
    return read_number(value)
