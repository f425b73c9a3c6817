"""Where the wells of a plate are, however its version and its writer say so."""

from __future__ import annotations

from typing import Any

import pytest
from ome_samples import ome

from sitegen.ome import read_node
from sitegen.ome.node import Node, PlateLayout


def layout(rows: str = "ABC", columns: str = "123", **plate: Any) -> PlateLayout:
    """Return the layout of a plate with rows and columns of these letters."""
    named = {"rows": [{"name": name} for name in rows], "columns": [{"name": name} for name in columns]}
    node: Node = read_node(ome(plate={**named, **plate}))
    assert node.plate
    return node.plate


def places(*wells: dict[str, Any], **plate: str) -> list[tuple[str, int, int]]:
    """Return path, row and column of these wells as they are read."""
    return [(well.path, well.row, well.column) for well in layout(wells=list(wells), **plate).wells]


@pytest.mark.parametrize(
    ("well", "place"),
    [
        ({"path": "A/1", "rowIndex": 0, "columnIndex": 0}, (0, 0)),
        ({"path": "any/where", "rowIndex": 2, "columnIndex": 1}, (2, 1)),
        ({"path": "C/2"}, (2, 1)),
        ({"path": "deep/C/2"}, (2, 1)),
        ({"path": "B/3", "rowIndex": 7, "columnIndex": 0}, (1, 2)),
        ({"path": "B/3", "rowIndex": 0}, (1, 2)),
        ({"path": "B/3", "rowIndex": -1, "columnIndex": 0}, (1, 2)),
        ({"path": "B/3", "rowIndex": "0", "columnIndex": "0"}, (1, 2)),
        ({"path": "Z/1"}, (-1, 0)),
        ({"path": "A/9"}, (0, -1)),
        ({"path": "A1"}, (-1, -1)),
    ],
)
def test_a_well_is_placed_by_its_indices_or_its_path(well: dict[str, Any], place: tuple[int, int]) -> None:
    """Indices that fit the plate count; else the last two parts of the path, by name; -1 where neither tells."""
    assert places(well) == [(well["path"], *place)]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("A/1", (0, 0)),
        ("b/02", (1, 1)),
        ("H/12", (7, 11)),
        ("Z/1", (25, 0)),
        ("AA/1", (26, 0)),
        ("AF/48", (31, 47)),
        ("ABC/1", (-1, -1)),
        ("1/A", (-1, -1)),
        ("A/1000", (-1, -1)),
        ("A/x", (-1, -1)),
        ("A/²", (-1, -1)),
    ],
)
def test_a_plate_without_rows_and_columns_is_placed_by_letters(path: str, place: tuple[int, int]) -> None:
    """As people label plates: after Z comes AA, and columns begin at 1."""
    assert places({"path": path}, rows="", columns="") == [(path, *place)]


def test_wells_are_sorted_by_row_and_column() -> None:
    """Whatever the order of the list; wells without a place come last, by path."""
    found = places(*({"path": path} for path in ("x/z", "C/1", "A/3", "x/a", "A/1", "B/2")))

    assert [path for path, *_ in found] == ["A/1", "A/3", "B/2", "C/1", "x/a", "x/z"]


@pytest.mark.parametrize("well", [{}, {"path": None}, {"path": []}, {"path": "../A/1"}, "A/1", None])
def test_a_well_without_a_path_below_the_plate_is_left_out(well: object) -> None:
    """The other wells stay."""
    found = layout(wells=[well, {"path": "A/1"}])

    assert [each.path for each in found.wells] == ["A/1"]


def test_names_that_occur_twice_mean_the_first() -> None:
    """A plate should not have them; its wells are placed all the same."""
    assert places({"path": "A/1"}, rows="ABA", columns="11") == [("A/1", 0, 0)]


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ([{"id": 0}], [(0, None)]),
        ([{"id": 1, "name": "first"}, {"id": 2, "name": " "}], [(1, "first"), (2, None)]),
        ([{"name": "no id"}, {"id": "1"}, {"id": -1}, {"id": 1.5}, 7], []),
        ("none", []),
    ],
)
def test_acquisitions_have_a_number(stated: object, read: list[tuple[int, str | None]]) -> None:
    """An entry without one cannot be referred to, and is left out."""
    assert [(each.id, each.name) for each in layout(acquisitions=stated).acquisitions] == read


@pytest.mark.parametrize(("stated", "read"), [(4, 4), (0, 0), (-1, None), ("4", None), (2.5, None), (None, None)])
def test_the_number_of_fields_is_a_whole_number(stated: object, read: int | None) -> None:
    """Anything else is not stated."""
    assert layout(field_count=stated).field_count == read


@pytest.mark.parametrize(
    ("images", "read"),
    [
        ([{"path": "0"}, {"path": "1", "acquisition": 3}], [("0", None), ("1", 3)]),
        ([{"path": "b"}, {"path": "a"}], [("b", None), ("a", None)]),
        ([{"path": "../0"}, {}, {"path": "1", "acquisition": "x"}], [("1", None)]),
    ],
)
def test_fields_keep_the_order_of_their_well(images: list[object], read: list[tuple[str, int | None]]) -> None:
    """The first of them is the one that is shown."""
    node = read_node(ome(well={"images": images}))

    assert node.fields is not None
    assert [(field.path, field.acquisition) for field in node.fields] == read
