"""Units and pixel sizes, from what a writer states to what a person reads."""

from __future__ import annotations

import math

import pytest
from ome_samples import ome, scale_of, translation_of, v2

from sitegen.model import Axis
from sitegen.ome import Spacing, normalize_unit, physical_pixel_size, read_node, unit_symbol
from sitegen.units import UNITS, quantity, scale_bar


def image(axes: list[dict[str, str]], *transforms: object, whole: object = None) -> dict[str, bytes]:
    """Return an image of 0.5 with one level; whole: transformations of all levels."""
    level = {"path": "0", "coordinateTransformations": list(transforms)}
    above = {} if whole is None else {"coordinateTransformations": whole}
    return ome(multiscales=[{"axes": axes, "datasets": [level], **above}])


YX = [{"name": "y", "type": "space", "unit": "micrometer"}, {"name": "x", "type": "space", "unit": "micrometer"}]


@pytest.mark.parametrize("name", sorted(UNITS))
def test_every_unit_of_the_specification_is_known(name: str) -> None:
    """Its name, in capitals, in the plural and spelled as in British English, is that unit."""
    written = {name, name.upper(), f" {name} ", f"{name}s", name.replace("meter", "metre")}

    assert {normalize_unit(each) for each in written} == {name}
    assert unit_symbol(name) == UNITS[name].symbol


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("μm", "micrometer"),
        ("µm", "micrometer"),
        ("nm", "nanometer"),
        ("Å", "angstrom"),
        ("ångström", "angstrom"),
        ("ms", "millisecond"),
        ("Ms", "megasecond"),
        ("µs", "microsecond"),
        ("μs", "microsecond"),
        ("us", "microsecond"),
        ("min", "minute"),
        ("hr", "hour"),
        ("h", "hour"),
        ("d", "day"),
        ("microns", "micrometer"),
        ("msec", "millisecond"),
    ],
)
def test_symbols_and_other_spellings(written: str, name: str) -> None:
    """Published data have symbols and short names in place of the specification's."""
    assert normalize_unit(written) == name
    assert unit_symbol(written) == UNITS[name].symbol


@pytest.mark.parametrize("written", ["pixel", "px", "µ", "in", "pc", "kelvin", "arbitrary units", "um/px"])
def test_other_units_stay_as_written(written: str) -> None:
    """A unit that is not one of the specification, or that may mean two things, is not guessed."""
    assert normalize_unit(f" {written} ") == written
    assert unit_symbol(written) == written


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.65, "micrometer", "650 nm"),
        (1331.2, "micrometer", "1.33 mm"),
        (1000, "nanometer", "1 µm"),
        (999.6, "nanometer", "1 µm"),
        (5, "angstrom", "500 pm"),
        (2, "meter", "2 m"),
        (90, "second", "1.5 min"),
        (0.04, "second", "40 ms"),
        (36, "hour", "1.5 d"),
        (0, "micrometer", "0 micrometer"),
        (12, "pixel", "12 pixel"),
        (12, None, "12"),
        (1234567, "kilometer", "1,230,000 km"),
    ],
)
def test_quantities_have_the_largest_unit_that_fits(value: float, unit: str | None, text: str) -> None:
    """A length or time is written in the largest unit in which it is at least 1."""
    assert quantity(value, unit) == text


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_quantities_without_end_keep_their_unit(value: float) -> None:
    """What cannot be converted is not."""
    assert quantity(value, "micrometer").endswith("micrometer")


@pytest.mark.parametrize(
    ("width", "size", "unit", "label", "percent"),
    [
        (1000, 0.1, "micrometer", "20 µm", 20.0),
        (1024, 0.65, "micrometer", "100 µm", 15.02),
        (1000, 4, "nanometer", "1 µm", 25.0),
        (256, 1, "millimeter", "5 cm", None),
        (10, 1, "kilometer", "2 km", 20.0),
    ],
)
def test_scale_bars_are_round(width: int, size: float, unit: str, label: str, percent: float | None) -> None:
    """A bar is 1, 2 or 5 times a power of ten, and at most a quarter of the picture."""
    bar = scale_bar(width, size, unit)

    assert bar is not None
    assert bar.percent <= 25.01
    if percent is not None:
        assert (bar.label, bar.percent) == (label, percent)


