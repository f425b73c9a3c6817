"""What is below an unchanged root: mended data are seen again, and a night's silence loses no picture."""

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
"""A host that gives no answer now; it is not waited for."""


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
    """Return the image's record, without what is always said of it: its axes have no units."""
    record = site.records()["a.zarr"]
    return record | {"problems": [each["code"] for each in record["problems"] if each["code"] != "axis-no-unit"]}


def test_level_that_comes_later_is_seen(host: FaultServer, tmp_path: Path) -> None:
    """An upload was not complete when it was first read."""
    level = tmp_path / "data" / "a.zarr" / "0"
    shutil.move(level, tmp_path / "level")
    before = record_of(build(host, tmp_path))
    shutil.move(tmp_path / "level", level)
    after = record_of(build(host, tmp_path, refresh=True))

    assert (before["thumbnail"], before["valid"]) == (None, False)
    assert (after["thumbnail"] is not None, after["valid"], after["problems"]) == (True, True, [])


def test_chunk_that_is_mended_is_drawn(host: FaultServer, tmp_path: Path) -> None:
    """A corrupt chunk was written again; the metadata are the same."""
    chunk = tmp_path / "data" / _CHUNK.lstrip("/")
    good = chunk.read_bytes()
    chunk.write_bytes(b"rubbish")
    before = record_of(build(host, tmp_path))
    chunk.write_bytes(good)
    after = record_of(build(host, tmp_path, refresh=True))

    assert before["thumbnail"] is None
    assert (after["thumbnail"] is not None, after["problems"]) == (True, [])


def test_error_of_the_metadata_costs_no_second_reading(host: FaultServer, tmp_path: Path) -> None:
    """It stands in the root, and an unchanged root says that it still does."""
    root = tmp_path / "data" / "a.zarr" / "zarr.json"
    document = json.loads(root.read_text())
    document["attributes"]["ome"]["multiscales"][0]["axes"][2]["unit"] = 17
    root.write_text(json.dumps(document))
    first = record_of(build(host, tmp_path))
    host.asked.clear()
    build(host, tmp_path, refresh=True)

    assert first["valid"] is False
    assert [asked.path for asked in host.asked] == ["/a.zarr/zarr.json"]


def test_raised_limit_is_used_at_once(host: FaultServer, tmp_path: Path) -> None:
    """What was too dear under one limit is read under a higher one, though nothing has changed."""
    before = record_of(build(host, tmp_path, max_bytes_per_dataset=1500))
    after = record_of(build(host, tmp_path))

    assert before["problems"] == ["picture-budget"]
    assert (after["thumbnail"] is not None, after["problems"]) == (True, [])


def test_pixels_that_gave_no_answer_are_asked_for_again(host: FaultServer, tmp_path: Path) -> None:
    """The next build does so, however young the record; then there is nothing more to ask."""
    host.scripts[_CHUNK] = [_LATER]
    before = record_of(build(host, tmp_path))
    host.scripts.clear()
    after = record_of(build(host, tmp_path))
    host.asked.clear()
    build(host, tmp_path)

    assert (before["status"], before["thumbnail"]) == ("ok", None)
    assert (after["status"], after["thumbnail"] is not None, after["problems"]) == ("ok", True, [])
    assert not host.asked


def test_silence_about_pixels_keeps_the_picture(host: FaultServer, tmp_path: Path) -> None:
    """New settings want new pictures, and the host is silent: the old record stays, stale, until it speaks."""
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


def test_two_bad_nights_hide_no_change(host: FaultServer, tmp_path: Path) -> None:
    """The root changed while pixels were silent, then the host was down: the change is seen when it is back."""
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


def test_new_settings_outlast_a_bad_night(host: FaultServer, tmp_path: Path) -> None:
    """They were set while the host was down; its pictures follow them when it is back."""
    build(host, tmp_path)
    host.down = True
    build(host, tmp_path, pixels=48, refresh=True)
    host.down = False
    back = record_of(build(host, tmp_path, pixels=48))

    assert (back["status"], back["thumbnail"]["width"]) == ("ok", 48)


def test_pixels_that_come_after_the_metadata_are_drawn(host: FaultServer, tmp_path: Path) -> None:
    """An image without chunks is all background, for now."""
    chunks = tmp_path / "data" / "a.zarr" / "0" / "c"
    shutil.move(chunks, tmp_path / "c")
    before = record_of(build(host, tmp_path))
    shutil.move(tmp_path / "c", chunks)
    after = record_of(build(host, tmp_path, refresh=True))

    assert (before["shown"]["empty"], after["shown"]["empty"]) == (True, False)
    assert before["thumbnail"] != after["thumbnail"]


