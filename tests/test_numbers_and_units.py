"""How pages write numbers, sizes, dates, lengths and dimensions: the same quantity reads the same everywhere."""

from __future__ import annotations

import pytest
from catalogs import TCZYX, change, make_image, make_plate, make_series

from sitegen import formatting
from sitegen.model import Axis, BrowserAccess
from sitegen.units import UNITS, figures, quantity, scale_bar, symbol


@pytest.mark.parametrize(
    ("number_bytes", "words"),
    [
        (None, ""),
        (0, "0 B"),
        (1, "1 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),  # three digits round up to the next unit
        (1_470_000_000, "1.47 GB"),
        (559e12, "559 TB"),
        (2.5e15, "2.5 PB"),
        (1e21, "1,000 EB"),  # there is no larger unit
    ],
)
def test_a_size_has_three_digits_and_an_si_prefix(number_bytes: float | None, words: str) -> None:
    """One kB is 1,000 bytes; a size that is not known is an empty text."""
    assert formatting.size(number_bytes) == words


@pytest.mark.parametrize(
    ("number", "words", "counted"),
    [
        (None, "", ""),
        (0, "0", "0 wells"),
        (1, "1", "1 well"),
        (2, "2", "2 wells"),
        (15_305, "15,305", "15,305 wells"),
    ],
)
def test_counts_have_commas_and_a_plural(number: int | None, words: str, counted: str) -> None:
    """One thing alone is singular."""
    assert formatting.count(number) == words
    assert formatting.plural(number, "well") == counted


def test_an_irregular_plural_is_given_by_the_caller() -> None:
    """It is used for every number but one."""
    assert formatting.plural(1, "entry", "entries") == "1 entry"
    assert formatting.plural(0, "entry", "entries") == "0 entries"


@pytest.mark.parametrize(
    ("iso", "day"),
    [
        (None, ""),
        ("", ""),
        ("2026-11-22", "22 Nov 2026"),
        ("2026-11-02T06:00:00Z", "2 Nov 2026"),
        ("2026-01-01T00:30:00+02:00", "31 Dec 2025"),  # the day in UTC
        ("2025-12-31T23:30:00-02:00", "1 Jan 2026"),
        ("last spring", "last spring"),
    ],
)
def test_a_date_is_a_day_in_utc(iso: str | None, day: str) -> None:
    """A text that is not a date is shown as it is."""
    assert formatting.date(iso) == day


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        (None, 10, ""),
        ("  two\n lines\t", 20, "two lines"),
        ("exactly ten", 11, "exactly ten"),
        ("cells in interphase, mitosis", 21, "cells in interphase…"),  # no comma before the dots
        ("a unbreakablewordwithoutend", 12, "a unbreakab…"),  # the last blank is too far from the end
    ],
)
def test_a_long_text_is_cut_at_a_word(text: str | None, length: int, short: str) -> None:
    """It stays on one line and never exceeds the length."""
    assert formatting.shorten(text, length) == short
    assert len(short) <= length


def test_characters_that_control_a_terminal_are_replaced() -> None:
    """So data of others cannot move the cursor or reverse the direction of writing."""
    assert formatting.printable("a\x1b[2Jb\u202ec é") == "a\ufffd[2Jb\ufffdc é"


def axes(names: str, *types: str | None) -> tuple[Axis, ...]:
    """Return axes with these names, and types where some are given."""
    return tuple(Axis(name=name, type=kind) for name, kind in zip(names, types or [None] * len(names), strict=True))


