"""One dataset on disk: what an inspection finds and requests, and which problems it reports."""

from __future__ import annotations

import asyncio
import json
import pickle
import threading
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
import zarr
from inspecting import FolderIO, inspect_here
from PIL import Image
from stores import multiscale, write_crate, write_group, write_image, write_plate
from validation.stores import image_store

from sitegen import urls
from sitegen.cache.folder import Cache
from sitegen.config.settings import CrawlSettings
from sitegen.engine.documents import CachedClient
from sitegen.engine.local_io import LocalIO
from sitegen.engine.workers import WorkerPool
from sitegen.errors import BuildError
from sitegen.inspection.files import DatasetFiles
from sitegen.inspection.inspector import inspect
from sitegen.model import Cost, Findings
from sitegen.model.task import KnownRoot, PictureOptions, Task
from sitegen.net.client import Client
from sitegen.transfer import Allowance


def look(folder: Path, *, series0: str | None = None, count_bytes: bool = False) -> tuple[Findings, Cost]:
    """Return what an inspection of a folder finds, and what it cost."""
    url = urls.from_path(folder)
    task = Task(
        url=url,
        max_bytes=10_000_000,
        deadline_s=60,
        local_folder=url,
        series0=series0,
        count_bytes=count_bytes,
        pictures=PictureOptions(),
    )
    outcome = inspect_here(task)
    return outcome.findings, outcome.cost


def wrap(ome: dict[str, Any], zarr_format: int) -> dict[str, Any]:
    """Return the attributes that hold OME metadata."""
    return {"ome": {"version": "0.5", **ome}} if zarr_format == 3 else ome


def errors(found: Findings) -> list[tuple[str, str]]:
    """Return code and place of each error."""
    return [(problem.code, problem.where) for problem in found.problems if problem.level == "error"]


@pytest.mark.parametrize(("zarr_format", "version"), [(3, "0.5"), (2, "0.4")])
def test_an_image_is_read_whatever_its_format(tmp_path: Path, zarr_format: int, version: str) -> None:
    """Kind, version, axes, shape and a picture come from the data."""
    found, _ = look(write_image(tmp_path / "a.zarr", zarr_format=zarr_format))

    assert (found.status, found.kind, found.ome_zarr_version) == ("ok", "image", version)
    assert [axis.name for axis in found.axes or ()] == ["c", "y", "x"]
    assert [level.shape for level in found.levels] == [(2, 64, 64), (2, 32, 32)]
    assert found.thumbnail
    assert found.valid is True


def test_an_image_costs_few_requests(tmp_path: Path) -> None:
    """Root, RO-Crate, level 0, labels, and one object of pixels."""
    _, allowance = look(write_image(tmp_path / "a.zarr", levels=1))

    assert allowance.requests == 5


def test_documents_that_were_not_read_are_not_validated(tmp_path: Path) -> None:
    """The attributes of an array in Zarr format 2 are a document that is not requested."""
    folder = tmp_path / "a.zarr"
    for path, documents in image_store("0.3").items():
        (folder / path).mkdir(parents=True, exist_ok=True)
        for name, document in documents.items():
            (folder / path / name).write_text(json.dumps(document))

    found, _ = look(folder)

    assert found.ome_zarr_version == "0.3"
    assert "array-dimensions" not in {problem.code for problem in found.problems}


def test_a_crate_is_read(tmp_path: Path) -> None:
    """Name and license of the root entity are found."""
    folder = write_image(tmp_path / "a.zarr")
    write_crate(folder, name="A cell", license="https://creativecommons.org/licenses/by/4.0/")
    found, _ = look(folder)

    assert found.crate
    assert (found.crate.name, found.crate.license) == ("A cell", "https://creativecommons.org/licenses/by/4.0/")


