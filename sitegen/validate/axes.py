"""Axes: letters in 0.3, objects from 0.4 on, inside coordinate systems in 0.6."""

from __future__ import annotations

from dataclasses import dataclass

from sitegen.units import UNITS
from sitegen.validate.json_value import JsonValue, Log, check_different, quote

_LETTERS = "tczyx"
_TYPES = frozenset(("space", "time", "channel"))
_TYPES_OF_6 = _TYPES | {"array", "coordinate", "displacement", "frequency"}
_PLACES = {"time": 0, "space": 2}  # any other type stands between the two


@dataclass(frozen=True, slots=True)
class Axes:
    """What the rest of a document may rely on: how many axes there are, their names and types."""

    names: tuple[str | None, ...]
    types: tuple[str | None, ...]

    def __len__(self) -> int:
        return len(self.names)

    @property
    def space(self) -> tuple[int, ...]:
        """Indices of the axes of space."""
        return tuple(index for index, kind in enumerate(self.types) if kind == "space")


FIVE = Axes(names=tuple(_LETTERS), types=("time", "channel", "space", "space", "space"))
"""The axes of 0.1 and 0.2, which state none."""


def judge_axes(parent: JsonValue) -> Axes | None:
    """Return the axes of a multiscale or coordinate system; None if there is no list of them."""
    found = parent.listed("axes", wrong="axes-type", missing="axes-missing")
    if found is None:
        return None
    log, where = parent.log, parent.at("axes")
    if not 2 <= len(found) <= (5 if log.minor > 3 else len(found)):
        log.report("axes-count", where, f"there should be two to five axes; found {len(found)}")
    if log.minor == 3:
        return _judge_letters(log, where, found)
    return _judge_objects(log, where, found)


def _judge_letters(log: Log, where: str, found: list[object]) -> Axes:
    good = []
    for index, letter in enumerate(found):
        if isinstance(letter, str) and len(letter) == 1 and letter in _LETTERS:
            good.append(letter)
        else:
            log.report(
                "axis-value", f"{where}/{index}", f"an axis should be one of x, y, z, c, t; found {quote(letter)}"
            )
    if len(set(good)) < len(good):
        log.report("axes-unique", where, f"a letter stands twice in {', '.join(good)}")
    elif good != sorted(good, key=_LETTERS.index):
        log.report("axes-order", where, f"the axes should stand in the order t, c, z, y, x; found {', '.join(good)}")
    types = dict(zip(FIVE.names, FIVE.types, strict=True))
    names = tuple(letter if isinstance(letter, str) else None for letter in found)
    return Axes(names=names, types=tuple(types.get(name) for name in names))


def _judge_objects(log: Log, where: str, found: list[object]) -> Axes:
    spots = []
    for index, axis in enumerate(found):
        if isinstance(axis, dict):
            spots.append(JsonValue(log, axis, f"{where}/{index}"))
        else:
            log.report("axis-type", f"{where}/{index}", f"an axis should be an object; found {quote(axis)}")
    axes = [_judge_axis(axis) for axis in spots]
    check_different(spots, by="name", equal="axes-duplicate", same="axes-unique")
    known = Axes(names=tuple(name for name, _ in axes), types=tuple(kind for _, kind in axes))
    if len(spots) == len(found) and len(found) > 1:
        _judge_types(log, where, spots, known)
    return known if len(spots) == len(found) else Axes(names=(None,) * len(found), types=(None,) * len(found))


def _judge_axis(axis: JsonValue) -> tuple[str | None, str | None]:
    """Return name and type of an axis."""
    name = axis.text("name", wrong="axis-name-type", missing="axis-name-missing")
    if name == "":
        axis.report("axis-name-empty", "`name` is empty", "name")
    kind = axis.text("type", wrong="axis-type-type", missing="axis-no-type")
    if kind is not None and kind not in (_TYPES if axis.log.minor < 6 else _TYPES_OF_6):
        axis.report("axis-type-custom", f"the type {quote(kind)} is not one that the specification names", "type")
    _judge_unit(axis, kind)
    axis.text("longName", wrong="axis-long-name-type")
    axis.flag("discrete", wrong="axis-discrete-type")
    return name, kind


def _judge_unit(axis: JsonValue, kind: str | None) -> None:
    missing = "axis-no-unit" if kind in _PLACES else ""
    if axis.log.minor < 6 and kind not in (None, "space") and axis.value.get("unit", "") is None:
        # What writers put there for "none". The schemas of 0.4 and 0.5 look at the units of space alone.
        if missing:
            axis.report(missing, "`unit` is null", "unit")
        return
    unit = axis.text("unit", wrong="axis-unit-type", missing=missing)
    if unit is not None and kind in _PLACES and (unit not in UNITS or UNITS[unit].measures != kind):
        axis.report("axis-unit-unknown", f"{quote(unit)} is not in the specification's list of units of {kind}", "unit")


def _judge_types(log: Log, where: str, axes: list[JsonValue], known: Axes) -> None:
    """Check how many axes of each type there are, and their order."""
    if log.minor == 6:
        _count_of_6(log, where, known)
        if "array" in known.types:
            return
        kinds = known.types
    else:
        kinds = _count_before_6(log, where, axes, known)
    _check_others(log, where, kinds)
    _check_order(log, where, known.names, kinds)


def _count_of_6(log: Log, where: str, known: Axes) -> None:
    space, array = len(known.space), known.types.count("array")
    if (2 <= space <= 3) == (array >= 2):
        expected = "two or three axes of space, or else at least two of type `array`"
        log.report(
            "axes-space-count", where, f"expected {expected}; found {space} of space and {array} of type `array`"
        )


def _count_before_6(log: Log, where: str, axes: list[JsonValue], known: Axes) -> tuple[str | None, ...]:
    """Check the number of axes of space, and return the types with those supplied that must be space.

    The official schema counts an axis without a type as one of space; where fewer than
    two say so, those without a type are meant (OME-ZARR.md, C3).
    """
    untyped = ["type" not in axis.value for axis in axes]
    counted = len(known.space) + sum(untyped)
    if not 2 <= counted <= 3:
        log.report("axes-space-count", where, f"expected two or three axes of space; found {counted}")
    elif len(known.space) < 2:
        log.report("axes-space-untyped", where, f"{len(known.space)} of the axes say that they are axes of space")
        return tuple("space" if bare else kind for bare, kind in zip(untyped, known.types, strict=True))
    return known.types


def _check_others(log: Log, where: str, kinds: tuple[str | None, ...]) -> None:
    if kinds.count("time") > 1:
        log.report("axes-time-count", where, f"expected at most one axis of time; found {kinds.count('time')}")
    others = sum(kind not in _PLACES for kind in kinds)
    if others > 1:
        log.report(
            "axes-channel-count", where, f"expected at most one axis that is neither time nor space; found {others}"
        )


def _check_order(log: Log, where: str, names: tuple[str | None, ...], kinds: tuple[str | None, ...]) -> None:
    places = [_PLACES.get(kind or "", 1) for kind in kinds]
    if places != sorted(places):
        order = ", ".join(kind or "no type" for kind in kinds)
        log.report("axes-order", where, f"the types should stand in the order time, channel, space; found {order}")
    space = [name for name, kind in zip(names, kinds, strict=True) if kind == "space"]
    if sorted(name or "" for name in space) == ["x", "y", "z"] and space != ["z", "y", "x"]:
        log.report(
            "axes-zyx", where, f"axes of space should stand in the order z, y, x; found {', '.join(map(str, space))}"
        )
