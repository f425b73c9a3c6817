"""The index as CSV, lines of JSON and Parquet, read back by other people's tools."""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from catalogs import change, every_kind, hostile, make_catalog, make_image
from table_files import biofile_files, csv_files, ndjson_files, parquet_files, parquet_parts

from sitegen.model import Catalog, Creator, Level, License, StudyRef, Term
from sitegen.outputs.biofile import biofile_link
from sitegen.outputs.flat import columns, read_columns, table_order
from sitegen.outputs.index import RECORD_KEYS
from sitegen.outputs.table import OUTPUTS, output_files
from sitegen.outputs.tables import Content, make_cell

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
parquet = pytest.importorskip("pyarrow.parquet")
CATALOGS = {"every kind": every_kind(), "hostile": hostile(), "bare": make_catalog(make_image(source=None, study=None))}
NAMES = [column.name for column in columns()]


def content(files: Any) -> bytes:
    """Return the one file of an output."""
    (page,) = files
    return bytes(page.content)


def table_of(catalog: Catalog) -> Any:
    """Return the Parquet file of a catalog."""
    return parquet.read_table(io.BytesIO(content(parquet_files(catalog))))


def lines_of(catalog: Catalog) -> list[dict[str, Any]]:
    """Return the lines of JSON."""
    return [json.loads(line) for line in gzip.decompress(content(ndjson_files(catalog))).splitlines()]


@pytest.mark.parametrize("size_bytes", [0, 999_999, 1_000_000, 3_000_001])
def test_content_of_any_length_is_kept(size_bytes: int) -> None:
    """What went to disk and what is still in memory come back in their order."""
    text = bytes(at % 251 for at in range(size_bytes))
    written = Content()
    for start in range(0, size_bytes, 70_001):
        written.write(text[start : start + 70_001])

    assert written.tell() == size_bytes
    assert written.take() == text


def test_equal_numbers_of_two_datasets_are_written_as_each_has_them() -> None:
    """A cell that is made once is of one dataset and of all with the same text, not of those with an equal number."""
    scales = [(2.5, 1, 0.0), (2.5, 1.0, -0.0), (2.5, 1, 0.0)]
    levels = [Level(path="0", shape=(1, 1, 1), scale=scale) for scale in scales]
    images = [change(make_image(f"i{at}"), levels=(level,)) for at, level in enumerate(levels)]

    rows = csv.DictReader(io.StringIO(content(csv_files(make_catalog(*images))).decode()))

    assert {row["id"]: row["levels_scale"] for row in rows} == {
        image.id: ",".join(map(str, scale)) for image, scale in zip(images, scales, strict=True)
    }


@pytest.mark.parametrize("catalog", CATALOGS.values(), ids=CATALOGS)
def test_all_forms_have_the_same_rows_and_columns(catalog: Catalog) -> None:
    """One row a dataset; columns are named as the index names values."""
    frame = pandas.read_csv(io.BytesIO(content(csv_files(catalog))))
    ids = [row["id"] for row in lines_of(catalog)]

    assert sorted(ids) == sorted(record.id for record in catalog.records)
    assert list(frame["id"]) == ids == table_of(catalog)["id"].to_pylist()
    assert list(frame) == NAMES == table_of(catalog).column_names == list(lines_of(catalog)[0])
    assert {key for key in RECORD_KEYS if not any(name == key or name.startswith(f"{key}_") for name in NAMES)} == set()


@pytest.mark.parametrize("catalog", CATALOGS.values(), ids=CATALOGS)
def test_parquet_says_what_the_lines_say(catalog: Catalog) -> None:
    """But for times, which are typed, whole characters, and numbers beyond 64 bits."""
    table = table_of(catalog)
    maps = {field.name for field in table.schema if str(field.type).startswith("map")}
    for found, line in zip(table.to_pylist(), lines_of(catalog), strict=True):
        row = {key: dict(value) if key in maps and value is not None else value for key, value in found.items()}
        times = {column.name for column in columns() if column.type == "time"}
        assert {key: value for key, value in row.items() if key not in times} == {
            key: value for key, value in line.items() if key not in times
        }
        assert all((row[key] is None) == (line[key] is None) for key in times)


def test_a_cell_is_that_of_its_value_alone() -> None:
    """However cells of a column are made at once: lists of negative integers, of none, and with something absent."""
    lists = [(Level(path="0", shape=shape, scale=(1, 1.5)),) for shape in ((-1, 2), (), (3, None), (2**70,), (True, 4))]
    records = [
        *(record for catalog in CATALOGS.values() for record in catalog.records),
        *(change(make_image(url=f"https://h/{at}.zarr"), levels=levels) for at, levels in enumerate(lists)),
        *(change(make_image(url=f"https://h/{at}.zarr"), shape=(-at, at), extra={"a": at}) for at in (8, 9)),
    ]
    catalog = make_catalog(*records)
    rows = zip(*read_columns([records[at] for at in table_order(catalog.records)]), strict=True)

    lines = list(csv.reader(io.StringIO(content(csv_files(catalog)).decode(), newline="")))

    assert lines[1:] == [
        [
            make_cell(value, column.depth).encode("utf-8", "replace").decode()
            for value, column in zip(row, columns(), strict=True)
        ]
        for row in rows
    ]
    assert "'-8; 8" in {cell for line in lines for cell in line}


def test_types_do_not_depend_on_the_data() -> None:
    """A column that is null everywhere has the type that it has elsewhere, for every reader."""
    schemas = [table_of(catalog).schema for catalog in CATALOGS.values()]
    frames = [polars.read_parquet(content(parquet_files(catalog))) for catalog in CATALOGS.values()]

    assert schemas[0] == schemas[1] == schemas[2]
    assert frames[0].schema == frames[1].schema == frames[2].schema
    assert str(frames[2].schema["study_id"]) == "String"
    assert str(frames[2].schema["shape"]) == "List(Int64)"
    assert str(frames[2].schema["plate_wells"]) == "Int64"


