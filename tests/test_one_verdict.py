"""`build`, `check` and `validate` give one verdict on hundreds of broken stores."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from builds import Site, build_site, write_config
from fault_server import serving
from stores import write_image, write_list, write_plate
from validation.broken import write_broken_stores

from sitegen.commands.check import CheckOptions, check
from sitegen.commands.progress import Progress
from sitegen.commands.target_reports import TargetReport
from sitegen.commands.validate import validate_targets
from sitegen.model.codes import CODES


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of broken stores."""
    folder = tmp_path_factory.mktemp("stores")
    write_broken_stores(folder)
    return folder


@pytest.fixture(scope="module")
def reports(data: Path) -> dict[str, TargetReport]:
    """What `sitegen validate` says of each store."""
    folders = sorted(data.iterdir())
    found = asyncio.run(validate_targets([str(folder) for folder in folders], Progress(io.StringIO())))
    return {folder.name: report for folder, report in zip(folders, found, strict=True)}


def errors_of(record: dict[str, Any]) -> set[str]:
    """Return the codes of a record's errors that are about its metadata."""
    found = (each["code"] for each in record["problems"] if each["level"] == "error")
    return {code for code in found if CODES[code].part in ("documents", "rules")}


def reported_errors(report: TargetReport) -> set[str]:
    """Return the codes of the errors that `validate` reports."""
    return {problem.code for problem in report.problems if problem.level == "error"}


def disagreements(site: Site, reports: dict[str, TargetReport]) -> list[object]:
    """Return the stores of which a build says what `validate` does not.

    All that a build finds, `validate` finds, too; where the build has read all, the reverse is true as well.
    """
    wrong: list[object] = []
    for name, record in site.records().items():
        report, here = reports[name], errors_of(record)
        there = {problem.code for problem in report.problems if problem.level == "error"}
        fine = record["valid"] is not bool(here) if record["valid"] is not None else report.valid is not True
        if record["validated"] == "full":
            fine &= record["valid"] == report.valid and here == there
        elif record["validated"] == "sampled":
            fine &= here <= there
        if not fine:
            wrong.append((name, record["kind"], record["validated"], record["valid"], report.valid, here ^ there))
    return wrong


def extents(site: Site) -> set[str]:
    """Return how far the datasets of a site were validated."""
    return {record["validated"] for record in site.records().values() if record["valid"] is not None}


def test_a_build_of_local_data_gives_the_verdict_of_validate(
    data: Path, reports: dict[str, TargetReport], tmp_path: Path
) -> None:
    """Each store is read in full, with the same errors."""
    rows = write_list(data / "all.csv", "url", *sorted(reports))
    site = build_site(write_config(tmp_path / "sitegen.toml", rows), tmp_path)

    assert len(site.records()) == len(reports) > 400
    assert disagreements(site, reports) == []
    assert extents(site) == {"full"}


def test_a_build_of_remote_data_finds_no_more_than_validate(
    data: Path, reports: dict[str, TargetReport], tmp_path: Path
) -> None:
    """Each store is read in part, as few requests allow, and the record says so."""
    names = sorted(reports)[::3]
    with serving(data) as server:
        rows = write_list(tmp_path / "all.csv", "url", *(server.url(f"/{name}") for name in names))
        site = build_site(write_config(tmp_path / "sitegen.toml", rows), tmp_path)

    assert len(site.records()) == len(names)
    assert disagreements(site, reports) == []
    assert "sampled" in extents(site)


