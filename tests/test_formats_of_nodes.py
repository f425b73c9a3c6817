"""The Zarr format of each group and array: by its version, and by what is above it; in builds and `validate` alike."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builds import Site, build_site, write_config
from fault_server import FaultServer, serving
from stores import empty, write_crate, write_group, write_image, write_labels, write_list, write_plate

from sitegen.commands.progress import Progress
from sitegen.commands.target_reports import TargetReport
from sitegen.commands.validate import validate_targets

MISSING = {"dataset-missing", "no-image", "well-group", "field-missing", "series-child", "labels-child", "not-zarr"}
LEVEL_0, LEVEL_1 = "multiscales/0/datasets/0", "multiscales/0/datasets/1"


def rewrite(group: Path, zarr_format: int) -> Path:
    """Write the same attributes of a group as a group of another Zarr format."""
    old = [path for name in ("zarr.json", ".zattrs", ".zgroup") if (path := group / name).is_file()]
    stated = json.loads(next(path for path in old if path.name != ".zgroup").read_text())
    for path in old:
        path.unlink()
    return write_group(group, stated["attributes"] if "zarr_format" in stated else stated, zarr_format=zarr_format)


def keyed_in_format_2(folder: Path) -> None:
    """OME-Zarr 0.5 throughout, but in Zarr format 2."""
    write_image(folder, zarr_format=2)
    stated = json.loads((write_image(folder.with_name("model.zarr")) / "zarr.json").read_text())["attributes"]
    write_group(folder, stated, zarr_format=2)


def keyed_over_arrays_of_format_3(folder: Path) -> None:
    """OME-Zarr 0.5 in a group of format 2; its arrays are of format 3."""
    rewrite(write_image(folder), 2)


def older_in_format_3(folder: Path) -> None:
    """OME-Zarr 0.4 in a group of format 3 over arrays of format 2."""
    rewrite(write_image(folder, zarr_format=2), 3)


def older_over_arrays_of_format_3(folder: Path) -> None:
    """OME-Zarr 0.4 in a group of format 2 over arrays of format 3."""
    stated = json.loads((write_image(folder.with_name("model.zarr"), zarr_format=2) / ".zattrs").read_text())
    write_image(folder)
    (folder / "zarr.json").unlink()
    write_group(folder, stated, zarr_format=2)


def newer_over_arrays_of_format_2(folder: Path) -> None:
    """OME-Zarr 0.5 in a group of format 3 over arrays of format 2."""
    stated = json.loads((write_image(folder.with_name("model.zarr")) / "zarr.json").read_text())["attributes"]
    write_image(folder, zarr_format=2)
    for name in (".zattrs", ".zgroup"):
        (folder / name).unlink()
    write_group(folder, stated)


def plate_with_a_well_of_format_2(folder: Path) -> None:
    """Its only well is of format 2, and holds an image of 0.4."""
    write_plate(folder, ["A/1"])
    well = json.loads((folder / "A" / "1" / "zarr.json").read_text())["attributes"]["ome"]["well"]
    (folder / "A" / "1" / "zarr.json").unlink()
    write_group(folder / "A" / "1", {"well": {**well, "version": "0.4"}}, zarr_format=2)


def series_with_an_image_of_format_2(folder: Path) -> None:
    """Its only image is one of 0.4."""
    write_group(folder, {"ome": {"version": "0.5", "bioformats2raw.layout": 3}})
    write_group(folder / "OME", {"ome": {"version": "0.5", "series": ["0"]}})
    write_image(folder / "0", zarr_format=2)


def labels_of_format_3(folder: Path) -> None:
    """An image of 0.4 with labels of 0.5."""
    write_image(folder, zarr_format=2)
    write_labels(folder)


Write = Callable[[Path], None]
CASES: list[tuple[Write, set[str]]] = [
    (keyed_in_format_2, {""}),
    (keyed_over_arrays_of_format_3, {"", LEVEL_0}),
    (older_in_format_3, {"", LEVEL_0}),
    (older_over_arrays_of_format_3, {LEVEL_0}),
    (newer_over_arrays_of_format_2, {LEVEL_0}),
    (plate_with_a_well_of_format_2, {"A/1"}),
    (series_with_an_image_of_format_2, {"0"}),
    (labels_of_format_3, {"labels"}),
]


@pytest.fixture
def host(tmp_path: Path) -> Any:
    """A server of the folder `data`."""
    with serving(tmp_path / "data") as server:
        yield server


def build(folder: Path, host: FaultServer, *names: str, **options: Any) -> Site:
    """Build a catalog of datasets of a host."""
    lists = write_list(folder / "root.csv", "url", *(host.url(f"/{name}") for name in names))
    return build_site(write_config(folder / "sitegen.toml", lists), folder, **options)


def validate(target: str) -> TargetReport:
    """Return what `sitegen validate` reports."""
    (report,) = asyncio.run(validate_targets([target], Progress(io.StringIO())))
    return report


@pytest.mark.parametrize(("write", "places"), CASES)
def test_a_format_that_does_not_fit_is_an_error(
    tmp_path: Path, host: FaultServer, write: Write, places: set[str]
) -> None:
    """Build and validate name the same places; nothing is called missing, and the picture is drawn."""
    write(tmp_path / "data" / "a.zarr")
    record = build(tmp_path, host, "a.zarr").records()["a.zarr"]
    report = validate(host.url("/a.zarr"))

    wrong = {problem["where"] for problem in record["problems"] if problem["code"] == "version-format"}
    assert places <= wrong <= {each.where for each in report.problems if each.code == "version-format"}
    assert (record["valid"], report.valid) == (False, False)
    assert not MISSING & {problem["code"] for problem in record["problems"]}
    assert not MISSING & {problem.code for problem in report.problems}
    assert record["thumbnail"]


@pytest.mark.parametrize("write", [case[0] for case in CASES])
def test_a_hint_names_only_files_that_exist(tmp_path: Path, host: FaultServer, write: Write) -> None:
    """Who reads it would look for the file that it names."""
    folder = tmp_path / "data" / "a.zarr"
    write(folder)
    record = build(tmp_path, host, "a.zarr").records()["a.zarr"]
    hints = " ".join([problem["hint"] for problem in record["problems"]])
    hints += " ".join(problem.hint for problem in validate(host.url("/a.zarr")).problems)

    for name in ("zarr.json", ".zattrs", ".zarray", ".zgroup", "dimension_names", "dimension_separator"):
        file = {"dimension_names": "zarr.json", "dimension_separator": ".zarray"}.get(name, name)
        assert name not in hints or list(folder.rglob(file))


def test_labels_of_format_2_below_an_image_of_format_3(tmp_path: Path) -> None:
    """Validate finds them; a build does not look for them, because most images have no labels."""
    folder = write_image(tmp_path / "a.zarr")
    rewrite(write_labels(folder), 2)
    rewrite(folder / "labels", 2)
    wrong = {each.where for each in validate(str(folder)).problems if each.code == "version-format"}

    assert {"labels", "labels/nuclei"} <= wrong


def test_the_newer_format_counts_whatever_the_neighbors_have(tmp_path: Path, host: FaultServer) -> None:
    """Of documents of both formats `zarr.json` is read, also where all other datasets are of format 2."""
    names = [f"{number}.zarr" for number in range(6)]
    for name in names:
        write_image(tmp_path / "data" / name, zarr_format=2)
    both = tmp_path / "data" / names[3]
    write_group(both, {"ome": {"version": "0.5", "multiscales": []}})
    records = build(tmp_path, host, *names).records()

    assert [records[name]["zarr_format"] for name in names] == [2, 2, 2, 3, 2, 2]


def test_a_format_that_is_added_is_noticed(tmp_path: Path, host: FaultServer) -> None:
    """An unchanged `.zattrs` does not mean that nothing changed: `zarr.json` is requested, too."""
    folder = write_image(tmp_path / "data" / "a.zarr", zarr_format=2)
    before = build(tmp_path, host, "a.zarr").records()["a.zarr"]
    write_image(folder)
    after = build(tmp_path, host, "a.zarr", refresh=True).records()["a.zarr"]

    assert (before["ome_zarr_version"], after["ome_zarr_version"]) == ("0.4", "0.5")


def test_a_well_that_is_added_is_noticed(tmp_path: Path, host: FaultServer) -> None:
    """It was listed before it was there, so the plate's document stays the same."""
    write_plate(tmp_path / "data" / "a.zarr", ["A/1"], listed=["A/1", "B/2"])
    before = build(tmp_path, host, "a.zarr").codes("a.zarr")
    shutil.rmtree(tmp_path / "data" / "a.zarr")
    write_plate(tmp_path / "data" / "a.zarr", ["A/1", "B/2"])
    after = build(tmp_path, host, "a.zarr", refresh=True).codes("a.zarr")

    assert ("well-group" in before, "well-group" in after) == (True, False)


