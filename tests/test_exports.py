"""What exports hold: names and values of the index, and a program that really opens the datasets."""

from __future__ import annotations

import ast
import csv
import gzip
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from catalogs import every_kind, hostile, make_catalog, make_image
from fault_server import serving
from harvested import DOI, make_credited
from node import command
from scripts import ASSETS
from served_files import build
from stores import write_group, write_image, write_plate
from table_files import biofile_files
from zips import zip_folder

from sitegen.model.record import StudyRef
from sitegen.outputs.encoding import to_json
from sitegen.outputs.flat import columns, read_columns
from sitegen.outputs.index import index_entry
from sitegen.outputs.tables import make_cell
from sitegen.site.exports import export_columns

COUNTED = {"channel_count", "level_count"}
"""Numbers of things that the index lists."""
OF_EXPORTS_ALONE = {*COUNTED, "dimensions", "x", "y", "z", "t", "pixel_count", "host", "array_path"}
"""Columns of exports for which the tables have no column: docs/site.md, "Exports", names them."""


def flat(value: Any, prefix: str = "") -> dict[str, Any]:
    """Return what a record of the index holds, by keys joined with `_`."""
    found = {prefix: value}
    for key, inner in value.items() if isinstance(value, dict) else ():
        found |= flat(inner, f"{prefix}_{key}" if prefix else key)
    return found


@pytest.mark.parametrize("record", [*every_kind().records, *hostile().records], ids=lambda record: record.id)
def test_a_name_means_what_it_means_in_the_index(record) -> None:
    """A column that has the name of something in the index has its value."""
    record = replace(record, study=StudyRef(id="idr0001", name="A study"))
    indexed = flat(json.loads(to_json(index_entry(record))))
    exported = json.loads(to_json({column.name: column.value(record) for column in export_columns()}))

    shared = exported.keys() & indexed.keys()

    assert {name: exported[name] for name in shared} == {name: indexed[name] for name in shared}
    assert {"id", "url", "ome_zarr_version", "label_images", "valid", "bytes"} <= shared
    assert not COUNTED & indexed.keys()


@pytest.mark.parametrize("record", [make_credited(doi=DOI), *every_kind().records], ids=lambda record: record.id)
def test_a_column_of_tables_has_the_same_name_and_cell(record) -> None:
    """`index.csv`, exports and the file for BioFile Finder call one thing by one name; the rest is named."""
    cells = {
        column.name: make_cell(value, column.depth)
        for column, (value,) in zip(columns(), read_columns([record]), strict=True)
    }
    exported = {each.name: each.value(record) for each in export_columns()}
    shared = exported.keys() & cells.keys()

    assert {name: make_cell(exported[name], int(isinstance(exported[name], list))) for name in shared} == {
        name: cells[name] for name in shared
    }
    assert exported.keys() - shared == OF_EXPORTS_ALONE


def test_names_are_unique_and_plain() -> None:
    """Programs use the columns as names."""
    names = [column.name for column in export_columns()]

    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


def test_columns_of_lists_are_exported_by_their_name() -> None:
    """A column that is a facet by configuration has the index's prefix."""
    assert "extra_gene" in {column.name for column in export_columns(["gene"])}


def exported_rows(site: Path) -> list[dict[str, Any]]:
    """Return the rows that the page exports, from the files of a built site."""
    (path,) = (site / "search").glob("rows*")
    columns: dict[str, list[Any]] = json.loads(gzip.decompress(path.read_bytes()))
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def make_file(form: str, rows: list[dict[str, Any]]) -> str:
    """Return the file that the page makes of these rows, as a browser saves it."""
    module = (ASSETS / "js" / "home" / "export.js").as_uri()
    script = (
        f"import {{ makeFile }} from '{module}'; let text = ''; for await (const part of process.stdin) text += part;"
        f"process.stdout.write(makeFile('{form}', JSON.parse(text), 'https://catalog.example.org/').text)"
    )
    done = subprocess.run(
        command("node", "--input-type=module", "--eval", script),
        input=json.dumps(rows).encode("ascii"),
        capture_output=True,
        check=True,
    )
    return done.stdout.decode("utf-8")


def make_program(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """Return the file of the program that the page makes of these rows."""
    program = folder / "open_datasets.py"
    program.write_text(make_file("python", rows), encoding="utf-8")
    return program


HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\rx",
    "\n=1",
    " =1",
    "\uff1d1",
    'a "quoted", text',
    "two\r\nlines\nor\rthree",
    "{source} {0} %s %(x)s ${x}",
    '""" + __import__("os") + """',
    "'''",
    "\\",
    "\\u0041 \\N{BULLET} \\x41 \\",
    "</script><!--",
    "\u2028\u2029\x85\x0b\x0c",
    "\x00\x1b",
    "\u202e\u200b\ufeff",
    "\ud800 alone",
    "\U0001f600",
    "; , \t",
    "x" * 100_000,
)
"""What names can hold: formulas, quotes, lines, placeholders, escapes, markup, invisible signs, half of a sign."""


def hostile_rows() -> list[dict[str, Any]]:
    """Return rows with hostile texts in every column that is text, lists and extra columns included."""
    names = [column.name for column in export_columns(["gene"])]
    stated = {"bytes": 12, "valid": False, "zipped": True, "thumbnail_path": None, "added_at": None}
    return [
        {
            **dict.fromkeys(names, text),
            **stated,
            "label_images": [text, "b"],
            "url": f"https://e.org/{number}",
            "id": "a",
        }
        for number, text in enumerate(HOSTILE)
    ]