def test_plate_is_represented_by_its_first_existing_well(tmp_path: Path) -> None:
    """The first listed well is missing, and the field is not named `0`."""
    found, _ = look(write_plate(tmp_path / "p.zarr", ["B/2"], listed=["A/1", "B/2"], field="7"))

    assert (found.kind, found.image_path, found.images) == ("plate", "B/2/7", 2)
    assert found.plate
    assert found.plate.shown == (1, 1)
    assert errors(found) == [("well-group", "plate/wells/0"), ("well-group", "plate/wells")]  # the row is absent, too
    assert found.thumbnail


def test_well(tmp_path: Path) -> None:
    """A well can be listed by itself."""
    found, _ = look(write_plate(tmp_path / "p.zarr", ["B/2"], field="7") / "B" / "2")

    assert (found.kind, found.image_path, found.images) == ("well", "7", 1)


def test_a_picture_supplied_with_a_plate_is_used(tmp_path: Path) -> None:
    """A picture that the root supplies is preferred to rendering one of its images."""
    folder = write_plate(tmp_path / "p.zarr", ["B/2"])
    document = json.loads((folder / "zarr.json").read_text())
    document["attributes"]["thumbnails"] = [{"uri": "small.png", "width": 300, "height": 200}]
    (folder / "zarr.json").write_text(json.dumps(document))
    Image.new("RGB", (300, 200), "red").save(folder / "small.png")
    found, _ = look(folder)

    assert found.shown
    assert "the one that the dataset supplies" in found.shown.how


def test_series_is_represented_by_the_first_of_its_ome_group(tmp_path: Path) -> None:
    """The group `OME` states the order, not the numbers."""
    folder = write_group(tmp_path / "s.zarr", {"ome": {"version": "0.5", "bioformats2raw.layout": 3}})
    write_group(folder / "OME", {"ome": {"version": "0.5", "series": ["second", "first"]}})
    write_image(folder / "second")
    found, _ = look(folder)

    assert (found.kind, found.image_path, found.images) == ("series", "second", 2)


def test_a_series_without_a_list_is_counted(tmp_path: Path) -> None:
    """Without a group `OME`, the images are 0, 1, … up to the first that is missing."""
    folder = write_group(tmp_path / "s.zarr", {"ome": {"version": "0.5", "bioformats2raw.layout": 3}})
    for name in ("0", "1", "2", "4"):
        write_image(folder / name)
    found, _ = look(folder)

    assert (found.image_path, found.images, found.series) == ("0", 3, ("0", "1", "2"))


def test_a_scene_counts_its_images(tmp_path: Path) -> None:
    """Each image of a scene counts once."""
    ends = [{"name": "physical", "path": "left"}, {"name": "physical", "path": "right"}, {"name": "world"}]
    links = [{"type": "identity", "input": end, "output": ends[2]} for end in ends[:2]]
    scene = {"coordinateSystems": [{"name": "world", "axes": []}], "coordinateTransformations": links}
    folder = write_group(tmp_path / "s.zarr", {"ome": {"version": "0.6", "scene": scene}})
    write_image(folder / "left")
    found, _ = look(folder)

    assert (found.kind, found.image_path, found.images) == ("scene", "left", 2)


def test_a_series_has_the_version_of_its_images(tmp_path: Path) -> None:
    """Before 0.5 the root of a series states none, and bioformats2raw is older than 0.4."""
    folder = write_group(tmp_path / "s.zarr", {"bioformats2raw.layout": 3}, zarr_format=2)
    write_image(folder / "0", axes="tczyx", shape=(1, 1, 1, 64, 64), levels=1, zarr_format=2)
    old = {"version": "0.2", "name": "a", "type": "mean", "metadata": {}, "datasets": [{"path": "0"}]}
    write_group(folder / "0", {"multiscales": [old]}, zarr_format=2)
    found, _ = look(folder)

    assert (found.ome_zarr_version, found.valid, errors(found)) == ("0.2", True, [])


def test_series0_of_the_list_is_used(tmp_path: Path) -> None:
    """The path in the list is preferred to everything else."""
    folder = write_group(tmp_path / "g.zarr", {})
    write_image(folder / "setup0" / "timepoint0")
    found, _ = look(folder, series0="setup0/timepoint0")

    assert found.image_path == "setup0/timepoint0"
    assert found.thumbnail


