"""Numbers that can be limited: physical sizes, sizes of chunks, and the edges of their histograms."""

from __future__ import annotations

from dataclasses import replace

import pytest
from catalogs import change, make_image
from hypothesis import given
from hypothesis import strategies as st

from sitegen.model import Axis, Level, Record
from sitegen.site.facets import make_column
from sitegen.site.fields import FIELDS
from sitegen.site.measures import chunk_bytes, depth_um, extent_um, pixel_um, pixel_z_um, shard_bytes
from sitegen.site.ranges import Range, make_edges, make_range


def measured(unit: str | None, *scale: float) -> Record:
    """Return an image of 10 planes of 200 × 100 pixels, with the pixel sizes along z, y, x."""
    axes = tuple(Axis(name=name, type="space", unit=unit) for name in "zyx")
    level = Level(path="0", shape=(10, 100, 200), chunks=(1, 100, 200), scale=scale)
    return change(make_image(), axes=axes, shape=level.shape, levels=(level,))


def range_of(key: str, *records: Record) -> Range | None:
    """Return the range of a field over some records."""
    field = next(each for each in FIELDS if each.key == key)
    return make_range(make_column(field, records))


def test_sizes_are_in_micrometers_in_any_unit() -> None:
    """325 nanometers and 0.325 micrometers are the same value; in the plane the larger side counts."""
    micro, nano = measured("micrometer", 1.5, 0.1, 0.325), measured("nanometer", 1500, 100, 325)

    for record in (micro, nano):
        assert [pixel_um(record), pixel_z_um(record), extent_um(record), depth_um(record)] == [0.325, 1.5, 65.0, 15.0]


def test_records_that_are_read_in_turn_keep_their_own_sizes() -> None:
    """What was computed of one record is never that of another, nor of an equal one that was changed."""
    fine, coarse = measured("micrometer", 1.5, 0.1, 0.325), measured("micrometer", 3, 1, 2)

    found = [(pixel_um(record), depth_um(record)) for record in (fine, coarse, coarse, fine, change(fine, shape=None))]

    assert found == [(0.325, 15.0), (2.0, 30.0), (2.0, 30.0), (0.325, 15.0), (None, None)]


@pytest.mark.parametrize("unit", [None, "pixel", "second", "µm"])
def test_size_is_not_stated_without_a_known_unit_of_length(unit: str | None) -> None:
    """A number alone says nothing, nor does one in a unit that the specification does not know."""
    record = measured(unit, 1.0, 1.0, 1.0)

    assert [pixel_um(record), pixel_z_um(record), extent_um(record), depth_um(record)] == [None] * 4


@pytest.mark.parametrize("step", [0.0, -1.0, float("nan"), float("inf"), 1e300])
def test_impossible_size_is_not_stated(step: float) -> None:
    """Zero, less, no number, and more than the Earth are no size of a pixel."""
    assert pixel_um(measured("micrometer", step, step, step)) is None


def test_chunks_and_shards_have_a_size_without_compression() -> None:
    """Their shape times the bytes of a value; unknown where the type has none."""
    image = change(make_image(), chunks=(1, 100, 200), shards=(10, 100, 200), dtype="uint16")

    assert [chunk_bytes(image), shard_bytes(image)] == [40_000, 400_000]
    assert [chunk_bytes(change(image, dtype=dtype)) for dtype in ("bool", "complex128", "string", None)] == [
        20_000,
        320_000,
        None,
        None,
    ]
    assert shard_bytes(change(image, shards=None)) is None


@given(st.lists(st.floats(1e-6, 1e9) | st.just(0.325), min_size=2, unique=True) | st.lists(st.integers(0, 10**15)))
def test_edges_comprise_all_values_in_order(values: list[float]) -> None:
    """Whatever the values, the edges ascend, and none is outside; those of whole numbers are whole."""
    if len(set(values)) < 2:
        return
    edges = make_edges(values)

    assert list(edges) == sorted(set(edges))
    assert edges[0] <= min(values) <= max(values) <= edges[-1]
    assert all(isinstance(edge, type(values[0])) for edge in edges)


def test_range_says_its_ends_and_what_is_not_stated() -> None:
    """The first and the last edge in words; datasets without the number are counted."""
    small, large = measured("nanometer", 1, 4, 4), measured("micrometer", 1, 0.65, 0.65)
    found = range_of("pixel", small, large, measured(None, 1, 1, 1))

    assert found
    assert [found.ends, found.counts, found.unstated] == [("4 nm", "650 nm"), (2,), 1]
    assert range_of("pixel", small, replace(small, id="other")) is None
