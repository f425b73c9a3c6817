"""Several builds of one dataset: repaired data below an unchanged root are read, and failures lose no picture."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builds import Site, build_site, write_config
from fault_server import FaultServer, answer, serving
from stores import tree, write_image, write_list

from sitegen.inspection.size_limit import MAX_BYTES

_CHUNK = "/a.zarr/0/c/0/0/0"
_LATER = answer(429, Retry_After="1000")
"""A host that gives no answer now; its pause is too long to be waited for."""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[FaultServer]:
    """A host with one image of one level."""
    write_image(tmp_path / "data" / "a.zarr", levels=1)
    with serving(tmp_path / "data") as server:
        yield server


def build(host: FaultServer, folder: Path, *, pixels: int = 64, refresh: bool = False, **crawl: object) -> Site:
    """Build the catalog of the host's image; `pixels`: size of thumbnails."""
    config = write_config(folder / "sitegen.toml", write_list(folder / "r.csv", "url", host.url("/a.zarr")), **crawl)
    config.write_text(config.read_text().replace("thumbnail_px = 64", f"thumbnail_px = {pixels}"))
    return build_site(config, folder, refresh=refresh)


def record_of(site: Site) -> dict[str, Any]:
    """Return the image's record, without the problem that it always has: its axes have no units."""
    record = site.records()["a.zarr"]
    return record | {"problems": [each["code"] for each in record["problems"] if each["code"] != "axis-no-unit"]}


def test_added_level(host: FaultServer, tmp_path: Path) -> None:
    """A level that was uploaded after the first build is read."""
    level = tmp_path / "data" / "a.zarr" / "0"
    shutil.move(level, tmp_path / "level")
    before = record_of(build(host, tmp_path))
    shutil.move(tmp_path / "level", level)
    after = record_of(build(host, tmp_path, refresh=True))

    assert (before["thumbnail"], before["valid"]) == (None, False)
    assert (after["thumbnail"] is not None, after["valid"], after["problems"]) == (True, True, [])


def test_repaired_chunk(host: FaultServer, tmp_path: Path) -> None:
    """A chunk that was corrupt is read again, although the metadata are unchanged."""
    chunk = tmp_path / "data" / _CHUNK.lstrip("/")
    good = chunk.read_bytes()
    chunk.write_bytes(b"rubbish")
    before = record_of(build(host, tmp_path))
    chunk.write_bytes(good)
    after = record_of(build(host, tmp_path, refresh=True))

    assert before["thumbnail"] is None
    assert (after["thumbnail"] is not None, after["problems"]) == (True, [])


def test_metadata_error_needs_no_full_inspection(host: FaultServer, tmp_path: Path) -> None:
    """An error in the root document remains as long as the root is unchanged."""
    root = tmp_path / "data" / "a.zarr" / "zarr.json"
    document = json.loads(root.read_text())
    document["attributes"]["ome"]["multiscales"][0]["axes"][2]["unit"] = 17
    root.write_text(json.dumps(document))
    first = record_of(build(host, tmp_path))
    host.asked.clear()
    build(host, tmp_path, refresh=True)

    assert first["valid"] is False
    assert [asked.path for asked in host.asked] == ["/a.zarr/zarr.json"]


def test_raised_byte_limit(host: FaultServer, tmp_path: Path) -> None:
    """What exceeded a byte limit is read under a higher one, although nothing changed."""
    before = record_of(build(host, tmp_path, max_bytes_per_dataset=1500))
    after = record_of(build(host, tmp_path))

    assert before["problems"] == ["picture-budget"]
    assert (after["thumbnail"] is not None, after["problems"]) == (True, [])


def test_unanswered_pixels_are_requested_again(host: FaultServer, tmp_path: Path) -> None:
    """The next build does so, whatever the age of the record; after that there is nothing to request."""
    host.scripts[_CHUNK] = [_LATER]
    before = record_of(build(host, tmp_path))
    host.scripts.clear()
    after = record_of(build(host, tmp_path))
    host.asked.clear()
    build(host, tmp_path)

    assert (before["status"], before["thumbnail"]) == ("ok", None)
    assert (after["status"], after["thumbnail"] is not None, after["problems"]) == ("ok", True, [])
    assert not host.asked


def test_unanswered_pixels_keep_the_picture(host: FaultServer, tmp_path: Path) -> None:
    """With new settings and no answer for pixels, the old record stays, as stale, until the host answers."""
    first = record_of(build(host, tmp_path))
    host.scripts[_CHUNK] = [_LATER]
    records = [record_of(build(host, tmp_path, pixels=48)) for _ in range(2)]
    host.scripts.clear()
    back = record_of(build(host, tmp_path, pixels=48))

    for record in records:
        assert (record["status"], record["checked_at"]) == ("stale", first["checked_at"])
        assert record["thumbnail"] == first["thumbnail"]
        assert record["problems"] == ["rate-limited", "not-current"]
    assert (back["status"], back["thumbnail"]["width"], back["problems"]) == ("ok", 48, [])


def test_change_after_two_failed_builds(host: FaultServer, tmp_path: Path) -> None:
    """A changed root is read again after a build without pixels and a build without the host."""
    build(host, tmp_path)
    root = tmp_path / "data" / "a.zarr" / "zarr.json"
    document = json.loads(root.read_text())
    document["attributes"]["ome"]["omero"] = {"channels": [{"label": "new", "color": "FF0000"}] * 2}
    root.write_text(json.dumps(document))
    host.scripts[_CHUNK] = [_LATER]
    build(host, tmp_path, refresh=True)
    host.down = True
    build(host, tmp_path, refresh=True)
    host.scripts.clear()
    host.down = False
    back = record_of(build(host, tmp_path))

    assert (back["status"], [channel["label"] for channel in back["channels"]]) == ("ok", ["new", "new"])


