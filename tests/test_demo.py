"""The demo federation: what `sitegen demo` writes; other tests build catalogs from it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import zarr
from browser.demo_site import Demo
from builds import build_site, write_config
from stores import write_list

from sitegen.demo import FOLDERS, check_free, demo_origins, plan, write_demo
from sitegen.demo.cells import yeast
from sitegen.demo.lists import LISTS, DemoList, render_list
from sitegen.demo.stores import StorageSettings, halved, write_image
from sitegen.errors import BuildError, UsageError
from sitegen.ome import read_crate


def list_at(path: str) -> DemoList:
    """Return the list at a path."""
    return next(demo_list for demo_list in LISTS if demo_list.path == path)


def test_the_demo_has_enough_institutions_and_is_small(demo: Demo) -> None:
    """There are at least five institutions and 45 datasets, in less than 40 MB."""
    stated = re.search(r": (\d+) datasets of (\d+) institutions, in \d+ lists, (\d+) MB, served at", demo.printed)
    assert stated
    datasets, institutions, size_mb = map(int, stated.groups())

    assert datasets >= 45
    assert institutions >= 5
    assert size_mb == round(sum(file.stat().st_size for file in demo.folder.rglob("*") if file.is_file()) / 1e6) < 40
    assert (demo.folder / "sitegen.toml").is_file()


def test_every_dataset_but_one_exists(demo: Demo) -> None:
    """The lists name one dataset that is not written, so that its address does not answer."""
    absent = [dataset.path for dataset in plan.DATASETS if not (demo.folder / dataset.path).exists()]

    assert absent == ["formats/gone.zarr"]


def test_every_array_can_be_read(demo: Demo) -> None:
    """zarr-python opens each array and reads pixels that differ from one another."""
    stores = [demo.folder / dataset.path for dataset in plan.DATASETS if "formats" not in dataset.path]
    arrays = [path.parent for store in stores for name in ("zarr.json", ".zarray") for path in store.glob(f"0/{name}")]

    for array in arrays:
        node = zarr.open(str(array), mode="r")
        if isinstance(node, zarr.Array):
            assert np.nanstd(np.asarray(node[...])) > 0


@pytest.mark.parametrize("version", ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6rc0"])
def test_every_version_is_written_to_its_own_documents(version: str, tmp_path: Path) -> None:
    """Versions 0.1 to 0.4 are in `.zattrs` with Zarr format 2, later ones in `zarr.json` with Zarr format 3."""
    write_image(tmp_path / "a.zarr", yeast(1, size_px=64), StorageSettings(version=version))  # type: ignore[arg-type]

    assert (tmp_path / "a.zarr/zarr.json").exists() == (version > "0.4")
    assert (tmp_path / "a.zarr/.zattrs").exists() == (version <= "0.4")


def test_the_same_code_gives_the_same_bytes(tmp_path: Path) -> None:
    """Seeds are fixed, and no file holds the time at which it was written."""
    for name in ("a", "b"):
        write_image(tmp_path / name / "x.zarr", yeast(1, size_px=64), StorageSettings(version="0.4", codec="gzip"))

    first = {
        path.relative_to(tmp_path / "a"): path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()
    }
    second = {
        path.relative_to(tmp_path / "b"): path.read_bytes() for path in (tmp_path / "b").rglob("*") if path.is_file()
    }
    assert first == second


def test_a_coarser_level_is_the_mean_of_two_by_two() -> None:
    """An odd last row or column is left out."""
    coarse = halved(np.array([[0, 4, 8], [4, 8, 0], [9, 9, 9]], np.uint16), "yx", deep=False)

    assert coarse.tolist() == [[4]]


def test_lists_name_local_paths_relative_to_themselves() -> None:
    """A list that is moved together with its data still names them."""
    lines = render_list(list_at("alliance/members.csv"), {}, None).decode().splitlines()

    assert "Universität Grünau,../gruenau/liste.csv" in lines


def test_lists_name_origins_when_the_demo_is_served() -> None:
    """Each institution has its own origin; spaces are written both raw and as `%20`."""
    origins = demo_origins(9000)
    text = render_list(list_at("archive/demo0003.csv"), {}, origins).decode()

    assert sorted(origins) == sorted(FOLDERS)
    assert len(set(origins.values())) == len(FOLDERS)
    assert f"{origins['archive']}/demo0003/IMG 0873-0876 Mannia" in text
    assert f"{origins['archive']}/demo0003/IMG%200873-0876%20Mannia" in text


def test_lists_have_the_peculiarities_of_real_lists() -> None:
    """There are a byte order mark, carriage returns, semicolons, no header, blank lines, and lines of commas."""
    written = {demo_list.path: render_list(demo_list, {}, None) for demo_list in LISTS}

    assert written["cell-imaging/samples.csv"].startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in written["cell-imaging/samples.csv"]
    assert b";" in written["gruenau/liste.csv"]
    assert not written["pathology/slides.csv"].startswith(b"url")
    assert b"\n,,,\n" in written["federation.csv"]
    assert b", archive/studies.csv" in written["federation.csv"]


def test_authors_are_in_lists_and_rocrates(demo: Demo) -> None:
    """So that citations of the demo have some."""
    listed = (demo.folder / "archive/studies.csv").read_text(encoding="utf-8")
    crate = (demo.folder / "cell-imaging/sarcomeres.ome.zarr/ro-crate-metadata.json").read_bytes()
    read, _ = read_crate(crate)

    assert read
    assert [creator.name for creator in read.creators] == ["Alva Lindqvist", "Chidi Okafor"]
    assert read.published == "2024-05-31"
    assert "Carberry, Josiah (0000-0002-1825-0097); Open Microscopy Archive" in listed


def test_rocrates_state_what_the_table_states(demo: Demo) -> None:
    """An RO-Crate has the form that the converter of the OME 2024 NGFF Challenge wrote."""
    crate = json.loads((demo.folder / "cell-imaging/sarcomeres.ome.zarr/ro-crate-metadata.json").read_text())
    root = next(entity for entity in crate["@graph"] if entity["@id"] == "./")

    assert root["name"] == "Sarcomeres of skeletal muscle"
    assert root["license"] == "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize("name", ["sitegen.toml", "archive/scan.tif", "federation.csv", "logos/ours.svg"])
def test_files_of_others_are_never_replaced(tmp_path: Path, name: str) -> None:
    """`sitegen demo .` in a project ends with a line that names the files in the way."""
    notes = tmp_path / name
    notes.parent.mkdir(exist_ok=True)
    notes.write_text("notes")

    with pytest.raises(UsageError, match=f"holds {name.split('/')[0]}, which the demo would replace"):
        write_demo(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [notes]
    assert notes.read_text() == "notes"


def test_a_demo_may_be_written_again(demo: Demo, tmp_path: Path) -> None:
    """An earlier demo, an interrupted one, and a folder with other files are all accepted."""
    shutil.copy(demo.folder / "sitegen.toml", tmp_path)
    (tmp_path / "archive").mkdir()
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "notes.txt").write_text("mine")

    for folder in (demo.folder, tmp_path, tmp_path / "beside"):
        check_free(folder)


def test_a_demo_that_cannot_be_written_ends_with_one_line(tmp_path: Path) -> None:
    """A file in place of the folder, or of a folder above it, is named."""
    (tmp_path / "file").write_text("mine")

    with pytest.raises(UsageError, match="file: expected a folder for the demo, found a file"):
        write_demo(tmp_path / "file")
    with pytest.raises(BuildError, match=r"cannot write the demo: Not a directory.*name another folder"):
        write_demo(tmp_path / "file" / "demo")


def test_the_demo_has_a_zipped_dataset_as_rfc_9_recommends(demo: Demo, tmp_path: Path) -> None:
    """It is valid, has a picture, a page and nothing to report."""
    archive = demo.folder / "formats" / "zipped.ozx"
    shutil.copy(archive, tmp_path)
    rows = write_list(tmp_path / "list.csv", "url", archive.name)
    site = build_site(write_config(tmp_path / "sitegen.toml", rows), tmp_path)
    record = site.records()["zipped.ozx"]

    assert not archive.with_suffix(".zarr").exists()
    assert (record["status"], record["zipped"], record["valid"]) == ("ok", True, True)
    assert record["thumbnail"]
    assert [each["code"] for each in record["problems"] if each["code"].startswith("zip-")] == []
    assert "zip" in site.page(record).lower()
