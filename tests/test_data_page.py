"""The page of the data: it says what is so, and its programs run as they are."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from catalogs import every_kind
from fault_server import FaultServer, serving
from install_programs import PROGRAMS
from node import command

from sitegen.model import Catalog
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


def run(example: Example, site: str) -> subprocess.CompletedProcess[str]:
    """Run an example as its page shows it."""
    code = example.code(site)
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
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)


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


@pytest.mark.node
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_examples_run_as_they_are(example: Example, host: FaultServer) -> None:
    """Each prints what it promises, from the files that a host sends."""
    done = run(example, host.url("/"))

    assert done.returncode == 0, done.stderr
    assert ANSWERS[example.name] in done.stdout


def test_examples_on_the_page_are_those_that_run() -> None:
    """With the site's own address where it is known, and another one to be replaced where not."""
    here = unescape(page_of(every_kind()))

    assert all(example.code(every_kind().base_url or "") in here for example in EXAMPLES)
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
    """Of all files for programs; `sha256sum` reads the list."""
    assert host.folder
    folder = Path(host.folder)
    listed = json.loads((folder / "data" / "files.json").read_text())["files"]
    sums = (folder / "SHA256SUMS").read_text().splitlines()

    assert {each["path"] for each in listed} == {output.path for output in OUTPUTS if output.is_data}
    assert sums == [f"{each['sha256']}  {each['path']}" for each in listed]
    for each in listed:
        body = (folder / each["path"]).read_bytes()
        assert (len(body), hashlib.sha256(body).hexdigest()) == (each["bytes"], each["sha256"])