@pytest.mark.parametrize(
    ("size", "unit"),
    [(None, "micrometer"), (0, "micrometer"), (-1, "micrometer"), (math.inf, "micrometer"), (math.nan, "micrometer"),
     (1, None), (1, "pixel"), (1, "second")],
)  # fmt: skip
def test_pictures_without_a_length_have_no_bar(size: float | None, unit: str | None) -> None:
    """Nothing is measured in pixels or seconds, nor with a size that is none."""
    assert scale_bar(1000, size, unit) is None


@pytest.mark.parametrize("width", [64, 256, 1000, 1024])
@pytest.mark.parametrize("exponent", range(-9, 4))
def test_bars_are_a_tenth_to_a_quarter_of_the_picture(width: int, exponent: int) -> None:
    """Whatever the magnification, the bar can be seen and does not hide the picture."""
    for figure in (1, 1.7, 2.5, 3.3, 6.5, 9.9):
        bar = scale_bar(width, figure * 10.0**exponent, "meter")
        assert bar is not None
        assert 9.9 <= bar.percent <= 25.01


def test_scales_are_read_along_each_axis() -> None:
    """The size of a pixel stands in the scale of its level."""
    node = read_node(image(YX, scale_of([0.5, 0.25])))

    assert physical_pixel_size(node.axes or (), node.datasets[0].scale) == (
        Spacing(axis="y", size=0.5, unit="micrometer"), Spacing(axis="x", size=0.25, unit="micrometer")
    )  # fmt: skip


def test_scales_of_all_levels_are_multiplied() -> None:
    """A scale of the image applies after that of the level."""
    node = read_node(image(YX, scale_of([1, 2]), whole=[scale_of([0.1, 0.5])]))

    assert node.datasets[0].scale == pytest.approx((0.1, 1.0))


def test_translations_do_not_change_the_size() -> None:
    """Where an image lies says nothing of how large its pixels are."""
    assert read_node(image(YX, scale_of([3, 4]), translation_of([100, 200]))).datasets[0].scale == (3, 4)


@pytest.mark.parametrize("numbers", [[1], [1, 2, 3], ["1", "2"], [1, None], [True, 2], "1, 2", {}, None])
def test_scales_that_do_not_fit_are_no_sizes(numbers: object) -> None:
    """A scale of another length, or of other things than numbers, gives no pixel size."""
    node = read_node(image(YX, scale_of(numbers)))

    assert physical_pixel_size(node.axes or (), node.datasets[0].scale) == ()


@pytest.mark.parametrize(
    ("axis", "size", "calibrated"),
    [
        (Axis(name="x", type="space", unit="micrometer"), 1.0, True),
        (Axis(name="x", type="space"), 1.0, False),
        (Axis(name="x", type="space"), 2.0, True),
        (Axis(name="X"), 0.5, True),
        (Axis(name="t", type="time", unit="second"), 1.0, True),
        (Axis(name="c", type="channel", unit="nanometer"), 2.0, False),
        (Axis(name="c"), 2.0, False),
        (Axis(name="q"), 2.0, False),
        (Axis(name="q", type="space"), 2.0, True),
        (Axis(name="x", type="space", unit="micrometer"), 0.0, False),
        (Axis(name="x", type="space", unit="micrometer"), -0.5, False),
        (Axis(name="x", type="frequency", unit="hertz"), 0.5, False),
    ],
)
def test_which_axes_are_calibrated(axis: Axis, size: float, calibrated: bool) -> None:
    """Space and time are, where a unit or a scale other than 1 says so."""
    assert bool(physical_pixel_size((axis,), (size,))) is calibrated


def test_units_of_format_2() -> None:
    """Axes of 0.4 state their units as those of 0.5 do."""
    level = {"path": "0", "coordinateTransformations": [scale_of([0.5, 0.5])]}
    node = read_node(v2({"multiscales": [{"version": "0.4", "axes": YX, "datasets": [level]}]}))

    assert [axis.unit for axis in node.axes or ()] == ["micrometer", "micrometer"]
    assert node.datasets[0].scale == (0.5, 0.5)


@pytest.mark.parametrize("unit", [5, None, "", [], {"name": "micrometer"}])
def test_units_that_are_no_text(unit: object) -> None:
    """The axis is read without them, or with the number as text."""
    axes = [{"name": "y", "type": "space", "unit": unit}, YX[1]]
    found = read_node(image(axes, scale_of([1, 1]))).axes  # type: ignore[arg-type]

    assert found is not None
    assert [axis.name for axis in found] == ["y", "x"]
    assert found[0].unit in (None, "5")
