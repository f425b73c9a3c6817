"""Axes: letters or objects, in the multiscale or in its coordinate systems, as the version has them."""

from __future__ import annotations

from dataclasses import dataclass

from sitegen.ome.versions import AxesForm
from sitegen.units import UNITS
from sitegen.validate.json_value import JsonValue, validate_distinct
from sitegen.validate.validation_log import ValidationLog, describe

_LETTERS = "tczyx"
_MIN_AXES = 2
_ORDER = {"time": 0, "space": 2}
"""Type of an axis → its place among the axes; all other types come between the two."""


@dataclass(frozen=True, slots=True)
class AxisList:
    """The axes of an image or coordinate system, as far as other rules depend on them."""

    names: tuple[str | None, ...]
    types: tuple[str | None, ...]

    def __len__(self) -> int:
        return len(self.names)

    @property
    def space(self) -> tuple[int, ...]:
        """Indices of the space axes."""
        return tuple(index for index, kind in enumerate(self.types) if kind == "space")


FIVE_AXES = AxisList(names=tuple(_LETTERS), types=("time", "channel", "space", "space", "space"))
"""The axes of an image whose version has it always five-dimensional."""


def validate_axes(parent: JsonValue) -> AxisList | None:
    """Validate and return the axes of a multiscale or coordinate system; None if there is no list of them."""
    found = parent.get_list("axes", invalid="axes-type", missing="axes-missing")
    if found is None:
        return None
    log, pointer, maximum = parent.log, parent.pointer_to("axes"), parent.log.version.max_axes
    if len(found) < _MIN_AXES or (maximum is not None and len(found) > maximum):
        limits = f"at least {_MIN_AXES}" if maximum is None else f"{_MIN_AXES} to {maximum}"
        log.report("axes-count", pointer, f"there should be {limits} axes; found {len(found)}")
    if log.version.axes is AxesForm.LETTERS:
        return _validate_letters(log, pointer, found)
    return _validate_objects(log, pointer, found)


def _validate_letters(log: ValidationLog, pointer: str, found: list[object]) -> AxisList:
    known = []
    for index, letter in enumerate(found):
        if isinstance(letter, str) and len(letter) == 1 and letter in _LETTERS:
            known.append(letter)
        else:
            log.report_invalid("axis-value", f"{pointer}/{index}", "an axis should be one of x, y, z, c, t", letter)
    if len(set(known)) < len(known):
        log.report("axes-unique", pointer, f"a letter occurs twice; found {', '.join(known)}")
    elif known != sorted(known, key=_LETTERS.index):
        log.report("axes-order", pointer, f"the order of axes should be t, c, z, y, x; found {', '.join(known)}")
    types = dict(zip(FIVE_AXES.names, FIVE_AXES.types, strict=True))
    names = tuple(letter if isinstance(letter, str) else None for letter in found)
    return AxisList(names=names, types=tuple(types.get(name) for name in names))


def _validate_objects(log: ValidationLog, pointer: str, found: list[object]) -> AxisList:
    objects = []
    for index, axis in enumerate(found):
        if isinstance(axis, dict):
            objects.append(JsonValue(log, axis, f"{pointer}/{index}"))
        else:
            log.report_invalid("axis-type", f"{pointer}/{index}", "an axis should be an object", axis)
    pairs = [_validate_axis(axis) for axis in objects]
    validate_distinct(objects, key="name", equal="axes-duplicate", shared="axes-unique")
    if len(objects) < len(found):
        return AxisList(names=(None,) * len(found), types=(None,) * len(found))
    axes = AxisList(names=tuple(name for name, _ in pairs), types=tuple(kind for _, kind in pairs))
    if len(found) > 1:
        _validate_types(log, pointer, objects, axes)
    return axes


