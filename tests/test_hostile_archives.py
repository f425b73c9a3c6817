"""Archives that no program should write: each is a clear problem, at a small cost, and the build goes on."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inspecting import inspect_here
from served_files import build, build_files, host_of, problem, validate, write_sharded
from stores import write_image
from zips import RawMember, members_of, raw_zip, zip_folder

from sitegen.errors import FetchError
from sitegen.model.task import Task
from sitegen.stores.zip_directory import NeedsPartError, SparseFile, read_directory

ROOT = RawMember(name="zarr.json", body=b'{"zarr_format": 3, "node_type": "group"}')
PADDING = RawMember(name="z", body=bytes(300_000))


def edit(name: str, **changes: object) -> Callable[[Sequence[RawMember]], bytes]:
    """Return what writes an archive in which one member is changed."""

    def write(members: Sequence[RawMember]) -> bytes:
        return raw_zip([replace(each, **changes) if each.name == name else each for each in members])

    return write


def deflated(size: int) -> bytes:
    """Return so many zeros, deflated: a thousandth of them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(bytes(size)) + packer.flush()


UNREADABLE: Sequence[tuple[str, Callable[[Sequence[RawMember]], bytes], str, str]] = (
    ("a bomb that says so", edit("zarr.json", method=8, packed=deflated(50_000_000), size=50_000_000), "too-large", ""),
    ("a bomb that lies", edit("zarr.json", method=8, packed=deflated(50_000_000), size=500), "zip-member", "size"),
    ("an encrypted member", edit("zarr.json", flags=0x801), "zip-member", "encrypted"),
    ("LZMA", edit("zarr.json", method=14), "zip-member", "LZMA (method 14)"),
    ("an unknown method", edit("zarr.json", method=77), "zip-member", "method 77"),
    ("a wrong checksum", edit("zarr.json", crc=7), "zip-member", "checksum"),
    ("no DEFLATE", edit("zarr.json", method=8, packed=b"\xff" * 50), "zip-member", "cannot be unpacked"),
    ("no Zstandard", edit("zarr.json", method=93, packed=b"\xff" * 50), "zip-member", "cannot be unpacked"),
    ("two sizes", edit("zarr.json", size=5), "zip-member", "sizes"),
    ("members that overlap", edit("0/zarr.json", offset=0), "zip-broken", "overlaps"),
    ("a member outside", edit("0/zarr.json", offset=10**9), "zip-broken", "outside"),
    ("one part of several", edit("0/zarr.json", volume=3), "zip-broken", "split into several"),
    ("a huge directory", lambda members: raw_zip(members, directory_bytes=10**9), "zip-broken", "directory"),
    ("a huge ZIP64 directory", lambda members: raw_zip(members, zip64=True, directory_bytes=10**12), "zip-broken", ""),
    ("a short directory", lambda members: raw_zip(members, directory_bytes=50), "zip-broken", "directory"),
    ("half of an upload", lambda members: raw_zip(members)[:-3000], "zip-broken", "incomplete"),
    ("nothing but an end", lambda members: raw_zip([]), "zip-no-root", "holds no files"),
    ("other files", lambda members: raw_zip([RawMember(name="a.tif"), RawMember(name="b")]), "zip-no-root", "'a.tif'"),
    ("names that are no UTF-8", lambda members: raw_zip(members).replace(b"0/zarr", b"0/z\xff\xffr"), "zip-broken", ""),
    ("names that lead out", lambda members: raw_zip([replace(ROOT, name="../a")]), "zip-no-root", "'../a'"),
    ("absolute names", lambda members: raw_zip([replace(ROOT, name="/zarr.json")]), "zip-no-root", "'/zarr.json'"),
    ("two roots", lambda members: raw_zip([replace(ROOT, name=f"{name}.zarr/zarr.json") for name in "ab"]),
        "zip-no-root", "found 2 OME-Zarr folders, 'a.zarr', 'b.zarr'"),
    ("an archive in it", lambda members: raw_zip([RawMember(name="a.ozx", body=raw_zip(members))]), "zip-no-root",
        "found ZIP archives in it, 'a.ozx'"),
    ("the first of several", lambda members: b"PK\x07\x08" + raw_zip(members)[:-3000], "zip-broken", "first part"),
    ("names with backslashes", lambda members: raw_zip([replace(ROOT, name="a\\zarr.json")]), "zip-no-root", ""),
)  # fmt: skip


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> list[RawMember]:
    """Return the members of a small image."""
    return members_of(write_image(tmp_path_factory.mktemp("image") / "i.zarr"))


def test_each_is_unreadable_and_says_why(
    tmp_path: Path, members: Sequence[RawMember], capsys: pytest.CaptureFixture[str]
) -> None:
    """In a build and in `validate`, from a host, at a small cost; nothing of it is called missing."""
    data = {f"{number}.ozx": write([*members, PADDING]) for number, (_, write, _, _) in enumerate(UNREADABLE)}
    site = build_files(tmp_path, data)
    with host_of(data) as server:
        code, reports = validate(capsys, *(server.url(f"/{name}") for name in data))
        requests = len(server.asked)

    for name, (what, _, expected, words), report in zip(data, UNREADABLE, reports, strict=True):
        status, found, message = problem(site, name)
        assert (what, status, found) == (what, "unreadable", expected)
        assert words in message
        assert (report["valid"], report["problems"][0]["code"]) == (False, expected)
    assert code == 1
    assert requests <= 3 * len(data)


