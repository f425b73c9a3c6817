"""Plates and wells of every version.

From 0.4 on a well states its row and column; before, and where that does not fit the
plate, its path names them: the last two parts are the names of row and column.

Source: https://ngff.openmicroscopy.org/0.5/#plate-md and #well-md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sitegen.ome.node import Acquisition, FieldRef, PlateLayout, WellRef
from sitegen.ome.problems import ProblemLog
from sitegen.ome.values import read_first, read_index, read_object, read_objects, read_path, read_text

_MAX_WELLS = 10_000  # the largest plates of the field have 3,456
_LETTERS = re.compile(r"[A-Za-z]{1,2}")
_UNPLACED = (1 << 31, 1 << 31)


def read_plate(value: object, notes: ProblemLog) -> PlateLayout:
    """Return the layout of a plate, its wells sorted by row and column."""
    plate = read_object(value)
    rows, columns = (
        _read_names(read_first(plate.get(key), _MAX_WELLS, notes, f"plate/{key}")) for key in ("rows", "columns")
    )
    row_at, column_at = ({name: i for i, name in reversed([*enumerate(names)])} for names in (rows, columns))
    wells = []
    for number, entry in enumerate(read_first(plate.get("wells"), _MAX_WELLS, notes, "plate/wells")):
        well = read_object(entry)
        path = read_path(well.get("path"), notes, f"plate/wells/{number}/path")
        if path is not None:
            row, column = _place(well, path, row_at, column_at, (len(rows), len(columns)))
            wells.append(WellRef(path=path, row=row, column=column))
    return PlateLayout(
        name=read_text(plate.get("name")),
        row_names=rows,
        column_names=columns,
        wells=tuple(sorted(wells, key=_order)),
        field_count=read_index(plate.get("field_count")),
        acquisitions=_read_acquisitions(plate.get("acquisitions")),
    )


def _read_names(value: object) -> tuple[str, ...]:
    return tuple(read_text(entry.get("name")) or "" for entry in read_objects(value))


def _place(
    well: Mapping[str, object],
    path: str,
    row_at: Mapping[str, int],
    column_at: Mapping[str, int],
    size: tuple[int, int],
) -> tuple[int, int]:
    row, column = read_index(well.get("rowIndex")), read_index(well.get("columnIndex"))
    if row is not None and column is not None and row < (size[0] or 1000) and column < (size[1] or 1000):
        return row, column
    names = path.split("/")[-2:]
    if len(names) < 2:
        return -1, -1
    if row_at and column_at:
        return row_at.get(names[0], -1), column_at.get(names[1], -1)
    return _place_by_letters(*names)


def _place_by_letters(row: str, column: str) -> tuple[int, int]:
    """Return where a plate without lists of rows and columns has `B/03`: row 1, column 2."""
    if not _LETTERS.fullmatch(row) or not column.isascii() or not column.isdigit() or not 0 < len(column) <= 3:
        return -1, -1
    number = 0
    for letter in row.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1, int(column) - 1


def _order(well: WellRef) -> tuple[tuple[int, int], str]:
    return (well.row, well.column) if min(well.row, well.column) >= 0 else _UNPLACED, well.path


def _read_acquisitions(value: object) -> tuple[Acquisition, ...]:
    entries = ((read_index(entry.get("id")), read_text(entry.get("name"))) for entry in read_objects(value))
    return tuple(Acquisition(id=id_, name=name) for id_, name in entries if id_ is not None)


def read_fields(value: object, notes: ProblemLog) -> tuple[FieldRef, ...]:
    """Return the fields of view that a well lists, in its order."""
    fields = []
    images = read_first(read_object(value).get("images"), _MAX_WELLS, notes, "well/images")
    for number, image in enumerate(read_objects(images)):
        path = read_path(image.get("path"), notes, f"well/images/{number}/path")
        if path is not None:
            fields.append(FieldRef(path=path, acquisition=read_index(image.get("acquisition"))))
    return tuple(fields)
