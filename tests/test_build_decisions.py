"""What a second build requests of a dataset: nothing, its root alone, or everything, by what has changed since."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from builds import Site, build_site, write_config
from fault_server import FaultServer, answer, serving
from stores import empty, write_crate, write_image, write_labels, write_list, write_plate

from sitegen.cache.folder import Cache
from sitegen.engine.fingerprint import METADATA_PACKAGES, PICTURE_PACKAGES, code_fingerprint

ROOT = "/a.zarr/zarr.json"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[FaultServer]:
    """A host with one image of two levels in two chunks each."""
    write_image(tmp_path / "data" / "a.zarr", shape=(2, 128, 128), chunks=(1, 128, 128))
    with serving(tmp_path / "data") as server:
        yield server


def build(host: FaultServer, folder: Path, *columns: str, pixels: int = 64, **options: Any) -> Site:
    """Build the catalog of the host's dataset, and forget earlier requests; columns: `name=value` beside its URL."""
    host.asked.clear()
    names, values = ["url"], [host.url("/a.zarr")]
    for column in columns:
        name, _, value = column.partition("=")
        names.append(name)
        values.append(value)
    config = write_config(folder / "sitegen.toml", write_list(folder / "r.csv", ",".join(names), ",".join(values)))
    config.write_text(config.read_text().replace("thumbnail_px = 64", f"thumbnail_px = {pixels}"))
    return build_site(config, folder, **options)


def paths(host: FaultServer) -> list[str]:
    """Return the paths that were requested."""
    return [asked.path for asked in host.asked if asked.method == "GET"]


def chunks(host: FaultServer) -> list[str]:
    """Return the requested paths of chunks."""
    return [path for path in paths(host) if "/c/" in path]


def test_a_young_dataset_is_kept_without_a_request(host: FaultServer, tmp_path: Path) -> None:
    """The same lists, options and code: nothing is requested, and the record is the same."""
    first = build(host, tmp_path).records()
    second = build(host, tmp_path).records()

    assert host.asked == []
    assert second == first


def test_a_refresh_compares_the_root_alone(host: FaultServer, tmp_path: Path) -> None:
    """One conditional request tells that nothing changed."""
    first = build(host, tmp_path).records()["a.zarr"]
    second = build(host, tmp_path, refresh=True).records()["a.zarr"]

    assert paths(host) == [ROOT]
    assert second | {"checked_at": ""} == first | {"checked_at": ""}
    assert second["checked_at"] >= first["checked_at"]


def test_a_changed_root_is_inspected(host: FaultServer, tmp_path: Path) -> None:
    """Everything is requested again, and the record says what is true now."""
    build(host, tmp_path)
    write_image(tmp_path / "data" / "b.zarr", axes="zyx", shape=(3, 32, 32), levels=1)
    shutil.rmtree(tmp_path / "data" / "a.zarr")
    shutil.move(tmp_path / "data" / "b.zarr", tmp_path / "data" / "a.zarr")
    record = build(host, tmp_path, refresh=True).records()["a.zarr"]

    assert [axis["name"] for axis in record["axes"]] == ["z", "y", "x"]
    assert record["shape"] == [3, 32, 32]
    assert chunks(host)


def test_a_root_that_says_the_same_in_other_words_is_inspected(host: FaultServer, tmp_path: Path) -> None:
    """The document is compared by its bytes; the record stays as it was."""
    before = build(host, tmp_path).records()["a.zarr"]
    file = tmp_path / "data" / "a.zarr" / "zarr.json"
    file.write_text(json.dumps(json.loads(file.read_text()), indent=4))
    after = build(host, tmp_path, refresh=True).records()["a.zarr"]

    assert len(paths(host)) > 1
    assert after | {"checked_at": ""} == before | {"checked_at": ""}


def test_other_picture_sizes_cost_pixels_and_no_documents(host: FaultServer, tmp_path: Path) -> None:
    """Documents come from the cache, pixels are not kept."""
    before = build(host, tmp_path).records()["a.zarr"]
    after = build(host, tmp_path, pixels=32).records()["a.zarr"]

    assert chunks(host)
    assert [path for path in paths(host) if path.endswith(".json")] == []
    assert (before["thumbnail"]["width"], after["thumbnail"]["width"]) == (64, 32)


def test_other_code_costs_pixels_and_no_documents(host: FaultServer, tmp_path: Path) -> None:
    """Findings that an older version made are made again, and are current then."""
    before = build(host, tmp_path).records()["a.zarr"]
    with Cache.open(tmp_path / "cache") as cache:
        known = cache.known(host.url("/a.zarr"))
        assert known
        cache.put_known(host.url("/a.zarr"), replace(known, made_by="an older version"))
    after = build(host, tmp_path).records()["a.zarr"]

    assert chunks(host)
    assert [path for path in paths(host) if path.endswith(".json")] == []
    assert after == before | {"checked_at": after["checked_at"]}
    build(host, tmp_path)
    assert host.asked == []


def test_lost_pictures_cost_pixels_and_no_documents(host: FaultServer, tmp_path: Path) -> None:
    """Pictures that were deleted from the cache are drawn again from the same documents."""
    before = build(host, tmp_path).records()["a.zarr"]
    shutil.rmtree(tmp_path / "cache" / "pictures")
    site = build(host, tmp_path)

    assert chunks(host)
    assert [path for path in paths(host) if path.endswith(".json")] == []
    assert site.records()["a.zarr"]["thumbnail"] == before["thumbnail"]
    assert (site.folder / before["thumbnail"]["path"]).is_file()


