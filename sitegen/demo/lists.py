"""The demo's lists: three levels of them, with every habit of the lists that real institutions keep.

A `DatasetPage` is one CSV: its columns, how it is written (delimiter, byte order mark, line ends), and
its lines, which are datasets, other lists, or text as it stands. An address is written relative
to its list, or below an institution's origin if the demo is served.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import dirname, relpath
from typing import TypeAlias
from urllib.parse import quote

from sitegen.demo import plan, terms, zoo
from sitegen.demo.dataset import Dataset

ROOT = "federation.csv"


@dataclass(frozen=True, slots=True)
class Nested:
    """A line that names another list; its other cells pass down."""

    path: str
    cells: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    """Asked for with it, where a host serves it."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A line that names a dataset once more, its spaces as `%20` where it has an origin, with a slash at the end."""

    dataset: Dataset


Line: TypeAlias = Dataset | Nested | Encoded | str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetPage:
    """One list."""

    path: str
    columns: tuple[str, ...]
    lines: Sequence[Line]
    delimiter: str = ","
    newline: str = "\n"
    bom: bool = False
    header: bool = True
    indent: str = ""
    """Stands before each address: people paste."""
    short: bool = False
    """Rows end with their last filled cell."""
    surplus: str = ""
    """More cells than columns, at the end of the last line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the arrays of a dataset came to; empty where it has no image of its own."""

    written: str = ""
    written_human_readable: str = ""
    shape: str = ""
    chunks: str = ""
    shards: str = ""
    dimension_names: str = ""


_SAID = ("license", "name", "description", "organismId", "fbbiId")
_ARRAY = ("shape", "shards", "chunks", "dimension_names")
_SIZES = ("written", "written_human_readable")


SHEETS = (
    DatasetPage(
        path=ROOT,
        columns=("source", "url", "license", "funding"),
        indent=" ",
        lines=[
            "",
            Nested("cell-imaging/samples.csv", {"source": "Cell Imaging Institute", "funding": "Grant 12"}),
            ",,,",
            Nested("archive/studies.csv", {"source": "Open Microscopy Archive"}),
            "",
            Nested("pathology/slides.csv", {"source": "Harbour Pathology", "license": terms.CC_BY_NC}),
            "   ",
            Nested("alliance/members.csv", {"source": "Alliance for Open Imaging", "funding": "Grant 40"}),
            Nested("em-commons/volumes.csv", {"source": "EM Commons"}, query="?download=1"),
            Nested("formats/zoo.csv", {"source": "Museum of Formats"}),
        ],
    ),
    DatasetPage(
        path="cell-imaging/samples.csv",
        columns=("url", *_SIZES, *_ARRAY, *_SAID),
        lines=plan.CELL_IMAGING,
        newline="\r\n",
        bom=True,
    ),
    DatasetPage(
        path="archive/studies.csv",
        columns=("source", "url"),
        lines=[
            Nested("archive/demo0001.csv"),
            "",
            Nested("archive/demo0002.csv"),
            "",
            Nested("archive/demo0003.csv", {"source": "Botanical Garden"}),
            "",
            Nested("archive/studies.csv"),  # itself
            Nested("archive/retired.csv"),  # and one that is not there
        ],
    ),
    DatasetPage(
        path="archive/demo0001.csv",
        columns=("URL", "origin", *_SIZES, *_ARRAY, *_SAID),
        lines=plan.ARCHIVE_STUDY_1,
    ),
    DatasetPage(
        path="archive/demo0002.csv",
        columns=("url", *_SIZES, *_SAID, "wells", "images"),
        lines=[*plan.ARCHIVE_SCREENS, Nested("archive/studies.csv")],  # round a circle
    ),
    DatasetPage(
        path="archive/demo0003.csv",
        columns=("url", *_SIZES, *_ARRAY, *_SAID),
        lines=[*plan.ARCHIVE_BRYOPHYTES, Encoded(plan.ARCHIVE_BRYOPHYTES[0]), plan.ARCHIVE_BRYOPHYTES[1]],
    ),
    DatasetPage(
        path="pathology/slides.csv",
        columns=("url",),
        header=False,
        lines=[Nested("pathology/sections.csv"), Nested("pathology/smears.tsv")],
    ),
    DatasetPage(path="pathology/sections.csv", columns=("url", *_SIZES), lines=plan.SECTIONS),
    DatasetPage(
        path="pathology/smears.tsv",
        columns=("url", "name", "organismId", "fbbiId"),
        lines=plan.SMEARS,
        delimiter="\t",
    ),
    DatasetPage(
        path="alliance/members.csv",
        columns=("source", "url"),
        lines=[
            "",
            Nested("lightsheet/volumes.csv", {"source": "Lichtblatt-Zentrum Jülbach"}),
            ",",
            Nested("gruenau/liste.csv", {"source": "Universität Grünau"}),
        ],
    ),
    DatasetPage(
        path="lightsheet/volumes.csv",
        columns=("url", "written", *_ARRAY, *_SAID),
        indent=" ",
        lines=[*plan.LIGHT_SHEETS, plan.LIGHT_SHEETS[0]],
    ),
    DatasetPage(
        path="gruenau/liste.csv", columns=("url", *_SAID), lines=plan.GRUENAU, delimiter=";", surplus=";;Mappe 3"
    ),
    DatasetPage(
        path="em-commons/volumes.csv",
        columns=("url", "origin", "written", *_ARRAY, *_SAID),
        lines=plan.ELECTRONS,
        short=True,
    ),
    DatasetPage(path="formats/zoo.csv", columns=("url", "name", "series0"), lines=zoo.FORMATS, delimiter="|"),
)
"""All lists, the root first."""


