"""A plate: its rows, columns, wells and acquisitions.

A plate may list thousands of wells, so what depends on rows and columns is prepared once
and one plain function validates each well.
"""

from __future__ import annotations

from collections.abc import Mapping

from sitegen.ome.versions import AcquisitionNumbers
from sitegen.validate.json_value import JsonValue, validate_distinct
from sitegen.validate.validation_log import describe


def validate_plate(plate: JsonValue) -> None:
    """Validate a plate."""
    plate.get_string("name", invalid="plate-name-type", missing="plate-no-name")
    plate.get_integer("field_count", invalid="field-count-type", missing="plate-no-field-count", minimum=1)
    plate.require("version", missing="plate-version")
    rows, columns = _validate_line(plate, "row"), _validate_line(plate, "column")
    _validate_wells(plate, rows, columns)
    _validate_acquisitions(plate)


def _validate_line(plate: JsonValue, noun: str) -> list[str | None]:
    """Validate the rows or columns; return their names, in order."""
    key = f"{noun}s"
    entries = plate.get_objects(key, invalid=f"{key}-type", missing=f"{key}-missing", empty=f"{key}-empty")
    names = [entry.get_string("name", invalid=f"{noun}-name-type", missing=f"{noun}-name-missing") for entry in entries]
    for entry, name in zip(entries, names, strict=True):
        if name is not None and not _is_alphanumeric(name):
            entry.report_invalid(f"{noun}-name", "name", "letters and digits only", name)
    validate_distinct(entries, key="name", equal=f"{key}-duplicate", shared=f"{noun}-name-duplicate")
    different = {name for name in names if name is not None}
    if len({name.lower() for name in different}) < len(different):
        plate.report("row-column-case", f"two names of `{key}` differ only by upper and lower case", key)
    return names


def _validate_wells(plate: JsonValue, rows: list[str | None], columns: list[str | None]) -> None:
    wells = plate.get_objects("wells", invalid="wells-type", missing="wells-missing", empty="wells-empty")
    row_at, column_at = _positions(rows), _positions(columns)
    complete = 0 < len(rows) == _length(plate, "rows") and 0 < len(columns) == _length(plate, "columns")
    for well in wells:
        path = well.get_string("path", invalid="well-path-type", missing="well-path-missing")
        place = _find_place(well, path, row_at, column_at) if path is not None and complete else None
        row = _validate_index(well, "rowIndex", len(rows))
        column = _validate_index(well, "columnIndex", len(columns))
        if place and None not in (row, column) and (row, column) != place:
            expected = f"`path` {describe(path)} is row {place[0]}, column {place[1]}"
            well.report("well-path-index", f"{expected}; found row {row}, column {column}")
    validate_distinct(wells, key="path", equal="wells-duplicate", shared="well-path-duplicate")


def _positions(names: list[str | None]) -> dict[str, int]:
    return {name: index for index, name in reversed(list(enumerate(names))) if name is not None}


def _length(plate: JsonValue, key: str) -> int:
    found = plate.value.get(key)
    return len(found) if isinstance(found, list) else -1


def _find_place(
    well: JsonValue, path: str, row_at: Mapping[str, int], column_at: Mapping[str, int]
) -> tuple[int, int] | None:
    """Return the indices of row and column that a path names; report a path that names none."""
    above, _, column = path.rpartition("/")
    if well.log.version.well_path_prefix:
        row = above.rpartition("/")[2]
    else:
        row = above
        if not (_is_alphanumeric(row) and _is_alphanumeric(column)):
            well.report_invalid("well-path", "path", "a row and a column with a slash between them", path)
            return None
    if row in row_at and column in column_at:
        return row_at[row], column_at[column]
    if row in column_at and column in row_at:
        well.report("well-path-order", f"`path` should name the row first; found {describe(path)}", "path")
    else:
        message = f"`path` should name a row and a column of the plate; found {describe(path)}"
        well.report("well-path-unknown", message, "path")
    return None


def _is_alphanumeric(name: str) -> bool:
    """Return whether a name has only letters and digits of ASCII, and at least one."""
    return name.isascii() and name.isalnum()


def _validate_index(well: JsonValue, key: str, length: int) -> int | None:
    """Return the index, if it is within the plate's list."""
    index = well.get_integer(key, invalid="well-index-type", missing="well-index-missing", minimum=0)
    if index is not None and index >= length > 0:
        well.report_invalid("well-index-range", key, f"below {length}", index)
        return None
    return index


def _validate_acquisitions(plate: JsonValue) -> None:
    entries = plate.get_objects("acquisitions", invalid="acquisitions-type", empty="acquisitions-empty")
    for entry in entries:
        _validate_acquisition(entry)
    validate_distinct(entries, key="id", equal="acquisitions-duplicate", shared="acquisition-id-duplicate")


def _validate_acquisition(entry: JsonValue) -> None:
    numbers = entry.log.version.acquisition_numbers
    if numbers is AcquisitionNumbers.ANY:
        entry.get_number("id", invalid="acquisition-id-type", missing="acquisition-id-missing")
        entry.get_number("maximumfieldcount", invalid="acquisition-count-type", missing="acquisition-no-count")
        entry.get_number("starttime", invalid="acquisition-time-type")
    else:
        least_id, least_count = (0, 1) if numbers is AcquisitionNumbers.COUNTS else (None, None)
        entry.get_integer("id", invalid="acquisition-id-type", missing="acquisition-id-missing", minimum=least_id)
        entry.get_integer(
            "maximumfieldcount", invalid="acquisition-count-type", missing="acquisition-no-count", minimum=least_count
        )
        entry.get_integer("starttime", invalid="acquisition-time-type", minimum=0)
        entry.get_integer("endtime", invalid="acquisition-time-type", minimum=0)
    entry.get_string("name", invalid="acquisition-text-type", missing="acquisition-no-name")
    entry.get_string("description", invalid="acquisition-text-type")
