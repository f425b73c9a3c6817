"""The page of the data: it says what is so, and its programs run as they are."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pandas
import polars
import pytest
from catalogs import every_kind, make_catalog
from fault_server import FaultServer, serving
from install_programs import PROGRAMS
from node import command
from table_files import biofile_files, csv_files, ndjson_files, parquet_files, parquet_parts

from sitegen.model import Catalog, PublicFindings, Record
from sitegen.outputs.build_file import BUILD_PATH
from sitegen.outputs.data_page import DATA_PATH, origin_of
from sitegen.outputs.examples import EXAMPLES, Example
from sitegen.outputs.flat import columns
from sitegen.outputs.index import RECORD_KEYS
from sitegen.outputs.table import OUTPUTS, output_files
from sitegen.site.fields import fields_in

_DUCKDB_WITHOUT_ITS_EXTENSION = """
import datetime, duckdb
from fsspec.implementations.http import HTTPFileSystem
class Http(HTTPFileSystem):
    def modified(self, path):
        return datetime.datetime(2026, 1, 1)
duckdb.register_filesystem(Http())
"""
"""DuckDB would fetch its own extension for HTTP from the network; that of fsspec lacks one method."""


class _Cells(HTMLParser):
    """Collects the text of each row's cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][-1] += data


def page_of(catalog: Catalog) -> str:
    """Return the page of a catalog."""
    return next(page.content.decode() for page in output_files(catalog) if page.path == DATA_PATH)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultServer]:
    """A host with the files of a catalog."""
    folder = tmp_path_factory.mktemp("data-page")
    for page in output_files(every_kind()):
        (folder / page.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / page.path).write_bytes(page.content)
    with serving(folder) as server:
        yield server


UNREAD = Record(id="a", url="https://a.example/a.zarr", title="a.zarr", found=PublicFindings(status="unreachable"))
"""A dataset of which nothing is known."""
CATALOGS = {"every kind": every_kind(), "one of which nothing is known": make_catalog(UNREAD), "empty": make_catalog()}


@pytest.fixture(scope="module")
def bare_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultServer]:
    """A host with tables of catalogs without values: `bare/` has one dataset, `empty/` none."""
    folder = tmp_path_factory.mktemp("bare")
    for name, catalog in (("bare", make_catalog(UNREAD)), ("empty", make_catalog())):
        (folder / name).mkdir()
        for page in (*csv_files(catalog), *ndjson_files(catalog), *parquet_files(catalog)):
            (folder / name / page.path).write_bytes(page.content)
    with serving(folder) as server:
        yield server


@pytest.fixture(scope="module")
def host_of_parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultServer]:
    """A host whose tables are in numbered parts of one dataset each, as those of a long catalog are."""
    folder = tmp_path_factory.mktemp("parts")
    for make in (partial(csv_files, file_bytes=1), partial(ndjson_files, file_bytes=1), parquet_parts):
        for page in make(every_kind()):
            (folder / page.path).write_bytes(page.content)
    with serving(folder) as server:
        yield server


def run(example: Example, site: str, parts: int = 0) -> subprocess.CompletedProcess[str]:
    """Run an example as its page shows it."""
    code = example.code(site, parts)
    if example.name.startswith(("Python", "DuckDB")):
        words = [sys.executable, "-c", _DUCKDB_WITHOUT_ITS_EXTENSION * example.name.startswith("DuckDB") + code]
    elif example.name == "JavaScript":
        words = command("node", "--input-type=module", "--eval", code)
    elif example.name == "R":
        words = ["Rscript", "-e", code]
    else:
        words = ["bash", "-o", "pipefail", "-c", code]
    if lacking := [each for each in NEEDED.get(example.name, ()) if not shutil.which(each)]:
        packages = " ".join(PROGRAMS[each] for each in lacking)
        pytest.skip(f"{', '.join(lacking)} not installed, and only root on Debian may do so; apt install {packages}")
    for _ in range(3):
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
        if not (done.returncode < 0 and _CRASH_OF_PYARROW in done.stderr):
            break
    return done