def test_a_well_whose_document_is_broken(tmp_path: Path, host: FaultServer) -> None:
    """Its JSON is what is wrong; the plate is not told that there is nothing."""
    folder = write_plate(tmp_path / "data" / "a.zarr", ["A/1", "B/2"])
    (folder / "A" / "1" / "zarr.json").write_text("{broken")
    problems = build(tmp_path, host, "a.zarr").records()["a.zarr"]["problems"]
    (broken,) = (problem for problem in problems if problem["code"] == "json-invalid")
    (well,) = (problem for problem in problems if problem["code"] == "well-group")

    assert broken["where"] == "A/1/zarr.json"
    assert well["message"] == '"A/1" should be a group with `well`; its metadata cannot be read'


def test_a_broken_crate_is_one_problem(tmp_path: Path, host: FaultServer) -> None:
    """Even if it is neither UTF-8 nor JSON; a correct one is found after that."""
    folder = write_image(tmp_path / "data" / "a.zarr")
    (folder / "ro-crate-metadata.json").write_bytes(b"\xef\xbb\xbf{broken \xff")
    codes = build(tmp_path, host, "a.zarr").codes("a.zarr")
    write_crate(folder, name="repaired")
    after = build(tmp_path, host, "a.zarr", refresh=True).records()["a.zarr"]

    assert codes.count("crate-unreadable") == 1
    assert (after["name"], [each["code"] for each in after["problems"] if each["code"] == "crate-unreadable"]) == (
        "repaired",
        [],
    )


def test_every_dataset_is_asked_for_crate_and_labels_once(tmp_path: Path, host: FaultServer) -> None:
    """Also in a large folder whose other datasets have none; that there is none is remembered until a later build."""
    names = [f"{number}.zarr" for number in range(200)]
    asked = [f"/{name}/{document}" for name in names for document in ("ro-crate-metadata.json", "labels/zarr.json")]
    for name in names:
        write_group(tmp_path / "data" / name, {"ome": {"version": "0.5", "multiscales": []}})
    image = write_image(tmp_path / "data" / names[77])
    empty(image)
    write_crate(image, name="the only one")
    write_labels(image)
    record = build(tmp_path, host, *names).records()[names[77]]
    build_again(tmp_path)

    assert (record["name"], record["label_images"]) == ("the only one", ["nuclei"])
    assert Counter(each.path for each in host.asked if each.path in set(asked)) == dict.fromkeys(asked, 1)


def build_again(folder: Path) -> None:
    """Build with other pictures, so that each dataset is inspected again."""
    config = folder / "sitegen.toml"
    config.write_text(config.read_text().replace("thumbnail_px = 64", "thumbnail_px = 65"))
    build_site(config, folder)