def test_an_image_in_a_folder_of_the_archive_is_explained(tmp_path: Path) -> None:
    """RFC-9 wants the root of the store at the root of the archive; the hint says what to zip."""
    zip_folder(write_image(tmp_path / "i.zarr"), tmp_path / "a.ozx", below="i.zarr/")

    site = build_files(tmp_path, {"a.ozx": (tmp_path / "a.ozx").read_bytes()})

    (found,) = site.records()["a.ozx"]["problems"]
    assert (found["code"], site.records()["a.ozx"]["status"]) == ("zip-no-root", "unreadable")
    assert "'i.zarr'" in found["message"]
    assert "Zip the content of the folder 'i.zarr'" in found["hint"]


@pytest.mark.parametrize("name", ["../zarr.json", "/etc/passwd", "0\\c\\0", "C:/zarr.json", "a/../../b", "a\0b"])
def test_names_that_lead_elsewhere_are_ignored(tmp_path: Path, members: Sequence[RawMember], name: str) -> None:
    """With a warning; the rest of the archive is read."""
    site = build_files(tmp_path, {"a.ozx": raw_zip([*members, RawMember(name=name, body=b"x")])})

    assert site.records()["a.ozx"]["thumbnail"]
    assert [each["level"] for each in site.records()["a.ozx"]["problems"] if each["code"] == "zip-names"] == ["warning"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"method": 14}, "zip-member"),
        ({"crc": 7}, "zip-member"),
        ({"flags": 0x801}, "zip-member"),
        ({"method": 8, "packed": deflated(10**8), "size": 10**8}, "too-large"),
    ],
)
def test_a_chunk_that_cannot_be_read_costs_the_picture_alone(
    tmp_path: Path, members: Sequence[RawMember], changes: dict[str, object], code: str
) -> None:
    """The metadata are read, and the problem names the chunk."""
    broken = [replace(each, **changes) if "/c/" in each.name else each for each in members]

    site = build_files(tmp_path, {"a.ozx": raw_zip(broken)})

    record = site.records()["a.ozx"]
    assert (record["status"], record["shape"], record["thumbnail"]) == ("ok", [2, 64, 64], None)
    assert code in site.codes("a.ozx")


def test_padding_and_extra_fields_differ_from_member_to_member(tmp_path: Path) -> None:
    """As of programs that align members to pages: where data begin is read in the header of each."""
    store = write_sharded(tmp_path / "s.zarr", side=1024)
    aligned = [
        replace(each, extra=struct.pack("<HH", 0xD935, 60 + number) + bytes(60 + number), padding=bytes(7 * number))
        for number, each in enumerate(members_of(store))
    ]
    site = build_files(tmp_path, {"plain.ozx": raw_zip(members_of(store)), "aligned.ozx": raw_zip(aligned)})

    plain, padded = (site.records()[name] for name in ("plain.ozx", "aligned.ozx"))
    assert padded["thumbnail"]
    assert padded["thumbnail"] == plain["thumbnail"]


def test_a_directory_beyond_the_limit_is_not_fetched(tmp_path: Path, members: Sequence[RawMember]) -> None:
    """Of millions of members: its size says enough."""
    body = raw_zip([*members, RawMember(name="z", body=bytes(20_000_000))], directory_bytes=17_000_000)
    with host_of({"a.ozx": body}) as server:
        site = build(tmp_path, server.url("/a.ozx"))
        requests = len(server.asked)

    status, code, message = problem(site, "a.ozx")
    assert (status, code, requests) == ("unreadable", "too-large", 1)
    assert "17,000,000 bytes" in message


def test_a_directory_larger_than_the_end_is_read_once(tmp_path: Path, members: Sequence[RawMember]) -> None:
    """By one further request, and not at all in a refresh."""
    many = [*members, *(RawMember(name=f"other/{number:06}") for number in range(6_000))]
    with host_of({"a.ozx": raw_zip(many)}) as server:
        record = build(tmp_path, server.url("/a.ozx")).records()["a.ozx"]
        ranges = [asked.headers["range"] for asked in server.asked if asked.method == "GET"]

    assert record["thumbnail"]
    assert ranges[0] == "bytes=-131072"
    assert len(ranges) == 4  # end, directory, all documents, the chunk of the level that is drawn


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_is_a_fault_of_ours(tmp_path: Path, members: Sequence[RawMember], data: st.DataObject) -> None:
    """Whatever bytes of an archive are wrong or lost, it is read as far as it goes."""
    body = bytearray(raw_zip(members))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
    (tmp_path / "a.ozx").write_bytes(body)
    url = (tmp_path / "a.ozx").as_uri()

    found = inspect_here(Task(url=url, max_bytes=10**7, deadline_s=60.0, local_folder=url)).findings

    assert found.status in ("ok", "unreadable")
    assert found.status == "ok" or found.problems


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_raises_anything_else(members: Sequence[RawMember], data: st.DataObject) -> None:
    """Whatever bytes of an archive are wrong, its directory is read, or refused with a code."""
    body = bytearray(raw_zip(members, zip64=data.draw(st.booleans())))
    end = body.rindex(b"PK\x01\x02")
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(min(end, len(body) - 200), len(body) - 1))] = data.draw(st.integers(0, 255))
    file = SparseFile(len(body))
    file.add(0, bytes(body))

    try:
        read_directory(file, "here")
    except FetchError as error:
        assert error.code == "zip-broken"  # noqa: PT017
    except NeedsPartError:
        pytest.fail("all of the file is there")
