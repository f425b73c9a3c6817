"""The text of one list becomes its rows, whatever wrote it.

Delimiter, header, encoding and line ends are found out, not asked for (CONTRACT,
section 3). Every row that can be read is, with the line on which it begins; what can't
is a problem on its line, never an exception. A quotation mark that is never closed
would make the standard parser swallow the rest of the list: here its line is read by
itself, and the next lines are rows again. Strangers write lists, so a line, a quoted
cell, the number of rows, and the number of such repairs have limits. Pure functions;
what the addresses in the rows mean is `lists`' to say.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sitegen.lists.columns import IGNORED_COLUMNS, PLACEHOLDERS, CellValue, canonical, read_cell
from sitegen.lists.problems import ListProblems, quote
from sitegen.model import ListProblem

MAX_ROWS = 200_000
"""13 times those of the real lists; so many take some 200 MB."""
MAX_LINES = 400_000
MAX_COLUMNS = 256
"""The real lists have 14 at most."""
MAX_LINE_CHARS = 100_000
"""The longest line of the real lists has 2,600 characters; csv's own limit for a cell is 131,072."""
MAX_QUOTED_LINES = 200
MAX_REPAIRS = 20
"""After so many open quotes a list's quotation marks mean nothing; each repair may cost a look at 200 lines."""

