"""Which image stands for a plate or a series, and what is said of the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from drawn import draw, likeness, make_plane, write_pixels
from stores import empty, write_grid, write_group, write_image, write_plate

TWO_IMAGES = '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image Name="a"/><Image Name="b"/></OME>'


def write_series(folder: Path, *images: str, listed: list[str] | None = None, xml: str = "") -> Path:
    """Write a series of images, each with its own picture; listed: `series` of its OME group; xml: its OME-XML."""
    write_group(folder, {"ome": {"version": "0.5", "bioformats2raw.layout": 3}})
    for number, image in enumerate(images):
        write_pixels(folder / image, "yx", make_plane()[:, :: 1 if number % 2 else -1])
    if listed is not None:
        write_group(folder / "OME", {"ome": {"version": "0.5", "series": listed}})
    if xml:
        (folder / "OME").mkdir(exist_ok=True)
        (folder / "OME" / "METADATA.ome.xml").write_text(xml)
    return folder


@pytest.mark.parametrize("absent", [[], ["A/1"], ["A/1", "A/2"], ["A/1", "A/2", "B/1"]])
def test_the_first_well_that_is_there_stands_for_a_plate(tmp_path: Path, absent: list[str]) -> None:
    """Wells are tried by row and column; those that are listed and not there are passed over."""
    listed = ["B/2", "A/2", "B/1", "A/1"]
    there = sorted(set(listed) - set(absent))
    drawn = draw(write_plate(tmp_path / "p.zarr", there, listed=listed))

    assert drawn.found.image_path == f"{there[0]}/1"
    assert drawn.found.plate
    assert drawn.found.plate.shown == ("AB".index(there[0][0]), int(there[0][2]) - 1)
    assert (drawn.found.plate.wells, len(drawn.found.plate.absent)) == (4, len(absent))


def test_a_plate_without_any_well_has_no_picture(tmp_path: Path) -> None:
    """Its layout is known all the same, and a problem says why there is nothing to see."""
    drawn = draw(write_plate(tmp_path / "p.zarr", [], listed=["A/1", "B/2"]))

    assert drawn.found.status == "ok"
    assert drawn.found.thumbnail is None
    assert drawn.found.plate
    assert (drawn.found.plate.rows, drawn.found.plate.columns, drawn.found.plate.wells) == (2, 2, 2)
    assert drawn.codes


@pytest.mark.parametrize("field", ["0", "1", "field_7"])
def test_the_first_field_is_the_one_that_the_well_lists(tmp_path: Path, field: str) -> None:
    """No name of a field is assumed."""
    drawn = draw(write_plate(tmp_path / "p.zarr", ["A/1"], field=field))

    assert drawn.found.image_path == f"A/1/{field}"
    assert drawn.found.shown
    assert f"A/1/{field}" in drawn.found.shown.how


def test_a_well_whose_fields_are_not_there_is_passed_over(tmp_path: Path) -> None:
    """Its group alone has no pixels."""
    folder = write_plate(tmp_path / "p.zarr", ["A/1", "A/2"])
    well = {"images": [{"path": "lost"}, {"path": "lost too"}]}
    write_group(folder / "A/1", {"ome": {"version": "0.5", "well": well}})

    assert draw(folder).found.image_path == "A/2/1"


def test_the_second_field_stands_in_for_the_first(tmp_path: Path) -> None:
    """A well lists a field that is not there before one that is."""
    folder = write_plate(tmp_path / "p.zarr", ["A/1"])
    write_group(folder / "A/1", {"ome": {"version": "0.5", "well": {"images": [{"path": "0"}, {"path": "1"}]}}})
    drawn = draw(folder)

    assert drawn.found.image_path == "A/1/1"


@pytest.mark.parametrize(
    ("rows", "columns", "absent"),
    [(1, 1, set()), (2, 3, {(0, 1)}), (3, 2, {(0, 0), (2, 1)}), (2, 2, {(0, 0), (0, 1), (1, 0)})],
)
def test_all_wells_that_are_there_are_drawn(
    tmp_path: Path, rows: int, columns: int, absent: set[tuple[int, int]]
) -> None:
    """Each in its place; those that are not there are named as absent."""
    plate = draw(write_grid(tmp_path / "p.zarr", rows, columns, absent=absent)).found.plate

    assert plate
    assert set(plate.absent) == absent
    everywhere = {(row, column) for row in range(rows) for column in range(columns)}
    assert {*plate.drawn, *([plate.shown] if plate.shown else [])} == everywhere - absent
    assert set(plate.present) == everywhere


def test_an_empty_first_well_is_passed_over(tmp_path: Path) -> None:
    """A picture of nothing says less than that of the next well."""
    folder = write_grid(tmp_path / "p.zarr", 1, 3)
    empty(folder / "A/1/0")
    drawn = draw(folder)

    assert drawn.found.image_path == "A/2/0"
    assert drawn.found.shown
    assert not drawn.found.shown.empty


@pytest.mark.parametrize(
    ("listed", "xml", "shown", "series"),
    [
        (["1", "0"], "", "1", ("1", "0")),
        (["b", "1"], TWO_IMAGES, "1", ("b", "1")),
        (None, TWO_IMAGES, "0", ("0", "1")),
        ([], TWO_IMAGES, "0", ("0", "1")),
        (None, "", "0", ("0", "1")),
        (None, "<html/>", "0", ("0", "1")),
        (None, TWO_IMAGES.replace("OME", "OMEX"), "0", ("0", "1")),
    ],
)
def test_the_order_of_a_series(
    tmp_path: Path, listed: list[str] | None, xml: str, shown: str, series: tuple[str, ...]
) -> None:
    """The list of its OME group decides, then its OME-XML, then the names 0, 1, …."""
    drawn = draw(write_series(tmp_path / "s.zarr", "0", "1", listed=listed, xml=xml))
    plane = make_plane()[:, :: -1 if shown == "0" else 1]

    assert (drawn.found.image_path, drawn.found.series) == (shown, series)
    assert drawn.found.images == 2
    assert likeness(drawn.gray, plane) > 0.97


def test_images_that_the_xml_alone_counts_are_known(tmp_path: Path) -> None:
    """Two images are described, and one is there: the series has two."""
    drawn = draw(write_series(tmp_path / "s.zarr", "0", xml=TWO_IMAGES))

    assert (drawn.found.kind, drawn.found.series) == ("series", ("0", "1"))


def test_a_series_without_images_has_no_picture(tmp_path: Path) -> None:
    """It is a series all the same."""
    drawn = draw(write_series(tmp_path / "s.zarr"))

    assert (drawn.found.kind, drawn.found.thumbnail) == ("series", None)
    assert drawn.found.status == "ok"
    assert drawn.codes


@pytest.mark.parametrize("series0", ["1", "/1/", "1/"])
def test_the_lists_choice_of_an_image_wins(tmp_path: Path, series0: str) -> None:
    """Slashes around it do not matter."""
    drawn = draw(write_series(tmp_path / "s.zarr", "0", "1", listed=["0", "1"]), series0=series0)

    assert drawn.found.image_path == "1"
    assert likeness(drawn.gray, make_plane()) > 0.97


def test_a_choice_that_is_not_there_has_no_picture(tmp_path: Path) -> None:
    """Another image would be the wrong one."""
    drawn = draw(write_series(tmp_path / "s.zarr", "0", listed=["0"]), series0="7")

    assert drawn.found.thumbnail is None
    assert drawn.codes


def test_a_well_is_shown_by_its_first_field(tmp_path: Path) -> None:
    """A well may be listed by itself; its images are its fields."""
    folder = write_group(
        tmp_path / "w.zarr", {"ome": {"version": "0.5", "well": {"images": [{"path": "f"}, {"path": "g"}]}}}
    )
    for field in "fg":
        write_image(folder / field)
    drawn = draw(folder)

    assert (drawn.found.kind, drawn.found.image_path, drawn.found.images) == ("well", "f", 2)


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_a_collection_of_labels_is_shown_by_its_first(tmp_path: Path, zarr_format: int) -> None:
    """The group `labels` may be listed by itself."""
    labels = {"labels": ["second", "first"]}
    attributes = {"ome": {"version": "0.5", **labels}} if zarr_format == 3 else labels
    folder = write_group(tmp_path / "labels", attributes, zarr_format=zarr_format)
    for name in labels["labels"]:
        write_image(folder / name, zarr_format=zarr_format)

    assert draw(folder).found.image_path == "second"


def test_a_bare_array_is_shown(tmp_path: Path) -> None:
    """A Zarr array without any metadata of OME is drawn, and no rule is broken by it."""
    folder = write_pixels(tmp_path / "a.zarr", "yx", make_plane()) / "0"
    drawn = draw(folder)

    assert json.loads((folder / "zarr.json").read_text())["node_type"] == "array"
    assert (drawn.found.kind, drawn.found.valid) == ("array", None)
    assert likeness(drawn.gray, make_plane()) > 0.97