def test_labels_are_found(tmp_path: Path) -> None:
    """The group `labels` states their names."""
    folder = write_image(tmp_path / "a.zarr")
    write_group(folder / "labels", {"ome": {"version": "0.5", "labels": ["nuclei", "cells/outer"]}})
    found, _ = look(folder)

    assert found.label_images == ("nuclei", "cells/outer")


def test_missing_dataset(tmp_path: Path) -> None:
    """No document of either format exists."""
    found, _ = look(tmp_path / "gone.zarr")

    assert (found.status, found.kind) == ("missing", None)
    assert [problem.code for problem in found.problems] == ["not-found"]


def test_a_page_in_place_of_metadata_is_unreadable(tmp_path: Path) -> None:
    """A file with HTML is not JSON."""
    (tmp_path / "zarr.json").write_text("<!doctype html><title>Not here</title>")
    found, _ = look(tmp_path)

    assert found.status == "unreadable"
    assert [problem.code for problem in found.problems] == ["not-json"]


def test_zarr_without_ome_is_a_group(tmp_path: Path) -> None:
    """A problem says why there is no picture."""
    found, _ = look(write_group(tmp_path / "g.zarr", {}))

    assert (found.status, found.kind, found.valid) == ("ok", "group", None)
    assert [problem.code for problem in found.problems] == ["not-ome-zarr"]


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_a_group_above_a_plate_says_where_the_plate_is(tmp_path: Path, zarr_format: Literal[2, 3]) -> None:
    """Consolidated metadata lead to the data below a plain group, and the hint names the address to list."""
    root = write_group(tmp_path / "g.zarr", {}, zarr_format=zarr_format)
    write_group(root / "plate", wrap({"plate": {"wells": [{"path": "A/1"}]}}, zarr_format), zarr_format=zarr_format)
    write_group(root / "plate" / "A", {}, zarr_format=zarr_format)
    well = wrap({"well": {"images": [{"path": "3"}]}}, zarr_format)
    write_group(root / "plate" / "A" / "1", well, zarr_format=zarr_format)
    write_image(root / "plate" / "A" / "1" / "3", zarr_format=zarr_format)
    with warnings.catch_warnings(action="ignore"):  # zarr: not part of the specification
        zarr.consolidate_metadata(str(root), zarr_format=zarr_format)
    found, _ = look(root)

    assert (found.kind, found.image_path, found.valid) == ("group", "plate/A/1/3", None)
    assert found.thumbnail
    assert [(problem.code, "plate instead" in problem.hint) for problem in found.problems] == [("not-ome-zarr", True)]


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_a_group_above_an_image_finds_it(tmp_path: Path, zarr_format: int) -> None:
    """Without consolidated metadata, `0` is tried."""
    root = write_group(tmp_path / "g.zarr", {}, zarr_format=zarr_format)
    write_image(root / "0", zarr_format=zarr_format)
    found, _ = look(root)

    assert (found.kind, found.image_path, found.images) == ("group", "0", 1)
    assert [problem.code for problem in found.problems] == ["not-ome-zarr"]


def test_missing_level_is_a_problem(tmp_path: Path) -> None:
    """The rest of the metadata is kept."""
    group = {"ome": {"version": "0.5", "multiscales": [multiscale("yx", [(1, 1)])]}}
    found, _ = look(write_group(tmp_path / "a.zarr", group))

    assert (found.status, found.kind) == ("ok", "image")
    assert errors(found) == [("dataset-missing", "multiscales/0/datasets/0")]
    assert found.thumbnail is None


