"""The rows of one list: typed values, each with the line on which its row begins.

A cell that its column cannot take, one that is too long, and one that still holds the
placeholder of the Challenge's template, counts as empty and is reported; its row stays.
Control characters in a cell are left out. Pure functions; `parsing` has the one that
reads a list whatever it is, and `targets` says what the URL of a row means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sitegen.lists.columns import COLUMNS, CellValue, ListColumn, canonical_header, find_column
from sitegen.lists.csv_text import CsvTable, split_rows
from sitegen.lists.decoding import CONTROL_CHARACTERS, strip_invisible
from sitegen.lists.problems import COMMENT_HINT, ListProblemLog, describe_comment, is_comment, quote

RowTarget = Literal["dataset", "list", "group"]
"""`group`: a Zarr group, which is a list if its document is a collection, and a dataset otherwise."""
MAX_ROWS = 200_000
"""13 times those of the real lists; so many take some 200 MB."""
MAX_CELL_CHARS = 131_072
"""The limit of Python's csv module, 128 KiB; the longest cell of the real lists has 1,000 characters."""
_OTHER_HEADER_HINT = (
    "The rows below it are read by the header of the first line: "
    "put them into a list of their own, and name that in a row."
)
_CONTROL_OR_BLANK = "".join(map(chr, range(0x21))) + "\x7f\x85\xa0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a list."""

    line: int
    """The line on which it begins."""
    url: str
    """Its URL, as written."""
    cells: Mapping[str, CellValue] = field(default_factory=dict)
    """Header → value of its other cells that are not empty; a known header in its canonical spelling."""
    target: RowTarget | None = None
    """What its URL names; None where the end of the URL decides."""
    where: str = ""
    """Its JSON path in a collection."""


def read_rows(table: CsvTable, problems: ListProblemLog, max_rows: int) -> Iterator[Row]:
    """Yield the rows of a CSV list that have a URL; the placeholders of all of them are one problem.

    Equal values of a column are one object, because most rows of a list have the same license, organism and chunks.
    """
    columns = tuple(map(find_column, table.headers))
    placeholders: list[int] = []
    known: dict[tuple[str, CellValue], CellValue] = {}
    for count, (line, texts) in enumerate(split_rows(table, problems)):
        if count >= max_rows:
            problems.add("rows-too-many", line, f"expected at most {max_rows:,} rows; the others are not read")
            break
        if header := _read_header(texts, table):
            found = "the header again" if header == table.headers else "another header"
            hint = "Delete the line." if header == table.headers else _OTHER_HEADER_HINT
            problems.add("url-bad", line, f"expected a row, found {found}", hint=hint)
            continue
        cells, empty = _read_cells(columns, texts, line, problems)
        placeholders += [line] * empty
        url = cells.pop("url", "")
        if url:
            shared = {header: known.setdefault((header, value), value) for header, value in cells.items()}
            yield Row(line=line, url=str(url), cells=shared)
        elif is_comment(texts[0]):
            problems.add("url-empty", line, f"expected a row, found {describe_comment(texts[0])}", hint=COMMENT_HINT)
        else:
            problems.add("url-empty", line, "the URL is empty, but other cells of the row are filled")
    if placeholders:
        count = len(placeholders)
        first = f"{count:,} cells hold a placeholder, the first on this line"
        message = first if count > 1 else "a cell holds a placeholder"
        problems.add("placeholder", placeholders[0], message)


def _read_header(texts: Sequence[str], table: CsvTable) -> tuple[str, ...]:
    """Return the names of columns in a row that is a header, as where two lists were put together; of others, none."""
    url = table.headers.index("url")
    if len(texts) <= url or canonical_header(strip_invisible(texts[url])) not in COLUMNS:
        return ()
    names = tuple(map(canonical_header, map(strip_invisible, texts)))
    return names if "url" in names else ()


def _read_cells(
    columns: Sequence[ListColumn], texts: Sequence[str], line: int, problems: ListProblemLog
) -> tuple[dict[str, CellValue], int]:
    """Return the values of a row's cells by header, and the number of placeholders in it.

    Of two columns with one header the first that has a value wins.
    """
    width, placeholders = len(columns), 0
    if any(text.strip() for text in texts[width:]):
        problems.add("extra-cells", line, f"expected {width} cells, found {len(texts)}")
    cells: dict[str, CellValue] = {}
    for column, text in zip(columns, map(strip_invisible, texts), strict=False):
        if not text or column.header in cells:
            continue
        if column.placeholders and text.lower() in column.placeholders:
            placeholders += 1
            continue
        value = read_cell(column, text, line, problems)
        if value is not None:
            cells[column.header] = value
    return cells, placeholders


def read_cell(
    column: ListColumn, text: str, line: int, problems: ListProblemLog, *, where: str = ""
) -> CellValue | None:
    """Return the value of a cell that is not empty; None, and perhaps a problem, where it states nothing.

    where: JSON path of the row, in a collection.
    """
    if len(text) > MAX_CELL_CHARS and column.header != "url":  # `targets` says more of a long address
        expected = f"expected at most {MAX_CELL_CHARS:,} characters, found {len(text):,}"
        problems.add("cell-bad", line, f"{column.header}: {expected}; it counts as empty", where=where)
        return None
    if CONTROL_CHARACTERS.search(text):
        text = _without_control_characters(column, text, line, problems, where)
    try:
        return column.read(text) if text else None
    except ValueError as expected:
        problems.add("cell-bad", line, f"{column.header}: expected {expected}, found {quote(text)}", where=where)
        return None


def _without_control_characters(column: ListColumn, text: str, line: int, problems: ListProblemLog, where: str) -> str:
    """Return a cell without control characters, which is reported; in an address only those at its ends are left out.

    Within an address, whoever wrote it may have meant any character.
    """
    outer = text.strip(_CONTROL_OR_BLANK)
    if column.header == "url" and CONTROL_CHARACTERS.search(outer):
        return outer  # `targets` refuses it
    message = f"{column.header}: expected text, found a control character, which is left out of {quote(text)}"
    problems.add("cell-control", line, message, where=where)
    return CONTROL_CHARACTERS.sub(" ", outer)
