"""`sitegen list`: the datasets in a folder, or below a web page that lists one, as a list that sitegen reads."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from s3_server import empty_bucket, serving_s3
from stores import write_image, write_plate

from sitegen.cli import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with datasets at three levels, and what is none."""
    data = tmp_path / "data"
    write_image(data / "a.zarr")
    write_image(data / "deep" / "er" / "b c.ome.zarr")
    write_image(data / "deep" / "image")
    write_plate(data / "plates" / "p.zarr", ["A/1"])
    (data / "zipped.ozx").write_bytes(b"PK")
    (data / "notes.txt").write_text("no dataset")
    (data / "empty").mkdir()
    return data


class _Quiet(SimpleHTTPRequestHandler):
    """Python's own server, which lists folders, without its log."""

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextlib.contextmanager
def listed(folder: Path) -> Iterator[str]:
    """Serve a folder with pages that list its folders."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


FOUND = ["a.zarr", "deep/er/b c.ome.zarr", "deep/image", "plates/p.zarr", "zipped.ozx"]


def test_a_folder_becomes_a_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing below a dataset is one; further columns have one value."""
    assert main(["list", str(folder), "--column", 'source=Ours, "and" yours']) == 0
    assert capsys.readouterr().out.splitlines() == [
        "url,source",
        *(f'{folder}/{each},"Ours, ""and"" yours"' for each in FOUND),
    ]


def test_rows_have_the_address_that_visitors_use(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is encoded as an address."""
    main(["list", str(folder), "--web", "https://example.org/data/"])

    rows = capsys.readouterr().out.splitlines()
    assert rows[2] == "https://example.org/data/deep/er/b%20c.ome.zarr"


def test_a_web_page_that_lists_a_folder_becomes_a_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same datasets are found by way of the pages."""
    with listed(folder) as address:
        assert main(["list", f"{address}/"]) == 0
    rows = capsys.readouterr().out.splitlines()

    assert rows == ["url", *(f"{address}/{each.replace(' ', '%20')}" for each in FOUND)]


def test_a_list_that_was_made_is_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `list` prints, `check` reads."""
    with contextlib.chdir(folder.parent):
        main(["list", "data", "--column", "license=CC0-1.0"])
        Path("ours.csv").write_text(capsys.readouterr().out)
        main(["check", "ours.csv"])

    assert f"{len(FOUND)} datasets checked, 4 could be read" in capsys.readouterr().out


def test_what_was_typed_of_a_bucket_is_encoded_as_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    """A key may hold what means something else in an address; the rows are read as that key."""
    with serving_s3() as (_, address), empty_bucket(address) as files:
        files.pipe_file("bucket/a #1%41/x y.zarr/zarr.json", b"{}")

        assert main(["list", "s3://bucket/a #1%41"]) == 0
        keys = capsys.readouterr().out.splitlines()
        assert main(["list", "s3://bucket/a #1%41/", "--endpoint", address]) == 0
        web = capsys.readouterr().out.splitlines()

    assert keys == ["url", "s3://bucket/a%20%231%2541/x%20y.zarr"]
    assert web == ["url", f"{address}/bucket/a%20%231%2541/x%20y.zarr"]


def test_the_column_url_is_not_given_twice(capsys: pytest.CaptureFixture[str]) -> None:
    """Each row has its own."""
    with pytest.raises(SystemExit, match="2"):
        main(["list", ".", "--column", "URL=https://host.example.com"])

    assert "expected a column besides url, which each row has, found 'URL=https" in capsys.readouterr().err


def test_depth_limits_the_search(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is deeper is said to be."""
    main(["list", str(folder), "--depth", "1"])
    captured = capsys.readouterr()

    assert captured.out.splitlines() == ["url", f"{folder}/a.zarr", f"{folder}/zipped.ozx"]
    assert "3 folders not listed, deeper than --depth 1" in captured.err


def test_a_dataset_itself_is_one_row(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its address is that of the row."""
    main(["list", str(folder / "deep" / "image")])

    assert capsys.readouterr().out.splitlines() == ["url", str(folder / "deep" / "image")]


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("empty", 1, "no OME-Zarr is in the first 5 levels of folders; look deeper with --depth"),
        ("none", 2, "none: cannot be listed (FileNotFoundError"),
        ("ftp9://host/data", 2, "cannot be listed"),
    ],
)
def test_what_cannot_be_listed_is_one_line(
    address: str, code: int, words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty list is no list."""
    with contextlib.chdir(folder):
        assert main(["list", address]) == code
    captured = capsys.readouterr()

    assert words in captured.err
    assert captured.out == ""


def test_a_page_that_is_no_listing_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A web site has links, too, but they are no folders."""
    (folder / "index.html").write_text("<p>Welcome to <a href=a.zarr/>our data</a>")
    with listed(folder) as address:
        assert main(["list", address]) == 2
    assert "the page is no list of a folder" in capsys.readouterr().err
