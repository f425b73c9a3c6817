"""A folder without Zarr is unreadable and says what it holds; where nothing is there, it stays missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from builds import write_config
from fault_server import FaultServer, answer, serving
from served_files import build, problem, validate
from stores import write_image, write_list

from sitegen.cli import main

FOLDERS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "n5": (("attributes.json", "c0/"), "a folder with N5"),
    "precomputed": (("info", "8_8_8/"), "a precomputed volume of Neuroglancer"),
    "slices": (("a.tif", "b.tiff", "notes.txt"), "a folder with TIFF files"),
    "bdv": (("dataset.h5", "dataset.xml"), "BigDataViewer"),
    "bdv-n5": (("dataset.n5/", "dataset.xml"), "BigDataViewer"),
    "dicom": (("DICOMDIR", "IM0"), "a folder with DICOM files"),
    "dcm": (("1.dcm", "2.dcm"), "a folder with DICOM files"),
    "czi": (("a.czi",), "a folder with Zeiss CZI files"),
    "nifti": (("a.nii.gz",), "a folder with NIfTI files"),
    "n5s": (("a.n5/",), "a folder with N5"),
    "archives": (("a.ozx",), "zipped OME-Zarr"),
    "above": (("a.zarr/", "b.ome.zarr/"), "Zarr is in 2 folders below it: a.zarr, b.ome.zarr"),
    "texts": (("readme.md",), "it holds readme.md"),
    "empty": ((), "the folder is empty"),
}
DOCUMENTS = {"attributes.json": b'{"n5": "2.5.1"}', "info": b'{"@type": "neuroglancer_multiscale_volume"}'}


def _write(folder: Path) -> None:
    for name, (held, _) in FOLDERS.items():
        (folder / name).mkdir()
        for each in held:
            if each.endswith("/"):
                (folder / name / each).mkdir()
            else:
                (folder / name / each).write_bytes(DOCUMENTS.get(each, b"x"))


def _page(name: str) -> bytes:
    links = "".join(f'<li><a href="{quote(each)}">{each}</a></li>' for each in FOLDERS[name][0])
    return f'<html><h1>Index of /{name}/</h1><a href="?C=N;O=D">Name</a><a href="../">Up</a>{links}</html>'.encode()


@contextmanager
def _listing_host() -> Iterator[FaultServer]:
    """Run a host that lists folders, and redirects to their addresses with a slash."""
    with serving() as server:
        for name in FOLDERS:
            server.scripts[f"/{name}"] = [answer(301, Location=f"/{name}/")]
            server.scripts[f"/{name}/"] = [answer(200, _page(name), Content_Type="text/html")]
        yield server


def test_folders_of_this_machine_and_of_hosts_that_list_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Are called what they are, in a build, by `validate`, and by `check`."""
    _write(tmp_path)
    local = build(tmp_path, *FOLDERS)
    main(["check", str(tmp_path / "list.csv"), "--format", "json", "--cache", str(tmp_path / "cache2")])
    checked = capsys.readouterr().out
    with _listing_host() as server:
        (tmp_path / "remote").mkdir()
        remote = build(tmp_path / "remote", *(server.url(f"/{name}") for name in FOLDERS))
        _, reports = validate(capsys, *(server.url(f"/{name}") for name in FOLDERS))
    _, local_reports = validate(capsys, *(tmp_path / name for name in FOLDERS))

    for (name, (_, words)), *of_validate in zip(FOLDERS.items(), reports, local_reports, strict=True):
        for site in (local, remote):
            assert problem(site, name)[:2] == ("unreadable", "not-zarr")
            assert words in problem(site, name)[2]
        for report in of_validate:
            assert (report["valid"], report["problems"][0]["code"]) == (False, "not-zarr")
            assert words in report["problems"][0]["message"]
        assert words in checked


