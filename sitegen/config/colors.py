"""Colors of a catalog: the accent, what is derived from it, and whether all of it can be read.

Contrast is that of WCAG 2.2 (relative luminance, success criterion 1.4.3): 4.5 to 1 for text. Colors are derived in
OKLab (https://bottosson.github.io/posts/oklab/), where a change of lightness keeps the hue. The grounds are those of
`assets/css/tokens.css`. Pure functions; a color is `#rrggbb` in small letters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Scheme = Literal["light", "dark"]
Rgb = tuple[float, float, float]
"""Red, green and blue, 0 to 1."""

MIN_RATIO = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text of usual size."""
GROUNDS: dict[Scheme, tuple[str, ...]] = {
    "light": ("#faf9f7", "#ffffff", "#f2f0ec"),
    "dark": ("#131516", "#1b1e20", "#0e1011"),
}
"""`--surface`, `--surface-raised` and `--surface-sunken`: the accent is the color of links on all of them."""
ACCENTS: dict[Scheme, str] = {"light": "#0d6675", "dark": "#6cc9d6"}
"""`--accent`, where a catalog has none of its own."""
_TEXTS: dict[Scheme, tuple[str, str]] = {"light": ("#ffffff", "#1b1f22"), "dark": ("#0e1011", "#ffffff")}
"""What text on the accent may be: the usual one first."""
_SOFT: dict[Scheme, float] = {"light": 0.1, "dark": 0.16}
"""Share of the accent in the ground of what is chosen."""
_STEPS = 500
"""Steps of lightness that are tried in each direction; one is below what an eye sees."""
_COLOR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccentColors:
    """The accent in one scheme, with the colors that depend on it."""

    accent: str
    text: str
    """Of text on the accent."""
    soft: str
    """Ground of what is chosen, below text in the accent."""

    def least_contrast(self, scheme: Scheme) -> tuple[float, str]:
        """Return the least contrast of the accent with a ground below it or a text on it, and that color."""
        others = (*GROUNDS[scheme], self.soft, self.text)
        return min((contrast(self.accent, other), other) for other in others)


def parse_color(text: str) -> str | None:
    """Return a color as `#rrggbb`; None for what is none."""
    text = text.strip().lower()
    if not _COLOR.fullmatch(text):
        return None
    return text if len(text) == 7 else "#" + "".join(2 * digit for digit in text[1:])


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def accent_colors(accent: str, scheme: Scheme) -> AccentColors:
    """Return an accent with the colors that depend on it."""
    usual, other = _TEXTS[scheme]
    text = usual if contrast(usual, accent) >= MIN_RATIO else max(usual, other, key=lambda each: contrast(each, accent))
    return AccentColors(accent=accent, text=text, soft=_mix(accent, GROUNDS[scheme][1], _SOFT[scheme]))


def nearest_readable(accent: str, scheme: Scheme) -> str:
    """Return the color of the same hue whose lightness is nearest to that of an accent, and that can be read."""
    return next(
        each for each in _by_distance(accent) if accent_colors(each, scheme).least_contrast(scheme)[0] >= MIN_RATIO
    )


def _by_distance(color: str) -> Iterator[str]:
    """Yield a color, then lighter and darker ones, to white and black."""
    lightness, *hue = _to_oklab(_channels(color))
    for step in range(_STEPS + 1):
        for other in (lightness - step / _STEPS, lightness + step / _STEPS):
            if 0 <= other <= 1:
                yield _in_gamut(other, hue[0], hue[1])


def _in_gamut(lightness: float, a: float, b: float) -> str:
    """Return the color of this lightness and hue, as saturated as a screen can show it, at most as given."""
    shares = (1 - step / 50 for step in range(51))
    found = (_from_oklab((lightness, a * share, b * share)) for share in shares)
    return _to_hex(next(rgb for rgb in found if all(-0.0005 <= value <= 1.0005 for value in rgb)))


def _mix(color: str, ground: str, share: float) -> str:
    pairs = zip(_channels(color), _channels(ground), strict=True)
    red, green, blue = (share * one + (1 - share) * other for one, other in pairs)
    return _to_hex((red, green, blue))


def _channels(color: str) -> Rgb:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _to_hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(255 * min(max(value, 0), 1)):02x}" for value in rgb)


def _luminance(color: str) -> float:
    red, green, blue = map(_to_linear, _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_linear(value: float) -> float:
    """Undo the transfer function of sRGB (IEC 61966-2-1)."""
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


def _to_gamma(value: float) -> float:
    sign, size = math.copysign(1, value), abs(value)
    return float(sign * (12.92 * size if size <= 0.0031308 else 1.055 * size ** (1 / 2.4) - 0.055))


def _to_oklab(rgb: Rgb) -> Rgb:
    red, green, blue = map(_to_linear, rgb)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _from_oklab(lab: Rgb) -> Rgb:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _to_gamma(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
        _to_gamma(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
        _to_gamma(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
    )
