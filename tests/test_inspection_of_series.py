"""Which image of a series, a well, a group or a plate represents it, and how many there are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from inspecting import inspect_here
from stores import write_grid, write_group, write_image

from sitegen import urls
from sitegen.model import Findings
from sitegen.model.task import Outcome, PictureOptions, Prediction, Task


def inspect(folder: Path, *, wells: int = 8, **options: Any) -> Outcome:
    """Return what an inspection of a folder gives."""
    url = urls.from_path(folder)
    pictures = PictureOptions(thumbnail_px=64, preview_px=96, montage_wells=wells)
    return inspect_here(Task(url=url, local_folder=url, max_bytes=10**8, deadline_s=60, pictures=pictures, **options))


def find(folder: Path, **options: Any) -> Findings:
    """Return what an inspection of a folder finds."""
    return inspect(folder, **options).findings


def codes(found: Findings, level: str = "error") -> list[str]:
    """Return the codes of the problems of a level."""
    return [problem.code for problem in found.problems if problem.level == level]


def write_series(
    folder: Path,
    images: Sequence[str],
    *,
    listed: Sequence[str] | None = None,
    xml: str | None = None,
    zarr_format: int = 3,
) -> Path:
    """Write a series of images; listed: in its `OME` group; xml: its OME-XML."""
    wrap = zarr_format == 3
    attributes = {"bioformats2raw.layout": 3}
    write_group(folder, {"ome": {"version": "0.5", **attributes}} if wrap else attributes, zarr_format=zarr_format)
    for name in images:
        write_image(folder / name, levels=1, zarr_format=zarr_format)
    if listed is not None:
        group = {"series": list(listed)}
        write_group(folder / "OME", {"ome": {"version": "0.5", **group}} if wrap else group, zarr_format=zarr_format)
    if xml is not None:
        (folder / "OME").mkdir(exist_ok=True)
        (folder / "OME" / "METADATA.ome.xml").write_text(xml)
    return folder


def xml_of(*names: str) -> str:
    """Return OME-XML of images with these names."""
    images = "".join(
        f'<Image ID="Image:{number}" Name="{name}"><Pixels SizeX="64" SizeY="64" SizeZ="1" SizeC="2" SizeT="1">'
        "<MetadataOnly/></Pixels></Image>"
        for number, name in enumerate(names)
    )
    return f'<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">{images}</OME>'


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize("listed", [["2", "0", "1"], ["b", "a"], ["deep/er/image"]])
def test_the_listed_order_counts(tmp_path: Path, listed: list[str], zarr_format: int) -> None:
    """The first of `series` represents it, whatever the names are."""
    found = find(write_series(tmp_path / "s.zarr", listed, listed=listed, zarr_format=zarr_format))

    assert (found.kind, found.image_path, found.images, found.series) == (
        "series", listed[0], len(listed), tuple(listed)
    )  # fmt: skip
    assert found.thumbnail is not None


def test_the_list_counts_more_than_the_xml(tmp_path: Path) -> None:
    """Where they disagree, `series` is followed, and a problem tells of it."""
    found = find(write_series(tmp_path / "s.zarr", ["1", "0"], listed=["1", "0"], xml=xml_of("a", "b", "c")))

    assert (found.image_path, found.series) == ("1", ("1", "0"))


def test_the_xml_counts_the_images(tmp_path: Path) -> None:
    """Without a list, the images are 0, 1, … as many as the OME-XML describes."""
    found = find(write_series(tmp_path / "s.zarr", ["0", "1", "2"], xml=xml_of("first", "second", "third")))

    assert (found.image_path, found.images, found.series) == ("0", 3, ("0", "1", "2"))


@pytest.mark.parametrize("xml", ["", "<OME>", "<!DOCTYPE OME><OME/>", "<html/>", "<OME/>"])
def test_xml_that_cannot_be_read_counts_nothing(tmp_path: Path, xml: str) -> None:
    """The images are looked for one by one instead."""
    found = find(write_series(tmp_path / "s.zarr", ["0", "1"], xml=xml))

    assert (found.kind, found.image_path, found.images) == ("series", "0", 2)
    assert found.thumbnail is not None


def test_a_missing_first_image_is_passed_over(tmp_path: Path) -> None:
    """The next image that is there represents the series; what is missing is an error."""
    found = find(write_series(tmp_path / "s.zarr", ["c"], listed=["a", "b", "c"]))

    assert (found.image_path, found.images) == ("c", 3)
    assert "series-child" in codes(found)
    assert found.valid is False


def test_no_image_after_sixteen_missing_ones(tmp_path: Path) -> None:
    """A series whose images are missing counts as having none, and is not searched to its end."""
    listed = [f"gone{number}" for number in range(39)] + ["there"]
    found = find(write_series(tmp_path / "s.zarr", ["there"], listed=listed))

    assert (found.thumbnail, found.images) == (None, 40)
    assert [each.message for each in found.problems if each.code == "no-image"] == [
        "no image could be found in this series (16 of 40 listed images were requested), so there is no picture"
    ]


def test_images_are_requested_beyond_five_missing_ones(tmp_path: Path) -> None:
    """The description says how many were requested."""
    listed = [f"gone{number}" for number in range(9)] + ["there"]
    found = find(write_series(tmp_path / "s.zarr", ["there"], listed=listed))

    assert found.image_path == "there"
    assert found.shown is not None
    assert "(of 10 that were requested, the others are not there)" in found.shown.how


def test_a_plain_group_is_represented_by_its_image_0(tmp_path: Path) -> None:
    """A group that says nothing of images may have one at 0, as many do."""
    folder = write_group(tmp_path / "g.zarr", {})
    write_image(folder / "0")
    found = find(folder)

    assert (found.kind, found.image_path) == ("group", "0")
    assert found.thumbnail is not None


def test_consolidated_metadata_show_the_images_of_a_group(tmp_path: Path) -> None:
    """The nearest image with the lowest number is taken; others are not requested."""
    folder = write_group(tmp_path / "g.zarr", {})
    for name in ("10", "9", "deep/1"):
        write_image(folder / name, levels=1)
    consolidate(folder, "10", "9", "deep/1")
    found = find(folder)

    assert found.image_path == "9"


def test_consolidated_metadata_of_the_whole_image(tmp_path: Path) -> None:
    """Its arrays are read from the root's document, but for the finest and the drawn level: copies may be stale."""
    folder = write_image(tmp_path / "a.zarr", levels=2)
    prediction = Prediction(first_level=None)
    plain = inspect(folder, prediction=prediction)
    consolidate(folder, "0", "1")
    consolidated = inspect(folder, prediction=prediction)

    assert [level.shape for level in consolidated.findings.levels] == [(2, 64, 64), (2, 32, 32)]
    assert consolidated.findings.thumbnail == plain.findings.thumbnail
    assert consolidated.cost.requests == plain.cost.requests
    assert codes(consolidated.findings) == codes(plain.findings)


