"""`sitegen validate` of stores that zarr wrote: what their arrays and their metadata say of each other."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from drawn import make_plane, write_pixels
from stores import write_image, write_labels, write_plate

from sitegen.cli import main

Damage = Callable[[Path], object]


def validate(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Return the exit code of the command and its JSON for one store."""
    code = main(["validate", "--format", "json", str(folder)])
    (result,) = json.loads(capsys.readouterr().out)
    return code, result


def errors(result: dict[str, Any]) -> set[str]:
    """Return the codes of the errors."""
    return {problem["code"] for problem in result["problems"] if problem["level"] == "error"}


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize(("axes", "shape"), [("yx", (64, 64)), ("cyx", (2, 64, 64)), ("tczyx", (1, 2, 3, 32, 32))])
def test_what_zarr_writes_is_valid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], axes: str, shape: tuple[int, ...], zarr_format: int
) -> None:
    """Images of 0.4 and 0.5 with any usual axes."""
    code, result = validate(write_image(tmp_path / "a.zarr", axes=axes, shape=shape, zarr_format=zarr_format), capsys)

    assert (code, result["valid"], errors(result)) == (0, True, set())
    assert result["version"] == ("0.4" if zarr_format == 2 else "0.5")


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint32", "float32", "float64"])
def test_any_type_of_pixels_is_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str], dtype: str) -> None:
    """The specification limits the types of labels, not those of images."""
    code, result = validate(write_pixels(tmp_path / "a.zarr", "yx", make_plane(dtype)), capsys)

    assert (code, result["valid"]) == (0, True)


@pytest.mark.parametrize("wells", [["A/1"], ["A/1", "B/2"], ["A/1", "A/2", "B/1", "B/2"]])
def test_a_plate_is_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str], wells: list[str]) -> None:
    """A plate need not have a well at each place."""
    code, result = validate(write_plate(tmp_path / "p.zarr", wells), capsys)

    assert (code, result["kind"], errors(result)) == (0, "plate", set())


def rewrite_level(folder: Path, level: str, shape: tuple[int, ...], dtype: str = "uint16") -> None:
    """Write another array in place of a level."""
    shutil.rmtree(folder / level)
    array = zarr.create_array(folder / level, shape=shape, dtype=dtype, dimension_names="cyx"[-len(shape) :])
    array[...] = np.ones(shape, dtype)


def flatten_levels(image: Path) -> None:
    """Write levels of two dimensions in place of those of three."""
    for level in ("0", "1"):
        rewrite_level(image, level, (64, 64))


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the OME metadata of a group."""
    file = folder / "zarr.json"
    document = json.loads(file.read_text())
    change(document["attributes"]["ome"])
    file.write_text(json.dumps(document))


DAMAGES: dict[str, Damage] = {
    "a level is missing": lambda image: shutil.rmtree(image / "1"),
    "a level has fewer dimensions": lambda image: rewrite_level(image, "1", (32, 32)),
    "no level has the dimensions of the axes": lambda image: flatten_levels(image),
    "levels are in the wrong order": lambda image: edit(image, lambda ome: ome["multiscales"][0]["datasets"].reverse()),
    "a level is a group": lambda image: (image / "1" / "zarr.json").write_text(
        '{"zarr_format": 3, "node_type": "group", "attributes": {}}'
    ),
    "a level is not JSON": lambda image: (image / "1" / "zarr.json").write_text("{"),
    "an axis too many": lambda image: edit(
        image, lambda ome: ome["multiscales"][0]["axes"].insert(0, {"name": "t", "type": "time"})
    ),
    "no levels": lambda image: edit(image, lambda ome: ome["multiscales"][0]["datasets"].clear()),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_image_is_invalid(tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: Damage) -> None:
    """Each damage is an error with a place below the store and a hint, and the exit code says so."""
    folder = write_image(tmp_path / "a.zarr")
    damage(folder)
    code, result = validate(folder, capsys)

    assert (code, result["valid"]) == (1, False)
    assert errors(result)
    assert all(each["where"] and each["hint"] for each in result["problems"] if each["level"] == "error")


@pytest.mark.parametrize(("dtype", "valid"), [("uint8", True), ("int32", True), ("float32", False)])
def test_labels_are_whole_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str], dtype: str, valid: bool) -> None:
    """A label image of fractions is an error of the image that holds it."""
    image = write_image(tmp_path / "a.zarr", axes="yx", shape=(64, 64))
    labels = write_labels(image)
    for level, side in (("0", 64), ("1", 32)):
        rewrite_level(labels, level, (side, side), dtype)
    code, result = validate(image, capsys)

    assert (code, result["valid"]) == ((0, True) if valid else (1, False))
    assert all(each["where"].startswith("labels/nuclei") for each in result["problems"] if each["level"] == "error")


def test_a_label_image_that_is_listed_and_missing_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The group `labels` names what is not there."""
    image = write_image(tmp_path / "a.zarr", axes="yx", shape=(64, 64))
    shutil.rmtree(write_labels(image))
    _, result = validate(image, capsys)

    assert any(each["where"].startswith("labels") for each in result["problems"])
