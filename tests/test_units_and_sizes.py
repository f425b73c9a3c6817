"""Numbers, sizes, dates and dimensions read the same wherever a page shows them."""

from __future__ import annotations

import pytest

from sitegen import formatting, units
from sitegen.model import Axis

SPACE = [Axis(name=name, type="space") for name in "zyx"]
TIME, CHANNEL = Axis(name="t", type="time"), Axis(name="c", type="channel")


@pytest.mark.parametrize(
    ("size_bytes", "shown"),
    [
        (None, ""),
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1 kB"),
        (1_474_000_000, "1.47 GB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (559e12, "559 TB"),
        (5e21, "5,000 EB"),
    ],
)
def test_sizes_have_three_digits_and_si_units(size_bytes: float | None, shown: str) -> None:
    """A size that rounds to 1,000 of a unit takes the next unit; above the largest unit the number grows."""
    assert formatting.size(size_bytes) == shown


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (2048 * 0.65, "micrometer", "1.33 mm"),
        (0.9996, "millimeter", "1 mm"),
        (0.9, "millimeter", "900 µm"),
        (5, "angstrom", "500 pm"),
        (1, "inch", "25.4 mm"),
        (90, "minute", "1.5 h"),
        (1e-3, "picometer", "0.001 pm"),
        (-2500, "nanometer", "-2.5 µm"),
        (0, "micrometer", "0 micrometer"),
        (3, "furlong", "3 furlong"),
        (3, None, "3"),
        (float("inf"), "meter", "inf meter"),
    ],
)
def test_a_quantity_takes_the_largest_unit_that_fits(value: float, unit: str | None, shown: str) -> None:
    """A unit that the specification does not have, zero and infinity are shown as written."""
    assert units.quantity(value, unit) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (1234567, "1,230,000"), (0.00012, "0.00012"), (0.00001, "1e-05"), (1e15, "1e+15"), (-2.50, "-2.5")],
)
def test_numbers_have_no_trailing_zeros(number: float, shown: str) -> None:
    """An exponent is used below 1e-4 and from 1e15 on."""
    assert units.figures(number) == shown


@pytest.mark.parametrize(
    ("name", "shown"), [("micrometer", "µm"), ("day", "d"), ("angstrom", "Å"), ("pixel", "pixel"), (None, ""), ("", "")]
)
def test_a_unit_is_shown_by_its_symbol(name: str | None, shown: str) -> None:
    """A unit that the specification does not have keeps its name."""
    assert units.symbol(name) == shown


@pytest.mark.parametrize(
    ("width_px", "pixel_size", "label", "percent"),
    [(256, 1.0, "50 µm", 19.53), (400, 0.1, "10 µm", 25.0), (100, 1000.0, "20 mm", 20.0)],
)
def test_a_scale_bar_is_at_most_a_quarter_of_the_picture(
    width_px: int, pixel_size: float, label: str, percent: float
) -> None:
    """Its length is 1, 2 or 5 times a power of ten."""
    assert units.scale_bar(width_px, pixel_size, "micrometer") == units.ScaleBar(percent=percent, label=label)


@pytest.mark.parametrize(
    ("pixel_size", "unit"),
    [(None, "meter"), (0.0, "meter"), (-1.0, "meter"), (float("inf"), "meter"), (1.0, "second"), (1.0, "pixel")],
)
def test_there_is_no_scale_bar_without_a_length(pixel_size: float | None, unit: str) -> None:
    """Nothing is drawn for a pixel size that is missing or impossible, or for a unit that is no length."""
    assert units.scale_bar(256, pixel_size, unit) is None


@pytest.mark.parametrize(
    ("iso", "shown"),
    [
        ("2026-11-22T06:00:00Z", "22 Nov 2026"),
        ("2026-11-22T00:30:00+02:00", "21 Nov 2026"),
        ("2026-01-02", "2 Jan 2026"),
        ("last week", "last week"),
        (None, ""),
    ],
)
def test_dates_are_days_in_utc(iso: str | None, shown: str) -> None:
    """What is not a date is shown as it is."""
    assert formatting.date(iso) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0 studies"), (1, "1 study"), (2, "2 studies"), (1500, "1,500 studies"), (None, "")]
)
def test_counts_agree_with_their_noun(number: int | None, shown: str) -> None:
    """One has the singular, everything else the plural, nothing where the number is not known."""
    assert formatting.plural(number, "study", "studies") == shown


@pytest.mark.parametrize(
    ("text", "length", "shown"),
    [
        ("short", 10, "short"),
        ("  two \n lines ", 20, "two lines"),
        ("one two three four", 15, "one two three…"),
        ("one two, three", 10, "one two…"),
        ("unbreakablelongword", 10, "unbreakab…"),
        (None, 10, ""),
    ],
)
def test_long_text_is_cut_at_a_word(text: str | None, length: int, shown: str) -> None:
    """White space becomes one space, and no punctuation is left before the ellipsis."""
    assert formatting.shorten(text, length) == shown


@pytest.mark.parametrize(
    ("axes", "shape", "dimensions", "pixels"),
    [
        ([TIME, CHANNEL, *SPACE], (5, 2, 31, 512, 256), "3-D + c + t", "256 × 512 × 31"),
        ([CHANNEL, *SPACE], (1, 1, 512, 256), "2-D", "256 × 512"),
        (SPACE[1:], (1, 1), "2-D", "1 × 1"),
        (None, (4, 5, 6), "3-D array", "4 × 5 × 6"),
        (SPACE, None, "3-D", ""),
        (None, None, "", ""),
    ],
)
def test_axes_of_length_one_do_not_count(
    axes: list[Axis] | None, shape: tuple[int, ...] | None, dimensions: str, pixels: str
) -> None:
    """An image has at least two dimensions; the size is written with x first."""
    assert (formatting.dimensions(axes, shape), formatting.pixels(axes, shape)) == (dimensions, pixels)