@pytest.mark.parametrize(
    ("named", "shape", "words"),
    [
        (None, None, ""),
        (None, (4, 4, 4), "3-D array"),
        (TCZYX, (40, 2, 31, 64, 64), "3-D + c + t"),
        (TCZYX, (1, 2, 1, 64, 64), "2-D + c"),  # axes of length 1 do not count
        (TCZYX, (1, 1, 1, 64, 1), "2-D"),  # an image has at least two
        (TCZYX, None, "3-D + c + t"),
        (TCZYX, (64, 64), "3-D + c + t"),  # a shape of other length says nothing
        (axes("tyx"), (5, 64, 64), "2-D + t"),  # by the names of version 0.3
        (axes("λyx", "", "space", "space"), (5, 64, 64), "2-D + λ"),
        (axes("abyx", "channel", "channel", "space", "space"), (5, 5, 64, 64), "2-D + c"),
    ],
)
def test_dimensions_name_the_axes_that_matter(
    named: tuple[Axis, ...] | None, shape: tuple[int, ...] | None, words: str
) -> None:
    """Spatial axes are counted, others named, by their type or else their name."""
    assert formatting.dimensions(named, shape) == words


@pytest.mark.parametrize(
    ("named", "shape", "words"),
    [
        (TCZYX, None, ""),
        (None, (2, 1024, 512), "2 × 1,024 × 512"),
        (TCZYX, (40, 2, 31, 1024, 512), "512 × 1,024 × 31"),
        (TCZYX, (40, 2, 1, 1024, 512), "512 × 1,024"),
        (axes("yx"), (1, 1), "1 × 1"),
        (axes("zyx"), (64, 64), "64 × 64"),  # names and lengths disagree
    ],
)
def test_the_size_of_an_image_names_x_first(
    named: tuple[Axis, ...] | None, shape: tuple[int, ...] | None, words: str
) -> None:
    """Channels and time points are not part of it, nor is a depth of 1."""
    assert formatting.pixels(named, shape) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0.0, "0"),
        (100.0, "100"),
        (1234.0, "1,230"),
        (0.1 + 0.2, "0.3"),
        (0.00012345, "0.000123"),
        (0.000012345, "1.23e-05"),
        (-2.5, "-2.5"),
        (1e15, "1e+15"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
    ],
)
def test_figures_have_three_digits_without_trailing_zeros(number: float, words: str) -> None:
    """An exponent is written only for very small and very large numbers."""
    assert figures(number) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1331.2, "micrometer", "1.33 mm"),
        (0.108, "micrometer", "108 nm"),
        (1000.0, "nanometer", "1 µm"),
        (999.6, "nanometer", "1 µm"),  # not "1,000 nm"
        (-0.5, "micrometer", "-500 nm"),
        (5.0, "angstrom", "500 pm"),
        (2.0, "inch", "50.8 mm"),
        (90.0, "second", "1.5 min"),
        (36.0, "hour", "1.5 d"),
        (0.0, "micrometer", "0 micrometer"),
        (0.65, None, "0.65"),
        (0.65, "pixel", "0.65 pixel"),
        (0.65, "µm", "0.65 µm"),  # not a name of the specification: never converted
        (1e-20, "meter", "1e-08 pm"),
    ],
)
def test_a_quantity_is_shown_in_the_largest_unit_that_fits(value: float, unit: str | None, words: str) -> None:
    """A unit that the specification lacks is shown as its author wrote it."""
    assert quantity(value, unit) == words


@pytest.mark.parametrize(
    ("name", "written"),
    [("micrometer", "µm"), ("angstrom", "Å"), ("second", "s"), ("furlong", "furlong"), ("", ""), (None, "")],
)
def test_units_have_symbols(name: str | None, written: str) -> None:
    """A unit that is not known is its own symbol."""
    assert symbol(name) == written


def test_every_unit_measures_something_of_positive_size() -> None:
    """Prefixes are the same for lengths and times."""
    assert all(unit.factor > 0 and unit.symbol for unit in UNITS.values())
    assert UNITS["millimeter"].factor == UNITS["millisecond"].factor == 1e-3
    assert len({unit.symbol for unit in UNITS.values()}) == len(UNITS)


