"""The text of a list becomes its header and its rows of cells, whatever program wrote it.

Delimiter, header and line ends are detected. A row that cannot be read is a problem on
its line, never an exception. A quoted cell that does not end would make the standard
parser read the rest of the list as one cell: here its line is read by itself, and the
next lines are rows again. Strangers write lists, so the header, the lines of a quoted
cell, and the number of lines, columns and such repairs have limits; the bytes of a list
limit the rest. Pure functions.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sitegen.lists.columns import COLUMNS, canonical_header, holds_same, nearest_header
from sitegen.lists.decoding import CONTROL_CHARACTERS, strip_invisible
from sitegen.lists.problems import COMMENT_HINT, ListProblemLog, describe_comment, is_comment, quote

MAX_LINES = 400_000
MAX_COLUMNS = 256
"""The real lists have 14 at most."""
MAX_HEADER_CHARS = 100_000
MAX_QUOTED_LINES = 5_000
MAX_REPAIRS = 20
"""Quoted cells that do not end, after which quotation marks are text; each repair may read 5,000 lines ahead."""
csv.field_size_limit(2**31 - 1)  # of the whole process: `rows` limits a cell, so that a long one does not cost its row

_DELIMITERS = ",;\t|"
_BLANKS = _DELIMITERS + " \u00a0\r"
_ADDRESS_START = re.compile(r"\s*\"?\s*[A-Za-z][A-Za-z0-9+.-]*://")
_AFTER_ADDRESS = re.compile(
    r"\t|(?:(?<=\.zarr|\.json)|(?<=\.[ct]sv|\.ozx|\.zip)|(?<=\.zarr/))\s*"
    r"(?:[,;]|\|(?![a-z][a-z0-9+.-]*:(?!//|\s)))",
    re.IGNORECASE,
)
"""The end of a URL in a list of one column, where a comma may belong to the URL, and `|zarr3:` to a URL pipeline."""
_SEPARATOR_LINE = re.compile(r'\s*"?sep=."?[,;|\s]*', re.IGNORECASE)
"""The line before the header that tells Excel the delimiter; what is found in the header tells us."""
_LISTED_SUFFIXES = (".zarr", ".ozx", ".zip", ".csv", ".tsv", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvTable:
    """The lines of a list, and how they are to be read."""

    lines: Sequence[str]
    start: int
    """Index of the first line below the header."""
    headers: tuple[str, ...]
    """Canonical names of the columns; an empty header is `column` and its number."""
    delimiter: str | None
    """None for a list of one column."""

    def looks_like_row(self, line: str) -> bool:
        """Return whether a line inside a quoted cell is a row of its own: the cell does not end."""
        if self.delimiter is None:
            return True
        cells = line.split(self.delimiter)
        return len(cells) >= len(self.headers) and bool(_ADDRESS_START.match(cells[self.headers.index("url")]))


def read_table(text: str, problems: ListProblemLog) -> CsvTable | None:
    """Return the table in a list's text; None, and a problem, where it is not a list."""
    if text.lstrip()[:1] == "<":
        problems.add("list-is-html", 1, f"expected CSV, found {quote(text.lstrip()[:30])}")
        return None
    lines = _split_lines(text)
    if len(lines) > MAX_LINES:
        problems.add("rows-too-many", MAX_LINES + 1, f"expected at most {MAX_LINES:,} lines; the others are not read")
        lines.pop()
    filled = (index for index, line in enumerate(lines) if line.strip(_BLANKS) and not _SEPARATOR_LINE.fullmatch(line))
    first = next(filled, None)
    if first is None:
        problems.add("list-empty", 1, "the list is empty")
        return None
    if len(lines[first]) > MAX_HEADER_CHARS and not _begins_with_address(lines[first]):
        found = f"found {len(lines[first]):,}; it begins with {quote(lines[first][:200])}"
        problems.add(
            "row-too-long", first + 1, f"expected a first row of at most {MAX_HEADER_CHARS:,} characters, {found}"
        )
        return None
    table = _detect_table(lines, first, problems)
    if table is None:
        found, hint = quote(lines[first]), ""
        if is_comment(lines[first]):
            found, hint = describe_comment(lines[first]), COMMENT_HINT
        problems.add("no-url-column", first + 1, f"expected a header with the column url, found {found}", hint=hint)
    return table