def render_sheet(sheet: DatasetPage, stored: Mapping[str, Stored], origins: Mapping[str, str] | None) -> bytes:
    """Return a list as bytes; `stored` by the path of a dataset, `origins` by the folder of an institution."""
    header = [_row(sheet, {column: column for column in sheet.columns})] if sheet.header else []
    lines = [
        line if isinstance(line, str) else _row(sheet, _cells(sheet, line, stored, origins)) for line in sheet.lines
    ]
    lines[-1] += sheet.surplus
    text = sheet.newline.join([*header, *lines, ""])
    return text.encode("utf-8-sig" if sheet.bom else "utf-8")


def _cells(
    sheet: DatasetPage,
    line: Dataset | Nested | Encoded,
    stored: Mapping[str, Stored],
    origins: Mapping[str, str] | None,
) -> dict[str, str]:
    if isinstance(line, Nested):
        query = line.query if origins else ""
        return {"url": sheet.indent + address(line.path, sheet.path, origins) + query, **line.cells}
    if isinstance(line, Encoded):
        again = address(line.dataset.path, sheet.path, origins)
        return {"url": (quote(again, safe=":/()") if origins else again) + "/"}
    facts = stored.get(line.path, Stored())
    return {
        "url": sheet.indent + address(line.path, sheet.path, origins),
        "license": line.license,
        "name": line.name,
        "description": line.about,
        "organismId": line.organism,
        "fbbiId": line.modality,
        **{column: getattr(facts, column) for column in (*_SIZES, *_ARRAY)},
        **line.more,
    }


def _row(sheet: DatasetPage, cells: Mapping[str, str]) -> str:
    values = [cells.get(column, cells.get(column.lower(), "")) for column in sheet.columns]
    while sheet.short and not values[-1]:
        values.pop()
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=sheet.delimiter, lineterminator="").writerow(values)
    return buffer.getvalue()


def address(path: str, list_path: str, origins: Mapping[str, str] | None) -> str:
    """Return how the list at `list_path` names `path`: below its institution's origin, or relative to the list."""
    folder, _, rest = path.partition("/")
    if origins is not None:
        return f"{origins[folder].rstrip('/')}/{rest}"
    return relpath(path, dirname(list_path) or ".")