@pytest.mark.parametrize(
    ("width_px", "pixel_size", "unit", "label", "percent"),
    [
        (1000, 0.1, "micrometer", "20 µm", 20.0),
        (400, 1.0, "micrometer", "100 µm", 25.0),  # exactly a quarter
        (399, 1.0, "micrometer", "50 µm", 12.53),
        (256, 500.0, "nanometer", "20 µm", 15.62),
    ],
)
def test_a_scale_bar_is_a_round_length_below_a_quarter(
    width_px: int, pixel_size: float, unit: str, label: str, percent: float
) -> None:
    """Its length is 1, 2 or 5 times a power of ten."""
    bar = scale_bar(width_px, pixel_size, unit)

    assert bar is not None
    assert bar.label == label
    assert bar.percent == pytest.approx(percent, abs=0.02)


@pytest.mark.parametrize(
    ("pixel_size", "unit"),
    [
        (None, "micrometer"),
        (0.0, "micrometer"),
        (-1.0, "micrometer"),
        (float("inf"), "micrometer"),
        (float("nan"), "micrometer"),
        (1e-320, "micrometer"),  # so small that its width in meters is 0
        (1e-310, "meter"),
        (1e305, "parsec"),  # so large that it is no finite number in meters
        (1.0, None),
        (1.0, "pixel"),
        (1.0, "second"),
    ],
)
def test_no_scale_bar_without_a_known_length(pixel_size: float | None, unit: str | None) -> None:
    """A bar that cannot be trusted is worse than none."""
    assert scale_bar(1000, pixel_size, unit) is None


@pytest.mark.parametrize(
    ("kind", "badge"),
    [
        ("image", ""),
        ("well", "well"),
        ("labels", "label image"),
        ("array", "bare array"),
        ("plate", "plate"),  # its layout is not known
        ("series", "series · 1 image"),
        (None, ""),
    ],
)
def test_a_card_names_the_kind_unless_it_is_an_image(kind: str | None, badge: str) -> None:
    """A plain image needs no words."""
    assert formatting.kind_badge(change(make_image(), kind=kind)) == badge


def test_a_card_counts_wells_and_images() -> None:
    """A plate has its wells, a series its images."""
    assert formatting.kind_badge(make_plate()) == "plate · 95 wells"
    assert formatting.kind_badge(make_series()) == "series · 3 images"


@pytest.mark.parametrize("status", [each for each in formatting.STATUSES if each != "ok"])
def test_a_card_warns_of_a_status_before_validity(status: str) -> None:
    """Data that cannot be reached are the greater problem."""
    warned = formatting.flag(change(make_image(), status=status, valid=False))

    assert warned is not None
    assert warned.text == formatting.STATUSES[status].text  # type: ignore[index]
    assert warned.tone in ("warn", "bad")
    assert warned.sentence.endswith(".")


@pytest.mark.parametrize(("valid", "text"), [(True, None), (None, None), (False, "invalid")])
def test_a_card_warns_of_invalid_metadata_alone(valid: bool | None, text: str | None) -> None:
    """Metadata that were not validated are not invalid."""
    warned = formatting.flag(change(make_image(), valid=valid))

    assert (warned.text if warned else None) == text


@pytest.mark.parametrize(
    ("access", "words"),
    [
        (BrowserAccess(), ""),
        (BrowserAccess(origin=False, ranges=True), "not read"),
        (BrowserAccess(origin=True), "read"),
        (BrowserAccess(origin=True, ranges=False), "read · not ask for ranges"),
        (BrowserAccess(origin=True, ranges=True, exposed=("etag",)), "read · ask for ranges · see ETag"),
        (BrowserAccess(origin=True, exposed=("*",)), "read · see Content-Range, ETag, Accept-Ranges"),
        (BrowserAccess(origin=True, exposed=("x-cache",)), "read"),
    ],
)
def test_what_browsers_may_do_is_said_in_words(access: BrowserAccess, words: str) -> None:
    """Headers that no reader needs are left out."""
    assert formatting.browsers_may(access) == words