def test_another_series0_is_inspected(host: FaultServer, tmp_path: Path) -> None:
    """The list's choice of the image decides what is found."""
    shutil.rmtree(tmp_path / "data" / "a.zarr")
    write_plate(tmp_path / "data" / "a.zarr", ["A/1", "B/2"])
    before = build(host, tmp_path).records()["a.zarr"]
    after = build(host, tmp_path, "series0=B/2/1").records()["a.zarr"]

    assert (before["image_path"], after["image_path"]) == ("A/1/1", "B/2/1")
    build(host, tmp_path, "series0=B/2/1")
    assert host.asked == []


def test_a_column_that_says_nothing_of_reading_is_no_reason(host: FaultServer, tmp_path: Path) -> None:
    """An organism is of the list alone: the record has it, and the host is not asked."""
    build(host, tmp_path)
    record = build(host, tmp_path, "organismId=NCBITaxon:7955").records()["a.zarr"]

    assert host.asked == []
    assert record["organism"]["id"] == "NCBITaxon:7955"


def test_an_empty_picture_is_a_reason(host: FaultServer, tmp_path: Path) -> None:
    """Pixels may come after the metadata: the root does not tell, so they are requested, too."""
    empty(tmp_path / "data" / "a.zarr")
    record = build(host, tmp_path).records()["a.zarr"]
    build(host, tmp_path, refresh=True)

    assert record["shown"]["empty"] is True
    assert chunks(host)


def test_a_missing_level_is_a_reason(host: FaultServer, tmp_path: Path) -> None:
    """What is wrong below the root may have been repaired under the same root."""
    shutil.move(tmp_path / "data" / "a.zarr" / "0", tmp_path / "level")
    before = build(host, tmp_path).records()["a.zarr"]
    shutil.move(tmp_path / "level", tmp_path / "data" / "a.zarr" / "0")
    after = build(host, tmp_path, refresh=True).records()["a.zarr"]

    assert (before["valid"], after["valid"]) == (False, True)
    assert "/a.zarr/0/zarr.json" in paths(host)


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_refusal_is_kept_for_half_a_day(host: FaultServer, tmp_path: Path, status: int) -> None:
    """A host that said no is not asked again by the next build, but by a refresh."""
    host.scripts[ROOT] = host.scripts["/a.zarr/.zattrs"] = [answer(status)]
    first = build(host, tmp_path).records()["a.zarr"]["status"]
    second = build(host, tmp_path).records()["a.zarr"]["status"]

    assert first == second == ("forbidden" if status == 403 else "missing")
    assert host.asked == []
    build(host, tmp_path, refresh=True)
    assert ROOT in paths(host)


def test_what_gave_no_answer_is_asked_by_each_build(host: FaultServer, tmp_path: Path) -> None:
    """A silent host may be back at any time."""
    host.down = True
    first = build(host, tmp_path).records()["a.zarr"]["status"]
    host.down = False
    second = build(host, tmp_path).records()["a.zarr"]["status"]

    assert (first, second) == ("unreachable", "ok")


def test_a_crate_that_is_added_below_an_unchanged_root_is_not_seen(host: FaultServer, tmp_path: Path) -> None:
    """That is the price of one request; a dataset that is listed anew is read whole."""
    build(host, tmp_path)
    write_crate(tmp_path / "data" / "a.zarr", name="a name")
    kept = build(host, tmp_path, refresh=True).records()["a.zarr"]
    shutil.rmtree(tmp_path / "cache")
    read = build(host, tmp_path).records()["a.zarr"]

    assert "a name" not in json.dumps(kept)
    assert "a name" in json.dumps(read)


def test_an_offline_build_reads_the_lists_of_this_machine(host: FaultServer, tmp_path: Path) -> None:
    """An edited one, a new one and one that is gone: they need no network."""
    config = write_config(tmp_path / "local.toml", "ours.csv")
    write_list(tmp_path / "ours.csv", "url,name", f"{host.url('/a.zarr')},old")
    assert build_site(config, tmp_path).records()["a.zarr"]["name"] == "old"
    host.asked.clear()
    write_list(tmp_path / "ours.csv", "url,name", "more.csv,new", "gone.csv,")
    write_list(tmp_path / "more.csv", host.url("/a.zarr"))
    site = build_site(config, tmp_path, offline=True)

    assert site.records()["a.zarr"]["name"] == "new"
    assert "list-unreadable" in [each["code"] for each in site.report()["problems"]]
    assert host.asked == []


def test_an_offline_build_requests_nothing(host: FaultServer, tmp_path: Path) -> None:
    """It shows what is known, however old, and says of the rest that it was not reached."""
    write_labels(tmp_path / "data" / "a.zarr", size=128)
    before = build(host, tmp_path).records()["a.zarr"]
    after = build(host, tmp_path, offline=True).records()["a.zarr"]

    assert host.asked == []
    assert after == before


def test_what_is_kept_depends_on_the_table_of_codes() -> None:
    """Kept problems repeat its levels and hints, so a changed row must lead to a new inspection."""
    folder = files("sitegen.model")
    holders = [package for package in METADATA_PACKAGES if (files("sitegen") / package / "codes.txt").is_file()]

    assert (folder / "codes.txt").is_file()
    assert holders == ["model"]


def test_a_fingerprint_is_that_of_its_packages() -> None:
    """Metadata and pictures have different ones; the same packages have the same."""
    metadata, both = (code_fingerprint(each) for each in (METADATA_PACKAGES, METADATA_PACKAGES + PICTURE_PACKAGES))

    assert metadata != both
    assert code_fingerprint(tuple(METADATA_PACKAGES)) == metadata
    assert len(metadata) == 64
