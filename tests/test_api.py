"""The Python API: what its page shows runs, and what it promises holds."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from builds import build_site, write_config
from documentation import DOCS
from fault_server import serving
from stores import write_image, write_list

import sitegen

PAGE = (DOCS / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an image, a list of it and of one that is not there, and a built catalog."""
    folder = tmp_path_factory.mktemp("api")
    write_image(folder / "images/embryo.ome.zarr")
    (folder / "lists").mkdir()
    rows = ("../images/embryo.ome.zarr,Embryo,CC-BY-4.0", "../images/gone.zarr,,", ",,")
    lists = write_list(folder / "lists/ours.csv", "url,name,license", *rows, ",No address,")
    build_site(write_config(folder / "sitegen.toml", lists), folder)
    return folder


@pytest.fixture(autouse=True)
def working_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples name files below the working folder."""
    monkeypatch.chdir(folder)


def test_the_examples_of_the_page_run(capsys: pytest.CaptureFixture[str]) -> None:
    """One after the other, as a reader would run them; each prints what it is about."""
    values: dict[str, object] = {}
    printed = []
    for example in EXAMPLES:
        exec(example, values)
        printed.append(capsys.readouterr().out)

    assert "2 datasets in 2 rows of 1 lists\nEmbryo CC-BY-4.0 file://" in printed[0]
    assert "lists/ours.csv:5: " in printed[0]
    assert printed[1].startswith("embryo.ome.zarr ok image 0.5\n(2, 64, 64) uint16 ['c', 'y', 'x']")
    assert re.fullmatch(r"file://\S+/images/gone\.zarr missing .+\n", printed[2])
    assert printed[3].startswith("image 0.5 True\n")
    assert "Embryo file://" in printed[4]
    assert "there is no file lists/mistyped.csv" in printed[5]


def test_every_name_is_on_the_page() -> None:
    """Public names are those of the table, and no others."""
    table = set(re.findall(r"^\| `(\w+)", PAGE, re.MULTILINE))

    assert table == set(sitegen.__all__) - {"__version__"}


def test_every_name_can_be_imported() -> None:
    """Also those that are loaded at their first use."""
    from sitegen import api

    assert {name: getattr(sitegen, name) for name in api.__all__} == {name: getattr(api, name) for name in api.__all__}
    with pytest.raises(AttributeError, match="module 'sitegen' has no attribute 'nothing'"):
        sitegen.nothing  # noqa: B018


def test_importing_loads_no_library() -> None:
    """A program that asks only for the version does not wait for NumPy."""
    code = "import sys, sitegen; print({'numpy', 'zarr', 'aiohttp', 'sitegen.api'} & sys.modules.keys())"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert loaded == "set()\n"


def test_a_notebook_can_call_it() -> None:
    """An event loop runs there already."""

    async def cell() -> bool | None:
        return sitegen.validate_store("images/embryo.ome.zarr").valid

    assert asyncio.run(cell()) is True


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Where the folder is on the web."""
    with serving(folder) as server:
        yield server.url("/")


def test_addresses_are_read_like_paths(address: str) -> None:
    """Whoever names a host of this machine wants it to be read."""
    assert sitegen.inspect_dataset(f"{address}images/embryo.ome.zarr").found.valid is True
    assert sitegen.validate_store(f"{address}images/embryo.ome.zarr").valid is True
    for place in (f"{address}site", f"{address}site/", f"{address}site/index.json"):
        assert len(list(sitegen.open_index(place).records())) == 2


def test_a_list_on_the_web_names_no_files_of_this_machine(address: str, folder: Path) -> None:
    """They are refused, unless the list is trusted."""
    write_list(folder / "lists/remote.csv", "url", (folder / "images/embryo.ome.zarr").as_uri())

    refused = sitegen.read_list(f"{address}lists/remote.csv")
    trusted = sitegen.read_list(f"{address}lists/remote.csv", allow_private_hosts=True)

    assert (refused.entries, [each.problem.code for each in refused.problems]) == ((), ["local-path-refused"])
    assert [entry.url for entry in trusted.entries] == [(folder / "images/embryo.ome.zarr").as_uri()]


def test_the_parts_of_a_large_index_are_read(tmp_path: Path) -> None:
    """One after the other, when their records are asked for."""
    parts = [{"datasets": [{"url": "a"}, {"url": "b"}]}, {"datasets": [{"url": "c"}]}]
    head = {"title": "T", "description": "", "built_at": "2026-11-29T00:00:00Z", "totals": {"datasets": 3}}
    (tmp_path / "index.json").write_text(json.dumps({**head, "parts": ["index-1.json", "index-2.json"]}))
    (tmp_path / "index-1.json").write_text(json.dumps(parts[0]))
    records = sitegen.open_index(tmp_path).records()
    assert [next(records)["url"], next(records)["url"]] == ["a", "b"]
    (tmp_path / "index-2.json").write_text(json.dumps(parts[1]))

    assert [record["url"] for record in records] == ["c"]


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b"{}", b"[" * 100_000, b"\xff"])
def test_what_is_no_index_is_reported(tmp_path: Path, body: bytes) -> None:
    """In one line, which says what was expected."""
    (tmp_path / "index.json").write_bytes(body)

    with pytest.raises(sitegen.UsageError, match="expected the index of a catalog that sitegen built"):
        sitegen.open_index(tmp_path)


@pytest.mark.parametrize("source", ["", " ", "\0"])
def test_an_index_is_not_looked_for_in_the_root_of_the_disk(source: str) -> None:
    """Such as where a program's setting is empty."""
    with pytest.raises(sitegen.UsageError, match="expected an address, a folder or a file"):
        sitegen.open_index(source)