def split_rows(table: CsvTable, problems: ListProblemLog) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of each row; blank rows and lines are left out."""
    index, repairs = table.start, 0
    while index < len(table.lines):
        line, used = table.lines[index], 1
        if not CONTROL_CHARACTERS.sub("", line).strip(_BLANKS):
            if line.strip(_BLANKS):
                problems.add("row-not-text", index + 1, "expected text, found only control characters")
        else:
            cells = _plain_cells(line, table.delimiter)
            if '"' in line and repairs < MAX_REPAIRS:
                quoted = _cells_of_quoted_row(table, index)
                if quoted is None:
                    repairs += 1
                    problems.add("quote-open", index + 1, _describe_repair(repairs))
                cells, used = quoted or (cells, 1)
            if any(cell.strip() for cell in cells):
                yield index + 1, cells
        index += used


def _split_lines(text: str) -> list[str]:
    """Return the lines as editors count them: LF, CR and CR LF each end one, and so do several CR before an LF.

    Beyond the limit the last line holds all others.
    """
    if "\r" not in text:
        return text.split("\n", MAX_LINES)
    return "\n".join(line.rstrip("\r") for line in text.split("\n")).replace("\r", "\n").split("\n", MAX_LINES)


def _describe_repair(repairs: int) -> str:
    if repairs < MAX_REPAIRS:
        return "a quoted cell does not end; this line and those after it are read one by one"
    return f"this is the {repairs}th quoted cell that does not end; from here on quotation marks are read as text"


def _detect_table(lines: Sequence[str], first: int, problems: ListProblemLog) -> CsvTable | None:
    """Return how a list is written, by its first line that is not blank; None if that is neither header nor row."""
    found: list[CsvTable] = []
    for delimiter in _DELIMITERS:
        cells, used = _quoted_cells(lines, first, delimiter) or ([], 0)
        names = tuple(
            canonical_header(strip_invisible(CONTROL_CHARACTERS.sub("", cell))) or f"column {n}"
            for n, cell in enumerate(cells[:MAX_COLUMNS], 1)
        )
        if "url" in names:
            separator = delimiter if len(names) > 1 else None
            found.append(CsvTable(lines=lines, start=first + used, headers=names, delimiter=separator))
    if found:
        table = max(found, key=lambda table: len(table.headers))
        twice = sorted({name for name in table.headers if table.headers.count(name) > 1})
        if twice:
            problems.add("column-twice", first + 1, f"two columns have the header {', '.join(map(quote, twice))}")
        for header in dict.fromkeys(table.headers):
            near = None if header in COLUMNS else nearest_header(header)
            if near and near not in table.headers:
                problems.add("column-near", first + 1, f"{quote(header)} is kept as text; did you mean {near}?")
            elif near and holds_same(header, near):
                message = f"{quote(header)} is kept as text, because there is a column {near}, too"
                hint = f"Move its values to the column {near}, and delete it; or leave it if it means something else."
                problems.add("column-near", first + 1, message, hint=hint)
        return table
    if not _begins_with_address(lines[first]):
        return None
    return CsvTable(lines=lines, start=first, headers=("url",), delimiter=None)


def _begins_with_address(line: str) -> bool:
    """Return whether the first cell of a line is a URL or a path, and not a word of a header."""
    first, *others = (cell.strip('" ') for cell in re.split(rf"[{_DELIMITERS}]", line.rstrip(_BLANKS)))
    if _ADDRESS_START.match(first) or first.lower().startswith("file:") or first.startswith(("/", "./", "../")):
        return True
    return first.lower().rstrip("/").endswith(_LISTED_SUFFIXES) or ("/" in first and not others)


def _plain_cells(line: str, delimiter: str | None) -> list[str]:
    """Return the cells of a line, its quotation marks read as text."""
    parts = line.split(delimiter) if delimiter else _AFTER_ADDRESS.split(line.rstrip(_BLANKS))
    return [part.strip('" ') for part in parts] if '"' in line else parts


def _cells_of_quoted_row(table: CsvTable, index: int) -> tuple[list[str], int] | None:
    """Return the cells of a row with quotation marks, and its number of lines; None if a quoted cell does not end."""
    lines = table.lines
    delimiter = table.delimiter or ("," if lines[index].lstrip().startswith('"') else "\t")
    found = _quoted_cells(lines, index, delimiter)
    if found and found[1] > 1:
        inner = lines[index + 1 : index + found[1]]
        return None if any(map(table.looks_like_row, inner)) else found
    return found


def _quoted_cells(lines: Sequence[str], index: int, delimiter: str) -> tuple[list[str], int] | None:
    """Return the cells of the row that begins at an index, and its number of lines; None if a cell does not end."""
    ahead = (line + "\n" for line in lines[index : index + MAX_QUOTED_LINES])
    reader = csv.reader(ahead, delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return _lenient_cells(lines[index], delimiter)


def _lenient_cells(line: str, delimiter: str) -> tuple[list[str], int] | None:
    """Return the cells of a line whose quoted cells all end, if not where they should; else None."""
    try:
        cells = next(csv.reader([line + "\n"], delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return None
    return None if cells[-1].endswith("\n") else (cells, 1)
