"""`sitegen check` says what was meant, and says it once."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builds import build_site, write_config
from listings import Bodies, codes_and_lines, dataset_urls, read, read_local
from stores import write_image, write_list

from sitegen.cli import main
from sitegen.errors import BuildError
from sitegen.lists.reading import read_lists


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A working folder with an image."""
    write_image(tmp_path / "data" / "a.zarr")
    with contextlib.chdir(tmp_path):
        yield tmp_path


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    """Return the problems that a check reports."""
    main(["check", *arguments, "--format", "json"])
    problems: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return problems


@pytest.mark.parametrize(
    ("row", "meant"),
    [
        ("www.example.org/a.zarr", "https://www.example.org/a.zarr"),
        ("example.org/a.zarr", "https://example.org/a.zarr"),
        ("uk1s3.embassy.ebi.ac.uk/idr/a.zarr", "https://uk1s3.embassy.ebi.ac.uk/idr/a.zarr"),
        ("http//example.org/a.zarr", "http://example.org/a.zarr"),
        ("https:/example.org/a.zarr", "https://example.org/a.zarr"),
        ("https:example.org/a.zarr", "https://example.org/a.zarr"),
        ("https:///example.org/a.zarr", "https://example.org/a.zarr"),
        ("HTTPS//example.org/a.zarr", "https://example.org/a.zarr"),
        ("://example.org/a.zarr", "https://example.org/a.zarr"),
        ("//example.org/a.zarr", "https://example.org/a.zarr"),
        ("s3:/bucket/a.zarr", "s3://bucket/a.zarr"),
        ("example.org:8080/a.zarr", "https://example.org:8080/a.zarr"),
        ("localhost:8000/a.zarr", "http://localhost:8000/a.zarr"),
        ("example.org/list.csv", "https://example.org/list.csv"),
        ("127.0.0.1/a.zarr", "http://127.0.0.1/a.zarr"),
        ("192.168.0.4:9000/b/a.zarr", "http://192.168.0.4:9000/b/a.zarr"),
        ("[::1]:8000/a.zarr", "http://[::1]:8000/a.zarr"),
        ("localhost/a.zarr", "http://localhost/a.zarr"),
        ("minio.local/a.zarr", "http://minio.local/a.zarr"),
        ("minio:9000/b/a.zarr", "http://minio:9000/b/a.zarr"),
        ("nas.local:9000/b/a.zarr", "http://nas.local:9000/b/a.zarr"),
        ("https://https://x.org/a.zarr", "https://x.org/a.zarr"),
        ("https://http:/x.org/a.zarr", "http://x.org/a.zarr"),
        ("https://https//x.org/a.zarr", "https://x.org/a.zarr"),
        ("https:HTTPS://x.org/a.zarr", "https://x.org/a.zarr"),
        ("https://s3://bucket/a.zarr", "s3://bucket/a.zarr"),
    ],
)
def test_an_address_of_which_a_part_is_missing(row: str, meant: str, tmp_path: Path) -> None:
    """It is no local path; the hint has the whole address."""
    (tmp_path / "ours.csv").write_text(f"url\n{row}\n", encoding="utf-8")
    listing = read_local(tmp_path / "ours.csv")
    (problem,) = (each.problem for each in listing.problems if each.problem.level == "error")

    assert not listing.entries
    assert problem.hint == f"Give the whole address: {meant}"


@pytest.mark.parametrize(
    "row",
    [
        "data.old/a.zarr",
        "0.4/a.zarr",
        "1.2.3.400/a.zarr",
        "https/a.zarr",
        "10.5/a.zarr",
        "a.zarr",
        "./example.org/a.zarr",
    ],
)
def test_a_path_stays_a_path(row: str, tmp_path: Path) -> None:
    """Whether there is something or not: names of folders may have dots."""
    (tmp_path / "ours.csv").write_text(f"url\n{row}\n", encoding="utf-8")

    assert [entry.url for entry in read_local(tmp_path / "ours.csv").entries] == [(tmp_path / row).as_uri()]


def test_a_folder_may_be_called_like_a_host(tmp_path: Path) -> None:
    """What is there is meant."""
    (tmp_path / "example.org" / "a.zarr").mkdir(parents=True)
    (tmp_path / "ours.csv").write_text("url\nexample.org/a.zarr\n", encoding="utf-8")

    assert len(read_local(tmp_path / "ours.csv").entries) == 1


@pytest.mark.parametrize(
    "folder", ["exp.io", "minio.local", "127.0.0.1", "10.5281", "http/exp.io", "#exp", "=======", "~exp"]
)
def test_a_wrong_name_in_a_folder_is_that_of_a_file(folder: str, tmp_path: Path) -> None:
    """The folder is there, so a path is meant, whatever it looks like."""
    (tmp_path / folder / "a.zarr").mkdir(parents=True)
    row = f"{folder.replace('http/', 'http//')}/b.zarr"
    (tmp_path / "ours.csv").write_text(f"url\n{row}\n", encoding="utf-8")

    assert [entry.url for entry in read_local(tmp_path / "ours.csv").entries] == [
        (tmp_path / folder / "b.zarr").as_uri()
    ]


@pytest.mark.parametrize("row", ["https//", "https:", "http:/", "https://", "s3:", "://", "https://https://"])
def test_a_scheme_alone_is_no_path(row: str, tmp_path: Path) -> None:
    """In a list of this machine, or in one on a host."""
    (tmp_path / "ours.csv").write_text(f"url\n{row}\n", encoding="utf-8")
    for listing in (read_local(tmp_path / "ours.csv"), read({"a.csv": f"url\n{row}\n"})):
        assert not listing.entries
        assert codes_and_lines(listing) == [("url-bad", 2)]
        assert "no more than the beginning" in listing.problems[0].problem.message


