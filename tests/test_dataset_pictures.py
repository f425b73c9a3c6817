"""Montage, label overlay and supplied picture of a dataset, and the requests that they cost."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from inspecting import FolderIO
from stores import empty, write_grid, write_image, write_labels, write_plate

from sitegen import urls
from sitegen.errors import BuildError
from sitegen.inspection.inspector import inspect
from sitegen.inspection.wells import spread_wells
from sitegen.model import Findings
from sitegen.model.task import PictureOptions, Task
from sitegen.ome import WellRef

REMOTE = "https://example.org/data/p.zarr"


def look(
    folder: Path,
    *,
    url: str = REMOTE,
    wells: int = 8,
    max_bytes: int = 32_000_000,
    computations: int = 1000,
    broken: str = "",
) -> tuple[Findings, list[str]]:
    """Return what an inspection of a folder finds as if it lay at `url`, and the keys that were asked for.

    computations, broken: see `FolderIO`.
    """
    io = FolderIO(folder, url, computations=computations, broken=broken)
    task = Task(url=url, max_bytes=max_bytes, deadline_s=60, pictures=PictureOptions(montage_wells=wells))
    outcome = asyncio.run(inspect(task, io))
    assert [budget.held_bytes for budget in io.memory.values()] == [0, 0, 0, 0], "all memory must be given back"
    shown = (outcome.findings.thumbnail, outcome.findings.preview, outcome.findings.montage, outcome.findings.overlay)
    assert {picture.path for picture in shown if picture} <= outcome.pictures.keys()
    return outcome.findings, io.asked


def codes(found: Findings) -> list[str]:
    """Return the codes of the problems."""
    return [problem.code for problem in found.problems]


@pytest.fixture(scope="module")
def plate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plate of 4 x 6 wells, two of which are absent."""
    return write_grid(tmp_path_factory.mktemp("plate") / "p.zarr", 4, 6, absent={(0, 0), (3, 5)})


def test_a_plate_has_a_montage(plate: Path) -> None:
    """It shows eight wells, that of the picture first; an absent well that was requested is reported."""
    found, _ = look(plate)

    assert found.montage
    assert found.plate
    assert (len(found.plate.drawn), found.plate.drawn[0], found.plate.shown) == (8, (0, 1), (0, 1))
    assert (0, 0) in found.plate.absent


def test_a_well_costs_its_document_and_its_pixels(tmp_path: Path) -> None:
    """No document of the image of another well is requested."""
    folder = write_grid(tmp_path / "p.zarr", 2, 3)
    _, without = look(folder, wells=0)
    _, asked = look(folder, wells=5)

    assert len(asked) - len(without) == 1 + 4 * 2  # the representative's pixels, then four more wells
    assert sum(key.endswith("0/zarr.json") for key in asked) == sum(key.endswith("0/zarr.json") for key in without)


def test_three_channels_of_a_well_are_drawn(tmp_path: Path) -> None:
    """Channels in chunks of their own cost one request each."""
    folder = write_grid(tmp_path / "p.zarr", 1, 3, axes="cyx", shape=(5, 64, 64), chunks=(1, 64, 64), levels=1)
    _, asked = look(folder)

    assert [key for key in asked if key.startswith("A/3/")] == [
        "A/3/zarr.json",
        *(f"A/3/0/0/c/{c}/0/0" for c in range(3)),
    ]


def test_montage_can_be_turned_off(plate: Path) -> None:
    """`montage_wells = 0` makes no montage."""
    found, _ = look(plate, wells=0)

    assert found.montage is None
    assert found.plate
    assert found.plate.drawn == ()


def test_a_tight_byte_budget_leaves_the_montage_out(tmp_path: Path) -> None:
    """The picture has priority."""
    folder = write_grid(tmp_path / "p.zarr", 1, 3, shape=(1, 256, 256), levels=1)
    found, _ = look(folder, max_bytes=200_000)

    assert found.thumbnail
    assert found.montage is None


def test_plate_on_this_machine_is_drawn_complete(plate: Path) -> None:
    """Requests cost nothing there."""
    found, _ = look(plate, url=urls.from_path(plate))

    assert found.plate
    assert len(found.plate.drawn) == 22
    assert found.plate.absent == ((0, 0), (3, 5))


