"""Zipped OME-Zarr (`.ozx`, RFC-9) is read as the same store in a folder is, from hosts and from this machine."""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import zarr
from builds import build_site, write_config
from code_to_copy import CodeReader, run
from fault_server import OPEN, Act, Asked, answer, ranges, serving
from served_files import build, build_files, host_of, problem, validate, write_sharded
from stores import multiscale, write_crate, write_image, write_labels, write_list, write_plate
from zips import RawMember, members_of, raw_zip, zip_folder

from sitegen.cli import main

COMMENT = b'{"ome": {"version": "0.5", "zipFile": {"centralDirectory": {"jsonFirst": true}}}}\0'
SAME = "kind ome_zarr_version zarr_format axes shape dtype chunks shards codecs levels channels image_path images plate"
SAME_KEYS = f"{SAME} series label_images bytes status valid validated problems name thumbnail preview overlay".split()

OF_ARCHIVES = {"zip-format", "zip-nested", "zip-order", "zip-compressed", "zip-comment", "zip-name"}
"""What RFC-9 says of archives alone."""


def write_every_kind(folder: Path) -> list[Path]:
    """Write an image with labels and an RO-Crate, one of format 2, one in shards, and a plate."""
    image = write_image(folder / "image.zarr", shape=(2, 256, 256))
    write_labels(image)
    write_crate(image, name="From the crate", license="https://creativecommons.org/licenses/by/4.0/")
    return [
        image,
        write_image(folder / "two.zarr", zarr_format=2),
        write_sharded(folder / "shards.zarr", side=1024),
        write_plate(folder / "plate.zarr", ["A/1", "B/2"]),
    ]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("remote", [True, False])
def test_an_archive_is_the_store_in_it(tmp_path: Path, *, compression: int, remote: bool) -> None:
    """Record, pictures and what is reported are those of the folder, whatever the kind of dataset."""
    data = tmp_path / "data"
    stores = write_every_kind(data)
    names = [zip_folder(store, data / f"{store.stem}.ozx", compression=compression).name for store in stores]
    with serving(data) as server:
        named = [server.url(f"/{each}") if remote else f"data/{each}" for each in [s.name for s in stores] + names]
        records = build(tmp_path, *named).records()

    for store in stores:
        folder, archive = records[store.name], records[f"{store.stem}.ozx"]
        archive = {**archive, "problems": [each for each in archive["problems"] if each["code"] not in OF_ARCHIVES]}
        assert {key: archive[key] for key in SAME_KEYS} == {key: folder[key] for key in SAME_KEYS}
        assert folder["status"] == "ok"
        assert folder["thumbnail"]
        assert (folder["zipped"], archive["zipped"]) == (False, True)


def test_an_archive_costs_at_most_three_requests_more(tmp_path: Path) -> None:
    """Its end, its directory, and once the header of a shard; what is not there costs none."""
    stores = write_every_kind(tmp_path / "data")
    counts = {}
    for store in stores:
        body = raw_zip(members_of(store), zip64=True, comment=COMMENT)
        padded = raw_zip([*members_of(store), RawMember(name="z", body=bytes(400_000))], zip64=True, comment=COMMENT)
        for name, content in (("folder", None), ("archive", body), ("long", padded)):
            with serving(store) as server:
                if content is not None:
                    server.scripts = {"/a.ozx": [ranges(content, ETag='"1"', **OPEN)]}
                build(tmp_path / f"{store.name}-{name}", server.url("/a.ozx" if content else ""))
                counts[store.stem, name] = sum(asked.method == "GET" for asked in server.asked)

    for store in stores:
        assert counts[store.stem, "archive"] <= counts[store.stem, "folder"] + 3
        assert counts[store.stem, "long"] <= counts[store.stem, "folder"] + 3