@pytest.mark.parametrize("row", ["10.5281/zenodo.123", "doi:10.5281/zenodo.123", "DOI: 10.5281/zenodo.123"])
def test_a_doi_is_no_path(row: str, tmp_path: Path) -> None:
    """The hint says where it leads."""
    (tmp_path / "ours.csv").write_text(f"url\n{row}\n", encoding="utf-8")
    (problem,) = (each.problem for each in read_local(tmp_path / "ours.csv").problems)

    assert problem.code == "url-bad"
    assert "found a DOI" in problem.message
    assert "https://doi.org/10.5281/zenodo.123," in problem.hint


def test_a_list_of_the_configuration_with_two_schemes() -> None:
    """It is refused before a request."""
    listing = asyncio.run(read_lists(["https://https://x.org/a.csv"], Bodies({})))

    assert [each.problem.hint for each in listing.problems] == ["Give the whole address: https://x.org/a.csv"]


def test_a_relative_address_in_a_remote_list_may_look_like_a_host() -> None:
    """That of a list; not if it begins with `www.`, or with a part of `https://`."""
    lists = {
        "a.csv": "url\nexample.org/b.csv\nwww.example.org/c.csv\nhttp//example.org/d.csv\nexample.org/e.zarr",
        "example.org/b.csv": "url\nhttps://h/a.zarr",
    }
    listing = read(lists)

    assert dataset_urls(listing) == ["a.zarr"]
    assert codes_and_lines(listing) == [("url-bad", 3), ("url-bad", 4), ("url-bad", 5)]


def test_two_spellings_of_one_column() -> None:
    """The values of one of them are not used, which is said."""
    listing = read({"a.csv": "url,licence,license,title,name\nhttps://h/a.zarr,CC0-1.0,,x,y"})
    (problem,) = (each.problem for each in listing.problems)

    assert problem.code == "column-near"
    assert '"licence" is kept as text, because there is a column license, too' in problem.message
    assert "Move its values" in problem.hint


@pytest.mark.parametrize(
    ("header", "near"),
    [("institution", "source"), ("Organisation", "source"), ("authors", "creator"), ("taxon_id", "organismId")],
)
def test_another_name_of_a_column_beside_it(header: str, near: str) -> None:
    """Its values are not used, which is said; a title may be another than the name, and a method is no term."""
    listing = read({"a.csv": f"url,{header},{near},title,name,method,fbbiId\nhttps://h/a.zarr"})
    near_problems = [each.problem for each in listing.problems if each.problem.code == "column-near"]

    assert [each.message for each in near_problems] == [
        f'"{header}" is kept as text, because there is a column {near}, too'
    ]


def test_rows_that_are_refused_count_as_rows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also those without an address; a row that names a list counts with its rows."""
    write_list(folder / "ours.csv", "url,name", "data/a.zarr", "ftp://h/a", "../../b.zarr,x", ",x", "more.csv")
    write_list(folder / "more.csv", "url", "www.example.org/c.zarr")
    main(["check", "ours.csv"])

    assert "in 5 rows; 1 dataset checked" in capsys.readouterr().out


def test_a_cell_that_passes_down_is_reported_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At the row that states it; a row that states the same itself has a problem of its own."""
    for name in "bcd":
        write_image(folder / "data" / f"{name}.zarr")
    write_list(folder / "ours.csv", "url,license,organismId", "below.csv,ask us,", "data/a.zarr,ask us,")
    write_list(folder / "below.csv", "url,license", "data/b.zarr,", "data/c.zarr,", "data/d.zarr,CC0-1.0")
    found = [each for each in check(capsys, "ours.csv") if each["code"] == "license-unknown"]

    assert [(each["csv"], each["line"]) for each in found] == [("ours.csv", 2), ("ours.csv", 3)]
    assert found[0]["url"] is None


def test_a_cell_of_the_nearest_list_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of lists of lists, the row that states it; of several rows of a dataset, that of the first value."""
    write_list(folder / "ours.csv", "url,license,organismId", "middle.csv,CC0-1.0,a mouse")
    write_list(folder / "middle.csv", "url,license", "below.csv,ask us")
    write_list(folder / "below.csv", "url,organismId", "data/a.zarr,", "data/a.zarr,another mouse")
    found = {each["code"]: (each["csv"], each["line"]) for each in check(capsys, "ours.csv")}

    assert found["license-unknown"] == ("middle.csv", 2)
    assert found["term-unknown"] == ("ours.csv", 2)


def test_a_build_of_which_nothing_can_be_read_says_why(tmp_path: Path) -> None:
    """The most frequent reason, how frequent it is, and one of these datasets."""
    (tmp_path / "c.zarr").mkdir()
    write_list(tmp_path / "ours.csv", "url", "c.zarr", "a.zarr", "b.zarr")

    with pytest.raises(BuildError, match=r"none of the 3 datasets can be read: 2 of them for the reason .*a\.zarr"):
        build_site(write_config(tmp_path / "sitegen.toml", "ours.csv"), tmp_path, max_loss=0.9)


def test_thumbnails_use_the_settings_of_a_configuration(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Such as the most bytes of a dataset; data may be below the folder of the configuration."""
    (folder / "sub").mkdir()
    write_list(folder / "sub" / "ours.csv", "url", "../data/a.zarr")
    (folder / "sitegen.toml").write_text('csv = ["sub/ours.csv"]\n[crawl]\nmax_bytes_per_dataset = 100\n')
    arguments = ["thumbnails", "sub/ours.csv", "--config", "sitegen.toml"]

    assert main(arguments) == 1
    assert "max_bytes_per_dataset" in capsys.readouterr().out
    (folder / "sitegen.toml").write_text('csv = ["sub/ours.csv"]\n')
    assert main(arguments) == 0
