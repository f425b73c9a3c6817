"""Names whose accented letters are one character (NFC) or two (NFD): found on this machine, told apart on hosts."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest
from builds import build_site, write_config
from fault_server import serving
from served_files import build, validate
from stores import write_image, write_list

from sitegen import urls

NFC = unicodedata.normalize("NFC", "Zürich/Präparat é.zarr")
NFD = unicodedata.normalize("NFD", NFC)


@pytest.mark.parametrize(("written", "stored"), [(NFC, NFD), (NFD, NFC), (NFC, NFC), (NFD, NFD)])
def test_local_folders_are_found(tmp_path: Path, capsys: pytest.CaptureFixture[str], written: str, stored: str) -> None:
    """However the list and the file system write their letters; the address stays as the list has it."""
    write_image(tmp_path / stored)
    site = build(tmp_path, written)
    code, _ = validate(capsys, tmp_path / written)
    (record,) = site.records().values()

    assert (record["status"], code) == ("ok", 0)
    assert record["thumbnail"]
    assert record["id"] == urls.dataset_id(urls.from_path(tmp_path / written))


def test_a_folder_of_each_spelling_is_its_own(tmp_path: Path) -> None:
    """Where both are there, each is the one that is named."""
    write_image(tmp_path / NFC)
    write_image(tmp_path / NFD, shape=(2, 32, 32))
    records = build(tmp_path, NFC, NFD).records()

    assert len({record["id"] for record in records.values()}) == 2
    assert len({str(record["shape"]) for record in records.values()}) == 2


def test_links_in_names_of_the_other_spelling_do_not_lead_out(tmp_path: Path) -> None:
    """What is found is checked like any other path."""
    write_image(tmp_path / "out" / "a.zarr")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / unicodedata.normalize("NFD", "\u00fc.zarr")).symlink_to(tmp_path / "out" / "a.zarr")
    write_list(folder / "list.csv", "url", "\u00fc.zarr")
    config = write_config(folder / "c.toml", folder / "list.csv")
    config.write_text(config.read_text().replace("allow_private_hosts = true", "allow_private_hosts = false"))
    write_image(folder / "b.zarr")
    with (folder / "list.csv").open("a") as lines:
        lines.write("b.zarr\n")
    site = build_site(config, folder)

    assert list(site.records()) == ["b.zarr"]
    assert "because of a symbolic link" in json.dumps(site.report())


def test_a_list_and_its_folder_may_be_spelled_otherwise(tmp_path: Path) -> None:
    """The data below it are its own."""
    stored = tmp_path / unicodedata.normalize("NFD", "M\u00fcnchen")
    write_image(stored / "a.zarr")
    write_list(stored / "list.csv", "url", "a.zarr")
    named = tmp_path / "M\u00fcnchen" / "list.csv"
    config = write_config(tmp_path / "c.toml", named)
    config.write_text(config.read_text().replace("allow_private_hosts = true", "allow_private_hosts = false"))

    assert build_site(config, tmp_path).records()["a.zarr"]["status"] == "ok"


def test_on_a_host_the_message_tells_the_other_spelling(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Hosts tell them apart, and so do the ids of datasets."""
    write_image(tmp_path / "data" / NFD)
    with serving(tmp_path / "data") as server:
        site = build(tmp_path, server.url(f"/{quote(NFC)}"), server.url(f"/{quote(NFD)}"))
        _, reports = validate(capsys, server.url(f"/{quote(NFC)}"))
    by_status = {record["status"]: record for record in site.records().values()}

    assert by_status.keys() == {"missing", "ok"}
    hint = by_status["missing"]["problems"][0]["hint"]
    assert quote(NFD.rpartition("/")[2]) in hint
    assert quote(NFD.rpartition("/")[2]) in reports[0]["problems"][0]["hint"]


@pytest.mark.parametrize(("path", "other"), [(NFC, NFD), (NFD, NFC)])
def test_an_id_never_depends_on_the_encoding_of_the_address(path: str, other: str) -> None:
    """It depends on the characters, which are not changed."""
    ids = {urls.dataset_id(urls.normalize(f"https://h/{each}")) for each in (path, quote(path))}

    assert len(ids) == 1
    assert urls.dataset_id(urls.normalize(f"https://h/{other}")) not in ids
