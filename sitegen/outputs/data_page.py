"""`data/index.html`: every file for programs, every column of the tables, every parameter of links, and examples.

Made of the tables of outputs, columns, parameters and examples, so that it cannot say what is not so. Sizes are loaded
from `data/files.json`, because they change when pages do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Protocol

from sitegen.catalog.findability import CRITERIA
from sitegen.model import Catalog, ImageMetadata, Page, PublicFindings
from sitegen.outputs.biofile import biofile_link
from sitegen.outputs.checksums import FILES_PATH, SUMS_PATH
from sitegen.outputs.examples import EXAMPLES
from sitegen.outputs.flat import Column, columns
from sitegen.outputs.overview_reports import REPORT_SCHEMA_PATH, OverviewReport
from sitegen.outputs.schema import field_descriptions
from sitegen.site.links import site_address
from sitegen.site.parameters import PARAMETERS, field_parameters
from sitegen.site.render import render_page

DATA_PATH = "data/index.html"
_FOUND = {each.name for kind in (PublicFindings, ImageMetadata) for each in fields(kind)} - {"metadata"}
FROM: Mapping[str, str] = {
    "id": "the address",
    "url": "list",
    "title": "list, RO-Crate, else the address",
    "short_title": "list, RO-Crate, else the address",
    "name": "list, else RO-Crate",
    "description": "list, else RO-Crate",
    "origin": "list",
    "source": "list",
    "study": "see provenance",
    "lists": "list",
    "license": "list, else RO-Crate",
    "organism": "list, else RO-Crate",
    "modality": "list, else RO-Crate",
    "creators": "list, else RO-Crate",
    "publisher": "RO-Crate",
    "published": "RO-Crate",
    "data_version": "RO-Crate",
    "doi": "RO-Crate",
    "ro_crate": "RO-Crate",
    "citations": "RO-Crate, else the configuration",
    "added_at": "builds of this catalog",
    "changed_at": "builds of this catalog",
    "checked_at": "builds of this catalog",
    "provenance": "this catalog",
    "extra": "list",
    "bytes": "list, else the dataset",
}
"""Key of a record → where its value is from; of what an inspection finds, the dataset."""
_UNITS: Mapping[str, str] = {
    "bytes": "bytes",
    "bytes_uncompressed": "bytes",
    "shape": "pixels",
    "chunks": "pixels",
    "shards": "pixels",
    "levels_shape": "pixels",
    "levels_chunks": "pixels",
    "levels_shards": "pixels",
    "levels_scale": "axes_unit",
    "shown_pixel_size": "shown_unit",
}
_LISTS = ("", "list of ", "list of lists of ")


class OutputRow(Protocol):
    """What the page says of an output."""

    @property
    def path(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def setting(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """What the page says of an output for programs."""

    path: str
    """Of the output."""
    description: str
    parts: Sequence[str]
    """Paths of the numbered files that the site has in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleRow:
    """A program that the page shows."""

    name: str
    task: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRow:
    """What the page says of a column."""

    name: str
    type: str
    unit: str
    origin: str
    description: str


def data_files(
    catalog: Catalog,
    *,
    made: Sequence[OutputRow],
    left_out: Sequence[OutputRow],
    of_each: Sequence[OutputRow],
    paths: Sequence[str] = (),
) -> Iterator[Page]:
    """Give `data/index.html`.

    made, left_out: the outputs for programs that the site has, and those it has not. of_each: outputs that it has for
    each dataset, study, institution or list. paths: of the files of `made`; without them, each is taken for one file.
    """
    settings = {each.setting for each in made}
    rows = {each: _file_row(each, paths) for each in made}
    parts = {each.setting: len(row.parts) for each, row in rows.items() if each.setting}
    address = site_address(catalog)
    yield render_page(
        "data.html",
        DATA_PATH,
        catalog,
        files=list(rows.values()),
        left_out=left_out,
        of_each=of_each,
        manifest=FILES_PATH,
        sums=SUMS_PATH,
        columns=[_row_of(column) for column in columns()] if settings & {"csv", "ndjson", "parquet"} else [],
        examples=[
            ExampleRow(name=each.name, task=each.task, code=each.code(address, parts[each.setting]))
            for each in EXAMPLES
            if each.is_shown(settings)
        ],
        address=address,
        report_schema=REPORT_SCHEMA_PATH,
        report_keys=tuple(field_descriptions(OverviewReport).items()),
        criteria=CRITERIA,
        parameters=PARAMETERS,
        field_parameters=tuple(field_parameters(catalog.facets)),
        biofile=biofile_link(catalog) if parts.get("biofile_finder") == 0 else "",  # a link opens one file
    )


def _file_row(output: OutputRow, paths: Sequence[str]) -> FileRow:
    stem, dot, ending = output.path.partition(".")
    numbered = re.compile(rf"{re.escape(stem)}-\d{{3,}}{re.escape(dot + ending)}")
    parts = [] if output.path in paths else [each for each in paths if numbered.fullmatch(each)]
    return FileRow(path=output.path, description=output.description, parts=parts)


def _row_of(column: Column) -> ColumnRow:
    width = column.name.endswith(("_width", "_height"))
    return ColumnRow(
        name=column.name,
        type=_LISTS[column.depth] + ("names and texts" if column.type == "map" else column.type),
        unit="pixels" if width else _UNITS.get(column.name, ""),
        origin=origin_of(column.name),
        description=column.description,
    )


def origin_of(column: str) -> str:
    """Return where the values of a column are from, by the key of the record that it belongs to."""
    keys = sorted((*FROM, *_FOUND), key=len, reverse=True)
    key = next(each for each in keys if column == each or column.startswith(f"{each}_"))
    return FROM.get(key, "the dataset")
