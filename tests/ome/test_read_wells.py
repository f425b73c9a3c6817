"""Plates as the writers of the field lay them out: where each well lies, and what is read of a broken layout."""

from __future__ import annotations

import pytest
from ome_samples import PLATE, ome, v2

from sitegen.ome import PlateLayout, candidate_images, read_node


def layout(plate: object, version: str = "0.5") -> PlateLayout:
    """Return what is read of a plate."""
    found = read_node(ome(version, plate=plate)).plate
    assert found is not None
    return found


def named(*names: object) -> list[dict[str, object]]:
    """Return rows or columns with these names."""
    return [{"name": name} for name in names]


def placed(plate: object) -> list[tuple[str, int, int]]:
    """Return path, row and column of each well, in the order in which they are tried."""
    return [(well.path, well.row, well.column) for well in layout(plate).wells]


def test_wells_are_sorted_by_row_then_column() -> None:
    """The order of the list does not decide which well is shown first."""
    indices = [(1, 0), (0, 11), (0, 2), (7, 11), (1, 1)]
    wells = [{"path": f"{'ABCDEFGH'[r]}/{c + 1}", "rowIndex": r, "columnIndex": c} for r, c in indices]
    found = placed({"rows": named(*"ABCDEFGH"), "columns": named(*range(1, 13)), "wells": wells})

    assert [(row, column) for _, row, column in found] == sorted(indices)
    assert [path for path, *_ in found] == ["A/3", "A/12", "B/1", "B/2", "H/12"]


def test_wells_are_tried_in_the_order_of_their_places() -> None:
    """The representative image is looked for in that order, too."""
    node = read_node(ome(plate={**PLATE, "wells": list(reversed(PLATE["wells"]))}))  # type: ignore[call-overload]

    assert candidate_images(node) == ("A/2", "B/3")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("A/01", (0, 0)),
        ("a/1", (0, 0)),
        ("H/12", (7, 11)),
        ("P/24", (15, 23)),
        ("Z/1", (25, 0)),
        ("AA/1", (26, 0)),
        ("AF/48", (31, 47)),
        ("az/2", (51, 1)),
        ("plate/2024/C/4", (2, 3)),
    ],
)
def test_letters_and_numbers_place_a_well(path: str, place: tuple[int, int]) -> None:
    """A plate of 1,536 wells goes on after Z with AA; leading zeros and case do not count."""
    assert placed({"wells": [{"path": path}]}) == [(path, *place)]


@pytest.mark.parametrize("path", ["A", "1/A", "AAA/1", "A/1234", "A/", "A1", "A/-1", "A/1.5", "Ä/1", "A/١"])
def test_other_paths_place_no_well(path: str) -> None:
    """What is no letter and number is kept as a well, without a place."""
    assert [place for _, *place in placed({"wells": [{"path": path}]})] == [[-1, -1]]


def test_rows_and_columns_may_have_any_names() -> None:
    """Names of the lists place a well, not what they look like."""
    plate = {"rows": named("top", "bottom"), "columns": named("left", "10", "9")}
    wells = [{"path": path} for path in ("bottom/9", "top/10", "bottom/left", "A/1")]

    assert placed({**plate, "wells": wells}) == [
        ("top/10", 0, 1), ("bottom/left", 1, 0), ("bottom/9", 1, 2), ("A/1", -1, -1)
    ]  # fmt: skip


def test_numbers_as_names() -> None:
    """A column named by a number and not by text is the same column."""
    plate = {"rows": named("A"), "columns": named(1, 2), "wells": [{"path": "A/2"}]}

    assert layout(plate).column_names == ("1", "2")
    assert placed(plate) == [("A/2", 0, 1)]


def test_names_that_occur_twice() -> None:
    """The first row of a name is meant."""
    plate = {"rows": named("A", "A"), "columns": named("1", "1"), "wells": [{"path": "A/1"}]}

    assert placed(plate) == [("A/1", 0, 0)]


@pytest.mark.parametrize(
    ("row", "column", "place"),
    [
        (0, 0, (0, 0)),
        (0.0, 1.0, (0, 1)),
        (1, 3, (1, 1)),
        (2, 0, (1, 1)),
        (-1, 0, (1, 1)),
        (None, 0, (1, 1)),
        (0, None, (1, 1)),
        ("0", "0", (1, 1)),
        (True, False, (1, 1)),
        (0.5, 0, (1, 1)),
    ],
)
def test_indices_outside_the_plate_do_not_count(row: object, column: object, place: tuple[int, int]) -> None:
    """Indices count where both are whole numbers within the lists; else the path B/2 places the well."""
    well = {"path": "B/2", "rowIndex": row, "columnIndex": column}

    assert placed({**PLATE, "wells": [well]}) == [("B/2", *place)]


def test_indices_alone_without_lists() -> None:
    """A plate without rows and columns may still state indices, within reason."""
    wells = [{"path": "x", "rowIndex": 3, "columnIndex": 4}, {"path": "y", "rowIndex": 1000, "columnIndex": 0}]

    assert placed({"wells": wells}) == [("x", 3, 4), ("y", -1, -1)]