_DELIMITERS = ",;\t|"
_BLANKS = _DELIMITERS + " \u00a0\r"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ADDRESS_START = re.compile(r"\s*\"?\s*[A-Za-z][A-Za-z0-9+.-]*://")
# In a list of one column a comma may belong to the address; after the end of a dataset's or list's name it can't.
_AFTER_ADDRESS = re.compile(r"\t|(?<=\.zarr)\s*[,;|]|(?<=\.[ct]sv)\s*[,;|]", re.IGNORECASE)
_LIST_ENDS = (".zarr", ".csv", ".tsv")
_MAGIC = {
    b"PK\x03\x04": "a spreadsheet or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a database",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a list, trimmed."""

    line: int
    """The line on which it begins."""
    url: str
    """Its address, as written."""
    cells: Mapping[str, CellValue] = field(default_factory=dict)
    """Its other filled cells, validated, by canonical column name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedList:
    """What one list says."""

    address: str
    """As it is named in problems and places."""
    rows: tuple[Row, ...]
    problems: tuple[ListProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """How a list is written."""

    delimiter: str | None
    """None for a list of one column."""
    columns: tuple[str, ...]
    start: int
    """Index of the first line below the header."""

    def looks_like_row(self, line: str) -> bool:
        """Return whether a line inside a quoted cell is rather a row that the cell has swallowed."""
        if self.delimiter is None:
            return True
        cells = line.split(self.delimiter)
        return len(cells) >= len(self.columns) and bool(_ADDRESS_START.match(cells[self.columns.index("url")]))


def parse_list(body: bytes | str, address: str, *, max_rows: int = MAX_ROWS) -> ParsedList:
    """Return the rows of a list and what is wrong with it."""
    notes = ListProblems(address)
    text = body if isinstance(body, str) else _decode(body, notes)
    rows = () if text is None else tuple(_read_rows(text.removeprefix("\ufeff"), notes, max_rows))
    if not rows and not notes:
        notes.add("list-empty", 1, "the list has no rows")
    return ParsedList(address=address, rows=rows, problems=notes.problems())


def _decode(body: bytes, notes: ListProblems) -> str | None:
    """Return a list's text, read as what it seems to be; None for a binary file."""
    encoding = _utf_16(body)
    if encoding:
        notes.add("list-not-utf8", 1, "the list is UTF-16")
        return body.decode(encoding, errors="replace")
    binary = _binary(body[:4096])
    if binary:
        notes.add("list-not-text", 1, f"expected CSV, found {binary}")
        return None
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        notes.add("list-not-utf8", line, f"expected UTF-8, found the byte 0x{body[error.start]:02X}; read as Latin-1")
    try:
        return body.decode("cp1252")  # what Windows calls Latin-1: the same letters, and typographic quotes
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _utf_16(body: bytes) -> str | None:
    """Return which UTF-16 the text is, by its mark or, as most letters of a list are ASCII, its zeros."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = len(body[:1000]) // 2
    if half and body[1:1000:2].count(0) > 0.8 * half:
        return "utf-16-le"
    return "utf-16-be" if half and body[0:1000:2].count(0) > 0.8 * half else None


def _binary(beginning: bytes) -> str | None:
    """Return in words what a file is, if it isn't text: one character in twenty controls something."""
    known = next((words for magic, words in _MAGIC.items() if beginning.startswith(magic)), None)
    controls = len(_CONTROL.findall(beginning.decode("latin-1")))
    return known or ("a binary file" if controls * 20 > len(beginning) else None)


def _read_rows(text: str, notes: ListProblems, max_rows: int) -> Iterator[Row]:
    """Yield the rows below the header."""
    if text.lstrip()[:1] == "<":
        notes.add("list-is-html", 1, f"expected CSV, found {quote(text.lstrip()[:30])}")
        return
    lines = _split_lines(text)
    if len(lines) > MAX_LINES:
        notes.add("rows-too-many", MAX_LINES + 1, f"expected at most {MAX_LINES:,} lines")
        lines.pop()
    first = next((index for index, line in enumerate(lines) if line.strip(_BLANKS)), None)
    if first is None:
        notes.add("list-empty", 1, "the list is empty")
        return
    if trouble := _trouble(lines[first]):
        notes.add(trouble, first + 1, f"the first line has {len(lines[first]):,} characters")
        return
    layout = _read_layout(lines, first, notes)
    if layout is None:
        notes.add("no-url-column", first + 1, f"expected a header with the column url, found {quote(lines[first])}")
        return
    table = (_read_cells(cells, line, layout, notes) for line, cells in _split_rows(lines, layout, notes))
    for count, (line, values) in enumerate(_without_placeholders(table, notes)):
        if count >= max_rows:
            notes.add("rows-too-many", line, f"expected at most {max_rows:,} rows")
            return
        url = values.pop("url", "")
        if url:
            yield Row(line=line, url=str(url), cells=values)
        else:
            notes.add("url-empty", line, "the URL is empty, other cells are filled")


def _split_lines(text: str) -> list[str]:
    """Return the lines as editors count them: a CR ends one only where there is no LF at all.

    Beyond the limit the last line holds all others.
    """
    if "\n" not in text:
        return text.split("\r", MAX_LINES)
    return [line.rstrip("\r").replace("\r", " ") for line in text.split("\n", MAX_LINES)]


def _read_layout(lines: Sequence[str], first: int, notes: ListProblems) -> _Layout | None:
    """Return how a list is written, from its first line that isn't blank; None if that is neither header nor row."""
    found: list[_Layout] = []
    for delimiter in _DELIMITERS:
        cells, used = _quoted_cells(lines, first, delimiter) or ([], 0)
        names = tuple(canonical(cell) or f"column {number}" for number, cell in enumerate(cells[:MAX_COLUMNS], 1))
        if "url" in names:
            found.append(_Layout(delimiter=delimiter if len(names) > 1 else None, columns=names, start=first + used))
    if found:
        layout = max(found, key=lambda layout: len(layout.columns))
        twice = sorted({name for name in layout.columns if layout.columns.count(name) > 1})
        if twice:
            notes.add("column-twice", first + 1, f"two columns are called {', '.join(map(quote, twice))}")
        return layout
    if not _is_address(lines[first]):
        return None
    return _Layout(delimiter=None, columns=("url",), start=first)


def _is_address(line: str) -> bool:
    """Return whether a line's first cell is a URL or a path, and not a word of a header."""
    first, *others = (cell.strip('" ') for cell in re.split(rf"[{_DELIMITERS}]", line.rstrip(_BLANKS)))
    if _ADDRESS_START.match(first) or first.lower().startswith("file:") or first.startswith(("/", "./", "../")):
        return True
    return first.lower().endswith(_LIST_ENDS) or ("/" in first and not others)


def _split_rows(lines: Sequence[str], layout: _Layout, notes: ListProblems) -> Iterator[tuple[int, list[str]]]:
    """Yield each row's line and cells; rows and lines that are blank are left out."""
    index, repairs = layout.start, 0
    while index < len(lines):
        line, used = lines[index], 1
        trouble = _trouble(line)
        if trouble:
            notes.add(trouble, index + 1, f"the line has {len(line):,} characters and begins {quote(line[:200])}")
        elif line.strip(_BLANKS):
            cells = _plain_cells(line, layout.delimiter)
            if '"' in line and repairs < MAX_REPAIRS:
                quoted = _cells_of_quoted(lines, index, layout)
                if quoted is None:
                    repairs += 1
                    notes.add("quote-open", index + 1, _repair_words(repairs))
                cells, used = quoted or (cells, 1)
            if any(cell.strip() for cell in cells):
                yield index + 1, cells
        index += used


def _trouble(line: str) -> str | None:
    """Return why a line can't be read at all."""
    if len(line) > MAX_LINE_CHARS:
        return "row-too-long"
    return "row-not-text" if _CONTROL.search(line) else None


def _repair_words(repairs: int) -> str:
    if repairs < MAX_REPAIRS:
        return "a quotation mark is not closed; the line and those after it are read one by one"
    return f"this is the {repairs}th quotation mark that is not closed; from here on they mean nothing"


def _plain_cells(line: str, delimiter: str | None) -> list[str]:
    """Return a line's cells, where quotation marks mean nothing."""
    parts = line.split(delimiter) if delimiter else _AFTER_ADDRESS.split(line.rstrip(_BLANKS))
    return [part.strip('" ') for part in parts] if '"' in line else parts


def _cells_of_quoted(lines: Sequence[str], index: int, layout: _Layout) -> tuple[list[str], int] | None:
    """Return the cells of a row with quotation marks and how many lines it takes; None if a quote stays open."""
    delimiter = layout.delimiter or ("," if lines[index].lstrip().startswith('"') else "\t")
    found = _quoted_cells(lines, index, delimiter)
    if found and found[1] > 1:
        inner = lines[index + 1 : index + found[1]]
        swallowed = any(_trouble(line) or layout.looks_like_row(line) for line in inner)
        return None if swallowed else found
    return found


def _quoted_cells(lines: Sequence[str], index: int, delimiter: str) -> tuple[list[str], int] | None:
    """Return the cells of the row that begins on a line and how many lines it takes; None if a quote stays open."""
    ahead = (line + "\n" for line in lines[index : index + MAX_QUOTED_LINES])
    reader = csv.reader(ahead, delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return _lenient_cells(lines[index], delimiter)


def _lenient_cells(line: str, delimiter: str) -> tuple[list[str], int] | None:
    """Return the cells of a line whose quotes are all closed, if not where they should be; else None."""
    try:
        cells = next(csv.reader([line + "\n"], delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return None
    return None if cells[-1].endswith("\n") else (cells, 1)


def _read_cells(
    cells: Sequence[str], line: int, layout: _Layout, notes: ListProblems
) -> tuple[int, dict[str, CellValue]]:
    """Return a row's line and the values of its cells by column; a cell that its column cannot take counts as empty."""
    width = len(layout.columns)
    if any(cell.strip() for cell in cells[width:]):
        notes.add("extra-cells", line, f"expected {width} cells, found {len(cells)}")
    values: dict[str, CellValue] = {}
    for name, cell in zip(layout.columns, cells, strict=False):
        text = cell.strip()
        if not text or name in IGNORED_COLUMNS or name in values:
            continue
        try:
            value = read_cell(name, text)
        except ValueError as expected:
            notes.add("cell-bad", line, f"{name}: expected {expected}, found {quote(text)}")
            continue
        if value is not None:
            values[name] = value
    return line, values


def _without_placeholders(
    rows: Iterable[tuple[int, dict[str, CellValue]]], notes: ListProblems
) -> Iterator[tuple[int, dict[str, CellValue]]]:
    """Yield the rows, their placeholders taken as empty; one note tells of all of them."""
    count, first = 0, 0
    for line, values in rows:
        for name in PLACEHOLDERS.keys() & values.keys():
            if str(values[name]).lower() in PLACEHOLDERS[name]:
                del values[name]
                count, first = count + 1, first or line
        yield line, values
    if count:
        notes.add("placeholder", first, f"{count:,} cells hold a placeholder, the first on this line")