def test_check_gives_the_verdict_of_validate(data: Path, reports: dict[str, TargetReport], tmp_path: Path) -> None:
    """Its errors are those of `validate`, at the line of each store."""
    names = sorted(reports)[1::3]
    rows = write_list(data / "some.csv", "url", *names)
    result = check(CheckOptions(csv=(str(rows),), cache=tmp_path / "cache"), Progress(io.StringIO()))

    for line, name in enumerate(names, 2):
        found = {each.problem.code for each in result.problems if each.place.line == line}
        errors = {problem.code for problem in reports[name].problems if problem.level == "error"}
        if reports[name].kind not in (None, "group"):
            assert errors <= found, name


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize("body", [b"{", b"", b"[1]"])
def test_attributes_that_are_no_json_make_a_dataset_unreadable(tmp_path: Path, local: bool, body: bytes) -> None:
    """As a `zarr.json` that is no JSON does; it is never a group without metadata."""
    image = write_image(tmp_path / "data" / "a.zarr", levels=1, zarr_format=2)
    (image / ".zattrs").write_bytes(body)
    with serving(tmp_path / "data") as server:
        rows = write_list(tmp_path / "data" / "r.csv", "url", "a.zarr" if local else server.url("/a.zarr"))
        record = build_site(write_config(tmp_path / "sitegen.toml", rows), tmp_path).records()["a.zarr"]

    assert (record["status"], record["kind"], record["valid"]) == ("unreadable", None, None)
    assert record["problems"][0]["where"] == ".zattrs"


@pytest.mark.parametrize("written", [2, "3", None, "missing"])
@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize("where", ["", "0"])
def test_a_format_that_zarr_libraries_refuse_is_invalid(
    tmp_path: Path, where: str, zarr_format: int, written: object
) -> None:
    """In the document of a group or of an array; the image is read and drawn all the same."""
    image = write_image(tmp_path / "data" / "a.zarr", levels=1, zarr_format=zarr_format)
    name = "zarr.json" if zarr_format == 3 else ".zarray" if where else ".zgroup"
    path = image / where / name
    document = json.loads(path.read_text())
    del document["zarr_format"]
    stated = 5 - zarr_format if isinstance(written, int) else written
    path.write_text(json.dumps(document if written == "missing" else {"zarr_format": stated, **document}))
    (report,) = asyncio.run(validate_targets([str(image)], Progress(io.StringIO())))
    rows = write_list(tmp_path / "data" / "r.csv", "url", "a.zarr")
    site = build_site(write_config(tmp_path / "sitegen.toml", rows), tmp_path)
    record = site.records()["a.zarr"]

    assert reported_errors(report) == errors_of(record) == {"zarr-format"}
    assert (report.valid, record["valid"], record["status"]) == (False, False, "ok")
    assert record["thumbnail"]


@pytest.mark.parametrize("path", ["../0", "/0", "0/../0"])
def test_a_level_that_is_not_followed_is_invalid_over_http(tmp_path: Path, path: str) -> None:
    """No request is needed to find it."""
    image = write_image(tmp_path / "data" / "a.zarr")
    document = json.loads((image / "zarr.json").read_text())
    document["attributes"]["ome"]["multiscales"][0]["datasets"][1]["path"] = path
    (image / "zarr.json").write_text(json.dumps(document))
    with serving(tmp_path / "data") as server:
        rows = write_list(tmp_path / "r.csv", "url", server.url("/a.zarr"))
        site = build_site(write_config(tmp_path / "sitegen.toml", rows), tmp_path)

    assert site.records()["a.zarr"]["valid"] is False
    assert site.codes("a.zarr").count("path-unsafe") == 1


def test_the_page_says_what_was_read(tmp_path: Path) -> None:
    """Over HTTP coarse levels that no picture needs are not read; the record and its page say so."""
    write_image(tmp_path / "data" / "a.zarr", shape=(2, 512, 512), levels=4)
    with serving(tmp_path / "data") as server:
        rows = write_list(tmp_path / "r.csv", "url", server.url("/a.zarr"))
        site = build_site(write_config(tmp_path / "sitegen.toml", rows), tmp_path)
    record = site.records()["a.zarr"]

    assert (record["valid"], record["validated"]) == (True, "sampled")
    assert record["validated_parts"].startswith("the root, 0, ")
    assert f"Read: {record['validated_parts']}." in site.page(record)