def test_a_refresh_is_one_conditional_request(tmp_path: Path) -> None:
    """An unchanged archive is kept, and one of which any member changed is read again."""
    image = write_image(tmp_path / "image.zarr")
    body = raw_zip([*members_of(image), RawMember(name="z", body=bytes(300_000))])
    with host_of({"a.ozx": body}) as server:
        server.scripts["/a.ozx"] = [_unless_known(body, '"1"')]
        before = build(tmp_path, server.url("/a.ozx")).records()["a.ozx"]
        server.asked.clear()
        after = build(tmp_path, server.url("/a.ozx"), refresh=True).records()["a.ozx"]
        asked = list(server.asked)
        server.scripts["/a.ozx"] = [_unless_known(_with_a_name(image, "renamed"), '"2"')]
        renamed = build(tmp_path, server.url("/a.ozx"), refresh=True).records()["a.ozx"]

    assert [each.headers.get("if-none-match") for each in asked if each.method == "GET"] == ['"1"']
    assert (after["status"], after["thumbnail"]) == ("ok", before["thumbnail"])
    assert renamed["name"] == "renamed"


def test_pixels_that_change_under_the_same_metadata_are_read_again(tmp_path: Path) -> None:
    """The directory has a checksum of each member, so a refresh notices what it cannot in a folder."""
    image = write_image(tmp_path / "image.zarr")
    members = members_of(image)
    other = [replace(each, body=_constant(each.body)) if "/c/" in each.name else each for each in members]
    with host_of({"a.ozx": raw_zip(members)}) as server:
        before = build(tmp_path, server.url("/a.ozx")).records()["a.ozx"]
        server.scripts["/a.ozx"] = [ranges(raw_zip(other), ETag='"2"', **OPEN)]
        after = build(tmp_path, server.url("/a.ozx"), refresh=True).records()["a.ozx"]

    assert before["thumbnail"]
    assert after["thumbnail"] != before["thumbnail"]


def test_an_archive_is_read_offline_as_far_as_its_documents_go(tmp_path: Path) -> None:
    """They are kept like those of a folder."""
    image = write_image(tmp_path / "image.zarr")
    body = raw_zip([*members_of(image), RawMember(name="z", body=bytes(300_000))])
    with host_of({"a.ozx": body}) as server:
        build(tmp_path, server.url("/a.ozx"))
        config = (tmp_path / "c.toml").read_text().replace("preview_px = 96", "preview_px = 80")
        (tmp_path / "c.toml").write_text(config)
        site = build_site(tmp_path / "c.toml", tmp_path, offline=True)

    assert site.records()["a.ozx"]["levels"]


@pytest.mark.parametrize("members_first", [b"", b"#!/bin/sh\n" * 500])
def test_data_before_the_archive_do_no_harm(tmp_path: Path, members_first: bytes) -> None:
    """As of an archive that unpacks itself."""
    body = members_first + raw_zip(
        [*members_of(write_image(tmp_path / "i.zarr")), RawMember(name="z", body=bytes(2**18))]
    )

    record = build_files(tmp_path, {"a.ozx": body}).records()["a.ozx"]

    assert (record["status"], bool(record["thumbnail"])) == ("ok", True)


@pytest.mark.parametrize(
    ("named", "key"), [("./zarr.json", "zarr.json"), ("0//zarr.json", "0/zarr.json"), ("0/./zarr.json", "0/zarr.json")]
)
def test_odd_spellings_of_names_are_understood(tmp_path: Path, named: str, key: str) -> None:
    """Some programs write `./` before each name."""
    members = [
        replace(each, name=named) if each.name == key else each for each in members_of(write_image(tmp_path / "i"))
    ]

    assert build_files(tmp_path, {"a.ozx": raw_zip(members)}).records()["a.ozx"]["thumbnail"]


def test_names_that_are_utf_8_without_saying_so_are_found(tmp_path: Path) -> None:
    """Some programs forget the flag."""
    plate = write_plate(tmp_path / "p.zarr", ["A/1"], field="Ü")
    members = [replace(each, name=each.name.encode().decode("cp437"), flags=0) for each in members_of(plate)]

    assert build_files(tmp_path, {"a.ozx": raw_zip(members)}).records()["a.ozx"]["thumbnail"]