def test_wells_without_a_place_come_last() -> None:
    """They are tried after all others, in the order of their paths."""
    wells = [{"path": path} for path in ("zz", "B/1", "aa", "A/2")]

    assert [path for path, *_ in placed({"wells": wells})] == ["A/2", "B/1", "aa", "zz"]


@pytest.mark.parametrize("entry", [None, 5, "A/1", [], {}, {"path": None}, {"path": []}, {"path": ""}, {"path": "."}])
def test_entries_without_a_path_are_left_out(entry: object) -> None:
    """The other wells are read."""
    assert placed({"wells": [entry, {"path": "B/1"}]}) == [("B/1", 1, 0)]


@pytest.mark.parametrize("path", ["../A/1", "/A/1", "https://example.org/A/1", "A/../../1", "A\\1"])
def test_paths_out_of_the_plate_are_refused(path: str) -> None:
    """The well is left out, and a problem names its place in the list."""
    node = read_node(ome(plate={"wells": [{"path": "A/1"}, {"path": path}]}))

    assert node.plate is not None
    assert [well.path for well in node.plate.wells] == ["A/1"]
    assert [(problem.code, problem.where) for problem in node.problems] == [("path-unsafe", "plate/wells/1/path")]


@pytest.mark.parametrize("key", ["rows", "columns", "wells", "acquisitions", "name", "field_count"])
@pytest.mark.parametrize("value", [None, 7, "text", {}, {"A": 1}, [[]], True])
def test_one_broken_key_does_not_cost_the_others(key: str, value: object) -> None:
    """Whatever a key holds, the plate's other keys are read."""
    found, whole = layout({**PLATE, key: value}), layout(PLATE)
    attributes = {"rows": "row_names", "columns": "column_names", "wells": "wells", "acquisitions": "acquisitions"}
    kept = {"name", "field_count", *attributes.values()} - {key, attributes.get(key)}
    kept -= {"wells"} if key in ("rows", "columns") else set()

    assert {name: getattr(found, name) for name in kept} == {name: getattr(whole, name) for name in kept}


@pytest.mark.parametrize(
    ("written", "read"),
    [(4, 4), (4.0, 4), (0, 0), (-1, None), (1.5, None), ("4", None), (True, None), (None, None), (2**63, None)],
)
def test_field_counts(written: object, read: int | None) -> None:
    """A number of fields is a whole number that is not negative."""
    assert layout({**PLATE, "field_count": written}).field_count == read


def test_acquisitions_need_an_id() -> None:
    """An acquisition that no field can refer to is left out; its name may be missing or a number."""
    entries = [{"id": 0, "name": 5}, {"name": "lost"}, {"id": "1"}, {"id": 7, "name": " "}, None]
    found = layout({**PLATE, "acquisitions": entries}).acquisitions

    assert [(each.id, each.name) for each in found] == [(0, "5"), (7, None)]


@pytest.mark.parametrize("key", ["rows", "columns", "wells"])
def test_endless_lists_are_cut(key: str) -> None:
    """More entries than any plate has are not read, and a problem says so."""
    entries = [{"name": str(n), "path": f"r/{n}"} for n in range(10_001)]
    node = read_node(ome(plate={**PLATE, key: entries}))

    assert [(problem.code, problem.where) for problem in node.problems] == [("list-too-long", f"plate/{key}")]
    assert node.plate is not None
    assert 10_000 in (len(node.plate.row_names), len(node.plate.column_names), len(node.plate.wells))


@pytest.mark.parametrize("version", ["0.1", "0.2", "0.3", "0.4"])
def test_plates_of_format_2(version: str) -> None:
    """Every version that knows plates writes them alike."""
    node = read_node(v2({"plate": {**PLATE, "version": version}}))

    assert (node.kind, node.zarr_format, node.version) == ("plate", 2, version)
    assert node.plate == layout(PLATE)


FIELDS = [
    ([{"path": "0"}, {"path": "1"}], [("0", None), ("1", None)]),
    ([{"path": 0}, {"path": 1}], [("0", None), ("1", None)]),
    ([{"path": "b", "acquisition": 3}, {"path": "a", "acquisition": "3"}], [("b", 3), ("a", None)]),
    ([{"path": "./x//y/"}], [("x/y", None)]),
    ([None, {"acquisition": 1}, {"path": "2"}], [("2", None)]),
    ([], []),
    ("0", []),
    (None, []),
]


@pytest.mark.parametrize(("images", "fields"), FIELDS)
def test_fields_of_a_well(images: object, fields: list[tuple[str, int | None]]) -> None:
    """Fields come in the order of the well, with the acquisition that they state."""
    node = read_node(ome(well={"images": images}))

    assert node.kind == "well"
    assert [(field.path, field.acquisition) for field in node.fields] == fields
    assert candidate_images(node) == tuple(path for path, _ in fields)


def test_a_field_out_of_its_well_is_refused() -> None:
    """The well's other fields are read."""
    node = read_node(ome(well={"images": [{"path": "../../B/1/0"}, {"path": "0"}]}))

    assert [field.path for field in node.fields] == ["0"]
    assert [(problem.code, problem.where) for problem in node.problems] == [("path-unsafe", "well/images/0/path")]