def test_a_well_that_does_not_decode_is_left_out(tmp_path: Path) -> None:
    """It is no problem, because its encoding may differ from that of the representative."""
    folder = write_grid(tmp_path / "p.zarr", 1, 3)
    for chunk in (folder / "A/2/0/1/c").rglob("0"):
        chunk.unlink() if chunk.is_file() else None
    for chunk in (folder / "A/3/0").glob("*/c/0/0/0"):
        chunk.write_bytes(b"damaged")
    found, _ = look(folder)

    assert found.plate
    assert found.plate.drawn == ((0, 0), (0, 1))
    assert "chunk-corrupt" not in codes(found)


def test_problem_of_several_wells_is_reported_once(plate: Path) -> None:
    """It is reported at the first well, with the number of others."""
    found, _ = look(plate)

    notes = [(problem.where, problem.message) for problem in found.problems if problem.code == "well-version"]
    assert notes == [("A/2/well", "`version` is missing (and in 7 more wells)")]


def test_wells_are_spread_over_rows_and_columns() -> None:
    """Eight of 96 wells lie in at least six rows and columns, because columns often share a treatment."""
    wells = [WellRef(path=f"{row}/{column}", row=row, column=column) for row in range(8) for column in range(12)]

    spread = spread_wells(wells, wells[0], 8)

    assert spread[0] == wells[0]
    assert len(set(spread)) == 8
    assert len({well.column for well in spread}) >= 6
    assert len({well.row for well in spread}) >= 6


@pytest.mark.parametrize(("count", "taken"), [(1, 1), (2, 2), (5, 5), (9, 6)])
def test_small_plates_have_no_well_twice(count: int, taken: int) -> None:
    """At most all wells are chosen."""
    wells = [WellRef(path=str(column), row=0, column=column) for column in range(6)]

    assert len(set(spread_wells(wells, wells[3], count))) == taken


def test_first_well_that_is_not_empty_is_shown(tmp_path: Path) -> None:
    """The first two wells store only fill values."""
    folder = write_grid(tmp_path / "p.zarr", 1, 4)
    empty(folder / "A/1/0")
    empty(folder / "A/2/0")
    found, _ = look(folder)

    assert found.image_path == "A/3/0"
    assert found.plate
    assert found.plate.shown == (0, 2)
    assert found.shown
    assert found.shown.how.startswith("The first field of the first well that is not empty, A/3/0.")


def test_empty_plate_is_shown_by_its_first_well(tmp_path: Path) -> None:
    """Three more wells are tried."""
    folder = write_grid(tmp_path / "p.zarr", 2, 4)
    for image in folder.glob("*/*/0"):
        empty(image)
    found, asked = look(folder, wells=0)

    assert found.image_path == "A/1/0"
    assert "background" in (found.shown.how if found.shown else "")
    assert [key for key in asked if key.count("/") == 2 and key.endswith("zarr.json")] == [
        f"A/{column}/zarr.json" for column in (1, 2, 3, 4)
    ]


def test_missing_level_is_replaced_by_another(tmp_path: Path) -> None:
    """The listed level that would be read was not written."""
    folder = write_image(tmp_path / "a.zarr", shape=(1, 4096, 4096), levels=4, chunks=(1, 512, 512))
    shutil.rmtree(folder / "3")
    shutil.rmtree(folder / "2")
    found, _ = look(folder)

    assert found.thumbnail
    assert found.shown
    assert found.shown.level == "1"


def test_pictures_from_this_machine_are_finer(tmp_path: Path) -> None:
    """Over a network few requests decide on the level, on this machine the preview does."""
    folder = write_image(tmp_path / "a.zarr", axes="yx", shape=(1024, 1024), levels=3, chunks=(256, 256))

    levels = [
        found.shown.level if (found := look(folder, url=url)[0]).shown else None
        for url in (REMOTE, urls.from_path(folder))
    ]

    assert levels == ["1", "0"]


def test_label_overlay(tmp_path: Path) -> None:
    """It costs the document of the label image, that of its level, and one chunk."""
    folder = write_image(tmp_path / "a.zarr")
    write_labels(folder)
    found, asked = look(folder)

    assert found.overlay
    assert [key for key in asked if key.startswith("labels/nuclei")] == [
        "labels/nuclei/zarr.json",
        "labels/nuclei/0/zarr.json",
        "labels/nuclei/0/c/0/0",
    ]


@pytest.mark.parametrize(("name", "drawn"), [("zarr.json", True), ("0/zarr.json", False)])
def test_large_documents_come_before_pixels(tmp_path: Path, name: str, drawn: bool) -> None:
    """A large document is not waited for while pixels are held: two datasets could wait for each other."""
    folder = write_image(tmp_path / "a.zarr")
    write_labels(folder)
    document = folder / "labels" / "nuclei" / name
    document.write_bytes(document.read_bytes() + b" " * 1_000_000)
    found, _ = look(folder)

    assert found.thumbnail
    assert (found.overlay is not None) is drawn