def test_zarr_pythons_archives_are_read(tmp_path: Path) -> None:
    """It appends a document again each time that it is written; the last counts, and a note says so."""
    ome = {"version": "0.5", "multiscales": [multiscale("yx", [[1.0, 1.0]])]}
    with zarr.storage.ZipStore(tmp_path / "a.ozx", mode="w") as store:
        group = zarr.create_group(store)
        with pytest.warns(UserWarning, match="Duplicate name"):
            group.attrs["ome"] = ome
        array = group.create_array("0", shape=(64, 64), dtype="uint8", dimension_names=["y", "x"])
        array[...] = np.full((64, 64), np.arange(64, dtype="uint8"))

    site = build(tmp_path, "a.ozx")

    assert site.records()["a.ozx"]["thumbnail"]
    assert "zip-duplicate" in site.codes("a.ozx")


def test_a_member_of_zstandard_is_read(tmp_path: Path) -> None:
    """Method 93, which Python's own `zipfile` reads from 3.14 on only."""
    from numcodecs import Zstd

    members = [
        replace(each, method=93, packed=bytes(Zstd().encode(each.body)))
        for each in members_of(write_image(tmp_path / "i"))
    ]

    assert build_files(tmp_path, {"a.ozx": raw_zip(members)}).records()["a.ozx"]["thumbnail"]


@pytest.mark.parametrize("answers", ["no ranges", "no ranges from the end"])
def test_hosts_with_fewer_kinds_of_ranges(tmp_path: Path, answers: str) -> None:
    """The archive is found by its size, or read whole."""
    body = raw_zip([*members_of(write_image(tmp_path / "i.zarr")), RawMember(name="z", body=bytes(300_000))])

    async def act(asked: Asked, writer: asyncio.StreamWriter) -> None:
        simple = answers == "no ranges" or asked.headers.get("range", "").startswith("bytes=-")
        await (answer(200, body, **OPEN) if simple else ranges(body, **OPEN))(asked, writer)

    with serving() as server:
        server.scripts = {"/a.ozx": [act]}
        record = build(tmp_path, server.url("/a.ozx")).records()["a.ozx"]

    assert (record["status"], bool(record["thumbnail"])) == ("ok", True)
    assert len(server.asked) < 10


def test_an_archive_that_is_too_large_to_be_read_whole_is_not(tmp_path: Path) -> None:
    """Where its host ignores ranges."""
    body = raw_zip([*members_of(write_image(tmp_path / "i.zarr")), RawMember(name="z", body=bytes(900_000))])
    with serving() as server:
        server.scripts = {"/a.ozx": [answer(200, body, **OPEN)]}
        site = build(tmp_path, server.url("/a.ozx"), crawl={"max_bytes_per_dataset": 500_000})

    status, code, message = problem(site, "a.ozx")
    assert (status, code) == ("unreadable", "range-ignored")
    assert "more than" in message


def test_an_archive_that_changes_while_it_is_read_is_noticed(tmp_path: Path) -> None:
    """By its size, ETag or date; the next build reads it."""
    members = [*members_of(write_image(tmp_path / "i.zarr")), RawMember(name="z", body=bytes(300_000))]
    old, new = raw_zip(members), raw_zip([*members, RawMember(name="more", body=bytes(10))])
    with serving() as server:
        server.scripts = {"/a.ozx": [ranges(old, ETag='"1"'), ranges(new, ETag='"2"')]}
        first = problem(build(tmp_path, server.url("/a.ozx")), "a.ozx")
        second = build(tmp_path, server.url("/a.ozx"), refresh=True)

    assert first[:2] == ("unreadable", "changed-midway")
    assert (second.records()["a.ozx"]["status"], "changed-midway" in second.codes("a.ozx")) == ("ok", False)


def test_an_archive_at_an_address_that_does_not_say_so_is_read(tmp_path: Path) -> None:
    """As behind a link to download it; a refresh knows what it is."""
    body = raw_zip([*members_of(write_image(tmp_path / "i.zarr")), RawMember(name="z", body=bytes(300_000))])
    with host_of({"content": body}) as server:
        first = build(tmp_path, server.url("/content")).records()["content"]
        server.asked.clear()
        second = build(tmp_path, server.url("/content"), refresh=True).records()["content"]

    assert (first["zipped"], bool(first["thumbnail"])) == (True, True)
    assert second["thumbnail"] == first["thumbnail"]
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", ["folder.ozx", "folder.zarr.zip"])
def test_a_folder_with_the_name_of_an_archive_is_a_folder(tmp_path: Path, name: str) -> None:
    """The name alone decides nothing."""
    write_image(tmp_path / "data" / name)
    with serving(tmp_path / "data") as server:
        remote = build(tmp_path / "remote", server.url(f"/{name}")).records()[name]
    local = build(tmp_path, f"data/{name}").records()[name]

    assert [(each["status"], each["zipped"]) for each in (remote, local)] == [("ok", False)] * 2


