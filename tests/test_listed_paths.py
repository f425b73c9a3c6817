"""The column `series0` of a list cannot lead out of its dataset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from builds import Site, build_site, write_config
from fault_server import FaultServer, serving
from stores import write_group, write_image, write_list

LEADS_OUT = (
    "../secret.zarr",
    "0/../../secret.zarr",
    "/../secret.zarr",
    "./../secret.zarr",
    ".. /secret.zarr",
    "..;/secret.zarr",
    "..",
    ".",
    "%2e%2e/secret.zarr",
    "%252E%252e/secret.zarr",
    "..%2fsecret.zarr",
    "0%2f..%2F..%2fsecret.zarr",
    "..%5csecret.zarr",
    "..\\secret.zarr",
    "0%00/secret.zarr",
    '"0\n/../secret.zarr"',
    "http://127.0.0.1/secret.zarr",
    "//127.0.0.1:80/secret.zarr",
    "file:///secret.zarr",
)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[FaultServer]:
    """A host with an image that no list names, one folder above those that are listed."""
    write_image(tmp_path / "data" / "secret.zarr", shape=(2, 64, 32))
    with serving(tmp_path / "data") as server:
        yield server


def build(folder: Path, host: FaultServer, *rows: str) -> Site:
    """Build the site of one list of images that are wider than high, with the `series0` of each."""
    for number in range(len(rows)):
        write_image(folder / "data" / f"{number}.zarr", shape=(2, 32, 64))
    lines = (f"{host.url(f'/{number}.zarr')},{cell}" for number, cell in enumerate(rows))
    write_list(folder / "data" / "ours.csv", "url,series0", *lines)
    return build_site(write_config(folder / "sitegen.toml", host.url("/ours.csv")), folder)


def test_a_path_that_leads_out_of_the_dataset_is_not_followed(tmp_path: Path, host: FaultServer) -> None:
    """The picture is that of the dataset's own image, nothing outside is requested, and the cell is reported."""
    site = build(tmp_path, host, *LEADS_OUT)
    records = site.records()
    reported = [each for each in site.report()["problems"] if each["code"] == "cell-bad"]

    assert len(records) == len(reported) == len(LEADS_OUT)
    assert {record["image_path"] for record in records.values()} == {""}
    assert {(record["thumbnail"]["width"], record["thumbnail"]["height"]) for record in records.values()} == {(64, 32)}
    assert [asked.path for asked in host.asked if "secret" in asked.path] == []


def test_a_path_that_the_row_of_a_list_passes_down_is_not_followed(tmp_path: Path, host: FaultServer) -> None:
    """It counts as empty on the row that states it, so no dataset of the list inherits it."""
    write_image(tmp_path / "data" / "mine.zarr", shape=(2, 32, 64))
    write_list(tmp_path / "data" / "below.csv", host.url("/mine.zarr"))
    write_list(tmp_path / "data" / "root.csv", "url,series0", "below.csv,../secret.zarr")
    site = build_site(write_config(tmp_path / "sitegen.toml", host.url("/root.csv")), tmp_path)
    (problem,) = [each for each in site.report()["problems"] if each["code"] == "cell-bad"]

    assert site.records()["mine.zarr"]["thumbnail"]["height"] == 32
    assert (problem["csv"], problem["line"]) == (host.url("/root.csv"), 2)
    assert [asked.path for asked in host.asked if "secret" in asked.path] == []


@pytest.mark.parametrize("cell", ["setup0/s 0", "/setup0/s 0/", "./setup0//s 0", "setup0/./s 0"])
def test_a_path_below_the_dataset_is_followed(tmp_path: Path, host: FaultServer, cell: str) -> None:
    """Slashes at its ends, empty segments and `.` change nothing."""
    write_group(tmp_path / "data" / "0.zarr" / "setup0", {})
    write_image(tmp_path / "data" / "0.zarr" / "setup0" / "s 0", shape=(2, 64, 16))
    (record,) = build(tmp_path, host, cell).records().values()

    assert (record["image_path"], record["shape"]) == ("setup0/s 0", [2, 64, 16])
