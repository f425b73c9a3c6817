"""Units of length and time: the names that OME-Zarr allows, their symbols, and how quantities are shown.

Source: the UDUNITS-2 names for `space` and `time` axes in the OME-Zarr specification (0.4 and 0.5, "axes"). Any other
unit is shown as its author wrote it and never converted.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit that the specification allows."""

    symbol: str
    factor: float
    """Its length in meters, or its duration in seconds."""
    measures: Literal["space", "time"]


_PREFIXES = {
    "yotta": ("Y", 24), "zetta": ("Z", 21), "exa": ("E", 18), "peta": ("P", 15), "tera": ("T", 12), "giga": ("G", 9),
    "mega": ("M", 6), "kilo": ("k", 3), "hecto": ("h", 2), "": ("", 0), "deci": ("d", -1), "centi": ("c", -2),
    "milli": ("m", -3), "micro": ("µ", -6), "nano": ("n", -9), "pico": ("p", -12), "femto": ("f", -15),
    "atto": ("a", -18), "zepto": ("z", -21), "yocto": ("y", -24),
}  # fmt: skip

UNITS: dict[str, Unit] = {
    **{f"{p}meter": Unit(symbol=f"{s}m", factor=10.0**e, measures="space") for p, (s, e) in _PREFIXES.items()},
    **{f"{p}second": Unit(symbol=f"{s}s", factor=10.0**e, measures="time") for p, (s, e) in _PREFIXES.items()},
    "angstrom": Unit(symbol="Å", factor=1e-10, measures="space"),
    "inch": Unit(symbol="in", factor=0.0254, measures="space"),
    "foot": Unit(symbol="ft", factor=0.3048, measures="space"),
    "yard": Unit(symbol="yd", factor=0.9144, measures="space"),
    "mile": Unit(symbol="mi", factor=1609.344, measures="space"),
    "parsec": Unit(symbol="pc", factor=3.0857e16, measures="space"),
    "minute": Unit(symbol="min", factor=60.0, measures="time"),
    "hour": Unit(symbol="h", factor=3600.0, measures="time"),
    "day": Unit(symbol="d", factor=86400.0, measures="time"),
}
"""Every unit name of the specification."""

# The units in which quantities are shown, smallest first: a length of 0.0123 m is shown as 12.3 mm.
_STEPS = {
    "space": ("picometer", "nanometer", "micrometer", "millimeter", "meter", "kilometer"),
    "time": ("nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day"),
}


def lengths_of_units() -> dict[str, float]:
    """Return the length of every unit of length, in meters."""
    return {name: unit.factor for name, unit in UNITS.items() if unit.measures == "space"}


def symbol(name: str | None) -> str:
    """Return a unit's symbol; the name as written if the specification does not have it."""
    if not name:
        return ""
    return UNITS[name].symbol if name in UNITS else name


def figures(number: float, digits: int = 3) -> str:
    """Return a number with so many significant digits, commas and no trailing zeros.

    It has an exponent only below 1e-4 and from 1e15 on.
    """
    if not isfinite(number):
        return str(number)
    if number and not 1e-4 <= abs(number) < 1e15:
        return f"{number:.{digits}g}"
    text = f"{float(f'{number:.{digits}g}'):,.10f}"
    return text.rstrip("0").rstrip(".")


def quantity(value: float, unit: str | None, digits: int = 3) -> str:
    """Return a length or time in the largest unit in which it is at least 1: 2048 × 0.65 micrometer is `1.33 mm`."""
    known = UNITS.get(unit or "")
    if known is None or not value or not isfinite(value):
        return f"{figures(value, digits)} {unit or ''}".rstrip()
    base = abs(value) * known.factor
    steps = _STEPS[known.measures]
    best = next((name for name in reversed(steps) if base >= UNITS[name].factor * 0.9995), steps[0])
    return f"{figures(value * known.factor / UNITS[best].factor, digits)} {UNITS[best].symbol}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleBar:
    """A scale bar to draw over a picture."""

    percent: float
    """Its length, in percent of the picture's width."""
    label: str


_LEAST_M, _MOST_M = 1e-20, 1e30
"""Widths of pictures, in meters, beyond which their pixel size is a mistake: an atom has 1e-10."""


def scale_bar(width_px: int, pixel_size: float | None, unit: str | None) -> ScaleBar | None:
    """Return a bar of 1, 2 or 5 times a power of ten, at most a quarter of the picture.

    None if the unit is unknown, or no picture can be so wide.

    width_px: width of the picture. pixel_size: width of one of its pixels, in `unit`.
    """
    known = UNITS.get(unit or "")
    if known is None or known.measures != "space" or not pixel_size or not isfinite(pixel_size) or pixel_size < 0:
        return None
    width = width_px * pixel_size * known.factor
    if not _LEAST_M < width < _MOST_M:
        return None
    decade = 10.0 ** floor(log10(width / 4))
    length = max(step * decade for step in (1, 2, 5) if step * decade <= width / 4 * 1.0001)
    return ScaleBar(percent=round(100 * length / width, 2), label=quantity(length / known.factor, unit))
