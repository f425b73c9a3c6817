"""The map of a plate says which wells there are, in a few bytes and in words."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace

import pytest

from sitegen.model import Picture, Plate
from sitegen.render.montage import draw_montage
from sitegen.site.plate_map import PlateMap, make_plate_map, well_name

RECTANGLE = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-(\d+)z")
Wells = frozenset[tuple[int, int]]


def grid(rows: int, columns: int) -> Wells:
    """Return all wells of a plate."""
    return frozenset((row, column) for row in range(rows) for column in range(columns))


def plate(rows: int, columns: int, present: Wells | None = None, **changes: object) -> Plate:
    """Return a plate of which these wells are listed, all of them by default."""
    wells = tuple(sorted(grid(rows, columns) if present is None else present))
    made = Plate(
        rows=rows,
        columns=columns,
        wells=len(wells),
        fields=1,
        row_names=tuple(chr(65 + row) for row in range(rows)),
        column_names=tuple(str(column + 1) for column in range(columns)),
        present=wells,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def drawn(made: Plate) -> PlateMap:
    """Return the map of a plate that has one."""
    plate_map = make_plate_map(made)
    assert plate_map is not None
    return plate_map


def covered(path: str) -> list[tuple[int, int]]:
    """Return the wells below the rectangles of a path, one for each time that they are covered."""
    assert RECTANGLE.sub("", path) == ""
    wells = []
    for found in RECTANGLE.findall(path):
        column, row, width, height, back = map(int, found)
        assert width == back
        wells += [(row + down, column + right) for down in range(height) for right in range(width)]
    return sorted(wells)


@pytest.mark.parametrize(
    ("rows", "columns", "missing"),
    [
        (2, 3, []),
        (2, 3, [(0, 0)]),
        (8, 12, [(3, 5)]),
        (8, 12, [(row, column) for row, column in grid(8, 12) if (row + column) % 2]),  # a chessboard
        (8, 12, [(row, column) for row, column in grid(8, 12) if row == 4]),  # equal runs that do not touch
        (4, 4, list(grid(4, 4))),
    ],
)
def test_the_rectangles_cover_each_well_once(rows: int, columns: int, missing: list[tuple[int, int]]) -> None:
    """And no other position, whatever the pattern is."""
    present = grid(rows, columns) - set(missing)

    assert covered(drawn(plate(rows, columns, present)).present) == sorted(present)


def test_a_full_plate_is_one_rectangle_whatever_its_size() -> None:
    """A page does not grow with the plate."""
    assert drawn(plate(2, 3)).present == "M0 0h3v2h-3z"
    assert drawn(plate(32, 48)).present == "M0 0h48v32h-48z"


def test_a_scattered_plate_is_cut() -> None:
    """A chessboard of the largest size would else be a megabyte."""
    board = frozenset((row, column) for row, column in grid(256, 256) if (row + column) % 2)
    made = drawn(plate(256, 256, board))

    assert len(made.present) < 10_000
    assert made.summary == "32,768 of 65,536 wells are present"


@pytest.mark.parametrize(("rows", "columns"), [(0, 12), (8, 0), (257, 1), (1, 257)])
def test_a_plate_without_a_sensible_size_has_no_map(rows: int, columns: int) -> None:
    """Its facts are shown without one."""
    assert make_plate_map(plate(rows, columns, frozenset())) is None


def test_wells_outside_the_plate_are_not_drawn() -> None:
    """An invalid index is reported elsewhere; here it must not draw over the edge."""
    made = drawn(plate(2, 2, frozenset({(0, 0), (2, 0), (0, 2), (9, 9)})))

    assert covered(made.present) == [(0, 0)]
    assert made.summary == "1 of 4 wells are present"


def test_wells_that_are_missing_at_the_host_do_not_count_as_present() -> None:
    """They are listed, but there is no image."""
    made = drawn(plate(2, 2, absent=((0, 1),), drawn=((0, 0),)))

    assert covered(made.present) == [(0, 0), (1, 0), (1, 1)]
    assert made.summary.startswith("3 of 4 wells")


def test_the_summary_names_the_well_in_the_picture() -> None:
    """By the names of its row and column."""
    assert drawn(plate(8, 12, shown=(1, 2))).summary == "96 of 96 wells are present; the picture shows B3"


@pytest.mark.parametrize(
    ("rows", "columns", "name"),
    [(("A", "B"), ("1", "02"), "B02"), ((), ("1", "2"), "row 1, column 1"), (("A",), ("1", "2"), "row 1, column 1")],
)
def test_a_well_without_names_has_its_indices(rows: tuple[str, ...], columns: tuple[str, ...], name: str) -> None:
    """A plate may name fewer rows or columns than it has."""
    assert well_name(plate(2, 2, row_names=rows, column_names=columns), (1, 1)) == name


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (12, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        (24, list(range(24))),
        (48, list(range(0, 48, 2))),
        (49, list(range(0, 49, 3))),
    ],
)
def test_a_large_plate_labels_some_columns(columns: int, shown: list[int]) -> None:
    """At most 24, at equal distances, so that they never overlap."""
    labels = drawn(plate(2, columns)).column_labels

    assert [label.at for label in labels] == shown
    assert [label.text for label in labels] == [str(at + 1) for at in shown]


def test_long_names_are_shortened() -> None:
    """A name is as wide as its well; there are no more labels than rows."""
    made = drawn(plate(2, 1, row_names=("control row", "B", "C")))

    assert [(label.text, label.at) for label in made.row_labels] == [("con…", 0), ("B", 1)]


def present_in(made: PlateMap) -> list[int]:
    """Return the numbers of the wells that the script is told to be present."""
    octets = base64.b64decode(json.loads(made.data)["present"])
    return [8 * at + bit for at, octet in enumerate(octets) for bit in range(8) if octet & (128 >> bit)]


@pytest.mark.parametrize("odd", [0, 1])
def test_the_script_is_told_of_every_well(odd: int) -> None:
    """Of a scattered plate, too, in a bit for each well."""
    board = frozenset((row, column) for row, column in grid(32, 48) if (row + column) % 2 == odd)
    made = drawn(plate(32, 48, board, shown=(31, 47), absent=((0, odd), (40, 2))))

    assert present_in(made) == [row * 48 + column for row, column in sorted(board - {(0, odd)})]
    assert json.loads(made.data)["shown"] == [1535]
    assert json.loads(made.data)["absent"] == [odd]
    assert len(made.data) < 800


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 2), (4, 6), (8, 12), (16, 24), (32, 48), (256, 3)])
def test_the_script_is_told_where_wells_are_in_the_montage(rows: int, columns: int) -> None:
    """Their distance, from which their sides follow, is that with which the montage was drawn."""
    montage = draw_montage({}, rows=rows, columns=columns, listed=())
    picture = Picture(path="m.webp", width=montage.width, height=montage.height)
    found = make_plate_map(plate(rows, columns, drawn=((0, 0),)), picture)
    assert found
    width, height, pitch = json.loads(found.data)["montage"]

    assert width - columns * pitch == height - rows * pitch
    assert columns == 1 or width - columns * pitch in (1, 2)


def test_a_plate_without_montage_has_no_words_of_it() -> None:
    """Its key would explain marks that are not there."""
    made = drawn(plate(2, 2, frozenset({(0, 0)})))

    assert (made.montage, made.key) == ("", "")


@pytest.mark.parametrize(
    ("changes", "montage", "key"),
    [
        ({"drawn": tuple(sorted(grid(2, 2)))}, "Every well drawn, all with the same contrast", ""),
        (
            {"drawn": ((0, 0), (0, 1)), "shown": (0, 0)},
            "2 of 4 wells drawn, all with the same contrast",
            "Outlined: shown in the picture above · gray: not drawn",
        ),
        (
            {"drawn": ((0, 0), (0, 1), (1, 0)), "absent": ((1, 1),), "shown": (1, 1)},
            "3 of 4 wells drawn, all with the same contrast",
            "Crossed out: listed, but missing",
        ),
        (
            {"present": ((0, 0),), "wells": 1, "drawn": ((0, 0),)},
            "Every well drawn, all with the same contrast",
            "Dark: no well is listed",
        ),
    ],
)
def test_the_key_explains_the_marks_that_are_there(changes: dict[str, object], montage: str, key: str) -> None:
    """And no others."""
    made = drawn(plate(2, 2, **changes))  # type: ignore[arg-type]

    assert (made.montage, made.key) == (montage, key)