def test_invalid_image_has_a_picture(tmp_path: Path) -> None:
    """Validation does not decide what is shown."""
    folder = write_image(tmp_path / "a.zarr")
    document = json.loads((folder / "zarr.json").read_text())
    transforms = document["attributes"]["ome"]["multiscales"][0]["datasets"][1]["coordinateTransformations"]
    transforms.append(dict(transforms[0]))
    (folder / "zarr.json").write_text(json.dumps(document))
    found, _ = look(folder)

    assert found.valid is False
    assert found.thumbnail
    assert errors(found) == [("scale-count", "multiscales/0/datasets/1")]


def test_stored_bytes_from_the_statistic_of_all_levels(tmp_path: Path) -> None:
    """Only if the task asks for it."""
    folder = write_image(tmp_path / "a.zarr")
    for level, written in (("0", 4000), ("1", 1000)):
        path = folder / level / "zarr.json"
        document = json.loads(path.read_text())
        document["attributes"] = {"_ome2024_ngff_challenge_stats": {"written": written}}
        path.write_text(json.dumps(document))

    assert look(folder)[0].bytes_written is None
    assert look(folder, count_bytes=True)[0].bytes_written == 5000


@pytest.mark.parametrize(("spaces", "in_thread"), [(0, False), (1_000_000, True)])
def test_large_documents_are_parsed_in_a_thread(tmp_path: Path, spaces: int, in_thread: bool) -> None:
    """A hostile list of 400,000 entries takes seconds; other datasets go on meanwhile."""
    write_image(tmp_path)
    document = tmp_path / "zarr.json"
    document.write_bytes(document.read_bytes() + b" " * spaces)
    url = urls.from_path(tmp_path)

    async def where() -> int:
        allowance = Allowance(bytes_left=10_000_000, seconds_left=60, local_folder=url)
        async with Client(CrawlSettings()) as client, WorkerPool(0) as workers:
            io = LocalIO(CachedClient(client, CrawlSettings()), workers)
            async with DatasetFiles(io, url, allowance, max_age_s=0) as files:
                await files.document("zarr.json")
                return await files.parse(threading.get_ident)

    assert (asyncio.run(where()) != threading.get_ident()) is in_thread


def test_broken_cache_raises(tmp_path: Path) -> None:
    """It raises BuildError, also from documents that are requested together."""
    url = urls.from_path(write_image(tmp_path / "a.zarr"))
    task = Task(url=url, max_bytes=10_000_000, deadline_s=60, local_folder=url)

    async def run() -> None:
        with Cache.open(tmp_path / "cache") as cache:
            async with Client(CrawlSettings()) as client, WorkerPool(0) as workers:
                io = LocalIO(CachedClient(client, CrawlSettings(), cache=cache), workers)
                cache.close()  # as when its disk is gone
                await inspect(task, io)

    with pytest.raises(BuildError, match="cache"):
        asyncio.run(run())


def test_tasks_and_outcomes_can_be_pickled(tmp_path: Path) -> None:
    """Both are equal after pickling, pictures included."""
    url = urls.from_path(write_plate(tmp_path / "p.zarr", ["A/1"]))
    task = Task(url=url, max_bytes=10_000_000, deadline_s=60, local_folder=url, pictures=PictureOptions())
    outcome = inspect_here(pickle.loads(pickle.dumps(task)))

    assert pickle.loads(pickle.dumps(task)) == task
    assert pickle.loads(pickle.dumps(outcome)) == outcome
    assert outcome.pictures


@pytest.mark.parametrize("changed", [False, True])
def test_a_known_root_costs_one_request(tmp_path: Path, changed: bool) -> None:
    """Only the root document is requested."""
    folder = write_image(tmp_path / "a.zarr")
    io = FolderIO(folder, "https://example.org/a.zarr")
    task = Task(url="https://example.org/a.zarr", max_bytes=10_000_000, deadline_s=60)
    root = asyncio.run(inspect(task, io)).root_digest
    io.asked.clear()
    known = KnownRoot(zarr_format=3, digest="0" * 40 if changed else root)
    outcome = asyncio.run(inspect(replace(task, known_root=known), io))

    assert outcome.unchanged is not changed
    assert io.asked == ["zarr.json"]