def _validate_axis(axis: JsonValue) -> tuple[str | None, str | None]:
    """Validate an axis; return its name and type."""
    name = axis.get_string("name", invalid="axis-name-type", missing="axis-name-missing")
    if name == "":
        axis.report("axis-name-empty", "`name` is empty", "name")
    kind = axis.get_string("type", invalid="axis-type-type", missing="axis-no-type")
    if kind is not None and kind not in axis.log.version.axis_types:
        axis.report("axis-type-custom", f"the specification does not name the type {describe(kind)}", "type")
    _validate_unit(axis, kind)
    axis.get_string("longName", invalid="axis-long-name-type")
    axis.get_boolean("discrete", invalid="axis-discrete-type")
    return name, kind


def _validate_unit(axis: JsonValue, kind: str | None) -> None:
    missing = "axis-no-unit" if kind in _ORDER else ""
    if axis.log.version.null_unit and kind not in (None, "space") and axis.value.get("unit", "") is None:
        if missing:
            axis.report(missing, "`unit` is null", "unit")
        return
    unit = axis.get_string("unit", invalid="axis-unit-type", missing=missing)
    if unit is not None and kind in _ORDER and (unit not in UNITS or UNITS[unit].measures != kind):
        message = f"{describe(unit)} is not in the specification's list of units of {kind}"
        axis.report("axis-unit-unknown", message, "unit")


def _validate_types(log: ValidationLog, pointer: str, objects: list[JsonValue], axes: AxisList) -> None:
    """Validate how many axes of each type there are, and their order."""
    types = axes.types
    if "array" in log.version.axis_types:
        _validate_space_or_array(log, pointer, axes)
        if "array" in types:
            return
    else:
        types = _validate_space(log, pointer, objects, axes)
    _validate_other_types(log, pointer, types)
    _validate_order(log, pointer, axes.names, types)


def _validate_space_or_array(log: ValidationLog, pointer: str, axes: AxisList) -> None:
    space, array = len(axes.space), axes.types.count("array")
    if (2 <= space <= 3) == (array >= 2):
        expected = "there should be two or three space axes, or else at least two of type `array`"
        found = f"{space} of space and {array} of type `array`"
        log.report("axes-space-count", pointer, f"{expected}; found {found}")


def _validate_space(
    log: ValidationLog, pointer: str, objects: list[JsonValue], axes: AxisList
) -> tuple[str | None, ...]:
    """Validate the number of space axes; return the types, with "space" where it must be meant.

    The official schemas of 0.4 and 0.5 count an axis without a type as one of space. Where fewer than two axes
    state that type, those without a type are taken for space axes.
    """
    untyped = ["type" not in axis.value for axis in objects]
    counted = len(axes.space) + sum(untyped)
    if not 2 <= counted <= 3:
        log.report("axes-space-count", pointer, f"there should be two or three space axes; found {counted}")
    elif len(axes.space) < 2:
        message = f"two or three axes should have the type `space`; found {len(axes.space)}"
        log.report("axes-space-untyped", pointer, message)
        return tuple("space" if bare else kind for bare, kind in zip(untyped, axes.types, strict=True))
    return axes.types


def _validate_other_types(log: ValidationLog, pointer: str, types: tuple[str | None, ...]) -> None:
    if types.count("time") > 1:
        log.report("axes-time-count", pointer, f"there should be one axis of time at most; found {types.count('time')}")
    others = sum(kind not in _ORDER for kind in types)
    if others > 1:
        expected = "there should be at most one axis that is neither time nor space"
        log.report("axes-channel-count", pointer, f"{expected}; found {others}")


def _validate_order(
    log: ValidationLog, pointer: str, names: tuple[str | None, ...], types: tuple[str | None, ...]
) -> None:
    places = [_ORDER.get(kind or "", 1) for kind in types]
    if places != sorted(places):
        order = ", ".join(kind or "no type" for kind in types)
        log.report("axes-order", pointer, f"the order of types should be time, channel, space; found {order}")
    space = [name for name, kind in zip(names, types, strict=True) if kind == "space"]
    if sorted(name or "" for name in space) == ["x", "y", "z"] and space != ["z", "y", "x"]:
        found = ", ".join(map(str, space))
        log.report("axes-zyx", pointer, f"the order of the space axes should be z, y, x; found {found}")
