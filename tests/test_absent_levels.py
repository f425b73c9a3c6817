"""Builds of datasets whose levels, wells or images are not all there, or not as consolidated metadata say."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zarr
from hosted import Built, hosting, is_gradient
from stores import empty, write_grid, write_group, write_image, write_labels

from sitegen.cli import main


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., Built]]:
    """Return a function that builds a catalog of `data/a.zarr`."""
    with hosting(tmp_path) as run:
        yield run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the dataset."""
    return tmp_path / "data" / "a.zarr"


# -- levels -------------------------------------------------------------------------------


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize("absent", [("0",), ("0", "1")])
def test_the_finest_levels_are_absent(
    build: Callable[..., Built], folder: Path, absent: tuple[str, ...], zarr_format: int
) -> None:
    """The best level that is there is drawn; each absent one that was requested is an error."""
    write_image(folder, axes="yx", shape=(256, 256), levels=3, zarr_format=zarr_format)
    for level in absent:
        shutil.rmtree(folder / level)
    built = build()

    assert is_gradient(built.pixels())
    assert built.record["shown"]["level"] == str(len(absent))
    assert built.record["valid"] is False
    places = [f"multiscales/0/datasets/{level}" for level in absent]
    assert built.problems("dataset-missing") == [("dataset-missing", "error", place) for place in places]
    assert [level["shape"] for level in built.record["levels"]][: len(absent)] == [None] * len(absent)


@pytest.mark.parametrize("document", ["{", '{"zarr_format": 3, "node_type": "array", "shape": "?"}'])
def test_the_finest_level_is_broken(build: Callable[..., Built], folder: Path, document: str) -> None:
    """The next level is drawn; the error stays."""
    write_image(folder, axes="yx", shape=(128, 128), levels=2)
    (folder / "0" / "zarr.json").write_text(document)
    built = build()

    assert is_gradient(built.pixels())
    assert [each["level"] for each in built.record["problems"] if each["where"].startswith("0/zarr.json")] == ["error"]


def test_levels_are_looked_for_in_vain(build: Callable[..., Built], folder: Path) -> None:
    """Each level is requested once, by each document that may be there."""
    write_image(folder, axes="yx", shape=(1024, 1024), levels=8)
    for level in range(8):
        shutil.rmtree(folder / str(level))
    built = build()

    assert built.record["thumbnail"] is None
    levels = [asked.path for asked in built.host.asked if asked.path.removeprefix("/a.zarr/")[0].isdecimal()]
    names = ("zarr.json", ".zarray", ".zgroup")
    assert levels == [f"/a.zarr/{level}/{name}" for level in range(8) for name in names]


# -- consolidated metadata -------------------------------------------------------------------


def consolidate(folder: Path) -> None:
    """Consolidate the metadata of a store, as zarr-python does."""
    zarr.consolidate_metadata(folder, zarr_format=3)


def resize(folder: Path, level: str, *shape: int) -> None:
    """Let an array's own document state another shape, as a resize does."""
    document = json.loads((folder / level / "zarr.json").read_text())
    document["shape"] = list(shape)
    (folder / level / "zarr.json").write_text(json.dumps(document))