def test_other_hosts_are_asked_for_two_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By which N5 and precomputed volumes are known; a dataset costs no request more where Zarr is found."""
    _write(tmp_path)
    write_image(tmp_path / "image.zarr")
    with serving(tmp_path) as server:
        site = build(tmp_path, *(server.url(f"/{name}") for name in ("n5", "precomputed", "gone", "image.zarr")))
        asked = [each.path for each in server.asked if each.method == "GET"]
        _, reports = validate(capsys, server.url("/n5"), server.url("/precomputed"))

    assert [problem(site, name)[:2] for name in ("n5", "precomputed")] == [("unreadable", "not-zarr")] * 2
    assert "a folder with N5" in problem(site, "n5")[2]
    assert "a precomputed volume" in problem(site, "precomputed")[2]
    assert ["N5" in report["problems"][0]["message"] for report in reports] == [True, False]
    assert problem(site, "gone")[:2] == ("missing", "not-found")
    assert [path for path in asked if path in ("/gone", "/gone/attributes.json", "/gone/info")] == [
        "/gone",
        "/gone/attributes.json",
        "/gone/info",
    ]
    assert not any(path in asked for path in ("/image.zarr", "/image.zarr/attributes.json", "/image.zarr/info"))


@pytest.mark.parametrize("body", [b'{"message": "Not found"}', b"[]", b"<html>", b"{", b'{"type": "image"}', b""])
def test_documents_of_other_things_are_no_proof(tmp_path: Path, body: bytes) -> None:
    """An `info` is precomputed only where it says so; an error message in JSON is nothing."""
    with serving() as server:
        server.scripts = {"/a/info": [answer(200, body)]}
        site = build(tmp_path, server.url("/a"))

    assert problem(site, "a")[:2] == ("missing", "not-found")


@pytest.mark.parametrize("page", [b"<html><a href='/a/b.tif'>b</a></html>", b"<html></html>"])
def test_a_page_that_lists_nothing_stays_a_page(tmp_path: Path, page: bytes) -> None:
    """It costs one request more, and the message is the usual one."""
    with serving() as server:
        server.scripts = {path: [answer(200, page, Content_Type="text/html")] for path in ("/a", "/a/")}
        site = build(tmp_path, server.url("/a"))

    assert problem(site, "a")[:2] == ("unreadable", "html-answer")
    assert server.count("/a/") == 1


def test_hostile_lists_of_folders_do_no_harm(tmp_path: Path) -> None:
    """Links elsewhere do not count, and names are short in messages."""
    links = '<a href="http://[x"><a href="https://h/a/evil.tif"><a href="/b"><a href=\'./%2e%2e/x\'>'
    page = f"<html>Index of {links}<a href={'n' * 5000}.tif>".encode()
    with serving() as server:
        server.scripts = {path: [answer(200, page, Content_Type="text/html")] for path in ("/a", "/a/")}
        site = build(tmp_path, server.url("/a"))

    assert problem(site, "a")[:2] == ("unreadable", "not-zarr")
    assert "evil" not in problem(site, "a")[2]
    assert len(problem(site, "a")[2]) < 400


def test_a_local_folder_outside_of_the_configuration_is_not_listed(tmp_path: Path) -> None:
    """Only what a list may name is looked at."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "names.tif").write_bytes(b"x")
    (tmp_path / "in").mkdir()
    write_list(tmp_path / "in" / "list.csv", "url", "../secret")
    config = write_config(tmp_path / "in" / "c.toml", tmp_path / "in" / "list.csv")
    config.write_text(config.read_text().replace("allow_private_hosts = true", "allow_private_hosts = false"))
    main(["build", str(config), "--out", str(tmp_path / "site"), "--cache", str(tmp_path / "cache")])

    assert "names.tif" not in "".join(path.read_text() for path in (tmp_path / "site").glob("*.json"))


def test_a_folder_called_like_an_archive_is_described(tmp_path: Path) -> None:
    """Of an ending .zip, too."""
    (tmp_path / "a.zip").mkdir()
    (tmp_path / "a.zip" / "attributes.json").write_bytes(DOCUMENTS["attributes.json"])

    assert "a folder with N5" in problem(build(tmp_path, "a.zip"), "a.zip")[2]


@pytest.mark.parametrize("how", ["416", "200"])
def test_an_empty_file_is_unreadable(tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str) -> None:
    """On a host that knows ranges or not, and on this machine."""
    (tmp_path / "empty").write_bytes(b"")
    with serving() as server:
        server.scripts = {"/void": [answer(200, b"") if how == "200" else answer(416)]}
        site = build(tmp_path, "empty", server.url("/void"))
        _, reports = validate(capsys, tmp_path / "empty", server.url("/void"))

    for name, report in zip(("empty", "void"), reports, strict=True):
        assert problem(site, name)[:2] == ("unreadable", "other-file")
        assert "an empty file" in problem(site, name)[2]
        assert report["problems"][0]["code"] == "other-file"


def test_a_host_that_sends_nothing_for_everything_has_no_empty_file(tmp_path: Path) -> None:
    """What it sends at the address says nothing."""
    with serving() as server:
        server.absent = answer(200, b"")
        site = build(tmp_path, server.url("/a.zarr"))

    assert problem(site, "a.zarr")[1] != "other-file"