def test_validate_says_the_same_of_an_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By path and by address, for each kind of dataset."""
    for store in write_every_kind(tmp_path / "data"):
        archive = zip_folder(store, tmp_path / "data" / f"{store.stem}.ozx", comment=COMMENT)
        with serving(tmp_path / "data") as server:
            code, reports = validate(capsys, store, archive, server.url(f"/{archive.name}"))

        assert code == int(not reports[0]["valid"])
        for report in reports[1:]:
            problems = [each for each in report["problems"] if each["code"] not in OF_ARCHIVES]
            assert {**report, "target": "", "problems": problems} == {**reports[0], "target": ""}


def test_check_says_the_same_of_an_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Line by line."""
    store = write_image(tmp_path / "a.zarr", levels=1)
    (store / "0" / "zarr.json").unlink()
    zip_folder(store, tmp_path / "a.ozx", comment=COMMENT)
    write_list(tmp_path / "list.csv", "url", "a.zarr", "a.ozx")

    main(["check", "--format", "json", "--cache", str(tmp_path / "cache"), str(tmp_path / "list.csv")])

    found = json.loads(capsys.readouterr().out)
    by_line = [[(p["code"], p["level"]) for p in found if p["line"] == line] for line in (2, 3)]
    assert by_line[0]
    assert by_line[0] == by_line[1]


def test_viewers_and_code_are_those_that_open_archives(tmp_path: Path) -> None:
    """Of the viewers only neuroglancer, and the page says why not the others; the code of zarr-python runs."""
    image = write_image(tmp_path / "data" / "i.zarr", axes="zyx", shape=(4, 64, 64))
    zip_folder(image, tmp_path / "data" / "a.ozx")
    with serving(tmp_path / "data") as server:
        site = build(tmp_path, server.url("/a.ozx"), "data/a.ozx")
        index = json.loads((site.folder / "index.json").read_text())
        pages = [site.page(record) for record in index["datasets"]]
        for page in pages:
            code = CodeReader(page)
            assert [each.name for each in code.codes][:2] == ["zarr", "tensorstore"]
            assert run(code.codes[0].shown)["pixels"].shape == (4, 64, 64)

    web = next(page for page in pages if "neuroglancer" in page)
    assert "%7Czip%3A%7Czarr3%3A" in web
    for name in ("vizarr", "Avivator", "OME-NGFF validator", "napari", "ome-zarr-py", "Fiji"):
        assert f"<b>{name}<" not in web
        assert f'data-label="{name}"' not in web
    assert "<dt>vizarr</dt>\n<dd>It does not open ZIP archives (.ozx).</dd>" in web


def test_lists_without_a_header_take_archives(tmp_path: Path) -> None:
    """Also with further cells behind the address."""
    zip_folder(write_image(tmp_path / "i.zarr"), tmp_path / "a.ozx")
    zip_folder(tmp_path / "i.zarr", tmp_path / "b.zarr.zip")
    write_list(tmp_path / "list.csv", "a.ozx", "b.zarr.zip")

    records = build_site(write_config(tmp_path / "c.toml", tmp_path / "list.csv"), tmp_path).records()

    assert {name: record["status"] for name, record in records.items()} == {"a.ozx": "ok", "b.zarr.zip": "ok"}


def _unless_known(body: bytes, etag: str) -> Act:
    async def act(asked: Asked, writer: asyncio.StreamWriter) -> None:
        known = asked.headers.get("if-none-match") == etag
        await (answer(304, ETag=etag, **OPEN) if known else ranges(body, ETag=etag, **OPEN))(asked, writer)

    return act