def saved(value: Any) -> Any:
    """Return what UTF-8 can hold of a value: a half of a sign becomes the sign for what is unknown."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value


def cell(value: Any) -> str:
    """Return what a cell says: a list joined, and a quote before what a spreadsheet would take for a formula."""
    text = {None: "", True: "true", False: "false"}.get(value) if value in (None, True, False) else None
    text = text if text is not None else "; ".join(value) if isinstance(value, list) else str(value)
    is_formula = not isinstance(value, int) and re.match(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]", text)
    return str(saved(f"'{text}" if is_formula else text))


def cell_with_meant_commas(value: Any) -> str:
    """Return what a cell for BioFile Finder says, in which a comma ends one of several values."""
    if isinstance(value, list):
        return ", ".join(map(cell_with_meant_commas, value))
    return cell(re.sub(r"\s*,\s*", "; ", value) if isinstance(value, str) else value)


@pytest.mark.node
@pytest.mark.parametrize("form", ["csv", "bff"])
def test_cells_hold_the_values(form: str) -> None:
    """Whatever a name holds it stays in its cell, and no cell is a formula."""
    rows = hostile_rows()
    text = make_file(form, rows).removeprefix("\ufeff")

    read = list(csv.DictReader(io.StringIO(text, newline="")))

    names = (
        {"short_title": "File Name", "url": "File Path", "id": "File ID", "bytes": "File Size"} if form == "bff" else {}
    )
    shared = [name for name in rows[0] if names.get(name, name) in read[0]]
    assert {"title", "description", "label_images", "extra_gene", "valid"} <= set(shared)
    assert [{name: row[names.get(name, name)] for name in shared} for row in read] == [
        {name: cell(row[name]) if form == "csv" else cell_with_meant_commas(row[name]) for name in shared}
        for row in rows
    ]
    assert not [each for row in read for each in row.values() if re.match(r"\s*[=+@-]", each)]


@pytest.mark.node
def test_json_holds_the_values() -> None:
    """A half of a sign, too."""
    rows = hostile_rows()

    read = json.loads(make_file("json", rows))

    assert [{name: row[name] for name in rows[0]} for row in read] == rows


@pytest.mark.node
def test_addresses_are_one_a_line() -> None:
    """As many lines as datasets, whatever else is in their names."""
    rows = hostile_rows()

    assert make_file("urls", rows).splitlines() == [row["url"] for row in rows]


@pytest.mark.node
def test_literals_of_the_program_are_the_values() -> None:
    """The program is one of Python whatever an address or a path holds; its dictionary holds them, and no more."""
    rows = [{**row, "url": f"https://e.org/{text}"} for row, text in zip(hostile_rows(), HOSTILE, strict=True)]

    tree = ast.parse(make_file("python", rows))

    held = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert held["DATASETS"] == {row["url"]: row["array_path"] for row in rows}
    assert held["ARCHIVES"] == {row["url"]: True for row in rows}


@pytest.mark.node
def test_the_program_opens_every_dataset(tmp_path: Path) -> None:
    """Images, plates, archives, arrays' shapes: all that the catalog holds; one that is gone is named, not hidden."""
    data = tmp_path / "data"
    write_image(data / "image ü.zarr", axes="cyx", shape=(2, 64, 32))
    write_plate(data / "plate.zarr", ["A/1"])
    write_group(data / "group.zarr", {})
    zip_folder(write_image(tmp_path / "zipped.zarr", axes="yx", shape=(16, 8)), data / "zipped.ozx")
    with serving(data) as host:
        names = ["image%20%C3%BC.zarr", "plate.zarr", "group.zarr", "zipped.ozx", "gone.zarr"]
        site = build(tmp_path, *(host.url(f"/{name}") for name in names))
        program = make_program(tmp_path, exported_rows(site.folder))

        done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "(2, 64, 32) uint16" in done.stdout
    assert "(16, 8) uint16" in done.stdout
    assert len(done.stdout.splitlines()) == 4
    assert "gone.zarr: " in done.stderr


@pytest.mark.node
def test_the_page_and_the_file_have_the_same_cells_for_biofile_finder() -> None:
    """Commas only between the items of a list, whatever the texts hold."""
    record = make_image(
        title="Cells, many ,x",
        source="A, B and C",
        url="https://d.example.org/a,b.zarr",
        label_images=("x,y", "=z", "", "w"),
        description=None,
    )
    catalog = make_catalog(record, base_url="https://catalog.example.org/")
    (file,) = biofile_files(catalog)
    (of_file,) = csv.DictReader(io.StringIO(file.content.decode(), newline=""))
    values = {each.name: each.value(record) for each in export_columns(())}
    row = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    (of_page,) = csv.DictReader(io.StringIO(make_file("bff", [row]), newline=""))

    assert {name: of_page[name] for name in of_file if name in of_page} == {
        name: cell for name, cell in of_file.items() if name in of_page
    }
    assert of_page["label_images"] == "x; y, '=z, w"
    assert of_page["File Path"] == "https://d.example.org/a%2Cb.zarr"
    assert {name for name, cell in of_page.items() if "," in cell} == {"label_images"}
