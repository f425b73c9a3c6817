"""A silent night costs no picture: not the montage's wells, not the overlay, not the one that the owner supplies.

What a host gives no answer for is a problem below the root, so an earlier record stays, and a first one is completed
by the next build.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from builds import Site, build_site, write_config
from fault_server import Act, FaultServer, answer, serving
from PIL import Image
from stores import write_grid, write_image, write_labels, write_list

from sitegen.model.codes import CODES

_PICTURES = ("thumbnail", "preview", "montage", "overlay")


def write_plate(folder: Path) -> None:
    """Write a plate of four wells."""
    write_grid(folder, 2, 2)


def write_labelled(folder: Path) -> None:
    """Write an image with a label image."""
    write_labels(write_image(folder))


def write_supplied(folder: Path, *, size: int = 64) -> None:
    """Write an image whose owner supplies a picture of noise."""
    write_image(folder)
    body = io.BytesIO()
    Image.effect_noise((size, size), 90).save(body, "PNG")
    (folder / "thumb.png").write_bytes(body.getvalue())
    document = json.loads((folder / "zarr.json").read_text())
    thumbnail = {"path": "thumb.png", "width": size, "height": size, "media_type": "image/png"}
    document["attributes"]["thumbnails"] = [thumbnail]
    (folder / "zarr.json").write_text(json.dumps(document))


def write_levels(folder: Path) -> None:
    """Write an image of which the third level is drawn."""
    write_image(folder, axes="yx", shape=(1024, 1024), levels=3, chunks=(256, 256))


CASES = [
    pytest.param(write_plate, ("B/1/zarr.json", "B/2/zarr.json"), "B/1", id="wells"),
    pytest.param(write_plate, ("A/2/0/0/c/0/0/0", "B/2/0/0/c/0/0/0"), "A/2/0/0/c/0/0/0", id="pixels of wells"),
    pytest.param(write_labelled, ("labels/nuclei/zarr.json",), "labels/nuclei", id="label image"),
    pytest.param(write_labelled, ("labels/nuclei/0/zarr.json",), "labels/nuclei/0", id="level of labels"),
    pytest.param(write_labelled, ("labels/nuclei/0/c/0/0",), "labels/nuclei/0/c/0/0", id="pixels of labels"),
    pytest.param(write_supplied, ("thumb.png",), "thumbnails", id="supplied picture"),
    pytest.param(write_levels, ("2/zarr.json",), "2", id="level"),
]
"""What is written, what of it gives no answer, and where the problem is said to be."""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[FaultServer]:
    """A host whose folder is yet empty."""
    with serving(tmp_path / "data") as server:
        yield server


@pytest.fixture
def silence() -> Iterator[Act]:
    """Send whoever asks on to a host that wants to be asked later; it is not waited for, and other files are given."""
    with serving() as other:
        other.scripts["/later"] = [answer(429, Retry_After="1000")]
        yield answer(302, Location=other.url("/later"))


def build(host: FaultServer, folder: Path, *, refresh: bool = False, **crawl: object) -> Site:
    """Build the catalog of the host's dataset."""
    config = write_config(folder / "sitegen.toml", write_list(folder / "r.csv", "url", host.url("/a.zarr")), **crawl)
    return build_site(config, folder, refresh=refresh)


def record_of(site: Site) -> dict[str, Any]:
    """Return the dataset's record, without what the rules say of it."""
    record = site.records()["a.zarr"]
    return record | {
        "problems": [each for each in record["problems"] if CODES[each["code"]].part in ("hosts", "datasets")]
    }


def pictures_of(record: dict[str, Any]) -> dict[str, object]:
    """Return the record's pictures, and which wells are drawn."""
    return {name: record[name] for name in _PICTURES} | {"drawn": (record["plate"] or {}).get("drawn")}


def script(host: FaultServer, keys: tuple[str, ...], act: Act) -> None:
    """Let these keys of the dataset be answered so."""
    host.scripts.update({f"/a.zarr/{key}": [act] for key in keys})