def test_csv_is_safe_and_plain() -> None:
    """Formulas are text, lists are joined, and what separates items is escaped in them."""
    record = make_image(title="=1+1", label_images=("a;b", "c"), description='two\nlines, "quoted"', valid=False)
    catalog = make_catalog(replace(record, organism=Term(id="@x"), extra={"gene": "=2"}))
    (row,) = csv.DictReader(io.StringIO(content(csv_files(catalog)).decode(), newline=""))

    assert (row["title"], row["organism_id"], row["label_images"]) == ("'=1+1", "'@x", "a\\;b; c")
    assert (row["description"], row["valid"], row["study_id"]) == ('two\nlines, "quoted"', "false", "")
    assert (row["shape"], row["levels_chunks"]) == (
        "40; 2; 31; 2048; 2048",
        "; ".join(["1,1,1,256,256"] * 4 + ["1,1,1,128,128"]),
    )
    assert json.loads(row["extra"]) == {"gene": "=2"}


def test_values_beyond_what_a_column_holds() -> None:
    """They become null or `?` in the typed file; the file is there."""
    record = make_image("big", bytes=2**70, shape=(2**70, 1), license=License(text="\ud800x"))
    (row,) = table_of(make_catalog(record)).to_pylist()

    assert (row["bytes"], row["shape"], row["license_text"]) == (None, [None, 1], "?x")


def test_long_tables_have_numbered_parts() -> None:
    """Each has a header or a schema of its own, and the plain name is not there."""
    catalog = make_catalog(*[make_image(f"image-{number}") for number in range(60)])
    for make, read in (
        (partial(csv_files, file_bytes=1), lambda body: pandas.read_csv(io.BytesIO(body))["id"].tolist()),
        (parquet_parts, lambda body: parquet.read_table(io.BytesIO(body))["id"].to_pylist()),
    ):
        pages = list(make(catalog))

        assert pages[0].path.startswith("index-001.")
        assert len({page.path for page in pages}) == len(pages)
        assert sorted(name for page in pages for name in read(page.content)) == sorted(r.id for r in catalog.records)


def test_a_study_is_in_few_groups_of_rows() -> None:
    """The file is sorted by study, and says of each group of rows which studies it has."""
    records = [
        make_image(f"i{number}", study=StudyRef(id=f"s{number % 7}", name="S"), source="x") for number in range(3000)
    ]
    file = parquet.ParquetFile(io.BytesIO(content(parquet_files(make_catalog(*records)))))
    at = NAMES.index("study_id")
    ranges = [file.metadata.row_group(g).column(at).statistics for g in range(file.metadata.num_row_groups)]

    assert len(ranges) == 3
    assert [(each.min, each.max) for each in ranges] == [("s0", "s2"), ("s2", "s4"), ("s4", "s6")]


def test_fields_are_explained_in_the_file() -> None:
    """Parquet keeps the description of each column."""
    assert b"Stored bytes" in table_of(every_kind()).schema.field("bytes").metadata[b"description"]


def test_biofile_finder_gets_no_comma_by_accident() -> None:
    """It would take it for the end of a value; those between items of a list are meant."""
    url, labels = "https://d.example.org/a,b.zarr", ("x,y", "z")
    record = make_image(title="Cells, many", source="A, B and C", url=url, label_images=labels)
    text = content(biofile_files(make_catalog(record, base_url="https://c.example.org/"))).decode()
    (row,) = csv.DictReader(io.StringIO(text, newline=""))

    assert list(row)[:6] == ["File Path", "File ID", "File Name", "File Size", "Thumbnail", "Uploaded"]
    assert {name for name, cell in row.items() if "," in cell} == {"label_images"}
    assert row["label_images"] == "x; y, z"
    assert row["File Path"] == "https://d.example.org/a%2Cb.zarr"
    assert row["Thumbnail"].startswith("https://c.example.org/thumbs/")


def test_biofile_finder_gets_no_items_of_what_is_not_stated() -> None:
    """Of two creators, one has an ORCID; commas alone would be values of their own."""
    orcid = "0000-0002-1825-0097"
    creators = [(Creator(name="A"), Creator(name="B")), (Creator(name="A"), Creator(name="B", orcid=orcid))]
    records = [make_image(f"n{number}", creators=each) for number, each in enumerate(creators)]
    text = content(biofile_files(make_catalog(*records, base_url="https://c.example.org/"))).decode()

    assert [row["creators_orcid"] for row in csv.DictReader(io.StringIO(text))] == ["", orcid]


def test_a_link_opens_the_catalog_in_biofile_finder() -> None:
    """Its address names the file; without the site's own address there is neither."""
    here = biofile_link(make_catalog(make_image(), base_url="https://c.example.org/"))

    assert here.startswith("https://biofile-finder.allencell.org/app?source=%7B%22name%22")
    assert "https%3A%2F%2Fc.example.org%2Fbiofile-finder.csv" in here
    assert biofile_link(make_catalog(make_image(), base_url=None)) == ""


@pytest.mark.parametrize("output", [each for each in OUTPUTS if each.setting], ids=lambda each: each.path)
def test_an_output_can_be_switched_off(output: Any) -> None:
    """Its files are not there then, and all others are."""
    catalog = every_kind()
    all_files = {page.path for page in output_files(catalog)}
    some = {page.path for page in output_files(replace(catalog, outputs_off=frozenset({output.setting})))}

    rows = [each for each in OUTPUTS if each.setting == output.setting]
    assert all_files - some == {page.path for each in rows for page in each.files(catalog)}