def rename_chunks(image: Path) -> None:
    """Store the chunks of every level under the keys of the other separator, as documents that are wrong say."""
    for level in filter(Path.is_dir, image.iterdir()):
        for chunk in [
            path for path in level.rglob("*") if path.is_file() and not path.name.endswith((".json", ".zarray"))
        ]:
            chunk.rename(level / ".".join(chunk.relative_to(level).parts))


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize("local", [True, False])
def test_chunks_under_other_keys_are_one_verdict(tmp_path: Path, local: bool, zarr_format: int) -> None:
    """`build`, `check` and `validate` look for them; a build of remote data in the pixels that it draws."""
    rename_chunks(write_image(tmp_path / "data" / "a.zarr", levels=2, zarr_format=zarr_format))
    with serving(tmp_path / "data") as server:
        target = str(tmp_path / "data" / "a.zarr") if local else server.url("/a.zarr")
        (report,) = asyncio.run(validate_targets([target], Progress(io.StringIO())))
        rows = write_list(tmp_path / "data" / "r.csv", "url", "a.zarr" if local else target)
        record = build_site(write_config(tmp_path / "sitegen.toml", rows), tmp_path).records()["a.zarr"]
        checked = check(CheckOptions(csv=(str(rows),), cache=tmp_path / "c"), Progress(io.StringIO()))
    places = [problem.where for problem in report.problems if problem.code == "chunk-keys"]
    built = [problem["where"] for problem in record["problems"] if problem["code"] == "chunk-keys"]

    assert (report.valid, places) == (False, ["0", "1"])
    assert record["valid"] is False
    assert sorted(built) == places if local else set(built) < set(places)
    assert not local or "chunk-keys" in {each.problem.code for each in checked.problems}


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_chunks_as_stated_cost_validate_one_request_each(tmp_path: Path, zarr_format: int) -> None:
    """A byte of one chunk of each array; arrays without any chunk end the search, and are valid."""
    image = write_image(tmp_path / "a.zarr", levels=2, zarr_format=zarr_format)
    write_image(tmp_path / "empty.zarr", levels=5, zarr_format=zarr_format, shape=(2, 256, 256))
    for chunk in (tmp_path / "empty.zarr").rglob("*"):
        if chunk.is_file() and not chunk.name.startswith((".z", "zarr.json")):
            chunk.unlink()
    counts = []
    for folder in (image, tmp_path / "empty.zarr"):
        with serving(folder.parent) as server:
            (report,) = asyncio.run(validate_targets([server.url(f"/{folder.name}")], Progress(io.StringIO())))
            ranges = [each for each in server.asked if "range" in each.headers]
        counts.append(len(ranges))

        assert (report.valid, "chunk-keys" in reported_errors(report)) == (True, False)
    assert counts[0] == 2
    assert counts[1] <= 3 * 16


def test_a_deleted_well_that_consolidated_metadata_name(tmp_path: Path) -> None:
    """It is a missing well, and not one whose levels are missing; the next well is shown."""
    plate = write_plate(tmp_path / "data" / "a.zarr", ["A/1", "B/2"])
    document = json.loads((plate / "zarr.json").read_text())
    nodes = {str(path.parent.relative_to(plate)): json.loads(path.read_text()) for path in plate.rglob("*/zarr.json")}
    document["consolidated_metadata"] = {"kind": "inline", "must_understand": False, "metadata": nodes}
    (plate / "zarr.json").write_text(json.dumps(document))
    shutil.rmtree(plate / "A" / "1")
    with serving(tmp_path / "data") as server:
        rows = write_list(tmp_path / "r.csv", "url", server.url("/a.zarr"))
        site = build_site(write_config(tmp_path / "sitegen.toml", rows), tmp_path)
    record = site.records()["a.zarr"]

    assert "well-group" in errors_of(record)
    assert "dataset-missing" not in errors_of(record)
    assert record["thumbnail"]