def test_consolidated_metadata_without_the_data(tmp_path: Path) -> None:
    """Where only the copy is left, the level counts as missing, and nothing is drawn as if it were there."""
    folder = write_image(tmp_path / "a.zarr", levels=1)
    consolidate(folder, "0")
    shutil.rmtree(folder / "0")
    found = find(folder)

    assert (found.thumbnail, found.valid) == (None, False)
    assert codes(found) == ["dataset-missing"]
    assert "consolidated-stale" in codes(found, "warning")


def consolidate(folder: Path, *paths: str) -> None:
    """Copy the documents of these nodes into that of the root, as zarr-python does."""
    root = json.loads((folder / "zarr.json").read_text())
    nodes = {path: json.loads((folder / path / "zarr.json").read_text()) for path in paths}
    root["consolidated_metadata"] = {"kind": "inline", "must_understand": False, "metadata": nodes}
    (folder / "zarr.json").write_text(json.dumps(root))


def test_a_plate_with_a_broken_well(tmp_path: Path) -> None:
    """A well whose document is no JSON costs that well, not the plate."""
    folder = write_grid(tmp_path / "p.zarr", 2, 2, levels=1)
    (folder / "A" / "1" / "zarr.json").write_text("{")
    found = find(folder)

    assert (found.status, found.image_path) == ("ok", "A/2/0")
    assert set(codes(found)) == {"well-group", "json-invalid"}
    assert found.thumbnail is not None


def test_the_names_of_a_plate_are_kept(tmp_path: Path) -> None:
    """Rows and columns have the names of the layout, in its order."""
    found = find(write_grid(tmp_path / "p.zarr", 3, 4, levels=1))

    assert found.plate is not None
    assert (found.plate.row_names, found.plate.column_names) == (("A", "B", "C"), ("1", "2", "3", "4"))
    assert found.plate.present == tuple((row, column) for row in range(3) for column in range(4))


@pytest.mark.parametrize("level", ["0", "1"])
def test_a_prediction_changes_nothing_of_stale_metadata(tmp_path: Path, level: str) -> None:
    """Whether a level's document was requested beforehand, the findings are the same."""
    folder = write_image(tmp_path / "a.zarr", levels=2)
    consolidate(folder, "0", "1")
    document = json.loads((folder / level / "zarr.json").read_text())
    (folder / level / "zarr.json").write_text(json.dumps(document | {"fill_value": 7}))
    outcomes = [inspect(folder, prediction=Prediction(first_level=guess)) for guess in (None, "0", "1")]

    assert [outcome.findings for outcome in outcomes] == [outcomes[0].findings] * 3
    assert "consolidated-stale" in codes(outcomes[0].findings, "warning") or level == "1"
