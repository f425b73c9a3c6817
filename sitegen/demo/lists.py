"""The lists of the demo: three levels of CSV files, with the peculiarities of lists of real institutions.

A `DemoList` is one CSV file: its columns, its form (delimiter, byte order mark, line ends),
and its lines, which are datasets, other lists, or literal text. An address is relative to
its list, or below the origin of an institution if the demo is served.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import dirname, relpath
from typing import TypeAlias
from urllib.parse import quote

from sitegen.demo import formats, plan, terms
from sitegen.demo.dataset import DemoDataset

ROOT = "federation.csv"


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row that names another list; its other cells are inherited by the rows of that list."""

    path: str
    cells: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    """Query of its URL, if the demo is served."""


@dataclass(frozen=True, slots=True)
class RepeatedRow:
    """A row that names a dataset again, with a slash at the end and, if the demo is served, spaces as `%20`."""

    dataset: DemoDataset


Row: TypeAlias = DemoDataset | ListRow | RepeatedRow | str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoList:
    """One list."""

    path: str
    columns: tuple[str, ...]
    lines: Sequence[Row]
    delimiter: str = ","
    newline: str = "\n"
    bom: bool = False
    header: bool = True
    indent: str = ""
    """White space before each address, as from copying and pasting."""
    short: bool = False
    """Whether rows end with their last filled cell."""
    surplus: str = ""
    """Cells beyond the last column, at the end of the last line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFacts:
    """What a list states about the arrays of a dataset; empty where it has no image of its own."""

    written: str = ""
    written_human_readable: str = ""
    shape: str = ""
    chunks: str = ""
    shards: str = ""
    dimension_names: str = ""


_STATED = ("license", "name", "description", "organismId", "fbbiId")
_ARRAY = ("shape", "shards", "chunks", "dimension_names")
_SIZES = ("written", "written_human_readable")


_SAMPLE_AUTHOR = "Carberry, Josiah (0000-0002-1825-0097)"
"""The fictitious person whom ORCID made up for examples."""

LISTS = (
    DemoList(
        path=ROOT,
        columns=("source", "url", "license", "funding"),
        indent=" ",
        lines=[
            "",
            ListRow("cell-imaging/samples.csv", {"source": "Cell Imaging Institute", "funding": "Grant 12"}),
            ",,,",
            ListRow("archive/studies.csv", {"source": "Open Microscopy Archive"}),
            "",
            ListRow("pathology/slides.csv", {"source": "Harbour Pathology", "license": terms.CC_BY_NC}),
            "   ",
            ListRow("alliance/members.csv", {"source": "Alliance for Open Imaging", "funding": "Grant 40"}),
            ListRow("em-commons/volumes.csv", {"source": "EM Commons"}, query="?download=1"),
            ListRow("formats/zoo.csv", {"source": "Museum of Formats"}),
        ],
    ),
    DemoList(
        path="cell-imaging/samples.csv",
        columns=("url", *_SIZES, *_ARRAY, *_STATED),
        lines=plan.CELL_IMAGING,
        newline="\r\n",
        bom=True,
    ),
    DemoList(
        path="archive/studies.csv",
        columns=("source", "url", "creator"),
        lines=[
            ListRow("archive/demo0001.csv", {"creator": f"{_SAMPLE_AUTHOR}; Open Microscopy Archive"}),
            "",
            ListRow("archive/demo0002.csv"),
            "",
            ListRow("archive/demo0003.csv", {"source": "Botanical Garden"}),
            "",
            ListRow("archive/studies.csv"),  # the list itself
            ListRow("archive/retired.csv"),  # does not exist
        ],
    ),
    DemoList(
        path="archive/demo0001.csv",
        columns=("URL", "origin", *_SIZES, *_ARRAY, *_STATED),
        lines=plan.ARCHIVE_STUDY_1,
    ),
    DemoList(
        path="archive/demo0002.csv",
        columns=("url", *_SIZES, *_STATED, "wells", "images"),
        lines=[*plan.ARCHIVE_SCREENS, ListRow("archive/studies.csv")],  # a cycle
    ),
    DemoList(
        path="archive/demo0003.csv",
        columns=("url", *_SIZES, *_ARRAY, *_STATED),
        lines=[*plan.ARCHIVE_BRYOPHYTES, RepeatedRow(plan.ARCHIVE_BRYOPHYTES[0]), plan.ARCHIVE_BRYOPHYTES[1]],
    ),
    DemoList(
        path="pathology/slides.csv",
        columns=("url",),
        header=False,
        lines=[ListRow("pathology/sections.csv"), ListRow("pathology/smears.tsv")],
    ),
    DemoList(path="pathology/sections.csv", columns=("url", *_SIZES), lines=plan.SECTIONS),
    DemoList(
        path="pathology/smears.tsv",
        columns=("url", "name", "organismId", "fbbiId"),
        lines=plan.SMEARS,
        delimiter="\t",
    ),
    DemoList(
        path="alliance/members.csv",
        columns=("source", "url"),
        lines=[
            "",
            ListRow("lightsheet/volumes.csv", {"source": "Lichtblatt-Zentrum Jülbach"}),
            ",",
            ListRow("gruenau/liste.csv", {"source": "Universität Grünau"}),
        ],
    ),
    DemoList(
        path="lightsheet/volumes.csv",
        columns=("url", "written", *_ARRAY, *_STATED),
        indent=" ",
        lines=[*plan.LIGHT_SHEETS, plan.LIGHT_SHEETS[0]],
    ),
    DemoList(
        path="gruenau/liste.csv", columns=("url", *_STATED), lines=plan.GRUENAU, delimiter=";", surplus=";;Mappe 3"
    ),
    DemoList(
        path="em-commons/volumes.csv",
        columns=("url", "origin", "written", *_ARRAY, *_STATED),
        lines=plan.ELECTRONS,
        short=True,
    ),
    DemoList(path="formats/zoo.csv", columns=("url", "name", "series0"), lines=formats.FORMATS, delimiter="|"),
)
"""All lists, the root first."""


def render_list(demo_list: DemoList, stored: Mapping[str, StoreFacts], origins: Mapping[str, str] | None) -> bytes:
    """Return the CSV file of a list.

    Parameters
    ----------
    demo_list
        What to write.
    stored
        By the path of a dataset.
    origins
        By the folder of an institution; None for relative paths.

    """
    header = [_row(demo_list, {column: column for column in demo_list.columns})] if demo_list.header else []
    lines = [
        line if isinstance(line, str) else _row(demo_list, _cells(demo_list, line, stored, origins))
        for line in demo_list.lines
    ]
    lines[-1] += demo_list.surplus
    text = demo_list.newline.join([*header, *lines, ""])
    return text.encode("utf-8-sig" if demo_list.bom else "utf-8")


def _cells(
    demo_list: DemoList,
    line: DemoDataset | ListRow | RepeatedRow,
    stored: Mapping[str, StoreFacts],
    origins: Mapping[str, str] | None,
) -> dict[str, str]:
    if isinstance(line, ListRow):
        query = line.query if origins else ""
        return {"url": demo_list.indent + address(line.path, demo_list.path, origins) + query, **line.cells}
    if isinstance(line, RepeatedRow):
        again = address(line.dataset.path, demo_list.path, origins)
        return {"url": (quote(again, safe=":/()") if origins else again) + "/"}
    facts = stored.get(line.path, StoreFacts())
    return {
        "url": demo_list.indent + address(line.path, demo_list.path, origins),
        "license": line.license,
        "name": line.name,
        "description": line.description,
        "organismId": line.organism,
        "fbbiId": line.modality,
        **{column: getattr(facts, column) for column in (*_SIZES, *_ARRAY)},
        **line.extra,
    }


def _row(demo_list: DemoList, cells: Mapping[str, str]) -> str:
    values = [cells.get(column, cells.get(column.lower(), "")) for column in demo_list.columns]
    while demo_list.short and not values[-1]:
        values.pop()
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=demo_list.delimiter, lineterminator="").writerow(values)
    return buffer.getvalue()


def address(path: str, list_path: str, origins: Mapping[str, str] | None) -> str:
    """Return the address of `path` in the list at `list_path`: below the origin of its institution, or relative."""
    folder, _, rest = path.partition("/")
    if origins is not None:
        return f"{origins[folder].rstrip('/')}/{rest}"
    return relpath(path, dirname(list_path) or ".")