def test_new_settings_after_a_failed_build(host: FaultServer, tmp_path: Path) -> None:
    """Settings that changed while the host was down apply to its pictures when it is back."""
    build(host, tmp_path)
    host.down = True
    build(host, tmp_path, pixels=48, refresh=True)
    host.down = False
    back = record_of(build(host, tmp_path, pixels=48))

    assert (back["status"], back["thumbnail"]["width"]) == ("ok", 48)


def test_pixels_added_after_the_metadata(host: FaultServer, tmp_path: Path) -> None:
    """An image without chunks is empty at first, and is read again."""
    chunks = tmp_path / "data" / "a.zarr" / "0" / "c"
    shutil.move(chunks, tmp_path / "c")
    before = record_of(build(host, tmp_path))
    shutil.move(tmp_path / "c", chunks)
    after = record_of(build(host, tmp_path, refresh=True))

    assert (before["shown"]["empty"], after["shown"]["empty"]) == (True, False)
    assert before["thumbnail"] != after["thumbnail"]


def test_unanswered_crate_keeps_its_metadata(host: FaultServer, tmp_path: Path) -> None:
    """All other metadata are new."""
    crate = {"@graph": [{"@id": "./", "name": "Liver"}]}
    (tmp_path / "data" / "a.zarr" / "ro-crate-metadata.json").write_text(json.dumps(crate))
    first = record_of(build(host, tmp_path))
    host.scripts["/a.zarr/ro-crate-metadata.json"] = [answer(500)]
    silent = record_of(build(host, tmp_path, pixels=48, refresh=True))

    assert (first["name"], silent["name"]) == ("Liver", "Liver")
    assert (silent["status"], silent["problems"]) == ("ok", ["server-error"])


def test_report_counts_failed_requests(host: FaultServer, tmp_path: Path) -> None:
    """Requests, retries and errors are those of the latest build, although the record is older."""
    build(host, tmp_path)
    host.down = True
    told = build(host, tmp_path, refresh=True).report()["hosts"][0]

    assert (told["requests"], told["retries"], told["errors"]) == (4, 3, 1)


def test_reproducible_build_of_an_unreachable_host(
    host: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The site does not depend on which datasets got the error before the host was not asked again."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    rows = [host.url(f"/{number}.zarr") for number in range(40)]
    config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "r.csv", "url", *rows))
    host.down = True
    sites = [tree(build_site(config, tmp_path / name).folder) for name in ("one", "other")]

    assert sites[0] == sites[1]


def test_offline_build_with_new_settings_keeps_the_pictures(host: FaultServer, tmp_path: Path) -> None:
    """Pixels are not cached, but the pictures are."""
    first = record_of(build(host, tmp_path))
    config = tmp_path / "sitegen.toml"
    config.write_text(config.read_text().replace("thumbnail_px = 64", "thumbnail_px = 48"))
    offline = record_of(build_site(config, tmp_path, offline=True))

    assert offline == first


def test_deleted_pictures_are_rendered_again(host: FaultServer, tmp_path: Path) -> None:
    """While the host is down, the page has none."""
    first = record_of(build(host, tmp_path))
    shutil.rmtree(tmp_path / "cache" / "pictures")
    host.down = True
    without = record_of(build(host, tmp_path))
    host.down = False
    again = record_of(build(host, tmp_path))

    assert (without["status"], without["thumbnail"], without["preview"]) == ("stale", None, None)
    assert again["thumbnail"] == first["thumbnail"]


def test_cache_from_the_future(host: FaultServer, tmp_path: Path) -> None:
    """What was checked in the future has no known age, and is requested again."""
    build(host, tmp_path)
    with sqlite3.connect(tmp_path / "cache" / "cache.sqlite3") as database:
        for table in ("documents", "findings"):
            database.execute(f"UPDATE {table} SET checked_at = checked_at + 1e7")
    database.close()
    host.asked.clear()
    build(host, tmp_path)

    assert [asked.path for asked in host.asked] == ["/a.zarr/zarr.json"]


def test_time_of_the_last_answer_of_a_missing_dataset(host: FaultServer, tmp_path: Path) -> None:
    """`checked_at` is that of the 404, not of the later failure."""
    shutil.rmtree(tmp_path / "data" / "a.zarr")
    said = record_of(build(host, tmp_path))
    host.down = True
    silent = record_of(build(host, tmp_path, refresh=True))

    assert (said["status"], silent["status"]) == ("missing", "unreachable")
    assert silent["checked_at"] == said["checked_at"] is not None


def test_large_metadata_are_cut(host: FaultServer, tmp_path: Path) -> None:
    """Long texts and lists are cut, and a problem says so."""
    root = tmp_path / "data" / "a.zarr" / "zarr.json"
    document = json.loads(root.read_text())
    channels = [{"label": "x" * 4000, "color": "FF0000"}] * 2 + [{"label": "y" * 4000}] * 1000
    document["attributes"]["ome"]["omero"] = {"channels": channels}
    root.write_text(json.dumps(document))
    site = build(host, tmp_path)

    assert "record-cut" in record_of(site)["problems"]
    assert len(json.dumps(record_of(site))) < 2 * MAX_BYTES
    assert record_of(site)["thumbnail"] is not None
