"""The map of a plate: which wells it has, drawn in a few hundred bytes whatever its size.

Wells are circles of a repeating pattern, so that a map is a handful of rectangles that say where the pattern
is visible: a full plate of 1,536 wells costs as much as one of 6. Units of the drawing: a well is 1 wide and
1 high. Pure functions.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sitegen import formatting
from sitegen.model import Picture, Plate
from sitegen.render.values import pitch_of

_MOST_LABELS = 24
_MOST_RUNS = 400
_NAME_LENGTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisLabel:
    """A name beside a row or above a column."""

    text: str
    at: int
    """Index of the row or column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateMap:
    """What the template draws."""

    rows: int
    columns: int
    present: str
    """SVG path over the wells that are listed."""
    shown: tuple[int, int] | None
    """(row, column) of the well in the picture."""
    row_labels: tuple[AxisLabel, ...]
    column_labels: tuple[AxisLabel, ...]
    data: str
    """JSON for the script that makes a table of the wells: names, wells that are present (a bit for each, row by row,
    in base 64), and the numbers of others (row × columns + column)."""
    summary: str
    """What the map shows, in words."""
    montage: str
    """What its montage shows, in words; empty where no well was drawn."""
    key: str
    """What the marks in the montage mean."""


def make_plate_map(plate: Plate, montage: Picture | None = None) -> PlateMap | None:
    """Return the map; None for a plate without rows or columns, or with more than 256 of either."""
    if not (0 < plate.rows <= 256 and 0 < plate.columns <= 256):
        return None
    listed = {(row, column) for row, column in plate.present if row < plate.rows and column < plate.columns}
    present = listed.difference(plate.absent)
    return PlateMap(
        rows=plate.rows,
        columns=plate.columns,
        present=_path(_rectangles(present)),
        shown=plate.shown,
        row_labels=_labels(plate.row_names, plate.rows),
        column_labels=_labels(plate.column_names, plate.columns),
        data=json.dumps(_data(plate, present, montage), ensure_ascii=False, separators=(",", ":")),
        summary=_summary(plate, len(present)),
        montage=_montage(plate),
        key=" · ".join(_key(plate, len(listed))).capitalize() if plate.drawn else "",
    )


def well_name(plate: Plate, well: tuple[int, int]) -> str:
    """Return a well's name, such as `B3`; its indices where the plate names no rows or columns."""
    row, column = well
    if row < len(plate.row_names) and column < len(plate.column_names):
        return f"{plate.row_names[row]}{plate.column_names[column]}"
    return f"row {row}, column {column}"


def _summary(plate: Plate, present: int) -> str:
    text = f"{formatting.count(present)} of {formatting.count(plate.rows * plate.columns)} wells are present"
    return f"{text}; the picture shows {well_name(plate, plate.shown)}" if plate.shown else text


def _montage(plate: Plate) -> str:
    drawn = len(plate.drawn)
    if not drawn:
        return ""
    some = (
        f"{formatting.count(drawn)} of {formatting.plural(plate.wells, 'well')}"
        if drawn < plate.wells
        else "Every well"
    )
    return f"{some} drawn, all with the same contrast"


def _key(plate: Plate, listed: int) -> Iterator[str]:
    if plate.shown in plate.drawn:
        yield "outlined: shown in the picture above"
    if len(plate.drawn) + len(plate.absent) < listed:
        yield "gray: not drawn"
    if plate.absent:
        yield "crossed out: listed, but missing"
    if listed < plate.rows * plate.columns:
        yield "dark: no well is listed"


def _runs(present: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield (row, start, stop) of adjacent wells."""
    row, start, stop = -1, 0, 0
    for each_row, column in sorted(present):
        if each_row == row and column == stop:
            stop += 1
            continue
        if row >= 0:
            yield row, start, stop
        row, start, stop = each_row, column, column + 1
    if row >= 0:
        yield row, start, stop


def _rectangles(present: Iterable[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Return (row, column, height, width): runs, joined with equal runs of the rows below."""
    growing: dict[tuple[int, int], tuple[int, int]] = {}
    done: list[tuple[int, int, int, int]] = []
    for row, start, stop in _runs(present):
        first, last = growing.get((start, stop), (row, row - 1))
        if last != row - 1:
            done.append((first, start, last - first + 1, stop - start))
            first = row
        growing[start, stop] = (first, row)
    done += [(first, start, last - first + 1, stop - start) for (start, stop), (first, last) in growing.items()]
    return sorted(done)


def _path(rectangles: Sequence[tuple[int, int, int, int]]) -> str:
    """Return the path; of a scattered plate only so much that its page stays small."""
    return "".join(
        f"M{column} {row}h{width}v{height}h-{width}z" for row, column, height, width in rectangles[:_MOST_RUNS]
    )


def _data(plate: Plate, present: Collection[tuple[int, int]], montage: Picture | None) -> dict[str, object]:
    names = ((plate.row_names, plate.rows), (plate.column_names, plate.columns))
    rows, columns = ([formatting.shorten(name, _NAME_LENGTH) for name in own[:count]] for own, count in names)
    places: dict[str, object] = {
        "size": [plate.rows, plate.columns],
        "rows": rows,
        "columns": columns,
        "present": _bits(present, plate),
        "absent": _numbers(plate.absent, plate),
        "shown": _numbers((plate.shown,) if plate.shown else (), plate),
    }
    if montage is None:
        return places
    pitch = pitch_of(montage.width, plate.columns)
    return {**places, "drawn": _numbers(plate.drawn, plate), "montage": [montage.width, montage.height, pitch]}


def _numbers(wells: Iterable[tuple[int, int]], plate: Plate) -> list[int]:
    inside = (well for well in wells if well[0] < plate.rows and well[1] < plate.columns)
    return sorted(row * plate.columns + column for row, column in inside)


def _bits(wells: Collection[tuple[int, int]], plate: Plate) -> str:
    """Return a bit for each well of the plate, the first one highest: 256 letters for 1,536 wells."""
    octets = bytearray(-(-plate.rows * plate.columns // 8))
    for number in _numbers(wells, plate):
        octets[number // 8] |= 128 >> number % 8
    return base64.b64encode(octets).decode()


def _labels(names: Sequence[str], count: int) -> tuple[AxisLabel, ...]:
    step = -(-count // _MOST_LABELS)
    return tuple(
        AxisLabel(text=formatting.shorten(name, 4), at=at) for at, name in enumerate(names[:count]) if at % step == 0
    )
