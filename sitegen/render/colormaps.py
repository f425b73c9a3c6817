"""Colors: tables from an intensity, 0 to 255, to red, green and blue.

A ramp is such a table of 256 × 3 bytes. Named lookup tables come from the package `cmap`, which is imported when the
first one is needed: few images name one, and the import takes 50 ms (measured).
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import numpy as np

Ramp = np.ndarray[Any, np.dtype[np.uint8]]
"""(256, 3): red, green, blue for each intensity."""

Pixels = np.ndarray[Any, np.dtype[Any]]
_TABLE_SIZE = 65_536
_PALETTE_SIZE = 1021

# For channels without colors of their author. They can be distinguished with red-green color blindness: green with
# magenta, then blue, yellow, cyan, orange, each lighter or darker than the next (after Okabe and Ito, 2008).
_BY_COUNT = {1: ("FFFFFF",), 2: ("00FF00", "FF00FF"), 3: ("00FF00", "FF00FF", "0080FF")}
_MANY = ("00D080", "FF00FF", "0080FF", "FFD000", "00D0FF", "FF6000", "A060FF", "FFFFFF")

# Name, in lower case and without separators → key in cmap's catalog, with its namespace, so that it is the table of
# the program that writes the name: `ice` without one would be a table of oceanography, not that of ImageJ.
_TABLES = {
    # ImageJ, Fiji and OMERO, which writes `fire.lut`
    "grays": "matlab:gray",
    "fire": "imagej:fire",
    "ice": "imagej:ice",
    "greenfireblue": "imagej:GreenFireBlue",
    "hilo": "imagej:HiLo",
    # matplotlib, and with it napari
    **{name: f"bids:{name}" for name in ("viridis", "plasma", "inferno", "magma")},
    **{name: f"matlab:{name}" for name in ("gray", "hot", "cool", "jet", "hsv", "bone", "copper")},
    "cividis": "cividis:cividis",
    "turbo": "google:turbo",
    "rainbow": "gnuplot:rainbow",
    "twilight": "matplotlib:twilight",
    "twilightshifted": "matplotlib:twilight_shifted",
    # napari
    **{name: f"cmap:{name}" for name in ("red", "green", "blue", "cyan", "magenta", "yellow")},
    **{f"bop{name}": f"chrisluts:BOP_{name.title()}" for name in ("blue", "orange", "purple")},
    **{
        f"i{name}": f"chrisluts:I_{name.title()}"
        for name in ("blue", "bordeaux", "cyan", "forest", "green", "magenta", "orange", "purple", "red", "yellow")
    },
}
_ALIASES = {"grey": "gray", "greys": "grays", "heat": "hot"}
_FIJI_PREFIX = "mpl-"
"""Fiji's name of `viridis` is `mpl-viridis`."""
_SPECTRUM = "spectrum"
"""ImageJ's circle of hues, computed as in ImageJ. cmap lacks it; its `hsv` differs by up to 24 of 255."""
KNOWN_TABLES: Collection[str] = frozenset({*_TABLES, *_ALIASES, _SPECTRUM})
"""Names of the lookup tables that are supported."""


def read_color(text: str | None) -> tuple[int, int, int] | None:
    """Return red, green and blue of `RRGGBB` or `RGB`, with or without `#`; None for anything else."""
    digits = (text or "").strip().lstrip("#")
    if re.fullmatch(r"[0-9A-Fa-f]{3}", digits):
        digits = "".join(2 * digit for digit in digits)
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", digits):
        return None
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def default_color(place: int, count: int) -> str:
    """Return the color, RRGGBB, of the channel at index `place` of `count` that are drawn."""
    colors = _BY_COUNT.get(count, _MANY)
    return colors[place % len(colors)]


def color_ramp(color: str) -> Ramp:
    """Return the ramp from black to a color."""
    rgb = np.array(read_color(color) or (255, 255, 255))
    ramp: Ramp = (np.arange(256)[:, None] * rgb / 255).round().astype(np.uint8)
    return ramp


def named_ramp(name: str | None) -> Ramp | None:
    """Return the ramp of a lookup table by its name in Fiji, OMERO or napari; None if the name is unknown.

    Case, separators and a suffix `.lut` do not matter.
    """
    key = re.sub(r"[ _-]", "", (name or "").strip().lower().removesuffix(".lut").removeprefix(_FIJI_PREFIX))
    key = _ALIASES.get(key, key)
    if key == _SPECTRUM:
        return _hues()
    return _table(_TABLES[key]) if key in _TABLES else None


@cache
def _table(key: str) -> Ramp:
    from cmap import Colormap  # slow to import

    return _to_bytes(Colormap(key).lut(256)[:, :3])


@cache
def _hues() -> Ramp:
    return _to_bytes(np.array([colorsys.hsv_to_rgb(place / 255, 1, 1) for place in range(256)]))


def _to_bytes(colors: Pixels) -> Ramp:
    """Return colors from 0 to 1 as bytes."""
    ramp: Ramp = (255 * colors).round().astype(np.uint8)
    return ramp


def label_colors(labels: Pixels, stated: Mapping[int, tuple[int, int, int, int]]) -> Pixels:
    """Return the colors of label values: whole numbers of any type, shape (…) → uint8, shape (…, 3).

    stated: label → red, green, blue, alpha (`image-label`), drawn over black. Other labels get
    a bright color, far from those of the next labels; 0, the background, is black.
    """
    if labels.dtype.kind in "iu" and labels.size > _TABLE_SIZE and labels.min() >= 0 and labels.max() < _TABLE_SIZE:
        table = _colors_of(np.arange(int(labels.max()) + 1), stated)  # 5 times faster than each pixel (measured)
        return np.take(table, labels, axis=0)
    return _colors_of(labels, stated)


def _colors_of(labels: Pixels, stated: Mapping[int, tuple[int, int, int, int]]) -> Pixels:
    labels = np.nan_to_num(labels).astype(np.int64)
    places = np.where(labels == 0, 0, 1 + (labels - 1) % (_PALETTE_SIZE - 1))
    colors = _palette()[places]
    if stated:
        values = np.array(sorted(stated), dtype=np.int64)
        rgba = np.array([stated[int(value)] for value in values])
        shown = (rgba[:, :3] * rgba[:, 3:] / 255).round().astype(np.uint8)
        found = np.minimum(np.searchsorted(values, labels), len(values) - 1)
        known = values[found] == labels
        colors[known] = shown[found[known]]
    return colors


@cache
def _palette() -> Ramp:
    return np.array([(0, 0, 0), *(_bright(i) for i in range(1, _PALETTE_SIZE))], dtype=np.uint8)


def _bright(place: int) -> tuple[int, int, int]:
    hue = place * 0.618033988749895 % 1.0  # steps of the golden ratio: hues of nearby labels differ clearly
    light, strong = (0.55, 0.65, 0.45)[place % 3], (0.75, 0.9)[place % 2]
    red, green, blue = colorsys.hls_to_rgb(hue, light, strong)
    return round(255 * red), round(255 * green), round(255 * blue)
