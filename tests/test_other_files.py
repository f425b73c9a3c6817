"""The address of a file of another kind is unreadable and says what the file is; it is never called missing."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from builds import build_site
from fault_server import OPEN, Act, answer, ranges, reset, serving
from PIL import Image
from served_files import build, build_files, host_of, problem, validate

HTML = b"<!DOCTYPE html>\n<html><body>An image</body></html>"


def _picture(kind: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (32, 32)).save(target, kind)
    return target.getvalue()


def _tar() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("image.zarr"))
    return target.getvalue()


FILES: Mapping[str, tuple[bytes, str]] = {
    "image.ome.tiff": (_picture("TIFF"), "a TIFF file"),
    "big.tif": (b"II+\0" + bytes(200_000), "a BigTIFF file"),
    "a.png": (_picture("PNG"), "a PNG picture"),
    "a.jpg": (_picture("JPEG"), "a JPEG picture"),
    "image.ims": (b"\x89HDF\r\n\x1a\n" + bytes(500), "an HDF5 file"),
    "paper.pdf": (b"%PDF-1.7\n" + bytes(500), "a PDF document"),
    "image.czi": (b"ZISRAWFILE" + bytes(600), "a Zeiss CZI file"),
    "image.tar": (_tar(), "a TAR archive"),
    "image.zarr.tar.gz": (gzip.compress(_tar()), "a gzip file"),
    "about": (HTML, "a web page"),
    "metadata.xml": (b"<?xml version='1.0'?><OME/>", "an XML document"),
    "bucket": (b"<?xml version='1.0'?><ListBucketResult></ListBucketResult>", "a list of files by an object store"),
    "notes": (b"Images of 2024\n", "a text file"),
    "info": (b'{"type": "image"}', "a JSON document"),
    "noise.bin": (bytes([0x81, 0x99, 3, 7]) * 100, "begins with the bytes 81 99 03 07"),
    "tiff.ozx": (_picture("TIFF"), "a TIFF file"),
    "page.ozx": (HTML, "a web page"),
    "hdf5.zarr.zip": (b"\x89HDF\r\n\x1a\n" + bytes(300_000), "an HDF5 file"),
    "empty.ozx": (b"", "empty"),
}


def test_each_file_is_called_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a build and in `validate`, on a host and on this machine."""
    data = {name: body for name, (body, _) in FILES.items()}
    for name, body in data.items():
        (tmp_path / name).write_bytes(body)
    local, remote = build(tmp_path, *data), build_files(tmp_path / "remote", data)
    with host_of(data) as server:
        code, reports = validate(capsys, *(server.url(f"/{name}") for name in data))
        _, local_reports = validate(capsys, *(tmp_path / name for name in data))

    assert code == 1
    for (name, (_, kind)), *of_validate in zip(FILES.items(), reports, local_reports, strict=True):
        for site in (local, remote):
            assert problem(site, name)[:2] == ("unreadable", "other-file")
            assert kind in problem(site, name)[2]
        for report in of_validate:
            assert (report["valid"], report["problems"][0]["code"]) == (False, "other-file")


def test_it_costs_one_small_request(tmp_path: Path) -> None:
    """And only where nothing was found below the address; from a host that ignores ranges, too."""
    body = b"II*\0" + bytes(3_000_000)
    with serving() as server:
        server.scripts = {"/a.tif": [answer(200, body, **OPEN)], "/b.tif": [ranges(body, **OPEN)]}
        records = build(tmp_path, server.url("/a.tif"), server.url("/b.tif")).records()

    assert [records[name]["problems"][0]["code"] for name in ("a.tif", "b.tif")] == ["other-file"] * 2
    for name in ("/a.tif", "/b.tif"):
        assert [asked.headers["range"] for asked in server.asked if asked.path == name] == ["bytes=0-511"]


def test_a_web_page_with_its_type_is_one(tmp_path: Path) -> None:
    """The hint says whose address to give instead."""
    with serving() as server:
        server.scripts = {"/view": [answer(200, HTML, Content_Type="text/html")]}
        site = build(tmp_path, server.url("/view"))

    (found,) = site.records()["view"]["problems"]
    assert (site.records()["view"]["status"], found["code"]) == ("unreadable", "html-answer")
    assert "not of a page that shows it" in found["hint"]


@pytest.mark.parametrize(
    ("at_address", "status"),
    [(answer(404), "missing"), (answer(403), "missing"), (answer(500), "missing")],
)
def test_where_the_address_tells_nothing_the_answer_stays(tmp_path: Path, at_address: Act, status: str) -> None:
    """What was answered below it counts."""
    with serving() as server:
        server.scripts = {"/a.zarr": [at_address]}
        site = build(tmp_path, server.url("/a.zarr"))

    assert site.records()["a.zarr"]["status"] == status


def test_a_host_that_breaks_off_at_the_address_changes_nothing(tmp_path: Path) -> None:
    """The dataset is missing, as before."""
    with serving() as server:
        server.scripts = {"/a.zarr": [reset()]}
        site = build(tmp_path, server.url("/a.zarr"))

    assert site.records()["a.zarr"]["status"] == "missing"


def test_what_was_answered_at_the_address_is_kept_like_documents(tmp_path: Path) -> None:
    """A build with other settings, an hour later, asks a host nothing again."""
    with serving() as server:
        server.scripts = {"/b.tif": [ranges(b"II*\0" + bytes(600), **OPEN)]}
        build(tmp_path, server.url("/a.zarr"), server.url("/b.tif"))
        server.asked.clear()
        site = build(tmp_path, server.url("/a.zarr"), server.url("/b.tif"), crawl={"max_bytes_per_dataset": 5_000_000})

    assert [record["status"] for record in site.records().values()] == ["missing", "unreadable"]
    assert server.asked == []


def test_what_a_file_is_stays_known_offline(tmp_path: Path) -> None:
    """The first bytes are kept like a document."""
    with host_of({"a.tif": FILES["image.ome.tiff"][0]}) as server:
        build(tmp_path, server.url("/a.tif"))
        config = (tmp_path / "c.toml").read_text().replace("preview_px = 96", "preview_px = 80")
        (tmp_path / "c.toml").write_text(config)
        site = build_site(tmp_path / "c.toml", tmp_path, offline=True)

    assert problem(site, "a.tif")[:2] == ("unreadable", "other-file")
