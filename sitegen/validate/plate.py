"""A plate: its rows, columns, wells and acquisitions.

A plate may list thousands of wells, so that the rules of a well are one plain function
over what is known of rows and columns.
"""

from __future__ import annotations

from collections.abc import Mapping

from sitegen.validate.json_value import JsonValue, check_different, quote


def judge_plate(plate: JsonValue) -> None:
    """Check a plate."""
    plate.text("name", wrong="plate-name-type", missing="plate-no-name")
    plate.whole("field_count", wrong="field-count-type", missing="plate-no-field-count", least=1)
    plate.has("version", missing="plate-version")
    rows, columns = _judge_line(plate, "row"), _judge_line(plate, "column")
    _judge_wells(plate, rows, columns)
    _judge_acquisitions(plate)


def _judge_line(plate: JsonValue, noun: str) -> list[str | None]:
    """Return the names of the rows or columns, in order."""
    key = f"{noun}s"
    entries = plate.objects(key, wrong=f"{key}-type", missing=f"{key}-missing", empty=f"{key}-empty")
    names = [entry.text("name", wrong=f"{noun}-name-type", missing=f"{noun}-name-missing") for entry in entries]
    for entry, name in zip(entries, names, strict=True):
        if name is not None and not _is_plain(name):
            entry.report(f"{noun}-name", f"`name` should hold only letters and digits; found {quote(name)}", "name")
    check_different(entries, by="name", equal=f"{key}-duplicate", same=f"{noun}-name-duplicate")
    different = {name for name in names if name is not None}
    if len({name.lower() for name in different}) < len(different):
        plate.report("row-column-case", f"two names of `{key}` differ only by upper and lower case", key)
    return names


def _judge_wells(plate: JsonValue, rows: list[str | None], columns: list[str | None]) -> None:
    wells = plate.objects("wells", wrong="wells-type", missing="wells-missing", empty="wells-empty")
    row_at, column_at = _positions(rows), _positions(columns)
    complete = 0 < len(rows) == _length(plate, "rows") and 0 < len(columns) == _length(plate, "columns")
    for well in wells:
        path = well.text("path", wrong="well-path-type", missing="well-path-missing")
        place = _place(well, path, row_at, column_at) if path is not None and complete else None
        row = _judge_index(well, "rowIndex", len(rows), place and place[0])
        column = _judge_index(well, "columnIndex", len(columns), place and place[1])
        if place and None not in (row, column) and (row, column) != place:
            well.report(
                "well-path-index", f"`path` {quote(path)} is row {place[0]}, column {place[1]}; found {row}, {column}"
            )
    check_different(wells, by="path", equal="wells-duplicate", same="well-path-duplicate")


def _positions(names: list[str | None]) -> dict[str, int]:
    return {name: index for index, name in reversed(list(enumerate(names))) if name is not None}


def _length(plate: JsonValue, key: str) -> int:
    found = plate.value.get(key)
    return len(found) if isinstance(found, list) else -1


def _place(
    well: JsonValue, path: str, row_at: Mapping[str, int], column_at: Mapping[str, int]
) -> tuple[int, int] | None:
    """Return the indices of row and column that a path names; report a path that names none."""
    above, _, column = path.rpartition("/")
    row = above if well.log.minor > 3 else above.rpartition("/")[2]  # older plates may begin with a prefix
    if well.log.minor > 3 and not (_is_plain(row) and _is_plain(column)):
        well.report(
            "well-path", f"`path` should be row and column with a slash between them; found {quote(path)}", "path"
        )
        return None
    if row in row_at and column in column_at:
        return row_at[row], column_at[column]
    if row in column_at and column in row_at:
        well.report("well-path-order", f"`path` {quote(path)} names the column before the row", "path")
    else:
        well.report("well-path-unknown", f"`path` {quote(path)} names no row and column of the plate", "path")
    return None


def _is_plain(name: str) -> bool:
    """Return whether a name holds only letters and digits of ASCII, and at least one."""
    return name.isascii() and name.isalnum()


def _judge_index(well: JsonValue, key: str, length: int, place: int | None) -> int | None:
    """Return the index, if it lies within the plate's list."""
    index = well.whole(key, wrong="well-index-type", missing="well-index-missing", least=0)
    if index is not None and index >= length > 0:
        well.report("well-index-range", f"`{key}` should be below {length}; found {quote(index)}", key)
        return None
    return index


def _judge_acquisitions(plate: JsonValue) -> None:
    entries = plate.objects("acquisitions", wrong="acquisitions-type", empty="acquisitions-empty")
    for entry in entries:
        _judge_acquisition(entry)
    check_different(entries, by="id", equal="acquisitions-duplicate", same="acquisition-id-duplicate")


def _judge_acquisition(entry: JsonValue) -> None:
    minor = entry.log.minor
    if minor == 1:
        entry.number("id", wrong="acquisition-id-type", missing="acquisition-id-missing")
        entry.number("maximumfieldcount", wrong="acquisition-count-type", missing="acquisition-no-count")
        entry.number("starttime", wrong="acquisition-time-type")
    else:
        least = 0 if minor > 3 else None
        entry.whole("id", wrong="acquisition-id-type", missing="acquisition-id-missing", least=least)
        above = None if least is None else 1
        entry.whole("maximumfieldcount", wrong="acquisition-count-type", missing="acquisition-no-count", least=above)
        entry.whole("starttime", wrong="acquisition-time-type", least=0)
        entry.whole("endtime", wrong="acquisition-time-type", least=0)
    entry.text("name", wrong="acquisition-text-type", missing="acquisition-no-name")
    entry.text("description", wrong="acquisition-text-type")
