"""What exports hold: names and values of the index, and a program that really opens the datasets."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from catalogs import every_kind, hostile
from fault_server import serving
from node import command
from scripts import ASSETS
from served_files import build
from stores import write_group, write_image, write_plate
from zips import zip_folder

from sitegen.model.record import StudyRef
from sitegen.outputs.encoding import to_json
from sitegen.outputs.index import index_entry
from sitegen.site.exports import export_columns

COUNTED = {"channel_count", "level_count"}
"""Numbers of things that the index lists."""


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


def make_program(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """Return the file of the program that the page makes of these rows."""
    module = (ASSETS / "js" / "home" / "export.js").as_uri()
    script = (
        f"import {{ makeFile }} from '{module}'; let text = ''; for await (const part of process.stdin) text += part;"
    )
    script += "process.stdout.write(makeFile('python', JSON.parse(text), 'https://catalog.example.org/').text)"
    done = subprocess.run(
        command("node", "--input-type=module", "--eval", script),
        input=json.dumps(rows),
        capture_output=True,
        text=True,
        check=True,
    )
    program = folder / "open_datasets.py"
    program.write_text(done.stdout, encoding="utf-8")
    return program


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