def validated(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return the problems that `sitegen validate` reports."""
    main(["validate", str(folder), "--format", "json"])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)[0]["problems"]
    return found


def test_honest_consolidated_metadata_are_no_problem(
    build: Callable[..., Built], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither a build nor `validate` reports anything."""
    write_labels(write_image(folder))
    consolidate(folder)

    assert build().problems("consolidated-stale") == []
    assert [each for each in validated(folder, capsys) if each["code"] == "consolidated-stale"] == []


def test_the_document_of_the_drawn_level_beats_stale_metadata(
    build: Callable[..., Built], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After an append the record has the new shape; the warning names both, alike in `validate`."""
    write_image(folder, axes="tyx", shape=(2, 64, 64), levels=1)
    consolidate(folder)
    resize(folder, "0", 5, 64, 64)
    built = build()

    assert built.record["levels"][0]["shape"] == [5, 64, 64]
    warning = built.problem("consolidated-stale")
    assert (warning["level"], warning["where"]) == ("warning", "0")
    assert "states shape [5, 64, 64], the consolidated metadata above [2, 64, 64]" in warning["message"]
    assert [each["message"] for each in validated(folder, capsys) if each["code"] == "consolidated-stale"] == [
        warning["message"]
    ]


def test_stale_separators_are_not_used(build: Callable[..., Built], folder: Path) -> None:
    """The level's own document says where its chunks are, although its copy says otherwise."""
    write_image(folder, axes="yx", shape=(64, 64), levels=1)
    consolidate(folder)
    root = json.loads((folder / "zarr.json").read_text())
    copy = root["consolidated_metadata"]["metadata"]["0"]
    copy["chunk_key_encoding"] = {"name": "v2", "configuration": {"separator": "."}}
    (folder / "zarr.json").write_text(json.dumps(root))
    built = build()

    assert is_gradient(built.pixels())
    assert built.problems("chunk-keys", "consolidated-stale") == [("consolidated-stale", "warning", "0")]


def test_a_coarse_level_that_only_the_copy_has(build: Callable[..., Built], folder: Path) -> None:
    """The level that would be drawn was deleted; another is drawn."""
    write_image(folder, axes="yx", shape=(1024, 1024), levels=2, chunks=(512, 512))
    consolidate(folder)
    shutil.rmtree(folder / "1")
    built = build()

    assert built.record["shown"]["level"] == "0"
    assert is_gradient(built.pixels())
    assert built.problem("consolidated-stale")["message"].endswith("name it, but it is not there")
    assert ("dataset-missing", "error", "multiscales/0/datasets/1") in built.problems("dataset-missing")


def test_labels_that_were_added_later(build: Callable[..., Built], folder: Path) -> None:
    """They are found and drawn; the warning says that the consolidated metadata lack them."""
    write_image(folder, axes="yx", shape=(64, 64))
    consolidate(folder)
    write_labels(folder)
    built = build()

    assert built.record["label_images"] == ["nuclei"]
    assert built.record["overlay"]
    warning = built.problem("consolidated-stale")
    assert (warning["where"], warning["level"]) == ("labels", "warning")
    assert "do not name it (and likewise 2 more nodes)" in warning["message"]


def test_stale_metadata_from_cache_and_host(build: Callable[..., Built], folder: Path, tmp_path: Path) -> None:
    """A further build, `--refresh` and an empty cache report the same."""
    write_image(folder, axes="tyx", shape=(2, 64, 64), levels=2)
    consolidate(folder)
    resize(folder, "0", 5, 64, 64)
    found = [build().record, build().record, build(refresh=True).record]
    shutil.rmtree(tmp_path / "cache")
    found.append(build().record)

    assert [each["problems"] for each in found] == [found[0]["problems"]] * 4
    assert [each["levels"] for each in found] == [found[0]["levels"]] * 4


# -- wells, fields, images ----------------------------------------------------------------------


def test_wells_are_requested_beyond_the_first_five(build: Callable[..., Built], folder: Path) -> None:
    """Eleven more, spread over the plate; the description says how many."""
    absent = {(row, column) for row in range(4) for column in range(6) if row < 3}
    write_grid(folder, 4, 6, absent=absent, levels=1)
    built = build()

    assert is_gradient(built.pixels())
    assert built.record["image_path"].startswith("D/")
    assert "that were requested, the others are not there" in built.record["shown"]["how"]
    assert built.record["valid"] is False
    assert len(built.record["plate"]["absent"]) >= 5


def test_a_plate_without_any_well(build: Callable[..., Built], folder: Path) -> None:
    """The error says how many of its wells were requested."""
    write_grid(folder, 8, 12, absent={(row, column) for row in range(8) for column in range(12)})
    built = build()

    assert "(16 of 96 listed wells were requested)" in built.problem("no-image")["message"]
    assert len({asked.path.rpartition("/")[0] for asked in built.host.asked if asked.path.count("/") == 4}) == 16


def test_a_first_field_that_is_absent(build: Callable[..., Built], folder: Path) -> None:
    """The next field of the well is shown."""
    write_grid(folder, 1, 2, levels=1)
    fields = {"images": [{"path": "gone"}, {"path": "0"}]}
    write_group(folder / "A" / "1", {"ome": {"version": "0.5", "well": fields}})
    built = build()

    assert built.record["image_path"] == "A/1/0"
    assert is_gradient(built.pixels())


def test_a_first_well_without_pixels(build: Callable[..., Built], folder: Path) -> None:
    """Its image is there, but no level of it: the next well is shown, and the error stays."""
    write_grid(folder, 1, 3, levels=1)
    shutil.rmtree(folder / "A" / "1" / "0" / "0")
    built = build()

    assert built.record["image_path"] == "A/2/0"
    assert is_gradient(built.pixels())
    assert ("dataset-missing", "error", "A/1/0/multiscales/0/datasets/0") in built.problems("dataset-missing")


def test_an_empty_first_well_is_no_problem(build: Callable[..., Built], folder: Path) -> None:
    """That a well has no chunks is honest where the next has some."""
    write_grid(folder, 1, 3, levels=1)
    empty(folder / "A" / "1" / "0")
    built = build()

    assert built.record["image_path"] == "A/2/0"
    assert built.problems("chunks-absent", "chunk-keys") == []


def test_a_first_label_that_is_absent(build: Callable[..., Built], folder: Path) -> None:
    """A labels group that is listed itself is shown by the first label image that is there."""
    image = folder.parent / "image"
    write_labels(write_image(image))
    shutil.move(image / "labels", folder)
    write_group(folder, {"ome": {"version": "0.5", "labels": ["gone", "nuclei"]}})
    built = build()

    assert built.record["image_path"] == "nuclei"
    assert built.record["thumbnail"]


# -- paths that lead elsewhere ----------------------------------------------------------------------

OUTSIDE = ["../b.zarr/0", "/b.zarr/0", "%2e%2e/b.zarr/0", "%252e%252e/b.zarr/0", "..\\b.zarr\\0", "x/../../b.zarr/0"]


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize("kind", ["dataset", "label", "well", "field", "series", "thumbnail"])
def test_no_path_leads_out_of_the_dataset(build: Callable[..., Built], folder: Path, path: str, kind: str) -> None:
    """No request is made beside the dataset, and nothing from there is published."""
    write_image(folder.parent / "b.zarr", axes="yx", shape=(64, 64), levels=1)
    write_labels(folder.parent / "b.zarr")
    write_image(folder, axes="yx", shape=(64, 64), levels=1)
    document = json.loads((folder / "zarr.json").read_text())
    ome = document["attributes"]["ome"]
    if kind == "dataset":
        ome["multiscales"][0]["datasets"][0]["path"] = path
    elif kind == "label":
        write_group(folder / "labels", {"ome": {"version": "0.5", "labels": [path]}})
    elif kind == "well":
        wells = [{"path": path, "rowIndex": 0, "columnIndex": 0}]
        plate = {"rows": [{"name": "A"}], "columns": [{"name": "1"}], "wells": wells}
        document["attributes"]["ome"] = {"version": "0.5", "plate": plate}
    elif kind == "field":
        document["attributes"]["ome"] = {"version": "0.5", "well": {"images": [{"path": path}]}}
    elif kind == "series":
        document["attributes"]["ome"] = {"version": "0.5", "bioformats2raw.layout": 3}
        write_group(folder / "OME", {"ome": {"version": "0.5", "series": [path]}})
    else:
        document["attributes"]["thumbnails"] = [{"path": path, "width": 8, "height": 8, "media_type": "image/png"}]
    (folder / "zarr.json").write_text(json.dumps(document))
    built = build()

    assert not [asked.path for asked in built.host.asked if "b.zarr" in asked.path]
    if kind != "series":  # the document of its `OME` group is validated, not reported as read
        assert "path-unsafe" in {each["code"] for each in built.record["problems"]}