def test_crate_that_is_silent_keeps_what_it_said(host: FaultServer, tmp_path: Path) -> None:
    """All else is read anew: a crate is beside the data."""
    crate = {"@graph": [{"@id": "./", "name": "Liver"}]}
    (tmp_path / "data" / "a.zarr" / "ro-crate-metadata.json").write_text(json.dumps(crate))
    first = record_of(build(host, tmp_path))
    host.scripts["/a.zarr/ro-crate-metadata.json"] = [answer(500)]
    silent = record_of(build(host, tmp_path, pixels=48, refresh=True))

    assert (first["name"], silent["name"]) == ("Liver", "Liver")
    assert (silent["status"], silent["problems"]) == ("ok", ["server-error"])


def test_report_counts_what_a_silent_host_was_asked(host: FaultServer, tmp_path: Path) -> None:
    """Requests, tries again and errors are those of the last visit, though the record is that of an earlier one."""
    build(host, tmp_path)
    host.down = True
    told = build(host, tmp_path, refresh=True).report()["hosts"][0]

    assert (told["requests"], told["retries"], told["errors"]) == (4, 3, 1)


def test_reproducible_build_says_the_same_of_a_silent_host(
    host: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a dataset met the fault or a host left alone because of it is chance, and is not told."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    rows = [host.url(f"/{number}.zarr") for number in range(40)]
    config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "r.csv", "url", *rows))
    host.down = True
    sites = [tree(build_site(config, tmp_path / name).folder) for name in ("one", "other")]

    assert sites[0] == sites[1]


def test_offline_build_under_new_settings_keeps_the_pictures(host: FaultServer, tmp_path: Path) -> None:
    """Pixels are not in the cache; what was drawn from them is."""
    first = record_of(build(host, tmp_path))
    config = tmp_path / "sitegen.toml"
    config.write_text(config.read_text().replace("thumbnail_px = 64", "thumbnail_px = 48"))
    offline = record_of(build_site(config, tmp_path, offline=True))

    assert offline == first


def test_pictures_that_are_gone_are_drawn_again(host: FaultServer, tmp_path: Path) -> None:
    """Somebody emptied the cache's folder of pictures; while the host is down, the page has none."""
    first = record_of(build(host, tmp_path))
    shutil.rmtree(tmp_path / "cache" / "pictures")
    host.down = True
    without = record_of(build(host, tmp_path))
    host.down = False
    again = record_of(build(host, tmp_path))

    assert (without["status"], without["thumbnail"], without["preview"]) == ("stale", None, None)
    assert again["thumbnail"] == first["thumbnail"]


def test_clock_that_ran_ahead_does_not_freeze_the_cache(host: FaultServer, tmp_path: Path) -> None:
    """What was checked in the future is of no known age, and is asked for again."""
    build(host, tmp_path)
    with sqlite3.connect(tmp_path / "cache" / "cache.sqlite3") as database:
        for table in ("documents", "findings"):
            database.execute(f"UPDATE {table} SET checked_at = checked_at + 1e7")
    database.close()
    host.asked.clear()
    build(host, tmp_path)

    assert [asked.path for asked in host.asked] == ["/a.zarr/zarr.json"]


def test_last_answer_is_remembered_of_what_never_was_there(host: FaultServer, tmp_path: Path) -> None:
    """Its host said "not there", and says nothing now: that was when it last answered."""
    shutil.rmtree(tmp_path / "data" / "a.zarr")
    said = record_of(build(host, tmp_path))
    host.down = True
    silent = record_of(build(host, tmp_path, refresh=True))

    assert (said["status"], silent["status"]) == ("missing", "unreachable")
    assert silent["checked_at"] == said["checked_at"] is not None


def test_metadata_of_any_size_make_a_record_of_a_bounded_one(host: FaultServer, tmp_path: Path) -> None:
    """Names of 16 MB are cut in the catalog, and the record says so."""
    root = tmp_path / "data" / "a.zarr" / "zarr.json"
    document = json.loads(root.read_text())
    channels = [{"label": "x" * 4000, "color": "FF0000"}] * 2 + [{"label": "y" * 4000}] * 1000
    document["attributes"]["ome"]["omero"] = {"channels": channels}
    root.write_text(json.dumps(document))
    site = build(host, tmp_path)

    assert "record-cut" in record_of(site)["problems"]
    assert len(json.dumps(record_of(site))) < 2 * MAX_BYTES
    assert record_of(site)["thumbnail"] is not None
