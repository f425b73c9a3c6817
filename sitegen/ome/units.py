"""Physical units: what axes and OME-XML call them, and how people write them.

The specification asks for the names of UDUNITS-2 (`micrometer`); official samples say
`micron`, others `um` or `µm`. `normalize_unit` knows the obvious spellings, and
`unit_symbol` gives the short form for a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sitegen.model import Axis
from sitegen.units import UNITS, symbol

# Spellings that the specification does not have, seen in published data, and the names that they mean
_OTHER_SPELLINGS = {
    "micron": "micrometer", "um": "micrometer", "μm": "micrometer", "us": "microsecond", "μs": "microsecond",
    "å": "angstrom", "ångström": "angstrom", "sec": "second", "msec": "millisecond", "min": "minute", "hr": "hour",
}  # fmt: skip
# Symbols differ by case alone (Mm, mm), so they are compared as written; names are not.
_BY_SYMBOL = {unit.symbol: name for name, unit in UNITS.items() if name not in ("inch", "parsec")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """How far apart pixels are along one axis."""

    axis: str
    size: float
    unit: str | None = None
    """Normalized where it is known, else as written; None if none is stated."""

    @property
    def symbol(self) -> str:
        """The unit as people write it, such as `µm`; empty if none is stated."""
        return unit_symbol(self.unit)


def normalize_unit(unit: str | None) -> str | None:
    """Return the specification's name of a unit, such as `micrometer` for `um`; what is not known, as written."""
    if unit is None or not unit.strip():
        return None
    written = unit.strip()
    name = written.lower().replace("metre", "meter")
    for candidate in (name, name.removesuffix("s")):
        if candidate in UNITS:
            return candidate
        if candidate in _OTHER_SPELLINGS:
            return _OTHER_SPELLINGS[candidate]
    return _BY_SYMBOL.get(written, written)


def unit_symbol(unit: str | None) -> str:
    """Return the symbol of a unit in any spelling, such as `µm`; what is not known, as written; empty for none."""
    return symbol(normalize_unit(unit))


def physical_pixel_size(axes: Sequence[Axis], scale: Sequence[float] | None) -> tuple[Spacing, ...]:
    """Return the spacing along each space axis and time that has one.

    scale: of the level in question, as long as `axes`. An axis without unit and with scale 1 is not calibrated,
    nor is one whose scale is not above 0; the scale of a channel axis means nothing.
    """
    if scale is None or len(scale) != len(axes):
        return ()
    pairs = zip(axes, scale, strict=True)
    calibrated = ((axis, size) for axis, size in pairs if _is_calibrated(axis, size))
    return tuple(Spacing(axis=axis.name, size=size, unit=normalize_unit(axis.unit)) for axis, size in calibrated)


def _is_calibrated(axis: Axis, size: float) -> bool:
    measured = axis.type in ("space", "time") or (axis.type is None and axis.name.lower() in "tzyx")
    return measured and size > 0 and (axis.unit is not None or size != 1)
