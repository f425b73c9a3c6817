"""Files of other kinds are named by their first bytes: as a dataset, as a list, and as a metadata document."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from served_files import build, problem, validate

from sitegen.file_kinds import HEAD_BYTES, describe_binary, describe_file
from sitegen.lists.parsing import parse_list


def _zip(*names: str, first: bytes = b"") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, first if name == "mimetype" else b"<x/>")
    return target.getvalue()


def _at(offset: int, signature: bytes) -> bytes:
    return bytes(offset) + signature + bytes(600)


ODS = b"application/vnd.oasis.opendocument.spreadsheet"
BINARY: Mapping[str, tuple[bytes, str]] = {
    "lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "a Git LFS pointer"),
    "fits": (b"SIMPLE  =                    T / FITS" + b" " * 600, "a FITS file"),
    "rtf": (rb"{\rtf1\ansi a}", "a rich text document"),
    "avif": (b"\0\0\0\x1cftypavif" + bytes(600), "an AVIF picture"),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(600), "a HEIF picture"),
    "mp4": (b"\0\0\0\x18ftypisom" + bytes(600), "an MP4 file"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(600), "an HDF5 file"),
    "nifti": (_at(344, b"n+1\0"), "a NIfTI file"),
    "nifti2": (b"\x1c\x02\0\0n+2\0\r\n\x1a\n" + bytes(600), "a NIfTI file"),
    "czi": (b"ZISRAWFILE" + bytes(600), "a Zeiss CZI file"),
    "nd2": (b"\xda\xce\xbe\x0a" + bytes(600), "a Nikon ND2 file"),
    "lif": (b"\x70\0\0\0\x10\0\0\0*" + bytes(600), "a Leica LIF file"),
    "oir": (b"OLYMPUSRAWFORMAT" + bytes(600), "an Olympus OIR file"),
    "oib": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Olympus OIB"),
    "dicom": (_at(128, b"DICM"), "a DICOM file"),
    "jp2": (b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(600), "a JPEG 2000 picture"),
    "j2k": (b"\xff\x4f\xff\x51" + bytes(600), "a JPEG 2000 picture"),
    "jxl": (b"\xff\x0a" + bytes(600), "a JPEG XL picture"),
    "jxlbox": (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(600), "a JPEG XL picture"),
    "parquet": (b"PAR1\x15\x04" + bytes(600), "a Parquet file"),
    "sqlite": (b"SQLite format 3\0" + bytes(600), "an SQLite database"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(600), "a 7z archive"),
    "rar": (b"Rar!\x1a\x07\x01\0" + bytes(600), "a RAR archive"),
    "tar": (_at(257, b"ustar"), "a TAR archive"),
    "zst": (b"\x28\xb5\x2f\xfd" + bytes(600), "a Zstandard file"),
    "xz": (b"\xfd7zXZ\0" + bytes(600), "an xz file"),
    "pdf": (b"%PDF-1.7\n" + bytes(600), "a PDF document"),
    "xlsx": (_zip("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"), "an Excel spreadsheet"),
    "ods": (_zip("mimetype", "content.xml", first=ODS), "an OpenDocument"),
    "docx": (_zip("[Content_Types].xml", "word/document.xml"), "a Word document"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Excel or Word document"),
}
TEXT: Mapping[str, tuple[bytes, str]] = {
    "xml": (b'<?xml version="1.0"?><a/>', "an XML document"),
    "bdv": (b'<?xml version="1.0"?><SpimData/>', "BigDataViewer"),
    "html": (b"<!DOCTYPE html><html></html>", "a web page"),
    "json": (b'{"a": 1}', "a JSON document"),
    "text": (b"BMP and PAR1 pictures, GIF87\n", "a text file"),
    "utf16": ("\ufefftext".encode("utf-16-le"), "a text file in UTF-16"),
    "void": (b"", "an empty file"),
}


def test_each_is_named_at_the_address_of_a_dataset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a build and by `validate`; it is never missing."""
    files = {**BINARY, **TEXT}
    for name, (body, _) in files.items():
        (tmp_path / name).write_bytes(body)
    site = build(tmp_path, *files)
    _, reports = validate(capsys, *(tmp_path / name for name in files))

    for (name, (_, words)), report in zip(files.items(), reports, strict=True):
        assert (name, *problem(site, name)[:2]) == (name, "unreadable", "other-file")
        assert words in problem(site, name)[2]
        assert words in report["problems"][0]["message"]


@pytest.mark.parametrize("name", BINARY)
def test_each_is_named_where_a_list_is_expected(name: str) -> None:
    """Nothing of it is read as rows."""
    body, words = BINARY[name]
    parsed = parse_list(body, "l.csv")

    assert [each.problem.code for each in parsed.problems] == ["list-not-text"]
    assert words in parsed.problems[0].problem.message


def test_each_is_named_in_place_of_a_document(tmp_path: Path) -> None:
    """Such as a pointer of Git LFS in place of `.zattrs`."""
    for name, (body, _) in BINARY.items():
        (tmp_path / f"{name}.zarr").mkdir()
        (tmp_path / f"{name}.zarr" / "zarr.json").write_bytes(body)
    site = build(tmp_path, *(f"{name}.zarr" for name in BINARY))

    for name, (_, words) in BINARY.items():
        assert problem(site, f"{name}.zarr")[:2] == ("unreadable", "json-invalid")
        assert words in problem(site, f"{name}.zarr")[2]


@pytest.mark.parametrize("text", ["PAR1,url\n", "BM,url\nx,https://h/a\n", "GIF8,url", "7z,url", "CDF,url", "Rar!,url"])
def test_lists_may_begin_like_names_of_formats(text: str) -> None:
    """A signature has bytes that no one types."""
    assert describe_binary(text.encode()) is None


def test_any_file_has_words() -> None:
    """Whatever it begins with, with an article or as what it is."""
    for first in range(256):
        assert describe_file(bytes([first]) * HEAD_BYTES).split()[0] in ("a", "an")
    assert json.dumps(describe_file(b"\xff" * 20))