@pytest.mark.parametrize(("write", "silent", "where"), CASES)
def test_silent_night_keeps_all_pictures(
    host: FaultServer,
    silence: Act,
    tmp_path: Path,
    write: Callable[[Path], None],
    silent: tuple[str, ...],
    where: str,
) -> None:
    """The root was written again, and the host does not give the rest: the old pictures stay until it does."""
    root = tmp_path / "data" / "a.zarr" / "zarr.json"
    write(root.parent)
    first = record_of(build(host, tmp_path))
    root.write_text(root.read_text() + "\n")
    script(host, silent, silence)
    night = record_of(build(host, tmp_path, refresh=True))
    host.scripts.clear()
    back = record_of(build(host, tmp_path))

    assert (night["status"], pictures_of(night)) == ("stale", pictures_of(first))
    assert [(each["code"], each["where"]) for each in night["problems"][:1]] == [("rate-limited", where)]
    assert (back["status"], back["problems"], pictures_of(back)) == ("ok", [], pictures_of(first))


@pytest.mark.parametrize(("write", "silent", "where"), CASES)
def test_first_record_is_completed_by_the_next_build(
    host: FaultServer,
    silence: Act,
    tmp_path: Path,
    write: Callable[[Path], None],
    silent: tuple[str, ...],
    where: str,
) -> None:
    """However young it is; it says once where an answer was missing, and then there is nothing more to ask."""
    write(tmp_path / "data" / "a.zarr")
    script(host, silent, silence)
    before = record_of(build(host, tmp_path))
    host.scripts.clear()
    after = record_of(build(host, tmp_path))
    host.asked.clear()
    build(host, tmp_path)

    assert (before["status"], before["thumbnail"] is not None) == ("ok", True)
    told = [(each["code"], each["level"], each["where"]) for each in before["problems"]]
    assert told == [("rate-limited", "warning", where)]
    assert pictures_of(before) != pictures_of(after)
    assert (after["status"], after["problems"]) == ("ok", [])
    assert not host.asked


def test_wells_that_say_nothing_are_counted(host: FaultServer, silence: Act, tmp_path: Path) -> None:
    """One problem, at the first of them."""
    write_plate(tmp_path / "data" / "a.zarr")
    script(host, ("B/2/zarr.json", "A/2/zarr.json", "B/1/zarr.json"), silence)
    problems = record_of(build(host, tmp_path))["problems"]

    assert [each["where"] for each in problems] == ["A/2"]
    assert problems[0]["message"].endswith("(and 2 more)")


@pytest.mark.parametrize(
    ("write", "absent"),
    [
        (write_plate, ("B/1/zarr.json", "B/2/0/0/c/0/0/0")),
        (write_labelled, ("labels/nuclei/0/c/0/0",)),
    ],
)
def test_what_is_not_there_is_no_silence(
    host: FaultServer, tmp_path: Path, write: Callable[[Path], None], absent: tuple[str, ...]
) -> None:
    """As some hosts say it: the record is complete, and nothing is asked again while it is young."""
    write(tmp_path / "data" / "a.zarr")
    script(host, absent, answer(403))
    record = record_of(build(host, tmp_path))
    host.asked.clear()
    build(host, tmp_path)

    assert record["status"] == "ok"
    assert not {"not-found", "forbidden", "rate-limited"} & {each["code"] for each in record["problems"]}
    assert not host.asked


def test_supplied_picture_that_is_not_there_is_unreadable(host: FaultServer, tmp_path: Path) -> None:
    """The host has answered; its owner can mend that."""
    write_supplied(tmp_path / "data" / "a.zarr")
    script(host, ("thumb.png",), answer(404))
    record = record_of(build(host, tmp_path))

    assert [(each["code"], each["where"]) for each in record["problems"]] == [("thumbnail-unreadable", "thumbnails")]
    assert record["thumbnail"]


def test_supplied_picture_too_dear_under_one_limit_is_used_under_a_higher_one(
    host: FaultServer, tmp_path: Path
) -> None:
    """The limit was the reason, and the problem says so."""
    write_supplied(tmp_path / "data" / "a.zarr", size=400)
    before = record_of(build(host, tmp_path, max_bytes_per_dataset=60_000))
    after = record_of(build(host, tmp_path))

    assert [(each["code"], each["where"]) for each in before["problems"]] == [("bytes-spent", "thumbnails")]
    assert "a picture was drawn instead" in before["problems"][0]["message"]
    assert after["problems"] == []
    assert after["thumbnail"] != before["thumbnail"]