_CRASH_OF_PYARROW = "terminate called without an active exception"
"""At exit, after the answer, where a thread still holds a Python file (apache/arrow issues 34314, 33975 and 50482)."""
NEEDED = {"R": ("Rscript",), "curl and jq": ("curl", "jq")}
"""Example → programs that `tests/install_programs.py` installs where it may."""
ANSWERS = {
    "Python, pandas": "IDR",
    "Python, polars": "HeLa cells",
    "DuckDB": "IDR",
    "R": "IDR",
    "JavaScript": "RNAi screen",
    "curl and jq": "https://data.example.org/images/cells.ome.zarr",
}


each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.name}, {example.setting}")


@pytest.mark.node
@each_example
@pytest.mark.parametrize("site", ["bare/", "empty/"])
def test_examples_run_where_nothing_is_known(example: Example, site: str, bare_host: FaultServer) -> None:
    """They print nothing of note, and do not fail: columns are there, whether they have values or not."""
    done = run(example, bare_host.url(f"/{site}"))

    assert (done.returncode, done.stderr) == (0, "")


def _types_of_duckdb(body: bytes, folder: Path) -> dict[str, str]:
    """Return name → type of each column."""
    (folder / "a.parquet").write_bytes(body)
    rows = duckdb.sql(f"DESCRIBE SELECT * FROM read_parquet('{folder / 'a.parquet'}')").fetchall()
    return {name: kind for name, kind, *_ in rows}


def test_typed_tables_have_the_same_types_for_all_who_read_them(tmp_path: Path) -> None:
    """As the page reads them: whether a catalog has values, one dataset without any, or none at all."""
    files = {name: next(iter(parquet_files(catalog))).content for name, catalog in CATALOGS.items()}
    read = {
        "pandas": lambda body: pandas.read_parquet(io.BytesIO(body), dtype_backend="pyarrow").dtypes.to_dict(),
        "polars": lambda body: dict(polars.read_parquet(body).schema),
        "DuckDB": lambda body: _types_of_duckdb(body, tmp_path),
    }
    types = {tool: [how(body) for body in files.values()] for tool, how in read.items()}

    assert all(first == second == third for first, second, third in types.values())
    assert {len(found[0]) for found in types.values()} == {len(columns())}


def test_pandas_reads_types_where_a_site_has_them() -> None:
    """Else it reads CSV, and guesses them."""
    without = replace(every_kind(), outputs_off=frozenset({"parquet"}))

    assert ("read_parquet" in page_of(every_kind()), "pandas.read_csv" in page_of(every_kind())) == (True, False)
    assert ("read_parquet" in page_of(without), "pandas.read_csv" in page_of(without)) == (False, True)


@pytest.mark.node
@each_example
def test_examples_run_as_they_are(example: Example, host: FaultServer) -> None:
    """Each prints what it promises, from the files that a host sends."""
    done = run(example, host.url("/"))

    assert done.returncode == 0, done.stderr
    assert ANSWERS[example.name] in done.stdout


@pytest.mark.node
@each_example
def test_examples_read_all_parts(example: Example, host_of_parts: FaultServer) -> None:
    """What they print is what they print of one file, but for the order of rows that are equal in it."""
    done = run(example, host_of_parts.url("/"), len(every_kind().records))

    assert done.returncode == 0, done.stderr
    assert ANSWERS[example.name] in done.stdout


@pytest.mark.node
def test_programs_count_the_datasets_of_all_parts(host_of_parts: FaultServer, host: FaultServer) -> None:
    """Those that add up print the same of one file."""
    parts = len(every_kind().records)
    for example in (each for each in EXAMPLES if each.name in ("Python, pandas", "Python, polars", "curl and jq")):
        of_parts, of_one = run(example, host_of_parts.url("/"), parts).stdout, run(example, host.url("/")).stdout

        assert of_parts == of_one