def test_labels_in_many_chunks_are_not_drawn(tmp_path: Path) -> None:
    """The overlay may cost six requests."""
    folder = write_image(tmp_path / "a.zarr")
    write_labels(folder, chunks=(16, 16))
    found, asked = look(folder)

    assert found.overlay is None
    assert [key for key in asked if key.startswith("labels/nuclei")] == [
        "labels/nuclei/zarr.json",
        "labels/nuclei/0/zarr.json",
    ]


def test_missing_labels_are_requested_once(tmp_path: Path) -> None:
    """The picture is not affected."""
    folder = write_image(tmp_path / "a.zarr")
    shutil.rmtree(write_labels(folder))
    found, asked = look(folder)

    assert found.thumbnail
    assert found.overlay is None
    documents = ("zarr.json", ".zattrs", ".zgroup")
    assert sorted(key for key in asked if key.startswith("labels/nuclei")) == sorted(
        f"labels/nuclei/{name}" for name in documents
    )


@pytest.mark.parametrize("shape", [{"axes": "tczyx", "shape": (2, 2, 4, 64, 64)}, {"axes": "yx", "shape": (64, 64)}])
def test_labels_may_have_fewer_axes(tmp_path: Path, shape: Mapping[str, Any]) -> None:
    """Axes are matched by name."""
    folder = write_image(tmp_path / "a.zarr", **shape)
    write_labels(folder)
    found, _ = look(folder)

    assert found.overlay


def test_description_of_the_shown_image(tmp_path: Path) -> None:
    """It begins with the image that represents the dataset."""
    found, _ = look(write_plate(tmp_path / "p.zarr", ["B/2"], listed=["A/1", "B/2"], field="7"))

    assert found.shown
    assert found.shown.how.startswith("The first field of the first well that exists, B/2/7.")
    assert "resolution levels" in found.shown.how


@pytest.mark.parametrize("computations", [0, 1])
def test_unexpected_exception_costs_one_picture(tmp_path: Path, computations: int) -> None:
    """Metadata and the pictures that were made before are kept."""
    folder = write_image(tmp_path / "a.zarr")
    write_labels(folder)
    found, _ = look(folder, computations=computations)

    assert "internal-error" in codes(found)
    assert (found.status, found.kind, len(found.levels), found.label_images) == ("ok", "image", 2, ("nuclei",))
    assert (found.thumbnail is not None, found.overlay) == (computations == 1, None)


@pytest.mark.parametrize("key", ["A/1/0/0/c/0/0/0", "A/2/zarr.json", "A/2/0/0/c/0/0/0"])
def test_broken_cache_raises_from_a_picture(tmp_path: Path, key: str) -> None:
    """BuildError is raised, also from one of several concurrent requests."""
    folder = write_grid(tmp_path / "p.zarr", 1, 3, levels=1)

    with pytest.raises(BuildError):
        look(folder, broken=key)


def supply(folder: Path, **thumbnail: object) -> None:
    """Let an image's metadata name a thumbnail."""
    document = json.loads((folder / "zarr.json").read_text())
    document["attributes"]["thumbnails"] = [thumbnail]
    (folder / "zarr.json").write_text(json.dumps(document))


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://example.org/x.png?X-Amz-Signature=SECRET", "thumbnail-unreadable"),
        ("https://example.org/x.png#SECRET", "thumbnail-unreadable"),
        ("x.png?sig=SECRET", "thumbnail-unreadable"),
        ("https://user:SECRET@example.org/x.png", "path-unsafe"),
        ("https:\\\\user:SECRET@example.org/x.png", "path-unsafe"),
        ("http://user:SECRET@example.org/x.png", "path-unsafe"),
        ("//user:SECRET@example.org/x.png", "path-unsafe"),
    ],
)
def test_secret_in_the_address_of_a_thumbnail(tmp_path: Path, address: str, code: str) -> None:
    """Messages do not quote it, and no request contains a password."""
    folder = write_image(tmp_path / "a.zarr")
    supply(folder, url=address)
    found, asked = look(folder)

    assert code in codes(found)
    assert "SECRET" not in repr(found)
    assert not any("user:" in key for key in asked)


def test_thumbnail_with_an_at_sign_in_its_name(tmp_path: Path) -> None:
    """It is not a password."""
    folder = write_image(tmp_path / "a.zarr")
    supply(folder, path="x@2.png")
    _, asked = look(folder)

    assert "x@2.png" in asked