def _with_a_name(image: Path, name: str) -> bytes:
    write_crate(image, name=name)
    return raw_zip([*members_of(image), RawMember(name="z", body=bytes(300_000))])


def _constant(encoded: bytes) -> bytes:
    """Return a chunk of zeros instead of this one."""
    from numcodecs import Zstd

    return bytes(Zstd().encode(bytes(len(Zstd().decode(encoded)))))


def _first(name: str, members: list[RawMember]) -> list[RawMember]:
    """Return the members, one of them first."""
    return sorted(members, key=lambda member: member.name != name)


def _with_comment(comment: bytes) -> Callable[[list[RawMember]], bytes]:
    return lambda members: raw_zip(members, comment=comment)


RECOMMENDED: dict[str, tuple[Callable[[list[RawMember]], bytes], dict[str, str]]] = {
    "as recommended": (_with_comment(COMMENT), {}),
    "without jsonFirst": (_with_comment(b'{"ome": {"version": "0.5"}}'), {}),
    "no comment": (_with_comment(b""), {"zip-comment": "note"}),
    "a comment that is no JSON": (_with_comment(b"made by me"), {"zip-comment": "note"}),
    "a comment without version": (_with_comment(b'{"ome": {}}\0'), {"zip-comment": "note"}),
    "a comment that is a list": (_with_comment(b"[1]"), {"zip-comment": "note"}),
    "a chunk first": (
        lambda members: raw_zip(members[::-1], comment=b'{"ome": {"version": "0.5"}}'),
        {"zip-order": "note"},
    ),
    "a chunk first, although the comment says otherwise": (
        lambda members: raw_zip(members[::-1], comment=COMMENT),
        {"zip-order": "warning"},
    ),
    "the root's document later": (
        lambda members: raw_zip(_first("0/zarr.json", members), comment=COMMENT),
        {"zip-order": "warning"},
    ),
    "documents apart": (
        lambda members: raw_zip([*members[:1], members[-1], *members[1:-1]], comment=COMMENT),
        {"zip-order": "warning"},
    ),
    "an archive in it": (
        lambda members: raw_zip([*members, RawMember(name="labels/a.ozx", body=b"PK")], comment=COMMENT),
        {"zip-nested": "warning"},
    ),
}


@pytest.mark.parametrize(("write", "expected"), RECOMMENDED.values(), ids=RECOMMENDED.keys())
def test_what_rfc_9_recommends_is_validated(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    write: Callable[[list[RawMember]], bytes],
    expected: dict[str, str],
) -> None:
    """Alike in a build and by `validate`; nothing of it makes the data invalid."""
    image = write_image(tmp_path / "image.zarr")
    with zipfile.ZipFile(zip_folder(image, tmp_path / "made.ozx")) as made:
        members = [RawMember(name=name, body=made.read(name)) for name in made.namelist()]
    body = write(members)
    record = build_files(tmp_path, {"a.ozx": body}).records()["a.ozx"]
    (tmp_path / "b.ozx").write_bytes(body)
    (report,) = validate(capsys, tmp_path / "b.ozx")[1]

    for problems in (record["problems"], report["problems"]):
        assert {each["code"]: each["level"] for each in problems if each["code"].startswith("zip-")} == expected
    assert (record["valid"], report["valid"]) == (True, True)
    assert bool(record["thumbnail"])


def test_compressed_members_another_name_and_format_2_are_reported(tmp_path: Path) -> None:
    """RFC-9 allows none of them, or advises against them; the data are read all the same."""
    image = write_image(tmp_path / "image.zarr", zarr_format=2)
    packed = zip_folder(image, tmp_path / "a.zarr.zip", compression=zipfile.ZIP_DEFLATED, comment=COMMENT)
    record = build_files(tmp_path, {"a.zarr.zip": packed.read_bytes()}).records()["a.zarr.zip"]

    found = {each["code"]: each["level"] for each in record["problems"] if each["code"].startswith("zip-")}
    assert found == {"zip-format": "warning", "zip-compressed": "note", "zip-name": "note"}
    assert (record["status"], bool(record["thumbnail"])) == ("ok", True)