def test_the_page_of_a_site_in_parts_names_the_parts() -> None:
    """In its table, with links to the files that are there, and in its examples; the BioFile Finder opens one file."""
    outputs = [replace(each, make=SMALL[each.path], table=None) if each.path in SMALL else each for each in OUTPUTS]
    made = {page.path: page.content.decode("utf-8", "replace") for page in output_files(every_kind(), outputs)}
    page = unescape(made[DATA_PATH])
    count = len(every_kind().records)
    linked = {href for href in re.findall(r'href="\.\./([^"#?]+)"', page) if href in made or href.startswith("index-")}

    assert {"index-001.csv", "index-002.csv", f"index-{count:03}.csv", f"index-{count:03}.parquet"} <= linked <= {*made}
    assert "collection.json" in linked
    shown = [example for example in EXAMPLES if not example.unless]
    assert all(example.code(every_kind().base_url or "", count) in page for example in shown)
    assert "biofile-finder.allencell.org" not in page


SMALL = {
    "index.csv": partial(csv_files, file_bytes=1),
    "index.ndjson.gz": partial(ndjson_files, file_bytes=1),
    "index.parquet": parquet_parts,
    "biofile-finder.csv": partial(biofile_files, file_bytes=1),
}
"""Outputs whose parts have one dataset each."""


def test_examples_on_the_page_are_those_that_run() -> None:
    """With the site's own address where it is known, and another one to be replaced where not."""
    here = unescape(page_of(every_kind()))

    shown = [example for example in EXAMPLES if not example.unless]
    assert all(example.code(every_kind().base_url or "") in here for example in shown)
    assert "https://catalog.example.org/index.csv" in page_of(replace(every_kind(), base_url=None))


def test_every_column_and_file_is_explained() -> None:
    """Columns with type, origin and meaning; files that are switched off are named as such."""
    found = _Cells(page_of(every_kind())).rows
    rows = {row[0]: row[1:] for row in found if len(row) == 5}

    assert {column.name for column in columns()} <= rows.keys()
    assert rows["levels_scale"] == [
        "list of lists of number",
        "axes_unit",
        "the dataset",
        "Physical size of a pixel along each axis, in the axis's unit.",
    ]
    assert all(all(rows[column.name][at] for at in (0, 2, 3)) for column in columns())
    described = {output.path for output in OUTPUTS if output.is_data or "<id>" in output.path}
    assert described <= {row[0] for row in found if row}
    without = page_of(replace(every_kind(), outputs_off=frozenset({"csv", "parquet", "biofile_finder"})))
    assert (
        "without\n<code>index.csv</code>, <code>index.parquet</code>, <code>croissant.json</code>, <code>biofile"
        in without
    )
    assert "pandas" not in without
    assert "biofile-finder.allencell.org" not in without


def test_the_origin_of_every_key_is_known() -> None:
    """A key that is added to the record needs one."""
    assert all(origin_of(key) for key in RECORD_KEYS)


def test_every_parameter_of_links_is_explained() -> None:
    """Facets and ranges by their keys, those that a catalog configures, too."""
    rows = {row[0] for row in _Cells(page_of(replace(every_kind(), facets=("gene",)))).rows if row}

    assert {field.key for place in ("facet", "range") for field in fields_in(place, ("gene",))} <= rows
    assert {"q", "ids", "sort", "view", "columns", "density", "group", "per", "page"} <= rows


def test_checksums_are_those_of_the_files(host: FaultServer) -> None:
    """Of all files for programs but that of the build, which always changes; `sha256sum` reads the list."""
    assert host.folder
    folder = Path(host.folder)
    listed = json.loads((folder / "data" / "files.json").read_text())["files"]
    sums = (folder / "SHA256SUMS").read_text().splitlines()

    assert {each["path"] for each in listed} == {each.path for each in OUTPUTS if each.is_data} - {BUILD_PATH}
    assert sums == [f"{each['sha256']}  {each['path']}" for each in listed]
    for each in listed:
        body = (folder / each["path"]).read_bytes()
        assert (len(body), hashlib.sha256(body).hexdigest()) == (each["bytes"], each["sha256"])
